use foxbridge_store::Store;
use serde_json::{Value, json};

#[test]
fn settings_are_remembered_replaced_and_forgotten() {
    let store = Store::in_memory().unwrap();
    assert_eq!(store.settings().get("theme").unwrap(), None);
    store.settings().set("theme", &json!("dark")).unwrap();
    store
        .settings()
        .set("theme", &json!({"name": "light"}))
        .unwrap();
    assert_eq!(
        store.settings().get("theme").unwrap(),
        Some(json!({"name": "light"}))
    );
    store.settings().set("theme", &Value::Null).unwrap();
    assert_eq!(
        store.settings().get("theme").unwrap(),
        Some(Value::Null),
        "null is a value"
    );
    store.settings().remove("theme").unwrap();
    assert_eq!(store.settings().get("theme").unwrap(), None);
}
