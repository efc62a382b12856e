//! What a plan looks like, and where guards draw the line.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use foxbridge_engine::{
    Circumstances, Guards, Plan, Settings, Snapshot, StampField, TagWrites, check_listing,
    check_plan, plan,
};
use foxbridge_model::{
    Email, Identities, LinkedInRef, Origin, Person, Service, TagKey, TagSet, Value,
};

fn person(service: Service, id: &str, fields: &[(&str, &str)], tags: &[&str]) -> Person {
    let fields: BTreeMap<String, Value> = fields
        .iter()
        .map(|(k, v)| ((*k).to_owned(), Value::from(*v)))
        .collect();
    let emails = fields
        .get("email")
        .and_then(|e| Email::parse(&e.display()).ok());
    let slugs = match LinkedInRef::parse(&format!("https://linkedin.com/in/{id}")) {
        Ok(LinkedInRef::Slug(slug)) => vec![slug],
        _ => Vec::new(),
    };
    Person {
        service,
        id: id.to_owned(),
        name: id.to_owned(),
        identities: Identities {
            emails: emails.into_iter().collect(),
            slugs,
            ..Default::default()
        },
        fields,
        tags: tags.iter().collect::<TagSet>(),
        origins: vec![Origin {
            id: "c".to_owned(),
            name: "Autumn".to_owned(),
        }],
        notes: Some(Vec::new()),
        detailed: true,
        updated_at: None,
    }
}

/// Ada is on both sides and differs; Bo is only a lead.
fn snapshot() -> Snapshot {
    let names = ["vip", "warm", "cold"];
    let keys = || names.iter().filter_map(|n| TagKey::new(n)).collect();
    Snapshot {
        leads: vec![
            person(
                Service::Aimfox,
                "ada",
                &[
                    ("first_name", "Ada"),
                    ("last_name", "Byron"),
                    ("company", "Engines Ltd"),
                ],
                &["Warm"],
            ),
            person(
                Service::Aimfox,
                "bo",
                &[("first_name", "Bo"), ("email", "bo@example.org")],
                &["cold"],
            ),
        ],
        contacts: vec![person(
            Service::HighLevel,
            "ada",
            &[
                ("firstName", "Ada"),
                ("lastName", "Lovelace"),
                ("email", "Ada@Example.com"),
                ("companyName", "Engines Ltd"),
            ],
            &["vip"],
        )],
        highlevel_tags: keys(),
        aimfox_labels: keys(),
        stamp_fields: BTreeMap::from([(StampField::Url, "cf1".to_owned())]),
        first_run: true,
        ..Snapshot::default()
    }
}

fn words(plan: &Plan) -> String {
    let mut text = String::new();
    for change in &plan.changes {
        let operation = change.action.operation().unwrap_or("-");
        writeln!(
            text,
            "{:?} {} [{operation}] {}",
            change.kind, change.record.name, change.reason
        )
        .unwrap();
        for field in &change.fields {
            let show = |v: &Option<Value>| v.as_ref().map_or("-".to_owned(), Value::display);
            write!(
                text,
                "    {}: {} -> {}",
                field.label,
                show(&field.before),
                show(&field.after)
            )
            .unwrap();
            match &field.loser {
                Some(loser) => writeln!(text, "  (lost: {})", loser.value.display()).unwrap(),
                None => writeln!(text).unwrap(),
            }
        }
        if let Some(warning) = &change.warning {
            writeln!(text, "    ! {warning}").unwrap();
        }
    }
    text
}

#[test]
fn a_first_plan_reads_like_this() {
    // One person on both sides, who differs, and one who is only a lead.
    insta::assert_snapshot!(words(&plan(&snapshot(), &Settings::standard())));
}

#[test]
fn tags_into_highlevel_follow_the_users_choice() {
    let tagged = |writes, first_run| {
        let mut settings = Settings::standard();
        settings.tags.to_highlevel = writes;
        let snapshot = Snapshot {
            first_run,
            ..snapshot()
        };
        let plan = plan(&snapshot, &settings);
        let added = plan
            .changes
            .iter()
            .any(|c| c.action.operation() == Some("highlevel.contacts.tags.add"));
        let created_with = plan.changes.iter().any(|c| {
            c.action.operation() == Some("highlevel.contacts.create")
                && c.fields.iter().any(|f| f.field == "tag")
        });
        (added, created_with)
    };
    assert_eq!(tagged(TagWrites::Off, true), (false, false));
    assert_eq!(tagged(TagWrites::Off, false), (false, false));
    assert_eq!(
        tagged(TagWrites::Edits, true),
        (false, false),
        "the first run holds back"
    );
    assert_eq!(tagged(TagWrites::Edits, false), (true, true));
    assert_eq!(tagged(TagWrites::All, true), (true, true));
}

#[test]
fn every_tag_write_warns_of_workflows() {
    let mut settings = Settings::standard();
    settings.tags.to_highlevel = TagWrites::All;
    for change in plan(&snapshot(), &settings).changes {
        let writes_tag = change
            .action
            .operation()
            .is_some_and(|op| op.starts_with("highlevel.contacts.tags"));
        assert!(!writes_tag || change.warning.is_some(), "{change:?}");
    }
}

#[test]
fn a_shrunken_listing_stops_the_run() {
    let guards = Guards::default();
    assert!(
        check_listing("Aimfox", 1000, 0, &guards).is_err(),
        "an emptied side"
    );
    assert!(
        check_listing("Aimfox", 1000, 499, &guards).is_err(),
        "a halved side"
    );
    assert!(check_listing("Aimfox", 1000, 501, &guards).is_ok());
    assert!(
        check_listing("Aimfox", 0, 0, &guards).is_ok(),
        "a first run has seen nothing yet"
    );
    assert!(
        check_listing("Aimfox", 10, 2, &guards).is_ok(),
        "a handful says nothing"
    );
}

fn now(linked_before: usize, first_run: bool) -> Circumstances {
    Circumstances {
        linked_before,
        first_run,
        ..Circumstances::default()
    }
}

#[test]
fn a_mass_update_stops_the_run_but_a_first_sync_is_none() {
    let mut snapshot = Snapshot {
        first_run: false,
        ..Snapshot::default()
    };
    for n in 0..100 {
        let lead = format!("lead-{n}");
        let contact = person(Service::HighLevel, &lead, &[("firstName", "Changed")], &[]);
        snapshot.contacts.push(contact);
        let mut lead = person(Service::Aimfox, &lead, &[("first_name", "Ann")], &[]);
        lead.origins.clear();
        snapshot.leads.push(lead);
    }
    let mut settings = Settings::standard();
    settings.filter.everybody = true;
    let made = plan(&snapshot, &settings);
    let guards = Guards::default();
    let stop = check_plan(&made, &now(100, false), &guards).expect_err("a hundred of a hundred");
    assert!(stop.message.contains("100 of 100"), "{}", stop.message);
    assert!(check_plan(&made, &now(100, true), &guards).is_ok());
    assert!(
        check_plan(&made, &now(1000, false), &guards).is_ok(),
        "a tenth is an ordinary day"
    );
}

#[test]
fn many_new_contacts_at_once_are_asked_about_but_not_at_first() {
    let leads = (0..600).map(|n| {
        person(
            Service::Aimfox,
            &format!("lead-{n}"),
            &[("first_name", "Ann")],
            &[],
        )
    });
    let snapshot = Snapshot {
        leads: leads.collect(),
        ..Snapshot::default()
    };
    let made = plan(&snapshot, &Settings::standard());
    let guards = Guards::default();
    let stop = check_plan(&made, &now(20, false), &guards).expect_err("600 where 20 are linked");
    assert_eq!(stop.guard, "mass_create");
    assert!(
        check_plan(&made, &now(20, true), &guards).is_ok(),
        "a first sync makes everybody"
    );
    assert!(
        check_plan(&made, &now(600, false), &guards).is_ok(),
        "as many as are linked"
    );
}
