//! What `sync rehearse` and `sync run` answer.

use foxbridge_contract::{
    AppError, Change, ChangeState, ChangesPage, ChangesQuery, NeedsYou, RehearsalReport, RunReport,
    RunSummary, Sync, SyncId,
};

use crate::Terminal;

const PAGE: u32 = 1_000;

pub(crate) async fn rehearsal(
    terminal: &Terminal,
    summary: RunSummary,
) -> Result<RehearsalReport, AppError> {
    Ok(RehearsalReport {
        changes: changes(terminal, &summary.id).await?,
        needs_you: needs_you(terminal, &summary.sync).await?,
        run: summary.id,
        would: summary.would,
        would_items: summary.would_items,
        requests: summary.planned_requests,
        health: summary.health,
    })
}

pub(crate) async fn run(terminal: &Terminal, summary: RunSummary) -> Result<RunReport, AppError> {
    // A change that failed in passing is done by a later pass of the same run.
    let failed = match summary.failed {
        0 => Vec::new(),
        _ => changes(terminal, &summary.id)
            .await?
            .into_iter()
            .filter(|change| change.state == ChangeState::Failed)
            .collect(),
    };
    let duration_ms = duration(&summary);
    let sync = SyncId {
        sync: summary.sync.clone(),
    };
    let sync: Sync = terminal.call("syncs.get", sync).await?;
    Ok(RunReport {
        failed,
        needs_you: needs_you(terminal, &summary.sync).await?,
        run: summary.id,
        changed: summary.changed,
        changed_items: summary.changed_items,
        requests: summary.requests,
        calls: sync.calls,
        caught: summary.caught,
        health: summary.health,
        duration_ms,
    })
}

fn duration(summary: &RunSummary) -> u32 {
    let time = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let started = time(&summary.started_at);
    let ended = summary.finished_at.as_deref().and_then(time);
    match (started, ended) {
        (Some(started), Some(ended)) => {
            u32::try_from(ended.as_millisecond() - started.as_millisecond()).unwrap_or(0)
        }
        _ => 0,
    }
}

async fn needs_you(terminal: &Terminal, sync: &str) -> Result<Vec<NeedsYou>, AppError> {
    terminal
        .call(
            "syncs.needs_you",
            SyncId {
                sync: sync.to_owned(),
            },
        )
        .await
}

pub(crate) async fn changes(terminal: &Terminal, run: &str) -> Result<Vec<Change>, AppError> {
    let mut changes = Vec::new();
    loop {
        let query = ChangesQuery {
            run: run.to_owned(),
            offset: u32::try_from(changes.len()).unwrap_or(u32::MAX),
            limit: PAGE,
            kind: None,
            place: None,
            search: None,
        };
        let page: ChangesPage = terminal.call("runs.changes", query).await?;
        let last = page.changes.is_empty();
        changes.extend(page.changes);
        if last || changes.len() >= page.total as usize {
            return Ok(changes);
        }
    }
}
