//! One run of a sync at a time, over every process that uses the data folder.

use std::fs::{File, TryLockError};

use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_store::SyncRow;

use crate::App;

/// Held while a run goes on. The system lets go of it when the process ends, however it ends.
pub(crate) struct SyncLock {
    _file: File,
}

pub(crate) fn take(app: &App, sync: &SyncRow) -> Result<SyncLock, AppError> {
    let path = app.options().data_dir.join(format!("{}.lock", sync.id));
    let unusable = |e: std::io::Error| {
        AppError::new(
            ErrorCode::Store,
            format!("The lock file {} cannot be used: {e}.", path.display()),
        )
        .hint("Look at the rights and the free space of the data folder.")
    };
    let file = crate::open_private(&path).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(SyncLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(busy(&sync.name, None)),
        Err(TryLockError::Error(e)) => Err(unusable(e)),
    }
}

pub(super) fn busy(sync: &str, run: Option<&str>) -> AppError {
    let whose = match run {
        Some(run) => format!("in this program (run {run})"),
        None => "in another window or terminal".to_owned(),
    };
    AppError::new(
        ErrorCode::Busy,
        format!("{sync} is running already, {whose}."),
    )
    .hint("Wait for it to end, or cancel it there.")
}
