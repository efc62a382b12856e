//! Labels of the workspace, and on leads (`facts/aimfox.md` §2.6).

use serde_json::{Value, json};

use super::records::Label;
use super::{invalid, known_lead, ok, refuse, tell};
use crate::call::{Answer, Call, Outcome};
use crate::world::{Aimfox, Mint};

const COLORS: [&str; 6] = [
    "quaternary",
    "secondary",
    "danger",
    "yellow",
    "info",
    "success",
];

fn shape(label: &Label) -> Value {
    json!({"id": label.id, "agency_id": "aimfox", "name": label.name, "color": label.color})
}

fn place(aimfox: &Aimfox, id: &str) -> Result<usize, Answer> {
    let found = aimfox.labels.iter().position(|label| label.id == id);
    found.ok_or_else(|| refuse(404, "Label not found", None))
}

fn asked(call: &Call) -> Result<(String, String), Answer> {
    let name = call
        .body
        .get("name")
        .and_then(Value::as_str)
        .map(str::trim)
        .unwrap_or("");
    if name.is_empty() {
        return Err(invalid("\"body.name\" is required"));
    }
    let color = call.body.get("color").and_then(Value::as_str).unwrap_or("");
    if !COLORS.contains(&color) {
        return Err(invalid(&format!(
            "\"body.color\" must be one of [{}]",
            COLORS.join(", ")
        )));
    }
    Ok((name.to_owned(), color.to_owned()))
}

/// `GET /labels`, with how many leads carry each.
pub(crate) fn list(aimfox: &Aimfox) -> Outcome {
    let mut counts = std::collections::HashMap::<&str, usize>::new();
    for label in aimfox.leads.values().flat_map(|lead| &lead.labels) {
        *counts.entry(label).or_default() += 1;
    }
    let labels: Vec<Value> = aimfox
        .labels
        .iter()
        .map(|label| {
            let mut value = shape(label);
            value["count"] = json!(counts.get(label.id.as_str()).copied().unwrap_or(0));
            value
        })
        .collect();
    ok(200, json!({"labels": labels}))
}

/// `POST /labels`. Two labels may have one name.
pub(crate) fn create(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let (name, color) = asked(call)?;
    let label = Label {
        id: mint.uuid(),
        name,
        color,
    };
    let shape = shape(&label);
    aimfox.labels.push(label);
    ok(201, json!({"label": shape}))
}

/// `PATCH /labels/{id}`.
pub(crate) fn update(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let at = place(aimfox, call.id(0))?;
    let (name, color) = asked(call)?;
    let label = &mut aimfox.labels[at];
    (label.name, label.color) = (name, color);
    ok(200, json!({"label": shape(label)}))
}

/// `DELETE /labels/{id}`: it goes from every lead, too.
pub(crate) fn delete(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let at = place(aimfox, call.id(0))?;
    let label = aimfox.labels.remove(at);
    for lead in aimfox.leads.values_mut() {
        lead.labels.retain(|id| *id != label.id);
    }
    ok(200, json!({}))
}

/// `POST /leads/{id}/labels/{id}`. Repeating it changes nothing.
pub(crate) fn attach(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let id = known_lead(aimfox, call)?;
    let Label {
        id: label, name, ..
    } = aimfox.labels[place(aimfox, call.id(1))?].clone();
    if let Some(lead) = aimfox.leads.get_mut(&id)
        && !lead.labels.contains(&label)
    {
        lead.labels.push(label);
        aimfox.touch(id);
        tell::labelled(aimfox, mint, id, &name, call.now);
    }
    ok(201, json!({}))
}

/// `DELETE /leads/{id}/labels/{id}`. A label that is not there is no error.
pub(crate) fn detach(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let id = known_lead(aimfox, call)?;
    let label = aimfox.labels[place(aimfox, call.id(1))?].id.clone();
    if let Some(lead) = aimfox.leads.get_mut(&id)
        && lead.labels.contains(&label)
    {
        lead.labels.retain(|known| *known != label);
        aimfox.touch(id);
    }
    ok(200, json!({}))
}
