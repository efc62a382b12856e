//! Changes: one planned or made write each.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ServiceName;

/// Where a change happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Place {
    /// In the CRM.
    Highlevel,
    /// In the outreach workspace.
    Aimfox,
    /// Only in our own database (a link).
    Foxbridge,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A HighLevel contact.
    Contact,
    /// An Aimfox lead: its card or its labels.
    Lead,
    /// A pair of records that are the same person.
    Link,
    /// A tag of a HighLevel contact.
    Tag,
    /// A custom field's definition in HighLevel.
    CustomField,
    /// A label's definition in Aimfox.
    Label,
    /// A note of a person, on either side.
    Note,
    /// A task of a person: HighLevel's, or the note that stands for it.
    Task,
    /// An appointment of a person: HighLevel's, or the note that stands for it.
    Appointment,
    /// A LinkedIn conversation with a person, as a note in HighLevel.
    Conversation,
}

/// What a change does. Counts of `create`, `update`, `delete` and `link` speak of people's records;
/// `prepare` makes a definition that they need (a custom field, a label).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ChangeKind {
    Prepare,
    Link,
    Create,
    Update,
    Delete,
}

/// What a change does in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum EffectName {
    Read,
    Write,
    Outreach,
    Destructive,
}

/// Who or what a change or a question is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecordRef {
    /// A name to show.
    pub name: String,
    /// HighLevel contact id, where there is one.
    pub contact_id: Option<String>,
    /// Aimfox lead id, where there is one.
    pub lead_id: Option<String>,
}

/// One field's part of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldChange {
    /// Field id at the place of the change.
    pub field: String,
    /// Name to show.
    pub label: String,
    /// Value now; `None` for blank.
    pub before: Option<String>,
    /// Value afterwards; `None` for blank.
    pub after: Option<String>,
    /// The value that lost a conflict, and whose it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub loser: Option<Loser>,
}

/// A value that lost a conflict. It stays in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Loser {
    /// Whose value it was.
    pub service: ServiceName,
    /// The value.
    pub value: String,
}

/// How far a change has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ChangeState {
    /// In a rehearsal, or not reached yet.
    Planned,
    /// Written to the journal; nothing sent.
    Intended,
    /// Sent; the outcome is not known yet.
    Sent,
    /// Done, and seen to be done.
    Settled,
    /// Refused by the service. Nothing was changed.
    Failed,
    /// Not done: the run was cancelled or the record changed meanwhile.
    Skipped,
}

/// What somebody decided about a rehearsed change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// To be made.
    Approved,
    /// To be left alone.
    Skipped,
}

/// One planned or made write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Change {
    /// Position in its run's plan, from 0.
    pub seq: u32,
    /// What it is about.
    pub object: ObjectKind,
    /// Where it happens.
    pub service: Place,
    /// Catalog operation it is made with; empty for a link.
    pub operation: String,
    /// What it does.
    pub kind: ChangeKind,
    /// Who it is about.
    pub record: RecordRef,
    /// The values it replaces, by field id; `null` when there were none.
    #[ts(type = "Record<string, unknown> | null")]
    pub before: serde_json::Value,
    /// The values it sets, by field id.
    #[ts(type = "Record<string, unknown> | null")]
    pub after: serde_json::Value,
    /// The same, field by field, for people.
    pub fields: Vec<FieldChange>,
    /// Why.
    pub reason: String,
    /// What it does in the world.
    pub effect: EffectName,
    /// A warning the user should read first (e.g. "can start HighLevel workflows").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub warning: Option<String>,
    /// How far it has come.
    pub state: ChangeState,
    /// Why it failed or was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub error: Option<String>,
    /// How it can be taken back; absent while it was not made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub undo: Option<crate::Undoing>,
    /// What was decided about it, in a rehearsal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub decision: Option<Decision>,
}
