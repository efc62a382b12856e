//! What needs a person, over all syncs: listed, answered, taken back; and what a sync is narrowed to
//! and careful about.
#![allow(clippy::unwrap_used)]

use foxbridge_app::{App, Options, start_run};
use foxbridge_contract::{RunState, StartRun};
use serde_json::{Value, json};

struct Stage {
    app: App,
    sync: String,
    _dir: tempfile::TempDir,
}

/// A sync on sample data after its first run, which leaves ties that only a person can break.
async fn stage() -> Stage {
    let dir = tempfile::tempdir().unwrap();
    let app = App::open(Options {
        data_dir: dir.path().join("data"),
        vault_key_file: Some(dir.path().join("key")),
    })
    .unwrap();
    let sync: Value = app.call("sample.start", json!({})).await.unwrap();
    let sync = sync["id"].as_str().unwrap().to_owned();
    let request = StartRun {
        sync: sync.clone(),
        ..StartRun::default()
    };
    let run = start_run(&app, request).await.unwrap();
    let ended = run.finished().await.unwrap();
    assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
    Stage {
        app,
        sync,
        _dir: dir,
    }
}

impl Stage {
    async fn call(&self, command: &str, request: Value) -> Value {
        self.app.call(command, request).await.unwrap()
    }

    async fn inbox(&self) -> Vec<Value> {
        let all = self.call("questions.list", json!({})).await;
        all.as_array().unwrap().clone()
    }

    async fn waiting(&self) -> u64 {
        let syncs = self.call("syncs.list", json!({})).await;
        syncs[0]["health"]["needs_you"].as_u64().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_counted_off_and_taken_back_at_once() {
    let stage = stage().await;
    let all = stage.inbox().await;
    let ties: Vec<&Value> = all
        .iter()
        .filter(|one| one["item"]["kind"] == "ambiguous")
        .collect();
    assert!(ties.len() > 1, "the sample has ties: {all:?}");
    assert_eq!(ties[0]["alike"], ties.len(), "all of them are of one sort");
    assert_eq!(ties[0]["sync_name"], "Sample data");
    assert_eq!(stage.waiting().await, all.len() as u64);

    let id = ties[0]["item"]["id"].clone();
    let answer = json!({
        "sync": stage.sync, "id": id, "resolution": { "take": "nobody" }, "alike": false,
    });
    stage.call("questions.resolve", answer).await;
    let after = stage.inbox().await;
    let answered = |one: &&Value| !one["item"]["answer"].is_null();
    assert_eq!(after.iter().filter(answered).count(), 1);
    assert_eq!(
        stage.waiting().await,
        all.len() as u64 - 1,
        "one waits less"
    );
    let open = after.iter().find(|one| !answered(one)).unwrap();
    assert_eq!(
        open["alike"],
        ties.len() - 1,
        "an answered one is not asked for again"
    );

    let forget = json!({ "sync": stage.sync, "id": id });
    stage.call("questions.forget", forget).await;
    assert_eq!(stage.inbox().await, all, "as if it had not been answered");
    assert_eq!(stage.waiting().await, all.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_there_is_to_filter_by_is_what_was_read() {
    let stage = stage().await;
    let of = json!({ "sync": stage.sync });
    let values = stage.call("syncs.filter_values", of.clone()).await;
    for kind in ["tags", "labels", "campaigns"] {
        let listed = values[kind].as_array().unwrap();
        assert!(!listed.is_empty(), "the sample has {kind}");
        let counts: Vec<u64> = listed
            .iter()
            .map(|one| one["people"].as_u64().unwrap())
            .collect();
        assert!(
            counts.is_sorted_by(|a, b| a >= b),
            "{kind}: most used first"
        );
    }
    // An id says little: the service is asked whom it stands for, once, and the page hears of it.
    let asked = async || {
        let query = json!({ "kind": "request", "search": "aimfox.accounts.list", "limit": 9 });
        let page = stage.call("activity.list", query).await;
        page["entries"].as_array().unwrap().len()
    };
    let unnamed = |values: &Value| {
        let lists = ["seats", "assigned", "businesses"].map(|kind| values[kind].as_array());
        let mut all = lists.into_iter().flatten().flatten();
        all.any(|one| one["name"].as_str().is_none_or(|name| one["value"] == name))
    };
    let mut changed = stage.app.subscribe();
    let values = loop {
        let values = stage.call("syncs.filter_values", of.clone()).await;
        if !unnamed(&values) {
            break values;
        }
        changed.recv().await.unwrap();
    };
    let before = asked().await;
    assert!(before > 0);
    assert!(!values["seats"].as_array().unwrap().is_empty());
    let again = stage
        .call("syncs.filter_values", json!({ "sync": stage.sync }))
        .await;
    assert_eq!(again, values);
    assert_eq!(asked().await, before, "what is known is not asked for");
    // Nor does the id of a custom field: their names are kept by the run.
    let linked = json!({ "sync": stage.sync, "state": "linked", "limit": 500 });
    let people = stage.call("people.list", linked).await;
    for person in people["people"].as_array().unwrap() {
        let whose = json!({ "sync": stage.sync, "contact_id": person["contact_id"] });
        let page = stage.call("people.get", whose).await;
        for field in page["contact"]["fields"].as_array().into_iter().flatten() {
            assert_ne!(field["label"], field["field"], "{field}");
        }
    }
    // Each can be filtered by as it stands.
    let label = &values["labels"][0];
    let filter = format!("label:\"{}\"", label["value"].as_str().unwrap());
    let count = json!({ "sync": stage.sync, "filter": filter });
    let count = stage.call("syncs.count_people", count).await;
    assert!(count["people"].as_u64().unwrap() > 0, "{filter}: {count}");
    assert!(count["people"].as_u64() <= label["people"].as_u64());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_complete_compare_has_an_interval_within_reason() {
    let stage = stage().await;
    let get = json!({ "sync": stage.sync });
    let before = stage.call("syncs.safety_get", get.clone()).await;
    assert_eq!(before["compare_hours"], 24);
    assert_eq!(before["guards"], before["usual"], "nobody chose yet");
    let set = |hours: u32| json!({ "sync": stage.sync, "compare_hours": hours });
    let after = stage.call("syncs.safety_set", set(6)).await;
    assert_eq!(after["compare_hours"], 6);
    assert_eq!(after["guards"], before["guards"], "the rest stays");
    for hours in [0, 721] {
        let refused = stage.app.call("syncs.safety_set", set(hours)).await;
        assert!(refused.is_err(), "{hours} hours are none");
    }
    assert_eq!(
        stage.call("syncs.safety_get", get).await["compare_hours"],
        6
    );
}
