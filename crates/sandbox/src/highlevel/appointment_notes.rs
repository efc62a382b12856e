//! Notes on appointments: up to 5,000 characters, read 20 at a time (`facts/highlevel.md` §3.4).

use serde_json::{Value, json};

use super::appointments::{all, no_event};
use super::{refuse, unprocessable};
use crate::call::{Answer, Call, Outcome, with};
use crate::clock::iso;
use crate::shelf::{members, merge};
use crate::world::{HighLevel, Mint};

/// Answers what is about notes on appointments; `None` for anything else.
pub(crate) fn run(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    let family = "highlevel.calendars.appointments.notes.";
    Some(match call.operation.strip_prefix(family)? {
        "list" => notes(highlevel, call),
        "create" => add_note(highlevel, mint, call),
        "update" => change_note(highlevel, call),
        "delete" => remove_note(highlevel, call),
        _ => return None,
    })
}

fn known(highlevel: &HighLevel, id: &str) -> Result<String, Answer> {
    let one = all(highlevel).find(|one| one.id == id);
    one.map(|one| one.contact_id.clone())
        .ok_or_else(|| no_event(id))
}

/// `GET /calendars/appointments/{id}/notes`: at most 20 at a time.
fn notes(highlevel: &HighLevel, call: &Call) -> Outcome {
    known(highlevel, call.id(0))?;
    let offset = call.query_number("offset", 0).unwrap_or(0);
    let limit = call.query_number("limit", 10).unwrap_or(10);
    if limit > 20 {
        return Err(unprocessable(vec![
            "limit must not be greater than 20".to_owned(),
        ]));
    }
    let shelf = highlevel.shelves.all("appointment_notes").iter();
    let of: Vec<Value> = shelf
        .filter(|note| note["appointmentId"] == call.id(0))
        .map(shown)
        .collect();
    let more = of.len() > offset + limit;
    let page: Vec<Value> = of.into_iter().skip(offset).take(limit).collect();
    Ok(Answer::ok(json!({"notes": page, "hasMore": more})))
}

/// A note without what only the sandbox needs.
fn shown(note: &Value) -> Value {
    let mut note = note.clone();
    if let Some(members) = note.as_object_mut() {
        members.remove("appointmentId");
    }
    note
}

fn fits(call: &Call) -> Result<(), Answer> {
    let length = call.body["body"]
        .as_str()
        .map_or(0, |text| text.chars().count());
    if length > 5_000 {
        let message = "body must be shorter than or equal to 5000 characters";
        return Err(unprocessable(vec![message.to_owned()]));
    }
    Ok(())
}

fn add_note(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    fits(call)?;
    let contact = known(highlevel, call.id(0))?;
    let record = with(
        json!({
            "id": mint.highlevel(),
            "appointmentId": call.id(0),
            "contactId": contact,
            "dateAdded": iso(call.now),
        }),
        call.body.clone(),
    );
    let note = shown(&record);
    highlevel.shelves.put("appointment_notes", record);
    Ok(Answer::new(201, json!({"note": note})))
}

fn change_note(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    fits(call)?;
    known(highlevel, call.id(0))?;
    let found = highlevel.shelves.find_mut("appointment_notes", call.id(1));
    let note = found.ok_or_else(|| refuse(400, "Note not found"))?;
    merge(note, &members(&call.body));
    let note = shown(note);
    Ok(Answer::ok(json!({"note": note})))
}

fn remove_note(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    known(highlevel, call.id(0))?;
    let gone = highlevel.shelves.remove("appointment_notes", call.id(1));
    gone.ok_or_else(|| refuse(400, "Note not found"))?;
    Ok(Answer::ok(json!({"success": true})))
}
