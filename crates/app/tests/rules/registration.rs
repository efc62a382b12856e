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
