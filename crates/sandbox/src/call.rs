//! One request on its way to a service, and the answer on its way back.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// A request that found its operation.
#[derive(Debug)]
pub(crate) struct Call {
    /// Operation id.
    pub(crate) operation: &'static str,
    /// Its row in the catalog, in the version that was asked for.
    pub(crate) row: &'static foxbridge_catalog::Operation,
    /// Path parameters, in path order, decoded.
    pub(crate) path: Vec<String>,
    /// Query parameters, decoded.
    pub(crate) query: Vec<(String, String)>,
    /// The parsed body; `Null` when there was none.
    pub(crate) body: Value,
    /// HighLevel's `Version` header; empty for Aimfox.
    pub(crate) version: String,
    /// When it arrived, in milliseconds since 1970.
    pub(crate) now: i64,
}

impl Call {
    /// The `n`th path parameter.
    pub(crate) fn id(&self, n: usize) -> &str {
        self.path.get(n).map_or("", String::as_str)
    }

    /// A query parameter, when it is there and not empty.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let (_, value) = self.query.iter().find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value.as_str())
    }

    /// Every value of a query parameter; a list may be sent as `name` or `name[]`, repeated.
    pub(crate) fn queries<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of = move |key: &str| key == name || key.strip_suffix("[]") == Some(name);
        let given = self.query.iter().filter(move |(key, _)| of(key));
        given
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A number in the query, or the given one.
    pub(crate) fn query_number(&self, name: &str, otherwise: usize) -> Option<usize> {
        match self.query(name) {
            None => Some(otherwise),
            Some(text) => text.parse().ok(),
        }
    }
}

/// Media type and content of an answer that is no JSON.
pub(crate) type File = (&'static str, Vec<u8>);

/// What a service answers.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Sent in the place of the body.
    pub(crate) file: Option<Box<File>>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: Value) -> Self {
        Self {
            status,
            body,
            headers: Vec::new(),
            file: None,
        }
    }

    /// An answer that is no JSON.
    pub(crate) fn file(media_type: &'static str, content: Vec<u8>) -> Self {
        Self {
            file: Some(Box::new((media_type, content))),
            ..Self::ok(Value::Null)
        }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::new(200, body)
    }
}

/// `Err` is a refusal: an answer too, but one that says no.
pub(crate) type Outcome = Result<Answer, Answer>;

/// The pairs of a query string.
pub(crate) fn parse_query(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (
                decode(&key.replace('+', " ")),
                decode(&value.replace('+', " ")),
            )
        })
        .collect()
}

/// Percent-decoding, keeping the text as it is when the result is no UTF-8.
pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text)
        .decode_utf8()
        .map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

/// An object without the members that are null: HighLevel leaves out what is absent in most
/// answers.
pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter()
                .filter(|(_, v)| !v.is_null())
                .collect::<Map<_, _>>(),
        ),
        other => other,
    }
}

/// Adds members to an object.
pub(crate) fn with(mut value: Value, more: Value) -> Value {
    if let (Value::Object(into), Value::Object(more)) = (&mut value, more) {
        into.extend(more);
    }
    value
}
