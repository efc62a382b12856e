//! Carries firings out, a step at a time.

use std::sync::Arc;

use foxbridge_catalog::{Effect, Operation, ids};
use foxbridge_connectors::CallError;
use foxbridge_contract::AppError;
use foxbridge_model::Service;
use foxbridge_rules::{Call, Facts, Failure, Next, State, What};
use foxbridge_store::{Echo, EventRow, FiringRow, Switch, SyncRow};
use futures::StreamExt as _;
use serde_json::Value;

use super::facts::{Whom, facts};
use super::line::{Line, connection, id_of, param};
use super::{Kept, kept, matching, note, put, refresh};
use crate::events::{self, WRITTEN, field_echo, note_echo, note_gone_echo, tag_echo};
use crate::permissions::{Caller, Switches};
use crate::{App, error};

/// Firings under way at once. The services' limits decide the pace; this hides the latency.
const AT_ONCE: usize = 4;
/// Firings looked at in one go.
const BATCH: u32 = 100;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const HOUR_MS: i64 = 60 * 60 * 1000;
/// A firing that could not even be looked at is looked at again after this long.
const POSTPONED_MS: i64 = 5 * 60 * 1000;
/// Steps of one rule in a day that contact people or cannot be undone.
const CAP: u32 = 20;

/// Carries on what is due; gives whether there was anything.
pub(super) async fn due(app: &App) -> Result<bool, AppError> {
    let rows = app
        .store()
        .rules()
        .due(app.now(), BATCH)
        .map_err(error::store)?;
    let any = !rows.is_empty();
    let mut working = futures::stream::iter(rows)
        .map(|row| async move {
            let id = row.id;
            if let Err(e) = one(app, row).await {
                tracing::warn!(firing = id, "a firing cannot go on now: {e}");
                if let Err(e) = postpone(app, id) {
                    tracing::error!(firing = id, "a firing could not be put off: {e}");
                }
            }
        })
        .buffer_unordered(AT_ONCE);
    while working.next().await.is_some() {}
    drop(working);
    if any {
        app.changed(&[
            "rules.list",
            "rules.firings",
            "syncs.needs_you",
            "activity.list",
        ]);
    }
    Ok(any)
}

/// Puts a firing off that could not be looked at: a service is away, or the database is busy.
fn postpone(app: &App, id: i64) -> Result<(), AppError> {
    let row = app.store().rules().firing(id).map_err(error::store)?;
    let Some(mut row) = row else { return Ok(()) };
    let mut kept = kept(&row)?;
    if kept.firing.state.is_open() {
        kept.firing.due = app.now() + POSTPONED_MS;
        note(app, &mut row, &kept)?;
    }
    Ok(())
}

async fn one(app: &App, mut row: FiringRow) -> Result<(), AppError> {
    let mut kept = kept(&row)?;
    let store = app.store();
    let sync = store.syncs().get(&row.sync).map_err(error::store)?;
    let event = store.events().get(row.event).map_err(error::store)?;
    let (Some(sync), Some(event)) = (sync, event) else {
        kept.firing.give_up(app.now());
        return note(app, &mut row, &kept);
    };
    if kept.firing.state == State::Sent {
        // Only an earlier life of the program can have left it so.
        let called = kept.firing.log.last().and_then(|e| e.operation.clone());
        let operation = called.and_then(|id| foxbridge_catalog::find(&id));
        let harmless = operation.is_some_and(|o| o.idempotent || o.effect == Effect::Read);
        kept.firing.recover(harmless, app.now());
    }
    if kept.firing.waited && kept.firing.due <= app.now() {
        // What is asked after a wait is asked of things as they are now.
        let whom = super::whom(app, &sync, &event)?;
        refresh(app, &sync, &whom).await?;
        // And whether something has happened since, of those who know.
        let asked = super::none_since(&kept.rule);
        events::look(app, &sync, &whom, &asked.into_iter().collect()).await?;
    }
    loop {
        let (whom, context) = facts(app, &sync, &event, &kept.firing.results)?;
        let came_since = |trigger: &str| matching::came_since(app, trigger, &whom, event.id);
        let facts = Facts {
            context: &context,
            came_since: &came_since,
        };
        let rule = kept.rule.clone();
        let Next::Call(call) = kept.firing.next(&rule, &facts, app.now()) else {
            return note(app, &mut row, &kept);
        };
        let sent = send(app, &mut row, &mut kept, &sync, &event, &whom, &call);
        match sent.await? {
            Sent::Answer(answer) => kept.firing.answered(&rule, answer, &facts, app.now()),
            Sent::Failed(how, why) => kept.firing.failed(how, &why, app.now()),
            Sent::Not => {}
        }
        note(app, &mut row, &kept)?;
        if kept.firing.due > app.now() {
            return Ok(());
        }
    }
}

enum Sent {
    Answer(Value),
    Failed(Failure, String),
    /// It waits, and that is written into the firing.
    Not,
}

async fn send(
    app: &App,
    row: &mut FiringRow,
    kept: &mut Kept,
    sync: &SyncRow,
    event: &EventRow,
    whom: &Whom,
    call: &Call,
) -> Result<Sent, AppError> {
    let Some(operation) = foxbridge_catalog::find(&call.operation) else {
        let why = format!("There is no operation \"{}\".", call.operation);
        return Ok(refused(kept, call, app.now(), why));
    };
    let id = match operation.service {
        Service::HighLevel => &sync.highlevel,
        Service::Aimfox => &sync.aimfox,
    };
    let connection = connection(app, id)?;
    let gate = Switches {
        store: app.store().clone(),
        connection: connection.clone(),
        // Whoever switched the rule on had seen what it does.
        needed: std::iter::once(operation.id.as_str()).collect(),
        caller: Caller::Rule {
            approved: kept.firing.approved,
        },
    };
    if gate.switch(operation)? == Switch::Ask && !kept.firing.approved {
        kept.firing.state = State::Asking;
        return Ok(Sent::Not);
    }
    let line = match Line::open(app, connection.clone(), Arc::new(gate)).await {
        Ok(line) => line,
        Err(e) => return Ok(refused(kept, call, app.now(), e.message)),
    };
    let params = call
        .params
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), param(value)?)))
        .collect();
    let body = (!call.body.is_null()).then(|| call.body.clone());
    let now = app.now();
    let before = kept.firing.clone();
    kept.firing.sending(call, now);
    let mut counted = None;
    if grave(operation) {
        put(row, kept)?;
        let rules = app.store().rules();
        // Counted where it is written down: of two that are under way at once, one is the last.
        let noted = rules.note_capped(row, now, now - DAY_MS, CAP);
        counted = noted.map_err(error::store)?;
        if counted.is_none() {
            kept.firing = before;
            kept.firing.due = now + HOUR_MS;
            tracing::warn!(
                rule = row.rule,
                "the cap of {CAP} a day is reached; it waits"
            );
            return Ok(Sent::Not);
        }
    } else {
        note(app, row, kept)?;
    }
    let echoes = echoes(&connection.id, call, app.now(), row.depth);
    app.store().events().echo(&echoes).map_err(error::store)?;
    tracing::info!(
        rule = row.rule,
        event = event.id,
        operation = operation.id,
        "a rule calls"
    );
    match line.call(operation, params, body).await {
        Ok(answer) => {
            after(app, sync, whom, operation, &answer, row.depth).await;
            Ok(Sent::Answer(answer))
        }
        Err(e) => {
            if let Some(counted) = counted.filter(|_| !e.outcome_unknown()) {
                let rules = app.store().rules();
                rules.uncount(counted).map_err(error::store)?;
            }
            let how = if e.outcome_unknown() {
                Failure::Unknown
            } else if error::is_transient(&e) || matches!(e, CallError::DailyQuota { .. }) {
                Failure::Passing
            } else {
                Failure::ForGood
            };
            Ok(Sent::Failed(how, e.to_string()))
        }
    }
}

/// A call that cannot even be made.
fn refused(kept: &mut Kept, call: &Call, now: i64, why: String) -> Sent {
    kept.firing.sending(call, now);
    Sent::Failed(Failure::ForGood, why)
}

fn grave(operation: &Operation) -> bool {
    matches!(operation.effect, Effect::Outreach | Effect::Destructive)
}

/// What a call is about to write, so that reading it back is no news.
pub(super) fn echoes(connection: &str, call: &Call, at: i64, depth: u32) -> Vec<Echo> {
    let text = |key: &str| call.params.get(key).and_then(id_of);
    let strings = |key: &str| -> Vec<String> {
        let items = call.body[key].as_array().into_iter().flatten();
        items
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect()
    };
    let (record, what): (Option<String>, Vec<String>) = match call.operation.as_str() {
        ids::HIGHLEVEL_CONTACTS_TAGS_ADD => (
            text("contactId"),
            strings("tags").iter().map(|t| tag_echo('+', t)).collect(),
        ),
        ids::HIGHLEVEL_CONTACTS_TAGS_REMOVE => (
            text("contactId"),
            strings("tags").iter().map(|t| tag_echo('-', t)).collect(),
        ),
        ids::HIGHLEVEL_CONTACTS_UPDATE => {
            let fields = call.body.as_object().into_iter().flatten();
            let what = fields.map(|(key, value)| field_echo(key, value.as_str()));
            (text("contactId"), what.collect())
        }
        ids::AIMFOX_LEADS_NOTES_CREATE | ids::AIMFOX_LEADS_NOTES_UPDATE => {
            let note = call.body["text"].as_str().unwrap_or_default();
            // The note has no id yet: it is told by its text, on any note of ours.
            (text("lead_id"), vec![note_echo(note)])
        }
        ids::HIGHLEVEL_CONTACTS_NOTES_CREATE | ids::HIGHLEVEL_CONTACTS_NOTES_UPDATE => {
            let note = call.body["body"].as_str().unwrap_or_default();
            (text("contactId"), vec![note_echo(note)])
        }
        ids::HIGHLEVEL_CONTACTS_TASKS_DELETE
        | ids::HIGHLEVEL_CONTACTS_TASKS_UPDATE
        | ids::HIGHLEVEL_CONTACTS_TASKS_COMPLETE => (text("taskId"), vec![WRITTEN.to_owned()]),
        ids::HIGHLEVEL_CALENDARS_EVENTS_DELETE | ids::HIGHLEVEL_CALENDARS_APPOINTMENTS_UPDATE => {
            (text("eventId"), vec![WRITTEN.to_owned()])
        }
        ids::HIGHLEVEL_CONTACTS_NOTES_DELETE => {
            let gone = text("id").map(|id| note_gone_echo(&id));
            (text("contactId"), gone.into_iter().collect())
        }
        ids::AIMFOX_LEADS_NOTES_DELETE => {
            let gone = text("note_id").map(|id| note_gone_echo(&id));
            (text("lead_id"), gone.into_iter().collect())
        }
        _ => (None, Vec::new()),
    };
    let Some(record_id) = record else {
        return Vec::new();
    };
    what.into_iter()
        .map(|what| Echo {
            connection: connection.to_owned(),
            record_id: record_id.clone(),
            what,
            at,
            depth,
        })
        .collect()
}

/// What can be told only by the answer: a label's name by its id, a new record's id.
async fn after(
    app: &App,
    sync: &SyncRow,
    whom: &Whom,
    operation: &Operation,
    answer: &Value,
    depth: u32,
) {
    let echo = |connection: &str, record: &str, what: &str| Echo {
        connection: connection.to_owned(),
        record_id: record.to_owned(),
        what: what.to_owned(),
        at: app.now(),
        depth,
    };
    let made = ["/contact/id", "/task/id", "/id"]
        .iter()
        .find_map(|at| answer.pointer(at).and_then(id_of));
    let mut echoes = Vec::new();
    if let (Service::HighLevel, Some(id)) = (operation.service, made) {
        echoes.push(echo(&sync.highlevel, &id, WRITTEN));
    }
    if let Err(e) = app.store().events().echo(&echoes) {
        tracing::error!("our own write could not be noted: {e}");
    }
    let labels = [
        ids::AIMFOX_LEADS_LABELS_ADD,
        ids::AIMFOX_LEADS_LABELS_REMOVE,
    ];
    if labels.contains(&operation.id.as_str()) {
        // The call names the label by its id, the lead by its names: what was written is read back
        // at once, as ours.
        if let Err(e) = refresh::ours(app, sync, whom, depth).await {
            tracing::warn!("a label that a rule changed could not be read back: {e}");
        }
    }
}

/// Whether a step of a rule asks before it is done.
pub(super) fn asks(what: &What) -> bool {
    matches!(what, What::Do { ask: true, .. })
}
