//! What the Aimfox workspace keeps.

use serde::{Deserialize, Serialize};

/// A LinkedIn seat of the workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Account {
    pub id: String,
    pub urn: String,
    pub public_identifier: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub occupation: String,
    /// Whether Aimfox can act for it at present.
    pub logged_in: bool,
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Campaign {
    pub id: String,
    pub name: String,
    pub state: String,
    /// `list`, `search`, `navigator` or `crm`.
    pub kind: String,
    pub outreach: String,
    pub owner: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// People who were asked and have not accepted: they are in the audience, and are no leads.
    pub waiting: Vec<Target>,
    /// People who accepted since the campaign goes on: they are leads, too.
    #[serde(default)]
    pub won: Vec<Target>,
    /// How long it was active, in milliseconds of its own days.
    #[serde(default)]
    pub active_ms: i64,
}

/// Somebody in a campaign's audience who is not a lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Target {
    pub id: u64,
    pub urn: String,
    pub public_identifier: String,
    pub full_name: String,
    pub occupation: String,
    pub company: String,
    pub location: String,
    pub state: String,
    /// When the campaign took them up, in its own milliseconds; without it they stay as they are.
    #[serde(default)]
    pub asked: Option<i64>,
}

/// A label of the workspace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Label {
    pub id: String,
    pub name: String,
    pub color: String,
}

/// A note on a lead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LeadNote {
    pub id: String,
    pub text: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

/// The campaign a lead came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Origin {
    pub id: String,
    pub name: String,
}

/// A place as LinkedIn writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Place {
    pub name: String,
    pub urn: String,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Experience {
    pub company: String,
    pub job_title: String,
    pub start_year: i64,
    /// `None` while it lasts.
    pub end_year: Option<i64>,
}

/// A lead: a LinkedIn connection of one of the seats.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Lead {
    /// LinkedIn member id.
    pub id: u64,
    pub urn: String,
    pub public_identifier: String,
    /// Sometimes with a trailing space, as LinkedIn gives it.
    pub first_name: String,
    pub last_name: String,
    pub full_name: String,
    /// The headline.
    pub occupation: String,
    pub about: Option<String>,
    pub picture: bool,
    pub location: Option<Place>,
    pub premium: bool,
    pub connections: u32,
    /// Only the lead's own page shows them; the way they are written varies.
    pub emails: Vec<String>,
    /// Only the lead's own page shows them, in whatever format the person typed.
    pub phones: Vec<String>,
    /// Which members of the page carry e-mail and phone: 0 all, 1 the lists, 2 `contact_info`.
    pub contact_shape: u8,
    pub experience: Vec<Experience>,
    pub school: Option<String>,
    pub skills: Vec<String>,
    pub languages: Vec<String>,
    pub lead_of: Vec<String>,
    pub origins: Vec<Origin>,
    pub notes: Vec<LeadNote>,
    /// Label ids.
    pub labels: Vec<String>,
    pub favorite: bool,
    /// Grows with every change; the search puts what was touched last first.
    pub touched: u64,
}
