//! The location itself, and the appointments of a contact (`facts/highlevel.md` §1.4, 3.4).

use serde_json::{Value, json};

use super::{known_contact, own_location};
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::plain::constant;
use crate::world::HighLevel;

/// `GET /locations/{id}`, with the settings that decide what a duplicate is.
pub(crate) fn get(highlevel: &HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    Ok(Answer::ok(json!({"location": row(highlevel)})))
}

/// The location as one call and as a list have it.
fn row(highlevel: &HighLevel) -> Value {
    json!({
        "id": highlevel.location_id,
        "companyId": highlevel.company_id,
        "name": highlevel.name,
        "email": "office@example.com",
        "phone": "+12025550100",
        "address": "1 Mill Lane",
        "city": "New York",
        "state": "NY",
        "country": highlevel.country,
        "postalCode": "10001",
        "website": "https://www.example.com",
        "timezone": highlevel.timezone,
        "social": {},
        "settings": {
            "allowDuplicateContact": highlevel.allow_duplicates,
            "allowDuplicateOpportunity": false,
            "allowFacebookNameMerge": false,
            "disableContactTimezone": false,
            "contactUniqueIdentifiers": highlevel.unique_identifiers,
        },
    })
}

/// Answers what is about the location and no record in it; `None` for anything else.
pub(crate) fn run(highlevel: &HighLevel, call: &Call) -> Option<Outcome> {
    Some(match call.operation.strip_prefix("highlevel.locations.")? {
        "search" => Ok(search(highlevel, call)),
        "channels.get" => Ok(channels(call)),
        "timezones" => Ok(timezones()),
        _ => return None,
    })
}

/// `GET /locations/search`: a token of a location sees that one.
fn search(highlevel: &HighLevel, call: &Call) -> Answer {
    let own = row(highlevel);
    let fits = call
        .query("email")
        .is_none_or(|email| own["email"] == email);
    let skip = call.query_number("skip", 0).unwrap_or(0);
    let rows = std::iter::once(own).filter(|_| fits).skip(skip);
    let rows = rows.take(call.query_number("limit", 10).unwrap_or(10));
    Answer::ok(json!({"locations": rows.collect::<Vec<_>>()}))
}

/// `GET /locations/{id}/conversationChannels/{type}`: who sends here. No call changes it.
fn channels(call: &Call) -> Answer {
    let kind = call.id(1);
    let provider = json!({
        "_id": format!("{}_provider", kind.to_lowercase()), "name": "Leadconnector",
        "type": kind, "default": true,
    });
    let channel = json!({kind: [{"conversationProvider": provider}]});
    constant(Answer::ok(json!({"conversationChannel": channel})))
}

/// `GET /locations/{id}/timezones`: the zones this computer knows; the document shows no answer.
fn timezones() -> Answer {
    let names = jiff::tz::db().available();
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    constant(Answer::ok(json!({"timeZones": names})))
}

/// `GET /contacts/{id}/appointments`: times without an offset.
pub(crate) fn appointments(highlevel: &HighLevel, call: &Call) -> Outcome {
    known_contact(highlevel, call.id(0))?;
    let zone = jiff::tz::TimeZone::get(&highlevel.timezone).unwrap_or(jiff::tz::TimeZone::UTC);
    let local = |ms: i64| {
        jiff::Timestamp::from_millisecond(ms)
            .map(|time| {
                time.to_zoned_datetime(zone.clone())
                    .strftime("%Y-%m-%d %H:%M:%S")
                    .to_string()
            })
            .unwrap_or_default()
    };
    let rows: Vec<Value> = highlevel
        .appointments
        .get(call.id(0))
        .into_iter()
        .flatten()
        .filter(|appointment| !appointment.deleted)
        .map(|appointment| {
            json!({
                "id": appointment.id,
                "calendarId": appointment.calendar_id,
                "contactId": appointment.contact_id,
                "locationId": highlevel.location_id,
                "title": appointment.title,
                "status": "booked",
                "appointmentStatus": appointment.status,
                "startTime": local(appointment.start),
                "endTime": local(appointment.end),
                "address": "",
                "users": [],
                "assignedResources": [],
                "dateAdded": iso(appointment.date_added),
                "dateUpdated": iso(appointment.date_updated.max(appointment.date_added)),
            })
        })
        .collect();
    Ok(Answer::ok(json!({"events": rows})))
}
