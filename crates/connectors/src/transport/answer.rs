//! What an answer means: its limits, its content, or what went wrong.

use foxbridge_catalog::{Effect, Operation};
use foxbridge_model::Service;
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::budget::Limits;
use super::content;
use super::error::CallError;
use super::retry::{Again, retry_after};

/// A failed try.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: CallError,
    pub(crate) again: Again,
}

impl Failure {
    pub(crate) fn new(error: CallError, again: Again) -> Self {
        Self { error, again }
    }
}

/// What HighLevel's headers say (`facts/highlevel.md` §6). Aimfox is not known to send any
/// (`facts/aimfox.md` §1), and a header of another meaning must not change our pace.
pub(crate) fn limits(service: Service, headers: &HeaderMap) -> Limits {
    if service != Service::HighLevel {
        return Limits::default();
    }
    Limits {
        max: number(headers, "x-ratelimit-max"),
        window_ms: number(headers, "x-ratelimit-interval-milliseconds"),
        remaining: number(headers, "x-ratelimit-remaining"),
        daily_max: number(headers, "x-ratelimit-limit-daily"),
        daily_remaining: number(headers, "x-ratelimit-daily-remaining"),
        daily_reset_ms: number(headers, "x-ratelimit-daily-reset"),
    }
}

/// When the service says that it answered, in milliseconds since 1970.
pub(crate) fn date_ms(headers: &HeaderMap) -> Option<i64> {
    let date = headers.get(reqwest::header::DATE)?.to_str().ok()?;
    let date = jiff::fmt::rfc2822::parse(date).ok()?;
    Some(date.timestamp().as_millisecond())
}

fn number<T: TryFrom<i64>>(headers: &HeaderMap, name: &str) -> Option<T> {
    let n: i64 = headers.get(name)?.to_str().ok()?.trim().parse().ok()?;
    // Some limiters count below zero.
    T::try_from(n.max(0)).ok()
}

/// A complete answer.
pub(crate) struct Answer<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) status: u16,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) now_ms: i64,
}

impl Answer<'_> {
    /// Its content, if it is a success.
    pub(crate) fn read(&self) -> Result<Value, Failure> {
        let ok = (200..300).contains(&self.status);
        if ok && let Some(file) = content::read(self.operation, self.headers, self.body) {
            return Ok(file);
        }
        let body = match parse(self.body) {
            Ok(body) => body,
            Err(what) if ok => return Err(self.malformed(what)),
            Err(_) => Value::Null,
        };
        if ok && !says_fail(&body) {
            return Ok(body);
        }
        Err(self.failure(body))
    }

    fn malformed(&self, what: String) -> Failure {
        let error = CallError::Malformed {
            operation: &self.operation.title,
            service: self.operation.service,
            what,
            unknown: changes(self.operation),
        };
        Failure::new(error, Again::IfRepeatable(None))
    }

    fn failure(&self, body: Value) -> Failure {
        let operation = self.operation.title.as_str();
        let service = self.operation.service;
        let status = self.meant_status(&body);
        let message = message(&body).unwrap_or_else(|| self.plain_message());
        let asked = self
            .headers
            .get("retry-after")
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, self.now_ms));
        match status {
            401 if lacks_scope(&message) => {
                let scopes = self.operation.scopes.clone();
                let error = CallError::MissingScope { operation, scopes };
                Failure::new(error, Again::Never)
            }
            401 | 403 => {
                // A token of the wrong kind stays so when it is renewed, and so does a place it
                // does not open.
                let stale = status == 401 && !wrong_kind(&message);
                let error = CallError::Unauthorised {
                    operation,
                    service,
                    status,
                    message,
                };
                let again = if stale {
                    Again::WithNewSecret
                } else {
                    Again::Never
                };
                Failure::new(error, again)
            }
            429 => {
                let error = CallError::RateLimited {
                    operation,
                    service,
                    tries: 1,
                };
                Failure::new(error, Again::AfterLimit(asked))
            }
            500.. => {
                let unknown = changes(self.operation);
                let error = CallError::Failed {
                    operation,
                    service,
                    status,
                    message,
                    unknown,
                };
                Failure::new(error, Again::IfRepeatable(asked))
            }
            _ => {
                let error = CallError::Refused {
                    operation,
                    service,
                    status,
                    message,
                    body: Box::new(body),
                };
                Failure::new(error, Again::Never)
            }
        }
    }

    /// The status, or the code inside an Aimfox answer that fails with status 200.
    fn meant_status(&self, body: &Value) -> u16 {
        if self.status >= 400 {
            return self.status;
        }
        body.pointer("/error/code")
            .and_then(Value::as_u64)
            .and_then(|code| u16::try_from(code).ok())
            .filter(|code| (400..600).contains(code))
            .unwrap_or(self.status)
    }

    fn plain_message(&self) -> String {
        match self.status {
            300..400 => "it answered with a redirection, which is not followed".to_owned(),
            404 => "there is no such page".to_owned(),
            _ => "no reason was given".to_owned(),
        }
    }
}

/// Whether an operation leaves anything behind.
pub(crate) fn changes(operation: &Operation) -> bool {
    operation.effect != Effect::Read
}

/// Aimfox may fail with status 200 (`facts/aimfox.md` §1).
fn says_fail(body: &Value) -> bool {
    let status = body.get("status").and_then(Value::as_str);
    status.is_some_and(|status| status.eq_ignore_ascii_case("fail"))
}

fn lacks_scope(message: &str) -> bool {
    message
        .to_lowercase()
        .contains("not authorized for this scope")
}

/// An agency's token where a location's is wanted, or the other way round
/// (`facts/highlevel.md` §6).
fn wrong_kind(message: &str) -> bool {
    let message = message.to_lowercase();
    message.contains("authclass type is not allowed") || message.contains("iam service")
}

/// The service's own words: `message` may be text or a list of texts, at the top or under `error`
/// (`facts/highlevel.md` §6, `facts/aimfox.md` §1).
fn message(body: &Value) -> Option<String> {
    const MOST: usize = 300;
    let found = [
        body.get("message"),
        body.pointer("/error/message"),
        body.get("error"),
    ];
    let message = found.into_iter().flatten().find_map(|value| match value {
        Value::String(s) if !s.trim().is_empty() => Some(s.trim().to_owned()),
        Value::Array(items) if !items.is_empty() => Some(
            items
                .iter()
                .map(|item| {
                    item.as_str()
                        .map_or_else(|| item.to_string(), str::to_owned)
                })
                .collect::<Vec<_>>()
                .join("; "),
        ),
        _ => None,
    })?;
    Some(match message.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message,
    })
}

/// Reads JSON; a second try forgives raw control characters inside texts, which HighLevel is said to
/// send (`facts/highlevel.md` §6). No body at all is `null`.
fn parse(body: &[u8]) -> Result<Value, String> {
    if body.trim_ascii().is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body)
        .or_else(|first| serde_json::from_slice(&escape_controls(body)).map_err(|_| first))
        .map_err(|e| format!("it is not JSON (line {}, column {})", e.line(), e.column()))
}

fn escape_controls(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() + 64);
    let (mut inside, mut escaped) = (false, false);
    for &byte in body {
        match byte {
            0..0x20 if inside => {
                // A backslash right before a raw control character stands for itself.
                if std::mem::take(&mut escaped) {
                    out.push(b'\\');
                }
                out.extend(format!("\\u{byte:04x}").bytes());
                continue;
            }
            b'"' if !escaped => inside = !inside,
            _ => {}
        }
        escaped = inside && byte == b'\\' && !escaped;
        out.push(byte);
    }
    out
}

/// Takes a secret out of an answer that quotes it.
pub(crate) fn redact(body: Vec<u8>, secret: &str) -> Vec<u8> {
    let needle = secret.as_bytes();
    if needle.is_empty() || !body.windows(needle.len()).any(|part| part == needle) {
        return body;
    }
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body.as_slice();
    while let Some(at) = rest.windows(needle.len()).position(|part| part == needle) {
        out.extend(&rest[..at]);
        out.extend(b"(secret)");
        rest = &rest[at + needle.len()..];
    }
    out.extend(rest);
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn raw_control_characters_are_forgiven() {
        let body = b"{\"a\":\"one\ntwo\tthree\", \"b\": \"c:\\\\\n\"}";
        assert_eq!(
            parse(body).unwrap(),
            json!({"a": "one\ntwo\tthree", "b": "c:\\\n"}),
            "a note with a raw line break must not hide the other records of its page"
        );
        assert!(parse(b"{\"a\": tru").is_err(), "a cut answer is no answer");
        assert_eq!(parse(b"  ").unwrap(), Value::Null, "204 and friends");
    }

    #[test]
    fn messages_are_found_wherever_they_are() {
        let found = |body: Value| message(&body).unwrap();
        assert_eq!(found(json!({"message": "plain"})), "plain");
        assert_eq!(
            found(json!({"message": ["one", "two"]})),
            "one; two",
            "class-validator"
        );
        assert_eq!(found(json!({"error": {"message": "aimfox"}})), "aimfox");
        assert_eq!(found(json!({"error": "Unauthorized"})), "Unauthorized");
        assert_eq!(
            found(json!({"message": "é".repeat(400)})).chars().count(),
            301
        );
        assert_eq!(message(&json!({})), None);
    }

    proptest! {
        #[test]
        fn the_lenient_reader_reads_what_was_meant(texts in proptest::collection::vec(".*", 0..5)) {
            // Written the wrong way: quotes and backslashes escaped, control characters not.
            let raw = texts
                .iter()
                .map(|t| format!("\"{}\"", t.replace('\\', "\\\\").replace('"', "\\\"")))
                .collect::<Vec<_>>()
                .join(",");
            let read = parse(format!("[{raw}]").as_bytes()).unwrap();
            prop_assert_eq!(read, json!(texts));
        }

        #[test]
        fn a_secret_is_taken_out_wherever_it_stands(
            before in ".{0,20}", after in ".{0,20}", times in 0usize..4,
        ) {
            let secret = "pit-0a1b2c3d";
            let body = format!("{before}{}{after}", secret.repeat(times));
            let clean = String::from_utf8(redact(body.into_bytes(), secret)).unwrap();
            prop_assert!(!clean.contains(secret));
            prop_assert!(clean.starts_with(&before) && clean.ends_with(&after));
        }
    }
}
