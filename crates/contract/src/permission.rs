//! The switch of each operation of a connection.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::EffectName;

/// How an operation is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum SwitchName {
    /// It is sent.
    Allowed,
    /// It is sent by hand and when confirmed; in a run, only if the sync needs it.
    Ask,
    /// It is never sent.
    Blocked,
}

/// One operation of a connection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PermissionRow {
    /// Catalog operation id.
    pub operation: String,
    /// Its title.
    pub title: String,
    /// HTTP method.
    pub method: String,
    /// Path below the base URL.
    pub path: String,
    /// What it does in the world.
    pub effect: EffectName,
    /// What holds.
    pub switch: SwitchName,
    /// What holds unless somebody chooses.
    pub default: SwitchName,
    /// Whether somebody chose.
    pub chosen: bool,
    /// Names of the connection's syncs that use it.
    pub needed_by: Vec<String>,
    /// One of the sixteen endpoints the product promises.
    pub mission: bool,
    /// Scopes, any one of which opens it.
    pub scopes: Vec<String>,
}

/// `permissions.list`: the mission's endpoints first, then the rest as the catalog has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Permissions {
    /// Every operation of the connection's service.
    pub rows: Vec<PermissionRow>,
    /// The least set of scopes that opens what the syncs need and nobody blocked.
    pub scopes_needed: Vec<String>,
    /// The least set of scopes that opens everything that is allowed.
    pub scopes_allowed: Vec<String>,
}

/// `permissions.set`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetPermission {
    /// Which account.
    pub connection: String,
    /// Catalog operation id.
    pub operation: String,
    /// `null` goes back to the default.
    pub switch: Option<SwitchName>,
}
