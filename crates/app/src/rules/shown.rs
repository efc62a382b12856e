//! Rules and firings in the words of the contract, and what a rule would have done.

use std::collections::BTreeMap;

use foxbridge_catalog::{find as find_operation, find_trigger};
use foxbridge_contract::{
    AppError, Firing, NeedsYou, RecordRef, RuleAction, RuleDefinition, RuleRow, RuleState,
    RuleTrial, RuleTrials,
};
use foxbridge_rules::{Entry, Facts, Firing as Machine, Next, Rule, State, Step, What};
use foxbridge_store::{EventRow, FiringRow, RuleRow as Stored, SyncRow};
use serde_json::{Map, Value, json};

use super::{Kept, facts, faults, in_short, kept, matching, rule_from, rule_of, undo, whom};
use crate::{App, convert, error};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Days of the little picture beside a rule.
const DAYS: usize = 14;
/// Events that a rule is tried on.
const TRIALS: u32 = 20;

fn title(operation: &str) -> String {
    find_operation(operation).map_or_else(|| operation.to_owned(), |o| o.title.clone())
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), chars.as_str())
}

fn span(minutes: u32) -> String {
    match minutes {
        m if m >= 2_880 && m % 1_440 == 0 => format!("{} days", m / 1_440),
        1_440 => "a day".to_owned(),
        m if m >= 120 && m % 60 == 0 => format!("{} hours", m / 60),
        60 => "an hour".to_owned(),
        m => format!("{m} minutes"),
    }
}

/// What a step does, for people.
fn step_title(step: &Step) -> String {
    match &step.what {
        What::Wait { minutes, .. } => format!("Wait {}, then look again", span(*minutes)),
        What::Do { operation, .. } => title(operation),
        What::Find(find) => {
            let what = if find.equals.is_empty() {
                "the first".to_owned()
            } else {
                format!("\"{}\"", find.equals)
            };
            let make = if find.make.is_some() {
                ", or make it"
            } else {
                ""
            };
            format!("Find {what} among the {}{make}", find.list)
        }
    }
}

/// A rule as one sentence.
fn sentence(rule: &Rule) -> String {
    let trigger = find_trigger(&rule.trigger).map_or(rule.trigger.as_str(), |t| t.title.as_str());
    let conditions = match &rule.conditions {
        foxbridge_rules::Group::All(tests) | foxbridge_rules::Group::Any(tests) => tests.len(),
    };
    let conditions = match conditions {
        0 => String::new(),
        1 => " and a condition holds".to_owned(),
        n => format!(" and {n} conditions hold"),
    };
    let steps: Vec<String> = rule
        .steps
        .iter()
        .filter(|step| !matches!(step.what, What::Find(_)))
        .map(|step| lower_first(&step_title(step)))
        .collect();
    format!(
        "When {}{conditions}: {}.",
        lower_first(trigger),
        steps.join(", then ")
    )
}

fn state(word: &str) -> RuleState {
    serde_json::from_value(json!(word)).unwrap_or(RuleState::Off)
}

/// A rule as listed.
pub(crate) fn rule_shown(app: &App, row: &Stored) -> Result<RuleRow, AppError> {
    let rule = rule_of(row)?;
    let store = app.store().rules();
    let today = app.now() / DAY_MS;
    let from = (today - i64::try_from(DAYS).unwrap_or(0) + 1) * DAY_MS;
    let times = store.times(&row.id, from).map_err(error::store)?;
    let mut days = vec![0; DAYS];
    for at in &times {
        let day = usize::try_from((at - from) / DAY_MS).unwrap_or(0);
        if let Some(count) = days.get_mut(day) {
            *count += 1;
        }
    }
    let newest = store.firings(Some(&row.id), 1).map_err(error::store)?;
    let needing = store.needing(&row.sync).map_err(error::store)?;
    let needing = needing.iter().filter(|f| f.rule == row.id).count();
    Ok(RuleRow {
        id: row.id.clone(),
        name: row.name.clone(),
        sync: row.sync.clone(),
        state: state(&row.state),
        why: row.why.clone(),
        trigger: find_trigger(&rule.trigger)
            .map_or_else(|| rule.trigger.clone(), |t| t.title.clone()),
        sentence: sentence(&rule),
        last_fired: newest.first().map(|f| convert::time(f.at)),
        days,
        needs_you: u32::try_from(needing).unwrap_or(u32::MAX),
    })
}

fn action(step: &str, operation: Option<&str>) -> RuleAction {
    let known = operation.and_then(find_operation);
    RuleAction {
        step: step.to_owned(),
        title: operation.map_or_else(String::new, title),
        operation: operation.map(str::to_owned),
        effect: known.map(|o| convert::effect_name(o.effect)),
        params: BTreeMap::new(),
        body: Value::Null,
        note: None,
        at: None,
        done: false,
        undo: None,
    }
}

fn entry_shown(rule: &Rule, entry: &Entry) -> RuleAction {
    let step = rule.steps.iter().find(|step| step.id == entry.step);
    let mut shown = action(&entry.step, entry.operation.as_deref());
    if shown.title.is_empty() {
        shown.title = step.map_or_else(String::new, step_title);
    }
    shown.params.clone_from(&entry.params);
    shown.body = entry.body.clone();
    shown.note.clone_from(&entry.note);
    shown.at = Some(convert::time(entry.at));
    shown.done = entry.done;
    shown.undo = undo::undoing(entry);
    shown
}

/// A firing as shown.
pub(crate) fn firing_shown(app: &App, row: &FiringRow) -> Result<Firing, AppError> {
    let kept = kept(row)?;
    let event = app.store().events().get(row.event).map_err(error::store)?;
    let asks = match (&event, kept.firing.state) {
        (Some(event), State::Asking) => asked(app, row, &kept, event)?,
        _ => None,
    };
    Ok(Firing {
        firing: u32::try_from(row.id).unwrap_or_default(),
        rule: row.rule.clone(),
        name: kept.name.clone(),
        at: convert::time(row.at),
        state: serde_json::from_value(json!(row.state)).map_err(error::internal)?,
        due: row.due.map(convert::time),
        person: kept.person.clone(),
        what: event.as_ref().map(in_short).unwrap_or_default(),
        event: event.map(|e| e.event.payload).unwrap_or_default(),
        actions: kept
            .firing
            .log
            .iter()
            .map(|entry| entry_shown(&kept.rule, entry))
            .collect(),
        asks,
        can_undo: undo::can(&kept),
    })
}

/// The step that asks, filled in.
fn asked(
    app: &App,
    row: &FiringRow,
    kept: &Kept,
    event: &EventRow,
) -> Result<Option<RuleAction>, AppError> {
    let sync = app.store().syncs().get(&row.sync).map_err(error::store)?;
    let Some(sync) = sync else { return Ok(None) };
    let (_, context) = facts(app, &sync, event, &kept.firing.results)?;
    let mut firing = kept.firing.clone();
    firing.approve(app.now());
    let facts = Facts {
        context: &context,
        came_since: &|_| false,
    };
    let Next::Call(call) = firing.next(&kept.rule, &facts, app.now()) else {
        return Ok(None);
    };
    let mut shown = action(&call.step, Some(&call.operation));
    shown.params = call.params;
    shown.body = call.body;
    Ok(Some(shown))
}

/// Firings of a sync that wait for a person, as things that need you.
pub(crate) fn needs_you(app: &App, sync: &str) -> Result<Vec<NeedsYou>, AppError> {
    let rows = app.store().rules().needing(sync).map_err(error::store)?;
    rows.iter()
        .map(|row| {
            let kept = kept(row)?;
            let asking = kept.firing.state == State::Asking;
            let step = kept.rule.steps.get(kept.firing.step);
            let step = step.map_or_else(String::new, step_title);
            let event = app.store().events().get(row.event).map_err(error::store)?;
            let ids = match (&event, app.store().syncs().get(sync).map_err(error::store)?) {
                (Some(event), Some(sync)) => whom(app, &sync, event)?,
                _ => Default::default(),
            };
            let why = kept.firing.log.last().and_then(|entry| entry.note.clone());
            let (what, why, next) = if asking {
                (
                    format!("The rule \"{}\" asks: {step}?", kept.name),
                    "This step asks each time.".to_owned(),
                    "Answer on the Rules page, or: foxbridge rules answer.",
                )
            } else {
                (
                    format!("The rule \"{}\" could not go on: {step}.", kept.name),
                    why.unwrap_or_default(),
                    "Put it right and try again, or leave the step out, on the Rules page.",
                )
            };
            Ok(NeedsYou {
                options: None,
                answer: None,
                id: format!("rule:{}", row.id),
                kind: "rule".to_owned(),
                record: RecordRef {
                    name: kept.person.clone(),
                    contact_id: ids.contact,
                    lead_id: ids.lead,
                },
                what,
                why,
                next: next.to_owned(),
                choices: Vec::new(),
                since: convert::time(row.at),
            })
        })
        .collect()
}

/// What a rule would have done with the last events of its trigger. Nothing is sent.
pub(crate) fn trials(
    app: &App,
    sync: &SyncRow,
    definition: &RuleDefinition,
) -> Result<RuleTrials, AppError> {
    let rule = rule_from(definition)?;
    let events = app
        .store()
        .events()
        .newest(&rule.trigger, Some(&sync.id), TRIALS)
        .map_err(error::store)?;
    let trials = events
        .iter()
        .map(|event| trial(app, sync, &rule, event))
        .collect::<Result<_, _>>()?;
    Ok(RuleTrials {
        problems: faults::problems(&rule),
        trials,
    })
}

fn trial(app: &App, sync: &SyncRow, rule: &Rule, event: &EventRow) -> Result<RuleTrial, AppError> {
    let (whom, context) = facts(app, sync, event, &Map::new())?;
    let came_since = |trigger: &str| matching::came_since(app, trigger, &whom, event.id);
    let why = if event.event.ours && !rule.own_effects {
        Some("Foxbridge did this itself.".to_owned())
    } else {
        let facts = Facts {
            context: &context,
            came_since: &came_since,
        };
        match rule.conditions.holds(&facts) {
            Ok(true) => None,
            Ok(false) => Some("The conditions do not hold.".to_owned()),
            Err(e) => Some(format!("The conditions cannot be tested: {e}.")),
        }
    };
    let actions = match why {
        None => rehearsed(app, sync, rule, event)?,
        Some(_) => Vec::new(),
    };
    Ok(RuleTrial {
        event: u32::try_from(event.id).unwrap_or_default(),
        at: convert::time(event.event.at),
        person: context["person"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        what: in_short(event),
        fires: why.is_none(),
        why,
        actions,
    })
}

/// The steps filled in, as far as that is possible before any was done: what a later step takes from
/// an earlier one stays a hole.
fn rehearsed(
    app: &App,
    sync: &SyncRow,
    rule: &Rule,
    event: &EventRow,
) -> Result<Vec<RuleAction>, AppError> {
    let mut actions = Vec::new();
    for (i, step) in rule.steps.iter().enumerate() {
        let (_, mut context) = facts(app, sync, event, &Map::new())?;
        // A hole for every value that an earlier step would give.
        for chip in step_chips(step) {
            if chip.starts_with("steps.") {
                put(&mut context, &chip, json!(format!("{{{{{chip}}}}}")));
            }
        }
        let mut firing = Machine::new(app.now());
        firing.step = i;
        firing.approved = true;
        let mut shown = action(&step.id, None);
        shown.title = step_title(step);
        let facts = Facts {
            context: &context,
            came_since: &|_| false,
        };
        if let What::Find(find) = &step.what {
            let wanted = foxbridge_rules::fill(&json!(find.equals), &context);
            if let Ok(Some(Value::String(equals))) = wanted {
                let mut filled = step.clone();
                filled.what = What::Find(foxbridge_rules::Find {
                    equals,
                    ..find.clone()
                });
                shown.title = step_title(&filled);
            }
        }
        match &step.what {
            What::Wait { .. } => {}
            _ => match firing.next(rule, &facts, app.now()) {
                Next::Call(call) => {
                    let known = find_operation(&call.operation);
                    shown.effect = known.map(|o| convert::effect_name(o.effect));
                    shown.operation = Some(call.operation);
                    shown.params = call.params;
                    shown.body = call.body;
                    if super::carry::asks(&step.what) {
                        shown.note = Some("It asks you first.".to_owned());
                    }
                }
                _ => shown.note = firing.log.last().and_then(|entry| entry.note.clone()),
            },
        }
        // A step that is left out goes on to the next by itself: that one is shown in its own turn.
        if shown.operation.is_some() && firing.step != i {
            shown = action(&step.id, None);
            shown.title = step_title(step);
            shown.note = Some("It is not called for.".to_owned());
        }
        actions.push(shown);
    }
    Ok(actions)
}

fn step_chips(step: &Step) -> Vec<String> {
    let value = serde_json::to_value(step).unwrap_or_default();
    foxbridge_rules::chips(&value)
}

fn put(into: &mut Value, path: &str, value: Value) {
    let mut at = into;
    for part in path.split('.') {
        if !at.is_object() {
            *at = json!({});
        }
        at = &mut at[part];
    }
    if at.is_null() {
        *at = value;
    }
}
