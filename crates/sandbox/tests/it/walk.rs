//! Every operation of the catalog is answered.

use std::collections::BTreeMap;

use foxbridge_catalog::{
    BodyFormat, Fill, KeyType, Operation, ParamPlace, all, in_version, sample,
};
use foxbridge_model::Service;
use serde_json::{Value, json};

use crate::stage::{Reply, Stage};
use crate::walk_ids::ids;

/// Refusals that belong to the key the walk has, and where they are known from.
const REFUSED: &[(&str, u16, &str)] = &[
    ("highlevel.locations.create", 401, "an agency's call"),
    ("highlevel.locations.update", 401, "an agency's call"),
    ("highlevel.locations.delete", 401, "an agency's call"),
    (
        "highlevel.locations.permissions.get",
        401,
        "an agency's call",
    ),
    (
        "highlevel.locations.permissions.update",
        401,
        "an agency's call",
    ),
    ("highlevel.oauth.location_token", 401, "an agency's call"),
    (
        "highlevel.oauth.installed_locations",
        401,
        "an agency's call",
    ),
    (
        "highlevel.oauth.reconnect",
        401,
        "an app's own secret is wanted",
    ),
    (
        "highlevel.oauth.token",
        401,
        "an app's own secret is wanted",
    ),
    ("highlevel.users.search_by_email", 401, "an agency's call"),
];

fn fill(value: &mut Value, ids: &BTreeMap<&'static str, String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match ids
                    .get(name.as_str())
                    .filter(|_| member.is_string() && name != "id")
                {
                    Some(id) => *member = json!(id),
                    None => fill(member, ids),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, ids)),
        _ => {}
    }
}

/// A valid body with ids that exist.
pub(crate) fn body(operation: &Operation, ids: &BTreeMap<&'static str, String>) -> Option<Value> {
    let mut body = operation.sample_body(Fill::Everything)?;
    fill(&mut body, ids);
    // What must be unlike everything else is made once in each version.
    let version = operation.versions.first().map_or("", String::as_str);
    match operation.id.as_str() {
        "highlevel.contacts.bulk.business" => body["ids"] = json!([ids["contactId"]]),
        "highlevel.contacts.bulk.tags" => body["contacts"] = json!([ids["contactId"]]),
        "highlevel.contacts.search" => {
            body = json!({"locationId": ids["locationId"], "pageLimit": 20});
        }
        "highlevel.contacts.create" | "highlevel.contacts.update" | "highlevel.contacts.upsert" => {
            if let Some(members) = body.as_object_mut() {
                members.remove("customFields");
            }
            body["country"] = json!("US");
            // Each of the three is somebody else, in each version.
            let name = operation.id.bytes().chain(version.bytes());
            let place = name.map(usize::from).sum::<usize>() % 60;
            body["email"] = json!(format!("walk{place}@example.com"));
            body["phone"] = json!(format!("+1415555{:04}", 130 + place));
        }
        "highlevel.locations.custom_fields.upload" => body["id"] = json!(ids["contactId"]),
        // A file is sent once, and none was uploaded.
        "aimfox.conversations.send" => body["file_identifiers"] = json!([]),
        "aimfox.conversations.start" | "aimfox.conversations.start_with_voice" => {
            body["recipients"] = json!([ids["lead_id"]]);
            body["recipient_urns"] = json!([ids["lead_urn"]]);
            if let Some(members) = body.as_object_mut() {
                members.remove("file_identifiers");
            }
        }
        "aimfox.campaigns.create" => body["account_ids"] = json!([ids["account_id"]]),
        "aimfox.campaigns.audience.add" => {
            body["profile_url"] = json!("https://www.linkedin.com/in/newcomer");
        }
        "highlevel.locations.tags.create" | "highlevel.locations.tags.update" => {
            body["name"] = json!(format!("{} {version}", operation.id));
        }
        "highlevel.locations.custom_fields.create" => {
            body["name"] = json!(format!("Walked {version}"));
        }
        _ => {}
    }
    Some(body)
}

/// Path and query with ids that exist.
pub(crate) fn path(operation: &Operation, ids: &BTreeMap<&'static str, String>) -> String {
    let value = |name: &str, schema: &Value| match ids.get(name) {
        Some(id) => id.clone(),
        None => match sample(schema, Fill::Everything) {
            Value::String(text) => text,
            other => other.to_string(),
        },
    };
    let values: Vec<(String, String)> = operation
        .path_params()
        .map(|param| {
            (
                param.name.clone(),
                path_value(operation, &param.name, &value, param),
            )
        })
        .collect();
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let mut path = operation.path_with(&values).unwrap();
    let mut mark = '?';
    for param in operation
        .params
        .iter()
        .filter(|p| p.place == ParamPlace::Query && p.required)
    {
        let value = value(&param.name, &param.schema);
        let value = value.replace('+', "%2B").replace(' ', "%20");
        path.push_str(&format!("{mark}{}={value}", param.name));
        mark = '&';
    }
    if operation.id.ends_with("events.list") || operation.id.ends_with("blocked_slots.list") {
        path.push_str(&format!("&calendarId={}", ids["calendarId"]));
    }
    if operation.id == "highlevel.contacts.duplicate" {
        path.push_str("&email=nobody%40example.com");
    }
    path
}

fn path_value(
    operation: &Operation,
    name: &str,
    value: &impl Fn(&str, &Value) -> String,
    param: &foxbridge_catalog::Param,
) -> String {
    match (operation.id.as_str(), name) {
        ("highlevel.contacts.bulk.tags", "type") => "add".to_owned(),
        ("aimfox.leads.facets", _) => "labels".to_owned(),
        _ => value(name, &param.schema),
    }
}

/// Sends an operation as the catalog has it: key, version and form of the body.
pub(crate) async fn send(
    stage: &Stage,
    operation: &Operation,
    path: &str,
    body: Option<Value>,
) -> Reply {
    let at = stage.sandbox.credentials();
    let (base, token) = match (operation.service, operation.key) {
        (Service::HighLevel, _) => (&at.highlevel.base_url, &at.highlevel.token),
        (_, Some(KeyType::Master)) => (&at.aimfox.base_url, at.aimfox.master_key.as_ref().unwrap()),
        _ => (&at.aimfox.base_url, &at.aimfox.api_key),
    };
    let bearer = format!("Bearer {token}");
    let version = operation.versions.first().map_or("", String::as_str);
    let mut headers = vec![("authorization", bearer.as_str())];
    if !version.is_empty() {
        headers.push(("version", version));
    }
    let url = format!("{base}{path}");
    let method = operation.method.as_str();
    let format = operation.body.as_ref().map(|body| body.format);
    match (format, body) {
        (Some(BodyFormat::Form), Some(body)) => {
            let pairs: Vec<String> = members(&body)
                .map(|(name, value)| format!("{name}={}", value.replace(' ', "+")))
                .collect();
            headers.push(("content-type", "application/x-www-form-urlencoded"));
            stage
                .raw_text(method, &url, &headers, pairs.join("&"))
                .await
        }
        (Some(BodyFormat::Multipart), Some(body)) => {
            let mut text = String::new();
            for (name, value) in members(&body) {
                let file = if name == "file" {
                    "; filename=\"a.mp3\""
                } else {
                    ""
                };
                text.push_str(&format!(
                    "--part\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
                ));
            }
            text.push_str("--part--\r\n");
            headers.push(("content-type", "multipart/form-data; boundary=part"));
            stage.raw_text(method, &url, &headers, text).await
        }
        (_, body) => stage.raw(method, &url, &headers, body).await.unwrap(),
    }
}

fn members(body: &Value) -> impl Iterator<Item = (&String, String)> {
    body.as_object().into_iter().flatten().map(|(name, value)| {
        let first = value.get(0).unwrap_or(value);
        (
            name,
            first.as_str().map_or(first.to_string(), str::to_owned),
        )
    })
}

/// Every operation in each of its versions; as it is where its service has none.
pub(crate) fn readings() -> impl Iterator<Item = &'static Operation> {
    all().iter().flat_map(|row| {
        let later = row.versions.iter().skip(1);
        let later = later.map(|version| in_version(&row.id, version).unwrap());
        std::iter::once(row).chain(later)
    })
}

/// Sends every operation once in each version, in the catalog's order.
pub(crate) async fn walk(stage: &Stage) -> Vec<(&'static Operation, Reply)> {
    let mut replies = Vec::new();
    for operation in readings() {
        let ids = ids(stage, operation);
        let body = body(operation, &ids);
        let reply = send(stage, operation, &path(operation, &ids), body).await;
        replies.push((operation, reply));
    }
    replies
}

#[tokio::test]
async fn every_operation_answers() {
    let stage = Stage::roomy().await;
    let mut wrong = Vec::new();
    let mut samples = Vec::new();
    for (operation, reply) in walk(&stage).await {
        let kind = match reply.header("x-sandbox-sample") {
            Some("constant") => "constant",
            Some(_) => "a sample",
            None => "",
        };
        let line = format!("* `{}`", operation.id);
        if !kind.is_empty() && samples.last() != Some(&(kind, line.clone())) {
            samples.push((kind, line));
        }
        let known = REFUSED.iter().find(|(id, ..)| *id == operation.id);
        let right = match known {
            Some((_, status, _)) => reply.status == *status,
            None => (200..300).contains(&reply.status),
        };
        if !right {
            let version = operation.versions.first().map_or("", String::as_str);
            wrong.push(format!(
                "{} {version}: {} {}",
                operation.id, reply.status, reply.body
            ));
        }
    }
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/SANDBOX.md");
    let docs = std::fs::read_to_string(docs).unwrap();
    let listed: Vec<&str> = docs
        .lines()
        .filter(|line| line.starts_with("* `"))
        .collect();
    let constant: Vec<&String> = samples
        .iter()
        .filter(|(kind, _)| *kind == "constant")
        .map(|(_, line)| line)
        .collect();
    assert_eq!(
        constant.len(),
        samples.len(),
        "behind every other answer there is something that is kept: {samples:?}"
    );
    assert_eq!(
        listed, constant,
        "docs/SANDBOX.md lists what is always the same"
    );
    assert!(all().len() >= 230, "the whole catalog was walked");
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        all().len(),
        wrong.join("\n")
    );
}

#[tokio::test]
async fn what_is_required_is_asked_for() {
    let stage = Stage::roomy().await;
    let mut wrong = Vec::new();
    let mut asked = 0;
    for operation in readings().filter(|o| !REFUSED.iter().any(|(id, ..)| *id == o.id)) {
        let ids = ids(&stage, operation);
        let whole = path(operation, &ids);
        let body = body(operation, &ids);
        let mut tries: Vec<(String, String, Option<Value>)> = Vec::new();
        let schema = operation.body.as_ref().map(|body| &body.schema);
        let required = schema.and_then(|schema| schema["required"].as_array());
        for name in required.into_iter().flatten().filter_map(Value::as_str) {
            let mut less = body.clone().unwrap();
            less.as_object_mut().unwrap().remove(name);
            tries.push((name.to_owned(), whole.clone(), Some(less)));
        }
        let query = operation.query_params().filter(|param| param.required);
        for param in query {
            let (place, query) = whole.split_once('?').unwrap();
            let rest: Vec<&str> = query
                .split('&')
                .filter(|pair| !pair.starts_with(&format!("{}=", param.name)))
                .collect();
            let path = format!("{place}?{}", rest.join("&"));
            tries.push((param.name.clone(), path, body.clone()));
        }
        for (name, path, body) in tries {
            asked += 1;
            let reply = send(&stage, operation, &path, body).await;
            let status = match operation.service {
                Service::HighLevel => 422,
                Service::Aimfox => 400,
            };
            if reply.status != status || !reply.body.to_string().contains(&name) {
                wrong.push(format!(
                    "{} {name}: {} {}",
                    operation.id, reply.status, reply.body
                ));
            }
        }
    }
    assert!(
        asked > 300,
        "there is something to leave out, tried {asked}"
    );
    assert!(
        wrong.is_empty(),
        "{} of {asked}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[tokio::test]
async fn a_masters_calls_take_the_masters_key_and_no_other() {
    let stage = Stage::roomy().await;
    let at = stage.sandbox.credentials().aimfox.clone();
    let master = format!("Bearer {}", at.master_key.unwrap());
    let url = format!("{}/accounts", at.base_url);
    let headers = [("authorization", master.as_str())];
    let reply = stage.raw("GET", &url, &headers, None).await.unwrap();
    reply.expect(
        500,
        "the wrong kind of key is a server error (facts/aimfox.md §1)",
    );
    let reply = stage
        .aimfox("POST", "/workspaces", Some(json!({"name": "Mine"})))
        .await;
    reply.expect(500, "a workspace's key opens no agency's call");
}
