use foxbridge_store::{
    ActivityFilter, ActivityRow, ChangeRow, NewRequest, RequestEnd, RunRow, Settlement, Store,
};
use serde_json::json;

use crate::support::{change, request, run, store};

/// The run began at 3,000 and ended at 9,500; between them a request, a settled change, a failed
/// one, and one that was never made. The rehearsal goes on since 3,000.
fn busy() -> Store {
    let store = store();
    let named = ChangeRow {
        record_name: "Zoë ÅNGSTRÖM".into(),
        ..change("r", 0)
    };
    store
        .journal()
        .insert_plan(&[named, change("r", 1), change("r", 2)])
        .unwrap();
    let id = store
        .requests()
        .begin(&NewRequest {
            run: Some("r"),
            ..request("hl", 5_000)
        })
        .unwrap();
    let end = RequestEnd {
        status: Some(503),
        error: Some("Überlastet"),
        ..Default::default()
    };
    store.requests().finish(id, &end).unwrap();
    let settled = Settlement {
        run: "r".into(),
        seq: 0,
        at: 6_000,
        result: None,
        base: &[],
        links: &[],
    };
    store.journal().settle(settled).unwrap();
    store
        .journal()
        .fail("r", 1, 7_000, "Email is INVALID")
        .unwrap();
    let done = RunRow {
        finished_at: Some(9_500),
        state: "failed".into(),
        summary: json!({"error": {"message": "The quota is used up"}, "changed": {"create": 1}}),
        ..run("r", "s")
    };
    store.runs().update(&done).unwrap();
    store.requests().begin(&request("hl", 8_000)).unwrap();
    store
}

fn words(rows: &[ActivityRow]) -> Vec<String> {
    rows.iter()
        .map(|row| match row {
            ActivityRow::Request(r) => format!("request@{}", r.at),
            ActivityRow::Change(c) => format!("change {} {}@{}", c.seq, c.state, row.at()),
            ActivityRow::Run(r) => format!("run {}@{}", r.id, row.at()),
            ActivityRow::Firing(f) => format!("firing {}@{}", f.rule, row.at()),
        })
        .collect()
}

fn page(store: &Store, filter: ActivityFilter) -> Vec<String> {
    words(&store.activity().page(&filter).unwrap())
}

fn all() -> ActivityFilter {
    ActivityFilter {
        limit: 100,
        ..Default::default()
    }
}

const WHOLE: [&str; 6] = [
    "run r@9500",
    "request@8000",
    "change 1 failed@7000",
    "change 0 settled@6000",
    "request@5000",
    "run p@3000",
];

#[test]
fn everything_by_time_newest_first() {
    let store = busy();
    assert_eq!(
        page(&store, all()),
        WHOLE,
        "a change that was never made is no activity"
    );
    for limit in 1..8 {
        let mut pages = Vec::new();
        loop {
            let offset = u32::try_from(pages.len()).unwrap();
            let rows = page(
                &store,
                ActivityFilter {
                    offset,
                    limit,
                    ..all()
                },
            );
            if rows.is_empty() {
                break;
            }
            assert!(rows.len() <= limit as usize, "no page is longer than asked");
            pages.extend(rows);
        }
        assert_eq!(
            pages, WHOLE,
            "pages of {limit} add up to the whole, without gap or repeat"
        );
    }
}

#[test]
fn the_log_is_the_newest_part_read_forwards() {
    let store = busy();
    let mut forwards = WHOLE.to_vec();
    forwards.reverse();
    assert_eq!(words(&store.activity().log(u32::MAX).unwrap()), forwards);
    assert_eq!(
        words(&store.activity().log(2).unwrap()),
        ["request@8000", "run r@9500"]
    );
}

#[test]
fn kinds_and_runs_narrow_it() {
    let store = busy();
    let kind = |k: &str| {
        page(
            &store,
            ActivityFilter {
                kind: Some(k.into()),
                ..all()
            },
        )
    };
    assert_eq!(kind("request"), ["request@8000", "request@5000"]);
    assert_eq!(
        kind("change"),
        ["change 1 failed@7000", "change 0 settled@6000"]
    );
    assert_eq!(kind("run"), ["run r@9500", "run p@3000"]);
    assert!(kind("else").is_empty(), "there is nothing of another kind");
    let of_run = page(
        &store,
        ActivityFilter {
            run: Some("r".into()),
            ..all()
        },
    );
    let wanted: Vec<_> = WHOLE
        .iter()
        .copied()
        .filter(|w| !["request@8000", "run p@3000"].contains(w))
        .collect();
    assert_eq!(
        of_run, wanted,
        "neither the rehearsal nor the request outside of the run"
    );
}

#[test]
fn a_search_looks_into_all_three() {
    let store = busy();
    let find = |s: &str| {
        page(
            &store,
            ActivityFilter {
                search: Some(s.into()),
                ..all()
            },
        )
    };
    assert_eq!(find("zoë ångström"), ["change 0 settled@6000"]);
    assert_eq!(find("is invalid"), ["change 1 failed@7000"]);
    assert_eq!(find("ÜBERLASTET"), ["request@5000"]);
    assert_eq!(find("503"), ["request@5000"]);
    assert_eq!(find("QUOTA"), ["run r@9500"]);
    assert_eq!(
        find("contacts.update"),
        ["change 1 failed@7000", "change 0 settled@6000"]
    );
    assert_eq!(find("/contacts/C1"), ["request@8000", "request@5000"]);
    assert!(
        find("create").is_empty(),
        "the words of the format are not what was said"
    );
}

#[test]
fn of_one_instant_the_run_is_newest_then_its_changes() {
    let store = store();
    store
        .journal()
        .insert_plan(&[change("r", 0), change("r", 1)])
        .unwrap();
    let settle = |seq| Settlement {
        run: "r".into(),
        seq,
        at: 50,
        result: None,
        base: &[],
        links: &[],
    };
    store.journal().settle_all(&[settle(0), settle(1)]).unwrap();
    store
        .runs()
        .update(&RunRow {
            finished_at: Some(50),
            ..run("r", "s")
        })
        .unwrap();
    store
        .requests()
        .begin(&NewRequest {
            run: Some("r"),
            ..request("hl", 50)
        })
        .unwrap();
    let of_run = page(
        &store,
        ActivityFilter {
            run: Some("r".into()),
            ..all()
        },
    );
    assert_eq!(
        of_run,
        [
            "run r@50",
            "change 1 settled@50",
            "change 0 settled@50",
            "request@50"
        ]
    );
}

#[test]
fn each_filter_leaves_what_it_says() {
    let store = busy();
    let filter = || ActivityFilter::default();
    let cases: [(&str, ActivityFilter, &[&str]); 8] = [
        (
            "of a sync",
            ActivityFilter {
                sync: Some("s".into()),
                ..filter()
            },
            &[
                "run r@9500",
                "change 1 failed@7000",
                "change 0 settled@6000",
                "request@5000",
                "run p@3000",
            ],
        ),
        (
            "at a place; a run is at none",
            ActivityFilter {
                place: Some("aimfox".into()),
                ..filter()
            },
            &[],
        ),
        (
            "what went well; a request under way has not yet",
            ActivityFilter {
                well: Some(true),
                ..filter()
            },
            &["change 0 settled@6000", "run p@3000"],
        ),
        (
            "what did not",
            ActivityFilter {
                well: Some(false),
                ..filter()
            },
            &[
                "run r@9500",
                "request@8000",
                "change 1 failed@7000",
                "request@5000",
            ],
        ),
        (
            "since",
            ActivityFilter {
                since: Some(7_000),
                ..filter()
            },
            &["run r@9500", "request@8000", "change 1 failed@7000"],
        ),
        (
            "until, without it",
            ActivityFilter {
                until: Some(6_000),
                ..filter()
            },
            &["request@5000", "run p@3000"],
        ),
        (
            "about a lead",
            ActivityFilter {
                lead: Some("lead-1".into()),
                ..filter()
            },
            &["change 1 failed@7000"],
        ),
        (
            "together",
            ActivityFilter {
                kind: Some("change".into()),
                well: Some(false),
                ..filter()
            },
            &["change 1 failed@7000"],
        ),
    ];
    for (what, filter, left) in cases {
        let limit = 100;
        assert_eq!(
            page(&store, ActivityFilter { limit, ..filter }),
            left,
            "{what}"
        );
    }
}

#[test]
fn what_a_rule_did_is_one_entry() {
    let store = busy();
    let event = |key: &str| foxbridge_store::NewEvent {
        key: key.into(),
        trigger: "foxbridge.tag.added".into(),
        at: 1,
        sync: Some("s".into()),
        connection: None,
        depth: 0,
        ours: false,
        payload: json!({}),
    };
    store.events().insert(&[event("a"), event("b")]).unwrap();
    let waiting = store.events().waiting(&[], 10).unwrap();
    let firing = |rule: &str, event: i64, at: i64, state: &str, person: &str| {
        let content = json!({ "name": "Greet", "person": "Ada Lovelace" });
        let row = foxbridge_store::FiringRow {
            id: 0,
            rule: rule.into(),
            event,
            sync: "s".into(),
            at,
            state: state.into(),
            due: None,
            depth: 1,
            person: person.into(),
            content,
        };
        (event, vec![row])
    };
    let fired = [
        firing("good", waiting[0].id, 9_700, "done", "l1"),
        firing("bad", waiting[1].id, 2_000, "needs_you", "l2"),
    ];
    store.rules().fire(&fired, 1).unwrap();
    let find = |filter: ActivityFilter| page(&store, filter);
    let whole = find(all());
    assert_eq!(
        whole[0], "firing good@9700",
        "among the others, by its time"
    );
    assert_eq!(whole.last().unwrap(), "firing bad@2000");
    assert_eq!(whole.len(), WHOLE.len() + 2);
    let of_kind = ActivityFilter {
        kind: Some("firing".into()),
        ..all()
    };
    assert_eq!(
        find(of_kind.clone()),
        ["firing good@9700", "firing bad@2000"]
    );
    for (filter, wanted) in [
        (
            ActivityFilter {
                well: Some(false),
                ..of_kind.clone()
            },
            vec!["firing bad@2000"],
        ),
        (
            ActivityFilter {
                lead: Some("l1".into()),
                ..of_kind.clone()
            },
            vec!["firing good@9700"],
        ),
        (
            ActivityFilter {
                since: Some(5_000),
                ..of_kind.clone()
            },
            vec!["firing good@9700"],
        ),
        (
            ActivityFilter {
                search: Some("LOVELACE".into()),
                ..of_kind.clone()
            },
            vec!["firing good@9700", "firing bad@2000"],
        ),
        (
            ActivityFilter {
                search: Some("nobody".into()),
                ..of_kind.clone()
            },
            vec![],
        ),
        (
            ActivityFilter {
                run: Some("r".into()),
                ..of_kind.clone()
            },
            vec![],
        ),
        (
            ActivityFilter {
                sync: Some("t".into()),
                ..of_kind
            },
            vec![],
        ),
    ] {
        assert_eq!(find(filter), wanted);
    }
}
