//! Why a call failed, in words for people and in kinds for programs. Never holds a secret.

use std::time::Duration;

use foxbridge_catalog::{Effect, Operation};
use foxbridge_model::Service;
use serde_json::Value;

use super::reach::Reach;

/// Why a call failed. `operation` is the operation's title.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// A switch forbids it. Nothing was sent.
    #[error("\"{operation}\" was not sent, because {why}.")]
    Blocked {
        /// Which.
        operation: &'static str,
        /// Why.
        why: String,
    },
    /// The call is not what the operation takes. Nothing was sent.
    #[error("\"{operation}\" was not sent: {what}.")]
    BadRequest {
        /// Which.
        operation: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The base URL would give the secret away, or is none.
    #[error("The address \"{url}\" cannot be used: {why}.")]
    UnsafeUrl {
        /// The address.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The secret cannot be sent in a header.
    #[error("The key or token holds characters that no {service} key has; copy it again.")]
    BadSecret {
        /// Whose.
        service: Service,
    },
    /// There is no secret to send. Nothing was sent.
    #[error("{what}")]
    NoSecret {
        /// Why not.
        lack: Lack,
        /// The same in a sentence or two.
        what: String,
        /// What to do about it.
        hint: String,
    },
    /// The service could not be reached, or hung up.
    #[error("\"{operation}\": {service} could not be reached ({why}).{}", doubt(*unknown))]
    Offline {
        /// Which.
        operation: &'static str,
        /// Whose.
        service: Service,
        /// How it failed.
        why: Reach,
        /// Whether the write may have been done.
        unknown: bool,
    },
    /// No answer in time.
    #[error("\"{operation}\": {service} did not answer within {} s.{}", after.as_secs_f32(), doubt(*unknown))]
    TimedOut {
        /// Which.
        operation: &'static str,
        /// Whose.
        service: Service,
        /// How long it was waited for.
        after: Duration,
        /// Whether the write may have been done.
        unknown: bool,
    },
    /// The user stopped it.
    #[error("\"{operation}\" was cancelled.{}", doubt(*unknown))]
    Cancelled {
        /// Which.
        operation: &'static str,
        /// Whether the write may have been done.
        unknown: bool,
    },
    /// The service understood it and said no. Nothing was changed.
    #[error(
        "\"{operation}\": {service} refused it ({status}): {}",
        sentence(message)
    )]
    Refused {
        /// Which.
        operation: &'static str,
        /// Whose.
        service: Service,
        /// HTTP status, or the code inside an answer that failed with status 200.
        status: u16,
        /// The service's words.
        message: String,
        /// The whole answer.
        body: Box<Value>,
    },
    /// The service failed by itself.
    #[error("\"{operation}\": {service} failed ({status}): {}{}", sentence(message), doubt(*unknown))]
    Failed {
        /// Which.
        operation: &'static str,
        /// Whose.
        service: Service,
        /// HTTP status, or the code inside an answer that failed with status 200.
        status: u16,
        /// The service's words.
        message: String,
        /// Whether the write may have been done.
        unknown: bool,
    },
    /// The token is good but lacks a scope (HighLevel answers 401: `facts/highlevel.md` §6).
    #[error("\"{operation}\": the HighLevel token lacks the scope {}.", scopes.join(" or "))]
    MissingScope {
        /// Which.
        operation: &'static str,
        /// Scopes, any of which opens it.
        scopes: Vec<String>,
    },
    /// The service does not accept the key or token.
    #[error(
        "\"{operation}\": {service} does not accept the key or token: {}",
        sentence(message)
    )]
    Unauthorised {
        /// Which.
        operation: &'static str,
        /// Whose.
        service: Service,
        /// 401, or 403: the key is known, but does not open this.
        status: u16,
        /// The service's words.
        message: String,
    },
    /// The service kept saying that we ask too often. Nothing was changed.
    #[error(
        "\"{operation}\": {service} says that it is asked too often, also after {tries} tries."
    )]
    RateLimited {
        /// Which.
        operation: &'static str,
        /// Whose.
        service: Service,
        /// How often it was sent.
        tries: u32,
    },
    /// Today's quota is used up, or what is left of it is kept for what is more urgent. Nothing was
    /// sent.
    #[error("\"{operation}\": {} until {}.", quota(*service, *left), time(*reset_at_ms))]
    DailyQuota {
        /// Which.
        operation: &'static str,
        /// Whose.
        service: Service,
        /// Requests left today, for what is more urgent.
        left: u32,
        /// When it may be sent, in milliseconds since 1970.
        reset_at_ms: i64,
    },
    /// The answer is not what the service promises.
    #[error("\"{operation}\": the answer of {service} cannot be read: {what}.{}", doubt(*unknown))]
    Malformed {
        /// Which.
        operation: &'static str,
        /// Whose.
        service: Service,
        /// What is wrong with it.
        what: String,
        /// Whether the write may have been done.
        unknown: bool,
    },
}

/// Why there is no secret to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// The store of secrets did not give it, or did not keep a new one.
    Vault,
    /// It has run out, and the service gives no new one: somebody must sign in again.
    SignIn,
    /// It has run out, and the service could not be asked for a new one just now.
    Later,
}

impl CallError {
    /// Whether a write may or may not have been done: look it up before sending it again.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Offline { unknown, .. }
            | Self::TimedOut { unknown, .. }
            | Self::Cancelled { unknown, .. }
            | Self::Failed { unknown, .. }
            | Self::Malformed { unknown, .. } => *unknown,
            _ => false,
        }
    }

    /// Whether the record is not there. HighLevel says so with 400 (`facts/highlevel.md` §1.10).
    pub fn is_not_found(&self) -> bool {
        match self {
            Self::Refused {
                service: Service::Aimfox,
                status,
                ..
            } => *status == 404,
            Self::Refused {
                service: Service::HighLevel,
                status,
                message,
                ..
            } => {
                let message = message.to_lowercase();
                match status {
                    400 | 422 => message.contains("not found"),
                    404 => !is_no_route(&message),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Whether the service does not know the operation at all.
    pub fn is_unknown_operation(&self) -> bool {
        match self {
            Self::Refused {
                status, message, ..
            } => {
                matches!(status, 405 | 410)
                    || *status == 404 && is_no_route(&message.to_lowercase())
            }
            _ => false,
        }
    }

    /// Id of the HighLevel contact that has this e-mail or phone already
    /// (`facts/highlevel.md` §1.4).
    pub fn duplicate_of(&self) -> Option<&str> {
        match self {
            Self::Refused {
                service: Service::HighLevel,
                status: 400,
                body,
                ..
            } => body
                .get("meta")?
                .get("contactId")?
                .as_str()
                .filter(|id| !id.is_empty()),
            _ => None,
        }
    }

    /// A success that lacks what was asked for. A write may have been done all the same.
    pub(crate) fn malformed(operation: &'static Operation, what: &str) -> Self {
        Self::Malformed {
            operation: &operation.title,
            service: operation.service,
            what: what.to_owned(),
            unknown: operation.effect != Effect::Read,
        }
    }

    /// The outcome of a call whose earlier try failed with `doubt` and may have been carried out:
    /// only a verdict on the call itself settles that.
    pub(crate) fn after(mut self, doubt: Option<Self>) -> Self {
        let Some(doubt) = doubt else { return self };
        match &mut self {
            Self::Offline { unknown, .. }
            | Self::TimedOut { unknown, .. }
            | Self::Cancelled { unknown, .. }
            | Self::Failed { unknown, .. }
            | Self::Malformed { unknown, .. } => *unknown = true,
            Self::RateLimited { .. } | Self::DailyQuota { .. } => return doubt,
            _ => {}
        }
        self
    }
}

/// Why there is nothing to be had of the day.
fn quota(service: Service, left: u32) -> String {
    if left == 0 {
        return format!("today's quota of {service} is used up");
    }
    format!(
        "{left} requests of today's quota of {service} are left; they are kept for what is more \
         urgent, so that the day's last hour works too,"
    )
}

/// The answer to a path that does not exist: "Cannot POST /contacts/search".
fn is_no_route(message: &str) -> bool {
    [
        "cannot get ",
        "cannot post ",
        "cannot put ",
        "cannot patch ",
        "cannot delete ",
    ]
    .iter()
    .any(|start| message.starts_with(start))
}

fn doubt(unknown: bool) -> &'static str {
    if unknown {
        " It may have been done all the same; it is looked up before it is sent again."
    } else {
        ""
    }
}

/// The service's words with one full stop.
fn sentence(message: &str) -> String {
    format!("{}.", message.trim_end_matches(['.', ' ']))
}

fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(
        |_| "later".to_owned(),
        |t| t.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}
