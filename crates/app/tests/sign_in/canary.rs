//! Distinctive secrets are entered everywhere and everything is made to fail; then they are looked for
//! wherever they must not be.

use foxbridge_app::{App, Options};
use serde_json::{Value, json};

use crate::stage::Stage;

/// What would be recognised anywhere.
const WRONG: [&str; 4] = [
    "pit-CANARY0001yellowbird",
    "CANARY0002yellowbird",
    "CANARY0003yellowbird",
    "CANARY0004 yellow bird passphrase",
];

fn files(dir: &std::path::Path, found: &mut Vec<(std::path::PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push((path.clone(), std::fs::read(&path).unwrap()));
        }
    }
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
    let mut events = app.subscribe();
    let keys = stage.sandbox.credentials().clone();
    let oauth = keys.oauth.clone().unwrap();
    // Everything that crosses to a window or a terminal.
    let mut said = Vec::new();
    let mut say = |answer: Result<Value, foxbridge_contract::AppError>| {
        let answer = answer.map_or_else(|e| format!("{e:?} {}", json!(e)), |v| v.to_string());
        said.push(answer.clone());
        answer
    };
    let choose = json!({"kind": "passphrase", "passphrase": WRONG[3]});
    say(app.call("vault.choose", choose).await);
    let unlock = json!({"passphrase": "CANARY0003yellowbird"});
    say(app.call("vault.unlock", unlock).await);

    let highlevel = |token: &str, url: &str| json!({"base_url": url, "location_id": keys.highlevel.location_id, "token": token});
    let here = keys.highlevel.base_url.as_str();
    say(app
        .call("connections.connect_highlevel", highlevel(WRONG[0], here))
        .await);
    say(app
        .call(
            "connections.connect_highlevel",
            highlevel(WRONG[0], "http://example.com"),
        )
        .await);
    // In the wrong field, and of the wrong type.
    let misplaced = json!({"api_key": "x", "requests_per_minute": WRONG[1]});
    say(app.call("connections.connect_aimfox", misplaced).await);
    let made = say(app
        .call(
            "connections.connect_highlevel",
            highlevel(&keys.highlevel.token, here),
        )
        .await);
    let made: Value = serde_json::from_str(&made).unwrap();
    let id = &made["id"];
    let aimfox = |key: &str| json!({"base_url": keys.aimfox.base_url, "api_key": key});
    say(app
        .call("connections.connect_aimfox", aimfox(WRONG[1]))
        .await);
    say(app
        .call("connections.connect_aimfox", aimfox(&keys.aimfox.api_key))
        .await);
    say(app
        .call(
            "connections.replace_key",
            json!({"connection": id, "secret": WRONG[2]}),
        )
        .await);
    say(app
        .call("connections.check", json!({"connection": id}))
        .await);
    let start = json!({
        "client_id": oauth.client_id, "client_secret": WRONG[2], "access": "read", "port": 0,
        "base_url": here, "authorize_url": oauth.authorize_url,
    });
    let started = say(app.call("connections.sign_in_start", start).await);
    let started: Value = serde_json::from_str(&started).unwrap();
    let page = started["url"].as_str().unwrap().parse().unwrap();
    let end = stage.choose(&page, "Location").await;
    assert!(end.contains("Not connected"), "{end}");
    say(app
        .call(
            "connections.sign_in_wait",
            json!({"sign_in": started["sign_in"]}),
        )
        .await);
    let call = json!({
        "operation": "highlevel.locations.get", "connection": id, "params": {}, "confirm": false,
    });
    say(app.call("operations.call", call).await);
    for list in ["connections.list", "vault.status", "app.info"] {
        say(app.call(list, json!({})).await);
    }
    let activity = json!({"offset": 0, "limit": 500});
    say(app.call("activity.list", activity).await);
    say(app
        .call("connections.remove", json!({"connection": id}))
        .await);
    say(Ok(Value::from(end)));
    while let Ok(event) = events.try_recv() {
        said.push(format!("{event:?} {}", json!(event)));
    }
    app.shutdown().await;

    let mut secrets: Vec<&str> = WRONG.to_vec();
    secrets.extend([
        keys.highlevel.token.as_str(),
        keys.aimfox.api_key.as_str(),
        oauth.client_secret.as_str(),
    ]);
    for text in &said {
        for secret in &secrets {
            assert!(!text.contains(secret), "{secret} was said: {text}");
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
        for secret in &secrets {
            let inside = bytes
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!inside, "{secret} is in {}", path.display());
        }
    }
}
