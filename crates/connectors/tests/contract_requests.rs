//! Every request that the app can build, against the vendors' own documents.
//!
//! The typed clients are pointed at a recorder, and so is every row of the catalog with a body made
//! from its schema. What arrives must be an operation of the documents, with names in the query that
//! they know, a body that fits their schema and no member they do not know (HighLevel refuses those
//! with 422), in a version they name. What differs knowingly is in `contract_deviations`, with its source.

#![allow(clippy::unwrap_used, missing_docs)]

mod contract;
mod contract_deviations;
#[allow(dead_code)] // Written for the other tests, which use all of it.
#[path = "it/server.rs"]
mod server;

use std::collections::{BTreeMap, BTreeSet};

use foxbridge_catalog::{Fill, Operation, all, in_version, sample};
use foxbridge_connectors::{
    Aimfox, Call, ContactWrite, HighLevel, Transport, TransportParts, updatable, writable,
};
use foxbridge_model::{Region, Service, Value};
use serde_json::{Value as Json, json};

use contract::{Contracts, Finding};
use contract_deviations::DEVIATIONS;
use server::{Reply, Seen, Server, around, config};

/// Whatever differs outside the table; what of the table was seen goes into `used`.
fn unexplained(
    findings: Vec<Finding>,
    used: &mut BTreeSet<(&'static str, &'static str)>,
) -> Vec<String> {
    let mut rest = Vec::new();
    for finding in findings {
        let known = DEVIATIONS
            .iter()
            .filter(|(operation, _, _)| *operation == finding.operation)
            .find_map(|(operation, differences, _)| {
                let known = differences.iter().find(|known| **known == finding.place)?;
                Some((*operation, *known))
            });
        match known {
            Some(known) => {
                used.insert(known);
            }
            None => rest.push(finding.to_string()),
        }
    }
    rest
}

/// A transport as the app makes it, at a recorder. `base` is what stands before the paths.
fn transport(service: Service, server: &Server, base: &str, parts: &TransportParts) -> Transport {
    let config = config(service, &format!("{}{base}", server.base_url));
    Transport::new(config, server::SECRET.into(), parts.clone()).unwrap()
}

/// Answers as the sandbox's plain operations do: with the schema's example.
async fn recorder(base: &'static str, special: fn(&str, &Seen) -> Option<Reply>) -> Server {
    Server::answer(move |_, seen| {
        let path = seen.path.strip_prefix(base).unwrap_or(&seen.path);
        special(path, seen).unwrap_or_else(|| {
            let row = all().iter().find(|row| {
                row.method.as_str() == seen.method && contract::fits(&row.path, path).is_some()
            });
            let answer = row.map_or(Json::Null, |row| sample(&row.result, Fill::Everything));
            Reply::Json(200, answer)
        })
    })
    .await
}

fn contact_rows(from: usize, count: usize) -> Vec<Json> {
    let row = |n: usize| json!({"id": format!("c{n}"), "searchAfter": [n, format!("c{n}")]});
    (from..from + count).map(row).collect()
}

/// Two pages of the search.
fn two_pages(path: &str, seen: &Seen) -> Option<Reply> {
    (path == "/contacts/search").then(|| {
        let rows = match seen.body.get("searchAfter") {
            None => contact_rows(0, 500),
            Some(_) => contact_rows(500, 3),
        };
        Reply::Json(200, json!({"contacts": rows, "total": 503}))
    })
}

/// No search, and two pages of the old listing.
fn old_listing(path: &str, seen: &Seen) -> Option<Reply> {
    match path {
        "/contacts/search" => Some(Reply::Json(
            404,
            json!({"statusCode": 404, "message": "Cannot POST /contacts/search"}),
        )),
        "/contacts/" => {
            let (rows, meta) = match seen.param("startAfter") {
                None => (
                    contact_rows(0, 100),
                    json!({"total": 101, "startAfter": 1_767_225_600_000_i64, "startAfterId": "c99"}),
                ),
                Some(_) => (contact_rows(100, 1), json!({"total": 101})),
            };
            Some(Reply::Json(200, json!({"contacts": rows, "meta": meta})))
        }
        _ => None,
    }
}

/// Two pages of leads.
fn leads(path: &str, seen: &Seen) -> Option<Reply> {
    match path {
        "/leads:search/total" => Some(Reply::Json(
            200,
            json!({"status": "ok", "total_leads": 103}),
        )),
        "/leads:search" => {
            let from: usize = seen.param("start")?.parse().unwrap();
            let rows: Vec<Json> = (from..(from + 100).min(103))
                .map(
                    |n| json!({"id": format!("{n}"), "urn": format!("ACoAA{n}"), "full_name": "A"}),
                )
                .collect();
            Some(Reply::Json(200, json!({"status": "ok", "leads": rows})))
        }
        _ => None,
    }
}

/// Custom fields of every type that is written differently.
fn definitions(path: &str, _: &Seen) -> Option<Reply> {
    path.ends_with("/customFields").then(|| {
        let fields: Vec<Json> = [
            "TEXT", "LARGE_TEXT", "NUMERICAL", "PHONE", "MONETORY", "CHECKBOX", "SINGLE_OPTIONS",
            "MULTIPLE_OPTIONS", "RADIO", "DATE",
        ]
        .iter()
        .map(|kind| {
            json!({"id": kind, "name": kind, "fieldKey": format!("contact.{kind}"), "dataType": kind})
        })
        .collect();
        Reply::Json(200, json!({"customFields": fields}))
    })
}

/// A write of every field that `takes` allows; `value` says of what.
fn write(takes: fn(&str) -> bool, value: Option<&str>) -> ContactWrite {
    let standard = [
        "firstName",
        "lastName",
        "email",
        "phone",
        "companyName",
        "website",
        "address1",
        "city",
        "state",
        "postalCode",
        "country",
        "source",
    ];
    let custom = [
        "cf.TEXT",
        "cf.LARGE_TEXT",
        "cf.NUMERICAL",
        "cf.PHONE",
        "cf.MONETORY",
        "cf.CHECKBOX",
        "cf.SINGLE_OPTIONS",
        "cf.MULTIPLE_OPTIONS",
        "cf.RADIO",
        "cf.DATE",
    ];
    ContactWrite {
        fields: standard
            .iter()
            .chain(&custom)
            .filter(|field| takes(field))
            .map(|field| ((*field).to_owned(), value.map(Value::from)))
            .collect::<BTreeMap<_, _>>(),
        tags: Vec::new(),
    }
}

#[tokio::test]
async fn what_the_client_of_highlevel_sends_is_what_the_vendor_documents() {
    let Some(contracts) = Contracts::read() else {
        return;
    };
    let parts = around().parts;
    let mut seen = Vec::new();

    let server = recorder("", two_pages).await;
    let client = HighLevel::new(transport(Service::HighLevel, &server, "", &parts));
    client.location().await.unwrap();
    client.tags().await.unwrap();
    client.custom_fields().await.unwrap();
    client
        .create_custom_field("LinkedIn URL", "TEXT")
        .await
        .unwrap();
    let listing = client.contacts(|_, _| {}).await.unwrap();
    assert!(listing.complete, "both pages were read");
    client.contact("c1").await.unwrap();
    let tags = ["one".to_owned()];
    client.add_tags("c1", &tags).await.unwrap();
    client.remove_tags("c1", &tags).await.unwrap();
    for (email, phone) in [
        (Some("ada@example.com"), None),
        (None, Some("+442079460000")),
        (Some("ada@example.com"), Some("+442079460000")),
    ] {
        client.find_duplicate(email, phone).await.unwrap();
    }
    client
        .find_by_custom_field("f1", "900300400")
        .await
        .unwrap();
    seen.extend(server.seen());

    let server = recorder("", old_listing).await;
    let client = HighLevel::new(transport(Service::HighLevel, &server, "", &parts))
        .with_region(Region::default());
    let listing = client.contacts(|_, _| {}).await.unwrap();
    assert!(listing.complete, "both pages of the old listing were read");
    seen.extend(server.seen());

    let server = recorder("", definitions).await;
    let client = HighLevel::new(transport(Service::HighLevel, &server, "", &parts));
    let mut made = write(writable, Some("12"));
    made.tags = vec!["one".to_owned()];
    client.create_contact(&made).await.unwrap();
    client
        .update_contact("c1", &write(updatable, Some("12")))
        .await
        .unwrap();
    client
        .update_contact("c1", &write(updatable, None))
        .await
        .unwrap();
    seen.extend(server.seen());

    let found = seen
        .iter()
        .flat_map(|one| contracts.check(Service::HighLevel, one));
    let rest = unexplained(found.collect(), &mut BTreeSet::new());
    assert!(rest.is_empty(), "not as documented:\n{}", rest.join("\n"));
    assert!(seen.len() > 20, "each method of the client sent something");
}

#[tokio::test]
async fn what_the_client_of_aimfox_sends_is_what_the_vendor_documents() {
    let Some(contracts) = Contracts::read() else {
        return;
    };
    let server = recorder("/api/v2", leads).await;
    let parts = around().parts;
    let client = Aimfox::new(transport(Service::Aimfox, &server, "/api/v2", &parts));
    client.accounts().await.unwrap();
    client.labels().await.unwrap();
    client.create_label("Warm", "info").await.unwrap();
    let listing = client.leads(|_, _| {}).await.unwrap();
    assert!(listing.complete, "both pages were read");
    client.lead("900300400").await.unwrap();
    client.notes("900300400").await.unwrap();
    client.create_note("900300400", "text").await.unwrap();
    client.update_note("900300400", "n1", "text").await.unwrap();
    client.delete_note("900300400", "n1").await.unwrap();
    client.attach_label("900300400", "l1").await.unwrap();
    client.detach_label("900300400", "l1").await.unwrap();

    let seen = server.seen();
    let found = seen
        .iter()
        .flat_map(|one| contracts.check(Service::Aimfox, one));
    let rest = unexplained(found.collect(), &mut BTreeSet::new());
    assert!(rest.is_empty(), "not as documented:\n{}", rest.join("\n"));
    assert!(seen.len() > 12, "each method of the client sent something");
}

/// What the Operations page and `ops call` send: every row, with as little as it needs and with
/// everything it takes.
#[tokio::test]
async fn what_every_row_of_the_catalog_sends_is_what_the_vendors_document() {
    let Some(contracts) = Contracts::read() else {
        return;
    };
    let parts = around().parts;
    let highlevel = recorder("", |_, _| Some(Reply::Json(200, json!({})))).await;
    let aimfox = recorder("/api/v2", |_, _| Some(Reply::Json(200, json!({})))).await;
    let send = |service| match service {
        Service::HighLevel => transport(service, &highlevel, "", &parts),
        Service::Aimfox => transport(service, &aimfox, "/api/v2", &parts),
    };
    let (to_highlevel, to_aimfox) = (send(Service::HighLevel), send(Service::Aimfox));

    let mut sent = 0;
    let mut kinds = BTreeSet::new();
    for row in all().iter().flat_map(readings) {
        let to = match row.service {
            Service::HighLevel => &to_highlevel,
            Service::Aimfox => &to_aimfox,
        };
        kinds.extend(row.body.as_ref().map(|body| format!("{:?}", body.format)));
        for fill in [Fill::Required, Fill::Everything] {
            let outcome = to.call(filled(row, fill)).await;
            outcome.unwrap_or_else(|error| panic!("{} cannot be sent: {error}", row.id));
            sent += 1;
        }
    }
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["Form", "Json", "Multipart"],
        "every kind of body was sent"
    );

    let mut used = BTreeSet::new();
    let mut found = Vec::new();
    for (service, server) in [(Service::HighLevel, &highlevel), (Service::Aimfox, &aimfox)] {
        let seen = server.seen();
        found.extend(seen.iter().flat_map(|one| contracts.check(service, one)));
    }
    let rest = unexplained(found, &mut used);
    assert!(
        rest.is_empty(),
        "{} not as documented:\n{}",
        rest.len(),
        rest.join("\n")
    );
    assert!(sent > 800, "{sent} requests were sent");
    for (operation, differences, source) in DEVIATIONS {
        // What only the clients send is looked for in their tests.
        for difference in differences
            .iter()
            .filter(|one| !one.starts_with("body.customFields."))
        {
            assert!(
                used.contains(&(*operation, *difference)),
                "{operation} does not differ in {difference} any more; drop it ({source})"
            );
        }
    }
}

/// A row in each of its versions; as it is where the service has none.
fn readings(row: &'static Operation) -> Vec<&'static Operation> {
    if row.versions.is_empty() {
        return vec![row];
    }
    let reading = |version: &String| in_version(&row.id, version).unwrap();
    row.versions.iter().map(reading).collect()
}

/// A call of a row with values made from its schema.
fn filled(row: &'static Operation, fill: Fill) -> Call {
    let mut call = Call::new(row);
    for param in row.path_params() {
        call = call.path(&param.name, text(&sample(&param.schema, fill)));
    }
    for param in row.query_params() {
        if param.required || fill == Fill::Everything {
            call = call.query(&param.name, text(&sample(&param.schema, fill)));
        }
    }
    match row.sample_body(fill) {
        Some(body) => call.body(body),
        None => call,
    }
}

/// A value as it stands in an address.
fn text(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.first().map(text).unwrap_or_default(),
        other => other.to_string(),
    }
}
