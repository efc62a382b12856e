//! Building a call from a row, finding the row of a call, and what a faulty call is told.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use foxbridge_catalog::{
    CatalogError, File, Fill, Method, all, get, ids, in_version, route, sample, scopes_for,
};
use foxbridge_model::Service;
use serde_json::{Value, json};

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
    let remove_all = in_version("highlevel.contacts.campaigns.remove_all", "v3").unwrap();
    assert_eq!(
        remove_all.path_with(&[("contactId", "a")]).unwrap(),
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
fn every_fault_of_a_call_is_named_at_once() {
    let create = get(ids::HIGHLEVEL_CONTACTS_TASKS_CREATE);
    let query = [("limit".to_owned(), "1".to_owned())];
    for (path, fault) in [
        (vec![], "path.contactId"),
        (vec![("contactId", "..")], "path.contactId"),
        // A value that goes nowhere is a mistake.
        (vec![("contactId", "a"), ("taskId", "b")], "path.taskId"),
    ] {
        let problems = create.problems(&path, &query, &json!({ "title": 1 }));
        let at: BTreeSet<&str> = problems.iter().map(|one| one.at.as_str()).collect();
        let body = ["body.title", "body.dueDate", "body.completed"];
        let expected: BTreeSet<&str> = [fault, "query.limit"].into_iter().chain(body).collect();
        assert_eq!(at, expected, "with {path:?} in the path");
    }
}

#[test]
fn a_version_reads_as_the_vendor_has_it_there() {
    let remove_all = "highlevel.contacts.campaigns.remove_all";
    let (first, later) = (get(remove_all), in_version(remove_all, "v3").unwrap());
    assert_eq!(later.versions, ["v3"], "it is sent as what it is");
    assert_eq!((&later.id, later.effect), (&first.id, first.effect));
    let same = in_version(remove_all, &first.versions[0]).unwrap();
    assert!(std::ptr::eq(same, first), "the first version is the row");
    for operation in all() {
        for version in &operation.versions {
            let reading = in_version(&operation.id, version).unwrap();
            assert_eq!(reading.versions[0], *version, "{}", operation.id);
        }
        assert_eq!(in_version(&operation.id, "v99"), None, "{}", operation.id);
    }
}

#[test]
fn a_sample_file_is_a_file() {
    let upload = get("aimfox.conversations.upload");
    let body = upload.sample_body(Fill::Required).unwrap();
    let file = File::read(body["file"].as_str().unwrap()).unwrap();
    assert_eq!(file.name, "example.txt");
    assert_eq!(file.media_type, "text/plain");
    assert!(!file.bytes.is_empty());
    let schema = json!({ "type": "string", "format": "binary" });
    assert!(File::read(sample(&schema, Fill::Required).as_str().unwrap()).is_ok());
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
