//! Calling one operation by hand, and the switch that forbids it, through the real program against
//! the sandbox.
#![allow(clippy::unwrap_used)]

mod common;

use std::process::{Command, Stdio};

use common::{FAST_RPM, Sandbox, User};
use serde_json::{Value, json};

/// Both services with a few people, and a user who is connected to them and has paired them.
struct Stage {
    sandbox: Sandbox,
    user: User,
    sync: String,
    highlevel: String,
}

fn stage() -> Stage {
    let sandbox = Sandbox::fast(6, 4, 2);
    let user = User::new();
    let sync = user.connect(&sandbox, FAST_RPM);
    let connections = user.run(&["connections", "list"], "");
    let of_highlevel = connections.as_array().unwrap().iter();
    let highlevel = of_highlevel
        .clone()
        .find(|c| c["service"] == "highlevel")
        .map(|c| c["id"].as_str().unwrap().to_owned())
        .unwrap();
    Stage {
        sandbox,
        user,
        sync,
        highlevel,
    }
}

impl Stage {
    /// All requests that HighLevel and Aimfox ever got.
    fn requests(&self) -> (u64, u64) {
        let of = |service| self.sandbox.stats(service)["requests"].as_u64().unwrap();
        (of("highlevel"), of("aimfox"))
    }

    fn contact(&self) -> String {
        self.sandbox.contacts()[0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// A call that must not reach any service; gives exit code and error.
    fn never_sent(&self, args: &[&str], stdin: &str) -> (i32, Value) {
        let before = self.requests();
        let (code, _, error) = self.user.try_run(args, stdin);
        assert_eq!(self.requests(), before, "{args:?} sent something: {error}");
        (code, error["error"].clone())
    }

    fn switch(&self, operation: &str, switch: &str) -> Value {
        let args = ["permissions", "set", &self.highlevel, operation, switch];
        self.user.run(&args, "")
    }
}

/// The sixteen endpoints that the product promises.
const MISSION: [(&str, &str); 16] = [
    ("GET", "/contacts/{contactId}"),
    ("GET", "/contacts/{contactId}/tasks"),
    ("GET", "/contacts/{contactId}/tasks/{taskId}"),
    ("GET", "/contacts/{contactId}/notes"),
    ("GET", "/contacts/{contactId}/notes/{id}"),
    ("GET", "/contacts/{contactId}/appointments"),
    ("GET", "/contacts/"),
    ("GET", "/contacts/business/{businessId}"),
    ("POST", "/contacts/"),
    ("PUT", "/contacts/{contactId}"),
    ("DELETE", "/contacts/{contactId}"),
    ("POST", "/contacts/{contactId}/tasks"),
    ("PUT", "/contacts/{contactId}/tasks/{taskId}"),
    ("PUT", "/contacts/{contactId}/tasks/{taskId}/completed"),
    ("DELETE", "/contacts/{contactId}/tasks/{taskId}"),
    ("POST", "/contacts/{contactId}/tags"),
];

const TASK: &[&str] = &[
    "--field",
    "title=Call back",
    "--field",
    "dueDate=2030-01-02T03:04:05Z",
    "--field",
    "completed=false",
];

fn create_task<'a>(contact: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec![
        "ops",
        "call",
        "highlevel.contacts.tasks.create",
        "--contactId",
        contact,
    ];
    args.extend(more);
    args
}

#[test]
fn a_read_is_called_and_answers() {
    let stage = stage();
    let contact = stage.contact();
    let called = stage.user.run(
        &[
            "ops",
            "call",
            "highlevel.contacts.get",
            "--contactId",
            &contact,
        ],
        "",
    );
    assert_eq!(called["status"], 200);
    assert_eq!(called["answer"]["contact"]["id"], contact.as_str());
    assert_eq!(called["refused"], Value::Null);

    // The body from standard input, the location filled in.
    let found = stage.user.run(
        &["ops", "call", "highlevel.contacts.search", "--body", "-"],
        r#"{"pageLimit": 2}"#,
    );
    assert_eq!(
        found["answer"]["contacts"].as_array().unwrap().len(),
        2,
        "it searched the connection's own location: {found}"
    );

    let (code, called, error) = stage.user.try_run(
        &[
            "ops",
            "call",
            "highlevel.contacts.get",
            "--contactId",
            "nobody0000000000000x",
        ],
        "",
    );
    assert_eq!(code, 1, "a refusal is a failure: {called}");
    assert!(
        called["status"].as_u64().unwrap() >= 400 && called["refused"].is_string(),
        "with the service's answer: {called}"
    );
    assert_eq!(error["error"]["code"], "service_failed");

    let log = stage.user.run(&["log"], "");
    let logged = log.as_array().unwrap().iter().any(|entry| {
        entry["request"]["operation"] == "highlevel.contacts.get"
            && entry["request"]["status"] == 200
    });
    assert!(logged, "calls by hand are in the audit");
}

#[test]
fn a_task_is_rehearsed_asked_for_and_made() {
    let stage = stage();
    let contact = stage.contact();
    let before = stage.requests();
    let dry: Vec<&str> = [TASK, &["--dry-run"]].concat();
    let prepared = stage.user.run(&create_task(&contact, &dry), "");
    assert_eq!(stage.requests(), before, "a dry run sends nothing");
    assert_eq!(prepared["method"], "POST");
    let base = stage.sandbox.credentials["highlevel"]["base_url"]
        .as_str()
        .unwrap();
    assert_eq!(
        prepared["url"],
        format!("{base}/contacts/{contact}/tasks"),
        "it shows the whole address"
    );
    assert_eq!(prepared["problems"], json!([]));
    assert_eq!(
        prepared["switch"], "ask",
        "no sync makes tasks, so it asks by default"
    );
    assert_eq!(prepared["needs_confirm"], true);
    assert_eq!(prepared["body"]["completed"], false, "typed, not text");

    let (code, error) = stage.never_sent(&create_task(&contact, TASK), "");
    assert_eq!((code, &error["code"]), (1, &json!("blocked")), "{error}");
    assert!(
        error["hint"].as_str().unwrap().contains("--yes"),
        "it says how to mean it: {error}"
    );

    let yes: Vec<&str> = [TASK, &["--yes"]].concat();
    let called = stage.user.run(&create_task(&contact, &yes), "");
    assert_eq!(
        called["answer"]["task"]["title"], "Call back",
        "it was made: {called}"
    );
    let tasks = stage
        .sandbox
        .highlevel("GET", &format!("/contacts/{contact}/tasks"), None);
    let made = tasks["tasks"].as_array().unwrap().iter();
    assert_eq!(
        made.filter(|task| task["title"] == "Call back").count(),
        1,
        "and once"
    );

    stage.switch("highlevel.contacts.tasks.create", "allowed");
    let called = stage.user.run(&create_task(&contact, TASK), "");
    assert_eq!(
        called["refused"],
        Value::Null,
        "what is allowed does not ask: {called}"
    );
}

#[test]
fn what_is_missing_or_wrong_is_named_before_anything_is_sent() {
    let stage = stage();
    let contact = stage.contact();
    let cases: &[(Vec<&str>, &str)] = &[
        (create_task(&contact, &["--yes"]), "body.title is missing"),
        (
            create_task(&contact, &["--yes", "--field", "titel=x"]),
            "body.titel",
        ),
        (
            vec!["ops", "call", "highlevel.contacts.get"],
            "path.contactId is missing",
        ),
        (
            vec!["ops", "call", "highlevel.contacts.get", "--contactID", "x"],
            "params.contactID is not a parameter",
        ),
        (
            vec!["ops", "call", "highlevel.contacts.get", "contact"],
            "\"contact\" stands alone",
        ),
    ];
    for (args, named) in cases {
        let (code, error) = stage.never_sent(args, "");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(named), "{args:?}: {message}");
        assert_eq!(code, 2, "{args:?} was called wrongly: {message}");
    }
    let dry = ["ops", "call", "highlevel.contacts.get", "--dry-run"];
    let (code, prepared, _) = stage.user.try_run(&dry, "");
    assert_eq!(code, 2, "a dry run tells the same");
    assert_eq!(prepared["problems"][0]["at"], "path.contactId");
}

#[test]
fn a_version_is_chosen_shown_and_sent() {
    let stage = stage();
    let contact = stage.contact();
    let remove = |more: &[&str]| -> Vec<String> {
        let id = "highlevel.contacts.campaigns.remove_all";
        let args = ["ops", "call", id, "--contactId", &contact];
        let args = args.iter().chain(more).copied();
        args.map(str::to_owned).collect()
    };
    let run = |args: Vec<String>| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        stage.user.run(&args, "")
    };
    let header = |prepared: &Value| {
        let all = prepared["headers"].as_array().unwrap().iter();
        let mut version = all.filter(|header| header["name"] == "Version");
        version.next().unwrap()["value"].clone()
    };
    let usual = run(remove(&["--dry-run"]));
    let later = run(remove(&["--version", "v3", "--dry-run"]));
    assert_eq!(
        (header(&usual), header(&later)),
        (json!("2021-07-28"), json!("v3"))
    );
    let ends = |prepared: &Value, end: &str| prepared["url"].as_str().unwrap().ends_with(end);
    assert!(ends(&usual, "/campaigns/removeAll"), "{usual}");
    assert!(
        ends(&later, "/campaigns/remove-all"),
        "as v3 has it: {later}"
    );

    stage.switch("highlevel.contacts.campaigns.remove_all", "allowed");
    for more in [&["--yes"][..], &["--version", "v3", "--yes"][..]] {
        let called = run(remove(more));
        assert_eq!(
            called["refused"],
            Value::Null,
            "both are answered: {called}"
        );
    }
    let (code, error) = stage.never_sent(
        &[
            "ops",
            "call",
            "highlevel.contacts.get",
            "--contactId",
            "x",
            "--version",
            "v9",
        ],
        "",
    );
    assert_eq!(code, 2, "{error}");
    assert!(
        error["hint"].as_str().unwrap().contains("2021-07-28, v3"),
        "{error}"
    );

    let create = ["ops", "show", "highlevel.oauth.token", "--version", "v3"];
    let shown = stage.user.run(&create, "");
    assert!(
        shown["body"]["schema"]["properties"]["clientId"].is_object(),
        "{shown}"
    );
}

#[test]
fn a_file_goes_as_a_part_and_a_form_as_a_form() {
    let stage = stage();
    let path = stage.user.dir.path().join("an offer.txt");
    std::fs::write(&path, "Twenty percent off").unwrap();
    let file = format!("file=@{}", path.display());
    let accounts = stage.user.run(&["ops", "call", "aimfox.accounts.list"], "");
    let account = accounts["answer"]["accounts"][0]["id"].to_string();
    let account = account.trim_matches('"');
    let upload = |more: &str| -> Vec<String> {
        let id = "aimfox.conversations.upload";
        let words = ["ops", "call", id, "--account_id", account, "--field", &file];
        let name = ["--field", "file_name=an offer.txt", more];
        words
            .iter()
            .chain(&name)
            .map(|word| (*word).to_owned())
            .collect()
    };
    let run = |args: Vec<String>| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        stage.user.run(&args, "")
    };
    let before = stage.requests();
    let prepared = run(upload("--dry-run"));
    assert_eq!(stage.requests(), before, "a dry run sends nothing");
    assert_eq!(prepared["body"], Value::Null);
    assert_eq!(
        prepared["form"][0],
        json!({
            "name": "file", "value": "an offer.txt",
            "file": { "media_type": "text/plain", "bytes": 18 },
        })
    );
    let called = run(upload("--yes"));
    assert_eq!(called["refused"], Value::Null, "{called}");
    let got = &called["answer"]["file_input"];
    assert_eq!(
        (&got["originalname"], &got["size"]),
        (&json!("an offer.txt"), &json!(18)),
        "the whole file arrived, under its name: {called}"
    );

    let (code, error) = stage.never_sent(
        &[
            "ops",
            "call",
            "aimfox.conversations.upload",
            "--account_id",
            account,
            "--yes",
            "--field",
            "file=an offer.txt",
            "--field",
            "file_name=x",
        ],
        "",
    );
    assert_eq!(code, 2, "{error}");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("body.file should be a file"),
        "{error}"
    );

    let app = stage.sandbox.credentials["oauth"].clone();
    let text = |name: &str| app[name].as_str().unwrap().to_owned();
    let client_id = format!("client_id={}", text("client_id"));
    let client_secret = format!("client_secret={}", text("client_secret"));
    let token = [
        "ops",
        "call",
        "highlevel.oauth.token",
        "--yes",
        "--field",
        &client_id,
        "--field",
        &client_secret,
        "--field",
        "grant_type=refresh_token",
        "--field",
        "refresh_token=r3fresh",
    ];
    stage.switch("highlevel.oauth.token", "allowed");
    let (_, _, refusal) = stage.user.try_run(&token, "");
    assert!(
        refusal.to_string().contains("refresh token is invalid"),
        "the form was read, app and all; only its token is none: {refusal}"
    );
    let dry = [&token[..], &["--dry-run"]].concat();
    let shown = stage.user.run(&dry, "").to_string();
    for secret in [text("client_secret").as_str(), "r3fresh"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_blocked_operation_is_never_sent() {
    let stage = stage();
    let contact = stage.contact();
    let delete = [
        "ops",
        "call",
        "highlevel.contacts.delete",
        "--contactId",
        &contact,
        "--yes",
    ];
    let (code, error) = stage.never_sent(&delete, "");
    let message = error["message"].as_str().unwrap();
    assert_eq!((code, &error["code"]), (1, &json!("blocked")), "{message}");
    let switch = format!(
        "foxbridge permissions set {} highlevel.contacts.delete",
        stage.highlevel
    );
    assert!(
        message.contains("under Permissions") && message.contains(&switch),
        "it says where the switch is: {message}"
    );

    let get = [
        "ops",
        "call",
        "highlevel.contacts.get",
        "--contactId",
        &contact,
    ];
    stage.switch("highlevel.contacts.get", "blocked");
    let (code, error) = stage.never_sent(&get, "");
    assert_eq!((code, &error["code"]), (1, &json!("blocked")), "a read too");
    let row = stage.switch("highlevel.contacts.get", "default");
    assert_eq!(row["switch"], "allowed");
    assert_eq!(stage.user.run(&get, "")["status"], 200, "it is open again");

    stage.switch("highlevel.contacts.delete", "allowed");
    let (_, error) = stage.never_sent(&delete[..5], "");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("cannot be undone"),
        "what destroys is confirmed each time: {error}"
    );
    let called = stage.user.run(&delete, "");
    assert_eq!(called["refused"], Value::Null, "confirmed: {called}");
}

#[test]
fn connecting_again_goes_round_no_switch() {
    let stage = stage();
    stage.switch("highlevel.locations.get", "blocked");
    let highlevel = &stage.sandbox.credentials["highlevel"];
    let again = [
        "connect",
        "highlevel",
        "--base-url",
        highlevel["base_url"].as_str().unwrap(),
        "--location",
        &stage.sandbox.location(),
        "--token-stdin",
    ];
    let token = highlevel["token"].as_str().unwrap();
    let (code, error) = stage.never_sent(&again, token);
    assert_eq!((code, &error["code"]), (1, &json!("blocked")), "{error}");
    stage.switch("highlevel.locations.get", "default");
    let connected = stage.user.run(&again, token);
    assert_eq!(
        connected["connection"],
        stage.highlevel.as_str(),
        "with the switch back, it is the same connection"
    );
}

#[test]
fn a_run_obeys_the_switches() {
    let stage = stage();
    let sync = &stage.sync;
    let contacts = stage.sandbox.contacts().len();
    stage.switch("highlevel.contacts.create", "blocked");
    let (code, _, error) = stage.user.try_run(&["sync", "run", sync, "--approve"], "");
    assert_eq!(code, 1, "the run could not do what it planned: {error}");
    assert_eq!(error["error"]["code"], "blocked", "{error}");
    let log = stage.user.run(&["log"], "");
    let sent = log.as_array().unwrap().iter().any(|entry| {
        entry["kind"] == "request" && entry["request"]["operation"] == "highlevel.contacts.create"
    });
    assert!(!sent, "no request of a blocked operation was even begun");
    assert_eq!(stage.sandbox.contacts().len(), contacts, "nobody was made");

    // On "ask", a run's own operations are sent: the user asked for them by making the sync.
    stage.switch("highlevel.contacts.create", "ask");
    stage.user.run(&["sync", "run", sync, "--approve"], "");
    let made = stage.sandbox.contacts_until(|all| all.len() > contacts);
    assert!(made.len() > contacts, "now they were made");
}

#[test]
fn the_secret_is_never_printed() {
    let stage = stage();
    let contact = stage.contact();
    let secrets = ["token", "api_key"].map(|what| {
        let of = |service: &str| stage.sandbox.credentials[service][what].as_str();
        of("highlevel").or_else(|| of("aimfox")).unwrap().to_owned()
    });
    let task = create_task(&contact, TASK);
    let calls: [Vec<&str>; 5] = [
        [task.as_slice(), &["--dry-run"]].concat(),
        [task.as_slice(), &["--yes"]].concat(),
        task.clone(),
        vec!["ops", "call", "aimfox.labels.list"],
        vec!["permissions", "list", &stage.highlevel],
    ];
    for args in &calls {
        for json in [true, false] {
            let mut command = if json {
                stage.user.command(args)
            } else {
                let mut people = Command::new(env!("CARGO_BIN_EXE_foxbridge"));
                people
                    .arg("--data-dir")
                    .arg(stage.user.data())
                    .arg("--vault-key-file")
                    .arg(stage.user.dir.path().join("key"))
                    .args(args);
                people
            };
            let output = command.stdin(Stdio::null()).output().unwrap();
            let printed = [output.stdout, output.stderr].concat();
            let printed = String::from_utf8(printed).unwrap();
            assert!(!printed.is_empty(), "{args:?} said nothing");
            for secret in &secrets {
                assert!(!printed.contains(secret.as_str()), "{args:?}: {printed}");
            }
        }
    }
    for (file, bytes) in common::contents(&stage.user.data()) {
        let text = String::from_utf8_lossy(&bytes);
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "in {}", file.display());
        }
    }
}

#[test]
fn the_catalog_is_listed_searched_and_shown() {
    let user = User::new();
    let rows = user.run(&["ops", "list"], "");
    let rows = rows.as_array().unwrap();
    assert!(rows.len() >= 230, "{} operations", rows.len());
    for field in [
        "id", "service", "title", "method", "path", "scopes", "effect",
    ] {
        assert!(
            rows.iter().all(|row| !row[field].is_null()),
            "other programs read {field}"
        );
    }
    for (method, path) in MISSION {
        let mut found = rows.iter().filter(|row| {
            let of = row["service"] == "highlevel";
            of && row["method"] == *method && row["path"] == *path
        });
        let row = found.next();
        let row = row.unwrap_or_else(|| panic!("{method} {path} is promised and not there"));
        let id = row["id"].as_str().unwrap();
        let shown = user.run(&["ops", "show", id], "");
        assert_eq!(shown["mission"], true, "{id} is one of the sixteen");
    }
    let triggers = user.run(&["triggers", "list"], "");
    assert!(triggers.as_array().unwrap().len() >= 76);
    let id = triggers[0]["id"].as_str().unwrap();
    let trigger = user.run(&["triggers", "show", id], "");
    assert!(trigger["payload"].is_object(), "{trigger}");

    let found = user.run(&["ops", "search", "TASK", "create"], "");
    let found = found.as_array().unwrap();
    assert!(
        found
            .iter()
            .any(|row| row["id"] == "highlevel.contacts.tasks.create"),
        "case does not count"
    );
    assert!(found.len() < rows.len(), "and every word does");
    let shown = user.run(&["ops", "show", "highlevel.contacts.tasks.create"], "");
    assert_eq!(shown["mission"], true);
    assert!(shown["body"]["schema"]["properties"]["title"].is_object());
    let (code, _, error) = user.try_run(&["ops", "show", "highlevel.nothing"], "");
    assert_eq!((code, &error["error"]["code"]), (1, &json!("not_found")));
}

#[test]
fn permissions_show_the_mission_first_and_what_each_sync_needs() {
    let stage = stage();
    let all = stage
        .user
        .run(&["permissions", "list", &stage.highlevel], "");
    let rows = all["rows"].as_array().unwrap();
    let mission = rows.iter().take_while(|row| row["mission"] == true).count();
    assert_eq!(mission, 16, "the sixteen come first");
    assert!(rows[16..].iter().all(|row| row["mission"] == false));
    let row = |id: &str| rows.iter().find(|row| row["operation"] == id).unwrap();
    let create = row("highlevel.contacts.create");
    assert_eq!(create["switch"], "allowed");
    assert_eq!(
        create["needed_by"].as_array().unwrap().len(),
        1,
        "the sync is named"
    );
    assert_eq!(row("highlevel.contacts.delete")["switch"], "blocked");
    assert_eq!(row("highlevel.contacts.tasks.create")["switch"], "ask");
    let needed = all["scopes_needed"].to_string();
    assert!(needed.contains("contacts.write"), "{needed}");
    assert!(
        !needed.contains("conversations"),
        "and no more than it takes: {needed}"
    );

    let aimfox = [
        "permissions",
        "set",
        &stage.highlevel,
        "aimfox.labels.list",
        "ask",
    ];
    let (code, error) = stage.never_sent(&aimfox, "");
    assert_eq!(code, 2, "the other service's operation: {error}");
}

#[test]
fn whoever_stops_reading_stops_nothing() {
    let user = User::new();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let gone = user
        .command(&["ops", "list"])
        .stdout(writer)
        .output()
        .unwrap();
    assert!(gone.status.success(), "{gone:?}");
    assert_eq!(String::from_utf8(gone.stderr).unwrap(), "");
}

/// Output that was wanted and is not there must not look like success to a script.
#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_kept_is_told() {
    let user = User::new();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let lost = user
        .command(&["ops", "list"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(lost.status.code(), Some(1), "{lost:?}");
    let told = String::from_utf8(lost.stderr).unwrap();
    assert!(
        told.starts_with("error: the output could not be written"),
        "{told}"
    );
}
