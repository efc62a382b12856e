use foxbridge_store::{RunRow, StoreError};
use serde_json::json;

use crate::support::{change, run, store};

#[test]
fn runs_are_listed_newest_first() {
    let store = store();
    for (id, started_at) in [("x", 5_000), ("y", 7_000), ("z", 6_000)] {
        store
            .runs()
            .insert(&RunRow {
                started_at,
                ..run(id, "t")
            })
            .unwrap();
    }
    let ids = |limit| -> Vec<String> {
        store
            .runs()
            .list("t", limit)
            .unwrap()
            .into_iter()
            .map(|r| r.id)
            .collect()
    };
    assert_eq!(ids(10), ["y", "z", "x"]);
    assert_eq!(ids(1), ["y"]);
}

#[test]
fn a_run_is_unfinished_until_it_has_an_end() {
    let store = store();
    let done = RunRow {
        state: "done".into(),
        finished_at: Some(9_000),
        summary: json!({"changed": {"create": 3}}),
        ..run("r", "s")
    };
    store.runs().update(&done).unwrap();
    assert_eq!(store.runs().get("r").unwrap(), Some(done));
    let open: Vec<_> = store
        .runs()
        .unfinished("s")
        .unwrap()
        .into_iter()
        .map(|r| r.id)
        .collect();
    assert_eq!(open, ["p"], "the other one has no end yet");
    assert!(store.runs().unfinished("t").unwrap().is_empty());
}

#[test]
fn a_run_is_kept_once() {
    let store = store();
    let again = store.runs().insert(&run("r", "s"));
    assert!(
        matches!(again, Err(StoreError::Duplicate { .. })),
        "{again:?}"
    );
    let absent = store.runs().update(&run("no", "s"));
    assert!(
        matches!(absent, Err(StoreError::NotFound { .. })),
        "{absent:?}"
    );
}

#[test]
fn old_runs_go_with_their_changes_and_the_newest_stay() {
    let store = store();
    let ended = |id: &str, at: i64| RunRow {
        started_at: at,
        finished_at: Some(at + 10),
        ..run(id, "s")
    };
    for (id, at) in [("o1", 100), ("o2", 200), ("o3", 300)] {
        store.runs().insert(&ended(id, at)).unwrap();
        store.journal().insert_plan(&[change(id, 0)]).unwrap();
    }
    // Sent and never settled: the next run must find it.
    store.journal().mark_sent("o1", 0, 105).unwrap();
    assert_eq!(
        store.runs().prune(250, 2).unwrap(),
        1,
        "only o2 is old and over"
    );
    let left = |id| store.runs().get(id).unwrap().is_some();
    assert!(left("o1") && !left("o2") && left("o3"));
    assert_eq!(
        store.journal().get("o2", 0).unwrap(),
        None,
        "its changes went along"
    );
    assert!(store.journal().get("o3", 0).unwrap().is_some());
    assert_eq!(
        store.runs().prune(10_000, 20).unwrap(),
        0,
        "the newest stay, however old"
    );
}
