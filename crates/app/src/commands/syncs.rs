//! Syncs: pair two connections, show how they stand.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{
    AppError, CreateSync, ErrorCode, NeedsYou, Nothing, RunState, RunSummary, SetItems, Sync,
    SyncId,
};
use foxbridge_engine::{Settings, TagNames};
use foxbridge_model::{Region, Service, TagKey};
use foxbridge_store::{ConnectionRow, SyncRow};

use super::connections::{self, country_key};
use crate::ids::new_id;
use crate::{App, answering, convert, error, run, templates, worker};

/// A sync by its id.
pub(crate) fn find(app: &App, id: &str) -> Result<SyncRow, AppError> {
    app.store()
        .syncs()
        .get(id)
        .map_err(error::store)?
        .ok_or_else(|| error::not_found("sync", id))
}

/// What the user chose for it.
pub(crate) fn settings(sync: &SyncRow) -> Result<Settings, AppError> {
    serde_json::from_value(sync.config.clone()).map_err(error::internal)
}

pub(super) async fn syncs_list(app: &App, _: Nothing) -> Result<Vec<Sync>, AppError> {
    let rows = app.store().syncs().list().map_err(error::store)?;
    rows.iter().map(|row| shown(app, row)).collect()
}

pub(super) async fn syncs_get(app: &App, request: SyncId) -> Result<Sync, AppError> {
    shown(app, &find(app, &request.sync)?)
}

pub(super) fn shown(app: &App, row: &SyncRow) -> Result<Sync, AppError> {
    let settings = settings(row)?;
    let last_run = run::summaries(app, &row.id, 1)?.into_iter().next();
    let running = app
        .running()
        .get(&row.id)
        .map(|running| running.run.clone());
    Ok(Sync {
        id: row.id.clone(),
        name: row.name.clone(),
        highlevel: row.highlevel.clone(),
        aimfox: row.aimfox.clone(),
        template: row.template.clone(),
        mapping: settings.mapping.iter().map(convert::mapping_row).collect(),
        tag_writes: convert::tag_writes(settings.tags.to_highlevel),
        items: convert::items(&settings.items),
        health: health(app, &row.id)?,
        last_run,
        running,
        calls: connections::calls(app, row)?,
        created_at: convert::time(row.created_at),
    })
}

/// Health as of the newest run that got as far as knowing it.
fn health(app: &App, sync: &str) -> Result<Option<foxbridge_contract::Health>, AppError> {
    // A run with a purpose of its own looks at a few people only.
    let known = |run: &RunSummary| {
        run.purpose.is_none() && matches!(run.state, RunState::Done | RunState::Stopped)
    };
    let newest = run::summaries(app, sync, 20)?.into_iter().find(known);
    let Some(run) = newest else { return Ok(None) };
    // What was answered since waits for nobody any more.
    let needs_you = worker::needs_you(app, sync)?;
    Ok(Some(foxbridge_contract::Health {
        needs_you,
        ..run.health
    }))
}

pub(super) async fn syncs_create(app: &App, request: CreateSync) -> Result<Sync, AppError> {
    let highlevel = connection(app, &request.highlevel, Service::HighLevel)?;
    let aimfox = connection(app, &request.aimfox, Service::Aimfox)?;
    let template = request.template.unwrap_or_else(|| "standard".to_owned());
    let mut settings = templates::settings(&template)?;
    if let Some(filter) = &request.filter {
        settings.people = answering::filter(filter)?;
    }
    if let Some(writes) = request.tag_writes {
        settings.tags.to_highlevel = convert::tag_writes_back(writes);
    }
    if let Some(names) = request.tags {
        let names = names.iter().filter_map(|name| TagKey::new(name)).collect();
        settings.tags.names = TagNames::Chosen(names);
    }
    if let Some(items) = request.items {
        settings.items = convert::items_back(&items)?;
    }
    let country = app
        .store()
        .settings()
        .get(&country_key(&highlevel.id))
        .map_err(error::store)?;
    if let Some(region) = country
        .as_ref()
        .and_then(|c| c.as_str())
        .and_then(|c| Region::parse(c).ok())
    {
        settings.region = region;
    }
    let name = request
        .name
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty());
    let row = SyncRow {
        id: new_id(app, "sync")?,
        name: name.unwrap_or_else(|| format!("{} and {}", aimfox.name, highlevel.name)),
        highlevel: highlevel.id,
        aimfox: aimfox.id,
        template,
        config: serde_json::to_value(&settings).map_err(error::internal)?,
        created_at: app.now(),
    };
    app.store().syncs().insert(&row).map_err(error::store)?;
    app.changed(&["syncs.list"]);
    shown(app, &row)
}

fn connection(app: &App, id: &str, service: Service) -> Result<ConnectionRow, AppError> {
    let row = app
        .store()
        .connections()
        .get(id)
        .map_err(error::store)?
        .ok_or_else(|| error::not_found("connection", id))?;
    if row.service != service {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!(
                "{} is a connection of {}, not of {service}.",
                row.name, row.service
            ),
        ));
    }
    Ok(row)
}

pub(super) async fn syncs_set_items(app: &App, request: SetItems) -> Result<Sync, AppError> {
    let mut row = find(app, &request.sync)?;
    let mut settings = settings(&row)?;
    settings.items = convert::items_back(&request.items)?;
    row.config = serde_json::to_value(&settings).map_err(error::internal)?;
    app.store().syncs().update(&row).map_err(error::store)?;
    app.changed(&["syncs.list", "syncs.get", "permissions.list"]);
    shown(app, &row)
}

pub(super) async fn syncs_needs_you(app: &App, request: SyncId) -> Result<Vec<NeedsYou>, AppError> {
    find(app, &request.sync)?;
    run::needs_you(app, &request.sync)
}
