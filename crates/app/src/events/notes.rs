//! What a difference between two readings of somebody's notes means, on either side.

use std::collections::BTreeMap;

use foxbridge_model::{Item, ItemField, Note};
use foxbridge_store::{NewEvent, Seen};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::people::About;
use super::{echoed, note_echo, note_gone_echo};

/// A note as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Compared {
    text: String,
    /// When it was made, where the service says so: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    made: Option<String>,
}

/// Notes by their ids.
pub(super) type Notes = BTreeMap<String, Compared>;

/// A lead's notes.
pub(super) fn of_lead(notes: &[Note]) -> Notes {
    let compared = |note: &Note| Compared {
        text: note.text.clone(),
        made: None,
    };
    notes
        .iter()
        .map(|note| (note.id.clone(), compared(note)))
        .collect()
}

/// A contact's notes.
pub(super) fn of_contact(notes: &[Item]) -> Notes {
    let compared = |note: &Item| Compared {
        text: note
            .fields
            .get(&ItemField::Text)
            .cloned()
            .unwrap_or_default(),
        made: note.made.clone(),
    };
    notes
        .iter()
        .map(|note| (note.id.clone(), compared(note)))
        .collect()
}

/// The card, and every copy, is ours, whoever edits it.
fn is_ours(note: &Compared) -> bool {
    note.text.contains("[foxbridge ")
}

/// Whose notes they are.
pub(super) struct Whose<'a> {
    pub(super) about: &'a About,
    /// Their record's id.
    pub(super) person: &'a str,
    pub(super) name: &'a str,
}

impl Whose<'_> {
    fn event(&self, what: &str, id: &str, note: &Compared) -> NewEvent {
        let payload = json!({ "person": self.person, "name": self.name, "text": note.text });
        let trigger = format!("foxbridge.note.{what}");
        self.about.event(&trigger, "note", id, payload)
    }

    /// Every happening between two readings. `seen` tells what we wrote ourselves.
    pub(super) fn differences(
        &self,
        before: &Notes,
        after: &Notes,
        seen: &Seen<'_>,
    ) -> Vec<NewEvent> {
        let mut events = Vec::new();
        for (id, note) in after.iter().filter(|(_, note)| !is_ours(note)) {
            let mut event = match before.get(id) {
                None => self.event("created", id, note),
                // Somebody took our mark off: no note of theirs changed.
                Some(was) if is_ours(was) || was.text == note.text => continue,
                Some(was) => {
                    let mut event = self.event("changed", id, note);
                    event.payload["before"] = json!(was.text);
                    event
                }
            };
            echoed(&mut event, seen.echoes, &note_echo(&note.text));
            events.push(event);
        }
        let gone = before.iter().filter(|(id, _)| !after.contains_key(*id));
        for (id, note) in gone.filter(|(_, note)| !is_ours(note)) {
            let mut event = self.event("removed", id, note);
            echoed(&mut event, seen.echoes, &note_gone_echo(id));
            events.push(event);
        }
        events
    }

    /// Of notes that are read for the first time only those are news that were made since `since`,
    /// milliseconds since 1970: the others were there all along.
    pub(super) fn first_read(&self, notes: &Notes, since: i64, seen: &Seen<'_>) -> Vec<NewEvent> {
        let is_new = |note: &Compared| {
            let made: Option<jiff::Timestamp> = note.made.as_ref().and_then(|at| at.parse().ok());
            made.is_some_and(|made| made.as_millisecond() >= since)
        };
        let old: Notes = notes
            .iter()
            .filter(|(_, note)| !is_new(note))
            .map(|(id, note)| (id.clone(), note.clone()))
            .collect();
        let mut events = self.differences(&old, notes, seen);
        for event in &mut events {
            // It may have been told of already, should what was known of the notes be lost.
            event.key = format!(
                "{}:{}:first",
                event.trigger,
                event.payload["record"].as_str().unwrap_or_default()
            );
        }
        events
    }
}
