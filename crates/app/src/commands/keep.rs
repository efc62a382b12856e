//! How long things are kept, backups, and what goes along with a report of a fault.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{
    AppError, BackupInfo, MakeBackup, MakeDiagnostics, Nothing, OpenBackup, Restored, Retention,
    SavedFile,
};

use crate::{App, backup, diagnostics, retention};

pub(super) async fn retention_get(app: &App, _: Nothing) -> Result<Retention, AppError> {
    retention::get(app)
}

pub(super) async fn retention_set(app: &App, request: Retention) -> Result<Retention, AppError> {
    retention::set(app, request)
}

pub(super) async fn backup_make(app: &App, request: MakeBackup) -> Result<SavedFile, AppError> {
    backup::make(app, request).await
}

pub(super) async fn backup_look(app: &App, request: OpenBackup) -> Result<BackupInfo, AppError> {
    backup::look(app, request).await
}

pub(super) async fn backup_restore(app: &App, request: OpenBackup) -> Result<Restored, AppError> {
    backup::restore(app, request).await
}

pub(super) async fn diagnostics_make(
    app: &App,
    request: MakeDiagnostics,
) -> Result<SavedFile, AppError> {
    diagnostics::make(app, request).await
}
