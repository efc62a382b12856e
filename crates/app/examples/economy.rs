//! What a sync spends: the requests of a first sync, of one with nothing to do, and of one for which
//! one person in a hundred changed; beside the least that the two services allow, a client that reads
//! everybody one by one, and the vendor's own client doing that. All on one sandbox, which counts.
//! Run it with `cargo xtask bench economy`.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use foxbridge_app::{App, Options, start_run};
use foxbridge_contract::{RunState, RunSummary, StartRun};
use foxbridge_model::Service;
use foxbridge_sandbox::{Clock, Config, Sandbox, SystemClock};
use serde_json::{Value, json};

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

impl Stage {
    async fn set(people: usize) -> Self {
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
        let sandbox = Sandbox::start_at(config, Arc::clone(&clock) as _)
            .await
            .unwrap();
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
        let aimfox = json!({
            "base_url": keys.aimfox.base_url,
            "api_key": keys.aimfox.api_key,
            "requests_per_minute": NO_LIMIT,
        });
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
            _dir: dir,
        }
    }

    fn spent(&self) -> Spent {
        let of = |service| self.sandbox.stats(service).requests;
        Spent {
            highlevel: of(Service::HighLevel),
            aimfox: of(Service::Aimfox),
        }
    }

    /// A quarter of an hour later, by the services' clock.
    async fn later(&self) {
        tokio::time::sleep(LAG * 2).await;
        self.clock.0.fetch_add(15 * 60 * 1000, Ordering::SeqCst);
    }

    fn cards_replaced(&self) -> u64 {
        let stats = self.sandbox.stats(Service::Aimfox);
        let of = stats.by_operation.get("aimfox.leads.notes.update");
        of.copied().unwrap_or(0)
    }

    async fn run(&self) -> (RunSummary, Spent) {
        let before = self.spent();
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
        assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
        (ended, self.spent().since(before))
    }

    async fn highlevel(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let keys = &self.sandbox.credentials().highlevel;
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", keys.base_url))
            .bearer_auth(&keys.token)
            .header("Version", "2021-07-28");
        self.send(request, body).await
    }

    async fn aimfox(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let keys = &self.sandbox.credentials().aimfox;
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", keys.base_url))
            .bearer_auth(&keys.api_key);
        self.send(request, body).await
    }

    async fn send(&self, request: reqwest::RequestBuilder, body: Option<Value>) -> Value {
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.json().await.unwrap()
    }

    /// Pages of a hundred, then everybody by themselves.
    async fn naive(&self) -> Spent {
        let before = self.spent();
        let location = self.sandbox.credentials().highlevel.location_id.clone();
        let mut after = String::new();
        let mut contacts = Vec::new();
        loop {
            let path = format!("/contacts/?locationId={location}&limit=100{after}");
            let page = self.highlevel("GET", &path, None).await;
            let rows = page["contacts"].as_array().unwrap();
            contacts.extend(
                rows.iter()
                    .map(|row| row["id"].as_str().unwrap().to_owned()),
            );
            if rows.len() < 100 {
                break;
            }
            let meta = &page["meta"];
            let (id, at) = (meta["startAfterId"].as_str().unwrap(), &meta["startAfter"]);
            after = format!("&startAfterId={id}&startAfter={at}");
        }
        for id in contacts {
            self.highlevel("GET", &format!("/contacts/{id}"), None)
                .await;
        }
        let mut leads: Vec<String> = Vec::new();
        loop {
            let path = format!("/leads:search?start={}&count=100", leads.len());
            let body = json!({
                "keywords": "", "current_companies": [], "past_companies": [], "education": [],
                "interests": [], "labels": [], "languages": [], "locations": [], "origins": [],
                "skills": [], "lead_of": [],
            });
            let page = self.aimfox("POST", &path, Some(body)).await;
            let rows = page["leads"].as_array().unwrap();
            leads.extend(rows.iter().map(|row| match &row["id"] {
                Value::String(id) => id.clone(),
                id => id.to_string(),
            }));
            if rows.len() < 100 {
                break;
            }
        }
        for id in leads {
            self.aimfox("GET", &format!("/leads/{id}"), None).await;
        }
        self.spent().since(before)
    }

    /// The vendor's client, HighLevel only; `None` where it is not installed.
    fn official(&self, sdk: &Path) -> Option<u64> {
        let keys = &self.sandbox.credentials().highlevel;
        let before = self.spent();
        let ran = Command::new("node")
            .arg(sdk.join("economy.js"))
            .env("BASE_URL", &keys.base_url)
            .env("TOKEN", &keys.token)
            .env("LOCATION_ID", &keys.location_id)
            .output();
        match ran {
            Ok(ran) if ran.status.success() => Some(self.spent().since(before).highlevel),
            Ok(ran) => {
                eprintln!("{}", String::from_utf8_lossy(&ran.stderr));
                None
            }
            Err(_) => None,
        }
    }

    /// Somebody renames one linked contact in a hundred; gives how many.
    async fn rename_some(&self, people: usize) -> usize {
        let linked: Vec<String> = self
            .sandbox
            .truth()
            .overlap
            .iter()
            .map(|(_, contact)| contact.clone())
            .take((people / 100).max(1))
            .collect();
        for (n, id) in linked.iter().enumerate() {
            let name = json!({ "firstName": format!("Renamed{n}") });
            self.highlevel("PUT", &format!("/contacts/{id}"), Some(name))
                .await;
        }
        tokio::time::sleep(LAG * 2).await;
        linked.len()
    }
}

fn pages(of: usize, page: usize) -> u64 {
    of.div_ceil(page) as u64
}

fn row(people: usize, what: &str, spent: Spent, least: u64, naive: u64, official: &str) {
    let ratio = |other: u64| other as f64 / spent.all() as f64;
    println!(
        "| {people} | {what} | {} | {} | {:.3} | {:.1} | {official} |",
        spent.highlevel,
        spent.aimfox,
        1.0 / ratio(least),
        ratio(naive),
    );
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let sdk = arguments.next().unwrap();
    println!(
        "| people | sync | HighLevel | Aimfox | ÷ least | naive client, times as many | HighLevel's \
         client, its half, times as many |"
    );
    println!("|---:|---|---:|---:|---:|---:|---:|");
    for people in arguments {
        let people: usize = people.parse().unwrap();
        bench(people, Path::new(&sdk)).await;
    }
}

async fn bench(people: usize, sdk: &Path) {
    let stage = Stage::set(people).await;
    let (contacts, leads) = stage
        .sandbox
        .with_state(|world| (world.highlevel.contacts.len(), world.aimfox.leads.len()));
    let take_part = stage.sandbox.with_state(|world| {
        let leads = world.aimfox.leads.values();
        leads.filter(|lead| !lead.origins.is_empty()).count() as u64
    });
    let reading = stage.naive().await;
    let official = stage.official(sdk);
    let against = |writes: u64, spent: Spent| {
        official.map_or_else(
            || "not installed".to_owned(),
            |reads| format!("{:.1}", (reads + writes) as f64 / spent.highlevel as f64),
        )
    };

    let (first, spent) = stage.run().await;
    let planned = first.planned_requests;
    let (to_highlevel, to_aimfox) = (u64::from(planned.highlevel), u64::from(planned.aimfox));
    let writes = to_highlevel + to_aimfox;
    // docs/BUDGET.md: definitions, pages, pages of the leads that take part, and one request a write.
    let least = 2 + pages(contacts, 500) + 2 + pages(leads, 100) + take_part + writes;
    let naive = reading.all() + writes;
    row(
        people,
        "first",
        spent,
        least,
        naive,
        &against(to_highlevel, spent),
    );

    // Our own writes are the news of the run after.
    stage.later().await;
    let (_, spent) = stage.run().await;
    let again = 2 + pages(to_highlevel as usize, 500).max(1) + 2 + pages(leads, 100);
    row(
        people,
        "after it",
        spent,
        again,
        reading.all(),
        &against(0, spent),
    );
    let (_, spent) = stage.run().await;
    let nothing = 3 + 2 + pages(leads, 100);
    row(
        people,
        "nothing to do",
        spent,
        nothing,
        reading.all(),
        &against(0, spent),
    );

    let replaced = stage.cards_replaced();
    stage.later().await;
    stage.rename_some(people).await;
    let (changed, spent) = stage.run().await;
    let planned = changed.planned_requests;
    let (to_highlevel, to_aimfox) = (u64::from(planned.highlevel), u64::from(planned.aimfox));
    // A card that is replaced is read before.
    let replaced = stage.cards_replaced() - replaced;
    let least = nothing + to_highlevel + to_aimfox + replaced;
    let naive = reading.all() + to_highlevel + to_aimfox;
    row(
        people,
        "1 % changed",
        spent,
        least,
        naive,
        &against(to_highlevel, spent),
    );
    stage.app.shutdown().await;
    stage.sandbox.stop().await;
}
