//! The program itself, with the real application behind it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use foxbridge_contract::{AppInfo, Preferences, Theme};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

/// Ends the program with the test, however the test ends.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ended = self.0.kill();
        let _status = self.0.wait();
    }
}

/// Starts the program and reads its first line: its address and its token.
fn start(folder: &Path) -> (Program, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_foxbridge-devserver"))
        .arg("--data-dir")
        .arg(folder.join("data"))
        .arg("--vault-key-file")
        .arg(folder.join("key"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let first: Value = serde_json::from_str(&line).unwrap();
    let url = first["url"].as_str().unwrap();
    let (base, token) = url.split_once("/?token=").unwrap();
    (Program(program), base.to_owned(), token.to_owned())
}

async fn call(base: &str, token: &str, command: &str, request: Value) -> (StatusCode, Value) {
    let client = Client::builder().no_proxy().build().unwrap();
    let request = client
        .post(format!("{base}/rpc/{command}"))
        .bearer_auth(token)
        .json(&request);
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn the_first_line_leads_to_the_real_application() {
    let folder = tempfile::tempdir().unwrap();
    let (program, base, token) = start(folder.path());
    let (status, info) = call(&base, &token, "app.info", json!({})).await;
    assert_eq!(status, StatusCode::OK, "{info}");
    let info: AppInfo = serde_json::from_value(info).unwrap();
    assert_eq!(
        Path::new(&info.data_dir),
        folder.path().join("data"),
        "it uses the given folder"
    );
    let dark = Preferences {
        theme: Theme::Dark,
        ..Preferences::default()
    };
    let dark = serde_json::to_value(dark).unwrap();
    assert_eq!(
        call(&base, &token, "preferences.set", dark.clone()).await.0,
        StatusCode::OK
    );
    let (status, error) = call(&base, &token, "no.such", json!({})).await;
    assert_eq!(
        (status, &error["code"]),
        (StatusCode::NOT_FOUND, &json!("not_found")),
        "{error}"
    );
    let (status, error) = call(&base, &token, "syncs.get", json!({"sinc": 1})).await;
    assert_eq!(
        (status, &error["code"]),
        (StatusCode::BAD_REQUEST, &json!("bad_request")),
        "{error}"
    );
    drop(program);

    let (_program, base, other) = start(folder.path());
    assert_ne!(token, other, "every start has its own token");
    assert_eq!(
        call(&base, &token, "app.info", json!({})).await.0,
        StatusCode::UNAUTHORIZED
    );
    let (_, kept) = call(&base, &other, "preferences.get", json!({})).await;
    assert_eq!(kept, dark, "what was set before it was killed is there");
}

#[cfg(unix)]
#[test]
fn it_stops_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let (mut program, ..) = start(folder.path());
    let asked = Command::new("kill")
        .arg(program.0.id().to_string())
        .status()
        .unwrap();
    assert!(asked.success());
    assert!(
        program.0.wait().unwrap().success(),
        "it ended by itself, cleanly"
    );
}

#[test]
fn it_has_no_data_folder_of_its_own() {
    let refused = Command::new(env!("CARGO_BIN_EXE_foxbridge-devserver"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(
        refused.code(),
        Some(2),
        "it never guesses where a person's data is"
    );
}
