//! Signing in through the system's browser: a page of the service, and back to a port of this
//! computer (RFC 8252).
//!
//! HighLevel's apps are confidential clients without PKCE as far as is known (`facts/highlevel.md`
//! §5.1), and a redirect URL is compared as a whole: so the user brings an app of their own, the port
//! is fixed, and PKCE is sent for the day it is looked at.

mod answer_page;
mod loopback;
mod proof;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foxbridge_connectors::{OAuthApp, Tokens};
use foxbridge_contract::{AppError, ErrorCode, LocationChoice};
use foxbridge_store::ConnectionRow;
use secrecy::SecretString;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::secrets::Agency;
pub(crate) use answer_page::Page;
pub(crate) use loopback::{Listener, redirect_url};
pub(crate) use proof::Proof;

/// The port that an app's redirect URL names, unless another is chosen. Nothing known uses it.
pub(crate) const PORT: u16 = 47_113;

/// How long a sign-in waits for the browser.
pub(crate) const PATIENCE: Duration = Duration::from_mins(10);

/// What a sign-in came to.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// A connection was made; its id.
    Connected(String),
    /// The app is installed for an agency: one of these is to be chosen.
    Choose(Vec<LocationChoice>),
    /// It failed, or was cancelled.
    Failed(AppError),
}

/// A sign-in that is under way.
pub(crate) struct Pending {
    pub(crate) cancel: CancellationToken,
    pub(crate) outcome: watch::Receiver<Option<Outcome>>,
    /// What was asked for, for the step after an agency's choice.
    pub(crate) asked: Arc<Asked>,
    /// An agency's pair that waits for a location to be chosen.
    pub(crate) agency: Arc<Mutex<Option<Agency>>>,
}

/// What a sign-in was started with.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) app: OAuthApp,
    pub(crate) redirect_url: String,
    pub(crate) agency: bool,
    /// The connection that signs in again, or what is known of the new one.
    pub(crate) row: ConnectionRow,
    pub(crate) again: bool,
    /// The page, the port and the kind, for the next time. Nothing secret.
    pub(crate) way: serde_json::Value,
}

/// Every sign-in under way, by its id.
#[derive(Default)]
pub(crate) struct SignIns(Mutex<HashMap<String, Pending>>);

impl SignIns {
    pub(crate) fn all(&self) -> MutexGuard<'_, HashMap<String, Pending>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends them all.
    pub(crate) fn cancel(&self) {
        self.all()
            .values()
            .for_each(|pending| pending.cancel.cancel());
    }
}

/// Turns what the token endpoint gave into an agency's pair; `None` when it is a location's.
pub(crate) fn agency_of(tokens: &Tokens) -> Option<Agency> {
    if tokens.location_id.is_some() {
        return None;
    }
    Some(Agency {
        company_id: tokens.company_id.clone()?,
        access: tokens.access.clone(),
        expires_at: tokens.expires_at_ms,
        refresh: tokens.refresh.clone()?,
    })
}

/// What came back from the browser.
#[derive(Debug)]
pub(crate) enum Returned {
    Code(SecretString),
    Denied(String),
}

pub(crate) fn cancelled() -> AppError {
    AppError::new(ErrorCode::Cancelled, "The sign-in was cancelled.")
        .hint("Nothing was connected or changed. Start it again when you like.")
}

pub(crate) fn too_late() -> AppError {
    AppError::new(
        ErrorCode::Cancelled,
        "Nobody came back from the browser within ten minutes.",
    )
    .hint(
        "Start the sign-in again. If the browser showed an error, the app's redirect URL or scopes \
         in HighLevel's marketplace portal differ from what Foxbridge shows.",
    )
}
