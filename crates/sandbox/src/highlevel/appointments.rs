//! Appointments, the events of calendars and free slots
//! (`facts/highlevel.md` §3.4). Blocked time is an event without a contact.

use serde_json::{Value, json};

use super::{no_contact, refuse, unprocessable};
use crate::call::{Answer, Call, Outcome};
use crate::clock::{iso, parse_time};
use crate::highlevel::records::Appointment;
use crate::shelf::{members, merge};
use crate::world::{HighLevel, Mint};

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// Answers what is about time in calendars; `None` for anything else.
pub(crate) fn run(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    Some(
        match call.operation.trim_start_matches("highlevel.calendars.") {
            "appointments.create" => create(highlevel, mint, call),
            "appointments.get" => get(highlevel, call),
            "appointments.update" => update(highlevel, call),
            "events.list" => events(highlevel, call),
            "events.delete" => delete(highlevel, call),
            "free_slots" => free_slots(highlevel, call),
            "blocked_slots.list" => blocks(highlevel, call),
            "blocked_slots.create" => block(highlevel, mint, call),
            "blocked_slots.update" => change_block(highlevel, call),
            _ => return None,
        },
    )
}

pub(crate) fn all(highlevel: &HighLevel) -> impl Iterator<Item = &Appointment> {
    highlevel.appointments.values().flatten()
}

fn find_mut<'a>(highlevel: &'a mut HighLevel, id: &str) -> Result<&'a mut Appointment, Answer> {
    let mut all = highlevel.appointments.values_mut().flatten();
    all.find(|one| one.id == id).ok_or_else(|| no_event(id))
}

pub(crate) fn no_event(id: &str) -> Answer {
    refuse(400, format!("Event with id {id} not found"))
}

/// The length of a calendar's slots.
fn slot(highlevel: &HighLevel, calendar: &str) -> Result<i64, Answer> {
    let found = highlevel.shelves.find("calendars", calendar);
    let calendar = found.ok_or_else(|| refuse(400, "The calendar ID is invalid."))?;
    let length = calendar["slotDuration"].as_i64().unwrap_or(30).max(1);
    let unit = if calendar["slotDurationUnit"] == "hours" {
        60
    } else {
        1
    };
    Ok(length * unit * MINUTE)
}

fn time(call: &Call, name: &str) -> Result<Option<i64>, Answer> {
    match call.body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => parse_time(value).map(Some).ok_or_else(|| {
            unprocessable(vec![format!("{name} must be a valid ISO 8601 date string")])
        }),
    }
}

/// A time with the location's offset, as events show it.
fn local(highlevel: &HighLevel, ms: i64) -> String {
    let zone = jiff::tz::TimeZone::get(&highlevel.timezone).unwrap_or(jiff::tz::TimeZone::UTC);
    jiff::Timestamp::from_millisecond(ms)
        .map(|time| {
            time.to_zoned_datetime(zone)
                .strftime("%Y-%m-%dT%H:%M:%S%:z")
                .to_string()
        })
        .unwrap_or_default()
}

/// An event's row.
fn event(highlevel: &HighLevel, one: &Appointment) -> Value {
    let mut value = json!({
        "id": one.id,
        "title": one.title,
        "calendarId": one.calendar_id,
        "locationId": highlevel.location_id,
        "contactId": one.contact_id,
        "appointmentStatus": one.status,
        "appoinmentStatus": one.status,
        "address": "",
        "isRecurring": one.details.contains_key("rrule"),
        "startTime": local(highlevel, one.start),
        "endTime": local(highlevel, one.end),
        "dateAdded": iso(one.date_added),
        "dateUpdated": iso(one.date_updated.max(one.date_added)),
        "assignedResources": [],
        "createdBy": {"userId": null, "source": "third_party"},
        "deleted": one.deleted,
    });
    let shown = [
        "address",
        "description",
        "assignedUserId",
        "rrule",
        "notes",
        "groupId",
    ];
    for name in shown {
        if let Some(detail) = one.details.get(name) {
            value[name] = detail.clone();
        }
    }
    if let Some(user) = one.details.get("assignedUserId") {
        value["users"] = json!([user]);
    }
    value
}

/// The answer to a write: flat, without the times of the event.
fn saved(highlevel: &HighLevel, one: &Appointment) -> Value {
    let mut value = json!({
        "id": one.id,
        "calendarId": one.calendar_id,
        "locationId": highlevel.location_id,
        "contactId": one.contact_id,
        "title": one.title,
        "status": "booked",
        "appointmentStatus": one.status,
        "appoinmentStatus": one.status,
        "address": one.details.get("address").cloned().unwrap_or_else(|| json!("")),
        "dateAdded": iso(one.date_added),
        "dateUpdated": iso(one.date_updated.max(one.date_added)),
        "isRecurring": one.details.contains_key("rrule"),
    });
    if let Some(user) = one.details.get("assignedUserId") {
        value["assignedUserId"] = user.clone();
    }
    value
}

/// Whether a calendar is taken in a span of time.
fn taken(highlevel: &HighLevel, calendar: &str, from: i64, to: i64, but: &str) -> bool {
    let booked = all(highlevel)
        .filter(|one| !one.deleted && one.status != "cancelled" && one.id != but)
        .any(|one| one.calendar_id == calendar && one.start < to && from < one.end);
    let blocked = highlevel.shelves.all("blocks").iter().any(|block| {
        let at = |name: &str| parse_time(&block[name]).unwrap_or(0);
        block["calendarId"] == calendar && at("startTime") < to && from < at("endTime")
    });
    booked || blocked
}

/// `POST /calendars/events/appointments`.
fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let text = |name: &str| call.body[name].as_str().unwrap_or("").to_owned();
    let (calendar, contact) = (text("calendarId"), text("contactId"));
    let length = slot(highlevel, &calendar)?;
    let start = time(call, "startTime")?.unwrap_or(call.now);
    let end = time(call, "endTime")?.unwrap_or(start + length);
    let sure = call.body["ignoreFreeSlotValidation"] == true;
    if !sure && taken(highlevel, &calendar, start, end, "") {
        return Err(refuse(
            400,
            "The slot you have selected is no longer available.",
        ));
    }
    let name = match highlevel.contacts.get(&contact) {
        Some(contact) => contact.full_name(),
        None => return Err(no_contact(&contact)),
    };
    let mut details = members(&call.body);
    let status = details.remove("appointmentStatus");
    let title = details.remove("title");
    let said = |value: Option<Value>, otherwise: &str| {
        let text = value.as_ref().and_then(Value::as_str);
        text.unwrap_or(otherwise).to_owned()
    };
    let one = Appointment {
        id: mint.highlevel(),
        calendar_id: calendar,
        contact_id: contact.clone(),
        title: said(title, &name),
        status: said(status, "confirmed"),
        start,
        end,
        date_added: call.now,
        date_updated: call.now,
        deleted: false,
        details: kept(details),
    };
    let body = saved(highlevel, &one);
    highlevel.appointments.entry(contact).or_default().push(one);
    Ok(Answer::ok(body))
}

/// The details that an event shows again.
fn kept(details: serde_json::Map<String, Value>) -> std::collections::BTreeMap<String, Value> {
    let names = [
        "address",
        "description",
        "assignedUserId",
        "rrule",
        "notes",
        "groupId",
    ];
    let kept = details
        .into_iter()
        .filter(|(name, _)| names.contains(&name.as_str()));
    kept.collect()
}

/// `GET …/{eventId}`: the document says `event`, live answers say `appointment`, and a deleted one
/// is still shown.
fn get(highlevel: &HighLevel, call: &Call) -> Outcome {
    let one = all(highlevel).find(|one| one.id == call.id(0));
    let one = one.ok_or_else(|| no_event(call.id(0)))?;
    Ok(Answer::ok(json!({"appointment": event(highlevel, one)})))
}

/// `PUT …/{eventId}`.
fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let id = call.id(0).to_owned();
    let (start, end) = (time(call, "startTime")?, time(call, "endTime")?);
    let old = all(highlevel)
        .find(|one| one.id == id && !one.deleted)
        .cloned();
    let old = old.ok_or_else(|| no_event(&id))?;
    let calendar = call.body["calendarId"]
        .as_str()
        .unwrap_or(&old.calendar_id)
        .to_owned();
    slot(highlevel, &calendar)?;
    let from = start.unwrap_or(old.start);
    let to = end.unwrap_or(from + (old.end - old.start));
    let moved = (from, to) != (old.start, old.end);
    let sure = call.body["ignoreFreeSlotValidation"] == true;
    if moved && !sure && taken(highlevel, &calendar, from, to, &id) {
        return Err(refuse(
            400,
            "The slot you have selected is no longer available.",
        ));
    }
    let one = find_mut(highlevel, &id)?;
    (one.start, one.end, one.calendar_id) = (from, to, calendar);
    one.date_updated = call.now;
    let mut details = members(&call.body);
    if let Some(Value::String(status)) = details.remove("appointmentStatus") {
        one.status = status;
    }
    if let Some(Value::String(title)) = details.remove("title") {
        one.title = title;
    }
    one.details.extend(kept(details));
    let one = one.clone();
    Ok(Answer::ok(saved(highlevel, &one)))
}

/// `DELETE /calendars/events/{eventId}`: gone from lists, still shown by its id.
fn delete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    if highlevel.shelves.remove("blocks", call.id(0)).is_none() {
        let one = find_mut(highlevel, call.id(0))?;
        one.deleted = true;
        one.date_updated = call.now;
    }
    Ok(Answer::ok(json!({"succeeded": true})))
}

/// The span of the query, and whose events are wanted; one of the three must be said.
fn span(call: &Call) -> Result<(i64, i64), Answer> {
    let at = |name: &str| call.query(name).and_then(|text| text.parse::<i64>().ok());
    if ["calendarId", "userId", "groupId"]
        .iter()
        .all(|name| call.query(name).is_none())
    {
        let message = "Either of calendarId, userId or groupId is required";
        return Err(unprocessable(vec![message.to_owned()]));
    }
    match (at("startTime"), at("endTime")) {
        (Some(from), Some(to)) => Ok((from, to)),
        _ => Err(unprocessable(vec![
            "startTime and endTime must be in milliseconds".to_owned(),
        ])),
    }
}

fn wanted(highlevel: &HighLevel, call: &Call, calendar: &str, user: Option<&str>) -> bool {
    let group = || {
        highlevel
            .shelves
            .find("calendars", calendar)
            .map(|found| &found["groupId"])
    };
    call.query("calendarId").is_none_or(|id| id == calendar)
        && call.query("userId").is_none_or(|id| user == Some(id))
        && call
            .query("groupId")
            .is_none_or(|id| group().is_some_and(|of| of == id))
}

/// `GET /calendars/events`: by the time of the beginning, deleted ones left out.
fn events(highlevel: &HighLevel, call: &Call) -> Outcome {
    let (from, to) = span(call)?;
    let user = |one: &Appointment| {
        let user = one.details.get("assignedUserId").and_then(Value::as_str);
        user.map(str::to_owned)
    };
    let rows: Vec<Value> = all(highlevel)
        .filter(|one| !one.deleted && (from..=to).contains(&one.start))
        .filter(|one| wanted(highlevel, call, &one.calendar_id, user(one).as_deref()))
        .map(|one| event(highlevel, one))
        .collect();
    Ok(Answer::ok(json!({"events": rows})))
}

/// `GET /calendars/{id}/free-slots`: weekdays from 9 to 17 UTC, without what is taken.
fn free_slots(highlevel: &HighLevel, call: &Call) -> Outcome {
    let calendar = call.id(0);
    let length = slot(highlevel, calendar)?;
    let at = |name: &str| {
        call.query(name)
            .and_then(|text| text.parse::<i64>().ok())
            .unwrap_or(0)
    };
    let (from, to) = (at("startDate"), at("endDate"));
    if to - from > 31 * DAY {
        return Err(refuse(400, "The date range must not be more than 31 days"));
    }
    let mut days = serde_json::Map::new();
    let mut day = from.div_euclid(DAY);
    while day * DAY < to {
        // 1970-01-01 was a Thursday.
        let weekend = matches!((day + 3).rem_euclid(7), 5 | 6);
        let (opens, shuts) = (day * DAY + 540 * MINUTE, day * DAY + 1_020 * MINUTE);
        let slots: Vec<Value> = (0..)
            .map(|n| opens + n * length)
            .take_while(|start| start + length <= shuts)
            .filter(|start| !weekend && (from..to).contains(start))
            .filter(|start| !taken(highlevel, calendar, *start, start + length, ""))
            .map(|start| json!(local(highlevel, start)))
            .collect();
        if !slots.is_empty() {
            days.insert(iso(day * DAY)[..10].to_owned(), json!({"slots": slots}));
        }
        day += 1;
    }
    Ok(Answer::ok(Value::Object(days)))
}

/// `GET /calendars/blocked-slots`.
fn blocks(highlevel: &HighLevel, call: &Call) -> Outcome {
    let (from, to) = span(call)?;
    let rows: Vec<&Value> = highlevel
        .shelves
        .all("blocks")
        .iter()
        .filter(|block| parse_time(&block["startTime"]).is_some_and(|at| (from..=to).contains(&at)))
        .filter(|block| {
            let calendar = block["calendarId"].as_str().unwrap_or("");
            wanted(highlevel, call, calendar, block["assignedUserId"].as_str())
        })
        .collect();
    Ok(Answer::ok(json!({"events": rows})))
}

/// `POST /calendars/events/block-slots`.
fn block(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let length = slot(highlevel, call.body["calendarId"].as_str().unwrap_or(""))?;
    let start = time(call, "startTime")?.unwrap_or(call.now);
    let end = time(call, "endTime")?.unwrap_or(start + length);
    let mut record = json!({"id": mint.highlevel(), "title": "Blocked"});
    merge(&mut record, &members(&call.body));
    record["startTime"] = json!(local(highlevel, start));
    record["endTime"] = json!(local(highlevel, end));
    highlevel.shelves.put("blocks", record.clone());
    Ok(Answer::new(201, record))
}

/// `PUT /calendars/events/block-slots/{id}`: 201, as the document has it.
fn change_block(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let found = highlevel.shelves.find_mut("blocks", call.id(0));
    let record = found.ok_or_else(|| no_event(call.id(0)))?;
    merge(record, &members(&call.body));
    Ok(Answer::new(201, record.clone()))
}
