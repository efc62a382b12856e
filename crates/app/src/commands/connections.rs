//! Connections: check a key or token, keep it, show it, forget it.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::collections::BTreeSet;
use std::sync::Arc;

use foxbridge_connectors::{Aimfox, CallError, HighLevel, Transport};
use foxbridge_contract::{
    AppError, ConnectAimfox, ConnectHighLevel, Connection, ConnectionId, CreateSync, ErrorCode,
    Nothing, Sync,
};
use foxbridge_model::Service;
use foxbridge_store::ConnectionRow;
use secrecy::SecretString;
use serde_json::json;

use super::syncs;
use crate::ids::new_id;
use crate::permissions::{Caller, Switches};
use crate::{App, convert, error, sample, secrets, transport};

const HIGHLEVEL_URL: &str = "https://services.leadconnectorhq.com";
const AIMFOX_URL: &str = "https://api.aimfox.com/api/v2";

pub(super) async fn connections_list(app: &App, _: Nothing) -> Result<Vec<Connection>, AppError> {
    let rows = app.store().connections().list().map_err(error::store)?;
    rows.iter().map(|row| shown(app, row)).collect()
}

fn shown(app: &App, row: &ConnectionRow) -> Result<Connection, AppError> {
    let day_ago = app.now() - 24 * 60 * 60 * 1000;
    let today = app
        .store()
        .requests()
        .count_since(&row.id, day_ago)
        .map_err(error::store)?;
    Ok(Connection {
        id: row.id.clone(),
        service: convert::service(row.service),
        name: row.name.clone(),
        account: row.account.clone(),
        base_url: row.base_url.clone(),
        sample: row.sample,
        created_at: convert::time(row.created_at),
        requests_today: today,
    })
}

/// Takes what somebody pasted: trims it, and refuses an empty one by the name of its field.
fn required(field: &str, value: &str) -> Result<String, AppError> {
    let value = value.trim();
    if value.is_empty() {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("{field} is empty."),
        ));
    }
    Ok(value.to_owned())
}

fn base_url(given: Option<String>, default: &str) -> String {
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
fn transport(app: &App, row: &ConnectionRow, secret: &SecretString) -> Result<Transport, AppError> {
    let switches = Switches {
        store: app.store().clone(),
        connection: row.clone(),
        needed: BTreeSet::new(),
        caller: Caller::Hand { confirmed: true },
    };
    let parts = transport::outside_runs(app, Arc::new(switches));
    transport::open(row, row.base_url.clone(), secret.clone(), parts)
}

/// Keeps a connection that has been proven to work. Connecting an account again replaces its secret
/// and keeps everything else.
async fn keep(app: &App, row: ConnectionRow, secret: SecretString) -> Result<Connection, AppError> {
    secrets::put(app, &row.id, secret).await?;
    save(app, &row)
}

fn save(app: &App, row: &ConnectionRow) -> Result<Connection, AppError> {
    let connections = app.store().connections();
    let known = connections.get(&row.id).map_err(error::store)?.is_some();
    if known {
        connections.update(row)
    } else {
        connections.insert(row)
    }
    .map_err(error::store)?;
    app.changed(&["connections.list", "syncs.list"]);
    shown(app, row)
}

fn same_account(
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

pub(super) async fn connect_highlevel(
    app: &App,
    request: ConnectHighLevel,
) -> Result<Connection, AppError> {
    let location_id = required("The location id", &request.location_id)?;
    let token = SecretString::from(required("The token", &request.token)?);
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
        created_at: known.map_or_else(|| app.now(), |row| row.created_at),
    };
    describe_location(app, &mut row, &token).await?;
    keep(app, row, token).await
}

/// Reads the location's name and country. A token without that scope is a good token.
async fn describe_location(
    app: &App,
    row: &mut ConnectionRow,
    token: &SecretString,
) -> Result<(), AppError> {
    let highlevel = HighLevel::new(transport(app, row, token)?);
    match highlevel.location().await {
        Ok(location) => {
            row.name = location.name;
            if let Some(country) = location.country {
                let key = country_key(&row.id);
                app.store()
                    .settings()
                    .set(&key, &json!(country))
                    .map_err(error::store)?;
            }
            Ok(())
        }
        Err(CallError::MissingScope { .. }) => Ok(()),
        Err(e) => Err(error::call(&e)),
    }
}

/// Where a location's country is kept: it decides how telephone numbers are read.
pub(crate) fn country_key(connection: &str) -> String {
    format!("connection.{connection}.country")
}

pub(super) async fn connect_aimfox(
    app: &App,
    request: ConnectAimfox,
) -> Result<Connection, AppError> {
    let api_key = SecretString::from(required("The API key", &request.api_key)?);
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
    describe_workspace(app, &mut row, &api_key).await?;
    if let Some(known) = same_account(app, Service::Aimfox, &row.base_url, row.account.as_deref())?
    {
        row.id = known.id;
        row.created_at = known.created_at;
    }
    keep(app, row, api_key).await
}

/// Learns the workspace from its LinkedIn seats; a workspace without a seat cannot be told from
/// another (`facts/aimfox.md` §1).
async fn describe_workspace(
    app: &App,
    row: &mut ConnectionRow,
    api_key: &SecretString,
) -> Result<(), AppError> {
    let aimfox = Aimfox::new(transport(app, row, api_key)?);
    let accounts = aimfox.accounts().await.map_err(|e| error::call(&e))?;
    if let Some(first) = accounts.first() {
        row.account = first.workspace_id.clone();
        row.name = match accounts.len() {
            1 => format!("Aimfox of {}", first.name),
            n => format!("Aimfox of {} and {} more", first.name, n - 1),
        };
    }
    Ok(())
}

pub(super) async fn connections_remove(
    app: &App,
    request: ConnectionId,
) -> Result<Nothing, AppError> {
    let id = request.connection;
    let Some(row) = app.store().connections().get(&id).map_err(error::store)? else {
        return Err(error::not_found("connection", &id));
    };
    let users: Vec<_> = app
        .store()
        .syncs()
        .list()
        .map_err(error::store)?
        .into_iter()
        .filter(|sync| sync.highlevel == id || sync.aimfox == id)
        .collect();
    for sync in &users {
        if app.running().contains_key(&sync.id) {
            return Err(AppError::new(
                ErrorCode::Busy,
                format!("{} is in use by a run of {}.", row.name, sync.name),
            )
            .hint("Cancel the run first."));
        }
    }
    // The secret first: should the rest fail, nothing that matters is left behind.
    if !row.sample {
        secrets::forget(app, &id).await?;
    }
    for sync in &users {
        app.store().syncs().delete(&sync.id).map_err(error::store)?;
    }
    app.store()
        .connections()
        .delete(&id)
        .map_err(error::store)?;
    app.changed(&["connections.list", "syncs.list"]);
    Ok(Nothing {})
}

/// Connects the built-in sandbox and pairs it; asking again gives the same sync.
pub(super) async fn sample_start(app: &App, _: Nothing) -> Result<Sync, AppError> {
    let credentials = sample::credentials(app).await?;
    let rows = app.store().connections().list().map_err(error::store)?;
    let mut ids = Vec::new();
    for service in [Service::HighLevel, Service::Aimfox] {
        if let Some(row) = rows.iter().find(|row| row.sample && row.service == service) {
            ids.push(row.id.clone());
            continue;
        }
        let mut row = ConnectionRow {
            id: new_id(app, service.as_str())?,
            service,
            name: String::new(),
            account: None,
            base_url: match service {
                Service::HighLevel => credentials.highlevel.base_url.clone(),
                Service::Aimfox => credentials.aimfox.base_url.clone(),
            },
            requests_per_minute: None,
            sample: true,
            created_at: app.now(),
        };
        match service {
            Service::HighLevel => {
                row.account = Some(credentials.highlevel.location_id.clone());
                let token = credentials.highlevel.token.clone().into();
                describe_location(app, &mut row, &token).await?;
            }
            Service::Aimfox => {
                row.requests_per_minute = Some(sample::AIMFOX_PER_MINUTE);
                let key = credentials.aimfox.api_key.clone().into();
                describe_workspace(app, &mut row, &key).await?;
            }
        }
        save(app, &row)?;
        ids.push(row.id);
    }
    let (highlevel, aimfox) = (ids[0].clone(), ids[1].clone());
    let known = app
        .store()
        .syncs()
        .list()
        .map_err(error::store)?
        .into_iter()
        .find(|sync| sync.highlevel == highlevel && sync.aimfox == aimfox);
    if let Some(sync) = known {
        return syncs::shown(app, &sync);
    }
    let request = CreateSync {
        highlevel,
        aimfox,
        template: None,
        name: Some("Sample data".to_owned()),
        tag_writes: None,
        tags: None,
        items: None,
    };
    syncs::syncs_create(app, request).await
}
