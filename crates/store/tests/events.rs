//! Events are kept with what shows them, once; rules fire with what marks them, once.

use foxbridge_store::{Echo, FiringRow, NewEvent, Reading, RuleRow, Seen, Store};
use serde_json::{Value, json};

use crate::support::store;

fn event(key: &str) -> NewEvent {
    NewEvent {
        key: key.into(),
        trigger: "foxbridge.tag.added".into(),
        at: 1_000,
        sync: Some("s".into()),
        connection: Some("hl".into()),
        depth: 0,
        ours: false,
        payload: json!({ "record": "c1", "tag": "VIP" }),
    }
}

fn told(seen: &Seen<'_>) -> Vec<NewEvent> {
    vec![NewEvent {
        ours: !seen.echoes.is_empty(),
        payload: json!({ "record": seen.id, "before": seen.before, "after": seen.after }),
        ..event(&format!("{}:{}", seen.id, seen.after))
    }]
}

fn read(store: &Store, records: &[(&str, Value)], at: i64) {
    let records: Vec<(String, Value)> = records
        .iter()
        .map(|(id, content)| ((*id).to_owned(), content.clone()))
        .collect();
    store
        .mirror()
        .put_listing_telling("hl", "contact", &records, at, &mut told)
        .unwrap();
}

fn waiting(store: &Store) -> Vec<NewEvent> {
    let rows = store.events().waiting(&[], 100).unwrap();
    rows.into_iter().map(|row| row.event).collect()
}

#[test]
fn a_key_is_one_event() {
    let store = store();
    assert_eq!(store.events().insert(&[event("a"), event("b")]).unwrap(), 2);
    assert_eq!(store.events().insert(&[event("b"), event("c")]).unwrap(), 1);
    assert_eq!(store.events().waiting_count().unwrap(), 3);
}

#[test]
fn a_first_reading_is_no_news_and_a_difference_is() {
    let store = store();
    read(&store, &[("c1", json!(1)), ("c2", json!(1))], 10);
    assert_eq!(waiting(&store), [], "everything is new: nothing is news");
    read(
        &store,
        &[("c1", json!(1)), ("c2", json!(2)), ("c3", json!(1))],
        20,
    );
    let found = waiting(&store);
    assert_eq!(found.len(), 2, "one changed, one came: {found:?}");
    read(
        &store,
        &[("c1", json!(1)), ("c2", json!(2)), ("c3", json!(1))],
        30,
    );
    assert_eq!(waiting(&store).len(), 2, "seen again: no news");
}

#[test]
fn records_that_were_kept_before_the_first_listing_make_it_no_news() {
    let store = store();
    let one = [("c1".to_owned(), json!(1))];
    let mirror = store.mirror();
    mirror
        .put_some_telling("hl", "contact", &one, 5, &mut told)
        .unwrap();
    read(&store, &[("c1", json!(2)), ("c2", json!(1))], 10);
    assert_eq!(
        waiting(&store),
        [],
        "a first run keeps single pages before the list is whole"
    );
    read(&store, &[("c1", json!(2)), ("c2", json!(2))], 20);
    assert_eq!(waiting(&store).len(), 1);
}

#[test]
fn an_empty_listing_is_a_first_one_too() {
    let store = store();
    read(&store, &[], 10);
    read(&store, &[("c1", json!(1))], 20);
    assert_eq!(waiting(&store).len(), 1, "the first record ever is news");
}

#[test]
fn a_reading_that_is_discarded_tells_nothing() {
    let store = store();
    read(&store, &[("c1", json!(1))], 10);
    store.mirror().fence("hl", "contact", "c1", 50).unwrap();
    read(&store, &[("c1", json!(2))], 40);
    assert_eq!(waiting(&store), [], "it is older than our own write");
}

#[test]
fn what_we_wrote_since_the_last_reading_is_known_as_ours() {
    let store = store();
    read(&store, &[("c1", json!(1)), ("c2", json!(1))], 10);
    let echo = |record: &str, at| Echo {
        connection: "hl".into(),
        record_id: record.into(),
        what: "tag+vip".into(),
        at,
        depth: 1,
    };
    store
        .events()
        .echo(&[echo("c1", 5), echo("c2", 15)])
        .unwrap();
    read(&store, &[("c1", json!(2)), ("c2", json!(2))], 20);
    let ours: Vec<bool> = waiting(&store).iter().map(|e| e.ours).collect();
    assert_eq!(
        ours,
        [false, true],
        "the first was written before it was read"
    );
}

fn firing(event: i64) -> FiringRow {
    FiringRow {
        id: 0,
        rule: "r1".into(),
        event,
        sync: "s".into(),
        at: 1_000,
        state: "ready".into(),
        due: Some(1_000),
        depth: 1,
        person: "7".into(),
        content: json!({}),
    }
}

#[test]
fn an_event_fires_a_rule_once_whoever_looks_at_it() {
    let store = store();
    store.events().insert(&[event("a")]).unwrap();
    let id = store.events().waiting(&[], 1).unwrap()[0].id;
    store
        .rules()
        .fire(&[(id, vec![firing(id)])], 2_000)
        .unwrap();
    // Another process had read the same event before it was marked.
    store
        .rules()
        .fire(&[(id, vec![firing(id)])], 2_001)
        .unwrap();
    assert_eq!(store.rules().firings(None, 10).unwrap().len(), 1);
    assert_eq!(store.events().waiting_count().unwrap(), 0);
    assert_eq!(store.rules().counts("r1", "7", 0).unwrap(), (1, 1));
    assert_eq!(store.rules().counts("r1", "8", 0).unwrap(), (0, 1));
}

#[test]
fn a_removed_rule_gives_up_what_it_had_still_to_do() {
    let store = store();
    let rule = RuleRow {
        id: "r1".into(),
        name: "Rule".into(),
        sync: "s".into(),
        state: "on".into(),
        why: None,
        definition: json!({}),
        created_at: 1,
    };
    store.rules().put(&rule).unwrap();
    store.events().insert(&[event("a")]).unwrap();
    let id = store.events().waiting(&[], 1).unwrap()[0].id;
    store
        .rules()
        .fire(&[(id, vec![firing(id)])], 2_000)
        .unwrap();
    assert_eq!(store.rules().due(1_000, 10).unwrap().len(), 1);
    store.rules().delete("r1").unwrap();
    assert_eq!(store.rules().due(9_000, 10).unwrap(), [], "nothing is due");
    let kept = store.rules().firings(None, 10).unwrap();
    assert_eq!(kept[0].state, "given_up", "and it stays on record");
}

#[test]
fn somebody_heard_from_since_is_found_by_either_id() {
    let store = store();
    let mut reply = event("a");
    reply.payload = json!({ "record": "7", "counterpart": "c1" });
    store.events().insert(&[event("first"), reply]).unwrap();
    let came = |trigger: &str, id: &str, after| {
        let events = store.events();
        events.came_since(trigger, &[id.to_owned()], after).unwrap()
    };
    assert!(came("foxbridge.tag.added", "c1", 1));
    assert!(came("foxbridge.tag.added", "7", 1));
    assert!(!came("foxbridge.tag.added", "7", 2), "not after itself");
    assert!(!came("foxbridge.tag.removed", "7", 0));
    assert!(!came("foxbridge.tag.added", "8", 0));
}

#[test]
fn what_a_run_found_is_held_and_what_a_service_told_is_not() {
    let store = store();
    let told = NewEvent {
        trigger: "highlevel.events.contact_update".into(),
        ..event("b")
    };
    let elsewhere = NewEvent {
        sync: Some("t".into()),
        ..event("c")
    };
    let nobodys = NewEvent {
        sync: None,
        ..event("d")
    };
    store
        .events()
        .insert(&[event("a"), told, elsewhere, nobodys])
        .unwrap();
    let held = |syncs: &[&str]| {
        let syncs: Vec<String> = syncs.iter().map(|s| (*s).to_owned()).collect();
        let rows = store.events().waiting(&syncs, 100).unwrap();
        rows.into_iter()
            .map(|row| row.event.key)
            .collect::<Vec<_>>()
    };
    assert_eq!(held(&["s"]), ["b", "c", "d"], "its run goes on");
    assert_eq!(held(&["s", "t"]), ["b", "d"]);
    assert_eq!(
        held(&[]),
        ["a", "b", "c", "d"],
        "and afterwards nothing is missing"
    );
}

fn reading(id: &str, content: i64, read_at: i64, ahead_until: Option<i64>) -> Reading {
    Reading {
        id: id.into(),
        content: json!(content),
        read_at,
        ahead_until,
    }
}

/// Takes in readings; gives what was told since the last time.
fn take_in(store: &Store, readings: &[Reading]) -> Vec<Value> {
    let before = waiting(store).len();
    store
        .mirror()
        .put_readings_telling("hl", "task", readings, &mut told)
        .unwrap();
    let news = waiting(store).split_off(before);
    news.into_iter().map(|event| event.payload).collect()
}

#[test]
fn a_reading_that_is_older_than_what_is_known_tells_nothing_and_changes_nothing() {
    let store = store();
    let mirror = store.mirror();
    take_in(&store, &[reading("t1", 1, 10, None)]);
    mirror.mark_listed("hl", "task", 10).unwrap();
    let late = take_in(&store, &[reading("t1", 2, 20, Some(20))]);
    assert_eq!(late.len(), 1, "a webhook had it read");
    let early = take_in(&store, &[reading("t1", 1, 15, Some(15))]);
    assert_eq!(early, [] as [Value; 0], "a run had read it before that");
    assert_eq!(
        mirror.get("hl", "task", "t1").unwrap().unwrap().content,
        json!(2)
    );
    let same_moment = take_in(&store, &[reading("t1", 3, 20, Some(20))]);
    assert_eq!(same_moment.len(), 1, "of two at one time the second counts");
}

#[test]
fn only_listings_mind_that_they_may_lag() {
    let store = store();
    store.mirror().mark_listed("hl", "task", 10).unwrap();
    take_in(&store, &[reading("t1", 1, 20, Some(35))]);
    assert_eq!(take_in(&store, &[reading("t1", 2, 25, Some(40))]).len(), 1);
    assert_eq!(
        take_in(&store, &[reading("t1", 1, 39, None)]),
        [] as [Value; 0],
        "a listing that began before it had to show the record as it is"
    );
    assert_eq!(take_in(&store, &[reading("t1", 3, 40, None)]).len(), 1);
}

#[test]
fn what_a_read_has_proved_to_be_gone_is_told_once_and_not_brought_back() {
    let store = store();
    let mirror = store.mirror();
    mirror.mark_listed("hl", "task", 10).unwrap();
    take_in(&store, &[reading("t1", 1, 20, Some(35))]);
    let gone = |at: i64| {
        let before = waiting(&store).len();
        let mut tell = |known: &Value, _: &[Echo]| NewEvent {
            payload: known.clone(),
            ..event(&format!("gone:{at}"))
        };
        mirror
            .gone_telling("hl", "task", "t1", (at, at + 15), &mut tell)
            .unwrap();
        waiting(&store).len() - before
    };
    assert_eq!(gone(19), 0, "that read is older than the record");
    assert_eq!(gone(30), 1);
    assert_eq!(gone(31), 0, "it is gone already");
    assert_eq!(mirror.get("hl", "task", "t1").unwrap(), None);
    let lagging = take_in(&store, &[reading("t1", 1, 44, None)]);
    assert_eq!(lagging, [] as [Value; 0], "the search shows it for a while");
    assert_eq!(mirror.get("hl", "task", "t1").unwrap(), None);
}

#[test]
fn a_kind_that_is_read_no_more_is_forgotten() {
    let store = store();
    let mirror = store.mirror();
    mirror.mark_listed("hl", "task", 10).unwrap();
    take_in(&store, &[reading("t1", 1, 20, Some(35))]);
    mirror.mark_unlisted("hl", "task").unwrap();
    assert_eq!(mirror.all("hl", "task").unwrap(), []);
    assert_eq!(mirror.listed_at("hl", "task").unwrap(), None);
    let again = take_in(&store, &[reading("t1", 2, 21, None)]);
    assert_eq!(again, [] as [Value; 0], "months later it is no news");
}

#[test]
fn a_step_that_did_nothing_is_uncounted_and_no_other_of_its_moment() {
    let store = store();
    let rules = store.rules();
    store.events().insert(&[event("a")]).unwrap();
    rules.fire(&[(1, vec![firing(1)])], 1_000).unwrap();
    let row = rules.firings(None, 1).unwrap().remove(0);
    let count = || rules.note_capped(&row, 1_000, 0, 2).unwrap();
    let (first, second) = (count().unwrap(), count().unwrap());
    assert_ne!(first, second);
    assert_eq!(count(), None, "two are the cap");
    rules.uncount(second).unwrap();
    assert!(count().is_some(), "one did nothing");
    assert_eq!(count(), None, "the other one was done");
}
