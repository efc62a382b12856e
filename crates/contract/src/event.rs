//! What the host tells the user interface without being asked.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Requests, ServiceName, WorkerStatus};

/// The five steps of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Phase {
    Pull,
    Match,
    Merge,
    Plan,
    Apply,
}

/// A run's progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Progress {
    /// The run.
    pub run: String,
    /// Its sync.
    pub sync: String,
    /// Which step.
    pub phase: Phase,
    /// What is being done, for people: "Reading leads from Aimfox".
    pub doing: String,
    /// How much of this step is done.
    pub done: u32,
    /// Of how much; `None` while unknown.
    pub total: Option<u32>,
    /// Requests sent so far.
    pub requests: Requests,
    /// Set while waiting for a service's rate limit: whose.
    pub waiting_for: Option<ServiceName>,
    /// Whether somebody paused it.
    #[serde(default)]
    pub paused: bool,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Event {
    /// A run goes on.
    Progress { progress: Progress },
    /// A run ended, in whatever way.
    RunFinished { run: String, sync: String },
    /// What was read by these commands may have changed: read again.
    Changed { commands: Vec<String> },
    /// The background worker stands otherwise than before.
    Worker { status: WorkerStatus },
}
