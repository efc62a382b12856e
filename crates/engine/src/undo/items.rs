//! Taking back what was written of notes, tasks and appointments.

use foxbridge_model::{Item, ItemField, ItemFields, ItemKind, Note, Value};
use thin_vec::{ThinVec, thin_vec};

use super::back::{Back, EDITED, Left, NO_LEAD, left};
use crate::base::item_key;
use crate::items::{canonical, plain, read};
use crate::{
    Action, BasePatch, Change, ChangeKind, FieldDelta, ItemPatch, Made, ObjectKind, mark_of,
};

const EMPTY: &str = "";

/// How people call it.
fn word(kind: ItemKind) -> &'static str {
    kind.as_str()
}

fn value(fields: &ItemFields, field: ItemField) -> String {
    canonical(field, fields.get(&field).map_or(EMPTY, String::as_str))
}

fn delta(kind: ItemKind, field: ItemField, before: &str, after: &str) -> FieldDelta {
    FieldDelta {
        field: format!("{}.{}", kind.as_str(), field.title().to_lowercase()).into(),
        label: field.title().into(),
        before: Value::text(before),
        after: Value::text(after),
        loser: None,
    }
}

impl Back<'_> {
    fn item_change(
        &self,
        action: Action,
        kind: (ChangeKind, ObjectKind),
        fields: ThinVec<FieldDelta>,
        settles: ItemPatch,
    ) -> Change {
        let mut change = self.change(action, kind.1, fields);
        change.kind = kind.0;
        change.settles = BasePatch {
            items: thin_vec![settles],
            ..BasePatch::default()
        };
        change
    }

    /// An item's values as they were before.
    pub(super) fn item(
        &self,
        (kind, contact_id, id): (ItemKind, &str, &str),
        before: &ItemFields,
        after: &ItemFields,
    ) -> (Option<Change>, Vec<Left>) {
        let Some(item) = self.fresh.item else {
            return (None, gone(kind));
        };
        let (mut fields, mut rest) = (ItemFields::new(), ItemFields::new());
        let (mut deltas, mut kept) = (ThinVec::new(), Vec::new());
        for (field, after) in after {
            let (was, now) = (value(before, *field), value(&item.fields, *field));
            let label = Some(field.title().to_owned());
            if now == was {
                let why = "It holds its old value already.".to_owned();
                kept.push(Left { field: label, why });
            } else if now != canonical(*field, after) {
                let why = format!("{EDITED}: it says \"{now}\" now.");
                kept.push(Left { field: label, why });
            } else {
                let raw = before.get(field).cloned().unwrap_or_default();
                fields.insert(*field, raw);
                deltas.push(delta(kind, *field, &now, &was));
                rest.insert(*field, was);
            }
        }
        if fields.is_empty() {
            return (None, kept);
        }
        let settles = ItemPatch::Move {
            key: item_key(kind, id),
            highlevel: rest,
            note: ItemFields::new(),
        };
        let action = Action::WriteItem {
            kind,
            contact_id: contact_id.into(),
            id: Some(id.into()),
            fields: Box::new(fields),
            from_note: None,
        };
        let change = self.item_change(action, (ChangeKind::Update, kind.into()), deltas, settles);
        (Some(change), kept)
    }

    /// An item that was made from a lead's note.
    pub(super) fn made_item(
        &self,
        (kind, contact_id): (ItemKind, &str),
        made: &ItemFields,
    ) -> (Option<Change>, Vec<Left>) {
        let Some(item) = self.fresh.item else {
            return (None, gone(kind));
        };
        let untouched = |field: &ItemField| match (made.get(field), field) {
            (Some(made), _) => value(&item.fields, *field) == canonical(*field, made),
            (None, ItemField::Done) => value(&item.fields, *field) != "yes",
            (None, _) => true,
        };
        if !kind.fields().iter().all(untouched) {
            let kind = word(kind);
            let why = format!("{EDITED}: somebody worked with the {kind}, so it is not deleted.");
            return (None, left(why));
        }
        let shown = |field: &ItemField| {
            let now = value(&item.fields, *field);
            (!now.is_empty()).then(|| delta(kind, *field, &now, EMPTY))
        };
        let deltas = kind.fields().iter().filter_map(shown).collect();
        let settles = ItemPatch::Lose {
            key: item_key(kind, &item.id),
            half: Made::Highlevel,
        };
        let action = Action::DeleteItem {
            kind,
            contact_id: contact_id.into(),
            id: item.id.as_str().into(),
        };
        let change = self.item_change(action, (ChangeKind::Delete, kind.into()), deltas, settles);
        (Some(change), Vec::new())
    }

    /// A lead's note that stands for an item.
    pub(super) fn item_note(
        &self,
        (kind, lead_id, note_id): (ItemKind, &str, Option<&String>),
        before: Option<&String>,
        after: &str,
    ) -> (Option<Change>, Vec<Left>) {
        let Some(lead) = self.fresh.lead else {
            return (None, left(NO_LEAD));
        };
        let notes = lead.notes.as_deref().unwrap_or_default();
        let id = note_id.or(self.done.made.as_ref());
        let Some(note) = id.and_then(|id| notes.iter().find(|note| note.id == *id)) else {
            return (None, left("The note was deleted since."));
        };
        if before.is_some_and(|before| plain(&note.text) == plain(before)) {
            return (None, left("It says what it said before already."));
        }
        if plain(&note.text) != plain(after) {
            return (None, left(format!("{EDITED}: somebody edited the note.")));
        }
        let change = match before {
            Some(before) => self.old_text(kind, lead_id, note, before),
            None => self.no_copy(kind, lead_id, note),
        };
        (Some(change), Vec::new())
    }

    fn old_text(&self, kind: ItemKind, lead_id: &str, note: &Note, before: &str) -> Change {
        let marked = mark_of(before).or_else(|| mark_of(&note.text));
        let settles = ItemPatch::Move {
            key: marked.map_or_else(String::new, |(kind, id)| item_key(kind, id)),
            highlevel: ItemFields::new(),
            note: read(kind, before, self.fresh.local).fields,
        };
        let action = Action::WriteNote {
            lead_id: lead_id.into(),
            note_id: Some(note.id.as_str().into()),
            kind,
            text: before.into(),
            was: Some(note.text.as_str().into()),
            follows: false,
        };
        let shown = delta(kind, ItemField::Text, &plain(&note.text), &plain(before));
        self.item_change(
            action,
            (ChangeKind::Update, kind.into()),
            thin_vec![shown],
            settles,
        )
    }

    fn no_copy(&self, kind: ItemKind, lead_id: &str, note: &Note) -> Change {
        let marked = mark_of(&note.text);
        let settles = ItemPatch::Lose {
            key: marked.map_or_else(String::new, |(kind, id)| item_key(kind, id)),
            half: Made::Note,
        };
        let action = Action::RemoveNote {
            lead_id: lead_id.into(),
            note_id: note.id.as_str().into(),
            was: note.text.as_str().into(),
        };
        let shown = delta(kind, ItemField::Text, &plain(&note.text), EMPTY);
        self.item_change(
            action,
            (ChangeKind::Delete, kind.into()),
            thin_vec![shown],
            settles,
        )
    }
}

fn gone(kind: ItemKind) -> Vec<Left> {
    left(format!("The {} is not in HighLevel any more.", word(kind)))
}

/// The values of an item that an action is about to write, as they are.
pub(super) fn written(item: &Item, fields: &ItemFields) -> ItemFields {
    let value = |field: &ItemField| item.fields.get(field).cloned().unwrap_or_default();
    fields.keys().map(|field| (*field, value(field))).collect()
}
