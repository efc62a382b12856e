use foxbridge_model::Service;
use foxbridge_store::{Store, StoreError, Switch};

use crate::support::{connection, request};

fn two() -> Store {
    let store = Store::in_memory().unwrap();
    for id in ["a", "b"] {
        store
            .connections()
            .insert(&connection(id, Service::HighLevel))
            .unwrap();
    }
    store
}

#[test]
fn a_choice_is_kept_replaced_and_forgotten_for_its_connection_alone() {
    let store = two();
    let permissions = store.permissions();
    assert_eq!(
        permissions.get("a", "x").unwrap(),
        None,
        "nobody chose anything yet"
    );
    for switch in [Switch::Allowed, Switch::Ask, Switch::Blocked] {
        permissions.set("a", "x", Some(switch)).unwrap();
        assert_eq!(permissions.get("a", "x").unwrap(), Some(switch));
    }
    permissions.set("a", "w", Some(Switch::Ask)).unwrap();
    assert_eq!(
        permissions.get("b", "x").unwrap(),
        None,
        "another connection has its own switches"
    );
    let listed: Vec<_> = permissions
        .list("a")
        .unwrap()
        .into_iter()
        .map(|row| (row.operation, row.switch))
        .collect();
    assert_eq!(
        listed,
        [
            ("w".to_owned(), Switch::Ask),
            ("x".to_owned(), Switch::Blocked)
        ]
    );
    permissions.set("a", "x", None).unwrap();
    assert_eq!(permissions.get("a", "x").unwrap(), None, "it is forgotten");
    assert_eq!(permissions.list("a").unwrap().len(), 1, "and nothing else");
}

#[test]
fn the_switches_go_with_their_connection() {
    let store = two();
    for id in ["a", "b"] {
        store
            .permissions()
            .set(id, "x", Some(Switch::Blocked))
            .unwrap();
    }
    store.connections().delete("a").unwrap();
    assert!(store.permissions().list("a").unwrap().is_empty());
    assert_eq!(store.permissions().list("b").unwrap().len(), 1);
    let refused = store.permissions().set("a", "x", Some(Switch::Ask));
    assert!(
        matches!(refused, Err(StoreError::NotFound { .. })),
        "there is no such connection any more: {refused:?}"
    );
}

#[test]
fn requests_outside_of_runs_are_the_recent_calls() {
    let store = crate::support::store();
    let requests = store.requests();
    let mut in_run = request("hl", 2);
    in_run.run = Some("r");
    requests.begin(&request("hl", 1)).unwrap();
    requests.begin(&in_run).unwrap();
    requests.begin(&request("hl", 3)).unwrap();
    let at = |limit| -> Vec<i64> {
        let rows = requests.outside_runs(limit).unwrap();
        rows.iter().map(|row| row.at).collect()
    };
    assert_eq!(at(10), [3, 1], "newest first, and none of a run");
    assert_eq!(at(1), [3], "at most as many as asked for");
}
