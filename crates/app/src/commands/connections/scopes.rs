//! Which scopes to give: the least set that opens what is switched on.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::collections::BTreeSet;

use foxbridge_catalog::{Effect, Operation, get, ids, scopes_for};
use foxbridge_contract::{AccessName, AppError, ScopeAdvice, ScopeRow, ScopesQuery};
use foxbridge_engine::Settings;
use foxbridge_model::Service;
use foxbridge_store::{ConnectionRow, SignInRow, Switch};

use crate::permissions::{needed, used_by};
use crate::{App, error};

pub(in crate::commands) async fn connections_scopes(
    app: &App,
    query: ScopesQuery,
) -> Result<ScopeAdvice, AppError> {
    let operations = operations(app, query.connection.as_deref(), query.access)?;
    let scopes = ordered(&operations);
    let rows = scopes.into_iter().map(|scope| ScopeRow {
        writes: writes(&scope),
        opens: operations
            .iter()
            .filter(|operation| operation.scopes.contains(&scope))
            .map(|operation| operation.title.clone())
            .collect(),
        scope,
    });
    Ok(ScopeAdvice {
        scopes: rows.collect(),
    })
}

/// The least set, those that only read first.
pub(super) fn least(
    app: &App,
    connection: Option<&str>,
    access: AccessName,
) -> Result<Vec<String>, AppError> {
    Ok(ordered(&operations(app, connection, access)?))
}

fn ordered(operations: &[&'static Operation]) -> Vec<String> {
    let ids = operations.iter().map(|operation| operation.id.as_str());
    let mut scopes: Vec<String> = scopes_for(ids).into_iter().map(str::to_owned).collect();
    scopes.sort_by_key(|scope| writes(scope));
    scopes
}

fn writes(scope: &str) -> bool {
    !scope.ends_with("readonly")
}

/// What is switched on: what the syncs of a connection use; where there is none yet, what the
/// standard sync will.
fn operations(
    app: &App,
    connection: Option<&str>,
    access: AccessName,
) -> Result<Vec<&'static Operation>, AppError> {
    let mut wanted: BTreeSet<&str> = BTreeSet::from([ids::HIGHLEVEL_LOCATIONS_GET]);
    let mut blocked = BTreeSet::new();
    if let Some(id) = connection {
        wanted.extend(needed(app, id)?.into_keys());
        let chosen = app.store().permissions().list(id).map_err(error::store)?;
        let off = chosen
            .into_iter()
            .filter(|row| row.switch == Switch::Blocked);
        blocked.extend(off.map(|row| row.operation));
    }
    if wanted.len() == 1 {
        wanted.extend(used_by(&Settings::standard()));
    }
    Ok(wanted
        .into_iter()
        .map(get)
        .filter(|operation| operation.service == Service::HighLevel)
        .filter(|operation| access == AccessName::Write || operation.effect == Effect::Read)
        .filter(|operation| !blocked.contains(&operation.id))
        .collect())
}

/// What a token with known scopes lacks for what its connection's syncs use.
pub(super) fn missing(
    app: &App,
    row: &ConnectionRow,
    about: &SignInRow,
) -> Result<Vec<String>, AppError> {
    let Some(granted) = &about.scopes else {
        return Ok(about.missing.clone());
    };
    let used = needed(app, &row.id)?;
    let access = if used.is_empty() {
        AccessName::Read
    } else {
        AccessName::Write
    };
    let closed: Vec<&Operation> = operations(app, Some(&row.id), access)?
        .into_iter()
        .filter(|operation| !operation.scopes.is_empty())
        .filter(|operation| !operation.scopes.iter().any(|scope| granted.contains(scope)))
        .collect();
    let ids = closed.iter().map(|operation| operation.id.as_str());
    let mut missing: BTreeSet<String> = scopes_for(ids).into_iter().map(str::to_owned).collect();
    // What a check found counts, too: scopes can be taken away.
    missing.extend(about.missing.iter().cloned());
    Ok(missing.into_iter().collect())
}
