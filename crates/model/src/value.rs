//! Field values, and the forms in which two of them are compared.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::{Email, Phone, Region, Text};

/// Values of a record by field id.
pub type FieldMap = BTreeMap<String, Value>;

/// A value of a field, as read or as to be written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// Text of any kind, numbers and dates included (as the service spells them).
    Text(Text),
    /// Several choices.
    List(ThinVec<String>),
}

impl Value {
    /// Text, trimmed; `None` if nothing is left.
    pub fn text(s: impl AsRef<str>) -> Option<Self> {
        let s = s.as_ref().trim();
        (!s.is_empty()).then(|| Self::Text(s.into()))
    }

    /// The value as one line for people.
    pub fn display(&self) -> String {
        self.line().into_owned()
    }

    /// As [`Value::display`], without a copy of a text.
    pub fn line(&self) -> Cow<'_, str> {
        match self {
            Self::Flag(true) => "yes".into(),
            Self::Flag(false) => "no".into(),
            Self::Text(s) => s.as_str().into(),
            Self::List(v) => v.join(", ").into(),
        }
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Self {
        Self::Text(s.into())
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
                    .map(|s| squeeze(s).into_owned())
                    .filter(|s| !s.is_empty())
                    .collect();
                items.sort();
                items.dedup();
                (!items.is_empty()).then_some(Value::List(items.into()))
            }
            (_, Value::Flag(b)) => Some(Value::Flag(*b)),
            (_, Value::List(items)) => {
                let one = items
                    .iter()
                    .map(|s| squeeze(s))
                    .collect::<Vec<_>>()
                    .join(", ");
                self.canonical(&Value::Text(one.into()), region)
            }
            (Self::Email, Value::Text(s)) => match Email::parse(s) {
                Ok(email) => as_shown(s, email.as_str()),
                Err(_) => as_shown(s, &squeeze(s).to_lowercase()),
            },
            (Self::Phone, Value::Text(s)) => match Phone::parse(s, region) {
                Ok(phone) => as_shown(s, phone.as_str()),
                Err(_) => as_shown(s, &squeeze(s)),
            },
            (Self::Url, Value::Text(s)) => {
                let squeezed = squeeze(s);
                as_shown(s, bare_url(&squeezed)).or_else(|| as_shown(s, &squeezed))
            }
            (Self::Number, Value::Text(s)) => {
                let squeezed = squeeze(s);
                match squeezed.parse::<f64>() {
                    Ok(n) if n.is_finite() => as_shown(s, &n.to_string()),
                    _ => as_shown(s, &squeezed),
                }
            }
            (_, Value::Text(s)) => as_shown(s, &squeeze(s)),
        }
    }
}

/// A canonical text as a value; `None` for a blank. Most texts are canonical as they are shown, and
/// are shared then.
fn as_shown(shown: &Text, canonical: &str) -> Option<Value> {
    if shown == canonical {
        return (!canonical.is_empty()).then(|| Value::Text(shown.clone()));
    }
    Value::text(canonical)
}

/// Trims, and folds every run of white space into one space.
fn squeeze(s: &str) -> Cow<'_, str> {
    if s.split_whitespace().eq(s.split(' ')) {
        Cow::Borrowed(s)
    } else {
        Cow::Owned(s.split_whitespace().collect::<Vec<_>>().join(" "))
    }
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
