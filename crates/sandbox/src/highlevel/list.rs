//! Reading contacts one by one, and the two older listings (`facts/highlevel.md` §1.1, 2.2, 2.3).

use serde_json::{Value, json};

use super::records::Contact;
use super::{no_contact, own_location, refuse, search, shapes, unprocessable};
use crate::call::{Answer, Call, Outcome};
use crate::world::HighLevel;

/// `GET /contacts/{id}`: always fresh.
pub(crate) fn get(highlevel: &HighLevel, call: &Call) -> Outcome {
    let contact = highlevel
        .contacts
        .get(call.id(0))
        .ok_or_else(|| no_contact(call.id(0)))?;
    Ok(Answer::ok(
        json!({"contact": shapes::one(highlevel, contact)}),
    ))
}

fn newest_first<'a>(mut contacts: Vec<&'a Contact>, query: &str) -> Vec<&'a Contact> {
    contacts.retain(|contact| search::mentions(contact, &query.to_lowercase()));
    contacts.sort_by(|a, b| (b.date_added, &b.id).cmp(&(a.date_added, &a.id)));
    contacts
}

fn limit(call: &Call, otherwise: usize) -> Result<usize, Answer> {
    match call.query_number("limit", otherwise) {
        Some(limit @ 1..=100) => Ok(limit),
        _ => Err(unprocessable(vec![
            "limit must be a number from 1 to 100".to_owned(),
        ])),
    }
}

/// `GET /contacts/`, deprecated, and gone in v3.
pub(crate) fn list(highlevel: &HighLevel, call: &Call, lag_ms: i64) -> Outcome {
    if call.version == "v3" {
        return Err(refuse(404, "Cannot GET /contacts/"));
    }
    own_location(highlevel, call.query("locationId"))?;
    let limit = limit(call, 20)?;
    let indexed = highlevel.contacts.indexed(call.now - lag_ms);
    let contacts = newest_first(indexed, call.query("query").unwrap_or(""));
    let total = contacts.len();
    let start = match (call.query("startAfter"), call.query("startAfterId")) {
        (Some(at), Some(id)) => {
            let at: i64 = at.parse().map_err(|_| {
                unprocessable(vec!["startAfter must be a number string".to_owned()])
            })?;
            contacts.partition_point(|c| (c.date_added, c.id.as_str()) >= (at, id))
        }
        _ => 0,
    };
    let page: Vec<&Contact> = contacts.iter().skip(start).take(limit).copied().collect();
    let last = page.last().filter(|_| start + page.len() < total);
    let current = start / limit + 1;
    let next_url = last.map(|last| {
        format!(
            "https://services.leadconnectorhq.com/contacts/?locationId={}&limit={limit}&startAfter={}&startAfterId={}",
            highlevel.location_id, last.date_added, last.id
        )
    });
    let rows: Vec<Value> = page
        .iter()
        .map(|contact| shapes::listed(highlevel, contact))
        .collect();
    Ok(Answer::ok(json!({
        "contacts": rows,
        "count": total,
        "meta": {
            "total": total,
            "nextPageUrl": next_url,
            "startAfterId": page.last().map(|last| &last.id),
            "startAfter": page.last().map(|last| last.date_added),
            "currentPage": current,
            "nextPage": last.map(|_| current + 1),
            "prevPage": (current > 1).then(|| current - 1),
        },
    })))
}

/// `GET /contacts/business/{id}`.
pub(crate) fn by_business(highlevel: &HighLevel, call: &Call, lag_ms: i64) -> Outcome {
    own_location(highlevel, call.query("locationId"))?;
    let limit = limit(call, 25)?;
    let skip = call
        .query_number("skip", 0)
        .ok_or_else(|| unprocessable(vec!["skip must be a number string".to_owned()]))?;
    let mut indexed = highlevel.contacts.indexed(call.now - lag_ms);
    indexed.retain(|contact| contact.business_id.as_deref() == Some(call.id(0)));
    let contacts = newest_first(indexed, call.query("query").unwrap_or(""));
    let rows: Vec<Value> = contacts
        .iter()
        .skip(skip)
        .take(limit)
        .map(|contact| shapes::listed(highlevel, contact))
        .collect();
    Ok(Answer::ok(
        json!({"contacts": rows, "count": contacts.len()}),
    ))
}
