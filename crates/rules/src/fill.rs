//! Values put into parameters: `{{person.name}}` in a text, or alone for the value itself. A moment in a
//! text is written for people, alone it stays as the service writes it.
//!
//! `{{a ?? b}}` takes the first that is there, `{{a?}}` leaves a parameter out when there is none, and
//! `{{now + 2d}}` is a moment.

use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use crate::condition::lookup;

/// A value that a parameter needs, and that is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is empty")]
pub struct Missing(pub String);

/// A text, cut at its chips: what stands before each, and the chip; then the rest.
fn cut(text: &str) -> (Vec<(&str, &str)>, &str) {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((chip, then)) = after.split_once("}}") else {
            break;
        };
        parts.push((before, chip.trim()));
        rest = then;
    }
    (parts, rest)
}

/// Paths of the fields that a value is filled from.
pub fn chips(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => {
            let (parts, _) = cut(text);
            let paths = parts.iter().flat_map(|(_, chip)| chip.split("??"));
            paths
                .map(|path| path.trim().trim_end_matches('?').trim().to_owned())
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(chips).collect(),
        Value::Object(map) => map.values().flat_map(chips).collect(),
        _ => Vec::new(),
    }
}

/// Fills a value; `None` for one that is left out.
///
/// # Errors
/// [`Missing`] names the field that is empty.
pub fn fill(value: &Value, facts: &Value) -> Result<Option<Value>, Missing> {
    match value {
        Value::String(text) => fill_text(text, facts),
        Value::Array(items) => {
            let mut filled = Vec::with_capacity(items.len());
            for item in items {
                filled.extend(fill(item, facts)?);
            }
            Ok(Some(Value::Array(filled)))
        }
        Value::Object(map) => {
            let mut filled = Map::new();
            for (key, item) in map {
                if let Some(item) = fill(item, facts)? {
                    filled.insert(key.clone(), item);
                }
            }
            Ok(Some(Value::Object(filled)))
        }
        other => Ok(Some(other.clone())),
    }
}

fn fill_text(text: &str, facts: &Value) -> Result<Option<Value>, Missing> {
    let (parts, rest) = cut(text);
    if let [("", chip)] = parts.as_slice()
        && rest.is_empty()
    {
        // Alone it keeps its type.
        return match value_of(chip, facts) {
            Some(value) => Ok(Some(value)),
            None if chip.ends_with('?') => Ok(None),
            None => Err(Missing((*chip).to_owned())),
        };
    }
    let mut filled = String::new();
    for (before, chip) in parts {
        filled.push_str(before);
        match value_of(chip, facts) {
            Some(Value::String(text)) => match readable(&text) {
                Some(moment) => filled.push_str(&moment),
                None => filled.push_str(&text),
            },
            Some(Value::Array(items)) => {
                let each = items.iter().map(|item| match item {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                });
                filled.push_str(&each.collect::<Vec<_>>().join(", "));
            }
            Some(other) => filled.push_str(&other.to_string()),
            None if chip.ends_with('?') => {}
            None => return Err(Missing(chip.to_owned())),
        }
    }
    filled.push_str(rest);
    Ok(Some(Value::String(filled)))
}

fn value_of(chip: &str, facts: &Value) -> Option<Value> {
    chip.trim_end_matches('?').split("??").find_map(|path| {
        let path = path.trim();
        if let Some(moment) = moment(path, facts) {
            return Some(moment);
        }
        let found = lookup(facts, path)?;
        let blank = match found {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            _ => false,
        };
        (!blank).then(|| found.clone())
    })
}

/// A moment (RFC 3339) as people write it, as its own clock shows it: `2 December 2026, 10:00`.
fn readable(text: &str) -> Option<String> {
    let pieces = Pieces::parse(text).ok()?;
    let (time, offset) = (pieces.time()?, pieces.offset()?);
    let moment = pieces.date().to_datetime(time);
    let zone = match offset {
        PiecesOffset::Zulu => " UTC",
        _ => "",
    };
    Some(format!("{}{zone}", moment.strftime("%-d %B %Y, %H:%M")))
}

/// `now`, `now + 2d`, `now - 30m`, to the second.
fn moment(path: &str, facts: &Value) -> Option<Value> {
    let rest = path.strip_prefix("now")?.trim();
    let now: Timestamp = facts.get("now")?.as_str()?.parse().ok()?;
    let shifted = if rest.is_empty() {
        now
    } else {
        let (sign, amount) = match rest.split_at_checked(1)? {
            ("+", amount) => (1, amount.trim()),
            ("-", amount) => (-1, amount.trim()),
            _ => return None,
        };
        let unit = amount.char_indices().last()?.0;
        let seconds = match &amount[unit..] {
            "m" => 60,
            "h" => 60 * 60,
            "d" => 24 * 60 * 60,
            _ => return None,
        };
        let count: i64 = amount[..unit].trim().parse::<u32>().ok()?.into();
        now.checked_add(SignedDuration::from_secs(sign * count * seconds))
            .ok()?
    };
    Some(Value::String(format!("{shifted:.0}")))
}
