//! Aimfox as a client meets it.

use std::collections::BTreeSet;

use foxbridge_sandbox::Config;
use serde_json::{Value, json};

use crate::stage::{Stage, roomy};

pub(crate) fn ids(rows: &Value) -> Vec<String> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect()
}

pub(crate) async fn some_lead(stage: &Stage) -> String {
    let body = stage
        .aimfox("POST", "/leads:search?start=0&count=1", Some(json!({})))
        .await;
    ids(&body.expect(200, "found")["leads"])[0].clone()
}

#[tokio::test]
async fn only_the_query_pages() {
    let stage = Stage::new(Config {
        leads: 250,
        ..roomy()
    })
    .await;
    let search = async |query: &str, body: Value| {
        let path = format!("/leads:search{query}");
        ids(&stage
            .aimfox("POST", &path, Some(body))
            .await
            .expect(200, "found")["leads"])
    };
    assert_eq!(
        search("", json!({})).await.len(),
        10,
        "ten when nobody says"
    );
    let in_body = json!({"start": 50, "count": 100, "limit": 100, "offset": 50, "page": 2});
    let first: BTreeSet<String> = search("", json!({})).await.into_iter().collect();
    let ignored: BTreeSet<String> = search("", in_body).await.into_iter().collect();
    assert_eq!(
        first, ignored,
        "paging in the body is ignored without a word"
    );
    assert_eq!(
        search("?start=0&count=500", json!({})).await.len(),
        100,
        "100 is the most"
    );
    let mut met = BTreeSet::new();
    for start in (0..).step_by(100) {
        let page = search(&format!("?start={start}&count=100"), json!({})).await;
        if page.is_empty() {
            break;
        }
        met.extend(page);
    }
    let total = stage
        .aimfox("POST", "/leads:search/total", Some(json!({})))
        .await;
    let total = total.expect(200, "counted");
    assert_eq!(total["total_leads"], met.len(), "as many as the total says");
    assert_eq!(met.len(), 250);
    assert_eq!(total["sync"], false);
    stage
        .sandbox
        .with_state(|world| world.aimfox.importing = true);
    let total = stage
        .aimfox("POST", "/leads:search/total", Some(json!({})))
        .await;
    assert_eq!(
        total.expect(200, "counted")["sync"],
        true,
        "an import shows"
    );
    stage
        .aimfox("GET", "/leads:search", None)
        .await
        .expect(404, "there is no GET");
    stage
        .aimfox("POST", "/leads:search?start=x", Some(json!({})))
        .await
        .expect(400, "no number");
}

#[tokio::test]
async fn a_touched_lead_moves_to_the_front() {
    let stage = Stage::roomy().await;
    let page = async |start: usize| {
        let path = format!("/leads:search?start={start}&count=10");
        ids(&stage
            .aimfox("POST", &path, Some(json!({})))
            .await
            .expect(200, "found")["leads"])
    };
    let last = page(80).await[0].clone();
    let path = format!("/leads/{last}/notes");
    stage
        .aimfox("POST", &path, Some(json!({"text": "hello"})))
        .await
        .expect(201, "noted");
    assert!(
        page(0).await.contains(&last),
        "the order is not to be relied upon"
    );
}

#[tokio::test]
async fn a_hit_is_less_than_the_page() {
    let stage = Stage::roomy().await;
    let body = stage
        .aimfox("POST", "/leads:search?count=100", Some(json!({})))
        .await;
    let body = body.expect(200, "found");
    let mut with_email = 0;
    let mut places = BTreeSet::new();
    for hit in body["leads"].as_array().unwrap() {
        for hidden in [
            "email",
            "emails",
            "phones",
            "first_name",
            "current_experience",
            "updated_at",
        ] {
            assert!(hit.get(hidden).is_none(), "a hit has no {hidden}");
        }
        let id = hit["id"].as_str().expect("ids are texts");
        let page = stage
            .aimfox("GET", &format!("/leads/{id}"), None)
            .await
            .expect(200, "read");
        let lead = &page["lead"];
        for name in hit.as_object().unwrap().keys() {
            assert_eq!(lead[name], hit[name], "the page says the same of {name}");
        }
        assert!(lead["first_name"].is_string() && lead["work_experience"].is_array());
        let email = [
            &lead["email"],
            &lead["emails"][0]["address"],
            &lead["contact_info"]["email"],
        ];
        with_email += usize::from(email.iter().any(|value| value.is_string()));
        places.insert(email.map(Value::is_string));
    }
    assert!(
        (20..75).contains(&with_email),
        "a good part has an address, got {with_email}"
    );
    assert!(
        places.len() >= 3,
        "in different places of the page: {places:?}"
    );
    let body = stage
        .aimfox("GET", "/leads/anna", None)
        .await
        .expect(400, "no number");
    assert_eq!(
        body["error"]["message"],
        "\"params.lead_id\" must be a number"
    );
    assert_eq!(body["error"]["data"], "ValidationError");
    assert_eq!(body["status"], "fail");
    stage
        .aimfox("GET", "/leads/1", None)
        .await
        .expect(404, "nobody");
}

#[tokio::test]
async fn filters_take_texts_and_numbers() {
    let stage = Stage::roomy().await;
    let accounts = stage
        .aimfox("GET", "/accounts", None)
        .await
        .expect(200, "listed");
    let seat = accounts["accounts"][0]["id"].as_str().unwrap().to_owned();
    assert!(
        accounts["accounts"][0]["workspace_id"].is_string(),
        "the workspace is named here"
    );
    let total = async |body: Value| {
        stage
            .aimfox("POST", "/leads:search/total", Some(body))
            .await
            .expect(200, "counted")["total_leads"]
            .clone()
    };
    let number: u64 = seat.parse().unwrap();
    let by_text = total(json!({"lead_of": [seat]})).await;
    assert_eq!(
        by_text,
        total(json!({"lead_of": [number]})).await,
        "an id may be a number"
    );
    assert_ne!(by_text, json!(0));
    let campaigns = stage
        .aimfox("GET", "/campaigns", None)
        .await
        .expect(200, "listed");
    let mut from_campaigns = 0;
    for campaign in campaigns["campaigns"].as_array().unwrap() {
        let id = campaign["id"].as_str().unwrap();
        let joined = total(json!({"origins": [id]})).await.as_u64().unwrap();
        let audience = stage
            .aimfox("GET", &format!("/campaigns/{id}/audience?limit=1"), None)
            .await;
        let audience = audience.expect(200, "listed")["audience"]
            .as_array()
            .unwrap()
            .len() as u64;
        assert!(
            audience >= joined,
            "the whole audience, and some who have not accepted"
        );
        assert_eq!(campaign["target_count"], audience);
        stage
            .aimfox("GET", &format!("/campaigns/{id}"), None)
            .await
            .expect(200, "read");
        stage
            .aimfox("GET", &format!("/campaigns/{id}/metrics"), None)
            .await
            .expect(200, "read");
        from_campaigns += joined;
    }
    assert!(
        from_campaigns >= 76,
        "most leads came from a campaign, got {from_campaigns}"
    );
    let facets = stage
        .aimfox("POST", "/leads:search/facets/origins", Some(json!({})))
        .await;
    let counted: u64 = facets.expect(200, "counted")["origins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["target_count"].as_u64().unwrap())
        .sum();
    assert_eq!(counted, from_campaigns, "the facet counts the same people");
    let inbound = stage
        .aimfox("GET", "/campaigns?outreach_type=inbound", None)
        .await;
    assert_eq!(
        inbound.expect(200, "listed")["campaigns"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let limits = stage
        .aimfox("GET", &format!("/accounts/{seat}/limits"), None)
        .await;
    assert_eq!(limits.expect(200, "read")["limit"]["connect"], 100);
}

#[tokio::test]
async fn somebody_in_an_audience_is_no_lead() {
    let stage = Stage::roomy().await;
    let (target, campaign) = stage.sandbox.with_state(|world| {
        let campaign = &world.aimfox.campaigns[0];
        (campaign.waiting[0].id.to_string(), campaign.id.clone())
    });
    let body = stage
        .aimfox("GET", &format!("/leads/{target}"), None)
        .await
        .expect(200, "readable");
    assert_eq!(body["lead"]["is_lead"], false);
    let body = stage
        .aimfox(
            "POST",
            "/leads:search?count=100",
            Some(json!({"origins": [campaign]})),
        )
        .await;
    assert!(
        !ids(&body.expect(200, "found")["leads"]).contains(&target),
        "but not found"
    );
}

#[tokio::test]
async fn keys_are_checked() {
    let stage = Stage::roomy().await;
    let at = stage.sandbox.credentials().aimfox.clone();
    let url = format!("{}/accounts", at.base_url);
    let bad = [("authorization", "Bearer nope")];
    let body = stage
        .raw("GET", &url, &bad, None)
        .await
        .unwrap()
        .expect(401, "wrong key");
    assert_eq!(body["status"], "fail");
    stage
        .raw("GET", &url, &[], None)
        .await
        .unwrap()
        .expect(401, "no key");
    stage
        .sandbox
        .with_state(|world| world.aimfox.can_write = false);
    stage
        .aimfox("GET", "/accounts", None)
        .await
        .expect(200, "a read-only key passes the test");
    let label = json!({"name": "x", "color": "info"});
    stage
        .aimfox("POST", "/labels", Some(label))
        .await
        .expect(403, "and fails the write");
    stage
        .aimfox("POST", "/leads:search", Some(json!({})))
        .await
        .expect(200, "a search is no write");
    stage
        .aimfox("GET", "/nowhere", None)
        .await
        .expect(404, "no such route");
}
