//! A value that fits a schema, for forms, for `ops show` and for the sandbox's plain answers.

use serde_json::{Map, Value, json};

use crate::operation::Operation;

/// How much of a schema a sample fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Only what is required.
    Required,
    /// Every field.
    Everything,
}

impl Operation {
    /// A body that passes [`Operation::check_body`]; `None` when the operation takes none.
    pub fn sample_body(&self, fill: Fill) -> Option<Value> {
        self.body.as_ref().map(|body| sample(&body.schema, fill))
    }

    /// An answer that fits the result schema, with every field of it.
    pub fn sample_result(&self) -> Value {
        sample(&self.result, Fill::Everything)
    }
}

/// A value that fits `schema`: its example, its first allowed value, or the plainest of its type.
/// The same schema always gives the same value.
pub fn sample(schema: &Value, fill: Fill) -> Value {
    value(schema, schema, fill, 0)
}

/// A shape that contains itself is cut off here, where lists end and optional fields stay out.
const DEPTH: usize = 6;

fn value(root: &Value, schema: &Value, fill: Fill, depth: usize) -> Value {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = reference
            .strip_prefix('#')
            .and_then(|path| root.pointer(path));
        return target.map_or(Value::Null, |target| value(root, target, fill, depth + 1));
    }
    if let Some(example) = schema.get("examples").and_then(|examples| examples.get(0)) {
        return example.clone();
    }
    if let Some(first) = schema.get("enum").and_then(|values| values.get(0)) {
        return first.clone();
    }
    if let Some(first) = schema.get("anyOf").and_then(|parts| parts.get(0)) {
        return value(root, first, fill, depth);
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("string") => text(schema),
        Some("integer" | "number") => number(schema),
        Some("boolean") => Value::Bool(true),
        Some("array") => {
            let least = schema["minItems"].as_u64().unwrap_or(0);
            let count = if fill == Fill::Everything && depth < DEPTH {
                least.max(1)
            } else {
                least
            };
            match schema.get("items") {
                Some(item) => (0..count)
                    .map(|_| value(root, item, fill, depth + 1))
                    .collect(),
                None => json!([]),
            }
        }
        Some("object") => object(root, schema, fill, depth),
        Some(_) => Value::Null,
        // Any value will do; text is understood everywhere.
        None => json!("example"),
    }
}

fn object(root: &Value, schema: &Value, fill: Fill, depth: usize) -> Value {
    let required = |name: &str| {
        schema["required"]
            .as_array()
            .is_some_and(|names| names.iter().any(|each| each == name))
    };
    let mut fields = Map::new();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        if required(name) || (fill == Fill::Everything && depth < DEPTH) {
            fields.insert(name.clone(), value(root, field, fill, depth + 1));
        }
    }
    if let Some(rest) = schema
        .get("additionalProperties")
        .filter(|rest| rest.is_object())
        && fill == Fill::Everything
        && depth < DEPTH
    {
        fields.insert("example".into(), value(root, rest, fill, depth + 1));
    }
    Value::Object(fields)
}

fn text(schema: &Value) -> Value {
    let plain = match schema["format"].as_str() {
        Some("date-time") => "2026-01-15T09:30:00.000Z",
        Some("date") => "2026-01-15",
        Some("uuid") => "2b8f6f1e-5a43-4c7e-9d0a-6f3b1c2d4e5f",
        Some("email") => "ada@example.com",
        Some("uri") => "https://example.com/",
        // "An example\n"
        Some("binary") => "data:text/plain;name=example.txt;base64,QW4gZXhhbXBsZQo=",
        _ => "example",
    };
    let most = schema["maxLength"]
        .as_u64()
        .map_or(usize::MAX, |most| most as usize);
    let least = schema["minLength"].as_u64().unwrap_or(0) as usize;
    let mut text: String = plain.chars().take(most).collect();
    while text.chars().count() < least {
        text.push('x');
    }
    text.into()
}

fn number(schema: &Value) -> Value {
    let least = schema["minimum"].as_i64();
    let most = schema["maximum"].as_i64();
    match (least, most) {
        (Some(least), _) if least > 1 => least.into(),
        (_, Some(most)) if most < 1 => most.into(),
        _ => 1.into(),
    }
}
