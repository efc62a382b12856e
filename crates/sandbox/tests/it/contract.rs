//! Every answer of the walk against the schema in the vendor's document, which stands beside the
//! repository. What differs is in `deviations.rs`, with its source; an entry that is no longer
//! needed fails.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use foxbridge_catalog::Operation;
use foxbridge_model::Service;
use serde_json::{Value, json};

use crate::deviations::DEVIATIONS;
use crate::stage::Stage;
use crate::walk::walk;

/// Documents by name.
type Documents = BTreeMap<String, Value>;

fn read(path: &Path) -> Value {
    let mut document = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    modern(&mut document);
    document
}

/// OpenAPI 3.0 says `nullable` where JSON Schema says `null`.
fn modern(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let nullable = members.remove("nullable") == Some(json!(true));
            if nullable && let Some(Value::String(kind)) = members.get("type").cloned() {
                members.insert("type".to_owned(), json!([kind, "null"]));
            }
            members.values_mut().for_each(modern);
        }
        Value::Array(items) => items.iter_mut().for_each(modern),
        _ => {}
    }
}

fn resolve<'a>(root: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"]
        .as_str()
        .and_then(|at| root.pointer(at.strip_prefix('#')?));
    target.unwrap_or(value)
}

/// The schema of an operation's success, whole in itself; `None` when the document has none.
fn schema(documents: &Documents, operation: &Operation) -> Option<Value> {
    let version = operation.versions.first().map_or("", String::as_str);
    let folder = match operation.service {
        Service::Aimfox => "aimfox",
        Service::HighLevel if version == "v3" => "v3",
        Service::HighLevel => "2021-07-28",
    };
    let method = operation.method.as_str().to_lowercase();
    let (root, found) = documents
        .iter()
        .filter(|(name, _)| name.starts_with(folder))
        .find_map(|(_, root)| {
            let found = &root["paths"][&operation.path][&method];
            found.is_object().then_some((root, found))
        })?;
    let responses = found["responses"].as_object()?;
    let (_, success) = responses
        .iter()
        .find(|(status, _)| status.starts_with('2'))?;
    let content = &resolve(root, success)["content"]["application/json"]["schema"];
    content
        .is_object()
        .then(|| json!({"allOf": [content], "components": root["components"]}))
}

#[tokio::test]
async fn answers_are_what_the_documents_say() {
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts");
    if !contracts.is_dir() {
        println!("skipped: ../shared/contracts is absent");
        return;
    }
    let mut documents = Documents::new();
    documents.insert(
        "aimfox".to_owned(),
        read(&contracts.join("aimfox/openapi.json")),
    );
    for version in ["2021-07-28", "v3"] {
        for file in std::fs::read_dir(contracts.join("highlevel").join(version)).unwrap() {
            let file = file.unwrap().path();
            documents.insert(format!("{version}/{}", file.display()), read(&file));
        }
    }
    let stage = Stage::roomy().await;
    // So that campaigns have something to tell.
    let at = &stage.sandbox.credentials().aimfox.base_url;
    let days = Some(json!({"days": 20}));
    let passed = stage
        .raw("POST", &format!("{at}/_sandbox/campaigns"), &[], days)
        .await;
    passed.unwrap().expect(200, "time passes");
    let mut unknown = BTreeSet::new();
    let mut used = BTreeSet::new();
    let mut checked = 0;
    for (operation, reply) in walk(&stage).await {
        let Some(schema) = schema(&documents, operation).filter(|_| reply.status < 300) else {
            continue;
        };
        checked += 1;
        let validator = jsonschema::validator_for(&schema).unwrap();
        for error in validator.iter_errors(&reply.body) {
            let mut said = error.to_string();
            if let Some(at) = said.find(" is ").or_else(|| said.find(" does ")) {
                said = said.split_off(at);
                if said.starts_with(" is a required") {
                    said = error.to_string();
                }
            }
            // Rows of a list differ alike.
            let at = error.instance_path().to_string();
            let at: Vec<&str> = at
                .split('/')
                .map(|part| {
                    if part.parse::<u32>().is_ok() {
                        "*"
                    } else {
                        part
                    }
                })
                .collect();
            let said = format!("{}: {}", at.join("/"), said.trim());
            let known = DEVIATIONS
                .iter()
                .position(|(id, start, _)| operation.id.starts_with(id) && said.contains(start));
            match known {
                Some(known) => drop(used.insert(known)),
                None => drop(unknown.insert(format!("{} {said}", operation.id))),
            }
        }
    }
    assert!(
        checked > 180,
        "there is something to hold answers to, checked {checked}"
    );
    let list: Vec<String> = unknown.into_iter().collect();
    assert!(
        list.is_empty(),
        "{} unknown deviations:\n{}",
        list.len(),
        list.join("\n")
    );
    let stale: Vec<_> = (0..DEVIATIONS.len())
        .filter(|n| !used.contains(n))
        .map(|n| DEVIATIONS[n])
        .collect();
    assert!(stale.is_empty(), "no longer needed: {stale:?}");
}
