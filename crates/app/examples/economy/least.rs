//! The least number of requests, worked out from the two worlds alone: what has to be read, by the
//! tables of docs/BUDGET.md, and one request for each difference between the worlds before and after.
//! Nothing here asks our program what it planned.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use foxbridge_sandbox::{Contact, Sandbox, World};

/// What can be told apart of the two worlds.
pub(crate) struct Worlds {
    /// By contact: its values, and its tags.
    contacts: BTreeMap<String, (u64, BTreeSet<String>)>,
    /// By lead: its notes, and its labels.
    leads: BTreeMap<u64, (BTreeMap<String, u64>, BTreeSet<String>)>,
    /// Custom fields and labels that are defined.
    defined: BTreeSet<String>,
    /// Leads that take part.
    pub(crate) take_part: u64,
}

fn hash(of: &impl std::fmt::Debug) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{of:?}").hash(&mut hasher);
    hasher.finish()
}

/// A contact's values, without its tags and times.
fn values(contact: &Contact) -> u64 {
    let bare = Contact {
        tags: Vec::new(),
        date_updated: 0,
        ..contact.clone()
    };
    hash(&bare)
}

impl Worlds {
    pub(crate) fn of(sandbox: &Sandbox) -> Self {
        sandbox.with_state(|world| Self::see(world))
    }

    fn see(world: &World) -> Self {
        let contacts = world.highlevel.contacts.iter().map(|contact| {
            let tags = contact.tags.iter().cloned().collect();
            (contact.id.clone(), (values(contact), tags))
        });
        let leads = world.aimfox.leads.values().map(|lead| {
            let notes = lead.notes.iter();
            let notes = notes.map(|note| (note.id.clone(), hash(&note.text)));
            let labels = lead.labels.iter().cloned().collect();
            (lead.id, (notes.collect(), labels))
        });
        let fields = world.highlevel.custom_fields.iter();
        let labels = world.aimfox.labels.iter();
        let take_part = world.aimfox.leads.values();
        Self {
            contacts: contacts.collect(),
            leads: leads.collect(),
            defined: fields
                .map(|field| field.field_key.clone())
                .chain(labels.map(|label| label.id.clone()))
                .collect(),
            take_part: take_part.filter(|lead| !lead.origins.is_empty()).count() as u64,
        }
    }

    pub(crate) fn contacts(&self) -> usize {
        self.contacts.len()
    }

    pub(crate) fn leads(&self) -> usize {
        self.leads.len()
    }

    /// Contacts that are not as they were.
    pub(crate) fn moved_contacts(&self, since: &Self) -> usize {
        let moved = self.contacts.iter();
        moved
            .filter(|(id, now)| since.contacts.get(*id) != Some(now))
            .count()
    }

    /// Requests that bring about what is otherwise: to HighLevel, and to Aimfox.
    pub(crate) fn writes(&self, since: &Self) -> (u64, u64) {
        let defined: Vec<_> = self.defined.difference(&since.defined).collect();
        let fields = defined.iter().filter(|key| key.contains('.')).count() as u64;
        let labels = defined.len() as u64 - fields;
        let contacts = self.contacts.iter().map(|(id, (values, tags))| {
            let Some((values_before, tags_before)) = since.contacts.get(id) else {
                // Whatever it is to carry is made with it.
                return 1;
            };
            let put = values != values_before;
            let on = tags.difference(tags_before).next().is_some();
            let off = tags_before.difference(tags).next().is_some();
            u64::from(put) + u64::from(on) + u64::from(off)
        });
        let none = Default::default();
        let leads = self.leads.iter().map(|(id, (notes, labels))| {
            let (notes_before, labels_before) = since.leads.get(id).unwrap_or(&none);
            let notes = notes.iter().map(|(id, text)| match notes_before.get(id) {
                None => 1,
                Some(before) if before == text => 0,
                // A note is replaced as a whole, so it is looked at before.
                Some(_) => 2,
            });
            notes.sum::<u64>() + labels.symmetric_difference(labels_before).count() as u64
        });
        (contacts.sum::<u64>() + fields, leads.sum::<u64>() + labels)
    }
}

pub(crate) fn pages(of: usize, page: usize) -> u64 {
    of.div_ceil(page) as u64
}
