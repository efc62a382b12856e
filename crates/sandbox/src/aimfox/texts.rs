//! Templates and webhooks (`facts/aimfox.md` §2.6, 4).

use serde_json::{Value, json};

use super::{ok, refuse};
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::shelf::{members, merge};
use crate::world::{Aimfox, Mint};

/// Answers what is about templates and webhooks; `None` for anything else.
pub(crate) fn run(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    Some(match call.operation.trim_start_matches("aimfox.") {
        "templates.list" => ok(200, json!({"templates": aimfox.shelves.all("templates")})),
        "templates.get" => get_template(aimfox, call),
        "templates.create" => create_template(aimfox, mint, call),
        "templates.update" => update_template(aimfox, call),
        "templates.delete" => delete(aimfox, "templates", "Template", call),
        "webhooks.list" => webhooks(aimfox, call),
        "webhooks.create" => create_webhook(aimfox, mint, call),
        "webhooks.update" => update_webhook(aimfox, call),
        "webhooks.delete" => delete(aimfox, "webhooks", "Webhook", call),
        _ => return None,
    })
}

fn missing(what: &str) -> Answer {
    refuse(404, &format!("{what} not found"), None)
}

fn delete(aimfox: &mut Aimfox, shelf: &str, what: &str, call: &Call) -> Outcome {
    let gone = aimfox.shelves.remove(shelf, call.id(0));
    gone.ok_or_else(|| missing(what))?;
    ok(200, json!({}))
}

fn get_template(aimfox: &Aimfox, call: &Call) -> Outcome {
    let found = aimfox.shelves.find("templates", call.id(0));
    let template = found.ok_or_else(|| missing("Template"))?;
    ok(200, json!({"template": template}))
}

fn create_template(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let mut record = json!({
        "id": mint.uuid(), "subject": null, "ai": false, "created_at": call.now,
        "edited_at": null, "original_id": null, "edited": false, "is_deleted": false,
        "is_global": false, "agency_id": "aimfox", "ai_prompt_id": null,
        "stats": {"sent": 0, "replies": 0, "accepted": 0},
    });
    merge(&mut record, &members(&call.body));
    aimfox.shelves.put("templates", record.clone());
    ok(201, json!({"template": written(record)}))
}

/// Writes answer with ISO times, reads with milliseconds (`facts/aimfox.md` §2).
fn written(mut record: Value) -> Value {
    record["created_at"] = json!(iso(record["created_at"].as_i64().unwrap_or(0)));
    record
}

fn update_template(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let found = aimfox.shelves.find_mut("templates", call.id(0));
    let record = found.ok_or_else(|| missing("Template"))?;
    let mut changes = members(&call.body);
    changes.retain(|name, _| ["name", "message", "subject", "ai"].contains(&name.as_str()));
    merge(record, &changes);
    record["edited"] = json!(true);
    record["edited_at"] = json!(call.now);
    let record = record.clone();
    ok(200, json!({"template": written(record)}))
}

/// `GET /webhooks`: those of integrations only with `integration=true`.
fn webhooks(aimfox: &Aimfox, call: &Call) -> Outcome {
    let hidden = call.query("integration") != Some("true");
    let shelf = aimfox.shelves.all("webhooks").iter();
    let rows: Vec<&Value> = shelf
        .filter(|webhook| !(hidden && webhook["integration"] == true))
        .collect();
    ok(200, json!({"webhooks": rows}))
}

/// `POST /webhooks`: doing it twice makes two.
fn create_webhook(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let at = iso(call.now);
    let mut record = json!({
        "id": mint.uuid(), "workspace_id": aimfox.workspace_id, "account_id": null,
        "headers": null, "deleted": false, "created_at": at, "updated_at": at,
        "integration": false,
    });
    merge(&mut record, &members(&call.body));
    aimfox.shelves.put("webhooks", record.clone());
    ok(201, json!({"webhook": record}))
}

fn update_webhook(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let found = aimfox.shelves.find_mut("webhooks", call.id(0));
    let record = found.ok_or_else(|| missing("Webhook"))?;
    let mut changes = members(&call.body);
    changes.retain(|name, _| ["name", "events", "url", "headers"].contains(&name.as_str()));
    merge(record, &changes);
    record["updated_at"] = json!(iso(call.now));
    ok(200, json!({}))
}
