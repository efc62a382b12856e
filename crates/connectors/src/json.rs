//! Reading loosely typed answers: a field may be absent, null, of another type, or (an id) a string
//! in one place and a number in another (`facts/aimfox.md` §2, `facts/highlevel.md` §9.9).

use serde_json::Value;

/// Text under a key, trimmed; `None` when there is none or nothing is left of it.
pub(crate) fn text<'v>(of: &'v Value, key: &str) -> Option<&'v str> {
    of.get(key).and_then(filled)
}

/// A text value, trimmed; `None` for anything else and for blanks.
pub(crate) fn filled(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|s| !s.is_empty())
}

/// An id under a key, whether it is written as a string or as a number.
pub(crate) fn id(of: &Value, key: &str) -> Option<String> {
    match of.get(key)? {
        Value::String(s) if !s.trim().is_empty() => Some(s.trim().to_owned()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    }
}

/// A list under a key; empty when there is none.
pub(crate) fn list<'v>(of: &'v Value, key: &str) -> &'v [Value] {
    of.get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A count under a key, as a number or as digits.
pub(crate) fn count(of: &Value, key: &str) -> Option<usize> {
    let value = of.get(key)?;
    let number = value.as_u64().or_else(|| filled(value)?.parse().ok())?;
    usize::try_from(number).ok()
}
