//! Whether a connection works, and what it may do.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How a step of a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum CheckState {
    /// As it should be.
    Good,
    /// It works, and something should be done.
    Warning,
    /// It does not work.
    Failed,
    /// Not looked at, and `says` says why.
    Skipped,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckStep {
    /// What, in two or three words.
    pub title: String,
    /// How it went.
    pub state: CheckState,
    /// What was found, in a sentence.
    pub says: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub fix: Option<String>,
}

/// `connections.check`: what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConnectionCheck {
    /// RFC 3339.
    pub at: String,
    /// The worst of its steps.
    pub state: CheckState,
    /// In the order they were looked at.
    pub steps: Vec<CheckStep>,
    /// HighLevel scopes that are needed and not given.
    pub missing_scopes: Vec<String>,
    /// Whether it may write; `None` when that was not tried.
    pub may_write: Option<bool>,
}

/// `connections.check`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CheckConnection {
    /// Our id of it.
    pub connection: String,
}

/// `connections.rename`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RenameConnection {
    /// Our id of it.
    pub connection: String,
    /// The new name; empty goes back to the service's.
    pub name: String,
}

/// `connections.replace_key`: try a new key or token, and take it in the place of the old one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReplaceKey {
    /// Our id of it.
    pub connection: String,
    /// The new key or token. Goes to the vault and nowhere else.
    pub secret: crate::Secret,
}

/// `connections.remind`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RemindConnection {
    /// Our id of it.
    pub connection: String,
    /// Age in days at which to remind; `null` for never.
    pub days: Option<u32>,
}

/// `connections.remove`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Removed {
    /// What was wiped, and what stays where, a sentence each.
    pub says: Vec<String>,
}
