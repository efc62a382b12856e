//! Aimfox's search embeds notes in an example, and promises nothing. Where it does not, the cards are
//! found all the same, and nobody gets a second one.
#![allow(clippy::unwrap_used)]

use foxbridge_app::{App, Options, start_run};
use foxbridge_contract::{RunState, RunSummary, StartRun};
use foxbridge_sandbox::{Config, Sandbox};
use serde_json::{Value, json};

async fn call(app: &App, command: &str, request: Value) -> Value {
    app.call(command, request).await.unwrap()
}

async fn run(app: &App, sync: &str) -> RunSummary {
    let request = StartRun {
        sync: sync.to_owned(),
        rehearsal: false,
        ..StartRun::default()
    };
    let ended = start_run(app, request)
        .await
        .unwrap()
        .finished()
        .await
        .unwrap();
    assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
    ended
}

fn cards(sandbox: &Sandbox) -> Vec<usize> {
    sandbox.with_state(|world| {
        let of = |notes: &[foxbridge_sandbox::LeadNote]| {
            notes
                .iter()
                .filter(|note| note.text.contains("[foxbridge contact "))
                .count()
        };
        world
            .aimfox
            .leads
            .values()
            .map(|lead| of(&lead.notes))
            .collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_found_where_the_listing_shows_no_notes() {
    let config = Config {
        contacts: 40,
        leads: 30,
        overlap: 12,
        highlevel_per_10s: 100_000,
        aimfox_per_minute: 100_000,
        ..Config::default()
    };
    let sandbox = Sandbox::start(config).await.unwrap();
    sandbox.with_state(|world| world.aimfox.bare_hits = true);
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

    run(&app, sync).await;
    let first = cards(&sandbox);
    assert!(
        first.iter().sum::<usize>() > 0,
        "HighLevel knows more of somebody"
    );
    let again = run(&app, sync).await;
    assert_eq!(again.changed.update, 0, "the cards were not found again");
    assert_eq!(cards(&sandbox), first);
    assert!(
        first.iter().all(|cards| *cards <= 1),
        "somebody has two cards"
    );
    app.shutdown().await;
    sandbox.stop().await;
}
