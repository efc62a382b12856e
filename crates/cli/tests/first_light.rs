//! Contacts and tags, both ways, through the real program against the sandbox.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Sandbox, User, custom, id};
use serde_json::{Value, json};

/// A limit so high that no test waits for it.
const FAST: &[&str] = &[
    "--aimfox-per-minute",
    "100000",
    "--highlevel-per-10s",
    "100000",
];
const FAST_RPM: u32 = 100_000;

fn sandbox(contacts: usize, leads: usize, overlap: usize) -> Sandbox {
    let numbers = [contacts.to_string(), leads.to_string(), overlap.to_string()];
    let mut args = vec![
        "--contacts",
        &numbers[0],
        "--leads",
        &numbers[1],
        "--overlap",
        &numbers[2],
    ];
    args.extend(FAST);
    Sandbox::serve(&args)
}

fn ambiguous(report: &Value) -> usize {
    report["needs_you"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["kind"] == "ambiguous")
        .count()
}

fn of_kind<'a>(report: &'a Value, kind: &str) -> Vec<&'a Value> {
    report["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|c| c["kind"] == kind)
        .collect()
}

/// Nobody is there twice: every lead id is stamped on one contact at most. Looks until the search,
/// which lags behind writes, shows as many as are `expected`.
fn assert_no_duplicates(sandbox: &Sandbox, expected: usize) -> BTreeMap<String, Value> {
    let stamp = sandbox
        .field("contact.aimfox_lead_id")
        .expect("the stamp field was made");
    let carries = |contacts: &[Value]| contacts.iter().filter_map(|c| custom(c, &stamp)).count();
    let mut stamped = BTreeMap::new();
    for contact in sandbox.contacts_until(|contacts| carries(contacts) >= expected) {
        if let Some(lead) = custom(&contact, &stamp) {
            let twice = stamped.insert(lead.clone(), contact);
            assert!(twice.is_none(), "the lead {lead} is on two contacts");
        }
    }
    assert_eq!(
        stamped.len(),
        expected,
        "every linked contact carries its lead's id"
    );
    for lead in sandbox.leads() {
        let cards = lead["notes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|note| {
                note["text"]
                    .as_str()
                    .unwrap()
                    .contains("[foxbridge contact ")
            })
            .count();
        assert!(
            cards <= 1,
            "the lead {} has {cards} cards",
            lead["full_name"]
        );
    }
    stamped
}

#[test]
fn a_thousand_people_meet() {
    let (contacts, leads, overlap) = (1000, 800, 300);
    let sandbox = sandbox(contacts, leads, overlap);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    let qualifying = sandbox
        .leads()
        .iter()
        .filter(|l| !l["origins"].as_array().unwrap().is_empty())
        .count();
    let writes_before = sandbox.writes();

    let rehearsal = user.run(&["sync", "rehearse", &sync], "");
    assert_eq!(
        sandbox.writes(),
        writes_before,
        "a rehearsal writes nothing"
    );
    assert_eq!(
        rehearsal["would"]["link"], overlap,
        "the people on both sides are recognised"
    );
    let unclear = ambiguous(&rehearsal);
    assert!(
        unclear >= 2,
        "the sandbox holds people that cannot be told apart"
    );
    let create = qualifying - overlap - unclear;
    assert_eq!(
        rehearsal["would"]["create"], create,
        "everybody else who takes part is new"
    );
    assert_eq!(of_kind(&rehearsal, "create").len(), create);
    assert_eq!(rehearsal["would"]["delete"], 0);
    for change in rehearsal["changes"].as_array().unwrap() {
        assert!(
            !change["reason"].as_str().unwrap().is_empty(),
            "a change without a reason"
        );
        assert_ne!(
            change["effect"], "outreach",
            "a sync never contacts anybody"
        );
        assert_ne!(
            change["effect"], "destructive",
            "a sync never destroys anything"
        );
    }

    let requests_before = (
        sandbox.stats("highlevel")["requests"].as_u64().unwrap(),
        sandbox.stats("aimfox")["requests"].as_u64().unwrap(),
    );
    let run = user.run(&["sync", "run", &sync], "");
    assert_eq!(run["changed"]["link"], overlap);
    assert_eq!(
        run["changed"]["create"], create,
        "a run does what its rehearsal showed"
    );
    assert_eq!(run["changed"]["update"], rehearsal["would"]["update"]);
    assert_eq!(run["failed"], json!([]));
    assert_eq!(
        ambiguous(&run),
        unclear,
        "a tie is asked about, never guessed"
    );
    assert_eq!(
        (
            sandbox.stats("highlevel")["requests"].as_u64().unwrap() - requests_before.0,
            sandbox.stats("aimfox")["requests"].as_u64().unwrap() - requests_before.1,
        ),
        (
            run["requests"]["highlevel"].as_u64().unwrap(),
            run["requests"]["aimfox"].as_u64().unwrap(),
        ),
        "the requests reported are the requests sent"
    );

    let stamped = assert_no_duplicates(&sandbox, overlap + create);
    assert_eq!(
        sandbox.contacts().len(),
        contacts + create,
        "nobody else appeared"
    );
    let leads_now = sandbox.leads();
    let cards = leads_now
        .iter()
        .filter(|lead| lead.to_string().contains("[foxbridge contact "));
    assert!(
        cards.count() > 50,
        "what HighLevel knows is shown on the leads"
    );
    let by_id: BTreeMap<_, _> = leads_now
        .iter()
        .map(|lead| (id(&lead["id"]), lead))
        .collect();
    let known: BTreeSet<String> = leads_now
        .iter()
        .flat_map(|lead| lead["labels"].as_array().unwrap())
        .map(|label| label["name"].as_str().unwrap().to_lowercase())
        .collect();
    let mut labelled = 0;
    for (lead, contact) in &stamped {
        let labels: Vec<_> = by_id[lead]["labels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|label| label["name"].as_str().unwrap().to_lowercase())
            .collect();
        for tag in contact["tags"].as_array().unwrap() {
            let tag = tag.as_str().unwrap().to_lowercase();
            if known.contains(&tag) {
                assert!(
                    labels.contains(&tag),
                    "the tag {tag} did not reach the lead {lead}"
                );
                labelled += 1;
            }
        }
    }
    assert!(labelled > 0, "the sample people share tags and labels");

    let settled = sandbox.writes();
    let again = user.run(&["sync", "run", &sync], "");
    assert_eq!(
        sandbox.writes(),
        settled,
        "a second run right after a clean one makes no write"
    );
    assert_eq!(
        again["changed"],
        json!({"create":0,"update":0,"delete":0,"link":0})
    );

    std::fs::remove_dir_all(user.data()).unwrap();
    let sync = user.connect(&sandbox, FAST_RPM);
    // Connecting asks for a change of a label that does not exist: refused, and counted.
    let settled = sandbox.writes();
    let anew = user.run(&["sync", "run", &sync], "");
    assert_eq!(
        anew["changed"]["create"], 0,
        "losing the database creates nobody"
    );
    assert_eq!(sandbox.writes(), settled, "and rewrites nothing");
    assert_eq!(
        anew["changed"]["link"],
        overlap + create,
        "everybody is recognised again"
    );

    // Nothing but what the services needed to know left the vault.
    let (_, _, denied) = user.try_run(&["sync", "run", "sync-unknown"], "");
    assert_eq!(denied["error"]["code"], "not_found");
}

#[test]
fn edits_travel_both_ways_and_losers_are_kept() {
    let sandbox = sandbox(60, 40, 20);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    let first = user.run(&["sync", "run", &sync], "");
    let linked = first["health"]["in_sync"].as_u64().unwrap() as usize;
    let stamped = assert_no_duplicates(&sandbox, linked);
    let leads: BTreeMap<_, _> = sandbox
        .leads()
        .into_iter()
        .map(|lead| (id(&lead["id"]), lead))
        .collect();
    let card = |lead: &str| -> Option<(String, String)> {
        let notes = sandbox.aimfox("GET", &format!("/leads/{lead}/notes"), None);
        let notes = notes["notes"].as_array().unwrap().clone();
        let note = notes
            .iter()
            .find(|n| n["text"].as_str().unwrap().contains("[foxbridge "))?;
        Some((id(&note["id"]), note["text"].as_str().unwrap().to_owned()))
    };

    // Two names that are labels as well as tags, and somebody who has neither.
    let labels = sandbox.aimfox("GET", "/labels", None);
    let tags = sandbox.highlevel(
        "GET",
        &format!("/locations/{}/tags", sandbox.location()),
        None,
    );
    let lower = |value: &Value| value["name"].as_str().unwrap().to_lowercase();
    let tags: BTreeSet<String> = tags["tags"].as_array().unwrap().iter().map(lower).collect();
    let shared: Vec<_> = labels["labels"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|label| tags.contains(&lower(label)))
        .collect();
    let (lead, contact, first, second) = stamped
        .iter()
        .find_map(|(lead, contact)| {
            let on_lead: Vec<_> = leads[lead]["labels"]
                .as_array()
                .unwrap()
                .iter()
                .map(lower)
                .collect();
            let mut free = shared.iter().filter(|label| {
                let name = lower(label);
                !on_lead.contains(&name)
                    && !contact["tags"].as_array().unwrap().contains(&json!(name))
            });
            Some((lead, id(&contact["id"]), *free.next()?, *free.next()?))
        })
        .expect("somebody lacks two of the shared labels");

    // HighLevel -> Aimfox: a field and a tag.
    sandbox.highlevel(
        "PUT",
        &format!("/contacts/{contact}"),
        Some(json!({ "firstName": "Renamed", "phone": "+12025550143" })),
    );
    sandbox.highlevel(
        "POST",
        &format!("/contacts/{contact}/tags"),
        Some(json!({ "tags": [lower(first)] })),
    );
    // Aimfox -> HighLevel: a label.
    sandbox.aimfox(
        "POST",
        &format!("/leads/{lead}/labels/{}", id(&second["id"])),
        None,
    );

    let mut run = Value::Null;
    for _ in 0..40 {
        run = user.run(&["sync", "run", &sync], "");
        // HighLevel's search lags behind somebody else's writes by a moment; so may the change.
        if run["changed"]["update"].as_u64().unwrap() >= 3 || card(lead).is_some() {
            break;
        }
    }
    let (note, text) = card(lead).expect("the change is on the lead's card");
    assert!(text.contains("First name: Renamed"), "{text}\n{run}");
    assert!(text.contains("+12025550143"), "{text}");
    let shown = sandbox
        .aimfox("GET", &format!("/leads/{lead}"), None)
        .to_string()
        .to_lowercase();
    assert!(
        shown.contains(&format!("\"{}\"", lower(first))),
        "the tag became a label"
    );
    let now = sandbox.highlevel("GET", &format!("/contacts/{contact}"), None);
    assert!(
        now["contact"]["tags"]
            .as_array()
            .unwrap()
            .contains(&json!(lower(second))),
        "the label became a tag: {now}"
    );

    // Aimfox -> HighLevel: a line of the card.
    let edited = text.replace("+12025550143", "+12025550187");
    let path = format!("/leads/{lead}/notes/{note}");
    sandbox.aimfox("PATCH", &path, Some(json!({ "text": edited })));
    user.run(&["sync", "run", &sync], "");
    let now = sandbox.highlevel("GET", &format!("/contacts/{contact}"), None);
    assert_eq!(
        now["contact"]["phone"], "+12025550187",
        "the edited line reached HighLevel"
    );

    // Both sides: the policy is that HighLevel wins; the loser is in the log.
    let (_, text) = card(lead).unwrap();
    let edited = text.replace("First name: Renamed", "First name: Typedontocard");
    sandbox.aimfox("PATCH", &path, Some(json!({ "text": edited })));
    sandbox.highlevel(
        "PUT",
        &format!("/contacts/{contact}"),
        Some(json!({ "firstName": "Typedintohighlevel" })),
    );
    for _ in 0..40 {
        let run = user.run(&["sync", "run", &sync], "");
        if run["changed"]["update"] != 0 && card(lead).unwrap().1.contains("Typedintohighlevel") {
            break;
        }
    }
    let now = sandbox.highlevel("GET", &format!("/contacts/{contact}"), None);
    let (_, text) = card(lead).unwrap();
    let log = user.run(&["log"], "").to_string();
    assert!(text.contains("First name: Typedintohighlevel"), "{text}");
    assert_eq!(now["contact"]["firstName"], "Typedintohighlevel");
    assert!(
        log.contains("Typedontocard"),
        "the value that lost is in the log"
    );
}

/// docs/BUDGET.md derives the least number of requests; this holds the program to it.
#[test]
fn the_first_sync_sends_no_request_too_many() {
    let (contacts, leads, overlap) = (600, 250, 60);
    let sandbox = sandbox(contacts, leads, overlap);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    let take_part = sandbox
        .leads()
        .iter()
        .filter(|lead| !lead["origins"].as_array().unwrap().is_empty())
        .count() as u64;
    let highlevel = |stats: &Value| stats["requests"].as_u64().unwrap();
    let before = (sandbox.stats("highlevel"), sandbox.stats("aimfox"));

    // A first sync is a run without a rehearsal: what a rehearsal reads is not read again.
    let run = user.run(&["sync", "run", &sync], "");
    let after = (sandbox.stats("highlevel"), sandbox.stats("aimfox"));
    let plan = user.run(&["log"], "");
    let settled = |operation: &str| -> u64 {
        let of =
            |entry: &&Value| entry["kind"] == "change" && entry["change"]["operation"] == operation;
        plan.as_array().unwrap().iter().filter(of).count() as u64
    };
    let pages = |n: usize, page: usize| n.div_ceil(page) as u64;
    let operation = |stats: &Value, id: &str| stats["by_operation"][id].as_u64().unwrap_or(0);
    // The last look before anything is made or overwritten: one search for all, or the contact
    // itself where they are few.
    let looked = operation(&after.0, "highlevel.contacts.get");
    assert!(looked <= 25, "{looked} contacts were read one by one");
    let least_highlevel = 2
        + pages(contacts, 500)
        + 1
        + looked
        + settled("highlevel.locations.custom_fields.create")
        + settled("highlevel.contacts.create")
        + overlap as u64;
    let least_aimfox = 2
        + pages(leads, 100)
        + take_part
        + settled("aimfox.leads.notes.create")
        + settled("aimfox.leads.labels.add");
    assert_eq!(
        settled("highlevel.contacts.create"),
        run["changed"]["create"].as_u64().unwrap()
    );
    assert_eq!(
        highlevel(&after.0) - highlevel(&before.0),
        least_highlevel,
        "HighLevel: {}",
        after.0["by_operation"]
    );
    assert_eq!(
        highlevel(&after.1) - highlevel(&before.1),
        least_aimfox,
        "Aimfox: {}",
        after.1["by_operation"]
    );
    for stats in [&after.0, &after.1] {
        assert!(
            stats["by_status"]["429"].is_null(),
            "a limit was run into: {stats}"
        );
    }
}

/// After the first sync only what changed is read, and a complete compare finds what that misses.
#[test]
fn a_later_sync_reads_what_changed() {
    let (contacts, leads) = (1_200, 120);
    let sandbox = sandbox(contacts, leads, 40);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    user.run(&["sync", "run", &sync], "");
    let cost = |args: &[&str]| {
        let run = user.run(&[&["sync", "run", &sync], args].concat(), "");
        (run["requests"]["highlevel"].as_u64().unwrap(), run)
    };
    // The search lags: what it does not show yet of the first run's writes is read one by one.
    let stamp = sandbox.field("contact.aimfox_lead_id").unwrap();
    let stamped = |all: &[Value]| all.iter().filter(|c| custom(c, &stamp).is_some()).count();
    let expected = user.run(&["sync", "list"], "")[0]["health"]["in_sync"]
        .as_u64()
        .unwrap();
    let all = sandbox.contacts_until(|all| stamped(all) as u64 >= expected);
    cost(&[]);
    let (nothing, _) = cost(&[]);
    assert_eq!(
        nothing, 3,
        "definitions, tags and one search for what changed"
    );

    let linked: Vec<&Value> = all.iter().filter(|c| custom(c, &stamp).is_some()).collect();
    let (edited, deleted) = (id(&linked[0]["id"]), id(&linked[1]["id"]));
    let (lead, orphan) = (custom(linked[0], &stamp), custom(linked[1], &stamp));
    let (lead, orphan) = (lead.unwrap(), orphan.unwrap());
    let path = format!("/contacts/{edited}");
    sandbox.highlevel("PUT", &path, Some(json!({ "lastName": "Changed-There" })));
    let shown = |c: &Value| id(&c["id"]) == edited && c["lastName"] == "Changed-There";
    sandbox.contacts_until(|all| all.iter().any(shown));
    let (one, run) = cost(&[]);
    assert_eq!(one, 3, "one changed contact costs no request more: {run:#}");
    let notes = sandbox.aimfox("GET", &format!("/leads/{lead}/notes"), None);
    assert!(
        notes.to_string().contains("Changed-There"),
        "and it arrives: {notes}"
    );

    sandbox.highlevel("DELETE", &format!("/contacts/{deleted}"), None);
    sandbox.contacts_until(|all| all.iter().all(|c| id(&c["id"]) != deleted));
    let (full, run) = cost(&["--full"]);
    assert!(full > 3, "a complete compare reads everything");
    let parted = sandbox.aimfox("GET", &format!("/leads/{orphan}"), None);
    let parted = parted.to_string().to_lowercase();
    assert!(
        parted.contains("deleted in highlevel"),
        "the lead says so: {run:#}"
    );
}

#[test]
fn a_chosen_tag_brings_its_label_with_it() {
    let sandbox = sandbox(40, 30, 12);
    let user = User::new();
    let sync = user.connect_with(&sandbox, FAST_RPM, &["--tags", "Sales ready,vip"]);
    user.run(&["sync", "run", &sync], "");
    let labels = || {
        let labels = sandbox.aimfox("GET", "/labels", None);
        let names = labels["labels"].as_array().unwrap().iter();
        names
            .map(|label| label["name"].as_str().unwrap().to_lowercase())
            .collect::<BTreeSet<_>>()
    };
    assert!(
        !labels().contains("sales ready"),
        "no label is made before somebody needs it"
    );

    let stamp = sandbox.field("contact.aimfox_lead_id").unwrap();
    let contacts = sandbox.contacts_until(|all| all.iter().any(|c| custom(c, &stamp).is_some()));
    let contact = contacts
        .iter()
        .find(|c| custom(c, &stamp).is_some())
        .unwrap();
    let (lead, contact) = (custom(contact, &stamp).unwrap(), id(&contact["id"]));
    sandbox.highlevel(
        "POST",
        &format!("/contacts/{contact}/tags"),
        Some(json!({ "tags": ["sales ready"] })),
    );
    let tagged = |c: &Value| {
        c["tags"]
            .as_array()
            .unwrap()
            .contains(&json!("sales ready"))
    };
    sandbox.contacts_until(|all| all.iter().any(tagged));
    let run = user.run(&["sync", "run", &sync], "");
    assert_eq!(run["failed"], json!([]));
    assert!(labels().contains("sales ready"), "the label was made");
    let lead = sandbox.aimfox("GET", &format!("/leads/{lead}"), None);
    assert!(
        lead.to_string().to_lowercase().contains("\"sales ready\""),
        "and attached: {lead}"
    );
}
