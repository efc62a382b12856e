//! What the vault holds for a connection: a key, or a pair of tokens with the app they came by.

use std::fmt;

use foxbridge_connectors::{OAuthApp, Tokens};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

/// A token this close to its end is renewed before it is sent.
const MARGIN_MS: i64 = 60_000;

/// What is kept.
#[derive(Clone)]
pub(crate) enum Kept {
    /// A private integration token or an API key.
    Key(SecretString),
    /// Tokens that renew themselves.
    Pair(Box<Pair>),
}

/// Tokens of a location, and what the next ones are asked for with.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) app: OAuthApp,
    /// What requests carry.
    pub(crate) access: SecretString,
    /// Milliseconds since 1970.
    pub(crate) expires_at: i64,
    /// What gives the next pair, once; `None` when the agency's does.
    pub(crate) refresh: Option<SecretString>,
    /// The agency, when the app is installed there and the location's token is made from its.
    pub(crate) agency: Option<Agency>,
}

/// An agency's own pair.
#[derive(Clone)]
pub(crate) struct Agency {
    pub(crate) company_id: String,
    pub(crate) access: SecretString,
    pub(crate) expires_at: i64,
    pub(crate) refresh: SecretString,
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(_) => f.write_str("Key"),
            Self::Pair(pair) => pair.fmt(f),
        }
    }
}

impl fmt::Debug for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pair")
            .field("expires_at", &self.expires_at)
            .field("agency", &self.agency)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Agency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agency")
            .field("company_id", &self.company_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Kept {
    /// Reads an entry of the vault. A key is kept as it is; no key begins like a pair does.
    pub(crate) fn read(entry: &SecretString) -> Self {
        let text = entry.expose_secret();
        let pair = text
            .starts_with('{')
            .then(|| serde_json::from_str(text).ok())
            .flatten()
            .and_then(|json: Value| Pair::read(&json));
        match pair {
            Some(pair) => Self::Pair(Box::new(pair)),
            None => Self::Key(entry.clone()),
        }
    }

    /// The entry for the vault.
    pub(crate) fn entry(&self) -> SecretString {
        match self {
            Self::Key(key) => key.clone(),
            Self::Pair(pair) => pair.json().to_string().into(),
        }
    }

    /// What requests carry.
    pub(crate) fn to_send(&self) -> &SecretString {
        match self {
            Self::Key(key) => key,
            Self::Pair(pair) => &pair.access,
        }
    }

    /// Whether it should be renewed before it is sent.
    pub(crate) fn is_stale(&self, now_ms: i64) -> bool {
        match self {
            Self::Key(_) => false,
            Self::Pair(pair) => pair.expires_at - MARGIN_MS <= now_ms,
        }
    }
}

impl Agency {
    pub(crate) fn is_stale(&self, now_ms: i64) -> bool {
        self.expires_at - MARGIN_MS <= now_ms
    }
}

impl Pair {
    /// A location's own tokens.
    pub(crate) fn of_location(app: OAuthApp, tokens: Tokens) -> Self {
        Self {
            app,
            access: tokens.access,
            expires_at: tokens.expires_at_ms,
            refresh: tokens.refresh,
            agency: None,
        }
    }

    fn read(json: &Value) -> Option<Self> {
        let text = |of: &Value, name: &str| of.get(name)?.as_str().map(str::to_owned);
        let secret = |of: &Value, name: &str| text(of, name).map(SecretString::from);
        let agency = match json.get("agency") {
            None | Some(Value::Null) => None,
            Some(agency) => Some(Agency {
                company_id: text(agency, "company_id")?,
                access: secret(agency, "access")?,
                expires_at: agency.get("expires_at")?.as_i64()?,
                refresh: secret(agency, "refresh")?,
            }),
        };
        Some(Self {
            app: OAuthApp {
                client_id: text(json, "client_id")?,
                client_secret: secret(json, "client_secret")?,
            },
            access: secret(json, "access")?,
            expires_at: json.get("expires_at")?.as_i64()?,
            refresh: secret(json, "refresh"),
            agency,
        })
    }

    fn json(&self) -> Value {
        let agency = self.agency.as_ref().map(|agency| {
            json!({
                "company_id": agency.company_id,
                "access": agency.access.expose_secret(),
                "expires_at": agency.expires_at,
                "refresh": agency.refresh.expose_secret(),
            })
        });
        json!({
            "client_id": self.app.client_id,
            "client_secret": self.app.client_secret.expose_secret(),
            "access": self.access.expose_secret(),
            "expires_at": self.expires_at,
            "refresh": self.refresh.as_ref().map(|token| token.expose_secret()),
            "agency": agency,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn pair() -> Pair {
        Pair {
            app: OAuthApp {
                client_id: "app".to_owned(),
                client_secret: "s-client".into(),
            },
            access: "s-access".into(),
            expires_at: 1_000_000,
            refresh: None,
            agency: Some(Agency {
                company_id: "agency".to_owned(),
                access: "s-agency".into(),
                expires_at: 2_000_000,
                refresh: "s-refresh".into(),
            }),
        }
    }

    #[test]
    fn what_is_kept_is_read_as_it_was_written() {
        let kept = Kept::Pair(Box::new(pair()));
        let again = Kept::read(&kept.entry());
        let Kept::Pair(again) = again else {
            panic!("a pair was read as a key")
        };
        assert_eq!(again.json(), pair().json());
        for key in ["pit-1", "{not json", "{\"a\": 1}"] {
            let Kept::Key(read) = Kept::read(&key.into()) else {
                panic!("{key} was read as a pair")
            };
            assert_eq!(read.expose_secret(), key, "a key is kept as it was typed");
        }
    }

    #[test]
    fn a_token_is_renewed_shortly_before_it_ends() {
        let kept = Kept::Pair(Box::new(pair()));
        assert!(!kept.is_stale(1_000_000 - MARGIN_MS - 1));
        assert!(
            kept.is_stale(1_000_000 - MARGIN_MS),
            "it would end on its way"
        );
        assert!(!Kept::Key("k".into()).is_stale(i64::MAX), "keys do not end");
    }

    proptest::proptest! {
        #[test]
        fn no_debug_output_shows_a_secret(secret in "[A-Za-z0-9_.]{12,60}") {
            let hidden = |end: &str| SecretString::from(format!("{secret}-{end}"));
            let agency = Agency {
                company_id: "agency".to_owned(),
                access: hidden("agency"),
                expires_at: 2,
                refresh: hidden("agency-refresh"),
            };
            let pair = Pair {
                app: OAuthApp {
                    client_id: "app".to_owned(),
                    client_secret: hidden("client"),
                },
                access: hidden("access"),
                expires_at: 1,
                refresh: Some(hidden("refresh")),
                agency: Some(agency.clone()),
            };
            let kept = [Kept::Pair(Box::new(pair.clone())), Kept::Key(hidden("key"))];
            let vault = crate::VaultUse::Passphrase(Some(hidden("passphrase")));
            let entries: Vec<SecretString> = kept.iter().map(Kept::entry).collect();
            let said = format!(
                "{agency:?} {pair:?} {kept:?} {kept:#?} {vault:?} {vault:#?} {entries:?}"
            );
            proptest::prop_assert!(!said.contains(&secret), "{said}");
        }
    }
}
