//! The system's own file dialogs, opened from the page and answered by a keyboard.

use std::path::Path;

use serde_json::Value;

use crate::keyboard::Keyboard;
use crate::session::{SOON, Session};
use crate::story::{prepare, there};
use crate::{PROGRAM, possible};

const PASSPHRASE: &str = "four quite ordinary words";

#[tokio::test(flavor = "multi_thread")]
async fn files_go_where_the_systems_own_dialogs_say() {
    if !possible() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (data, csv, backup) = (
        dir.path().join("data"),
        dir.path().join("everything.csv"),
        dir.path().join("all.foxbridge"),
    );
    let session = Session::start(Path::new(PROGRAM), &data).await.unwrap();
    prepare(&session).await.unwrap();
    let keyboard = Keyboard::of(session.surroundings.display()).unwrap();
    let dialog = async || keyboard.dialog("Foxbridge").await.unwrap();
    let says = async |words: &str| {
        let script = format!(
            "return document.querySelector('main').innerText.includes({})",
            Value::from(words)
        );
        session.until(words, &script, SOON).await.unwrap();
    };

    session.click("nav-activity").await.unwrap();
    let entries = there("activity-entry");
    session.until("the activity", &entries, SOON).await.unwrap();
    session.click("export-csv").await.unwrap();
    dialog().await.leave().await.unwrap();
    session.click("export-csv").await.unwrap();
    let everything = csv.to_str().unwrap();
    dialog().await.answer(everything).await.unwrap();
    says(everything).await;
    let text = std::fs::read_to_string(&csv).unwrap();
    assert!(text.lines().count() > 10, "each entry is a line: {text}");
    assert_eq!(
        std::fs::read_dir(dir.path()).unwrap().count(),
        2,
        "what was left is not written: beside the data there is the one file"
    );

    session.visit("/settings").await.unwrap();
    session.click("backup").await.unwrap();
    session.fill("backup-passphrase", PASSPHRASE).await.unwrap();
    session.fill("backup-again", PASSPHRASE).await.unwrap();
    session.click("backup-save").await.unwrap();
    let backup = backup.to_str().unwrap();
    dialog().await.answer(backup).await.unwrap();
    says(backup).await;
    session.click("restore").await.unwrap();
    dialog().await.answer(backup).await.unwrap();
    session
        .fill("restore-passphrase", PASSPHRASE)
        .await
        .unwrap();
    session.click("restore-look").await.unwrap();
    let info = there("backup-info");
    session.until("what is in it", &info, SOON).await.unwrap();
    session.end().await.unwrap();
}
