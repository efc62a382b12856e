//! Rules: list, write, try, switch, answer.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::time::Duration;

use foxbridge_contract::{
    AnswerFiring, AppError, Firing, FiringAnswer, FiringsQuery, Nothing, Recipe, RuleDetail,
    RuleField, RuleId, RuleRow, RuleState, RuleTrials, SaveRule, SwitchRule, TestRule,
};
use foxbridge_store::{FiringRow, RuleRow as Stored, SyncRow};
use serde_json::{Map, Value, json};

use super::syncs;
use crate::ids::new_id;
use crate::{App, convert, error, events, rules};

/// Whoever switches a rule on waits no longer than this for a service that does not answer.
const PATIENCE: Duration = Duration::from_secs(20);

fn find(app: &App, id: &str) -> Result<Stored, AppError> {
    let row = app.store().rules().get(id).map_err(error::store)?;
    row.ok_or_else(|| error::not_found("rule", id))
}

fn changed(app: &App) {
    app.worker().wake();
    app.changed(&[
        "rules.list",
        "rules.get",
        "rules.firings",
        "syncs.needs_you",
    ]);
}

pub(super) async fn rules_list(app: &App, _: Nothing) -> Result<Vec<RuleRow>, AppError> {
    let rows = app.store().rules().list().map_err(error::store)?;
    rows.iter().map(|row| rules::rule_shown(app, row)).collect()
}

pub(super) async fn rules_get(app: &App, request: RuleId) -> Result<RuleDetail, AppError> {
    detail(app, &find(app, &request.rule)?)
}

fn detail(app: &App, row: &Stored) -> Result<RuleDetail, AppError> {
    Ok(RuleDetail {
        row: rules::rule_shown(app, row)?,
        definition: serde_json::from_value(row.definition.clone()).map_err(error::internal)?,
    })
}

pub(super) async fn rules_save(app: &App, request: SaveRule) -> Result<RuleDetail, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let name = request.name.trim();
    if name.is_empty() {
        return Err(rules::bad("The rule has no name."));
    }
    let rule = rules::rule_from(&request.definition)?;
    let definition = serde_json::to_value(&rule).map_err(error::internal)?;
    let known = match &request.rule {
        Some(id) => Some(find(app, id)?),
        None => None,
    };
    let same = known
        .as_ref()
        .is_some_and(|known| known.definition == definition && known.sync == sync.id);
    let row = Stored {
        id: match &known {
            Some(known) => known.id.clone(),
            None => new_id(app, "rule")?,
        },
        name: name.to_owned(),
        sync: sync.id,
        // What a rule does now, nobody has seen yet.
        state: match &known {
            Some(known) if same => known.state.clone(),
            _ => "test".to_owned(),
        },
        why: None,
        definition,
        created_at: known.map_or_else(|| app.now(), |known| known.created_at),
    };
    app.store().rules().put(&row).map_err(error::store)?;
    changed(app);
    detail(app, &row)
}

pub(super) async fn rules_switch(app: &App, request: SwitchRule) -> Result<RuleRow, AppError> {
    let row = find(app, &request.rule)?;
    if request.state == RuleState::Stopped {
        return Err(rules::bad(
            "A rule is stopped by itself only; switch it off.",
        ));
    }
    let sync = syncs::find(app, &row.sync)?;
    if request.state == RuleState::On {
        let definition = serde_json::from_value(row.definition.clone()).map_err(error::internal)?;
        let problems = rules::trials(app, &sync, &definition)?.problems;
        if let Some(first) = problems.first() {
            return Err(rules::bad(format!(
                "\"{}\" cannot be switched on: {} {}.",
                row.name, first.at, first.what
            )));
        }
    }
    let state = convert::word(&request.state);
    app.store()
        .rules()
        .switch(&row.id, &state, None)
        .map_err(error::store)?;
    if request.state == RuleState::On {
        begin(app, &sync).await;
    }
    changed(app);
    rules::rule_shown(app, &find(app, &row.id)?)
}

/// What a service does not tell now, the next run reads.
async fn begin(app: &App, sync: &SyncRow) {
    let clock = app.host().clock();
    let read = async {
        let read = events::begin(app, sync).await;
        read.unwrap_or_else(|e| {
            tracing::warn!(
                sync = sync.id,
                "what a rule waits for could not be read: {e}"
            );
        });
    };
    tokio::select! {
        () = read => {}
        () = clock.sleep(PATIENCE) => {
            tracing::warn!(sync = sync.id, "what a rule waits for is read by the next run");
        }
    }
}

pub(super) async fn rules_remove(app: &App, request: RuleId) -> Result<Nothing, AppError> {
    let row = find(app, &request.rule)?;
    app.store().rules().delete(&row.id).map_err(error::store)?;
    changed(app);
    Ok(Nothing {})
}

pub(super) async fn rules_test(app: &App, request: TestRule) -> Result<RuleTrials, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    rules::trials(app, &sync, &request.definition)
}

pub(super) async fn rules_recipes(_: &App, _: Nothing) -> Result<Vec<Recipe>, AppError> {
    Ok(rules::recipes().to_vec())
}

/// What can be picked: the trigger's fields as the catalog has them, and the person's, with the values
/// of the newest event.
pub(super) async fn rules_fields(app: &App, request: TestRule) -> Result<Vec<RuleField>, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let trigger = &request.definition.trigger;
    let events = app.store().events();
    let newest = events
        .newest(trigger, Some(&sync.id), 1)
        .map_err(error::store)?;
    let facts = match newest.first() {
        Some(event) => rules::facts(app, &sync, event, &Map::new())?.1,
        None => Value::Null,
    };
    let mut fields = Vec::new();
    if let Some(known) = foxbridge_catalog::find_trigger(trigger) {
        from_schema(&known.payload, &known.payload, "event", &facts, &mut fields);
    }
    for path in [
        "person.name",
        "person.first_name",
        "person.last_name",
        "person.email",
        "person.phone",
        "person.linkedin_url",
        "person.company",
        "contact.id",
        "contact.tags",
        "lead.id",
        "lead.urn",
        "lead.labels",
        "lead.campaigns",
    ] {
        fields.push(field(path, "string", &facts));
    }
    for half in ["contact", "lead"] {
        let known = facts[half]["fields"].as_object();
        for name in known.into_iter().flat_map(Map::keys) {
            fields.push(field(&format!("{half}.fields.{name}"), "string", &facts));
        }
    }
    Ok(fields)
}

fn field(path: &str, kind: &str, facts: &Value) -> RuleField {
    let sample = foxbridge_rules::lookup(facts, path)
        .cloned()
        .unwrap_or_default();
    RuleField {
        path: path.to_owned(),
        label: path.replace(['.', '_'], " "),
        kind: match &sample {
            Value::Array(_) => "array".to_owned(),
            Value::Bool(_) => "boolean".to_owned(),
            Value::Number(_) => "number".to_owned(),
            _ => kind.to_owned(),
        },
        sample,
    }
}

/// Fields of a JSON Schema, two levels deep.
fn from_schema(root: &Value, schema: &Value, at: &str, facts: &Value, into: &mut Vec<RuleField>) {
    let schema = match schema["$ref"].as_str().and_then(|p| p.strip_prefix('#')) {
        Some(pointer) => root.pointer(pointer).unwrap_or(schema),
        None => schema,
    };
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{at}.{name}");
        let target = match inner["$ref"].as_str().and_then(|p| p.strip_prefix('#')) {
            Some(pointer) => root.pointer(pointer).unwrap_or(inner),
            None => inner,
        };
        if target["properties"].is_object() && path.matches('.').count() < 3 {
            from_schema(root, target, &path, facts, into);
            continue;
        }
        let kind = match &target["type"] {
            Value::String(kind) => kind.clone(),
            Value::Array(kinds) => kinds
                .iter()
                .filter_map(Value::as_str)
                .find(|kind| *kind != "null")
                .unwrap_or("string")
                .to_owned(),
            _ => "string".to_owned(),
        };
        into.push(field(&path, &kind, facts));
    }
}

pub(super) async fn rules_firings(app: &App, query: FiringsQuery) -> Result<Vec<Firing>, AppError> {
    let rows = app
        .store()
        .rules()
        .firings(query.rule.as_deref(), query.limit.clamp(1, 500))
        .map_err(error::store)?;
    rows.iter()
        .map(|row| rules::firing_shown(app, row))
        .collect()
}

pub(super) async fn rules_answer(app: &App, request: AnswerFiring) -> Result<Firing, AppError> {
    let id = i64::from(request.firing);
    let missing = || error::not_found("firing", &request.firing.to_string());
    let read = || -> Result<FiringRow, AppError> {
        let row = app.store().rules().firing(id).map_err(error::store)?;
        row.ok_or_else(missing)
    };
    let mut row = read()?;
    if request.answer == FiringAnswer::Undo {
        let undone = rules::undo(app, &mut row).await;
        if undone.is_err() {
            // Some of it may be taken back all the same.
            changed(app);
        }
        undone?;
    } else {
        let mut kept = rules::kept(&row)?;
        let now = app.now();
        let before = kept.firing.clone();
        match request.answer {
            FiringAnswer::Approve => kept.firing.approve(now),
            FiringAnswer::Skip => {
                let rule = kept.rule.clone();
                kept.firing.skip(&rule, now);
            }
            FiringAnswer::GiveUp | FiringAnswer::Undo => kept.firing.give_up(now),
        }
        if kept.firing == before {
            return Err(rules::bad(format!(
                "The firing {} waits for no answer.",
                json!(row.id)
            )));
        }
        rules::note(app, &mut row, &kept)?;
    }
    changed(app);
    rules::firing_shown(app, &read()?)
}
