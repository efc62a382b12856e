//! Keys and tokens of connections: in the vault, or the sample data's own.

use std::sync::Arc;

use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_model::Service;
use foxbridge_store::ConnectionRow;
use foxbridge_vault::Vault;
use secrecy::SecretString;

use crate::{App, error, sample};

fn key(connection: &str) -> String {
    format!("connection/{connection}")
}

/// Does something with the vault away from async code: keyrings may take seconds.
async fn with_vault<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(Arc<dyn Vault>) -> Result<T, foxbridge_vault::VaultError> + Send + 'static,
) -> Result<T, AppError> {
    let host = Arc::clone(app.host());
    tokio::task::spawn_blocking(move || work(host.vault()?))
        .await
        .map_err(error::internal)?
        .map_err(error::vault)
}

pub(crate) async fn put(app: &App, connection: &str, secret: SecretString) -> Result<(), AppError> {
    let key = key(connection);
    with_vault(app, move |vault| vault.set(&key, &secret)).await
}

pub(crate) async fn forget(app: &App, connection: &str) -> Result<(), AppError> {
    let key = key(connection);
    with_vault(app, move |vault| vault.delete(&key)).await
}

/// The base URL and the secret to call a connection with.
pub(crate) async fn access(
    app: &App,
    connection: &ConnectionRow,
) -> Result<(String, SecretString), AppError> {
    if connection.sample {
        let credentials = sample::credentials(app).await?;
        return Ok(match connection.service {
            Service::HighLevel => (
                credentials.highlevel.base_url,
                credentials.highlevel.token.into(),
            ),
            Service::Aimfox => (
                credentials.aimfox.base_url,
                credentials.aimfox.api_key.into(),
            ),
        });
    }
    let key = key(&connection.id);
    let secret = with_vault(app, move |vault| vault.get(&key))
        .await?
        .ok_or_else(|| {
            AppError::new(
                ErrorCode::Vault,
                format!(
                    "The secret of {} is not in {}.",
                    connection.name,
                    app.host().vault_name()
                ),
            )
            .hint("Connect the account again; nothing else is lost.")
        })?;
    Ok((connection.base_url.clone(), secret))
}
