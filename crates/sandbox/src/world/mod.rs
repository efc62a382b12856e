//! The people of both services, and everything else a seed decides.

pub(crate) mod companies;
pub(crate) mod contacts;
mod furnish;
mod generate;
pub(crate) mod human;
mod items;
pub(crate) mod links;
mod mint;
mod names_latin;
mod names_other;
pub(crate) mod phones;
mod pieces;
mod scenery;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aimfox::inbox;
use crate::aimfox::records::{Account, Campaign, Label, Lead};
use crate::highlevel::records::{Appointment, Business, CustomField, LocationTag, Note, Task};
use crate::post::Parcel;
use crate::shelf::Shelves;
pub use contacts::ContactBook;
pub(crate) use mint::{Mint, uuid_of};

/// Everything both services know. Two worlds of one seed are equal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct World {
    pub(crate) mint: Mint,
    /// The HighLevel location.
    pub highlevel: HighLevel,
    /// The Aimfox workspace.
    pub aimfox: Aimfox,
    truth: Truth,
}

impl World {
    /// Who is who in the world as it was made.
    pub fn truth(&self) -> &Truth {
        &self.truth
    }

    /// A lead writes to the first seat on LinkedIn, at `at` (milliseconds since 1970); nothing happens
    /// where there is no such lead.
    pub fn write_as_lead(&mut self, lead: u64, words: &str, at: i64) {
        let known = self.aimfox.leads.get(&lead);
        let seat = self.aimfox.accounts.first();
        if let (Some(known), Some(seat)) = (known, seat) {
            let (name, seat) = (known.full_name.trim().to_owned(), seat.id.clone());
            let sender = (lead.to_string(), name.as_str());
            let said = (words, at);
            inbox::say(
                &mut self.aimfox,
                &mut self.mint,
                (&seat, lead),
                sender,
                said,
            );
        }
    }

    /// The seed it came from.
    pub fn seed(&self) -> u64 {
        self.mint.seed
    }
}

/// Keys of an account, numbered from 0 in the order they were made. Which work follows from the
/// numbers, so that no key is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// The newest.
    pub newest: u64,
    /// The oldest that still works.
    pub oldest: u64,
}

impl Keys {
    /// The numbers of those that work.
    pub(crate) fn working(self) -> impl Iterator<Item = u64> {
        self.oldest..=self.newest
    }
}

/// The HighLevel location.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct HighLevel {
    pub location_id: String,
    pub company_id: String,
    pub name: String,
    /// Default country of the location (ISO 3166 alpha-2).
    pub country: String,
    pub timezone: String,
    /// The location's "Allow Duplicate Contact" setting.
    pub allow_duplicates: bool,
    /// What makes a contact unique, first wins: `email`, `phone`.
    pub unique_identifiers: Vec<String>,
    /// What the token may do.
    pub scopes: BTreeSet<String>,
    /// Which tokens work.
    #[serde(default)]
    pub keys: Keys,
    pub contacts: ContactBook,
    pub tags: Vec<LocationTag>,
    pub custom_fields: Vec<CustomField>,
    pub businesses: Vec<Business>,
    /// By contact id.
    pub notes: BTreeMap<String, Vec<Note>>,
    /// By contact id.
    pub tasks: BTreeMap<String, Vec<Task>>,
    /// By contact id.
    pub appointments: BTreeMap<String, Vec<Appointment>>,
    /// Ids and names of the location's users.
    pub users: Vec<(String, String)>,
    /// What has no table of its own: calendars, opportunities, conversations, …
    #[serde(default)]
    pub shelves: Shelves,
}

impl HighLevel {
    /// The id of the location's custom field for LinkedIn profiles.
    pub fn linkedin_field(&self) -> &str {
        self.custom_fields
            .iter()
            .find(|field| field.field_key == "contact.linkedin_url")
            .map_or("", |field| &field.id)
    }
}

/// The Aimfox workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Aimfox {
    pub workspace_id: String,
    pub accounts: Vec<Account>,
    pub campaigns: Vec<Campaign>,
    pub labels: Vec<Label>,
    /// By member id.
    pub leads: BTreeMap<u64, Lead>,
    /// Whether the key may write.
    pub can_write: bool,
    /// Which keys work.
    #[serde(default)]
    pub keys: Keys,
    /// Whether a seat's network is still being imported.
    pub importing: bool,
    /// Whether the search's hits leave the notes out. That they embed them is only seen in an
    /// example (`facts/aimfox.md` §3).
    #[serde(default)]
    pub bare_hits: bool,
    /// What has no table of its own: templates, webhooks, conversations, …
    #[serde(default)]
    pub shelves: Shelves,
    /// When the time of campaigns was last let pass.
    #[serde(default)]
    pub(crate) flow_ms: Option<i64>,
    /// Counts changes to leads.
    pub(crate) touches: u64,
    /// What webhooks are to be told of.
    #[serde(skip)]
    pub(crate) told: Vec<Parcel>,
    #[serde(skip)]
    pub(crate) order: LeadOrder,
}

/// Ids of the leads in the order in which the search shows them, while nothing has changed.
#[derive(Debug, Clone, Default)]
pub(crate) struct LeadOrder(Option<(u64, usize, Vec<u64>)>);

impl PartialEq for LeadOrder {
    /// It follows from the leads.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Aimfox {
    /// Makes sure that the order is the one of now.
    pub(crate) fn sort_leads(&mut self) {
        let now = (self.touches, self.leads.len());
        if self
            .order
            .0
            .as_ref()
            .is_some_and(|(touches, count, _)| (*touches, *count) == now)
        {
            return;
        }
        let mut ids: Vec<u64> = self.leads.keys().copied().collect();
        ids.sort_by_cached_key(|id| {
            (
                std::cmp::Reverse(self.leads[id].touched),
                crate::dice::mix(*id, 0x0DDE),
            )
        });
        self.order.0 = Some((now.0, now.1, ids));
    }

    /// The leads as the search shows them: what was touched last comes first, the rest stands as
    /// it falls. [`Self::sort_leads`] goes before.
    pub(crate) fn sorted_leads(&self) -> impl Iterator<Item = &Lead> {
        let ids = self.order.0.as_ref().map_or(&[][..], |(.., ids)| ids);
        ids.iter().filter_map(|id| self.leads.get(id))
    }

    /// Says that leads may have been changed by hand.
    pub(crate) fn forget_order(&mut self) {
        self.order.0 = None;
    }

    /// Says that a lead changed, which moves it to the front of the search.
    pub fn touch(&mut self, id: u64) {
        self.touches += 1;
        if let Some(lead) = self.leads.get_mut(&id) {
            lead.touched = self.touches;
        }
    }
}

/// Who is who, for tests: the ids as the services give them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// One person on both sides, beyond doubt: lead id and contact id.
    pub overlap: Vec<(String, String)>,
    /// Leads that came from a campaign and are on no contact.
    pub unmatched: Vec<String>,
    /// The owner's private network: no campaign, no label.
    pub excluded: Vec<String>,
    /// Leads whose contact cannot be told: two contacts fit one lead, or one contact fits two.
    pub ambiguous: Vec<String>,
}
