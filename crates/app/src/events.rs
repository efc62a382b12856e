//! What happened, for the rules: found by comparing what is read with what was read before, and kept
//! in the transaction that changes the mirror.
//!
//! Whoever keeps records in the mirror passes [`detector`] (or builds [`NewEvent`]s of its own kind
//! and calls [`detected`]); whoever writes to a service calls [`intended`] first, so that what we did
//! ourselves is told apart from what somebody did.

mod items;
mod notes;
mod people;
mod told;
mod watch;

use foxbridge_contract::{AppError, NeedsYou, RunState, RunSummary};
use foxbridge_engine::{Action, Change};
use foxbridge_model::{ItemField, ItemKind, Service};
use foxbridge_store::{Echo, NewEvent, Seen, SyncRow};
use serde_json::{Value, json};

use crate::{App, convert, error};
pub(crate) use people::{About, lead_key};
pub(crate) use told::{Read, Teller, kinds};
pub(crate) use watch::{AHEAD_MS, PAST_MS, begin, look, watch};

/// Depth of events that follow from what a sync wrote.
const SYNC_DEPTH: u32 = 1;

/// Keeps events that were noticed outside of the mirror; those whose key is known are known already.
pub(crate) fn detected(app: &App, events: &[NewEvent]) -> Result<(), AppError> {
    if app.store().events().insert(events).map_err(error::store)? > 0 {
        app.worker().wake();
    }
    Ok(())
}

/// What a difference between two readings of a person means.
pub(crate) fn detector(about: &About) -> impl FnMut(&Seen<'_>) -> Vec<NewEvent> {
    |seen| people::differences(about, seen)
}

/// Notes what a sync is about to write, so that reading it back is no news.
pub(crate) fn intended(app: &App, sync: &SyncRow, change: &Change) -> Result<(), AppError> {
    let Some(service) = change.action.service() else {
        return Ok(());
    };
    let connection = match service {
        Service::HighLevel => &sync.highlevel,
        Service::Aimfox => &sync.aimfox,
    };
    let at = app.now();
    let echo = |record: &str, what: String| Echo {
        connection: connection.clone(),
        record_id: record.to_owned(),
        what,
        at,
        depth: SYNC_DEPTH,
    };
    let echoes: Vec<Echo> = match &change.action {
        Action::UpdateContact {
            contact_id,
            fields,
            stamps,
            ..
        } => {
            let fields = fields
                .iter()
                .map(|(field, value)| field_echo(field, Some(&value.display())));
            // Their fields may not be there yet: a stamp is told by its value, in whatever field.
            let stamps = stamps
                .values()
                .map(|value| field_echo(ANY_FIELD, Some(value)));
            fields
                .chain(stamps)
                .map(|what| echo(contact_id, what))
                .collect()
        }
        Action::AddTags { contact_id, tags } => tags
            .iter()
            .map(|tag| echo(contact_id, tag_echo('+', tag)))
            .collect(),
        Action::RemoveTags { contact_id, tags } => tags
            .iter()
            .map(|tag| echo(contact_id, tag_echo('-', tag)))
            .collect(),
        Action::AttachLabel { lead_id, label } => {
            vec![echo(lead_id, tag_echo('+', label.as_str()))]
        }
        Action::DetachLabel { lead_id, label } => {
            vec![echo(lead_id, tag_echo('-', label.as_str()))]
        }
        // A note has no id before it is made: it is told by its text, on any note of theirs.
        Action::WriteItem {
            kind: ItemKind::Note,
            contact_id,
            fields,
            ..
        } => {
            let text = fields.get(&ItemField::Text).map(String::as_str);
            vec![echo(contact_id, note_echo(text.unwrap_or_default()))]
        }
        Action::DeleteItem {
            kind: ItemKind::Note,
            contact_id,
            id,
        } => vec![echo(contact_id, note_gone_echo(id))],
        Action::RemoveNote {
            lead_id, note_id, ..
        } => vec![echo(lead_id, note_gone_echo(note_id))],
        Action::WriteItem { id: Some(id), .. } | Action::DeleteItem { id, .. } => {
            vec![echo(id, WRITTEN.to_owned())]
        }
        // A contact that we make carries our stamp, a card its mark: they are told by that.
        _ => Vec::new(),
    };
    app.store().events().echo(&echoes).map_err(error::store)
}

/// Notes the id of a record that a sync made, once it is known.
pub(crate) fn made(app: &App, sync: &SyncRow, change: &Change, id: &str) -> Result<(), AppError> {
    if change.action.service() != Some(Service::HighLevel) {
        return Ok(());
    }
    let mut what = vec![WRITTEN.to_owned()];
    if let Action::CreateContact { tags, .. } = &change.action {
        what.extend(tags.iter().map(|tag| tag_echo('+', tag)));
    }
    let echoes: Vec<Echo> = what
        .into_iter()
        .map(|what| Echo {
            connection: sync.highlevel.clone(),
            record_id: id.to_owned(),
            what,
            at: app.now(),
            depth: SYNC_DEPTH,
        })
        .collect();
    app.store().events().echo(&echoes).map_err(error::store)
}

/// What is remembered of a record that we made, or of a task or appointment that we changed.
pub(crate) const WRITTEN: &str = "written";

/// What is remembered of a tag that we put on or took off.
pub(crate) fn tag_echo(sign: char, tag: &str) -> String {
    let key = foxbridge_model::TagKey::new(tag);
    format!("tag{sign}{}", key.as_ref().map_or(tag, |key| key.as_str()))
}

/// Stands for the field of a stamp.
pub(crate) const ANY_FIELD: &str = "*";

/// What is remembered of a field that we set. Services respell what they are given: only letters and
/// digits count.
pub(crate) fn field_echo(field: &str, value: Option<&str>) -> String {
    let value: String = value
        .unwrap_or_default()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    format!("field:{field}={value}")
}

/// What is remembered of a note that we wrote.
pub(crate) fn note_echo(text: &str) -> String {
    format!(
        "note={}",
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    )
}

/// What is remembered of a note that we deleted.
pub(crate) fn note_gone_echo(id: &str) -> String {
    format!("note-{id}")
}

/// Marks an event that follows from something we did ourselves.
fn echoed(event: &mut NewEvent, echoes: &[Echo], what: &str) {
    if let Some(echo) = echoes.iter().find(|echo| echo.what == what) {
        event.ours = true;
        event.depth = echo.depth;
    }
}

/// The end of a run, as an event; none for a rehearsal.
pub(crate) fn run_ended(summary: &RunSummary, now: i64) -> Vec<NewEvent> {
    if summary.rehearsal {
        return Vec::new();
    }
    let mut payload = json!({
        "at": convert::time(now),
        "sync": summary.sync,
        "run": summary.id,
        "created": summary.changed.create,
        "updated": summary.changed.update,
        "deleted": summary.changed.delete,
        "needs_you": summary.health.needs_you,
    });
    let trigger = if summary.state == RunState::Done {
        "foxbridge.run.finished"
    } else {
        if let Some(error) = &summary.error {
            payload["code"] = json!(error.code);
            payload["message"] = json!(error.message);
            payload["hint"] = json!(error.hint);
        }
        "foxbridge.run.failed"
    };
    vec![NewEvent {
        key: format!("{trigger}:{}", summary.id),
        trigger: trigger.to_owned(),
        at: now,
        sync: Some(summary.sync.clone()),
        connection: None,
        depth: 0,
        ours: false,
        payload,
    }]
}

/// Conflicts that wait for a person. One is told once for the values that differ.
pub(crate) fn conflicts(sync: &str, waiting: &[NeedsYou], now: i64) -> Vec<NewEvent> {
    let asked = waiting.iter().filter(|item| item.kind == "conflict");
    asked
        .map(|item| {
            let value = |service: Service| -> Value {
                let service = convert::service(service);
                let choice = item.choices.iter().find(|c| c.service == service);
                choice.map_or(Value::Null, |choice| json!(choice.label))
            };
            let (highlevel, aimfox) = (value(Service::HighLevel), value(Service::Aimfox));
            let field = item.id.rsplit(':').next().unwrap_or_default();
            NewEvent {
                key: format!("conflict:{sync}:{}:{highlevel}:{aimfox}", item.id),
                trigger: "foxbridge.conflict.waiting".to_owned(),
                at: now,
                sync: Some(sync.to_owned()),
                connection: None,
                depth: 0,
                ours: false,
                payload: json!({
                    "at": convert::time(now),
                    "sync": sync,
                    "person": item.record.name,
                    "record": item.record.contact_id,
                    "counterpart": item.record.lead_id,
                    "field": field,
                    "highlevel": highlevel,
                    "aimfox": aimfox,
                }),
            }
        })
        .collect()
}
