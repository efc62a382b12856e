//! The program is killed after every single row it writes, and what is on the disk must be either
//! all of the operation or nothing of it.
//!
//! The test runs itself again as a child; the child aborts (no destructor, no clean closing) inside
//! SQLite's update hook, at the row it is told.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Stdio};

use foxbridge_model::Service;
use serde_json::{Value, json};

use crate::{
    ChangeRow, ConnectionRow, LinkRow, NeedsYouRow, RunRow, Settlement, Store, SyncRow,
    change_state,
};

const CHILD: &str = "crash_test::child";

fn change(seq: u32) -> ChangeRow {
    ChangeRow {
        run: "run".into(),
        seq,
        sync: "sync".into(),
        at: 1,
        kind: "create".into(),
        place: "highlevel".into(),
        object: "contact".into(),
        record_name: format!("Person {seq}"),
        lead_id: Some(format!("lead{seq}")),
        contact_id: None,
        operation: "highlevel.contacts.create".into(),
        content: json!({}),
        action: json!({}),
        inverse: None,
        state: change_state::INTENDED.into(),
        sent_at: None,
        settled_at: None,
        error: None,
        result: None,
    }
}

fn link(n: u32) -> LinkRow {
    LinkRow {
        sync: "sync".into(),
        lead_id: format!("lead{n}"),
        contact_id: format!("contact{n}"),
        how: "created".into(),
        created_at: 3,
        broken: None,
    }
}

fn prepare(store: &Store) {
    for (id, service) in [("hl", Service::HighLevel), ("af", Service::Aimfox)] {
        let connection = ConnectionRow {
            id: id.into(),
            service,
            name: id.into(),
            account: None,
            base_url: "http://127.0.0.1".into(),
            requests_per_minute: None,
            sample: true,
            created_at: 0,
        };
        store.connections().insert(&connection).unwrap();
    }
    let sync = SyncRow {
        id: "sync".into(),
        name: "Sync".into(),
        highlevel: "hl".into(),
        aimfox: "af".into(),
        template: "standard".into(),
        config: json!({}),
        created_at: 0,
    };
    store.syncs().insert(&sync).unwrap();
    let run = RunRow {
        id: "run".into(),
        sync: "sync".into(),
        rehearsal: false,
        state: "running".into(),
        started_at: 1,
        finished_at: None,
        summary: json!({}),
    };
    store.runs().insert(&run).unwrap();
    store
        .journal()
        .insert_plan(&[change(0), change(1)])
        .unwrap();
    store.journal().mark_sent("run", 0, 2).unwrap();
    let old = (0..4)
        .map(|n| (format!("r{n}"), json!({"v": 1})))
        .collect::<Vec<_>>();
    store
        .mirror()
        .put_listing("hl", "contact", &old, 1)
        .unwrap();
    let waits = |key: &str| NeedsYouRow {
        sync: "sync".into(),
        key: key.into(),
        kind: "ambiguous".into(),
        content: json!({}),
        since: 1,
    };
    store
        .needs_you()
        .replace_all("sync", &[waits("a"), waits("b")])
        .unwrap();
}

/// The operations under test; each writes several rows.
fn operate(store: &Store, operation: &str) {
    match operation {
        "settle" => {
            let base = [
                ("lead0".to_owned(), json!({"email": "a"})),
                ("lead9".to_owned(), json!(1)),
            ];
            let links = [link(0), link(9)];
            let settlement = Settlement {
                run: "run".into(),
                seq: 0,
                at: 3,
                result: Some(json!({"id": "contact0"})),
                base: &base,
                links: &links,
            };
            store.journal().settle(settlement).unwrap();
        }
        "plan" => {
            let plan: Vec<_> = (2..9).map(change).collect();
            store.journal().insert_plan(&plan).unwrap();
        }
        "listing" => {
            let new = (2..6)
                .map(|n| (format!("r{n}"), json!({"v": 2})))
                .collect::<Vec<_>>();
            store
                .mirror()
                .put_listing("hl", "contact", &new, 5)
                .unwrap();
        }
        "questions" => {
            let row = NeedsYouRow {
                sync: "sync".into(),
                key: "c".into(),
                kind: "conflict".into(),
                content: json!({}),
                since: 5,
            };
            store.needs_you().replace_all("sync", &[row]).unwrap();
        }
        other => panic!("no operation {other:?}"),
    }
}

/// Everything an operation can change, to be compared.
fn state(store: &Store) -> Value {
    let (_, changes) = store
        .journal()
        .page("run", &Default::default(), 0, 100)
        .unwrap();
    json!({
        "journal": format!("{changes:?}"),
        "base": store.base().all("sync").unwrap().into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "links": format!("{:?}", store.links().list("sync").unwrap()),
        "mirror": format!("{:?}", store.mirror().all("hl", "contact").unwrap()),
        "needs_you": format!("{:?}", store.needs_you().list("sync").unwrap()),
    })
}

/// Runs as the child only.
#[test]
#[ignore = "started by the test below, to be killed"]
fn child() {
    let file = std::env::var_os("CRASH_FILE").unwrap();
    let operation = std::env::var("CRASH_OPERATION").unwrap();
    let at: u32 = std::env::var("CRASH_AT").unwrap().parse().unwrap();
    let store = Store::open(Path::new(&file)).unwrap();
    let mut rows = 0;
    store
        .lock()
        .update_hook(Some(move |_, _: &str, _: &str, _| {
            rows += 1;
            if rows == at {
                std::process::abort();
            }
        }))
        .unwrap();
    operate(&store, &operation);
}

#[test]
fn killed_at_any_row_an_operation_happened_whole_or_not_at_all() {
    for operation in ["settle", "plan", "listing", "questions"] {
        let folder = tempfile::tempdir().unwrap();
        let mut kills = 0;
        for at in 1.. {
            let file = folder.path().join(format!("{at}.db"));
            let store = Store::open(&file).unwrap();
            prepare(&store);
            let before = state(&store);
            drop(store);
            let ended = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", CHILD, "--ignored", "--nocapture"])
                .env("CRASH_FILE", &file)
                .env("CRASH_OPERATION", operation)
                .env("CRASH_AT", at.to_string())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            assert_ne!(
                ended.code(),
                Some(101),
                "{operation}: the child failed at row {at}"
            );
            let store = Store::open(&file).unwrap();
            let after = state(&store);
            if ended.success() {
                assert_ne!(
                    before, after,
                    "{operation}: it did its work when nobody killed it"
                );
                break;
            }
            kills += 1;
            assert_eq!(
                before, after,
                "{operation}: killed at row {at}, a part of it stayed"
            );
            // And it can be done afterwards, as if nothing had been.
            operate(&store, operation);
            assert_ne!(
                before,
                state(&store),
                "{operation}: done after the crash at row {at}"
            );
        }
        assert!(
            kills >= 3,
            "{operation}: the child was killed {kills} times only; was it started?"
        );
    }
}
