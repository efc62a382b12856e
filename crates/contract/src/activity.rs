//! The audit: what was asked of the services, what was changed, what lost.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Change, Firing, Place, RunSummary, ServiceName};

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
    /// The change of the run that it was sent for, by its position in the plan; absent for reads and
    /// outside runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub change: Option<u32>,
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
    Firing { firing: Firing },
}

/// One entry of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ActivityEntry {
    /// RFC 3339.
    pub at: String,
    /// The run it belongs to, if any.
    pub run: Option<String>,
    /// The sync of that run.
    pub sync: Option<String>,
    /// The rest.
    #[serde(flatten)]
    pub entry: ActivityKind,
}

/// Whether something went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ActivityOutcome {
    /// A run that ended as it should or goes on, a change that was made, an answer without an error.
    Ok,
    /// Everything else.
    Failed,
}

/// `activity.list`: newest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct ActivityQuery {
    /// Only entries of this kind: `request`, `change`, `run` or `firing`.
    #[serde(default)]
    #[ts(optional)]
    pub kind: Option<String>,
    /// Only of this run.
    #[serde(default)]
    #[ts(optional)]
    pub run: Option<String>,
    /// Of that run only this change, by its position in the plan, and the requests sent for it.
    #[serde(default)]
    #[ts(optional)]
    pub change: Option<u32>,
    /// Only of this sync: its runs, their changes, and the requests sent for them.
    #[serde(default)]
    #[ts(optional)]
    pub sync: Option<String>,
    /// Only what was done at this place; a run is at none.
    #[serde(default)]
    #[ts(optional)]
    pub place: Option<Place>,
    /// Only what went well (`ok`), or only what did not (`failed`).
    #[serde(default)]
    #[ts(optional)]
    pub outcome: Option<ActivityOutcome>,
    /// Only what is about this lead: its changes, and the requests that name it.
    #[serde(default)]
    #[ts(optional)]
    pub lead_id: Option<String>,
    /// Only what is about this contact; with a lead too, about either.
    #[serde(default)]
    #[ts(optional)]
    pub contact_id: Option<String>,
    /// Nothing before this time, RFC 3339.
    #[serde(default)]
    #[ts(optional)]
    pub since: Option<String>,
    /// Nothing at or after this time, RFC 3339.
    #[serde(default)]
    #[ts(optional)]
    pub until: Option<String>,
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
