//! Ending well: what is being written is finished first.

use std::time::Duration;

use tauri::AppHandle;

use crate::host::Host;

/// How long a write that is under way may take before the program ends all the same. The journal
/// settles such a write on the next start.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets the application finish its current write, then ends the program.
pub(crate) fn quit(handle: &AppHandle) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        if let Ok(app) = Host::of(&handle).app()
            && tokio::time::timeout(PATIENCE, app.shutdown())
                .await
                .is_err()
        {
            tracing::warn!("a write did not end in time; the next run settles it");
        }
        handle.exit(0);
    });
}

/// Ends the program the same way when the system asks it to.
pub(crate) fn on_signals(handle: &AppHandle) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        match asked_to_end().await {
            Ok(()) => quit(&handle),
            Err(error) => tracing::warn!("signals are not heard: {error}"),
        }
    });
}

#[cfg(unix)]
async fn asked_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        pressed = tokio::signal::ctrl_c() => pressed,
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
