//! Undo: how each change is taken back, and whether it still can be.
//!
//! [`inverse`] is worked out together with the change and stored beside it in the journal.
//! [`take_back`] turns it into a change of its own when somebody asks, held against the records as
//! they are then: what anybody edited since is left alone, field by field.
//!
//! What an undo leaves behind is agreed rest, channel by channel ([`Part`](crate::Part)): the next
//! run does not redo what was undone, and still carries every edit that comes after it.

mod back;
mod items;

use std::collections::{BTreeMap, BTreeSet};

use foxbridge_model::{
    ContactItems, Item, ItemFields, ItemKind, Person, Service, TagKey, Text, Value,
};
use serde::{Deserialize, Serialize};

pub use back::{Done, Fresh, Left, TakeBack, take_back};

use crate::{Action, Few, Link, StampField, marked_contact};

/// What a field held before a change, and what the change left in it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Was {
    /// Before; `None` for blank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// After; `None` for blank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
}

/// How a change is taken back. A new kind of action gets an arm in [`inverse`], and, where none of
/// these shapes fits, one here and in [`take_back`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Inverse {
    /// Setting fields of a contact back.
    Fields {
        /// The contact.
        contact_id: String,
        /// By HighLevel field id.
        fields: BTreeMap<String, Was>,
    },
    /// Putting tags back on a contact, or taking them off again.
    Tags {
        /// The contact.
        contact_id: String,
        /// Names as they were spelt.
        tags: Vec<String>,
        /// Whether they are to be there again.
        present: bool,
    },
    /// Putting a label back on a lead, or taking it off again.
    Label {
        /// The lead.
        lead_id: String,
        /// The label.
        label: TagKey,
        /// Whether it is to be there again.
        present: bool,
    },
    /// Giving the card its old text, deleting it, or making it again.
    Card {
        /// The lead.
        lead_id: String,
        /// The note; `None` where the change made it, and the journal holds its id, or deleted it.
        note_id: Option<String>,
        /// Its text before; `None` when there was no card.
        before: Option<String>,
        /// Its text after; `None` when it was deleted.
        after: Option<String>,
    },
    /// Deleting the contact that was made. The journal holds its id.
    Created {
        /// The lead it was made from.
        lead_id: String,
        /// What it was made with.
        fields: Few<Text, Value>,
        /// Ids that were stamped on it.
        stamps: Few<StampField, Text>,
        /// Tags it was given.
        tags: Vec<String>,
    },
    /// Setting fields of a note, task or appointment back.
    Item {
        /// Which of them.
        kind: ItemKind,
        /// The contact it hangs on.
        contact_id: String,
        /// HighLevel's id of it.
        id: String,
        /// The written fields before.
        before: ItemFields,
        /// The same fields after.
        after: ItemFields,
    },
    /// Deleting the note or task that was made. The journal holds its id.
    ItemMade {
        /// Which of them.
        kind: ItemKind,
        /// The contact it hangs on.
        contact_id: String,
        /// What it was made with.
        fields: ItemFields,
    },
    /// Giving a lead's note that stands for an item its old text, or deleting it.
    ItemNote {
        /// What it stands for.
        kind: ItemKind,
        /// The lead.
        lead_id: String,
        /// The note; `None` where the change made it, and the journal holds its id.
        note_id: Option<String>,
        /// Its text before; `None` when there was no note.
        before: Option<String>,
        /// Its text after.
        after: String,
        /// It became the card of a task that was made from it.
        follows: bool,
    },
    /// Parting a pair.
    Linked {
        /// The pair.
        link: Link,
    },
    /// Linking a pair again.
    Unlinked {
        /// The pair.
        link: Link,
    },
    /// It cannot be taken back.
    Never {
        /// Why, as a sentence.
        why: String,
    },
}

impl Inverse {
    /// The record that must be read afresh before the change is taken back.
    pub fn reads(&self, made: Option<&str>) -> Option<(Service, String)> {
        match self {
            Self::Fields { contact_id, .. } | Self::Tags { contact_id, .. } => {
                Some((Service::HighLevel, contact_id.clone()))
            }
            Self::Created { .. } => Some((Service::HighLevel, made?.to_owned())),
            Self::Label { lead_id, .. }
            | Self::Card { lead_id, .. }
            | Self::ItemNote { lead_id, .. } => Some((Service::Aimfox, lead_id.clone())),
            Self::Item { .. }
            | Self::ItemMade { .. }
            | Self::Linked { .. }
            | Self::Unlinked { .. }
            | Self::Never { .. } => None,
        }
    }

    /// The note, task or appointment that must be read afresh before the change is taken back.
    pub fn reads_item(&self, made: Option<&str>) -> Option<ItemAt> {
        let (kind, contact_id, id) = match self {
            Self::Item {
                kind,
                contact_id,
                id,
                ..
            } => (*kind, contact_id, id.as_str()),
            Self::ItemMade {
                kind, contact_id, ..
            } => (*kind, contact_id, made?),
            _ => return None,
        };
        Some(ItemAt {
            kind,
            contact_id: contact_id.clone(),
            id: id.to_owned(),
        })
    }

    /// Whether taking it back deletes something, which only an explicit choice may do.
    pub fn deletes(&self) -> bool {
        self.deletes_with().is_some()
    }

    /// The operation that taking it back deletes something with.
    pub fn deletes_with(&self) -> Option<&'static str> {
        Some(match self {
            Self::Created { .. } => "highlevel.contacts.delete",
            Self::Card {
                before: None,
                after: Some(_),
                ..
            }
            | Self::ItemNote { before: None, .. } => "aimfox.leads.notes.delete",
            // The text goes back only together with the task that was made from it.
            Self::ItemMade {
                kind: ItemKind::Task,
                ..
            }
            | Self::ItemNote { follows: true, .. } => "highlevel.contacts.tasks.delete",
            Self::ItemMade { .. } => "highlevel.contacts.notes.delete",
            _ => return None,
        })
    }
}

/// Where a note, task or appointment is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemAt {
    /// Which of them.
    pub kind: ItemKind,
    /// The contact it hangs on.
    pub contact_id: String,
    /// HighLevel's id of it.
    pub id: String,
}

/// The records a change is about, as they were when it was planned.
#[derive(Debug, Clone, Copy, Default)]
pub struct Before<'a> {
    /// The lead.
    pub lead: Option<&'a Person>,
    /// The contact.
    pub contact: Option<&'a Person>,
    /// What was read of its notes, tasks and appointments.
    pub items: Option<&'a ContactItems>,
}

impl Before<'_> {
    fn item(&self, kind: ItemKind, id: &str) -> Option<&Item> {
        let items = self.items?.read.get(&kind.read_as())?;
        items.iter().find(|item| item.id == id)
    }

    fn field(&self, field: &str) -> Option<Value> {
        self.contact?.fields.get(field).cloned()
    }

    fn note(&self, id: &str) -> Option<String> {
        let notes = self.lead?.notes.as_deref()?;
        let note = notes.iter().find(|note| note.id == id)?;
        Some(note.text.clone())
    }

    /// Of these names, those that the contact carries (or does not), spelt as it spells them.
    fn tags(&self, names: &[String], carried: bool) -> Vec<String> {
        let Some(contact) = self.contact else {
            return names.to_vec();
        };
        names
            .iter()
            .filter_map(|name| {
                let key = TagKey::new(name)?;
                let spelt = contact.tags.iter().find(|(tag, _)| **tag == key);
                match (spelt, carried) {
                    (Some((_, spelt)), true) => Some(spelt.to_owned()),
                    (None, false) => Some(name.clone()),
                    _ => None,
                }
            })
            .collect()
    }
}

/// How an action is taken back, given what was there before it.
pub fn inverse(action: &Action, before: Before<'_>) -> Inverse {
    let never = |why: &str| Inverse::Never {
        why: why.to_owned(),
    };
    match action {
        Action::CreateCustomField { .. } | Action::CreateLabel { .. } => {
            never("A definition that nobody uses harms nobody, and others may use it by now.")
        }
        Action::Link { link } => Inverse::Linked { link: link.clone() },
        Action::Unlink { link, .. } => Inverse::Unlinked { link: link.clone() },
        Action::CreateContact {
            lead_id,
            fields,
            stamps,
            tags,
        } => Inverse::Created {
            lead_id: lead_id.to_string(),
            fields: fields.clone(),
            stamps: stamps.clone(),
            tags: tags.to_vec(),
        },
        Action::DeleteContact { .. } => never(
            "A deleted contact cannot be brought back from here. HighLevel may still show it \
             among its deleted contacts, where it can be restored.",
        ),
        Action::UpdateContact { fields, clear, .. } if fields.is_empty() && clear.is_empty() => {
            never(
                "It stored the lead's ids on the contact. They stay: without them the person \
                 could be made a second time.",
            )
        }
        Action::UpdateContact {
            contact_id,
            fields,
            clear,
            ..
        } => Inverse::Fields {
            contact_id: contact_id.to_string(),
            fields: fields
                .iter()
                .map(|(field, after)| (field.as_str(), Some(after.clone())))
                .chain(clear.iter().map(|field| (field.as_str(), None)))
                .map(|(field, after)| {
                    let before = before.field(field);
                    (field.to_owned(), Was { before, after })
                })
                .collect(),
        },
        Action::AddTags { contact_id, tags } => Inverse::Tags {
            contact_id: contact_id.to_string(),
            tags: before.tags(tags, false),
            present: false,
        },
        Action::RemoveTags { contact_id, tags } => Inverse::Tags {
            contact_id: contact_id.to_string(),
            tags: before.tags(tags, true),
            present: true,
        },
        Action::WriteCard {
            lead_id,
            note_id,
            text,
        } => Inverse::Card {
            lead_id: lead_id.to_string(),
            before: note_id.as_deref().and_then(|id| before.note(id)),
            note_id: note_id.as_ref().map(String::from),
            after: Some(text.to_string()),
        },
        Action::RemoveNote { was, .. } if marked_contact(was).is_none() => {
            never("A deleted note cannot be brought back as the one it was.")
        }
        Action::RemoveNote { lead_id, was, .. } => Inverse::Card {
            lead_id: lead_id.to_string(),
            note_id: None,
            before: Some(was.to_string()),
            after: None,
        },
        Action::DeleteItem { .. } => {
            never("A deleted note or task cannot be brought back as the one it was.")
        }
        Action::WriteItem {
            kind,
            contact_id,
            id: None,
            fields,
            ..
        } => Inverse::ItemMade {
            kind: *kind,
            contact_id: contact_id.to_string(),
            fields: (**fields).clone(),
        },
        Action::WriteItem {
            kind,
            contact_id,
            id: Some(id),
            fields,
            ..
        } => match before.item(*kind, id) {
            Some(item) => Inverse::Item {
                kind: *kind,
                contact_id: contact_id.to_string(),
                id: id.to_string(),
                before: items::written(item, fields),
                after: (**fields).clone(),
            },
            None => never("What it said before is not known."),
        },
        Action::WriteNote {
            lead_id,
            note_id,
            kind,
            text,
            was,
            follows,
        } => Inverse::ItemNote {
            kind: *kind,
            lead_id: lead_id.to_string(),
            note_id: note_id.as_ref().map(String::from),
            before: note_id.as_ref().and(was.as_ref().map(String::from)),
            after: text.to_string(),
            follows: *follows,
        },
        Action::AttachLabel { lead_id, label } => Inverse::Label {
            lead_id: lead_id.to_string(),
            label: label.clone(),
            present: false,
        },
        Action::DetachLabel { lead_id, label } => Inverse::Label {
            lead_id: lead_id.to_string(),
            label: label.clone(),
            present: true,
        },
    }
}

/// Names of a list of tags, once each.
fn keys(names: &[String]) -> BTreeSet<TagKey> {
    names.iter().filter_map(|name| TagKey::new(name)).collect()
}
