//! A call as a request: the one place where it is put together, for sending and for showing.
//!
//! **Architecture Invariant:** what is shown is made of what would be sent; only the secrets have
//! names in their place.

use foxbridge_catalog::{Method, Problem};
use reqwest::Request;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use secrecy::SecretString;
use url::Url;

use super::call::Call;
use super::payload::Payload;

const AGENT: &str = concat!("Foxbridge/", env!("CARGO_PKG_VERSION"));

/// A request that lacks nothing but the secret.
pub(super) struct Outline {
    /// Path below the base URL with its ids filled in.
    pub(super) path: String,
    /// Without `Authorization`.
    pub(super) request: Request,
    /// What the body was made of; without what it holds of secrets.
    pub(super) payload: Option<Payload>,
    /// Secrets that the body holds.
    pub(super) hidden: Vec<SecretString>,
}

/// The request that a call would make. Nothing was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// HTTP method.
    pub method: &'static str,
    /// Full address; a path value that is missing shows as `{name}`.
    pub url: String,
    /// Name and value; `$TOKEN` stands for the secret. What HTTP itself adds (host, length,
    /// compression) is not among them.
    pub headers: Vec<(String, String)>,
    /// The body; what was entered as a secret shows as `$NAME`.
    pub payload: Option<Payload>,
    /// What must be put right before it can be sent; empty when it can.
    pub problems: Vec<Problem>,
}

impl Call {
    /// What must be put right before it can be sent, each fault at its field; empty when it can.
    pub fn problems(&self) -> Vec<Problem> {
        let path: Vec<(&str, &str)> = self.path.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let body = self.shown_body();
        let mut problems = self.operation.problems(&path, &self.query, &body);
        if let Err(more) = Payload::of(self.operation, &body) {
            problems.extend(more);
        }
        problems
    }

    /// The request that this call would make at a base URL, as far as it is filled in.
    ///
    /// # Errors
    /// When the base URL is no address.
    pub async fn preview(&self, base_url: &str) -> Result<Preview, String> {
        let base = Url::parse(base_url.trim()).map_err(|e| e.to_string())?;
        let outline = Outline::draw(&base, self).await?;
        let request = &outline.request;
        let mut headers = vec![("Authorization".to_owned(), "Bearer $TOKEN".to_owned())];
        for (name, value) in request.headers() {
            let value = String::from_utf8_lossy(value.as_bytes());
            // The boundary is made anew each time.
            let value = match value.split_once("; boundary=") {
                Some((kind, _)) => format!("{kind}; boundary=…"),
                None => value.into_owned(),
            };
            headers.push((capitalised(name), value));
        }
        let payload = outline.payload;
        Ok(Preview {
            method: self.operation.method.as_str(),
            url: with_holes(request.url().as_str(), self),
            headers,
            payload: payload.map(|payload| payload.masked(self.operation)),
            problems: self.problems(),
        })
    }
}

impl Outline {
    /// Puts a call together. What is missing of the path stays a hole, and a body that cannot be
    /// encoded is left out: whoever sends asks for [`Call::problems`] first.
    pub(super) async fn draw(base: &Url, call: &Call) -> Result<Self, String> {
        let operation = call.operation;
        let holes: Vec<(&str, String)> = operation
            .path_params()
            .map(|param| {
                let value = value(call, &param.name).map(str::to_owned);
                (
                    param.name.as_str(),
                    value.unwrap_or_else(|| hole(&param.name)),
                )
            })
            .collect();
        let values: Vec<(&str, &str)> = holes.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let path = operation.path_with(&values).map_err(|e| e.to_string())?;
        let url = address(base, &path, &call.query)?;
        let method = match operation.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut request = Request::new(method, url);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(version) = operation.versions.first() {
            let version = HeaderValue::from_str(version).map_err(|e| e.to_string())?;
            headers.insert(HeaderName::from_static("version"), version);
        }
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        let payload = Payload::of(operation, &call.shown_body()).unwrap_or_default();
        if let Some(payload) = &payload {
            let (kind, bytes) = match call.encoded().map_err(|e| e.to_string())? {
                Some(with_secrets) => with_secrets,
                None => payload.encode().await?,
            };
            let kind = HeaderValue::from_str(&kind).map_err(|e| e.to_string())?;
            request.headers_mut().insert(CONTENT_TYPE, kind);
            *request.body_mut() = Some(bytes.into());
        }
        Ok(Self {
            path,
            request,
            payload,
            hidden: call.hidden(),
        })
    }
}

/// A path value that can be sent.
fn value<'c>(call: &'c Call, name: &str) -> Option<&'c str> {
    let (_, value) = call.path.iter().find(|(given, _)| *given == name)?;
    Some(value.as_str()).filter(|value| !matches!(*value, "" | "." | ".."))
}

fn hole(name: &str) -> String {
    format!("{{{name}}}")
}

/// Takes the encoding off the holes, so that they can be read.
fn with_holes(url: &str, call: &Call) -> String {
    let missing = call
        .operation
        .path_params()
        .filter(|param| value(call, &param.name).is_none());
    missing.fold(url.to_owned(), |url, param| {
        url.replace(&format!("%7B{}%7D", param.name), &hole(&param.name))
    })
}

/// The base URL with a path and a query below it.
fn address(base: &Url, path: &str, query: &[(String, String)]) -> Result<Url, String> {
    // Not `join`: it would take `leads:search` for a scheme (`facts/aimfox.md` §2.1).
    let text = base.as_str().trim_end_matches('/');
    let mut url = Url::parse(&format!("{text}{path}")).map_err(|_| "its path is no path")?;
    if url.origin() != base.origin() || !url.path().starts_with(base.path()) {
        return Err("its path leads out of the service".to_owned());
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    Ok(url)
}

/// `content-type` as people write it: `Content-Type`.
fn capitalised(name: &HeaderName) -> String {
    let word = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_uppercase() + rest
    };
    name.as_str()
        .split('-')
        .map(word)
        .collect::<Vec<_>>()
        .join("-")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn paths_stay_below_the_base() {
        let base = Url::parse("https://api.aimfox.com/api/v2/").unwrap();
        let query = [
            ("start".to_owned(), "0".to_owned()),
            ("q".to_owned(), "a&b".to_owned()),
        ];
        assert_eq!(
            address(&base, "/leads:search", &query).unwrap().as_str(),
            "https://api.aimfox.com/api/v2/leads:search?start=0&q=a%26b",
            "the colon is part of the path"
        );
        assert!(
            address(&base, "/../../v1/me", &[]).is_err(),
            "a path must not climb out of the service"
        );
    }
}
