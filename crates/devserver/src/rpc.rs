//! `POST /rpc/{command}`: one command of the contract.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use foxbridge_contract::{AppError, ErrorCode};
use serde_json::{Value, json};

use crate::Backend;
use crate::reply::refuse;

/// Answers a command. An empty body is a request without content.
pub(crate) async fn call<B: Backend>(
    State(backend): State<B>,
    Path(command): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let request = match body
        .map_err(|e| e.body_text())
        .and_then(|body| parse(&body))
    {
        Ok(request) => request,
        Err(why) => {
            let message = format!("The request for {command} is not JSON: {why}.");
            return refuse(AppError::new(ErrorCode::BadRequest, message));
        }
    };
    // On its own task, as in the window: a page that is closed meanwhile does not stop a write
    // half way.
    let answer = tokio::spawn(async move { backend.call(&command, request).await }).await;
    match answer {
        Ok(Ok(value)) => Json(value).into_response(),
        Ok(Err(error)) => refuse(error),
        Err(fault) => {
            tracing::error!(%fault, "a command ended without an answer");
            let error = AppError::new(ErrorCode::Internal, "The command ended without an answer.");
            refuse(error.hint("The log has more. Please report it."))
        }
    }
}

fn parse(body: &[u8]) -> Result<Value, String> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|e| e.to_string())
}

/// Whatever else is asked below `/rpc`.
pub(crate) async fn unknown() -> Response {
    let error = AppError::new(ErrorCode::NotFound, "There is no such command.");
    refuse(error.hint("Commands are asked with POST /rpc/COMMAND."))
}
