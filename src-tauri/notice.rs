//! Desktop notifications: short, and only for what needs a person.

use foxbridge_app::App;
use foxbridge_contract::AppError;
use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt as _;

use crate::host::Host;
use crate::preferences;

/// Says, once, that closing the window does not quit.
pub(crate) fn still_here(handle: &AppHandle) {
    if preferences::first_time_in_tray(handle) {
        show(
            handle,
            "Foxbridge is still here",
            "It goes on working in the tray. Quit it from the tray's menu.",
        );
    }
}

/// Says what needs a person, all of it at once; never in the quiet hours, never when switched off.
pub(crate) fn needs_a_person(handle: &AppHandle, title: &str, body: &str) {
    let quiet = Host::of(handle).app().is_ok_and(App::quiet_now);
    if !quiet && preferences::wants_notifications(handle) {
        show(handle, title, body);
    }
}

/// Says that something asked for in the tray's menu did not work.
pub(crate) fn went_wrong(handle: &AppHandle, error: &AppError) {
    let hint = error.hint.as_deref().unwrap_or_default();
    show(
        handle,
        "Foxbridge could not sync",
        format!("{} {hint}", error.message).trim_end(),
    );
}

fn show(handle: &AppHandle, title: &str, body: &str) {
    // No notification service is no reason to stop.
    if let Err(error) = handle
        .notification()
        .builder()
        .title(title)
        .body(body)
        .show()
    {
        tracing::warn!("a notification was not shown: {error}");
    }
}
