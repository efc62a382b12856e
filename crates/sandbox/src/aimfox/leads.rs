//! A lead's own page.

use serde_json::json;

use super::{lead_id, ok, refuse, shapes};
use crate::call::{Call, Outcome};
use crate::world::Aimfox;

/// `GET /leads/{id}`; it answers for people in an audience, too.
pub(crate) fn get(aimfox: &Aimfox, call: &Call) -> Outcome {
    let id = lead_id(call)?;
    if let Some(lead) = aimfox.leads.get(&id) {
        return ok(200, json!({"lead": shapes::page(aimfox, lead)}));
    }
    let mut waiting = aimfox.campaigns.iter().flat_map(|campaign| {
        campaign
            .waiting
            .iter()
            .map(move |target| (campaign, target))
    });
    let found = waiting.find(|(_, target)| target.id == id);
    let (campaign, target) = found.ok_or_else(|| refuse(404, "Lead not found", None))?;
    let (first, last) = target
        .full_name
        .split_once(' ')
        .unwrap_or((target.full_name.as_str(), ""));
    ok(
        200,
        json!({"lead": {
            "id": target.id.to_string(),
            "urn": target.urn,
            "public_identifier": target.public_identifier,
            "first_name": first,
            "last_name": last,
            "full_name": target.full_name,
            "occupation": target.occupation,
            "picture_url": "",
            "location": {"name": target.location, "urn": ""},
            "email": null,
            "is_lead": false,
            "lead_of": [],
            "origins": [{"id": campaign.id, "name": campaign.name}],
            "notes": [],
            "labels": [],
            "favorite": false,
        }}),
    )
}
