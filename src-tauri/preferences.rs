//! What the window remembers for itself. Never a secret, never anything a sync depends on.

use std::sync::Arc;

use foxbridge_contract::{AppError, ErrorCode, Preferences, Theme};
use serde_json::Value;
use tauri::{AppHandle, Wry};
use tauri_plugin_autostart::ManagerExt as _;
use tauri_plugin_store::{Store, StoreExt as _};

use crate::host::Host;

const THEME: &str = "theme";
const NOTIFICATIONS: &str = "notifications";
/// Set once the user was told that closing the window does not quit.
const TOLD: &str = "told_about_tray";

pub(crate) fn get(handle: &AppHandle) -> Result<Value, AppError> {
    let store = open(handle)?;
    to_value(&Preferences {
        theme: theme(&store),
        launch_at_login: starts_with_computer(handle),
        notifications: notifications(&store),
    })
}

pub(crate) fn set(handle: &AppHandle, request: Value) -> Result<Value, AppError> {
    let preferences: Preferences = serde_json::from_value(request).map_err(|error| {
        AppError::new(
            ErrorCode::BadRequest,
            format!("preferences.set was not understood: {error}"),
        )
    })?;
    let store = open(handle)?;
    store.set(THEME, to_value(&preferences.theme)?);
    store.set(NOTIFICATIONS, preferences.notifications);
    if preferences.launch_at_login != starts_with_computer(handle) {
        start_with_computer(handle, preferences.launch_at_login)?;
    }
    store.save().map_err(|error| unwritable(handle, &error))?;
    apply(handle);
    to_value(&preferences)
}

/// Gives the window frame the colours the page has.
pub(crate) fn apply(handle: &AppHandle) {
    let chosen = open(handle).map(|store| theme(&store)).unwrap_or_default();
    handle.set_theme(match chosen {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    });
}

/// Whether the user wants to be told while no window is open.
pub(crate) fn wants_notifications(handle: &AppHandle) -> bool {
    open(handle).is_ok_and(|store| notifications(&store))
}

fn notifications(store: &Store<Wry>) -> bool {
    store
        .get(NOTIFICATIONS)
        .and_then(|value| value.as_bool())
        .unwrap_or(true)
}

/// Asked of the system itself: it can be switched there too.
fn starts_with_computer(handle: &AppHandle) -> bool {
    handle.autolaunch().is_enabled().unwrap_or_else(|error| {
        tracing::warn!("cannot tell whether Foxbridge starts with the computer: {error}");
        false
    })
}

fn start_with_computer(handle: &AppHandle, start: bool) -> Result<(), AppError> {
    let launcher = handle.autolaunch();
    let done = if start {
        launcher.enable()
    } else {
        launcher.disable()
    };
    done.map_err(|error| {
        AppError::new(
            ErrorCode::Store,
            format!("Starting with the computer was not changed: {error}."),
        )
        .hint("Nothing else was changed. Your system's own settings may allow it.")
    })
}

/// Whether the user still has to be told about the tray; says yes once.
pub(crate) fn first_time_in_tray(handle: &AppHandle) -> bool {
    let Ok(store) = open(handle) else {
        return false;
    };
    if store.has(TOLD) {
        return false;
    }
    store.set(TOLD, true);
    // Unwritten, it is said again next time, and no harm is done.
    if let Err(error) = store.save() {
        tracing::warn!("preferences were not saved: {error}");
    }
    true
}

fn open(handle: &AppHandle) -> Result<Arc<Store<Wry>>, AppError> {
    handle
        .store(Host::of(handle).places().preferences())
        .map_err(|error| unwritable(handle, &error))
}

fn theme(store: &Store<Wry>) -> Theme {
    store
        .get(THEME)
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default()
}

fn to_value<T: serde::Serialize>(value: &T) -> Result<Value, AppError> {
    serde_json::to_value(value).map_err(|error| {
        AppError::new(
            ErrorCode::Internal,
            format!("The preferences could not be sent: {error}"),
        )
    })
}

fn unwritable(handle: &AppHandle, error: &tauri_plugin_store::Error) -> AppError {
    let file = Host::of(handle).places().preferences();
    AppError::new(
        ErrorCode::Store,
        format!(
            "The preferences in {} could not be kept: {error}.",
            file.display()
        ),
    )
    .hint("Check that the folder can be written and the disk is not full.")
}
