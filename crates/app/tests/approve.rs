//! A rehearsal is approved change by change, and the run makes exactly that.
#![allow(clippy::unwrap_used)]

use foxbridge_app::{App, Options, start_run};
use foxbridge_contract::{RunState, RunSummary, StartRun};
use serde_json::{Value, json};

struct Stage {
    app: App,
    sync: String,
    _dir: tempfile::TempDir,
}

async fn stage() -> Stage {
    let dir = tempfile::tempdir().unwrap();
    let app = App::open(Options {
        data_dir: dir.path().join("data"),
        vault_key_file: Some(dir.path().join("key")),
    })
    .unwrap();
    let sync: Value = app.call("sample.start", json!({})).await.unwrap();
    Stage {
        app,
        sync: sync["id"].as_str().unwrap().to_owned(),
        _dir: dir,
    }
}

impl Stage {
    async fn run(&self, rehearsal: bool, approved: Option<&str>) -> RunSummary {
        let request = StartRun {
            sync: self.sync.clone(),
            rehearsal,
            approved: approved.map(str::to_owned),
            ..StartRun::default()
        };
        let run = start_run(&self.app, request).await.unwrap();
        let ended = run.finished().await.unwrap();
        assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
        ended
    }

    async fn call(&self, command: &str, request: Value) -> Value {
        self.app.call(command, request).await.unwrap()
    }

    async fn changes(&self, run: &str, kind: Option<&str>) -> Vec<Value> {
        let mut query = json!({ "run": run, "limit": 1000 });
        if let Some(kind) = kind {
            query["kind"] = json!(kind);
        }
        let page = self.call("runs.changes", query).await;
        page["changes"].as_array().unwrap().clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_makes_what_was_approved_and_nothing_else() {
    let stage = stage().await;
    let rehearsal = stage.run(true, None).await;
    let creates = stage.changes(&rehearsal.id, Some("create")).await;
    assert!(creates.len() > 3, "the sample has people to make");
    let chosen: Vec<u64> = creates[..2]
        .iter()
        .map(|change| change["seq"].as_u64().unwrap())
        .collect();
    let counts = stage
        .call(
            "runs.decide",
            json!({ "run": rehearsal.id, "decision": "approved", "seqs": chosen }),
        )
        .await;
    assert_eq!(counts["approved"], 2);
    let shown = stage.changes(&rehearsal.id, Some("create")).await;
    assert_eq!(shown[0]["decision"], "approved", "and it shows");
    assert_eq!(shown[2].get("decision"), None, "the others are undecided");

    let run = stage.run(false, Some(&rehearsal.id)).await;
    assert_eq!(
        (run.changed.create, run.changed.update, run.changed.link),
        (2, 0, 0),
        "two contacts, and nothing about anybody else"
    );
    let made = stage.changes(&run.id, None).await;
    for change in &made {
        let kind = change["kind"].as_str().unwrap();
        assert!(
            ["create", "prepare"].contains(&kind),
            "only those, and the custom fields they need: {change}"
        );
    }

    // The whole of the rest still waits, and the run of everything finds it.
    let rest = stage.run(true, None).await;
    assert_eq!(rest.would.create, rehearsal.would.create - 2);
    assert_eq!(rest.would.link, rehearsal.would.link);
    let last = stage.run(false, None).await;
    assert_eq!(last.changed.create, rest.would.create);
    let quiet = stage.run(false, None).await;
    assert_eq!(
        (
            quiet.changed.create,
            quiet.changed.update,
            quiet.changed.link
        ),
        (0, 0, 0),
        "nothing was made twice, and all is at rest"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_approved_whole_and_a_pair_not_without_its_link() {
    let stage = stage().await;
    let rehearsal = stage.run(true, None).await;
    let updates = stage.changes(&rehearsal.id, Some("update")).await;
    let update = updates
        .iter()
        .find(|change| !change["record"]["contact_id"].is_null())
        .unwrap();
    let decide = |request: Value| {
        let mut request = request;
        request["run"] = json!(rehearsal.id);
        request
    };
    // The update alone: its pair would not be linked, so nothing is done.
    stage
        .call(
            "runs.decide",
            decide(json!({ "decision": "approved", "seqs": [update["seq"]] })),
        )
        .await;
    let run = stage.run(false, Some(&rehearsal.id)).await;
    assert_eq!(run.changed.update, 0, "not without its link");
    // The whole person: the link, and what belongs to it.
    let counts = stage
        .call(
            "runs.decide",
            decide(json!({ "decision": "approved", "record_of": update["seq"] })),
        )
        .await;
    assert!(counts["approved"].as_u64().unwrap() > 1, "{counts}");
    let run = stage.run(false, Some(&rehearsal.id)).await;
    assert_eq!(run.changed.link, 1, "one person is linked");
    assert!(run.changed.update >= 1, "and brought into step");
    // Skipping everything is a run of nothing.
    stage
        .call("runs.decide", decide(json!({ "decision": "skipped" })))
        .await;
    let run = stage.run(false, Some(&rehearsal.id)).await;
    assert_eq!(
        (run.changed.create, run.changed.update, run.changed.link),
        (0, 0, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_run_waits_and_goes_on() {
    let stage = stage().await;
    let mut events = stage.app.subscribe();
    let request = StartRun {
        sync: stage.sync.clone(),
        ..StartRun::default()
    };
    let run = start_run(&stage.app, request).await.unwrap();
    let id = run.started.id.clone();
    stage.call("runs.pause", json!({ "run": id })).await;
    // It is held at its first write, and says so.
    loop {
        if let foxbridge_contract::Event::Progress { progress } = events.recv().await.unwrap()
            && progress.paused
        {
            break;
        }
    }
    let held = stage.changes(&id, Some("create")).await;
    assert!(
        held.iter().all(|change| change["state"] == "intended"),
        "nothing was sent while it is held"
    );
    stage.call("runs.resume", json!({ "run": id })).await;
    let ended = run.finished().await.unwrap();
    assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
    assert_eq!(ended.changed, ended.would, "it did all of it");
}
