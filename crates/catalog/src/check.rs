//! Checks a value against the part of JSON Schema that the shorthand can express.
//!
//! A validator of our own, because its words reach the user: each fault names the field and says
//! what belongs there. Its verdicts are held to the `jsonschema` crate's by a property test.

use serde_json::Value;

use crate::error::Problem;

/// Every fault of `value`, which the user knows as `at`. `format` is a note for people, not a rule.
pub(crate) fn check(schema: &Value, value: &Value, at: &str) -> Vec<Problem> {
    let mut problems = vec![];
    Checker { root: schema }.value(schema, value, at, &mut problems);
    problems
}

struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    fn value(&self, schema: &Value, value: &Value, at: &str, out: &mut Vec<Problem>) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = reference
                .strip_prefix('#')
                .and_then(|path| self.root.pointer(path));
            return match target {
                Some(target) => self.value(target, value, at, out),
                None => report(out, at, format!("has the unknown shape {reference}")),
            };
        }
        if let Some(parts) = schema.get("anyOf").and_then(Value::as_array) {
            return self.any_of(parts, value, at, out);
        }
        if let Some(kind) = schema.get("type")
            && !has_type(kind, value)
        {
            return report(out, at, format!("should be {}", name_types(kind)));
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array)
            && !values.iter().any(|allowed| same(allowed, value))
        {
            return report(out, at, format!("should be one of {}", name_values(values)));
        }
        match value {
            Value::String(text) => {
                // Counted in characters, as JSON Schema does.
                let length = text.chars().count() as u64;
                if length < bound(schema, "minLength").unwrap_or(0) {
                    let least = bound(schema, "minLength").unwrap_or(0);
                    report(out, at, format!("should have at least {least} characters"));
                }
                if let Some(most) = bound(schema, "maxLength").filter(|most| length > *most) {
                    report(out, at, format!("should have at most {most} characters"));
                }
            }
            Value::Number(number) => {
                let number = number.as_f64().unwrap_or_default();
                if let Some(least) = schema.get("minimum").filter(|least| less(number, least)) {
                    report(out, at, format!("should be at least {least}"));
                }
                if let Some(most) = schema.get("maximum").filter(|most| more(number, most)) {
                    report(out, at, format!("should be at most {most}"));
                }
            }
            Value::Array(items) => {
                let length = items.len() as u64;
                if let Some(least) = bound(schema, "minItems").filter(|least| length < *least) {
                    report(out, at, format!("should have at least {least} entries"));
                }
                if let Some(most) = bound(schema, "maxItems").filter(|most| length > *most) {
                    report(out, at, format!("should have at most {most} entries"));
                }
                if let Some(schema) = schema.get("items") {
                    for (index, item) in items.iter().enumerate() {
                        self.value(schema, item, &format!("{at}[{index}]"), out);
                    }
                }
            }
            Value::Object(object) => self.object(schema, object, at, out),
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn object(
        &self,
        schema: &Value,
        object: &serde_json::Map<String, Value>,
        at: &str,
        out: &mut Vec<Problem>,
    ) {
        let size = object.len() as u64;
        if let Some(least) = bound(schema, "minProperties").filter(|least| size < *least) {
            report(out, at, format!("should have at least {least} fields"));
        }
        if let Some(most) = bound(schema, "maxProperties").filter(|most| size > *most) {
            report(out, at, format!("should have at most {most} fields"));
        }
        for name in schema
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(name) = name.as_str()
                && !object.contains_key(name)
            {
                report(out, &format!("{at}.{name}"), "is missing".into());
            }
        }
        for (key, value) in object {
            let at = format!("{at}.{key}");
            match (
                schema["properties"].get(key),
                schema.get("additionalProperties"),
            ) {
                (Some(schema), _) => self.value(schema, value, &at, out),
                (None, Some(Value::Bool(false))) => {
                    report(out, &at, "is not a field of this call".into());
                }
                (None, Some(schema)) => self.value(schema, value, &at, out),
                (None, None) => {}
            }
        }
    }

    /// Any part will do. When none does, the only part that is not null speaks for itself, so that
    /// the fault is named where it is and not at the top.
    fn any_of(&self, parts: &[Value], value: &Value, at: &str, out: &mut Vec<Problem>) {
        let mut nearest: Option<Vec<Problem>> = None;
        let mut choices = 0;
        for part in parts {
            let mut problems = vec![];
            self.value(part, value, at, &mut problems);
            if problems.is_empty() {
                return;
            }
            if part["type"] != "null" {
                choices += 1;
                // A part of the right type has its faults deeper down.
                if choices == 1 || problems.iter().all(|problem| problem.at != at) {
                    nearest = Some(problems);
                }
            }
        }
        match nearest {
            Some(problems) if choices == 1 || problems.iter().all(|problem| problem.at != at) => {
                out.extend(problems);
            }
            _ => {
                let names: Vec<String> = parts.iter().map(|part| self.name(part)).collect();
                report(out, at, format!("should be {}", names.join(" or ")));
            }
        }
    }

    fn name(&self, part: &Value) -> String {
        if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
            let target = reference
                .strip_prefix('#')
                .and_then(|path| self.root.pointer(path));
            return target.map_or_else(|| "an object".into(), |target| self.name(target));
        }
        if let Some(values) = part.get("enum").and_then(Value::as_array) {
            return format!("one of {}", name_values(values));
        }
        part.get("type")
            .map_or_else(|| "a value".into(), name_types)
    }
}

/// Checks the text of a query value against its schema: on the wire every value is text.
pub(crate) fn check_text(schema: &Value, text: &str, at: &str) -> Vec<Problem> {
    let candidates = std::iter::once(Value::String(text.to_owned())).chain(
        serde_json::from_str::<Value>(text)
            .ok()
            .filter(|value| !value.is_null()),
    );
    let mut first = None;
    for candidate in candidates {
        let problems = check(schema, &candidate, at);
        if problems.is_empty() {
            return problems;
        }
        // A value that has the right type tells more than "should be a number".
        first = Some(problems);
    }
    first.unwrap_or_default()
}

fn report(out: &mut Vec<Problem>, at: &str, what: String) {
    out.push(Problem {
        at: at.to_owned(),
        what,
    });
}

fn bound(schema: &Value, key: &str) -> Option<u64> {
    schema.get(key).and_then(Value::as_u64)
}

/// Equality as JSON Schema has it, where 1 and 1.0 are one number.
fn same(a: &Value, b: &Value) -> bool {
    a == b || (a.is_number() && b.is_number() && a.as_f64() == b.as_f64())
}

fn less(number: f64, least: &Value) -> bool {
    least.as_f64().is_some_and(|least| number < least)
}

fn more(number: f64, most: &Value) -> bool {
    most.as_f64().is_some_and(|most| number > most)
}

fn has_type(kind: &Value, value: &Value) -> bool {
    match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| has_type(kind, value)),
        Value::String(kind) => match kind.as_str() {
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "number" => value.is_number(),
            "integer" => {
                value.is_i64()
                    || value.is_u64()
                    || value.as_f64().is_some_and(|number| number.fract() == 0.0)
            }
            "array" => value.is_array(),
            "object" => value.is_object(),
            "null" => value.is_null(),
            _ => false,
        },
        _ => true,
    }
}

fn name_types(kind: &Value) -> String {
    match kind {
        Value::Array(kinds) => {
            let names: Vec<String> = kinds.iter().map(name_types).collect();
            names.join(" or ")
        }
        Value::String(kind) => match kind.as_str() {
            "string" => "text",
            "boolean" => "true or false",
            "number" => "a number",
            "integer" => "a whole number",
            "array" => "a list",
            "object" => "an object",
            "null" => "null",
            other => other,
        }
        .into(),
        _ => "a value".into(),
    }
}

fn name_values(values: &[Value]) -> String {
    let names: Vec<String> = values
        .iter()
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::{Fill, all, sample};

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-2i64..4).prop_map(Value::from),
            prop::sample::select(vec![0.5, 1.0, 2.5]).prop_map(Value::from),
            prop::sample::select(vec!["", "a", "ab", "äöü"]).prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("[abc]", inner, 0..3)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// Schemas as the shorthand makes them.
    fn any_schema() -> impl Strategy<Value = Value> {
        let word = prop::sample::select(vec!["string", "integer", "number", "boolean"]);
        let leaf = prop_oneof![
            Just(json!({})),
            word.clone().prop_map(|word| json!({ "type": word })),
            word.prop_map(|word| json!({ "type": [word, "null"] })),
            Just(json!({ "type": "string", "enum": ["a", "ab"] })),
            Just(json!({ "type": ["integer", "null"], "enum": [1, 2, null] })),
            (0u64..3, 0u64..3).prop_map(
                |(least, more)| json!({ "type": "string", "minLength": least, "maxLength": least + more })
            ),
            (-1i64..3).prop_map(|least| json!({ "type": "number", "minimum": least, "maximum": 2 })),
            Just(json!({ "$ref": "#/$defs/Shape" })),
        ];
        leaf.prop_recursive(3, 16, 3, |inner| {
            let object = (
                prop::collection::btree_map("[abc]", inner.clone(), 0..3),
                prop::collection::btree_set("[abc]", 0..2),
                prop_oneof![Just(json!(true)), Just(json!(false)), inner.clone()],
            );
            prop_oneof![
                (inner.clone(), 0u64..2).prop_map(
                    |(items, least)| json!({ "type": "array", "items": items, "minItems": least, "maxItems": 2 })
                ),
                prop::collection::vec(inner, 1..3).prop_map(|parts| json!({ "anyOf": parts })),
                object.prop_map(|(properties, required, rest)| json!({
                    "type": "object",
                    "properties": properties,
                    "required": required,
                    "additionalProperties": rest,
                })),
            ]
        })
    }

    fn verdicts(schema: &Value, value: &Value) -> (bool, bool) {
        (
            check(schema, value, "value").is_empty(),
            jsonschema::is_valid(schema, value),
        )
    }

    proptest! {
        #[test]
        fn the_verdict_is_that_of_json_schema(schema in any_schema(), value in any_value()) {
            let mut schema = schema;
            schema["$defs"] = json!({ "Shape": {
                "type": "object",
                "properties": { "a": { "$ref": "#/$defs/Shape" } },
                "additionalProperties": false,
            } });
            let (ours, theirs) = verdicts(&schema, &value);
            prop_assert_eq!(ours, theirs, "{} against {}", value, schema);
        }

        #[test]
        fn so_it_is_for_the_bodies_of_the_catalog(
            pick in any::<prop::sample::Index>(),
            place in any::<prop::sample::Index>(),
            put in any_value(),
        ) {
            let schemas: Vec<&Value> =
                all().iter().filter_map(|row| row.body.as_ref()).map(|body| &body.schema).collect();
            let schema = pick.get(&schemas);
            let mut body = sample(schema, Fill::Everything);
            let mut places = vec![String::new()];
            pointers(&body, "", &mut places);
            *body.pointer_mut(place.get(places.as_slice()).as_str()).unwrap() = put;
            let (ours, theirs) = verdicts(schema, &body);
            prop_assert_eq!(ours, theirs, "{} against {}", body, schema);
        }
    }

    fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
        let mut go = |key: &str, value: &Value| {
            let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
            pointers(value, &at, out);
            out.push(at);
        };
        match value {
            Value::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(index, item)| go(&index.to_string(), item));
            }
            Value::Object(fields) => fields.iter().for_each(|(key, field)| go(key, field)),
            _ => {}
        }
    }
}
