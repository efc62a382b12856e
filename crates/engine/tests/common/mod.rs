//! A small model of the two services, and what may happen in it.
#![allow(clippy::unwrap_used, dead_code, unreachable_pub)]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foxbridge_engine::{
    Action, Base, Before, Change, ChangeKind, ConflictPolicy, Direction, Done, Few, Fresh, How,
    Left, Link, Settings, Snapshot, StampField, TagWrites, TakeBack, find_card, inverse, plan,
    take_back,
};
use foxbridge_model::{
    Email, FieldMap, Identities, LinkedInRef, Note, Origin, Person, Phone, Region, Service, TagKey,
    TagSet, Text, Value,
};
use proptest::prelude::*;

/// Both services, as simply as the engine's writes need them.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub leads: BTreeMap<String, Person>,
    pub contacts: BTreeMap<String, Person>,
    pub links: Vec<Link>,
    pub bases: HashMap<String, Base>,
    pub stamp_fields: BTreeMap<StampField, String>,
    pub ran: bool,
    pub next: usize,
    /// Every value that a conflict has put aside.
    pub losers: Vec<Value>,
    /// Every change that was made, with how it is taken back.
    pub done: Vec<Done>,
}

const TAGS: [&str; 3] = ["vip", "warm", "cold"];

/// Fields as a record holds them.
fn by_name(fields: &Few<Text, Value>) -> FieldMap {
    let fields = fields.iter();
    fields
        .map(|(field, value)| (field.to_string(), value.clone()))
        .collect()
}

fn identities(fields: &BTreeMap<String, Value>, email: &str, phone: &str) -> Identities {
    let text = |key: &str| fields.get(key).map(Value::display);
    Identities {
        emails: text(email)
            .and_then(|e| Email::parse(&e).ok())
            .into_iter()
            .collect(),
        phones: text(phone)
            .and_then(|p| Phone::parse(&p, Region::default()).ok())
            .into_iter()
            .collect(),
        ..Identities::default()
    }
}

impl World {
    pub fn lead(&mut self, n: usize) {
        let id = (1000 + n).to_string();
        let fields = BTreeMap::from([
            (
                "first_name".to_owned(),
                Value::from(["Ann", "Bo", "Cy"][n % 3]),
            ),
            (
                "last_name".to_owned(),
                Value::Text(format!("Lead{n}").into()),
            ),
        ]);
        let mut identities = identities(&fields, "email", "phone");
        identities.lead_id = Some(id.parse().unwrap());
        if let Ok(LinkedInRef::Slug(slug)) =
            LinkedInRef::parse(&format!("https://www.linkedin.com/in/lead-{n}"))
        {
            identities.slugs.push(slug);
        }
        let person = Person {
            service: Service::Aimfox,
            id: id.clone(),
            name: format!("Lead{n}"),
            identities,
            fields,
            tags: TagSet::default(),
            origins: vec![Origin {
                id: "c".to_owned(),
                name: "Autumn".to_owned(),
            }],
            notes: Some(Vec::new()),
            detailed: true,
            updated_at: None,
        };
        self.leads.insert(id, person);
    }

    /// A contact of the same person, recognisable by its LinkedIn address.
    pub fn twin(&mut self, n: usize) {
        let id = format!("contact{n}");
        let fields = BTreeMap::from([
            (
                "firstName".to_owned(),
                Value::from(["Ann", "Bob", "Cy"][n % 3]),
            ),
            (
                "lastName".to_owned(),
                Value::Text(format!("Lead{n}").into()),
            ),
            (
                "email".to_owned(),
                Value::Text(format!("lead{n}@example.com").into()),
            ),
        ]);
        let slugs = self.leads[&(1000 + n).to_string()].identities.slugs.clone();
        let identities = Identities {
            slugs,
            ..identities(&fields, "email", "phone")
        };
        let person = Person {
            service: Service::HighLevel,
            id: id.clone(),
            name: format!("Lead{n}"),
            identities,
            fields,
            tags: TagSet::default(),
            origins: Vec::new(),
            notes: None,
            detailed: true,
            updated_at: None,
        };
        self.contacts.insert(id, person);
    }

    pub fn snapshot(&self) -> Snapshot {
        let all: BTreeSet<TagKey> = TAGS.iter().filter_map(|t| TagKey::new(t)).collect();
        Snapshot {
            leads: self.leads.values().cloned().collect(),
            contacts: self.contacts.values().cloned().collect(),
            links: self.links.clone(),
            bases: self.bases.clone(),
            highlevel_tags: all.clone(),
            aimfox_labels: all,
            stamp_fields: self.stamp_fields.clone(),
            first_run: !self.ran,
            ..Snapshot::default()
        }
    }

    pub fn refresh(&mut self) {
        for contact in self.contacts.values_mut() {
            let slugs = contact.identities.slugs.clone();
            contact.identities = identities(&contact.fields, "email", "phone");
            contact.identities.slugs = slugs;
            if let Some(stamp) = self.stamp_fields.get(&StampField::LeadId)
                && let Some(value) = contact.fields.get(&format!("cf.{stamp}"))
            {
                contact.identities.lead_id = value.display().parse().ok();
            }
        }
    }

    /// Does a plan, in the order given by `fail`: a change for which it says true is not done, or
    /// is done without our knowing (`lost`).
    pub fn apply(&mut self, settings: &Settings, mut fails: impl FnMut() -> (bool, bool)) -> usize {
        let plan = plan(&self.snapshot(), settings);
        for (lead, patch) in &plan.adopt {
            self.bases
                .entry(lead.to_string())
                .or_default()
                .apply(patch, None);
        }
        let mut complete = true;
        for change in &plan.changes {
            self.losers.extend(
                change
                    .fields
                    .iter()
                    .filter_map(|f| f.loser.as_ref())
                    .map(|l| l.value.clone()),
            );
            let (fail, lost) = fails();
            if fail && change.kind != ChangeKind::Link {
                complete = false;
                continue;
            }
            // An executor never makes a contact without its stamps: it could be made again.
            let stampless = match &change.action {
                Action::CreateContact { stamps, .. } | Action::UpdateContact { stamps, .. } => {
                    stamps
                        .keys()
                        .any(|stamp| !self.stamp_fields.contains_key(stamp))
                }
                _ => false,
            };
            if stampless {
                complete = false;
                continue;
            }
            let made = self.make(change);
            if lost && change.kind != ChangeKind::Link {
                complete = false;
                continue;
            }
            self.settle(change, made);
        }
        self.ran |= complete;
        self.refresh();
        plan.changes
            .iter()
            .filter(|c| c.action.operation().is_some())
            .count()
    }

    /// Makes a change and remembers how to take it back; gives what a link was made of.
    fn make(&mut self, change: &Change) -> Option<Link> {
        let before = Before {
            lead: change
                .record
                .lead_id
                .as_ref()
                .and_then(|id| self.leads.get(id.as_str())),
            contact: change
                .record
                .contact_id
                .as_ref()
                .and_then(|id| self.contacts.get(id.as_str())),
            items: None,
        };
        let inverse = inverse(&change.action, before);
        let note = self.next;
        let link = self.perform(&change.action);
        let made = match &change.action {
            Action::WriteCard { note_id: None, .. } => Some(format!("note{note}")),
            _ => link.as_ref().map(|link| link.contact_id.to_string()),
        };
        self.done.push(Done {
            inverse,
            record: change.record.clone(),
            made,
        });
        link
    }

    fn settle(&mut self, change: &Change, made: Option<Link>) {
        if let Some(link) = made {
            self.links.push(link);
        }
        if let Some(lead) = &change.record.lead_id {
            self.bases
                .entry(lead.to_string())
                .or_default()
                .apply(&change.settles, None);
        }
    }

    /// Takes a change back, as far as that goes.
    pub fn undo(&mut self, done: &Done, settings: &Settings, ask: TakeBack) -> (bool, Vec<Left>) {
        let contact = done.made.as_deref().or(done.record.contact_id.as_deref());
        let local = foxbridge_engine::Local::default();
        let fresh = Fresh {
            lead: done
                .record
                .lead_id
                .as_ref()
                .and_then(|id| self.leads.get(id.as_str())),
            contact: contact.and_then(|id| self.contacts.get(id)),
            item: None,
            local: &local,
        };
        let (change, left) = take_back(done, fresh, settings, ask);
        let Some(change) = change else {
            return (false, left);
        };
        let made = self.make(&change);
        self.settle(&change, made);
        self.refresh();
        (true, left)
    }

    fn notes_of(&mut self, lead: &str) -> &mut Vec<Note> {
        let lead = self.leads.get_mut(lead).unwrap();
        lead.notes.as_mut().unwrap()
    }

    fn perform(&mut self, action: &Action) -> Option<Link> {
        let stamp = |world: &Self, person: &mut Person, stamps: &Few<StampField, Text>| {
            for (field, value) in stamps.iter() {
                if let Some(id) = world.stamp_fields.get(field) {
                    person
                        .fields
                        .insert(format!("cf.{id}"), Value::Text(value.clone()));
                }
            }
        };
        match action {
            Action::CreateCustomField { stamp } => {
                self.stamp_fields.insert(*stamp, format!("{stamp:?}"));
            }
            Action::CreateLabel { .. }
            | Action::WriteItem { .. }
            | Action::WriteNote { .. }
            | Action::DeleteItem { .. } => {}
            Action::Link { link } => return Some(link.clone()),
            Action::Unlink { link, .. } => self.links.retain(|known| known != link),
            Action::DeleteContact { contact_id, .. } => {
                self.contacts.remove(contact_id.as_str());
                self.links.retain(|link| link.contact_id != *contact_id);
            }
            Action::RemoveNote {
                lead_id, note_id, ..
            } => {
                let notes = self.notes_of(lead_id);
                notes.retain(|note| *note_id != note.id);
            }
            Action::CreateContact {
                lead_id,
                fields,
                stamps,
                tags,
            } => {
                self.next += 1;
                let id = format!("new{}", self.next);
                let mut person = self.leads[lead_id.as_str()].clone();
                person.service = Service::HighLevel;
                person.id.clone_from(&id);
                person.fields = by_name(fields);
                person.notes = None;
                person.origins.clear();
                person.identities = Identities::default();
                person.tags = tags.iter().collect();
                stamp(self, &mut person, stamps);
                self.contacts.insert(id.clone(), person);
                return Some(Link {
                    lead_id: lead_id.clone(),
                    contact_id: id.into(),
                    how: How::Created,
                });
            }
            Action::UpdateContact {
                contact_id,
                fields,
                clear,
                stamps,
            } => {
                let mut person = self.contacts[contact_id.as_str()].clone();
                person.fields.extend(by_name(fields));
                person.fields.retain(|field, _| !clear.contains(field));
                stamp(self, &mut person, stamps);
                self.contacts.insert(contact_id.to_string(), person);
            }
            Action::AddTags { contact_id, tags } => {
                let contact = self.contacts.get_mut(contact_id.as_str()).unwrap();
                let mut names: Vec<String> = tags.to_vec();
                names.extend(contact.tags.iter().map(|(_, name)| name.to_owned()));
                contact.tags = names.into_iter().collect();
            }
            Action::RemoveTags { contact_id, tags } => {
                let contact = self.contacts.get_mut(contact_id.as_str()).unwrap();
                contact.tags = contact
                    .tags
                    .iter()
                    .filter(|(key, _)| !tags.contains(&key.as_str().to_owned()))
                    .map(|(_, name)| name.to_owned())
                    .collect();
            }
            Action::WriteCard {
                lead_id,
                note_id,
                text,
            } => {
                let n = self.next;
                self.next += 1;
                let notes = self.notes_of(lead_id);
                match note_id {
                    Some(id) => {
                        notes.iter_mut().find(|note| *id == note.id).unwrap().text =
                            text.to_string();
                    }
                    None => notes.push(Note {
                        id: format!("note{n}"),
                        text: text.to_string(),
                        created_at: Some(format!("{n:09}")),
                    }),
                }
            }
            Action::AttachLabel { lead_id, label } => {
                let lead = self.leads.get_mut(lead_id.as_str()).unwrap();
                let mut names: Vec<String> =
                    lead.tags.iter().map(|(_, name)| name.to_owned()).collect();
                names.push(label.as_str().to_owned());
                lead.tags = names.into_iter().collect();
            }
            Action::DetachLabel { lead_id, label } => {
                let lead = self.leads.get_mut(lead_id.as_str()).unwrap();
                lead.tags = lead
                    .tags
                    .iter()
                    .filter(|(key, _)| *key != label)
                    .map(|(_, name)| name.to_owned())
                    .collect();
            }
        }
        None
    }
}

/// Something that happens between two runs, or a run.
#[derive(Debug, Clone)]
pub enum Step {
    Contact {
        n: usize,
        field: &'static str,
        value: String,
    },
    Profile {
        n: usize,
        field: &'static str,
        value: String,
    },
    CardLine {
        n: usize,
        label: &'static str,
        value: String,
    },
    OwnLine {
        n: usize,
        text: String,
    },
    DropCard {
        n: usize,
    },
    Tag {
        n: usize,
        tag: usize,
        on: bool,
    },
    Label {
        n: usize,
        tag: usize,
        on: bool,
    },
    /// A run in which every second or third write fails or loses its answer.
    BadRun {
        seed: u64,
    },
    Run,
    /// The database is lost; the services stay as they are.
    Amnesia,
}

impl Step {
    /// Whose record it happens to; `None` for what happens to everybody.
    pub fn person(&self) -> Option<usize> {
        match self {
            Self::Contact { n, .. }
            | Self::Profile { n, .. }
            | Self::CardLine { n, .. }
            | Self::OwnLine { n, .. }
            | Self::DropCard { n }
            | Self::Tag { n, .. }
            | Self::Label { n, .. } => Some(*n),
            Self::BadRun { .. } | Self::Run | Self::Amnesia => None,
        }
    }
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-c]{1,2}".prop_map(|s| s),
        1 => Just(String::new()),
    ]
}

/// Somebody's edit.
pub fn edit(people: usize) -> impl Strategy<Value = Step> {
    let n = 0..people;
    prop_oneof![
        3 => (n.clone(), prop_oneof![Just("firstName"), Just("email"), Just("companyName")], value())
            .prop_map(|(n, field, value)| Step::Contact { n, field, value }),
        2 => (n.clone(), prop_oneof![Just("first_name"), Just("email"), Just("company")], value())
            .prop_map(|(n, field, value)| Step::Profile { n, field, value }),
        3 => (n.clone(), prop_oneof![Just("First name"), Just("E-mail"), Just("Company")], value())
            .prop_map(|(n, label, value)| Step::CardLine { n, label, value }),
        1 => (n.clone(), "[x-z]{3}").prop_map(|(n, text)| Step::OwnLine { n, text }),
        1 => n.clone().prop_map(|n| Step::DropCard { n }),
        2 => (n.clone(), 0..3usize, any::<bool>()).prop_map(|(n, tag, on)| Step::Tag { n, tag, on }),
        2 => (n, 0..3usize, any::<bool>()).prop_map(|(n, tag, on)| Step::Label { n, tag, on }),
    ]
}

/// Something that happens between two runs, or a run.
pub fn step(people: usize) -> impl Strategy<Value = Step> {
    prop_oneof![
        14 => edit(people),
        2 => any::<u64>().prop_map(|seed| Step::BadRun { seed }),
        4 => Just(Step::Run),
        1 => Just(Step::Amnesia),
    ]
}

fn set_tag(tags: &mut TagSet, tag: &str, on: bool) {
    let mut names: Vec<String> = tags
        .iter()
        .map(|(_, n)| n.to_owned())
        .filter(|n| n != tag)
        .collect();
    if on {
        names.push(tag.to_owned());
    }
    *tags = names.into_iter().collect();
}

fn set(fields: &mut BTreeMap<String, Value>, field: &str, value: &str) {
    match Value::text(value) {
        Some(value) => drop(fields.insert(field.to_owned(), value)),
        None => drop(fields.remove(field)),
    }
}

impl World {
    pub fn contact_of(&mut self, n: usize) -> Option<&mut Person> {
        let lead = (1000 + n).to_string();
        let twin = format!("contact{n}");
        let id = self
            .links
            .iter()
            .find(|link| link.lead_id == lead)
            .map_or(twin, |link| link.contact_id.to_string());
        self.contacts.get_mut(&id)
    }

    pub fn happen(&mut self, step: &Step, settings: &Settings) {
        match step {
            Step::Contact { n, field, value } => {
                if let Some(contact) = self.contact_of(*n) {
                    set(&mut contact.fields, field, value);
                }
            }
            Step::Profile { n, field, value } => {
                let lead = self.leads.get_mut(&(1000 + n).to_string()).unwrap();
                set(&mut lead.fields, field, value);
            }
            Step::CardLine { n, label, value } => self.edit_card(*n, |text| {
                let mut lines: Vec<String> = text
                    .lines()
                    .filter(|line| !line.starts_with(&format!("{label}:")))
                    .map(str::to_owned)
                    .collect();
                lines.insert(1, format!("{label}: {value}"));
                lines.join("\n")
            }),
            Step::OwnLine { n, text: own } => {
                self.edit_card(*n, |text| format!("{text}\n{own}"));
            }
            Step::DropCard { n } => {
                let lead = self.leads.get_mut(&(1000 + n).to_string()).unwrap();
                lead.notes.as_mut().unwrap().clear();
            }
            Step::Tag { n, tag, on } => {
                if let Some(contact) = self.contact_of(*n) {
                    set_tag(&mut contact.tags, TAGS[*tag], *on);
                }
            }
            Step::Label { n, tag, on } => {
                let lead = self.leads.get_mut(&(1000 + n).to_string()).unwrap();
                set_tag(&mut lead.tags, TAGS[*tag], *on);
            }
            Step::BadRun { seed } => {
                let mut seed = *seed | 1;
                self.apply(settings, || {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ((seed >> 33) % 3 == 0, (seed >> 40) % 3 == 0)
                });
            }
            Step::Run => drop(self.apply(settings, || (false, false))),
            Step::Amnesia => {
                self.links.clear();
                self.bases.clear();
                self.ran = false;
            }
        }
        self.refresh();
    }

    fn edit_card(&mut self, n: usize, edit: impl FnOnce(&str) -> String) {
        let lead = self.leads.get_mut(&(1000 + n).to_string()).unwrap();
        let notes = lead.notes.as_mut().unwrap();
        if let Some(card) = find_card(notes) {
            let note = notes
                .iter_mut()
                .find(|note| note.id == card.note_id)
                .unwrap();
            note.text = edit(&note.text);
        }
    }
}

pub fn settings() -> impl Strategy<Value = Settings> {
    let direction = prop_oneof![
        4 => Just(Direction::Both),
        1 => Just(Direction::ToHighlevel),
        1 => Just(Direction::ToAimfox),
        1 => Just(Direction::Off),
    ];
    let policy = prop_oneof![
        Just(ConflictPolicy::HighlevelWins),
        Just(ConflictPolicy::AimfoxWins),
        Just(ConflictPolicy::NewestSeen),
        Just(ConflictPolicy::Ask),
    ];
    let writes = prop_oneof![
        Just(TagWrites::Off),
        Just(TagWrites::Edits),
        Just(TagWrites::All)
    ];
    (
        proptest::collection::vec((direction, policy), 5),
        writes,
        any::<bool>(),
    )
        .prop_map(|(rows, writes, cards)| {
            let mut settings = Settings::standard();
            for (row, (direction, policy)) in settings.mapping.iter_mut().zip(rows) {
                row.direction = direction;
                row.on_conflict = policy;
            }
            settings.tags.to_highlevel = writes;
            settings.cards = cards;
            settings
        })
}

/// Cases per property. `FOXBRIDGE_CASES` raises it for a soak.
pub fn cases() -> u32 {
    std::env::var("FOXBRIDGE_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(4_000)
}
