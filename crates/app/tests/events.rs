//! A first run tells rules nothing but that it ended: whoever is there was there before, and what the
//! run wrote itself is no news.
#![allow(clippy::unwrap_used)]

use foxbridge_app::{App, Options, start_run};
use foxbridge_contract::{RunState, StartRun};
use foxbridge_sandbox::{Config, Sandbox};
use serde_json::{Value, json};

async fn call(app: &App, command: &str, request: Value) -> Value {
    app.call(command, request).await.unwrap()
}

/// Events of a trigger that somebody else caused, as a rule would see them.
async fn news(app: &App, sync: &str, trigger: &str) -> Vec<Value> {
    let definition = json!({ "trigger": trigger, "steps": [] });
    let request = json!({ "sync": sync, "definition": definition });
    let trials = call(app, "rules.test", request).await;
    let trials = trials["trials"].as_array().unwrap().iter();
    trials.filter(|t| t["fires"] == true).cloned().collect()
}

async fn run(app: &App, sync: &str) {
    let request = StartRun {
        sync: sync.to_owned(),
        ..serde_json::from_value(json!({ "sync": "", "rehearsal": false })).unwrap()
    };
    let ended = start_run(app, request).await.unwrap().finished().await;
    let ended = ended.unwrap();
    assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_is_no_news_and_its_own_writes_are_none_either() {
    let config = Config {
        contacts: 30,
        leads: 24,
        overlap: 12,
        highlevel_per_10s: 100_000,
        aimfox_per_minute: 100_000,
        index_lag: std::time::Duration::ZERO,
        ..Config::default()
    };
    let sandbox = Sandbox::start(config).await.unwrap();
    let keys = sandbox.credentials().clone();
    let dir = tempfile::tempdir().unwrap();
    let app = App::open(Options {
        data_dir: dir.path().join("data"),
        vault_key_file: Some(dir.path().join("key")),
    })
    .unwrap();
    let highlevel = json!({
        "base_url": keys.highlevel.base_url,
        "location_id": keys.highlevel.location_id,
        "token": keys.highlevel.token,
    });
    let aimfox = json!({
        "base_url": keys.aimfox.base_url,
        "api_key": keys.aimfox.api_key,
        "requests_per_minute": 100_000,
    });
    let highlevel = call(&app, "connections.connect_highlevel", highlevel).await;
    let aimfox = call(&app, "connections.connect_aimfox", aimfox).await;
    let pair = json!({ "highlevel": highlevel["id"], "aimfox": aimfox["id"] });
    let sync = call(&app, "syncs.create", pair).await;
    let sync = sync["id"].as_str().unwrap();

    // Twice: what the first one wrote is read back by the second.
    for round in ["first", "second"] {
        run(&app, sync).await;
        for trigger in [
            "foxbridge.contact.created",
            "foxbridge.contact.updated",
            "foxbridge.contact.field_changed",
            "foxbridge.contact.deleted",
            "foxbridge.tag.added",
            "foxbridge.tag.removed",
            "foxbridge.note.created",
        ] {
            let found = news(&app, sync, trigger).await;
            assert_eq!(found, [] as [Value; 0], "{trigger} after the {round} run");
        }
    }
    assert_eq!(news(&app, sync, "foxbridge.run.finished").await.len(), 2);

    // Somebody else's edits are news, once.
    let contact = sandbox.with_state(|world| {
        let mut contacts = world.highlevel.contacts.iter();
        let plain = contacts.find(|contact| contact.tags.is_empty());
        plain.unwrap().id.clone()
    });
    let tag = json!({
        "connection": highlevel["id"],
        "operation": "highlevel.contacts.tags.add",
        "params": { "contactId": contact },
        "body": { "tags": ["gold"] },
        "confirm": true,
    });
    call(&app, "operations.call", tag).await;
    for _ in 0..2 {
        let full = json!({ "sync": sync, "rehearsal": false, "full": true });
        let request: StartRun = serde_json::from_value(full).unwrap();
        let ended = start_run(&app, request).await.unwrap().finished().await;
        assert_eq!(ended.unwrap().state, RunState::Done);
    }
    let found = news(&app, sync, "foxbridge.tag.added").await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["what"], "Tag added: gold");
    app.shutdown().await;
    sandbox.stop().await;
}
