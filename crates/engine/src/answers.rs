//! Answers: what the user decided about single people. Input of the plan, like the settings.
//!
//! An answer is kept under the key of the question it answers, and every run honours it: a question
//! that was answered is not asked again.

use std::collections::{BTreeMap, BTreeSet};

use foxbridge_model::Value;
use serde::{Deserialize, Serialize};

/// Whose value a conflict is settled with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Take {
    /// HighLevel's.
    Highlevel,
    /// Aimfox's.
    Aimfox,
    /// Another one.
    Value(Value),
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// The lead is this contact.
    Same {
        /// The contact.
        contact_id: String,
    },
    /// The lead is none of these contacts.
    Nobody {
        /// The contacts that were asked about; another one is asked about again.
        contacts: BTreeSet<String>,
    },
    /// What a field is to hold. Honoured for exactly the two values that were shown.
    Value {
        /// Whose value, or which.
        take: Take,
        /// Aimfox's value as it was shown, canonical.
        aimfox: Value,
        /// HighLevel's value as it was shown, canonical.
        highlevel: Option<Value>,
    },
    /// The lead takes no part any more.
    LeaveOut {
        /// Why, for people.
        why: String,
    },
    /// One half of a note, task or appointment is gone: the other one stays, and the two are apart.
    Apart,
    /// One of the two records is gone: nothing is done, and the other one waits for it.
    Wait,
    /// One of the two records is gone: the other one is deleted too.
    Delete,
    /// Go past a guard.
    Approve {
        /// The mark of the plan that it was given for; `None` for whatever the guard stopped.
        plan: Option<String>,
    },
}

/// Answers by the key of the question.
pub type Answers = BTreeMap<String, Answer>;

/// Key of the question who a lead is.
pub fn ambiguous(lead_id: &str) -> String {
    format!("ambiguous:{lead_id}")
}

/// Key of the question what a field of a person is to hold.
pub fn conflict(lead_id: &str, row: &str) -> String {
    format!("conflict:{lead_id}:{row}")
}

/// Key of the question what becomes of a person of whom one record is gone.
pub fn missing(lead_id: &str) -> String {
    format!("missing:{lead_id}")
}

/// Key of the question what becomes of a note, task or appointment of which one half is gone.
pub fn deleted(item: &str) -> String {
    format!("deleted:{item}")
}

/// Key under which it is kept that a lead takes no part.
pub fn left_out(lead_id: &str) -> String {
    format!("out:{lead_id}")
}

/// Key of the question whether a guard was right.
pub fn guard(name: &str) -> String {
    format!("guard:{name}")
}
