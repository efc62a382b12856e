//! What a difference between two readings of a task or an appointment means.

use foxbridge_model::{Item, ItemField, ItemKind};
use foxbridge_store::{NewEvent, Seen};
use serde_json::{Value, json};

use super::people::About;
use super::{WRITTEN, echoed};

/// The mirror's name for what rules know of a task, an appointment or a contact's notes, apart from
/// what a sync keeps of the same records.
pub(super) fn watched(kind: ItemKind) -> String {
    format!("watched_{}", kind.as_str())
}

/// A record in the words of the trigger's payload.
pub(super) fn content(item: &Item) -> Value {
    let text = |field| item.fields.get(&field);
    let known = |field| text(field).map(String::as_str).unwrap_or_default();
    match item.kind {
        ItemKind::Appointment => json!({
            "person": item.contact_id,
            "calendar": item.of,
            "title": known(ItemField::Title),
            "status": known(ItemField::Status),
            "start": text(ItemField::Start),
            "end": text(ItemField::End),
        }),
        _ => json!({
            "person": item.contact_id,
            "title": known(ItemField::Title),
            "due": text(ItemField::Due),
            "completed": known(ItemField::Done) == "yes",
            "assigned_to": item.of,
        }),
    }
}

/// Every happening between two readings.
pub(super) fn differences(about: &About, kind: ItemKind, seen: &Seen<'_>) -> Vec<NewEvent> {
    let trigger = |what: &str| format!("foxbridge.{}.{what}", kind.as_str());
    let marked = |mut event: NewEvent| {
        echoed(&mut event, seen.echoes, WRITTEN);
        vec![event]
    };
    let Some(before) = seen.before else {
        return marked(about.event(&trigger("created"), "made", seen.id, seen.after.clone()));
    };
    let fields: Vec<&String> = seen
        .after
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, value)| before.get(key.as_str()) != Some(value))
        .map(|(key, _)| key)
        .collect();
    if fields.is_empty() {
        return Vec::new();
    }
    let mut payload = seen.after.clone();
    payload["fields"] = json!(fields);
    marked(about.event(&trigger("changed"), "fields", seen.id, payload))
}

/// A record that a read has proved to be gone. `before` is what was known of it.
pub(super) fn gone(about: &About, kind: ItemKind, id: &str, before: &Value) -> NewEvent {
    let trigger = format!("foxbridge.{}.removed", kind.as_str());
    let mut event = about.event(&trigger, "gone", id, before.clone());
    // Told again by a run that was cut short: one happening.
    event.key = format!("{trigger}:{id}");
    event
}

/// An open task whose date has come; told once for a date.
pub(super) fn due(about: &About, id: &str, task: &Value, now: i64) -> Option<NewEvent> {
    let due = task["due"].as_str()?;
    let at: jiff::Timestamp = due.parse().ok()?;
    if task["completed"] == true || at.as_millisecond() > now {
        return None;
    }
    let mut event = about.event("foxbridge.task.due", due, id, task.clone());
    event.key = format!("foxbridge.task.due:{id}:{due}");
    Some(event)
}
