//! Distinctive secrets are entered everywhere and everything is made to fail; then they are looked for
//! wherever they must not be: every answer, every event, the data folder and the log. What the programs
//! around the application do with them is searched in `crates/cli/tests/canary.rs` and
//! `crates/devserver/tests/canary.rs`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use foxbridge_app::{App, Options};
use foxbridge_contract::{AppError, Event};
use foxbridge_vault::{Vault, VaultChoice};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;

use crate::stage::Stage;

/// What would be recognised anywhere.
const WRONG_TOKEN: &str = "pit-CANARY0001yellowbird";
const WRONG_KEY: &str = "CANARY0002yellowbird";
const WRONG_SECRET: &str = "CANARY0003yellowbird";
const PASSPHRASE: &str = "CANARY0004 yellow bird passphrase";

fn files(dir: &Path, found: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
}

/// An application, and everything that crosses from it to a window or a terminal.
struct Watched {
    app: App,
    events: Receiver<Event>,
    said: Vec<(String, String)>,
    secrets: BTreeSet<String>,
    ids: Vec<String>,
    dir: PathBuf,
}

impl Watched {
    async fn say(&mut self, command: &str, request: Value) -> Result<Value, AppError> {
        let answer = self.app.call(command, request).await;
        let said = match &answer {
            Ok(value) => value.to_string(),
            Err(error) => format!("{error:?} {error} {}", json!(error)),
        };
        self.said.push((command.to_owned(), said));
        while let Ok(event) = self.events.try_recv() {
            let said = format!("{event:?} {}", json!(event));
            self.said.push((format!("an event of {command}"), said));
        }
        answer
    }

    /// A connection that works.
    async fn made(&mut self, command: &str, request: Value) -> Value {
        let made = self.say(command, request).await.unwrap();
        self.ids.push(made["id"].as_str().unwrap().to_owned());
        self.harvest();
        made
    }

    async fn fails(&mut self, command: &str, request: Value) {
        let answer = self.say(command, request).await;
        assert!(answer.is_err(), "{command}: {answer:?}");
    }

    /// Opens the vault as its owner, for the tokens that only it knows.
    fn harvest(&mut self) {
        let vault = vault(&self.dir);
        for id in &self.ids {
            for end in ["", "/previous", "/hook"] {
                let Some(entry) = vault.get(&format!("connection/{id}{end}")).unwrap() else {
                    continue;
                };
                let entry = entry.expose_secret();
                let Ok(Value::Object(pair)) = serde_json::from_str(entry) else {
                    self.secrets.insert(entry.to_owned());
                    continue;
                };
                let pair = Value::Object(pair);
                for of in [&pair, &pair["agency"]] {
                    for name in ["client_secret", "access", "refresh"] {
                        self.secrets.extend(of[name].as_str().map(str::to_owned));
                    }
                }
            }
        }
    }
}

fn vault(dir: &Path) -> std::sync::Arc<dyn Vault> {
    foxbridge_vault::open(VaultChoice::Passphrase {
        vault_path: dir.join("passphrase-vault.age"),
        key_path: dir.join("passphrase-vault.key.age"),
        passphrase: PASSPHRASE.into(),
    })
    .unwrap()
}

/// Every command there is, called with what it may take: whatever is added later is searched, too.
async fn sweep(watched: &mut Watched, like: &[Value]) {
    macro_rules! names {
        ($($function:ident $name:literal: $request:ty => $response:ty),* $(,)?) => { [$($name),*] };
    }
    let names = foxbridge_contract::commands!(names);
    // These wait for a person, start another sandbox, or end what is looked at.
    let apart = [
        "connections.remove",
        "sample.start",
        "connections.sign_in_wait",
    ];
    let mut answered = 0;
    for name in names.iter().filter(|name| !apart.contains(name)) {
        for request in like {
            answered += u32::from(watched.say(name, request.clone()).await.is_ok());
        }
    }
    assert!(
        answered > 30,
        "most commands had something to say: {answered}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_found_where_it_must_not_be() {
    let stage = Stage::new().await;
    let dir = tempfile::tempdir().unwrap();
    foxbridge_app::logging::start(dir.path()).unwrap();
    let app = App::open(Options {
        data_dir: dir.path().to_owned(),
        vault_key_file: None,
    })
    .unwrap();
    let keys = stage.sandbox.credentials().clone();
    let oauth = keys.oauth.clone().unwrap();
    let master = keys.aimfox.master_key.clone().unwrap();
    let mut it = Watched {
        events: app.subscribe(),
        app,
        said: Vec::new(),
        secrets: [
            WRONG_TOKEN,
            WRONG_KEY,
            WRONG_SECRET,
            PASSPHRASE,
            &keys.highlevel.token,
            &keys.aimfox.api_key,
            &master,
            &oauth.client_secret,
        ]
        .map(str::to_owned)
        .into(),
        ids: Vec::new(),
        dir: dir.path().to_owned(),
    };
    let choose = json!({"kind": "passphrase", "passphrase": PASSPHRASE});
    it.say("vault.choose", choose).await.unwrap();
    it.fails("vault.unlock", json!({"passphrase": WRONG_SECRET}))
        .await;
    it.fails(
        "vault.choose",
        json!({"kind": WRONG_SECRET, "passphrase": WRONG_SECRET}),
    )
    .await;

    let highlevel = |token: &str, url: &str| json!({"base_url": url, "location_id": keys.highlevel.location_id, "token": token});
    let here = keys.highlevel.base_url.as_str();
    let connect = "connections.connect_highlevel";
    it.fails(connect, highlevel(WRONG_TOKEN, here)).await;
    it.fails(connect, highlevel(WRONG_TOKEN, "http://example.com"))
        .await;
    // In the wrong field.
    it.fails(connect, highlevel(WRONG_TOKEN, WRONG_TOKEN)).await;
    let swapped = json!({"base_url": here, "location_id": WRONG_TOKEN, "token": "x"});
    it.fails(connect, swapped).await;
    let one = it
        .made(connect, highlevel(&keys.highlevel.token, here))
        .await;
    let id = &one["id"];

    let connect = "connections.connect_aimfox";
    let aimfox = |key: &str| json!({"base_url": keys.aimfox.base_url, "api_key": key});
    it.fails(
        connect,
        json!({"api_key": "x", "requests_per_minute": WRONG_KEY}),
    )
    .await;
    it.fails(connect, aimfox(WRONG_KEY)).await;
    it.fails(connect, aimfox(&master)).await;
    let mut with_speed = aimfox(&keys.aimfox.api_key);
    with_speed["requests_per_minute"] = json!(100_000);
    let two = it.made(connect, with_speed).await;

    let replace = |secret: &str| json!({"connection": id, "secret": secret});
    it.fails("connections.replace_key", replace(WRONG_SECRET))
        .await;
    let next = stage.owner(json!({"highlevel_tokens": "make"})).await;
    let next = next["highlevel_token"].as_str().unwrap();
    it.say("connections.replace_key", replace(next))
        .await
        .unwrap();
    it.harvest();
    it.say("connections.check", json!({"connection": id}))
        .await
        .unwrap();
    it.say("connections.go_back", json!({"connection": id}))
        .await
        .unwrap();

    // Webhooks, whose secret the service is told.
    let hooks = json!({"port": 0, "public_url": "https://hooks.example.com"});
    it.say("hooks.set", hooks).await.unwrap();
    let on = json!({"connection": two["id"], "on": true});
    it.say("hooks.turn", on).await.unwrap();
    let events = json!({"connection": two["id"], "events": ["reply"]});
    it.say("hooks.register", events).await.unwrap();
    it.harvest();

    // An app: wrong, refused, right, renewed, lost, an agency's, revoked.
    let start = |secret: &str, agency: bool| {
        json!({
            "client_id": oauth.client_id, "client_secret": secret, "access": "write", "port": 0,
            "base_url": here, "authorize_url": oauth.authorize_url, "agency": agency,
        })
    };
    let begin = "connections.sign_in_start";
    let mut ids_swapped = start(WRONG_SECRET, false);
    ids_swapped["client_id"] = json!(oauth.client_secret);
    it.fails(begin, ids_swapped).await;
    let mut odd_page = start(WRONG_SECRET, false);
    odd_page["authorize_url"] = json!(WRONG_SECRET);
    it.fails(begin, odd_page).await;
    let secret = oauth.client_secret.as_str();
    let tries = [
        (WRONG_SECRET, false, "Location", false),
        (secret, false, "deny", false),
        (secret, false, "Location", true),
        (secret, true, "Company", true),
    ];
    for (secret, agency, as_, works) in tries {
        let started = it.say(begin, start(secret, agency)).await.unwrap();
        let page = started["url"].as_str().unwrap().parse().unwrap();
        let end = stage.choose(&page, as_).await;
        it.said.push(("the page one ends on".to_owned(), end));
        let wait = json!({"sign_in": started["sign_in"]});
        let outcome = it.say("connections.sign_in_wait", wait).await;
        assert_eq!(outcome.is_ok(), works, "{as_}: {outcome:?}");
        if let Ok(outcome) = outcome {
            let made = &outcome["connection"]["id"];
            it.ids.push(made.as_str().unwrap().to_owned());
            it.harvest();
            let call = json!({
                "operation": "highlevel.locations.get", "connection": made, "params": {}, "confirm": false,
            });
            for what in ["expire", "lose", "lose-next", "expire"] {
                stage.hook(json!({"do": what})).await;
                it.say("operations.call", call.clone()).await.unwrap();
                it.harvest();
            }
        }
    }

    // A sync, its exports, and everything that can be asked.
    let pair = json!({"highlevel": id, "aimfox": two["id"]});
    let sync = it.say("syncs.create", pair).await.unwrap()["id"].clone();
    let rehearse = json!({"sync": sync, "rehearsal": true});
    let mut news = it.app.subscribe();
    let run = it.say("runs.start", rehearse).await.unwrap();
    let run_id = run["id"].clone();
    while it.say("runs.get", json!({"run": run_id})).await.unwrap()["state"] == "running" {
        let _event = news.recv().await.unwrap();
    }
    let call = json!({
        "operation": "highlevel.locations.get", "connection": id, "params": {}, "confirm": false,
    });
    let like = [
        json!({}),
        json!({"connection": id}),
        json!({"connection": two["id"]}),
        json!({"sync": sync}),
        json!({"run": run_id}),
        json!({"run": run_id, "offset": 0, "limit": 500}),
        json!({"offset": 0, "limit": 500}),
        json!({"limit": 100}),
        json!({"sync": sync, "offset": 0, "limit": 500}),
        call,
    ];
    sweep(&mut it, &like).await;
    stage.hook(json!({"do": "revoke"})).await;
    let app_call = json!({
        "operation": "highlevel.locations.get", "connection": it.ids.last(), "params": {}, "confirm": false,
    });
    it.fails("operations.call", app_call).await;
    it.harvest();
    it.say("connections.remove", json!({"connection": id}))
        .await
        .unwrap();
    it.app.shutdown().await;

    assert!(
        it.secrets.len() >= 18,
        "what the vault held is looked for, too: {}",
        it.secrets.len()
    );
    for (what, text) in &it.said {
        for secret in &it.secrets {
            assert!(
                !text.contains(secret),
                "{secret} was said by {what}: {text}"
            );
        }
    }
    let mut found = Vec::new();
    files(dir.path(), &mut found);
    let names: Vec<_> = found.iter().map(|(path, _)| path).collect();
    let has = |end: &str| {
        names
            .iter()
            .any(|path| path.to_string_lossy().ends_with(end))
    };
    assert!(
        has("foxbridge.db") && has(".log"),
        "there is something to look at: {names:?}"
    );
    for (path, bytes) in &found {
        for secret in &it.secrets {
            let inside = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!inside, "{secret} is in {}", path.display());
        }
    }
}
