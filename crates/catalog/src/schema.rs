//! From the shorthand to JSON Schema (draft 2020-12).
//!
//! Shapes that are tables become `$defs` of the schema that uses them, so each schema stands alone.
//! A request schema is closed (HighLevel answers 422 to an unknown key, facts/highlevel.md §1.3);
//! an answer is open, because services add fields without notice.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::check;
use crate::shorthand::{self, Field, Range, Type};

/// What the rows of one file may refer to: its own words first, then the service's.
#[derive(Debug, Default, Clone)]
pub(crate) struct Words {
    pub(crate) shapes: BTreeMap<String, toml::Value>,
    pub(crate) examples: BTreeMap<String, toml::Value>,
    pub(crate) help: BTreeMap<String, String>,
}

/// Builds one self-contained schema.
pub(crate) struct Builder<'a> {
    words: &'a Words,
    request: bool,
    defs: Map<String, Value>,
}

impl<'a> Builder<'a> {
    /// A builder of closed schemas, with examples and help.
    pub(crate) fn request(words: &'a Words) -> Self {
        Self {
            words,
            request: true,
            defs: Map::new(),
        }
    }

    /// A builder of open schemas.
    pub(crate) fn answer(words: &'a Words) -> Self {
        Self {
            words,
            request: false,
            defs: Map::new(),
        }
    }

    /// The schema of a whole body or answer: a type in shorthand, or a table of fields.
    pub(crate) fn root(mut self, value: &toml::Value) -> Result<Value, String> {
        let mut schema = match value {
            toml::Value::String(text) => {
                let field = shorthand::field(text)?;
                let table = match &field.kind {
                    Type::Shape(name) => self.table(name)?,
                    _ => None,
                };
                match table {
                    // The outermost shape is written out, so that a form need not follow a
                    // reference to know its first fields.
                    Some(table) => self.object(table)?,
                    None => self.kind(&field.kind)?,
                }
            }
            toml::Value::Table(table) => self.object(table)?,
            other => {
                return Err(format!(
                    "a type is text or a table, not {}",
                    other.type_str()
                ));
            }
        };
        if !self.defs.is_empty()
            && let Some(schema) = schema.as_object_mut()
        {
            schema.insert("$defs".into(), Value::Object(self.defs));
        }
        Ok(schema)
    }

    /// The schema of a parameter, whether it is required, and its help.
    pub(crate) fn param(
        mut self,
        name: &str,
        text: &str,
    ) -> Result<(Value, bool, Option<String>), String> {
        let (mut schema, required) = self.field(name, text)?;
        if !self.defs.is_empty() {
            return Err(format!(
                "parameter {name} is an object; a query can only carry values"
            ));
        }
        let help = schema
            .as_object_mut()
            .and_then(|schema| schema.remove("description"));
        Ok((
            schema,
            required,
            help.and_then(|help| help.as_str().map(str::to_owned)),
        ))
    }

    fn table(&self, name: &str) -> Result<Option<&'a toml::Table>, String> {
        match self.words.shapes.get(name) {
            Some(toml::Value::Table(table)) => Ok(Some(table)),
            Some(toml::Value::String(_)) => Ok(None),
            Some(_) => Err(format!("shape {name} is neither a table nor a type")),
            None => Err(format!("there is no shape {name}")),
        }
    }

    fn object(&mut self, table: &toml::Table) -> Result<Value, String> {
        let mut properties = Map::new();
        let mut required = vec![];
        let mut rest = (!self.request).then_some(Value::Null);
        self.fields(table, &mut properties, &mut required, &mut rest)?;
        let mut schema = Map::new();
        schema.insert("type".into(), "object".into());
        if !properties.is_empty() {
            schema.insert("properties".into(), Value::Object(properties));
        }
        if !required.is_empty() {
            schema.insert("required".into(), required.into());
        }
        match rest {
            None => {
                schema.insert("additionalProperties".into(), false.into());
            }
            Some(Value::Null) => {}
            Some(of) => {
                schema.insert("additionalProperties".into(), of);
            }
        }
        Ok(Value::Object(schema))
    }

    /// Adds the fields of a table: `"..."` takes over those of other shapes, `"*"` says what other
    /// keys may hold.
    fn fields(
        &mut self,
        table: &toml::Table,
        properties: &mut Map<String, Value>,
        required: &mut Vec<String>,
        rest: &mut Option<Value>,
    ) -> Result<(), String> {
        for (key, value) in table {
            match (key.as_str(), value) {
                ("...", toml::Value::String(names)) => {
                    for name in names.split_whitespace() {
                        let base = self
                            .table(name)?
                            .ok_or_else(|| format!("{name} has no fields to take over"))?;
                        self.fields(base, properties, required, rest)?;
                    }
                }
                ("*", toml::Value::String(text)) => {
                    let kind = shorthand::field(text)?.kind;
                    *rest = Some(match kind {
                        Type::Any => Value::Null,
                        kind => self.kind(&kind)?,
                    });
                }
                (_, toml::Value::String(text)) => {
                    let (schema, must) = self
                        .field(key, text)
                        .map_err(|error| format!("{key}: {error}"))?;
                    properties.insert(key.clone(), schema);
                    required.retain(|name| name != key);
                    if must {
                        required.push(key.clone());
                    }
                }
                (_, toml::Value::Table(inner)) => {
                    let schema = self
                        .object(inner)
                        .map_err(|error| format!("{key}.{error}"))?;
                    properties.insert(key.clone(), schema);
                }
                (_, other) => {
                    return Err(format!(
                        "{key}: a type is text or a table, not {}",
                        other.type_str()
                    ));
                }
            }
        }
        Ok(())
    }

    fn field(&mut self, name: &str, text: &str) -> Result<(Value, bool), String> {
        let mut field = shorthand::field(text)?;
        // A shape that is only a name for a type is written out, with its own help and example.
        while let Type::Shape(shape) = &field.kind {
            let Some(toml::Value::String(alias)) = self.words.shapes.get(shape) else {
                break;
            };
            let Field {
                kind,
                example,
                help,
                ..
            } = shorthand::field(alias)?;
            field = Field {
                kind,
                required: field.required,
                example: field.example.or(example),
                help: field.help.or(help),
            };
        }
        let mut schema = self.kind(&field.kind)?;
        if self.request {
            self.annotate(name, &field, &mut schema)?;
        }
        Ok((schema, field.required))
    }

    /// Adds help and an example: the field's own, else the service's for that name.
    fn annotate(&self, name: &str, field: &Field, schema: &mut Value) -> Result<(), String> {
        let example = match &field.example {
            Some(text) => Some(literal(text, schema)?),
            None => self
                .words
                .examples
                .get(name)
                .and_then(to_json)
                .filter(|example| {
                    schema.get("enum").is_none()
                        && schema.get("$ref").is_none()
                        && schema.get("anyOf").is_none()
                        && check::check(schema, example, "").is_empty()
                }),
        };
        let help = field.help.as_ref().or_else(|| self.words.help.get(name));
        if let Some(schema) = schema.as_object_mut() {
            if let Some(help) = help {
                schema.insert("description".into(), help.clone().into());
            }
            if let Some(example) = example {
                schema.insert("examples".into(), json!([example]));
            }
        }
        Ok(())
    }

    fn kind(&mut self, kind: &Type) -> Result<Value, String> {
        Ok(match kind {
            Type::Any => json!({}),
            Type::Null => json!({ "type": "null" }),
            Type::Basic {
                name,
                format,
                range,
            } => {
                let mut schema = Map::new();
                schema.insert("type".into(), (*name).into());
                if let Some(format) = format {
                    schema.insert("format".into(), format.clone().into());
                }
                let (min, max) = match *name {
                    "string" => ("minLength", "maxLength"),
                    "object" => ("minProperties", "maxProperties"),
                    _ => ("minimum", "maximum"),
                };
                bounds(&mut schema, *range, min, max);
                Value::Object(schema)
            }
            Type::Literal(value) => match value {
                Value::String(_) => json!({ "type": "string", "enum": [value] }),
                _ => json!({ "type": "integer", "enum": [value] }),
            },
            Type::List(item, range) => {
                let mut schema = Map::new();
                schema.insert("type".into(), "array".into());
                schema.insert("items".into(), self.kind(item)?);
                bounds(&mut schema, *range, "minItems", "maxItems");
                Value::Object(schema)
            }
            Type::Map(value) => match self.kind(value)? {
                Value::Object(any) if any.is_empty() => json!({ "type": "object" }),
                value => json!({ "type": "object", "additionalProperties": value }),
            },
            Type::Shape(name) => self.shape(name)?,
            Type::Either(parts) => {
                let parts = parts
                    .iter()
                    .map(|part| self.kind(part))
                    .collect::<Result<Vec<_>, _>>()?;
                either(parts)
            }
        })
    }

    fn shape(&mut self, name: &str) -> Result<Value, String> {
        match self.table(name)? {
            None => {
                let Some(toml::Value::String(alias)) = self.words.shapes.get(name) else {
                    return Err(format!("there is no shape {name}"));
                };
                let kind = shorthand::field(alias)
                    .map_err(|error| format!("{name}: {error}"))?
                    .kind;
                self.kind(&kind)
            }
            Some(table) => {
                if !self.defs.contains_key(name) {
                    // A placeholder first, so that a shape may contain itself.
                    self.defs.insert(name.to_owned(), Value::Null);
                    let schema = self
                        .object(table)
                        .map_err(|error| format!("{name}.{error}"))?;
                    self.defs.insert(name.to_owned(), schema);
                }
                Ok(json!({ "$ref": format!("#/$defs/{name}") }))
            }
        }
    }
}

fn bounds(schema: &mut Map<String, Value>, range: Range, min: &str, max: &str) {
    if let Some(bound) = range.min {
        schema.insert(min.into(), bound.into());
    }
    if let Some(bound) = range.max {
        schema.insert(max.into(), bound.into());
    }
}

/// Joins alternatives: values into one enum, plain types into one type list, the rest as `anyOf`.
fn either(parts: Vec<Value>) -> Value {
    let only = |part: &Value, keys: &[&str]| {
        part.as_object()
            .is_some_and(|part| part.keys().all(|key| keys.contains(&key.as_str())))
    };
    let null = json!({ "type": "null" });
    let rest: Vec<&Value> = parts.iter().filter(|part| **part != null).collect();
    let mut types: Vec<Value> = vec![];
    for part in &parts {
        if let Some(kind) = part.get("type")
            && !types.contains(kind)
        {
            types.push(kind.clone());
        }
    }
    let kinds = |types: Vec<Value>| match <[Value; 1]>::try_from(types) {
        Ok([one]) => one,
        Err(types) => Value::Array(types),
    };
    if rest
        .iter()
        .all(|part| part.get("enum").is_some() && only(part, &["type", "enum"]))
    {
        let mut values: Vec<Value> = vec![];
        for part in &rest {
            values.extend(part["enum"].as_array().into_iter().flatten().cloned());
        }
        if parts.len() > rest.len() {
            values.push(Value::Null);
        }
        return json!({ "type": kinds(types), "enum": values });
    }
    if let [one] = rest.as_slice()
        && let Some(kind) = one.get("type").filter(|kind| kind.is_string())
    {
        let mut schema = (*one).clone();
        schema["type"] = json!([kind, "null"]);
        return schema;
    }
    if parts
        .iter()
        .all(|part| only(part, &["type"]) && part.get("type").is_some())
    {
        return json!({ "type": types });
    }
    json!({ "anyOf": parts })
}

/// Reads an example as the value its type asks for: text as it stands, anything else as JSON.
fn literal(text: &str, schema: &Value) -> Result<Value, String> {
    if schema["type"] == "string" || schema["type"] == json!(["string", "null"]) {
        return Ok(text.into());
    }
    serde_json::from_str(text).map_err(|_| format!("example {text:?} is not JSON"))
}

fn to_json(value: &toml::Value) -> Option<Value> {
    serde_json::to_value(value).ok()
}
