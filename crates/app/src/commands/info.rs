//! The program itself: version, preferences, templates.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{AppError, AppInfo, Nothing, Preferences, Template};

use crate::{App, error, templates};

pub(super) async fn app_info(app: &App, _: Nothing) -> Result<AppInfo, AppError> {
    Ok(AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        data_dir: app.options().data_dir.display().to_string(),
        vault: app.host().vault_name(),
    })
}

/// The desktop shell answers this itself, from its own store of preferences; the other shells have
/// none and keep it here.
pub(super) async fn preferences_get(app: &App, _: Nothing) -> Result<Preferences, AppError> {
    let kept = app
        .store()
        .settings()
        .get("preferences")
        .map_err(error::store)?;
    Ok(kept
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or_default())
}

pub(super) async fn preferences_set(
    app: &App,
    preferences: Preferences,
) -> Result<Preferences, AppError> {
    let value = serde_json::to_value(&preferences).map_err(error::internal)?;
    app.store()
        .settings()
        .set("preferences", &value)
        .map_err(error::store)?;
    app.changed(&["preferences.get"]);
    Ok(preferences)
}

pub(super) async fn templates_list(_: &App, _: Nothing) -> Result<Vec<Template>, AppError> {
    Ok(templates::list())
}
