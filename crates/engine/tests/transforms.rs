//! Transforms: each step on real values, what it says when it does not understand one, and that a
//! value that was carried across through one is at rest.
#![allow(clippy::unwrap_used)]

use foxbridge_engine::{
    Action, Base, Direction, Otherwise, PhoneFormat, Pipeline, RowOutcome, Settings, Snapshot,
    TextCase, Transform, ValuePair, affected, plan, preview, rebase,
};
use foxbridge_model::{FieldMap, Identities, Note, Origin, Person, Region, Service, TagSet, Value};

fn run(steps: &[Transform], value: &str, record: &[(&str, &str)]) -> Result<String, String> {
    let record: FieldMap = record
        .iter()
        .map(|(field, value)| ((*field).to_owned(), Value::from(*value)))
        .collect();
    let pipeline = Pipeline::new(steps, Region::parse("GB").unwrap()).map_err(|e| e.to_string())?;
    let made = pipeline
        .apply(Value::text(value).as_ref(), &record)
        .map_err(|e| e.to_string())?;
    Ok(made.map_or_else(|| "(blank)".to_owned(), |value| value.display()))
}

#[track_caller]
fn check(step: Transform, given: &str, wanted: &str) {
    assert_eq!(
        run(std::slice::from_ref(&step), given, &[]).as_deref(),
        Ok(wanted),
        "{step:?} of {given:?}"
    );
}

fn case(to: TextCase) -> Transform {
    Transform::Case { to }
}

fn cel(text: &str) -> Transform {
    Transform::Expression {
        cel: text.to_owned(),
    }
}

#[test]
fn text_steps() {
    check(case(TextCase::Upper), "straße", "STRASSE");
    check(case(TextCase::Lower), "ÉCOLE", "école");
    check(
        case(TextCase::Title),
        "ADA o'brien-smith",
        "Ada O'Brien-Smith",
    );
    check(case(TextCase::Sentence), "head of IT", "Head of IT");
    check(Transform::Trim, "  a \n b  ", "a b");
    check(case(TextCase::Upper), "", "(blank)");
}

#[test]
fn join_leaves_blanks_out_and_split_counts_from_both_ends() {
    let join = Transform::Join {
        fields: vec!["job_title".to_owned(), "missing".to_owned()],
        separator: " | ".to_owned(),
    };
    let record = [("job_title", "CTO")];
    assert_eq!(
        run(std::slice::from_ref(&join), "Acme", &record).unwrap(),
        "Acme | CTO"
    );
    assert_eq!(
        run(std::slice::from_ref(&join), "", &record).unwrap(),
        "CTO"
    );
    let split = |separator: &str, part| Transform::Split {
        separator: separator.to_owned(),
        part,
    };
    check(split(",", 1), "Berlin, Germany", "Berlin");
    check(split(",", -1), "Berlin, Germany", "Germany");
    check(split(",", 3), "Berlin, Germany", "(blank)");
    check(split(" ", -1), "Ada de la Cruz", "Cruz");
    assert!(
        run(&[split(",", 0)], "x", &[])
            .unwrap_err()
            .contains("counted from 1"),
        "there is no part 0"
    );
}

#[test]
fn dates_are_read_exactly_or_not_at_all() {
    let date = |from: Option<&str>, to: &str| Transform::Date {
        from: from.map(str::to_owned),
        to: to.to_owned(),
    };
    check(date(None, "%d/%m/%Y"), "2026-03-09", "09/03/2026");
    check(date(None, "%Y-%m-%d"), "2026-03-09T23:30:00Z", "2026-03-09");
    check(date(None, "%Y-%m-%d"), "1772409600000", "2026-03-02");
    check(
        date(Some("%d.%m.%Y"), "%Y-%m-%d"),
        "09.03.2026",
        "2026-03-09",
    );
    let refused = run(&[date(None, "%Y")], "03/09/2026", &[]).unwrap_err();
    assert!(
        refused.contains("Say how it is written"),
        "whether that is March or September is never guessed: {refused}"
    );
}

#[test]
fn phone_map_and_default() {
    let phone = |format| Transform::Phone { format };
    check(phone(PhoneFormat::E164), "020 7946 0123", "+442079460123");
    check(
        phone(PhoneFormat::International),
        "+442079460123",
        "+44 20 7946 0123",
    );
    check(
        phone(PhoneFormat::National),
        "+44 20 7946 0123",
        "020 7946 0123",
    );
    assert!(
        run(&[phone(PhoneFormat::E164)], "ask Bob", &[]).is_err(),
        "a text that is no number is an error, not a blank"
    );
    let map = |otherwise| Transform::Map {
        pairs: vec![ValuePair {
            from: "Chief Executive".to_owned(),
            to: "CEO".to_owned(),
        }],
        otherwise,
    };
    check(map(Otherwise::Keep), " chief  executive ", "CEO");
    check(map(Otherwise::Keep), "Baker", "Baker");
    check(map(Otherwise::Blank), "Baker", "(blank)");
    let other = Otherwise::Value {
        value: "Other".to_owned(),
    };
    check(map(other), "Baker", "Other");
    let default = Transform::Default {
        value: "unknown".to_owned(),
    };
    check(default.clone(), "", "unknown");
    check(default, "x", "x");
}

#[test]
fn expressions_see_the_value_and_its_record() {
    let record = [("headline", "CTO at Acme"), ("company", "Acme")];
    let ok = |text: &str| run(&[cel(text)], "Ada", &record).unwrap();
    assert_eq!(ok("value + ' of ' + record.company"), "Ada of Acme");
    assert_eq!(
        ok("value.upperAscii()"),
        "ADA",
        "the text functions are there"
    );
    assert_eq!(ok("has(record.missing) ? record.missing : 'none'"), "none");
    assert_eq!(
        ok("record.headline.contains('CTO') ? 'tech' : 'other'"),
        "tech"
    );
    assert_eq!(ok("record.headline.split(' at ')[1]"), "Acme");
    assert_eq!(ok("null"), "(blank)");
    assert_eq!(ok("1 + 2"), "3");
}

#[test]
fn an_expression_that_cannot_work_says_so_before_it_is_saved() {
    for (text, wanted) in [
        ("value +", "does not work"),
        ("", "is empty"),
        ("valeu + 'x'", "\"valeu\" is not known"),
        ("{'a': 1}", "a field holds one"),
        ("[1].map(a, [1].map(b, [1].map(c, c)))", "at most 2 times"),
    ] {
        let said = run(&[cel(text)], "x", &[]).unwrap_err();
        assert!(said.contains(wanted), "{text:?}: {said}");
    }
    let long = format!("'{}'", "x".repeat(3_000));
    assert!(run(&[cel(&long)], "x", &[]).unwrap_err().contains("longer"));
}

#[test]
fn an_error_names_its_step() {
    let steps = [Transform::Trim, cel("record.nothing")];
    let said = run(&steps, "x", &[]).unwrap_err();
    assert!(said.starts_with("Step 2: "), "{said}");
}

fn person(service: Service, id: &str, fields: &[(&str, &str)], note: Option<&str>) -> Person {
    Person {
        service,
        id: id.to_owned(),
        name: "Ada Byron".to_owned(),
        identities: Identities::default(),
        fields: fields
            .iter()
            .map(|(k, v)| ((*k).to_owned(), Value::from(*v)))
            .collect(),
        tags: TagSet::default(),
        origins: vec![Origin {
            id: "c".to_owned(),
            name: "Spring".to_owned(),
        }],
        notes: Some(
            note.map(|text| Note {
                id: "n1".to_owned(),
                text: text.to_owned(),
                created_at: None,
            })
            .into_iter()
            .collect(),
        ),
        detailed: true,
        updated_at: None,
    }
}

fn settings() -> Settings {
    let mut settings = Settings::standard();
    settings.stamps = false;
    settings.mapping.retain(|row| row.id == "company");
    let row = &mut settings.mapping[0];
    row.highlevel = "cf.title".into();
    row.create_only = false;
    row.transform = vec![case(TextCase::Upper)];
    settings
}

/// A world of one linked person.
fn world(lead: Person, contact: Person, base: Option<Base>) -> Snapshot {
    Snapshot {
        links: vec![foxbridge_engine::Link {
            lead_id: lead.id.as_str().into(),
            contact_id: contact.id.as_str().into(),
            how: foxbridge_engine::How::Stamp,
        }],
        bases: base
            .map(|base| (lead.id.clone(), base))
            .into_iter()
            .collect(),
        leads: vec![lead],
        contacts: vec![contact],
        ..Snapshot::default()
    }
}

#[test]
fn what_was_carried_across_is_at_rest() {
    let settings = settings();
    let lead = person(Service::Aimfox, "1", &[("company", "Acme")], None);
    let mut contact = person(Service::HighLevel, "c1", &[], None);
    let first = plan(&world(lead.clone(), contact.clone(), None), &settings);
    let [change] = &first.changes[..] else {
        panic!("one change: {:?}", first.changes);
    };
    let Action::UpdateContact { fields, .. } = &change.action else {
        panic!("an update: {change:?}");
    };
    assert_eq!(
        *fields.get("cf.title").unwrap(),
        Value::from("ACME"),
        "the transform was applied"
    );
    let fields = fields.iter();
    contact
        .fields
        .extend(fields.map(|(field, value)| (field.to_string(), value.clone())));
    let mut base = Base::default();
    base.apply(&change.settles, None);
    let second = plan(&world(lead, contact, Some(base)), &settings);
    assert!(
        second.changes.is_empty(),
        "a second run writes nothing: {:?}",
        second.changes
    );
}

#[test]
fn a_value_that_is_not_understood_is_asked_about_and_nothing_else_is_touched() {
    let mut settings = settings();
    settings.mapping[0].transform = vec![Transform::Phone {
        format: PhoneFormat::E164,
    }];
    let text = "Company: kept\n[foxbridge contact c1]";
    let lead = person(
        Service::Aimfox,
        "1",
        &[("company", "no number")],
        Some(text),
    );
    let contact = person(Service::HighLevel, "c1", &[("cf.title", "h")], None);
    let plan = plan(&world(lead, contact, None), &settings);
    assert_eq!(plan.questions.len(), 1, "it is told");
    assert!(
        plan.questions[0].why.contains("no telephone number"),
        "with the reason: {}",
        plan.questions[0].why
    );
    assert!(
        !plan.adopt.iter().any(|(lead, _)| lead == "1"),
        "no base is made of what was not understood"
    );
    for change in &plan.changes {
        if let Action::WriteCard { text, .. } = &change.action {
            assert!(
                text.contains("Company: kept"),
                "the card's line stays: {text}"
            );
        }
    }
}

#[test]
fn another_field_under_the_same_row_does_not_carry_the_old_card_line_over() {
    let mut old = settings();
    old.mapping[0].transform = Vec::new();
    old.mapping[0].direction = Direction::Both;
    let mut new = old.clone();
    new.mapping[0].highlevel = "cf.other".into();
    let text = "HighLevel card (edit a line here to change it there)\nCompany: From title\n[foxbridge contact c1]";
    let lead = person(Service::Aimfox, "1", &[], Some(text));
    let contact = person(
        Service::HighLevel,
        "c1",
        &[("cf.title", "From title")],
        None,
    );
    let base: Base =
        serde_json::from_str(r#"{"rows":{"company":{"h":"From title","c":"From title"}}}"#)
            .unwrap();
    let world = world(lead.clone(), contact, Some(base.clone()));
    assert!(plan(&world, &old).changes.is_empty(), "at rest before");
    let moved = rebase(&old.mapping, &new.mapping, Some(&lead), &base, new.region).unwrap();
    let mut after = world.clone();
    after.bases.insert("1".to_owned(), moved);
    let plan = plan(&after, &new);
    assert!(
        !plan
            .changes
            .iter()
            .any(|change| matches!(change.action, Action::UpdateContact { .. })),
        "the old field's value must not be written into the new one: {:?}",
        plan.changes
    );
    assert_eq!(affected(&world, &old, &new), ["1"], "and it is counted");
    assert_eq!(
        affected(&world, &old, &old),
        Vec::<String>::new(),
        "an unchanged mapping affects nobody"
    );
}

#[test]
fn a_preview_says_what_the_next_run_does() {
    let settings = settings();
    let lead = person(Service::Aimfox, "1", &[("company", "Acme")], None);
    let contact = person(Service::HighLevel, "c1", &[], None);
    let [row] = &preview(&settings, &lead, Some(&contact), None)[..] else {
        panic!("one row");
    };
    assert_eq!(row.profile, Some(Value::from("Acme")), "as it is");
    assert_eq!(row.result, Some(Value::from("ACME")), "and as it becomes");
    assert_eq!(row.outcome, RowOutcome::ToHighlevel(Value::from("ACME")));
    let [row] = &preview(&settings, &lead, None, None)[..] else {
        panic!("one row");
    };
    assert_eq!(
        row.outcome,
        RowOutcome::ToHighlevel(Value::from("ACME")),
        "a new contact gets it too"
    );
}
