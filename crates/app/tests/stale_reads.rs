//! What was read a moment ago may be old by the time it is acted on. HighLevel's search shows an
//! older state for a while after a write, and people go on editing while a run works through its
//! plan; neither may undo or overwrite anybody's edit.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use foxbridge_app::{App, Options, start_run};
use foxbridge_contract::{Event, Phase, RunState, RunSummary, StartRun};
use foxbridge_sandbox::{Config, ManualClock, Sandbox};
use serde_json::{Value, json};

struct Stage {
    app: App,
    sandbox: Sandbox,
    clock: Arc<ManualClock>,
    sync: String,
    _dir: tempfile::TempDir,
}

/// Two services whose time stands still until it is moved: the index of HighLevel lags by a minute.
async fn stage() -> Stage {
    let config = Config {
        contacts: 30,
        leads: 20,
        overlap: 12,
        highlevel_per_10s: 100_000,
        aimfox_per_minute: 100_000,
        index_lag: Duration::from_secs(60),
        ..Config::default()
    };
    let clock = Arc::new(ManualClock::at(1_782_000_000_000));
    let sandbox = Sandbox::start_at(config, Arc::clone(&clock) as _)
        .await
        .unwrap();
    let keys = sandbox.credentials().clone();
    let dir = tempfile::tempdir().unwrap();
    let app = App::open(Options {
        data_dir: dir.path().join("data"),
        vault_key_file: Some(dir.path().join("key")),
    })
    .unwrap();
    let highlevel = json!({
        "base_url": keys.highlevel.base_url,
        "location_id": keys.highlevel.location_id,
        "token": keys.highlevel.token,
    });
    let aimfox = json!({
        "base_url": keys.aimfox.base_url,
        "api_key": keys.aimfox.api_key,
        "requests_per_minute": 100_000,
    });
    let highlevel = app
        .call("connections.connect_highlevel", highlevel)
        .await
        .unwrap();
    let aimfox = app
        .call("connections.connect_aimfox", aimfox)
        .await
        .unwrap();
    let pair = json!({ "highlevel": highlevel["id"], "aimfox": aimfox["id"] });
    let sync: Value = app.call("syncs.create", pair).await.unwrap();
    let sync = sync["id"].as_str().unwrap().to_owned();
    let stage = Stage {
        app,
        sandbox,
        clock,
        sync,
        _dir: dir,
    };
    // Everybody is linked and at rest, and the index has caught up.
    stage.run().await;
    stage.clock.advance(Duration::from_secs(120));
    let rest = stage.run().await;
    assert_eq!(
        rest.changed.update, 0,
        "a run right after a clean one changes nothing"
    );
    stage.clock.advance(Duration::from_secs(120));
    stage
}

impl Stage {
    async fn run(&self) -> RunSummary {
        let request = StartRun {
            sync: self.sync.clone(),
            rehearsal: false,
            ..StartRun::default()
        };
        let ended = start_run(&self.app, request)
            .await
            .unwrap()
            .finished()
            .await
            .unwrap();
        assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
        ended
    }

    /// The lead and the text of the first card that shows a number.
    fn card(&self) -> (String, String) {
        self.sandbox.with_state(|world| {
            let leads = world.aimfox.leads.iter();
            let mut cards = leads.flat_map(|(id, lead)| {
                lead.notes
                    .iter()
                    .map(move |note| (id.to_string(), note.text.clone()))
            });
            cards
                .find(|(_, text)| text.contains("[foxbridge contact ") && text.contains("Phone: "))
                .expect("HighLevel knows a number that a lead lacks")
        })
    }

    fn card_of(&self, lead: &str) -> String {
        self.sandbox.with_state(|world| {
            let lead = world
                .aimfox
                .leads
                .iter()
                .find(|(id, _)| id.to_string() == lead);
            let notes = &lead.unwrap().1.notes;
            let card = notes
                .iter()
                .find(|note| note.text.contains("[foxbridge contact "));
            card.unwrap().text.clone()
        })
    }

    fn type_on_card(&self, lead: &str, edit: impl Fn(&str) -> String) {
        edit_card(&self.sandbox, lead, edit);
    }

    async fn stop(self) {
        self.app.shutdown().await;
        self.sandbox.stop().await;
    }
}

fn edit_card(sandbox: &Sandbox, lead: &str, edit: impl Fn(&str) -> String) {
    sandbox.with_state(|world| {
        let mut leads = world.aimfox.leads.iter_mut();
        let (_, lead) = leads.find(|(id, _)| id.to_string() == lead).unwrap();
        let mut notes = lead.notes.iter_mut();
        let card = notes
            .find(|note| note.text.contains("[foxbridge contact "))
            .unwrap();
        card.text = edit(&card.text);
    });
}

fn with_number(text: &str, number: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(": ") {
        Some(("Phone", _)) => format!("Phone: {number}"),
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The first run after a write reads the contact itself, because the listing is older than the
/// write. The second run after it must not fall for the same old listing.
#[tokio::test(flavor = "multi_thread")]
async fn a_listing_that_stays_old_for_several_runs_undoes_no_edit() {
    let stage = stage().await;
    let (lead, _) = stage.card();
    stage.type_on_card(&lead, |text| with_number(text, "+442079460123"));
    let edited = stage.run().await;
    assert_eq!(edited.changed.update, 1, "the number goes to HighLevel");
    for n in 1..=3 {
        stage.clock.advance(Duration::from_secs(5));
        let again = stage.run().await;
        assert_eq!(
            again.changed.update, 0,
            "run {n} after the write took an old listing for an edit in HighLevel"
        );
        assert!(
            stage.card_of(&lead).contains("+442079460123"),
            "run {n} put the old number back on the card: {}",
            stage.card_of(&lead)
        );
    }
    stage.stop().await;
}

/// On one thread the listener below runs before the plan is worked out, so the edit always falls
/// between reading the card and writing it.
#[tokio::test]
async fn a_card_that_is_edited_during_a_run_is_not_overwritten() {
    let stage = stage().await;
    let (lead, text) = stage.card();
    let contact = text
        .lines()
        .find_map(|line| line.strip_prefix("[foxbridge contact ")?.strip_suffix(']'))
        .unwrap()
        .to_owned();
    // Something new in HighLevel makes the run write the card.
    let keys = stage.sandbox.credentials().highlevel.clone();
    let answer = reqwest::Client::new()
        .put(format!("{}/contacts/{contact}", keys.base_url))
        .bearer_auth(&keys.token)
        .header("Version", "2021-07-28")
        .json(&json!({"phone": "+442079460456"}))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{answer:?}");
    stage.clock.advance(Duration::from_secs(120));

    let mut events = stage.app.subscribe();
    let edit = async {
        loop {
            if let Event::Progress { progress } = events.recv().await.unwrap()
                && progress.phase == Phase::Plan
            {
                edit_card(&stage.sandbox, &lead, |text| {
                    format!("Met at the fair\n{text}")
                });
                break;
            }
        }
    };
    tokio::join!(stage.run(), edit);
    stage.run().await;
    let card = stage.card_of(&lead);
    assert!(
        card.contains("+442079460456"),
        "HighLevel's number is on the card: {card}"
    );
    assert!(
        card.contains("Met at the fair"),
        "what somebody typed meanwhile is gone: {card}"
    );
    stage.stop().await;
}
