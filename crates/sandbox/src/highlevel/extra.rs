//! What is not about contacts: the same manners for all of it, and then each resource's own file.

use serde_json::Value;

use super::{
    appointment_notes, appointments, consent, location, no_contact, opportunities, refuse,
    resources, schedules, unprocessable, uploads,
};
use crate::call::{Answer, Call, Outcome};
use crate::manners::{Dialect, complaints};
use crate::plain;
use crate::world::{HighLevel, Mint};

/// Operations that only an agency's token opens (`security` of the documents: `Agency-Access` alone).
pub(crate) const AGENCY: &[&str] = &[
    "highlevel.locations.create",
    "highlevel.locations.update",
    "highlevel.locations.delete",
    "highlevel.locations.permissions.get",
    "highlevel.locations.permissions.update",
    "highlevel.oauth.location_token",
    "highlevel.oauth.installed_locations",
    "highlevel.users.search_by_email",
];

/// Answers an operation that has passed the gate.
pub(crate) fn run(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    manners(highlevel, call)?;
    appointments::run(highlevel, mint, call)
        .or_else(|| appointment_notes::run(highlevel, mint, call))
        .or_else(|| schedules::run(highlevel, call))
        .or_else(|| resources::run(highlevel, mint, call))
        .or_else(|| opportunities::run(highlevel, mint, call))
        .or_else(|| super::conversations::run(highlevel, mint, call))
        .or_else(|| uploads::run(highlevel, mint, call))
        .or_else(|| consent::run(highlevel, mint, call))
        .or_else(|| location::run(highlevel, call))
        .unwrap_or_else(|| sample(highlevel, call))
}

/// What every service of HighLevel checks before it looks at a record.
fn manners(highlevel: &HighLevel, call: &Call) -> Result<(), Answer> {
    let known = call.row.versions.contains(&call.version);
    let only = call.row.versions.first().map(String::as_str);
    if !known && (call.version == "v3" || only == Some("v3")) {
        // Calls come and go with v3 (`facts/highlevel.md` §8).
        let method = call.row.method.as_str();
        return Err(refuse(404, format!("Cannot {method} {}", call.row.path)));
    }
    let complaints = complaints(call, Dialect::HighLevel);
    if !complaints.is_empty() {
        return Err(unprocessable(complaints));
    }
    let names = call.row.path_params().map(|param| param.name.as_str());
    let path = names.zip(call.path.iter().map(String::as_str));
    let query = call
        .query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let body = call.body.as_object().into_iter().flatten();
    let body = body.filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    for (name, value) in path.chain(query).chain(body) {
        match name {
            "locationId" | "location_id" if value != highlevel.location_id => {
                let message = "The token does not have access to this location.";
                return Err(refuse(403, message));
            }
            "companyId" if value != highlevel.company_id => {
                let message = "The token does not have access to this company.";
                return Err(refuse(403, message));
            }
            "contactId" if highlevel.contacts.get(value).is_none() => {
                return Err(no_contact(value));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A schema-true answer that nothing is kept behind.
fn sample(highlevel: &HighLevel, call: &Call) -> Outcome {
    let known = [
        ("locationId", highlevel.location_id.as_str()),
        ("companyId", highlevel.company_id.as_str()),
    ];
    let body: Value = plain::answer(call, &known);
    Ok(plain::marked(Answer::new(created(call.operation), body)))
}

/// The status of a success: 201 for what adds a record, as the documents have it.
pub(crate) fn created(operation: &str) -> u16 {
    const QUIET: &[&str] = &[
        "highlevel.calendars.create",
        "highlevel.calendars.appointments.create",
        "highlevel.calendars.notifications.create",
    ];
    let adds = operation.ends_with(".create") || operation.ends_with(".add");
    if adds && !QUIET.contains(&operation) {
        201
    } else {
        200
    }
}
