//! The real desktop program in a real web view: what no other test sees is that the page, the
//! shell, the application and the keyring work together in the program that people start.
//!
//! Needs WebKitWebDriver, Xvfb, D-Bus and gnome-keyring (`cargo xtask test` installs them), and the
//! built page. On systems without WebKit's driver it says so and passes.

#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "shared with the drive example")]
#[path = "desktop/session.rs"]
mod session;
#[allow(dead_code, reason = "shared with the drive example")]
#[path = "desktop/story.rs"]
mod story;

#[cfg(target_os = "linux")]
#[path = "desktop/files.rs"]
mod files;
#[cfg(target_os = "linux")]
#[path = "desktop/keyboard.rs"]
mod keyboard;
#[cfg(target_os = "linux")]
#[path = "desktop/panel.rs"]
mod panel;
#[cfg(target_os = "linux")]
#[path = "desktop/tray.rs"]
mod tray;

use std::path::Path;
use std::process::Stdio;

use anyhow::Result;
use foxbridge_contract::{ChangeKind, ChangesPage, Counts};
use serde_json::json;
use session::{SOON, Session, Surroundings, pictures};
use story::AsyncStops;

const PROGRAM: &str = env!("CARGO_BIN_EXE_foxbridge-desktop");

/// Whether this machine can run these tests. On Linux it must be able to.
fn possible() -> bool {
    let missing = Surroundings::missing();
    if missing.is_empty() {
        return true;
    }
    assert!(
        !(cfg!(target_os = "linux") && std::env::var_os("CI").is_some()),
        "install {missing:?}: `cargo xtask test` does"
    );
    println!("SKIPPED: {missing:?} not installed; the real window was not tested");
    false
}

struct Look;

impl AsyncStops for Look {
    async fn stop(&mut self, session: &Session, name: &str) -> Result<()> {
        let png = session
            .picture(&pictures().join(format!("{name}.png")))
            .await?;
        assert!(png.starts_with(b"\x89PNG"), "{name}: a picture");
        // A blank page of this size packs into a few kilobytes.
        assert!(
            png.len() > 20_000,
            "{name}: something is drawn ({} bytes)",
            png.len()
        );
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_sync_works_in_the_real_window() {
    if !possible() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let session = Session::start(Path::new(PROGRAM), data.path())
        .await
        .unwrap();
    let done = story::first_sync(&session, Look).await.unwrap();

    let (would, changed) = (done.rehearsal.would, done.run.changed);
    assert_eq!(
        done.rehearsal.changed,
        Counts::default(),
        "a rehearsal writes nothing"
    );
    assert!(
        would.link > 0 && would.create > 0,
        "the sample has people to link and to create"
    );
    assert_eq!(changed, would, "the run does what the rehearsal showed");
    assert!(done.run.health.in_sync > 0, "people are in sync afterwards");
    assert_eq!(done.run.failed, 0, "nothing failed");

    let links = json!({ "run": done.run.id, "limit": 1000, "kind": ChangeKind::Link });
    let links = session.call("runs.changes", links).await.unwrap();
    let links: ChangesPage = serde_json::from_value(links).unwrap();
    assert_eq!(links.total, changed.link, "each link is in the plan, once");

    let info = session.call("app.info", json!({})).await.unwrap();
    assert_eq!(
        info["vault"], "the system keyring",
        "the window keeps secrets in the keyring"
    );

    // A second run finds nothing to do: the window's program converges like any other.
    let again = json!({ "sync": done.sync, "rehearsal": false, "approve": false });
    let again = session.call("runs.start", again).await.unwrap();
    let again = story::ended(&session, &done.sync, false)
        .await
        .map(|run| (run, again))
        .unwrap();
    assert_eq!(
        again.0.id,
        again.1["id"].as_str().unwrap(),
        "the newest run is the second one"
    );
    assert_eq!(again.0.changed, Counts::default(), "Nothing was changed");
    session.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_survive_a_restart() {
    if !possible() {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    for (before, set) in [("system", "dark"), ("dark", "light")] {
        let session = Session::start(Path::new(PROGRAM), data.path())
            .await
            .unwrap();
        let was = session.call("preferences.get", json!({})).await.unwrap();
        assert_eq!(was["theme"], before, "what was chosen last is remembered");
        session
            .call("preferences.set", json!({ "theme": set }))
            .await
            .unwrap();
        let refused = session
            .call("preferences.set", json!({ "theme": "pink" }))
            .await;
        let refused = refused.unwrap_err().to_string();
        assert!(
            refused.contains("bad_request"),
            "an unknown theme is refused: {refused}"
        );
        session.end().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_cannot_be_opened_is_explained_in_a_window() {
    if !possible() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("not <a> folder");
    std::fs::write(&file, "somebody's file").unwrap();
    let session = Session::start(Path::new(PROGRAM), &file).await.unwrap();
    let message = "return document.getElementById('message')?.innerText";
    let message = session.until("the reason", message, SOON).await.unwrap();
    assert!(
        message.as_str().unwrap().contains("not <a> folder"),
        "the message names the folder: {message}"
    );
    let text = session.text().await.unwrap();
    assert!(
        text.contains("Foxbridge could not start"),
        "the page says what happened: {text}"
    );
    assert!(
        text.contains("Nothing was changed."),
        "and that no harm was done: {text}"
    );
    assert_eq!(
        std::fs::read(&file).unwrap(),
        b"somebody's file",
        "the file is left alone"
    );
    session.end().await.unwrap();
}

#[test]
fn a_second_start_hands_over_and_quitting_ends_well() {
    if !possible() {
        return;
    }
    let surroundings = Surroundings::start().unwrap();
    // The first start has no window. The second finds it, ends, and leaves the first running, which
    // ends well when asked to.
    let script = "\"$PROGRAM\" --hidden & first=$!\n\
        gdbus wait --session --timeout 20 app.foxbridge.desktop.SingleInstance || exit 98\n\
        timeout 60 \"$PROGRAM\"; echo second=$?\n\
        kill -TERM $first; wait $first; echo first=$?\n";
    let mut command = surroundings.script(script).unwrap();
    let output = command
        .env("PROGRAM", PROGRAM)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("second=0"),
        "the second start ends by itself: {said}"
    );
    assert!(
        said.contains("first=0"),
        "the first is still there, and SIGTERM ends it well: {said}"
    );
}
