//! Answering what waits for a person, and what a sync is careful about.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "take", rename_all = "snake_case")]
pub enum Resolution {
    /// A conflict: HighLevel's value.
    Highlevel,
    /// A conflict: Aimfox's value.
    Aimfox,
    /// A conflict: this value, on both sides.
    Value {
        /// The value.
        value: String,
    },
    /// An ambiguous match: it is this contact.
    This {
        /// The contact's id, one of the choices.
        contact: String,
    },
    /// An ambiguous match: none of these.
    Nobody,
    /// Somebody of whom one record is gone: keep the two apart for good.
    Unlink,
    /// Somebody of whom one record is gone: wait until it is restored.
    Wait,
    /// Somebody of whom one record is gone: delete the other one too.
    Delete,
    /// A guard: what it stopped is right.
    Approve,
}

/// The answers that a question takes, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ResolutionName {
    Highlevel,
    Aimfox,
    Value,
    This,
    Nobody,
    Unlink,
    Wait,
    Delete,
    Approve,
}

/// `questions.list`: everything that waits for a person, over all syncs.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct QuestionsQuery {
    /// Only of this sync.
    #[serde(default)]
    #[ts(optional)]
    pub sync: Option<String>,
}

/// Something that waits, with where it belongs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct InboxItem {
    /// The sync.
    pub sync: String,
    /// Its name.
    pub sync_name: String,
    /// The run that shows more of it: for a guard the one that was stopped, for a failure the one
    /// that failed.
    pub run: Option<String>,
    /// How many open questions one answer could do for, this one included. 1 for what is answered
    /// one by one.
    pub alike: u32,
    /// What it is. Besides the kinds of a sync's own questions there is `run`: the last run failed.
    pub item: crate::NeedsYou,
}

/// `questions.resolve`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ResolveQuestion {
    /// The sync.
    pub sync: String,
    /// The question's id.
    pub id: String,
    /// The answer.
    pub resolution: Resolution,
    /// Answer every question of the same sort alike: the same field, the same kind.
    #[serde(default)]
    pub alike: bool,
}

/// What became of an answer. The next run honours it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Resolved {
    /// How many questions were answered.
    pub answered: u32,
}

/// `questions.forget`: takes an answer back, so that the next run asks again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ForgetAnswer {
    /// The sync.
    pub sync: String,
    /// The answer's key: the question's id, or `out:` and a lead's id.
    pub id: String,
}

/// An answer that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeptAnswer {
    /// Its key.
    pub id: String,
    /// What was decided, for people.
    pub what: String,
    /// RFC 3339.
    pub at: String,
}

/// What becomes of a person of whom one record was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeletePolicyName {
    /// Nothing: the other record stays as it is.
    Ignore,
    /// The two are no longer kept in step; the other record is marked with a tag or a label.
    UnlinkAndTag,
    /// The user is asked whether the other record is deleted too.
    DeleteAfterApproval,
}

/// Limits; a run over one of them stops before its first write and asks. Shares are in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncGuards {
    /// A listing may lose this share of its records from one run to the next.
    pub shrink_percent: u32,
    /// This share of the linked people may be changed in one run …
    pub update_percent: u32,
    /// … but so many in any case.
    pub update_floor: u32,
    /// So many contacts may be made at once, or as many as are linked.
    pub create_floor: u32,
    /// Of this share of the linked people a record may be gone in one run …
    pub delete_percent: u32,
    /// … but of so many in any case.
    pub delete_floor: u32,
    /// One field may change for this share of the linked people …
    pub everything_percent: u32,
    /// … but for so many in any case.
    pub everything_floor: u32,
    /// Whether a run with another filter than the last one stops before it writes.
    pub changed_filter: bool,
    /// So many writes about one person may be made in an hour.
    pub edits_per_hour: u32,
    /// So many writes of the sync may be made in 24 hours.
    pub writes_per_day: u32,
}

/// Whom a sync is narrowed to, and what it is careful about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncSafety {
    /// Conditions on people, as they are written (`tag:vip label:warm`); empty for everybody.
    pub filter: String,
    /// What becomes of a person of whom one record was deleted.
    pub deletes: DeletePolicyName,
    /// What stops a run.
    pub guards: SyncGuards,
    /// What stops a run where nobody chose.
    pub usual: SyncGuards,
    /// After so many hours a run reads and compares everything, whatever the services say has
    /// changed; from 1 to 720.
    pub compare_hours: u32,
}

/// `syncs.safety_set`: what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct SetSafety {
    /// The sync.
    pub sync: String,
    /// Conditions on people.
    #[serde(default)]
    #[ts(optional)]
    pub filter: Option<String>,
    /// What becomes of a person of whom one record was deleted.
    #[serde(default)]
    #[ts(optional)]
    pub deletes: Option<DeletePolicyName>,
    /// What stops a run.
    #[serde(default)]
    #[ts(optional)]
    pub guards: Option<SyncGuards>,
    /// After how many hours a run compares everything.
    #[serde(default)]
    #[ts(optional)]
    pub compare_hours: Option<u32>,
}

/// `syncs.count_people`: how many leads a filter lets pass, as last read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CountPeople {
    /// The sync.
    pub sync: String,
    /// Conditions on people.
    pub filter: String,
}

/// N of M people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PeopleCount {
    /// Leads that pass.
    pub people: u32,
    /// Leads that could.
    pub of: u32,
}

/// `syncs.filter_values`: what there is to filter by, as last read; most used first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FilterValues {
    /// Tags of contacts.
    pub tags: Vec<FilterValueCount>,
    /// Labels of leads.
    pub labels: Vec<FilterValueCount>,
    /// Campaigns of leads, by name.
    pub campaigns: Vec<FilterValueCount>,
    /// Businesses of contacts, by id, with names where they are known.
    pub businesses: Vec<FilterValueCount>,
    /// Users that contacts are assigned to, by id, with names where they are known.
    pub assigned: Vec<FilterValueCount>,
    /// Seats (LinkedIn accounts) that know a lead, by id, with names where they are known.
    pub seats: Vec<FilterValueCount>,
}

/// A value, and how many people have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FilterValueCount {
    /// As a filter takes it.
    pub value: String,
    /// As people know it, where that is something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// How many records have it.
    pub people: u32,
}
