//! Takes back what a firing did, where there is a way back.

use std::collections::BTreeMap;
use std::sync::Arc;

use foxbridge_catalog::{Effect, ids};
use foxbridge_contract::{AppError, ErrorCode, Undoing};
use foxbridge_model::Service;
use foxbridge_rules::{Call, Entry, State};
use foxbridge_store::{FiringRow, SyncRow};
use serde_json::{Value, json};

use super::carry::echoes;
use super::line::{Line, connection, id_of, param};
use super::{Kept, Whom, kept, note, refresh};
use crate::permissions::{Caller, Switches};
use crate::{App, error};

/// Whether what an entry did can be taken back.
enum Way {
    /// It changed nothing, or that was taken back already.
    Nothing,
    /// By this call.
    Back(Call),
    /// It stays, because of this.
    Stays(&'static str),
}

/// The way back from what an entry did.
fn way(entry: &Entry) -> Way {
    let operation = entry.operation.as_deref().and_then(foxbridge_catalog::find);
    let Some(operation) = operation.filter(|o| entry.done && o.effect != Effect::Read) else {
        return Way::Nothing;
    };
    let back = |operation: &str, params, body| {
        Way::Back(Call {
            step: entry.step.clone(),
            operation: operation.to_owned(),
            params,
            body,
        })
    };
    let same = |operation| back(operation, entry.params.clone(), entry.body.clone());
    let made = |operation, keep: &str, name: &str, at: &str| {
        let Some(id) = entry.answer.pointer(at).and_then(id_of) else {
            return Way::Stays("The service did not say which record it made.");
        };
        let mut params = BTreeMap::from([(name.to_owned(), json!(id))]);
        if let Some(value) = entry.params.get(keep) {
            params.insert(keep.to_owned(), value.clone());
        }
        back(operation, params, Value::Null)
    };
    // The answer tells which tags it was that changed; the others were so before.
    let tags = |operation, changed: &str| {
        let tags = match &entry.answer[changed] {
            Value::Array(changed) if changed.is_empty() => return Way::Nothing,
            tags @ Value::Array(_) => tags,
            _ => &entry.body["tags"],
        };
        back(operation, entry.params.clone(), json!({ "tags": tags }))
    };
    match operation.id.as_str() {
        ids::HIGHLEVEL_CONTACTS_TAGS_ADD => tags(ids::HIGHLEVEL_CONTACTS_TAGS_REMOVE, "tagsAdded"),
        ids::HIGHLEVEL_CONTACTS_TAGS_REMOVE => {
            tags(ids::HIGHLEVEL_CONTACTS_TAGS_ADD, "tagsRemoved")
        }
        ids::AIMFOX_LEADS_LABELS_ADD => same(ids::AIMFOX_LEADS_LABELS_REMOVE),
        ids::AIMFOX_LEADS_LABELS_REMOVE => same(ids::AIMFOX_LEADS_LABELS_ADD),
        ids::AIMFOX_LEADS_NOTES_CREATE => made(
            ids::AIMFOX_LEADS_NOTES_DELETE,
            "lead_id",
            "note_id",
            "/note/id",
        ),
        "highlevel.contacts.tasks.create" => made(
            ids::HIGHLEVEL_CONTACTS_TASKS_DELETE,
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
        ids::HIGHLEVEL_CONTACTS_CREATE | "highlevel.contacts.upsert" => Way::Stays(
            "A contact is deleted in HighLevel, by hand: other things may hang on it by now.",
        ),
        "aimfox.labels.create" => {
            Way::Stays("A label is deleted in Aimfox, by hand: others may carry it by now.")
        }
        _ => Way::Stays(match operation.effect {
            Effect::Outreach => "It reached a person: that cannot be called back.",
            Effect::Destructive => "What it removed is not kept.",
            _ => "What was there before is not kept.",
        }),
    }
}

/// Whether and how what an entry did can be taken back; `None` where it changed nothing.
pub(super) fn undoing(entry: &Entry) -> Option<Undoing> {
    match way(entry) {
        Way::Nothing => None,
        Way::Back(call) => {
            let known = foxbridge_catalog::find(&call.operation);
            Some(Undoing {
                deletes: known.is_some_and(|o| o.effect == Effect::Destructive),
                never: None,
            })
        }
        Way::Stays(why) => Some(Undoing {
            deletes: false,
            never: Some(why.to_owned()),
        }),
    }
}

/// Whether something of a firing can be taken back.
pub(super) fn can(kept: &Kept) -> bool {
    let ended = matches!(
        kept.firing.state,
        State::Done | State::GivenUp | State::NeedsYou
    );
    let mut log = kept.firing.log.iter();
    ended && log.any(|entry| matches!(way(entry), Way::Back(_)))
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
        let Way::Back(call) = way(&kept.firing.log[i]) else {
            continue;
        };
        take_back(app, &sync, row.depth, call).await?;
        kept.firing.log[i].done = false;
        kept.firing.log[i].note = Some("Taken back.".to_owned());
        note(app, row, &kept)?;
    }
    kept.firing.state = State::Undone;
    note(app, row, &kept)
}

async fn take_back(app: &App, sync: &SyncRow, depth: u32, call: Call) -> Result<(), AppError> {
    let operation = foxbridge_catalog::find(&call.operation)
        .ok_or_else(|| error::not_found("operation", &call.operation))?;
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
    // What we take back ourselves is no news.
    let echoes = echoes(&connection.id, &call, app.now(), depth);
    app.store().events().echo(&echoes).map_err(error::store)?;
    let line = Line::open(app, connection, Arc::new(gate)).await?;
    let params = call
        .params
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), param(value)?)))
        .collect();
    let body = (!call.body.is_null()).then_some(call.body);
    match line.call(operation, params, body).await {
        // Gone already: that is what was asked for.
        Err(e) if !e.is_not_found() => return Err(error::call(&e)),
        _ => {}
    }
    let label = [
        ids::AIMFOX_LEADS_LABELS_ADD,
        ids::AIMFOX_LEADS_LABELS_REMOVE,
    ];
    if let Some(lead) = call.params.get("lead_id").and_then(id_of)
        && label.contains(&operation.id.as_str())
    {
        let whom = Whom {
            contact: None,
            lead: Some(lead),
        };
        refresh::ours(app, sync, &whom, depth).await?;
    }
    Ok(())
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
            let Way::Back(call) = way(&entry) else {
                panic!("there is a way back from {operation}");
            };
            let back = foxbridge_catalog::find(&call.operation).expect("the catalog has it");
            for param in back.path_params() {
                let name = param.name.as_str();
                assert!(call.params.contains_key(name), "{} lacks {name}", back.id);
            }
        }
    }

    #[test]
    fn tags_that_were_so_before_are_left_alone() {
        for (operation, changed) in [
            (ids::HIGHLEVEL_CONTACTS_TAGS_ADD, "tagsAdded"),
            (ids::HIGHLEVEL_CONTACTS_TAGS_REMOVE, "tagsRemoved"),
        ] {
            let entry = |answer| Entry {
                step: "a".to_owned(),
                at: 0,
                operation: Some(operation.to_owned()),
                params: BTreeMap::from([("contactId".to_owned(), json!("c"))]),
                body: json!({ "tags": ["a", "b"] }),
                answer,
                note: None,
                done: true,
            };
            let Way::Back(call) = way(&entry(json!({ changed: ["b"] }))) else {
                panic!("one of them changed");
            };
            assert_eq!(call.body, json!({ "tags": ["b"] }), "{operation}");
            let none = way(&entry(json!({ changed: [] })));
            assert!(matches!(none, Way::Nothing), "{operation} changed nothing");
            let Way::Back(call) = way(&entry(json!({}))) else {
                panic!("the answer does not say");
            };
            assert_eq!(call.body, json!({ "tags": ["a", "b"] }));
        }
    }

    #[test]
    fn whatever_stays_says_why_and_what_only_reads_says_nothing() {
        let done = |operation: &str| Entry {
            step: "a".to_owned(),
            at: 0,
            operation: Some(operation.to_owned()),
            params: BTreeMap::new(),
            body: Value::Null,
            answer: json!({}),
            note: None,
            done: true,
        };
        for operation in foxbridge_catalog::all() {
            let undoing = undoing(&done(&operation.id));
            let reads = operation.effect == Effect::Read;
            assert_eq!(undoing.is_none(), reads, "{}", operation.id);
        }
        let lost = undoing(&done("highlevel.contacts.tasks.create")).expect("it wrote");
        assert!(lost.never.is_some(), "without an id there is no way back");
        let not_done = Entry {
            done: false,
            ..done("highlevel.contacts.update")
        };
        assert_eq!(undoing(&not_done), None, "nothing was done");
    }
}
