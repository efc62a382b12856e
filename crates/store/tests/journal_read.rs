use foxbridge_store::{ChangeFilter, ChangeRow, Settlement};
use serde_json::json;

use crate::support::{change, store};

#[test]
fn a_page_counts_all_and_shows_some() {
    let store = store();
    let plan: Vec<_> = (0..10)
        .map(|seq| ChangeRow {
            kind: if seq % 2 == 0 { "create" } else { "update" }.into(),
            place: if seq < 6 { "highlevel" } else { "aimfox" }.into(),
            ..change("r", seq)
        })
        .collect();
    store.journal().insert_plan(&plan).unwrap();
    let seqs = |filter: ChangeFilter, offset, limit| {
        let (total, rows) = store.journal().page("r", &filter, offset, limit).unwrap();
        (total, rows.into_iter().map(|c| c.seq).collect::<Vec<_>>())
    };
    let all = ChangeFilter::default;
    assert_eq!(seqs(all(), 3, 2), (10, vec![3, 4]));
    assert_eq!(seqs(all(), 9, 5), (10, vec![9]), "the last page is short");
    let creates = ChangeFilter {
        kind: Some("create".into()),
        ..all()
    };
    assert_eq!(seqs(creates.clone(), 0, 9), (5, vec![0, 2, 4, 6, 8]));
    let there = ChangeFilter {
        place: Some("aimfox".into()),
        ..creates
    };
    assert_eq!(
        seqs(there, 0, 9),
        (2, vec![6, 8]),
        "filters narrow each other"
    );
    store.journal().fail("r", 4, 1, "x").unwrap();
    let failed = ChangeFilter {
        state: Some("failed".into()),
        ..all()
    };
    assert_eq!(seqs(failed, 0, 9), (1, vec![4]));
    assert_eq!(
        store.journal().page("p", &all(), 0, 9).unwrap().0,
        0,
        "another run's are not shown"
    );
}

#[test]
fn a_search_finds_names_ids_and_values_in_any_case() {
    let store = store();
    let row = |seq, name: &str, content| ChangeRow {
        record_name: name.into(),
        content,
        ..change("r", seq)
    };
    let field = json!({"label": "E-mail", "before": "OLD@x.test", "after": "NEW@x.test",
        "loser": {"service": "aimfox", "value": "Lost@x.test"}});
    let plan = [
        row(
            0,
            "Ólafur ÞÓR",
            json!({"after": {"tags": ["VIP 100%", "a_b"]}, "reason": "update"}),
        ),
        row(1, "Мария", json!({"fields": [field]})),
        ChangeRow {
            contact_id: Some("AbC123".into()),
            ..row(2, "Bob", json!({}))
        },
    ];
    store.journal().insert_plan(&plan).unwrap();
    for (search, wanted) in [
        ("ólafur þór", vec![0]),
        ("ÓLAFUR", vec![0]),
        ("мария", vec![1]),
        ("new@X", vec![1]),
        ("old@", vec![1]),
        ("lost@", vec![1]),
        ("abc123", vec![2]),
        ("LEAD-1", vec![1]),
        ("100%", vec![0]),
        ("a_b", vec![0]),
        ("axb", vec![]),
        ("  bob ", vec![2]),
        ("  ", vec![0, 1, 2]),
        ("update", vec![]),
        ("aimfox", vec![]),
    ] {
        let filter = ChangeFilter {
            search: Some(search.into()),
            ..Default::default()
        };
        let (total, rows) = store.journal().page("r", &filter, 0, 10).unwrap();
        let found: Vec<_> = rows.iter().map(|c| c.seq).collect();
        assert_eq!(found, wanted, "searching for {search:?}");
        assert_eq!(
            total as usize,
            wanted.len(),
            "the total agrees for {search:?}"
        );
    }
}

#[test]
fn counts_follow_the_states() {
    let store = store();
    store
        .journal()
        .insert_plan(&[change("r", 0), change("r", 1), change("r", 2)])
        .unwrap();
    let settled = Settlement {
        run: "r".into(),
        seq: 0,
        at: 9_000,
        result: None,
        base: &[],
        links: &[],
    };
    store.journal().settle(settled).unwrap();
    let counts: Vec<_> = store
        .journal()
        .counts("r")
        .unwrap()
        .into_iter()
        .map(|c| (c.kind, c.place, c.object, c.state, c.count))
        .collect();
    let wanted = |state: &str, n| {
        (
            "update".to_owned(),
            "highlevel".to_owned(),
            "contact".to_owned(),
            state.to_owned(),
            n,
        )
    };
    assert_eq!(counts, [wanted("settled", 1), wanted("intended", 2)]);
}
