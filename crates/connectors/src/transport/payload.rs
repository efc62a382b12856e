//! The body of a request in the encoding that its operation takes: JSON, a form, or parts with files.

use foxbridge_catalog::{BodyFormat, File, Operation, Problem, is_file, is_secret};
use futures::TryStreamExt as _;
use reqwest::multipart;
use serde_json::Value;

/// A body, before it becomes bytes.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// `application/json`.
    Json(Value),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<Part>),
    /// `multipart/form-data`.
    Parts(Vec<Part>),
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name; a list is the same name several times.
    pub name: String,
    /// What it holds.
    pub content: Content,
}

/// What a field of a form holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text.
    Text(String),
    /// A file; only in parts.
    File(File),
}

impl Payload {
    /// The body of a call; `None` when it has none.
    ///
    /// # Errors
    /// Every file that is none, or is too long, by its field.
    pub(super) fn of(operation: &Operation, body: &Value) -> Result<Option<Self>, Vec<Problem>> {
        let format = match &operation.body {
            Some(spec) if !body.is_null() => spec.format,
            _ => return Ok(None),
        };
        if format == BodyFormat::Json {
            return Ok(Some(Self::Json(body.clone())));
        }
        let mut problems = Vec::new();
        let mut parts = Vec::new();
        for (name, value) in body.as_object().into_iter().flatten() {
            let takes_file = field(operation, name).is_some_and(is_file);
            let values = match value {
                Value::Array(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            for value in values.iter().filter(|value| !value.is_null()) {
                let text = match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let content = if takes_file {
                    match File::read(&text) {
                        Ok(file) => Content::File(file),
                        Err(what) => {
                            let at = format!("body.{name}");
                            problems.push(Problem { at, what });
                            continue;
                        }
                    }
                } else {
                    Content::Text(text)
                };
                let name = name.clone();
                parts.push(Part { name, content });
            }
        }
        match (problems.is_empty(), format) {
            (false, _) => Err(problems),
            (true, BodyFormat::Form) => Ok(Some(Self::Form(parts))),
            (true, _) => Ok(Some(Self::Parts(parts))),
        }
    }

    /// The media type and the bytes.
    ///
    /// # Errors
    /// When a file's media type is none.
    pub(super) async fn encode(&self) -> Result<(String, Vec<u8>), String> {
        match self {
            Self::Json(body) => {
                let bytes = serde_json::to_vec(body).map_err(|e| e.to_string())?;
                Ok(("application/json".to_owned(), bytes))
            }
            Self::Form(parts) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                for part in parts {
                    if let Content::Text(text) = &part.content {
                        form.append_pair(&part.name, text);
                    }
                }
                let kind = "application/x-www-form-urlencoded".to_owned();
                Ok((kind, form.finish().into_bytes()))
            }
            Self::Parts(parts) => {
                let mut form = multipart::Form::new();
                for part in parts {
                    form = form.part(part.name.clone(), encoded(&part.content)?);
                }
                let kind = format!("multipart/form-data; boundary={}", form.boundary());
                let chunks: Vec<_> = form
                    .into_stream()
                    .try_collect()
                    .await
                    .map_err(|e| e.to_string())?;
                Ok((kind, chunks.concat()))
            }
        }
    }

    /// The same with a name in the place of each secret that it holds, to be shown.
    pub(super) fn masked(mut self, operation: &Operation) -> Self {
        let secret = |name: &str| field(operation, name).is_some_and(is_secret);
        match &mut self {
            Self::Json(body) => {
                if let Some(spec) = &operation.body {
                    mask(&spec.schema, &spec.schema, body);
                }
            }
            Self::Form(parts) | Self::Parts(parts) => {
                for part in parts.iter_mut().filter(|part| secret(&part.name)) {
                    part.content = Content::Text(variable(&part.name));
                }
            }
        }
        self
    }
}

/// A field of the body, as the row has it; any other name is what the row says of the rest.
fn field<'a>(operation: &'a Operation, name: &str) -> Option<&'a Value> {
    let schema = &operation.body.as_ref()?.schema;
    let known = schema["properties"].get(name);
    known.or_else(|| schema.get("additionalProperties"))
}

/// Puts names in the place of the secrets of a JSON body, however deep they are.
fn mask(root: &Value, schema: &Value, value: &mut Value) {
    let reference = schema["$ref"].as_str();
    let schema = match reference.and_then(|to| root.pointer(to.strip_prefix('#')?)) {
        Some(target) => target,
        None => schema,
    };
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match schema["properties"].get(name) {
                    Some(inner) if is_secret(inner) => *member = variable(name).into(),
                    Some(inner) => mask(root, inner, member),
                    None => {}
                }
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| mask(root, &schema["items"], item)),
        _ => {}
    }
}

/// `clientSecret` and `client_secret` are both `$CLIENT_SECRET`.
fn variable(name: &str) -> String {
    let mut variable = "$".to_owned();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            variable.push('_');
        }
        variable.push(letter.to_ascii_uppercase());
    }
    variable
}

fn encoded(content: &Content) -> Result<multipart::Part, String> {
    match content {
        Content::Text(text) => Ok(multipart::Part::text(text.clone())),
        Content::File(file) => multipart::Part::bytes(file.bytes.clone())
            .file_name(file.name.clone())
            .mime_str(&file.media_type)
            .map_err(|_| format!("{} is no media type", file.media_type)),
    }
}
