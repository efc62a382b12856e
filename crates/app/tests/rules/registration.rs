//! Our webhook at Aimfox: made once, found again, changed, removed.

use serde_json::{Value, json};

use crate::stage::Stage;

fn hooks(stage: &Stage) -> Vec<Value> {
    stage.sandbox.with_state(|world| {
        let all = world.aimfox.shelves.all("webhooks").iter();
        all.filter(|hook| hook["name"] == "Foxbridge")
            .cloned()
            .collect()
    })
}

async fn register(stage: &Stage, events: &[&str]) {
    let request = json!({ "connection": stage.aimfox, "events": events });
    stage.call("hooks.register", request).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_webhook_whatever_is_pressed_how_often() {
    let stage = Stage::set().await;
    let others = stage
        .sandbox
        .with_state(|world| world.aimfox.shelves.all("webhooks").len());
    let on = json!({ "connection": stage.aimfox, "on": true, "key": null });
    stage.call("hooks.turn", on).await;
    register(&stage, &["reply", "accepted", "reply"]).await;
    let first = hooks(&stage);
    assert_eq!(first.len(), 1);
    assert_eq!(first[0]["events"], json!(["accepted", "reply"]));
    let secret = first[0]["headers"]["x-foxbridge-secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32, "nobody guesses it");
    let url = first[0]["url"].as_str().unwrap();
    let path = url.rsplit_once("/hooks/").unwrap().1;
    assert_eq!(path.len(), 32, "nor the address");

    let tunnel = json!({ "port": 0, "public_url": "https://fox.example.com" });
    stage.call("hooks.set", tunnel).await;
    register(&stage, &["reply"]).await;
    let second = hooks(&stage);
    assert_eq!(
        second.len(),
        1,
        "found again by its address, though the tunnel is another"
    );
    assert_eq!(second[0]["id"], first[0]["id"]);
    assert_eq!(second[0]["events"], json!(["reply"]));
    assert_eq!(
        second[0]["url"],
        format!("https://fox.example.com/hooks/{path}")
    );
    assert_ne!(
        second[0]["headers"], first[0]["headers"],
        "with another secret"
    );

    // Somebody removed it over there.
    let id = second[0]["id"].as_str().unwrap();
    stage
        .in_aimfox("DELETE", &format!("/webhooks/{id}"), Value::Null)
        .await;
    register(&stage, &["reply"]).await;
    assert_eq!(hooks(&stage).len(), 1, "made anew");

    let none = json!({ "connection": stage.aimfox, "events": [] });
    let refused = stage
        .app
        .call("hooks.register", none.clone())
        .await
        .unwrap_err();
    assert!(
        refused.message.contains("Permissions"),
        "a deletion has its switch: {refused}"
    );
    assert_eq!(hooks(&stage).len(), 1);
    stage
        .switch(&stage.aimfox, "aimfox.webhooks.delete", "allowed")
        .await;
    stage.call("hooks.register", none).await;
    assert_eq!(hooks(&stage), [] as [Value; 0]);
    let left = stage
        .sandbox
        .with_state(|world| world.aimfox.shelves.all("webhooks").len());
    assert_eq!(left, others, "and nobody else's");
    stage.end().await;
}

/// Switches the receiver on behind a tunnel, which is not there; gives what is listened at.
async fn receive(stage: &Stage) -> String {
    let tunnel = json!({ "port": 0, "public_url": "https://fox.example.com" });
    stage.call("hooks.set", tunnel).await;
    let on = json!({ "connection": stage.aimfox, "on": true, "key": null });
    stage.call("hooks.turn", on).await;
    let mut changes = stage.app.subscribe();
    loop {
        let hooks = stage.call("hooks.list", json!({})).await;
        if let Some(at) = hooks["listening"].as_str() {
            return at.to_owned();
        }
        let _change = changes.recv().await;
    }
}

/// Aimfox delivers something as it was told to; gives the answer.
async fn deliver(at: &str, hook: &Value, id: &str) -> u16 {
    let (_, path) = hook["url"]
        .as_str()
        .unwrap()
        .rsplit_once("/hooks/")
        .unwrap();
    let secret = hook["headers"]["x-foxbridge-secret"].as_str().unwrap();
    let body = json!({ "id": id, "event_type": "reply", "event": {} });
    let request = reqwest::Client::new()
        .post(format!("{at}/hooks/{path}"))
        .header("x-foxbridge-secret", secret)
        .json(&body);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_refused_leaves_the_webhook_that_works() {
    let stage = Stage::set().await;
    let at = receive(&stage).await;
    register(&stage, &["reply"]).await;
    let hook = hooks(&stage).remove(0);
    assert_eq!(deliver(&at, &hook, "first").await, 200);
    let update = "aimfox.webhooks.update";
    stage.switch(&stage.aimfox, update, "blocked").await;
    let request = json!({ "connection": stage.aimfox, "events": ["reply", "accepted"] });
    let refused = stage.app.call("hooks.register", request).await;
    assert!(refused.unwrap_err().message.contains("Permissions"));
    assert_eq!(hooks(&stage), std::slice::from_ref(&hook), "as it was");
    let answer = deliver(&at, &hook, "second").await;
    assert_eq!(answer, 200, "it still sends the secret of before");
    let shown = stage.call("hooks.list", json!({})).await;
    let endpoints = shown["endpoints"].as_array().unwrap();
    assert!(endpoints.iter().any(|e| e["registered"] == true));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_another_program_registers_is_believed_at_once() {
    let stage = Stage::set().await;
    let at = receive(&stage).await;
    let terminal = stage.beside();
    let request = json!({ "connection": stage.aimfox, "events": ["reply"] });
    terminal
        .call("hooks.register", request.clone())
        .await
        .unwrap();
    let hook = hooks(&stage).remove(0);
    let answer = deliver(&at, &hook, "first").await;
    assert_eq!(answer, 200, "not only when the receiver looks by itself");
    let mut forged = hook.clone();
    forged["headers"]["x-foxbridge-secret"] = json!("guessed");
    assert_eq!(deliver(&at, &forged, "second").await, 401);

    // Without a tunnel only the program that listens knows where.
    let none = json!({ "port": 0, "public_url": null });
    terminal.call("hooks.set", none).await.unwrap();
    let unknown = terminal.call("hooks.register", request).await.unwrap_err();
    assert!(unknown.message.contains("port"), "{unknown}");
    assert_eq!(hooks(&stage), [hook], "and Aimfox was told nothing");
    terminal.shutdown().await;
    stage.end().await;
}
