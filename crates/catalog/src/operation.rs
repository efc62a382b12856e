//! What a row of the catalog says.

use foxbridge_model::Service;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What an operation does in the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Nothing changes.
    Read,
    /// A record of a service changes.
    Write,
    /// A real person may be contacted, or a queue that contacts people changes.
    Outreach,
    /// Something is removed that cannot simply be put back.
    Destructive,
}

/// HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ParamPlace {
    Path,
    Query,
}

/// A path or query parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Param {
    /// Name on the wire.
    pub name: String,
    /// Path or query.
    pub place: ParamPlace,
    /// Whether a call without it is refused.
    pub required: bool,
    /// JSON Schema of the value (as sent: query values are text on the wire).
    pub schema: Value,
    /// A few own words about it.
    pub help: String,
}

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BodyFormat {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data`.
    Multipart,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Whether a call without a body is refused.
    pub required: bool,
    /// Encoding.
    pub format: BodyFormat,
    /// JSON Schema, self-contained (references are resolved into `$defs`). HighLevel refuses
    /// unknown keys, so `additionalProperties` is false unless the vendor's contract is open.
    pub schema: Value,
}

/// Which kind of Aimfox key an operation asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyType {
    /// A workspace's own key.
    Normal,
    /// An agency's master key.
    Master,
}

/// One endpoint of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Operation {
    /// `<service>.<resource>.<verb>`, e.g. `highlevel.contacts.get`. Never changes.
    pub id: String,
    /// Whose it is.
    pub service: Service,
    /// The group it is listed under, e.g. `contacts`.
    pub resource: String,
    /// A short title in plain words, e.g. "Get a contact".
    pub title: String,
    /// One line of help, in our own words.
    pub help: String,
    /// HTTP method.
    pub method: Method,
    /// Path below the service's base URL, with `{name}` for each path parameter.
    pub path: String,
    /// Path parameters in path order, then query parameters.
    pub params: Vec<Param>,
    /// The body, if it takes one.
    pub body: Option<Body>,
    /// JSON Schema of a successful answer. Open: services add fields.
    pub result: Value,
    /// HighLevel OAuth scopes; any one of them opens it. Empty for Aimfox.
    pub scopes: Vec<String>,
    /// Aimfox key type; `None` for HighLevel.
    pub key: Option<KeyType>,
    /// What it does in the world.
    pub effect: Effect,
    /// Whether sending it twice leaves the same state as sending it once, so that a call whose
    /// outcome is unknown may be sent again.
    pub idempotent: bool,
    /// Values of the `Version` header it exists in; the first is the one sent. Empty for Aimfox.
    pub versions: Vec<String>,
    /// Set when the vendor deprecated it: what to use instead.
    pub deprecated: Option<String>,
    /// One of the sixteen endpoints the product promises.
    pub mission: bool,
    /// How the operation reads in another version of the API than the first of `versions`, where
    /// it reads differently. Complete, so that nothing has to be merged by the reader.
    #[serde(default)]
    pub variants: Vec<Variant>,
}

/// An operation as a later version of the API has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// Value of the `Version` header.
    pub version: String,
    /// Path below the service's base URL.
    pub path: String,
    /// Path parameters in path order, then query parameters.
    pub params: Vec<Param>,
    /// The body, if it takes one.
    pub body: Option<Body>,
    /// JSON Schema of a successful answer.
    pub result: Value,
}

impl Operation {
    /// The values it needs in the path, in path order.
    pub fn path_params(&self) -> impl Iterator<Item = &Param> {
        self.params
            .iter()
            .filter(|param| param.place == ParamPlace::Path)
    }

    /// The values it can take in the query string.
    pub fn query_params(&self) -> impl Iterator<Item = &Param> {
        self.params
            .iter()
            .filter(|param| param.place == ParamPlace::Query)
    }

    /// The row as another version of the API has it, with nothing of the others in it.
    pub(crate) fn reading(&self, version: &str) -> Self {
        let mut row = self.clone();
        row.versions = vec![version.to_owned()];
        row.variants.clear();
        if let Some(variant) = self.variant(version).cloned() {
            row.path = variant.path;
            row.params = variant.params;
            row.body = variant.body;
            row.result = variant.result;
        }
        row
    }

    /// How it reads under the given `Version` header, when that differs from the row itself.
    pub fn variant(&self, version: &str) -> Option<&Variant> {
        self.variants
            .iter()
            .find(|variant| variant.version == version)
    }
}
