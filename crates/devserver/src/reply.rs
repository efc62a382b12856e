//! Errors as they leave the server: always `{code, message, hint}`, with a status for tools that
//! look at nothing else.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use foxbridge_contract::{AppError, ErrorCode};

/// The HTTP status that goes with a code.
fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadRequest => StatusCode::BAD_REQUEST,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::NotAuthorised => StatusCode::UNAUTHORIZED,
        ErrorCode::MissingScope | ErrorCode::Blocked => StatusCode::FORBIDDEN,
        ErrorCode::Busy | ErrorCode::GuardStopped | ErrorCode::Cancelled => StatusCode::CONFLICT,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::ServiceFailed => StatusCode::BAD_GATEWAY,
        ErrorCode::Offline => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Vault | ErrorCode::Store | ErrorCode::Internal => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// The response for an error.
pub(crate) fn refuse(error: AppError) -> Response {
    (status(error.code), Json(error)).into_response()
}
