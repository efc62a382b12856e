//! Permissions: show and set the switch of each operation of a connection.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::collections::{BTreeMap, HashMap};

use foxbridge_catalog::{Operation, scopes_for};
use foxbridge_contract::{
    AppError, ConnectionId, ErrorCode, PermissionRow, Permissions, SetPermission, SwitchName,
};
use foxbridge_store::{ConnectionRow, Switch};

use super::operations;
use crate::permissions::{default_switch, needed, switch_name, switch_of};
use crate::{App, convert, error};

/// A connection by its id.
pub(super) fn connection(app: &App, id: &str) -> Result<ConnectionRow, AppError> {
    app.store()
        .connections()
        .get(id)
        .map_err(error::store)?
        .ok_or_else(|| error::not_found("connection", id))
}

/// Refuses an operation of the other service.
pub(super) fn same_service(
    connection: &ConnectionRow,
    operation: &Operation,
) -> Result<(), AppError> {
    if connection.service == operation.service {
        return Ok(());
    }
    Err(AppError::new(
        ErrorCode::BadRequest,
        format!(
            "{} is an operation of {}, and {} is a connection to {}.",
            operation.id, operation.service, connection.name, connection.service
        ),
    ))
}

fn shown(
    operation: &Operation,
    chosen: Option<Switch>,
    needed: &BTreeMap<&'static str, Vec<String>>,
) -> PermissionRow {
    let needed_by = needed
        .get(operation.id.as_str())
        .cloned()
        .unwrap_or_default();
    let default = default_switch(operation, !needed_by.is_empty());
    PermissionRow {
        operation: operation.id.clone(),
        title: operation.title.clone(),
        method: operation.method.as_str().to_owned(),
        path: operation.path.clone(),
        effect: convert::effect_name(operation.effect),
        switch: switch_name(chosen.unwrap_or(default)),
        default: switch_name(default),
        chosen: chosen.is_some(),
        needed_by,
        mission: operation.mission,
        scopes: operation.scopes.clone(),
    }
}

pub(super) async fn permissions_list(
    app: &App,
    request: ConnectionId,
) -> Result<Permissions, AppError> {
    let connection = connection(app, &request.connection)?;
    let needed = needed(app, &connection.id)?;
    let chosen: HashMap<String, Switch> = app
        .store()
        .permissions()
        .list(&connection.id)
        .map_err(error::store)?
        .into_iter()
        .map(|row| (row.operation, row.switch))
        .collect();
    let mut rows: Vec<PermissionRow> = foxbridge_catalog::all()
        .iter()
        .filter(|operation| operation.service == connection.service)
        .map(|operation| shown(operation, chosen.get(&operation.id).copied(), &needed))
        .collect();
    rows.sort_by_key(|row| !row.mission);
    let scopes = |wanted: fn(&PermissionRow) -> bool| {
        let ids = rows.iter().filter(|row| wanted(row));
        scopes_for(ids.map(|row| row.operation.as_str()))
            .into_iter()
            .map(str::to_owned)
            .collect()
    };
    Ok(Permissions {
        scopes_needed: scopes(|row| !row.needed_by.is_empty() && row.switch != SwitchName::Blocked),
        scopes_allowed: scopes(|row| row.switch == SwitchName::Allowed),
        rows,
    })
}

pub(super) async fn permissions_set(
    app: &App,
    request: SetPermission,
) -> Result<PermissionRow, AppError> {
    let connection = connection(app, &request.connection)?;
    let operation = operations::find(&request.operation)?;
    same_service(&connection, operation)?;
    let switch = request.switch.map(switch_of);
    app.store()
        .permissions()
        .set(&connection.id, &operation.id, switch)
        .map_err(error::store)?;
    app.changed(&["permissions.list", "operations.prepare"]);
    Ok(shown(operation, switch, &needed(app, &connection.id)?))
}
