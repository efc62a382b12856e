//! What the application asks of its surroundings.

use std::sync::{Arc, Mutex, PoisonError};

use foxbridge_connectors::{Clock, SystemClock};
use foxbridge_vault::{Vault, VaultChoice, VaultError};
use rand::Rng as _;

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
    /// The secret store. May take seconds and may ask the user; never called from async code.
    ///
    /// # Errors
    /// When there is none, or it is locked, or refuses.
    fn vault(&self) -> Result<Arc<dyn Vault>, VaultError>;
    /// Where secrets are kept, for people. Must not open the store.
    fn vault_name(&self) -> String;
}

/// The real surroundings.
pub struct SystemHost {
    choice: VaultChoice,
    vault: Mutex<Option<Arc<dyn Vault>>>,
}

impl SystemHost {
    pub(crate) fn new(options: &Options) -> Self {
        let choice = match &options.vault_key_file {
            Some(key_file) => VaultChoice::File {
                vault_path: options.data_dir.join("vault.age"),
                key_file: key_file.clone(),
            },
            None => VaultChoice::Keyring,
        };
        Self {
            choice,
            vault: Mutex::new(None),
        }
    }
}

impl Host for SystemHost {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(SystemClock)
    }

    fn random(&self) -> u64 {
        rand::rng().random()
    }

    fn vault(&self) -> Result<Arc<dyn Vault>, VaultError> {
        let mut vault = self.vault.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(vault) = vault.as_ref() {
            return Ok(Arc::clone(vault));
        }
        let opened = foxbridge_vault::open(self.choice.clone())?;
        *vault = Some(Arc::clone(&opened));
        Ok(opened)
    }

    fn vault_name(&self) -> String {
        match &self.choice {
            VaultChoice::Keyring => "the system keyring".to_owned(),
            VaultChoice::File { vault_path, .. } => {
                format!("an encrypted file ({})", vault_path.display())
            }
        }
    }
}
