//! Runs: one execution of a sync.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Calls, Change, ChangeKind, Decision, Health, NeedsYou, Place};

/// Counts of people's records by what is done to them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[allow(missing_docs)]
pub struct Counts {
    pub create: u32,
    pub update: u32,
    pub delete: u32,
    pub link: u32,
}

/// Requests sent (or, in a rehearsal's estimate, needed) per service.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[allow(missing_docs)]
pub struct Requests {
    pub highlevel: u32,
    pub aimfox: u32,
}

/// How a run stands or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Going on.
    Running,
    /// Ended; everything planned was done or waits in "needs you".
    Done,
    /// A guard stopped it. Nothing was changed.
    Stopped,
    /// The user stopped it; what was done stays done.
    Cancelled,
    /// It could not go on; what was done stays done.
    Failed,
    /// The program ended while it ran; the next run settles what was open.
    Interrupted,
}

/// A run, shortly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RunSummary {
    /// Our id of it.
    pub id: String,
    /// The sync it belongs to.
    pub sync: String,
    /// Whether it stopped (or stops) at the plan.
    pub rehearsal: bool,
    /// How it stands.
    pub state: RunState,
    /// RFC 3339.
    pub started_at: String,
    /// RFC 3339; `None` while it runs.
    pub finished_at: Option<String>,
    /// What the plan holds.
    pub would: Counts,
    /// What was done.
    pub changed: Counts,
    /// What the plan holds of notes, tasks and appointments.
    #[serde(default)]
    pub would_items: Counts,
    /// What was done of notes, tasks and appointments.
    #[serde(default)]
    pub changed_items: Counts,
    /// Changes that failed.
    pub failed: u32,
    /// Requests sent by this run.
    pub requests: Requests,
    /// Requests the plan's writes need.
    pub planned_requests: Requests,
    /// Expected time of the plan's writes at the services' limits, in seconds.
    pub planned_seconds: u32,
    /// How many contacts, pages of leads, and contacts' notes a complete compare found changed or gone
    /// that asking for changes would not have shown; `None` where this run asked for changes only, or nothing was known before it.
    #[serde(default)]
    pub caught: Option<u32>,
    /// Health as this run found (rehearsal) or left it.
    pub health: Health,
    /// Why it stopped or failed.
    pub error: Option<crate::AppError>,
    /// Whether it makes a part of its plan only: what was approved, or of some people.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub partial: bool,
    /// What it is for; absent for an ordinary run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub purpose: Option<crate::RunPurpose>,
    /// A mark of its plan: two plans with the same mark make the same changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub plan: Option<String>,
}

/// `runs.start`.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct StartRun {
    /// The sync to run.
    pub sync: String,
    /// Stop at the plan.
    pub rehearsal: bool,
    /// Go past the guard that stopped the last run.
    #[serde(default)]
    pub approve: bool,
    /// Make exactly the plan of this rehearsal (its run's id), past every guard, and refuse when the
    /// plan is another one by now: `sync run --approve RUN`. All of it, whatever was decided change by
    /// change; that is `approved`.
    #[serde(default)]
    #[ts(optional)]
    pub plan: Option<String>,
    /// Only these people, as a filter is written: `tag:vip`, `label:warm`, `lead:123`.
    #[serde(default)]
    #[ts(optional)]
    pub only: Option<String>,
    /// Only changes about these kinds of object, and the links and definitions they need; all when
    /// empty.
    #[serde(default)]
    #[ts(as = "Option<Vec<crate::ObjectKind>>", optional)]
    pub objects: Vec<crate::ObjectKind>,
    /// A complete compare: read everything anew, also what no hint says has changed.
    #[serde(default)]
    #[ts(as = "Option<bool>", optional)]
    pub full: bool,
    /// Make only the changes that were approved one by one in this rehearsal (its run's id), as far as
    /// they are still asked for: `sync run --approved RUN`. The whole of it, or nothing, is `plan`.
    #[serde(default)]
    #[ts(optional)]
    pub approved: Option<String>,
}

/// `runs.decide`: approve or skip changes of a rehearsal. Nothing is changed by it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Decide {
    /// The rehearsal.
    pub run: String,
    /// What; `null` takes a decision back.
    pub decision: Option<Decision>,
    /// These positions of the plan. Without this and `record_of`: all that match the rest.
    #[serde(default)]
    #[ts(optional)]
    pub seqs: Option<Vec<u32>>,
    /// Every change of the person that the change at this position is about.
    #[serde(default)]
    #[ts(optional)]
    pub record_of: Option<u32>,
    /// Only this kind.
    #[serde(default)]
    #[ts(optional)]
    pub kind: Option<ChangeKind>,
    /// Only at this place.
    #[serde(default)]
    #[ts(optional)]
    pub place: Option<Place>,
    /// Only what a search for this finds.
    #[serde(default)]
    #[ts(optional)]
    pub search: Option<String>,
}

/// How many changes of a rehearsal were decided about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DecisionCounts {
    /// To be made.
    pub approved: u32,
    /// To be left alone.
    pub skipped: u32,
    /// All changes of the plan.
    pub of: u32,
}

/// Names a run.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RunId {
    /// Our id of it.
    pub run: String,
}

/// `runs.changes`: a page of a run's plan.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChangesQuery {
    /// The run.
    pub run: String,
    /// Skip this many.
    #[serde(default)]
    pub offset: u32,
    /// At most this many; 1,000 at most.
    pub limit: u32,
    /// Only this kind.
    #[serde(default)]
    #[ts(optional)]
    pub kind: Option<ChangeKind>,
    /// Only at this place.
    #[serde(default)]
    #[ts(optional)]
    pub place: Option<Place>,
    /// Only records whose name, ids or values contain this, whatever the case.
    #[serde(default)]
    #[ts(optional)]
    pub search: Option<String>,
}

/// A page of changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ChangesPage {
    /// How many match.
    pub total: u32,
    /// The page.
    pub changes: Vec<Change>,
    /// What was decided, over the whole plan.
    pub decisions: DecisionCounts,
}

/// What `sync rehearse` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RehearsalReport {
    /// The run's id, to look at it again.
    pub run: String,
    /// Counts of people's records.
    pub would: Counts,
    /// Counts of notes, tasks and appointments.
    pub would_items: Counts,
    /// The whole plan.
    pub changes: Vec<Change>,
    /// What waits for a person.
    pub needs_you: Vec<NeedsYou>,
    /// Requests that applying the plan would send.
    pub requests: Requests,
    /// Health.
    pub health: Health,
}

/// What `sync run` prints.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RunReport {
    /// The run's id.
    pub run: String,
    /// Counts of people's records.
    pub changed: Counts,
    /// Counts of notes, tasks and appointments.
    pub changed_items: Counts,
    /// What waits for a person.
    pub needs_you: Vec<NeedsYou>,
    /// Changes a service refused.
    pub failed: Vec<Change>,
    /// Requests sent, reads included.
    pub requests: Requests,
    /// What the sync's calls come to today, and what is left.
    pub calls: Calls,
    /// What a complete compare found that nothing had told of; `None` where there was none.
    pub caught: Option<u32>,
    /// Health afterwards.
    pub health: Health,
    /// Wall time.
    pub duration_ms: u32,
}
