//! Webhooks over the wire: a mixture of good and bad ones, a burst, a stop in the middle.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use foxbridge_app::{App, Options};
use foxbridge_contract::Event;
use foxbridge_sandbox::{Config, HookDelivery, HookKind, HookSigner, Sandbox};
use futures::StreamExt as _;
use serde_json::{Value, json};

struct Stage {
    app: App,
    sandbox: Sandbox,
    highlevel: String,
    sync: String,
    address: String,
    signer: HookSigner,
    contacts: Vec<String>,
    dir: tempfile::TempDir,
}

fn open(dir: &tempfile::TempDir) -> App {
    App::open(Options {
        data_dir: dir.path().join("data"),
        vault_key_file: Some(dir.path().join("key")),
    })
    .unwrap()
}

async fn call(app: &App, command: &str, request: Value) -> Value {
    app.call(command, request).await.unwrap()
}

/// The address once it is listened on.
async fn listening(app: &App, connection: &str) -> String {
    let mut events = app.subscribe();
    app.start_worker();
    loop {
        let hooks = call(app, "hooks.list", json!({})).await;
        if let Some(address) = hooks["listening"].as_str() {
            let endpoints = hooks["endpoints"].as_array().unwrap();
            let mine = endpoints.iter().find(|e| e["connection"] == connection);
            let url = mine.unwrap()["url"].as_str().unwrap();
            let path = url.rsplit('/').next().unwrap();
            return format!("{address}/hooks/{path}");
        }
        let _event = events.recv().await;
    }
}

impl Stage {
    async fn set() -> Self {
        let config = Config {
            contacts: 12,
            leads: 10,
            overlap: 6,
            highlevel_per_10s: 100_000,
            aimfox_per_minute: 100_000,
            ..Config::default()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let keys = sandbox.credentials().clone();
        let dir = tempfile::tempdir().unwrap();
        let app = open(&dir);
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
        let sync = sync["id"].as_str().unwrap().to_owned();
        let signer = HookSigner::new(42).unwrap();
        let highlevel = highlevel["id"].as_str().unwrap().to_owned();
        let choices = json!({ "port": 0, "public_url": null });
        call(&app, "hooks.set", choices).await;
        let on = json!({ "connection": highlevel, "on": true, "key": signer.public_key() });
        call(&app, "hooks.turn", on).await;
        let address = listening(&app, &highlevel).await;
        let contacts = sandbox.with_state(|world| {
            let contacts = world.highlevel.contacts.iter();
            contacts.map(|contact| contact.id.clone()).collect()
        });
        Self {
            app,
            sandbox,
            highlevel,
            sync,
            address,
            signer,
            contacts,
            dir,
        }
    }

    fn location(&self) -> String {
        self.sandbox.credentials().highlevel.location_id.clone()
    }

    /// Deliveries of the connection by state, and how often one came again.
    async fn counts(&self, app: &App) -> (u64, u64, u64) {
        let hooks = call(app, "hooks.list", json!({})).await;
        let endpoints = hooks["endpoints"].as_array().unwrap();
        let mine = endpoints
            .iter()
            .find(|e| e["connection"] == self.highlevel.as_str());
        let count = |key: &str| mine.unwrap()[key].as_u64().unwrap();
        (count("taken"), count("repeated"), count("refused"))
    }
}

fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Sends as many at once as a busy service does; gives the answers in the order of the deliveries.
async fn send(address: &str, deliveries: &[HookDelivery]) -> Vec<u16> {
    let client = reqwest::Client::new();
    futures::stream::iter(deliveries)
        .map(|hook| {
            let request = client
                .post(address)
                .header("x-ghl-signature", &hook.signature)
                .body(hook.body.clone());
            async move { request.send().await.map_or(0, |a| a.status().as_u16()) }
        })
        .buffered(64)
        .collect()
        .await
}

/// Waits until nothing waits any more.
async fn worked_off(app: &App) {
    let mut events = app.subscribe();
    loop {
        let hooks = call(app, "hooks.list", json!({})).await;
        let endpoints = hooks["endpoints"].as_array().unwrap();
        if endpoints.iter().all(|e| e["waiting"] == 0) {
            return;
        }
        while !matches!(events.recv().await, Ok(Event::Changed { .. }) | Err(_)) {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_good_ones_act_and_once() {
    let stage = Stage::set().await;
    let rule = json!({
        "name": "Count",
        "sync": stage.sync,
        "definition": {
            "trigger": "highlevel.events.contact_update",
            "steps": [{ "id": "wait", "kind": "wait", "minutes": 10_000 }],
        },
    });
    let rule = call(&stage.app, "rules.save", rule).await;
    let on = json!({ "rule": rule["id"], "state": "on" });
    call(&stage.app, "rules.switch", on).await;
    // Nobody fires more than a few times an hour for one person: everybody has a few.
    let all = stage
        .signer
        .mixture(&stage.location(), &stage.contacts, 30, now(), 5);
    let answers = send(&stage.address, &all).await;
    for (hook, answer) in all.iter().zip(&answers) {
        let wanted = match hook.kind {
            HookKind::Good | HookKind::Repeated => 200,
            HookKind::Wrong | HookKind::Old => 401,
            HookKind::Malformed => 400,
        };
        assert_eq!(*answer, wanted, "{hook:?}");
    }
    let good: BTreeSet<&str> = all
        .iter()
        .filter(|hook| matches!(hook.kind, HookKind::Good | HookKind::Repeated))
        .map(|hook| hook.id.as_str())
        .collect();
    let kinds = |kinds: &[HookKind]| all.iter().filter(|h| kinds.contains(&h.kind)).count() as u64;
    let bad = kinds(&[HookKind::Wrong, HookKind::Old, HookKind::Malformed]);
    assert!(
        bad > 0 && kinds(&[HookKind::Repeated]) > 0,
        "the mixture is one"
    );
    worked_off(&stage.app).await;
    let counts = stage.counts(&stage.app).await;
    assert_eq!(
        counts,
        (
            good.len() as u64,
            kinds(&[HookKind::Good, HookKind::Repeated]) - good.len() as u64,
            bad
        )
    );
    let mut events = stage.app.subscribe();
    let firings = loop {
        let query = json!({ "limit": 500 });
        let firings = call(&stage.app, "rules.firings", query).await;
        let firings = firings.as_array().unwrap().clone();
        if firings.len() >= good.len() {
            break firings;
        }
        let _event = events.recv().await;
    };
    let fired: BTreeSet<&str> = firings
        .iter()
        .map(|f| f["event"]["webhookId"].as_str().unwrap())
        .collect();
    assert_eq!(fired, good, "each once, and nothing else");
    assert_eq!(firings.len(), good.len());

    // A test event goes the same way round, and leaves no delivery.
    let tested = call(
        &stage.app,
        "hooks.test",
        json!({ "connection": stage.highlevel }),
    )
    .await;
    assert_eq!(tested["arrived"], true, "{tested}");
    let unknown = format!("{}x", stage.address);
    assert_eq!(
        send(&unknown, &all[..1]).await,
        [404],
        "an address nobody was told"
    );
    stage.app.shutdown().await;
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_seen_at_once() {
    let stage = Stage::set().await;
    let mut events = stage.app.subscribe();
    let answer = reqwest::Client::new()
        .post(&stage.address)
        .body(r#"{"type":"ContactCreate"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401, "it is not signed");
    // Nobody works on it, so nothing else would tell the Webhooks page.
    loop {
        if let Event::Changed { commands } = events.recv().await.unwrap()
            && commands.iter().any(|command| command == "hooks.deliveries")
        {
            break;
        }
    }
    assert_eq!(stage.counts(&stage.app).await, (0, 0, 1));
    stage.app.shutdown().await;
    stage.sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_ten_thousand_is_taken_in_and_worked_off() {
    let stage = Stage::set().await;
    let location = stage.location();
    let burst: Vec<HookDelivery> = (0..10_000)
        .map(|i| {
            let contact = &stage.contacts[i % stage.contacts.len()];
            stage
                .signer
                .delivery(&location, contact, &format!("b{i}"), now())
        })
        .collect();
    let answers = send(&stage.address, &burst).await;
    assert!(
        answers.iter().all(|answer| *answer == 200),
        "every one was taken"
    );
    // The program ends before it has worked them all off, and another one goes on.
    stage.app.shutdown().await;
    let again = open(&stage.dir);
    listening(&again, &stage.highlevel).await;
    worked_off(&again).await;
    assert_eq!(stage.counts(&again).await, (10_000, 0, 0), "none was lost");
    again.shutdown().await;
    stage.sandbox.stop().await;
}
