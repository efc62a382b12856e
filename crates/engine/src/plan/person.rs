//! The changes of one person: a linked pair, or a lead that becomes a contact.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

use foxbridge_model::{Person, Service, TagKey, Text, Value, profile_url};
use thin_vec::{ThinVec, thin_vec};

use super::rows::{self, Rows};
use super::{
    About, Action, Change, ChangeKind, FieldDelta, Loser, ObjectKind, Pending, Question, Record,
    Seen, SeenChange, StampField,
};
use crate::items::Items;
use crate::merge::settle;
use crate::tags::{may_write_tags, merge_tags};
use crate::{
    Answer, Answers, Base, BasePatch, ConflictPolicy, Decision, Few, MappingRow, Part, Reshaped,
    RowBase, RowInput, Settings, TagBase, Take, answers, card::says, decide, find_card, parse_card,
    render_card,
};

/// What every person's part of the plan is made with.
pub(super) struct Context<'a> {
    pub(super) settings: &'a Settings,
    pub(super) rows: Rows,
    pub(super) tag_names: BTreeSet<TagKey>,
    pub(super) stamps: Vec<Stamp>,
    pub(super) first_run: bool,
    pub(super) items: Items<'a>,
    pub(super) answers: &'a Answers,
    pub(super) reshaped: &'a Reshaped,
    pub(super) seen: &'a BTreeMap<(String, String), Seen>,
}

/// One person's part of the plan.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) changes: Vec<Change>,
    pub(crate) questions: Vec<Question>,
    pub(crate) adopt: BasePatch,
    /// By mapping row id: see [`super::Plan::pending`].
    pub(crate) pending: BTreeMap<String, Pending>,
}

pub(crate) const TAG_WARNING: &str = "Adding or removing a tag can start HighLevel workflows.";
const CREATE_WARNING: &str = "A new contact can start HighLevel workflows.";

/// A stamp, with what is the same for every contact that gets it.
pub(super) struct Stamp {
    which: StampField,
    key: Text,
    title: Text,
    /// Key into a contact's fields, once the location has the field.
    field: Option<String>,
}

impl Stamp {
    pub(super) fn all(fields: &BTreeMap<StampField, String>) -> Vec<Self> {
        StampField::ALL
            .into_iter()
            .map(|which| Self {
                which,
                key: which.key().into(),
                title: which.title().into(),
                field: fields.get(&which).map(|id| format!("cf.{id}")),
            })
            .collect()
    }

    /// What a contact should carry for a lead.
    fn of<'p>(&self, lead: &'p Person) -> Option<Cow<'p, str>> {
        let who = &lead.identities;
        match self.which {
            StampField::LeadId => Some(lead.id.as_str().into()),
            StampField::Urn => who.urn.as_ref().map(|urn| urn.as_str().into()),
            StampField::Url => who.slugs.first().map(|slug| profile_url(slug).into()),
        }
    }

    /// What a contact carries.
    fn on<'p>(&self, contact: &'p Person) -> Option<&'p Value> {
        contact.fields.get(self.field.as_ref()?)
    }
}

pub(crate) fn tag_delta(label: &str, tag: &TagKey, added: bool) -> FieldDelta {
    let value = Some(Value::Text(tag.text()));
    let (before, after) = if added { (None, value) } else { (value, None) };
    FieldDelta {
        field: label.to_lowercase().into(),
        label: label.into(),
        before,
        after,
        loser: None,
    }
}

impl Context<'_> {
    fn canonical(&self, row: &MappingRow, value: Option<&Value>) -> Option<Value> {
        value.and_then(|value| row.kind.canonical(value, self.settings.region))
    }

    fn active_rows(&self) -> impl Iterator<Item = &MappingRow> {
        self.settings
            .mapping
            .iter()
            .filter(|row| row.direction != crate::Direction::Off)
    }

    /// A lead that fits nobody becomes a contact.
    pub(super) fn create(&self, lead: &Person) -> (Change, Vec<Question>) {
        let record = Arc::new(Record {
            name: lead.name.as_str().into(),
            contact_id: None,
            lead_id: Some(lead.id.as_str().into()),
        });
        let mut questions = Vec::new();
        let rows = self.settings.mapping.len();
        let mut fields = Few::with_capacity(rows);
        let mut deltas = ThinVec::with_capacity(rows + self.stamps.len());
        let mut settles = BasePatch {
            rows: Few::with_capacity(rows),
            tags: Few::with_capacity(self.tag_names.len()),
            ..BasePatch::default()
        };
        for row in self.active_rows() {
            let profile = match self.rows.profile(row, lead) {
                Ok(profile) => profile,
                Err(e) => {
                    questions.push(rows::broken(&record, row, &e));
                    continue;
                }
            };
            let canonical = self.canonical(row, profile.as_ref());
            let mut base = RowBase {
                profile: canonical.clone(),
                ..RowBase::default()
            };
            if row.direction.to_highlevel()
                && let Some(value) = profile
            {
                deltas.push(FieldDelta {
                    field: row.highlevel.clone(),
                    label: row.label.clone(),
                    before: None,
                    after: Some(value.clone()),
                    loser: None,
                });
                base.highlevel = canonical;
                fields.insert(row.highlevel.clone(), value);
            }
            settles.rows.insert(row.id.clone(), base);
        }
        let write_tags = may_write_tags(&self.settings.tags, self.first_run);
        let mut tags = Vec::new();
        for tag in &self.tag_names {
            let on_lead = lead.tags.contains(tag);
            if on_lead && write_tags {
                tags.push(tag.as_str().to_owned());
                deltas.push(tag_delta("Tag", tag, true));
            }
            let base = TagBase {
                highlevel: on_lead && write_tags,
                aimfox: on_lead,
            };
            settles.tags.insert(tag.clone(), base);
        }
        let stamps = self.stamp(lead, None, &mut deltas);
        deltas.shrink_to_fit();
        let from = lead.origins.first().map_or_else(
            || "has a chosen label".to_owned(),
            |origin| format!("comes from the campaign \"{}\"", origin.name),
        );
        let change = Change {
            action: Action::CreateContact {
                lead_id: record.of_lead(lead),
                fields,
                stamps,
                tags: tags.into(),
            },
            kind: ChangeKind::Create,
            object: ObjectKind::Contact,
            record,
            fields: deltas,
            reason: format!("The lead {from} and is not in HighLevel yet.").into(),
            warning: Some(CREATE_WARNING.into()),
            settles,
        };
        (change, questions)
    }

    /// Adds to `out` what a linked pair needs; `record` says who the two are.
    pub(super) fn pair(
        &self,
        lead: &Person,
        contact: &Person,
        base: Option<&Base>,
        record: &impl Deref<Target = Arc<Record>>,
        out: &mut Outcome,
    ) {
        self.fields(lead, contact, base, record, out);
        self.tags(lead, contact, base, record, out);
        self.items.pair(lead, contact, base, record, out);
        out.adopt = std::mem::take(&mut out.adopt).without_known(base);
    }

    fn fields(
        &self,
        lead: &Person,
        contact: &Person,
        base: Option<&Base>,
        record: &impl Deref<Target = Arc<Record>>,
        out: &mut Outcome,
    ) {
        let mapping = &self.settings.mapping;
        let card = lead.notes.as_deref().and_then(find_card);
        let lines = card
            .as_ref()
            .map(|card| parse_card(&card.text, mapping))
            .unwrap_or_default();

        let mut update = Few::default();
        let mut update_deltas = ThinVec::new();
        let mut update_settles = BasePatch::default();
        let mut card_values = Few::with_capacity(mapping.len());
        let mut card_deltas = ThinVec::new();
        let mut card_settles = BasePatch {
            rows: Few::with_capacity(mapping.len()),
            ..BasePatch::default()
        };
        let mut card_says_more = false;
        // Of rows that are written to HighLevel: lines that somebody took off the card.
        let mut lines_gone = Vec::new();
        let mut first_match = base.is_none();
        let hold = card.is_some() || !self.card_comes_into_being(lead, contact, base);

        for row in self.active_rows() {
            let raw_line = lines.get(&row.id);
            let read = self.rows.read(row, lead, contact);
            let (raw_profile, raw_contact) = match &read {
                Ok((profile, contact)) => (profile.as_ref(), contact.as_ref()),
                Err(e) => {
                    out.questions.push(rows::broken(record, row, e));
                    // What its line says stays; nothing else is known to be right.
                    if let Some(line) = raw_line {
                        card_values.insert(row.id.clone(), line.clone());
                    }
                    continue;
                }
            };
            let now = RowInput {
                highlevel: self.canonical(row, raw_contact),
                profile: self.canonical(row, raw_profile),
                card: self.canonical(row, raw_line),
            };
            let row_base = base.and_then(|base| base.rows.get(&row.id));
            first_match |= row_base.is_none();
            let current = RowBase {
                highlevel: now.highlevel.clone(),
                profile: now.profile.clone(),
                card: now.card.clone(),
                held: false,
            };
            let decision = self.decide(lead, row, row_base, &now, out);
            let rests = row_base.is_some_and(|base| {
                base.held && base.highlevel == now.highlevel && base.card == now.card
            });
            let held = hold && rests && decision == Decision::Rest;
            // What the card's line is to say afterwards.
            let line = match &decision {
                Decision::ToHighlevel { value, .. } => Some(value.clone()),
                Decision::Ask { .. } => raw_line.cloned(),
                Decision::Rest if held => raw_line.cloned(),
                Decision::Rest | Decision::ToAimfox { .. } => raw_contact.cloned(),
            };
            let settled = match decision {
                Decision::ToHighlevel { value, loser } => {
                    // Somebody's line gives way to a value that is neither side's.
                    if let Some(typed) = now.card.as_ref().filter(|typed| **typed != value)
                        && row_base.is_some_and(|base| base.card.as_ref() != Some(typed))
                    {
                        card_deltas.push(FieldDelta {
                            field: row.id.clone(),
                            label: row.label.clone(),
                            before: raw_line.cloned(),
                            after: Some(value.clone()),
                            loser: Some(Loser::boxed(Service::Aimfox, typed.clone())),
                        });
                    }
                    update_deltas.push(FieldDelta {
                        field: row.highlevel.clone(),
                        label: row.label.clone(),
                        before: raw_contact.cloned(),
                        after: Some(value.clone()),
                        loser: loser.map(|value| Loser::boxed(Service::HighLevel, value)),
                    });
                    let part = |part: fn(Text, Option<Value>) -> Part, value: &Option<Value>| {
                        part(row.id.clone(), value.clone())
                    };
                    let highlevel = Some(value.clone());
                    if now.card.is_none() && row_base.is_some_and(|base| base.card.is_some()) {
                        lines_gone.push(part(Part::card, &None));
                    }
                    // What somebody typed on the card is known from now on; what the card gets by a
                    // write of its own is known once that write is settled.
                    if now.card == highlevel {
                        update_settles.parts.push(part(Part::card, &now.card));
                    } else if row.direction.to_aimfox() {
                        card_settles.parts.push(part(Part::card, &highlevel));
                    }
                    update_settles.parts.push(part(Part::highlevel, &highlevel));
                    update_settles.parts.push(part(Part::profile, &now.profile));
                    update.insert(row.highlevel.clone(), value);
                    None
                }
                Decision::ToAimfox { loser } => {
                    card_deltas.push(FieldDelta {
                        field: row.id.clone(),
                        label: row.label.clone(),
                        before: raw_line.or(raw_profile).cloned(),
                        after: raw_contact.cloned(),
                        loser: loser.map(|value| Loser::boxed(Service::Aimfox, value)),
                    });
                    Some(current)
                }
                Decision::Ask { aimfox, highlevel } => {
                    out.questions
                        .push(conflict(record, row, &aimfox, highlevel.as_ref()));
                    None
                }
                Decision::Rest => Some(RowBase { held, ..current }),
            };
            if row.direction.to_aimfox()
                && let Some(line) = line
            {
                let canonical = self.canonical(row, Some(&line));
                card_says_more |= !held && canonical.is_some() && canonical != now.profile;
                card_values.insert(row.id.clone(), line);
                if let Some(settled) = settled {
                    let base = RowBase {
                        card: canonical,
                        ..settled
                    };
                    card_settles.rows.insert(row.id.clone(), base);
                }
            } else if let Some(settled) = settled {
                let base = RowBase {
                    card: None,
                    ..settled
                };
                card_settles.rows.insert(row.id.clone(), base);
            }
        }

        let stamps = self.stamp(lead, Some(contact), &mut update_deltas);
        let only_stamps = update.is_empty();
        if !update.is_empty() || !stamps.is_empty() {
            let reason = match (only_stamps, first_match) {
                (true, _) => "The contact gets the lead's ids, so that the two stay recognisable.",
                (false, true) => "The lead knows something that HighLevel lacks.",
                (false, false) => "It was changed in Aimfox.",
            };
            out.changes.push(Change {
                action: Action::UpdateContact {
                    contact_id: record.of_contact(contact),
                    fields: update,
                    clear: ThinVec::new(),
                    stamps,
                },
                kind: ChangeKind::Update,
                object: ObjectKind::Contact,
                record: Arc::clone(record),
                fields: update_deltas,
                reason: reason.into(),
                warning: None,
                settles: update_settles,
            });
        }

        let old = card.as_ref().map(|card| card.text.as_str());
        let wanted = self.settings.cards && (card.is_some() || card_says_more);
        let said = old.is_some_and(|old| says(old, &contact.id, &card_values, mapping));
        if wanted && !said {
            let text = render_card(&contact.id, &card_values, mapping, old);
            let reason = match (first_match, card.is_some()) {
                (true, false) => "HighLevel knows something that the lead's profile lacks.",
                (_, false) => "It was changed in HighLevel.",
                (_, true) if card_deltas.is_empty() => "The card is brought up to date.",
                (_, true) => "It was changed in HighLevel.",
            };
            if card_deltas.is_empty() {
                card_deltas = changed_lines(mapping, &lines, &card_values);
            }
            card_deltas.shrink_to_fit();
            out.changes.push(Change {
                action: Action::WriteCard {
                    lead_id: record.of_lead(lead),
                    note_id: card.map(|card| card.note_id.into()),
                    text: text.into(),
                },
                kind: ChangeKind::Update,
                object: ObjectKind::Lead,
                record: Arc::clone(record),
                fields: card_deltas,
                reason: reason.into(),
                warning: None,
                settles: card_settles,
            });
        } else {
            if !wanted {
                card_settles.rows.retain(|_, row| {
                    row.card = None;
                    true
                });
            }
            out.adopt.rows.extend(card_settles.rows);
            out.adopt.parts.extend(lines_gone);
        }
    }

    /// Decides about a row: by its values, then by what the user answered, then by which change is
    /// the newer one.
    fn decide(
        &self,
        lead: &Person,
        row: &MappingRow,
        base: Option<&RowBase>,
        now: &RowInput,
        out: &mut Outcome,
    ) -> Decision {
        let decision = decide(row, base, now);
        let newest = row.on_conflict == ConflictPolicy::NewestSeen;
        if newest && let Some(pending) = pending(&decision, base, now) {
            out.pending.insert(row.id.to_string(), pending);
        }
        let Decision::Ask { aimfox, highlevel } = &decision else {
            return decision;
        };
        let region = self.settings.region;
        let answer = self.answers.get(&answers::conflict(&lead.id, &row.id));
        if let Some(Answer::Value {
            take,
            aimfox: shown_aimfox,
            highlevel: shown_highlevel,
        }) = answer
            && (shown_aimfox, shown_highlevel) == (aimfox, highlevel)
        {
            return settle(row, base, now, take, aimfox, region);
        }
        if !newest {
            return decision;
        }
        let seen = self.seen.get(&(lead.id.clone(), row.id.to_string()));
        // What no run has seen before is seen by this one, the newest.
        let first = |seen: Option<&SeenChange>, value: Option<&Value>| {
            seen.filter(|seen| seen.value.as_ref() == value)
                .map_or(i64::MAX, |seen| seen.run)
        };
        let highlevel_at = first(seen.and_then(|s| s.highlevel.as_ref()), highlevel.as_ref());
        let aimfox_at = first(seen.and_then(|s| s.aimfox.as_ref()), Some(aimfox));
        match highlevel_at.cmp(&aimfox_at) {
            Ordering::Greater => settle(row, base, now, &Take::Highlevel, aimfox, region),
            Ordering::Less => settle(row, base, now, &Take::Aimfox, aimfox, region),
            Ordering::Equal => decision,
        }
    }

    /// Whether a lead without a card gets one for something that was changed: then the card shows
    /// everything, also what was held back from it.
    fn card_comes_into_being(&self, lead: &Person, contact: &Person, base: Option<&Base>) -> bool {
        let Some(base) = base.filter(|base| base.rows.values().any(|row| row.held)) else {
            return false;
        };
        self.active_rows().any(|row| {
            let now = RowInput {
                highlevel: self.canonical(row, contact.fields.get(row.highlevel.as_str())),
                profile: self.canonical(row, lead.fields.get(row.aimfox.as_str())),
                card: None,
            };
            let decision = decide(row, base.rows.get(&row.id), &now);
            matches!(decision, Decision::ToAimfox { .. })
                && now.highlevel.is_some()
                && now.highlevel != now.profile
        })
    }

    /// The stamps that a contact, or a new one, lacks; what changes by them is added to `deltas`.
    fn stamp(
        &self,
        lead: &Person,
        contact: Option<&Person>,
        deltas: &mut ThinVec<FieldDelta>,
    ) -> Few<StampField, Text> {
        let mut missing = Few::default();
        let wanted = self.settings.stamps.then_some(&self.stamps);
        for stamp in wanted.into_iter().flatten() {
            let now = contact.and_then(|contact| stamp.on(contact));
            // The address may be the user's own; any profile address will do.
            if now.is_some() && stamp.which == StampField::Url {
                continue;
            }
            let Some(value) = stamp.of(lead) else {
                continue;
            };
            if now.is_some_and(|now| now.line().trim() == value) {
                continue;
            }
            if missing.is_empty() {
                missing = Few::with_capacity(self.stamps.len());
                deltas.reserve_exact(self.stamps.len());
            }
            let value = Text::from(&*value);
            deltas.push(FieldDelta {
                field: stamp.key.clone(),
                label: stamp.title.clone(),
                before: now.cloned(),
                after: Some(Value::Text(value.clone())),
                loser: None,
            });
            missing.insert(stamp.which, value);
        }
        missing
    }

    fn tags(
        &self,
        lead: &Person,
        contact: &Person,
        base: Option<&Base>,
        record: &impl Deref<Target = Arc<Record>>,
        out: &mut Outcome,
    ) {
        let merge = merge_tags(
            &self.tag_names,
            &self.settings.tags,
            self.first_run,
            base,
            lead,
            contact,
            self.reshaped.tags,
        );
        let settles = |tags: &[TagKey], present: bool| BasePatch {
            tags: tags
                .iter()
                .map(|tag| {
                    (
                        tag.clone(),
                        TagBase {
                            highlevel: present,
                            aimfox: present,
                        },
                    )
                })
                .collect(),
            ..BasePatch::default()
        };
        for (tags, added) in [(&merge.tags_to_add, true), (&merge.tags_to_remove, false)] {
            if tags.is_empty() {
                continue;
            }
            let contact_id = record.of_contact(contact);
            let names = tags.iter().map(|tag| tag.as_str().to_owned()).collect();
            let (action, reason) = if added {
                let action = Action::AddTags {
                    contact_id,
                    tags: names,
                };
                (action, "The lead carries the label in Aimfox.")
            } else {
                let action = Action::RemoveTags {
                    contact_id,
                    tags: names,
                };
                (action, "The label was taken off the lead in Aimfox.")
            };
            out.changes.push(Change {
                action,
                kind: ChangeKind::Update,
                object: ObjectKind::Tag,
                record: Arc::clone(record),
                fields: tags
                    .iter()
                    .map(|tag| tag_delta("Tag", tag, added))
                    .collect(),
                reason: reason.into(),
                warning: Some(TAG_WARNING.into()),
                settles: settles(tags, added),
            });
        }
        let labels = merge
            .labels_to_attach
            .iter()
            .map(|tag| (tag, true))
            .chain(merge.labels_to_detach.iter().map(|tag| (tag, false)));
        for (label, added) in labels {
            let (lead_id, label) = (record.of_lead(lead), label.clone());
            let delta = tag_delta("Label", &label, added);
            let settles = settles(std::slice::from_ref(&label), added);
            let (action, reason) = if added {
                let action = Action::AttachLabel { lead_id, label };
                (action, "The contact carries the tag in HighLevel.")
            } else {
                let action = Action::DetachLabel { lead_id, label };
                (action, "The tag was taken off the contact in HighLevel.")
            };
            out.changes.push(Change {
                action,
                kind: ChangeKind::Update,
                object: ObjectKind::Lead,
                record: Arc::clone(record),
                fields: thin_vec![delta],
                reason: reason.into(),
                warning: None,
                settles,
            });
        }
        out.adopt.tags.extend(merge.settled);
    }
}

/// The sides that moved away from the base, where something is to be done about it.
fn pending(decision: &Decision, base: Option<&RowBase>, now: &RowInput) -> Option<Pending> {
    let base = base?;
    if *decision == Decision::Rest {
        return None;
    }
    let changed = |now: &Option<Value>, base: &Option<Value>| now.is_some() && now != base;
    let highlevel = (now.highlevel != base.highlevel).then(|| now.highlevel.clone());
    let aimfox = if changed(&now.card, &base.card) {
        Some(now.card.clone())
    } else {
        changed(&now.profile, &base.profile).then(|| now.profile.clone())
    };
    Some((highlevel, aimfox))
}

/// Lines of the card that differ, for a rewrite that no single decision asked for.
fn changed_lines(
    mapping: &[MappingRow],
    before: &Few<Text, Value>,
    after: &Few<Text, Value>,
) -> ThinVec<FieldDelta> {
    mapping
        .iter()
        .filter(|row| before.get(&row.id) != after.get(&row.id))
        .map(|row| FieldDelta {
            field: row.id.clone(),
            label: row.label.clone(),
            before: before.get(&row.id).cloned(),
            after: after.get(&row.id).cloned(),
            loser: None,
        })
        .collect()
}

fn conflict(
    record: &Arc<Record>,
    row: &MappingRow,
    aimfox: &Value,
    highlevel: Option<&Value>,
) -> Question {
    let show = |value: Option<&Value>| value.map_or_else(|| "(blank)".to_owned(), Value::display);
    Question {
        key: answers::conflict(record.lead_id.as_deref().unwrap_or_default(), &row.id),
        kind: "conflict".to_owned(),
        record: Arc::clone(record),
        what: format!(
            "{} of {} differs between the two services.",
            row.label, record.name
        ),
        why: match row.on_conflict {
            ConflictPolicy::NewestSeen => {
                "It was changed on both sides between two runs, so that neither change is the \
                 newer one. Nothing was changed."
            }
            _ => {
                "It was changed on both sides, and this field's policy is to ask. Nothing was \
                 changed."
            }
        }
        .to_owned(),
        next: "Choose the value that counts; the next run writes it.".to_owned(),
        about: Some(About {
            row: row.id.to_string(),
            aimfox: aimfox.clone(),
            highlevel: highlevel.cloned(),
        }),
        choices: vec![
            (Service::Aimfox, record.lead_id.clone(), show(Some(aimfox))),
            (
                Service::HighLevel,
                record.contact_id.clone(),
                show(highlevel),
            ),
        ],
    }
}
