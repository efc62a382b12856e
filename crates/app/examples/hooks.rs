//! A burst of webhooks, then a steady stream, into the real `foxbridge serve`, which is killed in the
//! middle of the stream and started again. Afterwards every delivery that was acknowledged has to be
//! there, once, worked on. Run it with `cargo xtask bench hooks`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use foxbridge_app::{App, Options};
use foxbridge_sandbox::{Config, HookSigner, Sandbox};
use foxbridge_store::Store;
use futures::StreamExt as _;
use serde_json::{Value, json};

const BURST: usize = 10_000;
/// As busy services do it.
const AT_ONCE: usize = 64;
const A_SECOND: u64 = 100;
/// A service sends again what was not answered; we do it at once.
const AGAIN: Duration = Duration::from_millis(100);

/// `foxbridge serve` in a process of its own.
struct Serving(Child);

impl Serving {
    fn start(program: &Path, dir: &Path) -> Self {
        let mut process = Command::new(program)
            .args(["--json", "serve"])
            .env("FOXBRIDGE_DATA_DIR", dir.join("data"))
            .env("FOXBRIDGE_VAULT_KEY_FILE", dir.join("key"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("foxbridge starts");
        let mut line = String::new();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        Self(process)
    }

    /// SIGKILL: it has no chance to finish anything.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// Where deliveries go, and what became of them.
struct Sender {
    http: reqwest::Client,
    address: String,
    signer: HookSigner,
    location: String,
    contacts: Vec<String>,
    next: AtomicU32,
    refused: AtomicU32,
    /// How long each took from its first try to its 200, and the ids of all that have one.
    took: Mutex<Vec<Duration>>,
    acknowledged: Mutex<BTreeSet<String>>,
}

impl Sender {
    /// Sends one event until it is acknowledged.
    async fn send(&self) {
        let number = self.next.fetch_add(1, Ordering::Relaxed) as usize;
        let id = format!("bench-{number}");
        let contact = &self.contacts[number % self.contacts.len()];
        let began = Instant::now();
        loop {
            // Signed anew with each try, as its time is.
            let now = jiff::Timestamp::now().as_millisecond();
            let hook = self.signer.delivery(&self.location, contact, &id, now);
            let request = self
                .http
                .post(&self.address)
                .header("x-ghl-signature", &hook.signature)
                .body(hook.body);
            match request.send().await {
                Ok(answer) if answer.status().is_success() => break,
                _ => self.refused.fetch_add(1, Ordering::Relaxed),
            };
            tokio::time::sleep(AGAIN).await;
        }
        self.took.lock().unwrap().push(began.elapsed());
        self.acknowledged.lock().unwrap().insert(id);
    }

    /// One line of the table; what was measured is forgotten.
    fn line(&self, what: &str, span: Duration) {
        let mut took = std::mem::take(&mut *self.took.lock().unwrap());
        took.sort();
        let at = |part: usize| took[(took.len() - 1) * part / 100].as_secs_f64() * 1000.0;
        println!(
            "| {what} | {} | {:.0} | {:.1} | {:.1} | {:.0} | {} |",
            took.len(),
            took.len() as f64 / span.as_secs_f64(),
            at(50),
            at(99),
            at(100),
            self.refused.swap(0, Ordering::Relaxed),
        );
    }
}

async fn call(app: &App, command: &str, request: Value) -> Value {
    app.call(command, request).await.unwrap()
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Connects both services, switches the endpoint on, and gives connection and path.
async fn set_up(sandbox: &Sandbox, dir: &Path, port: u16, key: &str) -> (String, String) {
    let app = App::open(Options {
        data_dir: dir.join("data"),
        vault_key_file: Some(dir.join("key")),
    })
    .unwrap();
    let keys = sandbox.credentials();
    let highlevel = json!({
        "base_url": keys.highlevel.base_url,
        "location_id": keys.highlevel.location_id,
        "token": keys.highlevel.token,
    });
    let aimfox = json!({ "base_url": keys.aimfox.base_url, "api_key": keys.aimfox.api_key });
    let highlevel = call(&app, "connections.connect_highlevel", highlevel).await;
    let aimfox = call(&app, "connections.connect_aimfox", aimfox).await;
    let pair = json!({ "highlevel": highlevel["id"], "aimfox": aimfox["id"] });
    call(&app, "syncs.create", pair).await;
    let choices = json!({ "port": port, "public_url": null });
    call(&app, "hooks.set", choices).await;
    let on = json!({ "connection": highlevel["id"], "on": true, "key": key });
    let hooks = call(&app, "hooks.turn", on).await;
    let mut endpoints = hooks["endpoints"].as_array().unwrap().iter();
    let mine = endpoints.find(|e| e["connection"] == highlevel["id"]);
    let url = mine.unwrap()["url"].as_str().unwrap().to_owned();
    app.shutdown().await;
    (highlevel["id"].as_str().unwrap().to_owned(), url)
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let program = PathBuf::from(arguments.next().expect("the path of foxbridge"));
    let minutes: f64 = arguments.next().map_or(5.0, |text| text.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(Config {
        contacts: 200,
        leads: 20,
        overlap: 10,
        // What a service allows is its own limit, not the receiver's.
        highlevel_per_10s: 1_000_000,
        highlevel_per_day: 10_000_000,
        ..Config::default()
    })
    .await
    .unwrap();
    let contacts = sandbox.with_state(|world| {
        let all = world.highlevel.contacts.iter();
        all.map(|contact| contact.id.clone()).collect()
    });
    let signer = HookSigner::new(42).unwrap();
    let port = free_port();
    let (connection, address) = set_up(&sandbox, dir.path(), port, &signer.public_key()).await;
    let sender = Arc::new(Sender {
        http: reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .build()
            .unwrap(),
        address,
        signer,
        location: sandbox.credentials().highlevel.location_id.clone(),
        contacts,
        next: AtomicU32::new(0),
        refused: AtomicU32::new(0),
        took: Mutex::default(),
        acknowledged: Mutex::default(),
    });

    println!(
        "| | acknowledged | a second | half within, ms | 99 % within, ms | longest, ms | tries in vain |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut serving = Serving::start(&program, dir.path());
    // The first one waits for the program to listen.
    sender.send().await;
    sender.line("the first, from the start", Duration::from_secs(1));
    let began = Instant::now();
    futures::stream::iter(0..BURST)
        .map(|_| sender.send())
        .buffer_unordered(AT_ONCE)
        .collect::<()>()
        .await;
    sender.line("burst", began.elapsed());

    let total = (minutes * 60.0 * A_SECOND as f64) as u64;
    let began = Instant::now();
    let mut ticks = tokio::time::interval(Duration::from_micros(1_000_000 / A_SECOND));
    let mut sending = tokio::task::JoinSet::new();
    for number in 0..total {
        ticks.tick().await;
        let sender = Arc::clone(&sender);
        sending.spawn(async move { sender.send().await });
        if number == total / 2 {
            serving.kill();
            serving = Serving::start(&program, dir.path());
        }
    }
    sending.join_all().await;
    sender.line("stream, killed in the middle", began.elapsed());

    let store = Store::open(&dir.path().join("data/foxbridge.db")).unwrap();
    let began = Instant::now();
    let waiting = || -> u32 {
        let totals = store.deliveries().totals().unwrap();
        let waits = totals.iter().filter(|(_, state, ..)| state == "waiting");
        waits.map(|(.., count, _)| count).sum()
    };
    let left = waiting();
    while waiting() > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!(
        "\n{left} were left when the last was acknowledged; worked off {:.1} s later.",
        began.elapsed().as_secs_f64()
    );
    serving.kill();

    let acknowledged = sender.acknowledged.lock().unwrap().clone();
    let mut present: BTreeMap<String, u32> = BTreeMap::new();
    let mut other = BTreeMap::new();
    for row in store
        .deliveries()
        .newest(Some(&connection), u32::MAX)
        .unwrap()
    {
        match (row.key, row.state.as_str()) {
            (Some(key), "done") => *present.entry(key).or_default() += 1,
            (_, state) => *other.entry(state.to_owned()).or_insert(0_u32) += 1,
        }
    }
    let mut told: BTreeMap<String, u32> = BTreeMap::new();
    let trigger = "highlevel.events.contact_update";
    for row in store.events().newest(trigger, None, u32::MAX).unwrap() {
        let id = row.event.payload["webhookId"].as_str().unwrap().to_owned();
        *told.entry(id).or_default() += 1;
    }
    let not_once = |found: &BTreeMap<String, u32>| {
        let wrong = acknowledged.iter().filter(|id| found.get(*id) != Some(&1));
        wrong.count()
    };
    println!(
        "{} acknowledged: {} of them not kept exactly once, {} not told to rules exactly once; {other:?} besides.",
        acknowledged.len(),
        not_once(&present),
        not_once(&told),
    );
    assert_eq!(acknowledged.len(), BURST + 1 + total as usize);
    assert_eq!(
        (not_once(&present), not_once(&told)),
        (0, 0),
        "none is lost, none is doubled"
    );
    assert!(other.is_empty(), "nothing failed, nothing was refused");
    sandbox.stop().await;
}
