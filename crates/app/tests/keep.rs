//! Backups that are put back, retention, exports, and diagnostics that say nothing about anybody.
#![allow(clippy::unwrap_used)]

use std::io::Read as _;
use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use foxbridge_app::{App, Options, start_run};
use foxbridge_contract::{RunState, StartRun};
use serde_json::{Value, json};

const PASSPHRASE: &str = "four quite ordinary words";

fn open(dir: &Path) -> App {
    App::open(Options {
        data_dir: dir.join("data"),
        vault_key_file: Some(dir.join("key")),
    })
    .unwrap()
}

async fn call(app: &App, command: &str, request: Value) -> Value {
    match app.call(command, request).await {
        Ok(answer) => answer,
        Err(e) => panic!("{command}: {e:?}"),
    }
}

async fn refused(app: &App, command: &str, request: Value) -> String {
    app.call(command, request).await.unwrap_err().message
}

/// A sync on sample data, run once.
async fn run(app: &App) -> String {
    let sync = call(app, "sample.start", json!({})).await;
    let sync = sync["id"].as_str().unwrap().to_owned();
    let request = StartRun {
        sync: sync.clone(),
        ..StartRun::default()
    };
    let run = start_run(app, request).await.unwrap();
    let ended = run.finished().await.unwrap();
    assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
    sync
}

async fn standing(app: &App) -> Value {
    let mut all = json!({});
    for command in ["syncs.list", "questions.list"] {
        all[command] = call(app, command, json!({})).await;
    }
    let activity = json!({ "limit": 500 });
    all["activity"] = call(app, "activity.list", activity).await;
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_brings_back_everything_and_only_with_its_passphrase() {
    let dir = tempfile::tempdir().unwrap();
    let app = open(dir.path());
    let sync = run(&app).await;
    let before = standing(&app).await;
    let file = dir.path().join("b.age");
    let to = file.to_str().unwrap();
    let short = json!({ "passphrase": "short", "secrets": false, "to": to });
    assert!(refused(&app, "backup.make", short).await.contains("fewer"));
    let make = json!({ "passphrase": PASSPHRASE, "secrets": false, "to": to });
    let made = call(&app, "backup.make", make).await;
    assert_eq!(made["path"], to);
    let bytes = std::fs::read(&file).unwrap();
    assert_eq!(made["bytes"], bytes.len());
    assert!(
        bytes.starts_with(b"age-encryption.org/v1"),
        "age can open it"
    );
    assert!(
        !bytes.windows(6).any(|w| w == b"SQLite"),
        "nothing of it is in the clear"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "for its owner only");
    }

    // Everything changes …
    let filter = json!({ "sync": sync, "filter": "tag:vip" });
    call(&app, "syncs.safety_set", filter).await;
    let pause = json!({ "until": "hour" });
    call(&app, "worker.pause", pause).await;

    // … a wrong passphrase, another file and a cut one change nothing …
    let wrong = json!({ "from": to, "passphrase": "another one" });
    let message = refused(&app, "backup.restore", wrong).await;
    assert!(message.contains("does not open"), "{message}");
    let other = json!({ "content": BASE64_STANDARD.encode("a letter"), "passphrase": PASSPHRASE });
    let message = refused(&app, "backup.restore", other).await;
    assert!(message.contains("no backup"), "{message}");
    let cut = BASE64_STANDARD.encode(&bytes[..bytes.len() / 2]);
    let cut = json!({ "content": cut, "passphrase": PASSPHRASE });
    let message = refused(&app, "backup.restore", cut).await;
    assert!(message.contains("cut off or changed"), "{message}");
    let kept = call(&app, "syncs.safety_get", json!({ "sync": sync })).await;
    assert_eq!(kept["filter"], "tag:vip");

    // … the right one brings all of it back, and keeps what was there.
    let right = json!({ "from": to, "passphrase": PASSPHRASE });
    let info = call(&app, "backup.look", right.clone()).await;
    assert_eq!(info["syncs"], json!(["Sample data"]));
    assert_eq!(info["secrets"], false);
    let restored = call(&app, "backup.restore", right).await;
    let after = standing(&app).await;
    for (what, before) in before.as_object().unwrap() {
        assert!(after[what] == *before, "{what} is as it was");
    }
    let kept = call(&app, "syncs.safety_get", json!({ "sync": sync })).await;
    assert_eq!(kept["filter"], "");
    assert!(Path::new(restored["before"].as_str().unwrap()).exists());
    let worker = call(&app, "worker.status", json!({})).await;
    assert_eq!(
        worker["paused"], true,
        "nothing begins by itself on old data"
    );
    let left: Vec<_> = std::fs::read_dir(dir.path().join("data"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".tmp"))
        .collect();
    assert!(
        left.is_empty(),
        "nothing decrypted is left behind: {left:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_moves_to_another_computer_and_takes_secrets_only_when_told() {
    let sandbox = foxbridge_sandbox::Sandbox::start(foxbridge_sandbox::Config::default())
        .await
        .unwrap();
    let keys = sandbox.credentials().clone();
    let first = tempfile::tempdir().unwrap();
    let app = open(first.path());
    let highlevel = json!({
        "base_url": keys.highlevel.base_url, "location_id": keys.highlevel.location_id,
        "token": keys.highlevel.token,
    });
    call(&app, "connections.connect_highlevel", highlevel).await;
    for (secrets, without) in [(false, 1), (true, 0)] {
        let make = json!({ "passphrase": PASSPHRASE, "secrets": secrets });
        let made = call(&app, "backup.make", make).await;
        let second = tempfile::tempdir().unwrap();
        let other = open(second.path());
        let request = json!({ "content": made["content"], "passphrase": PASSPHRASE });
        let restored = call(&other, "backup.restore", request).await;
        assert_eq!(restored["info"]["secrets"], secrets);
        let lacking = restored["to_connect_again"].as_array().unwrap();
        assert_eq!(lacking.len(), without, "{restored}");
        let connections = call(&other, "connections.list", json!({})).await;
        let id = connections[0]["id"].clone();
        let check = call(&other, "connections.check", json!({ "connection": id })).await;
        let works = !check.to_string().contains("is not in");
        assert_eq!(works, secrets, "the key came along only when told: {check}");
    }
    sandbox.stop().await;
}

/// Whatever a change asked of a service is found from it, and it from them.
async fn each_request_leads_to_its_change(app: &App, entries: &[Value]) {
    let of = |kind: &str| -> Vec<&Value> {
        let of_kind = |entry: &&Value| entry["kind"] == kind;
        entries.iter().filter(of_kind).collect()
    };
    let made = of("change");
    let written = |entry: &&&Value| entry["change"]["operation"] != "";
    let change = made.iter().find(written).unwrap();
    let asked = json!({ "run": change["run"], "change": change["change"]["seq"], "limit": 500 });
    let page = call(app, "activity.list", asked).await;
    let found = page["entries"].as_array().unwrap();
    let (changes, requests): (Vec<_>, Vec<_>) =
        found.iter().partition(|entry| entry["kind"] == "change");
    assert_eq!(changes, [*change], "the change itself, and no run");
    let operation = &change["change"]["operation"];
    assert!(
        requests
            .iter()
            .any(|one| one["request"]["operation"] == *operation),
        "what was sent for it: {requests:?}"
    );
    let writes = of("request");
    let writes = writes
        .iter()
        .filter(|one| one["request"]["method"] == "PUT");
    assert!(
        writes.clone().count() > 0 && writes.clone().all(|one| one["request"]["change"].is_u64()),
        "every write of a run was for a change"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_every_entry_once() {
    let dir = tempfile::tempdir().unwrap();
    let app = open(dir.path());
    let sync = run(&app).await;
    let mut entries = Vec::new();
    loop {
        let query = json!({ "offset": entries.len(), "limit": 500 });
        let page = call(&app, "activity.list", query).await;
        entries.extend(page["entries"].as_array().unwrap().clone());
        if page["more"] == false {
            break;
        }
    }
    let export = json!({ "query": { "limit": 1 }, "format": "jsonl" });
    let file = call(&app, "activity.export", export).await;
    let text = content(&file);
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines, entries, "as the list shows them");
    assert_eq!(file["entries"], entries.len());
    let of_runs = |entry: &&Value| !entry["run"].is_null();
    assert!(
        entries
            .iter()
            .filter(of_runs)
            .all(|entry| entry["sync"] == sync.as_str()),
        "each run, change and request names its sync"
    );
    each_request_leads_to_its_change(&app, &entries).await;

    let query = json!({ "kind": "change", "place": "highlevel", "outcome": "ok", "limit": 1 });
    let export = json!({ "query": query, "format": "csv" });
    let file = call(&app, "activity.export", export).await;
    let text = content(&file);
    let made = entries.iter().filter(|entry| {
        entry["kind"] == "change"
            && entry["change"]["service"] == "highlevel"
            && entry["change"]["state"] == "settled"
    });
    assert_eq!(file["entries"], made.count());
    assert!(text.starts_with("\u{feff}at,kind,sync,run,"), "{text:.60}");
    let person = entries
        .iter()
        .find(|entry| entry["kind"] == "change" && !entry["change"]["record"]["lead_id"].is_null())
        .unwrap();
    let lead = person["change"]["record"]["lead_id"].clone();
    let query = json!({ "lead_id": lead, "limit": 500 });
    let page = call(&app, "activity.list", query).await;
    let of_person = page["entries"].as_array().unwrap();
    assert!(of_person.iter().any(|entry| entry == person));
    assert!(
        of_person
            .iter()
            .all(|entry| entry.to_string().contains(lead.as_str().unwrap()))
    );
}

fn content(file: &Value) -> String {
    let bytes = BASE64_STANDARD
        .decode(file["content"].as_str().unwrap())
        .unwrap();
    assert_eq!(file["bytes"], bytes.len());
    String::from_utf8(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn retention_is_kept_within_reason_and_forgets_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let app = open(dir.path());
    run(&app).await;
    let usual = call(&app, "retention.get", json!({})).await;
    assert_eq!(usual, json!({ "activity_days": 0, "request_days": 90 }));
    for wrong in [(0, 1), (40_000, 90)] {
        let set = json!({ "activity_days": wrong.0, "request_days": wrong.1 });
        refused(&app, "retention.set", set).await;
    }
    let set = json!({ "activity_days": 30, "request_days": 7 });
    assert_eq!(call(&app, "retention.set", set.clone()).await, set);
    assert_eq!(call(&app, "retention.get", json!({})).await, set);
    let list = json!({ "limit": 500 });
    let page = call(&app, "activity.list", list).await;
    assert!(
        !page["entries"].as_array().unwrap().is_empty(),
        "what is new stays"
    );
}

/// Every text about people that the program knows, and its secrets.
async fn personal(app: &App, sync: &str, dir: &Path) -> Vec<String> {
    fn texts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.extend(text.lines().map(|line| line.trim().to_owned())),
            Value::Array(all) => all.iter().for_each(|one| texts(one, found)),
            Value::Object(map) => map.values().for_each(|one| texts(one, found)),
            _ => {}
        }
    }
    let mut found = vec![dir.display().to_string()];
    let query = json!({ "sync": sync, "limit": 500 });
    let people = call(app, "people.list", query).await;
    for person in people["people"].as_array().unwrap() {
        found.extend(
            ["name", "lead_id", "contact_id"]
                .iter()
                .filter_map(|key| person[*key].as_str().map(str::to_owned)),
        );
        let mut key = json!({ "sync": sync });
        match &person["lead_id"] {
            Value::Null => key["contact_id"] = person["contact_id"].clone(),
            lead => key["lead_id"] = lead.clone(),
        }
        let one = call(app, "people.get", key).await;
        for record in ["lead", "contact"] {
            for field in one[record]["fields"].as_array().into_iter().flatten() {
                texts(&field["value"], &mut found);
            }
            texts(&one[record]["card"], &mut found);
        }
    }
    let labels: std::collections::BTreeSet<String> = people_labels(app, sync).await;
    // Words that the bundle uses itself: names of fields, and texts too short to be anybody's.
    found.retain(|text| text.chars().count() > 4 && !labels.contains(text));
    found.sort();
    found.dedup();
    found
}

/// Ids and labels of fields: the words of the services, not of people.
async fn people_labels(app: &App, sync: &str) -> std::collections::BTreeSet<String> {
    let fields = call(app, "syncs.mapping_fields", json!({ "sync": sync })).await;
    ["aimfox", "highlevel"]
        .iter()
        .flat_map(|side| fields[*side].as_array().unwrap().clone())
        .flat_map(|field| [field["id"].clone(), field["label"].clone()])
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn diagnostics_say_nothing_about_anybody() {
    let dir = tempfile::tempdir().unwrap();
    foxbridge_app::logging::start(&dir.path().join("data")).unwrap();
    let app = open(dir.path());
    let sync = run(&app).await;
    let personal = personal(&app, &sync, dir.path()).await;
    assert!(
        personal.len() > 300,
        "the sample has people: {}",
        personal.len()
    );
    // A name that people gave, and a filter with another.
    let filter = json!({ "sync": sync, "filter": "tag:CANARY-tag highlevel.city:CANARY-city" });
    call(&app, "syncs.safety_set", filter).await;

    let file = call(&app, "diagnostics.make", json!({})).await;
    let bytes = BASE64_STANDARD
        .decode(file["content"].as_str().unwrap())
        .unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .collect();
    for name in [
        "README.txt",
        "about.json",
        "syncs.json",
        "runs.json",
        "requests.json",
        "log.txt",
    ] {
        assert!(names.iter().any(|one| one == name), "{name} is in it");
    }
    for name in names {
        let mut text = String::new();
        zip.by_name(&name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert!(
            name == "log.txt" || text.len() > 100,
            "{name} says something"
        );
        let folded = text.to_lowercase();
        for secret in personal
            .iter()
            .map(String::as_str)
            .chain(["CANARY", "Sample location", "@"])
        {
            assert!(
                !folded.contains(&secret.to_lowercase()),
                "{name} holds {secret:?}"
            );
        }
    }
}
