//! Faults, kills and curious eyes: what the program does when things go wrong.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeSet;
use std::time::Duration;

use common::{Sandbox, User, contents, custom, id};
use rand::rngs::SmallRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

const FAST: &[&str] = &[
    "--aimfox-per-minute",
    "100000",
    "--highlevel-per-10s",
    "100000",
];
const FAST_RPM: u32 = 100_000;

/// How often the program is killed.
const KILLS: usize = 100;

/// A fixed seed makes a failure repeatable as far as the two processes' timing allows.
const SEED: u64 = 20_261_124;

#[test]
fn killed_a_hundred_times_among_faults_it_still_converges() {
    let mut args = vec![
        "--contacts",
        "150",
        "--leads",
        "120",
        "--overlap",
        "50",
        "--items",
    ];
    args.extend(FAST);
    let sandbox = Sandbox::serve(&args);
    let user = User::new();
    let choices = [
        "--template",
        "standard",
        "--notes",
        "both",
        "--note-history",
        "--conversations",
        "to-highlevel",
        "--conversation-history",
    ];
    let accounts = sandbox.aimfox("GET", "/accounts", None);
    let seat = id(&accounts["accounts"][0]["id"]);
    let sync = user.connect_with(&sandbox, FAST_RPM, &choices);
    let rehearsal = user.run(&["sync", "rehearse", &sync], "");
    let unclear = rehearsal["needs_you"].as_array().unwrap();
    // Leads that cannot be told from one another have no contact, and so no errands there.
    let unclear: BTreeSet<String> = unclear
        .iter()
        .map(|q| id(&q["record"]["lead_id"]))
        .collect();
    let asked: Vec<String> = sandbox
        .leads()
        .iter()
        .filter(|lead| !lead["origins"].as_array().unwrap().is_empty())
        .filter(|lead| !unclear.contains(&id(&lead["id"])))
        .take(30)
        .map(|lead| id(&lead["id"]))
        .collect();
    let contacts_before = sandbox.contacts().len();
    let create = rehearsal["would"]["create"].as_u64().unwrap();
    let link = rehearsal["would"]["link"].as_u64().unwrap();

    sandbox.faults("hostile");
    let mut random = SmallRng::seed_from_u64(SEED);
    for n in 0..KILLS {
        // There is always something to do: people go on writing.
        if n % 3 == 0
            && let Some(lead) = asked.get(n / 3)
        {
            sandbox.faults("none");
            let path = format!("/leads/{lead}/notes");
            let n = n / 3;
            let todo = json!({ "text": format!("todo: errand {n:02} by 2031-05-06") });
            sandbox.aimfox("POST", &path, Some(todo));
            let note = json!({ "text": format!("remark {n:02}") });
            sandbox.aimfox("POST", &path, Some(note));
            let words = json!({ "message": format!("message {n:02}"), "recipients": [lead] });
            let path = format!("/accounts/{seat}/conversations");
            sandbox.aimfox("POST", &path, Some(words));
            sandbox.faults("hostile");
        }
        let mut child = user.command(&["sync", "run", &sync]).spawn().unwrap();
        // Killed somewhere between its first request and its last: how far it came is the point.
        std::thread::sleep(Duration::from_millis(random.random_range(40..600)));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let list = user.run(&["sync", "list"], "");
    assert_eq!(
        list[0]["last_run"]["state"], "interrupted",
        "a run that was killed is not shown as running"
    );
    let (mut code, mut last, mut error) = (1, Value::Null, Value::Null);
    for _ in 0..6 {
        (code, last, error) = user.try_run(&["sync", "run", &sync], "");
        if code == 0 {
            break;
        }
    }
    assert_eq!(code, 0, "it never finished among the faults: {error}");
    sandbox.faults("none");
    // Whatever a fault refused for good is tried again, now that there is none.
    user.run(&["sync", "run", &sync], "");

    let stamp = sandbox.field("contact.aimfox_lead_id").unwrap();
    let expected = contacts_before + create as usize;
    let contacts = sandbox.contacts_until(|contacts| contacts.len() >= expected);
    let stamped: Vec<_> = contacts.iter().filter_map(|c| custom(c, &stamp)).collect();
    let distinct: BTreeSet<_> = stamped.iter().collect();
    assert_eq!(
        distinct.len(),
        stamped.len(),
        "somebody was made twice; last run: {last}"
    );
    assert_eq!(contacts.len(), expected, "one new contact a lead");
    assert_eq!(distinct.len() as u64, link + create, "everybody is linked");
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
        assert!(cards <= 1, "the lead {} has {cards} cards", id(&lead["id"]));
    }
    assert_items_are_there_once(&sandbox, &contacts, asked.len());
    let settled = sandbox.writes();
    let again = user.run(&["sync", "run", &sync, "--full"], "");
    assert_eq!(
        again["changed"],
        json!({"create":0,"update":0,"delete":0,"link":0})
    );
    assert_eq!(
        sandbox.writes(),
        settled,
        "converged: nothing is left to write"
    );
}

/// Every note, task and conversation has one other half, and no mark is there twice.
fn assert_items_are_there_once(sandbox: &Sandbox, contacts: &[Value], asked: usize) {
    let mut marks = BTreeSet::new();
    for lead in sandbox.leads() {
        let path = format!("/leads/{}/notes", id(&lead["id"]));
        for note in sandbox.aimfox("GET", &path, None)["notes"]
            .as_array()
            .unwrap()
        {
            let text = note["text"].as_str().unwrap();
            assert!(
                !text.starts_with("todo:"),
                "a todo: note was left behind: {text}"
            );
            for mark in text.lines().filter(|line| line.starts_with("[foxbridge ")) {
                assert!(marks.insert(mark.to_owned()), "two notes stand for {mark}");
            }
        }
    }
    let (mut errands, mut remarks) = (BTreeSet::new(), BTreeSet::new());
    let mut messages = BTreeSet::new();
    for contact in contacts {
        let contact = id(&contact["id"]);
        let tasks = sandbox.highlevel("GET", &format!("/contacts/{contact}/tasks"), None);
        for task in tasks["tasks"].as_array().unwrap() {
            let title = task["title"].as_str().unwrap();
            if title.starts_with("errand") {
                assert!(errands.insert(title.to_owned()), "{title} was made twice");
            }
        }
        let notes = sandbox.highlevel("GET", &format!("/contacts/{contact}/notes"), None);
        for note in notes["notes"].as_array().unwrap() {
            let text = note["body"].as_str().unwrap();
            if text.starts_with("remark") {
                assert!(remarks.insert(text.to_owned()), "{text} was made twice");
            }
            for line in text.lines() {
                if line.starts_with("[aimfox conversation ") {
                    assert!(marks.insert(line.to_owned()), "two notes stand for {line}");
                } else if let Some(at) = line.find("message ") {
                    let said = line[at..].to_owned();
                    assert!(messages.insert(said), "said twice: {text}");
                }
            }
        }
    }
    let there = (errands.len(), remarks.len(), messages.len());
    assert_eq!(
        there,
        (asked, asked, asked),
        "everything that was written on a lead or to it arrived once"
    );
}

#[test]
fn secrets_are_nowhere_to_be_found() {
    let mut args = vec!["--contacts", "30", "--leads", "20", "--overlap", "8"];
    args.extend(FAST);
    let sandbox = Sandbox::serve(&args);
    let secrets = [
        sandbox.credentials["highlevel"]["token"]
            .as_str()
            .unwrap()
            .to_owned(),
        sandbox.credentials["aimfox"]["api_key"]
            .as_str()
            .unwrap()
            .to_owned(),
        "canary-token-of-somebody".to_owned(),
    ];
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    user.run(&["sync", "rehearse", &sync], "");
    user.run(&["sync", "run", &sync], "");
    let base_url = sandbox.credentials["highlevel"]["base_url"]
        .as_str()
        .unwrap();
    let wrong = user.try_run(
        &[
            "connect",
            "highlevel",
            "--base-url",
            base_url,
            "--location",
            "x",
            "--token-stdin",
        ],
        &secrets[2],
    );
    assert_eq!(wrong.0, 1, "a wrong token is refused");
    assert_eq!(wrong.2["error"]["code"], "not_authorised", "{}", wrong.2);
    assert!(
        !wrong.2["error"]["hint"].is_null(),
        "the error says what to do"
    );

    let mut seen = contents(&user.data());
    seen.push(("the error".into(), wrong.2.to_string().into_bytes()));
    seen.push((
        "the log".into(),
        user.run(&["log"], "").to_string().into_bytes(),
    ));
    assert!(
        seen.len() > 3,
        "there is a database, a vault and a log to search"
    );
    for (path, bytes) in seen {
        for secret in &secrets {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "a secret lies in the clear in {}", path.display());
        }
    }
}

#[test]
fn called_wrongly_it_says_so_with_exit_code_2() {
    let user = User::new();
    assert_eq!(user.try_run(&["sync", "run"], "").0, 2);
    assert_eq!(user.try_run(&["no-such-command"], "").0, 2);
    let (code, _, error) = user.try_run(&["sync", "rehearse", "sync-nowhere"], "");
    assert_eq!(code, 1, "a sync that does not exist is no usage error");
    assert_eq!(error["error"]["code"], "not_found");
}

#[test]
fn an_emptied_account_stops_the_run() {
    let mut args = vec!["--contacts", "60", "--leads", "50", "--overlap", "20"];
    args.extend(FAST);
    let sandbox = Sandbox::serve(&args);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    let run = user.run(&["sync", "run", &sync], "");
    let there = 60 + run["changed"]["create"].as_u64().unwrap() as usize;
    // The search lags behind writes, ours and these deletions alike.
    let contacts = sandbox.contacts_until(|contacts| contacts.len() == there);
    for contact in contacts {
        sandbox.highlevel("DELETE", &format!("/contacts/{}", id(&contact["id"])), None);
    }
    sandbox.contacts_until(<[Value]>::is_empty);
    let settled = sandbox.writes();
    // What is gone shows when everything is read: once a day, or when asked for.
    let (code, _, error) = user.try_run(&["sync", "run", &sync, "--full"], "");
    assert_eq!(code, 1);
    assert_eq!(error["error"]["code"], "guard_stopped", "{error}");
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("Nothing was changed")
    );
    assert_eq!(
        sandbox.writes(),
        settled,
        "a guard stops before the first write"
    );
}
