//! Opening the one way to a connection's service: for a run, for a trial, for a single call, and for
//! coming by tokens.

use std::sync::Arc;

use foxbridge_catalog::{Operation, ids};
use foxbridge_connectors::{
    Audit, ConnectionConfig, Credentials, Gate, NoObserver, Transport, TransportParts, Urgency,
};
use foxbridge_contract::AppError;
use foxbridge_store::ConnectionRow;
use tokio_util::sync::CancellationToken;

use crate::audit::StoreAudit;
use crate::{App, error};

fn config(row: &ConnectionRow, base_url: String) -> ConnectionConfig {
    ConnectionConfig {
        id: row.id.clone(),
        service: row.service,
        base_url,
        account: row.account.clone(),
        requests_per_minute: row.requests_per_minute,
        timeout: None,
    }
}

/// A transport for a connection at `base_url`.
pub(crate) fn open(
    row: &ConnectionRow,
    base_url: String,
    credentials: Arc<dyn Credentials>,
    parts: TransportParts,
) -> Result<Transport, AppError> {
    Transport::with_credentials(config(row, base_url), credentials, parts)
        .map_err(|e| error::call(&e))
}

/// A transport for the calls that bring tokens, before there is one. Somebody waits for them, or every
/// other call does.
pub(crate) fn without_secret(app: &App, row: &ConnectionRow) -> Result<Transport, AppError> {
    let parts = outside_runs(app, Arc::new(SignInOnly));
    Transport::without_secret(config(row, row.base_url.clone()), parts)
        .map(|transport| transport.with_urgency(Urgency::ByHand))
        .map_err(|e| error::call(&e))
}

/// A transport for the calls that an agency's token opens.
pub(crate) fn for_sign_in(
    app: &App,
    row: &ConnectionRow,
    credentials: Arc<dyn Credentials>,
) -> Result<Transport, AppError> {
    let parts = outside_runs(app, Arc::new(SignInOnly));
    let transport = open(row, row.base_url.clone(), credentials, parts)?;
    Ok(transport.with_urgency(Urgency::ByHand))
}

/// The surroundings of a call that belongs to no run; its requests are in the audit too.
pub(crate) fn outside_runs(app: &App, gate: Arc<dyn Gate>) -> TransportParts {
    TransportParts {
        clock: app.host().clock(),
        audit: audit(app),
        gate,
        observer: Arc::new(NoObserver),
        paces: app.paces().clone(),
        cancel: CancellationToken::new(),
        run: None,
        seed: app.host().random(),
        carrier: app.host().carrier(),
    }
}

fn audit(app: &App) -> Arc<dyn Audit> {
    Arc::new(StoreAudit(app.store().clone()))
}

/// Signing in sends the calls for tokens, and nothing else.
struct SignInOnly;

impl Gate for SignInOnly {
    fn check(&self, operation: &Operation) -> Result<(), String> {
        let own = [
            ids::HIGHLEVEL_OAUTH_TOKEN,
            ids::HIGHLEVEL_OAUTH_RECONNECT,
            ids::HIGHLEVEL_OAUTH_LOCATION_TOKEN,
            ids::HIGHLEVEL_OAUTH_INSTALLED_LOCATIONS,
        ];
        if own.contains(&operation.id.as_str()) {
            return Ok(());
        }
        Err(format!("signing in does not need \"{}\"", operation.title))
    }
}
