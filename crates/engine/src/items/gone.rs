//! One half of a note, task or appointment was deleted: what becomes of the other.

use foxbridge_model::{Item, ItemFields, ItemKind, Note, Service};
use thin_vec::ThinVec;

use super::card::{plain, read, says_gone, with_gone};
use super::{Pair, forget, highlevel_fields, mark_of, put, settles};
use crate::plan::{Action, Change, ChangeKind, Outcome, Question};
use crate::{Answer, ItemBase, WhenDeleted, answers};

impl Pair<'_> {
    /// HighLevel's half was deleted.
    pub(super) fn item_deleted(
        &self,
        kind: ItemKind,
        entry: &ItemBase,
        note: &Note,
        out: &mut Outcome,
    ) {
        let rules = self.rules(kind);
        let title = self.title(kind, &entry.highlevel);
        // The note is one that was only seen from now on: it does not make the item anew.
        let alone = ItemBase {
            highlevel_id: None,
            highlevel: ItemFields::new(),
            note: read(kind, &note.text, self.items.local).fields,
            ..entry.clone()
        };
        match rules.when_deleted {
            WhenDeleted::Ask => {
                let lead = self.record.lead_id.clone();
                let ask = Question {
                    about: None,
                    key: answers::deleted(&entry.key()),
                    kind: "deleted".to_owned(),
                    record: self.record.clone(),
                    what: format!("{title} of {} was deleted in HighLevel.", self.record.name),
                    why: format!(
                        "Its note is still on the lead in Aimfox, and the policy for deleted {}s \
                         is to ask. Nothing was changed.",
                        kind.as_str()
                    ),
                    next: "Say what becomes of the note, or restore it in HighLevel.".to_owned(),
                    choices: vec![(Service::Aimfox, lead, plain(&note.text))],
                };
                let remove = Action::RemoveNote {
                    lead_id: self.lead.id.as_str().into(),
                    note_id: note.id.as_str().into(),
                    was: note.text.as_str().into(),
                };
                self.asked(kind, entry, alone, ask, Some(remove), out);
            }
            WhenDeleted::Mark
                if rules.direction.to_aimfox()
                    && mark_of(&note.text).is_some()
                    && !says_gone(&note.text) =>
            {
                let text = format!("{}\n", plain(&note.text));
                let mark = entry.highlevel_id.as_deref();
                out.changes.push(Change {
                    action: self.write_note(
                        kind,
                        Some(note.id.clone()),
                        with_gone(&text, kind, mark),
                        Some(note.text.clone()),
                    ),
                    kind: ChangeKind::Update,
                    object: kind.into(),
                    record: self.record.clone(),
                    fields: ThinVec::new(),
                    reason: format!(
                        "{title} was deleted in HighLevel; its copy stays, and says so."
                    )
                    .into(),
                    warning: None,
                    settles: settles(vec![put(alone, None)]),
                });
            }
            WhenDeleted::Mark | WhenDeleted::Unlink => out.adopt.items.push(put(alone, None)),
        }
    }

    /// The lead's note was deleted.
    pub(super) fn note_deleted(&self, item: &Item, entry: &ItemBase, out: &mut Outcome) {
        let kind = item.kind;
        // HighLevel keeps its item; without a note it is one that was only seen.
        let seen = ItemBase {
            note_id: None,
            note: ItemFields::new(),
            highlevel: highlevel_fields(item),
            ..entry.clone()
        };
        if self.rules(kind).when_deleted != WhenDeleted::Ask {
            out.adopt.items.push(put(seen, None));
            return;
        }
        let title = self.title(kind, &item.fields);
        let contact = self.record.contact_id.clone();
        let ask = Question {
            about: None,
            key: answers::deleted(&entry.key()),
            kind: "deleted".to_owned(),
            record: self.record.clone(),
            what: format!(
                "The note of {title} was deleted from {} in Aimfox.",
                self.record.name
            ),
            why: format!(
                "The {} is still in HighLevel, and the policy for deleted {0}s is to ask. Nothing \
                 was changed.",
                kind.as_str()
            ),
            next: format!("Say what becomes of the {} in HighLevel.", kind.as_str()),
            choices: vec![(Service::HighLevel, contact, title)],
        };
        // An appointment is other people's too: it is cancelled where its calendar is.
        let remove = (kind != ItemKind::Appointment).then(|| Action::DeleteItem {
            kind,
            contact_id: self.contact.id.as_str().into(),
            id: item.id.as_str().into(),
        });
        self.asked(kind, entry, seen, ask, remove, out);
    }

    /// Asks what becomes of the half that is left, or does what was answered.
    fn asked(
        &self,
        kind: ItemKind,
        entry: &ItemBase,
        left: ItemBase,
        ask: Question,
        remove: Option<Action>,
        out: &mut Outcome,
    ) {
        match (self.items.answers.get(&ask.key), remove) {
            (Some(Answer::Apart), _) => out.adopt.items.push(put(left, None)),
            (Some(Answer::Wait), _) => {}
            (Some(Answer::Delete), Some(action)) => out.changes.push(Change {
                action,
                kind: ChangeKind::Delete,
                object: kind.into(),
                record: self.record.clone(),
                fields: self.deltas(kind, &left_values(&left), &ItemFields::new()),
                reason: "Its other half was deleted, and you chose to delete this one too.".into(),
                warning: Some("It cannot be brought back from here.".into()),
                settles: settles(vec![forget(entry)]),
            }),
            _ => out.questions.push(ask),
        }
    }
}

/// What the half that is left says.
fn left_values(left: &ItemBase) -> ItemFields {
    if left.highlevel_id.is_some() {
        left.highlevel.clone()
    } else {
        left.note.clone()
    }
}
