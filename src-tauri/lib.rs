//! The desktop shell: a window, a tray icon, start with the computer, notifications.
//!
//! **Architecture Invariant:** the shell carries and decides nothing. What Foxbridge does is in
//! `foxbridge_app`, behind one command, [`rpc::rpc`]; nothing under `crates/` knows Tauri.

mod events;
mod failure;
mod files;
mod host;
mod notice;
mod preferences;
mod quit;
mod rpc;
mod tray;
mod window;

use anyhow::Context as _;
use foxbridge_contract::{WorkerPlace, WorkerState, WorkerStatus};
use tauri::{AppHandle, RunEvent};
use tauri_plugin_window_state::StateFlags;

use crate::host::Host;

/// Starts the program without a window, as it is started with the computer.
const HIDDEN: &str = "--hidden";

/// Runs the program until the user quits it.
///
/// # Errors
/// When no window system can be reached. A database that cannot be opened is no error here: a
/// window says so.
pub fn run() -> anyhow::Result<()> {
    let app = tauri::Builder::default()
        .register_uri_scheme_protocol(failure::SCHEME, |context, _request| {
            failure::page(context.app_handle())
        })
        .invoke_handler(tauri::generate_handler![rpc::rpc])
        .setup(|app| set_up(app.handle()).map_err(Into::into))
        .build(tauri::generate_context!())
        .context("the window system did not answer")?;
    app.run(on_event);
    Ok(())
}

fn set_up(handle: &AppHandle) -> anyhow::Result<()> {
    quit::on_signals(handle);
    let places = host::places(handle)?;
    plugins(handle, &places)?;
    let host = host::open(handle, places);
    if host.app().is_err() {
        failure::show(handle)?;
        return Ok(());
    }
    let status = stands(&host);
    // Without a tray the program ends with its window: there would be no way back in.
    match tray::build(handle, &status) {
        Ok(()) => host.stay_in_tray(),
        Err(error) => tracing::warn!("no tray icon: {error}"),
    }
    events::forward(handle, status);
    if let Ok(app) = host.app() {
        let runtime = tauri::async_runtime::handle();
        let _inside = runtime.inner().enter();
        app.start_worker();
    }
    preferences::apply(handle);
    if !std::env::args().any(|argument| argument == HIDDEN) {
        window::open(handle)?;
    }
    Ok(())
}

/// How the background worker stands as the program starts.
fn stands(host: &Host) -> WorkerStatus {
    let asked = host.app().map(|app| {
        tauri::async_runtime::block_on(app.call("worker.status", serde_json::Value::Null))
    });
    match asked.map(|answer| answer.map(serde_json::from_value)) {
        Ok(Ok(Ok(status))) => status,
        _ => {
            tracing::warn!("how the background worker stands is not known yet");
            WorkerStatus {
                state: WorkerState::Idle,
                place: WorkerPlace::Nowhere,
                paused_until: None,
                paused: false,
                quiet: None,
                next_run: None,
                needs_you: 0,
                syncs: Vec::new(),
            }
        }
    }
}

fn plugins(handle: &AppHandle, places: &host::Places) -> anyhow::Result<()> {
    // First, so that a second start hands over before it touches anything. Its set-up fails when it
    // meets an instance that is just ending: then this one simply goes on.
    let mut single = tauri_plugin_single_instance::Builder::new()
        .callback(|handle, _arguments, _folder| window::open_from_anywhere(handle));
    if let Some(name) = places.bus_name(&handle.config().identifier) {
        single = single.dbus_id(name);
    }
    if let Err(error) = handle.plugin(single.build()) {
        tracing::warn!("cannot tell whether Foxbridge runs already: {error}");
    }
    handle.plugin(tauri_plugin_store::Builder::new().build())?;
    handle.plugin(
        tauri_plugin_window_state::Builder::new()
            .with_filename(places.window_state().to_string_lossy())
            .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
            .with_filter(|label| label == window::MAIN)
            .build(),
    )?;
    handle.plugin(tauri_plugin_autostart::Builder::new().arg(HIDDEN).build())?;
    handle.plugin(tauri_plugin_notification::init())?;
    // Called from Rust only (files.rs): the page has no right to it.
    handle.plugin(tauri_plugin_dialog::init())?;
    // Only Rust opens links (window.rs, https only); the page gets no script for it.
    handle.plugin(
        tauri_plugin_opener::Builder::new()
            .open_js_links_on_click(false)
            .build(),
    )?;
    Ok(())
}

fn on_event(handle: &AppHandle, event: RunEvent) {
    match event {
        // The last window was closed. The user's own Quit carries a code.
        RunEvent::ExitRequested {
            code: None, api, ..
        } if Host::of(handle).stays_in_tray() => {
            api.prevent_exit();
            notice::still_here(handle);
        }
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::open_from_anywhere(handle),
        _ => {}
    }
}
