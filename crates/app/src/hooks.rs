//! Webhooks: received on loopback, believed or not, written down, answered; worked on afterwards.
//!
//! **Architecture Invariant:** an answer of 200 is given after the delivery is on the disk. A delivery is
//! a hint: what it is about is read afresh before any rule sees it.

mod intake;
mod register;
mod verify;
mod work;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foxbridge_contract::{AppError, HookEndpoint, Hooks};
use foxbridge_model::Service;
use foxbridge_store::ConnectionRow;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};

use crate::{App, convert, error, secrets, worker};
pub(crate) use register::{register, test};
pub use work::turn as work_off;

/// Where deliveries are listened for unless somebody chooses: out of the way of what developers use.
const PORT: u16 = 47_113;
const SETTINGS: &str = "hooks";
/// How often the receiver is looked after when nothing wakes it.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// What is kept for all connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Choices {
    pub(crate) port: u16,
    pub(crate) public_url: Option<String>,
}

/// What is kept for one connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) on: bool,
    /// The last part of the address, which nobody can guess.
    pub(crate) path: String,
    /// HighLevel: a public key in place of the published one.
    pub(crate) key: Option<String>,
    /// Aimfox: a secret was agreed on.
    #[serde(default)]
    pub(crate) registered: bool,
}

/// What an [`App`] knows of its receiver.
#[derive(Default)]
pub(crate) struct Receiver {
    wake: Notify,
    /// How often it was asked to look at what was chosen.
    asked: AtomicU64,
    /// Up to which of those it has looked.
    looked: watch::Sender<u64>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    listening: Option<String>,
    error: Option<String>,
}

impl Receiver {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the receiver look at what was chosen.
    pub(crate) fn wake(&self) {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.wake.notify_one();
    }

    /// Waits until the receiver of this process, if there is one, goes by what was chosen.
    async fn caught_up(&self, app: &App) {
        if self.state().listening.is_none() {
            return;
        }
        let asked = self.asked.load(Ordering::SeqCst);
        let mut looked = self.looked.subscribe();
        tokio::select! {
            // An error means that nobody looks any more.
            _ = looked.wait_for(|looked| *looked >= asked) => {}
            () = app.worker().ended() => {}
        }
    }
}

pub(crate) fn choices(app: &App) -> Result<Choices, AppError> {
    let kept = app.store().settings().get(SETTINGS).map_err(error::store)?;
    kept.map_or(
        Ok(Choices {
            port: PORT,
            public_url: None,
        }),
        |kept| serde_json::from_value(kept).map_err(error::internal),
    )
}

pub(crate) fn choose(app: &App, choices: &Choices) -> Result<(), AppError> {
    let kept = serde_json::to_value(choices).map_err(error::internal)?;
    app.store()
        .settings()
        .set(SETTINGS, &kept)
        .map_err(error::store)?;
    changed(app);
    Ok(())
}

/// A test event that is on its way, or has arrived: whoever sends it need not be the program that
/// receives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Test {
    secret: String,
    arrived: bool,
}

/// Where the newest test event of a connection is kept.
fn test_key(connection: &str) -> String {
    format!("connection.{connection}.hook_test")
}

fn under_test(app: &App, connection: &str) -> Result<Option<Test>, AppError> {
    let kept = app.store().settings().get(&test_key(connection));
    let kept = kept.map_err(error::store)?.map(serde_json::from_value);
    kept.transpose().map_err(error::internal)
}

fn keep_test(app: &App, connection: &str, test: &Test) -> Result<(), AppError> {
    let kept = serde_json::to_value(test).map_err(error::internal)?;
    let settings = app.store().settings();
    settings
        .set(&test_key(connection), &kept)
        .map_err(error::store)
}

fn endpoint_key(connection: &str) -> String {
    format!("connection.{connection}.hook")
}

pub(crate) fn endpoint(app: &App, connection: &str) -> Result<Endpoint, AppError> {
    let kept = app
        .store()
        .settings()
        .get(&endpoint_key(connection))
        .map_err(error::store)?;
    kept.map_or_else(
        || Ok(Endpoint::default()),
        |kept| serde_json::from_value(kept).map_err(error::internal),
    )
}

pub(crate) fn keep_endpoint(
    app: &App,
    connection: &str,
    endpoint: &Endpoint,
) -> Result<(), AppError> {
    let kept = serde_json::to_value(endpoint).map_err(error::internal)?;
    app.store()
        .settings()
        .set(&endpoint_key(connection), &kept)
        .map_err(error::store)?;
    changed(app);
    Ok(())
}

fn changed(app: &App) {
    app.receiver().wake();
    app.changed(&["hooks.list", "hooks.deliveries"]);
}

/// 128 random bits as letters and digits.
pub(crate) fn unguessable(app: &App) -> String {
    format!("{:016x}{:016x}", app.host().random(), app.host().random())
}

/// The address of an endpoint: the public one where it is known.
pub(crate) fn url(choices: &Choices, endpoint: &Endpoint) -> Option<String> {
    let base = match &choices.public_url {
        Some(public) => public.clone(),
        None => format!("http://127.0.0.1:{}", choices.port),
    };
    (!endpoint.path.is_empty()).then(|| format!("{base}/hooks/{}", endpoint.path))
}

/// Everything, as shown.
pub(crate) fn shown(app: &App) -> Result<Hooks, AppError> {
    let choices = choices(app)?;
    let totals = app.store().deliveries().totals().map_err(error::store)?;
    let mut endpoints = Vec::new();
    for row in app.store().connections().list().map_err(error::store)? {
        let endpoint = endpoint(app, &row.id)?;
        let count = |state: &str| -> u32 {
            let found = totals.iter().find(|(c, s, ..)| *c == row.id && s == state);
            found.map_or(0, |(_, _, count, _)| *count)
        };
        let newest = app
            .store()
            .deliveries()
            .newest(Some(&row.id), 1)
            .map_err(error::store)?;
        let of = totals.iter().filter(|(c, ..)| *c == row.id);
        endpoints.push(HookEndpoint {
            url: url(&choices, &endpoint),
            on: endpoint.on,
            key: endpoint.key.clone(),
            registered: endpoint.registered,
            taken: count("waiting") + count("done") + count("failed"),
            waiting: count("waiting"),
            failed: count("failed"),
            repeated: of.map(|(.., repeats)| repeats).sum(),
            refused: count("refused"),
            last_at: newest.first().map(|d| convert::time(d.at)),
            service: convert::service(row.service),
            name: row.name,
            connection: row.id,
        });
    }
    let state = app.receiver().state();
    Ok(Hooks {
        listening: state.listening.clone(),
        error: state.error.clone(),
        port: choices.port,
        public_url: choices.public_url,
        endpoints,
    })
}

/// One address that deliveries are believed at.
struct Door {
    path: String,
    connection: ConnectionRow,
    key: Option<String>,
    secrets: Vec<secrecy::SecretString>,
}

async fn doors(app: &App) -> Result<Vec<Door>, AppError> {
    let mut doors = Vec::new();
    for connection in app.store().connections().list().map_err(error::store)? {
        let endpoint = endpoint(app, &connection.id)?;
        if !endpoint.on || endpoint.path.is_empty() {
            continue;
        }
        let secrets = match connection.service {
            Service::Aimfox if endpoint.registered => secrets::hook(app, &connection.id).await?,
            _ => Vec::new(),
        };
        doors.push(Door {
            path: endpoint.path,
            connection,
            key: endpoint.key,
            secrets,
        });
    }
    Ok(doors)
}

/// Listens while this process holds the lease and an endpoint is switched on; until the worker ends.
pub(crate) async fn listen(app: App) {
    let receiver = app.receiver();
    let mut open: Option<intake::Open> = None;
    loop {
        let asked = receiver.asked.load(Ordering::SeqCst);
        if let Err(e) = look(&app, &mut open).await {
            tracing::error!("webhooks cannot be received: {e}");
            receiver.state().error = Some(e.message);
        }
        receiver.looked.send_replace(asked);
        tokio::select! {
            () = app.worker().ended() => break,
            () = receiver.wake.notified() => {}
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
    if let Some(open) = open {
        open.close().await;
    }
}

async fn look(app: &App, open: &mut Option<intake::Open>) -> Result<(), AppError> {
    let choices = choices(app)?;
    let doors = if worker::has_lease(app) {
        doors(app).await?
    } else {
        Vec::new()
    };
    let wanted = !doors.is_empty();
    let moved = open
        .as_ref()
        .is_some_and(|open| !wanted || (choices.port != 0 && open.port() != choices.port));
    if moved && let Some(old) = open.take() {
        old.close().await;
        app.receiver().state().listening = None;
    }
    if !wanted {
        return Ok(());
    }
    match open {
        Some(open) => open.set(doors),
        None => {
            let opened = intake::Open::start(app, choices.port, doors).await?;
            let address = format!("http://127.0.0.1:{}", opened.port());
            tracing::info!("webhooks are received at {address}");
            let mut state = app.receiver().state();
            state.listening = Some(address);
            state.error = None;
            drop(state);
            *open = Some(opened);
            app.changed(&["hooks.list"]);
        }
    }
    Ok(())
}
