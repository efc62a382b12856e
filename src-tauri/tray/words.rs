//! What the tray says: the state in a line, and what needs a person. Pure.

use foxbridge_contract::{WorkerState, WorkerStatus};

/// The menu's first line: where there is no tooltip it is the only place that tells the state.
pub(super) fn headline(status: &WorkerStatus) -> String {
    let word = match status.state {
        WorkerState::Syncing => {
            let running: Vec<_> = status.syncs.iter().filter(|sync| sync.running).collect();
            return match running.as_slice() {
                [one] => format!("Syncing {}…", short(&one.name)),
                many => format!("Syncing {} pairs…", many.len()),
            };
        }
        WorkerState::Paused if status.paused_until.is_some() => "Paused for a while",
        WorkerState::Paused => "Paused until you resume",
        WorkerState::Offline => "Offline: trying again by itself",
        WorkerState::Error => "The last run failed",
        WorkerState::NeedsYou => return needs_you(status.needs_you),
        WorkerState::Idle if status.syncs.is_empty() => "Nothing to sync yet",
        WorkerState::Idle => "In step",
    };
    word.to_owned()
}

pub(super) fn needs_you(count: u32) -> String {
    match count {
        0 => "Nothing needs you".to_owned(),
        1 => "1 thing needs you".to_owned(),
        many => format!("{many} things need you"),
    }
}

/// What is worth a notification since the last look: more that needs a person, or a sync that
/// cannot go on. One for all of it.
pub(crate) fn news(before: &WorkerStatus, now: &WorkerStatus) -> Option<(String, String)> {
    let failing: Vec<_> = now
        .syncs
        .iter()
        .filter(|sync| {
            let known = before.syncs.iter().find(|known| known.sync == sync.sync);
            // The first failure may pass; offline passes by itself.
            sync.failures >= 2 && !sync.offline && known.is_none_or(|known| known.failures < 2)
        })
        .collect();
    if let [one, ..] = failing.as_slice() {
        let why = one
            .error
            .as_ref()
            .map_or("Open Foxbridge to see why.", |error| &error.message);
        let title = match failing.len() {
            1 => format!("{} keeps failing", short(&one.name)),
            many => format!("{many} syncs keep failing"),
        };
        return Some((title, why.to_owned()));
    }
    (now.needs_you > before.needs_you).then(|| {
        (
            needs_you(now.needs_you),
            "Everything else goes on meanwhile.".to_owned(),
        )
    })
}

/// A name that fits into a menu.
fn short(name: &str) -> String {
    const MOST: usize = 32;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    let mut short: String = name.chars().take(MOST - 1).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use foxbridge_contract::{AppError, ErrorCode, WorkerPlace, WorkerSync};

    use super::*;

    fn status(state: WorkerState, needs_you: u32, failures: u32) -> WorkerStatus {
        WorkerStatus {
            state,
            place: WorkerPlace::Here,
            paused_until: None,
            paused: false,
            quiet: None,
            next_run: None,
            needs_you,
            syncs: vec![WorkerSync {
                sync: "s".into(),
                name: "Acme and Acme".into(),
                running: state == WorkerState::Syncing,
                next_run: None,
                last_success: None,
                failures,
                offline: false,
                error: Some(AppError::new(ErrorCode::ServiceFailed, "It said no.")),
                needs_you,
            }],
        }
    }

    #[test]
    fn every_state_says_something_else() {
        let lines: Vec<_> = [
            WorkerState::Idle,
            WorkerState::Syncing,
            WorkerState::Paused,
            WorkerState::Offline,
            WorkerState::NeedsYou,
            WorkerState::Error,
        ]
        .map(|state| headline(&status(state, 2, 0)))
        .into();
        for (i, line) in lines.iter().enumerate() {
            assert!(!lines[i + 1..].contains(line), "two states say {line:?}");
        }
        assert_eq!(lines[4], "2 things need you");
    }

    #[test]
    fn only_news_that_needs_a_person_is_told_and_told_once() {
        let quiet = status(WorkerState::Idle, 1, 0);
        assert_eq!(news(&quiet, &quiet), None, "an old question is no news");
        assert_eq!(
            news(&status(WorkerState::Idle, 3, 0), &quiet),
            None,
            "an answered question is none either"
        );
        let more = news(&quiet, &status(WorkerState::NeedsYou, 4, 0));
        assert_eq!(
            more.map(|(title, _)| title).as_deref(),
            Some("4 things need you")
        );
        let once = status(WorkerState::Error, 1, 1);
        assert_eq!(news(&quiet, &once), None, "one failure may pass");
        let twice = status(WorkerState::Error, 1, 2);
        assert_eq!(
            news(&once, &twice),
            Some(("Acme and Acme keeps failing".into(), "It said no.".into()))
        );
        assert_eq!(
            news(&twice, &status(WorkerState::Error, 1, 3)),
            None,
            "it was told already"
        );
    }
}
