//! An application, the sandbox, a browser's part, and a clock that both go by.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foxbridge_app::{App, Host, Options};
use foxbridge_connectors::{Clock, SystemClock};
use foxbridge_contract::AppError;
use foxbridge_sandbox::{Config, Sandbox};
use foxbridge_vault::{Vault, VaultChoice, VaultError};
use futures::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

pub(crate) struct Stage {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) sandbox: Sandbox,
    pub(crate) app: App,
    pub(crate) stuck: Arc<AtomicBool>,
    pub(crate) clock: Arc<ShiftedClock>,
    pub(crate) browser: reqwest::Client,
}

/// The real file vault, which can be made to refuse what is new.
struct Stubborn {
    inner: Arc<dyn Vault>,
    stuck: Arc<AtomicBool>,
}

impl Vault for Stubborn {
    fn get(&self, key: &str) -> Result<Option<SecretString>, VaultError> {
        self.inner.get(key)
    }
    fn set(&self, key: &str, secret: &SecretString) -> Result<(), VaultError> {
        if self.stuck.load(Ordering::SeqCst) {
            return Err(VaultError::TimedOut);
        }
        self.inner.set(key, secret)
    }
    fn delete(&self, key: &str) -> Result<(), VaultError> {
        self.inner.delete(key)
    }
    fn describe(&self) -> String {
        self.inner.describe()
    }
}

/// The computer's clock, put forward by so many milliseconds.
#[derive(Default)]
pub(crate) struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    pub(crate) fn put_forward(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms() + self.0.load(Ordering::SeqCst)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        SystemClock.sleep(duration)
    }
}

struct TestHost {
    clock: Arc<ShiftedClock>,
    vault: Arc<dyn Vault>,
    random: Mutex<u64>,
}

impl Host for TestHost {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as _
    }
    fn random(&self) -> u64 {
        let mut random = self.random.lock().unwrap();
        *random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        *random
    }
    fn vault(&self) -> Result<Arc<dyn Vault>, VaultError> {
        Ok(Arc::clone(&self.vault))
    }
    fn vault_name(&self) -> String {
        "a test's vault".to_owned()
    }
}

/// The vault of a data folder.
pub(crate) fn vault(dir: &std::path::Path) -> Arc<dyn Vault> {
    foxbridge_vault::open(VaultChoice::File {
        vault_path: dir.join("data/vault.age"),
        key_file: dir.join("key"),
    })
    .unwrap()
}

/// An application on a data folder; several of them share it like processes do.
pub(crate) fn open(
    dir: &std::path::Path,
    stuck: &Arc<AtomicBool>,
    clock: &Arc<ShiftedClock>,
    seed: u64,
) -> App {
    let options = Options {
        data_dir: dir.join("data"),
        vault_key_file: Some(dir.join("key")),
    };
    let host = TestHost {
        clock: Arc::clone(clock),
        vault: Arc::new(Stubborn {
            inner: vault(dir),
            stuck: Arc::clone(stuck),
        }),
        random: Mutex::new(seed),
    };
    App::with_host(options, Arc::new(host)).unwrap()
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let config = Config {
            contacts: 20,
            leads: 10,
            overlap: 5,
            ..Config::default()
        };
        let sandbox = Sandbox::start(config).await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let stuck = Arc::new(AtomicBool::new(false));
        let clock = Arc::default();
        let app = open(dir.path(), &stuck, &clock, 7);
        let browser = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Self {
            dir,
            sandbox,
            app,
            stuck,
            clock,
            browser,
        }
    }

    pub(crate) async fn call(&self, command: &str, request: Value) -> Value {
        self.try_call(command, request).await.unwrap()
    }

    pub(crate) async fn try_call(&self, command: &str, request: Value) -> Result<Value, AppError> {
        self.app.call(command, request).await
    }

    fn request(&self, more: Value) -> Value {
        let keys = self.sandbox.credentials();
        let oauth = keys.oauth.as_ref().unwrap();
        let mut request = json!({
            "client_id": oauth.client_id,
            "client_secret": oauth.client_secret,
            "access": "write",
            "port": 0,
            "base_url": keys.highlevel.base_url,
            "authorize_url": oauth.authorize_url,
        });
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        request
    }

    /// Starts a sign-in: its id, and the address of the page.
    pub(crate) async fn start(&self, more: Value) -> (String, reqwest::Url) {
        let started = self
            .call("connections.sign_in_start", self.request(more))
            .await;
        let url = started["url"].as_str().unwrap().parse().unwrap();
        (started["sign_in"].as_str().unwrap().to_owned(), url)
    }

    /// What a person does on the page: `as_`: Location, Company or deny. The page they end on.
    pub(crate) async fn choose(&self, page: &reqwest::Url, as_: &str) -> String {
        let shown = self.browser.get(page.clone()).send().await.unwrap();
        assert_eq!(shown.status(), 200, "the page to choose on is shown");
        let mut next = page.clone();
        next.set_path("/oauth/chosen");
        next.query_pairs_mut().append_pair("as", as_);
        let back = self.browser.get(next).send().await.unwrap();
        back.text().await.unwrap()
    }

    pub(crate) async fn wait(&self, sign_in: &str) -> Result<Value, AppError> {
        let request = json!({"sign_in": sign_in});
        self.try_call("connections.sign_in_wait", request).await
    }

    /// The whole way; the connection.
    pub(crate) async fn sign_in(&self, more: Value, as_: &str) -> Value {
        let (id, page) = self.start(more).await;
        let end = self.choose(&page, as_).await;
        assert!(end.contains("Connected to"), "{end}");
        self.wait(&id).await.unwrap()["connection"].clone()
    }

    /// What the owner of the accounts does with keys and rights.
    pub(crate) async fn owner(&self, what: Value) -> Value {
        let base = &self.sandbox.credentials().highlevel.base_url;
        let sent = self
            .browser
            .post(format!("{base}/_sandbox/world"))
            .body(what.to_string())
            .send();
        serde_json::from_str(&sent.await.unwrap().text().await.unwrap()).unwrap()
    }

    /// Connects an account by its key.
    pub(crate) async fn connect(&self, service: &str) -> Value {
        let keys = self.sandbox.credentials();
        let (command, request) = match service {
            "highlevel" => (
                "connections.connect_highlevel",
                json!({
                    "base_url": keys.highlevel.base_url,
                    "location_id": keys.highlevel.location_id,
                    "token": keys.highlevel.token,
                }),
            ),
            _ => (
                "connections.connect_aimfox",
                json!({"base_url": keys.aimfox.base_url, "api_key": keys.aimfox.api_key}),
            ),
        };
        self.call(command, request).await
    }

    /// What the vault holds for a connection: its secret, and the one before.
    pub(crate) fn kept(&self, connection: &Value) -> [Option<String>; 2] {
        let id = connection["id"].as_str().unwrap();
        let vault = vault(self.dir.path());
        ["", "/previous"].map(|end| {
            let secret = vault.get(&format!("connection/{id}{end}")).unwrap();
            secret.map(|secret| secret.expose_secret().to_owned())
        })
    }

    /// What the service's owner does; answers with what the authorization server has counted.
    pub(crate) async fn hook(&self, what: Value) -> Value {
        let base = &self.sandbox.credentials().highlevel.base_url;
        let sent = self
            .browser
            .post(format!("{base}/_sandbox/oauth"))
            .body(what.to_string())
            .send();
        serde_json::from_str(&sent.await.unwrap().text().await.unwrap()).unwrap()
    }

    pub(crate) async fn refreshes(&self) -> u64 {
        let counted = self.hook(json!({"do": "look"})).await;
        counted["refreshes"].as_u64().unwrap()
    }

    /// A request with the connection's token.
    pub(crate) async fn read(&self, connection: &Value) -> Result<Value, AppError> {
        read(&self.app, connection).await
    }
}

/// A request with a connection's token, by any application.
pub(crate) async fn read(app: &App, connection: &Value) -> Result<Value, AppError> {
    let call = json!({
        "operation": "highlevel.locations.get",
        "connection": connection["id"],
        "params": {},
        "confirm": false,
    });
    app.call("operations.call", call).await
}
