//! Guards: what stops a run before it does damage.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::{Action, Change, ChangeKind, FieldDelta, ObjectKind, Plan, Reshaped};

/// Limits; a run over one of them stops before its first write and asks. Shares are in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guards {
    /// A listing may lose this share of its records from one run to the next.
    pub shrink_percent: u32,
    /// This share of the linked people may be changed in one run …
    pub update_percent: u32,
    /// … but so many may be in any case.
    pub update_floor: u32,
    /// After the first run, so many contacts may be made at once, or as many as are linked.
    pub create_floor: u32,
    /// Of this share of the linked people a record may be gone, or be deleted, in one run …
    pub delete_percent: u32,
    /// … but of so many in any case.
    pub delete_floor: u32,
    /// One and the same field may change for this share of the linked people …
    pub everything_percent: u32,
    /// … but for so many in any case.
    pub everything_floor: u32,
    /// Whether a run with another filter, or other tags, than the last one stops before it writes.
    /// (What a changed mapping would do is shown before it is saved.)
    pub changed_filter: bool,
    /// So many writes about one person may be made in an hour.
    pub edits_per_hour: u32,
    /// So many writes of this sync may be made in 24 hours.
    pub writes_per_day: u32,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            shrink_percent: 50,
            update_percent: 50,
            update_floor: 50,
            create_floor: 500,
            delete_percent: 10,
            delete_floor: 5,
            everything_percent: 80,
            everything_floor: 20,
            changed_filter: true,
            edits_per_hour: 10,
            writes_per_day: 50_000,
        }
    }
}

/// Why a run was stopped. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Which guard.
    pub guard: String,
    /// What it saw and why that is suspicious.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What a guard knows besides the plan.
#[derive(Debug, Clone, Default)]
pub struct Circumstances {
    /// People who were linked before the run.
    pub linked_before: usize,
    /// Whether the sync has never finished a run.
    pub first_run: bool,
    /// What of the sync's shape differs from how its last run left it.
    pub reshaped: Reshaped,
    /// Labels of mapping rows that are new or were changed: they concern everybody, and were meant to.
    pub new_rows: BTreeSet<String>,
    /// Writes about a person in the last hour, by lead id.
    pub edits_last_hour: HashMap<String, u32>,
    /// Writes of this sync in the last 24 hours.
    pub writes_last_day: usize,
}

fn stop(guard: &str, message: String, look: &str) -> Stop {
    Stop {
        guard: guard.to_owned(),
        message,
        hint: format!("{look} run again with --approve (in the window: \"Run past the guard\")."),
    }
}

fn share(of: usize, percent: u32, floor: u32) -> usize {
    (of * percent as usize / 100).max(floor as usize)
}

/// A listing that lost much of what it showed last time is a broken key, a wrong account or a
/// paging fault far more often than a real clean-up.
pub fn check_listing(what: &str, before: usize, now: usize, guards: &Guards) -> Result<(), Stop> {
    let look = "Look at the account in the service. If the records are really gone,";
    if before > 0 && now == 0 {
        let message = format!(
            "{what} showed no record at all, where the last run saw {before}. That looks like a \
             wrong account or a fault at the service rather than a clean-up."
        );
        return Err(stop("empty_listing", message, look));
    }
    let least = before - share(before, guards.shrink_percent.min(100), 0);
    if before >= 20 && now < least {
        let message = format!(
            "{what} showed {now} records, where the last run saw {before}. That looks like a \
             wrong account or a fault at the service rather than a clean-up."
        );
        return Err(stop("shrunken_listing", message, look));
    }
    Ok(())
}

/// Holds a plan against every guard; the first that stops it says why. A first run makes and
/// changes much by its nature: for it only the day's cap and the deletes count.
///
/// # Errors
/// [`Stop`] names the guard, what it saw, and what to do.
pub fn check_plan(plan: &Plan, now: &Circumstances, guards: &Guards) -> Result<(), Stop> {
    deletes(plan, now, guards)?;
    if !now.first_run {
        shape(plan, now, guards)?;
        creates(plan, now, guards)?;
        updates(plan, now, guards)?;
        everything(plan, now, guards)?;
        loops(plan, now, guards)?;
    }
    day(plan, now, guards)
}

/// A changed filter takes effect on many people at once, and a slip in it too.
fn shape(plan: &Plan, now: &Circumstances, guards: &Guards) -> Result<(), Stop> {
    let writes = writes(plan).count();
    if !guards.changed_filter || !now.reshaped.any() || writes == 0 {
        return Ok(());
    }
    let what = match now.reshaped.people {
        true => "filter",
        false => "choice of tags",
    };
    let message = format!(
        "The {what} was changed since the last run. Changes that this run would make with it: \
         {writes}, of these new contacts: {}.",
        plan.count(ChangeKind::Create)
    );
    Err(stop(
        "changed_filter",
        message,
        "Look at a rehearsal. If it is what you meant,",
    ))
}

/// More new people than are linked is a widened filter more often than a big campaign.
fn creates(plan: &Plan, now: &Circumstances, guards: &Guards) -> Result<(), Stop> {
    let (creates, linked) = (plan.count(ChangeKind::Create), now.linked_before);
    let most = linked.max(guards.create_floor as usize);
    if creates <= most {
        return Ok(());
    }
    let message = format!(
        "This run would make {creates} contacts, where {linked} people are linked; the guard \
         allows {most} at once."
    );
    Err(stop(
        "mass_create",
        message,
        "Look at a rehearsal. If so many new leads are right,",
    ))
}

/// A plan that changes most of the people who were at rest is a changed format or a wrong mapping
/// far more often than real edits.
fn updates(plan: &Plan, now: &Circumstances, guards: &Guards) -> Result<(), Stop> {
    let touched = people(plan, |change| {
        matches!(change.kind, ChangeKind::Update | ChangeKind::Delete)
            && matches!(
                change.object,
                ObjectKind::Contact | ObjectKind::Lead | ObjectKind::Tag
            )
    });
    let linked = now.linked_before;
    let limit = share(linked, guards.update_percent, guards.update_floor);
    if touched <= limit {
        return Ok(());
    }
    let message = format!(
        "This run would change {touched} of {linked} linked people; the guard allows {limit} at \
         once."
    );
    Err(stop(
        "mass_update",
        message,
        "Look at a rehearsal. If the changes are right,",
    ))
}

/// One field that changes for nearly everybody is a service that spells it in another way now.
fn everything(plan: &Plan, now: &Circumstances, guards: &Guards) -> Result<(), Stop> {
    let mut by_field: BTreeMap<&str, usize> = BTreeMap::new();
    let updates = plan.changes.iter().filter(|change| {
        change.kind == ChangeKind::Update
            && matches!(change.object, ObjectKind::Contact | ObjectKind::Lead)
    });
    let old = |delta: &&FieldDelta| !now.new_rows.contains(delta.label.as_str());
    for delta in updates.flat_map(|change| &change.fields).filter(old) {
        *by_field.entry(&delta.label).or_default() += 1;
    }
    let linked = now.linked_before;
    let limit = share(linked, guards.everything_percent, guards.everything_floor);
    let Some((field, n)) = by_field.into_iter().max_by_key(|(_, n)| *n) else {
        return Ok(());
    };
    if n <= limit {
        return Ok(());
    }
    let message = format!(
        "This run would change \"{field}\" for {n} of {linked} linked people. That looks like a \
         service that writes the field in another way now, rather than like edits."
    );
    Err(stop(
        "everything_changed",
        message,
        "Look at a rehearsal. If the changes are right,",
    ))
}

/// Many people gone at once is a wrong account, or somebody's slip, more often than a clean-up.
fn deletes(plan: &Plan, now: &Circumstances, guards: &Guards) -> Result<(), Stop> {
    let gone = people(plan, |change| {
        change.kind == ChangeKind::Delete
            || matches!(change.action, Action::Unlink { gone: true, .. })
    });
    let linked = now.linked_before;
    let limit = share(linked, guards.delete_percent, guards.delete_floor);
    if gone <= limit {
        return Ok(());
    }
    let message = format!(
        "Of {gone} of {linked} linked people one record is gone or would be deleted; the guard \
         allows {limit} at once."
    );
    Err(stop(
        "mass_delete",
        message,
        "Look at the accounts in the services. If so many were really deleted,",
    ))
}

/// Somebody whom we change again and again is changed back by another program.
fn loops(plan: &Plan, now: &Circumstances, guards: &Guards) -> Result<(), Stop> {
    let over = writes(plan).find(|change| {
        let lead = change.record.lead_id.as_ref();
        let edits = lead.and_then(|lead| now.edits_last_hour.get(lead.as_str()));
        edits.is_some_and(|edits| *edits >= guards.edits_per_hour)
    });
    let Some(change) = over else { return Ok(()) };
    let message = format!(
        "{} was changed by Foxbridge {} times within an hour, and would be changed again. That \
         looks like another program that changes it back.",
        change.record.name, guards.edits_per_hour
    );
    Err(stop(
        "loop",
        message,
        "Look in the history of this person, and for automations in both services. To go on all \
         the same,",
    ))
}

/// A cap on what a day may do at most.
fn day(plan: &Plan, now: &Circumstances, guards: &Guards) -> Result<(), Stop> {
    let (before, planned) = (now.writes_last_day, writes(plan).count());
    let cap = guards.writes_per_day as usize;
    if before + planned <= cap {
        return Ok(());
    }
    let message = format!(
        "This run would make {planned} writes after {before} in the last 24 hours; the cap is \
         {cap} a day."
    );
    Err(stop(
        "daily_cap",
        message,
        "Wait, or raise the cap among the sync's guards, or",
    ))
}

/// The changes that are sent to a service.
fn writes(plan: &Plan) -> impl Iterator<Item = &Change> {
    let changes = plan.changes.iter();
    changes.filter(|change| change.action.operation().is_some())
}

/// How many people have a change of some sort.
fn people(plan: &Plan, which: impl Fn(&Change) -> bool) -> usize {
    let mut ids: Vec<&str> = plan
        .changes
        .iter()
        .filter(|change| which(change))
        .filter_map(|change| change.record.lead_id.as_deref())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}
