//! Errors as people and programs read them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong, for programs. A code exists only where somebody acts on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A request was malformed; the message names the field.
    BadRequest,
    /// No such connection, sync, run or record.
    NotFound,
    /// The service refused the key or token.
    NotAuthorised,
    /// The token works but lacks a scope.
    MissingScope,
    /// The service could not be reached.
    Offline,
    /// The service answered that we ask too often, or today's quota is used up.
    RateLimited,
    /// The service answered something unexpected or an error of its own.
    ServiceFailed,
    /// A guard stopped the run before the first write.
    GuardStopped,
    /// The same sync is already running, here or in another process.
    Busy,
    /// The user cancelled.
    Cancelled,
    /// The secret store is missing, locked, or refused.
    Vault,
    /// The local database is newer than this program, damaged, or unwritable.
    Store,
    /// A switch forbids this operation.
    Blocked,
    /// A fault in Foxbridge itself.
    Internal,
}

/// An error as it crosses to the user interface or the terminal: what happened and to what, why,
/// and what to do next. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct AppError {
    /// For programs.
    pub code: ErrorCode,
    /// One or two sentences: what happened, to which record, and why.
    pub message: String,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<String>,
}

impl AppError {
    /// An error without a hint.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
