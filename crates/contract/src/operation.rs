//! The catalog in full, and calling one operation by hand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{EffectName, OperationRow, ServiceName, SwitchName};

/// `operations.get` and `triggers.get`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CatalogId {
    /// Id of the row.
    pub id: String,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ParamPlaceName {
    Path,
    Query,
}

/// A path or query parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct ParamRow {
    /// Name on the wire.
    pub name: String,
    /// Path or query.
    pub place: ParamPlaceName,
    /// Whether a call without it is refused.
    pub required: bool,
    /// JSON Schema of the value.
    #[ts(type = "Record<string, unknown>")]
    pub schema: Value,
    /// A few words about it.
    pub help: String,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct BodyRow {
    /// Whether a call without a body is refused.
    pub required: bool,
    /// `json`, `form` or `multipart`.
    pub format: String,
    /// JSON Schema, self-contained. A text of the format `binary` is a file, as a data URL
    /// (`data:audio/mpeg;name=call.mp3;base64,…`); one of the format `password` is a secret.
    #[ts(type = "Record<string, unknown>")]
    pub schema: Value,
    /// The longest file it takes, in bytes.
    pub most_file_bytes: u32,
}

/// An operation as a later version of the API has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct VariantRow {
    /// Value of the `Version` header.
    pub version: String,
    /// Path below the base URL.
    pub path: String,
    /// Path parameters in path order, then query parameters.
    pub params: Vec<ParamRow>,
    /// The body, if it takes one.
    pub body: Option<BodyRow>,
    /// JSON Schema of a successful answer.
    #[ts(type = "Record<string, unknown>")]
    pub result: Value,
}

/// A catalog row in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OperationDetail {
    /// As listed.
    #[serde(flatten)]
    pub row: OperationRow,
    /// Path parameters in path order, then query parameters.
    pub params: Vec<ParamRow>,
    /// The body, if it takes one.
    pub body: Option<BodyRow>,
    /// JSON Schema of a successful answer.
    #[ts(type = "Record<string, unknown>")]
    pub result: Value,
    /// Aimfox key type, `normal` or `master`; `null` for HighLevel.
    pub key: Option<String>,
    /// Whether sending it twice leaves the same state as sending it once.
    pub idempotent: bool,
    /// Values of the `Version` header it exists in; the first is the one sent.
    pub versions: Vec<String>,
    /// Set when the vendor deprecated it: what to use instead.
    pub deprecated: Option<String>,
    /// One of the sixteen endpoints the product promises.
    pub mission: bool,
    /// How it reads in other versions than the first, where that differs.
    pub variants: Vec<VariantRow>,
}

impl OperationDetail {
    /// The same as a version of the API has it; `None` when it does not exist there.
    pub fn in_version(mut self, version: &str) -> Option<Self> {
        if !self.versions.iter().any(|known| known == version) {
            return None;
        }
        if let Some(variant) = self.variants.iter().find(|v| v.version == version).cloned() {
            self.row.path = variant.path;
            self.params = variant.params;
            self.body = variant.body;
            self.result = variant.result;
        }
        Some(self)
    }
}

/// The value of a parameter as it goes on the wire; several where it takes a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum ParamValue {
    One(String),
    Several(Vec<String>),
}

impl ParamValue {
    /// The values, in order.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Several(values) => values,
        }
    }
}

/// `operations.prepare` and `operations.call`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OperationCall {
    /// Which account.
    pub connection: String,
    /// Catalog operation id.
    pub operation: String,
    /// Value of the `Version` header; left out for the one that is sent by default.
    #[serde(default)]
    #[ts(optional)]
    pub version: Option<String>,
    /// Path and query parameters by name. The location's id may be left out.
    #[serde(default)]
    pub params: BTreeMap<String, ParamValue>,
    /// The body; left out or `null` for none.
    #[serde(default)]
    #[ts(optional, type = "unknown")]
    pub body: Option<Value>,
    /// The user means it: needed for what is switched to "ask", contacts people or destroys.
    #[serde(default)]
    pub confirm: bool,
}

/// A header of a request, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HeaderRow {
    /// Name.
    pub name: String,
    /// Value; `$TOKEN` stands for the secret.
    pub value: String,
}

/// A field of a form, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FormRow {
    /// Name; a list is the same name several times.
    pub name: String,
    /// Text, or the name of a file; `$NAME` stands for what was entered as a secret.
    pub value: String,
    /// Set when it is a file.
    pub file: Option<FileRow>,
}

/// What is known of a file that would be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileRow {
    /// Media type.
    pub media_type: String,
    /// Length in bytes.
    pub bytes: u32,
}

/// One fault of a call and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FieldProblem {
    /// `path.contactId`, `query.limit`, `body.tags[2]`.
    pub at: String,
    /// The fault, e.g. "is missing".
    pub what: String,
}

/// The exact request that a call would make. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct PreparedCall {
    /// HTTP method.
    pub method: String,
    /// Full address; a path value that is missing shows as `{name}`.
    pub url: String,
    /// In the order they are sent; `$TOKEN` stands for the secret.
    pub headers: Vec<HeaderRow>,
    /// JSON body, if any; `$NAME` stands for what was entered as a secret.
    #[ts(type = "unknown")]
    pub body: Option<Value>,
    /// The fields of a form, in order; empty when the body is JSON.
    pub form: Vec<FormRow>,
    /// The same as a command line that reads the secret from the variable `TOKEN`.
    pub curl: String,
    /// What must be put right first; empty when it can be sent.
    pub problems: Vec<FieldProblem>,
    /// How it is switched for this connection.
    pub switch: SwitchName,
    /// Whether it is sent only when confirmed.
    pub needs_confirm: bool,
    /// What it does in the world.
    pub effect: EffectName,
}

/// What a service answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CalledOperation {
    /// HTTP status.
    pub status: u16,
    /// The answer's JSON; `null` for an empty one.
    #[ts(type = "unknown")]
    pub answer: Value,
    /// From sending to the end of the answer.
    pub duration_ms: u32,
    /// Set when the service said no: its reason, in a sentence. Nothing was changed then.
    pub refused: Option<String>,
}

/// `operations.recent`: calls outside of runs, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecentQuery {
    /// At most this many; 500 at most.
    pub limit: u32,
}

/// How a trigger reaches us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum TriggerSourceName {
    /// The service calls an address of ours.
    Webhook,
    /// A run finds a difference.
    Detected,
    /// The clock.
    Schedule,
}

/// How well a trigger's payload is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum BasisName {
    /// Described by the vendor, or ours.
    Documented,
    /// Seen live by others.
    Observed,
    /// Likely like its siblings.
    Assumed,
}

/// A trigger, as listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TriggerRow {
    /// Never changes.
    pub id: String,
    /// Whose; `null` for our own.
    pub service: Option<ServiceName>,
    /// A short title.
    pub title: String,
    /// One line of help.
    pub help: String,
    /// How it reaches us.
    pub source: TriggerSourceName,
    /// How well its payload is known.
    pub basis: BasisName,
    /// The service's own name for it, where deliveries carry one.
    pub event: Option<String>,
    /// Scopes that let an app subscribe to it.
    pub scopes: Vec<String>,
    /// Names of what comes with it, so that a trigger can be found by them.
    pub fields: Vec<String>,
}

/// A trigger in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TriggerDetail {
    /// As listed.
    #[serde(flatten)]
    pub row: TriggerRow,
    /// JSON Schema of what comes with it.
    #[ts(type = "Record<string, unknown>")]
    pub payload: Value,
    /// Something that could come, made from the schema.
    #[ts(type = "unknown")]
    pub example: Value,
}
