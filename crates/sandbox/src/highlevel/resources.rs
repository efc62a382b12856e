//! Resources that are made, read, changed and removed alike: a table says where each is kept and how
//! its answers are wrapped (`facts/highlevel.md` §3.4, 4; the documents under each operation).

use serde_json::{Value, json};

use super::extra::created;
use super::{refuse, resource_defaults};
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::shelf::{members, merge};
use crate::world::{HighLevel, Mint};

/// What a deletion answers.
#[derive(Clone, Copy)]
enum Gone {
    Success,
    Succeded,
    Message,
}

/// One kind of record.
struct Resource {
    /// Operations are this and a verb.
    prefix: &'static str,
    shelf: &'static str,
    /// The member one record is in; none when it is not wrapped.
    one: &'static str,
    /// The member a list is in; none for a bare list.
    many: &'static str,
    /// When it was made and changed, if it says so.
    stamps: [&'static str; 2],
    gone: Gone,
}

const fn resource(
    prefix: &'static str,
    shelf: &'static str,
    one: &'static str,
    many: &'static str,
    stamps: [&'static str; 2],
    gone: Gone,
) -> Resource {
    Resource {
        prefix,
        shelf,
        one,
        many,
        stamps,
        gone,
    }
}

const NEVER: [&str; 2] = ["", ""];
const DATES: [&str; 2] = ["dateAdded", "dateUpdated"];
const TIMES: [&str; 2] = ["createdAt", "updatedAt"];

const RESOURCES: &[Resource] = &[
    resource(
        "calendars.groups",
        "groups",
        "group",
        "groups",
        NEVER,
        Gone::Success,
    ),
    resource(
        "calendars.resources",
        "resources",
        "",
        "",
        NEVER,
        Gone::Success,
    ),
    resource(
        "calendars.notifications",
        "notifications",
        "",
        "",
        NEVER,
        Gone::Message,
    ),
    resource(
        "calendars.schedules",
        "schedules",
        "schedule",
        "schedules",
        DATES,
        Gone::Success,
    ),
    resource(
        "calendars.services.catalog",
        "services",
        "service",
        "services",
        NEVER,
        Gone::Success,
    ),
    resource(
        "calendars.services.locations",
        "places",
        "",
        "serviceLocations",
        NEVER,
        Gone::Success,
    ),
    resource(
        "calendars.services.bookings",
        "bookings",
        "",
        "bookings",
        DATES,
        Gone::Success,
    ),
    resource(
        "calendars",
        "calendars",
        "calendar",
        "calendars",
        NEVER,
        Gone::Success,
    ),
    resource(
        "locations.custom_values",
        "custom_values",
        "customValue",
        "customValues",
        NEVER,
        Gone::Succeded,
    ),
    resource(
        "locations.recurring_tasks",
        "recurring_tasks",
        "recurringTask",
        "",
        TIMES,
        Gone::Success,
    ),
    resource(
        "locations.templates",
        "templates",
        "",
        "templates",
        NEVER,
        Gone::Success,
    ),
    resource("users", "users", "", "users", NEVER, Gone::Message),
    resource(
        "opportunities.pipelines",
        "pipelines",
        "",
        "pipelines",
        NEVER,
        Gone::Success,
    ),
    resource(
        "opportunities.lost_reasons",
        "lost_reasons",
        "",
        "lostReasons",
        NEVER,
        Gone::Success,
    ),
    resource(
        "campaigns",
        "campaigns",
        "",
        "campaigns",
        NEVER,
        Gone::Success,
    ),
    resource(
        "workflows",
        "workflows",
        "",
        "workflows",
        NEVER,
        Gone::Success,
    ),
    resource(
        "custom_fields.folders",
        "folders",
        "",
        "folders",
        NEVER,
        Gone::Succeded,
    ),
    resource(
        "custom_fields",
        "object_fields",
        "field",
        "fields",
        DATES,
        Gone::Succeded,
    ),
];

/// Answers what the table knows; `None` for anything else.
pub(crate) fn run(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    let (family, verb) = call
        .operation
        .trim_start_matches("highlevel.")
        .rsplit_once('.')?;
    let resource = RESOURCES
        .iter()
        .find(|resource| resource.prefix == family)?;
    Some(match verb {
        "list" | "search" => Ok(list(highlevel, resource, call)),
        "get" => get(highlevel, resource, call),
        "create" => Ok(create(highlevel, mint, resource, call)),
        "update" | "set_status" => update(highlevel, resource, call),
        "delete" => delete(highlevel, resource, call),
        _ => return None,
    })
}

fn wrapped(resource: &Resource, record: Value) -> Value {
    let mut record = record;
    let other = match resource.shelf {
        "notifications" => "_id",
        "bookings" => "bookingId",
        _ => "id",
    };
    if let Some(members) = record.as_object_mut()
        && let Some(id) = members.remove("id")
    {
        members.insert(other.to_owned(), id);
    }
    if resource.one.is_empty() {
        record
    } else {
        json!({resource.one: record})
    }
}

/// The last value of the path is the record's own id, where there is one.
fn own(call: &Call) -> &str {
    call.path.last().map_or("", String::as_str)
}

fn missing(id: &str) -> Answer {
    refuse(400, format!("Record with id {id} not found"))
}

/// A query parameter that names a member narrows the list.
fn list(highlevel: &HighLevel, resource: &Resource, call: &Call) -> Answer {
    let paging = [
        "limit",
        "skip",
        "locationId",
        "companyId",
        "originId",
        "query",
    ];
    let fits = |record: &&Value| {
        call.query
            .iter()
            .all(|(name, wanted)| match record.get(name) {
                Some(Value::String(text)) => paging.contains(&name.as_str()) || text == wanted,
                Some(Value::Bool(flag)) => flag.to_string() == *wanted,
                _ => true,
            })
            && call
                .row
                .path_params()
                .zip(&call.path)
                .all(|(param, wanted)| {
                    record
                        .get(&param.name)
                        .and_then(Value::as_str)
                        .is_none_or(|text| text == wanted)
                })
            && call.query("query").is_none_or(|text| {
                record["name"]
                    .as_str()
                    .is_some_and(|name| name.to_lowercase().contains(&text.to_lowercase()))
            })
    };
    let all: Vec<&Value> = highlevel
        .shelves
        .all(resource.shelf)
        .iter()
        .filter(fits)
        .collect();
    let skip = call.query_number("skip", 0).unwrap_or(0);
    let limit = call.query_number("limit", usize::MAX).unwrap_or(usize::MAX);
    let unwrapped = Resource {
        one: "",
        ..*resource
    };
    let page = all.iter().skip(skip).take(limit);
    let rows: Vec<Value> = page
        .map(|record| wrapped(&unwrapped, (*record).clone()))
        .collect();
    if resource.many.is_empty() {
        return Answer::ok(rows.into());
    }
    let mut body = json!({resource.many: rows});
    match resource.shelf {
        "users" if call.operation == "highlevel.users.search" => body["count"] = json!(all.len()),
        "templates" => body["totalCount"] = json!(all.len()),
        "lost_reasons" => body["total"] = json!(all.len()),
        "object_fields" => body["folders"] = json!(highlevel.shelves.all("folders")),
        _ => {}
    }
    Answer::ok(body)
}

fn get(highlevel: &HighLevel, resource: &Resource, call: &Call) -> Outcome {
    let id = own(call);
    let found = highlevel.shelves.find(resource.shelf, id);
    let record = found.ok_or_else(|| missing(id))?;
    Ok(Answer::ok(wrapped(resource, record.clone())))
}

fn create(highlevel: &mut HighLevel, mint: &mut Mint, resource: &Resource, call: &Call) -> Answer {
    let bodies = match &call.body {
        Value::Array(bodies) => bodies.clone(),
        body => vec![body.clone()],
    };
    let many = call.body.is_array();
    let mut answers = Vec::new();
    for body in bodies {
        let mut record = json!({"id": mint.highlevel(), "locationId": highlevel.location_id});
        for (param, value) in call.row.path_params().zip(&call.path) {
            record[&param.name] = json!(value);
        }
        merge(&mut record, &members(&body));
        resource_defaults::add(highlevel, resource.shelf, &mut record);
        for stamp in resource.stamps.iter().filter(|stamp| !stamp.is_empty()) {
            record[*stamp] = json!(iso(call.now));
        }
        highlevel.shelves.put(resource.shelf, record.clone());
        answers.push(wrapped(resource, record));
    }
    let body = if many {
        answers.into()
    } else {
        answers.pop().unwrap_or_default()
    };
    Answer::new(created(call.operation), body)
}

fn update(highlevel: &mut HighLevel, resource: &Resource, call: &Call) -> Outcome {
    let wanted = call.row.path_params().zip(&call.path).last();
    let id = match call.operation {
        "highlevel.calendars.groups.set_status" => call.id(0),
        _ => wanted.map_or("", |(_, id)| id.as_str()),
    };
    let found = highlevel.shelves.find_mut(resource.shelf, id);
    let record = found.ok_or_else(|| missing(id))?;
    let mut changes = members(&call.body);
    changes.remove("password");
    merge(record, &changes);
    if !resource.stamps[1].is_empty() {
        record[resource.stamps[1]] = json!(iso(call.now));
    }
    if resource.shelf == "users" {
        let name = format!(
            "{} {}",
            record["firstName"].as_str().unwrap_or_default(),
            record["lastName"].as_str().unwrap_or_default()
        );
        record["name"] = json!(name);
        if let Some(user) = highlevel.users.iter_mut().find(|(user, _)| user == id) {
            user.1 = name;
        }
    }
    let record = highlevel.shelves.find(resource.shelf, id).cloned();
    Ok(Answer::ok(match call.operation {
        "highlevel.calendars.groups.set_status" => json!({"success": true}),
        "highlevel.calendars.notifications.update" => json!({"message": "Updated"}),
        _ => wrapped(resource, record.unwrap_or_default()),
    }))
}

fn delete(highlevel: &mut HighLevel, resource: &Resource, call: &Call) -> Outcome {
    let id = own(call);
    let record = highlevel.shelves.remove(resource.shelf, id);
    let record = record.ok_or_else(|| missing(id))?;
    if resource.shelf == "users" {
        highlevel.users.retain(|(user, _)| user != id);
    }
    Ok(Answer::ok(match resource.gone {
        Gone::Success if resource.shelf == "recurring_tasks" => json!({"id": id, "success": true}),
        Gone::Success if resource.shelf == "bookings" => {
            json!({"success": true, "message": "Deleted"})
        }
        Gone::Success => json!({"success": true}),
        Gone::Succeded if resource.shelf == "custom_values" => json!({"succeded": true}),
        Gone::Succeded => {
            json!({"succeded": true, "id": id, "key": record["fieldKey"].as_str().unwrap_or("")})
        }
        Gone::Message if resource.shelf == "users" && call.version == "v3" => {
            json!({"succeeded": true, "message": "Queued deleting user with e-mail and name"})
        }
        Gone::Message if resource.shelf == "users" => {
            json!({"succeded": true, "message": "Queued deleting user with e-mail and name"})
        }
        Gone::Message => json!({"message": "Deleted"}),
    }))
}
