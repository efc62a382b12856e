//! Businesses of the location (`facts/highlevel.md` §4.3), with the misspelled envelope.

use serde_json::{Map, Value, json};

use super::body::{Kind, Need, Rule, check, text};
use super::records::Business;
use super::{own_location, refuse, unprocessable};
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::world::{HighLevel, Mint};

const DETAILS: [&str; 9] = [
    "phone",
    "email",
    "website",
    "address",
    "city",
    "state",
    "postalCode",
    "country",
    "description",
];

fn shape(highlevel: &HighLevel, business: &Business) -> Value {
    let mut value = json!({
        "id": business.id,
        "name": business.name,
        "locationId": highlevel.location_id,
        "createdAt": iso(business.created_at),
        "updatedAt": iso(business.updated_at),
    });
    for (name, detail) in &business.details {
        value[name] = json!(detail);
    }
    value
}

fn details() -> impl Iterator<Item = Rule> {
    DETAILS
        .into_iter()
        .map(|name| (name, Kind::Text, Need::MayNull))
}

fn place(highlevel: &HighLevel, id: &str) -> Result<usize, Answer> {
    let found = highlevel
        .businesses
        .iter()
        .position(|business| business.id == id);
    found.ok_or_else(|| refuse(400, format!("Business with id {id} not found")))
}

fn fill(business: &mut Business, members: &Map<String, Value>, now: i64) {
    if let Some(name) = text(members, "name") {
        name.clone_into(&mut business.name);
    }
    for name in DETAILS {
        match members.get(name) {
            Some(Value::String(text)) if !text.is_empty() => {
                business.details.insert(name.to_owned(), text.clone());
            }
            Some(_) => drop(business.details.remove(name)),
            None => {}
        }
    }
    business.updated_at = now;
}

/// `GET /businesses/`.
pub(crate) fn list(highlevel: &HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, call.query("locationId"))?;
    let (Some(limit), Some(skip)) = (
        call.query_number("limit", 100),
        call.query_number("skip", 0),
    ) else {
        return Err(unprocessable(vec![
            "limit must be a number string".to_owned(),
        ]));
    };
    let all = highlevel.businesses.iter().skip(skip).take(limit);
    let rows: Vec<Value> = all.map(|business| shape(highlevel, business)).collect();
    Ok(Answer::ok(json!({"businesses": rows})))
}

/// `GET /businesses/{id}`.
pub(crate) fn get(highlevel: &HighLevel, call: &Call) -> Outcome {
    let at = place(highlevel, call.id(0))?;
    Ok(Answer::ok(
        json!({"business": shape(highlevel, &highlevel.businesses[at])}),
    ))
}

/// `POST /businesses/`.
pub(crate) fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let own: [Rule; 2] = [
        ("name", Kind::Text, Need::Must),
        ("locationId", Kind::Text, Need::Must),
    ];
    let members = check(&call.body, &details().chain(own).collect::<Vec<_>>())?;
    own_location(highlevel, text(members, "locationId"))?;
    let mut business = Business {
        id: mint.highlevel(),
        created_at: call.now,
        ..Business::default()
    };
    fill(&mut business, members, call.now);
    let shape = shape(highlevel, &business);
    highlevel.businesses.push(business);
    Ok(Answer::new(
        201,
        json!({"success": true, "buiseness": shape}),
    ))
}

/// `PUT /businesses/{id}`.
pub(crate) fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let own: [Rule; 1] = [("name", Kind::Text, Need::May)];
    let members = check(&call.body, &details().chain(own).collect::<Vec<_>>())?;
    let at = place(highlevel, call.id(0))?;
    fill(&mut highlevel.businesses[at], members, call.now);
    let shape = shape(highlevel, &highlevel.businesses[at]);
    Ok(Answer::ok(json!({"success": true, "buiseness": shape})))
}

/// `DELETE /businesses/{id}`.
pub(crate) fn delete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let at = place(highlevel, call.id(0))?;
    highlevel.businesses.remove(at);
    Ok(Answer::ok(json!({"success": true})))
}
