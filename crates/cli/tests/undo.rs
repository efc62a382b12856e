//! Taking back what a run changed, through the real program against the sandbox.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;

use common::{FAST_RPM, Sandbox, User, custom, id};
use serde_json::{Value, json};

/// What people see of a location and a workspace, without what an id was stamped with.
fn shown(sandbox: &Sandbox) -> (BTreeMap<String, Value>, BTreeMap<String, Value>) {
    let contact = |listed: &Value| {
        let id = id(&listed["id"]);
        let mut contact =
            sandbox.highlevel("GET", &format!("/contacts/{id}"), None)["contact"].take();
        let keep = [
            "firstName",
            "lastName",
            "email",
            "phone",
            "companyName",
            "tags",
        ];
        let contact = contact.as_object_mut().unwrap();
        contact.retain(|key, _| keep.contains(&key.as_str()));
        if let Some(tags) = contact.get_mut("tags").and_then(Value::as_array_mut) {
            tags.sort_by_key(Value::to_string);
        }
        (id, json!(contact))
    };
    let lead = |listed: &Value| {
        let notes: Vec<&Value> = listed["notes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|n| &n["text"])
            .collect();
        let labels = listed["labels"].as_array().unwrap().iter();
        let mut labels: Vec<&Value> = labels.map(|label| &label["name"]).collect();
        labels.sort_by_key(|label| label.to_string());
        (id(&listed["id"]), json!({"notes": notes, "labels": labels}))
    };
    (
        sandbox.contacts().iter().map(contact).collect(),
        sandbox.leads().iter().map(lead).collect(),
    )
}

fn reasons(report: &Value) -> Vec<String> {
    let left = report["left"].as_array().unwrap().iter();
    left.map(|change| change["error"].as_str().unwrap().to_owned())
        .collect()
}

fn allow_deleting(user: &User) {
    let connections = user.run(&["connections", "list"], "");
    for connection in connections.as_array().unwrap() {
        let operation = match connection["service"].as_str().unwrap() {
            "highlevel" => "highlevel.contacts.delete",
            _ => "aimfox.leads.notes.delete",
        };
        let id = connection["id"].as_str().unwrap();
        user.run(&["permissions", "set", id, operation, "allowed"], "");
    }
}

#[test]
fn a_whole_run_is_taken_back_on_both_services_and_stays_so() {
    let sandbox = Sandbox::fast(60, 40, 20);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    let before = shown(&sandbox);
    let run = user.run(&["sync", "run", &sync], "");
    let created = run["changed"]["create"].as_u64().unwrap();
    assert!(created > 0 && run["changed"]["update"].as_u64().unwrap() > 0);
    let run = run["run"].as_str().unwrap().to_owned();
    let writes = sandbox.writes();

    let preview = user.run(&["sync", "undo", &run, "--rehearse"], "");
    assert_eq!(sandbox.writes(), writes, "a rehearsal writes nothing");
    assert_eq!(preview["would"]["delete"], 0, "nothing is deleted unchosen");
    assert!(
        reasons(&preview)
            .iter()
            .any(|why| why.contains("deletes what was made")),
        "what is left says why: {:?}",
        reasons(&preview)
    );
    // Deleting is switched off where nobody switched it on, whatever is chosen.
    let off = user.run(&["sync", "undo", &run, "--rehearse", "--delete"], "");
    assert_eq!(off["would"]["delete"], 0);
    assert!(
        reasons(&off)
            .iter()
            .any(|why| why.contains("foxbridge permissions set")),
        "{:?}",
        reasons(&off)
    );

    allow_deleting(&user);
    let preview = user.run(&["sync", "undo", &run, "--rehearse", "--delete"], "");
    assert_eq!(sandbox.writes(), writes, "a rehearsal writes nothing");
    let undone = user.run(&["sync", "undo", &run, "--delete"], "");
    assert_eq!(
        undone["changed"], preview["would"],
        "an undo does what its rehearsal showed"
    );
    assert!(undone["changed"]["delete"].as_u64().unwrap() >= created);
    for change in undone["changes"].as_array().unwrap() {
        assert_eq!(change["state"], "settled", "{change}");
    }
    sandbox.contacts_until(|all| all.len() == before.0.len());
    assert_eq!(
        shown(&sandbox),
        before,
        "both services are as they were before the run"
    );

    let writes = sandbox.writes();
    let again = user.run(&["sync", "run", &sync], "");
    assert_eq!(
        sandbox.writes(),
        writes,
        "the next run does not redo what was undone: {again}"
    );
    let log = user.run(&["log"], "").to_string();
    assert!(
        log.contains("It takes an earlier change back."),
        "the undo is in the log"
    );
}

#[test]
fn what_was_edited_since_is_left_alone() {
    let sandbox = Sandbox::fast(40, 30, 20);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    user.run(&["sync", "run", &sync], "");
    let stamp = sandbox.field("contact.aimfox_lead_id").unwrap();
    let linked = |contacts: &[Value]| -> Vec<(String, String)> {
        let of = |c: &Value| Some((id(&c["id"]), custom(c, &stamp)?));
        contacts.iter().filter_map(of).collect()
    };
    let pairs = linked(&sandbox.contacts_until(|all| linked(all).len() >= 20));
    let name = |contact: &str, value: &str| {
        let body = json!({ "firstName": value });
        sandbox.highlevel("PUT", &format!("/contacts/{contact}"), Some(body));
    };
    let card = |lead: &str| {
        let notes = sandbox.aimfox("GET", &format!("/leads/{lead}/notes"), None);
        let notes = notes["notes"].as_array().unwrap().clone();
        let card = notes
            .into_iter()
            .find(|n| n["text"].to_string().contains("[foxbridge "));
        card.map(|note| (id(&note["id"]), note["text"].as_str().unwrap().to_owned()))
    };
    // Two people are renamed in HighLevel; one of the cards is edited afterwards.
    for (contact, _) in &pairs[..2] {
        name(contact, "Renamed");
    }
    sandbox.contacts_until(|all| all.iter().filter(|c| c["firstName"] == "Renamed").count() == 2);
    let run = user.run(&["sync", "run", &sync], "");
    assert_eq!(run["changed"]["update"], 2, "{run}");
    let run = run["run"].as_str().unwrap();
    let (lead, other) = (&pairs[0].1, &pairs[1].1);
    let (note, text) = card(lead).unwrap();
    let text = format!("{text}\nMet at the fair");
    sandbox.aimfox(
        "PATCH",
        &format!("/leads/{lead}/notes/{note}"),
        Some(json!({ "text": text })),
    );

    allow_deleting(&user);
    let undone = user.run(&["sync", "undo", run, "--delete"], "");
    assert_eq!(undone["changes"].as_array().unwrap().len(), 1, "{undone}");
    assert_eq!(reasons(&undone).len(), 1, "{undone}");
    assert!(reasons(&undone)[0].contains("edited the card"), "{undone}");
    assert!(
        card(lead).unwrap().1.contains("Met at the fair"),
        "somebody's words stay"
    );
    assert!(card(other).is_none_or(|(_, text)| !text.contains("Renamed")));

    let writes = sandbox.writes();
    user.run(&["sync", "run", &sync], "");
    assert_eq!(sandbox.writes(), writes, "the undone card rests");

    // An edit that comes after the undo travels as ever.
    name(&pairs[1].0, "Thrice");
    sandbox.contacts_until(|all| all.iter().any(|c| c["firstName"] == "Thrice"));
    user.run(&["sync", "run", &sync], "");
    assert!(card(other).unwrap().1.contains("First name: Thrice"));

    // One change of a run, and what cannot be undone at all.
    let (code, _, error) = user.try_run(&["sync", "undo", run, "--change", "99"], "");
    assert_eq!(
        (code, &error["error"]["code"]),
        (1, &json!("bad_request")),
        "{error}"
    );
    let (_, _, error) = user.try_run(&["sync", "undo", "run-unknown"], "");
    assert_eq!(error["error"]["code"], "not_found");
    let rehearsal = user.run(&["sync", "rehearse", &sync], "");
    let rehearsal = rehearsal["run"].as_str().unwrap();
    let (_, _, error) = user.try_run(&["sync", "undo", rehearsal], "");
    assert!(
        error["error"]["message"]
            .as_str()
            .unwrap()
            .contains("rehearsal"),
        "{error}"
    );
}

#[test]
fn one_change_is_taken_back_and_a_link_is_parted_for_good() {
    let sandbox = Sandbox::fast(30, 20, 12);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    let plan = user.run(&["sync", "rehearse", &sync], "");
    let run = user.run(&["sync", "run", &sync], "");
    let run = run["run"].as_str().unwrap();
    let link = plan["changes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["kind"] == "link")
        .unwrap();
    let lead = link["record"]["lead_id"].as_str().unwrap();
    let writes = sandbox.writes();
    let undone = user.run(
        &["sync", "undo", run, "--change", &link["seq"].to_string()],
        "",
    );
    assert_eq!(undone["changes"].as_array().unwrap().len(), 1, "{undone}");
    let again = user.run(&["sync", "rehearse", &sync], "");
    let about_them = |report: &Value| {
        let changes = report["changes"].as_array().unwrap().iter();
        changes.filter(|c| c["record"]["lead_id"] == lead).count()
    };
    assert_eq!(
        about_them(&again),
        0,
        "a pair that was parted is neither linked nor made again"
    );
    assert_eq!(sandbox.writes(), writes, "parting a pair sends nothing");
    // Undoing the undo links them again.
    user.run(
        &[
            "sync",
            "undo",
            undone["run"].as_str().unwrap(),
            "--change",
            "0",
        ],
        "",
    );
    user.run(&["sync", "run", &sync], "");
    let rest = user.run(&["sync", "rehearse", &sync], "");
    assert_eq!(about_them(&rest), 0, "and then they rest: {rest}");
    let edit = json!({ "firstName": "Renamed" });
    let contact = link["record"]["contact_id"].as_str().unwrap();
    sandbox.highlevel("PUT", &format!("/contacts/{contact}"), Some(edit));
    sandbox.contacts_until(|all| all.iter().any(|c| c["firstName"] == "Renamed"));
    let news = user.run(&["sync", "rehearse", &sync], "");
    assert_eq!(about_them(&news), 1, "an edit travels again: {news}");
}
