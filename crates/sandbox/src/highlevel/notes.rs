//! Notes of a contact (`facts/highlevel.md` §3.3). They have no time of change, and nothing reads
//! them in bulk.

use serde_json::{Map, Value, json};

use super::body::{Kind, Need, Rule, check, text};
use super::records::Note;
use super::{known_contact, refuse, succeeded};
use crate::call::{Answer, Call, Outcome, with};
use crate::clock::iso;
use crate::world::{HighLevel, Mint};

const SHARED: [Rule; 4] = [
    ("userId", Kind::Text, Need::MayNull),
    ("title", Kind::Text, Need::MayNull),
    ("color", Kind::Text, Need::MayNull),
    ("pinned", Kind::Bool, Need::May),
];

fn shape(contact_id: &str, note: &Note) -> Value {
    let mut value = json!({
        "id": note.id,
        "body": note.body,
        "bodyText": plain(&note.body),
        "userId": note.user_id,
        "dateAdded": iso(note.date_added),
        "contactId": contact_id,
        "pinned": note.pinned,
        "relations": [],
    });
    for (name, text) in [("title", &note.title), ("color", &note.color)] {
        if let Some(text) = text {
            value[name] = json!(text);
        }
    }
    value
}

/// The text of a body that may have been written in HighLevel's own editor, which makes HTML.
fn plain(body: &str) -> String {
    if !body.trim_start().starts_with('<') {
        return body.to_owned();
    }
    let mut text = String::new();
    let mut inside = false;
    for letter in body.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text
}

fn find<'a>(highlevel: &'a mut HighLevel, call: &Call) -> Result<&'a mut Note, Answer> {
    known_contact(highlevel, call.id(0))?;
    let notes = highlevel.notes.get_mut(call.id(0)).into_iter().flatten();
    let mut notes = notes.filter(|note| note.id == call.id(1));
    notes
        .next()
        .ok_or_else(|| refuse(404, format!("Note with id {} not found", call.id(1))))
}

fn fill(note: &mut Note, members: &Map<String, Value>) {
    if let Some(body) = text(members, "body") {
        body.clone_into(&mut note.body);
    }
    let set = |name: &str, place: &mut Option<String>| {
        if let Some(value) = members.get(name) {
            *place = value.as_str().map(str::to_owned);
        }
    };
    set("userId", &mut note.user_id);
    set("title", &mut note.title);
    set("color", &mut note.color);
    if let Some(pinned) = members.get("pinned").and_then(Value::as_bool) {
        note.pinned = pinned;
    }
}

/// `GET /contacts/{id}/notes`: newest first, all at once.
pub(crate) fn list(highlevel: &HighLevel, call: &Call) -> Outcome {
    known_contact(highlevel, call.id(0))?;
    let notes = highlevel.notes.get(call.id(0)).into_iter().flatten().rev();
    let notes: Vec<Value> = notes.map(|note| shape(call.id(0), note)).collect();
    Ok(Answer::ok(json!({"notes": notes})))
}

/// `GET /contacts/{id}/notes/{id}`.
pub(crate) fn get(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let note = find(highlevel, call)?;
    Ok(Answer::ok(json!({"note": shape(call.id(0), note)})))
}

/// `POST /contacts/{id}/notes`.
pub(crate) fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let own: [Rule; 1] = [("body", Kind::Text, Need::Must)];
    let members = check(&call.body, &[&SHARED[..], &own].concat())?;
    known_contact(highlevel, call.id(0))?;
    let mut note = Note {
        id: mint.highlevel(),
        body: String::new(),
        user_id: None,
        title: None,
        color: None,
        pinned: false,
        date_added: call.now,
    };
    fill(&mut note, members);
    let shape = shape(call.id(0), &note);
    highlevel
        .notes
        .entry(call.id(0).to_owned())
        .or_default()
        .push(note);
    Ok(Answer::new(201, json!({"note": shape})))
}

/// `PUT /contacts/{id}/notes/{id}`.
pub(crate) fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let own: [Rule; 1] = [("body", Kind::Text, Need::May)];
    let members = check(&call.body, &[&SHARED[..], &own].concat())?;
    let note = find(highlevel, call)?;
    fill(note, members);
    Ok(Answer::ok(json!({"note": shape(call.id(0), note)})))
}

/// `DELETE /contacts/{id}/notes/{id}`.
pub(crate) fn delete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let id = find(highlevel, call)?.id.clone();
    if let Some(notes) = highlevel.notes.get_mut(call.id(0)) {
        notes.retain(|note| note.id != id);
    }
    Ok(Answer::ok(with(succeeded(), json!({}))))
}
