//! What a sync spends: the requests of a first sync, of one with nothing to do, and of one for which
//! one person in a hundred changed on either side; beside the least that the two services allow, a
//! client that reads everybody one by one, and the vendor's own client doing that. The sandbox counts.
//! Run it with `cargo xtask bench economy`; with `--real-limits` it measures how much of the allowed
//! rate is used while work is waiting.
#![allow(clippy::unwrap_used, missing_docs)]

mod least;
mod limits;
mod rivals;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use foxbridge_app::{App, Options, start_run};
use foxbridge_contract::{RunState, RunSummary, StartRun};
use foxbridge_model::Service;
use foxbridge_sandbox::{Clock, Config, Sandbox, SystemClock};
use serde_json::{Value, json};

use least::{Worlds, pages};
use rivals::{Asked, Rivals};

/// Without limits nobody waits; what is counted is requests, not time.
const NO_LIMIT: u32 = 10_000_000;
/// The search shows a change this much later.
const LAG: Duration = Duration::from_millis(200);

/// The services' clock, which is put forward between two runs: syncs are minutes apart.
#[derive(Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms() + self.0.load(Ordering::SeqCst)
    }
}

struct Stage {
    clock: Arc<Ahead>,
    app: App,
    sandbox: Sandbox,
    sync: String,
    http: reqwest::Client,
    /// The last run has ended.
    ended: AtomicBool,
    _dir: tempfile::TempDir,
}

/// Requests to HighLevel and to Aimfox.
#[derive(Clone, Copy, Default)]
struct Spent {
    highlevel: u64,
    aimfox: u64,
}

impl Spent {
    fn all(self) -> u64 {
        self.highlevel + self.aimfox
    }

    fn since(self, before: Self) -> Self {
        Self {
            highlevel: self.highlevel - before.highlevel,
            aimfox: self.aimfox - before.aimfox,
        }
    }
}

fn spent(sandbox: &Sandbox) -> Spent {
    let of = |service| sandbox.stats(service).requests;
    Spent {
        highlevel: of(Service::HighLevel),
        aimfox: of(Service::Aimfox),
    }
}

/// A world without limits. Worlds of one size are equal.
async fn start(people: usize) -> (Sandbox, Arc<Ahead>) {
    let clock = Arc::new(Ahead::default());
    let config = Config {
        contacts: people,
        leads: people * 8 / 10,
        overlap: people * 3 / 10,
        highlevel_per_10s: NO_LIMIT,
        highlevel_per_day: NO_LIMIT,
        aimfox_per_minute: NO_LIMIT,
        index_lag: LAG,
        ..Config::default()
    };
    let sandbox = Sandbox::start_at(config, Arc::clone(&clock) as _);
    (sandbox.await.unwrap(), clock)
}

async fn send(request: reqwest::RequestBuilder, body: Option<Value>) -> Value {
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let answer = request.send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    answer.json().await.unwrap()
}

impl Stage {
    /// Connects to a sandbox; `per_minute` is what the workspace is said to allow.
    async fn of(sandbox: Sandbox, clock: Arc<Ahead>, per_minute: Option<u32>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let app = App::open(Options {
            data_dir: dir.path().join("data"),
            vault_key_file: Some(dir.path().join("key")),
        })
        .unwrap();
        let keys = sandbox.credentials().clone();
        let highlevel = json!({
            "base_url": keys.highlevel.base_url,
            "location_id": keys.highlevel.location_id,
            "token": keys.highlevel.token,
        });
        let mut aimfox = json!({
            "base_url": keys.aimfox.base_url,
            "api_key": keys.aimfox.api_key,
        });
        if let Some(per_minute) = per_minute {
            aimfox["requests_per_minute"] = json!(per_minute);
        }
        let call = async |command: &str, request: Value| app.call(command, request).await.unwrap();
        let highlevel = call("connections.connect_highlevel", highlevel).await;
        let aimfox = call("connections.connect_aimfox", aimfox).await;
        let pair = json!({
            "highlevel": highlevel["id"], "aimfox": aimfox["id"], "template": "people",
        });
        let sync = call("syncs.create", pair).await;
        Self {
            clock,
            app,
            sandbox,
            sync: sync["id"].as_str().unwrap().to_owned(),
            http: reqwest::Client::new(),
            ended: AtomicBool::new(false),
            _dir: dir,
        }
    }

    /// A quarter of an hour later, by the services' clock.
    async fn later(&self) {
        tokio::time::sleep(LAG * 2).await;
        self.clock.0.fetch_add(15 * 60 * 1000, Ordering::SeqCst);
    }

    async fn run(&self) -> (RunSummary, Spent) {
        let before = spent(&self.sandbox);
        self.ended.store(false, Ordering::SeqCst);
        let request = StartRun {
            sync: self.sync.clone(),
            approve: true,
            ..StartRun::default()
        };
        let ended = start_run(&self.app, request)
            .await
            .unwrap()
            .finished()
            .await
            .unwrap();
        self.ended.store(true, Ordering::SeqCst);
        assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
        (ended, spent(&self.sandbox).since(before))
    }

    /// People on both sides, one in a hundred.
    fn some(&self, people: usize) -> Vec<(String, String)> {
        let truth = self.sandbox.truth();
        let some = truth.overlap.into_iter();
        some.take((people / 100).max(1)).collect()
    }

    /// Somebody renames one linked contact in a hundred.
    async fn rename_some(&self, people: usize) {
        let keys = self.sandbox.credentials().highlevel.clone();
        for (n, (_, contact)) in self.some(people).iter().enumerate() {
            let request = self
                .http
                .put(format!("{}/contacts/{contact}", keys.base_url))
                .bearer_auth(&keys.token)
                .header("Version", "2021-07-28");
            send(request, Some(json!({ "firstName": format!("Renamed{n}") }))).await;
        }
    }

    /// Somebody edits the cards of the same people, which all have one since they were renamed.
    async fn edit_cards(&self, people: usize) -> usize {
        let keys = self.sandbox.credentials().aimfox.clone();
        let mut edited = 0;
        for (n, (lead, _)) in self.some(people).iter().enumerate() {
            let id: u64 = lead.parse().unwrap();
            let card = self.sandbox.with_state(|world| {
                let notes = &world.aimfox.leads[&id].notes;
                let card = notes.iter().find(|n| n.text.contains("[foxbridge contact"));
                card.map(|card| (card.id.clone(), card.text.clone()))
            });
            let Some((note, text)) = card else { continue };
            let was = format!("First name: Renamed{n}");
            assert!(text.contains(&was), "{text}");
            let text = text.replace(&was, &format!("First name: Edited{n}"));
            let request = self
                .http
                .patch(format!("{}/leads/{lead}/notes/{note}", keys.base_url))
                .bearer_auth(&keys.api_key);
            send(request, Some(json!({ "text": text }))).await;
            edited += 1;
        }
        edited
    }
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let sdk = arguments.next().unwrap();
    let mut arguments = arguments.peekable();
    let alone = arguments.next_if_eq("--alone").is_some();
    if arguments.next_if_eq("--real-limits").is_some() {
        for people in arguments {
            limits::bench(people.parse().unwrap()).await;
        }
        return;
    }
    println!(
        "| people | sync | HighLevel | Aimfox | ÷ least | naive client, times as many | HighLevel's \
         client, its half, times as many |"
    );
    println!("|---:|---|---:|---:|---:|---:|---:|");
    for people in arguments {
        bench(people.parse().unwrap(), (!alone).then(|| Path::new(&sdk))).await;
    }
}

/// One line of the table.
fn row((people, what): (usize, &str), spent: Spent, least: u64, others: Asked) {
    let times = |theirs: Option<u64>, ours: u64| {
        theirs.map_or_else(
            || "not asked".to_owned(),
            |theirs| format!("{:.1}", theirs as f64 / ours as f64),
        )
    };
    println!(
        "| {people} | {what} | {} | {} | {:.3} | {} | {} |",
        spent.highlevel,
        spent.aimfox,
        spent.all() as f64 / least as f64,
        times(others.naive.map(Spent::all), spent.all()),
        times(others.official, spent.highlevel),
    );
}

async fn bench(people: usize, sdk: Option<&Path>) {
    let (sandbox, clock) = start(people).await;
    let stage = Stage::of(sandbox, clock, Some(NO_LIMIT)).await;
    let rivals = Rivals::new(people, sdk).await;
    let before = Worlds::of(&stage.sandbox);
    let (_, spent) = stage.run().await;
    let after = Worlds::of(&stage.sandbox);
    let truth = stage.sandbox.truth();
    assert_eq!(
        after.contacts() - before.contacts(),
        truth.unmatched.len(),
        "who is made is decided by the world"
    );
    let writes = after.writes(&before);
    // docs/BUDGET.md: definitions, pages, and pages of the leads that take part.
    let reads = 2 + pages(before.contacts(), 500) + 2 + pages(before.leads(), 100);
    let least = reads + before.take_part + writes.0 + writes.1;
    row((people, "first"), spent, least, rivals.first().await);

    // Our own writes are the news of the run after.
    stage.later().await;
    let (_, spent) = stage.run().await;
    let news = pages(after.moved_contacts(&before), 500).max(1);
    let others = rivals.later(0, 0).await;
    let again = 2 + news + 2 + pages(before.leads(), 100);
    row((people, "after it"), spent, again, others);
    let (_, spent) = stage.run().await;
    let nothing = 3 + 2 + pages(before.leads(), 100);
    row((people, "nothing to do"), spent, nothing, others);

    let before = Worlds::of(&stage.sandbox);
    stage.later().await;
    stage.rename_some(people).await;
    tokio::time::sleep(LAG * 2).await;
    let edited = Worlds::of(&stage.sandbox);
    let (_, spent) = stage.run().await;
    let writes = Worlds::of(&stage.sandbox).writes(&edited);
    let least = nothing + writes.0 + writes.1;
    let changed = edited.moved_contacts(&before);
    let others = rivals.later(changed, 0).await;
    row((people, "1 % changed there"), spent, least, others);

    stage.later().await;
    let changed = stage.edit_cards(people).await;
    let edited = Worlds::of(&stage.sandbox);
    let (_, spent) = stage.run().await;
    let writes = Worlds::of(&stage.sandbox).writes(&edited);
    // Each contact is looked at before an edit from Aimfox is written to it.
    let least = nothing + writes.0 + writes.1 + changed as u64;
    let others = rivals.later(0, changed).await;
    row((people, "1 % changed here"), spent, least, others);
    stage.app.shutdown().await;
    stage.sandbox.stop().await;
}
