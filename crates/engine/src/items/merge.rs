//! Three-way merge of one linked item, field by field.

use foxbridge_model::{Item, ItemField, ItemFields, ItemKind, Note, Service, Value};
use thin_vec::ThinVec;

use super::card::{origin_of, own_lines, plain, read, same_text, with_origin};
use super::{Pair, highlevel_fields, put, settles};
use crate::base::item_key;
use crate::plan::{Action, Change, ChangeKind, Loser, Outcome, Question};
use crate::{ConflictPolicy, FieldDelta, ItemBase, ItemPatch, ItemRules};

/// What is to be done about one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Rest,
    ToHighlevel { loses: bool },
    ToAimfox { loses: bool },
    Ask,
}

/// Whether a field can be changed from a note.
fn writable(kind: ItemKind, field: ItemField) -> bool {
    use ItemField::*;
    match kind {
        ItemKind::Note => field == Text,
        ItemKind::Task => matches!(field, Title | Due | Done | Text),
        ItemKind::Appointment => field == Status,
        ItemKind::Conversation => false,
    }
}

/// Decides about one field. `base` is what the two showed when they were last settled.
///
/// A line that is missing from a note is no opinion, as on the card.
fn decide(
    rules: &ItemRules,
    writable: bool,
    base: (Option<&String>, Option<&String>),
    highlevel: &str,
    note: Option<&String>,
) -> Decision {
    let to_highlevel = writable && rules.direction.to_highlevel();
    let to_aimfox = rules.direction.to_aimfox();
    let highlevel_changed = base.0.is_none_or(|was| was != highlevel);
    let note = note.filter(|note| note.as_str() != highlevel);
    let note_changed = note.is_some_and(|note| base.1.is_none_or(|was| was != note));
    // Where a direction let them rest in a difference, what is replaced is somebody's edit too.
    let apart = base.0 != base.1;
    match (note_changed, highlevel_changed) {
        (false, false) => Decision::Rest,
        (false, true) if to_aimfox => Decision::ToAimfox { loses: apart },
        (false, true) => Decision::Rest,
        (true, false) if to_highlevel => Decision::ToHighlevel { loses: apart },
        (true, false) if to_aimfox => Decision::ToAimfox { loses: true },
        (true, false) => Decision::Rest,
        (true, true) => match rules.on_conflict {
            ConflictPolicy::AimfoxWins if to_highlevel => Decision::ToHighlevel { loses: true },
            ConflictPolicy::Ask if to_highlevel => Decision::Ask,
            _ if to_aimfox => Decision::ToAimfox { loses: true },
            _ => Decision::Rest,
        },
    }
}

/// What a note is to say.
struct Wanted {
    /// The values it shows.
    shown: ItemFields,
    /// What it says now that cannot be understood.
    unclear: ItemFields,
    /// What changes in it.
    deltas: ThinVec<FieldDelta>,
    /// How the base moves with it.
    settles: ItemPatch,
}

impl Wanted {
    fn settles_nothing(&self) -> bool {
        matches!(&self.settles, ItemPatch::Move { highlevel, .. } if highlevel.is_empty())
    }
}

impl Pair<'_> {
    /// What a linked item needs. `entry` is `None` where a mark has just shown that the two belong
    /// together.
    pub(super) fn merge(
        &self,
        item: &Item,
        note: &Note,
        entry: Option<&ItemBase>,
        out: &mut Outcome,
    ) {
        let kind = item.kind;
        let rules = self.rules(kind);
        let raw = item.fields.get(&ItemField::Text).map_or("", String::as_str);
        let origin = origin_of(raw);
        // A note that HighLevel copied stays as its author wrote it.
        let is_original = kind == ItemKind::Note && origin == Some(note.id.as_str());
        let there = highlevel_fields(item);
        let here = read(kind, &note.text, self.items.local);
        let key = item_key(kind, &item.id);

        let (mut update, mut update_deltas) = (ItemFields::new(), ThinVec::new());
        let mut update_base = ItemFields::new();
        let (mut shown, mut note_deltas) = (there.clone(), ThinVec::new());
        let mut note_base = (ItemFields::new(), ItemFields::new());
        let mut rest = (ItemFields::new(), ItemFields::new());
        let mut asked = Vec::new();
        for field in kind.fields() {
            let now = &there[field];
            let said = here.fields.get(field);
            let base = (
                entry.and_then(|entry| entry.highlevel.get(field)),
                entry.and_then(|entry| entry.note.get(field)),
            );
            let mut delta = self.delta(kind, *field, None, None);
            let display =
                |value: &str| self.display(*field, &ItemFields::from([(*field, value.to_owned())]));
            let loser =
                |service, value: &str| display(value).map(|value| Loser::boxed(service, value));
            match decide(rules, writable(kind, *field), base, now, said) {
                Decision::ToHighlevel { loses } => {
                    let value = said.cloned().unwrap_or_default();
                    delta.before = display(now);
                    delta.after = display(&value);
                    delta.loser = loses.then(|| loser(Service::HighLevel, now)).flatten();
                    update_deltas.push(delta);
                    shown.insert(*field, value.clone());
                    update_base.insert(*field, value.clone());
                    let sent = match (field, origin) {
                        (ItemField::Text, Some(origin)) => with_origin(&value, origin),
                        _ => value,
                    };
                    update.insert(*field, sent);
                }
                Decision::ToAimfox { loses } => {
                    delta.before = said
                        .map_or_else(|| base.1.and_then(|was| display(was)), |said| display(said));
                    delta.after = display(now);
                    delta.loser = said
                        .filter(|_| loses)
                        .and_then(|said| loser(Service::Aimfox, said));
                    if delta.before != delta.after {
                        note_deltas.push(delta);
                    }
                    note_base.0.insert(*field, now.clone());
                    note_base.1.insert(*field, now.clone());
                }
                Decision::Rest => {
                    if let Some(said) = said {
                        // Where the two were left apart on purpose, by an undo, they rest apart.
                        shown.insert(*field, said.clone());
                    }
                    let note_value = said.unwrap_or(now).clone();
                    if rules.direction.to_aimfox() || said.is_some() {
                        rest.0.insert(*field, now.clone());
                        rest.1.insert(*field, note_value);
                    } else {
                        rest.0.insert(*field, now.clone());
                        rest.1.insert(*field, base.1.unwrap_or(now).clone());
                    }
                }
                Decision::Ask => {
                    let said = said.cloned().unwrap_or_default();
                    asked.push((*field, now.clone(), said.clone()));
                    shown.insert(*field, said);
                }
            }
        }

        if entry.is_none() {
            let together = ItemBase {
                kind,
                highlevel_id: Some(item.id.clone()),
                note_id: Some(note.id.clone()),
                highlevel: rest.0,
                note: rest.1,
            };
            out.adopt.items.push(put(together, None));
        } else {
            out.adopt.items.push(ItemPatch::Move {
                key: key.clone(),
                highlevel: rest.0,
                note: rest.1,
            });
        }
        for (field, now, said) in asked {
            out.questions
                .push(self.conflict(item, &key, field, &now, &said));
        }
        if !update.is_empty() {
            out.changes.push(Change {
                action: Action::WriteItem {
                    kind,
                    contact_id: self.contact.id.as_str().into(),
                    id: Some(item.id.as_str().into()),
                    fields: Box::new(update),
                    from_note: None,
                },
                kind: ChangeKind::Update,
                object: kind.into(),
                record: self.record.clone(),
                fields: update_deltas,
                reason: "Its note was changed in Aimfox.".into(),
                warning: item
                    .formatted
                    .then(|| "Its formatting in HighLevel is lost: a note is plain text.".into()),
                settles: settles(vec![ItemPatch::Move {
                    key: key.clone(),
                    highlevel: update_base.clone(),
                    note: update_base,
                }]),
            });
        }
        let wanted = Wanted {
            shown,
            unclear: here.unclear,
            deltas: note_deltas,
            settles: ItemPatch::Move {
                key,
                highlevel: note_base.0,
                note: note_base.1,
            },
        };
        self.bring_up_to_date(item, note, is_original, wanted, out);
    }

    /// Rewrites the note where it does not say what it should.
    fn bring_up_to_date(
        &self,
        item: &Item,
        note: &Note,
        is_original: bool,
        mut wanted: Wanted,
        out: &mut Outcome,
    ) {
        let kind = item.kind;
        let rules = self.rules(kind);
        if !rules.direction.to_aimfox() {
            return;
        }
        let text = if is_original {
            plain(
                wanted
                    .shown
                    .get(&ItemField::Text)
                    .map_or("", String::as_str),
            )
        } else {
            let own = own_lines(kind, &note.text);
            self.shown(kind, &wanted.shown, Some(&item.id), &own)
        };
        let says_it = if is_original {
            plain(&note.text) == text
        } else {
            same_text(&text, &note.text)
        };
        if says_it || text.is_empty() {
            return;
        }
        for (field, said) in &wanted.unclear {
            let mut delta = self.delta(
                kind,
                *field,
                Value::text(said),
                self.display(*field, &wanted.shown),
            );
            delta.loser = Value::text(said).map(|value| Loser::boxed(Service::Aimfox, value));
            wanted.deltas.push(delta);
        }
        let welcomed = super::card::says_gone(&note.text);
        let reason = if welcomed {
            "It is there again in HighLevel."
        } else if wanted.settles_nothing() {
            "The note is brought into its form."
        } else {
            "It was changed in HighLevel."
        };
        out.changes.push(Change {
            action: self.write_note(kind, Some(note.id.clone()), text, Some(note.text.clone())),
            kind: ChangeKind::Update,
            object: kind.into(),
            record: self.record.clone(),
            fields: wanted.deltas,
            reason: reason.into(),
            warning: None,
            settles: settles(vec![wanted.settles]),
        });
    }

    fn conflict(
        &self,
        item: &Item,
        key: &str,
        field: ItemField,
        highlevel: &str,
        aimfox: &str,
    ) -> Question {
        let show = |value: &str| {
            let fields = ItemFields::from([(field, value.to_owned())]);
            self.display(field, &fields)
                .map_or_else(|| "(blank)".to_owned(), |value| value.display())
        };
        let title = self.title(item.kind, &item.fields);
        Question {
            about: None,
            key: format!("conflict:{key}:{}", field.title().to_lowercase()),
            kind: "conflict".to_owned(),
            record: self.record.clone(),
            what: format!(
                "{} of {} differs between the two services.",
                field.title(),
                title.replacen("The ", "the ", 1)
            ),
            why: format!(
                "It was changed on both sides, and the policy for {}s is to ask. Nothing was \
                 changed.",
                item.kind.as_str()
            ),
            next: "Make the two equal in either service; the next run then goes on.".to_owned(),
            choices: vec![
                (Service::Aimfox, self.record.lead_id.clone(), show(aimfox)),
                (
                    Service::HighLevel,
                    self.record.contact_id.clone(),
                    show(highlevel),
                ),
            ],
        }
    }
}
