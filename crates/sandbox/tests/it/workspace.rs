//! What Aimfox keeps beside leads: audiences, variables, blacklist, templates, webhooks, limits.

use serde_json::{Value, json};

use crate::stage::Stage;

/// The id of the sample campaign in a state with a way of reaching people.
fn campaign(stage: &Stage, state: &str, outreach: &str) -> String {
    stage.sandbox.with_state(|world| {
        let mut all = world.aimfox.campaigns.iter();
        let found = all.find(|one| one.state == state && one.outreach == outreach);
        found.unwrap().id.clone()
    })
}

async fn audience(stage: &Stage, campaign: &str) -> Vec<Value> {
    let at = format!("/campaigns/{campaign}/audience");
    let body = stage
        .aimfox("GET", &at, None)
        .await
        .expect(200, "the audience");
    body["audience"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_bulk_add_is_200_even_when_people_are_refused() {
    let stage = Stage::roomy().await;
    let id = campaign(&stage, "ACTIVE", "connect");
    let lead = stage.sandbox.with_state(|world| {
        world
            .aimfox
            .leads
            .values()
            .next()
            .unwrap()
            .public_identifier
            .clone()
    });
    let before = audience(&stage, &id).await.len();
    let at = format!("/campaigns/{id}/audience/multiple");
    let url = |slug: &str| format!("https://www.linkedin.com/in/{slug}");
    let body = json!({"type": "profile_url", "profiles": [
        {"profile_url": url("new-person"), "custom_variables": {"TOPIC": "Ships"}},
        {"profile_url": url(&lead)},
        {"profile_url": url("gone-person")},
        {"profile_url": "https://www.linkedin.com/company/example/"},
    ]});
    let reply = stage.aimfox("POST", &at, Some(body.clone())).await;
    let reply = reply.expect(200, "refusals are no error (facts/aimfox.md §2.4)");
    assert_eq!(
        reply["profiles"].as_array().unwrap().len(),
        1,
        "one was added"
    );
    assert_eq!(
        reply["failed"].as_array().unwrap().len(),
        3,
        "three were refused"
    );
    assert_eq!(
        reply["failedReason"][&lead], "alreadyConnected",
        "a lead is connected already"
    );
    assert_eq!(
        reply["failedReason"]["gone-person"], "miningFailed",
        "nobody is there"
    );
    assert_eq!(
        audience(&stage, &id).await.len(),
        before + 1,
        "the audience grew by one"
    );
    stage
        .aimfox("POST", &at, Some(body))
        .await
        .expect(200, "again");
    assert_eq!(
        audience(&stage, &id).await.len(),
        before + 1,
        "nobody is in it twice"
    );
    let urn = reply["profiles"][0]["urn"].as_str().unwrap();
    let variables = format!("/campaigns/{id}/custom-variables/{urn}");
    let variables = stage
        .aimfox("GET", &variables, None)
        .await
        .expect(200, "variables");
    let kept = &variables["custom_variables"]["variables"];
    assert_eq!(
        *kept,
        json!({"TOPIC": "Ships"}),
        "variables came with the person"
    );
    let one = format!("/campaigns/{id}/audience/new-person");
    stage
        .aimfox("DELETE", &one, None)
        .await
        .expect(200, "by public name");
    stage
        .aimfox("DELETE", &one, None)
        .await
        .expect(404, "no longer in it");
}

#[tokio::test]
async fn a_single_add_says_why_not() {
    let stage = Stage::roomy().await;
    let url = "https://www.linkedin.com/in/somebody-new/";
    let body = json!({"profile_url": url});
    let refused = |reply: &Value| reply["error"]["data"].as_str().unwrap_or("").to_owned();
    let waiting = campaign(&stage, "INIT", "connect");
    let at = |id: &str| format!("/campaigns/{id}/audience");
    let reply = stage
        .aimfox("POST", &at(&waiting), Some(body.clone()))
        .await;
    reply.expect(400, "a campaign that has not been set up takes nobody");
    let messages = campaign(&stage, "DONE", "message");
    let reply = stage
        .aimfox("POST", &at(&messages), Some(body.clone()))
        .await;
    assert_eq!(
        refused(&reply.expect(400, "no lead")),
        "notLead",
        "only leads can be written to"
    );
    let connect = campaign(&stage, "ACTIVE", "connect");
    stage
        .aimfox("POST", "/blacklist", Some(json!({"urls": [url]})))
        .await
        .expect(200, "blocked");
    let reply = stage
        .aimfox("POST", &at(&connect), Some(body.clone()))
        .await;
    assert_eq!(
        refused(&reply.expect(400, "blocked")),
        "blocked",
        "the blacklist is kept to"
    );
    let listed = stage
        .aimfox("GET", "/blacklist", None)
        .await
        .expect(200, "listed");
    let urn = listed["profiles"][0]["urn"].as_str().unwrap().to_owned();
    stage
        .aimfox("DELETE", &format!("/blacklist/{urn}"), None)
        .await
        .expect(200, "unblocked");
    stage
        .aimfox("POST", &at(&connect), Some(body.clone()))
        .await
        .expect(200, "added");
    let other = stage.sandbox.with_state(|world| {
        let mut all = world.aimfox.campaigns.iter();
        let found =
            all.find(|one| one.id != connect && one.outreach == "connect" && one.state == "ACTIVE");
        found.unwrap().id.clone()
    });
    let reply = stage.aimfox("POST", &at(&other), Some(body)).await;
    assert_eq!(
        refused(&reply.expect(400, "locked")),
        "locked",
        "one active campaign a person"
    );
}

#[tokio::test]
async fn making_a_webhook_twice_makes_two_and_integrations_are_hidden() {
    let stage = Stage::roomy().await;
    let list = || stage.aimfox("GET", "/webhooks", None);
    let count = |body: &Value| body["webhooks"].as_array().unwrap().len();
    let before = count(&list().await.expect(200, "before"));
    let mut body = json!({
        "name": "Foxbridge", "events": ["accepted"], "url": "https://example.com/h",
        "integration": false,
    });
    for _ in 0..2 {
        stage
            .aimfox("POST", "/webhooks", Some(body.clone()))
            .await
            .expect(201, "made");
    }
    assert_eq!(
        count(&list().await.expect(200, "after")),
        before + 2,
        "creating is no upsert"
    );
    body["integration"] = json!(true);
    stage
        .aimfox("POST", "/webhooks", Some(body))
        .await
        .expect(201, "made");
    assert_eq!(
        count(&list().await.expect(200, "plain")),
        before + 2,
        "it is not shown"
    );
    let all = stage
        .aimfox("GET", "/webhooks?integration=true", None)
        .await
        .expect(200, "all");
    assert!(count(&all) > before + 2, "unless asked for");
}

#[tokio::test]
async fn limits_and_templates_are_kept() {
    let stage = Stage::roomy().await;
    let account = stage
        .sandbox
        .with_state(|world| world.aimfox.accounts[0].id.clone());
    let at = format!("/accounts/{account}/limits");
    stage
        .aimfox("PATCH", &at, Some(json!({"connect": 1001})))
        .await
        .expect(400, "1000 is the most");
    stage
        .aimfox("PATCH", &at, Some(json!({"connect": 40})))
        .await
        .expect(200, "set");
    let read = stage.aimfox("GET", &at, None).await.expect(200, "read");
    assert_eq!(read["limit"]["connect"], 40, "the change was kept");
    assert_eq!(read["limit"]["inmail"], 100, "the rest stays");
    let body = json!({"name": "Hello", "type": "NOTE_TEMPLATE", "message": "Hi", "ai": false});
    let made = stage
        .aimfox("POST", "/templates", Some(body))
        .await
        .expect(201, "made");
    assert!(
        made["template"]["created_at"].is_string(),
        "ISO when written"
    );
    let at = format!("/templates/{}", made["template"]["id"].as_str().unwrap());
    let read = stage.aimfox("GET", &at, None).await.expect(200, "read");
    assert!(
        read["template"]["created_at"].is_number(),
        "milliseconds when read"
    );
    stage
        .aimfox("DELETE", &at, None)
        .await
        .expect(200, "removed");
    stage.aimfox("GET", &at, None).await.expect(404, "gone");
}

#[tokio::test]
async fn a_conversation_holds_what_was_said_in_it() {
    let stage = Stage::roomy().await;
    let (account, lead) = stage.sandbox.with_state(|world| {
        let aimfox = &world.aimfox;
        (
            aimfox.accounts[0].id.clone(),
            aimfox.leads.keys().next_back().unwrap().to_string(),
        )
    });
    let of = format!("/accounts/{account}/leads/{lead}/conversation");
    let none = stage.aimfox("GET", &of, None).await.expect(200, "none yet");
    assert!(none["conversation_urn"].is_null(), "nothing was said yet");
    let body = json!({"message": "Hello", "recipients": [lead]});
    let at = format!("/accounts/{account}/conversations");
    stage
        .aimfox("POST", &at, Some(json!({"recipients": [lead]})))
        .await
        .expect(400, "no text");
    let receipt = stage
        .aimfox("POST", &at, Some(body))
        .await
        .expect(200, "started");
    let urn = receipt["conversation_urn"]
        .as_str()
        .unwrap()
        .replace('=', "%3D");
    let one = format!("{at}/{urn}");
    stage
        .aimfox("POST", &one, Some(json!({"message": "Again"})))
        .await
        .expect(201, "sent");
    let said = stage.aimfox("GET", &one, None).await.expect(200, "read");
    let texts: Vec<&str> = said["messages"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["body"].as_str())
        .collect();
    assert_eq!(
        texts,
        ["Hello", "Again"],
        "in the order in which it was said"
    );
    let found = stage
        .aimfox("GET", &of, None)
        .await
        .expect(200, "there now");
    assert_eq!(
        found["conversation_urn"], receipt["conversation_urn"],
        "found by the lead"
    );
}
