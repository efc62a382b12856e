//! Connections: check a key or token, keep it, show it, replace it, forget it.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

mod check;
mod connect;
mod rotate;
mod scopes;
mod sign_in;

use std::sync::Arc;

use foxbridge_catalog::{Effect, get};
use foxbridge_contract::{
    AppError, BudgetWindow, Calls, Connection, ConnectionId, CreateSync, ErrorCode, Nothing,
    Removed, Requests, SignInKind as SignInName, Sync,
};
use foxbridge_model::Service;
use foxbridge_store::{ConnectionRow, SignInKind, SignInRow, Switch, SyncRow};

use super::syncs;
use crate::ids::new_id;
use crate::permissions::needed;
use crate::secrets::Given;
use crate::{App, convert, error, sample, secrets};
pub(super) use check::connections_check;
pub(super) use connect::{connect_aimfox, connect_highlevel};
use connect::{describe_location, describe_workspace};
pub(super) use rotate::{
    connections_go_back, connections_remind, connections_rename, connections_replace_key,
};
pub(super) use scopes::connections_scopes;
pub(super) use sign_in::{
    sign_in_cancel, sign_in_choose, sign_in_defaults, sign_in_start, sign_in_wait,
};

/// HighLevel's limits, and Aimfox's (`facts/highlevel.md` §6, `facts/aimfox.md` §1).
const HIGHLEVEL_BURST: u32 = 100;
const HIGHLEVEL_DAY: u32 = 200_000;
const AIMFOX_MINUTE: u32 = 60;

pub(super) async fn connections_list(app: &App, _: Nothing) -> Result<Vec<Connection>, AppError> {
    let rows = app.store().connections().list().map_err(error::store)?;
    for row in &rows {
        rotate::wipe_expired(app, row, &sign_in_of(app, row)?);
    }
    rows.iter().map(|row| shown(app, row)).collect()
}

/// A connection by its id.
fn find(app: &App, id: &str) -> Result<ConnectionRow, AppError> {
    super::permissions::connection(app, id)
}

/// What is known of a sign-in; of one that is older than that knowledge, what can be told.
fn sign_in_of(app: &App, row: &ConnectionRow) -> Result<SignInRow, AppError> {
    let known = app.store().sign_ins().get(&row.id).map_err(error::store)?;
    Ok(known.unwrap_or_else(|| SignInRow::new(&row.id, SignInKind::Key, row.created_at)))
}

/// Whether a key has reached the age at which to remind of it.
fn is_due(app: &App, row: &ConnectionRow, about: &SignInRow) -> bool {
    let limit = about
        .remind_days
        .map(|days| i64::from(days) * check::DAY_MS);
    !row.sample
        && about.kind == SignInKind::Key
        && limit.is_some_and(|limit| app.now() - about.since >= limit)
}

/// Names of the syncs that write through a connection.
fn writes_for(app: &App, row: &ConnectionRow) -> Result<Vec<String>, AppError> {
    let chosen = app
        .store()
        .permissions()
        .list(&row.id)
        .map_err(error::store)?;
    let blocked = |id: &str| {
        let mut chosen = chosen.iter();
        chosen.any(|one| one.operation == id && one.switch == Switch::Blocked)
    };
    let mut names: Vec<String> = needed(app, &row.id)?
        .into_iter()
        .filter(|(id, _)| {
            let operation = get(id);
            operation.service == row.service && operation.effect != Effect::Read && !blocked(id)
        })
        .flat_map(|(_, names)| names)
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

/// What a sync's calls come to, and what its connections have left.
pub(super) fn calls(app: &App, sync: &SyncRow) -> Result<Calls, AppError> {
    let since = app.now() - check::DAY_MS;
    let mut used = Requests::default();
    for run in app
        .store()
        .runs()
        .since(&sync.id, since)
        .map_err(error::store)?
    {
        let sent = &run.summary["requests"];
        let sent: Requests = serde_json::from_value(sent.clone()).unwrap_or_default();
        used.highlevel += sent.highlevel;
        used.aimfox += sent.aimfox;
    }
    let longest = |id: &str| -> Result<BudgetWindow, AppError> {
        let row = app.store().connections().get(id).map_err(error::store)?;
        let row = row.ok_or_else(|| error::not_found("connection", id))?;
        let today = app.store().requests().count_since(&row.id, since);
        let windows = budget(app, &row, today.map_err(error::store)?)?;
        let longest = windows.into_iter().max_by_key(|window| window.seconds);
        longest.ok_or_else(|| error::internal("a connection without a limit"))
    };
    Ok(Calls {
        used,
        highlevel: longest(&sync.highlevel)?,
        aimfox: longest(&sync.aimfox)?,
    })
}

fn budget(app: &App, row: &ConnectionRow, today: u32) -> Result<Vec<BudgetWindow>, AppError> {
    let requests = app.store().requests();
    let window = |seconds: u32, limit: u32| -> Result<BudgetWindow, AppError> {
        let since = app.now() - i64::from(seconds) * 1000;
        let sent = requests.sent_since(&row.id, since).map_err(error::store)?;
        let sent = u32::try_from(sent.len()).unwrap_or(u32::MAX);
        Ok(BudgetWindow {
            seconds,
            limit,
            left: limit.saturating_sub(sent),
        })
    };
    Ok(match row.service {
        Service::Aimfox => vec![window(
            60,
            row.requests_per_minute.unwrap_or(AIMFOX_MINUTE),
        )?],
        Service::HighLevel => {
            let since = app.now() - check::DAY_MS;
            let told = requests
                .daily_remaining(&row.id, since)
                .map_err(error::store)?;
            let counted = HIGHLEVEL_DAY.saturating_sub(today);
            let day = BudgetWindow {
                seconds: 86_400,
                limit: HIGHLEVEL_DAY,
                // Others may use the same app or location.
                left: told.map_or(counted, |(_, left)| left.min(counted)),
            };
            vec![window(10, HIGHLEVEL_BURST)?, day]
        }
    })
}

fn shown(app: &App, row: &ConnectionRow) -> Result<Connection, AppError> {
    let today = app
        .store()
        .requests()
        .count_since(&row.id, app.now() - check::DAY_MS)
        .map_err(error::store)?;
    let about = sign_in_of(app, row)?;
    Ok(Connection {
        id: row.id.clone(),
        service: convert::service(row.service),
        name: row.name.clone(),
        account: row.account.clone(),
        base_url: row.base_url.clone(),
        sample: row.sample,
        created_at: convert::time(row.created_at),
        requests_today: today,
        budget: budget(app, row, today)?,
        sign_in: match about.kind {
            _ if row.sample => SignInName::Sample,
            SignInKind::Key => SignInName::Key,
            SignInKind::OAuth => SignInName::Oauth,
        },
        secret_since: convert::time(about.since),
        remind_after_days: about.remind_days,
        replace_due: is_due(app, row, &about),
        previous_until: about.previous_until.map(convert::time),
        writes_for: writes_for(app, row)?,
        scopes_missing: match row.service {
            Service::HighLevel => scopes::missing(app, row, &about)?,
            Service::Aimfox => Vec::new(),
        },
        check: about
            .report
            .clone()
            .and_then(|report| serde_json::from_value(report).ok()),
        client_id: about.client_id,
    })
}

fn save(app: &App, row: &ConnectionRow) -> Result<(), AppError> {
    let connections = app.store().connections();
    let known = connections.get(&row.id).map_err(error::store)?.is_some();
    if known {
        connections.update(row)
    } else {
        connections.insert(row)
    }
    .map_err(error::store)?;
    app.changed(&["connections.list", "syncs.list"]);
    Ok(())
}

/// Where a location's country is kept: it decides how telephone numbers are read.
pub(crate) fn country_key(connection: &str) -> String {
    format!("connection.{connection}.country")
}

pub(super) async fn connections_remove(
    app: &App,
    request: ConnectionId,
) -> Result<Removed, AppError> {
    let id = request.connection;
    let row = find(app, &id)?;
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
    let about = sign_in_of(app, &row)?;
    // The secret first: should the rest fail, nothing that matters is left behind.
    if !row.sample {
        let _lock = secrets::TokenLock::take(app, &id).await?;
        secrets::forget(app, &id).await?;
    }
    for sync in &users {
        app.store().syncs().delete(&sync.id).map_err(error::store)?;
    }
    app.store()
        .connections()
        .delete(&id)
        .map_err(error::store)?;
    for key in [country_key(&id), sign_in::way_key(&id)] {
        app.store().settings().remove(&key).map_err(error::store)?;
    }
    let lock = app.options().data_dir.join(format!("{id}.token.lock"));
    // It holds nothing; one that stays is no harm.
    let _gone = std::fs::remove_file(lock);
    app.changed(&["connections.list", "syncs.list"]);
    let users: Vec<&str> = users.iter().map(|sync| sync.name.as_str()).collect();
    Ok(Removed {
        says: what_stays(app, &row, about.kind, &users),
    })
}

/// What was wiped, and what is left where.
fn what_stays(app: &App, row: &ConnectionRow, kind: SignInKind, syncs: &[&str]) -> Vec<String> {
    let mut says = Vec::new();
    if row.sample {
        says.push("The sample data was disconnected.".to_owned());
    } else {
        let vault = app.host().vault_name();
        says.push(format!("Its key was wiped from {vault}."));
    }
    if !syncs.is_empty() {
        says.push(format!(
            "Removed with it: {}, and Foxbridge's copy of the records.",
            syncs.join(", ")
        ));
    }
    says.push("The list of requests stays in Activity for 90 days.".to_owned());
    let at_the_service = match (row.sample, row.service, kind) {
        (true, ..) => return says,
        (_, Service::HighLevel, SignInKind::Key) => {
            "In HighLevel nothing was changed: the token works until you delete it there under \
             Settings, Private Integrations. What syncs wrote stays."
        }
        (_, Service::HighLevel, SignInKind::OAuth) => {
            "In HighLevel nothing was changed: the app stays installed until you uninstall it there. \
             What syncs wrote stays."
        }
        (_, Service::Aimfox, _) => {
            "In Aimfox nothing was changed: the key works until you delete it there under Workspace \
             settings, Integrations. Cards and labels that syncs wrote stay."
        }
    };
    says.push(at_the_service.to_owned());
    says
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
                let token = Arc::new(Given(credentials.highlevel.token.clone().into()));
                describe_location(app, &mut row, token).await?;
            }
            Service::Aimfox => {
                row.requests_per_minute = Some(sample::AIMFOX_PER_MINUTE);
                let key = Arc::new(Given(credentials.aimfox.api_key.clone().into()));
                describe_workspace(app, &mut row, key).await?;
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
        filter: None,
        items: None,
    };
    syncs::syncs_create(app, request).await
}
