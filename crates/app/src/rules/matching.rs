//! Which rules an event fires.

use std::collections::HashMap;

use foxbridge_contract::AppError;
use foxbridge_rules::{Entry, Facts, Firing, Rule, State};
use foxbridge_store::{EventRow, FiringRow, RuleRow, SyncRow};
use serde_json::{Map, Value};

use super::facts::{Whom, facts};
use super::{Kept, SCHEDULE, rule_of};
use crate::{App, convert, error};

/// Events looked at in one transaction.
const BATCH: u32 = 500;
/// Rules that may follow from one another.
const MAX_DEPTH: u32 = 3;
const HOUR_MS: i64 = 60 * 60 * 1000;
/// Firings of one rule about one person in an hour: a loop that the marks of our own writes missed is
/// caught here.
const PER_PERSON: u32 = 5;
/// Firings of one rule in an hour.
const PER_RULE: u32 = 1_000;

/// Matches everything that waits. What a run has found waits for the run's end: only then has
/// somebody new a contact, and nobody else is about to make one.
pub(super) fn all(app: &App) -> Result<(), AppError> {
    let mut running = Vec::new();
    if app.store().events().waiting_count().map_err(error::store)? > 0 {
        for sync in app.store().syncs().list().map_err(error::store)? {
            if crate::run::is_running(app, &sync)? {
                running.push(sync.id);
            }
        }
    }
    loop {
        let waiting = app.store().events().waiting(&running, BATCH);
        let waiting = waiting.map_err(error::store)?;
        if waiting.is_empty() {
            return Ok(());
        }
        batch(app, &waiting)?;
    }
}

fn batch(app: &App, waiting: &[EventRow]) -> Result<(), AppError> {
    let now = app.now();
    let mut rules = Vec::new();
    for row in app.store().rules().list().map_err(error::store)? {
        if row.state == "on" {
            let rule = rule_of(&row)?;
            rules.push((row, rule));
        }
    }
    let syncs: HashMap<String, SyncRow> = app
        .store()
        .syncs()
        .list()
        .map_err(error::store)?
        .into_iter()
        .map(|sync| (sync.id.clone(), sync))
        .collect();
    let mut counts = Counts::default();
    let mut handled = Vec::with_capacity(waiting.len());
    for event in waiting {
        let mut fired = Vec::new();
        for (row, rule) in &rules {
            let Some(sync) = syncs.get(&row.sync) else {
                continue;
            };
            if !concerns(row, rule, sync, event) {
                continue;
            }
            fired.extend(fire(app, row, rule, sync, event, &mut counts)?);
        }
        handled.push((event.id, fired));
    }
    app.store()
        .rules()
        .fire(&handled, now)
        .map_err(error::store)?;
    if handled.iter().any(|(_, fired)| !fired.is_empty()) {
        app.changed(&["rules.list", "rules.firings", "syncs.needs_you"]);
    }
    Ok(())
}

/// Whether an event is one that a rule waits for, before any condition is looked at.
pub(super) fn concerns(row: &RuleRow, rule: &Rule, sync: &SyncRow, event: &EventRow) -> bool {
    let e = &event.event;
    let here = match (&e.sync, &e.connection) {
        (Some(of), _) => *of == row.sync,
        (None, Some(of)) => *of == sync.highlevel || *of == sync.aimfox,
        (None, None) => false,
    };
    let own_schedule = e.trigger != SCHEDULE || e.payload["schedule"] == row.id.as_str();
    rule.trigger == e.trigger
        && here
        && own_schedule
        && (rule.own_effects || !e.ours)
        && e.depth < MAX_DEPTH
}

/// Firings of this batch and of the last hour, by rule, and by rule and person.
#[derive(Default)]
struct Counts(HashMap<(String, String), (u32, u32)>, HashMap<String, u32>);

impl Counts {
    /// Counts one more; `Some` says why it is one too many.
    fn one_more(
        &mut self,
        app: &App,
        row: &RuleRow,
        whom: &Whom,
    ) -> Result<Option<String>, AppError> {
        let person = whom.key();
        let since = app.now() - HOUR_MS;
        let rules = app.store().rules();
        let counts = rules
            .counts(&row.id, &person, since)
            .map_err(error::store)?;
        let of_rule = self.1.entry(row.id.clone()).or_default();
        let key = (row.id.clone(), person.clone());
        let of_person = self.0.entry(key).or_default();
        of_person.0 += 1;
        *of_rule += 1;
        if !person.is_empty() && counts.0 + of_person.0 > PER_PERSON {
            return Ok(Some(format!(
                "It fired more than {PER_PERSON} times in an hour for one person: it may be going \
                 round in circles."
            )));
        }
        if counts.1 + *of_rule > PER_RULE {
            return Ok(Some(format!(
                "It fired more than {PER_RULE} times in an hour."
            )));
        }
        Ok(None)
    }
}

fn fire(
    app: &App,
    row: &RuleRow,
    rule: &Rule,
    sync: &SyncRow,
    event: &EventRow,
    counts: &mut Counts,
) -> Result<Option<FiringRow>, AppError> {
    let now = app.now();
    let (whom, context) = facts(app, sync, event, &Map::new())?;
    let holds = rule.conditions.holds(&Facts {
        context: &context,
        came_since: &|trigger| came_since(app, trigger, &whom, event.id),
    });
    if holds == Ok(false) {
        return Ok(None);
    }
    if let Some(why) = counts.one_more(app, row, &whom)? {
        tracing::warn!(rule = row.id, "stopped: {why}");
        app.store()
            .rules()
            .switch(&row.id, "stopped", Some(&why))
            .map_err(error::store)?;
        return Ok(None);
    }
    let mut firing = Firing::new(now);
    if let Err(why) = holds {
        firing.state = State::NeedsYou;
        firing.log.push(Entry {
            step: "conditions".to_owned(),
            at: now,
            operation: None,
            params: Default::default(),
            body: Value::Null,
            answer: Value::Null,
            note: Some(format!("The conditions could not be tested: {why}.")),
            done: false,
        });
    }
    let kept = Kept {
        name: row.name.clone(),
        rule: rule.clone(),
        person: context["person"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        firing,
    };
    Ok(Some(FiringRow {
        id: 0,
        rule: row.id.clone(),
        event: event.id,
        sync: row.sync.clone(),
        at: now,
        state: convert::word(&kept.firing.state),
        due: kept.firing.state.is_open().then_some(now),
        depth: event.event.depth + 1,
        person: whom.key(),
        content: serde_json::to_value(&kept).map_err(error::internal)?,
    }))
}

/// Whether an event about the same person came later. What cannot be read is taken to have come:
/// nothing is done that might be wrong.
pub(super) fn came_since(app: &App, trigger: &str, whom: &Whom, after: i64) -> bool {
    let events = app.store().events();
    events
        .came_since(trigger, &whom.records(), after)
        .unwrap_or_else(|e| {
            tracing::error!("events could not be read: {e}");
            true
        })
}
