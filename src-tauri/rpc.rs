//! The one command of the page.

use foxbridge_contract::AppError;
use serde_json::Value;
use tauri::{AppHandle, State};

use crate::files;
use crate::host::Host;
use crate::preferences;

/// Runs a command of the contract. What the window remembers for itself and what asks the user for a
/// file is answered here, all else by the application.
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
        "files.save" => files::save(handle, host.app()?, files::read(request)?).await,
        "files.pick" => files::pick(handle, files::read(request)?).await,
        _ => host.app()?.call(&command, request).await,
    }
}
