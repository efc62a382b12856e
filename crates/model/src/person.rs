//! A person as one service shows them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Email, FieldMap, LeadId, Phone, Slug, TagSet, Urn};

/// One of the two services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// HighLevel: the CRM.
    HighLevel,
    /// Aimfox: LinkedIn outreach.
    Aimfox,
}

impl Service {
    /// The name people know it by.
    pub fn title(self) -> &'static str {
        match self {
            Self::HighLevel => "HighLevel",
            Self::Aimfox => "Aimfox",
        }
    }

    /// The word used in ids, files and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HighLevel => "highlevel",
            Self::Aimfox => "aimfox",
        }
    }

    /// The one across the sync.
    pub fn other(self) -> Self {
        match self {
            Self::HighLevel => Self::Aimfox,
            Self::Aimfox => Self::HighLevel,
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

/// What is known of who somebody is. Every list holds normal forms, without repeats, in the order
/// the service gave them (the first is the primary one).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Identities {
    /// LinkedIn member id of the lead; on a HighLevel contact, the id stamped on it by us.
    pub lead_id: Option<LeadId>,
    /// LinkedIn profile URN.
    pub urn: Option<Urn>,
    /// LinkedIn vanity names. A contact may carry several URLs.
    pub slugs: Vec<Slug>,
    /// E-mail addresses.
    pub emails: Vec<Email>,
    /// Telephone numbers.
    pub phones: Vec<Phone>,
}

/// Where a lead came from: a campaign of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Campaign id (uuid).
    pub id: String,
    /// Campaign name.
    pub name: String,
}

/// A note on a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The service's id of it.
    pub id: String,
    /// Its text, as the service returned it.
    pub text: String,
    /// RFC 3339, when the service tells.
    pub created_at: Option<String>,
}

/// The card: the one note on an Aimfox lead that shows what HighLevel knows of the person, and
/// whose lines can be edited there. The engine reads and writes its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Id of the note it is kept in.
    pub note_id: String,
    /// The note's whole text.
    pub text: String,
}

/// A person as one service shows them: a HighLevel contact or an Aimfox lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// Which service this is a record of.
    pub service: Service,
    /// The record's id there.
    pub id: String,
    /// A name to show, never empty (falls back to an identity, then to the id).
    pub name: String,
    /// Who it is.
    pub identities: Identities,
    /// Values by field id of that service (`firstName`, `cf.<id>` / `first_name`, `headline`).
    /// A blank value is left out.
    pub fields: FieldMap,
    /// Tags (HighLevel) or labels (Aimfox).
    pub tags: TagSet,
    /// Aimfox: campaigns the lead came from. Empty on a contact.
    #[serde(default)]
    pub origins: Vec<Origin>,
    /// Notes, where the listing embeds them; `None` when they were not read.
    #[serde(default)]
    pub notes: Option<Vec<Note>>,
    /// Aimfox: whether the lead's own page was read (a listing shows only part of a lead).
    /// Always true for a contact.
    #[serde(default)]
    pub detailed: bool,
    /// RFC 3339 time of the last change, where the service has one (HighLevel `dateUpdated`).
    #[serde(default)]
    pub updated_at: Option<String>,
}
