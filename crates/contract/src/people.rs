//! People: everybody a sync knows of, and one of them with all that is known.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ActivityEntry, NeedsYou, ServiceName};

/// How somebody stands in a sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// A lead and a contact that are the same person.
    Linked,
    /// A lead that takes part and has no contact yet.
    Lead,
    /// A lead that does not take part.
    Excluded,
    /// A contact with a LinkedIn profile that is no lead.
    NotInAimfox,
    /// A contact without a LinkedIn profile.
    Contact,
}

/// Somebody, in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonRow {
    /// A name to show.
    pub name: String,
    /// A second line: an address or a company. May be empty.
    pub detail: String,
    /// Aimfox lead id.
    pub lead_id: Option<String>,
    /// HighLevel contact id.
    pub contact_id: Option<String>,
    /// How they stand.
    pub state: PersonState,
    /// Whether a question about them is open.
    pub needs_you: bool,
}

/// `people.list`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PeopleQuery {
    /// The sync.
    pub sync: String,
    /// Only in this state.
    #[serde(default)]
    #[ts(optional)]
    pub state: Option<PersonState>,
    /// Only those with an open question.
    #[serde(default)]
    pub needs_you: bool,
    /// Only those of whom every word begins one of theirs: name, company, addresses, ids.
    #[serde(default)]
    #[ts(optional)]
    pub search: Option<String>,
    /// Skip this many.
    #[serde(default)]
    pub offset: u32,
    /// At most this many; 1,000 at most.
    pub limit: u32,
}

/// How many people a search finds, whatever the state asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[allow(missing_docs)]
pub struct PeopleCounts {
    pub all: u32,
    pub linked: u32,
    pub lead: u32,
    pub excluded: u32,
    pub not_in_aimfox: u32,
    pub contact: u32,
    pub needs_you: u32,
}

/// A page of people, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PeoplePage {
    /// How many match.
    pub total: u32,
    /// For the filters.
    pub counts: PeopleCounts,
    /// The page.
    pub people: Vec<PersonRow>,
}

/// `people.get`: one of the two ids is enough.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PersonQuery {
    /// The sync.
    pub sync: String,
    /// Aimfox lead id.
    #[serde(default)]
    #[ts(optional)]
    pub lead_id: Option<String>,
    /// HighLevel contact id.
    #[serde(default)]
    #[ts(optional)]
    pub contact_id: Option<String>,
}

/// A field of a record, as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldValue {
    /// Field id.
    pub field: String,
    /// Its name for people.
    pub label: String,
    /// The value.
    pub value: String,
}

/// A record of one service, as last read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonRecord {
    /// Whose.
    pub service: ServiceName,
    /// Its id there.
    pub id: String,
    /// Its fields, without blanks.
    pub fields: Vec<FieldValue>,
    /// Tags or labels.
    pub tags: Vec<String>,
    /// Campaigns the lead came from.
    pub campaigns: Vec<String>,
    /// The card's text, on a lead that has one.
    pub card: Option<String>,
    /// RFC 3339, when it was read.
    pub read_at: String,
    /// RFC 3339, since when complete listings lack it.
    pub missing_since: Option<String>,
    /// Where it is on the web; `None` for sample data.
    pub url: Option<String>,
}

/// Why two records are one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonLink {
    /// In words: "the LinkedIn profile".
    pub how: String,
    /// RFC 3339.
    pub since: String,
    /// Why it no longer holds.
    pub broken: Option<String>,
}

/// Somebody, with all that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PersonDetail {
    /// A name to show.
    pub name: String,
    /// The lead.
    pub lead: Option<PersonRecord>,
    /// The contact.
    pub contact: Option<PersonRecord>,
    /// Why the two are one.
    pub link: Option<PersonLink>,
    /// Open questions.
    pub needs_you: Vec<NeedsYou>,
    /// What was changed, newest first.
    pub history: Vec<ActivityEntry>,
}
