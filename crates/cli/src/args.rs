//! What can be typed. Other programs lean on these words: keep them stable.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::items::ItemArgs;
use clap::{ArgAction, Args as Arguments, Parser, Subcommand, ValueEnum};

/// Keeps an Aimfox workspace and a HighLevel location in step.
#[derive(Debug, Parser)]
#[command(name = "foxbridge", version, about, arg_required_else_help = true)]
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
    Log {
        /// At most this many entries
        #[arg(long, default_value_t = 10_000, value_name = "N")]
        limit: u32,
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

#[derive(Debug, Subcommand)]
pub(crate) enum Connect {
    /// Connect a HighLevel location, by a private integration token or with an app of your own
    Highlevel {
        /// Where the service is [default: the live one]
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        #[command(flatten)]
        by: HighlevelBy,
    },
    /// Connect an Aimfox workspace by an API key
    Aimfox {
        /// Where the service is [default: the live one]
        #[arg(long, value_name = "URL")]
        base_url: Option<String>,
        /// Read the key from standard input (the only way: it shows in no list of processes)
        #[arg(long, required = true, action = ArgAction::SetTrue)]
        key_stdin: bool,
        /// For a plan with a higher limit [default: 60]
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
        requests_per_minute: Option<u32>,
    },
}

/// How to sign in to HighLevel.
#[derive(Debug, clap::Args)]
pub(crate) struct HighlevelBy {
    /// The location's id, or the address of one of its pages
    #[arg(long, value_name = "ID", required_unless_present = "oauth")]
    pub(crate) location: Option<String>,
    /// Read the token from standard input (the only way: it shows in no list of processes)
    #[arg(long, required_unless_present = "oauth", conflicts_with = "oauth",
          action = ArgAction::SetTrue)]
    pub(crate) token_stdin: bool,
    /// Sign in through the browser, with a marketplace app of your own
    #[arg(long, requires = "client_id", requires = "client_secret_stdin")]
    pub(crate) oauth: bool,
    #[command(flatten)]
    pub(crate) browser: Browser,
}

/// Signing in through the browser.
#[derive(Debug, clap::Args)]
pub(crate) struct Browser {
    /// Client id of the app
    #[arg(long, value_name = "ID")]
    pub(crate) client_id: Option<String>,
    /// Read the app's client secret from standard input
    #[arg(long)]
    pub(crate) client_secret_stdin: bool,
    /// Port in the app's redirect URL, http://127.0.0.1:PORT/signed-in [default: 47113]
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
    /// The app is installed for a whole agency
    #[arg(long)]
    pub(crate) agency: bool,
    /// Ask for scopes that only read
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Print the address, and open no browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    /// The page to choose a location on, of a white-label host [default: the live one]
    #[arg(long, value_name = "URL")]
    pub(crate) authorize_url: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Vault {
    /// Which one is in use, and how it is
    Status,
    /// Use another one; what the old one holds moves
    Use {
        #[command(subcommand)]
        kind: VaultWhich,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum VaultWhich {
    /// The keyring of the operating system
    Keyring,
    /// A file encrypted with a passphrase, which is asked for, or read from standard input
    Passphrase,
    /// A file encrypted with a key in another file
    KeyFile {
        /// The key's file; made when absent [default: beside the data folder]
        file: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Connections {
    /// List them
    List,
    /// Look whether one works and what it may do; nothing is changed by it
    Check {
        /// Its id
        connection: String,
    },
    /// The least HighLevel scopes to give
    Scopes {
        /// Its id [default: for a new connection]
        connection: Option<String>,
        /// Those that only read
        #[arg(long)]
        read_only: bool,
    },
    /// Give one a name of your own
    Rename {
        /// Its id
        connection: String,
        /// The name; empty for the service's
        name: String,
    },
    /// Try a new key and take it in the place of the old one, which is kept for seven days
    ReplaceKey {
        /// Its id
        connection: String,
        /// Read the key from standard input (the only way: it shows in no list of processes)
        #[arg(long, required = true, action = ArgAction::SetTrue)]
        key_stdin: bool,
    },
    /// Go back to the key before this one
    GoBack {
        /// Its id
        connection: String,
    },
    /// Set the age at which you are reminded to replace a key
    Remind {
        /// Its id
        connection: String,
        /// Days, or never
        days: String,
    },
    /// Sign in again, when an app's sign-in was revoked or needs more scopes
    SignIn {
        /// Its id
        connection: String,
        #[command(flatten)]
        browser: Browser,
    },
    /// Forget one: its secret is wiped, its syncs are deleted; nothing changes at the service
    Remove {
        /// Its id
        connection: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SyncCommand {
    /// Pair a HighLevel location with an Aimfox workspace
    Create {
        /// Connection id
        #[arg(long, value_name = "ID")]
        highlevel: String,
        /// Connection id
        #[arg(long, value_name = "ID")]
        aimfox: String,
        /// Ready-made choices [default: standard]
        #[arg(long, value_name = "NAME")]
        template: Option<String>,
        /// What to call it
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// Tags and labels that follow each other; a missing label is made [default: every name
        /// that exists on both sides]
        #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
        tags: Option<Vec<String>>,
        /// Narrow it to these people, e.g. "tag:vip,label:warm campaign:Autumn": a space means
        /// "and", a comma "or", ! "not" [default: everybody who takes part]
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
        #[command(flatten)]
        items: ItemArgs,
    },
    /// Choose how notes, tasks and appointments follow each other
    Items {
        /// The sync's id
        sync: String,
        #[command(flatten)]
        items: ItemArgs,
    },
    /// Ready-made choices for a new sync
    Templates,
    /// List them
    List,
    /// Show what a run would change; nothing is changed
    Rehearse {
        /// The sync's id
        sync: String,
        /// Only these people, this time
        #[arg(long, value_name = "FILTER")]
        only: Option<String>,
        /// Read everything anew, also what no hint says has changed
        #[arg(long)]
        full: bool,
    },
    /// Change it
    Run {
        /// The sync's id
        sync: String,
        /// Go past the guard that stopped the last run; with the id of a rehearsal: make exactly its
        /// plan, or nothing
        #[arg(long, value_name = "PLAN", num_args = 0..=1, default_missing_value = "")]
        approve: Option<String>,
        /// Only these people, this time
        #[arg(long, value_name = "FILTER")]
        only: Option<String>,
        /// Read everything anew, also what no hint says has changed
        #[arg(long)]
        full: bool,
        /// Make only what was approved in this rehearsal
        #[arg(long, value_name = "RUN")]
        approved: Option<String>,
    },
    /// Approve changes of a rehearsal, for sync run --approved; nothing is changed
    Approve {
        /// The rehearsal's id
        run: String,
        /// Only of this kind: prepare, link, create, update or delete
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
        /// Only what a search for this finds
        #[arg(long, value_name = "TEXT")]
        search: Option<String>,
        /// Only these positions of the plan
        #[arg(long, value_name = "N")]
        seq: Vec<u32>,
        /// Leave them alone instead
        #[arg(long)]
        skip: bool,
    },
    /// When it runs by itself
    Schedule(ScheduleArgs),
    /// Take back what a run changed, as far as nobody edited it since
    Undo {
        /// The run's id
        run: String,
        /// Only this change of it: its number in the run's plan
        #[arg(long, value_name = "N")]
        change: Option<u32>,
        /// Show what would be taken back; nothing is changed
        #[arg(long)]
        rehearse: bool,
        /// Also delete what the run made: contacts, cards. Deleting must be switched on for the
        /// connection: foxbridge permissions
        #[arg(long)]
        delete: bool,
    },
    /// What waits for your decision
    NeedsYou {
        /// The sync's id
        sync: String,
    },
    /// What waits for your decision and can be answered here, and what was answered
    Conflicts {
        /// The sync's id
        sync: String,
    },
    /// Answer a question; the next run honours it
    Resolve {
        /// The sync's id
        sync: String,
        /// The question's id
        question: String,
        #[command(flatten)]
        answer: AnswerArgs,
        /// Answer every question of the same sort alike
        #[arg(long)]
        alike: bool,
    },
    /// Every value of a person that a run wrote, or that lost; newest first
    History {
        /// The sync's id
        sync: String,
        /// The id of the lead or of the contact
        person: String,
        /// Put this value back in HighLevel: FIELD=VALUE, as a change of its own
        #[arg(long, value_name = "FIELD=VALUE")]
        restore: Option<String>,
        /// With --restore: show what would be changed; nothing is
        #[arg(long, requires = "restore")]
        rehearse: bool,
    },
    /// Whom the sync is narrowed to
    Filter {
        /// The sync's id
        sync: String,
        /// The new filter, e.g. "tag:vip,label:warm campaign:Autumn"; "" for everybody
        filter: Option<String>,
        /// Only count whom it lets pass
        #[arg(long, requires = "filter")]
        count: bool,
    },
    /// What stops a run before it does damage, and what becomes of deleted people
    Guards {
        /// The sync's id
        sync: String,
        /// Change one; again for more
        #[arg(long, value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// What becomes of a person of whom one record was deleted
        #[arg(long, value_name = "POLICY")]
        deletes: Option<Deletes>,
    },
}

/// `sync schedule`; without options it shows the schedule.
#[derive(Debug, Arguments)]
pub(crate) struct ScheduleArgs {
    /// The sync's id
    pub(crate) sync: String,
    /// From the start of one run to the next: 30m, 2h, 1d
    #[arg(long, value_name = "TIME", conflicts_with = "on_demand")]
    pub(crate) every: Option<String>,
    /// Only when somebody asks
    #[arg(long)]
    pub(crate) on_demand: bool,
    /// Only then, such as "mon-fri 08:00-18:00"; again for more
    #[arg(long, value_name = "WINDOW", conflicts_with = "any_time")]
    pub(crate) window: Vec<String>,
    /// At any time of any day
    #[arg(long)]
    pub(crate) any_time: bool,
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
pub(crate) enum MappingCommand {
    /// The saved mapping
    Show {
        /// Sync id
        sync: String,
    },
    /// The fields that rows can be made with, and rows worth having
    Fields {
        /// Sync id
        sync: String,
    },
    /// What the saved mapping would do to one person; nothing is written
    Try {
        /// Sync id
        sync: String,
        /// Lead id [default: somebody with much filled in]
        #[arg(long, value_name = "LEAD")]
        person: Option<String>,
    },
    /// Change a row, or add one
    Set(SetRow),
    /// Take a row out; nothing is deleted at either service
    Remove {
        /// Sync id
        sync: String,
        /// Row id
        row: String,
    },
    /// Print the mapping as a template: no secret, no id of an account, no person
    Export {
        /// Sync id
        sync: String,
    },
    /// Save a template as a sync's mapping
    Import {
        /// Sync id
        sync: String,
        /// The template's file; - reads standard input
        file: PathBuf,
    },
}

/// What is not named stays as it is.
#[derive(Debug, clap::Args)]
pub(crate) struct SetRow {
    /// Sync id
    pub(crate) sync: String,
    /// Row id; a new one adds a row
    pub(crate) row: String,
    /// The lead's field
    #[arg(long, value_name = "FIELD")]
    pub(crate) aimfox: Option<String>,
    /// The contact's field
    #[arg(long, value_name = "FIELD")]
    pub(crate) highlevel: Option<String>,
    /// Its name on the card
    #[arg(long, value_name = "NAME")]
    pub(crate) label: Option<String>,
    /// Which way values go
    #[arg(long)]
    pub(crate) direction: Option<RowDirection>,
    /// Who wins when both sides changed
    #[arg(long)]
    pub(crate) on_conflict: Option<RowPolicy>,
    /// Steps as JSON, as in [{"kind":"case","to":"title"}]; [] for none
    #[arg(long, value_name = "JSON")]
    pub(crate) transform: Option<String>,
}

/// Which way a row carries values.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RowDirection {
    /// Both ways
    Both,
    /// Aimfox to HighLevel
    ToHighlevel,
    /// HighLevel to Aimfox
    ToAimfox,
    /// Neither
    Off,
}

impl From<RowDirection> for foxbridge_contract::Direction {
    fn from(direction: RowDirection) -> Self {
        match direction {
            RowDirection::Both => Self::Both,
            RowDirection::ToHighlevel => Self::ToHighlevel,
            RowDirection::ToAimfox => Self::ToAimfox,
            RowDirection::Off => Self::Off,
        }
    }
}

/// Who wins.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RowPolicy {
    /// HighLevel's value
    Highlevel,
    /// Aimfox's value
    Aimfox,
    /// You are asked
    Ask,
}

impl From<RowPolicy> for foxbridge_contract::ConflictPolicy {
    fn from(policy: RowPolicy) -> Self {
        match policy {
            RowPolicy::Highlevel => Self::HighlevelWins,
            RowPolicy::Aimfox => Self::AimfoxWins,
            RowPolicy::Ask => Self::Ask,
        }
    }
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

/// The answers to a question; one of them.
#[derive(Debug, Arguments)]
#[group(required = true, multiple = false)]
pub(crate) struct AnswerArgs {
    /// A conflict: whose value counts
    #[arg(long, value_name = "SERVICE")]
    pub(crate) take: Option<Whose>,
    /// A conflict: the value that counts, on both sides
    #[arg(long, value_name = "VALUE")]
    pub(crate) value: Option<String>,
    /// An ambiguous match: it is this contact
    #[arg(long, value_name = "ID")]
    pub(crate) contact: Option<String>,
    /// An ambiguous match: it is none of these
    #[arg(long)]
    pub(crate) nobody: bool,
    /// A record is gone: keep the two apart for good
    #[arg(long)]
    pub(crate) unlink: bool,
    /// A record is gone: wait until it is restored
    #[arg(long)]
    pub(crate) wait: bool,
    /// A record is gone: delete the other one too
    #[arg(long)]
    pub(crate) delete: bool,
    /// A guard: what it stopped is right
    #[arg(long)]
    pub(crate) approve: bool,
    /// Take an earlier answer back: the next run asks again
    #[arg(long)]
    pub(crate) forget: bool,
}

/// One of the two services.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Whose {
    /// HighLevel's
    Highlevel,
    /// Aimfox's
    Aimfox,
}

/// What becomes of a person of whom one record was deleted.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Deletes {
    /// Nothing
    Ignore,
    /// The two are kept apart, and the other record is marked
    UnlinkAndTag,
    /// You are asked whether the other record is deleted too
    DeleteAfterApproval,
}
