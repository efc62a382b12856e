use foxbridge_store::{StoreError, SyncRow};
use serde_json::json;

use crate::support::{change, link, store, sync};

#[test]
fn a_sync_comes_back_as_it_was_kept() {
    let store = store();
    let other = SyncRow {
        config: json!({"z": 1, "a": [null, "ü"], "nested": {"k": 1.5}}),
        created_at: 1,
        ..sync("t")
    };
    store.syncs().insert(&other).unwrap();
    assert_eq!(store.syncs().get("t").unwrap().as_ref(), Some(&other));
    assert_eq!(
        store.syncs().list().unwrap(),
        [other, sync("s")],
        "oldest first"
    );
    let changed = SyncRow {
        name: "Renamed".into(),
        ..sync("s")
    };
    store.syncs().update(&changed).unwrap();
    assert_eq!(store.syncs().get("s").unwrap(), Some(changed));
}

#[test]
fn a_sync_needs_one_connection_of_each_service() {
    let store = store();
    for (row, missing) in [
        (
            SyncRow {
                highlevel: "gone".into(),
                ..sync("t")
            },
            "gone",
        ),
        (
            SyncRow {
                highlevel: "af".into(),
                ..sync("t")
            },
            "af",
        ),
        (
            SyncRow {
                aimfox: "hl".into(),
                ..sync("t")
            },
            "hl",
        ),
    ] {
        let refused = store.syncs().insert(&row).unwrap_err();
        assert!(
            refused.to_string().contains(missing),
            "it names the connection: {refused}"
        );
    }
    assert_eq!(
        store.syncs().list().unwrap().len(),
        1,
        "none of them was kept"
    );
    let again = store.syncs().insert(&sync("s"));
    assert!(
        matches!(again, Err(StoreError::Duplicate { .. })),
        "{again:?}"
    );
    let absent = store.syncs().update(&sync("t"));
    assert!(
        matches!(absent, Err(StoreError::NotFound { .. })),
        "{absent:?}"
    );
}

#[test]
fn deleting_a_sync_keeps_the_record_of_what_it_did() {
    let store = store();
    store.links().insert(&link("l", "c")).unwrap();
    store.base().put("s", "l", &json!({})).unwrap();
    store.journal().insert_plan(&[change("r", 0)]).unwrap();
    store.syncs().delete("s").unwrap();
    assert_eq!(store.syncs().get("s").unwrap(), None);
    assert!(
        store.links().list("s").unwrap().is_empty(),
        "its links went"
    );
    assert!(store.base().all("s").unwrap().is_empty(), "its base went");
    assert!(store.runs().get("r").unwrap().is_some(), "its runs stayed");
    assert!(
        store.journal().get("r", 0).unwrap().is_some(),
        "its journal stayed"
    );
    assert!(matches!(
        store.syncs().delete("s"),
        Err(StoreError::NotFound { .. })
    ));
}
