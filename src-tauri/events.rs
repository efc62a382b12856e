//! Carries the application's events to the page, and to the desktop while there is no page.

use foxbridge_contract::{Event, RunSummary};
use serde_json::json;
use tauri::{AppHandle, Emitter as _, Manager as _};
use tokio::sync::broadcast::error::RecvError;

use crate::host::Host;
use crate::{notice, window};

/// The event's name on the page's side.
const NAME: &str = "foxbridge";

macro_rules! names {
    ($($function:ident $name:literal: $request:ty => $response:ty),* $(,)?) => {
        [$($name),*]
    };
}

/// Forwards from now on, until the application is gone.
pub(crate) fn forward(handle: &AppHandle) {
    let Ok(mut events) = Host::of(handle).app().map(foxbridge_app::App::subscribe) else {
        return;
    };
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        loop {
            let event = match events.recv().await {
                Ok(event) => event,
                // Some were missed: whatever was read may be out of date.
                Err(RecvError::Lagged(_)) => everything_changed(),
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = handle.emit(NAME, &event) {
                tracing::warn!("an event did not reach the page: {error}");
            }
            if let Event::RunFinished { run, .. } = event {
                tell(&handle, &run).await;
            }
        }
    });
}

fn everything_changed() -> Event {
    let names = foxbridge_contract::commands!(names);
    Event::Changed {
        commands: names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// With no window open, the end of a run is told by a notification, if it is worth one.
async fn tell(handle: &AppHandle, run: &str) {
    if handle.get_webview_window(window::MAIN).is_some() {
        return;
    }
    let host = Host::of(handle);
    let Ok(app) = host.app() else { return };
    match app
        .call("runs.get", json!({ "run": run }))
        .await
        .map(serde_json::from_value::<RunSummary>)
    {
        Ok(Ok(summary)) => notice::run_ended(handle, &summary),
        Ok(Err(error)) => tracing::warn!("a run's summary was not understood: {error}"),
        Err(error) => tracing::warn!("a run's summary could not be read: {error}"),
    }
}
