//! What can be typed about keeping things: export, retention, backup, diagnostics.

use std::path::PathBuf;

use clap::{Args as Arguments, Subcommand, ValueEnum};

/// `log`.
#[derive(Debug, Arguments)]
pub(crate) struct LogArgs {
    /// At most this many entries
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    pub(crate) limit: u32,
    /// Write all that is found to a file, newest first: FILE.csv for spreadsheets, FILE.jsonl complete
    #[arg(long, value_name = "FILE", conflicts_with = "limit")]
    pub(crate) export: Option<PathBuf>,
    /// Only of this kind
    #[arg(long, value_enum, requires = "export")]
    pub(crate) kind: Option<LogKind>,
    /// Only of this sync
    #[arg(long, value_name = "ID", requires = "export")]
    pub(crate) sync: Option<String>,
    /// Only what failed
    #[arg(long, requires = "export")]
    pub(crate) failed: bool,
    /// Nothing before this time, e.g. 2026-11-26T08:30:00Z
    #[arg(long, value_name = "TIME", requires = "export")]
    pub(crate) since: Option<String>,
    /// Only what mentions this
    #[arg(long, value_name = "TEXT", requires = "export")]
    pub(crate) search: Option<String>,
}

/// Kinds of entries of the audit.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogKind {
    /// What was asked of a service
    Request,
    /// What was changed, or could not be
    Change,
    /// Runs and rehearsals
    Run,
    /// What rules did
    Firing,
}

/// `retention`; without options it shows how long things are kept.
#[derive(Debug, Arguments)]
pub(crate) struct RetentionArgs {
    /// Days that runs and their changes are kept; 0 for good
    #[arg(long, value_name = "DAYS")]
    pub(crate) activity: Option<u32>,
    /// Days that requests and deliveries are kept
    #[arg(long, value_name = "DAYS")]
    pub(crate) requests: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Backup {
    /// Write everything to one file that only a passphrase opens; it is asked for, or read from
    /// standard input
    Make {
        /// The file to make; it must not exist
        file: PathBuf,
        /// Keys and tokens of the connections go along
        #[arg(long)]
        with_secrets: bool,
    },
    /// Show what is in one; nothing is changed
    Show {
        /// The file
        file: PathBuf,
    },
    /// Put one in place of everything; what was there before is kept beside the database
    Restore {
        /// The file
        file: PathBuf,
        /// You mean it
        #[arg(long)]
        yes: bool,
    },
}
