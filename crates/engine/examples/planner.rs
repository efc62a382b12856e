//! How long match, merge and plan take, as a multiple of merely parsing the same people from JSON.
//!
//! Both are timed in one process, in turns, on the same data; only the ratio means anything. Run it
//! with `cargo xtask bench planner`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use foxbridge_engine::{Base, Settings, Snapshot, plan};
use foxbridge_model::Person;
use serde_json::json;

/// A lead, or the contact who is the same person; three in four leads have one.
fn person(n: usize, service: &str) -> serde_json::Value {
    let id = 1_000_000 + n;
    let email = format!("person.{n}@example.com");
    let (fields, id) = match service {
        "aimfox" => (
            json!({ "first_name": "Ann", "last_name": format!("Lead{n}"), "email": email,
                    "company": format!("Company {}", n % 997), "headline": "Head of Sales" }),
            id.to_string(),
        ),
        _ => (
            json!({ "firstName": "Ann", "lastName": format!("Lead{n}"), "email": email,
                    "phone": "+49 30 1234567", "companyName": format!("Company {}", n % 997) }),
            format!("contact{n:012}"),
        ),
    };
    json!({
        "service": service, "id": id, "name": format!("Ann Lead{n}"),
        "identities": { "emails": [email], "slugs": [format!("ann-lead-{n}")] },
        "fields": fields,
        "tags": { "vip": "vip", "warm": "Warm" },
        "origins": if service == "aimfox" { json!([{ "id": "c", "name": "Autumn" }]) } else { json!([]) },
        "notes": if service == "aimfox" { json!([]) } else { json!(null) },
        "detailed": true,
    })
}

/// The best of several turns: noise only ever adds.
fn best(mut turn: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let began = Instant::now();
        turn();
        best = best.min(began.elapsed());
    }
    best
}

/// Peak resident memory of this process, KiB; `None` where the system does not say.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn main() {
    println!(
        "| people a side | first plan / parse | plan at rest / parse | growth a person | peak KiB a person beyond the records |"
    );
    println!("|---:|---:|---:|---:|---:|");
    let settings = Settings::standard();
    let mut before: Option<(usize, Duration)> = None;
    for people in [1_000, 10_000, 100_000] {
        let leads: Vec<_> = (0..people).map(|n| person(n, "aimfox")).collect();
        let contacts: Vec<_> = (0..people)
            .filter(|n| n % 4 != 0)
            .chain(people..people + people / 4)
            .map(|n| person(n, "highlevel"))
            .collect();
        let texts = [
            serde_json::to_string(&leads).unwrap(),
            serde_json::to_string(&contacts).unwrap(),
        ];
        drop((leads, contacts));
        let parse = best(|| {
            for text in &texts {
                let people: Vec<Person> = serde_json::from_str(text).unwrap();
                assert!(!std::hint::black_box(people).is_empty());
            }
        });
        let mut snapshot = Snapshot {
            leads: serde_json::from_str(&texts[0]).unwrap(),
            contacts: serde_json::from_str(&texts[1]).unwrap(),
            first_run: true,
            ..Snapshot::default()
        };
        let records = peak();
        let first = best(|| drop(std::hint::black_box(plan(&snapshot, &settings))));
        let beyond = peak()
            .zip(records)
            .map(|(now, then)| (now - then) as f64 / (2 * people) as f64);
        // As it stands after a clean run: everybody linked, nothing to do.
        let made = plan(&snapshot, &settings);
        let mut bases: HashMap<String, Base> = HashMap::new();
        for change in &made.changes {
            if let foxbridge_engine::Action::Link { link } = &change.action {
                snapshot.links.push(link.clone());
            }
        }
        for (lead, patch) in &made.adopt {
            bases.entry(lead.clone()).or_default().apply(patch, None);
        }
        snapshot.bases = bases;
        snapshot.first_run = false;
        let rest = best(|| drop(std::hint::black_box(plan(&snapshot, &settings))));
        let ratio = |time: Duration| time.as_secs_f64() / parse.as_secs_f64();
        let growth = before.map_or_else(String::new, |(n, then)| {
            let (now, was) = (
                rest.as_secs_f64() / people as f64,
                then.as_secs_f64() / n as f64,
            );
            format!("{:.2}", now / was)
        });
        println!(
            "| {people} | {:.2} | {:.2} | {growth} | {} |",
            ratio(first),
            ratio(rest),
            beyond.map_or_else(|| "?".to_owned(), |kib| format!("{kib:.2}"))
        );
        before = Some((people, rest));
    }
}
