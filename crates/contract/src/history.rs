//! History: every value of a person that a run wrote, or that lost to one.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Place, ServiceName};

/// One value of a person at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HistoryValue {
    /// RFC 3339: when it was written, or gave way.
    pub at: String,
    /// The run.
    pub run: String,
    /// The change's position in that run's plan.
    pub seq: u32,
    /// The field's name.
    pub label: String,
    /// Field id in HighLevel, where the value can be put back there.
    pub field: Option<String>,
    /// The value; `None` for blank.
    pub value: Option<String>,
    /// The value that it replaced; `None` for blank.
    pub before: Option<String>,
    /// Where it was written.
    pub written_to: Place,
    /// Whose value it is; absent where nobody's is known, as of an undo.
    pub from: Option<ServiceName>,
    /// It lost a conflict, and was not written.
    pub lost: bool,
    /// Why the change was made.
    pub reason: String,
}

/// `history.restore`: puts a value back, as a change of its own. The next run carries it across.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RestoreValue {
    /// The sync.
    pub sync: String,
    /// The person's lead id.
    pub lead_id: String,
    /// Field id in HighLevel.
    pub field: String,
    /// The value.
    pub value: String,
    /// Stop at the plan: a preview.
    #[serde(default)]
    pub rehearsal: bool,
}
