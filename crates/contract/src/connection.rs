//! Connections: one signed-in account of a service.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ConnectionCheck, Requests, Secret};

/// Which service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ServiceName {
    Highlevel,
    Aimfox,
}

/// How a connection is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SignInKind {
    /// By a private integration token or an API key.
    Key,
    /// By a marketplace app; its tokens renew themselves.
    Oauth,
    /// By the built-in sandbox's own keys.
    Sample,
}

/// One of a service's limits, and what is left of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BudgetWindow {
    /// Length of the window in seconds.
    pub seconds: u32,
    /// Requests allowed in it.
    pub limit: u32,
    /// Requests that may still be sent in it.
    pub left: u32,
}

/// What a sync's calls come to, and what its connections have left for more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Calls {
    /// Requests of its runs that began in the last 24 hours.
    pub used: Requests,
    /// What HighLevel has left of the day.
    pub highlevel: BudgetWindow,
    /// What Aimfox, which knows no day, has left of the minute.
    pub aimfox: BudgetWindow,
}

/// A connection as shown; its secret stays in the vault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Connection {
    /// Our id of it.
    pub id: String,
    /// Whose account.
    pub service: ServiceName,
    /// A name to show: the location's or the workspace's.
    pub name: String,
    /// HighLevel location id, or Aimfox workspace id where it could be learnt.
    pub account: Option<String>,
    /// Where requests go.
    pub base_url: String,
    /// Whether it is the built-in sandbox with sample data.
    pub sample: bool,
    /// RFC 3339.
    pub created_at: String,
    /// Requests sent in the last 24 hours.
    pub requests_today: u32,
    /// What is left of the service's limits, shortest window first.
    pub budget: Vec<BudgetWindow>,
    /// How it is signed in.
    pub sign_in: SignInKind,
    /// Id of the app it is signed in with.
    pub client_id: Option<String>,
    /// RFC 3339: since when its key is in use, or when it was last signed in.
    pub secret_since: String,
    /// Age of the key in days at which to remind; `None` for never.
    pub remind_after_days: Option<u32>,
    /// Whether the key has reached that age.
    pub replace_due: bool,
    /// RFC 3339: until when the key before this one is kept.
    pub previous_until: Option<String>,
    /// Names of the syncs that write through it. While there is none, it only reads.
    pub writes_for: Vec<String>,
    /// Scopes its syncs need that its token is known to lack.
    pub scopes_missing: Vec<String>,
    /// The last check; `None` before the first.
    pub check: Option<ConnectionCheck>,
}

/// `connections.connect_highlevel`: check a token and keep it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectHighLevel {
    /// Left out: the live service.
    #[serde(default)]
    #[ts(optional)]
    pub base_url: Option<String>,
    /// The location the token belongs to.
    pub location_id: String,
    /// Private integration token. Goes to the vault and nowhere else.
    pub token: Secret,
}

/// `connections.connect_aimfox`: check a key and keep it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectAimfox {
    /// Left out: the live service.
    #[serde(default)]
    #[ts(optional)]
    pub base_url: Option<String>,
    /// Workspace key. Goes to the vault and nowhere else.
    pub api_key: Secret,
    /// For a plan with a higher limit; 60 when left out.
    #[serde(default)]
    #[ts(optional)]
    pub requests_per_minute: Option<u32>,
}

/// `connections.remove` and others that name a connection.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectionId {
    /// Our id of it.
    pub connection: String,
}
