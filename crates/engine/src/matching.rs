//! Match: which lead and which contact are the same person.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use foxbridge_model::{Email, LeadId, Person, Phone, Slug, Text};
use serde::{Deserialize, Serialize};

/// How a pair was recognised, strongest evidence first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Made by us: the contact was created from the lead.
    Created,
    /// The contact carries the lead's id in our custom field.
    Stamp,
    /// Both carry the same LinkedIn profile URN or member id.
    MemberId,
    /// Both carry the same LinkedIn address.
    LinkedIn,
    /// Both carry the same e-mail address.
    Email,
    /// Both carry the same telephone number.
    Phone,
    /// The user said so.
    Answer,
}

impl How {
    /// The levels in the order in which they are tried.
    const LEVELS: [Self; 5] = [
        Self::Stamp,
        Self::MemberId,
        Self::LinkedIn,
        Self::Email,
        Self::Phone,
    ];

    /// As the end of a sentence: "the same person by …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Created => "its creation from the lead",
            Self::Stamp => "the Aimfox lead id stored on the contact",
            Self::MemberId => "the LinkedIn member id",
            Self::LinkedIn => "the LinkedIn address",
            Self::Email => "the e-mail address",
            Self::Phone => "the telephone number",
            Self::Answer => "your answer",
        }
    }
}

/// Two records that are the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Aimfox lead id.
    pub lead_id: Text,
    /// HighLevel contact id.
    pub contact_id: Text,
    /// How they were recognised.
    pub how: How,
}

/// A lead for which the evidence does not single out one contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguity {
    /// Index into the leads.
    pub lead: usize,
    /// Indexes of the contacts it could be, in order of their ids.
    pub contacts: Vec<usize>,
    /// What the evidence is.
    pub how: How,
    /// Why it does not settle the matter.
    pub why: Why,
}

/// Why evidence does not settle a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Several contacts fit equally.
    SeveralContacts,
    /// Several leads claim the contact.
    SeveralLeads,
    /// The contact belongs to another lead already.
    Taken,
    /// The contact's own LinkedIn profile is somebody else's.
    Contradiction,
}

/// What matching found. Indexes are into the slices given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matching {
    /// (lead, contact, how), in order of lead ids.
    pub pairs: Vec<(usize, usize, How)>,
    /// Questions for the user.
    pub ambiguous: Vec<Ambiguity>,
    /// Leads that fit no contact.
    pub unmatched: Vec<usize>,
}

/// Contacts with one identity: nearly always one, for which no list is made.
struct Holders {
    first: usize,
    others: Vec<usize>,
}

impl Holders {
    fn iter(&self) -> impl Iterator<Item = usize> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

/// Notes that a contact has an identity.
fn hold<K: Eq + Hash>(index: &mut HashMap<K, Holders>, identity: K, contact: usize) {
    match index.entry(identity) {
        Entry::Occupied(mut known) => known.get_mut().others.push(contact),
        Entry::Vacant(new) => {
            new.insert(Holders {
                first: contact,
                others: Vec::new(),
            });
        }
    }
}

struct Index<'a> {
    stamp: HashMap<LeadId, Holders>,
    member: HashMap<LeadId, Holders>,
    slug: HashMap<&'a Slug, Holders>,
    email: HashMap<&'a Email, Holders>,
    phone: HashMap<&'a Phone, Holders>,
}

impl<'a> Index<'a> {
    fn new(contacts: &'a [Person]) -> Self {
        let mut index = Self {
            stamp: HashMap::new(),
            member: HashMap::new(),
            slug: HashMap::new(),
            email: HashMap::new(),
            phone: HashMap::new(),
        };
        for (i, contact) in contacts.iter().enumerate() {
            let who = &contact.identities;
            if let Some(id) = who.lead_id {
                hold(&mut index.stamp, id, i);
            }
            if let Some(id) = who.urn.as_ref().and_then(|urn| urn.lead_id()) {
                hold(&mut index.member, id, i);
            }
            for slug in &who.slugs {
                hold(&mut index.slug, slug, i);
            }
            for email in &who.emails {
                hold(&mut index.email, email, i);
            }
            for phone in &who.phones {
                hold(&mut index.phone, phone, i);
            }
        }
        index
    }

    /// Contacts that share a lead's identity at one level, without repeats.
    fn candidates(&self, lead: &Person, level: How) -> Vec<usize> {
        let who = &lead.identities;
        let lead_id = || {
            let in_urn = || who.urn.as_ref().and_then(|urn| urn.lead_id());
            who.lead_id.or_else(in_urn)
        };
        let holders: Vec<&Holders> = match level {
            How::Created | How::Answer => Vec::new(),
            How::Stamp => who
                .lead_id
                .and_then(|id| self.stamp.get(&id))
                .into_iter()
                .collect(),
            How::MemberId => lead_id()
                .and_then(|id| self.member.get(&id))
                .into_iter()
                .collect(),
            How::LinkedIn => who.slugs.iter().filter_map(|s| self.slug.get(s)).collect(),
            How::Email => who
                .emails
                .iter()
                .filter_map(|e| self.email.get(e))
                .collect(),
            How::Phone => who
                .phones
                .iter()
                .filter_map(|p| self.phone.get(p))
                .collect(),
        };
        let mut found: Vec<usize> = holders.into_iter().flat_map(Holders::iter).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether a contact's LinkedIn identity is somebody else's than the lead's.
fn contradicts(lead: &Person, contact: &Person) -> bool {
    let (l, c) = (&lead.identities, &contact.identities);
    let other_stamp = matches!((l.lead_id, c.lead_id), (Some(a), Some(b)) if a != b);
    let other_member = matches!(
        (l.lead_id, c.urn.as_ref().and_then(|urn| urn.lead_id())),
        (Some(a), Some(b)) if a != b
    );
    let other_slug = !l.slugs.is_empty()
        && !c.slugs.is_empty()
        && !l.slugs.iter().any(|slug| c.slugs.contains(slug));
    other_stamp || other_member || other_slug
}

/// Finds who is who among records that are not linked yet.
///
/// Evidence is tried from the strongest to the weakest (the stamped id, LinkedIn member id,
/// LinkedIn address, e-mail, telephone); the first that names anybody counts. Anything short of one
/// contact for one lead is a question, never a guess. `taken(contact)` tells whether a contact is
/// linked already; linked leads must not be among `leads`.
pub fn match_people(
    leads: &[&Person],
    contacts: &[Person],
    taken: impl Fn(&Person) -> bool,
) -> Matching {
    let mut result = Matching::default();
    if leads.is_empty() {
        return result;
    }
    let index = Index::new(contacts);
    // (contact, how, lead)
    let mut claims: Vec<(usize, How, usize)> = Vec::new();

    for (l, lead) in leads.iter().enumerate() {
        let evidence = How::LEVELS.into_iter().find_map(|level| {
            let found = index.candidates(lead, level);
            (!found.is_empty()).then_some((level, found))
        });
        let Some((how, found)) = evidence else {
            result.unmatched.push(l);
            continue;
        };
        let why = match found.as_slice() {
            [c] if taken(&contacts[*c]) => Some(Why::Taken),
            [c] if how >= How::Email && contradicts(lead, &contacts[*c]) => {
                Some(Why::Contradiction)
            }
            [_] => None,
            _ => Some(Why::SeveralContacts),
        };
        match why {
            Some(why) => {
                result.ambiguous.push(Ambiguity {
                    lead: l,
                    contacts: found,
                    how,
                    why,
                });
            }
            None => claims.push((found[0], how, l)),
        }
    }

    claims.sort_by_key(|(c, how, l)| (*c, *how, leads[*l].id.as_str()));
    for claimants in claims.chunk_by(|a, b| a.0 == b.0) {
        let best = claimants[0].1;
        let single = claimants.iter().filter(|(_, how, _)| *how == best).count() == 1;
        for (rank, (c, how, l)) in claimants.iter().enumerate() {
            if single && rank == 0 {
                result.pairs.push((*l, *c, *how));
            } else {
                let why = if single {
                    Why::Taken
                } else {
                    Why::SeveralLeads
                };
                result.ambiguous.push(Ambiguity {
                    lead: *l,
                    contacts: vec![*c],
                    how: *how,
                    why,
                });
            }
        }
    }
    result
        .pairs
        .sort_by(|a, b| leads[a.0].id.cmp(&leads[b.0].id));
    result
        .ambiguous
        .sort_by(|a, b| leads[a.lead].id.cmp(&leads[b.lead].id));
    for ambiguity in &mut result.ambiguous {
        ambiguity
            .contacts
            .sort_by(|a, b| contacts[*a].id.cmp(&contacts[*b].id));
    }
    result
        .unmatched
        .sort_by(|a, b| leads[*a].id.cmp(&leads[*b].id));
    result
}
