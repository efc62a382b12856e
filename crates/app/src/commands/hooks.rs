//! Webhooks: where they are received, and what was delivered.

use foxbridge_contract::{
    AppError, ConnectionId, DeliveriesQuery, Delivery, DeliveryId, DeliveryState, HookTested,
    Hooks, Nothing, RegisterHook, SetHooks, TurnHook,
};
use foxbridge_store::DeliveryRow;
use serde_json::json;

use crate::rules::{bad, connection};
use crate::{App, convert, error, hooks};

#[allow(clippy::unused_async, reason = "every command is awaited")]
pub(super) async fn hooks_list(app: &App, _: Nothing) -> Result<Hooks, AppError> {
    hooks::shown(app)
}

#[allow(clippy::unused_async, reason = "every command is awaited")]
pub(super) async fn hooks_set(app: &App, request: SetHooks) -> Result<Hooks, AppError> {
    let public_url = request
        .public_url
        .map(|url| url.trim().trim_end_matches('/').to_owned())
        .filter(|url| !url.is_empty());
    if let Some(given) = &public_url {
        let parsed = url::Url::parse(given);
        let local = given.starts_with("http://127.0.0.1") || given.starts_with("http://localhost");
        if !parsed.is_ok_and(|url| url.scheme() == "https" || local) {
            return Err(bad(format!("\"{given}\" is no https address."))
                .hint("Services call https addresses only; the tunnel shows its own."));
        }
    }
    let choices = hooks::Choices {
        port: request.port,
        public_url,
    };
    hooks::choose(app, &choices)?;
    hooks::shown(app)
}

#[allow(clippy::unused_async, reason = "every command is awaited")]
pub(super) async fn hooks_turn(app: &App, request: TurnHook) -> Result<Hooks, AppError> {
    let connection = connection(app, &request.connection)?;
    let mut endpoint = hooks::endpoint(app, &connection.id)?;
    endpoint.on = request.on;
    if endpoint.path.is_empty() {
        endpoint.path = hooks::unguessable(app);
    }
    if let Some(key) = request.key {
        endpoint.key = Some(key.trim().to_owned()).filter(|key| !key.is_empty());
    }
    hooks::keep_endpoint(app, &connection.id, &endpoint)?;
    hooks::shown(app)
}

pub(super) async fn hooks_register(app: &App, request: RegisterHook) -> Result<Hooks, AppError> {
    let connection = connection(app, &request.connection)?;
    hooks::register(app, &connection, &request.events).await?;
    hooks::shown(app)
}

pub(super) async fn hooks_test(app: &App, request: ConnectionId) -> Result<HookTested, AppError> {
    hooks::test(app, &connection(app, &request.connection)?).await
}

fn shown(row: DeliveryRow) -> Delivery {
    Delivery {
        delivery: u32::try_from(row.id).unwrap_or_default(),
        connection: row.connection,
        at: convert::time(row.at),
        state: serde_json::from_value(json!(row.state)).unwrap_or(DeliveryState::Failed),
        why: row.why,
        event: row.event,
        key: row.key,
        repeats: row.repeats,
        replays: row.replays,
        body: row.body,
    }
}

#[allow(clippy::unused_async, reason = "every command is awaited")]
pub(super) async fn hooks_deliveries(
    app: &App,
    query: DeliveriesQuery,
) -> Result<Vec<Delivery>, AppError> {
    let rows = app
        .store()
        .deliveries()
        .newest(query.connection.as_deref(), query.limit.clamp(1, 500))
        .map_err(error::store)?;
    Ok(rows.into_iter().map(shown).collect())
}

#[allow(clippy::unused_async, reason = "every command is awaited")]
pub(super) async fn hooks_replay(app: &App, request: DeliveryId) -> Result<Delivery, AppError> {
    let id = i64::from(request.delivery);
    let store = app.store().deliveries();
    let missing = || error::not_found("delivery", &request.delivery.to_string());
    let row = store.get(id).map_err(error::store)?.ok_or_else(missing)?;
    if !store.replay(id, app.now()).map_err(error::store)? {
        return Err(bad(match row.state.as_str() {
            "refused" => "This delivery was not believed: its content was not kept.",
            _ => "This delivery waits already.",
        }));
    }
    app.worker().wake_rules();
    app.changed(&["hooks.list", "hooks.deliveries"]);
    let row = store.get(id).map_err(error::store)?.ok_or_else(missing)?;
    Ok(shown(row))
}
