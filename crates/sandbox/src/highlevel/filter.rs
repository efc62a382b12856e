//! The filters of `POST /contacts/search` (`facts/highlevel.md` §2.1).

use serde_json::Value;

use super::records::Contact;
use super::{refuse, unprocessable};
use crate::call::Answer;
use crate::clock::parse_time;
use crate::world::HighLevel;

/// Fields that can be filtered by.
const FIELDS: &[&str] = &[
    "dateAdded",
    "dateUpdated",
    "firstNameLowerCase",
    "lastNameLowerCase",
    "email",
    "phone",
    "tags",
    "dnd",
    "dndSettings.Email.status",
    "dndSettings.SMS.status",
    "dndSettings.Call.status",
    "inboundDndSettings.all.status",
    "address",
    "assignedTo",
    "businessName",
    "companyName",
    "city",
    "state",
    "country",
    "postalCode",
    "timezone",
    "type",
    "source",
    "website",
    "followers",
    "validEmail",
    "isValidWhatsapp",
    "lastAppointment",
    "activeWorkflows",
    "finishedWorkflows",
];

/// A condition on contacts.
#[derive(Debug)]
pub(crate) enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Test { field: String, test: Test },
}

/// An operator with its value.
#[derive(Debug)]
pub(crate) enum Test {
    Eq(Vec<String>, bool),
    Contains(String, bool),
    Exists(bool),
    Range {
        times: bool,
        bounds: Vec<(Bound, f64)>,
    },
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    Gt,
    Gte,
    Lt,
    Lte,
}

/// What a contact has in a field.
enum Seen {
    Time(i64),
    Number(f64),
    Texts(Vec<String>),
}

/// Reads the `filters` of a body: all of them must hold.
pub(crate) fn parse(filters: Option<&Value>) -> Result<Filter, Answer> {
    match filters {
        None | Some(Value::Null) => Ok(Filter::All(Vec::new())),
        Some(Value::Array(items)) => Ok(Filter::All(
            items.iter().map(one).collect::<Result<_, _>>()?,
        )),
        Some(_) => Err(unprocessable(vec!["filters must be an array".to_owned()])),
    }
}

fn one(filter: &Value) -> Result<Filter, Answer> {
    if let Some(group) = filter.get("group").and_then(Value::as_str) {
        let inner = filter.get("filters").and_then(Value::as_array);
        let inner: Vec<Filter> = inner
            .into_iter()
            .flatten()
            .map(one)
            .collect::<Result<_, Answer>>()?;
        return match group {
            "AND" => Ok(Filter::All(inner)),
            "OR" => Ok(Filter::Any(inner)),
            _ => Err(refuse(400, format!("Invalid group {group}"))),
        };
    }
    let field = filter
        .get("field")
        .and_then(Value::as_str)
        .unwrap_or("")
        .to_owned();
    if !FIELDS.contains(&field.as_str()) && !field.starts_with("customFields.") {
        return Err(refuse(400, format!("Invalid field {field}")));
    }
    let operator = filter.get("operator").and_then(Value::as_str).unwrap_or("");
    let value = filter.get("value");
    let test = match operator {
        "eq" | "not_eq" => Test::Eq(wanted(value)?, operator == "eq"),
        "contains" | "not_contains" => {
            let text = wanted(value)?.into_iter().next().unwrap_or_default();
            let special =
                |c: char| !(c.is_alphanumeric() || c.is_whitespace() || "-_.@'".contains(c));
            if text.is_empty() || text.contains(special) {
                return Err(refuse(
                    400,
                    "Special characters are not allowed for contains",
                ));
            }
            Test::Contains(text, operator == "contains")
        }
        "exists" | "not_exists" => Test::Exists(operator == "exists"),
        "range" => {
            let times = ["dateAdded", "dateUpdated", "lastAppointment"].contains(&field.as_str());
            Test::Range {
                times,
                bounds: bounds(value, times)?,
            }
        }
        other => return Err(refuse(400, format!("Invalid operator {other}"))),
    };
    if matches!(test, Test::Eq(..) | Test::Contains(..)) && field.starts_with("date") {
        return Err(refuse(
            400,
            format!("Invalid operator {operator} for {field}"),
        ));
    }
    Ok(Filter::Test { field, test })
}

fn wanted(value: Option<&Value>) -> Result<Vec<String>, Answer> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.to_lowercase()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    };
    let all: Option<Vec<String>> = match value {
        Some(Value::Array(items)) => items.iter().map(text).collect(),
        Some(value) => text(value).map(|text| vec![text]),
        None => None,
    };
    let all = all.ok_or_else(|| refuse(400, "Invalid value in filter"))?;
    if all.iter().any(|text| text.chars().count() > 75) {
        return Err(refuse(400, "A filter value has at most 75 characters"));
    }
    Ok(all)
}

fn bounds(value: Option<&Value>, times: bool) -> Result<Vec<(Bound, f64)>, Answer> {
    let members = value
        .and_then(Value::as_object)
        .filter(|members| !members.is_empty());
    let members = members.ok_or_else(|| refuse(400, "Invalid value for range"))?;
    members
        .iter()
        .map(|(name, value)| {
            let bound = match name.as_str() {
                "gt" => Bound::Gt,
                "gte" => Bound::Gte,
                "lt" => Bound::Lt,
                "lte" => Bound::Lte,
                _ => return Err(refuse(400, format!("Invalid range operator {name}"))),
            };
            let number = if times {
                parse_time(value).map(|ms| ms as f64)
            } else {
                value.as_f64()
            };
            let number = number.ok_or_else(|| refuse(400, format!("Invalid value for {name}")))?;
            Ok((bound, number))
        })
        .collect()
}

impl Filter {
    /// Whether a contact passes.
    pub(crate) fn passes(&self, highlevel: &HighLevel, contact: &Contact) -> bool {
        match self {
            Self::All(inner) => inner.iter().all(|filter| filter.passes(highlevel, contact)),
            Self::Any(inner) => inner.iter().any(|filter| filter.passes(highlevel, contact)),
            Self::Test { field, test } => test.passes(field, &see(highlevel, contact, field)),
        }
    }
}

impl Test {
    fn passes(&self, field: &str, seen: &Seen) -> bool {
        match (self, seen) {
            (Self::Eq(wanted, yes), Seen::Texts(texts)) => {
                // A number is never found by equality, however it is written (issue 289).
                let found = field != "phone" && texts.iter().any(|t| wanted.contains(t));
                found == *yes
            }
            (Self::Eq(wanted, yes), Seen::Number(number)) => {
                wanted.iter().any(|w| w.parse() == Ok(*number)) == *yes
            }
            (Self::Contains(part, yes), Seen::Texts(texts)) => {
                texts.iter().any(|text| text.contains(part.as_str())) == *yes
            }
            (Self::Exists(yes), Seen::Texts(texts)) => texts.is_empty() != *yes,
            (Self::Exists(yes), _) => *yes,
            (
                Self::Range {
                    times: true,
                    bounds,
                },
                Seen::Time(at),
            ) => within(*at as f64, bounds),
            (
                Self::Range {
                    times: false,
                    bounds,
                },
                Seen::Number(number),
            ) => within(*number, bounds),
            _ => false,
        }
    }
}

fn within(number: f64, bounds: &[(Bound, f64)]) -> bool {
    bounds.iter().all(|(bound, limit)| match bound {
        Bound::Gt => number > *limit,
        Bound::Gte => number >= *limit,
        Bound::Lt => number < *limit,
        Bound::Lte => number <= *limit,
    })
}

fn see(highlevel: &HighLevel, contact: &Contact, field: &str) -> Seen {
    let text = |text: &Option<String>| {
        Seen::Texts(
            text.iter()
                .filter(|t| !t.is_empty())
                .map(|t| t.to_lowercase())
                .collect(),
        )
    };
    let status = |settings: &Value, path: &str| {
        let status = settings.pointer(path).and_then(Value::as_str);
        Seen::Texts(status.map(str::to_lowercase).into_iter().collect())
    };
    match field {
        "dateAdded" => Seen::Time(contact.date_added),
        "dateUpdated" => Seen::Time(contact.date_updated),
        "firstNameLowerCase" => text(&contact.first_name),
        "lastNameLowerCase" => text(&contact.last_name),
        "email" => text(&contact.email),
        "phone" => text(&contact.phone),
        "companyName" => text(&contact.company_name),
        "address" => text(&contact.address1),
        "city" => text(&contact.city),
        "state" => text(&contact.state),
        "country" => text(&contact.country),
        "postalCode" => text(&contact.postal_code),
        "timezone" => text(&contact.timezone),
        "source" => text(&contact.source),
        "website" => text(&contact.website),
        "assignedTo" => text(&contact.assigned_to),
        "type" => Seen::Texts(vec![contact.kind.to_lowercase()]),
        "dnd" => Seen::Texts(vec![contact.dnd.to_string()]),
        "tags" => Seen::Texts(contact.tags.clone()),
        "followers" => Seen::Texts(contact.followers.iter().map(|f| f.to_lowercase()).collect()),
        "businessName" => {
            let id = contact.business_id.as_ref();
            let business = highlevel.businesses.iter().find(|b| Some(&b.id) == id);
            Seen::Texts(
                business
                    .map(|b| b.name.to_lowercase())
                    .into_iter()
                    .collect(),
            )
        }
        "dndSettings.Email.status" => status(&contact.dnd_settings, "/Email/status"),
        "dndSettings.SMS.status" => status(&contact.dnd_settings, "/SMS/status"),
        "dndSettings.Call.status" => status(&contact.dnd_settings, "/Call/status"),
        "inboundDndSettings.all.status" => status(&contact.inbound_dnd_settings, "/all/status"),
        _ => match field
            .strip_prefix("customFields.")
            .and_then(|id| contact.custom(id))
        {
            Some(Value::String(text)) => Seen::Texts(vec![text.to_lowercase()]),
            Some(Value::Number(number)) => Seen::Number(number.as_f64().unwrap_or_default()),
            Some(Value::Array(items)) => {
                let texts = items
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_lowercase);
                Seen::Texts(texts.collect())
            }
            _ => Seen::Texts(Vec::new()),
        },
    }
}
