//! What the services of HighLevel accept in a body. They refuse what they do not know, with one
//! complaint per member (`facts/highlevel.md` §1.3).

use serde_json::{Map, Value};

use super::unprocessable;
use crate::call::Answer;

/// What a member must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Bool,
    Number,
    Object,
    Texts,
    /// `[{id, field_value}]`.
    Fields,
    /// Checked elsewhere, or not at all.
    Any,
}

/// Whether a member may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Must,
    May,
    /// It may be null, too.
    MayNull,
}

/// One member of a body.
pub(crate) type Rule = (&'static str, Kind, Need);

/// Checks a body, and hands it over as an object.
pub(crate) fn check<'a>(body: &'a Value, rules: &[Rule]) -> Result<&'a Map<String, Value>, Answer> {
    static EMPTY: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    let members = match body {
        Value::Object(members) => members,
        Value::Null => &*EMPTY,
        _ => return Err(unprocessable(vec!["the body must be an object".to_owned()])),
    };
    let mut complaints: Vec<String> = members
        .keys()
        .filter(|name| !rules.iter().any(|(known, ..)| known == name))
        .map(|name| format!("property {name} should not exist"))
        .collect();
    for (name, kind, need) in rules {
        match members.get(*name) {
            None if *need == Need::Must => complaints.push(format!("{name} should not be empty")),
            None => {}
            Some(Value::Null) if *need == Need::MayNull => {}
            Some(value) => complain(name, *kind, value, *need == Need::Must, &mut complaints),
        }
    }
    if complaints.is_empty() {
        Ok(members)
    } else {
        Err(unprocessable(complaints))
    }
}

fn complain(name: &str, kind: Kind, value: &Value, must: bool, complaints: &mut Vec<String>) {
    let (fits, wanted) = match kind {
        Kind::Text => (value.is_string(), "a string"),
        Kind::Bool => (value.is_boolean(), "a boolean value"),
        Kind::Number => (value.is_number(), "a number"),
        Kind::Object => (value.is_object(), "an object"),
        Kind::Texts | Kind::Fields => (value.is_array(), "an array"),
        Kind::Any => (true, ""),
    };
    if !fits {
        complaints.push(format!("{name} must be {wanted}"));
        return;
    }
    if must && value.as_str().is_some_and(|text| text.trim().is_empty()) {
        complaints.push(format!("{name} should not be empty"));
    }
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    if kind == Kind::Texts && items.iter().any(|item| !item.is_string()) {
        complaints.push(format!("each value in {name} must be a string"));
    }
    if kind == Kind::Fields {
        for (n, item) in items.iter().enumerate() {
            let Some(item) = item.as_object() else {
                complaints.push(format!("{name}.{n} must be an object"));
                continue;
            };
            let known = ["id", "key", "field_value", "fieldValue"];
            for key in item.keys().filter(|key| !known.contains(&key.as_str())) {
                complaints.push(format!("{name}.{n}.property {key} should not exist"));
            }
            if !item.get("id").is_some_and(Value::is_string) {
                complaints.push(format!("{name}.{n}.id must be a string"));
            }
            if !item.contains_key("field_value") && !item.contains_key("fieldValue") {
                complaints.push(format!("{name}.{n}.field_value should not be empty"));
            }
        }
    }
}

/// A text member.
pub(crate) fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

/// A list of texts.
pub(crate) fn texts(members: &Map<String, Value>, name: &str) -> Vec<String> {
    members
        .get(name)
        .and_then(Value::as_array)
        .map(|items| {
            items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default()
}
