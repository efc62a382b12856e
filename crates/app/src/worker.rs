//! The background worker: starts syncs when they are due, and says how everything stands.
//!
//! It looks at the clock and at what is on record, decides ([`decide`]), starts what is due, and
//! sleeps until something may have changed. Nothing about time is remembered between two looks, so
//! a restart, sleep or a clock that is set needs no code of its own.

mod decide;
mod lease;
mod probe;
mod schedule;

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use foxbridge_contract::{
    AppError, Event, PauseUntil, RunState, RunSummary, Schedule, StartRun, SyncSchedule,
    TimeWindow, WorkerPlace, WorkerStatus,
};
use foxbridge_store::SyncRow;
use serde_json::json;
use tokio::sync::Notify;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{App, convert, error, hooks, retention, rules, run};
use decide::{Offline, Pause, Start, SyncView, View, decide};
use lease::Lease;
use schedule::{Past, Times, Window};

/// As many runs as decide when the next one starts.
const PAST: u32 = 60;
/// A watching worker takes over this late at most, in milliseconds.
const TAKE_OVER: i64 = 5_000;
/// Where the pause and the quiet hours are kept.
const PAUSE: &str = "worker.pause";
const QUIET: &str = "worker.quiet";

/// What an [`App`] knows of its own worker.
#[derive(Default)]
pub(crate) struct Worker {
    wake: Notify,
    wake_rules: Notify,
    end: CancellationToken,
    memory: Mutex<Memory>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Default)]
struct Memory {
    /// Whether the lease is ours.
    here: bool,
    /// Syncs about to be started.
    starting: HashSet<String>,
    /// Syncs whose services could not be reached.
    offline: HashMap<String, Offline>,
}

impl Worker {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tasks(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has it look again now.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
        self.wake_rules.notify_one();
    }

    /// Has the rules look again now.
    pub(crate) fn wake_rules(&self) {
        self.wake_rules.notify_one();
    }

    /// Waits until rules are to look again.
    pub(crate) async fn rules_woken(&self) {
        self.wake_rules.notified().await;
    }

    /// Waits until the worker is to end.
    pub(crate) async fn ended(&self) {
        self.end.cancelled().await;
    }

    /// Ends it; what it started goes on.
    pub(crate) async fn stop(&self) {
        self.end.cancel();
        let tasks = std::mem::take(&mut *self.tasks());
        for task in tasks {
            // An error means that it had ended badly; the log has it.
            let _ended = task.await;
        }
    }
}

/// Starts the worker of this process, once. Where another process on the same data has one, this
/// one watches, and takes over when that one ends.
pub(crate) fn start(app: &App) {
    let worker = app.worker();
    let mut tasks = worker.tasks();
    if tasks.is_empty() && !worker.end.is_cancelled() {
        tasks.push(tokio::spawn(work(app.clone())));
        tasks.push(tokio::spawn(rules::work(app.clone())));
        tasks.push(tokio::spawn(hooks::listen(app.clone())));
    }
}

async fn work(app: App) {
    let worker = app.worker();
    let clock = app.host().clock();
    let mut events = app.subscribe();
    let mut lease = None;
    let mut shown = None;
    let mut tidied = app.now();
    loop {
        if lease.is_none() {
            lease = Lease::take(&app);
            worker.memory().here = lease.is_some();
            if lease.is_some() {
                worker.wake_rules();
                app.receiver().wake();
            }
        }
        let now = app.now();
        let mut look_at = look(&app, &mut shown).unwrap_or_else(|e| {
            tracing::error!("the worker could not see how things stand: {e}");
            now + TAKE_OVER
        });
        if lease.is_none() {
            look_at = look_at.min(now + TAKE_OVER);
        } else {
            look_at = look_at.min(retention::daily(&app, &mut tidied));
        }
        tokio::select! {
            () = worker.end.cancelled() => break,
            () = worker.wake.notified() => {}
            () = run_ended(&mut events) => {}
            () = clock.sleep_until(look_at) => {}
        }
    }
    worker.memory().here = false;
}

/// Waits until a run of this process has ended.
async fn run_ended(events: &mut Receiver<Event>) {
    loop {
        match events.recv().await {
            Ok(Event::RunFinished { .. }) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}

/// Looks once: starts what is due, tells what changed, and gives the time to look again.
fn look(app: &App, shown: &mut Option<WorkerStatus>) -> Result<i64, AppError> {
    let decision = decide(&view(app)?);
    if shown.as_ref() != Some(&decision.status) {
        app.emit(Event::Worker {
            status: decision.status.clone(),
        });
        *shown = Some(decision.status);
    }
    for start in decision.start {
        app.worker().memory().starting.insert(start.sync.clone());
        let app = app.clone();
        tokio::spawn(async move {
            let sync = start.sync.clone();
            let began = begin(&app, start).await;
            app.worker().memory().starting.remove(&sync);
            match began {
                Ok(()) => app.worker().wake(),
                // Looked at again in its own time: a start that fails at once must not be tried
                // in a circle.
                Err(e) => tracing::warn!(sync, "a due run was not started: {e}"),
            }
        });
    }
    Ok(decision.look_at)
}

/// Starts a run that is due.
async fn begin(app: &App, start: Start) -> Result<(), AppError> {
    if start.probe {
        let sync = crate::commands::find_sync(app, &start.sync)?;
        let reachable = probe::reachable(app, &sync).await;
        let mut memory = app.worker().memory();
        if !reachable {
            let tries = memory.offline.get(&start.sync).map_or(0, |o| o.tries) + 1;
            let offline = Offline {
                tries,
                at: app.now(),
            };
            memory.offline.insert(start.sync, offline);
            return Ok(());
        }
        memory.offline.remove(&start.sync);
    }
    let request = StartRun {
        sync: start.sync,
        rehearsal: false,
        ..StartRun::default()
    };
    tracing::info!(sync = request.sync, "a scheduled run begins");
    run::start(app, request).await.map(drop)
}

fn view(app: &App) -> Result<View, AppError> {
    let quiet = quiet(app)?;
    let now = app.now();
    let (here, starting, mut offline) = {
        let memory = app.worker().memory();
        (memory.here, memory.starting.clone(), memory.offline.clone())
    };
    let place = if here {
        WorkerPlace::Here
    } else {
        lease::place_of_others(app)
    };
    let mut syncs = Vec::new();
    for row in app.store().syncs().list().map_err(error::store)? {
        let schedule = schedule_of(app, &row.id)?;
        let times = Times::parse(&schedule, quiet.as_ref(), app.host().time_zone())?;
        let runs = past(app, &row)?;
        syncs.push(SyncView {
            running: run::is_running(app, &row)?,
            starting: starting.contains(&row.id),
            offline: offline.remove(&row.id),
            needs_you: needs_you(app, &row.id)?,
            times,
            past: runs.past,
            error: runs.error,
            last_success: runs.last_success,
            id: row.id,
            name: row.name,
        });
    }
    Ok(View {
        now,
        place,
        pause: pause_of(app)?,
        quiet,
        syncs,
    })
}

/// How much of a sync waits for a person.
pub(crate) fn needs_you(app: &App, sync: &str) -> Result<u32, AppError> {
    let store = app.store();
    let asked = store.needs_you().count(sync).map_err(error::store)?;
    let rules = store.rules().needing(sync).map_err(error::store)?;
    Ok(asked + u32::try_from(rules.len()).unwrap_or(u32::MAX))
}

/// What the runs of a sync say.
#[derive(Default)]
struct Runs {
    past: Vec<Past>,
    error: Option<AppError>,
    last_success: Option<i64>,
}

fn past(app: &App, sync: &SyncRow) -> Result<Runs, AppError> {
    let mut runs = Runs::default();
    let rows = app
        .store()
        .runs()
        .list(&sync.id, PAST)
        .map_err(error::store)?;
    for row in rows.iter().filter(|row| !row.rehearsal) {
        let Some(finished) = row.finished_at else {
            continue;
        };
        let summary: RunSummary = run::summary_of(row)?;
        let ended = match summary.state {
            RunState::Interrupted => schedule::Ended::Retry,
            _ => decide::ended(summary.error.as_ref().map(|e| e.code)),
        };
        if runs.past.is_empty() {
            runs.error = summary.error;
        }
        if summary.state == RunState::Done {
            runs.last_success = runs.last_success.max(Some(finished));
        }
        runs.past.push(Past {
            started: row.started_at,
            finished,
            ended,
        });
    }
    Ok(runs)
}

fn schedule_key(sync: &str) -> String {
    format!("sync.{sync}.schedule")
}

fn schedule_of(app: &App, sync: &str) -> Result<Schedule, AppError> {
    let kept = app
        .store()
        .settings()
        .get(&schedule_key(sync))
        .map_err(error::store)?;
    kept.map_or_else(
        || Ok(Schedule::default()),
        |kept| serde_json::from_value(kept).map_err(error::internal),
    )
}

fn quiet(app: &App) -> Result<Option<TimeWindow>, AppError> {
    let kept = app.store().settings().get(QUIET).map_err(error::store)?;
    kept.map_or(Ok(None), |kept| {
        serde_json::from_value(kept).map_err(error::internal)
    })
}

fn pause_of(app: &App) -> Result<Option<Pause>, AppError> {
    let kept = app.store().settings().get(PAUSE).map_err(error::store)?;
    let pause = kept.filter(|kept| kept.is_object());
    Ok(pause.map(|pause| Pause {
        until: pause["until"].as_i64(),
    }))
}

/// Whether the lease is this process's.
pub(crate) fn has_lease(app: &App) -> bool {
    app.worker().memory().here
}

/// Whether this process may do what begins by itself: it holds the lease, and nobody paused it.
pub(crate) fn may_work(app: &App) -> bool {
    let here = app.worker().memory().here;
    let paused = pause_of(app)
        .map(|pause| pause.is_some_and(|pause| pause.until.is_none_or(|end| app.now() < end)));
    here && paused == Ok(false)
}

/// How everything stands.
pub(crate) fn status(app: &App) -> Result<WorkerStatus, AppError> {
    Ok(decide(&view(app)?).status)
}

/// Nothing begins by itself any more, for so long.
pub(crate) fn pause(app: &App, until: PauseUntil) -> Result<WorkerStatus, AppError> {
    let now = app.now();
    let until = match until {
        PauseUntil::Hour => Some(now + 60 * 60 * 1000),
        PauseUntil::Tomorrow => Some(schedule::tomorrow_morning(now, &app.host().time_zone())),
        PauseUntil::Resumed => None,
    };
    set(app, PAUSE, &json!({ "until": until }))
}

/// Ends a pause.
pub(crate) fn resume(app: &App) -> Result<WorkerStatus, AppError> {
    set(app, PAUSE, &json!(null))
}

/// Whether the quiet hours hold now. Hours that cannot be read hold nobody back.
pub(crate) fn quiet_now(app: &App) -> bool {
    let Ok(now) = jiff::Timestamp::from_millisecond(app.now()) else {
        return false;
    };
    let window = quiet(app).ok().flatten();
    window
        .and_then(|window| Window::parse(&window).ok())
        .is_some_and(|window| window.contains(app.host().time_zone().to_datetime(now)))
}

/// Sets the hours in which nothing begins by itself.
pub(crate) fn set_quiet(app: &App, quiet: Option<TimeWindow>) -> Result<WorkerStatus, AppError> {
    if let Some(quiet) = &quiet {
        Window::parse(quiet)?;
    }
    let quiet = serde_json::to_value(quiet).map_err(error::internal)?;
    set(app, QUIET, &quiet)
}

fn set(app: &App, key: &str, value: &serde_json::Value) -> Result<WorkerStatus, AppError> {
    app.store()
        .settings()
        .set(key, value)
        .map_err(error::store)?;
    changed(app);
    status(app)
}

fn changed(app: &App) {
    app.worker().wake();
    app.changed(&["worker.status", "syncs.schedule_get"]);
}

/// A sync's schedule.
pub(crate) fn schedule(app: &App, sync: &SyncRow) -> Result<SyncSchedule, AppError> {
    let schedule = schedule_of(app, &sync.id)?;
    let zone = app.host().time_zone();
    let times = Times::parse(&schedule, quiet(app)?.as_ref(), zone.clone())?;
    let coming = times.coming(&past(app, sync)?.past, app.now(), 5);
    Ok(SyncSchedule {
        sync: sync.id.clone(),
        schedule,
        next_runs: coming.into_iter().map(convert::time).collect(),
        time_zone: zone.iana_name().unwrap_or("UTC").to_owned(),
    })
}

/// Changes it.
pub(crate) fn set_schedule(
    app: &App,
    sync: &SyncRow,
    schedule: &Schedule,
) -> Result<SyncSchedule, AppError> {
    Times::parse(schedule, None, app.host().time_zone())?;
    let kept = serde_json::to_value(schedule).map_err(error::internal)?;
    app.store()
        .settings()
        .set(&schedule_key(&sync.id), &kept)
        .map_err(error::store)?;
    changed(app);
    self::schedule(app, sync)
}
