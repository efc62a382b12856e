//! Taking one change back: its inverse, held against the records as they are now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foxbridge_model::{FieldKind, Item, Person, Service, TagKey, Text, Value};
use thin_vec::{ThinVec, thin_vec};

use super::{Inverse, Was, keys};
use crate::plan::{TAG_WARNING, tag_delta};
use crate::{
    Action, BasePatch, Change, ChangeKind, Few, FieldDelta, Link, Local, MappingRow, ObjectKind,
    Part, Record, Settings, StampField, find_card, parse_card,
};

/// A change that was made.
#[derive(Debug, Clone)]
pub struct Done {
    /// How it is taken back.
    pub inverse: Inverse,
    /// Who it was about.
    pub record: Arc<Record>,
    /// Id of the record that it made, if it made one.
    pub made: Option<String>,
}

/// The records as they are now; `None` for one that is not there (any more).
#[derive(Debug, Clone, Copy)]
pub struct Fresh<'a> {
    /// The lead, with its notes.
    pub lead: Option<&'a Person>,
    /// The contact.
    pub contact: Option<&'a Person>,
    /// The note, task or appointment.
    pub item: Option<&'a Item>,
    /// Time and place, by which a note's lines are read.
    pub local: &'a Local,
}

/// What somebody asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TakeBack {
    /// It is one change of many that are taken back together.
    pub among_many: bool,
    /// What was made may be deleted.
    pub delete: bool,
}

/// Something that is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// A field's name, where only part of the change is left.
    pub field: Option<String>,
    /// Why, as a sentence.
    pub why: String,
}

pub(super) fn left(why: impl Into<String>) -> Vec<Left> {
    vec![Left {
        field: None,
        why: why.into(),
    }]
}

pub(super) const EDITED: &str = "It was changed again since";
const REASON: &str = "It takes an earlier change back.";
/// HighLevel fills these in by itself when a contact is made.
const FILLED_IN: [&str; 2] = ["source", "country"];

/// The change that takes another one back, if anything of it can be, and what is left as it is.
pub fn take_back(
    done: &Done,
    fresh: Fresh<'_>,
    settings: &Settings,
    ask: TakeBack,
) -> (Option<Change>, Vec<Left>) {
    let back = Back {
        done,
        fresh,
        settings,
    };
    match &done.inverse {
        Inverse::Never { why } => (None, left(why.clone())),
        Inverse::Linked { .. } if ask.among_many => (
            None,
            left(
                "A link writes nothing at either service, so it stays. To part the two, undo this \
                 change by itself.",
            ),
        ),
        Inverse::Linked { link } => (Some(back.unlink(link)), Vec::new()),
        Inverse::Unlinked { link } => (Some(back.link(link)), Vec::new()),
        inverse if inverse.deletes() && !ask.delete => (
            None,
            left("Taking it back deletes what was made, which is only done when you choose it."),
        ),
        Inverse::Fields { contact_id, fields } => back.fields(contact_id, fields),
        Inverse::Tags {
            contact_id,
            tags,
            present,
        } => back.tags(contact_id, tags, *present),
        Inverse::Label {
            lead_id,
            label,
            present,
        } => back.label(lead_id, label, *present),
        Inverse::Card {
            lead_id,
            note_id,
            before,
            after,
        } => back.card(lead_id, note_id.as_ref(), before.as_ref(), after.as_ref()),
        Inverse::Item {
            kind,
            contact_id,
            id,
            before,
            after,
        } => back.item((*kind, contact_id, id), before, after),
        Inverse::ItemMade {
            kind,
            contact_id,
            fields,
        } => back.made_item((*kind, contact_id), fields),
        Inverse::ItemNote { follows: true, .. } if !ask.among_many => (
            None,
            left(
                "The note is the card of the task that was made from it. Undo the whole run to \
                 take both back.",
            ),
        ),
        Inverse::ItemNote {
            kind,
            lead_id,
            note_id,
            before,
            after,
            ..
        } => back.item_note((*kind, lead_id, note_id.as_ref()), before.as_ref(), after),
        Inverse::Created {
            lead_id,
            fields,
            stamps,
            tags,
        } => back.created(lead_id, fields, stamps, tags),
    }
}

pub(super) struct Back<'a> {
    pub(super) done: &'a Done,
    pub(super) fresh: Fresh<'a>,
    settings: &'a Settings,
}

impl Back<'_> {
    pub(super) fn change(
        &self,
        action: Action,
        object: ObjectKind,
        fields: ThinVec<FieldDelta>,
    ) -> Change {
        Change {
            action,
            kind: ChangeKind::Update,
            object,
            record: self.done.record.clone(),
            fields,
            reason: REASON.into(),
            warning: None,
            settles: BasePatch::default(),
        }
    }

    fn row_of(&self, field: &str) -> Option<&MappingRow> {
        self.settings
            .mapping
            .iter()
            .find(|row| row.highlevel == field)
    }

    fn canonical(&self, kind: FieldKind, value: Option<&Value>) -> Option<Value> {
        kind.canonical(value?, self.settings.region)
    }

    fn contact(&self) -> Result<&Person, Vec<Left>> {
        self.fresh
            .contact
            .ok_or_else(|| left("The contact is not in HighLevel any more."))
    }

    fn fields(
        &self,
        contact_id: &str,
        fields: &BTreeMap<String, Was>,
    ) -> (Option<Change>, Vec<Left>) {
        let contact = match self.contact() {
            Ok(contact) => contact,
            Err(left) => return (None, left),
        };
        let (mut set, mut clear) = (Few::default(), BTreeSet::new());
        let (mut deltas, mut parts, mut kept) = (ThinVec::new(), ThinVec::new(), Vec::new());
        for (field, was) in fields {
            let row = self.row_of(field);
            let kind = row.map_or(FieldKind::Text, |row| row.kind);
            let label = row.map_or_else(|| Text::from(field), |row| row.label.clone());
            let current = contact.fields.get(field);
            let now = self.canonical(kind, current);
            let before = self.canonical(kind, was.before.as_ref());
            if now == before {
                kept.push(Left {
                    field: Some(label.to_string()),
                    why: "It holds its old value already.".to_owned(),
                });
                continue;
            }
            if now != self.canonical(kind, was.after.as_ref()) {
                let shown = current.map_or_else(
                    || "is blank now".to_owned(),
                    |value| format!("holds \"{}\" now", value.display()),
                );
                kept.push(Left {
                    field: Some(label.to_string()),
                    why: format!("{EDITED}: it {shown}."),
                });
                continue;
            }
            match &was.before {
                Some(value) => drop(set.insert(field.into(), value.clone())),
                None => drop(clear.insert(field.clone())),
            }
            if let Some(row) = row {
                let (row, value) = (row.id.clone(), before);
                parts.push(Part::Highlevel {
                    row: row.clone(),
                    value,
                });
                parts.push(Part::Held { row });
            }
            deltas.push(FieldDelta {
                field: field.into(),
                label,
                before: current.cloned(),
                after: was.before.clone(),
                loser: None,
            });
        }
        if deltas.is_empty() {
            return (None, kept);
        }
        let action = Action::UpdateContact {
            contact_id: contact_id.into(),
            fields: set,
            clear: clear.into_iter().collect(),
            stamps: Few::default(),
        };
        let mut change = self.change(action, ObjectKind::Contact, deltas);
        change.settles.parts = parts;
        (Some(change), kept)
    }

    fn tags(&self, id: &str, names: &[String], present: bool) -> (Option<Change>, Vec<Left>) {
        let contact = match self.contact() {
            Ok(contact) => contact,
            Err(left) => return (None, left),
        };
        let contact_id = id.to_owned();
        let tags: Vec<String> = names
            .iter()
            .filter(|name| {
                TagKey::new(name).is_some_and(|tag| contact.tags.contains(&tag) != present)
            })
            .cloned()
            .collect();
        if tags.is_empty() {
            return (None, left("The tags are as they were before already."));
        }
        let keys = keys(&tags);
        let deltas = keys.iter().map(|tag| tag_delta("Tag", tag, present));
        let deltas = deltas.collect();
        let action = if present {
            Action::AddTags {
                contact_id: contact_id.into(),
                tags: tags.into(),
            }
        } else {
            Action::RemoveTags {
                contact_id: contact_id.into(),
                tags: tags.into(),
            }
        };
        let mut change = self.change(action, ObjectKind::Tag, deltas);
        change.warning = Some(TAG_WARNING.into());
        change.settles.parts = keys
            .into_iter()
            .map(|tag| Part::Tag {
                tag,
                on: Service::HighLevel,
                present,
            })
            .collect();
        (Some(change), Vec::new())
    }

    fn label(&self, id: &str, label: &TagKey, present: bool) -> (Option<Change>, Vec<Left>) {
        let Some(lead) = self.fresh.lead else {
            return (None, left(NO_LEAD));
        };
        if lead.tags.contains(label) == present {
            return (None, left("The label is as it was before already."));
        }
        let (lead_id, label) = (id.to_owned(), label.clone());
        let delta = tag_delta("Label", &label, present);
        let part = Part::Tag {
            tag: label.clone(),
            on: Service::Aimfox,
            present,
        };
        let action = if present {
            Action::AttachLabel {
                lead_id: lead_id.into(),
                label,
            }
        } else {
            Action::DetachLabel {
                lead_id: lead_id.into(),
                label,
            }
        };
        let mut change = self.change(action, ObjectKind::Lead, thin_vec![delta]);
        change.settles.parts = thin_vec![part];
        (Some(change), Vec::new())
    }

    fn card(
        &self,
        lead_id: &str,
        note_id: Option<&String>,
        before: Option<&String>,
        after: Option<&String>,
    ) -> (Option<Change>, Vec<Left>) {
        let Some(lead) = self.fresh.lead else {
            return (None, left(NO_LEAD));
        };
        let notes = lead.notes.as_deref().unwrap_or_default();
        let note_id = note_id
            .or(self.done.made.as_ref())
            .filter(|_| after.is_some());
        let note = note_id.and_then(|id| notes.iter().find(|note| note.id == *id));
        match (after, note) {
            (Some(_), None) => return (None, left("The card was deleted since.")),
            (Some(after), Some(note)) if !same_text(&note.text, after) => {
                return (None, left(format!("{EDITED}: somebody edited the card.")));
            }
            (None, _) if find_card(notes).is_some() => {
                return (None, left("The lead has another card since."));
            }
            (None, _) if before.is_none() => return (None, left("What it said is not known.")),
            _ => {}
        }
        let mapping = &self.settings.mapping;
        let lines = |text: Option<&String>| {
            text.map(|text| parse_card(text, mapping))
                .unwrap_or_default()
        };
        let (old, now) = (lines(before), lines(after));
        // A line that the change did not touch may hold an edit that waits for an answer.
        let rows = || {
            mapping
                .iter()
                .filter(|row| old.get(&row.id) != now.get(&row.id))
        };
        let deltas = rows()
            .map(|row| FieldDelta {
                field: row.id.clone(),
                label: row.label.clone(),
                before: now.get(&row.id).cloned(),
                after: old.get(&row.id).cloned(),
                loser: None,
            })
            .collect();
        let (lead_id, note_id) = (lead_id.to_owned(), note_id.cloned());
        let (action, kind) = match (before, note_id) {
            (Some(text), note_id) => {
                let text = text.clone();
                let action = Action::WriteCard {
                    lead_id: lead_id.into(),
                    note_id: note_id.map(Text::from),
                    text: text.into(),
                };
                (action, ChangeKind::Update)
            }
            (None, Some(note_id)) => {
                let was = note.map(|note| note.text.clone()).unwrap_or_default();
                let action = Action::RemoveNote {
                    lead_id: lead_id.into(),
                    note_id: note_id.into(),
                    was: was.into(),
                };
                (action, ChangeKind::Delete)
            }
            (None, None) => return (None, left("The card was deleted since.")),
        };
        let mut change = self.change(action, ObjectKind::Lead, deltas);
        change.kind = kind;
        change.settles.parts = rows()
            .flat_map(|row| {
                let (id, value) = (row.id.clone(), self.canonical(row.kind, old.get(&row.id)));
                [
                    Part::Card {
                        row: id.clone(),
                        value,
                    },
                    Part::Held { row: id },
                ]
            })
            .collect();
        (Some(change), Vec::new())
    }

    fn created(
        &self,
        lead_id: &str,
        fields: &Few<Text, Value>,
        stamps: &Few<StampField, Text>,
        tags: &[String],
    ) -> (Option<Change>, Vec<Left>) {
        let contact = match self.contact() {
            Ok(contact) => contact,
            Err(left) => return (None, left),
        };
        let same = |field: &str, made: &Value| {
            let kind = self.row_of(field).map_or(FieldKind::Text, |row| row.kind);
            self.canonical(kind, contact.fields.get(field)) == self.canonical(kind, Some(made))
        };
        let ours = |field: &String, value: &Value| {
            fields.contains_key(field.as_str())
                || FILLED_IN.contains(&field.as_str())
                || stamps.values().any(|stamp| *stamp == *value.line())
        };
        let edited = fields.iter().any(|(field, made)| !same(field, made))
            || contact.fields.iter().any(|(f, value)| !ours(f, value))
            || contact.tags.keys().cloned().collect::<BTreeSet<_>>() != keys(tags);
        if edited {
            let why = "Somebody worked with the contact since it was made, so it is not deleted.";
            return (None, left(why));
        }
        let deltas = fields.iter().map(|(field, value)| FieldDelta {
            field: field.clone(),
            label: self
                .row_of(field)
                .map_or_else(|| field.clone(), |row| row.label.clone()),
            before: Some(value.clone()),
            after: None,
            loser: None,
        });
        let action = Action::DeleteContact {
            contact_id: contact.id.as_str().into(),
            lead_id: lead_id.into(),
        };
        let mut change = self.change(action, ObjectKind::Contact, deltas.collect());
        change.kind = ChangeKind::Delete;
        Arc::make_mut(&mut change.record).contact_id = Some(contact.id.as_str().into());
        change.warning = Some(DELETE_WARNING.into());
        (Some(change), Vec::new())
    }

    fn unlink(&self, link: &Link) -> Change {
        let mut change = self.change(
            Action::Unlink {
                link: link.clone(),
                gone: false,
            },
            ObjectKind::Link,
            ThinVec::new(),
        );
        change.reason = format!("{REASON} The two are no longer kept in step.").into();
        change
    }

    fn link(&self, link: &Link) -> Change {
        let action = Action::Link { link: link.clone() };
        let mut change = self.change(action, ObjectKind::Link, ThinVec::new());
        change.kind = ChangeKind::Link;
        change
    }
}

pub(super) const NO_LEAD: &str = "The lead is not in Aimfox any more.";
const DELETE_WARNING: &str = "The contact is deleted with everything that hangs on it: notes, \
                              tasks, conversations.";

/// Whether two texts say the same: a service may change the white space around lines.
fn same_text(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}
