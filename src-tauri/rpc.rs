//! The one command of the page.

use foxbridge_contract::AppError;
use serde_json::Value;
use tauri::{AppHandle, State};

use crate::host::Host;
use crate::preferences;

/// Runs a command of the contract. What the window remembers for itself is answered here, all else
/// by the application.
///
/// # Errors
/// What the application answers; when it could not be opened, why.
#[tauri::command]
pub(crate) async fn rpc(
    handle: AppHandle,
    host: State<'_, Host>,
    command: String,
    request: Value,
) -> Result<Value, AppError> {
    match command.as_str() {
        "preferences.get" => preferences::get(&handle),
        "preferences.set" => preferences::set(&handle, request),
        _ => host.app()?.call(&command, request).await,
    }
}
