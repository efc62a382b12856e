//! The people of a seed: believable, countable, and as telling about each other as promised.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Instant;

use foxbridge_model::{Email, LinkedInRef, Phone, Region, Urn};
use foxbridge_sandbox::{Contact, Lead, World};
use serde_json::Value;

/// Every identity of a person, in its normal form, as one text each.
fn of_lead(lead: &Lead) -> BTreeSet<String> {
    let urn = Urn::parse(&lead.urn).unwrap();
    let member = urn.lead_id().unwrap();
    assert_eq!(
        member.to_string(),
        lead.id.to_string(),
        "the URN carries the member's number"
    );
    let profile = format!("https://www.linkedin.com/in/{}", lead.public_identifier);
    let mut all = BTreeSet::from([format!("member {member}"), linkedin(&profile).unwrap()]);
    all.extend(
        lead.emails
            .iter()
            .map(|email| format!("email {}", Email::parse(email).unwrap())),
    );
    for phone in &lead.phones {
        let phone = Phone::parse(phone, Region::parse("US").unwrap())
            .unwrap_or_else(|error| panic!("{phone:?} of a lead is no number: {error}"));
        all.insert(format!("phone {phone}"));
    }
    all
}

fn linkedin(text: &str) -> Option<String> {
    match LinkedInRef::parse(text) {
        Ok(LinkedInRef::Urn(urn)) => urn.lead_id().map(|member| format!("member {member}")),
        Ok(LinkedInRef::Slug(slug)) => Some(format!("slug {slug}")),
        Err(_) => None,
    }
}

fn of_contact(contact: &Contact) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let custom = contact
        .custom_fields
        .iter()
        .filter_map(|field| field.value.as_str());
    for text in custom.chain(contact.website.as_deref()) {
        if text.to_lowercase().contains("linkedin.com") {
            all.extend(linkedin(text));
        }
    }
    for email in contact.email.iter().chain(&contact.additional_emails) {
        all.insert(format!("email {}", Email::parse(email).unwrap()));
    }
    for phone in contact.phone.iter().chain(&contact.additional_phones) {
        let parsed = Phone::parse(phone, Region::parse("US").unwrap()).unwrap();
        assert_eq!(parsed.to_string(), *phone, "HighLevel keeps E.164");
        all.insert(format!("phone {phone}"));
    }
    all
}

/// For each lead, the contacts that share an identity with it.
fn shared(world: &World) -> BTreeMap<String, BTreeSet<String>> {
    let mut holders: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for contact in world.highlevel.contacts.iter() {
        for identity in of_contact(contact) {
            holders
                .entry(identity)
                .or_default()
                .insert(contact.id.clone());
        }
    }
    let leads = world.aimfox.leads.values();
    leads
        .map(|lead| {
            let found = of_lead(lead)
                .iter()
                .filter_map(|identity| holders.get(identity))
                .flatten()
                .cloned()
                .collect();
            (lead.id.to_string(), found)
        })
        .collect()
}

fn check(seed: u64, contacts: usize, leads: usize, overlap: usize) {
    let world = World::generate(seed, contacts, leads, overlap);
    let truth = world.truth();
    assert_eq!(
        world.highlevel.contacts.len(),
        contacts,
        "as many contacts as asked for"
    );
    assert_eq!(
        world.aimfox.leads.len(),
        leads,
        "as many leads as asked for"
    );
    assert_eq!(
        truth.overlap.len(),
        overlap,
        "as many people on both sides as asked for"
    );
    let shared = shared(&world);
    let mut contacts_of_pairs = HashSet::new();
    for (lead, contact) in &truth.overlap {
        let expected = BTreeSet::from([contact.clone()]);
        assert_eq!(
            shared[lead], expected,
            "lead {lead} is contact {contact} and nobody else"
        );
        assert!(
            contacts_of_pairs.insert(contact),
            "contact {contact} belongs to one lead only"
        );
    }
    for lead in truth.unmatched.iter().chain(&truth.excluded) {
        assert!(
            shared[lead].is_empty(),
            "lead {lead} should be on no contact"
        );
    }
    let mut claims: BTreeMap<&String, usize> = BTreeMap::new();
    for contact in shared.values().flatten() {
        *claims.entry(contact).or_default() += 1;
    }
    for lead in &truth.ambiguous {
        let fits = &shared[lead];
        let contested = fits.iter().any(|contact| claims[contact] > 1);
        assert!(
            fits.len() > 1 || contested,
            "lead {lead} should be impossible to decide"
        );
    }
    let lists = [&truth.unmatched, &truth.excluded, &truth.ambiguous];
    let counted = truth.overlap.len() + lists.iter().map(|list| list.len()).sum::<usize>();
    assert_eq!(counted, leads, "every lead is accounted for");
    for (id, lead) in &world.aimfox.leads {
        let private = truth.excluded.contains(&id.to_string());
        assert_eq!(
            lead.origins.is_empty(),
            private,
            "only the private network has no campaign"
        );
        assert!(
            !private || lead.labels.is_empty(),
            "the private network has no labels"
        );
    }
}

#[test]
fn everybody_matches_whom_they_should() {
    check(1, 120, 90, 40);
    check(2, 1_000, 800, 300);
    check(7, 500, 500, 500);
    check(8, 40, 90, 0);
    check(9, 0, 12, 0);
    check(10, 12, 0, 0);
    check(11, 31, 31, 28);
}

#[test]
fn ambiguous_people_come_with_any_sizeable_world() {
    let world = World::generate(1, 1_000, 800, 300);
    let truth = world.truth();
    assert_eq!(
        truth.ambiguous.len(),
        4,
        "three cases: one lead, two leads, one lead"
    );
    let rest = 800 - 300 - 4;
    assert_eq!(
        truth.unmatched.len(),
        (rest * 7 + 5) / 10,
        "7 of 10 others came from a campaign"
    );
}

#[test]
fn no_two_contacts_share_an_address_or_a_number() {
    let world = World::generate(3, 3_000, 2_000, 900);
    let mut seen = HashSet::new();
    for contact in world.highlevel.contacts.iter() {
        let unique = of_contact(contact);
        for identity in unique
            .iter()
            .filter(|id| !id.starts_with("slug") && !id.starts_with("member"))
        {
            assert!(
                seen.insert(identity.clone()),
                "{identity} is on two contacts"
            );
        }
    }
}

#[test]
fn one_seed_is_one_world() {
    let make = |seed| World::generate(seed, 200, 150, 60);
    assert_eq!(make(4), make(4), "the same seed gives the same world");
    assert_ne!(make(4), make(5), "another seed gives other people");
}

#[test]
fn a_world_survives_being_written_down() {
    let world = World::generate(6, 150, 150, 60);
    let text = serde_json::to_string(&world).unwrap();
    let again: World = serde_json::from_str(&text).unwrap();
    assert_eq!(world, again, "nothing is lost in the file");
}

#[test]
fn people_are_varied() {
    let world = World::generate(1, 2_000, 1_500, 500);
    let names: Vec<String> = world
        .highlevel
        .contacts
        .iter()
        .map(Contact::full_name)
        .collect();
    let has = |range: std::ops::RangeInclusive<char>| {
        names
            .iter()
            .filter(|name| name.chars().any(|letter| range.contains(&letter)))
            .count()
    };
    for (script, range) in [
        ("Cyrillic", 'а'..='я'),
        ("Greek", 'α'..='ω'),
        ("Arabic", '\u{621}'..='\u{64a}'),
        ("Hebrew", 'א'..='ת'),
        ("Han", '一'..='龥'),
        ("Hangul", '가'..='힣'),
        ("Devanagari", '\u{905}'..='\u{939}'),
        ("Latin with marks", 'À'..='ž'),
    ] {
        assert!(has(range) > 5, "some names are written in {script}");
    }
    let distinct: HashSet<&String> = names.iter().collect();
    assert!(
        distinct.len() > names.len() * 98 / 100,
        "names rarely repeat"
    );
    let missing =
        |of: fn(&Contact) -> bool| world.highlevel.contacts.iter().filter(|c| of(c)).count();
    assert!(missing(|c| c.email.is_none()) > 100, "some have no address");
    assert!(missing(|c| c.phone.is_none()) > 100, "some have no number");
    assert!(
        missing(|c| c.email.is_none() && c.phone.is_none()) > 10,
        "some have neither"
    );
    let leads = || world.aimfox.leads.values();
    let without = leads().filter(|lead| lead.emails.is_empty()).count();
    assert!(
        (500..1_200).contains(&without),
        "most leads show no address, got {without} without"
    );
    assert!(leads().any(|l| l.experience.iter().filter(|j| j.end_year.is_none()).count() > 1));
    assert!(
        leads().any(|lead| lead.first_name.ends_with(' ')),
        "some names carry a space"
    );
    assert!(
        leads().any(|lead| !lead.public_identifier.is_ascii()),
        "some profiles are not ASCII"
    );
}

#[test]
fn conflicts_and_agreements_both_occur() {
    let world = World::generate(1, 1_000, 800, 300);
    let (mut same, mut other) = (0, 0);
    for (lead, contact) in &world.truth().overlap {
        let lead = &world.aimfox.leads[&lead.parse::<u64>().unwrap()];
        let contact = world.highlevel.contacts.get(contact).unwrap();
        let Some(job) = lead.experience.first() else {
            continue;
        };
        match &contact.company_name {
            Some(name) if *name == job.company => same += 1,
            Some(_) => other += 1,
            None => {}
        }
    }
    assert!(same > 60, "most companies agree, got {same}");
    assert!(other > 15, "some companies differ, got {other}");
}

#[test]
fn linkedin_addresses_come_in_every_form() {
    let world = World::generate(1, 1_000, 800, 300);
    let written: Vec<String> = world
        .highlevel
        .contacts
        .iter()
        .flat_map(|contact| {
            let custom = contact
                .custom_fields
                .iter()
                .filter_map(|f| f.value.as_str());
            custom
                .chain(contact.website.as_deref())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .filter(|text| text.to_lowercase().contains("linkedin.com/"))
        .collect();
    for part in [
        "/in/ACoAA",
        "originalSubdomain=",
        "%2D",
        "/overlay/",
        "//m.",
        "#about",
        "/company/",
        "/sales/",
        "HTTPS://",
    ] {
        assert!(
            written.iter().any(|text| text.contains(part)),
            "some address has {part}"
        );
    }
    assert!(
        written.iter().any(|text| text.starts_with("linkedin.com")),
        "some have no scheme"
    );
    let in_website = world
        .highlevel
        .contacts
        .iter()
        .filter_map(|c| c.website.as_deref());
    assert!(
        in_website.filter(|text| text.contains("/in/")).count() > 20,
        "some are in the website"
    );
}

#[test]
fn ten_thousand_people_are_quick() {
    let began = Instant::now();
    let world = World::generate(1, 10_000, 10_000, 3_000);
    assert_eq!(world.truth().overlap.len(), 3_000, "all of them are there");
    let took = began.elapsed();
    // An unoptimised build on a busy machine needs about a second.
    assert!(
        took.as_secs() < 30,
        "a world of 20,000 records took {took:?}"
    );
    let text = serde_json::to_value(&world.highlevel.scopes).unwrap();
    assert!(matches!(text, Value::Array(_)), "scopes are a list");
}
