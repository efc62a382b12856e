//! Keys and tokens of connections: in the vault, or the sample data's own.
//!
//! **Architecture Invariant:** a new pair of tokens is in the vault before it is used, and only one
//! is asked for at a time, over all threads and processes that share the data folder.

mod kept;
mod lock;
mod renew;

use std::sync::Arc;

use foxbridge_connectors::{CallError, Credentials, Lack};
use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_model::Service;
use foxbridge_store::ConnectionRow;
use foxbridge_vault::{Vault, VaultError};
use futures::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{App, error, sample};
pub(crate) use kept::{Agency, Kept, Pair};
pub(crate) use lock::TokenLock;
pub(crate) use renew::location_token;

/// Where a connection's secret is kept.
pub(crate) fn key(connection: &str) -> String {
    format!("connection/{connection}")
}

/// Where the secret before it is kept, for the time in which both work.
pub(crate) fn previous_key(connection: &str) -> String {
    format!("connection/{connection}/previous")
}

/// Does something with the vault away from async code: keyrings may take seconds.
pub(crate) async fn with_vault<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(Arc<dyn Vault>) -> Result<T, VaultError> + Send + 'static,
) -> Result<T, AppError> {
    with_vault_plain(app, work).await?.map_err(error::vault)
}

async fn with_vault_plain<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(Arc<dyn Vault>) -> Result<T, VaultError> + Send + 'static,
) -> Result<Result<T, VaultError>, AppError> {
    let host = Arc::clone(app.host());
    tokio::task::spawn_blocking(move || work(host.vault()?))
        .await
        .map_err(error::stopped)
}

pub(crate) async fn put(app: &App, connection: &str, secret: SecretString) -> Result<(), AppError> {
    let key = key(connection);
    with_vault(app, move |vault| vault.set(&key, &secret)).await
}

/// The secrets that a service may send along with its webhooks: the one that was agreed on, and those
/// before it where it is not known which the service goes by.
pub(crate) async fn hook(app: &App, connection: &str) -> Result<Vec<SecretString>, AppError> {
    let key = key(&hook_name(connection));
    let kept = with_vault(app, move |vault| vault.get(&key)).await?;
    let lines = kept.iter().flat_map(|kept| kept.expose_secret().lines());
    Ok(lines.map(SecretString::from).collect())
}

/// Keeps them, in place of those before.
pub(crate) async fn put_hook(
    app: &App,
    connection: &str,
    secrets: &[SecretString],
) -> Result<(), AppError> {
    let name = hook_name(connection);
    let lines: Vec<&str> = secrets.iter().map(|s| s.expose_secret()).collect();
    if lines.is_empty() {
        return forget(app, &name).await;
    }
    put(app, &name, lines.join("\n").into()).await
}

/// The name under which that is put and forgotten.
pub(crate) fn hook_name(connection: &str) -> String {
    format!("{connection}/hook")
}

/// Everything the vault may hold for a connection: the secret of its webhooks, the key before this
/// one, and its key or tokens.
pub(crate) fn keys(connection: &str) -> [String; 3] {
    [
        key(&hook_name(connection)),
        previous_key(connection),
        key(connection),
    ]
}

/// Wipes a connection's secret, the one before it, and that of its webhooks.
pub(crate) async fn forget(app: &App, connection: &str) -> Result<(), AppError> {
    let keys = keys(connection);
    with_vault(app, move |vault| {
        keys.iter().try_for_each(|key| vault.delete(key))
    })
    .await?;
    app.unsaved().remove(connection);
    Ok(())
}

/// What is kept for a connection.
pub(crate) async fn read(app: &App, row: &ConnectionRow) -> Result<Kept, AppError> {
    let key = key(&row.id);
    with_vault(app, move |vault| vault.get(&key))
        .await?
        .map(|secret| Kept::read(&secret))
        .ok_or_else(|| {
            AppError::new(
                ErrorCode::Vault,
                format!(
                    "The secret of {} is not in {}.",
                    row.name,
                    app.host().vault_name()
                ),
            )
            .hint("Connect the account again; nothing else is lost.")
        })
}

/// The base URL of a connection, and the way to its secret.
pub(crate) async fn access(
    app: &App,
    connection: &ConnectionRow,
) -> Result<(String, Arc<dyn Credentials>), AppError> {
    if connection.sample {
        let keys = sample::credentials(app).await?;
        let (base_url, secret) = match connection.service {
            Service::HighLevel => (keys.highlevel.base_url, keys.highlevel.token),
            Service::Aimfox => (keys.aimfox.base_url, keys.aimfox.api_key),
        };
        return Ok((base_url, Arc::new(Given(secret.into()))));
    }
    let credentials = renew::KeptCredentials::new(app, connection);
    // What is wrong with the vault is told now, before anything is begun.
    credentials.current().await.map_err(|e| error::call(&e))?;
    Ok((connection.base_url.clone(), Arc::new(credentials)))
}

/// A secret that stays as it is.
pub(crate) struct Given(pub(crate) SecretString);

impl Credentials for Given {
    fn current(&self) -> BoxFuture<'_, Result<SecretString, CallError>> {
        Box::pin(std::future::ready(Ok(self.0.clone())))
    }

    fn renewed(
        &self,
        _refused: SecretString,
    ) -> BoxFuture<'_, Result<Option<SecretString>, CallError>> {
        Box::pin(std::future::ready(Ok(None)))
    }
}

/// An error of ours as the transport passes it on.
pub(crate) fn lacking(lack: Lack, error: AppError) -> CallError {
    CallError::NoSecret {
        lack,
        what: error.message,
        hint: error.hint.unwrap_or_default(),
    }
}

/// Whether two secrets are the same; takes as long whether they are or not.
pub(crate) fn same(one: &SecretString, other: &SecretString) -> bool {
    let (one, other) = (
        one.expose_secret().as_bytes(),
        other.expose_secret().as_bytes(),
    );
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .fold(0, |differs, (a, b)| differs | (a ^ b))
            == 0
}
