//! What is kept, given away, put back and forgotten, through the real program: exports, retention,
//! backups, diagnostics, and the inbox over all syncs.
#![allow(clippy::unwrap_used)]

mod common;

use std::path::Path;

use common::{FAST_RPM, Sandbox, User, custom, id};
use serde_json::{Value, json};

const PASSPHRASE: &str = "four quite ordinary words\n";

/// Both services, and a sync between them that has run once.
fn after_a_run() -> (Sandbox, User, String) {
    let sandbox = Sandbox::fast(12, 9, 5);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    user.run(&["sync", "run", &sync], "");
    (sandbox, user, sync)
}

fn refused(user: &User, args: &[&str], stdin: &str) -> String {
    let (code, _, error) = user.try_run(args, stdin);
    assert_eq!(code, 1, "{args:?} was not refused: {error}");
    error["error"]["message"].as_str().unwrap().to_owned()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn activity_is_exported_whole_or_in_part_and_over_nothing() {
    let (_sandbox, user, sync) = after_a_run();
    let csv = user.dir.path().join("all.csv");
    let said = user.run(&["log", "--export", text(&csv)], "");
    let rows = csv::Reader::from_path(&csv).unwrap().into_records().count();
    assert_eq!(said["entries"], rows, "each entry is a row");
    assert_eq!(said["path"], text(&csv));

    let jsonl = user.dir.path().join("runs.jsonl");
    let part = ["--kind", "run", "--sync", &sync];
    let args = [&["log", "--export", text(&jsonl)], &part[..]].concat();
    assert_eq!(user.run(&args, "")["entries"], 1, "one run of this sync");
    let line: Value = serde_json::from_str(&std::fs::read_to_string(&jsonl).unwrap()).unwrap();
    assert_eq!(line["kind"], "run");
    assert_eq!(line["summary"]["sync"], sync.as_str());

    let none = user.dir.path().join("failed.jsonl");
    let args = ["log", "--export", text(&none), "--failed"];
    let failed = user.run(&args, "")["entries"].as_u64().unwrap();
    let lines = std::fs::read_to_string(&none).unwrap();
    assert_eq!(failed as usize, lines.lines().count());
    for line in lines.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        let status = entry["request"]["status"].as_u64();
        assert!(status.is_none_or(|s| s >= 400), "it failed: {line}");
    }
    let future = user.dir.path().join("future.jsonl");
    let args = [
        "log",
        "--export",
        text(&future),
        "--since",
        "2999-01-01T00:00:00Z",
    ];
    assert_eq!(user.run(&args, "")["entries"], 0, "nothing is that new");

    let message = refused(&user, &args, "");
    assert!(message.contains("exists already"), "{message}");
    assert_eq!(std::fs::read(&future).unwrap(), b"", "it is left alone");
    let message = refused(&user, &["log", "--export", "activity.xls"], "");
    assert!(message.contains(".csv or in .jsonl"), "{message}");
}

#[test]
fn retention_is_shown_kept_and_carried_out() {
    let (_sandbox, user, _) = after_a_run();
    let usual = json!({ "activity_days": 0, "request_days": 90 });
    assert_eq!(user.run(&["retention"], ""), usual);
    let message = refused(&user, &["retention", "--requests", "1"], "");
    assert!(message.contains("from 2 to"), "{message}");
    assert_eq!(
        user.run(&["retention"], ""),
        usual,
        "a slip changes nothing"
    );
    let fewer = user.run(&["retention", "--requests", "7"], "");
    assert_eq!(fewer, json!({ "activity_days": 0, "request_days": 7 }));
    let both = user.run(&["retention", "--activity", "30"], "");
    assert_eq!(both, json!({ "activity_days": 30, "request_days": 7 }));
    assert_eq!(
        user.run(&["retention"], ""),
        both,
        "by the next process too"
    );
}

#[test]
fn a_backup_is_looked_into_refused_and_put_back() {
    let (sandbox, user, sync) = after_a_run();
    let file = user.dir.path().join("backup.age");
    let file = text(&file);
    let message = refused(&user, &["backup", "make", file], "short\n");
    assert!(message.contains("fewer"), "{message}");
    let args = ["backup", "make", file, "--with-secrets"];
    let made = user.run(&args, PASSPHRASE);
    assert_eq!(made["bytes"], std::fs::metadata(file).unwrap().len());
    let message = refused(&user, &args, PASSPHRASE);
    assert!(message.contains("exists already"), "{message}");

    let info = user.run(&["backup", "show", file], PASSPHRASE);
    assert_eq!(info["secrets"], true);
    assert_eq!(info["syncs"].as_array().unwrap().len(), 1);
    let message = refused(&user, &["backup", "show", file], "another one\n");
    assert!(message.contains("does not open"), "{message}");

    user.run(&["sync", "filter", &sync, "tag:golden"], "");
    let restore = ["backup", "restore", file, "--yes"];
    let message = refused(&user, &restore[..3], PASSPHRASE);
    assert!(message.contains("in place of everything"), "{message}");
    refused(&user, &restore, "another one\n");
    let filter = |user: &User| user.run(&["sync", "filter", &sync], "")["filter"].clone();
    assert_eq!(filter(&user), "tag:golden", "refusals change nothing");
    let restored = user.run(&restore, PASSPHRASE);
    assert_eq!(filter(&user), "", "as it was when the backup was made");
    assert!(Path::new(restored["before"].as_str().unwrap()).exists());
    assert_eq!(restored["to_connect_again"], json!([]));
    assert_eq!(user.run(&["status"], "")["paused"], true);

    // The same on another computer: what was linked there is known here, so nobody is made twice.
    let other = User::new();
    other.run(&restore, PASSPHRASE);
    assert_eq!(other.run(&["resume"], "")["paused"], false);
    let writes = sandbox.writes();
    let run = other.run(&["sync", "run", &sync], "");
    assert_eq!(run["changed"]["create"], 0, "{run}");
    assert_eq!(sandbox.writes(), writes, "nothing was written");

    // Without its keys a backup names what must be connected again.
    let bare = user.dir.path().join("bare.age");
    user.run(&["backup", "make", text(&bare)], PASSPHRASE);
    let third = User::new();
    let restore = ["backup", "restore", text(&bare), "--yes"];
    let restored = third.run(&restore, PASSPHRASE);
    let again = restored["to_connect_again"].as_array().unwrap();
    assert_eq!(again.len(), 2, "both accounts: {restored}");
}

#[test]
fn diagnostics_are_a_zip_that_writes_over_nothing() {
    let (_sandbox, user, _) = after_a_run();
    let file = user.dir.path().join("report.zip");
    let said = user.run(&["diagnostics", text(&file)], "");
    let bytes = std::fs::read(&file).unwrap();
    assert_eq!(said["bytes"], bytes.len());
    assert!(bytes.starts_with(b"PK"), "a zip");
    let message = refused(&user, &["diagnostics", text(&file)], "");
    assert!(message.contains("exists already"), "{message}");
    assert_eq!(std::fs::read(&file).unwrap(), bytes, "it is left alone");
}

#[test]
fn the_inbox_holds_what_stopped_and_lets_it_go_again() {
    let (sandbox, user, sync) = after_a_run();
    let stopped = |user: &User| -> Vec<Value> {
        let all = user.run(&["needs-you"], "");
        let of_guards = all.as_array().unwrap().iter();
        of_guards
            .filter(|one| one["item"]["kind"] == "guard")
            .cloned()
            .collect()
    };
    assert_eq!(stopped(&user), Vec::<Value>::new());
    // Another filter, and something to write: the next run asks first.
    let stamp = sandbox.field("contact.aimfox_lead_id").unwrap();
    let linked = |c: &Value| custom(c, &stamp).is_some();
    let contacts = sandbox.contacts_until(|all| all.iter().any(linked));
    let contact = id(&contacts.iter().find(|c| linked(c)).unwrap()["id"]);
    let renamed = json!({ "firstName": "Renamed", "tags": ["golden"] });
    sandbox.highlevel("PUT", &format!("/contacts/{contact}"), Some(renamed));
    sandbox.contacts_until(|all| all.iter().any(|c| c["firstName"] == "Renamed"));
    user.run(&["sync", "filter", &sync, "tag:golden"], "");
    let (code, _, error) = user.try_run(&["sync", "run", &sync], "");
    assert_eq!(
        (code, &error["error"]["code"]),
        (1, &json!("guard_stopped"))
    );
    let waiting = stopped(&user);
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    assert_eq!(waiting[0]["sync"], sync.as_str());
    assert!(waiting[0]["sync_name"].is_string());

    user.run(&["sync", "filter", &sync, ""], "");
    user.run(&["sync", "run", &sync], "");
    assert_eq!(stopped(&user), Vec::<Value>::new(), "nothing stops it now");
}
