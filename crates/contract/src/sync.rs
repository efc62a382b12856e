//! Syncs: a pairing of one connection on each side, with its mapping, filters and policies.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Calls, FieldKindName, ItemSettings, RunSummary, Transform};

/// Which way a mapping row carries values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Direction {
    Both,
    ToHighlevel,
    ToAimfox,
    Off,
}

/// Who wins when both sides changed a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ConflictPolicy {
    HighlevelWins,
    AimfoxWins,
    /// The change that a later run was the first to see; both seen first by one run: ask.
    NewestSeen,
    Ask,
}

/// One row of the mapping, with names for people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MappingRow {
    /// Id of the row within its sync, e.g. `email`.
    pub id: String,
    /// What it is called on the card and on screen, e.g. "E-mail".
    pub label: String,
    /// Aimfox field id.
    pub aimfox: String,
    /// HighLevel field id.
    pub highlevel: String,
    /// Which way.
    pub direction: Direction,
    /// Who wins.
    pub on_conflict: ConflictPolicy,
    /// How values are compared.
    pub kind: FieldKindName,
    /// HighLevel takes the value when a contact is made, and not afterwards.
    pub create_only: bool,
    /// What reshapes the value on its way across, step by step.
    #[serde(default)]
    pub transform: Vec<Transform>,
}

/// When labels set in Aimfox become tags in HighLevel, where a tag can start workflows that
/// message real people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TagWrites {
    /// Never.
    Off,
    /// Only labels somebody adds or removes after the first run; the first run holds back.
    Edits,
    /// Also the labels already there at the first run.
    All,
}

/// `syncs.create`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CreateSync {
    /// Connection id.
    pub highlevel: String,
    /// Connection id.
    pub aimfox: String,
    /// A template's name; `standard` when left out.
    #[serde(default)]
    #[ts(optional)]
    pub template: Option<String>,
    /// A name to show; made from the connections' names when left out.
    #[serde(default)]
    #[ts(optional)]
    pub name: Option<String>,
    /// Overrides the template's choice.
    #[serde(default)]
    #[ts(optional)]
    pub tag_writes: Option<TagWrites>,
    /// Names of the tags and labels that follow each other; a missing label is made. Every name that
    /// exists on both sides when left out.
    #[serde(default)]
    #[ts(optional)]
    pub tags: Option<Vec<String>>,
    /// Overrides the template's choice about notes, tasks and appointments.
    #[serde(default)]
    #[ts(optional)]
    pub items: Option<ItemSettings>,
    /// Conditions that narrow it to some people: see `syncs.safety_set`. Everybody when left out.
    #[serde(default)]
    #[ts(optional)]
    pub filter: Option<String>,
}

/// A ready-made set of choices for a new sync.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Template {
    /// Its name, e.g. `standard`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// One or two sentences on what it does.
    pub help: String,
    /// What it chooses about tags.
    pub tag_writes: TagWrites,
    /// Its mapping.
    pub mapping: Vec<MappingRow>,
    /// What it chooses about notes, tasks and appointments.
    pub items: ItemSettings,
}

/// The three numbers of a sync's health, and what stands beside them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Health {
    /// People linked on both sides, with nothing left to do.
    pub in_sync: u32,
    /// Leads that do not take part (no campaign, no chosen label).
    pub excluded: u32,
    /// Questions and failures waiting for a person.
    pub needs_you: u32,
    /// HighLevel contacts with a LinkedIn profile that is no lead in Aimfox yet.
    pub not_in_aimfox: u32,
}

/// A sync as shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Sync {
    /// Our id of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Connection id.
    pub highlevel: String,
    /// Connection id.
    pub aimfox: String,
    /// The template it was made from.
    pub template: String,
    /// Field by field.
    pub mapping: Vec<MappingRow>,
    /// Tags.
    pub tag_writes: TagWrites,
    /// Notes, tasks and appointments.
    pub items: ItemSettings,
    /// As of the last run or rehearsal; `None` before the first.
    pub health: Option<Health>,
    /// The newest run or rehearsal.
    pub last_run: Option<RunSummary>,
    /// The run going on now, if any.
    pub running: Option<String>,
    /// What it costs, and what is left.
    pub calls: Calls,
    /// RFC 3339.
    pub created_at: String,
}

/// Names a sync.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SyncId {
    /// Our id of it.
    pub sync: String,
}

/// Something that waits for a person's decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct NeedsYou {
    /// Our id of it.
    pub id: String,
    /// `ambiguous`, `conflict`, `deleted`, `failed`, `missing`, `guard`.
    pub kind: String,
    /// Who or what it is about.
    pub record: RecordRef,
    /// What happened.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do.
    pub next: String,
    /// The records it could be, or the values that differ.
    pub choices: Vec<Choice>,
    /// RFC 3339.
    pub since: String,
    /// The answers it takes here; absent where it is settled in the service itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub options: Option<Vec<crate::ResolutionName>>,
    /// What was answered; the next run honours it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub answer: Option<crate::Resolution>,
}

/// One of the answers to a question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Choice {
    /// Whose record or value.
    pub service: ServiceName,
    /// Record id, if it is a record.
    pub id: Option<String>,
    /// What to show.
    pub label: String,
}

use crate::{RecordRef, ServiceName};
