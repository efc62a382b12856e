//! Opening the one way to a connection's service: for a run, for a trial, for a single call.

use std::sync::Arc;

use foxbridge_connectors::{Audit, ConnectionConfig, Gate, NoObserver, Transport, TransportParts};
use foxbridge_contract::AppError;
use foxbridge_store::ConnectionRow;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::audit::StoreAudit;
use crate::{App, error};

/// A transport for a connection at `base_url`.
pub(crate) fn open(
    row: &ConnectionRow,
    base_url: String,
    secret: SecretString,
    parts: TransportParts,
) -> Result<Transport, AppError> {
    let config = ConnectionConfig {
        id: row.id.clone(),
        service: row.service,
        base_url,
        account: row.account.clone(),
        requests_per_minute: row.requests_per_minute,
        timeout: None,
    };
    Transport::new(config, secret, parts).map_err(|e| error::call(&e))
}

/// The surroundings of a call that belongs to no run; its requests are in the audit too.
pub(crate) fn outside_runs(app: &App, gate: Arc<dyn Gate>) -> TransportParts {
    TransportParts {
        clock: app.host().clock(),
        audit: audit(app),
        gate,
        observer: Arc::new(NoObserver),
        cancel: CancellationToken::new(),
        run: None,
        seed: app.host().random(),
    }
}

fn audit(app: &App) -> Arc<dyn Audit> {
    Arc::new(StoreAudit(app.store().clone()))
}
