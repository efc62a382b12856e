//! Notes on leads (`facts/aimfox.md` §2.6): no author, no time of change.

use serde_json::{Value, json};

use super::records::LeadNote;
use super::{invalid, known_lead, ok, refuse, shapes};
use crate::call::{Answer, Call, Outcome};
use crate::world::{Aimfox, Mint};

fn asked(call: &Call) -> Result<String, Answer> {
    match call.body.get("text").and_then(Value::as_str) {
        None => Err(invalid("\"body.text\" is required")),
        Some("") => Err(invalid("\"body.text\" is not allowed to be empty")),
        Some(text) => Ok(text.to_owned()),
    }
}

fn find<'a>(aimfox: &'a mut Aimfox, call: &Call, lead: u64) -> Result<&'a mut LeadNote, Answer> {
    let notes = aimfox
        .leads
        .get_mut(&lead)
        .into_iter()
        .flat_map(|lead| &mut lead.notes);
    let mut notes = notes.filter(|note| note.id == call.id(1));
    notes
        .next()
        .ok_or_else(|| refuse(404, "Note not found", None))
}

/// `GET /leads/{id}/notes`.
pub(crate) fn list(aimfox: &Aimfox, call: &Call) -> Outcome {
    let id = known_lead(aimfox, call)?;
    let notes: Vec<Value> = aimfox.leads[&id].notes.iter().map(shapes::note).collect();
    ok(200, json!({"notes": notes}))
}

/// `POST /leads/{id}/notes`.
pub(crate) fn create(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let id = known_lead(aimfox, call)?;
    let note = LeadNote {
        id: mint.uuid(),
        text: asked(call)?,
        created_at: call.now,
    };
    let shape = shapes::note(&note);
    if let Some(lead) = aimfox.leads.get_mut(&id) {
        lead.notes.push(note);
    }
    aimfox.touch(id);
    ok(201, json!({"note": shape}))
}

/// `PATCH /leads/{id}/notes/{id}`: `created_at` stays.
pub(crate) fn update(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let id = known_lead(aimfox, call)?;
    let text = asked(call)?;
    let note = find(aimfox, call, id)?;
    note.text = text;
    let shape = shapes::note(note);
    aimfox.touch(id);
    ok(200, json!({"note": shape}))
}

/// `DELETE /leads/{id}/notes/{id}`.
pub(crate) fn delete(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let id = known_lead(aimfox, call)?;
    let gone = find(aimfox, call, id)?.id.clone();
    if let Some(lead) = aimfox.leads.get_mut(&id) {
        lead.notes.retain(|note| note.id != gone);
    }
    aimfox.touch(id);
    ok(200, json!({}))
}
