//! Signing in to HighLevel with a marketplace app of one's own, and the scopes to give.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Connection, Secret, ServiceName};

/// How much a connection is to be able to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum AccessName {
    /// Read, for rehearsals.
    Read,
    /// Read, and write what a sync writes.
    Write,
}

/// `connections.scopes`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ScopesQuery {
    /// An existing one: what its syncs and switches need counts, too.
    #[serde(default)]
    #[ts(optional)]
    pub connection: Option<String>,
    /// What it is to be able to do.
    pub access: AccessName,
}

/// One scope to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScopeRow {
    /// As HighLevel names it.
    pub scope: String,
    /// Whether it lets anything be changed.
    pub writes: bool,
    /// Titles of the operations that need it.
    pub opens: Vec<String>,
}

/// What to tick, and what not to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScopeAdvice {
    /// The least set; those that only read come first.
    pub scopes: Vec<ScopeRow>,
}

/// `connections.sign_in_start`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignInStart {
    /// The app's client id.
    pub client_id: String,
    /// The app's client secret. Goes to the vault and nowhere else. Left out when an existing
    /// connection signs in again: the vault has it.
    #[serde(default)]
    #[ts(optional)]
    pub client_secret: Option<Secret>,
    /// What to ask for.
    pub access: AccessName,
    /// The connection that signs in again; its switches and syncs stay.
    #[serde(default)]
    #[ts(optional)]
    pub connection: Option<String>,
    /// Port of this computer that the app's redirect URL names; the usual one when left out.
    #[serde(default)]
    #[ts(optional)]
    pub port: Option<u16>,
    /// Where the API is, when it is not the live service.
    #[serde(default)]
    #[ts(optional)]
    pub base_url: Option<String>,
    /// The page to choose a location on: of a white-label host, or of the sandbox.
    #[serde(default)]
    #[ts(optional)]
    pub authorize_url: Option<String>,
    /// Whether the app is installed for a whole agency.
    #[serde(default)]
    pub agency: bool,
}

/// A sign-in that waits for the browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignInStarted {
    /// Names it in the other commands.
    pub sign_in: String,
    /// What to open in the browser.
    pub url: String,
    /// What must be registered as the app's redirect URL.
    pub redirect_url: String,
}

/// `connections.sign_in_wait` and `connections.sign_in_cancel`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignInId {
    /// Which.
    pub sign_in: String,
}

/// A location that an agency's app is installed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LocationChoice {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// How a sign-in went: a connection, or locations to choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SignInOutcome {
    /// The connection, when it is made.
    pub connection: Option<Connection>,
    /// Where it is not: choose one of these with `connections.sign_in_choose`.
    pub locations: Vec<LocationChoice>,
}

/// `connections.sign_in_choose`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChooseLocation {
    /// Which sign-in.
    pub sign_in: String,
    /// The location's id.
    pub location: String,
}

/// `connections.sign_in_defaults`: what a form shows before anything is typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SignInDefaults {
    /// What to register as the app's redirect URL.
    pub redirect_url: String,
    /// The service that is signed in to.
    pub service: ServiceName,
}
