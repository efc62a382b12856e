//! Webhooks that Aimfox sends by itself: to whom, about what, and again when nobody took them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use foxbridge_catalog::triggers;
use foxbridge_model::Service;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::stage::Stage;

/// The secret that came along, and the body.
type Told = (Option<String>, Value);

/// Somebody who is told, and refuses the first so many.
#[derive(Clone, Default)]
struct Ear {
    heard: Arc<Mutex<Vec<Told>>>,
    refuse: Arc<Mutex<usize>>,
    again: Arc<Notify>,
}

async fn hear(State(ear): State<Ear>, headers: HeaderMap, body: String) -> StatusCode {
    let secret = headers.get("x-secret").and_then(|v| v.to_str().ok());
    let body: Value = serde_json::from_str(&body).unwrap();
    ear.heard
        .lock()
        .unwrap()
        .push((secret.map(str::to_owned), body));
    ear.again.notify_one();
    let mut refuse = ear.refuse.lock().unwrap();
    if *refuse > 0 {
        *refuse -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    StatusCode::OK
}

impl Ear {
    /// Listens; gives the address.
    async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/told", listener.local_addr().unwrap());
        let app = Router::new().fallback(hear).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        address
    }

    /// Everything that was told, once it is so much.
    async fn all(&self, count: usize) -> Vec<Told> {
        loop {
            let heard = self.heard.lock().unwrap().clone();
            if heard.len() >= count {
                return heard;
            }
            self.again.notified().await;
        }
    }
}

async fn register(stage: &Stage, url: &str, events: &[&str]) {
    let body = json!({
        "name": "Ear", "url": url, "events": events, "integration": false,
        "headers": { "x-secret": "s3cret" },
    });
    stage
        .aimfox("POST", "/webhooks", Some(body))
        .await
        .expect(201, "a webhook is made");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_an_answer_and_an_acceptance_are_told_as_the_catalog_has_them() {
    let stage = Stage::roomy().await;
    let ear = Ear::default();
    let address = ear.listen().await;
    register(
        &stage,
        &address,
        &["lead_label_added", "reply", "new_reply", "campaign_reply"],
    )
    .await;
    let (lead, label) = stage.sandbox.with_state(|world| {
        let label = world.aimfox.labels[0].id.clone();
        let mut leads = world.aimfox.leads.values();
        let lead = leads.find(|lead| !lead.labels.contains(&label)).unwrap();
        (lead.id, label)
    });
    let path = format!("/leads/{lead}/labels/{label}");
    for _ in 0..2 {
        stage.aimfox("POST", &path, Some(json!({}))).await;
    }
    stage
        .sandbox
        .with_state(|world| world.lead_replies(lead, crate::stage::NOON));
    let heard = ear.all(4).await;
    let told: Vec<&str> = heard
        .iter()
        .map(|(_, body)| body["event_type"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        ["lead_label_added", "new_reply", "campaign_reply", "reply"],
        "a label that was there already is no news"
    );
    for (secret, body) in &heard {
        assert_eq!(secret.as_deref(), Some("s3cret"));
        let event = body["event_type"].as_str().unwrap();
        let mut all = triggers().iter();
        let trigger = all
            .find(|t| t.service == Some(Service::Aimfox) && t.event.as_deref() == Some(event))
            .unwrap();
        let schema = jsonschema::validator_for(&trigger.payload).unwrap();
        let faults: Vec<String> = schema.iter_errors(body).map(|e| e.to_string()).collect();
        assert_eq!(faults, [] as [String; 0], "{event}: {body:#}");
    }
    let message = |at: usize| &heard[at].1["event"]["message_urn"];
    assert_eq!(message(1), message(2), "one message under two events");
    assert_ne!(heard[1].1["id"], heard[2].1["id"], "and two ids");
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_not_take_it_is_told_again_under_the_same_id_and_nobody_far_away_is() {
    let stage = Stage::roomy().await;
    let ear = Ear::default();
    *ear.refuse.lock().unwrap() = 1;
    let address = ear.listen().await;
    register(&stage, &address, &["reply"]).await;
    register(&stage, "http://192.0.2.1/hooks", &["reply"]).await;
    let lead = stage
        .sandbox
        .with_state(|world| *world.aimfox.leads.keys().next().unwrap());
    stage
        .sandbox
        .with_state(|world| world.lead_replies(lead, crate::stage::NOON));
    let heard = ear.all(2).await;
    assert_eq!(heard[0], heard[1], "the same, once more");
    let posted = stage.sandbox.posted();
    assert_eq!(posted[0].status, 503);
    assert!(
        posted.iter().all(|post| post.id == heard[0].1["id"]),
        "the sample data stays on this computer: {posted:?}"
    );
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn campaigns_tell_as_time_passes_without_being_asked() {
    let stage = Stage::roomy().await;
    let ear = Ear::default();
    let address = ear.listen().await;
    let campaign = stage.sandbox.with_state(|world| {
        let mut campaigns = world.aimfox.campaigns.iter();
        let asking = campaigns.find(|c| c.state == "ACTIVE" && !c.waiting.is_empty());
        asking.unwrap().id.clone()
    });
    register(
        &stage,
        &address,
        &["view", "connect", "accepted", "new_connection"],
    )
    .await;
    let base = &stage.sandbox.credentials().aimfox.base_url;
    let url = format!("{base}/_sandbox/campaigns");
    stage
        .raw("POST", &url, &[], Some(json!({ "days": 30 })))
        .await
        .unwrap()
        .expect(200, "thirty days pass");
    let heard = ear.all(4).await;
    assert!(
        heard
            .iter()
            .any(|(_, body)| body["event"]["campaign"]["id"] == campaign.as_str()),
        "{heard:#?}"
    );
    stage.sandbox.stop().await;
}
