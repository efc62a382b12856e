//! Secrets: the system's keyring, and an encrypted file where there is none.
//!
//! Nothing else in Foxbridge holds a token or key longer than it takes to send a request.
//!
//! **Architecture Invariant:** a secret leaves this crate only as a [`SecretString`]. No error,
//! `Debug` output or file of this crate shows one in the clear.

mod error;
mod file;
mod keyring;

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::SecretString;

pub use error::VaultError;

/// A place for secrets, by key. Keys are not secret: they show in errors and in keyring managers.
///
/// Calls block, for seconds when a keyring asks its user something: keep them off async threads.
pub trait Vault: Send + Sync {
    /// The secret kept under a key; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`VaultError`]: the store is missing, closed, or not what it should be.
    fn get(&self, key: &str) -> Result<Option<SecretString>, VaultError>;

    /// Keeps a secret under a key, in place of an earlier one.
    ///
    /// # Errors
    ///
    /// [`VaultError`]; what was kept before is then still there, except after
    /// [`VaultError::TimedOut`], when a keyring may yet do as it was asked.
    fn set(&self, key: &str, secret: &SecretString) -> Result<(), VaultError>;

    /// Forgets a key. Not an error if nothing is kept under it.
    ///
    /// # Errors
    ///
    /// As for [`Vault::set`].
    fn delete(&self, key: &str) -> Result<(), VaultError>;

    /// Whether it would give and take now. Asks nobody to unlock anything, and keeps nothing.
    ///
    /// # Errors
    ///
    /// [`VaultError`]: the store is missing, closed, or not what it should be.
    fn ready(&self) -> Result<(), VaultError> {
        self.get("check").map(drop)
    }

    /// What and where the store is, to complete "Secrets are kept in …".
    fn describe(&self) -> String;
}

/// Which store to use.
#[derive(Debug, Clone)]
pub enum VaultChoice {
    /// The keyring of the operating system: Secret Service, Keychain or Credential Manager.
    Keyring,
    /// An encrypted file, for a machine without a keyring.
    File {
        /// The encrypted file; made with the first secret.
        vault_path: PathBuf,
        /// The file with the key to it, in the form `age-keygen` writes; made, readable by its
        /// owner only, when neither it nor the vault exists. Best kept on another disk.
        key_file: PathBuf,
    },
    /// An encrypted file whose key is itself encrypted with a passphrase: the passphrase can change
    /// without touching the vault, and is worked on once a start instead of once a call.
    Passphrase {
        /// The encrypted file; made with the first secret.
        vault_path: PathBuf,
        /// The encrypted key to it; made when neither it nor the vault exists.
        key_path: PathBuf,
        /// What opens the key.
        passphrase: SecretString,
    },
}

/// Opens a store. The keyring is first asked when it is first needed; a file is read at once.
///
/// # Errors
///
/// Of an encrypted file: [`VaultError::KeyExposed`], [`VaultError::KeyMissing`],
/// [`VaultError::KeyDamaged`], [`VaultError::WrongKey`], [`VaultError::WrongPassphrase`],
/// [`VaultError::Damaged`] or [`VaultError::Io`].
pub fn open(choice: VaultChoice) -> Result<Arc<dyn Vault>, VaultError> {
    Ok(match choice {
        VaultChoice::Keyring => Arc::new(keyring::Keyring::system()),
        VaultChoice::File {
            vault_path,
            key_file,
        } => Arc::new(file::FileVault::open(vault_path, key_file)?),
        VaultChoice::Passphrase {
            vault_path,
            key_path,
            passphrase,
        } => Arc::new(file::FileVault::unlock(vault_path, key_path, &passphrase)?),
    })
}

/// Puts another passphrase on a vault's key. The vault itself stays as it is.
///
/// # Errors
///
/// [`VaultError::WrongPassphrase`] when `old` does not open it; otherwise as [`open`]. The old one
/// holds then.
pub fn change_passphrase(
    key_path: &std::path::Path,
    old: &SecretString,
    new: &SecretString,
) -> Result<(), VaultError> {
    file::change_passphrase(key_path, old, new)
}
