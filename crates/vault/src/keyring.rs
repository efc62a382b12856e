//! The keyring of the operating system, asked from a helper thread so that one that never answers
//! cannot stop the program.

mod explain;
mod parts;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use secrecy::zeroize::Zeroize as _;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{Vault, VaultError};

/// The name under which the keyring shows our entries.
const SERVICE: &str = "Foxbridge";

/// How long a call may take. A keyring that asks for its password takes longer; the user answers,
/// and tries again.
const LIMIT: Duration = Duration::from_secs(5);

/// The longest secret that an entry takes, in bytes, where the system limits it (`parts`).
const MOST: Option<usize> = if cfg!(target_os = "windows") {
    Some(2560)
} else {
    None
};

type Connect = dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync;

/// Secrets in the system's keyring.
pub(crate) struct Keyring {
    link: Arc<Link>,
    limit: Duration,
    most: Option<usize>,
}

/// The way to the keyring, shared with helper threads, which may outlive the call they serve.
struct Link {
    connect: Box<Connect>,
    store: Mutex<Option<Arc<CredentialStore>>>,
}

impl Link {
    fn store(&self) -> MutexGuard<'_, Option<Arc<CredentialStore>>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a job on the open store; once more on a fresh one where the keyring may have been
    /// restarted. Jobs are such that doing them twice is doing them once.
    fn run<T>(
        &self,
        job: impl Fn(&CredentialStore) -> keyring_core::Result<T>,
    ) -> keyring_core::Result<T> {
        let open = self.store().clone();
        if let Some(store) = open {
            match job(store.as_ref()) {
                Err(error) if explain::reconnecting_may_help(&error) => *self.store() = None,
                other => return other,
            }
        }
        let store = (self.connect)()?;
        *self.store() = Some(Arc::clone(&store));
        job(store.as_ref())
    }
}

impl Keyring {
    pub(crate) fn system() -> Self {
        Self::new(system_store, LIMIT)
    }

    fn new(
        connect: impl Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync + 'static,
        limit: Duration,
    ) -> Self {
        let link = Link {
            connect: Box::new(connect),
            store: Mutex::new(None),
        };
        Self {
            link: Arc::new(link),
            limit,
            most: MOST,
        }
    }

    /// Does something with the store; `None` if there is no entry of `key`.
    fn ask<T: Send + 'static>(
        &self,
        key: &str,
        job: impl Fn(&CredentialStore, &str) -> keyring_core::Result<T> + Send + 'static,
    ) -> Result<Option<T>, VaultError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let link = Arc::clone(&self.link);
        let name = key.to_owned();
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                let reply = link.run(|store| job(store, &name));
                // Nobody listens after the time limit.
                let _ = answer.send(reply);
            })
            .map_err(|e| VaultError::Failed {
                why: format!("no thread to ask it on ({e})"),
            })?;
        match answered.recv_timeout(self.limit) {
            Ok(Ok(value)) => Ok(Some(value)),
            Ok(Err(Error::NoEntry)) => Ok(None),
            Ok(Err(error)) => Err(explain::explain(error, key)),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                // The helper still holds this store; later calls must not queue behind it.
                *self.link.store() = None;
                Err(VaultError::TimedOut)
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                *self.link.store() = None;
                Err(VaultError::Failed {
                    why: "its library stopped unexpectedly".to_owned(),
                })
            }
        }
    }
}

fn entry(store: &CredentialStore, key: &str) -> keyring_core::Result<Entry> {
    // What keyring managers show; the other systems show service and key by themselves.
    let label = format!("{SERVICE}: {key}");
    let labels = HashMap::from([("label", label.as_str())]);
    store.build(SERVICE, key, cfg!(target_os = "linux").then_some(&labels))
}

#[cfg(target_os = "linux")]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

/// Whether the Secret Service has a default keyring, and it is unlocked.
#[cfg(target_os = "linux")]
fn is_open() -> keyring_core::Result<()> {
    use secret_service::blocking::SecretService;
    use secret_service::{EncryptionType, Error as Refusal};
    let ask = || {
        // No secret crosses, so that nothing needs to be encrypted.
        let service = SecretService::connect(EncryptionType::Plain)?;
        match service.get_default_collection()?.is_locked()? {
            true => Err(Refusal::Locked),
            false => Ok(()),
        }
    };
    ask().map_err(|refusal| Error::NoStorageAccess(Box::new(refusal)))
}

/// The other systems ask when they are asked for something.
#[cfg(not(target_os = "linux"))]
fn is_open() -> keyring_core::Result<()> {
    Ok(())
}

#[cfg(target_os = "macos")]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "windows")]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn system_store() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(Error::NoDefaultStore)
}

impl Vault for Keyring {
    fn get(&self, key: &str) -> Result<Option<SecretString>, VaultError> {
        self.ask(key, |store, key| {
            match String::from_utf8(parts::get(store, key)?) {
                Ok(secret) => Ok(SecretString::from(secret)),
                Err(error) => {
                    error.into_bytes().zeroize();
                    Err(Error::BadEncoding(Vec::new()))
                }
            }
        })
    }

    fn set(&self, key: &str, secret: &SecretString) -> Result<(), VaultError> {
        let (secret, most) = (secret.clone(), self.most);
        self.ask(key, move |store, key| {
            parts::set(store, key, secret.expose_secret().as_bytes(), most)
        })?;
        Ok(())
    }

    fn delete(&self, key: &str) -> Result<(), VaultError> {
        let most = self.most;
        self.ask(key, move |store, key| parts::delete(store, key, most))?;
        Ok(())
    }

    fn ready(&self) -> Result<(), VaultError> {
        // A keyring that has nothing to hide says so even while it is locked.
        self.ask("check", |store, key| match parts::get(store, key) {
            Err(Error::NoEntry) => is_open(),
            other => other.map(drop),
        })?;
        Ok(())
    }

    fn describe(&self) -> String {
        "the system keyring".to_owned()
    }
}

#[cfg(test)]
mod tests;
