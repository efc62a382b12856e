//! How long match, merge and plan take, as a multiple of merely parsing the same people from JSON,
//! and what they keep in memory beyond those people.
//!
//! Parsing and planning are timed in one process, in turns, on the same data; only the ratio means
//! anything. Memory is measured in a process of its own, which did nothing else before. Run it with
//! `cargo xtask bench planner`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, HashMap};
use std::process::Command;
use std::time::{Duration, Instant};

use foxbridge_engine::{Action, Few, Link, Plan, Settings, Snapshot, StampField, plan};
use foxbridge_model::{FieldMap, LeadId, Note, Person, Service, TagKey, TagSet, Text, Urn, Value};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// People a side, unless others are asked for. The times of a million need some 12 GiB of memory; with
/// `--peak 1000000` only the memory of a first plan is measured, in KiB, which needs 8.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// A lead, with the fields and identities that the connector gives it.
fn lead(n: usize) -> serde_json::Value {
    let id = 100_000_000 + n;
    let email = format!("person.{n}@example.com");
    let slug = format!("ann-lead-{n}");
    let urn = Urn::synthesize(LeadId::new(id as u64).unwrap(), 1);
    json!({
        "service": "aimfox", "id": id.to_string(), "name": format!("Ann Lead{n}"),
        "identities": { "lead_id": id.to_string(), "urn": urn, "slugs": [slug], "emails": [email] },
        "fields": {
            "lead_id": id.to_string(), "first_name": "Ann", "last_name": format!("Lead{n}"),
            "full_name": format!("Ann Lead{n}"), "headline": "Head of Sales",
            "company": format!("Company {}", n % 997), "email": email, "linkedin_urn": urn,
            "linkedin_url": format!("https://www.linkedin.com/in/{slug}"),
        },
        "tags": { "vip": "vip", "warm": "Warm" },
        "origins": [{ "id": "5a6b2f4e-95a1-4f57-9a4e-0d3c1b2a7f10", "name": "Autumn" }],
        "notes": [],
        "detailed": true,
    })
}

/// The contact of the same person, who is known by an address; every other one also by LinkedIn.
fn contact(n: usize) -> serde_json::Value {
    let email = format!("person.{n}@example.com");
    let phone = format!("+49 30 {}", 2_000_000 + n);
    let mut fields = json!({
        "firstName": "Ann", "lastName": format!("Lead{n}"), "email": email, "phone": phone,
        "companyName": format!("Company {}", n % 997), "country": "DE",
    });
    let mut slugs = Vec::new();
    if n.is_multiple_of(2) {
        slugs.push(format!("ann-lead-{n}"));
        fields["website"] = json!(format!("https://www.linkedin.com/in/ann-lead-{n}"));
    }
    json!({
        "service": "highlevel", "id": format!("contact{n:013}"), "name": format!("Ann Lead{n}"),
        "identities": { "slugs": slugs, "emails": [email], "phones": [phone.replace(' ', "")] },
        "fields": fields,
        "tags": { "vip": "vip", "warm": "warm" },
        "detailed": true,
        "updated_at": "2026-01-15T09:30:00Z",
    })
}

/// A list of people as JSON, without their list in another form beside it.
fn text(people: impl Iterator<Item = impl Serialize>) -> String {
    let mut text = String::from("[");
    for person in people {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&serde_json::to_string(&person).unwrap());
    }
    text.push(']');
    text
}

/// The best of several turns: noise only ever adds.
fn best(turns: usize, mut turn: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..turns {
        let began = Instant::now();
        turn();
        best = best.min(began.elapsed());
    }
    best
}

/// Parses, and tells how long that takes.
fn parse(text: &str, turns: usize) -> (Vec<Person>, Duration) {
    let parse = || serde_json::from_str::<Vec<Person>>(text).unwrap();
    let took = best(turns, || drop(std::hint::black_box(parse())));
    (parse(), took)
}

fn leads(people: usize) -> impl Iterator<Item = serde_json::Value> {
    (0..people).map(lead)
}

fn contacts(people: usize) -> impl Iterator<Item = serde_json::Value> {
    // Three in four leads are a contact already.
    let known = (0..people).filter(|n| n % 4 != 0);
    let others = people..people + people / 4;
    known.chain(others).map(contact)
}

/// A first plan is the one that says most.
fn first_snapshot(leads: Vec<Person>, contacts: Vec<Person>) -> Snapshot {
    let tags = || ["vip", "warm"].into_iter().filter_map(TagKey::new);
    Snapshot {
        leads,
        contacts,
        highlevel_tags: tags().collect(),
        aimfox_labels: tags().collect(),
        first_run: true,
        ..Snapshot::default()
    }
}

/// A number of this process's memory, KiB; `None` where the system does not say.
fn memory(what: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(what))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Peak memory of a first plan, KiB, beyond the people that it is made from; the plan itself counts.
fn peak(people: usize) -> Option<u64> {
    // One by one: the room of a long text would be free again, and hide what the plan takes of it.
    let parse = |person: serde_json::Value| serde_json::from_str(&person.to_string()).unwrap();
    let leads = leads(people).map(parse).collect();
    let snapshot = first_snapshot(leads, contacts(people).map(parse).collect());
    let before = memory("VmRSS")?;
    // Forgets the peak of what was done before.
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    let made = std::hint::black_box(plan(&snapshot, &Settings::standard()));
    let peak = memory("VmHWM")?;
    drop(made);
    Some(peak.saturating_sub(before))
}

/// Does what a first plan says, as the services would.
fn carry_out(made: Plan, snapshot: &mut Snapshot) {
    let by_id = |people: &[Person]| -> HashMap<String, usize> {
        let ids = people.iter().map(|person| person.id.clone());
        ids.zip(0..).collect()
    };
    let (leads, contacts) = (by_id(&snapshot.leads), by_id(&snapshot.contacts));
    for change in made.changes {
        let lead_id = change.record.lead_id.clone();
        match change.action {
            Action::CreateCustomField { stamp } => {
                snapshot.stamp_fields.insert(stamp, format!("{stamp:?}"));
            }
            Action::Link { link } => snapshot.links.push(link),
            Action::CreateContact {
                lead_id,
                fields,
                stamps,
                tags,
            } => {
                let lead = &snapshot.leads[leads[lead_id.as_str()]];
                let mut contact = Person {
                    service: Service::HighLevel,
                    id: format!("new{lead_id:0>17}"),
                    name: lead.name.clone(),
                    identities: lead.identities.clone(),
                    fields: by_name(fields),
                    tags: tags.iter().collect::<TagSet>(),
                    origins: Vec::new(),
                    notes: None,
                    detailed: true,
                    updated_at: Some("2026-01-16T09:30:00Z".to_owned()),
                };
                stamp(&mut contact, stamps, &snapshot.stamp_fields);
                snapshot.links.push(Link {
                    lead_id,
                    contact_id: contact.id.as_str().into(),
                    how: foxbridge_engine::How::Created,
                });
                snapshot.contacts.push(contact);
            }
            Action::UpdateContact {
                contact_id,
                fields,
                stamps,
                ..
            } => {
                let contact = &mut snapshot.contacts[contacts[contact_id.as_str()]];
                contact.fields.extend(by_name(fields));
                stamp(contact, stamps, &snapshot.stamp_fields);
                let lead = &snapshot.leads[leads[lead_id.as_deref().unwrap()]].identities;
                contact.identities.lead_id = lead.lead_id;
                contact.identities.urn.clone_from(&lead.urn);
                contact.identities.slugs.clone_from(&lead.slugs);
            }
            Action::WriteCard { lead_id, text, .. } => {
                let lead = &mut snapshot.leads[leads[lead_id.as_str()]];
                lead.notes.get_or_insert_default().push(Note {
                    id: format!("note{lead_id}"),
                    text: String::from(&text),
                    created_at: Some("2026-01-16T09:30:00Z".to_owned()),
                });
            }
            other => panic!("no part of a first plan: {other:?}"),
        }
        if let Some(lead_id) = lead_id {
            let base = snapshot.bases.entry(String::from(&lead_id)).or_default();
            base.apply(&change.settles, None);
        }
    }
    for (lead_id, patch) in made.adopt {
        let base = snapshot.bases.entry(String::from(&lead_id)).or_default();
        base.apply(&patch, None);
    }
    snapshot.first_run = false;
}

fn by_name(fields: Few<Text, Value>) -> FieldMap {
    let fields = fields.into_iter();
    fields
        .map(|(field, value)| ((&field).into(), value))
        .collect()
}

fn stamp(
    contact: &mut Person,
    stamps: Few<StampField, Text>,
    fields: &BTreeMap<StampField, String>,
) {
    for (stamp, value) in stamps {
        let field = format!("cf.{}", fields[&stamp]);
        contact.fields.insert(field, Value::Text(value));
    }
}

/// How long one size takes, in seconds.
#[derive(Serialize, Deserialize)]
struct Times {
    parse: f64,
    first: f64,
    parse_at_rest: f64,
    at_rest: f64,
}

fn times(people: usize) -> Times {
    let turns = (1_000_000 / people).clamp(2, 9);
    let settings = Settings::standard();
    let timed = |snapshot: &Snapshot| {
        let plan = || drop(std::hint::black_box(plan(snapshot, &settings)));
        best(turns, plan).as_secs_f64()
    };
    let (leads, parsed_leads) = parse(&text(leads(people)), turns);
    let (contacts, parsed_contacts) = parse(&text(contacts(people)), turns);
    let mut snapshot = first_snapshot(leads, contacts);
    let first = timed(&snapshot);

    // As it stands after a clean run: everybody linked, nothing to do.
    carry_out(plan(&snapshot, &settings), &mut snapshot);
    let leads = text(std::mem::take(&mut snapshot.leads).into_iter());
    let (leads, leads_at_rest) = parse(&leads, turns);
    snapshot.leads = leads;
    let contacts = text(std::mem::take(&mut snapshot.contacts).into_iter());
    let (contacts, contacts_at_rest) = parse(&contacts, turns);
    snapshot.contacts = contacts;
    let made = plan(&snapshot, &settings);
    assert_eq!(made.changes, [], "not at rest");
    assert_eq!(made.health.linked, people, "not at rest");
    drop(made);
    Times {
        parse: (parsed_leads + parsed_contacts).as_secs_f64(),
        first,
        parse_at_rest: (leads_at_rest + contacts_at_rest).as_secs_f64(),
        at_rest: timed(&snapshot),
    }
}

/// Measures one size in a process of its own.
fn apart<T: for<'de> Deserialize<'de>>(what: &str, people: usize) -> T {
    let this = std::env::current_exe().unwrap();
    let run = Command::new(this)
        .args([what, &people.to_string()])
        .output();
    let run = run.unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    serde_json::from_slice(&run.stdout).unwrap()
}

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: &String| text.parse::<usize>().unwrap();
    let sizes = match &asked[..] {
        [what, people] if what == "--times" => {
            let times = times(number(people));
            return println!("{}", serde_json::to_string(&times).unwrap());
        }
        [what, people] if what == "--peak" => {
            let peak = peak(number(people));
            return println!("{}", serde_json::to_string(&peak).unwrap());
        }
        [] => SIZES.to_vec(),
        sizes => sizes.iter().map(number).collect(),
    };
    println!(
        "| people a side | first plan / parse | plan at rest / parse | time a person, to the row \
         above: first plan | at rest | parse | peak KiB a person beyond the records |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|");
    let mut above: Option<(usize, Times)> = None;
    for people in sizes {
        let now: Times = apart("--times", people);
        let growth = |time: fn(&Times) -> f64| {
            above.as_ref().map_or_else(String::new, |(n, was)| {
                let (now, was) = (time(&now) / people as f64, time(was) / *n as f64);
                format!("{:.2}", now / was)
            })
        };
        // Half of the people are leads, half are contacts.
        let peak = apart::<Option<u64>>("--peak", people).map_or_else(
            || "?".to_owned(),
            |kib| format!("{:.2}", kib as f64 / (2 * people) as f64),
        );
        println!(
            "| {people} | {:.2} | {:.2} | {} | {} | {} | {peak} |",
            now.first / now.parse,
            now.at_rest / now.parse_at_rest,
            growth(|of| of.first),
            growth(|of| of.at_rest),
            growth(|of| of.parse),
        );
        above = Some((people, now));
    }
}
