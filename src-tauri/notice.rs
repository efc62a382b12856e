//! Desktop notifications: short, and only where the user would want to know.

use foxbridge_contract::{AppError, Counts, RunState, RunSummary};
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt as _;

use crate::preferences;

/// Says, once, that closing the window does not quit.
pub(crate) fn still_here(handle: &AppHandle) {
    if preferences::first_time_in_tray(handle) {
        show(
            handle,
            "Foxbridge is still here",
            "It goes on working in the tray. Quit it from the tray's menu.",
        );
    }
}

/// Says how a run ended that nobody watched.
pub(crate) fn run_ended(handle: &AppHandle, run: &RunSummary) {
    if let Some((title, body)) = words(run) {
        show(handle, &title, &body);
    }
}

/// Says that something asked for in the tray's menu did not work.
pub(crate) fn went_wrong(handle: &AppHandle, error: &AppError) {
    let hint = error.hint.as_deref().unwrap_or_default();
    show(
        handle,
        "Foxbridge could not sync",
        format!("{} {hint}", error.message).trim_end(),
    );
}

/// A quiet run that changed nothing and asks nothing is not worth a notification.
fn words(run: &RunSummary) -> Option<(String, String)> {
    if run.rehearsal {
        return None;
    }
    let total = |c: &Counts| c.create + c.update + c.delete + c.link;
    let changed = total(&run.changed) + total(&run.changed_items);
    let title = match changed {
        0 => "Nothing was changed".to_owned(),
        1 => "Changed 1 record".to_owned(),
        many => format!("Changed {many} records"),
    };
    match run.state {
        RunState::Running | RunState::Cancelled | RunState::Interrupted => None,
        RunState::Done if run.health.needs_you > 0 => {
            let questions = run.health.needs_you;
            let noun = if questions == 1 {
                "thing needs"
            } else {
                "things need"
            };
            (changed > 0 || run.failed > 0).then(|| (title, format!("{questions} {noun} you.")))
        }
        RunState::Done => (changed > 0).then(|| (title, "Both sides are in step.".to_owned())),
        RunState::Stopped | RunState::Failed => {
            let why = run
                .error
                .as_ref()
                .map_or("Open Foxbridge to see why.", |e| &e.message);
            Some((title, why.to_owned()))
        }
    }
}

fn show(handle: &AppHandle, title: &str, body: &str) {
    // No notification service is no reason to stop.
    if let Err(error) = handle
        .notification()
        .builder()
        .title(title)
        .body(body)
        .show()
    {
        tracing::warn!("a notification was not shown: {error}");
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foxbridge_contract::{ErrorCode, Health, Requests};

    use super::*;

    fn run(state: RunState, created: u32, needs_you: u32) -> RunSummary {
        RunSummary {
            id: "r".into(),
            sync: "s".into(),
            rehearsal: false,
            state,
            started_at: "2026-11-24T10:00:00Z".into(),
            finished_at: None,
            would: Counts::default(),
            changed: Counts {
                create: created,
                link: created,
                ..Counts::default()
            },
            would_items: Counts::default(),
            changed_items: Counts::default(),
            failed: 0,
            requests: Requests::default(),
            planned_requests: Requests::default(),
            planned_seconds: 0,
            health: Health {
                needs_you,
                ..Health::default()
            },
            error: None,
        }
    }

    #[test]
    fn a_quiet_run_says_nothing() {
        assert_eq!(
            words(&run(RunState::Done, 0, 0)),
            None,
            "scheduled runs must not nag"
        );
        assert_eq!(
            words(&run(RunState::Done, 0, 4)),
            None,
            "old questions are not news"
        );
        assert_eq!(
            words(&RunSummary {
                rehearsal: true,
                ..run(RunState::Done, 9, 0)
            }),
            None
        );
    }

    #[test]
    fn every_record_that_was_changed_is_counted() {
        let (title, body) = words(&run(RunState::Done, 2, 1)).unwrap();
        assert_eq!(title, "Changed 4 records", "two created and two linked");
        assert_eq!(body, "1 thing needs you.");
    }

    #[test]
    fn a_stopped_run_says_that_nothing_was_changed_and_why() {
        let error = AppError::new(ErrorCode::GuardStopped, "The listing shrank to half.");
        let stopped = RunSummary {
            error: Some(error),
            ..run(RunState::Stopped, 0, 0)
        };
        let (title, body) = words(&stopped).unwrap();
        assert_eq!(title, "Nothing was changed");
        assert_eq!(body, "The listing shrank to half.");
    }
}
