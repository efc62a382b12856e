//! Puts a plan together.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use foxbridge_model::{Person, Service, TagKey, Text};
use thin_vec::ThinVec;

use super::person::{Context, Outcome, Stamp};
use super::rows::Rows;
use super::{
    Action, Change, ChangeKind, Link, ObjectKind, Plan, Question, Record, Snapshot, StampField,
    gone,
};
use crate::items::Items;
use crate::matching::{Matching, Why};
use crate::{Ambiguity, Answer, BasePatch, How, Settings, answers, match_people, tags};

/// Works out what a run would change. See the crate's words.
pub fn plan(snapshot: &Snapshot, settings: &Settings) -> Plan {
    let mut tag_names = tags::names(
        &settings.tags,
        &snapshot.highlevel_tags,
        &snapshot.aimfox_labels,
    );
    tag_names.retain(|name| !gone::marks(name));
    let context = Context {
        settings,
        rows: Rows::of(settings),
        tag_names,
        stamps: Stamp::all(&snapshot.stamp_fields),
        first_run: snapshot.first_run,
        items: Items {
            settings: &settings.items,
            read: &snapshot.items,
            local: &snapshot.local,
            answers: &snapshot.answers,
        },
        answers: &snapshot.answers,
        reshaped: &snapshot.reshaped,
        seen: &snapshot.seen,
    };
    let mut plan = Plan::default();
    let linked_leads: HashSet<&str> = snapshot
        .links
        .iter()
        .map(|link| link.lead_id.as_str())
        .collect();
    let linked_contacts: HashSet<&str> = snapshot
        .links
        .iter()
        .map(|link| link.contact_id.as_str())
        .collect();
    let leads = by_id(&snapshot.leads, &linked_leads);
    let contacts = by_id(&snapshot.contacts, &linked_contacts);

    let left_out = |lead: &str| {
        let answer = snapshot.answers.get(&answers::left_out(lead));
        matches!(answer, Some(Answer::LeaveOut { .. }))
    };
    let (admitted, excluded): (Vec<&Person>, Vec<&Person>) = snapshot
        .leads
        .iter()
        .filter(|lead| !linked_leads.contains(lead.id.as_str()))
        .partition(|lead| {
            settings.filter.admits(lead) && settings.people.may_admit(lead) && !left_out(&lead.id)
        });
    plan.health.excluded = excluded.len();
    let taking_part: Vec<&Person> = admitted
        .into_iter()
        .filter(|lead| !snapshot.unread.contains(&lead.id) && snapshot.only.may_admit(lead))
        .collect();
    let admits =
        |lead: &Person, contact: Option<&Person>| settings.people.admits(Some(lead), contact);
    let only = |lead: &Person, contact: Option<&Person>| snapshot.only.admits(Some(lead), contact);

    let mut matching = match_people(&taking_part, &snapshot.contacts, |contact| {
        linked_contacts.contains(contact.id.as_str())
    });

    honour_answers(&mut matching, &taking_part, snapshot, &linked_contacts);
    // Counted before there are changes: what it takes to count is free again when they come.
    plan.health.not_in_aimfox = waiting(snapshot, &linked_contacts, &matching);

    // One for everybody in turn, so that its lists are made once.
    let mut part = Outcome::default();
    for known in &snapshot.links {
        if snapshot.unread.contains(known.lead_id.as_str()) {
            continue;
        }
        if left_out(&known.lead_id) {
            plan.health.excluded += 1;
            continue;
        }
        match (
            leads.get(known.lead_id.as_str()),
            contacts.get(known.contact_id.as_str()),
        ) {
            (Some(lead), Some(contact)) => {
                if !admits(lead, Some(contact)) {
                    plan.health.excluded += 1;
                    continue;
                }
                if !only(lead, Some(contact)) {
                    continue;
                }
                if snapshot.broken.contains(known.lead_id.as_str()) {
                    plan.changes
                        .extend(gone::back(known, lead, contact, settings));
                }
                let base = snapshot.bases.get(known.lead_id.as_str());
                // Most people are at rest: nothing is said about them.
                let record = LazyCell::new(|| record_of(lead, contact));
                context.pair(lead, contact, base, &record, &mut part);
                add(&mut plan, lead, &mut part);
            }
            (lead, contact) => {
                let (lead, contact) = (lead.copied(), contact.copied());
                if snapshot.only.admits(lead, contact) {
                    let gone = gone::gone(known, lead, contact, snapshot, settings);
                    plan.changes.extend(gone.changes);
                    plan.questions.extend(gone.question);
                }
            }
        }
    }
    // A new pair has a link, and mostly an update of the contact and a card.
    plan.changes
        .reserve(3 * matching.pairs.len() + matching.unmatched.len());
    for (l, c, how) in &matching.pairs {
        let (lead, contact) = (taking_part[*l], &snapshot.contacts[*c]);
        if !admits(lead, Some(contact)) {
            plan.health.excluded += 1;
            continue;
        }
        if !only(lead, Some(contact)) {
            continue;
        }
        let record = record_of(lead, contact);
        plan.changes.push(Change {
            action: Action::Link {
                link: Link {
                    lead_id: record.of_lead(lead),
                    contact_id: record.of_contact(contact),
                    how: *how,
                },
            },
            kind: ChangeKind::Link,
            object: ObjectKind::Link,
            record: Arc::clone(&record),
            fields: ThinVec::new(),
            reason: format!("The two are the same person by {}.", how.words()).into(),
            warning: None,
            settles: BasePatch::default(),
        });
        context.pair(lead, contact, None, &&record, &mut part);
        add(&mut plan, lead, &mut part);
    }
    for ambiguity in &matching.ambiguous {
        plan.questions
            .push(ambiguous(ambiguity, &taking_part, &snapshot.contacts));
    }
    for lead in matching.unmatched.iter().map(|l| taking_part[*l]) {
        if !admits(lead, None) {
            plan.health.excluded += 1;
        } else if settings.create_contacts && only(lead, None) {
            let (change, questions) = context.create(lead);
            plan.changes.push(change);
            plan.questions.extend(questions);
        }
    }

    drop((matching, taking_part));

    prepare(&mut plan, snapshot);
    put_in_order(&mut plan.changes);
    plan.adopt.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    plan.questions.sort_by(|a, b| a.key.cmp(&b.key));
    plan
}

/// Those of the people that are linked, by id.
fn by_id<'p>(people: &'p [Person], linked: &HashSet<&str>) -> HashMap<&'p str, &'p Person> {
    people
        .iter()
        .map(|person| (person.id.as_str(), person))
        .filter(|(id, _)| linked.contains(id))
        .collect()
}

fn record_of(lead: &Person, contact: &Person) -> Arc<Record> {
    Arc::new(Record {
        name: lead.name.as_str().into(),
        contact_id: Some(contact.id.as_str().into()),
        lead_id: Some(lead.id.as_str().into()),
    })
}

/// Moves one linked person's part into the plan.
fn add(plan: &mut Plan, lead: &Person, part: &mut Outcome) {
    plan.health.linked += 1;
    plan.health.changing += usize::from(!part.changes.is_empty());
    plan.changes.append(&mut part.changes);
    plan.questions.append(&mut part.questions);
    let pending = std::mem::take(&mut part.pending).into_iter();
    plan.pending
        .extend(pending.map(|(row, pending)| ((lead.id.clone(), row), pending)));
    let adopt = std::mem::take(&mut part.adopt);
    if !adopt.is_empty() {
        plan.adopt.push((lead.id.as_str().into(), adopt));
    }
}

/// Sorts changes by their places, and moves each once: a sort of the changes themselves would keep
/// half of them a second time meanwhile.
fn put_in_order(changes: &mut [Change]) {
    let change_at = |place: u32| &changes[place as usize];
    let mut places: Vec<u32> = (0..).take(changes.len()).collect();
    places.sort_unstable_by(|a, b| {
        let (one, other) = (order(change_at(*a)), order(change_at(*b)));
        one.cmp(&other).then(a.cmp(b))
    });
    for at in 0..places.len() {
        // What belongs here was moved on by the swaps before.
        let mut from = places[at] as usize;
        while from < at {
            from = places[from] as usize;
        }
        changes.swap(at, from);
    }
}

/// Definitions first, then who is who, then contacts, then tags, then leads; each by lead id.
fn order(change: &Change) -> (u8, &str, &str) {
    let rank = match change.action {
        Action::CreateCustomField { .. } | Action::CreateLabel { .. } => 0,
        Action::Link { .. } | Action::Unlink { .. } => 1,
        Action::CreateContact { .. } | Action::DeleteContact { .. } => 2,
        Action::UpdateContact { .. } => 3,
        Action::AddTags { .. } | Action::RemoveTags { .. } => 4,
        Action::WriteCard { .. } | Action::RemoveNote { .. } => 5,
        Action::AttachLabel { .. } | Action::DetachLabel { .. } => 6,
        Action::WriteItem { .. } | Action::DeleteItem { .. } => 7,
        Action::WriteNote { .. } => 8,
    };
    (
        rank,
        change.record.lead_id.as_deref().unwrap_or_default(),
        &change.record.name,
    )
}

/// The definitions that the plan's changes need and that do not exist yet.
fn prepare(plan: &mut Plan, snapshot: &Snapshot) {
    let definition = |action, object, name: &str, reason: &'static str| Change {
        action,
        kind: ChangeKind::Prepare,
        object,
        record: Arc::new(Record {
            name: name.into(),
            contact_id: None,
            lead_id: None,
        }),
        fields: ThinVec::new(),
        reason: reason.into(),
        warning: None,
        settles: BasePatch::default(),
    };
    let mut stamps_used: Vec<StampField> = plan
        .changes
        .iter()
        .filter_map(|change| match &change.action {
            Action::CreateContact { stamps, .. } | Action::UpdateContact { stamps, .. } => {
                Some(stamps.keys().copied())
            }
            _ => None,
        })
        .flatten()
        .collect();
    stamps_used.sort_unstable();
    stamps_used.dedup();
    for stamp in stamps_used {
        if !snapshot.stamp_fields.contains_key(&stamp) {
            plan.changes.push(definition(
                Action::CreateCustomField { stamp },
                ObjectKind::CustomField,
                stamp.title(),
                "Contacts carry the lead's ids in it, so that nobody is ever created twice.",
            ));
        }
    }
    let labels: BTreeSet<&TagKey> = plan
        .changes
        .iter()
        .filter_map(|change| match &change.action {
            Action::AttachLabel { label, .. } => Some(label),
            _ => None,
        })
        .filter(|label| !snapshot.aimfox_labels.contains(*label))
        .collect();
    let labels: Vec<String> = labels.into_iter().map(|l| l.as_str().to_owned()).collect();
    for name in labels {
        let reason = "It is needed, and Aimfox has no such label yet.";
        let action = Action::CreateLabel {
            name: name.as_str().into(),
        };
        plan.changes
            .push(definition(action, ObjectKind::Label, &name, reason));
    }
}

/// Replaces questions by what the user answered, and keeps leads from contacts that they are not.
fn honour_answers(
    matching: &mut Matching,
    leads: &[&Person],
    snapshot: &Snapshot,
    linked: &HashSet<&str>,
) {
    let (open, mut unmatched) = (std::mem::take(&mut matching.ambiguous), Vec::new());
    let mut taken: HashSet<usize> = matching.pairs.iter().map(|(_, c, _)| *c).collect();
    for ambiguity in open {
        let lead = leads[ambiguity.lead];
        let answer = snapshot.answers.get(&answers::ambiguous(&lead.id));
        let contacts = ambiguity.contacts.iter();
        match answer {
            Some(Answer::Same { contact_id }) => {
                let free = |c: &&usize| {
                    let contact = &snapshot.contacts[**c];
                    contact.id == *contact_id && !linked.contains(contact.id.as_str())
                };
                match contacts.copied().find(|c| free(&c)) {
                    Some(c) if taken.insert(c) => {
                        matching.pairs.push((ambiguity.lead, c, How::Answer));
                    }
                    _ => matching.ambiguous.push(ambiguity),
                }
            }
            Some(Answer::Nobody { contacts: not }) => {
                let mut all = contacts.map(|c| &snapshot.contacts[*c].id);
                if all.all(|id| not.contains(id)) {
                    unmatched.push(ambiguity.lead);
                } else {
                    matching.ambiguous.push(ambiguity);
                }
            }
            _ => matching.ambiguous.push(ambiguity),
        }
    }
    let by_id = |a: &usize, b: &usize| leads[*a].id.cmp(&leads[*b].id);
    matching.unmatched.extend(unmatched);
    matching.unmatched.sort_by(by_id);
    matching.pairs.sort_by(|a, b| by_id(&a.0, &b.0));
}

/// Contacts with a LinkedIn profile that is no lead: they wait in "not in Aimfox yet".
fn waiting(snapshot: &Snapshot, linked: &HashSet<&str>, matching: &Matching) -> usize {
    let paired = matching.pairs.iter().map(|(_, contact, _)| *contact);
    let open = matching.ambiguous.iter().flat_map(|a| &a.contacts).copied();
    let met: HashSet<usize> = paired.chain(open).collect();
    let lead_ids: HashSet<_> = snapshot
        .leads
        .iter()
        .filter_map(|lead| lead.identities.lead_id)
        .collect();
    let slugs: HashSet<_> = snapshot
        .leads
        .iter()
        .flat_map(|lead| lead.identities.slugs.iter())
        .collect();
    snapshot
        .contacts
        .iter()
        .enumerate()
        .filter(|(i, c)| !linked.contains(c.id.as_str()) && !met.contains(i))
        .filter(|(_, contact)| {
            let who = &contact.identities;
            let member = who.urn.as_ref().and_then(|urn| urn.lead_id());
            (member.is_some() || !who.slugs.is_empty())
                && !member.is_some_and(|id| lead_ids.contains(&id))
                && !who.slugs.iter().any(|slug| slugs.contains(slug))
        })
        .count()
}

fn describe(person: &Person) -> String {
    let who = &person.identities;
    let detail = who
        .emails
        .first()
        .map(|e| e.as_str().to_owned())
        .or_else(|| {
            who.slugs
                .first()
                .map(|s| format!("linkedin.com/in/{}", s.as_str()))
        })
        .or_else(|| who.phones.first().map(|p| p.as_str().to_owned()));
    match detail {
        Some(detail) => format!("{} ({detail})", person.name),
        None => person.name.clone(),
    }
}

fn ambiguous(ambiguity: &Ambiguity, leads: &[&Person], contacts: &[Person]) -> Question {
    let lead = leads[ambiguity.lead];
    let by = ambiguity.how.words();
    let n = ambiguity.contacts.len();
    let why = match ambiguity.why {
        Why::SeveralContacts => format!("{n} contacts in HighLevel fit by {by}."),
        Why::SeveralLeads => format!("Several leads fit the same contact by {by}."),
        Why::Taken => format!("The contact that fits by {by} belongs to another lead already."),
        Why::Contradiction => {
            format!("One contact fits by {by}, but its LinkedIn profile is another person's.")
        }
    };
    let next = match ambiguity.why {
        Why::SeveralContacts => {
            "Say which one it is, or none of them; or merge the duplicates in HighLevel."
        }
        _ => {
            "Say whether it is the same person; or correct the shared address or number in \
             HighLevel."
        }
    };
    Question {
        key: answers::ambiguous(&lead.id),
        kind: "ambiguous".to_owned(),
        record: Arc::new(Record {
            name: lead.name.as_str().into(),
            contact_id: None,
            lead_id: Some(lead.id.as_str().into()),
        }),
        what: format!("It is not certain who {} is in HighLevel.", lead.name),
        why: format!("{why} Nothing was changed."),
        next: next.to_owned(),
        choices: ambiguity
            .contacts
            .iter()
            .map(|c| {
                (
                    Service::HighLevel,
                    Some(Text::from(&contacts[*c].id)),
                    describe(&contacts[*c]),
                )
            })
            .collect(),
        about: None,
    }
}
