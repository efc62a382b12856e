//! Ending well: what is being written is finished first.

use std::time::Duration;

use tauri::{AppHandle, Manager as _};

use crate::host::Host;

/// How long a write that is under way may take before the program ends all the same. The journal
/// settles such a write on the next start.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets the application finish its current write, then ends the program.
pub(crate) fn quit(handle: &AppHandle) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(host) = handle.try_state::<Host>()
            && let Ok(app) = host.app()
            && tokio::time::timeout(PATIENCE, app.shutdown())
                .await
                .is_err()
        {
            tracing::warn!("a write did not end in time; the next run settles it");
        }
        handle.exit(0);
    });
}

/// Ends the program the same way when the system asks it to. From here on no signal is missed.
pub(crate) fn on_signals(handle: &AppHandle) {
    let runtime = tauri::async_runtime::handle();
    let _inside = runtime.inner().enter();
    match asked_to_end() {
        Ok(asked) => {
            let handle = handle.clone();
            tauri::async_runtime::spawn(async move {
                asked.await;
                quit(&handle);
            });
        }
        Err(error) => tracing::warn!("signals are not heard: {error}"),
    }
}

#[cfg(unix)]
fn asked_to_end() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(windows)]
fn asked_to_end() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
