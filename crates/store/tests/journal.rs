use foxbridge_store::{ChangeRow, LinkRow, Settlement, Store, StoreError, change_state};
use serde_json::{Value, json};

use crate::support::{change, link, run, store};

fn state(store: &Store, seq: u32) -> String {
    store.journal().get("r", seq).unwrap().unwrap().state
}

fn settlement<'a>(base: &'a [(String, Value)], links: &'a [LinkRow]) -> Settlement<'a> {
    let result = Some(json!({"id": "c0"}));
    Settlement {
        run: "r".into(),
        seq: 0,
        at: 9_000,
        result,
        base,
        links,
    }
}

#[test]
fn a_change_comes_back_as_it_was_planned() {
    let store = store();
    let bare = ChangeRow {
        lead_id: None,
        inverse: None,
        content: json!({"after": null, "before": null, "fields": []}),
        ..change("r", 1)
    };
    store
        .journal()
        .insert_plan(&[change("r", 0), bare.clone()])
        .unwrap();
    assert_eq!(store.journal().get("r", 0).unwrap(), Some(change("r", 0)));
    assert_eq!(store.journal().get("r", 1).unwrap(), Some(bare));
    assert_eq!(store.journal().get("r", 2).unwrap(), None);
}

#[test]
fn a_plan_is_written_whole_or_not_at_all() {
    let store = store();
    let refused = store
        .journal()
        .insert_plan(&[change("r", 0), change("r", 0)]);
    assert!(
        matches!(refused, Err(StoreError::Duplicate { .. })),
        "{refused:?}"
    );
    let refused = store
        .journal()
        .insert_plan(&[change("r", 0), change("gone", 1)]);
    assert!(
        matches!(refused, Err(StoreError::NotFound { .. })),
        "{refused:?}"
    );
    assert_eq!(
        store.journal().get("r", 0).unwrap(),
        None,
        "neither left its first change behind"
    );
}

#[test]
fn only_what_was_sent_is_open_after_a_crash() {
    let store = store();
    let plan: Vec<_> = (0..5).map(|seq| change("r", seq)).collect();
    store.journal().insert_plan(&plan).unwrap();
    for seq in [3, 1, 0, 2] {
        store.journal().mark_sent("r", seq, 8_000).unwrap();
    }
    store.journal().settle(settlement(&[], &[])).unwrap();
    store.journal().fail("r", 2, 8_500, "422").unwrap();
    let open: Vec<_> = store
        .journal()
        .unsettled("s")
        .unwrap()
        .into_iter()
        .map(|c| c.seq)
        .collect();
    assert_eq!(
        open,
        [1, 3],
        "in the order of the plan; not what was never sent, nor what ended"
    );
    assert_eq!(
        store.journal().get("r", 1).unwrap().unwrap().sent_at,
        Some(8_000)
    );
    assert!(store.journal().unsettled("other").unwrap().is_empty());
}

#[test]
fn settling_moves_base_links_and_change_together() {
    let store = store();
    store.journal().insert_plan(&[change("r", 0)]).unwrap();
    store.journal().mark_sent("r", 0, 8_000).unwrap();
    let base = [("lead-0".to_owned(), json!({"email": "p0@example.com"}))];
    store
        .journal()
        .settle(settlement(&base, &[link("lead-0", "c0")]))
        .unwrap();
    let row = store.journal().get("r", 0).unwrap().unwrap();
    assert_eq!(row.state, change_state::SETTLED);
    assert_eq!(row.settled_at, Some(9_000));
    assert_eq!(row.result, Some(json!({"id": "c0"})));
    assert_eq!(
        store.base().get("s", "lead-0").unwrap(),
        Some(base[0].1.clone())
    );
    assert_eq!(store.links().list("s").unwrap(), [link("lead-0", "c0")]);
}

#[test]
fn a_settlement_that_cannot_be_whole_does_nothing() {
    let store = store();
    store.links().insert(&link("other", "c0")).unwrap();
    store.journal().insert_plan(&[change("r", 0)]).unwrap();
    store.journal().mark_sent("r", 0, 8_000).unwrap();
    let base = [("lead-0".to_owned(), json!(1))];
    let refused = store
        .journal()
        .settle(settlement(&base, &[link("lead-0", "c0")]));
    assert!(
        matches!(refused, Err(StoreError::AlreadyLinked { .. })),
        "{refused:?}"
    );
    assert_eq!(
        state(&store, 0),
        change_state::SENT,
        "the change is still open"
    );
    assert_eq!(
        store.base().get("s", "lead-0").unwrap(),
        None,
        "the base did not move"
    );
}

#[test]
fn several_settlements_are_one() {
    let store = store();
    store
        .journal()
        .insert_plan(&[change("r", 0), change("r", 1)])
        .unwrap();
    let one = settlement(&[], &[]);
    let twice = [
        one.clone(),
        Settlement {
            seq: 1,
            ..one.clone()
        },
        one,
    ];
    assert!(
        store.journal().settle_all(&twice).is_err(),
        "the first comes twice"
    );
    assert_eq!(state(&store, 1), change_state::INTENDED, "so none happened");
    store.journal().settle_all(&twice[..2]).unwrap();
    assert_eq!(
        state(&store, 1),
        change_state::SETTLED,
        "a link sends nothing, yet it settles"
    );
}

#[test]
fn what_has_ended_stays_ended() {
    let store = store();
    store.journal().insert_plan(&[change("r", 0)]).unwrap();
    store.journal().settle(settlement(&[], &[])).unwrap();
    let journal = store.journal();
    for refused in [
        journal.mark_sent("r", 0, 1),
        journal.fail("r", 0, 1, "x"),
        journal.skip("r", 0, 1, "x"),
        journal.settle(settlement(&[], &[])),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(error, StoreError::WrongState { .. }), "{error:?}");
        assert!(
            error.to_string().contains("Person 0"),
            "it says whose change: {error}"
        );
    }
    assert_eq!(state(&store, 0), change_state::SETTLED);
    let absent = journal.mark_sent("r", 9, 1);
    assert!(
        matches!(absent, Err(StoreError::NotFound { .. })),
        "{absent:?}"
    );
}

#[test]
fn a_rehearsal_cannot_send() {
    let store = store();
    let planned = ChangeRow {
        state: change_state::PLANNED.into(),
        ..change("p", 0)
    };
    store
        .journal()
        .insert_plan(std::slice::from_ref(&planned))
        .unwrap();
    let journal = store.journal();
    for refused in [
        journal.mark_sent("p", 0, 1),
        journal.fail("p", 0, 1, "x"),
        journal.settle(Settlement {
            run: "p".into(),
            ..settlement(&[], &[])
        }),
    ] {
        let error = refused.unwrap_err();
        assert!(error.to_string().contains("in a rehearsal"), "{error}");
    }
    assert_eq!(journal.skip_unsent("p", 1, "x").unwrap(), 0);
    assert_eq!(
        journal.get("p", 0).unwrap(),
        Some(planned),
        "rule 1: nothing moved"
    );
}

#[test]
fn a_cancelled_run_skips_what_it_did_not_send() {
    let store = store();
    let plan: Vec<_> = (0..4).map(|seq| change("r", seq)).collect();
    store.journal().insert_plan(&plan).unwrap();
    store.journal().mark_sent("r", 0, 1).unwrap();
    store.journal().mark_sent("r", 1, 1).unwrap();
    store.journal().settle(settlement(&[], &[])).unwrap();
    assert_eq!(
        store
            .journal()
            .skip_unsent("r", 9, "The run was cancelled.")
            .unwrap(),
        2
    );
    assert_eq!(state(&store, 0), change_state::SETTLED);
    assert_eq!(
        state(&store, 1),
        change_state::SENT,
        "its outcome is not known: it stays open"
    );
    let skipped = store.journal().get("r", 2).unwrap().unwrap();
    assert_eq!(
        (skipped.state.as_str(), skipped.settled_at),
        (change_state::SKIPPED, Some(9))
    );
    assert_eq!(skipped.error.as_deref(), Some("The run was cancelled."));
}

#[test]
fn an_unknown_state_is_refused() {
    let row = ChangeRow {
        state: "perhaps".into(),
        ..change("r", 0)
    };
    assert!(
        store().journal().insert_plan(&[row]).is_err(),
        "the table itself refuses it"
    );
}

#[test]
fn open_changes_of_two_runs_come_in_the_order_of_their_plans() {
    let store = store();
    store.runs().insert(&run("a-later", "s")).unwrap();
    store.journal().insert_plan(&[change("r", 0)]).unwrap();
    store
        .journal()
        .insert_plan(&[ChangeRow {
            at: 9_999,
            ..change("a-later", 0)
        }])
        .unwrap();
    store.journal().mark_sent("a-later", 0, 1).unwrap();
    store.journal().mark_sent("r", 0, 1).unwrap();
    let open: Vec<_> = store
        .journal()
        .unsettled("s")
        .unwrap()
        .into_iter()
        .map(|c| c.run)
        .collect();
    assert_eq!(
        open,
        ["r", "a-later"],
        "oldest plan first, whatever the ids sort like"
    );
}
