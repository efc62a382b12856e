//! Every row is sound on its own.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeSet, HashSet};

use foxbridge_catalog::{Effect, Fill, Method, Operation, ParamPlace, all, find, get, ids};
use foxbridge_model::Service;
use serde_json::Value;

/// The endpoints the product promises, by method and path.
const MISSION: [&str; 16] = [
    "GET /contacts/{contactId}",
    "GET /contacts/{contactId}/tasks",
    "GET /contacts/{contactId}/tasks/{taskId}",
    "GET /contacts/{contactId}/notes",
    "GET /contacts/{contactId}/notes/{id}",
    "GET /contacts/{contactId}/appointments",
    "GET /contacts/",
    "GET /contacts/business/{businessId}",
    "POST /contacts/",
    "PUT /contacts/{contactId}",
    "DELETE /contacts/{contactId}",
    "POST /contacts/{contactId}/tasks",
    "PUT /contacts/{contactId}/tasks/{taskId}",
    "PUT /contacts/{contactId}/tasks/{taskId}/completed",
    "DELETE /contacts/{contactId}/tasks/{taskId}",
    "POST /contacts/{contactId}/tags",
];

fn call(operation: &Operation) -> String {
    format!("{} {}", operation.method.as_str(), operation.path)
}

#[test]
fn the_catalog_is_whole() {
    let count = |service| all().iter().filter(|row| row.service == service).count();
    assert_eq!(count(Service::Aimfox), 69, "Aimfox documents 69 operations");
    assert!(
        all().len() >= 230,
        "230 operations are promised, {} are there",
        all().len()
    );
}

#[test]
fn ids_are_unique_and_well_formed() {
    let mut seen = HashSet::new();
    for operation in all() {
        let id = &operation.id;
        assert!(seen.insert(id), "{id} names two rows");
        let parts: Vec<&str> = id.split('.').collect();
        assert!(
            (3..=5).contains(&parts.len()),
            "{id} is not service.resource.verb"
        );
        assert_eq!(
            parts[0],
            operation.service.as_str(),
            "{id} begins with its service"
        );
        assert_eq!(parts[1], operation.resource, "{id} names its resource");
        assert!(
            parts.iter().all(|part| !part.is_empty()
                && part
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')),
            "{id}: only lower case, digits and underscores, so that it can be typed anywhere"
        );
    }
}

#[test]
fn every_row_says_what_it_is() {
    for operation in all() {
        let id = &operation.id;
        assert!(
            !operation.title.is_empty() && !operation.title.ends_with('.'),
            "{id}: title"
        );
        assert!(operation.title.len() <= 60, "{id}: a title fits a list");
        assert!(
            operation.help.ends_with('.') && operation.help.len() <= 120,
            "{id}: one line of help"
        );
        assert_ne!(
            operation.title,
            operation.help.trim_end_matches('.'),
            "{id}: help adds something"
        );
        for param in &operation.params {
            assert!(!param.help.is_empty(), "{id}: {} has help", param.name);
        }
        match operation.service {
            Service::HighLevel => {
                assert!(
                    !operation.versions.is_empty(),
                    "{id}: HighLevel asks for a Version header"
                );
                assert_eq!(operation.key, None, "{id}: HighLevel has no key types");
            }
            Service::Aimfox => {
                assert!(
                    operation.versions.is_empty(),
                    "{id}: Aimfox has no versions"
                );
                assert!(operation.scopes.is_empty(), "{id}: Aimfox has no scopes");
                assert!(operation.key.is_some(), "{id}: Aimfox has key types");
            }
        }
    }
}

#[test]
fn effects_are_plausible() {
    for operation in all() {
        let id = &operation.id;
        if operation.method == Method::Get {
            assert_eq!(operation.effect, Effect::Read, "{id}: a GET only reads");
        }
        if operation.method == Method::Delete {
            assert_ne!(
                operation.effect,
                Effect::Read,
                "{id}: a DELETE changes something"
            );
        }
        if operation.effect == Effect::Read {
            assert!(operation.idempotent, "{id}: reading twice is reading once");
        }
        if operation.effect == Effect::Outreach && operation.method == Method::Post {
            assert!(
                !operation.idempotent,
                "{id}: contacting someone twice is not once"
            );
        }
    }
}

#[test]
fn the_mission_is_whole() {
    let marked: BTreeSet<String> = all().iter().filter(|row| row.mission).map(call).collect();
    let promised: BTreeSet<String> = MISSION.iter().map(|call| (*call).to_owned()).collect();
    assert_eq!(
        marked, promised,
        "exactly the sixteen promised endpoints carry the mark"
    );
}

#[test]
fn every_constant_names_a_row() {
    for id in ids::ALL {
        assert_eq!(get(id).id, *id);
    }
    assert!(
        find("highlevel.contacts.nothing").is_none(),
        "an unknown id is not found"
    );
}

#[test]
fn paths_and_parameters_agree() {
    for operation in all() {
        let versions = std::iter::once((&operation.path, &operation.params)).chain(
            operation
                .variants
                .iter()
                .map(|variant| (&variant.path, &variant.params)),
        );
        for (path, params) in versions {
            let in_path: Vec<&str> = path
                .split('/')
                .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
                .collect();
            let declared: Vec<&str> = params
                .iter()
                .filter(|param| param.place == ParamPlace::Path)
                .map(|param| param.name.as_str())
                .collect();
            assert_eq!(
                in_path, declared,
                "{}: path parameters, in path order",
                operation.id
            );
            assert!(
                params
                    .iter()
                    .all(|param| param.place == ParamPlace::Query || param.required),
                "{}: a path parameter cannot be left out",
                operation.id
            );
            let names: HashSet<&str> = params.iter().map(|param| param.name.as_str()).collect();
            assert_eq!(
                names.len(),
                params.len(),
                "{}: names are unique",
                operation.id
            );
        }
    }
}

#[test]
fn samples_pass_their_own_checks() {
    for operation in all() {
        for fill in [Fill::Required, Fill::Everything] {
            if let Some(body) = operation.sample_body(fill) {
                operation
                    .check_body(&body)
                    .unwrap_or_else(|error| panic!("{error}: {body}"));
            }
        }
        for variant in &operation.variants {
            for schema in variant
                .body
                .iter()
                .map(|body| &body.schema)
                .chain([&variant.result])
            {
                let sample = foxbridge_catalog::sample(schema, Fill::Everything);
                assert!(
                    jsonschema::is_valid(schema, &sample),
                    "{} in {}: {sample}",
                    operation.id,
                    variant.version
                );
            }
        }
        let result = operation.sample_result();
        assert!(
            jsonschema::is_valid(&operation.result, &result),
            "{}: {result}",
            operation.id
        );
    }
}

#[test]
fn schemas_are_schemas_and_examples_fit() {
    let mut examples = 0;
    for operation in all() {
        let id = &operation.id;
        let mut schemas = vec![&operation.result];
        schemas.extend(operation.body.iter().map(|body| &body.schema));
        schemas.extend(operation.params.iter().map(|param| &param.schema));
        for variant in &operation.variants {
            schemas.push(&variant.result);
            schemas.extend(variant.body.iter().map(|body| &body.schema));
            schemas.extend(variant.params.iter().map(|param| &param.schema));
        }
        for schema in schemas {
            assert!(
                jsonschema::draft202012::meta::is_valid(schema),
                "{id}: {schema}"
            );
            jsonschema::draft202012::new(schema)
                .unwrap_or_else(|error| panic!("{id}: references lead somewhere: {error}"));
            examples += check_examples(schema, schema, id);
        }
    }
    assert!(
        examples > 100,
        "fields carry examples for the form, {examples} do"
    );
}

/// Walks a schema; every example must fit the schema it stands in.
fn check_examples(root: &Value, schema: &Value, id: &str) -> usize {
    let mut count = 0;
    if let Some(example) = schema.get("examples").and_then(|examples| examples.get(0)) {
        let mut here = schema.clone();
        if let Some(defs) = root.get("$defs") {
            here["$defs"] = defs.clone();
        }
        assert!(
            jsonschema::is_valid(&here, example),
            "{id}: example {example} of {schema}"
        );
        count += 1;
    }
    match schema {
        Value::Object(fields) => {
            for (key, field) in fields {
                if key != "examples" && key != "enum" {
                    count += check_examples(root, field, id);
                }
            }
        }
        Value::Array(parts) => {
            count += parts
                .iter()
                .map(|part| check_examples(root, part, id))
                .sum::<usize>();
        }
        _ => {}
    }
    count
}
