//! The tray icon and its menu: the only way in while no window is open. What it shows follows the
//! background worker.

mod badge;
mod words;

use std::sync::{Mutex, PoisonError};

use foxbridge_contract::{AppError, Sync, WorkerState, WorkerStatus};
use serde_json::json;
use tauri::image::Image;
use tauri::menu::{IsMenuItem, Menu, MenuItem, PredefinedMenuItem, Submenu};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Wry};

use crate::host::Host;
use crate::{notice, quit, window};

pub(crate) use words::news;

/// Of the one icon.
const ID: &str = "foxbridge";
/// Painted by the menu bar itself, in its own colour.
const TEMPLATE: bool = cfg!(target_os = "macos");

/// What the icon shows: a new picture or menu is only made when something of it changes, so that an
/// open menu stays open.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    state: WorkerState,
    headline: String,
    paused: bool,
    needs_you: u32,
}

impl Shown {
    fn of(status: &WorkerStatus) -> Self {
        Self {
            state: status.state,
            headline: words::headline(status),
            paused: status.paused,
            needs_you: status.needs_you,
        }
    }
}

static SHOWN: Mutex<Option<Shown>> = Mutex::new(None);

fn mark() -> Image<'static> {
    if TEMPLATE {
        tauri::include_image!("icons/tray-template.png")
    } else {
        tauri::include_image!("icons/tray.png")
    }
}

/// Makes the icon. Tauri keeps it until the program ends.
pub(crate) fn build(handle: &AppHandle, status: &WorkerStatus) -> tauri::Result<()> {
    let shown = Shown::of(status);
    TrayIconBuilder::with_id(ID)
        .icon(badge::picture(&mark(), shown.state, TEMPLATE))
        .icon_as_template(TEMPLATE)
        .tooltip(tooltip(&shown))
        .menu(&menu(handle, &shown)?)
        .show_menu_on_left_click(cfg!(not(windows)))
        .on_menu_event(|handle, event| chosen(handle, event.id().as_ref()))
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
    *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
    Ok(())
}

/// Shows how things stand now. From any thread.
pub(crate) fn show(handle: &AppHandle, status: &WorkerStatus) {
    let now = Shown::of(status);
    let mut known = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.as_ref() == Some(&now) {
        return;
    }
    let Some(icon) = handle.tray_by_id(ID) else {
        return;
    };
    let changed = menu(handle, &now).and_then(|menu| {
        icon.set_icon_with_as_template(
            Some(badge::picture(&mark(), now.state, TEMPLATE)),
            TEMPLATE,
        )?;
        icon.set_tooltip(Some(tooltip(&now)))?;
        icon.set_menu(Some(menu))
    });
    match changed {
        Ok(()) => *known = Some(now),
        Err(error) => tracing::warn!("the tray does not show how things stand: {error}"),
    }
}

fn tooltip(shown: &Shown) -> String {
    format!("Foxbridge: {}", shown.headline)
}

fn menu(handle: &AppHandle, shown: &Shown) -> tauri::Result<Menu<Wry>> {
    let item = |id: &str, text: &str, enabled: bool| {
        MenuItem::with_id(handle, id, text, enabled, None::<&str>)
    };
    let line = || PredefinedMenuItem::separator(handle);
    let state = item("state", &shown.headline, false)?;
    let open = item("open", "Open Foxbridge", true)?;
    let sync = item("sync", "Sync now", true)?;
    let pause: Box<dyn IsMenuItem<Wry>> = if shown.paused {
        Box::new(item("resume", "Resume", true)?)
    } else {
        let hour = item("pause-hour", "For an hour", true)?;
        let tomorrow = item("pause-tomorrow", "Until tomorrow", true)?;
        let resumed = item("pause-resumed", "Until I resume", true)?;
        let lengths: [&dyn IsMenuItem<Wry>; 3] = [&hour, &tomorrow, &resumed];
        Box::new(Submenu::with_items(handle, "Pause", true, &lengths)?)
    };
    let needs = if shown.needs_you > 0 {
        format!("Needs you ({})", shown.needs_you)
    } else {
        "Needs you".to_owned()
    };
    let needs = item("needs-you", &needs, shown.needs_you > 0)?;
    let activity = item("activity", "Activity", true)?;
    let settings = item("settings", "Settings", true)?;
    let quit = item("quit", "Quit Foxbridge", true)?;
    let lines = [line()?, line()?, line()?, line()?];
    Menu::with_items(
        handle,
        &[
            &state, &lines[0], &open, &sync, &lines[1], &*pause, &lines[2], &needs, &activity,
            &lines[3], &settings, &quit,
        ],
    )
}

fn chosen(handle: &AppHandle, id: &str) {
    match id {
        "open" => window::open_from_anywhere(handle),
        "sync" => sync_now(handle),
        "pause-hour" => worker(handle, "worker.pause", json!({ "until": "hour" })),
        "pause-tomorrow" => worker(handle, "worker.pause", json!({ "until": "tomorrow" })),
        "pause-resumed" => worker(handle, "worker.pause", json!({ "until": "resumed" })),
        "resume" => worker(handle, "worker.resume", json!({})),
        // The page finds the first sync that asks something.
        "needs-you" => window::open_at(handle, "#/needs-you"),
        "activity" => window::open_at(handle, "#/activity"),
        "settings" => window::open_at(handle, "#/settings"),
        "quit" => quit::quit(handle),
        other => tracing::warn!("the tray's menu has no `{other}`"),
    }
}

/// Tells the background worker something.
fn worker(handle: &AppHandle, command: &'static str, request: serde_json::Value) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let host = Host::of(&handle);
        let Ok(app) = host.app() else { return };
        if let Err(error) = app.call(command, request).await {
            notice::went_wrong(&handle, &error);
        }
    });
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
