//! What the worker does next. Pure: it is shown how everything stands and says what to start, when
//! to look again, and what to show.

use foxbridge_contract::{
    AppError, ErrorCode, TimeWindow, WorkerPlace, WorkerState, WorkerStatus, WorkerSync,
};

use super::schedule::{Ended, Past, Times, backoff, failures};
use crate::convert;

/// Runs that go on at once. They share the services' limits request by request, so more of them
/// make nothing faster; a long first run must not keep the others waiting for hours, though.
const AT_ONCE: usize = 3;

/// A clock that was set and a computer that slept are noticed this late at most, in milliseconds.
const LOOK_AGAIN: i64 = 30_000;

/// A pause somebody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pause {
    /// When it ends, milliseconds since 1970; `None` for never by itself.
    pub(crate) until: Option<i64>,
}

/// A service that could not be reached when a sync was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Offline {
    /// How often in a row.
    pub(crate) tries: u32,
    /// When it was tried last, milliseconds since 1970.
    pub(crate) at: i64,
}

/// One sync as the worker sees it.
#[derive(Debug, Clone)]
pub(crate) struct SyncView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) times: Times,
    /// Its runs, without rehearsals, newest first.
    pub(crate) past: Vec<Past>,
    /// Why the newest of them failed.
    pub(crate) error: Option<AppError>,
    /// End of the newest that ended well.
    pub(crate) last_success: Option<i64>,
    /// A run or rehearsal goes on, wherever.
    pub(crate) running: bool,
    /// The worker is about to start it.
    pub(crate) starting: bool,
    pub(crate) offline: Option<Offline>,
    pub(crate) needs_you: u32,
}

impl SyncView {
    /// When it starts next.
    fn next(&self, now: i64) -> Option<i64> {
        let scheduled = self.times.next(&self.past, now)?;
        match self.offline {
            // Asking costs one request: sooner than the schedule, and ever more rarely.
            Some(offline) if offline.at <= now => {
                Some(scheduled.max(offline.at + backoff(offline.tries) / 2))
            }
            _ => Some(scheduled),
        }
    }

    fn waits_for_network(&self) -> bool {
        let failed_offline = || {
            let last = self.past.first().map(|past| past.ended);
            last == Some(Ended::Retry)
                && self
                    .error
                    .as_ref()
                    .is_some_and(|e| e.code == ErrorCode::Offline)
        };
        self.offline.is_some() || failed_offline()
    }
}

/// How everything stands.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) now: i64,
    pub(crate) place: WorkerPlace,
    pub(crate) pause: Option<Pause>,
    pub(crate) quiet: Option<TimeWindow>,
    pub(crate) syncs: Vec<SyncView>,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Decision {
    /// Syncs to start now, by id: whoever has waited longest first.
    pub(crate) start: Vec<Start>,
    /// When to look again at the latest, milliseconds since 1970.
    pub(crate) look_at: i64,
    /// What to show.
    pub(crate) status: WorkerStatus,
}

/// A sync to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Start {
    pub(crate) sync: String,
    /// Ask first whether the services can be reached.
    pub(crate) probe: bool,
}

/// Says what to do.
pub(crate) fn decide(view: &View) -> Decision {
    let now = view.now;
    let pause = view.pause.filter(|p| p.until.is_none_or(|end| now < end));
    let busy = view
        .syncs
        .iter()
        .filter(|s| s.running || s.starting)
        .count();
    let mut coming: Vec<(i64, &SyncView)> = view
        .syncs
        .iter()
        .filter(|sync| !sync.running && !sync.starting)
        .filter_map(|sync| Some((sync.next(now)?, sync)))
        .collect();
    coming.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.id.cmp(&y.id)));

    let may_start = view.place == WorkerPlace::Here && pause.is_none();
    let start: Vec<Start> = coming
        .iter()
        .filter(|(at, _)| may_start && *at <= now)
        .take(AT_ONCE.saturating_sub(busy))
        .map(|(_, sync)| Start {
            sync: sync.id.clone(),
            probe: sync.waits_for_network(),
        })
        .collect();
    let next = coming.iter().map(|(at, _)| *at).find(|at| *at > now);
    let pause_ends = pause.and_then(|p| p.until);
    let look_at = [next, pause_ends, Some(now + LOOK_AGAIN)];
    Decision {
        start,
        look_at: look_at.into_iter().flatten().min().unwrap_or(now),
        status: status(view, pause),
    }
}

fn status(view: &View, pause: Option<Pause>) -> WorkerStatus {
    let now = view.now;
    let syncs: Vec<WorkerSync> = view
        .syncs
        .iter()
        .map(|sync| WorkerSync {
            sync: sync.id.clone(),
            name: sync.name.clone(),
            running: sync.running,
            next_run: sync.next(now).map(convert::time),
            last_success: sync.last_success.map(convert::time),
            failures: failures(&sync.past),
            offline: sync.waits_for_network(),
            error: sync.error.clone(),
            needs_you: sync.needs_you,
        })
        .collect();
    let needs_you = syncs.iter().map(|sync| sync.needs_you).sum();
    let last = |ended| {
        let mut lasts = view.syncs.iter().filter_map(|sync| sync.past.first());
        lasts.any(|past| past.ended == ended)
    };
    let state = if syncs.iter().any(|sync| sync.running) {
        WorkerState::Syncing
    } else if pause.is_some() {
        WorkerState::Paused
    } else if syncs.iter().any(|sync| sync.offline) {
        WorkerState::Offline
    } else if last(Ended::Retry) {
        WorkerState::Error
    } else if needs_you > 0 || last(Ended::Person) {
        WorkerState::NeedsYou
    } else {
        WorkerState::Idle
    };
    // What is due shows its own time, so that a status does not change by being looked at.
    let resumes = pause.map_or(Some(i64::MIN), |pause| pause.until);
    let next_run = view
        .syncs
        .iter()
        .filter_map(|sync| sync.next(now))
        .min()
        .and_then(|at| Some(at.max(resumes?)));
    WorkerStatus {
        state,
        place: view.place,
        paused_until: pause.and_then(|p| p.until).map(convert::time),
        paused: pause.is_some(),
        quiet: view.quiet.clone(),
        next_run: next_run
            .filter(|_| view.place != WorkerPlace::Nowhere)
            .map(convert::time),
        needs_you,
        syncs,
    }
}

/// How a run's end bears on the next one.
pub(crate) fn ended(code: Option<ErrorCode>) -> Ended {
    match code {
        None | Some(ErrorCode::Cancelled) => Ended::Well,
        Some(
            ErrorCode::NotAuthorised
            | ErrorCode::MissingScope
            | ErrorCode::GuardStopped
            | ErrorCode::Vault
            | ErrorCode::Blocked
            | ErrorCode::BadRequest
            | ErrorCode::NotFound,
        ) => Ended::Person,
        Some(
            ErrorCode::Offline
            | ErrorCode::RateLimited
            | ErrorCode::ServiceFailed
            | ErrorCode::Busy
            | ErrorCode::Store
            | ErrorCode::Internal,
        ) => Ended::Retry,
    }
}

#[cfg(test)]
#[path = "decide_test.rs"]
mod tests;
