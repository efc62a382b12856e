//! Files that people get or give: the system's own dialogs, opened from here so that the page never
//! names a place itself.

use foxbridge_contract::{AppError, ErrorCode};
use serde_json::Value;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt as _, FilePath};

use crate::host::Host;

/// Commands that write a file where the user says.
const SAVING: &[&str] = &["activity.export", "backup.make", "diagnostics.make"];

/// Asks where a file is to be, then has the application write it there. `None` when the user thought
/// better of it.
///
/// # Errors
/// What the application answers; when the command writes no file.
#[tauri::command]
pub(crate) async fn save(
    handle: AppHandle,
    host: State<'_, Host>,
    command: String,
    mut request: Value,
    name: String,
) -> Result<Option<Value>, AppError> {
    if !SAVING.contains(&command.as_str()) || !request.is_object() {
        let what = format!("\"{command}\" writes no file.");
        return Err(AppError::new(ErrorCode::BadRequest, what));
    }
    let dialog = move || {
        handle
            .dialog()
            .file()
            .set_file_name(name)
            .blocking_save_file()
    };
    let Some(path) = asked(dialog).await? else {
        return Ok(None);
    };
    request["to"] = path.into();
    host.app()?.call(&command, request).await.map(Some)
}

/// Asks for a file; its path.
///
/// # Errors
/// When the dialog could not be shown.
#[tauri::command]
pub(crate) async fn pick(handle: AppHandle, extension: String) -> Result<Option<String>, AppError> {
    asked(move || {
        handle
            .dialog()
            .file()
            .add_filter("Foxbridge", &[extension.as_str()])
            .blocking_pick_file()
    })
    .await
}

/// Shows a dialog, away from the threads that everything else needs.
async fn asked(
    dialog: impl FnOnce() -> Option<FilePath> + Send + 'static,
) -> Result<Option<String>, AppError> {
    let wrong = |error: &dyn std::fmt::Display| {
        AppError::new(
            ErrorCode::Internal,
            format!("The file dialog failed: {error}."),
        )
    };
    let chosen = tauri::async_runtime::spawn_blocking(dialog)
        .await
        .map_err(|e| wrong(&e))?;
    let Some(chosen) = chosen else {
        return Ok(None);
    };
    let path = chosen.into_path().map_err(|e| wrong(&e))?;
    Ok(Some(path.display().to_string()))
}
