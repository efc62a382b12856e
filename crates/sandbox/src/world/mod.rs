//! The people of both services, and everything else a seed decides.

pub(crate) mod companies;
pub(crate) mod contacts;
mod generate;
pub(crate) mod human;
pub(crate) mod links;
mod mint;
mod names_latin;
mod names_other;
pub(crate) mod phones;
mod pieces;
mod scenery;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::aimfox::records::{Account, Campaign, Label, Lead};
use crate::highlevel::records::{Appointment, Business, CustomField, LocationTag, Note, Task};
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

    /// The seed it came from.
    pub fn seed(&self) -> u64 {
        self.mint.seed
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
    /// Whether a seat's network is still being imported.
    pub importing: bool,
    /// Counts changes to leads.
    pub(crate) touches: u64,
}

impl Aimfox {
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
