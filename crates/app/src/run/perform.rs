//! Does one change: an action of the engine becomes one call of one operation.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use foxbridge_connectors::{Aimfox, CallError, ContactWrite, HighLevel};
use foxbridge_engine::{Action, Few, StampField, with_made};
use foxbridge_model::{ItemField, ItemKind, TagKey, Text, Value};

use super::steps::Context;

/// Ids that actions name by what they mean, and that may come into being during the run.
pub(super) struct Definitions {
    stamps: Mutex<BTreeMap<StampField, String>>,
    labels: Mutex<HashMap<TagKey, String>>,
    /// Text of every card, and of every note that shows a conversation, as the plan knows it, by note
    /// id.
    notes: HashMap<String, String>,
    /// Items made in this run, by the note they were made from.
    made: Mutex<HashMap<String, String>>,
}

impl Definitions {
    pub(super) fn new(
        stamps: BTreeMap<StampField, String>,
        labels: HashMap<TagKey, String>,
        notes: HashMap<String, String>,
    ) -> Self {
        Self {
            notes,
            stamps: Mutex::new(stamps),
            labels: Mutex::new(labels),
            made: Mutex::default(),
        }
    }

    fn contact(
        &self,
        fields: &Few<Text, Value>,
        stamps: &Few<StampField, Text>,
    ) -> Result<ContactWrite, Undone> {
        let known = self.stamps.lock().unwrap_or_else(PoisonError::into_inner);
        let mut write = ContactWrite::default();
        for (field, value) in fields.iter() {
            write.fields.insert(field.to_string(), Some(value.clone()));
        }
        for (stamp, value) in stamps.iter() {
            // A contact without its stamps could be made a second time.
            let id = known.get(stamp).ok_or_else(|| {
                Undone::Missing(format!(
                    "the custom field \"{}\" is not there",
                    stamp.title()
                ))
            })?;
            write
                .fields
                .insert(format!("cf.{id}"), Some(Value::Text(value.clone())));
        }
        Ok(write)
    }

    fn remember(&self, note: &str, item: &str) {
        self.made
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(note.to_owned(), item.to_owned());
    }

    fn made_from(&self, note: &str) -> Option<String> {
        self.made
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(note)
            .cloned()
    }

    fn label(&self, label: &TagKey) -> Option<String> {
        self.labels
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(label)
            .cloned()
    }
}

/// Why a change was not made.
pub(super) enum Undone {
    /// The call failed.
    Call(CallError),
    /// Something it needs is missing.
    Missing(String),
    /// Somebody edited it since it was read; a new plan takes that in.
    Edited,
    /// What it follows was not done; the next run comes back to it.
    Waiting(&'static str),
}

impl From<CallError> for Undone {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

/// Makes the change; gives the id of the record it made, if it made one.
pub(super) async fn perform(
    context: &Context,
    definitions: &Definitions,
    action: &Action,
) -> Result<Option<String>, Undone> {
    let (highlevel, aimfox) = (&context.highlevel, &context.aimfox);
    match action {
        Action::CreateCustomField { stamp } => {
            let field = highlevel.create_custom_field(stamp.title(), "TEXT").await?;
            definitions
                .stamps
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(*stamp, field.id.clone());
            Ok(Some(field.id))
        }
        Action::CreateLabel { name } => {
            let label = aimfox.create_label(name, "info").await?;
            if let Some(key) = TagKey::new(name) {
                definitions
                    .labels
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(key, label.id.clone());
            }
            Ok(Some(label.id))
        }
        Action::Link { .. } | Action::Unlink { .. } => Ok(None),
        Action::CreateContact {
            fields,
            stamps,
            tags,
            ..
        } => {
            let mut write = definitions.contact(fields, stamps)?;
            write
                .fields
                .insert("source".to_owned(), Some(Value::from("Aimfox")));
            write.tags = tags.to_vec();
            Ok(Some(highlevel.create_contact(&write).await?))
        }
        Action::DeleteContact { contact_id, .. } => {
            highlevel.delete_contact(contact_id).await?;
            Ok(None)
        }
        Action::UpdateContact {
            contact_id,
            fields,
            clear,
            stamps,
        } => {
            let mut write = definitions.contact(fields, stamps)?;
            write
                .fields
                .extend(clear.iter().map(|field| (field.clone(), None)));
            highlevel.update_contact(contact_id, &write).await?;
            Ok(None)
        }
        Action::AddTags { contact_id, tags } => {
            highlevel.add_tags(contact_id, tags).await?;
            Ok(None)
        }
        Action::RemoveTags { contact_id, tags } => {
            highlevel.remove_tags(contact_id, tags).await?;
            Ok(None)
        }
        Action::WriteCard {
            lead_id,
            note_id: None,
            text,
        } => Ok(Some(aimfox.create_note(lead_id, text).await?.id)),
        Action::WriteCard {
            lead_id,
            note_id: Some(note_id),
            text,
        } => {
            let was = definitions.notes.get(note_id.as_str()).map(String::as_str);
            replace_note(aimfox, lead_id, note_id, was, text).await
        }
        Action::RemoveNote {
            lead_id,
            note_id,
            was,
        } => {
            unedited(aimfox, lead_id, note_id, Some(was)).await?;
            aimfox.delete_note(lead_id, note_id).await?;
            Ok(None)
        }
        Action::AttachLabel { lead_id, label } => {
            let id = definitions.label(label).ok_or_else(|| no_label(label))?;
            aimfox.attach_label(lead_id, &id).await?;
            Ok(None)
        }
        Action::DetachLabel { lead_id, label } => {
            let id = definitions.label(label).ok_or_else(|| no_label(label))?;
            aimfox.detach_label(lead_id, &id).await?;
            Ok(None)
        }
        Action::WriteItem {
            kind,
            contact_id,
            id: None,
            fields,
            from_note,
        } => {
            let id = highlevel.create_item(*kind, contact_id, fields).await?;
            if let Some(note) = from_note {
                definitions.remember(note, &id);
            }
            Ok(Some(id))
        }
        Action::WriteItem {
            kind,
            contact_id,
            id: Some(id),
            fields,
            ..
        } => {
            if *kind == ItemKind::Conversation {
                let was = definitions.notes.get(id.as_str());
                same_note(highlevel, contact_id, id, was).await?;
            }
            highlevel.update_item(*kind, contact_id, id, fields).await?;
            Ok(None)
        }
        Action::DeleteItem {
            kind,
            contact_id,
            id,
        } => {
            highlevel.delete_item(*kind, contact_id, id).await?;
            Ok(None)
        }
        Action::WriteNote {
            lead_id,
            note_id: None,
            text,
            ..
        } => Ok(Some(aimfox.create_note(lead_id, text).await?.id)),
        Action::WriteNote {
            lead_id,
            note_id: Some(note_id),
            kind,
            text,
            was,
            follows,
        } => {
            let text = if *follows {
                let id = definitions
                    .made_from(note_id)
                    .ok_or(Undone::Waiting("What the note stands for was not made."))?;
                with_made(text, *kind, &id).into()
            } else {
                text.clone()
            };
            replace_note(aimfox, lead_id, note_id, was.as_deref(), &text).await
        }
    }
}

/// Makes sure that a contact's note still says what the plan knows, where it knows it: it is appended
/// to, and so written as a whole.
async fn same_note(
    highlevel: &HighLevel,
    contact_id: &str,
    id: &str,
    was: Option<&String>,
) -> Result<(), Undone> {
    let Some(was) = was else { return Ok(()) };
    let notes = highlevel.contact_notes(contact_id).await?;
    let now = notes.iter().find(|note| note.id == id);
    match now.and_then(|note| note.fields.get(&ItemField::Text)) {
        Some(now) if now == was => Ok(()),
        _ => Err(Undone::Edited),
    }
}

/// Replaces a note that still says what the plan knows.
async fn replace_note(
    aimfox: &Aimfox,
    lead_id: &str,
    note_id: &str,
    was: Option<&str>,
    text: &str,
) -> Result<Option<String>, Undone> {
    unedited(aimfox, lead_id, note_id, was).await?;
    aimfox.update_note(lead_id, note_id, text).await?;
    Ok(None)
}

/// Makes sure that a note still says what the plan knows: the plan may be many minutes old, and a
/// note is replaced, or deleted, as a whole.
async fn unedited(
    aimfox: &Aimfox,
    lead_id: &str,
    note_id: &str,
    was: Option<&str>,
) -> Result<(), Undone> {
    let notes = aimfox.notes(lead_id).await?;
    let now = notes.iter().find(|note| note.id == note_id);
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
    if now.map(|note| words(&note.text)) == was.map(words) {
        Ok(())
    } else {
        Err(Undone::Edited)
    }
}

fn no_label(label: &TagKey) -> Undone {
    Undone::Missing(format!("the workspace has no label \"{label}\""))
}
