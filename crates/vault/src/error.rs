//! What can go wrong with a store of secrets, and the way out of each.

use std::io;
use std::path::PathBuf;

/// Why a secret could not be read, kept or forgotten. Shows no secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// There is no keyring.
    #[error("There is no system keyring to keep secrets in: {why}.")]
    Missing {
        /// What was looked for.
        why: String,
    },
    /// The keyring is locked, and nobody unlocked it.
    #[error("The system keyring is locked, and was not unlocked.")]
    Locked,
    /// The keyring, or whoever was asked, refused.
    #[error("The system keyring refused access: {why}.")]
    Denied {
        /// The keyring's words.
        why: String,
    },
    /// The keyring did not answer.
    #[error("The system keyring did not answer in time.")]
    TimedOut,
    /// The keyring answered something unexpected.
    #[error("The system keyring failed: {why}.")]
    Failed {
        /// The keyring's words.
        why: String,
    },
    /// A store or an entry is not what was written.
    #[error("{what} is damaged: {why}.")]
    Damaged {
        /// Which store or entry.
        what: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The encrypted file was made with another key.
    #[error("The key in {} does not open {}.", .key_file.display(), .vault.display())]
    WrongKey {
        /// The encrypted file.
        vault: PathBuf,
        /// The file with the key.
        key_file: PathBuf,
    },
    /// The encrypted file is closed: nobody gave its passphrase since the start.
    #[error("{} is locked: its passphrase was not given yet.", .vault.display())]
    PassphraseNeeded {
        /// The encrypted file.
        vault: PathBuf,
    },
    /// The passphrase does not open the key.
    #[error("The passphrase does not open {}.", .key_file.display())]
    WrongPassphrase {
        /// The encrypted key.
        key_file: PathBuf,
    },
    /// There is an encrypted file, but not the key to it.
    #[error("{} holds secrets, but the key to them, {}, is gone.", .vault.display(), .key_file.display())]
    KeyMissing {
        /// The encrypted file.
        vault: PathBuf,
        /// Where the key should be.
        key_file: PathBuf,
    },
    /// Others can read the key.
    #[error("{} can be read by other users of this computer.", .key_file.display())]
    KeyExposed {
        /// The file with the key.
        key_file: PathBuf,
    },
    /// The key file holds no key.
    #[error("{} is not a key file: {why}.", .key_file.display())]
    KeyDamaged {
        /// The file.
        key_file: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A file could not be read or written.
    #[error("{} could not be {doing}: {source}.", .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What was tried, as a participle.
        doing: &'static str,
        /// Why not.
        source: io::Error,
    },
}

const FILE_INSTEAD: &str = "keep the secrets in an encrypted file instead: in the window under \
     Settings, in the terminal with foxbridge vault use passphrase or key-file";

impl VaultError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { .. } => format!(
                "Start a keyring (GNOME Keyring, KWallet, or KeePassXC with its Secret Service \
                 switched on), or make a default one in it, and try again; or {FILE_INSTEAD}."
            ),
            Self::Locked => format!(
                "Unlock the keyring with its password, which is usually your login password, and \
                 try again; or {FILE_INSTEAD}."
            ),
            Self::Denied { .. } => format!(
                "Allow Foxbridge to use the keyring when the system asks, and try again; or \
                 {FILE_INSTEAD}."
            ),
            Self::TimedOut => format!(
                "The keyring may be asking for its password in a window: answer it and try again. \
                 If there is no such window, {FILE_INSTEAD}."
            ),
            Self::Failed { .. } => format!(
                "Try again; signing out of the system and in again restarts the keyring. \
                 Otherwise, {FILE_INSTEAD}."
            ),
            Self::Damaged { .. } => "Restore it from a backup; or remove it and connect the \
                 accounts again. It holds nothing but keys and tokens."
                .to_owned(),
            Self::WrongKey { vault, key_file } => format!(
                "Put the key file that belongs to it at {}. If this is that file, {} is damaged: \
                 restore it from a backup; or remove it and connect the accounts again.",
                key_file.display(),
                vault.display()
            ),
            Self::PassphraseNeeded { .. } => {
                "Give the passphrase: in the window under Settings; in \
                 the terminal it is asked for, or read from --vault-passphrase-file."
                    .to_owned()
            }
            Self::WrongPassphrase { .. } => {
                "Try again; capital letters and the keyboard's language \
                 count. A forgotten passphrase cannot be found again: choose another vault and \
                 connect the accounts again. Nothing else is lost."
                    .to_owned()
            }
            Self::KeyMissing { vault, key_file } => format!(
                "Put the key file back at {}. If it is lost, remove {} and connect the accounts \
                 again: a new key is then made.",
                key_file.display(),
                vault.display()
            ),
            Self::KeyExposed { key_file } => format!(
                "Run: chmod 600 '{}'. If somebody may have read it, remove it and the vault, and \
                 connect the accounts again with new keys and tokens.",
                key_file.display()
            ),
            Self::KeyDamaged { key_file, .. } => format!(
                "Name another file, or restore {} from a backup.",
                key_file.display()
            ),
            Self::Io { path, .. } => format!(
                "Check that {} exists, that you may read and write it, and that the disk is not \
                 full; then try again.",
                path.display()
            ),
        }
    }

    pub(crate) fn io(
        path: impl Into<PathBuf>,
        doing: &'static str,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            path,
            doing,
            source,
        }
    }
}
