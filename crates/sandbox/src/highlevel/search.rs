//! `POST /contacts/search`: filters, sorting and both ways of paging, over an index that lags
//! behind the records (`facts/highlevel.md` §2.1).

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::body::{Kind, Need, Rule, check, text};
use super::records::Contact;
use super::{filter, own_location, refuse, shapes, unprocessable};
use crate::call::{Answer, Call, Outcome};
use crate::world::HighLevel;

const MAX_PAGE: usize = 500;
const WINDOW: usize = 10_000;

const RULES: [Rule; 7] = [
    ("locationId", Kind::Text, Need::Must),
    ("pageLimit", Kind::Number, Need::Must),
    ("page", Kind::Number, Need::May),
    ("searchAfter", Kind::Any, Need::May),
    ("filters", Kind::Any, Need::May),
    ("sort", Kind::Any, Need::May),
    ("query", Kind::Text, Need::May),
];

/// What a row is sorted by first; its id settles ties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
}

impl Key {
    fn of(contact: &Contact, field: &str) -> Self {
        let text = |text: &Option<String>| Self::Text(text.as_deref().unwrap_or("").to_lowercase());
        match field {
            "dateUpdated" => Self::Number(contact.date_updated),
            "firstNameLowerCase" => text(&contact.first_name),
            "lastNameLowerCase" => text(&contact.last_name),
            "businessName" => text(&contact.company_name),
            "email" => text(&contact.email),
            "source" => text(&contact.source),
            "dnd" => Self::Number(i64::from(contact.dnd)),
            _ => Self::Number(contact.date_added),
        }
    }

    fn value(&self) -> Value {
        match self {
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
        }
    }
}

struct Order {
    field: String,
    ascending: bool,
}

impl Order {
    fn parse(sort: Option<&Value>) -> Result<Self, Answer> {
        let Some(first) = sort
            .and_then(Value::as_array)
            .and_then(|items| items.first())
        else {
            return Ok(Self {
                field: "dateAdded".to_owned(),
                ascending: false,
            });
        };
        let field = first
            .get("field")
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_owned();
        let known = [
            "dateAdded",
            "dateUpdated",
            "firstNameLowerCase",
            "lastNameLowerCase",
            "businessName",
            "email",
            "dnd",
            "source",
        ];
        if !known.contains(&field.as_str()) {
            return Err(refuse(400, format!("Invalid field {field}")));
        }
        let ascending = match first.get("direction").and_then(Value::as_str) {
            Some("asc") => true,
            None | Some("desc") => false,
            Some(other) => return Err(refuse(400, format!("Invalid sort direction {other}"))),
        };
        Ok(Self { field, ascending })
    }

    fn compare(&self, a: (&Key, &str), b: (&Key, &str)) -> Ordering {
        let order = a.0.cmp(b.0);
        let order = if self.ascending {
            order
        } else {
            order.reverse()
        };
        order.then_with(|| a.1.cmp(b.1))
    }
}

fn cursor(value: Option<&Value>) -> Result<Option<(Key, String)>, Answer> {
    let bad = || unprocessable(vec!["searchAfter must be an array of two".to_owned()]);
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return Ok(None);
    };
    let [key, Value::String(id)] = value.as_array().map_or(&[][..], Vec::as_slice) else {
        return Err(bad());
    };
    let key = match key {
        Value::Number(number) => Key::Number(number.as_i64().ok_or_else(bad)?),
        Value::String(text) => match text.parse() {
            Ok(number) => Key::Number(number),
            Err(_) => Key::Text(text.clone()),
        },
        _ => return Err(bad()),
    };
    Ok(Some((key, id.clone())))
}

/// `POST /contacts/search`.
pub(crate) fn search(highlevel: &HighLevel, call: &Call, lag_ms: i64) -> Outcome {
    let members = check(&call.body, &RULES)?;
    own_location(highlevel, text(members, "locationId"))?;
    let limit = members
        .get("pageLimit")
        .and_then(Value::as_u64)
        .unwrap_or(0) as usize;
    if limit == 0 || limit > MAX_PAGE {
        let complaint = if limit == 0 {
            "pageLimit must not be less than 1".to_owned()
        } else {
            format!("pageLimit must not be greater than {MAX_PAGE}")
        };
        return Err(unprocessable(vec![complaint]));
    }
    let after = cursor(members.get("searchAfter"))?;
    let page = members
        .get("page")
        .map(|page| page.as_u64().unwrap_or(0) as usize);
    if page == Some(0) {
        return Err(unprocessable(vec![
            "page must not be less than 1".to_owned(),
        ]));
    }
    if page.is_some() && after.is_some() {
        return Err(unprocessable(vec![
            "page and searchAfter cannot be combined".to_owned(),
        ]));
    }
    let page = page.unwrap_or(1);
    if page.saturating_mul(limit) > WINDOW {
        let message =
            format!("Result window is too large, page * pageLimit must be at most {WINDOW}");
        return Err(refuse(400, message));
    }
    let query = text(members, "query").unwrap_or("").to_lowercase();
    if query.chars().count() > 75 {
        return Err(unprocessable(vec![
            "query must be at most 75 characters".to_owned(),
        ]));
    }
    let filter = filter::parse(members.get("filters"))?;
    let order = Order::parse(members.get("sort"))?;

    let mut total = 0_usize;
    let mut rows: Vec<(Key, &Contact)> = Vec::new();
    for contact in highlevel.contacts.indexed(call.now - lag_ms) {
        if !filter.passes(highlevel, contact) || !mentions(contact, &query) {
            continue;
        }
        total += 1;
        let key = Key::of(contact, &order.field);
        let later = after.as_ref().is_none_or(|(at, id)| {
            order.compare((&key, &contact.id), (at, id)) == Ordering::Greater
        });
        if later {
            rows.push((key, contact));
        }
    }
    let compare =
        |a: &(Key, &Contact), b: &(Key, &Contact)| order.compare((&a.0, &a.1.id), (&b.0, &b.1.id));
    let end = page * limit;
    if rows.len() > end {
        rows.select_nth_unstable_by(end, compare);
        rows.truncate(end);
    }
    rows.sort_unstable_by(compare);
    let contacts: Vec<Value> = rows
        .iter()
        .skip(end - limit)
        .map(|(key, contact)| shapes::found(highlevel, contact, json!([key.value(), contact.id])))
        .collect();
    Ok(Answer::ok(json!({"contacts": contacts, "total": total})))
}

/// Whether the full-text query hits.
pub(crate) fn mentions(contact: &Contact, query: &str) -> bool {
    let query = query.trim();
    if query.is_empty() {
        return true;
    }
    let fields = [
        &contact.email,
        &contact.phone,
        &contact.company_name,
        &contact.city,
    ];
    contact.full_name().to_lowercase().contains(query)
        || fields
            .into_iter()
            .flatten()
            .any(|text| text.to_lowercase().contains(query))
        || contact.tags.iter().any(|tag| tag.contains(query))
}
