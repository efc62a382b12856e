//! Runs: start, cancel, look.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{
    AppError, ChangesPage, ChangesQuery, Nothing, RunId, RunSummary, StartRun, SyncId, UndoChange,
    UndoRun,
};
use foxbridge_store::ChangeFilter;

use super::syncs;
use crate::{App, convert, error, run};

pub(super) async fn runs_start(app: &App, request: StartRun) -> Result<RunSummary, AppError> {
    let handle = run::start(app, request).await?;
    Ok(handle.started)
}

pub(super) async fn runs_undo(app: &App, request: UndoRun) -> Result<RunSummary, AppError> {
    let (delete, rehearsal) = (request.delete, request.rehearsal);
    let handle = run::start_undo(app, &request.run, None, delete, rehearsal)?;
    Ok(handle.started)
}

pub(super) async fn changes_undo(app: &App, request: UndoChange) -> Result<RunSummary, AppError> {
    let (delete, rehearsal) = (request.delete, request.rehearsal);
    let handle = run::start_undo(app, &request.run, Some(request.seq), delete, rehearsal)?;
    Ok(handle.started)
}

pub(super) async fn runs_cancel(app: &App, request: RunId) -> Result<Nothing, AppError> {
    let running = app.running();
    match running.values().find(|running| running.run == request.run) {
        Some(running) => {
            running.cancel.cancel();
            Ok(Nothing {})
        }
        None => Err(error::not_found("running run", &request.run)),
    }
}

pub(super) async fn runs_get(app: &App, request: RunId) -> Result<RunSummary, AppError> {
    run::summary(app, &request.run)
}

pub(super) async fn runs_list(app: &App, request: SyncId) -> Result<Vec<RunSummary>, AppError> {
    syncs::find(app, &request.sync)?;
    run::summaries(app, &request.sync, 50)
}

pub(super) async fn runs_changes(
    app: &App,
    request: ChangesQuery,
) -> Result<ChangesPage, AppError> {
    run::summary(app, &request.run)?;
    let filter = ChangeFilter {
        kind: request.kind.map(|kind| convert::word(&kind)),
        place: request.place.map(|place| convert::word(&place)),
        search: request.search.filter(|search| !search.trim().is_empty()),
        state: None,
    };
    let limit = request.limit.min(1_000);
    let (total, rows) = app
        .store()
        .journal()
        .page(&request.run, &filter, request.offset, limit)
        .map_err(error::store)?;
    let changes = rows.iter().map(run::change_of).collect::<Result<_, _>>()?;
    Ok(ChangesPage { total, changes })
}
