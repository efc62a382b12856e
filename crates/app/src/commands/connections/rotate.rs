//! The life of a key: its age, the next one in its place, and going back while both work.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::sync::Arc;

use foxbridge_contract::{
    AppError, Connection, ConnectionId, ErrorCode, RemindConnection, RenameConnection, ReplaceKey,
};
use foxbridge_model::Service;
use foxbridge_store::{ConnectionRow, SignInKind, SignInRow};
use secrecy::SecretString;

use super::connect::{describe_location, describe_workspace, required};
use super::{check, find, save, shown, sign_in_of};
use crate::secrets::{self, Given, TokenLock};
use crate::{App, error};

/// HighLevel lets an old token work for seven days after the new one was made, when asked to
/// (`facts/highlevel.md` §5.2).
const OVERLAP_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Tries the new key first: one that does not work, or opens another account, changes nothing.
pub(in crate::commands) async fn connections_replace_key(
    app: &App,
    request: ReplaceKey,
) -> Result<Connection, AppError> {
    let mut row = find(app, &request.connection)?;
    let about = by_key(app, &row)?;
    let secret = SecretString::from(required("The new key", request.secret.expose())?);
    let old_name = row.name.clone();
    try_key(app, &mut row, &secret).await?;
    if about.own_name {
        row.name = old_name;
    }
    let _lock = TokenLock::take(app, &row.id).await?;
    let (key, previous) = (secrets::key(&row.id), secrets::previous_key(&row.id));
    let same = secrets::with_vault(app, move |vault| {
        let old = vault.get(&key)?;
        let same = old.as_ref().is_some_and(|old| secrets::same(old, &secret));
        if let Some(old) = old.filter(|_| !same) {
            vault.set(&previous, &old)?;
        }
        vault.set(&key, &secret)?;
        Ok(same)
    })
    .await?;
    if same {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("That is the key {} has already.", row.name),
        )
        .hint("Make a new one in the service, and paste that. Nothing was changed."));
    }
    save(app, &row)?;
    let about = SignInRow {
        since: app.now(),
        previous_until: Some(app.now() + OVERLAP_MS),
        previous_since: Some(about.since),
        missing: Vec::new(),
        report: None,
        ..about
    };
    app.store().sign_ins().put(&about).map_err(error::store)?;
    check::look(app, &row).await?;
    shown(app, &row)
}

/// The key before this one, while it is kept. It is tried first, too.
pub(in crate::commands) async fn connections_go_back(
    app: &App,
    request: ConnectionId,
) -> Result<Connection, AppError> {
    let mut row = find(app, &request.connection)?;
    let about = by_key(app, &row)?;
    let previous = secrets::previous_key(&row.id);
    let old = secrets::with_vault(app, move |vault| vault.get(&previous)).await?;
    let old = old.filter(|_| about.previous_until.is_some_and(|until| until > app.now()));
    let Some(old) = old else {
        let message = format!(
            "The key before this one of {} is not kept any more.",
            row.name
        );
        return Err(AppError::new(ErrorCode::NotFound, message)
            .hint("Make a new one in the service and replace the key."));
    };
    let name = row.name.clone();
    try_key(app, &mut row, &old).await?;
    row.name = name;
    let _lock = TokenLock::take(app, &row.id).await?;
    let (key, previous) = (secrets::key(&row.id), secrets::previous_key(&row.id));
    secrets::with_vault(app, move |vault| {
        vault.set(&key, &old)?;
        vault.delete(&previous)
    })
    .await?;
    let about = SignInRow {
        // It is as old as it is, not as old as the one it takes the place of.
        since: about.previous_since.unwrap_or(about.since),
        previous_until: None,
        previous_since: None,
        ..about
    };
    app.store().sign_ins().put(&about).map_err(error::store)?;
    check::look(app, &row).await?;
    shown(app, &row)
}

/// Wipes keys whose overlap is over. Nobody waits for it, and it is tried again with the next look.
pub(super) fn wipe_expired(app: &App, row: &ConnectionRow, about: &SignInRow) {
    if !is_over(app, about) {
        return;
    }
    let (app, row) = (app.clone(), row.clone());
    tokio::spawn(async move {
        match wipe_previous(&app, &row).await {
            Ok(()) => app.changed(&["connections.list"]),
            Err(error) => tracing::warn!("an old key was not wiped yet: {error}"),
        }
    });
}

/// Whether a key before this one was kept, and its time has passed.
fn is_over(app: &App, about: &SignInRow) -> bool {
    about.previous_until.is_some_and(|until| until <= app.now())
}

async fn wipe_previous(app: &App, row: &ConnectionRow) -> Result<(), AppError> {
    let _lock = TokenLock::take(app, &row.id).await?;
    // Read again: somebody may have replaced the key while we waited, and then there is a new old one.
    let about = sign_in_of(app, row)?;
    if !is_over(app, &about) {
        return Ok(());
    }
    let previous = secrets::previous_key(&row.id);
    secrets::with_vault(app, move |vault| vault.delete(&previous)).await?;
    let about = SignInRow {
        previous_until: None,
        previous_since: None,
        ..about
    };
    app.store().sign_ins().put(&about).map_err(error::store)
}

fn by_key(app: &App, row: &ConnectionRow) -> Result<SignInRow, AppError> {
    let about = sign_in_of(app, row)?;
    if row.sample || about.kind == SignInKind::OAuth {
        let message = format!("{} has no key that could be replaced.", row.name);
        return Err(
            AppError::new(ErrorCode::BadRequest, message).hint(if row.sample {
                "It is the sample data."
            } else {
                "It is signed in with an app: sign in again instead."
            }),
        );
    }
    Ok(about)
}

async fn try_key(
    app: &App,
    row: &mut ConnectionRow,
    secret: &SecretString,
) -> Result<(), AppError> {
    let credentials = Arc::new(Given(secret.clone()));
    match row.service {
        Service::HighLevel => describe_location(app, row, credentials).await,
        Service::Aimfox => {
            let account = row.account.clone();
            describe_workspace(app, row, credentials).await?;
            if account.is_some() && row.account != account {
                let message = format!(
                    "That key opens another workspace than the one {} is connected to.",
                    row.name
                );
                return Err(AppError::new(ErrorCode::NotAuthorised, message).hint(
                    "Make the key in the same workspace, or connect the other one as a new \
                     connection. Nothing was changed.",
                ));
            }
            Ok(())
        }
    }
}

pub(in crate::commands) async fn connections_remind(
    app: &App,
    request: RemindConnection,
) -> Result<Connection, AppError> {
    let row = find(app, &request.connection)?;
    if request.days.is_some_and(|days| !(1..=3650).contains(&days)) {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            "The age must be from 1 to 3650 days.",
        ));
    }
    let about = SignInRow {
        remind_days: request.days,
        ..sign_in_of(app, &row)?
    };
    app.store().sign_ins().put(&about).map_err(error::store)?;
    app.changed(&["connections.list"]);
    shown(app, &row)
}

pub(in crate::commands) async fn connections_rename(
    app: &App,
    request: RenameConnection,
) -> Result<Connection, AppError> {
    let mut row = find(app, &request.connection)?;
    let name = request.name.trim();
    if name.chars().count() > 100 {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            "The name is longer than 100 characters.",
        ));
    }
    if name.is_empty() {
        let (base_url, credentials) = secrets::access(app, &row).await?;
        let at = std::mem::replace(&mut row.base_url, base_url);
        match row.service {
            Service::HighLevel => describe_location(app, &mut row, credentials).await?,
            Service::Aimfox => describe_workspace(app, &mut row, credentials).await?,
        }
        row.base_url = at;
    } else {
        name.clone_into(&mut row.name);
    }
    save(app, &row)?;
    let about = SignInRow {
        own_name: !name.is_empty(),
        ..sign_in_of(app, &row)?
    };
    app.store().sign_ins().put(&about).map_err(error::store)?;
    app.changed(&["connections.list", "syncs.list"]);
    shown(app, &row)
}
