//! The steps that are no expression.

use foxbridge_model::{FieldMap, Phone, Region, Value};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::{Otherwise, PhoneFormat, TextCase, Transform};

/// Whether a step can ever work.
pub(super) fn check(step: &Transform) -> Result<(), String> {
    match step {
        Transform::Split { part: 0, .. } => {
            Err("Parts are counted from 1; -1 is the last one.".to_owned())
        }
        Transform::Join { fields, .. } if fields.is_empty() => {
            Err("Choose at least one field to put behind it.".to_owned())
        }
        Transform::Map { pairs, .. } if pairs.is_empty() => {
            Err("The list of values is empty.".to_owned())
        }
        Transform::Default { value } if value.trim().is_empty() => {
            Err("Say what stands in for a blank.".to_owned())
        }
        Transform::Date { to, .. } if to.trim().is_empty() => {
            Err("Say how the date is to be written, for example %Y-%m-%d.".to_owned())
        }
        Transform::Date { to, .. } => {
            written(Date::constant(2000, 1, 1).at(0, 0, 0, 0), to).map(drop)
        }
        _ => Ok(()),
    }
}

pub(super) fn apply(
    step: &Transform,
    value: Option<Value>,
    record: &FieldMap,
    region: Region,
) -> Result<Option<Value>, String> {
    Ok(match (step, value) {
        (Transform::Default { value }, None) => Value::text(value),
        (Transform::Default { .. }, some) => some,
        (Transform::Join { fields, separator }, first) => join(first, fields, separator, record),
        (_, None) => None,
        (Transform::Case { to }, Some(value)) => each(value, |text| Some(cased(text, *to))),
        (Transform::Trim, Some(value)) => each(value, |text| Some(squeezed(text))),
        (Transform::Split { separator, part }, Some(value)) => {
            part_of(&value.display(), separator, *part)
        }
        (Transform::Date { from, to }, Some(value)) => {
            let text = value.display();
            Value::text(written(read(&text, from.as_deref())?, to)?)
        }
        (Transform::Phone { format }, Some(value)) => {
            let text = value.display();
            let phone = Phone::parse(&text, region)
                .map_err(|e| format!("\"{text}\" is no telephone number: {e}."))?;
            Value::text(match format {
                PhoneFormat::E164 => phone.as_str().to_owned(),
                PhoneFormat::International => phone.international(),
                PhoneFormat::National => phone.national(),
            })
        }
        (Transform::Map { pairs, otherwise }, Some(value)) => each(value, |text| {
            let folded = squeezed(text).to_lowercase();
            let pair = pairs
                .iter()
                .find(|pair| squeezed(&pair.from).to_lowercase() == folded);
            match (pair, otherwise) {
                (Some(pair), _) => Some(pair.to.clone()),
                (None, Otherwise::Keep) => Some(text.to_owned()),
                (None, Otherwise::Blank) => None,
                (None, Otherwise::Value { value }) => Some(value.clone()),
            }
        }),
        // Expressions have a way of their own.
        (Transform::Expression { .. }, value) => value,
    })
}

/// Does it to a text, or to each of several.
fn each(value: Value, change: impl Fn(&str) -> Option<String>) -> Option<Value> {
    match value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().filter_map(|item| change(item)).collect();
            (!items.is_empty()).then(|| Value::List(items.into()))
        }
        value => change(&value.line()).map(|text| Value::Text(text.into())),
    }
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cased(text: &str, to: TextCase) -> String {
    match to {
        TextCase::Lower => text.to_lowercase(),
        TextCase::Upper => text.to_uppercase(),
        TextCase::Sentence => {
            let mut chars = text.chars();
            chars.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(chars).collect()
            })
        }
        TextCase::Title => {
            let mut begins = true;
            text.chars()
                .flat_map(|c| {
                    let cased: Vec<char> = if begins {
                        c.to_uppercase().collect()
                    } else {
                        c.to_lowercase().collect()
                    };
                    begins = !c.is_alphanumeric();
                    cased
                })
                .collect()
        }
    }
}

fn join(
    first: Option<Value>,
    fields: &[String],
    separator: &str,
    record: &FieldMap,
) -> Option<Value> {
    let parts: Vec<String> = first
        .iter()
        .chain(fields.iter().filter_map(|field| record.get(field)))
        .map(Value::display)
        .filter(|part| !part.trim().is_empty())
        .collect();
    (!parts.is_empty()).then(|| Value::Text(parts.join(separator).into()))
}

fn part_of(text: &str, separator: &str, part: i32) -> Option<Value> {
    let parts: Vec<&str> = if separator.trim().is_empty() {
        text.split_whitespace().collect()
    } else {
        text.split(separator).map(str::trim).collect()
    };
    let index = if part > 0 {
        usize::try_from(part - 1).ok()?
    } else {
        parts.len().checked_sub(usize::try_from(-part).ok()?)?
    };
    Value::text(parts.get(index)?)
}

fn read(text: &str, format: Option<&str>) -> Result<DateTime, String> {
    let text = text.trim();
    if let Some(format) = format.filter(|format| !format.trim().is_empty()) {
        let parsed = strtime::parse(format, text)
            .map_err(|_| format!("\"{text}\" is not written as {format}."))?;
        return parsed
            .to_datetime()
            .or_else(|_| parsed.to_date().map(|date| date.at(0, 0, 0, 0)))
            .map_err(|_| format!("\"{text}\" names no whole date as {format}."));
    }
    if let Some(instant) = unix(text).or_else(|| text.parse().ok()) {
        return Ok(TimeZone::UTC.to_datetime(instant));
    }
    // A civil time first: a date alone is one at midnight.
    text.parse::<DateTime>()
        .map_err(|_| format!("\"{text}\" is no ISO 8601 date. Say how it is written."))
}

/// Milliseconds or seconds since 1970; what is too short for either is a year or a day number.
fn unix(text: &str) -> Option<Timestamp> {
    let number: i64 = text.parse().ok()?;
    match text.len() {
        13 => Timestamp::from_millisecond(number).ok(),
        10 => Timestamp::from_second(number).ok(),
        _ => None,
    }
}

fn written(at: DateTime, format: &str) -> Result<String, String> {
    strtime::format(format, at).map_err(|e| format!("\"{format}\" is no way to write a date: {e}."))
}
