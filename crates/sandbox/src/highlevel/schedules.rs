//! Which calendar follows which hours. The hours themselves are records like any other
//! ([`super::resources`]); a calendar without a team has its own (`v3` only).

use serde_json::{Value, json};

use super::refuse;
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::shelf::{members, merge, text};
use crate::world::HighLevel;

const SHARED: &str = "schedules";
/// Hours of calendars that have no team, by the calendar's id.
const OWN: &str = "calendar_schedules";

/// Answers what ties hours to calendars; `None` for anything else.
pub(crate) fn run(highlevel: &mut HighLevel, call: &Call) -> Option<Outcome> {
    Some(match call.operation.strip_prefix("highlevel.calendars.")? {
        "schedules.attach" => tie(highlevel, call, true),
        "schedules.detach" => tie(highlevel, call, false),
        "schedules.of_calendar.get" => own(highlevel, call),
        "schedules.of_calendar.create" => create(highlevel, call),
        "schedules.of_calendar.update" => update(highlevel, call),
        "groups.validate_slug" => Ok(free(highlevel, call)),
        _ => return None,
    })
}

fn missing(what: &str, id: &str) -> Answer {
    refuse(400, format!("{what} with id {id} not found"))
}

fn calendar(highlevel: &HighLevel, id: &str) -> Result<(), Answer> {
    match highlevel.shelves.find("calendars", id) {
        Some(_) => Ok(()),
        None => Err(missing("Calendar", id)),
    }
}

/// `PUT` and `DELETE …/associations/{calendarId}`: doing it twice changes nothing more.
fn tie(highlevel: &mut HighLevel, call: &Call, follows: bool) -> Outcome {
    calendar(highlevel, call.id(1))?;
    let found = highlevel.shelves.find_mut(SHARED, call.id(0));
    let schedule = found.ok_or_else(|| missing("Schedule", call.id(0)))?;
    let mut ids: Vec<Value> = schedule["calendarIds"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    ids.retain(|id| id != call.id(1));
    if follows {
        ids.push(json!(call.id(1)));
    }
    schedule["calendarIds"] = json!(ids);
    schedule["dateUpdated"] = json!(iso(call.now));
    Ok(Answer::ok(json!({"success": true})))
}

fn answer(status: u16, record: &Value) -> Outcome {
    let mut shown = record.clone();
    if let Some(members) = shown.as_object_mut() {
        members.remove("id");
        members.remove("locationId");
    }
    Ok(Answer::new(status, json!({"schedule": shown})))
}

fn own(highlevel: &HighLevel, call: &Call) -> Outcome {
    let found = highlevel.shelves.find(OWN, call.id(0));
    answer(
        200,
        found.ok_or_else(|| missing("Schedule of calendar", call.id(0)))?,
    )
}

/// A calendar has one set of hours; a second one takes its place.
fn create(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let id = call.id(0);
    calendar(highlevel, id)?;
    let mut record = json!({
        "id": id, "calendarId": id, "dateAdded": iso(call.now), "dateUpdated": iso(call.now),
    });
    merge(&mut record, &members(&call.body));
    highlevel.shelves.remove(OWN, id);
    highlevel.shelves.put(OWN, record.clone());
    answer(201, &record)
}

fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let found = highlevel.shelves.find_mut(OWN, call.id(0));
    let record = found.ok_or_else(|| missing("Schedule of calendar", call.id(0)))?;
    merge(record, &members(&call.body));
    record["dateUpdated"] = json!(iso(call.now));
    answer(200, record)
}

/// `POST /calendars/groups/validate-slug`.
fn free(highlevel: &HighLevel, call: &Call) -> Answer {
    let wanted = text(&call.body, "slug");
    let mut groups = highlevel.shelves.all("groups").iter();
    let taken = groups.any(|group| text(group, "slug").eq_ignore_ascii_case(wanted));
    Answer::ok(json!({"available": !taken}))
}
