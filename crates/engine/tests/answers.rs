//! What the user decided is honoured, and what was deleted is believed only when it is proven.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use foxbridge_engine::{
    Action, Answer, Base, ChangeKind, ConflictPolicy, DeletePolicy, Few, Filter, How, Link,
    RowBase, Seen, SeenChange, Settings, Snapshot, TagNames, Take, answers, plan,
};
use foxbridge_model::{Identities, Origin, Person, Service, TagKey, Value};

fn person(service: Service, id: &str, name: &str, tags: &[&str]) -> Person {
    let field = match service {
        Service::HighLevel => "firstName",
        Service::Aimfox => "first_name",
    };
    Person {
        service,
        id: id.to_owned(),
        name: name.to_owned(),
        identities: Identities::default(),
        fields: BTreeMap::from([(field.to_owned(), Value::from(name))]),
        tags: tags.iter().collect(),
        origins: vec![Origin {
            id: "c".to_owned(),
            name: "Autumn".to_owned(),
        }],
        notes: Some(Vec::new()),
        detailed: true,
        updated_at: None,
    }
}

fn link() -> Link {
    Link {
        lead_id: "1".into(),
        contact_id: "k".into(),
        how: How::Email,
    }
}

fn base(value: &str) -> Base {
    let row = RowBase {
        highlevel: Value::text(value),
        profile: Value::text(value),
        ..RowBase::default()
    };
    Base {
        rows: Few::from([("first_name".into(), row)]),
        ..Base::default()
    }
}

/// One pair whose first name both sides changed, under a policy.
fn conflict(policy: ConflictPolicy) -> (Snapshot, Settings) {
    let mut settings = Settings::standard();
    settings.stamps = false;
    settings.mapping.truncate(1);
    settings.mapping[0].on_conflict = policy;
    let snapshot = Snapshot {
        leads: vec![person(Service::Aimfox, "1", "Anna", &[])],
        contacts: vec![person(Service::HighLevel, "k", "Ann", &[])],
        links: vec![link()],
        bases: [("1".to_owned(), base("An"))].into(),
        ..Snapshot::default()
    };
    (snapshot, settings)
}

fn answer(take: Take) -> Answer {
    Answer::Value {
        take,
        aimfox: Value::from("Anna"),
        highlevel: Value::text("Ann"),
    }
}

fn written(snapshot: &Snapshot, settings: &Settings) -> Vec<String> {
    plan(snapshot, settings)
        .changes
        .iter()
        .map(|change| match &change.action {
            Action::UpdateContact { fields, .. } => {
                format!("contact: {:?}", fields.get("firstName").unwrap())
            }
            Action::WriteCard { text, .. } => text
                .lines()
                .find(|line| line.starts_with("First name"))
                .unwrap_or_default()
                .to_owned(),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn an_answered_conflict_is_settled_as_answered() {
    let (mut snapshot, settings) = conflict(ConflictPolicy::Ask);
    assert_eq!(plan(&snapshot, &settings).questions.len(), 1);
    let key = answers::conflict("1", "first_name");
    for (take, expect) in [
        (Take::Highlevel, vec!["First name: Ann"]),
        (Take::Aimfox, vec!["contact: Text(\"Anna\")"]),
        (
            Take::Value(Value::from("Anne")),
            vec!["contact: Text(\"Anne\")", "First name: Anne"],
        ),
    ] {
        snapshot.answers = [(key.clone(), answer(take.clone()))].into();
        assert_eq!(written(&snapshot, &settings), expect, "{take:?}");
        assert!(plan(&snapshot, &settings).questions.is_empty());
    }
    // The answer was about two values; another edit is another question.
    snapshot.contacts[0] = person(Service::HighLevel, "k", "Annie", &[]);
    assert_eq!(plan(&snapshot, &settings).questions.len(), 1);
    assert!(written(&snapshot, &settings).is_empty());
}

#[test]
fn the_change_that_a_later_run_saw_first_is_the_newer_one() {
    let (mut snapshot, settings) = conflict(ConflictPolicy::NewestSeen);
    let asked = plan(&snapshot, &settings);
    assert_eq!(
        asked.questions.len(),
        1,
        "both are news to this run, so neither is newer"
    );
    assert_eq!(asked.pending.len(), 1, "and it is kept what was seen");
    let seen = |value: &str, run| {
        Some(SeenChange {
            value: Value::text(value),
            run,
        })
    };
    let key = ("1".to_owned(), "first_name".to_owned());
    let mut with = |highlevel, aimfox| {
        snapshot.seen = [(key.clone(), Seen { highlevel, aimfox })].into();
        written(&snapshot, &settings)
    };
    assert_eq!(
        with(seen("Ann", 1), None),
        ["contact: Text(\"Anna\")"],
        "an earlier run saw HighLevel's change; Aimfox's is the newer one"
    );
    assert_eq!(with(None, seen("Anna", 1)), ["First name: Ann"]);
    assert_eq!(with(seen("Ann", 2), seen("Anna", 1)), ["First name: Ann"]);
    assert_eq!(
        with(seen("other", 1), seen("Anna", 1)),
        ["First name: Ann"],
        "another value than the one seen is a newer change"
    );
}

/// A pair of which one record is not there.
fn half(gone: Service, proven: bool, policy: DeletePolicy) -> (Snapshot, Settings) {
    let mut settings = Settings::standard();
    settings.stamps = false;
    settings.deletes = policy;
    let mut snapshot = Snapshot {
        links: vec![link()],
        ..Snapshot::default()
    };
    match gone {
        Service::HighLevel => {
            snapshot.leads = vec![person(Service::Aimfox, "1", "Ann", &[])];
            snapshot
                .gone_contacts
                .extend(proven.then(|| "k".to_owned()));
        }
        Service::Aimfox => {
            snapshot.contacts = vec![person(Service::HighLevel, "k", "Ann", &[])];
            snapshot.gone_leads.extend(proven.then(|| "1".to_owned()));
        }
    }
    (snapshot, settings)
}

#[test]
fn a_deletion_is_believed_only_when_it_is_proven() {
    for policy in [
        DeletePolicy::Ignore,
        DeletePolicy::UnlinkAndTag,
        DeletePolicy::DeleteAfterApproval,
    ] {
        for gone in [Service::HighLevel, Service::Aimfox] {
            let (snapshot, settings) = half(gone, false, policy);
            let made = plan(&snapshot, &settings);
            assert!(
                made.changes.is_empty() && made.questions.is_empty(),
                "{gone} {policy:?}: not seen is not gone"
            );
        }
    }
}

#[test]
fn the_one_that_is_left_is_marked_once_and_welcomed_back() {
    let (mut snapshot, settings) = half(Service::HighLevel, true, DeletePolicy::UnlinkAndTag);
    let actions = |snapshot: &Snapshot| -> Vec<Action> {
        let plan = plan(snapshot, &settings);
        assert_eq!(plan.count(ChangeKind::Create), 0, "nobody is made again");
        plan.changes.into_iter().map(|c| c.action).collect()
    };
    let made = actions(&snapshot);
    assert!(
        matches!(&made[..], [
            Action::CreateLabel { .. },
            Action::Unlink { gone: true, .. },
            Action::AttachLabel { label, .. },
        ] if label.as_str() == "deleted in highlevel"),
        "{made:?}"
    );
    snapshot.broken = BTreeSet::from(["1".to_owned()]);
    assert_eq!(actions(&snapshot), [], "that was done");

    let label = "deleted in highlevel";
    snapshot.leads = vec![person(Service::Aimfox, "1", "Ann", &[label])];
    snapshot.contacts = vec![person(Service::HighLevel, "k", "Ann", &[])];
    snapshot.gone_contacts.clear();
    let made = actions(&snapshot);
    assert!(
        matches!(&made[..], [Action::Link { .. }, Action::DetachLabel { .. }]),
        "{made:?}"
    );
}

#[test]
fn somebody_is_deleted_only_after_approval() {
    let (mut snapshot, settings) = half(Service::Aimfox, true, DeletePolicy::DeleteAfterApproval);
    let asked = plan(&snapshot, &settings);
    assert!(asked.changes.is_empty());
    assert_eq!(asked.questions[0].kind, "missing");
    let key = answers::missing("1");
    snapshot.answers = [(key.clone(), Answer::Wait)].into();
    let waiting = plan(&snapshot, &settings);
    assert!(waiting.changes.is_empty() && waiting.questions.is_empty());
    snapshot.answers = [(key, Answer::Delete)].into();
    let approved = plan(&snapshot, &settings);
    assert_eq!(approved.count(ChangeKind::Delete), 1);
    assert!(
        approved.changes[0].warning.is_some(),
        "what hangs on it goes too"
    );
}

#[test]
fn a_filter_leaves_people_out_and_never_deletes() {
    let (mut snapshot, mut settings) = conflict(ConflictPolicy::HighlevelWins);
    settings.people = Filter::parse("tag:vip").unwrap();
    let made = plan(&snapshot, &settings);
    assert!(made.changes.is_empty() && made.adopt.is_empty());
    assert_eq!(made.health.excluded, 1);
    snapshot.contacts = vec![person(Service::HighLevel, "k", "Ann", &["VIP"])];
    assert!(!plan(&snapshot, &settings).changes.is_empty());
    // For one run only.
    settings.people = Filter::default();
    snapshot.only = Filter::parse("lead:2").unwrap();
    assert!(plan(&snapshot, &settings).changes.is_empty());
    snapshot.only = Filter::parse("lead:1").unwrap();
    assert!(!plan(&snapshot, &settings).changes.is_empty());
}

#[test]
fn a_newly_chosen_tag_rests_where_it_is() {
    let (mut snapshot, mut settings) = conflict(ConflictPolicy::HighlevelWins);
    settings.mapping.clear();
    settings.tags.names = TagNames::Chosen(TagKey::new("vip").into_iter().collect());
    snapshot.contacts = vec![person(Service::HighLevel, "k", "Ann", &["vip"])];
    snapshot.reshaped.tags = true;
    let made = plan(&snapshot, &settings);
    assert!(made.changes.is_empty(), "{:?}", made.changes);
    assert_eq!(made.adopt.len(), 1, "what is there is agreed rest");
}
