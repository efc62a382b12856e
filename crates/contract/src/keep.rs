//! What is written to a file for people, how long things are kept, and backups.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ActivityQuery, Secret};

/// A file that was made: written where the caller said, or handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SavedFile {
    /// A name for it, e.g. `foxbridge-activity-2026-11-26.csv`.
    pub name: String,
    /// Where it was written; `None` when it is in `content`.
    pub path: Option<String>,
    /// The file in base64, when no place to write it was named.
    pub content: Option<String>,
    /// Its length in bytes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// How many entries it holds, where it is a list.
    pub entries: Option<u32>,
}

/// Formats that activity is exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// One line an entry, for spreadsheets.
    Csv,
    /// One JSON document a line, complete.
    Jsonl,
}

/// `activity.export`: everything that a query finds, however much it is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ExportActivity {
    /// What; its `offset` and `limit` do not count.
    pub query: ActivityQuery,
    /// As what.
    pub format: ExportFormat,
    /// Path of the file to write, in place of what may be there; handed over when left out.
    #[serde(default)]
    #[ts(optional)]
    pub to: Option<String>,
}

/// How long the audit is kept. What has passed is deleted when the program starts, and daily.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Retention {
    /// Days that runs and their changes are kept; 0 for good. A change that is gone can be undone no
    /// more. The newest runs of each sync stay in any case.
    pub activity_days: u32,
    /// Days that requests, deliveries and what rules look at are kept; from 2, because the limits of
    /// a day are counted from them.
    pub request_days: u32,
}

/// `backup.make`: everything Foxbridge knows, in one file that only the passphrase opens.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MakeBackup {
    /// At least eight characters. Nobody can open the file without it.
    pub passphrase: Secret,
    /// Whether the keys and tokens of the connections go along.
    pub secrets: bool,
    /// Path of the file to write; handed over when left out.
    #[serde(default)]
    #[ts(optional)]
    pub to: Option<String>,
}

/// `backup.look` and `backup.restore`: a backup, by path or by content.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenBackup {
    /// Path of the file.
    #[serde(default)]
    #[ts(optional)]
    pub from: Option<String>,
    /// The file in base64.
    #[serde(default)]
    #[ts(optional)]
    pub content: Option<String>,
    /// What it was made with.
    pub passphrase: Secret,
}

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupInfo {
    /// RFC 3339.
    pub made_at: String,
    /// Version of the program that made it.
    pub version: String,
    /// Whether keys and tokens are in it.
    pub secrets: bool,
    /// Names of its connections.
    pub connections: Vec<String>,
    /// Names of its syncs.
    pub syncs: Vec<String>,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Restored {
    /// What was in it.
    pub info: BackupInfo,
    /// Where everything from before the restore is kept: a database, not encrypted, without secrets.
    pub before: String,
    /// Connections that must be signed in again, by name: their secrets were not in the backup.
    pub to_connect_again: Vec<String>,
}

/// `diagnostics.make`: a zip for a report of a fault, without personal data.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct MakeDiagnostics {
    /// Path of the file to write; handed over when left out.
    #[serde(default)]
    #[ts(optional)]
    pub to: Option<String>,
}
