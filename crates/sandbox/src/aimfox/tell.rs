//! What Aimfox's webhooks are told of (`facts/aimfox.md` §4): steps of campaigns, answers, new
//! connections, labels. Of seats, campaigns and the inbox no body was ever seen: nothing is told.

use serde_json::{Value, json};

use super::records::{Account, Campaign, Lead, Target};
use crate::clock::iso;
use crate::post::Parcel;
use crate::world::{Aimfox, Mint};

/// Queues an event for every webhook that wants it and leads to this computer: what is made up here
/// is not sent into the world.
pub(super) fn tell(aimfox: &mut Aimfox, mint: &mut Mint, event: &'static str, body: &Value) {
    let hooks = aimfox.shelves.all("webhooks").iter();
    let wanted: Vec<Value> = hooks
        .filter(|hook| hook["deleted"] != true)
        .filter(|hook| {
            let mut events = hook["events"].as_array().into_iter().flatten();
            events.any(|one| one == event)
        })
        .filter(|hook| is_here(hook["url"].as_str().unwrap_or_default()))
        .cloned()
        .collect();
    for hook in wanted {
        let id = mint.uuid();
        let envelope = json!({
            "id": id, "event_type": event, "event": body,
            "workspace": {
                "id": aimfox.workspace_id, "name": "Sample workspace", "created_at": 1_732_541_078,
            },
        });
        let headers = hook["headers"].as_object().into_iter().flatten();
        aimfox.told.push(Parcel {
            url: hook["url"].as_str().unwrap_or_default().to_owned(),
            headers: headers
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect(),
            event: event.to_owned(),
            id,
            body: envelope.to_string(),
        });
    }
}

/// Whether a webhook of this workspace leads to this computer.
pub(crate) fn is_anybody_here(aimfox: &Aimfox) -> bool {
    let mut hooks = aimfox.shelves.all("webhooks").iter();
    hooks.any(|hook| is_here(hook["url"].as_str().unwrap_or_default()))
}

fn is_here(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else {
        return false;
    };
    let here = ["127.0.0.1", "localhost", "[::1]"];
    url.scheme() == "http" && url.host_str().is_some_and(|host| here.contains(&host))
}

/// Ids are numbers here, and text everywhere else.
fn number(id: &str) -> Value {
    id.parse::<u64>().map_or_else(|_| json!(id), Value::from)
}

fn seat(aimfox: &Aimfox, id: &str) -> Value {
    let found = aimfox.accounts.iter().find(|account| account.id == id);
    found.map_or(Value::Null, |account: &Account| {
        json!({
            "id": number(&account.id), "urn": account.urn,
            "public_identifier": account.public_identifier, "first_name": account.first_name,
            "last_name": account.last_name, "email": account.email, "picture_url": "",
        })
    })
}

fn profile(target: &Target) -> Value {
    let (first, last) = target
        .full_name
        .split_once(' ')
        .unwrap_or((&target.full_name, ""));
    json!({
        "id": target.id, "urn": target.urn, "public_identifier": target.public_identifier,
        // The service's own sample has the space at the end.
        "first_name": format!("{first} "), "last_name": last, "email": null, "picture_url": "",
    })
}

fn campaign(campaign: &Campaign) -> Value {
    json!({
        "id": campaign.id, "name": campaign.name, "state": campaign.state,
        "type": campaign.kind, "outreach_type": campaign.outreach, "owners": [campaign.owner],
    })
}

/// A step of somebody in a campaign: the event is called as the transition is.
pub(super) struct Step<'a> {
    pub(super) transition: &'a str,
    pub(super) before: &'a str,
    pub(super) after: &'a str,
    /// Milliseconds since 1970.
    pub(super) at: i64,
}

pub(super) fn step(
    aimfox: &mut Aimfox,
    mint: &mut Mint,
    of: &Campaign,
    target: &Target,
    step: &Step<'_>,
) {
    let event = match step.transition {
        "view" => "view",
        "connect" => "connect",
        "accepted" => "accepted",
        "inmail" => "inmail",
        "message" => "message",
        "reply" => "reply",
        "inmail_reply" => "inmail_reply",
        // The end of a sequence and a withdrawal are told to nobody.
        _ => return,
    };
    let account = seat(aimfox, &of.owner);
    let mut body = json!({
        "target_urn": target.urn, "prev_state": step.before, "state": step.after,
        "transition": step.transition, "flow_id": of.id, "flow_type": "PRIMARY_CONNECT",
        "timestamp": iso(step.at), "account": account, "target": profile(target),
        "campaign": campaign(of),
    });
    if event.ends_with("reply") {
        body["template_id"] = Value::Null;
        // Our own text, not the answer.
        body["message"] = json!("Hello, I would like to connect.");
    }
    tell(aimfox, mint, event, &body);
    if event == "accepted" {
        let body = json!({ "timestamp": iso(step.at), "connected_profile": profile(target) });
        tell(aimfox, mint, "new_connection", &body);
    }
}

/// An answer that arrived in a seat's inbox. One message is told of twice, under two ids.
pub(super) fn answer(
    aimfox: &mut Aimfox,
    mint: &mut Mint,
    of: &Campaign,
    from: &Target,
    message: &Value,
) {
    let at = message["created_at"].as_i64().unwrap_or_default();
    let recipient = seat(aimfox, &of.owner);
    let body = json!({
        "conversation_urn": message["talk"], "message_urn": message["urn"],
        "body": message["body"], "declined": false,
        "message": {
            "urn": message["urn"], "inmail": false, "subject": null, "body": message["body"],
            "reactions": [], "sender": from.id.to_string(), "created_at": at, "edited": false,
            "deleted": false,
        },
        "timestamp": iso(at), "sender": profile(from), "recipient": recipient,
        "campaign": campaign(of),
    });
    tell(aimfox, mint, "new_reply", &body);
    tell(aimfox, mint, "campaign_reply", &body);
}

/// A label was put on a lead.
pub(super) fn labelled(aimfox: &mut Aimfox, mint: &mut Mint, lead: u64, label: &str, now: i64) {
    let Some(lead) = aimfox.leads.get(&lead) else {
        return;
    };
    let Lead {
        id,
        urn,
        public_identifier,
        first_name,
        last_name,
        ..
    } = lead;
    let body = json!({
        "timestamp": iso(now), "label_name": label,
        "lead": {
            "id": id, "urn": urn, "public_identifier": public_identifier,
            "first_name": first_name, "last_name": last_name, "email": null,
        },
    });
    tell(aimfox, mint, "lead_label_added", &body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_computer_is_told() {
        for here in [
            "http://127.0.0.1:47113/hooks/x",
            "http://localhost:1/",
            "http://[::1]:1/",
        ] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in [
            "http://localhost:x@example.com/",
            "http://127.0.0.1:80@example.com/",
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com:80/",
            "https://fox.example.com/hooks/x",
            "localhost:1",
            "",
        ] {
            assert!(!is_here(elsewhere), "{elsewhere}");
        }
    }
}
