//! What the program stands on in a simulation: time that only sleepers move, a line to services in
//! the same process, a keyring in memory, and power that can fail.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use foxbridge_app::Host;
use foxbridge_connectors::{Carried, Carrier, Clock, Failed, NoAnswer, Reach, VirtualClock};
use foxbridge_model::Service;
use foxbridge_sandbox::Sandbox;
use foxbridge_store::Fuse;
use foxbridge_vault::{Vault, VaultError};
use futures::future::BoxFuture;
use rand::SeedableRng as _;
use rand::rngs::SmallRng;
use secrecy::SecretString;
use tokio::sync::Notify;

use crate::editors::Editors;

/// When the power fails, counted from the start of a life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Before this request arrives.
    BeforeSend(u32),
    /// After this request was carried out, before its answer arrives.
    AfterSend(u32),
    /// Before this write to the database.
    BeforeWrite(u32),
    /// Right after this write to the database.
    AfterWrite(u32),
}

/// The power of one life of the program. Once it is off, nothing reaches disk or network.
pub(crate) struct Power {
    on: AtomicBool,
    cut: Option<Cut>,
    sends: AtomicU64,
    writes: AtomicU64,
    pub(crate) off: Notify,
}

impl Power {
    pub(crate) fn new(cut: Option<Cut>) -> Arc<Self> {
        Arc::new(Self {
            on: AtomicBool::new(true),
            cut,
            sends: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            off: Notify::new(),
        })
    }

    pub(crate) fn is_on(&self) -> bool {
        self.on.load(Ordering::SeqCst)
    }

    fn fail(&self) {
        self.on.store(false, Ordering::SeqCst);
        self.off.notify_one();
    }

    fn next(counter: &AtomicU64) -> u32 {
        u32::try_from(counter.fetch_add(1, Ordering::SeqCst) + 1).unwrap()
    }

    /// Whether a write goes through.
    fn write(&self) -> bool {
        if !self.is_on() {
            return false;
        }
        let n = Self::next(&self.writes);
        match self.cut {
            Some(Cut::BeforeWrite(at)) if at == n => self.fail(),
            // The next write is the first that does not happen; what is sent between counts as not
            // sent, which another cut stands for.
            Some(Cut::AfterWrite(at)) if at + 1 == n => self.fail(),
            _ => {}
        }
        self.is_on()
    }

    fn send(&self) -> u32 {
        let n = Self::next(&self.sends);
        let cut = match self.cut {
            Some(Cut::BeforeSend(at)) => at == n,
            Some(Cut::AfterWrite(at)) => u64::from(at) <= self.writes.load(Ordering::SeqCst),
            _ => false,
        };
        if cut {
            self.fail();
        }
        n
    }
}

/// Time for the program and the services; the services' clock may go wrong by a little.
pub(crate) struct Skewed {
    pub(crate) clock: VirtualClock,
    pub(crate) by_ms: i64,
}

impl foxbridge_sandbox::Clock for Skewed {
    fn now_ms(&self) -> i64 {
        self.clock.now_ms() + self.by_ms
    }
}

/// The way to the services.
pub(crate) struct Line {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) clock: VirtualClock,
    pub(crate) power: Arc<Power>,
    /// At which request somebody edits something, and with which luck.
    pub(crate) meanwhile: Option<(u32, u64)>,
    pub(crate) editors: Arc<Mutex<Editors>>,
    /// Leads whose notes were looked at to be written next.
    pub(crate) busy: Mutex<BTreeSet<u64>>,
    /// What was sent, in order, in words that are the same in every run of the same seed.
    pub(crate) trace: Arc<Mutex<Vec<String>>>,
}

impl Line {
    fn note(&self, what: String) {
        self.trace.lock().unwrap().push(what);
    }

    /// What others do while this request is under way.
    fn meanwhile(&self, number: u32, request: &reqwest::Request) {
        let mut busy = self.busy.lock().unwrap();
        let looks = request.method() == "GET";
        let lead = noted_lead(request.url().path());
        if looks {
            busy.extend(lead);
        }
        if let Some((at, luck)) = self.meanwhile
            && at == number
        {
            let mut random = SmallRng::seed_from_u64(luck);
            let mut editors = self.editors.lock().unwrap();
            editors.edit_meanwhile(&self.sandbox, &mut random, &busy);
        }
        if let Some(lead) = lead.filter(|_| !looks) {
            busy.remove(&lead);
        }
    }
}

/// The lead whose notes a request is about.
fn noted_lead(path: &str) -> Option<u64> {
    let (lead, _) = path.strip_prefix("/api/v2/leads/")?.split_once("/notes")?;
    lead.parse().ok()
}

impl Carrier for Line {
    fn carry(&self, request: reqwest::Request) -> BoxFuture<'_, Result<Carried, NoAnswer>> {
        Box::pin(async move {
            if !self.power.is_on() {
                return std::future::pending().await;
            }
            let number = self.power.send();
            let service = match request.url().port() {
                Some(1) => Service::HighLevel,
                _ => Service::Aimfox,
            };
            let body = request.body().and_then(|body| body.as_bytes());
            let said = format!(
                "{} {} {} {}",
                self.clock.now_ms(),
                request.method(),
                request.url(),
                body.map_or("", |body| std::str::from_utf8(body).unwrap_or("(bytes)")),
            );
            if !self.power.is_on() {
                self.note(format!("{said} - cut before"));
                return std::future::pending().await;
            }
            let mut asked = Request::builder()
                .method(request.method())
                .uri(request.url().as_str())
                .body(Bytes::copy_from_slice(body.unwrap_or_default()))
                .unwrap();
            *asked.headers_mut() = request.headers().clone();
            self.meanwhile(number, &request);
            let reply = self.sandbox.answer(service, asked);
            self.note(format!(
                "{said} - {} {:?}",
                reply.response.status().as_u16(),
                reply.broken_after
            ));
            if self.power.cut == Some(Cut::AfterSend(number)) {
                self.power.fail();
                return std::future::pending().await;
            }
            if !reply.after.is_zero() {
                self.clock.sleep(reply.after).await;
            }
            let status = reply.response.status().as_u16();
            if let Some(after) = reply.broken_after {
                let status = (after > 0).then_some(status);
                let how = Failed::Lost(Reach::Lost);
                return Err(NoAnswer { status, how });
            }
            let (head, body) = reply.response.into_parts();
            Ok(Carried {
                status,
                headers: head.headers,
                body: body.to_vec(),
            })
        })
    }
}

/// A keyring that lives as long as the simulation.
#[derive(Default)]
pub(crate) struct Drawer(Mutex<HashMap<String, SecretString>>);

impl Vault for Drawer {
    fn get(&self, key: &str) -> Result<Option<SecretString>, VaultError> {
        Ok(self.0.lock().unwrap().get(key).cloned())
    }

    fn set(&self, key: &str, secret: &SecretString) -> Result<(), VaultError> {
        let secret = secret.clone();
        self.0.lock().unwrap().insert(key.to_owned(), secret);
        Ok(())
    }

    fn delete(&self, key: &str) -> Result<(), VaultError> {
        self.0.lock().unwrap().remove(key);
        Ok(())
    }

    fn describe(&self) -> String {
        "memory".to_owned()
    }
}

/// The surroundings of one life.
pub(crate) struct Surroundings {
    pub(crate) clock: VirtualClock,
    pub(crate) line: Arc<Line>,
    pub(crate) drawer: Arc<Drawer>,
    pub(crate) random: Arc<AtomicU64>,
}

impl Host for Surroundings {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clock.clone())
    }

    fn time_zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::UTC
    }

    fn random(&self) -> u64 {
        // Weyl's sequence: all that is asked of it is that it does not repeat.
        self.random
            .fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst)
    }

    fn carrier(&self) -> Option<Arc<dyn Carrier>> {
        Some(Arc::clone(&self.line) as _)
    }

    fn fuse(&self) -> Option<Fuse> {
        let power = Arc::clone(&self.line.power);
        Some(Arc::new(move || power.write()))
    }

    fn vault(&self) -> Result<Arc<dyn Vault>, VaultError> {
        Ok(Arc::clone(&self.drawer) as _)
    }

    fn vault_name(&self) -> String {
        self.drawer.describe()
    }
}

/// A moment, for people who do nothing.
pub(crate) const MINUTE: Duration = Duration::from_secs(60);
