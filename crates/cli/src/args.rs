//! What can be typed. Other programs lean on these words: keep them stable.

mod accounts;
mod keep;
mod sync;

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

pub(crate) use accounts::*;
pub(crate) use keep::*;
pub(crate) use sync::*;

/// Keeps an Aimfox workspace and a HighLevel location in step.
#[derive(Debug, Parser)]
#[command(name = "foxbridge", version, arg_required_else_help = true)]
pub(crate) struct Args {
    /// Folder of the database [default: the system's folder for application data]
    #[arg(long, global = true, env = "FOXBRIDGE_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Print one JSON document, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Keep secrets in an encrypted file opened by this key file (made when absent), instead of the
    /// system keyring
    #[arg(
        long,
        global = true,
        env = "FOXBRIDGE_VAULT_KEY_FILE",
        value_name = "FILE"
    )]
    pub(crate) vault_key_file: Option<PathBuf>,
    /// Where the passphrase of the vault is read from, when it has one and nobody is there to ask
    #[arg(
        long,
        global = true,
        env = "FOXBRIDGE_VAULT_PASSPHRASE_FILE",
        value_name = "FILE"
    )]
    pub(crate) vault_passphrase_file: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Both services on this computer, with sample people
    #[command(subcommand)]
    Sandbox(Sandbox),
    /// Sign in to a service
    #[command(subcommand)]
    Connect(Connect),
    /// Signed-in accounts
    #[command(subcommand)]
    Connections(Connections),
    /// Where secrets are kept
    #[command(subcommand)]
    Vault(Vault),
    /// Pair two accounts, rehearse, run
    #[command(subcommand)]
    Sync(SyncCommand),
    /// Everything that waits for a person, over all syncs
    NeedsYou,
    /// Work without a window: run syncs when they are due, until interrupted
    Serve {
        /// Address for /health and /metrics
        #[arg(long, default_value = "127.0.0.1", value_name = "IP")]
        monitor_host: IpAddr,
        /// Its port [default: any free one]
        #[arg(long, default_value_t = 0, value_name = "P", hide_default_value = true)]
        monitor_port: u16,
    },
    /// How the background worker stands, and what runs next
    Status,
    /// Let nothing start by itself for a while
    Pause {
        /// How long
        #[arg(long = "for", value_enum, default_value_t = PauseFor::Resumed)]
        length: PauseFor,
    },
    /// End a pause
    Resume,
    /// Hours in which nothing starts by itself, whatever the schedules say
    QuietHours {
        /// Such as 22:00-07:00 or "sat,sun 00:00-00:00"; off for none
        hours: String,
    },
    /// Which field meets which, which way, and what reshapes it
    #[command(subcommand)]
    Mapping(MappingCommand),
    /// The audit: every request, every change, every run; newest last
    Log(LogArgs),
    /// How long the audit is kept
    Retention(RetentionArgs),
    /// Everything in one encrypted file, and putting it back
    #[command(subcommand)]
    Backup(Backup),
    /// A zip for a report of a fault, without personal data
    Diagnostics {
        /// The file to make; it must not exist
        file: PathBuf,
    },
    /// The catalog of operations; call one by hand
    #[command(subcommand)]
    Ops(Ops),
    /// When this happens, do that
    #[command(subcommand)]
    Rules(Rules),
    /// Webhooks: where they are received, and what was delivered
    #[command(subcommand)]
    Hooks(HooksCommand),
    /// The catalog of triggers
    #[command(subcommand)]
    Triggers(Triggers),
    /// The switch of each operation of a connection
    #[command(subcommand)]
    Permissions(PermissionsCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sandbox {
    /// Serve until interrupted; the first line on standard output says where
    Serve {
        /// The sample people follow from it
        #[arg(long, default_value_t = 1, value_name = "N")]
        seed: u64,
        /// HighLevel contacts
        #[arg(long, default_value_t = 120, value_name = "N")]
        contacts: usize,
        /// Aimfox leads
        #[arg(long, default_value_t = 90, value_name = "N")]
        leads: usize,
        /// People who are on both sides
        #[arg(long, default_value_t = 40, value_name = "N")]
        overlap: usize,
        /// Give some people tasks, notes and appointments
        #[arg(long)]
        items: bool,
        /// Port of HighLevel [default: any free one]
        #[arg(long, default_value_t = 0, value_name = "P", hide_default_value = true)]
        highlevel_port: u16,
        /// Port of Aimfox [default: any free one]
        #[arg(long, default_value_t = 0, value_name = "P", hide_default_value = true)]
        aimfox_port: u16,
        /// none, flaky or hostile
        #[arg(long, default_value = "none", value_name = "PROFILE")]
        faults: String,
        /// HighLevel's burst limit
        #[arg(long, default_value_t = 100, value_name = "N")]
        highlevel_per_10s: u32,
        /// Aimfox's limit
        #[arg(long, default_value_t = 60, value_name = "N")]
        aimfox_per_minute: u32,
        /// How long a day of an Aimfox campaign takes, in seconds: what becomes of people who were
        /// added to one
        #[arg(long, default_value_t = 86_400, value_name = "SECONDS")]
        campaign_day: u64,
    },
}

/// How long a pause lasts.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PauseFor {
    /// One hour
    Hour,
    /// Until eight tomorrow morning
    Tomorrow,
    /// Until you resume
    Resumed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Ops {
    /// Every operation of both services
    List,
    /// Those that have all of these words
    Search {
        /// Anywhere in id, title, help, path or scopes; case does not count
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// One of them, with its parameters and fields
    Show {
        /// Its id
        id: String,
        /// As this version of the API has it [default: the first one]
        #[arg(long, value_name = "VERSION")]
        version: Option<String>,
    },
    /// Call one and print the answer
    #[command(after_help = "\
Options, after the id:
  --<PARAMETER> <VALUE>  A parameter of the operation; again for a list
  --connection <ID>      Which account [default: the only one of the service]
  --version <VERSION>    Value of the Version header [default: the first one of ops show]
  --body <FILE>          The JSON body; - for standard input
  --field <KEY=VALUE>    Sets a field of the body; again for more. @FILE for a field that is a file
  --dry-run              Show the exact request; nothing is sent
  --yes                  You mean it: for what contacts people, cannot be undone, or asks first

The location's id is filled in. foxbridge ops show <ID> lists parameters and fields.")]
    Call {
        /// Its id
        id: String,
        /// See below
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "OPTIONS"
        )]
        words: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum HooksCommand {
    /// Addresses, and how many deliveries came
    List,
    /// Where to listen, and where services call
    Set {
        /// Port on this computer
        #[arg(long, value_name = "P")]
        port: Option<u16>,
        /// The tunnel's https address; none for none
        #[arg(long, value_name = "URL")]
        public_url: Option<String>,
    },
    /// Take deliveries of a connection in
    On {
        /// Connection id
        connection: String,
        /// HighLevel: another public key than the published one, base64; "" for the published one
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// Refuse them
    Off {
        /// Connection id
        connection: String,
    },
    /// Tell Aimfox where to call
    Register {
        /// Connection id
        connection: String,
        /// What to be told of
        #[arg(
            long,
            value_name = "NAME,…",
            value_delimiter = ',',
            default_value = "accepted,reply,campaign_reply,new_reply,lead_label_added"
        )]
        events: Vec<String>,
    },
    /// Tell Aimfox to call no longer
    Unregister {
        /// Connection id
        connection: String,
    },
    /// Send a test event all the way round
    Test {
        /// Connection id
        connection: String,
    },
    /// What was delivered, newest first
    Log {
        /// Only of this connection
        connection: Option<String>,
        /// At most this many
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: u32,
    },
    /// Work on a delivery again
    Replay {
        /// Its number, as the log shows it
        delivery: u32,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// List them
    List,
    /// Rules to begin with
    Recipes,
    /// One of them, as a sentence and as JSON
    Show {
        /// Its id
        rule: String,
    },
    /// Make one, in test mode
    Add {
        /// From a recipe
        #[arg(long, value_name = "ID", conflicts_with = "file")]
        recipe: Option<String>,
        /// From JSON; - for standard input
        #[arg(long, value_name = "FILE", required_unless_present = "recipe")]
        file: Option<String>,
        /// What to call it
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Whose people it is about [default: the only sync]
        #[arg(long, value_name = "ID")]
        sync: Option<String>,
    },
    /// Show what it would have done with the last 20 events; nothing is sent
    Test {
        /// Its id
        rule: String,
    },
    /// Switch it on
    Enable {
        /// Its id
        rule: String,
    },
    /// Switch it off
    Disable {
        /// Its id
        rule: String,
    },
    /// Forget it; what it did stays on record
    Remove {
        /// Its id
        rule: String,
    },
    /// What rules did, newest first
    Log {
        /// Only this one
        rule: Option<String>,
        /// At most this many
        #[arg(long, default_value_t = 20, value_name = "N")]
        limit: u32,
    },
    /// Answer a firing that asks or failed, or take one back
    Answer {
        /// Its number, as the log shows it
        firing: u32,
        /// What
        answer: Answer,
    },
}

/// What can be said to a firing.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Answer {
    /// Yes; or try the failed step again
    Approve,
    /// Leave that step out and go on
    Skip,
    /// Do nothing more
    GiveUp,
    /// Take back what was done
    Undo,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Triggers {
    /// Every trigger: webhooks of both services, what a run detects, the clock
    List,
    /// One of them, with what comes with it
    Show {
        /// Its id
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum PermissionsCommand {
    /// The switches of a connection, and the scopes that follow from them
    List {
        /// Connection id
        connection: String,
    },
    /// Turn a switch
    Set {
        /// Connection id
        connection: String,
        /// Operation id
        operation: String,
        /// What shall hold
        switch: PermissionSwitch,
    },
}

/// How an operation can be switched.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PermissionSwitch {
    /// It is sent
    Allowed,
    /// It is sent when you confirm it
    Ask,
    /// It is never sent
    Blocked,
    /// Go back to what holds without a choice
    Default,
}
