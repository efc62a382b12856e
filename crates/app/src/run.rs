//! A run: pull, match, merge, plan, apply. This module starts, watches and records runs; its
//! children do the steps.

mod apply;
mod approved;
pub(crate) mod guards;
mod lock;
mod perform;
mod progress;
mod pull;
mod restore;
mod seen;
mod steps;
mod undo;

pub(crate) use pull::{INDEX_LAG_MS, Mirrored, compare_hours, set_compare_hours};

use foxbridge_contract::{
    AppError, Change, ChangeState, ErrorCode, Event, NeedsYou, ObjectKind, RestoreValue,
    RunPurpose, RunState, RunSummary, StartRun, Undoing,
};
use foxbridge_engine::{Filter, Inverse};
use foxbridge_model::Person;
use foxbridge_store::{ChangeRow, RunRow, SyncRow};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::commands::find_sync;
use crate::ids::new_id;
use crate::{App, answering, convert, error, people};

/// A run that is going on in this process.
pub(crate) struct Running {
    pub(crate) run: String,
    pub(crate) cancel: CancellationToken,
    /// Whether it is held before its next write.
    pub(crate) pause: watch::Sender<bool>,
    pub(crate) done: watch::Receiver<Option<RunSummary>>,
}

/// A started run.
pub struct RunHandle {
    /// As it stood at its start.
    pub started: RunSummary,
    cancel: CancellationToken,
    done: watch::Receiver<Option<RunSummary>>,
}

impl RunHandle {
    /// Waits for its end; stops it after its current writes when `stop` comes first.
    ///
    /// # Errors
    /// As [`RunHandle::finished`].
    pub async fn finished_or_cancelled<T>(
        self,
        stop: impl Future<Output = T> + Send,
    ) -> Result<RunSummary, AppError> {
        let cancel = self.cancel.clone();
        let finished = self.finished();
        tokio::pin!(finished);
        tokio::select! {
            ended = &mut finished => return ended,
            _ = stop => cancel.cancel(),
        }
        finished.await
    }

    /// Waits for its end, in whatever way.
    ///
    /// # Errors
    /// [`foxbridge_contract::ErrorCode::Internal`] when it vanished without ending.
    pub async fn finished(mut self) -> Result<RunSummary, AppError> {
        let ended = self
            .done
            .wait_for(Option::is_some)
            .await
            .map_err(error::internal)?;
        ended
            .clone()
            .ok_or_else(|| error::internal("a run ended without a summary"))
    }
}

/// What a run is to do.
#[derive(Clone)]
pub(crate) struct Order {
    /// Stop at the plan.
    pub(crate) rehearsal: bool,
    /// The user looked at what a guard stopped, and wants it.
    pub(crate) approve: bool,
    /// Compare everything, whatever the cursors say.
    pub(crate) full: bool,
    /// Make only what was approved in this rehearsal.
    pub(crate) approved: Option<String>,
    /// The rehearsal whose plan was approved, and the mark of that plan.
    pub(crate) plan: Option<(String, String)>,
    /// Only these people.
    pub(crate) only: Filter,
    /// Only changes about these kinds of object; all when empty.
    pub(crate) objects: Vec<ObjectKind>,
    /// The rest.
    pub(crate) task: Task,
}

/// The kinds of run.
#[derive(Clone)]
pub(crate) enum Task {
    /// Bring the two services in step.
    Sync,
    /// Take back what an earlier run changed.
    Undo(undo::Undo),
    /// Put a value back.
    Restore(restore::Restore),
}

impl Task {
    fn purpose(&self) -> Option<RunPurpose> {
        match self {
            Self::Sync => None,
            Self::Undo(undo) => Some(RunPurpose::Undo {
                run: undo.run.clone(),
                change: undo.change,
                delete: undo.delete,
            }),
            Self::Restore(restore) => Some(RunPurpose::Restore {
                field: restore.field.clone(),
            }),
        }
    }
}

/// Starts a run or a rehearsal of a sync, and returns at once.
///
/// # Errors
/// [`foxbridge_contract::ErrorCode::Busy`] when the sync runs already, here or in another process.
pub async fn start(app: &App, request: StartRun) -> Result<RunHandle, AppError> {
    let only = answering::filter(request.only.as_deref().unwrap_or_default())?;
    let plan = match request.plan {
        Some(rehearsal) => {
            let shown = self::summary(app, &rehearsal)?;
            let mark = shown.plan.filter(|_| {
                shown.rehearsal && shown.sync == request.sync && shown.purpose.is_none()
            });
            let mark = mark.ok_or_else(|| {
                let what = format!("{rehearsal} is no rehearsal of this sync that came to a plan.");
                AppError::new(ErrorCode::BadRequest, what)
                    .hint("foxbridge sync rehearse shows a plan and its id.")
            })?;
            Some((rehearsal, mark))
        }
        None => None,
    };
    let order = Order {
        rehearsal: request.rehearsal,
        approve: request.approve,
        full: request.full,
        approved: request.approved,
        plan,
        only,
        objects: request.objects,
        task: Task::Sync,
    };
    begin(app, &request.sync, order)
}

/// Starts taking back a run, or one change of it, and returns at once.
///
/// # Errors
/// As [`start`]; [`foxbridge_contract::ErrorCode::NotFound`] when there is no such run or change,
/// [`foxbridge_contract::ErrorCode::BadRequest`] when it changed nothing.
pub fn start_undo(
    app: &App,
    run: &str,
    change: Option<u32>,
    delete: bool,
    rehearsal: bool,
) -> Result<RunHandle, AppError> {
    let (sync, undo) = undo::Undo::of(app, run, change, delete)?;
    let order = Order {
        rehearsal,
        approve: true,
        full: false,
        approved: None,
        plan: None,
        only: Filter::default(),
        objects: Vec::new(),
        task: Task::Undo(undo),
    };
    begin(app, &sync, order)
}

/// Starts putting a value back, and returns at once.
///
/// # Errors
/// As [`start`].
pub fn start_restore(app: &App, request: RestoreValue) -> Result<RunHandle, AppError> {
    let order = Order {
        rehearsal: request.rehearsal,
        approve: true,
        full: false,
        approved: None,
        plan: None,
        only: Filter::default(),
        objects: Vec::new(),
        task: Task::Restore(restore::Restore {
            lead_id: request.lead_id,
            field: request.field,
            value: request.value,
        }),
    };
    begin(app, &request.sync, order)
}

fn begin(app: &App, sync: &str, order: Order) -> Result<RunHandle, AppError> {
    let sync = find_sync(app, sync)?;
    let cancel = CancellationToken::new();
    let (ended, done) = watch::channel(None);
    let (pause, paused) = watch::channel(false);
    let summary = {
        // Held until the run is registered, so that two starts cannot both pass.
        let mut running = app.running();
        if let Some(other) = running.get(&sync.id) {
            return Err(lock::busy(&sync.name, Some(&other.run)));
        }
        let lock = lock::take(app, &sync)?;
        mark_interrupted(app, &sync.id)?;
        let summary = RunSummary {
            id: new_id(app, "run")?,
            sync: sync.id.clone(),
            rehearsal: order.rehearsal,
            state: RunState::Running,
            started_at: convert::time(app.now()),
            finished_at: None,
            would: Default::default(),
            changed: Default::default(),
            would_items: Default::default(),
            changed_items: Default::default(),
            failed: 0,
            requests: Default::default(),
            planned_requests: Default::default(),
            planned_seconds: 0,
            caught: None,
            health: Default::default(),
            error: None,
            partial: order.approved.is_some()
                || !order.only.is_everybody()
                || !order.objects.is_empty(),
            purpose: order.task.purpose(),
            plan: None,
        };
        let row = row_of(&summary, app.now(), None)?;
        app.store().runs().insert(&row).map_err(error::store)?;
        running.insert(
            sync.id.clone(),
            Running {
                run: summary.id.clone(),
                cancel: cancel.clone(),
                pause,
                done: done.clone(),
            },
        );
        let (app, cancel, started) = (app.clone(), cancel.clone(), summary.clone());
        tokio::spawn(async move {
            let sync_id = sync.id.clone();
            let listed = sync.clone();
            let summary =
                Box::pin(steps::execute(&app, sync, started, order, cancel, paused)).await;
            drop(lock);
            app.running().remove(&sync_id);
            // What the run found is theirs now.
            app.worker().wake_rules();
            let run = summary.id.clone();
            // Everyone who waits may have gone; the summary is in the store.
            let _previous = ended.send_replace(Some(summary));
            app.emit(Event::RunFinished { run, sync: sync_id });
            app.changed(&[
                "syncs.list",
                "syncs.get",
                "runs.list",
                "activity.list",
                "syncs.needs_you",
            ]);
            list_people(&app, listed).await;
        });
        summary
    };
    app.changed(&["syncs.list", "syncs.get", "runs.list"]);
    // Started by hand: how everything stands is told at once.
    app.worker().wake();
    Ok(RunHandle {
        started: summary,
        cancel,
        done,
    })
}

/// Lists the people that a run has read. The list is an extra: what goes wrong is logged.
async fn list_people(app: &App, sync: SyncRow) {
    let app = app.clone();
    let listed = tokio::task::spawn_blocking(move || people::refresh(&app, &sync)).await;
    match listed {
        Ok(Ok(())) => {}
        Ok(Err(e)) => tracing::warn!("the people could not be listed: {e}"),
        Err(e) => tracing::warn!("the people could not be listed: {e}"),
    }
}

/// Holds a sync still: while the guard lives nobody starts a run of it.
///
/// # Errors
/// [`foxbridge_contract::ErrorCode::Busy`] while it runs, here or in another process.
pub(crate) fn hold(app: &App, sync: &SyncRow) -> Result<lock::SyncLock, AppError> {
    if let Some(other) = app.running().get(&sync.id) {
        return Err(lock::busy(&sync.name, Some(&other.run)));
    }
    lock::take(app, sync)
}

/// The person in a record of the mirror.
pub(crate) fn mirrored_person(content: serde_json::Value) -> Option<Person> {
    serde_json::from_value::<pull::Mirrored>(content)
        .ok()
        .map(|mirrored| mirrored.person)
}

/// Marks what a dying process left as running, so that nobody is shown a run that is long gone.
/// Syncs that another process runs just now are left alone.
pub(crate) fn recover(app: &App) -> Result<(), AppError> {
    for sync in app.store().syncs().list().map_err(error::store)? {
        if let Ok(_lock) = lock::take(app, &sync) {
            mark_interrupted(app, &sync.id)?;
        }
    }
    Ok(())
}

/// Whether a run or rehearsal of a sync goes on, here or in another process. What a process that
/// died meanwhile left as running is marked.
pub(crate) fn is_running(app: &App, sync: &SyncRow) -> Result<bool, AppError> {
    if app.running().contains_key(&sync.id) {
        return Ok(true);
    }
    let unfinished = app.store().runs().unfinished(&sync.id);
    if unfinished.map_err(error::store)?.is_empty() {
        return Ok(false);
    }
    match lock::take(app, sync) {
        Ok(_lock) => mark_interrupted(app, &sync.id).map(|()| false),
        Err(_busy) => Ok(true),
    }
}

/// Runs of a sync that a dying process left as running. Only called while its lock is held.
fn mark_interrupted(app: &App, sync: &str) -> Result<(), AppError> {
    for row in app.store().runs().unfinished(sync).map_err(error::store)? {
        let mut summary = summary_of(&row)?;
        summary.state = RunState::Interrupted;
        summary.finished_at = Some(convert::time(app.now()));
        let row = row_of(&summary, row.started_at, Some(app.now()))?;
        app.store().runs().update(&row).map_err(error::store)?;
        let why = "The program ended before it was made.";
        app.store()
            .journal()
            .skip_unsent(&row.id, app.now(), why)
            .map_err(error::store)?;
    }
    Ok(())
}

fn row_of(
    summary: &RunSummary,
    started_at: i64,
    finished_at: Option<i64>,
) -> Result<RunRow, AppError> {
    Ok(RunRow {
        id: summary.id.clone(),
        sync: summary.sync.clone(),
        rehearsal: summary.rehearsal,
        state: convert::word(&summary.state),
        started_at,
        finished_at,
        summary: serde_json::to_value(summary).map_err(error::internal)?,
    })
}

/// The contract's view of a stored run.
pub(crate) fn summary_of(row: &RunRow) -> Result<RunSummary, AppError> {
    serde_json::from_value(row.summary.clone()).map_err(error::internal)
}

/// A run by its id.
pub(crate) fn summary(app: &App, run: &str) -> Result<RunSummary, AppError> {
    let row = app.store().runs().get(run).map_err(error::store)?;
    summary_of(&row.ok_or_else(|| error::not_found("run", run))?)
}

/// The newest runs of a sync, newest first.
pub(crate) fn summaries(app: &App, sync: &str, limit: u32) -> Result<Vec<RunSummary>, AppError> {
    let rows = app.store().runs().list(sync, limit).map_err(error::store)?;
    rows.iter().map(summary_of).collect()
}

/// The contract's view of a journalled change.
pub(crate) fn change_of(row: &ChangeRow) -> Result<Change, AppError> {
    let mut change: Change =
        serde_json::from_value(row.content.clone()).map_err(error::internal)?;
    change.state = state_of(&row.state);
    change.error.clone_from(&row.error);
    change.undo = match (&change.state, &row.inverse) {
        (ChangeState::Settled, Some(inverse)) => {
            let inverse: Inverse =
                serde_json::from_value(inverse.clone()).map_err(error::internal)?;
            Some(Undoing {
                deletes: inverse.deletes(),
                never: match inverse {
                    Inverse::Never { why } => Some(why),
                    _ => None,
                },
            })
        }
        _ => None,
    };
    Ok(change)
}

fn state_of(word: &str) -> ChangeState {
    serde_json::from_value(serde_json::Value::String(word.to_owned()))
        .unwrap_or(ChangeState::Planned)
}

/// What waits for a person.
pub(crate) fn needs_you(app: &App, sync: &str) -> Result<Vec<NeedsYou>, AppError> {
    let rows = app.store().needs_you().list(sync).map_err(error::store)?;
    let mut items = rows
        .into_iter()
        .map(|row| {
            let mut item: NeedsYou =
                serde_json::from_value(row.content).map_err(error::internal)?;
            item.since = convert::time(row.since);
            Ok(item)
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    items.extend(crate::rules::needs_you(app, sync)?);
    Ok(items)
}
