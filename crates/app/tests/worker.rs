//! The worker at its real work: real runs against the sandbox, started by a clock that a test moves.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use foxbridge_app::{App, Host, Options};
use foxbridge_connectors::Clock;
use foxbridge_contract::{Event, WorkerState, WorkerStatus};
use foxbridge_sandbox::{Config, Sandbox};
use foxbridge_vault::{Vault, VaultChoice, VaultError};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::broadcast::Receiver;
use tokio::sync::watch;

/// A clock that stands still until it is moved; whoever sleeps wakes when the time has come.
struct HandClock(watch::Sender<i64>);

impl Clock for HandClock {
    fn now_ms(&self) -> i64 {
        *self.0.borrow()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        self.sleep_until(self.now_ms() + i64::try_from(duration.as_millis()).unwrap())
    }

    fn sleep_until(&self, at: i64) -> BoxFuture<'_, ()> {
        let mut time = self.0.subscribe();
        Box::pin(async move {
            let _time = time.wait_for(|now| *now >= at).await;
        })
    }
}

struct TestHost {
    clock: Arc<HandClock>,
    random: Mutex<u64>,
    vault: Arc<dyn Vault>,
}

impl Host for TestHost {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as _
    }

    fn time_zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::UTC
    }

    fn random(&self) -> u64 {
        let mut random = self.random.lock().unwrap();
        *random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        *random >> 7
    }

    fn vault(&self) -> Result<Arc<dyn Vault>, VaultError> {
        Ok(Arc::clone(&self.vault))
    }

    fn vault_name(&self) -> String {
        "a test".to_owned()
    }
}

/// Wednesday, 25 November 2026, 10:00 UTC.
const START: i64 = 1_795_600_800_000;
const MINUTE: i64 = 60_000;

struct Stage {
    app: App,
    host: Arc<TestHost>,
    sandbox: Option<Sandbox>,
    sync: String,
    dir: tempfile::TempDir,
}

impl Stage {
    async fn set() -> Self {
        let config = Config {
            contacts: 8,
            leads: 6,
            overlap: 4,
            highlevel_per_10s: 100_000,
            aimfox_per_minute: 100_000,
            ..Config::default()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let vault = foxbridge_vault::open(VaultChoice::File {
            vault_path: dir.path().join("vault"),
            key_file: dir.path().join("key"),
        })
        .unwrap();
        let host = Arc::new(TestHost {
            clock: Arc::new(HandClock(watch::Sender::new(START))),
            random: Mutex::new(7),
            vault,
        });
        let app = open(&dir, &host);
        let keys = sandbox.credentials().clone();
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
        let highlevel = call(&app, "connections.connect_highlevel", highlevel).await;
        let aimfox = call(&app, "connections.connect_aimfox", aimfox).await;
        let pair = json!({ "highlevel": highlevel["id"], "aimfox": aimfox["id"] });
        let sync = call(&app, "syncs.create", pair).await;
        Self {
            app,
            host,
            sandbox: Some(sandbox),
            sync: sync["id"].as_str().unwrap().to_owned(),
            dir,
        }
    }

    fn advance(&self, ms: i64) {
        self.host.clock.0.send_modify(|now| *now += ms);
    }

    async fn every(&self, minutes: u32) {
        let schedule = json!({ "every_minutes": minutes });
        let request = json!({ "sync": self.sync, "schedule": schedule });
        call(&self.app, "syncs.schedule_set", request).await;
    }

    async fn runs(&self) -> usize {
        let runs = call(&self.app, "runs.list", json!({ "sync": self.sync })).await;
        runs.as_array().unwrap().len()
    }
}

fn open(dir: &tempfile::TempDir, host: &Arc<TestHost>) -> App {
    let options = Options {
        data_dir: dir.path().join("data"),
        vault_key_file: None,
    };
    App::with_host(options, Arc::clone(host) as _).unwrap()
}

async fn call(app: &App, command: &str, request: Value) -> Value {
    app.call(command, request).await.unwrap()
}

/// Waits until the worker says that it stands so.
async fn until(events: &mut Receiver<Event>, wanted: impl Fn(&WorkerStatus) -> bool) {
    loop {
        if let Event::Worker { status } = events.recv().await.unwrap()
            && wanted(&status)
        {
            return;
        }
    }
}

async fn run_ended(events: &mut Receiver<Event>) {
    while !matches!(events.recv().await.unwrap(), Event::RunFinished { .. }) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_kept_over_pause_sleep_and_restart() {
    let stage = Stage::set().await;
    let mut events = stage.app.subscribe();
    stage.app.start_worker();
    until(&mut events, |s| s.state == WorkerState::Idle).await;
    assert_eq!(stage.runs().await, 0, "on demand until somebody chooses");

    stage.every(30).await;
    run_ended(&mut events).await;
    until(&mut events, |s| s.next_run.is_some()).await;
    stage.advance(29 * MINUTE);
    assert_eq!(stage.runs().await, 1, "it is not time yet");
    stage.advance(MINUTE);
    run_ended(&mut events).await;

    // A night of sleep: one run makes up for all that were missed.
    stage.advance(9 * 60 * MINUTE);
    run_ended(&mut events).await;
    until(&mut events, |s| s.state != WorkerState::Syncing).await;
    assert_eq!(stage.runs().await, 3);

    call(&stage.app, "worker.pause", json!({ "until": "hour" })).await;
    until(&mut events, |s| s.state == WorkerState::Paused).await;
    stage.advance(59 * MINUTE);
    let by_hand = json!({ "sync": stage.sync, "rehearsal": true });
    call(&stage.app, "runs.start", by_hand).await;
    run_ended(&mut events).await;
    assert_eq!(
        stage.runs().await,
        4,
        "what a person asks for runs all the same, and nothing else did"
    );
    stage.advance(MINUTE);
    run_ended(&mut events).await;

    // Another process on the same data only watches, and takes over.
    let second = open(&stage.dir, &stage.host);
    let mut its_events = second.subscribe();
    second.start_worker();
    until(&mut its_events, |s| {
        s.place == foxbridge_contract::WorkerPlace::Elsewhere
    })
    .await;
    stage.app.shutdown().await;
    stage.advance(31 * MINUTE);
    run_ended(&mut its_events).await;
    assert_eq!(
        call(&second, "worker.status", json!({})).await["place"],
        "here"
    );
    second.shutdown().await;
    stage.sandbox.unwrap().stop().await;
}

/// Waits until the worker has forgotten every request.
async fn forgotten(app: &App, events: &mut Receiver<Event>) {
    let news = |event: Event| matches!(event, Event::Changed { commands } if commands.iter().any(|c| c == "activity.list"));
    loop {
        while !news(events.recv().await.unwrap()) {}
        if requests(app).await == 0 {
            return;
        }
    }
}

async fn requests(app: &App) -> usize {
    let asked = json!({ "kind": "request", "limit": 500 });
    let page = call(app, "activity.list", asked).await;
    page["entries"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_passed_its_time_is_forgotten_every_day() {
    const DAY: i64 = 24 * 60 * MINUTE;
    let stage = Stage::set().await;
    let two_days = json!({ "activity_days": 0, "request_days": 2 });
    call(&stage.app, "retention.set", two_days).await;
    let mut events = stage.app.subscribe();
    stage.app.start_worker();
    until(&mut events, |s| s.state == WorkerState::Idle).await;
    assert!(requests(&stage.app).await > 0, "connecting asked something");

    stage.advance(3 * DAY);
    forgotten(&stage.app, &mut events).await;

    // Not once, but each day; and runs are kept for good here.
    let by_hand = json!({ "sync": stage.sync, "rehearsal": true });
    call(&stage.app, "runs.start", by_hand).await;
    run_ended(&mut events).await;
    assert!(requests(&stage.app).await > 0, "a rehearsal reads");
    stage.advance(3 * DAY);
    forgotten(&stage.app, &mut events).await;
    assert_eq!(stage.runs().await, 1, "the rehearsal itself is kept");
    stage.app.shutdown().await;
    stage.sandbox.unwrap().stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_goes_and_comes_is_lived_through() {
    let mut stage = Stage::set().await;
    let mut events = stage.app.subscribe();
    stage.every(30).await;
    stage.app.start_worker();
    run_ended(&mut events).await;
    let sandbox = stage.sandbox.take().unwrap();
    let keys = sandbox.credentials().clone();
    let port = |url: &str| {
        url.rsplit(':')
            .next()
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .parse()
    };
    let ports: (u16, u16) = (
        port(&keys.highlevel.base_url).unwrap(),
        port(&keys.aimfox.base_url).unwrap(),
    );
    sandbox.stop().await;
    stage.advance(30 * MINUTE);
    // Retries of single calls sleep on the same clock.
    let moving = {
        let host = Arc::clone(&stage.host);
        tokio::spawn(async move {
            loop {
                host.clock.0.send_modify(|now| *now += 1_000);
                tokio::task::yield_now().await;
            }
        })
    };
    until(&mut events, |s| s.state == WorkerState::Offline).await;
    let runs = stage.runs().await;
    let failed = call(&stage.app, "worker.status", json!({})).await;
    assert_eq!(failed["syncs"][0]["offline"], true);
    let config = Config {
        contacts: 8,
        leads: 6,
        overlap: 4,
        highlevel_per_10s: 100_000,
        aimfox_per_minute: 100_000,
        highlevel_port: ports.0,
        aimfox_port: ports.1,
        ..Config::default()
    };
    let back = Sandbox::start(config).await.unwrap();
    until(&mut events, |s| {
        s.syncs[0].failures == 0 && !s.syncs[0].offline
    })
    .await;
    moving.abort();
    let after = stage.runs().await;
    assert!(after > runs, "it ran again by itself");
    stage.app.shutdown().await;
    back.stop().await;
}
