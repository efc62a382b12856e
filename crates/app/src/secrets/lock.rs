//! One renewal at a time for a connection, over every thread and process of the data folder.

use std::fs::File;

use foxbridge_contract::{AppError, ErrorCode};

use crate::{App, error};

/// Held while a pair of tokens is renewed. The system lets go of it when the process ends, however it
/// ends.
pub(crate) struct TokenLock {
    _file: File,
}

impl TokenLock {
    /// Waits for whoever holds it: at most as long as their request for new tokens takes.
    pub(crate) async fn take(app: &App, connection: &str) -> Result<Self, AppError> {
        let path = app
            .options()
            .data_dir
            .join(format!("{connection}.token.lock"));
        tokio::task::spawn_blocking(move || {
            let open = || {
                let file = crate::open_private(&path)?;
                file.lock()?;
                Ok(Self { _file: file })
            };
            open().map_err(|e: std::io::Error| {
                AppError::new(
                    ErrorCode::Store,
                    format!("The lock file {} cannot be used: {e}.", path.display()),
                )
                .hint("Look at the rights and the free space of the data folder.")
            })
        })
        .await
        .map_err(error::internal)?
    }
}
