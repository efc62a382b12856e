//! The location itself, and the appointments of a contact (`facts/highlevel.md` §1.4, 3.4).

use serde_json::{Value, json};

use super::{known_contact, own_location};
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::world::HighLevel;

/// `GET /locations/{id}`, with the settings that decide what a duplicate is.
pub(crate) fn get(highlevel: &HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    Ok(Answer::ok(json!({"location": {
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
    }})))
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
