//! What is known of a connection's sign-in.

use foxbridge_model::Service;
use foxbridge_store::{SignInKind, SignInRow, Store};
use serde_json::json;

use crate::support::connection;

#[test]
fn a_sign_in_is_kept_whole_and_goes_with_its_connection() {
    let store = Store::in_memory().unwrap();
    let orphan = SignInRow::new("hl", SignInKind::Key, 5);
    assert!(
        store.sign_ins().put(&orphan).is_err(),
        "there is no such connection"
    );
    let row = connection("hl", Service::HighLevel);
    store.connections().insert(&row).unwrap();
    assert_eq!(store.sign_ins().get("hl").unwrap(), None);

    let bare = SignInRow::new("hl", SignInKind::Key, 5);
    store.sign_ins().put(&bare).unwrap();
    assert_eq!(store.sign_ins().get("hl").unwrap(), Some(bare));
    let full = SignInRow {
        kind: SignInKind::OAuth,
        client_id: Some("app".into()),
        previous_until: Some(9),
        previous_since: Some(2),
        remind_days: Some(90),
        own_name: true,
        scopes: Some(vec!["contacts.readonly".into()]),
        missing: vec!["contacts.write".into()],
        report: Some(json!({"state": "good"})),
        ..SignInRow::new("hl", SignInKind::OAuth, 6)
    };
    store.sign_ins().put(&full).unwrap();
    assert_eq!(
        store.sign_ins().get("hl").unwrap(),
        Some(full),
        "the newer one takes the place of the older"
    );
    store.connections().delete("hl").unwrap();
    assert_eq!(store.sign_ins().get("hl").unwrap(), None);
}
