//! Guards of a run: what they know, what they stop, and what the user approved.

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use foxbridge_contract::{AppError, ErrorCode, NeedsYou, RecordRef, ResolutionName};
use foxbridge_engine::{
    Answer, Answers, Circumstances, Plan, Reshaped, Settings, Snapshot, Stop, answers, check_plan,
};
use foxbridge_store::NeedsYouRow;

use super::steps::{Context, stopped};
use crate::{App, convert, error};

const HOUR_MS: i64 = 60 * 60 * 1000;

/// A mark of a plan: two plans with the same mark make the same changes. A version of the program
/// that writes actions another way gives another mark, and the plan is then looked at once more.
pub(super) fn mark(plan: &Plan) -> Result<String, AppError> {
    let mut digest = digest::Context::new(&digest::SHA256);
    for change in &plan.changes {
        digest.update(&serde_json::to_vec(&change.action).map_err(error::internal)?);
        digest.update(b"\n");
    }
    let digest = digest.finish();
    Ok(digest.as_ref()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// What the user decided about single people of a sync.
pub(crate) fn kept_answers(app: &App, sync: &str) -> Result<Answers, AppError> {
    app.store()
        .answers()
        .all(sync)
        .map_err(error::store)?
        .into_iter()
        .map(|(key, row)| {
            let answer = serde_json::from_value(row.content).map_err(error::internal)?;
            Ok((key, answer))
        })
        .collect()
}

fn shape_key(sync: &str) -> String {
    format!("sync.{sync}.last_settings")
}

/// What of the sync's shape differs from how its last whole run left it.
pub(super) fn reshaped(context: &Context) -> Result<Reshaped, AppError> {
    let last = context
        .app
        .store()
        .settings()
        .get(&shape_key(&context.sync.id))
        .map_err(error::store)?;
    let Some(last) = last else {
        return Ok(Reshaped::default());
    };
    let last: Settings = serde_json::from_value(last).map_err(error::internal)?;
    Ok(context.settings.reshaped_since(&last))
}

/// A whole run is over: its shape is the rest from now on, and what was approved for it, and the
/// conflicts that it settled, are history.
pub(super) fn finished(context: &Context) -> Result<(), AppError> {
    let (store, sync) = (context.app.store(), &context.sync.id);
    store
        .settings()
        .set(&shape_key(sync), &context.sync.config)
        .map_err(error::store)?;
    let over = |answer: &Answer| matches!(answer, Answer::Approve { .. } | Answer::Value { .. });
    for (key, _) in context.answers.iter().filter(|(_, answer)| over(answer)) {
        store.answers().remove(sync, key).map_err(error::store)?;
    }
    Ok(())
}

/// Holds a plan against the guards; gives the stop that nobody approved.
pub(super) fn check(
    context: &Context,
    plan: &Plan,
    snapshot: &Snapshot,
    mark: &str,
) -> Result<Option<Stop>, AppError> {
    if context.approve {
        return Ok(None);
    }
    let journal = context.app.store().journal();
    let since = |ms| {
        let writes = journal.writes_since(&context.sync.id, context.app.now() - ms);
        writes.map_err(error::store)
    };
    let now = Circumstances {
        linked_before: snapshot.links.len(),
        first_run: snapshot.first_run,
        reshaped: snapshot.reshaped.clone(),
        new_rows: new_rows(context, snapshot),
        edits_last_hour: since(HOUR_MS)?
            .into_iter()
            .filter_map(|(lead, n)| Some((lead?, n)))
            .collect(),
        writes_last_day: since(24 * HOUR_MS)?.iter().map(|(_, n)| *n as usize).sum(),
    };
    let stop = check_plan(plan, &now, &context.guards).err();
    Ok(stop.filter(|stop| !approved(context, stop, Some(mark))))
}

/// Rows of the mapping that nobody was ever settled with.
fn new_rows(context: &Context, snapshot: &Snapshot) -> BTreeSet<String> {
    let rows = context.settings.mapping.iter();
    let new = rows.filter(|row| {
        let mut bases = snapshot.bases.values();
        !bases.any(|base| base.rows.contains_key(&row.id))
    });
    new.map(|row| row.label.to_string()).collect()
}

/// Whether the user approved what a guard stops.
pub(super) fn approved(context: &Context, stop: &Stop, mark: Option<&str>) -> bool {
    match context.answers.get(&answers::guard(&stop.guard)) {
        Some(Answer::Approve { plan }) => plan.as_deref() == mark,
        _ => false,
    }
}

/// The question that a guard asks.
pub(super) fn question(context: &Context, stop: &Stop) -> NeedsYou {
    NeedsYou {
        id: answers::guard(&stop.guard),
        kind: "guard".to_owned(),
        record: RecordRef {
            name: context.sync.name.clone(),
            contact_id: None,
            lead_id: None,
        },
        what: "A guard stops this sync before its first write.".to_owned(),
        why: format!("{} Nothing was changed.", stop.message),
        next: "Approve it, and the next run makes exactly this; or put right what is wrong."
            .to_owned(),
        choices: Vec::new(),
        since: convert::time(context.app.now()),
        options: Some(vec![ResolutionName::Approve]),
        answer: None,
    }
}

/// Keeps the question, beside what waits already, and gives the error that ends the run.
pub(super) fn stop(
    context: &Context,
    stop: Stop,
    mark: Option<&str>,
) -> Result<AppError, AppError> {
    let item = question(context, &stop);
    let waiting = context.app.store().needs_you();
    let mut rows = waiting.list(&context.sync.id).map_err(error::store)?;
    rows.retain(|row| row.key != item.id);
    let mut content = serde_json::to_value(&item).map_err(error::internal)?;
    content["plan"] = mark.into();
    rows.push(NeedsYouRow {
        sync: context.sync.id.clone(),
        key: item.id,
        kind: item.kind,
        content,
        since: context.app.now(),
    });
    waiting
        .replace_all(&context.sync.id, &rows)
        .map_err(error::store)?;
    Ok(stopped(stop))
}

/// The plan is not the one that was approved.
pub(super) fn another_plan(rehearsal: &str) -> AppError {
    AppError::new(
        ErrorCode::GuardStopped,
        format!(
            "The plan is another one by now than the one that {rehearsal} showed: somebody edited \
             something since. Nothing was changed."
        ),
    )
    .hint("Rehearse again, look at the plan, and approve that one.")
}
