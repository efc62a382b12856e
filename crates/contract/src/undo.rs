//! Undo: taking back what a run changed, as a run of its own.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Change, Counts, Requests};

/// `runs.undo`: takes back everything a run changed, as far as nobody edited it since.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct UndoRun {
    /// The run to take back.
    pub run: String,
    /// Stop at the plan: a preview.
    #[serde(default)]
    pub rehearsal: bool,
    /// Also delete what the run made. Without it such changes are left as they are.
    #[serde(default)]
    pub delete: bool,
}

/// `changes.undo`: takes back one change of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct UndoChange {
    /// Its run.
    pub run: String,
    /// Its position in that run's plan.
    pub seq: u32,
    /// Stop at the plan: a preview.
    #[serde(default)]
    pub rehearsal: bool,
    /// Delete what the change made. Without it such a change is left as it is.
    #[serde(default)]
    pub delete: bool,
}

/// What a run is for, where it is no ordinary one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RunPurpose {
    /// It takes back an earlier run, or one change of it.
    Undo {
        /// The run.
        run: String,
        /// The change; `None` for all of them.
        change: Option<u32>,
        /// Whether what was made may be deleted.
        delete: bool,
    },
    /// It puts one value back that somebody chose from the history.
    Restore {
        /// HighLevel's field id.
        field: String,
    },
}

/// Whether and how a change can be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Undoing {
    /// Taking it back deletes what it made.
    pub deletes: bool,
    /// Why it can never be taken back; `None` where it can, as far as nobody edited it since.
    pub never: Option<String>,
}

/// What `sync undo` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct UndoReport {
    /// The id of the run that took back, or would.
    pub run: String,
    /// Whether it stopped at the plan.
    pub rehearsal: bool,
    /// What the plan holds.
    pub would: Counts,
    /// What was done.
    pub changed: Counts,
    /// The changes that take back.
    pub changes: Vec<Change>,
    /// What is left as it is; `error` says why.
    pub left: Vec<Change>,
    /// Requests sent, reads included.
    pub requests: Requests,
}
