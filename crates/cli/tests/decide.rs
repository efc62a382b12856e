//! Deciding about people: answers, filters, guards, approved plans, deletes, history; through the
//! real program against the sandbox.
#![allow(clippy::unwrap_used)]

mod common;

use common::{FAST_RPM, Sandbox, User, custom, id};
use serde_json::{Value, json};

/// Linked (contact, lead) pairs, once the search shows as many as are linked.
fn pairs(sandbox: &Sandbox, least: usize) -> Vec<(String, String)> {
    let stamp = sandbox.field("contact.aimfox_lead_id").unwrap();
    let linked = |contacts: &[Value]| -> Vec<(String, String)> {
        let of = |c: &Value| Some((id(&c["id"]), custom(c, &stamp)?));
        contacts.iter().filter_map(of).collect()
    };
    linked(&sandbox.contacts_until(|all| linked(all).len() >= least))
}

fn rename(sandbox: &Sandbox, contact: &str, name: &str) {
    let path = format!("/contacts/{contact}");
    sandbox.highlevel("PUT", &path, Some(json!({ "firstName": name })));
    sandbox.contacts_until(|all| all.iter().any(|c| c["firstName"] == name));
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[test]
fn an_approved_plan_is_made_exactly_or_not_at_all() {
    let sandbox = Sandbox::fast(30, 20, 12);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    let shown = user.run(&["sync", "rehearse", &sync], "");
    let plan = text(&shown["run"]);
    let run = user.run(&["sync", "run", &sync, "--approve", &plan], "");
    assert_eq!(run["changed"]["create"], shown["would"]["create"]);

    let people = pairs(&sandbox, 12);
    rename(&sandbox, &people[0].0, "Renamed");
    let shown = user.run(&["sync", "rehearse", &sync], "");
    let plan = text(&shown["run"]);
    rename(&sandbox, &people[1].0, "Another");
    let writes = (sandbox.stats("aimfox")["writes"]).clone();
    let (code, _, error) = user.try_run(&["sync", "run", &sync, "--approve", &plan], "");
    assert_eq!(
        (code, &error["error"]["code"]),
        (1, &json!("guard_stopped")),
        "{error}"
    );
    assert_eq!(
        sandbox.stats("aimfox")["writes"],
        writes,
        "nothing was written"
    );
    let (_, _, error) = user.try_run(&["sync", "run", &sync, "--approve", "run-x"], "");
    assert_eq!(error["error"]["code"], "not_found");

    // Only one of the two who were renamed.
    let only = format!("lead:{}", people[1].1);
    let run = user.run(&["sync", "run", &sync, "--only", &only], "");
    assert_eq!(run["changed"]["update"], 1, "{run}");
    let rest = user.run(&["sync", "rehearse", &sync], "");
    assert_eq!(rest["would"]["update"], 1, "the other one waits: {rest}");
}

#[test]
fn a_filter_is_counted_narrows_asks_and_deletes_nobody() {
    let sandbox = Sandbox::fast(40, 30, 20);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    let first = user.run(&["sync", "run", &sync], "");
    let linked = first["health"]["in_sync"].as_u64().unwrap();
    let people = pairs(&sandbox, 20);
    let (contact, lead) = &people[0];
    let path = format!("/contacts/{contact}/tags");
    sandbox.highlevel("POST", &path, Some(json!({ "tags": ["golden"] })));
    let golden = |c: &Value| c["tags"].as_array().unwrap().contains(&json!("golden"));
    sandbox.contacts_until(|all| all.iter().any(golden));
    user.run(&["sync", "run", &sync], "");
    let count = user.run(&["sync", "filter", &sync, "tag:golden", "--count"], "");
    assert_eq!(count["people"], 1, "{count}");
    assert!(count["of"].as_u64().unwrap() >= linked, "{count}");

    // A seat: everybody whose connection it is, and nobody else.
    let body = json!({
        "keywords": "", "current_companies": [], "past_companies": [], "education": [],
        "interests": [], "labels": [], "languages": [], "locations": [], "origins": [],
        "skills": [], "lead_of": [],
    });
    let all = sandbox.aimfox("POST", "/leads:search?start=0&count=100", Some(body));
    let all = all["leads"].as_array().unwrap();
    let accounts = sandbox.aimfox("GET", "/accounts", None);
    for account in accounts["accounts"].as_array().unwrap() {
        let seat = id(&account["id"]);
        let theirs = |lead: &&Value| {
            let seats = lead["lead_of"].as_array().unwrap().iter();
            let from_campaign = !lead["origins"].as_array().unwrap().is_empty();
            from_campaign && seats.map(id).any(|one| one == seat)
        };
        let theirs = all.iter().filter(theirs).count();
        let seat = format!("seat:{seat}");
        let count = user.run(&["sync", "filter", &sync, &seat, "--count"], "");
        assert_eq!(count["people"], theirs, "{seat}: {count}");
    }

    user.run(&["sync", "filter", &sync, "tag:golden"], "");
    let (code, _, error) = user.try_run(&["sync", "filter", &sync, "golden"], "");
    assert_eq!(code, 1);
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("golden"),
        "{error}"
    );
    for (contact, _) in &people[..2] {
        rename(&sandbox, contact, &format!("New{contact}"));
    }
    // Another filter than the last run's: the run asks before it writes, and a rehearsal shows it.
    let writes = sandbox.writes();
    let (_, _, error) = user.try_run(&["sync", "run", &sync], "");
    assert_eq!(error["error"]["code"], "guard_stopped", "{error}");
    let shown = user.run(&["sync", "rehearse", &sync], "");
    assert_eq!(shown["would"]["update"], 1, "only who passes the filter");
    assert_eq!(sandbox.writes(), writes);
    let asked = user.run(&["sync", "conflicts", &sync], "");
    let mut questions = asked["questions"].as_array().unwrap().iter();
    let guard = questions
        .find(|q| q["kind"] == "guard")
        .expect("the guard asks");
    user.run(
        &["sync", "resolve", &sync, &text(&guard["id"]), "--approve"],
        "",
    );
    let run = user.run(&["sync", "run", &sync], "");
    assert_eq!(run["changed"]["update"], 1, "{run}");
    assert_eq!(run["changed"]["delete"], 0);
    assert_eq!(run["health"]["in_sync"], 1);

    // Everybody again: the one who was left out meanwhile is caught up with, nobody is made.
    user.run(&["sync", "filter", &sync, ""], "");
    let run = user.run(&["sync", "run", &sync, "--approve"], "");
    assert_eq!(run["changed"]["create"], 0, "{run}");
    assert_eq!(run["changed"]["update"], 1, "{run}");
    let history = user.run(&["sync", "history", &sync, lead], "").to_string();
    assert!(history.contains(&format!("New{contact}")), "{history}");
}

#[test]
fn a_deleted_contact_is_proven_gone_and_its_lead_is_marked() {
    let sandbox = Sandbox::fast(30, 20, 12);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    user.run(&["sync", "run", &sync], "");
    let (contact, lead) = pairs(&sandbox, 12)[0].clone();
    sandbox.highlevel("DELETE", &format!("/contacts/{contact}"), None);
    sandbox.contacts_until(|all| all.iter().all(|c| id(&c["id"]) != contact));
    // A deletion shows only to who compares everything.
    let run = user.run(&["sync", "run", &sync, "--full"], "");
    assert_eq!(run["changed"]["create"], 0, "nobody is made again: {run}");
    let shown = sandbox
        .aimfox("GET", &format!("/leads/{lead}"), None)
        .to_string();
    assert!(shown.contains("deleted in highlevel"), "{shown}");
    let writes = sandbox.writes();
    user.run(&["sync", "run", &sync, "--full"], "");
    assert_eq!(sandbox.writes(), writes, "and that is rest");
}

#[test]
fn guards_are_set_and_a_value_is_put_back_from_the_history() {
    let sandbox = Sandbox::fast(30, 20, 12);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    user.run(&["sync", "run", &sync], "");
    let (contact, lead) = pairs(&sandbox, 12)[0].clone();
    rename(&sandbox, &contact, "Firstly");
    user.run(&["sync", "run", &sync], "");
    rename(&sandbox, &contact, "Secondly");

    let set = user.run(&["sync", "guards", &sync, "--set", "writes_per_day=1"], "");
    assert_eq!(set["guards"]["writes_per_day"], 1);
    let (_, _, error) = user.try_run(&["sync", "run", &sync], "");
    assert_eq!(error["error"]["code"], "guard_stopped", "{error}");
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("24 hours"),
        "{error}"
    );
    let (code, _, _) = user.try_run(&["sync", "guards", &sync, "--set", "nonsense=1"], "");
    assert_eq!(code, 1);
    user.run(
        &["sync", "guards", &sync, "--set", "writes_per_day=50000"],
        "",
    );
    let set = user.run(&["sync", "guards", &sync, "--set", "edits_per_hour=1"], "");
    assert_eq!(set["guards"]["edits_per_hour"], 1);
    let (_, _, error) = user.try_run(&["sync", "run", &sync], "");
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("within an hour"),
        "{error}"
    );
    user.run(&["sync", "guards", &sync, "--set", "edits_per_hour=10"], "");
    user.run(&["sync", "run", &sync], "");

    let history = user.run(&["sync", "history", &sync, &lead], "");
    let history = history.as_array().unwrap();
    let first = history
        .iter()
        .find(|value| value["value"] == "Firstly")
        .unwrap();
    let back = format!("{}=Firstly", text(&first["field"]));
    let writes = sandbox.writes();
    user.run(
        &[
            "sync",
            "history",
            &sync,
            &lead,
            "--restore",
            &back,
            "--rehearse",
        ],
        "",
    );
    assert_eq!(sandbox.writes(), writes, "a rehearsal writes nothing");
    let run = user.run(&["sync", "history", &sync, &lead, "--restore", &back], "");
    assert_eq!(run["changed"]["update"], 1);
    let now = sandbox.highlevel("GET", &format!("/contacts/{contact}"), None);
    assert_eq!(now["contact"]["firstName"], "Firstly");
    user.run(&["sync", "run", &sync], "");
    let notes = sandbox
        .aimfox("GET", &format!("/leads/{lead}/notes"), None)
        .to_string();
    assert!(
        notes.contains("First name: Firstly"),
        "it travels like any edit: {notes}"
    );
}

#[test]
fn a_tie_is_answered_once_and_for_all() {
    let sandbox = Sandbox::fast(200, 150, 60);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    user.run(&["sync", "run", &sync], "");
    let asked = user.run(&["sync", "conflicts", &sync], "");
    let questions = asked["questions"].as_array().unwrap();
    let tie = questions.iter().find(|q| q["kind"] == "ambiguous").unwrap();
    let (question, lead) = (text(&tie["id"]), text(&tie["record"]["lead_id"]));
    let contact = text(&tie["choices"][0]["id"]);
    let (_, _, error) = user.try_run(
        &["sync", "resolve", &sync, &question, "--take", "aimfox"],
        "",
    );
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("it takes"),
        "{error}"
    );
    user.run(
        &["sync", "resolve", &sync, &question, "--contact", &contact],
        "",
    );
    let run = user.run(&["sync", "run", &sync], "");
    let still = run["needs_you"].to_string();
    assert!(!still.contains(&question), "it is not asked again");
    let stamp = sandbox.field("contact.aimfox_lead_id").unwrap();
    let now = sandbox.highlevel("GET", &format!("/contacts/{contact}"), None);
    assert_eq!(
        custom(&now["contact"], &stamp),
        Some(lead),
        "the two are linked"
    );

    // The others alike, and one of these answers taken back.
    let asked = user.run(&["sync", "conflicts", &sync], "");
    let open = |q: &&Value| q["kind"] == "ambiguous" && q["answer"].is_null();
    let ties = asked["questions"].as_array().unwrap().iter().filter(open);
    let ties: Vec<String> = ties.map(|q| text(&q["id"])).collect();
    assert!(ties.len() > 1, "several are left: {asked}");
    let alike = ["sync", "resolve", &sync, &ties[0], "--nobody", "--alike"];
    let answered = user.run(&alike, "");
    assert_eq!(answered["answered"], ties.len(), "{answered}");
    user.run(&["sync", "resolve", &sync, &ties[0], "--forget"], "");
    let run = user.run(&["sync", "run", &sync], "");
    let still = run["needs_you"].to_string();
    assert!(
        still.contains(&ties[0]),
        "what was taken back is asked again"
    );
    for tie in &ties[1..] {
        assert!(!still.contains(tie), "{tie} was answered alike: {still}");
    }
}
