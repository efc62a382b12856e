//! The tray: the main path of the window up to it and out through its Quit, and its menu without any
//! window. What a panel does, [`crate::panel`] does.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::Locator;
use foxbridge_app::{App, Options};
use foxbridge_contract::{Change, ChangeState, ChangesPage, RunPurpose, RunState, RunSummary};
use serde_json::json;

use crate::panel::{Icon, Panel, close_window};
use crate::session::{Group, SOON, Session, Surroundings, pictures};
use crate::story::{self, ended, start_sample, there};
use crate::{PROGRAM, possible};

/// The application on the same data, as the terminal program opens it beside the window.
fn beside(data: &Path, key: PathBuf) -> App {
    App::open(Options {
        data_dir: data.to_owned(),
        vault_key_file: Some(key),
    })
    .unwrap()
}

/// Waits until the newest run is another one than `before` and has ended.
async fn next_run(app: &App, sync: &str, before: &str) -> RunSummary {
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    let waiting = async {
        loop {
            tick.tick().await;
            let runs = app.call("runs.list", json!({ "sync": sync })).await;
            let runs: Vec<RunSummary> = serde_json::from_value(runs.unwrap()).unwrap();
            let newest = runs.into_iter().next().unwrap();
            if newest.id != before && newest.state != RunState::Running {
                return newest;
            }
        }
    };
    tokio::time::timeout(story::RUN, waiting)
        .await
        .expect("the run from the tray ends")
}

async fn changes(session: &Session, run: &str) -> Result<Vec<Change>> {
    let request = json!({ "run": run, "limit": 1000 });
    let page = session.call("runs.changes", request).await?;
    let page: ChangesPage = serde_json::from_value(page)?;
    Ok(page.changes)
}

/// Adds a row for the headline, with a field in HighLevel that is made from there.
async fn map_one_field(session: &Session) -> Result<()> {
    session.click("edit-mapping").await?;
    session.click("add-row").await?;
    session.choose("new-aimfox", "headline").await?;
    session.click("new-row-field").await?;
    session.fill("field-name", "LinkedIn headline").await?;
    session.click("field-make").await?;
    session.click("new-row-add").await?;
    let row = "return [...document.querySelectorAll('[data-testid=\"mapping-row\"]')] \
        .some((row) => row.innerText.includes('LinkedIn headline'))";
    session.until("the new row", row, SOON).await?;
    Ok(())
}

/// Approves what the plan has for the first person whose contact it updates.
async fn approve_a_person(session: &Session) -> Result<()> {
    let update = "//label[input[@type='radio' and @value='update']]";
    session.click_at(Locator::XPath(update)).await?;
    let listed = "const rows = [...document.querySelectorAll('[data-testid=\"plan-row\"]')]; \
        return rows.length > 0 && rows.every((row) => row.innerText.includes('Update'));";
    session.until("the updates alone", listed, SOON).await?;
    session.click("approve-person").await
}

/// A first day, by clicking in the real window, and then without it.
#[tokio::test(flavor = "multi_thread")]
async fn from_sample_data_to_the_tray_and_out() {
    if !possible() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let session = Session::start(Path::new(PROGRAM), &data).await.unwrap();
    let panel = Panel::start(&session.surroundings).await.unwrap();
    let icon = panel.icon().await.unwrap();
    let look = async |name: &str| {
        let file = pictures().join(format!("day-{name}.png"));
        session.picture(&file).await.unwrap();
    };

    let sync = start_sample(&session).await.unwrap();
    map_one_field(&session).await.unwrap();
    look("mapping").await;
    session.click("mapping-rehearse").await.unwrap();
    let rehearsal = ended(&session, &sync, true).await.unwrap();
    let plan = there("plan-row");
    session.until("the plan", &plan, SOON).await.unwrap();
    let planned = changes(&session, &rehearsal.id).await.unwrap();
    assert!(
        planned
            .iter()
            .flat_map(|change| &change.fields)
            .any(|field| field.label == "LinkedIn headline"),
        "the field that was just mapped is in the plan"
    );

    approve_a_person(&session).await.unwrap();
    session.click("run-approved").await.unwrap();
    let run = ended(&session, &sync, false).await.unwrap();
    let made = changes(&session, &run.id).await.unwrap();
    let settled: Vec<_> = made
        .iter()
        .filter(|change| change.state == ChangeState::Settled)
        .collect();
    assert!(
        settled.len() < planned.len() && run.changed.update > 0,
        "one person's part of the plan was made: {:?}",
        run.changed
    );

    session.click("nav-activity").await.unwrap();
    let entry = "//li[@data-testid='activity-entry' and @data-kind='run']//button";
    session.click_at(Locator::XPath(entry)).await.unwrap();
    look("activity").await;
    session.click("undo").await.unwrap();
    session.click("undo-now").await.unwrap();
    let undo = ended(&session, &sync, false).await.unwrap();
    assert!(
        matches!(&undo.purpose, Some(RunPurpose::Undo { run: of, .. }) if *of == run.id),
        "the newest run takes the first one back: {:?}",
        undo.purpose
    );
    assert_eq!(undo.failed, 0, "nothing of it failed");
    let back = changes(&session, &undo.id).await.unwrap();
    let emptied = |change: &Change| {
        change.state == ChangeState::Settled
            && change
                .fields
                .iter()
                .any(|field| field.label == "LinkedIn headline" && field.after.is_none())
    };
    assert!(
        back.iter().any(emptied),
        "the mapped field is blank again: {back:?}"
    );
    look("undone").await;

    // Closed the way a window manager does it: the web view goes, the program stays and says so once.
    let display = session.surroundings.display().to_owned();
    assert!(icon.has_a_web_view(), "the window is drawn by WebKit");
    close_window(&display, "Foxbridge").await.unwrap();
    icon.web_view(false).await.unwrap();
    let notices = panel.notices(1).await.unwrap();
    assert!(
        notices.contains(&"Foxbridge is still here".to_owned()),
        "closing says where the program went: {notices:?}"
    );

    let app = beside(&data, dir.path().join("key"));
    icon.choose("Sync now").await.unwrap();
    let last = next_run(&app, &sync, &undo.id).await;
    assert_eq!(
        (last.rehearsal, last.state, last.purpose),
        (false, RunState::Done, None),
        "the tray's Sync now is an ordinary run"
    );
    assert!(last.health.in_sync > 0, "people are in sync afterwards");

    // Back in a blink, and gone again without a word.
    icon.choose("Open Foxbridge").await.unwrap();
    icon.web_view(true).await.unwrap();
    close_window(&display, "Foxbridge").await.unwrap();
    icon.web_view(false).await.unwrap();
    let told = panel.notices(1).await.unwrap();
    let still_here = told.iter().filter(|one| one.contains("still here"));
    assert_eq!(still_here.count(), 1, "it is said once: {told:?}");

    icon.choose("Quit Foxbridge").await.unwrap();
    icon.gone().await.unwrap();
    app.shutdown().await;
}

/// The program without a window.
fn hidden(surroundings: &Surroundings, data: &Path, key: &Path) -> Result<Group> {
    let mut command = surroundings.script("exec \"$PROGRAM\" --hidden")?;
    command
        .env("PROGRAM", PROGRAM)
        .env("FOXBRIDGE_DATA_DIR", data)
        .env("FOXBRIDGE_VAULT_KEY_FILE", key);
    Group::start(&mut command).context("the program")
}

/// The state in the menu's first line, a pause, a sync from the tray, and a Quit in the middle of it
/// that leaves no write in doubt.
#[tokio::test(flavor = "multi_thread")]
async fn the_tray_tells_the_state_pauses_syncs_and_quits_well() {
    if !possible() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let (data, key) = (dir.path().join("data"), dir.path().join("key"));
    // A rehearsal before: the tray syncs only what somebody has looked at.
    let app = beside(&data, key.clone());
    let sync = app.call("sample.start", json!({})).await.unwrap();
    let request = foxbridge_contract::StartRun {
        sync: sync["id"].as_str().unwrap().to_owned(),
        rehearsal: true,
        ..Default::default()
    };
    let rehearsal = foxbridge_app::start_run(&app, request).await.unwrap();
    rehearsal.finished().await.unwrap();
    app.shutdown().await;
    drop(app);

    let surroundings = Surroundings::start().unwrap();
    let program = hidden(&surroundings, &data, &key).unwrap();
    let panel = Panel::start(&surroundings).await.unwrap();
    let icon = panel.icon().await.unwrap();
    let says = async |icon: &Icon, label: &str, wanted: bool| {
        let what = format!("{label:?} to be {wanted}");
        icon.until(&what, |lines| {
            lines.iter().any(|line| line.label.starts_with(label)) == wanted
        })
        .await
        .unwrap();
    };
    for label in [
        "Open Foxbridge",
        "Sync now",
        "Pause",
        "Needs you (3)",
        "Activity",
        "Settings",
        "Quit Foxbridge",
    ] {
        says(&icon, label, true).await;
    }
    let first = icon.lines().await.unwrap().swap_remove(0);
    assert!(!first.enabled, "the state is told, not chosen: {first:?}");
    icon.choose("For an hour").await.unwrap();
    says(&icon, "Paused for a while", true).await;
    icon.choose("Resume").await.unwrap();
    says(&icon, "Paused for a while", false).await;
    icon.choose("Sync now").await.unwrap();
    says(&icon, "Syncing Sample data", true).await;
    icon.choose("Quit Foxbridge").await.unwrap();
    assert_eq!(program.ended().await.unwrap(), Some(0), "it ends well");

    let app = beside(&data, key);
    let runs = app
        .call("runs.list", json!({ "sync": sync["id"] }))
        .await
        .unwrap();
    let newest = &runs[0];
    assert_eq!(
        newest["rehearsal"], false,
        "the tray's Sync now was a run: {newest}"
    );
    assert!(
        ["cancelled", "done"].contains(&newest["state"].as_str().unwrap()),
        "Quit ended it in order: {newest}"
    );
    let changes = json!({ "run": newest["id"], "limit": 1000 });
    let changes = app.call("runs.changes", changes).await.unwrap();
    for change in changes["changes"].as_array().unwrap() {
        assert_ne!(
            change["state"], "sent",
            "the write in flight was finished, so none is in doubt: {change}"
        );
    }
    app.shutdown().await;
}
