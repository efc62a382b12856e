//! What can be said to accounts: connecting, connections, and where their keys are kept.

use std::path::PathBuf;

use clap::{ArgAction, Subcommand};

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
