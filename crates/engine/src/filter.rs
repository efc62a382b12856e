//! Which people take part: conditions on either record of a person, combined at will.
//!
//! A filter is written as people say it, `tag:vip,label:warm campaign:Autumn`: spaces mean "and",
//! commas mean "or", and bind closer; `!` in front of a condition turns it round. A value with a
//! space in it stands in double quotes: `campaign:"Autumn 2026"`.

use std::fmt;

use foxbridge_model::{Person, TagKey};
use serde::{Deserialize, Serialize};

/// Whose field, in which record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Side {
    Highlevel,
    Aimfox,
}

/// One or several conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// All of these; everybody when there are none.
    All(Vec<Self>),
    /// Any of these; nobody when there are none.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// The contact carries this tag.
    Tag(TagKey),
    /// The lead carries this label.
    Label(TagKey),
    /// The lead comes from this campaign, by name or id.
    Campaign(String),
    /// The record has this id.
    Id(Side, String),
    /// The field holds this value (or one of a list); case does not count. An empty value means a
    /// blank field.
    Field(Side, String, String),
}

/// A filter that cannot be understood, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterError(pub String);

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FilterError {}

/// Words that stand for a field of their own.
const FIELDS: [(&str, Side, &str); 3] = [
    ("business", Side::Highlevel, "businessId"),
    ("assigned", Side::Highlevel, "assignedTo"),
    ("seat", Side::Aimfox, "seats"),
];

const HELP: &str = "Conditions are tag:, business:, assigned:, contact:, highlevel.FIELD: of the \
                    contact, and label:, campaign:, seat:, lead:, aimfox.FIELD: of the lead. A space means \
                    \"and\", a comma \"or\", ! \"not\".";

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl Filter {
    /// Reads a filter as people write it.
    ///
    /// # Errors
    /// [`FilterError`] when a part of it is no condition; it names the part.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let mut all = Vec::new();
        for part in split(text, char::is_whitespace) {
            let any = split(part, |c| c == ',')
                .into_iter()
                .map(Self::condition)
                .collect::<Result<Vec<_>, _>>()?;
            all.push(single(any, Self::Any));
        }
        Ok(single(all, Self::All))
    }

    fn condition(text: &str) -> Result<Self, FilterError> {
        if let Some(rest) = text.strip_prefix('!') {
            return Ok(Self::Not(Box::new(Self::condition(rest)?)));
        }
        let wrong = || FilterError(format!("\"{text}\" is no condition. {HELP}"));
        let (what, value) = text.split_once(':').ok_or_else(wrong)?;
        let value = value.trim_matches('"').trim();
        let name = || TagKey::new(value).ok_or_else(wrong);
        let some = || {
            (!value.is_empty())
                .then(|| value.to_owned())
                .ok_or_else(wrong)
        };
        Ok(match what {
            "tag" => Self::Tag(name()?),
            "label" => Self::Label(name()?),
            "campaign" => Self::Campaign(some()?),
            "contact" => Self::Id(Side::Highlevel, some()?),
            "lead" => Self::Id(Side::Aimfox, some()?),
            _ => {
                let (side, field) = match what.split_once('.') {
                    Some(("highlevel", field)) => (Side::Highlevel, field),
                    Some(("aimfox", field)) => (Side::Aimfox, field),
                    _ => FIELDS
                        .iter()
                        .find(|(word, ..)| *word == what)
                        .map(|(_, side, field)| (*side, *field))
                        .ok_or_else(wrong)?,
                };
                Self::Field(side, field.to_owned(), value.to_owned())
            }
        })
    }

    /// Whether it lets everybody pass.
    pub fn is_everybody(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a person passes. Without a contact no condition on one holds.
    pub fn admits(&self, lead: Option<&Person>, contact: Option<&Person>) -> bool {
        self.holds(Known::from(lead), Known::from(contact)) == Some(true)
    }

    /// Whether a lead may pass, whoever it is in HighLevel.
    pub fn may_admit(&self, lead: &Person) -> bool {
        self.holds(Known::Is(lead), Known::Unknown) != Some(false)
    }

    /// `None` where it hangs on a record that is not known.
    fn holds(&self, lead: Known<'_>, contact: Known<'_>) -> Option<bool> {
        let of = |side| match side {
            Side::Highlevel => contact,
            Side::Aimfox => lead,
        };
        match self {
            Self::All(all) => {
                let each: Vec<_> = all.iter().map(|f| f.holds(lead, contact)).collect();
                if each.contains(&Some(false)) {
                    Some(false)
                } else {
                    (!each.contains(&None)).then_some(true)
                }
            }
            Self::Any(any) => {
                let each: Vec<_> = any.iter().map(|f| f.holds(lead, contact)).collect();
                if each.contains(&Some(true)) {
                    Some(true)
                } else {
                    (!each.contains(&None)).then_some(false)
                }
            }
            Self::Not(not) => not.holds(lead, contact).map(|holds| !holds),
            Self::Tag(tag) => contact.holds(|contact| contact.tags.contains(tag)),
            Self::Label(label) => lead.holds(|lead| lead.tags.contains(label)),
            Self::Campaign(wanted) => lead.holds(|lead| {
                let mut origins = lead.origins.iter();
                origins.any(|o| o.id == *wanted || same(&o.name, wanted))
            }),
            Self::Id(side, id) => of(*side).holds(|person| person.id == *id),
            Self::Field(side, field, wanted) => of(*side).holds(|person| {
                use foxbridge_model::Value;
                match person.fields.get(field) {
                    None => wanted.is_empty(),
                    Some(Value::List(items)) => items.iter().any(|item| same(item, wanted)),
                    Some(value) => same(&value.display(), wanted),
                }
            }),
        }
    }
}

/// A record that is there, is not there, or was not looked for.
#[derive(Clone, Copy)]
enum Known<'a> {
    Is(&'a Person),
    IsNot,
    Unknown,
}

impl<'a> From<Option<&'a Person>> for Known<'a> {
    fn from(person: Option<&'a Person>) -> Self {
        person.map_or(Self::IsNot, Self::Is)
    }
}

impl Known<'_> {
    fn holds(self, condition: impl FnOnce(&Person) -> bool) -> Option<bool> {
        match self {
            Self::Is(person) => Some(condition(person)),
            Self::IsNot => Some(false),
            Self::Unknown => None,
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

fn single(mut filters: Vec<Filter>, several: fn(Vec<Filter>) -> Filter) -> Filter {
    match filters.len() {
        1 => filters.remove(0),
        _ => several(filters),
    }
}

/// Splits outside of double quotes; empty parts are dropped.
fn split(text: &str, at: impl Fn(char) -> bool) -> Vec<&str> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (i, c) in text.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if !quoted && at(c) {
            parts.push(&text[start..i]);
            start = i + c.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

impl fmt::Display for Filter {
    /// As people write it. A nesting deeper than the written form has is shown with brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let several = |f: &mut fmt::Formatter<'_>, filters: &[Self], between: &str| {
            for (i, filter) in filters.iter().enumerate() {
                if i > 0 {
                    f.write_str(between)?;
                }
                let deep = matches!(filter, Self::All(_))
                    || between == "," && matches!(filter, Self::Any(_));
                if deep {
                    write!(f, "({filter})")?;
                } else {
                    write!(f, "{filter}")?;
                }
            }
            Ok(())
        };
        match self {
            Self::All(all) => several(f, all, " "),
            Self::Any(any) => several(f, any, ","),
            Self::Not(not) if matches!(**not, Self::All(_) | Self::Any(_)) => write!(f, "!({not})"),
            Self::Not(not) => write!(f, "!{not}"),
            Self::Tag(tag) => write!(f, "tag:{}", quoted(tag.as_str())),
            Self::Label(label) => write!(f, "label:{}", quoted(label.as_str())),
            Self::Campaign(name) => write!(f, "campaign:{}", quoted(name)),
            Self::Id(Side::Highlevel, id) => write!(f, "contact:{}", quoted(id)),
            Self::Id(Side::Aimfox, id) => write!(f, "lead:{}", quoted(id)),
            Self::Field(side, field, value) => {
                let word = FIELDS
                    .iter()
                    .find(|(_, s, name)| s == side && name == field);
                match (word, side) {
                    (Some((word, ..)), _) => write!(f, "{word}:")?,
                    (None, Side::Highlevel) => write!(f, "highlevel.{field}:")?,
                    (None, Side::Aimfox) => write!(f, "aimfox.{field}:")?,
                }
                f.write_str(&quoted(value))
            }
        }
    }
}

fn quoted(value: &str) -> String {
    if value.contains(|c: char| c.is_whitespace() || c == ',') {
        format!("\"{value}\"")
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foxbridge_model::{Identities, Origin, Service, Value};

    use super::*;

    fn person(service: Service, id: &str, tags: &[&str], fields: &[(&str, Value)]) -> Person {
        Person {
            service,
            id: id.to_owned(),
            name: id.to_owned(),
            identities: Identities::default(),
            fields: fields
                .iter()
                .map(|(field, value)| ((*field).to_owned(), value.clone()))
                .collect(),
            tags: tags.iter().collect(),
            origins: vec![Origin {
                id: "c1".to_owned(),
                name: "Autumn 2026".to_owned(),
            }],
            notes: None,
            detailed: true,
            updated_at: None,
        }
    }

    fn admits(filter: &str) -> (bool, bool) {
        let seats = Value::List(["7".to_owned(), "8".to_owned()].into());
        let lead = person(Service::Aimfox, "1", &["warm"], &[("seats", seats)]);
        let city = ("city", Value::from("Berlin"));
        let contact = person(Service::HighLevel, "k", &["VIP"], &[city]);
        let filter = Filter::parse(filter).unwrap();
        (
            filter.admits(Some(&lead), Some(&contact)),
            filter.admits(Some(&lead), None),
        )
    }

    #[test]
    fn conditions_combine_as_they_are_written() {
        for (filter, with_contact, alone) in [
            ("", true, true),
            ("tag:vip", true, false),
            ("!tag:vip", false, true),
            ("label:warm", true, true),
            ("tag:cold,label:warm", true, true),
            ("tag:cold label:warm", false, false),
            ("tag:vip campaign:\"autumn 2026\"", true, false),
            ("campaign:c1", true, true),
            ("seat:8", true, true),
            ("seat:9", false, false),
            ("highlevel.city:berlin", true, false),
            ("highlevel.state:", true, false),
            ("lead:1", true, true),
            ("contact:other", false, false),
            ("!tag:cold,label:cold !lead:2", true, true),
        ] {
            assert_eq!(admits(filter), (with_contact, alone), "{filter}");
        }
    }

    #[test]
    fn what_hangs_on_an_unknown_contact_is_not_refused_yet() {
        let lead = person(Service::Aimfox, "1", &["warm"], &[]);
        for (filter, may) in [
            ("tag:vip", true),
            ("tag:vip label:cold", false),
            ("tag:vip,label:warm", true),
            ("label:cold", false),
        ] {
            let filter = Filter::parse(filter).unwrap();
            assert_eq!(filter.may_admit(&lead), may, "{filter}");
        }
    }

    #[test]
    fn a_filter_reads_back_as_it_is_shown() {
        for text in [
            "",
            "tag:vip",
            "!tag:vip,label:warm campaign:\"Autumn 2026\"",
            "business:b1 assigned:u1 seat:7",
            "highlevel.city:Berlin,aimfox.location:\"New York\" lead:1",
        ] {
            let filter = Filter::parse(text).unwrap();
            assert_eq!(filter.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_condition_is_named() {
        for wrong in ["vip", "tag:", "colour:red", "tag:vip lable:warm"] {
            let error = Filter::parse(wrong).unwrap_err().to_string();
            let part = wrong.split(' ').next_back().unwrap();
            assert!(error.contains(&format!("\"{part}\"")), "{wrong}: {error}");
        }
    }
}
