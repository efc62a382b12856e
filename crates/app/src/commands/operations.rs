//! The catalog of operations, and calling one by hand.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

mod request;

use std::sync::{Arc, Mutex, PoisonError};

use foxbridge_catalog::{Body, BodyFormat, KeyType, MOST_FILE_BYTES, Operation, Param, ParamPlace};
use foxbridge_connectors::{Audit, CallError, Payload, RequestEnd, RequestStart, Urgency};
use foxbridge_contract::{
    ActivityEntry, AppError, BodyRow, CalledOperation, CatalogId, ErrorCode, FieldProblem, Nothing,
    OperationCall, OperationDetail, OperationRow, ParamPlaceName, ParamRow, PreparedCall,
    RecentQuery, VariantRow,
};
use foxbridge_store::{ActivityRow, ConnectionRow, Switch};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use super::activity::entry;
use super::permissions::{connection, same_service};
use crate::permissions::{Caller, Switches, blocked, needed, needs_confirm, switch_name};
use crate::{App, convert, error, secrets, transport};
pub(crate) use request::Request;

/// An operation by the id somebody gave.
pub(super) fn find(id: &str) -> Result<&'static Operation, AppError> {
    request::chosen(id, None)
}

fn row(operation: &Operation) -> OperationRow {
    OperationRow {
        id: operation.id.clone(),
        service: convert::service(operation.service),
        resource: operation.resource.clone(),
        title: operation.title.clone(),
        help: operation.help.clone(),
        method: operation.method.as_str().to_owned(),
        path: operation.path.clone(),
        scopes: operation.scopes.clone(),
        effect: convert::effect_name(operation.effect),
    }
}

fn params(params: &[Param]) -> Vec<ParamRow> {
    let param = |param: &Param| ParamRow {
        name: param.name.clone(),
        place: match param.place {
            ParamPlace::Path => ParamPlaceName::Path,
            ParamPlace::Query => ParamPlaceName::Query,
        },
        required: param.required,
        schema: param.schema.clone(),
        help: param.help.clone(),
    };
    params.iter().map(param).collect()
}

fn body(body: &Body) -> BodyRow {
    let format = match body.format {
        BodyFormat::Json => "json",
        BodyFormat::Form => "form",
        BodyFormat::Multipart => "multipart",
    };
    BodyRow {
        required: body.required,
        format: format.to_owned(),
        schema: body.schema.clone(),
        most_file_bytes: u32::try_from(MOST_FILE_BYTES).unwrap_or(u32::MAX),
    }
}

pub(super) async fn operations_list(_: &App, _: Nothing) -> Result<Vec<OperationRow>, AppError> {
    Ok(foxbridge_catalog::all().iter().map(row).collect())
}

pub(super) async fn operations_get(
    _: &App,
    request: CatalogId,
) -> Result<OperationDetail, AppError> {
    let operation = find(&request.id)?;
    let key = operation.key.map(|key| match key {
        KeyType::Normal => "normal".to_owned(),
        KeyType::Master => "master".to_owned(),
    });
    let variants = operation.variants.iter().map(|variant| VariantRow {
        version: variant.version.clone(),
        path: variant.path.clone(),
        params: params(&variant.params),
        body: variant.body.as_ref().map(body),
        result: variant.result.clone(),
    });
    Ok(OperationDetail {
        row: row(operation),
        params: params(&operation.params),
        body: operation.body.as_ref().map(body),
        result: operation.result.clone(),
        key,
        idempotent: operation.idempotent,
        versions: operation.versions.clone(),
        deprecated: operation.deprecated.clone(),
        mission: operation.mission,
        variants: variants.collect(),
    })
}

/// The gate of a call by hand.
fn switches(app: &App, connection: &ConnectionRow, confirmed: bool) -> Result<Switches, AppError> {
    Ok(Switches {
        store: app.store().clone(),
        connection: connection.clone(),
        needed: needed(app, &connection.id)?.into_keys().collect(),
        caller: Caller::Hand { confirmed },
    })
}

pub(super) async fn operations_prepare(
    app: &App,
    call: OperationCall,
) -> Result<PreparedCall, AppError> {
    let operation = request::chosen(&call.operation, call.version.as_deref())?;
    let connection = connection(app, &call.connection)?;
    same_service(&connection, operation)?;
    let switch = switches(app, &connection, false)?.switch(operation)?;
    // The sample data's address is new with each start; any other needs no look at the secret.
    let base_url = if connection.sample {
        secrets::access(app, &connection).await?.0
    } else {
        connection.base_url.clone()
    };
    let Request { call, problems } = Request::new(operation, &connection, &call);
    let preview = call.preview(&base_url).await.map_err(|why| {
        let why = format!("The request cannot be shown: {why}.");
        AppError::new(ErrorCode::BadRequest, why)
    })?;
    Ok(PreparedCall {
        method: preview.method.to_owned(),
        url: preview.url.clone(),
        headers: request::headers(&preview),
        curl: request::curl(&preview),
        form: request::form(&preview),
        body: match preview.payload {
            Some(Payload::Json(body)) => Some(body),
            _ => None,
        },
        problems,
        switch: switch_name(switch),
        needs_confirm: needs_confirm(operation, switch),
        effect: convert::effect_name(operation.effect),
    })
}

pub(super) async fn operations_call(
    app: &App,
    call: OperationCall,
) -> Result<CalledOperation, AppError> {
    let operation = request::chosen(&call.operation, call.version.as_deref())?;
    let connection = connection(app, &call.connection)?;
    same_service(&connection, operation)?;
    let gate = switches(app, &connection, call.confirm)?;
    let switch = gate.switch(operation)?;
    let not_sent = |why: &str| format!("\"{}\" was not sent, because {why}.", operation.title);
    if switch == Switch::Blocked {
        let why = not_sent(&blocked(&connection, operation));
        return Err(AppError::new(ErrorCode::Blocked, why));
    }
    let request = Request::new(operation, &connection, &call);
    if !request.problems.is_empty() {
        let why = not_sent(&listed(&request.problems));
        return Err(AppError::new(ErrorCode::BadRequest, why));
    }
    if needs_confirm(operation, switch) && !call.confirm {
        let why = match (switch, convert::effect_name(operation.effect)) {
            (_, foxbridge_contract::EffectName::Outreach) => "it contacts real people",
            (_, foxbridge_contract::EffectName::Destructive) => "it cannot be undone",
            _ => "its switch is on \"ask\"",
        };
        return Err(AppError::new(
            ErrorCode::Blocked,
            not_sent(&format!("{why} and nobody confirmed it")),
        )
        .hint("Confirm it; in the terminal: add --yes."));
    }
    let (base_url, credentials) = secrets::access(app, &connection).await?;
    let mut parts = transport::outside_runs(app, Arc::new(gate));
    let last = Arc::new(LastEnd {
        audit: Arc::clone(&parts.audit),
        end: Mutex::default(),
    });
    parts.audit = Arc::clone(&last) as Arc<dyn Audit>;
    let transport = transport::open(&connection, base_url, Arc::clone(&credentials), parts)?;
    let outcome = transport
        .with_urgency(Urgency::ByHand)
        .call(request.call)
        .await;
    let key = credentials.current().await.map_err(|e| error::call(&e))?;
    let mut own = vec![key];
    if !connection.sample {
        own.extend(secrets::hook(app, &connection.id).await?);
    }
    app.changed(&["operations.recent", "activity.list", "connections.list"]);
    let (status, duration_ms) = last.get();
    match outcome {
        Ok(answer) => Ok(CalledOperation {
            status: status.unwrap_or(200),
            answer: without_all(answer, &own),
            duration_ms,
            refused: None,
        }),
        Err(refusal) => match &refusal {
            CallError::Refused { status, body, .. } => Ok(CalledOperation {
                status: *status,
                answer: without_all((**body).clone(), &own),
                duration_ms,
                refused: Some(refusal.to_string()),
            }),
            other => Err(error::call(other)),
        },
    }
}

fn listed(problems: &[FieldProblem]) -> String {
    let each = problems.iter().map(|p| format!("{} {}", p.at, p.what));
    each.collect::<Vec<_>>().join("; ")
}

/// An answer may list keys and webhooks, ours among them.
fn without_all(answer: Value, own: &[SecretString]) -> Value {
    own.iter().fold(answer, without)
}

fn without(answer: Value, secret: &SecretString) -> Value {
    let secret = secret.expose_secret();
    match answer {
        Value::String(text) if !secret.is_empty() && text.contains(secret) => {
            Value::String(text.replace(secret, "[secret]"))
        }
        Value::Array(items) => {
            let clean = |item| without(item, &secret.into());
            items.into_iter().map(clean).collect()
        }
        Value::Object(map) => {
            let clean = |(key, value)| (key, without(value, &secret.into()));
            map.into_iter().map(clean).collect()
        }
        other => other,
    }
}

pub(super) async fn operations_recent(
    app: &App,
    query: RecentQuery,
) -> Result<Vec<ActivityEntry>, AppError> {
    let rows = app
        .store()
        .requests()
        .outside_runs(query.limit.clamp(1, 500))
        .map_err(error::store)?;
    rows.into_iter()
        .map(|row| entry(app, &ActivityRow::Request(row)))
        .collect()
}

/// An audit that remembers how the last attempt ended.
struct LastEnd {
    audit: Arc<dyn Audit>,
    end: Mutex<(Option<u16>, u32)>,
}

impl LastEnd {
    fn get(&self) -> (Option<u16>, u32) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Audit for LastEnd {
    fn begin(&self, start: &RequestStart) -> i64 {
        self.audit.begin(start)
    }

    fn finish(&self, id: i64, end: &RequestEnd) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = (end.status, end.duration_ms);
        self.audit.finish(id, end);
    }

    fn sent_since(&self, connection: &str, since_ms: i64) -> Vec<i64> {
        self.audit.sent_since(connection, since_ms)
    }

    fn known_limit(&self, connection: &str) -> Option<(u32, i64)> {
        self.audit.known_limit(connection)
    }

    fn learn_limit(&self, connection: &str, requests: u32, window_ms: i64) {
        self.audit.learn_limit(connection, requests, window_ms);
    }
}
