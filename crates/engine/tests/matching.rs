//! Who is who: the order of evidence, and that a tie is a question.
#![allow(clippy::unwrap_used)]

use foxbridge_engine::{ChangeKind, How, Link, Settings, Snapshot, match_people, plan};
use foxbridge_model::{
    Email, Identities, LinkedInRef, Origin, Person, Phone, Region, Service, TagSet, Urn,
};

fn person(service: Service, id: &str) -> Person {
    Person {
        service,
        id: id.to_owned(),
        name: id.to_owned(),
        identities: Identities::default(),
        fields: Default::default(),
        tags: TagSet::default(),
        origins: vec![Origin {
            id: "c".to_owned(),
            name: "Autumn".to_owned(),
        }],
        notes: Some(Vec::new()),
        detailed: true,
        updated_at: None,
    }
}

/// A person from words: `id:7`, `stamp:7`, `urn:7`, `in:ada`, `mail:a`, `tel:1`.
fn who(service: Service, id: &str, words: &str) -> Person {
    let mut person = person(service, id);
    for word in words.split_whitespace() {
        let (kind, value) = word.split_once(':').unwrap();
        let who = &mut person.identities;
        match kind {
            "id" | "stamp" => who.lead_id = Some(value.parse().unwrap()),
            "urn" => who.urn = Some(Urn::synthesize(value.parse().unwrap(), 1)),
            "in" => match LinkedInRef::parse(&format!("linkedin.com/in/{value}")).unwrap() {
                LinkedInRef::Slug(slug) => who.slugs.push(slug),
                LinkedInRef::Urn(_) => unreachable!(),
            },
            "mail" => who
                .emails
                .push(Email::parse(&format!("{value}@example.com")).unwrap()),
            "tel" => who
                .phones
                .push(Phone::parse(&format!("+1202555010{value}"), Region::default()).unwrap()),
            _ => unreachable!("{kind}"),
        }
    }
    person
}

/// Leads `l0…` and contacts `c0…` by words; the expectation is `l0=c0:how` for a pair, `l0?c0,c1`
/// for a question and `l0-` for nobody.
#[track_caller]
fn check(leads: &[&str], contacts: &[&str], expect: &str) {
    let leads: Vec<_> = leads
        .iter()
        .enumerate()
        .map(|(i, words)| who(Service::Aimfox, &format!("l{i}"), words))
        .collect();
    let contacts: Vec<_> = contacts
        .iter()
        .enumerate()
        .map(|(i, words)| who(Service::HighLevel, &format!("c{i}"), words))
        .collect();
    let refs: Vec<_> = leads.iter().collect();
    let found = match_people(&refs, &contacts, |_| false);
    let mut words: Vec<String> = found
        .pairs
        .iter()
        .map(|(l, c, how)| format!("l{l}=c{c}:{how:?}").to_lowercase())
        .collect();
    words.extend(found.ambiguous.iter().map(|a| {
        let contacts: Vec<_> = a.contacts.iter().map(|c| format!("c{c}")).collect();
        format!("l{}?{}", a.lead, contacts.join(","))
    }));
    words.extend(found.unmatched.iter().map(|l| format!("l{l}-")));
    words.sort();
    assert_eq!(words.join(" "), expect);
}

#[test]
fn evidence_is_tried_from_the_strongest() {
    check(
        &["id:7 in:ada mail:a tel:1"],
        &["stamp:7", "in:ada", "mail:a", "tel:1"],
        "l0=c0:stamp",
    );
    check(
        &["id:7 in:ada mail:a"],
        &["urn:7", "in:ada", "mail:a"],
        "l0=c0:memberid",
    );
    check(
        &["id:7 in:ada mail:a tel:1"],
        &["tel:1", "mail:a", "in:ada"],
        "l0=c2:linkedin",
    );
    check(&["id:7 mail:a tel:1"], &["tel:1", "mail:a"], "l0=c1:email");
    check(&["id:7 tel:1"], &["tel:1"], "l0=c0:phone");
    check(&["id:7 mail:a"], &["mail:b"], "l0-");
}

#[test]
fn a_tie_is_a_question() {
    check(&["id:7 mail:a"], &["mail:a", "mail:a"], "l0?c0,c1");
    check(
        &["id:7 in:ada mail:b"],
        &["in:ada", "in:ada", "mail:b"],
        "l0?c0,c1",
    );
    check(&["id:7 tel:1", "id:8 tel:1"], &["tel:1"], "l0?c0 l1?c0");
    // The one with the stronger evidence gets it; the other is asked about, not created.
    check(
        &["id:7 in:ada mail:a", "id:8 mail:a"],
        &["in:ada mail:a"],
        "l0=c0:linkedin l1?c0",
    );
}

#[test]
fn weak_evidence_yields_to_somebody_elses_profile() {
    check(&["id:7 in:ada mail:info"], &["in:bob mail:info"], "l0?c0");
    check(&["id:7 mail:info"], &["stamp:8 mail:info"], "l0?c0");
    check(&["id:7 mail:info"], &["urn:8 mail:info"], "l0?c0");
    // A vanity name can change; a profile that is not known is no contradiction.
    check(&["id:7 mail:a"], &["in:ada mail:a"], "l0=c0:email");
}

#[test]
fn a_contact_that_is_linked_is_never_given_away() {
    let lead = who(Service::Aimfox, "7", "id:7 mail:a");
    let other = who(Service::Aimfox, "8", "id:8 mail:a");
    let contact = who(Service::HighLevel, "c", "stamp:7 mail:a");
    let snapshot = Snapshot {
        leads: vec![lead, other],
        contacts: vec![contact],
        links: vec![Link {
            lead_id: "7".into(),
            contact_id: "c".into(),
            how: How::Stamp,
        }],
        ..Snapshot::default()
    };
    let plan = plan(&snapshot, &Settings::standard());
    assert_eq!(plan.count(ChangeKind::Link), 0);
    assert_eq!(
        plan.count(ChangeKind::Create),
        0,
        "its e-mail is in use: asked, not created"
    );
    assert_eq!(plan.questions.len(), 1);
    assert!(
        plan.questions[0].why.contains("belongs to another lead"),
        "{:?}",
        plan.questions[0]
    );
}

#[test]
fn who_takes_part_and_who_is_missing() {
    let mut stranger = who(Service::Aimfox, "7", "id:7");
    stranger.origins.clear();
    let member = who(Service::Aimfox, "8", "id:8");
    let gone = who(Service::Aimfox, "9", "id:9");
    let waiting = who(Service::HighLevel, "w", "in:not-a-lead");
    let snapshot = Snapshot {
        leads: vec![stranger, member, gone],
        contacts: vec![waiting],
        links: vec![Link {
            lead_id: "9".into(),
            contact_id: "deleted".into(),
            how: How::Email,
        }],
        ..Snapshot::default()
    };
    let plan = plan(&snapshot, &Settings::standard());
    assert_eq!(
        plan.health.excluded, 1,
        "somebody's private network stays out"
    );
    assert_eq!(
        plan.count(ChangeKind::Create),
        1,
        "only the campaign's lead becomes a contact"
    );
    assert_eq!(plan.health.not_in_aimfox, 1);
    assert!(
        plan.questions.is_empty() && plan.count(ChangeKind::Delete) == 0,
        "what was not listed is not proven to be gone"
    );
}

#[test]
fn a_lead_that_could_not_be_read_takes_no_part_and_keeps_its_contact() {
    let linked = who(Service::Aimfox, "7", "id:7 mail:a");
    let other = who(Service::Aimfox, "8", "id:8 mail:a");
    let unlinked = who(Service::Aimfox, "9", "id:9");
    let snapshot = Snapshot {
        leads: vec![linked, other, unlinked],
        contacts: vec![who(Service::HighLevel, "c", "mail:a")],
        links: vec![Link {
            lead_id: "7".into(),
            contact_id: "c".into(),
            how: How::Email,
        }],
        unread: ["7".to_owned(), "9".to_owned()].into(),
        ..Snapshot::default()
    };
    let plan = plan(&snapshot, &Settings::standard());
    assert!(plan.changes.is_empty(), "{:?}", plan.changes);
    assert_eq!(
        plan.health.excluded, 0,
        "not read is not the same as not taking part"
    );
    assert_eq!(
        plan.questions.len(),
        1,
        "the contact is not given to somebody else meanwhile"
    );
}
