//! The tray icon and its menu, which is the only way in while no window is open.

use foxbridge_contract::{AppError, Sync};
use serde_json::json;
use tauri::menu::{CheckMenuItem, Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};
use tauri_plugin_autostart::ManagerExt as _;

use crate::host::Host;
use crate::{notice, quit, window};

/// Makes the icon. Tauri keeps it until the program ends.
pub(crate) fn build(handle: &AppHandle) -> tauri::Result<()> {
    let open = MenuItem::with_id(handle, "open", "Open Foxbridge", true, None::<&str>)?;
    let sync = MenuItem::with_id(handle, "sync", "Sync now", true, None::<&str>)?;
    let start = CheckMenuItem::with_id(
        handle,
        "autostart",
        "Start with the computer",
        true,
        starts_with_computer(handle),
        None::<&str>,
    )?;
    let quit = MenuItem::with_id(handle, "quit", "Quit Foxbridge", true, None::<&str>)?;
    let lines = [
        PredefinedMenuItem::separator(handle)?,
        PredefinedMenuItem::separator(handle)?,
    ];
    let menu = Menu::with_items(handle, &[&open, &sync, &lines[0], &start, &lines[1], &quit])?;

    let (icon, template) = if cfg!(target_os = "macos") {
        (tauri::include_image!("icons/tray-template.png"), true)
    } else {
        (tauri::include_image!("icons/tray.png"), false)
    };
    TrayIconBuilder::with_id("foxbridge")
        .icon(icon)
        .icon_as_template(template)
        .tooltip("Foxbridge")
        .menu(&menu)
        .show_menu_on_left_click(cfg!(not(windows)))
        .on_menu_event(move |handle, event| match event.id().as_ref() {
            "open" => window::open_from_anywhere(handle),
            "sync" => sync_now(handle),
            "autostart" => toggle_start(handle, &start),
            "quit" => quit::quit(handle),
            other => tracing::warn!("the tray's menu has no `{other}`"),
        })
        .on_tray_icon_event(|icon, event| {
            // Windows only: elsewhere a click opens the menu.
            if cfg!(windows)
                && let TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                } = event
            {
                window::open_from_anywhere(icon.app_handle());
            }
        })
        .build(handle)?;
    Ok(())
}

/// Runs every sync the user has looked at before; a sync that never ran is shown instead, because
/// its first plan is for the user to see.
fn sync_now(handle: &AppHandle) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        match start_all(&handle).await {
            Ok(started) if started > 0 => {}
            Ok(_) => window::open_from_anywhere(&handle),
            Err(error) => notice::went_wrong(&handle, &error),
        }
    });
}

async fn start_all(handle: &AppHandle) -> Result<usize, AppError> {
    let host = Host::of(handle);
    let app = host.app()?;
    let syncs = app.call("syncs.list", json!({})).await?;
    let syncs: Vec<Sync> = serde_json::from_value(syncs).unwrap_or_default();
    let known: Vec<_> = syncs
        .iter()
        .filter(|sync| sync.last_run.is_some())
        .collect();
    for sync in known.iter().filter(|sync| sync.running.is_none()) {
        app.call("runs.start", json!({ "sync": sync.id, "rehearsal": false }))
            .await?;
    }
    Ok(known.len())
}

fn starts_with_computer(handle: &AppHandle) -> bool {
    handle.autolaunch().is_enabled().unwrap_or_else(|error| {
        tracing::warn!("cannot tell whether Foxbridge starts with the computer: {error}");
        false
    })
}

fn toggle_start(handle: &AppHandle, item: &CheckMenuItem<Wry>) {
    let launcher = handle.autolaunch();
    let done = if starts_with_computer(handle) {
        launcher.disable()
    } else {
        launcher.enable()
    };
    if let Err(error) = done {
        tracing::warn!("starting with the computer was not changed: {error}");
    }
    // The mark shows what is so, not what was clicked.
    if let Err(error) = item.set_checked(starts_with_computer(handle)) {
        tracing::warn!("the tray's menu was not changed: {error}");
    }
}
