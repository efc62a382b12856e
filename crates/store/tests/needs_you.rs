use foxbridge_store::NeedsYouRow;
use serde_json::json;

use crate::support::{store, sync};

fn row(key: &str, what: &str, since: i64) -> NeedsYouRow {
    NeedsYouRow {
        sync: "s".into(),
        key: key.into(),
        kind: "ambiguous".into(),
        content: json!({"what": what}),
        since,
    }
}

#[test]
fn a_question_asked_again_keeps_its_age() {
    let store = store();
    let waits = store.needs_you();
    waits
        .replace_all("s", &[row("a", "old", 10), row("b", "old", 10)])
        .unwrap();
    waits
        .replace_all("s", &[row("c", "new", 20), row("b", "new", 20)])
        .unwrap();
    assert_eq!(
        waits.list("s").unwrap(),
        [row("b", "new", 10), row("c", "new", 20)],
        "b keeps its age but not its words; a was answered"
    );
    assert_eq!(waits.count("s").unwrap(), 2);
    waits.replace_all("s", &[]).unwrap();
    assert_eq!(waits.count("s").unwrap(), 0);
}

#[test]
fn syncs_do_not_answer_each_others_questions() {
    let store = store();
    store.syncs().insert(&sync("t")).unwrap();
    store
        .needs_you()
        .replace_all("s", &[row("a", "x", 1)])
        .unwrap();
    let other = NeedsYouRow {
        sync: "t".into(),
        ..row("a", "x", 2)
    };
    store.needs_you().replace_all("t", &[other]).unwrap();
    store.needs_you().replace_all("t", &[]).unwrap();
    assert_eq!(store.needs_you().count("s").unwrap(), 1);
}

#[test]
fn one_key_is_one_question() {
    let store = store();
    store
        .needs_you()
        .replace_all("s", &[row("a", "one", 1), row("a", "two", 2)])
        .unwrap();
    assert_eq!(store.needs_you().list("s").unwrap(), [row("a", "two", 1)]);
}

#[test]
fn what_was_answered_waits_for_nobody() {
    let store = store();
    let waits = store.needs_you();
    let mut answered = row("a", "which?", 10);
    answered.content["answer"] = json!({"take": "nobody"});
    let mut reopened = row("b", "which?", 10);
    reopened.content["answer"] = serde_json::Value::Null;
    waits.replace_all("s", &[answered, reopened]).unwrap();
    assert_eq!(waits.count("s").unwrap(), 1, "one was answered");
    assert_eq!(waits.list("s").unwrap().len(), 2, "both are still shown");
}
