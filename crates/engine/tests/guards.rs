//! Every guard lets its limit pass, and stops one more; what it says names the number.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use foxbridge_engine::{
    Action, BasePatch, Change, ChangeKind, Circumstances, Few, FieldDelta, Guards, ObjectKind,
    Plan, Record, Reshaped, Stop, check_listing, check_plan,
};
use foxbridge_model::Value;

/// A change of the n-th person; an update changes the company.
fn change(n: usize, kind: ChangeKind) -> Change {
    let (lead_id, contact_id) = (format!("{n}"), format!("c{n}"));
    let action = match kind {
        ChangeKind::Create => Action::CreateContact {
            lead_id: lead_id.as_str().into(),
            fields: Few::default(),
            stamps: Few::default(),
            tags: Vec::new().into(),
        },
        ChangeKind::Delete => Action::DeleteContact {
            contact_id: contact_id.as_str().into(),
            lead_id: lead_id.as_str().into(),
        },
        _ => Action::UpdateContact {
            contact_id: contact_id.as_str().into(),
            fields: Few::default(),
            clear: Default::default(),
            stamps: Few::default(),
        },
    };
    let company = FieldDelta {
        field: "companyName".into(),
        label: "Company".into(),
        before: None,
        after: Value::text("Acme"),
        loser: None,
    };
    Change {
        action,
        kind,
        object: ObjectKind::Contact,
        record: Arc::new(Record {
            name: format!("Person {n}").into(),
            contact_id: Some(contact_id.into()),
            lead_id: Some(lead_id.into()),
        }),
        fields: if kind == ChangeKind::Update {
            vec![company].into()
        } else {
            Vec::new().into()
        },
        reason: "".into(),
        warning: None,
        settles: BasePatch::default(),
    }
}

fn plan(n: usize, kind: ChangeKind) -> Plan {
    Plan {
        changes: (0..n).map(|n| change(n, kind)).collect(),
        ..Plan::default()
    }
}

/// A thousand people who have been in step for long.
fn settled() -> Circumstances {
    Circumstances {
        linked_before: 1_000,
        ..Circumstances::default()
    }
}

fn name(checked: Result<(), Stop>) -> String {
    checked.err().map_or_else(String::new, |stop| stop.guard)
}

fn checked(n: usize, kind: ChangeKind, guards: &Guards) -> String {
    name(check_plan(&plan(n, kind), &settled(), guards))
}

#[test]
fn each_share_lets_its_limit_pass_and_stops_one_more() {
    let guards = Guards::default();
    for (kind, limit, guard) in [
        (ChangeKind::Delete, 100, "mass_delete"),
        (ChangeKind::Update, 500, "mass_update"),
        (ChangeKind::Create, 1_000, "mass_create"),
    ] {
        assert_eq!(checked(limit, kind, &guards), "", "{limit} are allowed");
        assert_eq!(checked(limit + 1, kind, &guards), guard);
    }
    let stop = check_plan(&plan(101, ChangeKind::Delete), &settled(), &guards).unwrap_err();
    assert!(stop.message.contains("101 of 1000"), "{}", stop.message);
    assert!(stop.hint.contains("--approve"), "{}", stop.hint);
}

#[test]
fn one_field_of_nearly_everybody_is_a_service_that_changed() {
    let guards = Guards {
        update_percent: 100,
        ..Guards::default()
    };
    assert_eq!(checked(800, ChangeKind::Update, &guards), "");
    assert_eq!(
        checked(801, ChangeKind::Update, &guards),
        "everything_changed"
    );
    let meant = Circumstances {
        new_rows: BTreeSet::from(["Company".to_owned()]),
        ..settled()
    };
    let all = plan(1_000, ChangeKind::Update);
    assert_eq!(
        name(check_plan(&all, &meant, &guards)),
        "",
        "a new row of the mapping concerns everybody"
    );
}

#[test]
fn a_first_run_may_do_much_and_delete_little() {
    let first = Circumstances {
        first_run: true,
        ..settled()
    };
    let guards = Guards::default();
    let check = |n, kind| name(check_plan(&plan(n, kind), &first, &guards));
    assert_eq!(check(5_000, ChangeKind::Create), "");
    assert_eq!(check(1_000, ChangeKind::Update), "");
    assert_eq!(check(101, ChangeKind::Delete), "mass_delete");
}

#[test]
fn a_loop_a_day_and_another_filter() {
    let guards = Guards::default();
    let one = plan(1, ChangeKind::Update);
    let edited = |times| Circumstances {
        edits_last_hour: HashMap::from([("0".to_owned(), times)]),
        ..settled()
    };
    assert_eq!(name(check_plan(&one, &edited(9), &guards)), "");
    assert_eq!(name(check_plan(&one, &edited(10), &guards)), "loop");

    let written = |before| Circumstances {
        writes_last_day: before,
        ..settled()
    };
    assert_eq!(name(check_plan(&one, &written(49_999), &guards)), "");
    assert_eq!(
        name(check_plan(&one, &written(50_000), &guards)),
        "daily_cap"
    );

    let filtered = Circumstances {
        reshaped: Reshaped {
            people: true,
            ..Reshaped::default()
        },
        ..settled()
    };
    assert_eq!(name(check_plan(&one, &filtered, &guards)), "changed_filter");
    let nothing = Plan::default();
    assert_eq!(name(check_plan(&nothing, &filtered, &guards)), "");
}

#[test]
fn an_emptied_or_halved_listing() {
    let guards = Guards::default();
    let check = |before, now| name(check_listing("HighLevel", before, now, &guards));
    assert_eq!(check(100, 50), "");
    assert_eq!(check(100, 49), "shrunken_listing");
    assert_eq!(check(3, 0), "empty_listing");
    assert_eq!(check(19, 1), "", "a small account changes by halves");
    assert_eq!(check(0, 0), "");
}
