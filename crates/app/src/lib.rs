//! Every command of Foxbridge, written once. The window, the terminal and the development server
//! are thin shells over [`App`].
//!
//! **Architecture Invariant:** this crate decides; shells only carry. It knows no user interface
//! and never prints.
//!
//! **Architecture Invariant:** what it needs from its surroundings it asks of [`Host`], so that
//! time, randomness and the secret store can be replaced in tests.

mod answering;
mod audit;
mod backup;
mod commands;
mod convert;
mod diagnostics;
mod error;
mod events;
mod export;
mod files;
mod hooks;
mod host;
mod ids;
pub mod logging;
mod mapping;
mod monitor;
mod names;
mod people;
mod permissions;
mod retention;
mod rules;
mod run;
mod sample;
mod secrets;
mod sign_in;
mod templates;
mod transport;
mod vault;
mod worker;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foxbridge_connectors::Paces;
use foxbridge_contract::{AppError, ErrorCode, Event};
use foxbridge_store::Store;
use serde_json::Value;
use tokio::sync::broadcast;

pub use commands::activity::log;
pub use hooks::work_off as work_off_hooks;
pub use host::{Host, SystemHost, VaultUse};
pub use monitor::Monitor;
pub use run::{RunHandle, start as start_run, start_restore, start_undo};

/// Where an [`App`] keeps its things.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of the database, the lock files and the sample data. Made when absent.
    pub data_dir: PathBuf,
    /// Selects the encrypted-file vault and names its key file; otherwise the system keyring.
    pub vault_key_file: Option<PathBuf>,
}

/// The application: cheap to clone, safe to share.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    host: Arc<dyn Host>,
    store: Store,
    events: broadcast::Sender<Event>,
    running: Mutex<HashMap<String, run::Running>>,
    sample: tokio::sync::Mutex<Option<foxbridge_sandbox::Sandbox>>,
    worker: worker::Worker,
    sign_ins: sign_in::SignIns,
    /// Tokens that the vault did not take, by connection.
    unsaved: Mutex<HashMap<String, secrets::Kept>>,
    receiver: hooks::Receiver,
    /// Who waits for which connection's budget.
    paces: Paces,
}

impl App {
    /// Opens the data folder and makes it ready. Asks nothing of the network or the secret store.
    ///
    /// # Errors
    /// [`ErrorCode::Store`] when the database is newer than this program, damaged or unwritable.
    pub fn open(options: Options) -> Result<Self, AppError> {
        let host = SystemHost::new(&options);
        Self::with_host(options, Arc::new(host))
    }

    /// [`App::open`] with surroundings of the caller's choice.
    ///
    /// # Errors
    /// As [`App::open`].
    pub fn with_host(options: Options, host: Arc<dyn Host>) -> Result<Self, AppError> {
        make_private_dir(&options.data_dir)?;
        let store = Store::open(&options.data_dir.join("foxbridge.db")).map_err(error::store)?;
        let store = match host.fuse() {
            Some(fuse) => store.with_fuse(fuse),
            None => store,
        };
        let (events, _) = broadcast::channel(1024);
        let app = Self {
            inner: Arc::new(Inner {
                options,
                host,
                store,
                events,
                running: Mutex::default(),
                sample: tokio::sync::Mutex::default(),
                worker: worker::Worker::default(),
                sign_ins: sign_in::SignIns::default(),
                unsaved: Mutex::default(),
                receiver: hooks::Receiver::default(),
                paces: Paces::default(),
            }),
        };
        if app.options().vault_key_file.is_none() {
            let which = vault::remembered(&app)?;
            app.host().use_vault(which);
        }
        run::recover(&app)?;
        retention::prune(&app)?;
        Ok(app)
    }

    /// Runs a command of the contract.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for an unknown command, [`ErrorCode::BadRequest`] when the request
    /// is not what the command takes, and whatever the command answers.
    pub async fn call(&self, command: &str, request: Value) -> Result<Value, AppError> {
        commands::dispatch(self, command, request).await
    }

    /// What happens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// Starts the background worker, which runs syncs when they are due. Once a process; where
    /// another process on the same data has one already, this one takes over when that one ends.
    /// Must be called from within a Tokio runtime.
    pub fn start_worker(&self) {
        worker::start(self);
    }

    /// Whether the quiet hours hold now.
    pub fn quiet_now(&self) -> bool {
        worker::quiet_now(self)
    }

    /// Stops the worker, then what is going on after its current write, and closes the sample data.
    pub async fn shutdown(&self) {
        self.worker().stop().await;
        self.inner.sign_ins.cancel();
        let waiting: Vec<_> = self
            .running()
            .values()
            .map(|running| {
                running.cancel.cancel();
                running.done.clone()
            })
            .collect();
        for mut done in waiting {
            // An error means that the run is gone already.
            let _ended = done.wait_for(|summary| summary.is_some()).await;
        }
        if let Some(sandbox) = self.inner.sample.lock().await.take() {
            sandbox.stop().await;
        }
    }

    /// Whether secrets are in a file behind a passphrase that nobody gave since the start.
    pub fn needs_passphrase(&self) -> bool {
        matches!(self.host().vault_in_use(), VaultUse::Passphrase(None))
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn host(&self) -> &Arc<dyn Host> {
        &self.inner.host
    }

    pub(crate) fn options(&self) -> &Options {
        &self.inner.options
    }

    pub(crate) fn now(&self) -> i64 {
        self.inner.host.clock().now_ms()
    }

    pub(crate) fn emit(&self, event: Event) {
        // Nobody listening is fine.
        let _receivers = self.inner.events.send(event);
    }

    /// Tells listeners which commands would answer differently now.
    pub(crate) fn changed(&self, commands: &[&str]) {
        self.emit(Event::Changed {
            commands: commands.iter().map(|c| (*c).to_owned()).collect(),
        });
    }

    pub(crate) fn worker(&self) -> &worker::Worker {
        &self.inner.worker
    }

    pub(crate) fn sign_ins(&self) -> &sign_in::SignIns {
        &self.inner.sign_ins
    }

    pub(crate) fn unsaved(&self) -> MutexGuard<'_, HashMap<String, secrets::Kept>> {
        self.inner
            .unsaved
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn paces(&self) -> &Paces {
        &self.inner.paces
    }

    pub(crate) fn receiver(&self) -> &hooks::Receiver {
        &self.inner.receiver
    }

    pub(crate) fn running(&self) -> MutexGuard<'_, HashMap<String, run::Running>> {
        self.inner
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where data is kept unless the user names another folder: the desktop program and the terminal
/// share it.
pub fn default_data_dir() -> Option<PathBuf> {
    dirs::data_dir().map(|dir| dir.join("app.foxbridge.desktop"))
}

/// Opens a file for writing, as it is, or makes one that only its owner can read.
fn open_private(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes a folder that only its owner can look into.
fn make_private_dir(dir: &std::path::Path) -> Result<(), AppError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|e| {
        AppError::new(
            ErrorCode::Store,
            format!("The data folder {} cannot be made: {e}.", dir.display()),
        )
        .hint("Choose another folder, or give yourself the right to write there.")
    })
}
