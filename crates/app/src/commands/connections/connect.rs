//! Connecting by a key: try it, learn whose it is, keep it.

use std::collections::BTreeSet;
use std::sync::Arc;

use foxbridge_catalog::{get, ids};
use foxbridge_connectors::{
    Account, Aimfox, Call, CallError, Credentials, HighLevel, Transport, Urgency,
};
use foxbridge_contract::{AppError, ConnectAimfox, ConnectHighLevel, Connection, ErrorCode};
use foxbridge_model::Service;
use foxbridge_store::{ConnectionRow, SignInKind, SignInRow};
use secrecy::SecretString;
use serde_json::json;

use super::{check, save, shown, sign_in_of};
use crate::ids::new_id;
use crate::permissions::{Caller, Switches};
use crate::secrets::{self, Given};
use crate::{App, error, transport};

pub(super) const HIGHLEVEL_URL: &str = "https://services.leadconnectorhq.com";
pub(super) const AIMFOX_URL: &str = "https://api.aimfox.com/api/v2";

/// HighLevel recommends to replace a token after 90 days (`facts/highlevel.md` §5.2); Aimfox says
/// nothing.
const REMIND_HIGHLEVEL: u32 = 90;
const REMIND_AIMFOX: u32 = 365;

/// Takes what somebody pasted: trims it, and refuses an empty one by the name of its field.
pub(super) fn required(field: &str, value: &str) -> Result<String, AppError> {
    let value = value.trim();
    if value.is_empty() {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("{field} is empty."),
        ));
    }
    Ok(value.to_owned())
}

pub(super) fn base_url(given: Option<String>, default: &str) -> String {
    let given = given.unwrap_or_default();
    let given = given.trim().trim_end_matches('/');
    if given.is_empty() {
        default.to_owned()
    } else {
        given.to_owned()
    }
}

/// A transport for a connection that is being tried out. One that is known already keeps its
/// switches, except where only the answer tells which it is.
pub(super) fn trial(
    app: &App,
    row: &ConnectionRow,
    base_url: String,
    credentials: Arc<dyn Credentials>,
) -> Result<Transport, AppError> {
    let switches = Switches {
        store: app.store().clone(),
        connection: row.clone(),
        needed: BTreeSet::new(),
        caller: Caller::Hand { confirmed: true },
    };
    let parts = transport::outside_runs(app, Arc::new(switches));
    Ok(transport::open(row, base_url, credentials, parts)?.with_urgency(Urgency::ByHand))
}

pub(super) fn same_account(
    app: &App,
    service: Service,
    base_url: &str,
    account: Option<&str>,
) -> Result<Option<ConnectionRow>, AppError> {
    let rows = app.store().connections().list().map_err(error::store)?;
    Ok(rows.into_iter().find(|row| {
        row.service == service
            && !row.sample
            && row.base_url == base_url
            && account.is_some()
            && row.account.as_deref() == account
    }))
}

/// Keeps a connection that has been proven to work. Connecting an account again replaces its secret
/// and keeps everything else.
async fn keep(
    app: &App,
    mut row: ConnectionRow,
    secret: SecretString,
    known: Option<&ConnectionRow>,
) -> Result<Connection, AppError> {
    let before = match known {
        Some(known) => sign_in_of(app, known)?,
        None => SignInRow {
            remind_days: Some(match row.service {
                Service::HighLevel => REMIND_HIGHLEVEL,
                Service::Aimfox => REMIND_AIMFOX,
            }),
            ..SignInRow::new(&row.id, SignInKind::Key, app.now())
        },
    };
    if let Some(known) = known.filter(|_| before.own_name) {
        row.name.clone_from(&known.name);
    }
    secrets::put(app, &row.id, secret).await?;
    save(app, &row)?;
    let about = SignInRow {
        remind_days: before.remind_days,
        own_name: before.own_name,
        ..SignInRow::new(&row.id, SignInKind::Key, app.now())
    };
    app.store().sign_ins().put(&about).map_err(error::store)?;
    // What the key may do is looked at now, so that it is no surprise in the middle of a run.
    check::look(app, &row).await?;
    shown(app, &row)
}

pub(in crate::commands) async fn connect_highlevel(
    app: &App,
    request: ConnectHighLevel,
) -> Result<Connection, AppError> {
    let location_id = location_id(&required("The location id", &request.location_id)?)?;
    let token = SecretString::from(required("The token", request.token.expose())?);
    let base_url = base_url(request.base_url, HIGHLEVEL_URL);
    let known = same_account(app, Service::HighLevel, &base_url, Some(&location_id))?;
    let mut row = ConnectionRow {
        id: match &known {
            Some(row) => row.id.clone(),
            None => new_id(app, "highlevel")?,
        },
        service: Service::HighLevel,
        name: format!("HighLevel {location_id}"),
        account: Some(location_id),
        base_url,
        requests_per_minute: None,
        sample: false,
        created_at: known
            .as_ref()
            .map_or_else(|| app.now(), |row| row.created_at),
    };
    describe_location(app, &mut row, Arc::new(Given(token.clone()))).await?;
    keep(app, row, token, known.as_ref()).await
}

/// A location's id, also out of the address of one of its pages. Anything else, such as a token in
/// the wrong field, is neither kept nor sent nor quoted: ids go into addresses, rows and messages.
fn location_id(pasted: &str) -> Result<String, AppError> {
    let id = pasted
        .split_once("/location/")
        .map_or(pasted, |(_, rest)| rest);
    let id = id.split(['/', '?', '#']).next().unwrap_or(id);
    if (1..=40).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(id.to_owned());
    }
    let message = "What was given as the location id is none: it holds letters and digits only.";
    Err(AppError::new(ErrorCode::BadRequest, message).hint(
        "Copy the part after /location/ in HighLevel's address bar, about twenty characters; the \
         token has a field of its own. Nothing was kept or sent.",
    ))
}

/// Reads the location's name and country. A token without that scope is a good token.
pub(super) async fn describe_location(
    app: &App,
    row: &mut ConnectionRow,
    credentials: Arc<dyn Credentials>,
) -> Result<(), AppError> {
    let transport = trial(app, row, row.base_url.clone(), credentials)?;
    match HighLevel::new(transport).location().await {
        Ok(location) => {
            row.name = location.name;
            if let Some(country) = location.country {
                let key = super::country_key(&row.id);
                app.store()
                    .settings()
                    .set(&key, &json!(country))
                    .map_err(error::store)?;
            }
            Ok(())
        }
        Err(CallError::MissingScope { .. }) => {
            if row.name.is_empty() {
                let id = row.account.as_deref().unwrap_or("location");
                row.name = format!("HighLevel {id}");
            }
            Ok(())
        }
        Err(CallError::Unauthorised { status: 403, .. }) => Err(AppError::new(
            ErrorCode::NotAuthorised,
            format!(
                "The token does not open the location {}.",
                row.account.as_deref().unwrap_or_default()
            ),
        )
        .hint(
            "Copy the location id again: it is the part after /location/ in HighLevel's address \
             bar. A token belongs to the location it was made in.",
        )),
        Err(e) => Err(error::call(&e)),
    }
}

pub(in crate::commands) async fn connect_aimfox(
    app: &App,
    request: ConnectAimfox,
) -> Result<Connection, AppError> {
    let api_key = SecretString::from(required("The API key", request.api_key.expose())?);
    let base_url = base_url(request.base_url, AIMFOX_URL);
    if request.requests_per_minute == Some(0) {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            "The requests per minute must be 1 or more.",
        ));
    }
    let mut row = ConnectionRow {
        id: new_id(app, "aimfox")?,
        service: Service::Aimfox,
        name: "Aimfox workspace".to_owned(),
        account: None,
        base_url,
        requests_per_minute: request.requests_per_minute,
        sample: false,
        created_at: app.now(),
    };
    describe_workspace(app, &mut row, Arc::new(Given(api_key.clone()))).await?;
    let known = same_account(app, Service::Aimfox, &row.base_url, row.account.as_deref())?;
    if let Some(known) = &known {
        row.id.clone_from(&known.id);
        row.created_at = known.created_at;
    }
    keep(app, row, api_key, known.as_ref()).await
}

/// Learns the workspace from its LinkedIn seats; a workspace without a seat cannot be told from
/// another (`facts/aimfox.md` §1).
pub(super) async fn describe_workspace(
    app: &App,
    row: &mut ConnectionRow,
    credentials: Arc<dyn Credentials>,
) -> Result<(), AppError> {
    let transport = trial(app, row, row.base_url.clone(), credentials)?;
    let accounts = match Aimfox::new(transport.clone()).accounts().await {
        Ok(accounts) => accounts,
        Err(CallError::Failed { status: 500, .. }) if is_master(&transport).await => {
            return Err(master_key());
        }
        Err(e) => return Err(error::call(&e)),
    };
    if let Some(first) = accounts.first() {
        row.account.clone_from(&first.workspace_id);
        row.name = seats(first, accounts.len());
    }
    Ok(())
}

fn seats(first: &Account, count: usize) -> String {
    match count {
        1 => format!("Aimfox of {}", first.name),
        n => format!("Aimfox of {} and {} more", first.name, n - 1),
    }
}

/// A key of the wrong kind answers 500 (`facts/aimfox.md` §1): so a master key is known by a call
/// that only such a key opens. The workspace asked for does not exist.
async fn is_master(transport: &Transport) -> bool {
    let call = Call::new(get(ids::AIMFOX_WORKSPACES_TOKENS_LIST))
        .path("workspace_id", "00000000-0000-4000-8000-000000000000");
    match transport.call(call).await {
        Ok(_) => true,
        Err(e) => matches!(e, CallError::Refused { .. }),
    }
}

fn master_key() -> AppError {
    AppError::new(
        ErrorCode::NotAuthorised,
        "This is an agency's master key: it opens workspaces and keys, and no leads.",
    )
    .hint(
        "Make a key in the workspace itself: in Aimfox under Workspace settings, Integrations. \
         Nothing was kept.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_id_is_found_in_its_address() {
        for pasted in [
            "ve9EPM428h8vShlRW1KT",
            "https://app.gohighlevel.com/v2/location/ve9EPM428h8vShlRW1KT/dashboard",
            "https://app.example.com/location/ve9EPM428h8vShlRW1KT?x=1",
        ] {
            let id = location_id(pasted).ok();
            assert_eq!(id.as_deref(), Some("ve9EPM428h8vShlRW1KT"), "{pasted}");
        }
    }

    #[test]
    fn a_token_in_the_wrong_field_is_not_taken_for_an_id() {
        for pasted in [
            "pit-5c1a7a52-0000-4000-8000-000000000000",
            "eyJhbGciOiJIUzI1NiJ9.e30.c2VjcmV0",
            "https://app.gohighlevel.com/v2/location/",
            "two words",
        ] {
            let refused = location_id(pasted).err();
            let said = refused.map(|e| format!("{e:?}")).unwrap_or_default();
            assert!(said.contains("letters and digits"), "{pasted}: {said}");
            assert!(!said.contains(pasted), "it was quoted: {said}");
        }
    }
}
