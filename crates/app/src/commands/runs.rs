//! Runs: start, cancel, look.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{
    AppError, ChangesPage, ChangesQuery, Decide, Decision, DecisionCounts, ErrorCode, Nothing,
    RunId, RunSummary, StartRun, SyncId, UndoChange, UndoRun,
};
use foxbridge_store::{ChangeFilter, Decided};

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

/// Holds a run before its next write, or lets it go on.
fn set_pause(app: &App, run: &str, paused: bool) -> Result<Nothing, AppError> {
    let running = app.running();
    match running.values().find(|running| running.run == run) {
        Some(running) => {
            running.pause.send_replace(paused);
            Ok(Nothing {})
        }
        None => Err(error::not_found("running run", run)),
    }
}

pub(super) async fn runs_pause(app: &App, request: RunId) -> Result<Nothing, AppError> {
    set_pause(app, &request.run, true)
}

pub(super) async fn runs_resume(app: &App, request: RunId) -> Result<Nothing, AppError> {
    set_pause(app, &request.run, false)
}

fn counts(app: &App, run: &str) -> Result<DecisionCounts, AppError> {
    let count = app.store().decisions().count(run).map_err(error::store)?;
    Ok(DecisionCounts {
        approved: count.approved,
        skipped: count.skipped,
        of: count.of,
    })
}

pub(super) async fn runs_decide(app: &App, request: Decide) -> Result<DecisionCounts, AppError> {
    let summary = run::summary(app, &request.run)?;
    if !summary.rehearsal {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            "Only a rehearsal's changes can be approved. Nothing was changed.",
        ));
    }
    let which = match (request.seqs, request.record_of) {
        (Some(seqs), _) => Decided::Seqs(seqs),
        (None, Some(seq)) => Decided::RecordOf(seq),
        (None, None) => Decided::Matching(ChangeFilter {
            kind: request.kind.map(|kind| convert::word(&kind)),
            place: request.place.map(|place| convert::word(&place)),
            search: request.search,
            state: None,
        }),
    };
    let approved = request
        .decision
        .map(|decision| decision == Decision::Approved);
    app.store()
        .decisions()
        .decide(&request.run, &which, approved)
        .map_err(error::store)?;
    counts(app, &request.run)
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
    let seqs: Vec<u32> = rows.iter().map(|row| row.seq).collect();
    let decided = app
        .store()
        .decisions()
        .of(&request.run, &seqs)
        .map_err(error::store)?;
    let changes = rows
        .iter()
        .map(|row| {
            let mut change = run::change_of(row)?;
            change.decision = decided.get(&row.seq).map(|approved| {
                if *approved {
                    Decision::Approved
                } else {
                    Decision::Skipped
                }
            });
            Ok(change)
        })
        .collect::<Result<_, AppError>>()?;
    Ok(ChangesPage {
        total,
        changes,
        decisions: counts(app, &request.run)?,
    })
}
