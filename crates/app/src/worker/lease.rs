//! One worker on one data folder: the others watch, and take over when it ends.

use std::fs::{File, TryLockError};

use foxbridge_contract::WorkerPlace;

use crate::App;

/// Held by the worker that is at work. The system lets go of it when the process ends, however it
/// ends.
#[derive(Debug)]
pub(super) struct Lease {
    _file: File,
}

fn open(app: &App) -> Option<File> {
    let path = app.options().data_dir.join("worker.lock");
    crate::open_private(&path)
        .inspect_err(|e| tracing::error!("{} cannot be used: {e}", path.display()))
        .ok()
}

impl Lease {
    /// Takes it, unless another process has it.
    pub(super) fn take(app: &App) -> Option<Self> {
        let file = open(app)?;
        match file.try_lock() {
            Ok(()) => Some(Self { _file: file }),
            Err(TryLockError::WouldBlock) => None,
            Err(TryLockError::Error(e)) => {
                tracing::error!("the worker's lock file cannot be used: {e}");
                None
            }
        }
    }
}

/// Where the worker is, for a process that has none itself.
pub(super) fn place_of_others(app: &App) -> WorkerPlace {
    // Shared: two that only ask do not see each other.
    match open(app).map(|file| file.try_lock_shared()) {
        Some(Err(TryLockError::WouldBlock)) => WorkerPlace::Elsewhere,
        _ => WorkerPlace::Nowhere,
    }
}
