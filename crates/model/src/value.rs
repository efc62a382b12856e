//! Field values, and the forms in which two of them are compared.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Email, Phone, Region};

/// Values of a record by field id.
pub type FieldMap = BTreeMap<String, Value>;

/// A value of a field, as read or as to be written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// Text of any kind, numbers and dates included (as the service spells them).
    Text(String),
    /// Several choices.
    List(Vec<String>),
}

impl Value {
    /// Text, trimmed; `None` if nothing is left.
    pub fn text(s: impl AsRef<str>) -> Option<Self> {
        let s = s.as_ref().trim();
        (!s.is_empty()).then(|| Self::Text(s.to_owned()))
    }

    /// The value as one line for people.
    pub fn display(&self) -> String {
        match self {
            Self::Flag(true) => "yes".to_owned(),
            Self::Flag(false) => "no".to_owned(),
            Self::Text(s) => s.clone(),
            Self::List(v) => v.join(", "),
        }
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Self {
        Self::Text(s.to_owned())
    }
}

/// How a field's values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldKind {
    /// Free text: spaces at the ends and runs of spaces do not count.
    Text,
    /// A person's or company's name: as text.
    Name,
    /// An e-mail address: case does not count.
    Email,
    /// A telephone number: compared as E.164.
    Phone,
    /// A web address: scheme, `www.` and a trailing slash do not count.
    Url,
    /// A number.
    Number,
    /// A calendar date.
    Date,
    /// Yes or no.
    Flag,
    /// Several choices; order does not count.
    List,
}

impl FieldKind {
    /// The form in which a value of this kind is compared; `None` for a blank.
    ///
    /// Two values are the same for a sync exactly when their canonical forms are equal. A value
    /// that is malformed for its kind is compared as text, so that it is neither lost nor equal to
    /// something else.
    pub fn canonical(self, value: &Value, region: Region) -> Option<Value> {
        match (self, value) {
            (Self::List, Value::List(items)) => {
                let mut items: Vec<String> = items
                    .iter()
                    .map(|s| squeeze(s))
                    .filter(|s| !s.is_empty())
                    .collect();
                items.sort();
                items.dedup();
                (!items.is_empty()).then_some(Value::List(items))
            }
            (_, Value::Flag(b)) => Some(Value::Flag(*b)),
            (_, Value::List(items)) => {
                let one = items
                    .iter()
                    .map(|s| squeeze(s))
                    .collect::<Vec<_>>()
                    .join(", ");
                self.canonical(&Value::Text(one), region)
            }
            (Self::Email, Value::Text(s)) => match Email::parse(s) {
                Ok(email) => Some(Value::Text(email.as_str().to_owned())),
                Err(_) => Value::text(squeeze(s).to_lowercase()),
            },
            (Self::Phone, Value::Text(s)) => match Phone::parse(s, region) {
                Ok(phone) => Some(Value::Text(phone.as_str().to_owned())),
                Err(_) => Value::text(squeeze(s)),
            },
            (Self::Url, Value::Text(s)) => {
                let s = squeeze(s);
                Value::text(bare_url(&s)).or_else(|| Value::text(&s))
            }
            (Self::Number, Value::Text(s)) => {
                let s = squeeze(s);
                match s.parse::<f64>() {
                    Ok(n) if n.is_finite() => Some(Value::Text(format!("{n}"))),
                    _ => Value::text(s),
                }
            }
            (_, Value::Text(s)) => Value::text(squeeze(s)),
        }
    }
}

/// Trims, and folds every run of white space into one space.
fn squeeze(s: &str) -> String {
    s.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Without scheme, `www.` and trailing slashes, whichever way round they were written.
fn bare_url(s: &str) -> &str {
    let mut bare = s;
    loop {
        let next = bare.split_once("://").map_or(bare, |(_, rest)| rest);
        let next = next
            .strip_prefix("www.")
            .unwrap_or(next)
            .trim_end_matches('/')
            .trim();
        if next == bare {
            return bare;
        }
        bare = next;
    }
}
