use foxbridge_store::{RunRow, StoreError};
use serde_json::json;

use crate::support::{run, store};

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
