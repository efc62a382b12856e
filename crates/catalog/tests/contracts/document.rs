//! Reads an OpenAPI document down to what a row says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

/// A document.
pub(crate) struct Document(Value);

/// One operation of a document.
pub(crate) struct Call {
    pub(crate) app: String,
    /// By place (`path`, `query`): name and whether it is required.
    pub(crate) params: BTreeMap<&'static str, BTreeMap<String, bool>>,
    pub(crate) body: Option<(Shape, bool)>,
    /// Of the first success that has one.
    pub(crate) result: Option<Shape>,
    pub(crate) versions: Vec<String>,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) deprecated: bool,
    pub(crate) key: Option<String>,
    pub(crate) effect: Option<String>,
}

/// The fields of a schema, with references, `allOf` and alternatives merged.
pub(crate) enum Shape {
    Object {
        fields: BTreeMap<String, Self>,
        required: BTreeSet<String>,
    },
    List(Box<Self>),
    Other,
}

/// Shapes that contain themselves are compared this deep.
const DEPTH: usize = 7;

impl Shape {
    pub(crate) fn of(root: &Value, schema: &Value) -> Self {
        Self::at(root, schema, 0)
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Object { .. } => "an object",
            Self::List(_) => "a list",
            Self::Other => "a value",
        }
    }

    fn at(root: &Value, schema: &Value, depth: usize) -> Self {
        if depth > DEPTH {
            return Self::Other;
        }
        let schema = resolve(root, schema);
        let parts = |key: &str| -> Vec<Self> {
            let parts = schema[key].as_array().into_iter().flatten();
            parts.map(|part| Self::at(root, part, depth)).collect()
        };
        let mut shape = Self::plain(root, schema, depth);
        for part in parts("allOf") {
            shape = shape.merge(part, true);
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(either) = parts(key).into_iter().reduce(|a, b| a.merge(b, false)) {
                shape = shape.merge(either, true);
            }
        }
        shape
    }

    fn plain(root: &Value, schema: &Value, depth: usize) -> Self {
        // Of several types (null aside) none can be relied on.
        let types = schema["type"].as_array().into_iter().flatten();
        if types.filter(|kind| *kind != "null").count() > 1 {
            return Self::Other;
        }
        if let Some(items) = schema.get("items") {
            return Self::List(Box::new(Self::at(root, items, depth + 1)));
        }
        let kind = &schema["type"];
        if schema.get("properties").is_none() && kind != "object" {
            return Self::Other;
        }
        // A map has no fields of its own.
        if schema["additionalProperties"].is_object() && schema.get("properties").is_none() {
            return Self::Other;
        }
        let fields = schema["properties"].as_object().into_iter().flatten();
        let required = schema["required"].as_array().into_iter().flatten();
        Self::Object {
            fields: fields
                .map(|(name, field)| (name.clone(), Self::at(root, field, depth + 1)))
                .collect(),
            required: required
                .filter_map(|name| name.as_str().map(str::to_owned))
                .collect(),
        }
    }

    /// Fields of both. When both must hold, so do both lists of what is required; when either will
    /// do, only what both require is required.
    fn merge(self, other: Self, both: bool) -> Self {
        match (self, other) {
            (
                Self::Object {
                    mut fields,
                    required,
                },
                Self::Object {
                    fields: more,
                    required: must,
                },
            ) => {
                for (name, field) in more {
                    let field = match fields.remove(&name) {
                        Some(first) => first.merge(field, both),
                        None => field,
                    };
                    fields.insert(name, field);
                }
                let required = if both {
                    required.union(&must).cloned().collect()
                } else {
                    required.intersection(&must).cloned().collect()
                };
                Self::Object { fields, required }
            }
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.merge(*b, both))),
            // Both: the one that says more. Either: nothing that can be relied on.
            (Self::Other, other) | (other, Self::Other) if both => other,
            (Self::Other, Self::Other) => Self::Other,
            (one, _) if both => one,
            _ => Self::Other,
        }
    }
}

fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => reference
            .strip_prefix('#')
            .and_then(|path| root.pointer(path))
            .map_or(schema, |target| resolve(root, target)),
        None => schema,
    }
}

impl Document {
    pub(crate) fn read(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    /// Every operation by method and path.
    pub(crate) fn calls(&self, app: &str) -> BTreeMap<String, Call> {
        let mut calls = BTreeMap::new();
        for (path, item) in self.0["paths"].as_object().unwrap() {
            for method in ["get", "post", "put", "patch", "delete"] {
                if let Some(operation) = item.get(method) {
                    let shared = item["parameters"].as_array().cloned().unwrap_or_default();
                    let name = format!("{} {path}", method.to_uppercase());
                    calls.insert(name, self.call(app, operation, &shared));
                }
            }
        }
        calls
    }

    fn call(&self, app: &str, operation: &Value, shared: &[Value]) -> Call {
        let root = &self.0;
        let mut params = BTreeMap::from([("path", BTreeMap::new()), ("query", BTreeMap::new())]);
        let mut versions = vec![];
        let own = operation["parameters"].as_array().into_iter().flatten();
        for param in own.chain(shared) {
            let param = resolve(root, param);
            let name = param["name"].as_str().unwrap().to_owned();
            let required = param["required"].as_bool().unwrap_or(false);
            match param["in"].as_str().unwrap() {
                "path" => params.get_mut("path").unwrap().insert(name, required),
                "query" => params.get_mut("query").unwrap().insert(name, required),
                _ => {
                    if name == "Version" {
                        let values = param["schema"]["enum"].as_array().into_iter().flatten();
                        versions.extend(values.filter_map(|v| v.as_str().map(str::to_owned)));
                    }
                    None
                }
            };
        }
        let body = operation.get("requestBody").map(|body| {
            let body = resolve(root, body);
            let content = body["content"]
                .as_object()
                .unwrap()
                .values()
                .next()
                .unwrap();
            let required = body["required"].as_bool().unwrap_or(false);
            (Shape::of(root, &content["schema"]), required)
        });
        let result = operation["responses"]
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(code, _)| code.starts_with('2'))
            .find_map(|(_, response)| {
                let content = resolve(root, response)["content"]
                    .as_object()?
                    .values()
                    .next()?;
                content.get("schema").map(|schema| Shape::of(root, schema))
            });
        let text = |key: &str| operation[key].as_str().map(str::to_owned);
        let scopes = operation["security"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|either| either.as_object().into_iter().flatten())
            .flat_map(|(_, scopes)| scopes.as_array().into_iter().flatten())
            .filter_map(|scope| scope.as_str().map(str::to_owned))
            .collect();
        Call {
            app: app.to_owned(),
            params,
            body,
            result,
            versions,
            scopes,
            deprecated: operation["deprecated"].as_bool().unwrap_or(false),
            key: text("x-key-type"),
            effect: text("x-effect"),
        }
    }

    /// The payload of every webhook of the document, by its key.
    pub(crate) fn webhooks(&self) -> BTreeMap<String, (Shape, Option<String>)> {
        let root = &self.0;
        let events = root["webhooks"].as_object().unwrap();
        let payload = |event: &Value| {
            let content = &event["post"]["requestBody"]["content"]["application/json"];
            let name = event["post"]["x-type-value"].as_str().map(str::to_owned);
            (Shape::of(root, &content["schema"]), name)
        };
        events
            .iter()
            .map(|(key, event)| (key.clone(), payload(event)))
            .collect()
    }
}
