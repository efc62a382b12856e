//! Which run was the first to see a change that is not settled yet: for fields where the newest
//! change counts. Runs are ordered by their own start on this computer, and by nothing else.

use std::collections::BTreeMap;

use foxbridge_contract::AppError;
use foxbridge_engine::{ChangedValue, Plan, Seen, SeenChange};

use super::steps::Context;
use crate::error;

type Key = (String, String);

fn key(sync: &str) -> String {
    format!("sync.{sync}.seen")
}

/// What earlier runs saw.
pub(super) fn load(context: &Context) -> Result<BTreeMap<Key, Seen>, AppError> {
    let kept = context.app.store().settings().get(&key(&context.sync.id));
    match kept.map_err(error::store)? {
        Some(kept) => {
            let rows: Vec<(Key, Seen)> = serde_json::from_value(kept).map_err(error::internal)?;
            Ok(rows.into_iter().collect())
        }
        None => Ok(BTreeMap::new()),
    }
}

/// Keeps what this run saw: what an earlier run saw already stays that run's.
pub(super) fn keep(
    context: &Context,
    plan: &Plan,
    before: &BTreeMap<Key, Seen>,
    run: i64,
) -> Result<(), AppError> {
    if plan.pending.is_empty() && before.is_empty() {
        return Ok(());
    }
    let first = |change: &ChangedValue, known: Option<&SeenChange>| {
        let value = change.as_ref()?;
        let same = known.filter(|known| known.value == *value).cloned();
        Some(same.unwrap_or_else(|| SeenChange {
            value: value.clone(),
            run,
        }))
    };
    let rows: Vec<(&Key, Seen)> = plan
        .pending
        .iter()
        .map(|(key, (highlevel, aimfox))| {
            let known = before.get(key);
            let seen = Seen {
                highlevel: first(highlevel, known.and_then(|k| k.highlevel.as_ref())),
                aimfox: first(aimfox, known.and_then(|k| k.aimfox.as_ref())),
            };
            (key, seen)
        })
        .collect();
    let rows = serde_json::to_value(rows).map_err(error::internal)?;
    let settings = context.app.store().settings();
    settings
        .set(&key(&context.sync.id), &rows)
        .map_err(error::store)
}
