//! Decisions about a rehearsal: by position, by person, by filter, and taken back.
#![allow(clippy::unwrap_used)]

mod support;

use foxbridge_store::{ChangeFilter, Decided, DecisionCount, change_state};
use support::{change, store};

#[test]
fn decisions_are_made_by_position_by_person_and_by_filter() {
    let store = store();
    let rows: Vec<_> = (0..6)
        .map(|seq| {
            let mut row = change("p", seq);
            row.lead_id = Some(format!("l{}", seq / 2));
            row.contact_id = None;
            row.kind = if seq == 5 { "create" } else { "update" }.to_owned();
            row.state = change_state::PLANNED.to_owned();
            row
        })
        .collect();
    store.journal().insert_plan(&rows).unwrap();
    let decide = |which: Decided, approved| {
        store.decisions().decide("p", &which, approved).unwrap();
        store.decisions().count("p").unwrap()
    };
    let counted = |approved, skipped| DecisionCount {
        approved,
        skipped,
        of: 6,
    };
    assert_eq!(decide(Decided::Seqs(vec![0, 5]), Some(true)), counted(2, 0));
    assert_eq!(
        decide(Decided::RecordOf(1), Some(false)),
        counted(1, 2),
        "the whole person, the one approved before included"
    );
    let updates = ChangeFilter {
        kind: Some("update".to_owned()),
        ..ChangeFilter::default()
    };
    assert_eq!(
        decide(Decided::Matching(updates.clone()), Some(true)),
        counted(6, 0)
    );
    assert_eq!(decide(Decided::Matching(updates), None), counted(1, 0));
    let known = store.decisions().of("p", &[4, 5]).unwrap();
    assert_eq!(known.get(&5), Some(&true));
    assert_eq!(known.get(&4), None, "it was taken back");
    assert_eq!(store.decisions().approved("p").unwrap().len(), 1);
}

#[test]
fn only_a_plan_that_is_not_run_takes_decisions() {
    let store = store();
    let mut row = change("r", 0);
    row.state = change_state::INTENDED.to_owned();
    store.journal().insert_plan(&[row]).unwrap();
    let all = Decided::Matching(ChangeFilter::default());
    store.decisions().decide("r", &all, Some(true)).unwrap();
    assert_eq!(
        store.decisions().count("r").unwrap().approved,
        0,
        "what is being made is past deciding"
    );
}
