//! Notes, tasks, appointments and conversations of one linked pair: what belongs together, and what
//! that asks for.
//!
//! Aimfox has only notes on a lead, so an item there is a note: a copy of HighLevel's, which ends
//! in a line that names it, or an original that somebody wrote there. HighLevel's copy of such an
//! original names the note in its turn. Marks are what makes a second copy impossible; the base only
//! says who changed what.

mod card;
mod gone;
mod merge;
mod thread;
mod when;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Deref;
use std::sync::Arc;

use foxbridge_model::{
    ContactItems, Item, ItemField, ItemFields, ItemKind, Note, Person, Text, Value,
};
use thin_vec::ThinVec;

pub(crate) use card::{canonical, plain, read};
pub use card::{mark_of, origin_of};
use card::{read_todo, render, with_origin};
pub use thread::{is_unsaid, thread_of};

use crate::plan::{Action, Change, ChangeKind, FieldDelta, Local, ObjectKind, Outcome, Record};
use crate::{
    Answers, Base, BasePatch, ItemBase, ItemPatch, ItemRules, ItemSettings, Made, find_card,
    marked_contact,
};

/// What an item that is made in the same run is called until its id is known.
const NEW: &str = "new";

/// The text of a note that was planned before the id of its item was known.
pub fn with_made(text: &str, kind: ItemKind, id: &str) -> String {
    let kind = kind.as_str();
    text.replace(
        &format!("[foxbridge {kind} {NEW}]"),
        &format!("[foxbridge {kind} {id}]"),
    )
}

/// Whether a lead's notes say something that the base does not know. Then what HighLevel has is read
/// afresh before anything is decided.
pub fn is_stirred(
    lead: &Person,
    base: Option<&Base>,
    settings: &ItemSettings,
    local: &Local,
) -> bool {
    let Some(notes) = lead.notes.as_deref() else {
        return false;
    };
    let none = BTreeMap::new();
    let entries = base.map_or(&none, |base| &base.items);
    let of_note = |id: &str| {
        let mut all = entries.values();
        all.find(|entry| entry.note_id.as_deref() == Some(id))
    };
    let deleted = entries
        .values()
        .filter(|entry| entry.is_linked() && entry.kind != ItemKind::Conversation)
        .filter_map(|entry| entry.note_id.as_ref())
        .any(|id| !notes.iter().any(|note| &note.id == id));
    deleted
        || notes.iter().any(|note| match of_note(&note.id) {
            Some(entry) => {
                let said = read(entry.kind, &note.text, local).fields;
                said.iter()
                    .any(|(field, value)| entry.note.get(field).is_some_and(|was| was != value))
            }
            None if marked_contact(&note.text).is_some() => false,
            None if mark_of(&note.text).is_some() => true,
            None => {
                let kind = match read_todo(&note.text, local) {
                    Some(_) => ItemKind::Task,
                    None => ItemKind::Note,
                };
                settings.of(kind).direction.to_highlevel()
            }
        })
}

/// What the items of every pair are planned with.
pub(crate) struct Items<'a> {
    pub(crate) settings: &'a ItemSettings,
    pub(crate) read: &'a HashMap<String, ContactItems>,
    pub(crate) local: &'a Local,
    pub(crate) answers: &'a Answers,
}

/// A pair, as its items see it.
struct Pair<'a> {
    items: &'a Items<'a>,
    lead: &'a Person,
    contact: &'a Person,
    record: &'a Arc<Record>,
    base: &'a BTreeMap<String, ItemBase>,
    seen: BTreeSet<ItemKind>,
    notes: &'a [Note],
    known: &'a ContactItems,
    /// Notes and items that were dealt with.
    used: BTreeSet<&'a str>,
}

impl Items<'_> {
    /// Adds to `out` what a linked pair's items need.
    pub(crate) fn pair(
        &self,
        lead: &Person,
        contact: &Person,
        base: Option<&Base>,
        record: &impl Deref<Target = Arc<Record>>,
        out: &mut Outcome,
    ) {
        // Neither side concludes anything from what was not read.
        let (Some(notes), Some(known)) = (lead.notes.as_deref(), self.read.get(&contact.id)) else {
            return;
        };
        let none = BTreeMap::new();
        let mut notes: Vec<Note> = notes.to_vec();
        notes.sort_by(|a, b| (&a.created_at, &a.id).cmp(&(&b.created_at, &b.id)));
        let mut pair = Pair {
            items: self,
            lead,
            contact,
            record,
            base: base.map_or(&none, |base| &base.items),
            seen: base.map(|base| base.seen.clone()).unwrap_or_default(),
            notes: &notes,
            known,
            used: BTreeSet::new(),
        };
        pair.set_known_aside();
        pair.set_conversations_aside();
        for kind in ItemKind::ALL {
            if self.settings.wants(kind)
                && let Some(items) = known.read.get(&kind)
            {
                pair.kind(kind, items, out);
                out.adopt.seen.push(kind);
            }
        }
        pair.lead_notes(out);
        if self.settings.wants(ItemKind::Conversation)
            && let Some(threads) = &known.threads
        {
            pair.conversations(threads, out);
            out.adopt.seen.push(ItemKind::Conversation);
        }
    }
}

impl<'a> Pair<'a> {
    fn set_known_aside(&mut self) {
        let notes = self.notes;
        let cards = notes
            .iter()
            .filter(|note| marked_contact(&note.text).is_some());
        self.used.extend(cards.map(|note| note.id.as_str()));
        // Also where their kind was not read, or takes no part any more.
        let linked = self.base.values().filter(|entry| entry.is_linked());
        self.used
            .extend(linked.filter_map(|entry| entry.note_id.as_deref()));
        debug_assert!(
            find_card(notes).is_none_or(|card| self.used.contains(card.note_id.as_str()))
        );
    }

    fn note(&self, id: &str) -> Option<&'a Note> {
        self.notes.iter().find(|note| note.id == id)
    }

    fn rules(&self, kind: ItemKind) -> &'a ItemRules {
        self.items.settings.of(kind)
    }

    /// Everything of one kind that HighLevel has, or had.
    fn kind(&mut self, kind: ItemKind, items: &'a [Item], out: &mut Outcome) {
        let base = self.base;
        let by_id: HashMap<&str, &Item> = items.iter().map(|i| (i.id.as_str(), i)).collect();
        for entry in base.values().filter(|e| e.kind == kind && e.is_linked()) {
            let (Some(id), Some(note_id)) = (&entry.highlevel_id, &entry.note_id) else {
                continue;
            };
            let gone = self.known.gone.contains(&(kind, id.clone()));
            self.used.insert(id);
            match (by_id.get(id.as_str()), gone, self.note(note_id)) {
                (Some(item), _, Some(note)) => self.merge(item, note, Some(entry), out),
                (Some(item), _, None) => self.note_deleted(item, entry, out),
                (None, true, Some(note)) => self.item_deleted(kind, entry, note, out),
                (None, true, None) => out.adopt.items.push(forget(entry)),
                // It was neither seen nor is it proven to be gone.
                (None, false, _) => {}
            }
        }
        for item in items {
            if self.used.contains(item.id.as_str()) {
                continue;
            }
            self.used.insert(&item.id);
            if let Some(note) = self.partner(item) {
                self.used.insert(&note.id);
                self.merge(item, note, None, out);
            } else {
                self.unlinked_item(item, out);
            }
        }
        for entry in base.values().filter(|e| e.kind == kind && !e.is_linked()) {
            if let Some(id) = &entry.highlevel_id
                && self.known.gone.contains(&(kind, id.clone()))
            {
                out.adopt.items.push(forget(entry));
            }
        }
    }

    /// The note that a mark on either side names.
    fn partner(&self, item: &Item) -> Option<&'a Note> {
        let free = |note: &&Note| !self.used.contains(note.id.as_str());
        let marked = self
            .notes
            .iter()
            .filter(free)
            .find(|note| mark_of(&note.text) == Some((item.kind, item.id.as_str())));
        marked.or_else(|| {
            let origin = origin_of(item.fields.get(&ItemField::Text)?)?;
            self.notes
                .iter()
                .filter(free)
                .find(|note| note.id == origin)
        })
    }

    /// An item of HighLevel's that has no note: copied if it is news, otherwise remembered.
    fn unlinked_item(&self, item: &Item, out: &mut Outcome) {
        let rules = self.rules(item.kind);
        let fields = highlevel_fields(item);
        let entry = ItemBase {
            kind: item.kind,
            highlevel_id: Some(item.id.clone()),
            note_id: None,
            highlevel: fields.clone(),
            note: ItemFields::new(),
        };
        let before = self.base.get(&entry.key());
        let text = item.fields.get(&ItemField::Text);
        let empty = match item.kind {
            ItemKind::Note => fields.get(&ItemField::Text).is_none_or(String::is_empty),
            ItemKind::Task | ItemKind::Appointment | ItemKind::Conversation => false,
        };
        // The copy of a note that is gone is not copied back.
        let is_copy = text.and_then(|text| origin_of(text)).is_some();
        let changed = before.is_some_and(|before| before.highlevel != fields);
        let new = before.is_none()
            && (item.kind != ItemKind::Note || rules.history || self.seen.contains(&item.kind));
        let news = (new || changed) && !item.past && !empty && !is_copy;
        if !(news && rules.direction.to_aimfox()) {
            if !changed {
                out.adopt.items.push(put(entry, None));
            }
            return;
        }
        let note = self.shown(item.kind, &fields, Some(&item.id), "");
        out.changes.push(Change {
            action: self.write_note(item.kind, None, note, None),
            kind: ChangeKind::Create,
            object: item.kind.into(),
            record: self.record.clone(),
            fields: self.deltas(item.kind, &ItemFields::new(), &fields),
            reason: match item.kind {
                ItemKind::Note if changed => "The note was changed in HighLevel.",
                ItemKind::Note => "The note is new in HighLevel.",
                ItemKind::Task => "The task is open in HighLevel.",
                ItemKind::Appointment => "The appointment is booked in HighLevel.",
                ItemKind::Conversation => "It is a conversation on LinkedIn.",
            }
            .into(),
            warning: None,
            settles: settles(vec![put(
                ItemBase {
                    note: fields.clone(),
                    ..entry
                },
                Some(Made::Note),
            )]),
        });
    }

    /// Notes that somebody wrote in Aimfox.
    fn lead_notes(&mut self, out: &mut Outcome) {
        for note in self.notes {
            if self.used.contains(note.id.as_str()) || mark_of(&note.text).is_some() {
                continue;
            }
            let key = format!("lead-note:{}", note.id);
            if self
                .base
                .get(&key)
                .is_some_and(|entry| entry.kind != ItemKind::Note)
            {
                // What it stood for was deleted; who wants another one writes another note.
                continue;
            }
            match read_todo(&note.text, self.items.local) {
                Some(todo) if self.may_make(ItemKind::Task) => {
                    self.make_task(note, todo.task(self.items.local), out);
                }
                Some(_) => {}
                None if self.may_make(ItemKind::Note) => self.make_note(note, out),
                None => {}
            }
        }
    }

    /// Whether a note may become an item: the way is open, and all that HighLevel has is known, or
    /// what the note stands for already might be made again.
    fn may_make(&self, kind: ItemKind) -> bool {
        let settings = self.items.settings;
        let mut wanted = ItemKind::ALL
            .into_iter()
            .filter(|kind| settings.wants(*kind) && *kind != ItemKind::Conversation);
        self.rules(kind).direction.to_highlevel()
            && wanted.all(|kind| self.known.read.contains_key(&kind))
    }

    fn make_note(&self, note: &Note, out: &mut Outcome) {
        let text = plain(&note.text);
        let fields = ItemFields::from([(ItemField::Text, text.clone())]);
        let entry = ItemBase {
            kind: ItemKind::Note,
            highlevel_id: None,
            note_id: Some(note.id.clone()),
            highlevel: ItemFields::new(),
            note: fields.clone(),
        };
        let before = self.base.get(&entry.key());
        let changed = before.is_some_and(|before| before.note != entry.note);
        let rules = self.rules(ItemKind::Note);
        let new = before.is_none() && (rules.history || self.seen.contains(&ItemKind::Note));
        if text.is_empty() || !(new || changed) {
            out.adopt.items.push(put(entry, None));
            return;
        }
        out.changes.push(Change {
            action: Action::WriteItem {
                kind: ItemKind::Note,
                contact_id: self.contact.id.as_str().into(),
                id: None,
                fields: ItemFields::from([(ItemField::Text, with_origin(&text, &note.id))]).into(),
                from_note: Some(note.id.as_str().into()),
            },
            kind: ChangeKind::Create,
            object: ObjectKind::Note,
            record: self.record.clone(),
            fields: self.deltas(ItemKind::Note, &ItemFields::new(), &fields),
            reason: "The note is new in Aimfox.".into(),
            warning: None,
            settles: settles(vec![put(
                ItemBase {
                    highlevel: fields,
                    ..entry
                },
                Some(Made::Highlevel),
            )]),
        });
    }

    /// A `todo:` note becomes a task, and the note its card.
    fn make_task(&self, note: &Note, task: ItemFields, out: &mut Outcome) {
        let fields: ItemFields = ItemKind::Task
            .fields()
            .iter()
            .map(|field| (*field, task.get(field).cloned().unwrap_or_default()))
            .collect();
        let entry = ItemBase {
            kind: ItemKind::Task,
            highlevel_id: None,
            note_id: Some(note.id.clone()),
            highlevel: fields.clone(),
            note: fields.clone(),
        };
        let mut sent = task;
        let body = sent.remove(&ItemField::Text).unwrap_or_default();
        sent.insert(ItemField::Text, with_origin(&body, &note.id));
        out.changes.push(Change {
            action: Action::WriteItem {
                kind: ItemKind::Task,
                contact_id: self.contact.id.as_str().into(),
                id: None,
                fields: Box::new(sent),
                from_note: Some(note.id.as_str().into()),
            },
            kind: ChangeKind::Create,
            object: ObjectKind::Task,
            record: self.record.clone(),
            fields: self.deltas(ItemKind::Task, &ItemFields::new(), &fields),
            reason: "Somebody wrote a \"todo:\" note in Aimfox.".into(),
            warning: None,
            settles: settles(vec![put(entry, Some(Made::Highlevel))]),
        });
        let text = self.shown(ItemKind::Task, &fields, Some(NEW), "");
        out.changes.push(Change {
            action: Action::WriteNote {
                lead_id: self.lead.id.as_str().into(),
                note_id: Some(note.id.as_str().into()),
                kind: ItemKind::Task,
                text: text.into(),
                was: Some(note.text.as_str().into()),
                follows: true,
            },
            kind: ChangeKind::Update,
            object: ObjectKind::Task,
            record: self.record.clone(),
            fields: ThinVec::new(),
            reason: "The note becomes the card of the task that is made from it.".into(),
            warning: None,
            settles: BasePatch::default(),
        });
    }

    fn title(&self, kind: ItemKind, fields: &ItemFields) -> String {
        let field = if kind == ItemKind::Note {
            ItemField::Text
        } else {
            ItemField::Title
        };
        let text = fields.get(&field).map_or("", String::as_str);
        let line: String = text
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .take(60)
            .collect();
        let word = match kind {
            ItemKind::Note => "The note",
            ItemKind::Task => "The task",
            ItemKind::Appointment => "The appointment",
            ItemKind::Conversation => "The conversation",
        };
        if line.is_empty() {
            word.to_owned()
        } else {
            format!("{word} \"{line}\"")
        }
    }

    fn shown(&self, kind: ItemKind, fields: &ItemFields, mark: Option<&str>, own: &str) -> String {
        render(kind, fields, mark, own, &self.items.local.zone)
    }

    fn write_note(
        &self,
        kind: ItemKind,
        note_id: Option<String>,
        text: String,
        was: Option<String>,
    ) -> Action {
        Action::WriteNote {
            lead_id: self.lead.id.as_str().into(),
            note_id: note_id.map(Text::from),
            kind,
            text: text.into(),
            was: was.map(Text::from),
            follows: false,
        }
    }

    /// Fields that differ, as people read them.
    fn deltas(
        &self,
        kind: ItemKind,
        before: &ItemFields,
        after: &ItemFields,
    ) -> ThinVec<FieldDelta> {
        kind.fields()
            .iter()
            .map(|field| {
                (
                    field,
                    self.display(*field, before),
                    self.display(*field, after),
                )
            })
            .filter(|(_, before, after)| before != after)
            .map(|(field, before, after)| self.delta(kind, *field, before, after))
            .collect()
    }

    fn delta(
        &self,
        kind: ItemKind,
        field: ItemField,
        before: Option<Value>,
        after: Option<Value>,
    ) -> FieldDelta {
        FieldDelta {
            field: format!("{}.{}", kind.as_str(), field.title().to_lowercase()).into(),
            label: field.title().into(),
            before,
            after,
            loser: None,
        }
    }

    fn display(&self, field: ItemField, fields: &ItemFields) -> Option<Value> {
        let value = fields.get(&field)?;
        match field {
            ItemField::Due | ItemField::Start | ItemField::End => Value::text(
                when::shown(value, &self.items.local.zone)
                    .as_deref()
                    .unwrap_or(value),
            ),
            _ => Value::text(value),
        }
    }
}

/// An item's values in the form in which they are compared, every field of its kind.
fn highlevel_fields(item: &Item) -> ItemFields {
    item.kind
        .fields()
        .iter()
        .map(|field| {
            let value = item.fields.get(field).map_or("", String::as_str);
            (*field, canonical(*field, value))
        })
        .collect()
}

fn put(item: ItemBase, makes: Option<Made>) -> ItemPatch {
    ItemPatch::Put { item, makes }
}

fn forget(entry: &ItemBase) -> ItemPatch {
    ItemPatch::Forget { key: entry.key() }
}

fn settles(items: impl IntoIterator<Item = ItemPatch>) -> BasePatch {
    BasePatch {
        items: items.into_iter().collect(),
        ..BasePatch::default()
    }
}
