//! The HighLevel client: what it reads out of recorded shapes, and what it sends.

use std::collections::BTreeMap;

use foxbridge_connectors::{CallError, ContactWrite, CustomField, HighLevel};
use foxbridge_model::{LeadId, Person, Region, Service, TagKey, Value};
use serde_json::{Value as Json, json};

use crate::fixtures::{fixture, urn};
use crate::server::{Around, Reply, Seen, Server, around, transport};

/// A client, and a server that knows the location and else answers like this.
async fn client(
    reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> (HighLevel, Server, Around) {
    let server = Server::answer(move |_, seen| match seen.path.as_str() {
        "/locations/loc1" => Reply::Json(200, fixture("highlevel_location")),
        "/locations/loc1/customFields" if seen.method == "GET" => {
            Reply::Json(200, fixture("highlevel_custom_fields"))
        }
        _ => reply(seen),
    })
    .await;
    let around = around();
    let client = HighLevel::new(transport(
        Service::HighLevel,
        &server.base_url,
        &around.parts,
    ));
    (client, server, around)
}

fn paths(server: &Server) -> Vec<String> {
    server
        .seen()
        .iter()
        .map(|seen| format!("{} {}", seen.method, seen.path))
        .collect()
}

/// What is the same in every shape of the contact c1.
fn check_zoe(person: &Person) {
    assert_eq!(person.id, "c1");
    assert_eq!(person.name, "Zoë Müller-Ångström");
    let field = |key: &str| person.fields.get(key).cloned();
    assert_eq!(field("firstName"), Some("Zoë".into()));
    assert_eq!(
        field("email"),
        Some("Zoe@Example.com".into()),
        "as it is shown"
    );
    assert_eq!(
        field("address1"),
        Some("1 High Street".into()),
        "also where it is called address"
    );
    assert_eq!(field("companyName"), None, "null and absent are the same");
    assert_eq!(field("state"), None);
    assert_eq!(field("cf.cfBudget"), Some("1200.5".into()));
    assert_eq!(
        field("cf.cfTopics"),
        Some(Value::List(vec!["crm".into(), "ads".into()].into()))
    );
    assert_eq!(field("cf.cfFile"), None, "files are left alone");
    let who = &person.identities;
    assert_eq!(who.lead_id, LeadId::parse("153688726").ok());
    assert_eq!(who.urn, Some(urn()));
    assert_eq!(
        who.slugs.iter().map(|s| s.as_str()).collect::<Vec<_>>(),
        ["zoë-m"]
    );
    let emails: Vec<&str> = who.emails.iter().map(|e| e.as_str()).collect();
    assert_eq!(emails, ["zoe@example.com", "zoe@example.org"]);
    let phones: Vec<&str> = who.phones.iter().map(|p| p.as_str()).collect();
    assert_eq!(phones, ["+442079460123", "+12025550123"]);
    assert!(person.tags.contains(&TagKey::new("Hot lead").unwrap()));
    assert_eq!(
        person.updated_at.as_deref(),
        Some("2026-06-02T09:30:00.123Z")
    );
    assert!(person.detailed);
}

#[tokio::test]
async fn a_contact_reads_the_same_in_every_shape() {
    let (client, server, _) = client(|seen| match seen.path.as_str() {
        "/contacts/c1" => Reply::Json(200, fixture("highlevel_contact_get")),
        "/contacts/search" => Reply::Json(200, fixture("highlevel_contacts_search")),
        other => panic!("{other} was asked for"),
    })
    .await;
    let got = client.contact("c1").await.unwrap().unwrap();
    check_zoe(&got);
    let listing = client.contacts(|_, _| {}).await.unwrap();
    check_zoe(&listing.contacts[0]);
    let mut found = listing.contacts[0].clone();
    // The two shapes differ in the spelling of the number alone.
    found
        .fields
        .insert("phone".to_owned(), got.fields["phone"].clone());
    assert_eq!(
        found, got,
        "a contact must not seem changed because it was read another way"
    );
    assert_eq!(listing.contacts[1].name, "Example Ltd");
    assert!(listing.complete && listing.total == 2);
    assert_eq!(
        paths(&server),
        [
            "GET /locations/loc1/customFields",
            "GET /locations/loc1",
            "GET /contacts/c1",
            "POST /contacts/search",
        ],
        "definitions and location are read once"
    );
}

/// A location with this many contacts, searchable as the service does it.
fn searchable(total: usize) -> impl Fn(&Seen) -> Reply + Send + Sync + 'static {
    move |seen| {
        assert_eq!(seen.path, "/contacts/search", "only the search is needed");
        assert_eq!(
            seen.body["sort"],
            json!([{ "field": "dateAdded", "direction": "asc" }])
        );
        let size = usize::try_from(seen.body["pageLimit"].as_u64().unwrap()).unwrap();
        let after = seen.body["searchAfter"][1].as_str().map_or(0, |id| {
            id.strip_prefix('c').unwrap().parse::<usize>().unwrap() + 1
        });
        let rows: Vec<Json> = (after..total.min(after + size))
            .map(|n| json!({ "id": format!("c{n}"), "searchAfter": [n, format!("c{n}")] }))
            .collect();
        Reply::Json(200, json!({ "contacts": rows, "total": total }))
    }
}

#[tokio::test]
async fn a_listing_costs_no_request_too_many() {
    for (total, pages) in [
        (0, 1),
        (1, 1),
        (499, 1),
        (500, 1),
        (501, 2),
        (1000, 2),
        (1001, 3),
    ] {
        let (client, server, _) = client(searchable(total)).await;
        let client = client.with_region(Region::parse("GB").unwrap());
        let mut told = Vec::new();
        let listing = client
            .contacts(|done, all| told.push((done, all)))
            .await
            .unwrap();
        assert_eq!(listing.contacts.len(), total);
        assert!(listing.complete, "{total} of {total}");
        assert_eq!(
            server.seen().len(),
            pages + 1,
            "{total} contacts, and the definitions"
        );
        assert_eq!(
            told.last(),
            Some(&(total, total)),
            "progress ends at the end"
        );
    }
}

#[tokio::test]
async fn a_cursor_that_is_not_obeyed_ends_incomplete() {
    let (client, server, _) = client(|_| {
        let rows: Vec<Json> = (0..500)
            .map(|n| json!({ "id": format!("c{n}"), "searchAfter": [n, "x"] }))
            .collect();
        Reply::Json(200, json!({ "contacts": rows, "total": 2000 }))
    })
    .await;
    let listing = client.contacts(|_, _| {}).await.unwrap();
    assert_eq!(listing.contacts.len(), 500, "each once");
    assert!(
        !listing.complete,
        "nothing may be concluded from what is missing"
    );
    assert!(server.seen().len() <= 4, "it went round and round");
}

#[tokio::test]
async fn a_search_that_is_not_there_falls_back_to_the_old_listing() {
    let (client, _server, _) = client(|seen| match seen.path.as_str() {
        "/contacts/search" => Reply::Json(404, json!({"message": "Cannot POST /contacts/search"})),
        "/contacts/" => {
            assert_eq!(seen.param("limit"), Some("100"));
            assert_eq!(seen.param("locationId"), Some("loc1"));
            Reply::Json(200, fixture("highlevel_contacts_list"))
        }
        other => panic!("{other} was asked for"),
    })
    .await;
    let listing = client.contacts(|_, _| {}).await.unwrap();
    assert_eq!(
        listing.contacts[0].name, "Ada McGregor",
        "the true spelling of the name"
    );
    assert!(listing.complete);
}

#[tokio::test]
async fn a_search_that_fails_is_no_reason_to_fall_back() {
    let (client, server, _) =
        client(|_| Reply::Json(400, json!({"message": "Invalid field x"}))).await;
    assert!(client.contacts(|_, _| {}).await.is_err());
    assert!(
        paths(&server)
            .iter()
            .all(|path| !path.ends_with("/contacts/"))
    );
}

#[tokio::test]
async fn a_missing_contact_is_none_and_a_missing_page_is_an_error() {
    for (status, message, none) in [
        (400, "Contact not found for id:c9", true),
        (400, "Contact with id c9 not found", true),
        (404, "Cannot GET /contacts/c9", false),
        (401, "Invalid Private Integration token", false),
    ] {
        let (client, _server, _) =
            client(move |_| Reply::Json(status, json!({ "message": message }))).await;
        let outcome = client.contact("c9").await;
        assert_eq!(matches!(outcome, Ok(None)), none, "{message}: {outcome:?}");
        assert_eq!(
            outcome.is_err(),
            !none,
            "{message}: a fault must not pass for a deletion"
        );
    }
}

#[tokio::test]
async fn writes_are_as_documented() {
    let (client, server, _) = client(|seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("POST", "/contacts/") => Reply::Json(201, json!({ "contact": { "id": "c7" } })),
        ("POST", "/locations/loc1/customFields") => Reply::Json(
            201,
            json!({ "customField": { "id": "cfNew", "name": "Note", "fieldKey": "contact.note", "dataType": "TEXT" } }),
        ),
        _ => Reply::Json(200, json!({ "succeded": true, "tags": [] })),
    })
    .await;
    let fields = BTreeMap::from([
        ("firstName".to_owned(), Some(Value::from("Ada"))),
        ("companyName".to_owned(), Some(Value::from("Example Ltd"))),
        ("cf.cfLead".to_owned(), Some(Value::from("153688726"))),
    ]);
    let new = ContactWrite {
        fields,
        tags: vec!["linkedin".to_owned()],
    };
    assert_eq!(client.create_contact(&new).await.unwrap(), "c7");
    let made = client.create_custom_field("Note", "TEXT").await.unwrap();
    let expected = CustomField {
        id: "cfNew".to_owned(),
        name: "Note".to_owned(),
        key: "contact.note".to_owned(),
        data_type: "TEXT".to_owned(),
        options: Vec::new(),
    };
    assert_eq!(made, expected);
    let change = ContactWrite {
        fields: BTreeMap::from([
            ("lastName".to_owned(), None),
            ("cf.cfNew".to_owned(), Some(Value::from("x"))),
        ]),
        tags: Vec::new(),
    };
    client.update_contact("c7", &change).await.unwrap();
    client.add_tags("c7", &["vip".to_owned()]).await.unwrap();
    client.remove_tags("c7", &["vip".to_owned()]).await.unwrap();
    let sent: Vec<(String, Json)> = server
        .seen()
        .into_iter()
        .filter(|seen| seen.body != Json::Null)
        .map(|seen| (format!("{} {}", seen.method, seen.path), seen.body))
        .collect();
    assert_eq!(
        sent,
        [
            (
                "POST /contacts/".to_owned(),
                json!({
                    "locationId": "loc1", "companyName": "Example Ltd", "firstName": "Ada",
                    "customFields": [{ "id": "cfLead", "field_value": "153688726" }],
                    "tags": ["linkedin"],
                })
            ),
            (
                "POST /locations/loc1/customFields".to_owned(),
                json!({ "name": "Note", "dataType": "TEXT", "model": "contact" })
            ),
            (
                "PUT /contacts/c7".to_owned(),
                json!({
                    "lastName": null,
                    "customFields": [{ "id": "cfNew", "field_value": "x" }],
                })
            ),
            (
                "POST /contacts/c7/tags".to_owned(),
                json!({ "tags": ["vip"] })
            ),
            (
                "DELETE /contacts/c7/tags".to_owned(),
                json!({ "tags": ["vip"] })
            ),
        ]
    );
    let company = ContactWrite {
        fields: BTreeMap::from([("companyName".to_owned(), Some(Value::from("Other Ltd")))]),
        tags: Vec::new(),
    };
    let error = client.update_contact("c7", &company).await.unwrap_err();
    assert!(matches!(error, CallError::BadRequest { .. }), "{error}");
}

#[tokio::test]
async fn a_duplicate_is_named() {
    let (client, _server, _) = client(|seen| match seen.path.as_str() {
        "/contacts/" => Reply::Json(400, fixture("highlevel_duplicate_error")),
        "/contacts/search/duplicate" => {
            assert_eq!(
                seen.param("number"),
                Some("%2B442079460123"),
                "a plus must be encoded"
            );
            match seen.param("email") {
                None => Reply::Json(200, json!({ "contact": null })),
                Some(_) => Reply::Json(200, fixture("highlevel_contact_get")),
            }
        }
        other => panic!("{other} was asked for"),
    })
    .await;
    let new = ContactWrite {
        fields: BTreeMap::from([("email".to_owned(), Some(Value::from("zoe@example.com")))]),
        tags: Vec::new(),
    };
    let error = client.create_contact(&new).await.unwrap_err();
    assert_eq!(error.duplicate_of(), Some("c1"));
    let phone = Some("+442079460123");
    let found = client
        .find_duplicate(Some("zoe@example.com"), phone)
        .await
        .unwrap();
    assert_eq!(found.as_deref(), Some("c1"));
    assert_eq!(client.find_duplicate(None, phone).await.unwrap(), None);
    assert_eq!(
        client.find_duplicate(None, None).await.unwrap(),
        None,
        "nothing to ask"
    );
}

#[tokio::test]
async fn a_stamped_contact_is_found_by_its_stamp() {
    let (client, _server, _) = client(|seen| {
        assert_eq!(
            seen.body["filters"],
            json!([{ "field": "customFields.cfLead", "operator": "eq", "value": "153688726" }])
        );
        Reply::Json(200, fixture("highlevel_contacts_search"))
    })
    .await;
    let found = client
        .find_by_custom_field("cfLead", "153688726")
        .await
        .unwrap();
    check_zoe(&found[0]);
}

#[tokio::test]
async fn a_location_is_described() {
    let (client, _server, _) = client(|_| Reply::Json(404, json!({}))).await;
    let location = client.location().await.unwrap();
    assert_eq!(location.name, "Example Works");
    assert_eq!(location.country.as_deref(), Some("GB"));
    assert_eq!(location.company_id.as_deref(), Some("comp1"));
    assert_eq!(location.timezone.as_deref(), Some("Europe/London"));
    assert_eq!(location.allow_duplicate, Some(false));
}
