//! The audit, as people and programs read it.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{
    ActivityEntry, ActivityKind, ActivityPage, ActivityQuery, AppError, RequestEntry,
};
use foxbridge_store::{ActivityFilter, ActivityRow};

use crate::{App, convert, error, run};

pub(super) async fn activity_list(
    app: &App,
    request: ActivityQuery,
) -> Result<ActivityPage, AppError> {
    let limit = request.limit.clamp(1, 500);
    let filter = ActivityFilter {
        kind: request.kind,
        run: request.run,
        search: request.search.filter(|search| !search.trim().is_empty()),
        offset: request.offset,
        limit: limit + 1,
    };
    let mut rows = app.store().activity().page(&filter).map_err(error::store)?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let entries = rows.iter().map(entry).collect::<Result<_, _>>()?;
    Ok(ActivityPage { more, entries })
}

/// The newest `limit` entries of the audit, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn log(app: &App, limit: u32) -> Result<Vec<ActivityEntry>, AppError> {
    let rows = app.store().activity().log(limit).map_err(error::store)?;
    rows.iter().map(entry).collect()
}

pub(super) fn entry(row: &ActivityRow) -> Result<ActivityEntry, AppError> {
    Ok(match row {
        ActivityRow::Request(row) => ActivityEntry {
            at: convert::time(row.at),
            run: row.run.clone(),
            entry: ActivityKind::Request {
                request: RequestEntry {
                    service: convert::service(row.service),
                    connection: row.connection.clone(),
                    operation: row.operation.clone(),
                    method: row.method.clone(),
                    path: row.path.clone(),
                    status: row.status,
                    duration_ms: row.duration_ms,
                    error: row.error.clone(),
                    attempt: row.attempt,
                },
            },
        },
        ActivityRow::Change(row) => ActivityEntry {
            at: convert::time(row.settled_at.or(row.sent_at).unwrap_or(row.at)),
            run: Some(row.run.clone()),
            entry: ActivityKind::Change {
                change: run::change_of(row)?,
            },
        },
        ActivityRow::Run(row) => ActivityEntry {
            at: convert::time(row.finished_at.unwrap_or(row.started_at)),
            run: Some(row.id.clone()),
            entry: ActivityKind::Run {
                summary: run::summary_of(row)?,
            },
        },
    })
}
