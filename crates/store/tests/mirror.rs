use foxbridge_store::{MirrorRow, Store, StoreError};
use serde_json::{Value, json};

use crate::support::store;

fn listing(ids: &[&str], version: u32) -> Vec<(String, Value)> {
    ids.iter()
        .map(|id| ((*id).to_owned(), json!({"id": id, "v": version})))
        .collect()
}

fn shown(store: &Store) -> Vec<(String, u64, Option<i64>)> {
    let rows = store.mirror().all("hl", "contact").unwrap();
    let shown = |r: MirrorRow| {
        (
            r.record_id,
            r.content["v"].as_u64().unwrap(),
            r.missing_since,
        )
    };
    rows.into_iter().map(shown).collect()
}

#[test]
fn a_listing_marks_the_others_missing_and_unmarks_who_comes_back() {
    let store = store();
    let mirror = store.mirror();
    mirror
        .put_listing("hl", "contact", &listing(&["a", "b", "c"], 1), 10)
        .unwrap();
    mirror
        .put_listing("hl", "contact", &listing(&["a", "c"], 2), 20)
        .unwrap();
    mirror
        .put_listing("hl", "contact", &listing(&["a"], 3), 30)
        .unwrap();
    let wanted = [
        ("a".into(), 3, None),
        ("b".into(), 1, Some(20)),
        ("c".into(), 2, Some(30)),
    ];
    assert_eq!(
        shown(&store),
        wanted,
        "b is missing since the first listing without it"
    );
    assert_eq!(mirror.count("hl", "contact").unwrap(), (1, 2));
    mirror
        .put_listing("hl", "contact", &listing(&["a", "b"], 4), 40)
        .unwrap();
    let wanted = [
        ("a".into(), 4, None),
        ("b".into(), 4, None),
        ("c".into(), 2, Some(30)),
    ];
    assert_eq!(shown(&store), wanted, "b came back");
}

#[test]
fn a_listing_says_nothing_of_other_objects_and_connections() {
    let store = store();
    let mirror = store.mirror();
    mirror
        .put_listing("hl", "contact", &listing(&["a"], 1), 10)
        .unwrap();
    mirror
        .put_listing("hl", "business", &listing(&["a"], 1), 10)
        .unwrap();
    mirror
        .put_listing("af", "contact", &listing(&["a"], 1), 10)
        .unwrap();
    mirror.put_listing("hl", "contact", &[], 20).unwrap();
    assert_eq!(mirror.count("hl", "contact").unwrap(), (0, 1));
    assert_eq!(mirror.count("hl", "business").unwrap(), (1, 0));
    assert_eq!(mirror.count("af", "contact").unwrap(), (1, 0));
}

#[test]
fn some_records_say_nothing_of_the_rest() {
    let store = store();
    store
        .mirror()
        .put_listing("hl", "contact", &listing(&["a", "b"], 1), 10)
        .unwrap();
    store
        .mirror()
        .put_some("hl", "contact", &listing(&["b", "c"], 2), 20)
        .unwrap();
    let wanted = [
        ("a".into(), 1, None),
        ("b".into(), 2, None),
        ("c".into(), 2, None),
    ];
    assert_eq!(
        shown(&store),
        wanted,
        "a search for changes proves no absence"
    );
}

#[test]
fn a_read_older_than_our_own_write_is_discarded() {
    let store = store();
    let mirror = store.mirror();
    mirror
        .put_listing("hl", "contact", &listing(&["a", "b"], 1), 10)
        .unwrap();
    mirror.fence("hl", "contact", "a", 25).unwrap();
    mirror
        .put_listing("hl", "contact", &listing(&["a", "b"], 2), 20)
        .unwrap();
    assert_eq!(
        shown(&store),
        [("a".into(), 1, None), ("b".into(), 2, None)],
        "the listing began before we wrote to a: it shows a as it was"
    );
    mirror
        .put("hl", "contact", "a", &json!({"v": 3}), 24)
        .unwrap();
    assert_eq!(
        shown(&store)[0].1,
        1,
        "the same for a record read on its own"
    );
    mirror
        .put("hl", "contact", "a", &json!({"v": 4}), 25)
        .unwrap();
    assert_eq!(
        shown(&store)[0].1,
        4,
        "a read at the time of the write saw it: our write's answer"
    );
    mirror
        .put_listing("hl", "contact", &listing(&["b"], 5), 24)
        .unwrap();
    assert_eq!(
        shown(&store)[0].2,
        None,
        "an older listing cannot prove a missing either"
    );
    mirror
        .put_listing("hl", "contact", &listing(&["b"], 5), 26)
        .unwrap();
    assert_eq!(shown(&store)[0].2, Some(26), "a newer one can");
}

#[test]
fn a_fence_never_moves_back() {
    let store = store();
    store.mirror().fence("hl", "contact", "a", 30).unwrap();
    store.mirror().fence("hl", "contact", "a", 20).unwrap();
    store
        .mirror()
        .put("hl", "contact", "a", &json!({"v": 1}), 25)
        .unwrap();
    assert_eq!(store.mirror().get("hl", "contact", "a").unwrap(), None);
}

#[test]
fn a_fence_alone_is_no_record() {
    let store = store();
    let mirror = store.mirror();
    mirror.fence("hl", "contact", "new", 20).unwrap();
    assert_eq!(mirror.get("hl", "contact", "new").unwrap(), None);
    assert_eq!(mirror.all("hl", "contact").unwrap(), []);
    assert_eq!(mirror.count("hl", "contact").unwrap(), (0, 0));
    mirror.put_listing("hl", "contact", &[], 30).unwrap();
    assert_eq!(
        mirror.count("hl", "contact").unwrap(),
        (0, 0),
        "nor a missing one"
    );
    mirror
        .put("hl", "contact", "new", &json!({"v": 1}), 20)
        .unwrap();
    assert_eq!(
        mirror.count("hl", "contact").unwrap(),
        (1, 0),
        "until it was read"
    );
}

#[test]
fn what_we_deleted_is_not_brought_back_by_an_older_listing() {
    let store = store();
    let mirror = store.mirror();
    mirror
        .put_listing("hl", "contact", &listing(&["a", "b"], 1), 10)
        .unwrap();
    mirror.fence("hl", "contact", "a", 25).unwrap();
    mirror.remove("hl", "contact", "a").unwrap();
    mirror.remove("hl", "contact", "b").unwrap();
    assert_eq!(mirror.all("hl", "contact").unwrap(), []);
    mirror
        .put_listing("hl", "contact", &listing(&["a", "b"], 2), 20)
        .unwrap();
    assert_eq!(
        shown(&store),
        [("b".into(), 2, None)],
        "a was deleted by us at 25"
    );
    mirror
        .put_listing("hl", "contact", &listing(&["a", "b"], 3), 30)
        .unwrap();
    assert_eq!(shown(&store).len(), 2, "somebody made it again");
}

#[test]
fn a_record_of_an_unknown_connection_is_refused_in_plain_words() {
    let refused = store()
        .mirror()
        .put("gone", "contact", "a", &json!({}), 1)
        .unwrap_err();
    assert!(matches!(refused, StoreError::Orphan { .. }), "{refused}");
}

#[test]
fn ids_with_odd_characters_are_ids() {
    let store = store();
    let ids = ["a\"b", "c,d", "e'f", "ü", "12", "012", ""];
    store
        .mirror()
        .put_listing("hl", "contact", &listing(&ids, 1), 10)
        .unwrap();
    store
        .mirror()
        .put_listing("hl", "contact", &listing(&ids, 2), 20)
        .unwrap();
    assert_eq!(
        store.mirror().count("hl", "contact").unwrap(),
        (7, 0),
        "each is recognised in the second listing, \"12\" is not \"012\""
    );
}
