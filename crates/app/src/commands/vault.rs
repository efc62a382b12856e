//! Where secrets are kept: how it is, another one, its passphrase.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{AppError, ChooseVault, Nothing, UnlockVault, VaultStatus};

use crate::{App, vault};

pub(super) async fn vault_status(app: &App, _: Nothing) -> Result<VaultStatus, AppError> {
    vault::status(app).await
}

pub(super) async fn vault_choose(app: &App, request: ChooseVault) -> Result<VaultStatus, AppError> {
    vault::choose(app, request).await
}

pub(super) async fn vault_unlock(app: &App, request: UnlockVault) -> Result<VaultStatus, AppError> {
    vault::unlock(app, request).await
}
