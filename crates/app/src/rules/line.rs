//! Calls of operations over one connection: checked against the catalog, through the one transport and
//! its gate.

use std::collections::BTreeMap;
use std::sync::Arc;

use foxbridge_catalog::Operation;
use foxbridge_connectors::{CallError, Gate, Transport};
use foxbridge_contract::{AppError, ErrorCode, OperationCall, ParamValue};
use foxbridge_store::ConnectionRow;
use serde_json::Value;

use crate::commands::Request;
use crate::{App, error, secrets, transport};

/// One connection, open for calls.
pub(crate) struct Line {
    connection: ConnectionRow,
    transport: Transport,
}

/// A connection by its id.
pub(crate) fn connection(app: &App, id: &str) -> Result<ConnectionRow, AppError> {
    let row = app.store().connections().get(id).map_err(error::store)?;
    row.ok_or_else(|| error::not_found("connection", id))
}

impl Line {
    pub(crate) async fn open(
        app: &App,
        connection: ConnectionRow,
        gate: Arc<dyn Gate>,
    ) -> Result<Self, AppError> {
        let (base_url, secret) = secrets::access(app, &connection).await?;
        let parts = transport::outside_runs(app, gate);
        let transport = transport::open(&connection, base_url, secret, parts)?;
        Ok(Self {
            connection,
            transport,
        })
    }

    /// The transport, for the typed clients.
    pub(crate) fn into_transport(self) -> Transport {
        self.transport
    }

    /// Makes a call. The location's id is filled in where it was left out.
    pub(crate) async fn call(
        &self,
        operation: &'static Operation,
        params: BTreeMap<String, ParamValue>,
        body: Option<Value>,
    ) -> Result<Value, CallError> {
        let call = OperationCall {
            connection: self.connection.id.clone(),
            operation: operation.id.clone(),
            params,
            body,
            confirm: true,
            version: None,
        };
        let request = Request::new(operation, &self.connection, &call);
        if !request.problems.is_empty() {
            let each = request
                .problems
                .iter()
                .map(|p| format!("{} {}", p.at, p.what));
            return Err(CallError::BadRequest {
                operation: &operation.title,
                what: each.collect::<Vec<_>>().join("; "),
            });
        }
        self.transport.call(request.call).await
    }

    /// Reads.
    pub(crate) async fn read(
        &self,
        operation: &'static Operation,
        params: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Value, AppError> {
        let params = params
            .iter()
            .map(|(name, value)| ((*name).to_owned(), ParamValue::One((*value).to_owned())))
            .collect();
        self.call(operation, params, body)
            .await
            .map_err(|e| error::call(&e))
    }
}

/// A parameter's value as it goes on the wire.
pub(crate) fn param(value: &Value) -> Option<ParamValue> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    match value {
        Value::Array(items) => Some(ParamValue::Several(items.iter().filter_map(text).collect())),
        one => text(one).map(ParamValue::One),
    }
}

/// An id that may be text or a number.
pub(crate) fn id_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A fault of the caller's.
pub(crate) fn bad(what: impl Into<String>) -> AppError {
    AppError::new(ErrorCode::BadRequest, what)
}
