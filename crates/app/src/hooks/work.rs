//! Works on deliveries: whom they are about is read afresh, and they become events.

use std::collections::{BTreeMap, BTreeSet};

use foxbridge_catalog::triggers;
use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_model::{ItemKind, Service};
use foxbridge_store::{ConnectionRow, DeliveryRow, EventRow, NewEvent, SyncRow};
use futures::StreamExt as _;
use serde_json::json;

use crate::events::{Teller, kinds, lead_key};
use crate::rules::{Reader, Whom, triggers_of, whom};
use crate::{App, convert, error};

/// Deliveries worked on in one go. Those about one person cost one reading.
const BATCH: u32 = 5_000;
/// People read at once. The services' limits decide the pace; this hides the latency.
const AT_ONCE: usize = 4;
const MINUTE: i64 = 60_000;
/// Waits between tries, in milliseconds; then a person is shown that it failed.
const RETRIES: [i64; 4] = [MINUTE, 5 * MINUTE, 30 * MINUTE, 120 * MINUTE];

/// Works on every delivery that is due, as the background worker does; gives whether there was any.
///
/// # Errors
/// If the database cannot be read or written. A service that does not answer is no error: the delivery
/// is tried again.
pub async fn turn(app: &App) -> Result<bool, AppError> {
    let mut any = false;
    loop {
        let rows = app
            .store()
            .deliveries()
            .due(app.now(), BATCH)
            .map_err(error::store)?;
        if rows.is_empty() {
            return Ok(any);
        }
        any = true;
        batch(app, rows).await?;
        app.changed(&["hooks.list", "hooks.deliveries"]);
    }
}

async fn batch(app: &App, rows: Vec<DeliveryRow>) -> Result<(), AppError> {
    let connections = app.store().connections().list().map_err(error::store)?;
    let syncs = app.store().syncs().list().map_err(error::store)?;
    let mut groups: BTreeMap<(String, String), (Whom, Vec<DeliveryRow>)> = BTreeMap::new();
    for row in rows {
        let connection = connections.iter().find(|c| c.id == row.connection);
        let sync = syncs
            .iter()
            .find(|s| s.highlevel == row.connection || s.aimfox == row.connection);
        let whom = match (connection, sync) {
            (Some(connection), Some(sync)) => whom(app, sync, &event(connection, sync, &row))?,
            _ => Whom::default(),
        };
        let key = (row.connection.clone(), whom.key());
        let group = groups.entry(key).or_insert_with(|| (whom, Vec::new()));
        group.1.push(row);
    }
    let readers: Vec<Reader> = syncs.iter().map(|sync| Reader::new(app, sync)).collect();
    let of = |connection: &str| {
        let at = syncs
            .iter()
            .position(|s| s.highlevel == connection || s.aimfox == connection)?;
        let connection = connections.iter().find(|c| c.id == connection)?;
        Some((connection, &syncs[at], &readers[at]))
    };
    // The ways are opened one after the other: side by side, which request goes first would hang on
    // the threads that ask the vault, and a simulation could not be played again.
    for ((connection, _), (whom, _)) in &groups {
        let is_named = whom.contact.is_some() || whom.lead.is_some();
        if let Some((row, _, reader)) = of(connection)
            && is_named
            && let Err(e) = reader.open(row.service).await
        {
            // Whoever needs it meets it again, and notes it.
            tracing::debug!("a webhook's record cannot be read: {}", e.message);
        }
    }
    let mut working = futures::stream::iter(groups)
        .map(|((connection, _), (whom, rows))| one(app, of(&connection), whom, rows))
        .buffer_unordered(AT_ONCE);
    while let Some(worked) = working.next().await {
        worked?;
    }
    Ok(())
}

/// Works on what was told about one person.
async fn one(
    app: &App,
    place: Option<(&ConnectionRow, &SyncRow, &Reader)>,
    whom: Whom,
    rows: Vec<DeliveryRow>,
) -> Result<(), AppError> {
    let deliveries = app.store().deliveries();
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let Some((connection, sync, reader)) = place else {
        // Nobody's people: there is nothing to do about it.
        return deliveries.done(&ids).map_err(error::store);
    };
    // Only the half that the service told of; and somebody who is in no sync is not read.
    let half = match connection.service {
        Service::HighLevel => Whom {
            contact: whom.contact.clone(),
            lead: None,
        },
        Service::Aimfox => Whom {
            contact: None,
            lead: whom.lead.clone(),
        },
    };
    let mut read = reader.read(&half, None).await;
    if connection.service == Service::HighLevel && read.is_ok() {
        read = look_at_items(app, sync, reader, &whom, &rows).await;
        if let Err(e) = &read
            && matches!(e.code, ErrorCode::MissingScope | ErrorCode::Blocked)
        {
            // Trying again changes nothing, and whom it is about was read.
            tracing::warn!("what a delivery is about may not be read: {}", e.message);
            read = Ok(());
        }
    }
    if let Err(e) = read {
        let due = RETRIES.get(rows.iter().map(|row| row.tries as usize).max().unwrap_or(0));
        let due = due.map(|wait| app.now() + wait);
        let why = format!("What it is about could not be read: {}", e.message);
        return deliveries.failed(&ids, &why, due).map_err(error::store);
    }
    let mut events = Vec::new();
    for row in &rows {
        events.push(event(connection, sync, row).event);
        events.extend(happening(app, sync, &whom, row));
    }
    // Should the program end here, they are worked on again, and become the same events.
    app.store().events().insert(&events).map_err(error::store)?;
    deliveries.done(&ids).map_err(error::store)
}

/// Notes, tasks and appointments that deliveries tell of are read afresh where a rule waits for such
/// news, and told as a run would tell them.
async fn look_at_items(
    app: &App,
    sync: &SyncRow,
    reader: &Reader,
    whom: &Whom,
    rows: &[DeliveryRow],
) -> Result<(), AppError> {
    let wanted = kinds(&triggers_of(app, &sync.id)?);
    let about = |kind: &ItemKind| {
        let mut events = rows.iter().map(|row| row.event.to_ascii_lowercase());
        events.any(|event| event.starts_with(kind.as_str()))
    };
    for kind in wanted.into_iter().filter(about) {
        let (highlevel, about) = reader.highlevel().await?;
        let teller = Teller {
            app,
            sync,
            highlevel,
            about,
        };
        if kind != ItemKind::Appointment {
            if let Some(contact) = &whom.contact {
                teller.one_contact(contact, kind).await?;
            }
            continue;
        }
        let ids: BTreeSet<&str> = rows
            .iter()
            .filter_map(|row| row.body.pointer("/appointment/id")?.as_str())
            .collect();
        for id in ids {
            teller.one_appointment(id).await?;
        }
    }
    Ok(())
}

/// The catalog's trigger of a service's event.
fn trigger(service: Service, event: &str) -> String {
    let known = triggers()
        .iter()
        .find(|t| t.service == Some(service) && t.event.as_deref() == Some(event));
    known.map_or_else(
        || format!("{}.events.{event}", service.as_str()),
        |trigger| trigger.id.clone(),
    )
}

/// A delivery as an event.
fn event(connection: &ConnectionRow, sync: &SyncRow, row: &DeliveryRow) -> EventRow {
    let key = row.key.as_deref().unwrap_or_default();
    EventRow {
        id: 0,
        event: NewEvent {
            // A replay is another event: whoever asks for it wants the rules to look again.
            key: format!("hook:{}:{key}:{}", connection.id, row.replays),
            trigger: trigger(connection.service, &row.event),
            at: row.at,
            sync: Some(sync.id.clone()),
            connection: Some(connection.id.clone()),
            depth: 0,
            ours: false,
            payload: row.body.clone(),
        },
        handled_at: None,
    }
}

/// What Aimfox tells of a lead, as the happening that runs find too: whoever finds it first.
fn happening(app: &App, sync: &SyncRow, whom: &Whom, row: &DeliveryRow) -> Option<NewEvent> {
    let trigger = match row.event.as_str() {
        "accepted" => "foxbridge.lead.accepted",
        "reply" | "inmail_reply" | "campaign_reply" | "new_reply" => "foxbridge.lead.replied",
        _ => return None,
    };
    let lead = whom.lead.as_deref()?;
    let told = &row.body["event"];
    let when = told["timestamp"]
        .as_str()
        .map_or_else(|| convert::time(row.at), str::to_owned);
    let who = ["target", "sender"]
        .iter()
        .map(|key| &told[*key])
        .find(|who| who.is_object())?;
    let text = |key: &str| who[key].as_str().map(str::trim).unwrap_or_default();
    let message = told["message_urn"].as_str();
    let mut key = lead_key(trigger, lead, &when);
    if row.replays > 0 {
        key = format!("{key}:replay:{}", row.replays);
    }
    Some(NewEvent {
        key,
        trigger: trigger.to_owned(),
        at: app.now(),
        sync: Some(sync.id.clone()),
        connection: Some(row.connection.clone()),
        depth: 0,
        ours: false,
        payload: json!({
            "at": convert::time(row.at),
            "sync": sync.id,
            "service": "aimfox",
            "record": lead,
            "name": format!("{} {}", text("first_name"), text("last_name")).trim(),
            "email": who["email"],
            "counterpart": whom.contact,
            "campaign": told["campaign"]["id"],
            "campaign_name": told["campaign"]["name"],
            // In a flow event the text is our own template, not the answer (facts/aimfox.md §4).
            "text": message.and(told["body"].as_str()),
            "happened_at": when,
        }),
    })
}
