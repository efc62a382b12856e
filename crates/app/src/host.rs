//! What the application asks of its surroundings.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foxbridge_connectors::{Carrier, Clock, SystemClock};
use foxbridge_store::Fuse;
use foxbridge_vault::{Vault, VaultChoice, VaultError};
use rand::Rng as _;
use secrecy::SecretString;

use crate::Options;

/// The surroundings: time, randomness and the secret store, and nothing more.
pub trait Host: Send + Sync {
    /// The clock.
    fn clock(&self) -> Arc<dyn Clock>;
    /// The time zone that people mean by "08:30".
    fn time_zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::system()
    }
    /// 64 random bits.
    fn random(&self) -> u64;
    /// How requests travel to the services; over HTTP when there is no other way.
    fn carrier(&self) -> Option<Arc<dyn Carrier>> {
        None
    }
    /// Asked before every write to the database; see [`Fuse`].
    fn fuse(&self) -> Option<Fuse> {
        None
    }
    /// The secret store. May take seconds and may ask the user; never called from async code.
    ///
    /// # Errors
    /// When there is none, or it is locked, or refuses.
    fn vault(&self) -> Result<Arc<dyn Vault>, VaultError>;
    /// Where secrets are kept, for people. Must not open the store.
    fn vault_name(&self) -> String;
    /// Which store is in use. A host that knows one store only says that it is the keyring.
    fn vault_in_use(&self) -> VaultUse {
        VaultUse::Keyring
    }
    /// Opens a store beside the one in use. As [`Host::vault`] otherwise.
    ///
    /// # Errors
    /// As [`Host::vault`].
    fn open_vault(&self, which: &VaultUse) -> Result<Arc<dyn Vault>, VaultError> {
        let _only_one = which;
        self.vault()
    }
    /// Uses another store from now on, where the host knows more than one.
    fn use_vault(&self, which: VaultUse) {
        let _only_one = which;
    }
}

/// A choice of a store for secrets.
#[derive(Debug, Clone)]
pub enum VaultUse {
    /// The system's keyring.
    Keyring,
    /// A file, with its key in another.
    KeyFile(PathBuf),
    /// A file behind a passphrase; `None` until it was given.
    Passphrase(Option<SecretString>),
}

/// The real surroundings.
pub struct SystemHost {
    data_dir: PathBuf,
    state: Mutex<State>,
}

struct State {
    which: VaultUse,
    open: Option<Arc<dyn Vault>>,
}

impl SystemHost {
    pub(crate) fn new(options: &Options) -> Self {
        let which = match &options.vault_key_file {
            Some(key_file) => VaultUse::KeyFile(key_file.clone()),
            None => VaultUse::Keyring,
        };
        Self {
            data_dir: options.data_dir.clone(),
            state: Mutex::new(State { which, open: None }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The files of a vault with a passphrase.
pub(crate) fn passphrase_files(data_dir: &Path) -> (PathBuf, PathBuf) {
    let (vault, key) = ("passphrase-vault.age", "passphrase-vault.key.age");
    (data_dir.join(vault), data_dir.join(key))
}

impl Host for SystemHost {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(SystemClock)
    }

    fn random(&self) -> u64 {
        rand::rng().random()
    }

    fn vault(&self) -> Result<Arc<dyn Vault>, VaultError> {
        let mut state = self.state();
        if let Some(vault) = &state.open {
            return Ok(Arc::clone(vault));
        }
        let opened = self.open_vault(&state.which)?;
        state.open = Some(Arc::clone(&opened));
        Ok(opened)
    }

    fn vault_name(&self) -> String {
        match &self.state().which {
            VaultUse::Keyring => "the system keyring".to_owned(),
            VaultUse::KeyFile(_) => {
                let path = self.data_dir.join("vault.age");
                format!("an encrypted file ({})", path.display())
            }
            VaultUse::Passphrase(_) => {
                let (path, _) = passphrase_files(&self.data_dir);
                format!("a file with a passphrase ({})", path.display())
            }
        }
    }

    fn vault_in_use(&self) -> VaultUse {
        self.state().which.clone()
    }

    fn open_vault(&self, which: &VaultUse) -> Result<Arc<dyn Vault>, VaultError> {
        let choice = match which {
            VaultUse::Keyring => VaultChoice::Keyring,
            VaultUse::KeyFile(key_file) => VaultChoice::File {
                vault_path: self.data_dir.join("vault.age"),
                key_file: key_file.clone(),
            },
            VaultUse::Passphrase(passphrase) => {
                let (vault_path, key_path) = passphrase_files(&self.data_dir);
                match passphrase {
                    None => return Err(VaultError::PassphraseNeeded { vault: vault_path }),
                    Some(passphrase) => VaultChoice::Passphrase {
                        vault_path,
                        key_path,
                        passphrase: passphrase.clone(),
                    },
                }
            }
        };
        foxbridge_vault::open(choice)
    }

    fn use_vault(&self, which: VaultUse) {
        *self.state() = State { which, open: None };
    }
}
