//! The audit: what was asked of the services, what was changed, what lost.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Change, RunSummary, ServiceName};

/// One request sent to a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RequestEntry {
    /// Whose service.
    pub service: ServiceName,
    /// Connection id.
    pub connection: String,
    /// Catalog operation id.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path with ids filled in, without query. Never holds a secret.
    pub path: String,
    /// HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// Time from sending to the end of the answer.
    pub duration_ms: Option<u32>,
    /// What went wrong, if no answer came.
    pub error: Option<String>,
    /// Which attempt of the same call, from 1.
    pub attempt: u32,
}

/// What an entry of the audit is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ActivityKind {
    Request { request: RequestEntry },
    Change { change: Change },
    Run { summary: RunSummary },
}

/// One entry of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ActivityEntry {
    /// RFC 3339.
    pub at: String,
    /// The run it belongs to, if any.
    pub run: Option<String>,
    /// The rest.
    #[serde(flatten)]
    pub entry: ActivityKind,
}

/// `activity.list`: newest first.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ActivityQuery {
    /// Only entries of this kind: `request`, `change` or `run`.
    #[serde(default)]
    #[ts(optional)]
    pub kind: Option<String>,
    /// Only of this run.
    #[serde(default)]
    #[ts(optional)]
    pub run: Option<String>,
    /// Only entries that mention this, whatever the case.
    #[serde(default)]
    #[ts(optional)]
    pub search: Option<String>,
    /// Skip this many.
    #[serde(default)]
    pub offset: u32,
    /// At most this many; 500 at most.
    pub limit: u32,
}

/// A page of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ActivityPage {
    /// Whether there is more.
    pub more: bool,
    /// The page, newest first.
    pub entries: Vec<ActivityEntry>,
}
