use foxbridge_store::AnswerRow;
use serde_json::json;

use crate::support::{store, sync};

fn answer(sync: &str, key: &str, what: &str) -> AnswerRow {
    AnswerRow {
        sync: sync.into(),
        key: key.into(),
        content: json!({"answer": what}),
        at: 10,
    }
}

#[test]
fn the_last_answer_to_a_question_counts_until_it_is_taken_back() {
    let store = store();
    store.syncs().insert(&sync("t")).unwrap();
    let answers = store.answers();
    answers
        .put_all(&[answer("s", "a", "wait"), answer("s", "b", "wait")])
        .unwrap();
    answers
        .put_all(&[answer("s", "a", "delete"), answer("t", "a", "wait")])
        .unwrap();
    let kept = answers.all("s").unwrap();
    assert_eq!(kept["a"], answer("s", "a", "delete"));
    assert_eq!(kept.len(), 2, "another sync's answers are its own");
    assert!(answers.remove("s", "a").unwrap());
    assert!(!answers.remove("s", "a").unwrap(), "there was none left");
    store.syncs().delete("s").unwrap();
    assert!(
        answers.all("s").unwrap().is_empty(),
        "answers go with their sync"
    );
}

#[test]
fn answers_are_kept_all_or_none() {
    let store = store();
    let answers = store.answers();
    let both = [answer("s", "a", "wait"), answer("nowhere", "a", "wait")];
    assert!(answers.put_all(&both).is_err(), "there is no such sync");
    assert!(answers.all("s").unwrap().is_empty(), "the first was undone");
}
