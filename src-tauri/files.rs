//! Files that people get or give: the system's own dialogs, opened from here so that the page never
//! names a place itself.

use foxbridge_app::App;
use foxbridge_contract::{AppError, ErrorCode};
use serde::Deserialize;
use serde_json::{Map, Value};
use tauri::AppHandle;
use tauri_plugin_dialog::{DialogExt as _, FilePath};

/// Commands that write a file where the user says.
const SAVING: &[&str] = &["activity.export", "backup.make", "diagnostics.make"];

/// What the page asks for with `files.save`.
#[derive(Deserialize)]
pub(crate) struct Save {
    command: String,
    request: Map<String, Value>,
    name: String,
}

/// What it asks for with `files.pick`.
#[derive(Deserialize)]
pub(crate) struct Pick {
    extension: String,
}

/// Reads what the page asks for.
///
/// # Errors
/// When it is something else.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(request: Value) -> Result<T, AppError> {
    serde_json::from_value(request).map_err(|_| {
        AppError::new(
            ErrorCode::BadRequest,
            "A file dialog was asked for wrongly.",
        )
    })
}

/// Asks where a file is to be, then has the application write it there; `null` when the user thought
/// better of it.
///
/// # Errors
/// What the application answers; when the command writes no file.
pub(crate) async fn save(handle: AppHandle, app: &App, save: Save) -> Result<Value, AppError> {
    let Save {
        command,
        mut request,
        name,
    } = save;
    if !SAVING.contains(&command.as_str()) {
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
        return Ok(Value::Null);
    };
    request.insert("to".to_owned(), path.into());
    app.call(&command, request.into()).await
}

/// Asks for a file; its path, or `null`.
///
/// # Errors
/// When the dialog could not be shown.
pub(crate) async fn pick(handle: AppHandle, pick: Pick) -> Result<Value, AppError> {
    let dialog = move || {
        handle
            .dialog()
            .file()
            .add_filter("Foxbridge", &[pick.extension.as_str()])
            .blocking_pick_file()
    };
    Ok(asked(dialog).await?.into())
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
