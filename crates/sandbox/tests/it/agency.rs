//! What only an agency's key opens is kept, too.

use serde_json::{Value, json};

use crate::stage::{Reply, Stage};

async fn with_key(
    stage: &Stage,
    key: &str,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Reply {
    let base = &stage.sandbox.credentials().aimfox.base_url;
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str())];
    stage
        .raw(method, &format!("{base}{path}"), &headers, body)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_key_that_is_made_opens_its_workspace_with_its_rights() {
    let stage = Stage::roomy().await;
    let at = stage.sandbox.credentials().aimfox.clone();
    let master = at.master_key.unwrap();
    let workspace = stage
        .sandbox
        .with_state(|world| world.aimfox.workspace_id.clone());
    let tokens = format!("/workspaces/{workspace}/tokens");
    let before = with_key(&stage, &master, "GET", &tokens, None).await;
    let before = before.expect(200, "listed");
    assert_eq!(before["tokens"][0]["token"], at.api_key.as_str());
    let mut made = Vec::new();
    for write in [false, true] {
        let body = json!({"name": "Foxbridge", "write": write});
        let reply = with_key(&stage, &master, "POST", &tokens, Some(body)).await;
        let reply = reply.expect(200, "made");
        made.push(reply["token"]["token"].as_str().unwrap().to_owned());
    }
    let after = with_key(&stage, &master, "GET", &tokens, None).await;
    let after = after.expect(200, "listed");
    assert_eq!(after["tokens"].as_array().unwrap().len(), 3, "{after}");
    for key in &made {
        let reply = with_key(&stage, key, "GET", "/accounts", None).await;
        reply.expect(200, "both read");
    }
    let label = json!({"name": "New", "color": "info"});
    let reply = with_key(&stage, &made[0], "POST", "/labels", Some(label.clone())).await;
    reply.expect(403, "made to read only");
    let reply = with_key(&stage, &made[1], "POST", "/labels", Some(label)).await;
    assert!(reply.status < 300, "made to write: {}", reply.body);
    let reply = with_key(&stage, &made[1], "GET", &tokens, None).await;
    reply.expect(500, "and still no agency's key");
}

#[tokio::test]
async fn seats_are_a_total_and_a_client_is_known_by_the_address() {
    let stage = Stage::roomy().await;
    let at = stage.sandbox.credentials().aimfox.clone();
    let master = at.master_key.unwrap();
    let body = json!({"name": "Second"});
    let made = with_key(&stage, &master, "POST", "/workspaces", Some(body)).await;
    let made = made.expect(200, "made");
    let id = made["workspace"]["id"].as_str().unwrap().to_owned();
    let seats = format!("/workspaces/{id}/seats/agency");
    for count in [5, 3] {
        let body = json!({"count": count, "source": "agency"});
        let reply = with_key(&stage, &master, "POST", &seats, Some(body)).await;
        let reply = reply.expect(200, "set");
        assert_eq!(reply["workspace"]["license_count"], count, "not added up");
        assert_eq!(reply["workspace"]["name"], "Second", "of that workspace");
    }
    let body = json!({"email": "grace@example.com", "first_name": "Grace"});
    let reply = stage.aimfox("POST", "/clients", Some(body)).await;
    reply.expect(200, "made");
    let body = json!({"email": "grace@example.com"});
    let reply = with_key(&stage, &master, "POST", "/clients/token", Some(body)).await;
    let reply = reply.expect(200, "signed in");
    assert_eq!(reply["client"]["first_name"], "Grace", "the same client");
    let body = json!({"email": "nobody@example.com"});
    let reply = with_key(&stage, &master, "POST", "/clients/token", Some(body)).await;
    reply.expect(404, "nobody was made with that address");
}
