//! The audit, as people and programs read it.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::collections::HashMap;

use foxbridge_contract::{
    ActivityEntry, ActivityKind, ActivityOutcome, ActivityPage, ActivityQuery, AppError, ErrorCode,
    ExportActivity, RequestEntry, SavedFile,
};
use foxbridge_store::{ActivityFilter, ActivityRow};

use crate::{App, convert, error, export, files, rules, run};

pub(super) async fn activity_list(
    app: &App,
    request: ActivityQuery,
) -> Result<ActivityPage, AppError> {
    let limit = request.limit.clamp(1, 500);
    let filter = ActivityFilter {
        limit: limit + 1,
        ..filter(&request)?
    };
    let mut rows = app.store().activity().page(&filter).map_err(error::store)?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let entries = entries(app, &rows)?;
    Ok(ActivityPage { more, entries })
}

pub(super) async fn activity_export(
    app: &App,
    request: ExportActivity,
) -> Result<SavedFile, AppError> {
    let app = app.clone();
    let extension = convert::word(&request.format);
    let name = format!("foxbridge-activity-{}.{extension}", files::day(app.now()));
    let write = move || {
        files::save(&name, request.to.as_deref(), |out| {
            export::write(&app, &request.query, request.format, out).map(Some)
        })
    };
    tokio::task::spawn_blocking(write)
        .await
        .map_err(error::internal)?
}

/// A query as the store takes it.
pub(crate) fn filter(query: &ActivityQuery) -> Result<ActivityFilter, AppError> {
    let time = |text: &Option<String>| -> Result<Option<i64>, AppError> {
        let Some(text) = text else { return Ok(None) };
        let at: jiff::Timestamp = text.parse().map_err(|_| {
            AppError::new(
                ErrorCode::BadRequest,
                format!("\"{text}\" is no time as in 2026-11-26T08:30:00Z."),
            )
        })?;
        Ok(Some(at.as_millisecond()))
    };
    Ok(ActivityFilter {
        kind: query.kind.clone(),
        run: query.run.clone(),
        seq: query.change,
        sync: query.sync.clone(),
        place: query.place.as_ref().map(convert::word),
        well: query.outcome.map(|outcome| outcome == ActivityOutcome::Ok),
        lead: query.lead_id.clone(),
        contact: query.contact_id.clone(),
        since: time(&query.since)?,
        until: time(&query.until)?,
        search: query
            .search
            .clone()
            .filter(|search| !search.trim().is_empty()),
        offset: query.offset,
        limit: query.limit,
    })
}

/// Entries as people and programs read them, each with the sync it belongs to.
pub(crate) fn entries(app: &App, rows: &[ActivityRow]) -> Result<Vec<ActivityEntry>, AppError> {
    let mut syncs: HashMap<String, Option<String>> = HashMap::new();
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let mut entry = entry(app, row)?;
        if let (None, Some(run)) = (&entry.sync, &entry.run) {
            if !syncs.contains_key(run) {
                let row = app.store().runs().get(run).map_err(error::store)?;
                syncs.insert(run.clone(), row.map(|row| row.sync));
            }
            entry.sync = syncs.get(run).cloned().flatten();
        }
        shown.push(entry);
    }
    Ok(shown)
}

/// The newest `limit` entries of the audit, oldest first.
///
/// # Errors
/// When the database cannot be read.
pub fn log(app: &App, limit: u32) -> Result<Vec<ActivityEntry>, AppError> {
    let rows = app.store().activity().log(limit).map_err(error::store)?;
    entries(app, &rows)
}

pub(super) fn entry(app: &App, row: &ActivityRow) -> Result<ActivityEntry, AppError> {
    Ok(match row {
        ActivityRow::Request(row) => ActivityEntry {
            at: convert::time(row.at),
            run: row.run.clone(),
            sync: None,
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
                    change: row.seq,
                    attempt: row.attempt,
                },
            },
        },
        ActivityRow::Change(row) => ActivityEntry {
            at: convert::time(row.settled_at.or(row.sent_at).unwrap_or(row.at)),
            run: Some(row.run.clone()),
            sync: Some(row.sync.clone()),
            entry: ActivityKind::Change {
                change: run::change_of(row)?,
            },
        },
        ActivityRow::Run(row) => ActivityEntry {
            at: convert::time(row.finished_at.unwrap_or(row.started_at)),
            run: Some(row.id.clone()),
            sync: Some(row.sync.clone()),
            entry: ActivityKind::Run {
                summary: run::summary_of(row)?,
            },
        },
        ActivityRow::Firing(row) => ActivityEntry {
            at: convert::time(row.at),
            run: None,
            sync: Some(row.sync.clone()),
            entry: ActivityKind::Firing {
                firing: rules::firing_shown(app, row)?,
            },
        },
    })
}
