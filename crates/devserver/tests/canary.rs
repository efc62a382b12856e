//! What goes over the wire between a page and the host: recognisable secrets are entered, right and wrong,
//! and every answer and every event is searched for them, as is how the system lists the program.
#![cfg(target_os = "linux")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use foxbridge_sandbox::{Config, Sandbox};
use futures::StreamExt as _;
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::mpsc;

const PASSPHRASE: &str = "CANARY-1 yellow bird passphrase";
const WRONG: &str = "pit-CANARY-2-yellow-bird";

struct Wire {
    http: Client,
    base: String,
    token: String,
    said: Vec<(String, String)>,
}

impl Wire {
    async fn call(&mut self, command: &str, request: Value) -> Value {
        let sent = self
            .http
            .post(format!("{}/rpc/{command}", self.base))
            .bearer_auth(&self.token)
            .json(&request)
            .send();
        let answer = sent.await.unwrap();
        let heads = format!("{:?}", answer.headers());
        let text = answer.text().await.unwrap();
        self.said
            .push((command.to_owned(), format!("{heads} {text}")));
        serde_json::from_str(&text).unwrap()
    }
}

fn files(dir: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path.display().to_string(), bytes));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_crosses_back_to_the_page() {
    let config = Config {
        contacts: 8,
        leads: 6,
        overlap: 3,
        aimfox_per_minute: 100_000,
        ..Config::default()
    };
    let sandbox = Sandbox::start(config).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_foxbridge-devserver"))
        .env_remove("FOXBRIDGE_VAULT_KEY_FILE")
        // Nobody's own keyring is touched.
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .env("FOXBRIDGE_LOG", "trace")
        .arg("--data-dir")
        .arg(folder.path().join("data"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(program.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    let first: Value = serde_json::from_str(&first).unwrap();
    let (base, token) = first["url"]
        .as_str()
        .unwrap()
        .split_once("/?token=")
        .unwrap();
    let mut wire = Wire {
        http: Client::builder().no_proxy().build().unwrap(),
        base: base.to_owned(),
        token: token.to_owned(),
        said: Vec::new(),
    };
    // Everything the page is told by itself.
    let stream = wire
        .http
        .get(format!("{base}/events"))
        .bearer_auth(token)
        .send()
        .await
        .unwrap();
    assert_eq!(stream.status(), 200, "the events are listened to");
    let (tell, mut told) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut stream = stream.bytes_stream();
        while let Some(Ok(part)) = stream.next().await {
            tell.send(part.to_vec()).unwrap();
        }
    });

    let keys = sandbox.credentials().clone();
    let oauth = keys.oauth.clone().unwrap();
    let master = keys.aimfox.master_key.clone().unwrap();
    let highlevel = |token: &str| json!({"base_url": keys.highlevel.base_url, "location_id": keys.highlevel.location_id, "token": token});
    let aimfox = |key: &str| json!({"base_url": keys.aimfox.base_url, "api_key": key, "requests_per_minute": 100_000});
    let connect = [
        "connections.connect_highlevel",
        "connections.connect_aimfox",
    ];

    let no_vault = wire
        .call(connect[0], highlevel(&keys.highlevel.token))
        .await;
    assert_eq!(no_vault["code"], "vault", "there is no keyring: {no_vault}");
    wire.call(
        "vault.choose",
        json!({"kind": "passphrase", "passphrase": "short"}),
    )
    .await;
    wire.call(
        "vault.choose",
        json!({"kind": "passphrase", "passphrase": PASSPHRASE}),
    )
    .await;
    wire.call("vault.unlock", json!({"passphrase": WRONG}))
        .await;
    wire.call(connect[0], highlevel(WRONG)).await;
    wire.call(
        connect[0],
        json!({"location_id": WRONG, "token": WRONG, "base_url": WRONG}),
    )
    .await;
    let one = wire
        .call(connect[0], highlevel(&keys.highlevel.token))
        .await;
    for key in [WRONG, &master] {
        let refused = wire.call(connect[1], aimfox(key)).await;
        assert_eq!(refused["code"], "not_authorised", "{refused}");
    }
    let two = wire.call(connect[1], aimfox(&keys.aimfox.api_key)).await;
    let replace = json!({"connection": one["id"], "secret": WRONG});
    wire.call("connections.replace_key", replace).await;
    let begin = |secret: &str| {
        json!({
            "client_id": oauth.client_id, "client_secret": secret, "access": "write", "port": 0,
            "base_url": keys.highlevel.base_url, "authorize_url": oauth.authorize_url,
        })
    };
    for secret in [WRONG, &oauth.client_secret] {
        let started = wire.call("connections.sign_in_start", begin(secret)).await;
        let mut page: reqwest::Url = started["url"].as_str().unwrap().parse().unwrap();
        page.set_path("/oauth/chosen");
        page.query_pairs_mut().append_pair("as", "Location");
        let end = wire
            .http
            .get(page)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        wire.said.push(("the page one ends on".to_owned(), end));
        let wait = json!({"sign_in": started["sign_in"]});
        wire.call("connections.sign_in_wait", wait).await;
    }
    let sync = json!({"highlevel": one["id"], "aimfox": two["id"]});
    let sync = wire.call("syncs.create", sync).await;
    let sync = json!({"sync": sync["id"]});
    for command in ["syncs.get", "syncs.mapping_export", "runs.list"] {
        wire.call(command, sync.clone()).await;
    }
    for command in [
        "connections.list",
        "vault.status",
        "app.info",
        "syncs.list",
        "hooks.list",
    ] {
        wire.call(command, json!({})).await;
    }
    wire.call("activity.list", json!({"offset": 0, "limit": 500}))
        .await;
    wire.call("connections.remove", json!({"connection": one["id"]}))
        .await;
    // Its event comes after everybody else's.
    let mut events = String::new();
    while !events.contains("connections.list") || events.matches("data:").count() < 5 {
        events.push_str(&String::from_utf8_lossy(&told.recv().await.unwrap()));
    }
    wire.said.push(("the events".to_owned(), events));

    for file in ["cmdline", "environ"] {
        let path = format!("/proc/{}/{file}", program.id());
        let listed = std::fs::read(&path).unwrap();
        assert!(!listed.is_empty(), "{path} is there to look at");
        wire.said
            .push((path, String::from_utf8_lossy(&listed).into_owned()));
    }
    // As a crash would end it.
    program.kill().unwrap();
    let (mut out, mut err) = (String::new(), String::new());
    stdout.read_to_string(&mut out).unwrap();
    program
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    program.wait().unwrap();
    wire.said.extend([
        ("its output".to_owned(), out),
        ("its complaints".to_owned(), err),
    ]);

    let secrets = [
        PASSPHRASE,
        WRONG,
        &keys.highlevel.token,
        &keys.aimfox.api_key,
        &master,
        &oauth.client_secret,
    ];
    let mut left = Vec::new();
    files(&folder.path().join("data"), &mut left);
    assert!(left.iter().any(|(path, _)| path.ends_with("foxbridge.db")));
    let said = wire
        .said
        .into_iter()
        .map(|(what, text)| (what, text.into_bytes()));
    for (what, bytes) in said.chain(left) {
        for secret in secrets {
            let inside = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!inside, "{secret} is in {what}");
        }
    }
}
