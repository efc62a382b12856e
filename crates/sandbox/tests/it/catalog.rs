//! The sandbox and the catalog say the same about the services.

use foxbridge_catalog::{Effect, Operation};
use foxbridge_model::Service;
use serde_json::{Map, Value, json};

use crate::stage::{Stage, message};

/// Operations that are played: contacts, tags, fields, notes, tasks, businesses; accounts,
/// campaigns to read, labels, leads, notes.
fn played(operation: &Operation) -> bool {
    let id = operation.id.as_str();
    let families = [
        "highlevel.contacts.",
        "highlevel.locations.tags.",
        "highlevel.locations.custom_fields.",
        "highlevel.businesses.",
        "aimfox.labels.",
        "aimfox.leads.",
    ];
    let single = [
        "highlevel.locations.get",
        "highlevel.locations.tasks.search",
        "aimfox.accounts.list",
        "aimfox.accounts.limits.get",
        "aimfox.campaigns.list",
        "aimfox.campaigns.get",
        "aimfox.campaigns.audience",
        "aimfox.campaigns.metrics",
    ];
    let outreach = operation.effect == Effect::Outreach
        || id.starts_with("highlevel.contacts.campaigns.")
        || id.starts_with("highlevel.contacts.workflows.")
        || id.contains("custom_variables")
        || id.ends_with(".upload");
    !outreach && (single.contains(&id) || families.iter().any(|family| id.starts_with(family)))
}

struct Ids {
    location: String,
    contact: String,
    with_note: (String, String),
    with_task: (String, String),
    with_appointment: String,
    tag: String,
    field: String,
    business: String,
    account: String,
    campaign: String,
    label: String,
    lead: String,
    lead_note: (String, String),
}

fn ids(stage: &Stage) -> Ids {
    stage.sandbox.with_state(|world| {
        let (highlevel, aimfox) = (&world.highlevel, &world.aimfox);
        let (noted, notes) = highlevel
            .notes
            .iter()
            .find(|(_, notes)| !notes.is_empty())
            .unwrap();
        let (tasked, tasks) = highlevel
            .tasks
            .iter()
            .find(|(_, tasks)| tasks.iter().any(|task| !task.deleted))
            .unwrap();
        let lead = aimfox
            .leads
            .values()
            .find(|lead| !lead.notes.is_empty())
            .unwrap();
        Ids {
            location: highlevel.location_id.clone(),
            contact: highlevel.contacts.iter().next().unwrap().id.clone(),
            with_note: (noted.clone(), notes[0].id.clone()),
            with_task: (tasked.clone(), tasks[0].id.clone()),
            with_appointment: highlevel.appointments.keys().next().unwrap().clone(),
            tag: highlevel.tags[0].id.clone(),
            field: highlevel.custom_fields[0].id.clone(),
            business: highlevel.businesses[0].id.clone(),
            account: aimfox.accounts[0].id.clone(),
            campaign: aimfox.campaigns[0].id.clone(),
            label: aimfox.labels[0].id.clone(),
            lead: lead.id.to_string(),
            lead_note: (lead.id.to_string(), lead.notes[0].id.clone()),
        }
    })
}

/// The path of an operation with ids that exist.
fn path(operation: &Operation, ids: &Ids) -> String {
    let id = operation.id.as_str();
    let values: Vec<&str> = if id.contains("contacts.notes.") {
        vec![&ids.with_note.0, &ids.with_note.1]
    } else if id.contains("contacts.tasks.") {
        vec![&ids.with_task.0, &ids.with_task.1]
    } else if id.contains("appointments") {
        vec![&ids.with_appointment]
    } else if id.contains("list_by_business") || id.starts_with("highlevel.businesses") {
        vec![&ids.business]
    } else if id.contains("bulk.tags") {
        vec!["add"]
    } else if id.starts_with("highlevel.contacts") {
        vec![&ids.contact]
    } else if id.contains("locations.tags") {
        vec![&ids.location, &ids.tag]
    } else if id.contains("custom_fields") {
        vec![&ids.location, &ids.field]
    } else if id.starts_with("highlevel.locations") {
        vec![&ids.location]
    } else if id.contains("leads.labels") {
        vec![&ids.lead, &ids.label]
    } else if id.contains("leads.notes") {
        vec![&ids.lead_note.0, &ids.lead_note.1]
    } else if id.contains("facets") {
        vec!["labels"]
    } else if id.starts_with("aimfox.leads") {
        vec![&ids.lead]
    } else if id.starts_with("aimfox.labels") {
        vec![&ids.label]
    } else if id.starts_with("aimfox.accounts") {
        vec![&ids.account]
    } else {
        vec![&ids.campaign]
    };
    let named: Vec<(&str, &str)> = operation
        .path_params()
        .map(|param| param.name.as_str())
        .zip(values)
        .collect();
    operation.path_with(&named).unwrap()
}

async fn send(
    stage: &Stage,
    operation: &Operation,
    path: &str,
    body: Option<Value>,
) -> crate::stage::Reply {
    match operation.service {
        Service::HighLevel => stage.highlevel(operation.method.as_str(), path, body).await,
        Service::Aimfox => stage.aimfox(operation.method.as_str(), path, body).await,
    }
}

#[tokio::test]
async fn every_promised_operation_is_played() {
    let stage = Stage::roomy().await;
    let mut count = 0;
    for operation in foxbridge_catalog::all()
        .iter()
        .filter(|operation| played(operation))
    {
        // Ids are taken anew: deleting is among the operations.
        let path = path(operation, &ids(&stage));
        let reply = send(&stage, operation, &path, None).await;
        assert!(
            reply.status != 501 && reply.status != 404,
            "{}: {}",
            operation.id,
            reply.body
        );
        count += 1;
    }
    assert!(count > 55, "the catalog has all of them, got {count}");
}

#[tokio::test]
async fn bodies_take_what_the_catalog_lists_and_nothing_else() {
    let stage = Stage::roomy().await;
    let ids = ids(&stage);
    let all = foxbridge_catalog::all().iter();
    for operation in all.filter(|o| played(o) && o.service == Service::HighLevel) {
        let Some(body) = &operation.body else {
            continue;
        };
        let Some(properties) = body.schema["properties"].as_object() else {
            continue;
        };
        let path = path(operation, &ids);
        // A wrong type for each: nothing is applied, and every unknown name is complained about.
        let mut wrong: Map<String, Value> = properties
            .keys()
            .map(|name| (name.clone(), json!({"wrong": true})))
            .collect();
        if operation.id == "highlevel.contacts.bulk.business" {
            wrong.insert("ids".to_owned(), json!(7));
        }
        wrong.insert("sandboxNeverHeardOf".to_owned(), json!(1));
        let reply = send(&stage, operation, &path, Some(Value::Object(wrong))).await;
        let body = reply.expect(422, &operation.id);
        let unknown: Vec<String> = message(&body)
            .split("; ")
            .filter(|complaint| complaint.ends_with("should not exist"))
            .map(str::to_owned)
            .collect();
        let only = ["property sandboxNeverHeardOf should not exist"];
        assert_eq!(
            unknown, only,
            "{} takes what the catalog lists",
            operation.id
        );
    }
}

#[tokio::test]
async fn answers_to_reads_have_the_catalogs_shape() {
    let stage = Stage::roomy().await;
    let ids = ids(&stage);
    let reads = |operation: &&Operation| played(operation) && operation.effect == Effect::Read;
    for operation in foxbridge_catalog::all().iter().filter(reads) {
        let mut path = path(operation, &ids);
        if operation
            .query_params()
            .any(|param| param.name == "locationId")
        {
            path = format!(
                "{path}?locationId={}&email=a%40example.com&limit=20",
                ids.location
            );
            if !operation.id.ends_with("duplicate") {
                path = path.replace("&email=a%40example.com", "");
            }
        }
        let body = match operation.id.as_str() {
            "highlevel.contacts.search" => {
                Some(json!({"locationId": ids.location, "pageLimit": 50}))
            }
            _ => operation.body.as_ref().map(|_| json!({})),
        };
        let reply = send(&stage, operation, &path, body).await;
        assert!(
            reply.status < 300,
            "{}: {} {}",
            operation.id,
            reply.status,
            reply.body
        );
        let shape = jsonschema::validator_for(&operation.result).unwrap();
        let problems: Vec<String> = shape
            .iter_errors(&reply.body)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .take(3)
            .collect();
        assert!(problems.is_empty(), "{}: {problems:?}", operation.id);
    }
}
