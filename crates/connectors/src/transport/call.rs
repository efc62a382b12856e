//! A call, before it is checked and sent.

use foxbridge_catalog::{BodyFormat, Operation};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};

/// A call of one operation.
#[derive(Debug, Clone)]
pub struct Call {
    pub(super) operation: &'static Operation,
    pub(super) path: Vec<(&'static str, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Value,
    pub(super) fields: Vec<(&'static str, Field)>,
}

/// A member of a body that holds secrets.
#[derive(Debug, Clone)]
pub(super) enum Field {
    Plain(String),
    Secret(SecretString),
}

impl Field {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Secret(secret) => secret.expose_secret(),
        }
    }
}

impl Call {
    /// A call without parameters.
    pub fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            path: Vec::new(),
            query: Vec::new(),
            body: Value::Null,
            fields: Vec::new(),
        }
    }

    /// What it calls.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Sets a path parameter. It is encoded when the call is made.
    #[must_use]
    pub fn path(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.path.push((name, value.into()));
        self
    }

    /// Adds a query parameter.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query.push((name.into(), value.into()));
        self
    }

    /// Sets the JSON body.
    #[must_use]
    pub fn body(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    /// Adds a member to a body that is made of texts.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.fields.push((name, Field::Plain(value.into())));
        self
    }

    /// Adds a secret member to a body that is made of texts: it is shown by nothing, and taken out
    /// of an error that quotes it.
    #[must_use]
    pub fn secret(mut self, name: &'static str, value: &SecretString) -> Self {
        self.fields.push((name, Field::Secret(value.clone())));
        self
    }

    /// Takes a member out again.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| *known != name);
        self
    }

    pub(super) fn hidden(&self) -> Vec<SecretString> {
        let secret = |(_, field): &(_, Field)| match field {
            Field::Secret(secret) => Some(secret.clone()),
            Field::Plain(_) => None,
        };
        self.fields.iter().filter_map(secret).collect()
    }

    /// The body for the catalog's check, with a word in the place of each secret.
    pub(super) fn shown_body(&self) -> Value {
        if self.fields.is_empty() {
            return self.body.clone();
        }
        let member = |(name, field): &(&str, Field)| {
            let text = match field {
                Field::Plain(text) => text,
                Field::Secret(_) => "secret",
            };
            ((*name).to_owned(), Value::from(text))
        };
        Value::Object(self.fields.iter().map(member).collect())
    }

    /// The media type and the bytes of a body that holds secrets; `None` for every other.
    pub(super) fn encoded(&self) -> serde_json::Result<Option<(String, Vec<u8>)>> {
        if self.fields.is_empty() {
            return Ok(None);
        }
        let format = self.operation.body.as_ref().map(|body| body.format);
        if format == Some(BodyFormat::Form) {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(self.fields.iter().map(|(name, field)| (name, field.text())));
            let media_type = "application/x-www-form-urlencoded".to_owned();
            return Ok(Some((media_type, form.finish().into_bytes())));
        }
        let member = |(name, field): &(&str, Field)| ((*name).to_owned(), field.text().into());
        let body: Map<String, Value> = self.fields.iter().map(member).collect();
        Ok(Some((
            "application/json".to_owned(),
            serde_json::to_vec(&body)?,
        )))
    }
}
