//! Carries the application's events to the page, and to the desktop while there is no page.

use foxbridge_contract::{Event, WorkerStatus};
use tauri::{AppHandle, Emitter as _, Manager as _};
use tokio::sync::broadcast::error::RecvError;

use crate::host::Host;
use crate::{notice, tray, window};

/// The event's name on the page's side.
const NAME: &str = "foxbridge";

macro_rules! names {
    ($($function:ident $name:literal: $request:ty => $response:ty),* $(,)?) => {
        [$($name),*]
    };
}

/// Forwards from now on, until the application is gone.
pub(crate) fn forward(handle: &AppHandle, mut known: WorkerStatus) {
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
            if let Event::Worker { status } = event {
                tray::show(&handle, &status);
                tell(&handle, &known, &status);
                known = status;
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

/// With no window open, what needs a person is told by a notification: one for all of it.
fn tell(handle: &AppHandle, before: &WorkerStatus, now: &WorkerStatus) {
    if handle.get_webview_window(window::MAIN).is_some() {
        return;
    }
    if let Some((title, body)) = tray::news(before, now) {
        notice::needs_a_person(handle, &title, &body);
    }
}
