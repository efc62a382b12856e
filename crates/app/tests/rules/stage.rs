//! The program and both services, going by one clock that stands still until it is moved.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use foxbridge_app::{App, Host, Options, start_run};
use foxbridge_connectors::Clock;
use foxbridge_contract::{RunState, StartRun};
use foxbridge_sandbox::{Config, Sandbox};
use foxbridge_store::{FiringRow, LinkRow, Store};
use foxbridge_vault::{Vault, VaultChoice, VaultError};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tokio::sync::watch;

/// Wednesday, 25 November 2026, 10:00 UTC.
pub(crate) const START: i64 = 1_795_600_800_000;
pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const DAY: i64 = 24 * 60 * MINUTE;

/// Whoever sleeps wakes when the time has come.
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

impl foxbridge_sandbox::Clock for HandClock {
    fn now_ms(&self) -> i64 {
        *self.0.borrow()
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

pub(crate) struct Stage {
    pub(crate) app: App,
    pub(crate) sandbox: Sandbox,
    pub(crate) store: Store,
    pub(crate) sync: String,
    pub(crate) highlevel: String,
    pub(crate) aimfox: String,
    clock: Arc<HandClock>,
    vault: Arc<dyn Vault>,
    http: reqwest::Client,
    dir: tempfile::TempDir,
}

impl Stage {
    /// Connected, synced once, and at work.
    pub(crate) async fn set() -> Self {
        Self::with(12, 10, 6).await
    }

    pub(crate) async fn with(contacts: usize, leads: usize, overlap: usize) -> Self {
        let clock = Arc::new(HandClock(watch::Sender::new(START)));
        let config = Config {
            contacts,
            leads,
            overlap,
            highlevel_per_10s: 100_000,
            highlevel_per_day: 1_000_000,
            aimfox_per_minute: 100_000,
            index_lag: Duration::ZERO,
            ..Config::default()
        };
        let sandbox = Sandbox::start_at(config, Arc::clone(&clock) as _)
            .await
            .unwrap();
        let dir = tempfile::tempdir().unwrap();
        let vault = foxbridge_vault::open(VaultChoice::File {
            vault_path: dir.path().join("vault"),
            key_file: dir.path().join("key"),
        })
        .unwrap();
        let host = TestHost {
            clock: Arc::clone(&clock),
            random: Mutex::new(7),
            vault: Arc::clone(&vault),
        };
        let options = Options {
            data_dir: dir.path().join("data"),
            vault_key_file: None,
        };
        let app = App::with_host(options, Arc::new(host)).unwrap();
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
        let call = |command: &'static str, request| {
            let app = app.clone();
            async move { app.call(command, request).await.unwrap() }
        };
        let highlevel = call("connections.connect_highlevel", highlevel).await;
        let aimfox = call("connections.connect_aimfox", aimfox).await;
        let pair = json!({ "highlevel": highlevel["id"], "aimfox": aimfox["id"] });
        let sync = call("syncs.create", pair).await;
        let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
        let stage = Self {
            sync: text(&sync),
            highlevel: text(&highlevel),
            aimfox: text(&aimfox),
            store: Store::open(&dir.path().join("data/foxbridge.db")).unwrap(),
            app,
            sandbox,
            clock,
            vault,
            http: reqwest::Client::new(),
            dir,
        };
        stage.app.start_worker();
        stage.run().await;
        stage
    }

    /// The same data in another program, which does no work by itself: a terminal beside the window.
    pub(crate) fn beside(&self) -> App {
        let host = TestHost {
            clock: Arc::clone(&self.clock),
            random: Mutex::new(11),
            vault: Arc::clone(&self.vault),
        };
        let options = Options {
            data_dir: self.dir.path().join("data"),
            vault_key_file: None,
        };
        App::with_host(options, Arc::new(host)).unwrap()
    }

    pub(crate) async fn end(self) {
        self.app.shutdown().await;
        self.sandbox.stop().await;
    }

    pub(crate) async fn call(&self, command: &str, request: Value) -> Value {
        self.app.call(command, request).await.unwrap()
    }

    /// Milliseconds since 1970, for everybody.
    pub(crate) fn now(&self) -> i64 {
        *self.clock.0.borrow()
    }

    /// Lets time pass, for everybody.
    pub(crate) fn advance(&self, ms: i64) {
        self.clock.0.send_modify(|now| *now += ms);
    }

    /// A whole run, and what rules do about it.
    pub(crate) async fn run(&self) {
        // Nobody changes things in the very moment in which they were read.
        self.advance(MINUTE);
        self.run_at_once().await;
        self.advance(MINUTE);
    }

    /// The same, and no time passes before or after.
    pub(crate) async fn run_at_once(&self) {
        let request = json!({ "sync": self.sync, "rehearsal": false, "full": true });
        let request: StartRun = serde_json::from_value(request).unwrap();
        let ended = start_run(&self.app, request)
            .await
            .unwrap()
            .finished()
            .await;
        let ended = ended.unwrap();
        assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
        self.settled().await;
    }

    /// HighLevel tells of something; the program looks at what another one has written down every five
    /// seconds.
    pub(crate) async fn hinted(&self, event: &str, body: Value) {
        let delivery = foxbridge_store::NewDelivery {
            connection: self.highlevel.clone(),
            key: Some(format!("{event}-{}", self.now())),
            at: self.now(),
            why: None,
            event: event.to_owned(),
            body,
        };
        self.store.deliveries().take_in(&[delivery]).unwrap();
        self.advance(6_000);
        self.settled().await;
    }

    /// Requests that HighLevel was asked, of one operation.
    pub(crate) fn asked(&self, operation: &str) -> u64 {
        let stats = self.sandbox.stats(foxbridge_model::Service::HighLevel);
        let asked = stats.by_operation.get(operation);
        asked.copied().unwrap_or_default()
    }

    /// Waits until no event waits for rules and no firing is due.
    pub(crate) async fn settled(&self) {
        let mut events = self.app.subscribe();
        while !self.quiet() {
            // Whatever changes is told; the bound only ends a wait for what was told before it began.
            let _event = tokio::time::timeout(Duration::from_millis(200), events.recv()).await;
        }
    }

    /// Whether nothing is left to do now. Looked at the way work goes, from deliveries to events to
    /// firings, so that nothing slips past between two looks; and a firing may have made events.
    fn quiet(&self) -> bool {
        let now = self.now();
        let later = |due: Option<i64>| due.is_none_or(|due| due > now);
        let no_events = || self.store.events().waiting_count().unwrap() == 0;
        later(self.store.deliveries().next_due().unwrap())
            && no_events()
            && later(self.store.rules().next_due().unwrap())
            && no_events()
    }

    /// Saves a rule and switches it on; gives its id.
    pub(crate) async fn rule(&self, name: &str, definition: Value) -> String {
        let rule = json!({ "name": name, "sync": self.sync, "definition": definition });
        let rule = self.call("rules.save", rule).await;
        let on = json!({ "rule": rule["id"], "state": "on" });
        self.call("rules.switch", on).await;
        rule["id"].as_str().unwrap().to_owned()
    }

    /// One of the recipes as it is shipped.
    pub(crate) async fn recipe(&self, id: &str) -> String {
        let recipes = self.call("rules.recipes", json!({})).await;
        let mut recipes = recipes.as_array().unwrap().iter();
        let recipe = recipes.find(|recipe| recipe["id"] == id).unwrap().clone();
        self.rule(id, recipe["definition"].clone()).await
    }

    /// What a rule did, newest first, as it is shown.
    pub(crate) async fn firings(&self, rule: &str) -> Vec<Value> {
        let query = json!({ "rule": rule, "limit": 500 });
        let firings = self.call("rules.firings", query).await;
        firings.as_array().unwrap().clone()
    }

    pub(crate) fn kept(&self, rule: &str) -> Vec<FiringRow> {
        self.store.rules().firings(Some(rule), 500).unwrap()
    }

    pub(crate) async fn state(&self, rule: &str) -> Value {
        self.call("rules.get", json!({ "rule": rule })).await
    }

    pub(crate) async fn switch(&self, connection: &str, operation: &str, to: &str) {
        let request = json!({ "connection": connection, "operation": operation, "switch": to });
        self.call("permissions.set", request).await;
    }

    /// Everybody whom the sync has linked.
    pub(crate) fn links(&self) -> Vec<LinkRow> {
        self.store.links().list(&self.sync).unwrap()
    }

    /// A request of somebody else's to HighLevel.
    pub(crate) async fn by_somebody(&self, method: &str, path: &str, body: Value) -> Value {
        let at = &self.sandbox.credentials().highlevel;
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", at.base_url))
            .bearer_auth(&at.token)
            .header("Version", "2021-07-28")
            .json(&body);
        answer(request).await
    }

    /// The same to Aimfox.
    pub(crate) async fn in_aimfox(&self, method: &str, path: &str, body: Value) -> Value {
        let at = &self.sandbox.credentials().aimfox;
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", at.base_url))
            .bearer_auth(&at.api_key);
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        answer(request).await
    }

    /// Somebody gives a contact tags.
    pub(crate) async fn tag(&self, contact: &str, tags: &[&str]) {
        let path = format!("/contacts/{contact}/tags");
        self.by_somebody("POST", &path, json!({ "tags": tags }))
            .await;
    }

    pub(crate) fn tags(&self, contact: &str) -> Vec<String> {
        self.sandbox.with_state(|world| {
            let contact = world.highlevel.contacts.get(contact).unwrap();
            contact.tags.clone()
        })
    }

    /// Names of the labels of a lead.
    pub(crate) fn labels(&self, lead: &str) -> Vec<String> {
        self.sandbox.with_state(|world| {
            let lead = &world.aimfox.leads[&lead.parse::<u64>().unwrap()];
            let all = world.aimfox.labels.iter();
            let on = all.filter(|label| {
                lead.labels
                    .iter()
                    .any(|on| *on == label.id || *on == label.name)
            });
            on.map(|label| label.name.clone()).collect()
        })
    }

    pub(crate) fn notes(&self, lead: &str) -> Vec<String> {
        self.sandbox.with_state(|world| {
            let lead = &world.aimfox.leads[&lead.parse::<u64>().unwrap()];
            lead.notes.iter().map(|note| note.text.clone()).collect()
        })
    }

    pub(crate) fn task_titles(&self, contact: &str) -> Vec<String> {
        self.sandbox.with_state(|world| {
            let tasks = world.highlevel.tasks.get(contact).into_iter().flatten();
            let live = tasks.filter(|task| !task.deleted);
            live.map(|task| task.title.clone()).collect()
        })
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap_or_default();
    assert!(status.is_success(), "{status}: {body}");
    body
}
