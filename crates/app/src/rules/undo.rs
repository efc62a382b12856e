//! Takes back what a firing did, where there is a way back.

use std::collections::BTreeMap;
use std::sync::Arc;

use foxbridge_catalog::ids;
use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_model::Service;
use foxbridge_rules::{Entry, State};
use foxbridge_store::{FiringRow, SyncRow};
use serde_json::{Value, json};

use super::line::{Line, connection, id_of, param};
use super::{Kept, kept, note};
use crate::events::WatchedKind;
use crate::permissions::{Caller, Switches};
use crate::{App, error};

/// The call that takes an entry back: operation, parameters, body.
fn inverse(entry: &Entry) -> Option<(&'static str, BTreeMap<String, Value>, Value)> {
    if !entry.done {
        return None;
    }
    let same = |operation| Some((operation, entry.params.clone(), entry.body.clone()));
    let made = |operation, keep: &str, name: &str, at: &str| {
        let id = id_of(entry.answer.pointer(at)?)?;
        let mut params = BTreeMap::from([(name.to_owned(), json!(id))]);
        if let Some(value) = entry.params.get(keep) {
            params.insert(keep.to_owned(), value.clone());
        }
        Some((operation, params, Value::Null))
    };
    match entry.operation.as_deref()? {
        ids::HIGHLEVEL_CONTACTS_TAGS_ADD => {
            // What was there before stays.
            let added = entry
                .answer
                .get("tagsAdded")
                .filter(|added| added.is_array());
            let tags = added.unwrap_or(&entry.body["tags"]).clone();
            let params = entry.params.clone();
            Some((
                ids::HIGHLEVEL_CONTACTS_TAGS_REMOVE,
                params,
                json!({ "tags": tags }),
            ))
        }
        ids::HIGHLEVEL_CONTACTS_TAGS_REMOVE => same(ids::HIGHLEVEL_CONTACTS_TAGS_ADD),
        ids::AIMFOX_LEADS_LABELS_ADD => same(ids::AIMFOX_LEADS_LABELS_REMOVE),
        ids::AIMFOX_LEADS_LABELS_REMOVE => same(ids::AIMFOX_LEADS_LABELS_ADD),
        ids::AIMFOX_LEADS_NOTES_CREATE => made(
            ids::AIMFOX_LEADS_NOTES_DELETE,
            "lead_id",
            "note_id",
            "/note/id",
        ),
        "highlevel.contacts.tasks.create" => made(
            "highlevel.contacts.tasks.delete",
            "contactId",
            "taskId",
            "/task/id",
        ),
        ids::HIGHLEVEL_CONTACTS_NOTES_CREATE => made(
            ids::HIGHLEVEL_CONTACTS_NOTES_DELETE,
            "contactId",
            "id",
            "/note/id",
        ),
        "highlevel.opportunities.create" => made(
            "highlevel.opportunities.delete",
            "",
            "id",
            "/opportunity/id",
        ),
        "aimfox.blacklist.people.add" => same("aimfox.blacklist.people.remove"),
        _ => None,
    }
}

/// Whether something of a firing can be taken back.
pub(super) fn can(kept: &Kept) -> bool {
    let ended = matches!(
        kept.firing.state,
        State::Done | State::GivenUp | State::NeedsYou
    );
    ended && kept.firing.log.iter().any(|entry| inverse(entry).is_some())
}

/// Takes back what a firing did, the last thing first. A person asked for it; the switches hold.
pub(crate) async fn undo(app: &App, row: &mut FiringRow) -> Result<(), AppError> {
    let mut kept = kept(row)?;
    if !can(&kept) {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            "Nothing of this firing can be taken back.",
        ));
    }
    let sync = app.store().syncs().get(&row.sync).map_err(error::store)?;
    let sync = sync.ok_or_else(|| error::not_found("sync", &row.sync))?;
    for i in (0..kept.firing.log.len()).rev() {
        let Some((operation, params, body)) = inverse(&kept.firing.log[i]) else {
            continue;
        };
        take_back(app, &sync, operation, &params, &body).await?;
        forget(app, &sync, operation, &params)?;
        kept.firing.log[i].done = false;
        kept.firing.log[i].note = Some("Taken back.".to_owned());
        note(app, row, &kept)?;
    }
    kept.firing.state = State::Undone;
    note(app, row, &kept)
}

/// What we removed ourselves is no news.
fn forget(
    app: &App,
    sync: &SyncRow,
    operation: &str,
    params: &BTreeMap<String, Value>,
) -> Result<(), AppError> {
    let Some(task) = params.get("taskId").and_then(id_of) else {
        return Ok(());
    };
    debug_assert_eq!(operation, "highlevel.contacts.tasks.delete");
    let watched = WatchedKind::Task.object();
    app.store()
        .mirror()
        .remove(&sync.highlevel, watched, &task)
        .map_err(error::store)
}

async fn take_back(
    app: &App,
    sync: &SyncRow,
    operation: &str,
    params: &BTreeMap<String, Value>,
    body: &Value,
) -> Result<(), AppError> {
    let operation = foxbridge_catalog::find(operation)
        .ok_or_else(|| error::not_found("operation", operation))?;
    let id = match operation.service {
        Service::HighLevel => &sync.highlevel,
        Service::Aimfox => &sync.aimfox,
    };
    let connection = connection(app, id)?;
    let gate = Switches {
        store: app.store().clone(),
        connection: connection.clone(),
        needed: std::iter::once(operation.id.as_str()).collect(),
        caller: Caller::Hand { confirmed: true },
    };
    let line = Line::open(app, connection, Arc::new(gate)).await?;
    let params = params
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), param(value)?)))
        .collect();
    let body = (!body.is_null()).then(|| body.clone());
    match line.call(operation, params, body).await {
        Ok(_) => Ok(()),
        // Gone already: that is what was asked for.
        Err(e) if e.is_not_found() => Ok(()),
        Err(e) => Err(error::call(&e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_back_is_an_operation_with_these_parameters() {
        for (operation, answer) in [
            (ids::HIGHLEVEL_CONTACTS_TAGS_ADD, json!({})),
            (ids::AIMFOX_LEADS_LABELS_ADD, json!({})),
            (
                ids::AIMFOX_LEADS_NOTES_CREATE,
                json!({ "note": { "id": "n" } }),
            ),
            (
                "highlevel.contacts.tasks.create",
                json!({ "task": { "id": "t" } }),
            ),
            (
                ids::HIGHLEVEL_CONTACTS_NOTES_CREATE,
                json!({ "note": { "id": "n" } }),
            ),
            (
                "highlevel.opportunities.create",
                json!({ "opportunity": { "id": "o" } }),
            ),
            ("aimfox.blacklist.people.add", json!({})),
        ] {
            let made = foxbridge_catalog::get(operation);
            let params = made.path_params().map(|p| (p.name.clone(), json!("x")));
            let entry = Entry {
                step: "a".to_owned(),
                at: 0,
                operation: Some(operation.to_owned()),
                params: params.collect(),
                body: json!({ "tags": ["a"] }),
                answer,
                note: None,
                done: true,
            };
            let (back, params, _) = inverse(&entry).expect("there is a way back");
            let back = foxbridge_catalog::get(back);
            let wanted: Vec<&str> = back.path_params().map(|p| p.name.as_str()).collect();
            for name in wanted {
                assert!(params.contains_key(name), "{} lacks {name}", back.id);
            }
        }
    }
}
