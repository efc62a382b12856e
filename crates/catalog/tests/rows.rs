//! Every row is sound on its own, and the questions about rows have the right answers.

#![allow(clippy::unwrap_used)]

use std::collections::{BTreeSet, HashSet};

use foxbridge_catalog::{
    CatalogError, Effect, Fill, Method, Operation, ParamPlace, all, find, get, ids, route,
    scopes_for,
};
use foxbridge_model::Service;
use serde_json::{Value, json};

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
fn a_call_finds_its_own_row_again() {
    for operation in all() {
        let values: Vec<(&str, String)> = operation
            .path_params()
            .map(|param| {
                // Ids with everything that has to be encoded, except where the value is one of few.
                let value = match param.schema["enum"].get(0).and_then(Value::as_str) {
                    Some(value) => value.to_owned(),
                    None => format!("{}/ä ?#%{{}}=:+&", param.name),
                };
                (param.name.as_str(), value)
            })
            .collect();
        let borrowed: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let path = operation.path_with(&borrowed).unwrap();
        for path in [path.clone(), format!("{}/", path.trim_end_matches('/'))] {
            let (found, decoded) = route(operation.service, operation.method, &path)
                .unwrap_or_else(|| panic!("{}: {path} leads nowhere", operation.id));
            assert_eq!(found.id, operation.id, "{path} leads to its own row");
            let decoded: Vec<(&str, &str)> = decoded
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            assert_eq!(
                decoded, borrowed,
                "{}: values come back as they were",
                operation.id
            );
        }
    }
}

#[test]
fn the_more_literal_path_wins() {
    let id = |method, path| route(Service::HighLevel, method, path).map(|(row, _)| row.id.as_str());
    assert_eq!(
        id(Method::Get, "/contacts/abc"),
        Some("highlevel.contacts.get")
    );
    assert_eq!(
        id(Method::Get, "/contacts/search/duplicate"),
        Some("highlevel.contacts.duplicate")
    );
    assert_eq!(
        id(Method::Post, "/contacts/upsert"),
        Some("highlevel.contacts.upsert")
    );
    assert_eq!(
        id(Method::Delete, "/contacts/abc/campaigns/removeAll"),
        Some("highlevel.contacts.campaigns.remove_all")
    );
    assert_eq!(
        id(Method::Delete, "/contacts/abc/campaigns/remove-all"),
        Some("highlevel.contacts.campaigns.remove_all"),
        "the path of a later version is known too"
    );
    assert_eq!(
        id(Method::Get, "/contacts"),
        id(Method::Get, "/contacts/"),
        "one slash says nothing"
    );
    assert_eq!(
        id(Method::Get, "/contacts//tasks"),
        None,
        "an empty id is no id"
    );
    assert_eq!(id(Method::Get, "/nowhere"), None);
    assert_eq!(
        id(Method::Patch, "/contacts/abc"),
        None,
        "the method counts"
    );
    assert_eq!(
        route(Service::Aimfox, Method::Get, "/contacts/abc").map(|(row, _)| &row.id),
        None,
        "the service counts"
    );
    assert_eq!(
        route(Service::Aimfox, Method::Post, "/leads:search/facets/labels")
            .unwrap()
            .0
            .id,
        "aimfox.leads.facets"
    );
}

#[test]
fn a_path_cannot_become_another_path() {
    let row = get(ids::HIGHLEVEL_CONTACTS_GET);
    assert_eq!(
        row.path_with(&[("contactId", "a/b")]).unwrap(),
        "/contacts/a%2Fb"
    );
    for value in ["", ".", ".."] {
        let error = row.path_with(&[("contactId", value)]).unwrap_err();
        assert!(
            matches!(error, CatalogError::BadPathValue { .. }),
            "{value:?} would be read as another path by whoever parses the URL"
        );
    }
    let error = row.path_with(&[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "highlevel.contacts.get needs contactId, which was not given"
    );
    let error = row
        .path_with(&[("contactId", "a"), ("taskId", "b")])
        .unwrap_err();
    assert!(
        error.to_string().contains("taskId"),
        "a value that goes nowhere is a mistake: {error}"
    );
    assert_eq!(
        get(ids::AIMFOX_LEADS_SEARCH).path_with(&[]).unwrap(),
        "/leads:search",
        "the colon stays as it is (facts/aimfox.md §2.1)"
    );
    let remove_all = get("highlevel.contacts.campaigns.remove_all");
    assert_eq!(
        remove_all
            .path_with_version("v3", &[("contactId", "a")])
            .unwrap(),
        "/contacts/a/campaigns/remove-all"
    );
}

#[test]
fn a_fault_in_a_body_names_its_field() {
    let create = get(ids::HIGHLEVEL_CONTACTS_CREATE);
    let said = |body: Value| create.check_body(&body).unwrap_err().to_string();
    assert_eq!(
        said(json!({ "locationId": "L", "tags": ["a", "b", 3] })),
        "highlevel.contacts.create: body.tags[2] should be text"
    );
    assert_eq!(
        said(json!({})),
        "highlevel.contacts.create: body.locationId is missing"
    );
    assert_eq!(
        said(json!({ "locationId": "L", "dateUpdated": "now" })),
        "highlevel.contacts.create: body.dateUpdated is not a field of this call",
        "HighLevel answers 422 to unknown keys, so they are refused here"
    );
    assert_eq!(
        said(json!({ "locationId": 1, "dndSettings": { "SMS": { "status": "on" } } })),
        "highlevel.contacts.create: body.locationId should be text; \
         body.dndSettings.SMS.status should be one of active, inactive, permanent",
        "every fault is named, however deep"
    );
    assert_eq!(
        said(Value::Null),
        "highlevel.contacts.create: body is missing"
    );
    create
        .check_body(&json!({ "locationId": "L", "email": null }))
        .unwrap();
    let error = get(ids::HIGHLEVEL_CONTACTS_GET)
        .check_body(&json!({}))
        .unwrap_err();
    assert_eq!(
        error.problems()[0].at,
        "body",
        "a call without a body takes none"
    );
    let search = get(ids::HIGHLEVEL_CONTACTS_SEARCH);
    let error = search
        .check_body(&json!({
            "locationId": "L", "pageLimit": 501,
            "filters": [{ "group": "OR", "filters": [{ "field": 1, "operator": "eq" }] }],
        }))
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("body.pageLimit should be at most 500"),
        "{error}"
    );
    assert!(
        error.contains("body.filters[0]"),
        "a fault in a group is placed: {error}"
    );
}

#[test]
fn a_fault_in_a_query_names_its_parameter() {
    let query = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let list = get(ids::HIGHLEVEL_CONTACTS_LIST);
    list.check_query(&query(&[("locationId", "L"), ("limit", "20")]))
        .unwrap();
    let said = |pairs| list.check_query(&query(pairs)).unwrap_err().to_string();
    assert_eq!(
        said(&[]),
        "highlevel.contacts.list: query.locationId is missing"
    );
    assert_eq!(
        said(&[("locationId", "L"), ("limit", "many")]),
        "highlevel.contacts.list: query.limit should be a number"
    );
    assert_eq!(
        said(&[("locationId", "L"), ("limit", "101")]),
        "highlevel.contacts.list: query.limit should be at most 100"
    );
    assert_eq!(
        said(&[("locationId", "L"), ("locationId", "M"), ("page", "2")]),
        "highlevel.contacts.list: query.locationId is given twice; \
         query.page is not a parameter of this call"
    );
    get(ids::AIMFOX_LEADS_SEARCH)
        .check_query(&query(&[("start", "0"), ("count", "100")]))
        .unwrap();
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
fn a_required_field_left_out_is_named() {
    let mut tried = 0;
    for operation in all() {
        let Some(Value::Object(body)) = operation.sample_body(Fill::Required) else {
            continue;
        };
        for name in body.keys() {
            let mut less = body.clone();
            less.remove(name);
            let error = operation.check_body(&Value::Object(less)).unwrap_err();
            let expected = format!("body.{name} is missing");
            assert!(
                error.to_string().contains(&expected),
                "{error} should say {expected}"
            );
            tried += 1;
        }
    }
    assert!(tried > 20, "there are required fields to try");
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

#[test]
fn scopes_are_the_least_that_open_everything() {
    let scopes = scopes_for([
        ids::HIGHLEVEL_CONTACTS_SEARCH,
        ids::HIGHLEVEL_CONTACTS_GET,
        ids::HIGHLEVEL_CONTACTS_TAGS_ADD,
        ids::HIGHLEVEL_CUSTOM_FIELDS_LIST,
        ids::AIMFOX_LEADS_SEARCH,
    ]);
    let expected = [
        "contacts.readonly",
        "contacts.write",
        "locations/customFields.readonly",
    ];
    assert_eq!(
        scopes,
        expected.into_iter().collect(),
        "each once, and nothing for Aimfox"
    );
    let everything = scopes_for(all().iter().map(|row| row.id.as_str()));
    for operation in all().iter().filter(|row| !row.scopes.is_empty()) {
        assert!(
            operation
                .scopes
                .iter()
                .any(|scope| everything.contains(scope.as_str())),
            "{} is opened",
            operation.id
        );
    }
}
