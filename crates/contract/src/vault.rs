//! Where secrets are kept.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Secret;

/// A kind of store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultKind {
    /// The keyring of the operating system.
    Keyring,
    /// A file encrypted with a passphrase.
    Passphrase,
    /// A file encrypted with a key in another file.
    KeyFile,
}

/// How the store is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// It gives and takes.
    Ready,
    /// Its passphrase or its password is needed.
    Locked,
    /// There is none.
    Missing,
    /// It refuses us.
    Denied,
    /// It does not answer.
    TimedOut,
    /// It, or its key, is not what was written, or cannot be read.
    Broken,
}

/// `vault.status`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultStatus {
    /// Which kind is in use.
    pub kind: VaultKind,
    /// The same for people: "the system keyring".
    pub name: String,
    /// How it is.
    pub state: VaultState,
    /// What is wrong with it, when something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub message: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub hint: Option<String>,
    /// Whether an option of this start decides, so that it cannot be changed here.
    pub fixed: bool,
    /// Path of the key file that is offered, or in use.
    pub key_file: String,
}

/// `vault.choose`: use another store from now on. What the old one holds moves, when it can be read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChooseVault {
    /// Which.
    pub kind: VaultKind,
    /// For a passphrase: at least eight characters. Kept nowhere.
    #[serde(default)]
    #[ts(optional)]
    pub passphrase: Option<Secret>,
    /// For a key file: where it is or is to be made; beside the data when left out.
    #[serde(default)]
    #[ts(optional)]
    pub key_file: Option<String>,
}

/// `vault.unlock`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UnlockVault {
    /// The passphrase. Kept nowhere.
    pub passphrase: Secret,
}
