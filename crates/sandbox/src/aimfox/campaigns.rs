//! Campaigns and their audiences, to read (`facts/aimfox.md` §2.3, 2.4).

use serde_json::{Value, json};

use super::records::Campaign;
use super::{flow, invalid, ok, refuse, shapes};
use crate::call::{Answer, Call, Outcome, with};
use crate::world::Aimfox;

fn find<'a>(aimfox: &'a Aimfox, call: &Call) -> Result<&'a Campaign, Answer> {
    let found = aimfox
        .campaigns
        .iter()
        .find(|campaign| campaign.id == call.id(0));
    found.ok_or_else(|| refuse(404, "Campaign not found", None))
}

fn joined(aimfox: &Aimfox, campaign: &Campaign) -> usize {
    let came = |lead: &&super::records::Lead| lead.origins.iter().any(|o| o.id == campaign.id);
    aimfox.leads.values().filter(came).count()
}

pub(crate) fn row(aimfox: &Aimfox, campaign: &Campaign) -> Value {
    json!({
        "id": campaign.id,
        "name": campaign.name,
        "state": campaign.state,
        "created_at": campaign.created_at,
        "target_count": joined(aimfox, campaign) + campaign.waiting.len(),
        "type": campaign.kind,
        "outreach_type": campaign.outreach,
        "owners": [campaign.owner],
        "start_date": null,
        "miner": campaign.owner,
        "uses_connection_note": false,
        "labels": [],
    })
}

/// `GET /campaigns`: all at once.
pub(crate) fn list(aimfox: &Aimfox, call: &Call) -> Outcome {
    let inbound = match call.query("outreach_type") {
        None => None,
        Some("inbound") => Some(true),
        Some("outbound") => Some(false),
        Some(_) => {
            let message = "\"query.outreach_type\" must be one of [inbound, outbound]";
            return Err(invalid(message));
        }
    };
    let campaigns: Vec<Value> = aimfox
        .campaigns
        .iter()
        .filter(|campaign| inbound.is_none_or(|wanted| (campaign.outreach == "drip") == wanted))
        .map(|campaign| row(aimfox, campaign))
        .collect();
    ok(200, json!({"campaigns": campaigns}))
}

/// `GET /campaigns/{id}`. `audience_size` is a ceiling, not a count.
pub(crate) fn get(aimfox: &Aimfox, call: &Call) -> Outcome {
    let campaign = find(aimfox, call)?;
    let open = json!({"intervals": [{"start": 9, "end": 17}]});
    let shut = json!({"intervals": []});
    let more = json!({
        "audience_size": if campaign.kind == "navigator" { 2_500 } else { 10_000 },
        "completion": 0,
        "custom_variable_keys": [],
        "inmail_optimization": false,
        "exclude_active_targets": true,
        "exclude_previous_targets": false,
        "no_pfp": false,
        "crm_type": null,
        "autolabel_ids": [],
        "schedule": {
            "timezone": {"name": "Europe/Berlin", "offset": 60},
            "sunday": shut, "monday": open, "tuesday": open, "wednesday": open,
            "thursday": open, "friday": open, "saturday": shut,
        },
        "flows": [{
            "id": campaign.id,
            "type": "PRIMARY_CONNECT",
            "name": "Primary",
            "template": null,
            "flow_message_templates": [],
        }],
    });
    ok(200, json!({"campaign": with(row(aimfox, campaign), more)}))
}

/// Somebody who has not accepted.
pub(crate) fn waiting(target: &super::records::Target) -> Value {
    json!({
        "id": target.id.to_string(),
        "urn": target.urn,
        "public_identifier": target.public_identifier,
        "full_name": target.full_name,
        "picture_url": "",
        "occupation": target.occupation,
        "company": target.company,
        "location": {"name": target.location, "urn": ""},
        "state": target.state,
    })
}

/// Where a lead is in a campaign that it came from.
fn state(campaign: &Campaign, lead: u64) -> &str {
    let won = campaign.won.iter().find(|target| target.id == lead);
    match won {
        Some(target) => &target.state,
        None if lead.is_multiple_of(3) => "done",
        None => "message",
    }
}

/// `GET /campaigns/{id}/audience`: everybody, whatever the query says.
pub(crate) fn audience(aimfox: &Aimfox, call: &Call) -> Outcome {
    let campaign = find(aimfox, call)?;
    let came = aimfox
        .leads
        .values()
        .filter(|lead| lead.origins.iter().any(|o| o.id == campaign.id));
    let joined = came.map(|lead| {
        json!({
            "id": lead.id.to_string(),
            "urn": lead.urn,
            "public_identifier": lead.public_identifier,
            "full_name": lead.full_name,
            "picture_url": shapes::picture(lead),
            "occupation": lead.occupation,
            "company": lead.experience.first().map_or("", |job| &job.company),
            "location": lead.location,
            "state": state(campaign, lead.id),
            "owner": campaign.owner,
        })
    });
    let waiting = campaign.waiting.iter().map(waiting);
    ok(
        200,
        json!({"audience": joined.chain(waiting).collect::<Vec<_>>()}),
    )
}

/// `GET /campaigns/{id}/metrics`: totals since the beginning.
pub(crate) fn metrics(aimfox: &Aimfox, call: &Call) -> Outcome {
    let campaign = find(aimfox, call)?;
    let accepted = joined(aimfox, campaign);
    // Of people who were there from the start, one in five has replied.
    let count = |transition| flow::count(aimfox, Some(&campaign.id), &[transition], 0..i64::MAX);
    let replies = accepted.saturating_sub(campaign.won.len()) / 5 + count("reply");
    ok(
        200,
        json!({"metrics": {
            "sent_connections": accepted + campaign.waiting.len(),
            "accepted_connections": accepted,
            "sent_messages": accepted,
            "replies": replies,
            "inmail_replies": count("inmail_reply"),
            "sent_inmails": count("inmail"),
            "message_requests": 0,
            "sent_endorsements": 0,
            "views": accepted + campaign.waiting.len(),
            "sent_likes": 0,
        }}),
    )
}
