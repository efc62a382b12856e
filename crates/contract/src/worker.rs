//! The background worker: when syncs run by themselves, and how that stands.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::AppError;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A part of some days, by the clock on the wall. One that ends before it begins goes on into the
/// next day; one that ends when it begins lasts a whole day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TimeWindow {
    /// The days it begins on; every day when empty.
    #[serde(default)]
    pub days: Vec<Weekday>,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`, exclusive.
    pub until: String,
}

/// When a sync runs by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Schedule {
    /// Minutes from the start of one run to the start of the next, 1 to 10,080 (a week); `None` for
    /// on demand only.
    pub every_minutes: Option<u32>,
    /// Runs start only inside one of these; at any time when empty.
    #[serde(default)]
    pub windows: Vec<TimeWindow>,
}

/// `syncs.schedule_set`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetSchedule {
    /// Which sync.
    pub sync: String,
    /// Its new schedule.
    pub schedule: Schedule,
}

/// A sync's schedule, and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncSchedule {
    /// Which sync.
    pub sync: String,
    /// As chosen.
    pub schedule: Schedule,
    /// RFC 3339: the next times it would start, if every run ended at once and well. None while it
    /// runs on demand only.
    pub next_runs: Vec<String>,
    /// IANA name of the time zone that `HH:MM` is read in: the computer's.
    pub time_zone: String,
}

/// How long to pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum PauseUntil {
    /// One hour.
    Hour,
    /// Eight in the morning of the next day.
    Tomorrow,
    /// Until somebody resumes.
    Resumed,
}

/// `worker.pause`. A run that goes on is let finish; nothing new begins by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PauseWorker {
    /// How long.
    pub until: PauseUntil,
}

/// `worker.quiet_hours`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetQuietHours {
    /// When nothing begins by itself, whatever the schedules say; `null` for none.
    pub quiet: Option<TimeWindow>,
}

/// What the worker does, in one word. The first that holds, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorkerState {
    /// A sync runs.
    Syncing,
    /// Somebody paused it.
    Paused,
    /// A service cannot be reached; it is asked again and again, ever more rarely.
    Offline,
    /// The last run of a sync failed; it is tried again.
    Error,
    /// Something waits for a person.
    NeedsYou,
    /// All is well.
    Idle,
}

/// Whether a worker is at work on this data, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WorkerPlace {
    /// In this program.
    Here,
    /// In another Foxbridge on the same data; this one takes over when that one ends.
    Elsewhere,
    /// None: nothing begins by itself.
    Nowhere,
}

/// How one sync stands with the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkerSync {
    /// Which sync.
    pub sync: String,
    /// Its name.
    pub name: String,
    /// Whether it runs now.
    pub running: bool,
    /// RFC 3339: when it starts next by itself; `None` for on demand only. May be past: then it is
    /// due, and waits for its turn or for the end of a pause.
    pub next_run: Option<String>,
    /// RFC 3339: the end of the last run that was no rehearsal and ended well.
    pub last_success: Option<String>,
    /// Runs that failed since, one after the other.
    pub failures: u32,
    /// Whether a service it needs cannot be reached.
    pub offline: bool,
    /// Why the last run failed.
    pub error: Option<AppError>,
    /// Questions and failures that wait for a person.
    pub needs_you: u32,
}

/// `worker.status`, and what the worker tells when it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WorkerStatus {
    /// In one word.
    pub state: WorkerState,
    /// Whether anybody is at work.
    pub place: WorkerPlace,
    /// RFC 3339: when the pause ends; `None` with the state `paused` is until somebody resumes.
    pub paused_until: Option<String>,
    /// Whether it is paused, also while a run that had begun goes on.
    pub paused: bool,
    /// When nothing begins by itself.
    pub quiet: Option<TimeWindow>,
    /// RFC 3339: the next time anything begins by itself.
    pub next_run: Option<String>,
    /// Questions and failures that wait for a person, over all syncs.
    pub needs_you: u32,
    /// Every sync.
    pub syncs: Vec<WorkerSync>,
}
