//! Connections: one signed-in account of a service.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ServiceName {
    Highlevel,
    Aimfox,
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
    pub token: String,
}

/// `connections.connect_aimfox`: check a key and keep it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ConnectAimfox {
    /// Left out: the live service.
    #[serde(default)]
    #[ts(optional)]
    pub base_url: Option<String>,
    /// Workspace key. Goes to the vault and nowhere else.
    pub api_key: String,
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
