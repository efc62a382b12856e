//! The Aimfox client: what it reads out of recorded shapes, and what it sends.

use foxbridge_connectors::Aimfox;
use foxbridge_model::{Note, Region, Service, TagKey, Value};
use serde_json::{Value as Json, json};

use crate::fixtures::{fixture, urn};
use crate::server::{Around, Reply, Seen, Server, around, transport};

async fn client(
    reply: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static,
) -> (Aimfox, Server, Around) {
    let server = Server::answer(reply).await;
    let around = around();
    let client = Aimfox::new(transport(Service::Aimfox, &server.base_url, &around.parts))
        .with_region(Region::parse("GB").unwrap());
    (client, server, around)
}

#[tokio::test]
async fn a_hit_and_a_page_of_one_lead_are_one_person() {
    let (client, _server, _) = client(|_, seen| match seen.path.as_str() {
        "/leads:search/total" => Reply::Json(200, fixture("aimfox_leads_total")),
        "/leads:search" => Reply::Json(200, fixture("aimfox_leads_search")),
        "/leads/153688726" => Reply::Json(200, fixture("aimfox_lead_get")),
        other => panic!("{other} was asked for"),
    })
    .await;
    let listing = client.leads(|_, _| {}).await.unwrap();
    assert!(listing.complete && !listing.syncing && listing.total == 2);
    let hit = &listing.leads[0];
    assert_eq!(hit.name, "Zoë Müller-Ångström", "trimmed");
    assert!(!hit.detailed);
    assert_eq!(
        hit.fields.get("first_name"),
        None,
        "a hit does not tell the parts of a name"
    );
    assert_eq!(
        hit.fields["linkedin_url"],
        Value::from("https://www.linkedin.com/in/zo%C3%AB-m")
    );
    assert_eq!(hit.identities.urn, Some(urn()));
    assert_eq!(hit.notes.as_ref().unwrap()[0].text, "Asked for pricing");
    assert_eq!(hit.origins[0].name, "Autumn list");
    assert!(hit.tags.contains(&TagKey::new("hot lead").unwrap()));
    let other = &listing.leads[1];
    assert_eq!(
        (other.id.as_str(), other.name.as_str()),
        ("900300401", "李娜")
    );
    assert_eq!(
        other.notes, None,
        "a hit without notes does not say that there are none"
    );
    assert!(
        other.tags.contains(&TagKey::new("warm").unwrap()),
        "a label may be a mere name"
    );

    let lead = client.lead("153688726").await.unwrap().unwrap();
    assert!(lead.detailed);
    assert_eq!(lead.identities.slugs, hit.identities.slugs);
    for (field, value) in [
        ("first_name", "Zoë"),
        ("last_name", "Müller-Ångström"),
        ("headline", "Operations lead | Example Works"),
        ("company", "Example Works"),
        ("job_title", "Operations Lead"),
        ("location", "Warsaw Metropolitan Area"),
        ("email", "Zoe@Example.com"),
        ("phone", "020 7946 0123"),
        ("lead_id", "153688726"),
    ] {
        assert_eq!(lead.fields[field], Value::from(value), "{field}");
    }
    assert_eq!(
        lead.identities.phones[0].as_str(),
        "+442079460123",
        "a number of our region"
    );
    assert_eq!(lead.identities.emails[0].as_str(), "zoe@example.com");
}

/// A workspace with this many leads. `order` says which lead is at a place of the `n`-th page.
fn workspace(
    total: usize,
    order: impl Fn(usize, usize) -> usize + Send + Sync + 'static,
) -> impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static {
    move |n, seen| match seen.path.as_str() {
        "/leads:search/total" => Reply::Json(200, json!({ "status": "ok", "total_leads": total })),
        "/leads:search" => {
            let number = |name: &str| seen.param(name).unwrap().parse::<usize>().unwrap();
            let (start, count) = (number("start"), number("count"));
            assert!(
                seen.body.get("start").is_none(),
                "paging in the body is ignored"
            );
            let rows: Vec<Json> = (start..total.min(start + count))
                .map(|place| json!({ "id": (order(n, place) + 1).to_string() }))
                .collect();
            Reply::Json(200, json!({ "status": "ok", "leads": rows }))
        }
        other => panic!("{other} was asked for"),
    }
}

#[tokio::test]
async fn a_listing_costs_no_request_too_many() {
    for (total, pages) in [(0, 0), (1, 1), (100, 1), (101, 2), (800, 8)] {
        let (client, server, _) = client(workspace(total, |_, place| place)).await;
        let listing = client.leads(|_, _| {}).await.unwrap();
        assert_eq!(listing.leads.len(), total);
        assert!(listing.complete);
        assert_eq!(
            server.seen().len(),
            pages + 1,
            "{total} leads, and their count"
        );
    }
}

#[tokio::test]
async fn an_order_that_shifts_gets_a_second_pass() {
    // The third request sees a list that has moved by one: lead 100 is at place 99 no more.
    let (client, _server, _) = client(workspace(200, |n, place| {
        if n == 2 { (place + 1) % 200 } else { place }
    }))
    .await;
    let listing = client.leads(|_, _| {}).await.unwrap();
    assert!(
        listing.complete,
        "the lead that slipped through was not looked for"
    );
    assert_eq!(listing.leads.len(), 200, "each once");
}

#[tokio::test]
async fn a_listing_that_does_not_reach_the_total_says_so() {
    let (client, server, _) = client(workspace(300, |_, place| place % 250)).await;
    let listing = client.leads(|_, _| {}).await.unwrap();
    assert_eq!(listing.leads.len(), 250);
    assert_eq!(listing.total, 300);
    assert!(!listing.complete, "50 leads must not pass for deleted");
    assert!(server.seen().len() <= 7, "two passes and no more");
}

#[tokio::test]
async fn paging_that_is_not_obeyed_ends() {
    let (client, server, _) = client(|_, seen| match seen.path.as_str() {
        "/leads:search/total" => Reply::Json(200, json!({ "status": "ok", "total_leads": 7202 })),
        _ => {
            let rows: Vec<Json> = (1..=10).map(|id| json!({ "id": id })).collect();
            Reply::Json(200, json!({ "status": "ok", "leads": rows }))
        }
    })
    .await;
    let listing = client.leads(|_, _| {}).await.unwrap();
    assert_eq!(listing.leads.len(), 10);
    assert!(!listing.complete);
    assert!(server.seen().len() < 12, "it went round and round");
}

#[tokio::test]
async fn the_older_envelope_is_understood() {
    let (client, _server, _) = client(|_, seen| match seen.path.as_str() {
        "/leads:search/total" => Reply::Json(200, json!({ "status": "ok" })),
        _ => Reply::Json(200, fixture("aimfox_leads_search_older")),
    })
    .await;
    let listing = client.leads(|_, _| {}).await.unwrap();
    assert_eq!(listing.leads.len(), 1);
    assert!(listing.complete, "its total is beside the hits");
    assert!(listing.syncing, "a seat's network is still being imported");
}

#[tokio::test]
async fn accounts_and_labels() {
    let (client, _server, _) = client(|_, seen| match (seen.method.as_str(), seen.path.as_str()) {
        ("GET", "/accounts") => Reply::Json(200, fixture("aimfox_accounts")),
        ("GET", "/labels") => Reply::Json(200, fixture("aimfox_labels")),
        ("POST", "/labels") => {
            assert_eq!(seen.body, json!({ "name": "VIP", "color": "success" }));
            Reply::Json(201, json!({ "status": "ok", "label": { "id": "l9", "name": "VIP", "color": "success" } }))
        }
        other => panic!("{other:?} was asked for"),
    })
    .await;
    let accounts = client.accounts().await.unwrap();
    let workspace = Some("96cfd782-d2a2-4742-a2de-e75990b9324c");
    assert_eq!(accounts[0].workspace_id.as_deref(), workspace);
    assert_eq!(
        (accounts[0].name.as_str(), accounts[0].state.as_str()),
        ("Seat Owner", "LoggedIn")
    );
    assert_eq!(
        (accounts[1].id.as_str(), accounts[1].name.as_str()),
        ("700100201", "Second Seat")
    );
    let labels = client.labels().await.unwrap();
    assert_eq!(
        (labels[0].name.as_str(), labels[0].count),
        ("Hot Lead", Some(3))
    );
    assert_eq!(labels[1].count, None);
    assert_eq!(
        client.create_label("VIP", "success").await.unwrap().id,
        "l9"
    );
    assert!(
        client.create_label("VIP", "mauve").await.is_err(),
        "no such colour, so not sent"
    );
}

#[tokio::test]
async fn notes_and_labels_of_a_lead() {
    let (client, server, _) = client(|_, seen| {
        let note =
            json!({ "id": "n1", "text": seen.body["text"], "created_at": "2026-01-01T00:00:00Z" });
        match seen.method.as_str() {
            "GET" => Reply::Json(
                200,
                json!({ "status": "ok", "notes": [
                    { "id": "n1", "text": "a\nb", "created_at": "2026-01-01T00:00:00Z" },
                ]}),
            ),
            "POST" if seen.path.ends_with("/notes") => {
                Reply::Json(201, json!({ "status": "ok", "note": note }))
            }
            "PATCH" => Reply::Json(200, json!({ "status": "ok", "note": note })),
            _ => Reply::Json(200, json!({ "status": "ok" })),
        }
    })
    .await;
    let expected = Note {
        id: "n1".to_owned(),
        text: "a\nb".to_owned(),
        created_at: Some("2026-01-01T00:00:00Z".to_owned()),
    };
    assert_eq!(client.notes("1").await.unwrap(), [expected]);
    assert_eq!(client.create_note("1", "new").await.unwrap().text, "new");
    assert_eq!(
        client.update_note("1", "n1", "newer").await.unwrap().text,
        "newer"
    );
    client.delete_note("1", "n1").await.unwrap();
    client.attach_label("1", "l1").await.unwrap();
    client.detach_label("1", "l1").await.unwrap();
    let sent: Vec<String> = server
        .seen()
        .iter()
        .map(|seen| format!("{} {}", seen.method, seen.path))
        .collect();
    assert_eq!(
        sent,
        [
            "GET /leads/1/notes",
            "POST /leads/1/notes",
            "PATCH /leads/1/notes/n1",
            "DELETE /leads/1/notes/n1",
            "POST /leads/1/labels/l1",
            "DELETE /leads/1/labels/l1",
        ]
    );
}

#[tokio::test]
async fn a_failure_that_comes_with_200_is_a_failure() {
    let (client, _server, _) = client(|_, seen| match seen.method.as_str() {
        "GET" => Reply::Json(200, fixture("aimfox_error_not_found")),
        _ => Reply::Json(
            200,
            json!({ "status": "fail", "error": { "code": 400, "message": "too long" } }),
        ),
    })
    .await;
    assert_eq!(client.lead("9").await.unwrap(), None, "404 inside a 200");
    let error = client.create_note("9", "x").await.unwrap_err();
    assert!(error.to_string().contains("too long"), "{error}");
    assert!(!error.outcome_unknown(), "{error}");
}
