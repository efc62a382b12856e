//! Opportunities (`facts/highlevel.md` §4.5), and which campaigns and workflows a contact is in
//! (§4.6; the latter can be written and not read).

use serde_json::{Value, json};

use super::{refuse, succeeded};
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::shelf::{members, merge, text};
use crate::world::{HighLevel, Mint};

const SHELF: &str = "opportunities";

/// Answers what is about opportunities and enrolment; `None` for anything else.
pub(crate) fn run(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    Some(match call.operation.trim_start_matches("highlevel.") {
        "opportunities.list" => Ok(list(highlevel, call)),
        "opportunities.search" => Ok(search(highlevel, call)),
        "opportunities.get" => get(highlevel, call),
        "opportunities.create" => create(highlevel, mint, call),
        "opportunities.update" => update(highlevel, call),
        "opportunities.set_status" => {
            update(highlevel, call).map(|_| Answer::ok(json!({"success": true, "succeded": true})))
        }
        "opportunities.upsert" => upsert(highlevel, mint, call),
        "opportunities.delete" => delete(highlevel, call),
        "opportunities.followers.add" => followers(highlevel, call, true),
        "opportunities.followers.remove" => followers(highlevel, call, false),
        "contacts.campaigns.add" => enrol(highlevel, mint, call, "campaigns"),
        "contacts.workflows.add" => enrol(highlevel, mint, call, "workflows"),
        "contacts.campaigns.remove" => leave(highlevel, call, "campaigns"),
        "contacts.workflows.remove" => leave(highlevel, call, "workflows"),
        "contacts.campaigns.remove_all" => {
            let contact = call.id(0).to_owned();
            highlevel.shelves.retain("enrolments", |one| {
                one["contactId"] != contact || one["kind"] != "campaigns"
            });
            Ok(Answer::ok(succeeded()))
        }
        _ => return None,
    })
}

/// A row with its contact.
fn shape(highlevel: &HighLevel, record: &Value) -> Value {
    let mut value = record.clone();
    if let Some(contact) = highlevel.contacts.get(text(record, "contactId")) {
        value["contact"] = crate::call::without_nulls(json!({
            "id": contact.id,
            "name": contact.full_name(),
            "companyName": contact.company_name,
            "email": contact.email,
            "phone": contact.phone,
            "tags": contact.tags,
        }));
    }
    value
}

fn rows<'a>(highlevel: &'a HighLevel, query: Option<&str>) -> Vec<&'a Value> {
    let query = query.map(str::to_lowercase);
    let fits = |record: &&Value| {
        let name = || text(record, "name").to_lowercase();
        query.as_ref().is_none_or(|query| name().contains(query))
    };
    let mut rows: Vec<&Value> = highlevel.shelves.all(SHELF).iter().filter(fits).collect();
    rows.reverse();
    rows
}

/// `GET /opportunities/search`: the query in snake case, in v3 in camel case.
fn list(highlevel: &HighLevel, call: &Call) -> Answer {
    let filters = [
        ("pipeline_id", "pipelineId"),
        ("pipeline_stage_id", "pipelineStageId"),
        ("contact_id", "contactId"),
        ("assigned_to", "assignedTo"),
        ("status", "status"),
        ("id", "id"),
    ];
    let mut all = rows(highlevel, call.query("q"));
    all.retain(|record| {
        filters.iter().all(|(old, new)| {
            let wanted = call.query(old).or_else(|| call.query(new));
            wanted.is_none_or(|wanted| {
                (*old == "status" && wanted == "all") || text(record, new) == wanted
            })
        })
    });
    let total = all.len();
    let limit = call.query_number("limit", 20).unwrap_or(20).clamp(1, 100);
    let page = call.query_number("page", 1).unwrap_or(1).max(1);
    let seen = match call.query("startAfterId") {
        Some(last) => all
            .iter()
            .position(|record| record["id"] == last)
            .map_or(0, |at| at + 1),
        None => (page - 1) * limit,
    };
    let shown: Vec<&Value> = all.into_iter().skip(seen).take(limit).collect();
    let last = shown.last().map(|record| text(record, "id").to_owned());
    let more = seen + shown.len() < total;
    let found: Vec<Value> = shown
        .into_iter()
        .map(|record| shape(highlevel, record))
        .collect();
    Answer::ok(json!({
        "opportunities": found,
        "meta": crate::call::without_nulls(json!({
            "total": total,
            "startAfterId": last,
            "currentPage": page,
            "nextPage": more.then_some(page + 1),
            "prevPage": (page > 1).then(|| page - 1),
        })),
        "aggregations": {},
    }))
}

/// `POST /opportunities/search`: 201 live, with a cursor in each row.
fn search(highlevel: &HighLevel, call: &Call) -> Answer {
    let all = rows(
        highlevel,
        call.body["query"]
            .as_str()
            .filter(|query| !query.is_empty()),
    );
    let total = all.len();
    let number = |name: &str, least: u64| call.body[name].as_u64().unwrap_or(least).max(1) as usize;
    let limit = number("limit", 20).min(500);
    let after = call.body["searchAfter"].get(1).and_then(Value::as_str);
    let seen = match after {
        Some(last) => all
            .iter()
            .position(|record| record["id"] == last)
            .map_or(0, |at| at + 1),
        None => (number("page", 1) - 1) * limit,
    };
    let found: Vec<Value> = all
        .into_iter()
        .skip(seen)
        .take(limit)
        .map(|record| {
            let mut row = shape(highlevel, record);
            row["sort"] = json!([record["createdAt"], record["id"]]);
            row
        })
        .collect();
    Answer::new(201, json!({"opportunities": found, "total": total}))
}

fn missing(id: &str) -> Answer {
    refuse(400, format!("Opportunity with id {id} not found"))
}

fn get(highlevel: &HighLevel, call: &Call) -> Outcome {
    let record = highlevel.shelves.find(SHELF, call.id(0));
    let record = record.ok_or_else(|| missing(call.id(0)))?;
    Ok(Answer::ok(json!({"opportunity": shape(highlevel, record)})))
}

/// Pipeline and stage must exist and belong together.
fn placed(highlevel: &HighLevel, record: &Value) -> Result<Value, Answer> {
    let pipeline = highlevel
        .shelves
        .find("pipelines", text(record, "pipelineId"));
    let pipeline = pipeline.ok_or_else(|| refuse(400, "The pipeline id is invalid."))?;
    let stages = pipeline["stages"].as_array().map_or(&[][..], Vec::as_slice);
    match record.get("pipelineStageId").and_then(Value::as_str) {
        None => Ok(stages
            .first()
            .map_or(Value::Null, |stage| stage["id"].clone())),
        Some(id) if stages.iter().any(|stage| stage["id"] == id) => Ok(json!(id)),
        Some(_) => Err(refuse(400, "The pipeline stage id is invalid.")),
    }
}

/// Fields are written as `field_value` and read as `fieldValue`.
fn fields(changes: &mut serde_json::Map<String, Value>) {
    if let Some(Value::Array(fields)) = changes.get_mut("customFields") {
        for field in fields.iter_mut() {
            let value = field
                .get("fieldValue")
                .or_else(|| field.get("field_value"))
                .cloned();
            *field = json!({"id": field["id"], "fieldValue": value});
        }
    }
}

fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let record = add(highlevel, mint, call)?;
    Ok(Answer::new(
        201,
        json!({"opportunity": shape(highlevel, &record)}),
    ))
}

fn add(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Result<Value, Answer> {
    let at = iso(call.now);
    let mut record = json!({
        "id": mint.highlevel(), "locationId": highlevel.location_id, "monetaryValue": 0,
        "status": "open", "customFields": [], "followers": [], "source": "",
        "createdAt": at, "updatedAt": at, "lastStatusChangeAt": at, "lastStageChangeAt": at,
    });
    let mut changes = members(&call.body);
    fields(&mut changes);
    merge(&mut record, &changes);
    record["pipelineStageId"] = placed(highlevel, &record)?;
    highlevel.shelves.put(SHELF, record.clone());
    Ok(record)
}

fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let record = change(highlevel, call, call.id(0))?;
    Ok(Answer::ok(
        json!({"opportunity": shape(highlevel, &record)}),
    ))
}

fn change(highlevel: &mut HighLevel, call: &Call, id: &str) -> Result<Value, Answer> {
    let old = highlevel
        .shelves
        .find(SHELF, id)
        .cloned()
        .ok_or_else(|| missing(id))?;
    let mut new = old.clone();
    let mut changes = members(&call.body);
    changes.remove("id");
    for name in ["isRemoveAllFollowers", "followersActionType"] {
        changes.remove(name);
    }
    fields(&mut changes);
    merge(&mut new, &changes);
    new["pipelineStageId"] = placed(highlevel, &new)?;
    let at = json!(iso(call.now));
    if new["status"] != old["status"] {
        new["lastStatusChangeAt"] = at.clone();
    }
    if new["pipelineStageId"] != old["pipelineStageId"] {
        new["lastStageChangeAt"] = at.clone();
    }
    new["updatedAt"] = at;
    if let Some(record) = highlevel.shelves.find_mut(SHELF, id) {
        *record = new.clone();
    }
    Ok(new)
}

/// `POST /opportunities/upsert`: by id, else something new.
fn upsert(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let id = text(&call.body, "id").to_owned();
    let known = highlevel.shelves.find(SHELF, &id).is_some();
    let record = if known {
        change(highlevel, call, &id)?
    } else {
        add(highlevel, mint, call)?
    };
    Ok(Answer::ok(json!({"opportunity": record, "new": !known})))
}

fn delete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let gone = highlevel.shelves.remove(SHELF, call.id(0));
    gone.ok_or_else(|| missing(call.id(0)))?;
    Ok(Answer::ok(json!({"success": true, "succeded": true})))
}

fn followers(highlevel: &mut HighLevel, call: &Call, join: bool) -> Outcome {
    let found = highlevel.shelves.find_mut(SHELF, call.id(0));
    let record = found.ok_or_else(|| missing(call.id(0)))?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut all = list(&record["followers"]);
    let everybody = call.query("isRemoveAllFollowers") == Some("true") && !join;
    let asked = if everybody {
        all.clone()
    } else {
        list(&call.body["followers"])
    };
    let changed: Vec<Value> = asked
        .into_iter()
        .filter(|user| all.contains(user) != join)
        .collect();
    if join {
        all.extend(changed.iter().cloned());
    } else {
        all.retain(|user| !changed.contains(user));
    }
    record["followers"] = json!(all);
    Ok(if join {
        Answer::new(201, json!({"followers": all, "followersAdded": changed}))
    } else {
        Answer::ok(json!({"followers": all, "followersRemoved": changed}))
    })
}

fn enrol(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call, kind: &str) -> Outcome {
    let (contact, into) = (call.id(0), call.id(1));
    if highlevel.shelves.find(kind, into).is_none() {
        return Err(refuse(
            400,
            format!("No {} with id {into}", kind.trim_end_matches('s')),
        ));
    }
    let record = json!({
        "id": mint.highlevel(), "contactId": contact, "kind": kind, "into": into,
        "from": call.body.get("eventStartTime"), "at": iso(call.now),
    });
    leave(highlevel, call, kind)?;
    highlevel.shelves.put("enrolments", record);
    let status = if kind == "campaigns" { 201 } else { 200 };
    Ok(Answer::new(status, succeeded()))
}

fn leave(highlevel: &mut HighLevel, call: &Call, kind: &str) -> Outcome {
    let (contact, from) = (call.id(0).to_owned(), call.id(1).to_owned());
    highlevel.shelves.retain("enrolments", |one| {
        one["contactId"] != contact || one["kind"] != kind || one["into"] != from
    });
    Ok(Answer::ok(succeeded()))
}
