use serde_json::json;

use crate::support::store;

#[test]
fn a_base_moves_and_can_be_forgotten() {
    let store = store();
    let base = store.base();
    base.put("s", "l1", &json!({"email": "a"})).unwrap();
    base.put_all(
        "s",
        &[
            ("l1".into(), json!({"email": "b"})),
            ("l2".into(), json!({})),
        ],
    )
    .unwrap();
    assert_eq!(
        base.get("s", "l1").unwrap(),
        Some(json!({"email": "b"})),
        "the newest counts"
    );
    assert_eq!(base.all("s").unwrap().len(), 2);
    base.remove("s", "l1").unwrap();
    assert_eq!(base.get("s", "l1").unwrap(), None);
    assert_eq!(
        base.all("s").unwrap(),
        [("l2".to_owned(), json!({}))].into()
    );
    assert!(
        base.put("gone", "l1", &json!({})).is_err(),
        "no base without a sync"
    );
}
