//! Rules at work: events are matched, firings are carried out, one step at a time, through the same
//! gate and transport as everything else.
//!
//! **Architecture Invariant:** an event is marked as looked at in the transaction that keeps what it
//! fired, and a call is written down before it is sent. Whatever moment the program ends in, nothing
//! is forgotten and nothing is done twice.

mod carry;
mod facts;
mod faults;
mod line;
mod matching;
mod recipes;
mod refresh;
mod shown;
mod undo;

use std::collections::BTreeSet;

use foxbridge_contract::{AppError, RuleDefinition};
use foxbridge_rules::{Firing, Rule};
use foxbridge_store::{FiringRow, NewEvent, RuleRow};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{App, convert, error, worker};
pub(crate) use facts::{Whom, facts, in_short, whom};
pub(crate) use line::{Line, bad, connection, id_of};
pub(crate) use recipes::recipes;
pub(crate) use refresh::{Reader, refresh};
pub(crate) use shown::{firing_shown, needs_you, rule_shown, trials};
pub(crate) use undo::undo;

/// The trigger of time reached.
pub(crate) const SCHEDULE: &str = "foxbridge.schedule.due";

/// What another process on the same data noticed is seen this late at most, in milliseconds.
const LOOK_AGAIN: i64 = 5_000;

/// What is kept of a firing: the rule as it was when it fired, so that an edit changes nothing that
/// has begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) name: String,
    pub(crate) rule: Rule,
    pub(crate) firing: Firing,
    pub(crate) person: String,
}

pub(crate) fn kept(row: &FiringRow) -> Result<Kept, AppError> {
    serde_json::from_value(row.content.clone()).map_err(error::internal)
}

/// Writes down how a firing stands.
pub(crate) fn note(app: &App, row: &mut FiringRow, kept: &Kept) -> Result<(), AppError> {
    put(row, kept)?;
    app.store().rules().note(row).map_err(error::store)
}

fn put(row: &mut FiringRow, kept: &Kept) -> Result<(), AppError> {
    row.state = convert::word(&kept.firing.state);
    row.due = kept.firing.state.is_open().then_some(kept.firing.due);
    row.content = serde_json::to_value(kept).map_err(error::internal)?;
    Ok(())
}

pub(crate) fn rule_of(row: &RuleRow) -> Result<Rule, AppError> {
    serde_json::from_value(row.definition.clone()).map_err(error::internal)
}

/// The contract's definition as the machine's rule: they have one shape.
pub(crate) fn rule_from(definition: &RuleDefinition) -> Result<Rule, AppError> {
    let value = serde_json::to_value(definition).map_err(error::internal)?;
    serde_json::from_value(value).map_err(error::internal)
}

/// The triggers that the rules of a sync wait for, those in test mode too: their trials want something
/// to look at.
pub(crate) fn triggers_of(app: &App, sync: &str) -> Result<BTreeSet<String>, AppError> {
    let mut triggers = BTreeSet::new();
    for row in app.store().rules().list().map_err(error::store)? {
        if row.sync == sync && matches!(row.state.as_str(), "on" | "test") {
            let rule = rule_of(&row)?;
            triggers.insert(rule.trigger.clone());
            triggers.extend(none_since(&rule));
        }
    }
    Ok(triggers)
}

/// Triggers that conditions look back for.
fn none_since(rule: &Rule) -> Vec<String> {
    let text = serde_json::to_value(rule).unwrap_or_default();
    let mut found = Vec::new();
    let mut open = vec![&text];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::Object(map) => {
                let named = map.get("none_since").and_then(|v| v.as_str());
                found.extend(named.map(str::to_owned));
                open.extend(map.values());
            }
            serde_json::Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    found
}

/// Works until the worker ends. Does nothing while another process holds the lease or somebody paused
/// the worker; what waits is kept.
pub(crate) async fn work(app: App) {
    let worker = app.worker();
    let clock = app.host().clock();
    loop {
        let now = app.now();
        let next = if worker::may_work(&app) {
            turn(&app).await.unwrap_or_else(|e| {
                tracing::error!("rules could not work: {e}");
                now + LOOK_AGAIN
            })
        } else {
            now + LOOK_AGAIN
        };
        tokio::select! {
            () = worker.ended() => return,
            () = worker.rules_woken() => {}
            () = clock.sleep_until(next.min(now + LOOK_AGAIN)) => {}
        }
    }
}

/// Everything there is to do now; gives the time of what comes next.
pub(crate) async fn turn(app: &App) -> Result<i64, AppError> {
    schedules(app)?;
    matching::all(app)?;
    if crate::hooks::work_off(app).await? {
        matching::all(app)?;
    }
    let mut worked = carry::due(app).await?;
    while worked {
        matching::all(app)?;
        worked = carry::due(app).await?;
    }
    let next = app.store().rules().next_due().map_err(error::store)?;
    let delivery = app.store().deliveries().next_due().map_err(error::store)?;
    let next = [next, delivery].into_iter().flatten().min();
    Ok(next.unwrap_or(i64::MAX).min(app.now() + LOOK_AGAIN))
}

/// Rules that the clock fires: one event for each time reached. A time that was slept through is
/// reached once.
fn schedules(app: &App) -> Result<(), AppError> {
    let now = app.now();
    let mut events = Vec::new();
    for row in app.store().rules().list().map_err(error::store)? {
        let rule = rule_of(&row)?;
        let Some(minutes) = rule.every_minutes.filter(|m| *m > 0) else {
            continue;
        };
        if row.state != "on" || rule.trigger != SCHEDULE {
            continue;
        }
        let slot = now / (i64::from(minutes) * 60_000);
        events.push(NewEvent {
            key: format!("{SCHEDULE}:{}:{minutes}:{slot}", row.id),
            trigger: SCHEDULE.to_owned(),
            at: now,
            sync: Some(row.sync.clone()),
            connection: None,
            depth: 0,
            ours: false,
            payload: json!({ "at": convert::time(now), "schedule": row.id }),
        });
    }
    app.store().events().insert(&events).map_err(error::store)?;
    Ok(())
}
