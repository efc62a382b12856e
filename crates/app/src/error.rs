//! Inner errors in the words of the contract.

use foxbridge_connectors::CallError;
use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_store::StoreError;
use foxbridge_vault::VaultError;

pub(crate) fn store(error: StoreError) -> AppError {
    AppError::new(ErrorCode::Store, error.to_string())
        .hint("Nothing was changed at the services. See docs/TROUBLESHOOTING.md, \"Database\".")
}

pub(crate) fn vault(error: VaultError) -> AppError {
    let hint = error.hint();
    AppError::new(ErrorCode::Vault, error.to_string()).hint(hint)
}

pub(crate) fn call(error: &CallError) -> AppError {
    let (code, hint) = match error {
        CallError::Unauthorised { .. } => (
            ErrorCode::NotAuthorised,
            Some("Make a new key or token in the service, and connect again with it."),
        ),
        CallError::MissingScope { .. } => (
            ErrorCode::MissingScope,
            Some("Tick the scope in the service's token settings; the token itself stays."),
        ),
        CallError::Offline { .. } | CallError::TimedOut { .. } => (
            ErrorCode::Offline,
            Some("Look at your internet connection and the base URL, then try again."),
        ),
        CallError::RateLimited { .. } | CallError::DailyQuota { .. } => (
            ErrorCode::RateLimited,
            Some("Try again later; what is done stays done."),
        ),
        CallError::Cancelled { .. } => (ErrorCode::Cancelled, None),
        CallError::Blocked { .. } => (ErrorCode::Blocked, None),
        CallError::BadRequest { .. } => (ErrorCode::BadRequest, None),
        _ => (ErrorCode::ServiceFailed, None),
    };
    let error = AppError::new(code, error.to_string());
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Whether going on is pointless: the next call would fail the same way.
pub(crate) fn is_fatal(error: &CallError) -> bool {
    matches!(
        error,
        CallError::Unauthorised { .. }
            | CallError::MissingScope { .. }
            | CallError::DailyQuota { .. }
            | CallError::Blocked { .. }
            | CallError::UnsafeUrl { .. }
            | CallError::BadSecret { .. }
            | CallError::Cancelled { .. }
    )
}

/// Whether the same call may well work in a moment.
pub(crate) fn is_transient(error: &CallError) -> bool {
    matches!(
        error,
        CallError::Offline { .. }
            | CallError::TimedOut { .. }
            | CallError::Failed { .. }
            | CallError::RateLimited { .. }
            | CallError::Malformed { .. }
    )
}

pub(crate) fn internal(what: impl std::fmt::Display) -> AppError {
    AppError::new(ErrorCode::Internal, format!("A fault in Foxbridge: {what}"))
        .hint("Please report it, with the log from the data folder. Nothing else was harmed.")
}

pub(crate) fn not_found(what: &str, id: &str) -> AppError {
    AppError::new(
        ErrorCode::NotFound,
        format!("There is no {what} with the id \"{id}\"."),
    )
}
