//! From the keyring's errors to ours. `facts/feasibility.md` §6 lists what comes when.

use keyring_core::Error;

use crate::VaultError;

/// What a keyring's error means for the entry of `key`. Keeps none of the bytes an error may carry.
pub(super) fn explain(error: Error, key: &str) -> VaultError {
    let entry = || format!("The entry “{key}” in the system keyring");
    match error {
        Error::BadEncoding(_) => VaultError::Damaged {
            what: entry(),
            why: "it is not text",
        },
        Error::BadDataFormat(..) => VaultError::Damaged {
            what: entry(),
            why: "its form is unknown",
        },
        Error::BadStoreFormat(_) => VaultError::Damaged {
            what: "The system keyring".to_owned(),
            why: "its form is unknown",
        },
        Error::Ambiguous(_) => VaultError::Damaged {
            what: entry(),
            why: "there is more than one of it",
        },
        Error::NoDefaultStore => VaultError::Missing {
            why: "this system has none that Foxbridge knows".to_owned(),
        },
        Error::NoStorageAccess(ref cause) => platform::classify(cause.as_ref())
            .unwrap_or_else(|| VaultError::Denied { why: plain(cause) }),
        Error::PlatformFailure(ref cause) => platform::classify(cause.as_ref())
            .unwrap_or_else(|| VaultError::Failed { why: plain(cause) }),
        Error::TooLong(what, most) => VaultError::Failed {
            why: format!("the {what} of “{key}” is longer than the {most} characters it takes"),
        },
        other => VaultError::Failed { why: plain(&other) },
    }
}

/// Whether an error may come from a keyring that was restarted under an open connection.
pub(super) fn reconnecting_may_help(error: &Error) -> bool {
    let Error::PlatformFailure(cause) = error else {
        return false;
    };
    cfg!(target_os = "linux")
        && !matches!(
            platform::classify(cause.as_ref()),
            Some(VaultError::Locked | VaultError::Denied { .. } | VaultError::TimedOut)
        )
}

/// An error's words, to stand inside a sentence.
fn plain(error: &dyn std::fmt::Display) -> String {
    error.to_string().trim_end_matches('.').to_owned()
}

#[cfg(target_os = "linux")]
mod platform {
    use std::error::Error as StdError;

    use secret_service::Error as Service;
    use zbus::Error as Bus;

    use super::plain;
    use crate::VaultError;

    pub(super) fn classify(cause: &(dyn StdError + Send + Sync + 'static)) -> Option<VaultError> {
        match cause.downcast_ref::<Service>()? {
            // A prompt that was dismissed, or could not be shown, leaves the keyring locked.
            Service::Locked | Service::Prompt | Service::PromptDisconnected => {
                Some(VaultError::Locked)
            }
            Service::NoResult => Some(missing(
                "the Secret Service runs, but has no default keyring yet",
            )),
            Service::Unavailable => Some(missing("no Secret Service runs in this session")),
            Service::Zbus(error) => of_bus(error),
            Service::ZbusFdo(zbus::fdo::Error::ZBus(error)) => of_bus(error),
            Service::ZbusFdo(error) => {
                use zbus::DBusError as _;
                of_name(error.name().as_str(), &plain(error))
            }
            _ => None,
        }
    }

    fn of_bus(error: &Bus) -> Option<VaultError> {
        match error {
            Bus::Connection(..) | Bus::Address(_) | Bus::InputOutput(_) | Bus::Handshake(_) => {
                Some(missing("there is no session bus to find one on"))
            }
            Bus::MethodError(name, detail, _) => {
                of_name(name.as_str(), detail.as_deref().unwrap_or(name.as_str()))
            }
            Bus::FDO(error) => {
                use zbus::DBusError as _;
                of_name(error.name().as_str(), &plain(error))
            }
            _ => None,
        }
    }

    /// By the names of the D-Bus specification and of the Secret Service's.
    fn of_name(name: &str, detail: &str) -> Option<VaultError> {
        if name == "org.freedesktop.Secret.Error.IsLocked" {
            return Some(VaultError::Locked);
        }
        match name.strip_prefix("org.freedesktop.DBus.Error.")? {
            "ServiceUnknown" | "NameHasNoOwner" => {
                Some(missing("no Secret Service runs in this session"))
            }
            spawn if spawn.starts_with("Spawn.") => Some(missing(&format!(
                "the Secret Service did not start ({})",
                plain(&detail)
            ))),
            // The bus's own words are addresses and numbers of processes.
            "AccessDenied" | "AuthFailed" => Some(VaultError::Denied {
                why: "the rules of this session forbid it".to_owned(),
            }),
            "NoReply" | "Timeout" | "TimedOut" => Some(VaultError::TimedOut),
            _ => None,
        }
    }

    fn missing(why: &str) -> VaultError {
        VaultError::Missing {
            why: why.to_owned(),
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod platform {
    use std::error::Error as StdError;

    use crate::VaultError;

    /// These systems say in one way only whether access was refused.
    pub(super) fn classify(_: &(dyn StdError + Send + Sync + 'static)) -> Option<VaultError> {
        None
    }
}
