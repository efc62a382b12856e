//! The rows against the vendors' own documents, which stand beside the repository.
//!
//! Method, path, parameters, body fields, what is required, scopes, key type, effect and the first
//! fields of an answer must be the same, except for what [`deviations`] lists with its source.

#![allow(clippy::unwrap_used)]

mod deviations;
mod document;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use foxbridge_catalog::{
    Effect, KeyType, Operation, ParamPlace, all, find_trigger, in_version, triggers,
};
use foxbridge_model::Service;

use deviations::{DEVIATIONS, MISSING_ROWS};
use document::{Call, Document, Shape};

/// Apps of HighLevel whose every operation must have a row.
const APPS: [&str; 11] = [
    "businesses",
    "calendars",
    "campaigns",
    "contacts",
    "conversations",
    "custom-fields",
    "locations",
    "oauth",
    "opportunities",
    "users",
    "workflows",
];

fn contracts() -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts");
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: ../shared/contracts is absent");
    None
}

/// The folder a version's documents are in. The old ones of two apps name an older header, and
/// are in the same folder.
fn folder(version: &str) -> &str {
    if version == "v3" { "v3" } else { "2021-07-28" }
}

fn highlevel(path: &std::path::Path) -> BTreeMap<&'static str, BTreeMap<String, Call>> {
    let mut calls = BTreeMap::new();
    for version in ["2021-07-28", "v3"] {
        let mut found = BTreeMap::new();
        for file in std::fs::read_dir(path.join("highlevel").join(version)).unwrap() {
            let file = file.unwrap().path();
            let app = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let document = Document::read(&file);
            found.extend(document.calls(&app));
        }
        assert!(found.len() > 150, "the documents of {version} were read");
        calls.insert(version, found);
    }
    calls
}

/// A row as one version of the API has it. Where that is a folder of documents and no version of
/// the row's, its first.
fn reading(row: &'static Operation, version: &str) -> &'static Operation {
    in_version(&row.id, version).unwrap_or(row)
}

/// Every way in which a reading differs from the document, in a few words each.
fn differences(reading: &Operation, call: &Call) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for place in [ParamPlace::Path, ParamPlace::Query] {
        let word = if place == ParamPlace::Path {
            "path"
        } else {
            "query"
        };
        let ours: BTreeMap<&str, bool> = reading
            .params
            .iter()
            .filter(|param| param.place == place)
            .map(|param| (param.name.as_str(), param.required))
            .collect();
        let theirs = &call.params[word];
        for (name, required) in &ours {
            match theirs.get(*name) {
                None => found.insert(format!("{word}: {name} is not in the document")),
                Some(must) if must != required => {
                    found.insert(format!("{word}: {name} is required on one side only"))
                }
                Some(_) => false,
            };
        }
        for name in theirs
            .keys()
            .filter(|name| !ours.contains_key(name.as_str()))
        {
            found.insert(format!("{word}: {name} is left out"));
        }
    }
    match (&reading.body, &call.body) {
        (None, None) => {}
        (Some(_), None) => {
            found.insert("body: none in the document".into());
        }
        (None, Some(_)) => {
            found.insert("body: left out".into());
        }
        (Some(ours), Some((theirs, required))) => {
            if ours.required != *required {
                found.insert("body: required on one side only".into());
            }
            compare(
                "body",
                &Shape::of(&ours.schema, &ours.schema),
                theirs,
                &mut found,
            );
        }
    }
    // Answers are open: what the document names must be there, more may be.
    if let (Shape::Object { fields: ours, .. }, Some(Shape::Object { fields: theirs, .. })) =
        (Shape::of(&reading.result, &reading.result), &call.result)
    {
        for name in theirs
            .keys()
            .filter(|name| !ours.contains_key(name.as_str()))
        {
            found.insert(format!("result: {name} is left out"));
        }
    } else if matches!(&call.result, Some(Shape::Object { fields, .. }) if !fields.is_empty()) {
        found.insert("result: not an object".into());
    }
    found
}

fn compare(at: &str, ours: &Shape, theirs: &Shape, found: &mut BTreeSet<String>) {
    match (ours, theirs) {
        (
            Shape::Object {
                fields: ours,
                required: must,
            },
            Shape::Object {
                fields: theirs,
                required: their_must,
            },
        ) => {
            for name in ours.keys().filter(|name| !theirs.contains_key(*name)) {
                found.insert(format!("{at}.{name} is not in the document"));
            }
            for (name, theirs) in theirs {
                match ours.get(name) {
                    None => {
                        found.insert(format!("{at}.{name} is left out"));
                    }
                    Some(ours) => compare(&format!("{at}.{name}"), ours, theirs, found),
                }
            }
            for name in must.symmetric_difference(their_must) {
                if ours.contains_key(name) && theirs.contains_key(name) {
                    found.insert(format!("{at}.{name} is required on one side only"));
                }
            }
        }
        (Shape::List(ours), Shape::List(theirs)) => {
            compare(&format!("{at}[]"), ours, theirs, found);
        }
        (Shape::Other, Shape::Object { fields, .. }) if fields.is_empty() => {}
        (Shape::Object { fields, .. }, Shape::Other) if fields.is_empty() => {}
        (Shape::Other, Shape::Other) => {}
        (ours, theirs) => {
            found.insert(format!(
                "{at} is {} here and {} there",
                ours.name(),
                theirs.name()
            ));
        }
    }
}

/// What was found must be exactly what the table knows of the service: an entry that no longer says
/// anything would hide the next mistake in the same place.
fn report(service: Service, found: &BTreeSet<(String, String)>) {
    let mut known = BTreeSet::new();
    for (id, differences, source) in DEVIATIONS {
        assert!(
            !source.is_empty() && !differences.is_empty(),
            "{id}: say what and whence"
        );
        if foxbridge_catalog::get(id).service == service {
            known.extend(
                differences
                    .iter()
                    .map(|what| ((*id).to_owned(), (*what).to_owned())),
            );
        }
    }
    let list = |set: Vec<&(String, String)>| -> String {
        set.iter()
            .map(|(id, what)| format!("\n  {id}: {what}"))
            .collect()
    };
    let new = list(found.difference(&known).collect());
    let gone = list(known.difference(found).collect());
    assert!(
        new.is_empty(),
        "rows differ from the documents without a known reason:{new}"
    );
    assert!(
        gone.is_empty(),
        "these deviations are no more; take them out of the table:{gone}"
    );
}

#[test]
fn highlevel_rows_are_what_the_documents_say() {
    let Some(path) = contracts() else { return };
    let documents = highlevel(&path);
    let mut found = BTreeSet::new();
    for row in all().iter().filter(|row| row.service == Service::HighLevel) {
        let mut deprecated = false;
        for version in &row.versions {
            let reading = reading(row, version);
            let name = format!("{} {}", row.method.as_str(), reading.path);
            let Some(call) = documents[folder(version)].get(&name) else {
                found.insert((
                    row.id.clone(),
                    format!("{version}: {name} is not in the documents"),
                ));
                continue;
            };
            let mut say = |what: String| found.insert((row.id.clone(), what));
            for what in differences(reading, call) {
                say(what);
            }
            if !call.versions.is_empty() && !call.versions.contains(version) {
                say(format!("the document does not know version {version}"));
            }
            let scopes: BTreeSet<String> = row.scopes.iter().cloned().collect();
            if !call.scopes.is_empty() && call.scopes != scopes {
                say(format!(
                    "{version}: scopes are {:?} in the document",
                    call.scopes
                ));
            }
            deprecated |= call.deprecated;
        }
        if deprecated != row.deprecated.is_some() {
            found.insert((row.id.clone(), "deprecated on one side only".into()));
        }
    }
    report(Service::HighLevel, &found);
}

#[test]
fn every_operation_of_an_app_has_its_row() {
    let Some(path) = contracts() else { return };
    let mut missing = vec![];
    for (version, calls) in highlevel(&path) {
        for (name, call) in calls
            .iter()
            .filter(|(_, call)| APPS.contains(&call.app.as_str()))
        {
            let has_row = all()
                .iter()
                .filter(|row| row.service == Service::HighLevel)
                .any(|row| {
                    row.versions.iter().any(|each| folder(each) == version)
                        && *name
                            == format!("{} {}", row.method.as_str(), reading(row, version).path)
                });
            if !has_row && !MISSING_ROWS.iter().any(|(known, _)| known == name) {
                missing.push(format!("{version} {}: {name}", call.app));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "operations without a row:\n{}",
        missing.join("\n")
    );
}

#[test]
fn aimfox_rows_are_what_the_document_says() {
    let Some(path) = contracts() else { return };
    let calls = Document::read(&path.join("aimfox/openapi.json")).calls("aimfox");
    assert_eq!(calls.len(), 69, "the document lists 69 operations");
    let rows: BTreeSet<String> = all()
        .iter()
        .filter(|row| row.service == Service::Aimfox)
        .map(|row| format!("{} {}", row.method.as_str(), row.path))
        .collect();
    let missing: Vec<&String> = calls.keys().filter(|name| !rows.contains(*name)).collect();
    assert!(missing.is_empty(), "operations without a row: {missing:#?}");
    let mut found = BTreeSet::new();
    for row in all().iter().filter(|row| row.service == Service::Aimfox) {
        let name = format!("{} {}", row.method.as_str(), row.path);
        let mut say = |what: String| found.insert((row.id.clone(), what));
        let Some(call) = calls.get(&name) else {
            say(format!("{name} is not in the document"));
            continue;
        };
        for what in differences(reading(row, ""), call) {
            say(what);
        }
        let key = match row.key {
            Some(KeyType::Normal) => "normal",
            Some(KeyType::Master) => "master",
            None => "none",
        };
        if call.key.as_deref() != Some(key) {
            say(format!("key type is {:?} in the document", call.key));
        }
        let effect = match row.effect {
            Effect::Read => "read",
            Effect::Write => "write",
            Effect::Outreach => "outreach",
            Effect::Destructive => "destructive",
        };
        if call.effect.as_deref() != Some(effect) {
            say(format!("effect is {effect} here"));
        }
    }
    report(Service::Aimfox, &found);
}

/// A key of the document as an id: `LCEmailStats` is `lc_email_stats`.
fn snake(key: &str) -> String {
    let mut id = String::new();
    let mut before = '_';
    let mut letters = key
        .replace("SaaS", "Saas")
        .replace("LC", "Lc")
        .chars()
        .collect::<Vec<_>>();
    for letter in letters.drain(..) {
        if letter.is_ascii_uppercase() && before != '_' {
            id.push('_');
        }
        id.push(letter.to_ascii_lowercase());
        before = letter;
    }
    id
}

#[test]
fn triggers_are_what_the_documents_say() {
    let Some(path) = contracts() else { return };
    for (service, file) in [
        ("highlevel", "highlevel/webhooks.json"),
        ("aimfox", "aimfox/openapi.json"),
    ] {
        let webhooks = Document::read(&path.join(file)).webhooks();
        let rows = triggers()
            .iter()
            .filter(|row| row.id.starts_with(service))
            .count();
        assert_eq!(rows, webhooks.len(), "one row for each event of {service}");
        for (key, (theirs, name)) in webhooks {
            let id = format!("{service}.events.{}", snake(&key));
            let row = find_trigger(&id).unwrap_or_else(|| panic!("{key} has no row {id}"));
            let wire = if service == "aimfox" { Some(key) } else { name };
            assert_eq!(row.event, wire, "{id}: the name that deliveries carry");
            let mut found = BTreeSet::new();
            compare(
                "payload",
                &Shape::of(&row.payload, &row.payload),
                &theirs,
                &mut found,
            );
            // Below the first level our payloads are as open as the services are.
            found.retain(|what| {
                what.ends_with("is left out")
                    && what.matches('.').count() == 1
                    && !what.contains('[')
            });
            assert!(found.is_empty(), "{id}: {found:#?}");
        }
    }
}
