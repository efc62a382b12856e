//! Inner errors in the words of the contract.

use foxbridge_connectors::{CallError, Lack};
use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_model::Service;
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
        CallError::Unauthorised {
            service: Service::Aimfox,
            status: 403,
            operation,
            ..
        } => {
            return AppError::new(
                ErrorCode::NotAuthorised,
                format!("\"{operation}\": the Aimfox key may read and not write."),
            )
            .hint(
                "Make a key with the rights \"All\" in Aimfox under Workspace settings, \
                 Integrations, and replace this one on the Connections page. Nothing was changed.",
            );
        }
        CallError::Unauthorised { .. } => (
            ErrorCode::NotAuthorised,
            "Make a new key or token in the service, and connect again with it.",
        ),
        CallError::MissingScope { .. } => (
            ErrorCode::MissingScope,
            "In HighLevel under Settings, Private Integrations, edit the integration and tick the \
             scope; the token itself stays. With an app of your own, add it to the app and sign in \
             again.",
        ),
        CallError::NoSecret { lack, hint, .. } => {
            let code = match lack {
                Lack::Vault => ErrorCode::Vault,
                Lack::SignIn => ErrorCode::NotAuthorised,
                Lack::Later => ErrorCode::Offline,
            };
            (code, hint.as_str())
        }
        CallError::Offline { why, .. } => (ErrorCode::Offline, why.hint()),
        CallError::TimedOut { .. } => (
            ErrorCode::Offline,
            "Look at your internet connection and the base URL, then try again.",
        ),
        CallError::RateLimited { .. } | CallError::DailyQuota { .. } => (
            ErrorCode::RateLimited,
            "Try again later; what is done stays done.",
        ),
        CallError::Cancelled { .. } => (ErrorCode::Cancelled, ""),
        CallError::Blocked { .. } => (ErrorCode::Blocked, ""),
        CallError::BadRequest { .. } => (ErrorCode::BadRequest, ""),
        _ => (ErrorCode::ServiceFailed, ""),
    };
    let error = AppError::new(code, error.to_string());
    if hint.is_empty() {
        error
    } else {
        error.hint(hint)
    }
}

/// The same for a call that was to bring tokens: what is refused there is the app, not a token.
pub(crate) fn sign_in(error: &CallError) -> AppError {
    let told = call(error);
    match error {
        CallError::Unauthorised { .. } | CallError::Refused { .. } => AppError::new(
            ErrorCode::NotAuthorised,
            told.message,
        )
        .hint(
            "Compare the client id and secret, the redirect URL and the scopes with your app in \
                 HighLevel's marketplace portal, and sign in again: a code works once. Nothing was \
                 kept.",
        ),
        _ => told,
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
            | CallError::NoSecret { .. }
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

/// Work that stopped by a fault. Its words are not passed on: they may quote what it worked on.
pub(crate) fn stopped(_: tokio::task::JoinError) -> AppError {
    internal("a piece of work stopped unexpectedly")
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn a_fault_is_told_without_what_it_was_about() {
        let work = tokio::spawn(async { panic!("no character boundary in pit-CANARY-1") });
        let told = stopped(work.await.unwrap_err());
        let said = format!("{told:?} {told}");
        assert!(!said.contains("CANARY"), "{said}");
        assert!(said.contains("Please report it"), "{said}");
    }
}
