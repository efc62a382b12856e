//! What a service refuses before it looks at its records: parameters and bodies that are not what
//! the catalog's row says. The words are those of the services' own validators: class-validator on
//! HighLevel (`facts/highlevel.md` §6), Joi on Aimfox (`facts/aimfox.md` §1).

use foxbridge_catalog::{BodyFormat, ParamPlace};
use serde_json::Value;

use crate::call::Call;

/// Whose words are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Every complaint, unknown members too.
    HighLevel,
    /// Unknown members are passed over (`facts/aimfox.md` §3: paging in the body is ignored).
    Aimfox,
}

/// Everything that is wrong with a call's parameters and body.
pub(crate) fn complaints(call: &Call, dialect: Dialect) -> Vec<String> {
    let mut found = Found {
        dialect,
        complaints: Vec::new(),
    };
    let params = &call.row.params;
    let path = params.iter().filter(|p| p.place == ParamPlace::Path);
    for (param, value) in path.zip(&call.path) {
        let at = found.place("params", &param.name);
        found.text(&param.schema, value, &at);
    }
    for param in params.iter().filter(|p| p.place == ParamPlace::Query) {
        let at = found.place("query", &param.name);
        let mut given = call.queries(&param.name).peekable();
        if given.peek().is_none() && param.required {
            found.missing(&at);
        }
        let schema = param.schema.get("items").unwrap_or(&param.schema);
        for value in given {
            found.text(schema, value, &at);
        }
    }
    if let Some(body) = &call.row.body {
        let at = match dialect {
            Dialect::HighLevel => "",
            Dialect::Aimfox => "body",
        };
        let nothing = Value::Object(serde_json::Map::new());
        let given = if call.body.is_null() {
            &nothing
        } else {
            &call.body
        };
        if call.body.is_null() && body.schema["type"] != "object" {
            if body.required {
                found.missing("body");
            }
        } else if body.format == BodyFormat::Json {
            found.value(&body.schema, &body.schema, given, at);
        } else {
            // In a form everything is text: only what is missing can be told.
            found.required(&body.schema, given, at);
        }
    }
    found.complaints
}

struct Found {
    dialect: Dialect,
    complaints: Vec<String>,
}

impl Found {
    fn place(&self, part: &str, name: &str) -> String {
        match self.dialect {
            Dialect::HighLevel => name.to_owned(),
            Dialect::Aimfox => format!("{part}.{name}"),
        }
    }

    fn say(&mut self, at: &str, highlevel: &str, aimfox: &str) {
        self.complaints.push(match self.dialect {
            Dialect::HighLevel if at.is_empty() => format!("the body {highlevel}"),
            Dialect::HighLevel => format!("{at} {highlevel}"),
            Dialect::Aimfox => format!("\"{at}\" {aimfox}"),
        });
    }

    fn missing(&mut self, at: &str) {
        self.say(at, "should not be empty", "is required");
    }

    /// A value that came as text.
    fn text(&mut self, schema: &Value, text: &str, at: &str) {
        let kinds = kinds(schema);
        if kinds.contains(&"string") || kinds.is_empty() {
            return self.value(schema, schema, &Value::String(text.to_owned()), at);
        }
        let read = serde_json::from_str::<Value>(text).unwrap_or(Value::String(text.to_owned()));
        self.value(schema, schema, &read, at);
    }

    fn required(&mut self, schema: &Value, given: &Value, at: &str) {
        for name in names(schema) {
            let value = given.get(name);
            let blank = value.is_none_or(|value| {
                value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
            });
            // A member that may be null or empty need only be there.
            let strict = value.is_none() || kinds(&schema["properties"][name]) == ["string"];
            if blank && strict {
                self.missing(&inside(at, name));
            }
        }
    }

    fn value(&mut self, root: &Value, schema: &Value, value: &Value, at: &str) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = reference
                .strip_prefix('#')
                .and_then(|path| root.pointer(path));
            return target
                .into_iter()
                .for_each(|target| self.value(root, target, value, at));
        }
        if let Some(parts) = schema.get("anyOf").and_then(Value::as_array) {
            let fits = parts.iter().any(|part| {
                let mut trial = Self {
                    dialect: self.dialect,
                    complaints: Vec::new(),
                };
                trial.value(root, part, value, at);
                trial.complaints.is_empty()
            });
            if !fits {
                self.say(
                    at,
                    "has a value of a wrong type",
                    "does not match any of the allowed types",
                );
            }
            return;
        }
        let kinds = kinds(schema);
        if !kinds.is_empty() && !kinds.iter().any(|kind| is(kind, value)) {
            let (highlevel, aimfox) = wanted(kinds.first().copied().unwrap_or(""));
            return self.say(at, highlevel, aimfox);
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array)
            && !values.contains(value)
        {
            let list: Vec<String> = values
                .iter()
                .map(|value| value.as_str().map_or(value.to_string(), str::to_owned))
                .collect();
            let list = list.join(", ");
            return self.say(
                at,
                &format!("must be one of the following values: {list}"),
                &format!("must be one of [{list}]"),
            );
        }
        self.bounds(schema, value, at);
        match value {
            Value::Array(items) => {
                for (n, item) in items.iter().enumerate() {
                    self.value(root, &schema["items"], item, &inside(at, &n.to_string()));
                }
            }
            Value::Object(members) => {
                self.required(schema, value, at);
                let properties = &schema["properties"];
                for (name, member) in members {
                    match properties.get(name) {
                        Some(known) => self.value(root, known, member, &inside(at, name)),
                        None => self.unknown(root, schema, name, member, at),
                    }
                }
            }
            _ => {}
        }
    }

    fn unknown(&mut self, root: &Value, schema: &Value, name: &str, member: &Value, at: &str) {
        match &schema["additionalProperties"] {
            Value::Bool(false) if self.dialect == Dialect::HighLevel => {
                let dot = if at.is_empty() { "" } else { "." };
                self.complaints
                    .push(format!("{at}{dot}property {name} should not exist"));
            }
            rest @ Value::Object(_) => self.value(root, rest, member, &inside(at, name)),
            _ => {}
        }
    }

    fn bounds(&mut self, schema: &Value, value: &Value, at: &str) {
        let bound = |name: &str| schema[name].as_f64();
        let (size, least, most) = match value {
            Value::Number(number) => (number.as_f64(), bound("minimum"), bound("maximum")),
            Value::String(text) => {
                let length = text.chars().count() as f64;
                (Some(length), bound("minLength"), bound("maxLength"))
            }
            Value::Array(items) => (
                Some(items.len() as f64),
                bound("minItems"),
                bound("maxItems"),
            ),
            _ => return,
        };
        let size = size.unwrap_or_default();
        if let Some(least) = least.filter(|least| size < *least) {
            self.say(
                at,
                &format!("must not be less than {least}"),
                &format!("must be greater than or equal to {least}"),
            );
        }
        if let Some(most) = most.filter(|most| size > *most) {
            self.say(
                at,
                &format!("must not be greater than {most}"),
                &format!("must be less than or equal to {most}"),
            );
        }
    }
}

fn inside(at: &str, name: &str) -> String {
    if at.is_empty() {
        name.to_owned()
    } else {
        format!("{at}.{name}")
    }
}

fn names(schema: &Value) -> impl Iterator<Item = &str> {
    let names = schema["required"].as_array().into_iter().flatten();
    names.filter_map(Value::as_str)
}

/// The JSON types a schema allows; empty when it does not say.
fn kinds(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

fn wanted(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "string" => ("must be a string", "must be a string"),
        "number" => (
            "must be a number conforming to the specified constraints",
            "must be a number",
        ),
        "integer" => ("must be an integer number", "must be an integer"),
        "boolean" => ("must be a boolean value", "must be a boolean"),
        "array" => ("must be an array", "must be an array"),
        _ => ("must be an object", "must be of type object"),
    }
}
