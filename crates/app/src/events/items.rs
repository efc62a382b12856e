//! What a difference between two readings of a task or an appointment means.

use foxbridge_store::{NewEvent, Seen};
use serde_json::{Value, json};

use super::WRITTEN;
use super::people::About;

/// The kinds of thing that hang on a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Task,
    Appointment,
}

impl Kind {
    /// The word in trigger ids.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Appointment => "appointment",
        }
    }

    /// The mirror's name for what rules watch, apart from what a sync keeps of the same records.
    pub(crate) fn object(self) -> &'static str {
        match self {
            Self::Task => "watched_task",
            Self::Appointment => "watched_appointment",
        }
    }

    /// A record as HighLevel shows it, in the words of the trigger's payload.
    pub(super) fn read(self, from: &Value) -> Option<(String, Value)> {
        // The search over tasks shows deleted ones, too.
        if from["deleted"] == true {
            return None;
        }
        let id = from["id"].as_str().or_else(|| from["_id"].as_str())?;
        let contact = from["contactId"].as_str();
        let text = |key: &str| from[key].as_str();
        let content = match self {
            Self::Task => json!({
                "person": contact,
                "title": text("title").unwrap_or_default(),
                "due": text("dueDate"),
                "completed": from["completed"] == true,
                "assigned_to": text("assignedTo"),
            }),
            Self::Appointment => json!({
                "person": contact,
                "calendar": text("calendarId"),
                "title": text("title").unwrap_or_default(),
                "status": text("appointmentStatus").unwrap_or_default(),
                "start": text("startTime"),
                "end": text("endTime"),
            }),
        };
        Some((id.to_owned(), content))
    }
}

/// Every happening between two readings.
pub(super) fn differences(about: &About, kind: Kind, seen: &Seen<'_>) -> Vec<NewEvent> {
    let trigger = |what: &str| format!("foxbridge.{}.{what}", kind.word());
    let marked = |mut event: NewEvent| {
        if let Some(echo) = seen.echoes.iter().find(|echo| echo.what == WRITTEN) {
            event.ours = true;
            event.depth = echo.depth;
        }
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
pub(super) fn gone(about: &About, kind: Kind, id: &str, before: &Value) -> NewEvent {
    let trigger = format!("foxbridge.{}.removed", kind.word());
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
