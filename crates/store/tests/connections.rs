use foxbridge_model::Service;
use foxbridge_store::{ConnectionRow, Store, StoreError};
use serde_json::json;

use crate::support::{connection, store};

#[test]
fn a_connection_comes_back_as_it_was_kept() {
    let store = Store::in_memory().unwrap();
    let full = ConnectionRow {
        requests_per_minute: Some(240),
        sample: true,
        name: "Größe 株式会社".into(),
        ..connection("a", Service::Aimfox)
    };
    let bare = ConnectionRow {
        account: None,
        created_at: 1,
        ..connection("b", Service::HighLevel)
    };
    store.connections().insert(&full).unwrap();
    store.connections().insert(&bare).unwrap();
    assert_eq!(store.connections().get("a").unwrap().as_ref(), Some(&full));
    assert_eq!(
        store.connections().list().unwrap(),
        [bare, full],
        "oldest first"
    );
    assert_eq!(store.connections().get("c").unwrap(), None);
}

#[test]
fn an_update_replaces_and_a_second_insert_does_not() {
    let store = store();
    let renamed = ConnectionRow {
        name: "New".into(),
        ..connection("hl", Service::HighLevel)
    };
    store.connections().update(&renamed).unwrap();
    let refused = store
        .connections()
        .insert(&connection("hl", Service::HighLevel));
    assert!(
        matches!(refused, Err(StoreError::Duplicate { .. })),
        "{refused:?}"
    );
    assert_eq!(store.connections().get("hl").unwrap().unwrap().name, "New");
    let refused = store
        .connections()
        .update(&connection("no", Service::Aimfox));
    assert!(
        matches!(refused, Err(StoreError::NotFound { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_connection_in_use_stays_and_says_who_uses_it() {
    let store = store();
    let refused = store.connections().delete("af").unwrap_err();
    assert!(
        refused.to_string().contains("Sync s"),
        "it names the sync: {refused}"
    );
    assert!(
        store.connections().get("af").unwrap().is_some(),
        "it is still there"
    );
    store.syncs().delete("s").unwrap();
    store.connections().delete("af").unwrap();
    assert_eq!(store.connections().get("af").unwrap(), None);
}

#[test]
fn deleting_a_connection_takes_its_mirror_along() {
    let store = store();
    store.syncs().delete("s").unwrap();
    store
        .mirror()
        .put("hl", "contact", "c1", &json!({"secretive": 1}), 5)
        .unwrap();
    store.connections().delete("hl").unwrap();
    store
        .connections()
        .insert(&connection("hl", Service::HighLevel))
        .unwrap();
    assert_eq!(
        store.mirror().count("hl", "contact").unwrap(),
        (0, 0),
        "other people's data must not outlive the connection it was read through"
    );
}
