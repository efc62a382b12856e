//! What no run reads, and rules wait for: people who accepted or replied, tasks, appointments. Read
//! only where a rule asks for it.

use std::collections::BTreeSet;
use std::sync::Arc;

use foxbridge_catalog::{get, ids};
use foxbridge_contract::{AppError, ParamValue};
use foxbridge_model::Service;
use foxbridge_store::{NewEvent, SyncRow};
use serde_json::{Value, json};

use super::items::{self, Kind};
use super::people::About;
use crate::permissions::{Caller, Switches};
use crate::rules::{Line, triggers_of};
use crate::{App, error};

/// Appointments from so long ago, and so far ahead, are looked at: 30 and 180 days.
const BACK_MS: i64 = 30 * 24 * 60 * 60 * 1000;
const AHEAD_MS: i64 = 180 * 24 * 60 * 60 * 1000;
const PAGE: usize = 500;
/// Records that are not listed any more and are read one by one in one go; the rest follow.
const READ_SINGLY: usize = 50;

/// Reads what the rules of a sync wait for, and keeps what is new. A service that refuses stops
/// nothing: the log says so, and the next run asks again.
pub(crate) async fn watch(app: &App, sync: &SyncRow) {
    let read = async { look(app, sync, &triggers_of(app, &sync.id)?).await };
    if let Err(e) = read.await {
        tracing::warn!(sync = sync.id, "what rules wait for could not be read: {e}");
    }
}

/// Reads what these triggers tell of, and keeps what is new.
pub(crate) async fn look(
    app: &App,
    sync: &SyncRow,
    wanted: &BTreeSet<String>,
) -> Result<(), AppError> {
    let asks = |prefix: &str| wanted.iter().any(|trigger| trigger.starts_with(prefix));
    if asks("foxbridge.lead.") {
        transitions(app, sync).await?;
    }
    if asks("foxbridge.task.") {
        tasks(app, sync).await?;
    }
    if asks("foxbridge.appointment.") {
        appointments(app, sync).await?;
    }
    Ok(())
}

/// A way to read: the switches hold for it as for a run.
async fn line(app: &App, connection: &str) -> Result<Line, AppError> {
    let row = crate::rules::connection(app, connection)?;
    let gate = Switches {
        store: app.store().clone(),
        connection: row.clone(),
        needed: BTreeSet::new(),
        caller: Caller::Run,
    };
    Line::open(app, row, Arc::new(gate)).await
}

/// The last few people who accepted or replied: a short list, not a feed (`facts/aimfox.md` §3), so
/// one that is read rarely may miss some.
async fn transitions(app: &App, sync: &SyncRow) -> Result<(), AppError> {
    let read_at = app.now();
    let line = line(app, &sync.aimfox).await?;
    let answer = line
        .read(get(ids::AIMFOX_ANALYTICS_RECENT_LEADS), &[], None)
        .await?;
    let rows = answer["leads"].as_array().cloned().unwrap_or_default();
    let records: Vec<(String, Value)> = rows
        .into_iter()
        .filter_map(|row| {
            let id = crate::rules::id_of(&row["target_id"])?;
            let (at, what) = (row["timestamp"].as_str()?, row["transition"].as_str()?);
            Some((format!("{id}:{what}:{at}"), row))
        })
        .collect();
    let about = About::new(app, sync, Service::Aimfox)?;
    keep(app, &sync.aimfox, "transition", &records, read_at, |seen| {
        // The list forgets what is old: what comes back is not new.
        if seen.before.is_some() {
            return Vec::new();
        }
        let row = seen.after;
        let trigger = match row["transition"].as_str() {
            Some("accepted") => "foxbridge.lead.accepted",
            Some("reply" | "inmail_reply") => "foxbridge.lead.replied",
            _ => return Vec::new(),
        };
        let id = crate::rules::id_of(&row["target_id"]).unwrap_or_default();
        vec![about.lead_event(trigger, &id, row)]
    })
}

async fn tasks(app: &App, sync: &SyncRow) -> Result<(), AppError> {
    let read_at = app.now();
    let line = line(app, &sync.highlevel).await?;
    let mut records: Vec<(String, Value)> = Vec::new();
    loop {
        let body = json!({ "limit": PAGE, "skip": records.len() });
        let answer = line
            .read(get(ids::HIGHLEVEL_TASKS_SEARCH), &[], Some(body))
            .await?;
        let page = answer["tasks"].as_array().cloned().unwrap_or_default();
        let full = page.len() == PAGE;
        records.extend(page.iter().filter_map(|task| Kind::Task.read(task)));
        if !full {
            break;
        }
    }
    let about = About::new(app, sync, Service::HighLevel)?;
    let due: Vec<NewEvent> = records
        .iter()
        .filter_map(|(id, task)| items::due(&about, id, task, app.now()))
        .collect();
    removed(app, sync, &about, Kind::Task, &records, &line).await?;
    keep_items(app, sync, &about, Kind::Task, &records, read_at)?;
    super::detected(app, &due)
}

async fn appointments(app: &App, sync: &SyncRow) -> Result<(), AppError> {
    let read_at = app.now();
    let line = line(app, &sync.highlevel).await?;
    let calendars = line
        .read(get(ids::HIGHLEVEL_CALENDARS_LIST), &[], None)
        .await?;
    let mut records = Vec::new();
    for calendar in calendars["calendars"].as_array().into_iter().flatten() {
        let Some(id) = calendar["id"].as_str() else {
            continue;
        };
        let from = (read_at - BACK_MS).to_string();
        let until = (read_at + AHEAD_MS).to_string();
        let params = [
            ("calendarId", id),
            ("startTime", &from),
            ("endTime", &until),
        ];
        let answer = line
            .read(get(ids::HIGHLEVEL_CALENDARS_EVENTS_LIST), &params, None)
            .await?;
        let events = answer["events"].as_array().into_iter().flatten();
        records.extend(events.filter_map(|event| Kind::Appointment.read(event)));
    }
    let about = About::new(app, sync, Service::HighLevel)?;
    removed(app, sync, &about, Kind::Appointment, &records, &line).await?;
    keep_items(app, sync, &about, Kind::Appointment, &records, read_at)
}

/// What was there and is not listed any more. Nothing is taken for gone because it was not listed:
/// each is read by its id first.
async fn removed(
    app: &App,
    sync: &SyncRow,
    about: &About,
    kind: Kind,
    listed: &[(String, Value)],
    line: &Line,
) -> Result<(), AppError> {
    let listed: BTreeSet<&str> = listed.iter().map(|(id, _)| id.as_str()).collect();
    let mirror = app.store().mirror();
    let known = mirror
        .all(&sync.highlevel, kind.object())
        .map_err(error::store)?;
    let unlisted = known
        .into_iter()
        .filter(|row| !listed.contains(row.record_id.as_str()));
    for row in unlisted.take(READ_SINGLY) {
        if is_gone(line, kind, &row.record_id, &row.content).await? {
            let event = items::gone(about, kind, &row.record_id, &row.content);
            super::detected(app, &[event])?;
            mirror
                .remove(&sync.highlevel, kind.object(), &row.record_id)
                .map_err(error::store)?;
        }
    }
    Ok(())
}

/// Whether a read by its id finds nothing. HighLevel shows a deleted appointment as deleted.
async fn is_gone(line: &Line, kind: Kind, id: &str, before: &Value) -> Result<bool, AppError> {
    let (operation, params) = match kind {
        Kind::Task => (
            ids::HIGHLEVEL_CONTACTS_TASKS_GET,
            vec![
                ("contactId", before["person"].as_str().unwrap_or_default()),
                ("taskId", id),
            ],
        ),
        Kind::Appointment => (
            ids::HIGHLEVEL_CALENDARS_APPOINTMENTS_GET,
            vec![("eventId", id)],
        ),
    };
    let params = params
        .into_iter()
        .map(|(name, value)| (name.to_owned(), ParamValue::One(value.to_owned())));
    match line.call(get(operation), params.collect(), None).await {
        Ok(answer) => {
            let record = ["appointment", "event"]
                .iter()
                .find_map(|name| answer.get(*name));
            Ok(record.is_some_and(|record| record["deleted"] == true))
        }
        Err(e) if e.is_not_found() => Ok(true),
        Err(e) => Err(error::call(&e)),
    }
}

fn keep_items(
    app: &App,
    sync: &SyncRow,
    about: &About,
    kind: Kind,
    records: &[(String, Value)],
    read_at: i64,
) -> Result<(), AppError> {
    keep(
        app,
        &sync.highlevel,
        kind.object(),
        records,
        read_at,
        |seen| items::differences(about, kind, seen),
    )
}

fn keep(
    app: &App,
    connection: &str,
    object: &str,
    records: &[(String, Value)],
    read_at: i64,
    mut detect: impl FnMut(&foxbridge_store::Seen<'_>) -> Vec<NewEvent>,
) -> Result<(), AppError> {
    let mirror = app.store().mirror();
    mirror
        .put_some_telling(connection, object, records, read_at, &mut detect)
        .map_err(error::store)?;
    mirror
        .mark_listed(connection, object, read_at)
        .map_err(error::store)
}
