//! Whether a delivery is what it says: signed, fresh, for us. Pure.
//!
//! Facts: HighLevel signs the raw body with Ed25519 (`X-GHL-Signature`, base64), and until September
//! 2026 with RSA-SHA256 (`X-WH-Signature`); Aimfox signs nothing, and sends along a header that we
//! chose (`facts/highlevel.md` §7, `facts/aimfox.md` §4).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use foxbridge_model::Service;
use serde_json::Value;

/// HighLevel's published key, as X.509 SubjectPublicKeyInfo. Keys are rotated: a connection may have
/// another.
pub(crate) const HIGHLEVEL_KEY: &str =
    "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=";

/// HighLevel's older key.
const HIGHLEVEL_OLD_KEY: &str = "MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSCFrm602qYV0Ma\
     AiNnX9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6dO0t6Q/ZVdAV5Phz+ZtzPL16\
     iCGeK9po6D6JHBpbi989mmzMryUnQJezlYJ3DVfBcsedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQ\
     mTnSdFUzuAnC9/GepgLT9SM4nCpvuxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx\
     5klVXXZQGNHOs8gF3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RK\
     gOKUJ062fRtN+rLYZUV+BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXpIocmaiFe\
     AO6fUtNjDeFVkhf5LNb59vECyrHD2SQIrhgXpO4Q3dVNA5rw576PwTzNh/AMfHKIjE4xQA1SZuYJ\
     mNnmVZLIZBlQAF9Ntd03rfadZ+yDiOXCCs9FkHibELhCHULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitg\
     HeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJPQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzm\
     sFqwcSsnw3JB31IGKAykT1hhTiaCeIY/OwwwNUY2yvcCAwEAAQ==";

/// The header that Aimfox sends along.
pub(crate) const SECRET_HEADER: &str = "x-foxbridge-secret";

/// How old a delivery of HighLevel's may be, and how far ahead its clock, in milliseconds.
const WINDOW_MS: i64 = 5 * 60 * 1000;

/// What was delivered, before anything about it is believed.
pub(crate) struct Raw<'a> {
    pub(crate) body: &'a [u8],
    /// The value of a header, by its lower-case name.
    pub(crate) header: &'a dyn Fn(&str) -> Option<String>,
}

/// Whose deliveries are believed.
pub(crate) struct Keys<'a> {
    pub(crate) service: Service,
    /// HighLevel location, or Aimfox workspace.
    pub(crate) account: Option<&'a str>,
    /// Public key in place of HighLevel's published one, base64.
    pub(crate) key: Option<&'a str>,
    /// The secrets that Aimfox may send along.
    pub(crate) secrets: Vec<&'a str>,
}

/// A delivery that is believed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Good {
    /// What makes it the same delivery when it comes again.
    pub(crate) key: String,
    /// The service's name for the event.
    pub(crate) event: String,
    /// The body.
    pub(crate) payload: Value,
}

/// Why a delivery is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Bad {
    /// Nobody who may send it has sent it, or too long ago.
    Unproven(&'static str),
    /// It is not what the service sends.
    Malformed(&'static str),
}

impl Bad {
    pub(crate) fn why(&self) -> &'static str {
        match self {
            Self::Unproven(why) | Self::Malformed(why) => why,
        }
    }
}

/// Believes a delivery or says why not.
pub(crate) fn check(raw: &Raw<'_>, keys: &Keys<'_>, now_ms: i64) -> Result<Good, Bad> {
    match keys.service {
        Service::HighLevel => highlevel(raw, keys, HIGHLEVEL_OLD_KEY, now_ms),
        Service::Aimfox => aimfox(raw, keys),
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text.trim()).ok()
}

/// Whether an Ed25519 signature of a body is by the key.
fn signed_by(key: &str, body: &[u8], signature: &str) -> bool {
    let (Some(key), Some(signature)) = (decoded(key), decoded(signature)) else {
        return false;
    };
    // The last 32 bytes of the structure are the key itself.
    let Some(raw) = key.len().checked_sub(32).map(|at| &key[at..]) else {
        return false;
    };
    UnparsedPublicKey::new(&ED25519, raw)
        .verify(body, &signature)
        .is_ok()
}

/// Whether an RSA signature of a body is by the key.
fn signed_by_old(key: &str, body: &[u8], signature: &str) -> bool {
    let (Some(key), Some(signature)) = (decoded(key), decoded(signature)) else {
        return false;
    };
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
        .verify(body, &signature)
        .is_ok()
}

fn highlevel(raw: &Raw<'_>, keys: &Keys<'_>, old: &str, now_ms: i64) -> Result<Good, Bad> {
    let signature = |name: &str| (raw.header)(name).filter(|value| value != "N/A");
    // Where the newer header is there, only that one counts.
    let proven = match (signature("x-ghl-signature"), signature("x-wh-signature")) {
        (Some(signature), _) => signed_by(keys.key.unwrap_or(HIGHLEVEL_KEY), raw.body, &signature),
        (None, Some(signature)) => keys.key.is_none() && signed_by_old(old, raw.body, &signature),
        (None, None) => return Err(Bad::Unproven("it is not signed")),
    };
    if !proven {
        return Err(Bad::Unproven("its signature is wrong"));
    }
    let payload: Value =
        serde_json::from_slice(raw.body).map_err(|_| Bad::Malformed("it is not JSON"))?;
    let event = payload["type"].as_str().unwrap_or_default().to_owned();
    if event.is_empty() {
        return Err(Bad::Malformed("it has no type"));
    }
    let account = payload["locationId"].as_str();
    if account.is_some() && account != keys.account {
        return Err(Bad::Unproven("it is about another location"));
    }
    let Some(id) = payload["webhookId"].as_str().filter(|id| !id.is_empty()) else {
        return Err(Bad::Malformed("it has no webhookId"));
    };
    let at = match &payload["timestamp"] {
        Value::String(text) => text
            .parse::<jiff::Timestamp>()
            .ok()
            .map(|t| t.as_millisecond()),
        Value::Number(number) => number.as_i64(),
        _ => None,
    };
    let Some(at) = at else {
        return Err(Bad::Malformed("it has no timestamp"));
    };
    if now_ms.saturating_sub(at).saturating_abs() > WINDOW_MS {
        return Err(Bad::Unproven("it is older than five minutes"));
    }
    Ok(Good {
        key: id.to_owned(),
        event,
        payload,
    })
}

fn aimfox(raw: &Raw<'_>, keys: &Keys<'_>) -> Result<Good, Bad> {
    if keys.secrets.is_empty() {
        return Err(Bad::Unproven(
            "no secret was agreed on; register the webhook first",
        ));
    }
    let given = (raw.header)(SECRET_HEADER).unwrap_or_default();
    let is_given =
        |known: &&str| verify_slices_are_equal(given.as_bytes(), known.as_bytes()).is_ok();
    if !keys.secrets.iter().any(is_given) {
        return Err(Bad::Unproven("its secret is wrong"));
    }
    let payload: Value =
        serde_json::from_slice(raw.body).map_err(|_| Bad::Malformed("it is not JSON"))?;
    let event = payload["event_type"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let id = payload["id"].as_str().unwrap_or_default();
    if event.is_empty() || id.is_empty() {
        return Err(Bad::Malformed("it has no event_type or no id"));
    }
    let workspace = payload["workspace"]["id"].as_str();
    if let (Some(workspace), Some(account)) = (workspace, keys.account)
        && workspace != account
    {
        return Err(Bad::Unproven("it is about another workspace"));
    }
    // One message may be told of several times under several ids (`facts/aimfox.md` §4).
    let message = payload["event"]["message_urn"]
        .as_str()
        .filter(|urn| !urn.is_empty());
    let key = message.map_or_else(|| id.to_owned(), |urn| format!("{event}:{urn}"));
    Ok(Good {
        key,
        event,
        payload,
    })
}

#[cfg(test)]
#[path = "verify_test.rs"]
mod tests;
