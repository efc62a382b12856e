//! Which kinds of message people agreed to receive. The document describes the requests and no
//! answer: those here show what was kept.

use serde_json::{Value, json};

use super::refuse;
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::shelf::{members, merge, text};
use crate::world::{HighLevel, Mint};

const KINDS: &str = "subtypes";
/// What somebody said to a kind, under the contact's id and the kind's.
const WORDS: &str = "subscriptions";
/// The kind that every location has.
const DEFAULT: &str = "One on One";

/// Answers what is about subscriptions; `None` for anything else.
pub(crate) fn run(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    Some(
        match call.operation.strip_prefix("highlevel.conversations.")? {
            "subtypes.list" => {
                let kinds = highlevel.shelves.all(KINDS);
                Ok(Answer::ok(json!({"customSubtypes": kinds})))
            }
            "subtypes.create" => create(highlevel, mint, call),
            "subtypes.update" => update(highlevel, call),
            "subscriptions.status" => Ok(status(highlevel, call)),
            "subscriptions.change" => change(highlevel, call),
            _ => return None,
        },
    )
}

/// Two kinds of one channel have different names.
fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let (name, channel) = (text(&call.body, "name"), text(&call.body, "channel"));
    let mut kinds = highlevel.shelves.all(KINDS).iter();
    let taken = |kind: &Value| text(kind, "name") == name && text(kind, "channel") == channel;
    if name == DEFAULT || kinds.any(taken) {
        return Err(refuse(400, format!("Subtype {name} already exists")));
    }
    let mut kind = json!({
        "id": mint.highlevel(), "locationId": highlevel.location_id, "archived": false,
        "dateAdded": iso(call.now), "dateUpdated": iso(call.now),
    });
    merge(&mut kind, &members(&call.body));
    highlevel.shelves.put(KINDS, kind.clone());
    Ok(Answer::new(201, json!({"customSubtype": kind})))
}

fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let id = call.id(0);
    let found = highlevel.shelves.find_mut(KINDS, id);
    let kind = found.ok_or_else(|| refuse(400, format!("Subtype with id {id} not found")))?;
    merge(kind, &members(&call.body));
    kind["dateUpdated"] = json!(iso(call.now));
    Ok(Answer::ok(json!({"customSubtype": kind})))
}

/// Who said nothing is subscribed.
fn status(highlevel: &HighLevel, call: &Call) -> Answer {
    let contact = call.query("contactId").unwrap_or("");
    let said = |kind: &str| {
        let word = highlevel.shelves.find(WORDS, &word_id(contact, kind));
        word.map_or(json!("subscribed"), |word| word["status"].clone())
    };
    let own = highlevel.shelves.all(KINDS).iter();
    let own = own.filter(|kind| kind["archived"] != true);
    let mut rows = vec![json!({"type": "default", "name": DEFAULT, "status": said(DEFAULT)})];
    rows.extend(own.map(|kind| {
        json!({
            "type": "custom", "id": kind["id"], "name": kind["name"],
            "channel": kind["channel"], "status": said(text(kind, "id")),
        })
    }));
    Answer::ok(json!({"contactId": contact, "subscriptions": rows}))
}

fn word_id(contact: &str, kind: &str) -> String {
    format!("{contact}/{kind}")
}

fn change(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let (contact, action) = (
        text(&call.body, "contactId"),
        &call.body["subscription_action"],
    );
    let contact_says = |kind: &str| (word_id(contact, kind), kind.to_owned());
    let meant = match text(action, "type") {
        // Back into everything: what was said before is forgotten.
        "resub_all" => {
            let of = word_id(contact, "");
            let keep = |word: &Value| !text(word, "id").starts_with(&of);
            highlevel.shelves.retain(WORDS, keep);
            return Ok(Answer::new(201, json!({"success": true})));
        }
        "custom" => {
            let id = text(action, "subtype_id");
            if highlevel.shelves.find(KINDS, id).is_none() {
                return Err(refuse(400, format!("Subtype with id {id} not found")));
            }
            contact_says(id)
        }
        _ => contact_says(DEFAULT),
    };
    highlevel.shelves.remove(WORDS, &meant.0);
    highlevel.shelves.put(
        WORDS,
        json!({
            "id": meant.0, "kind": meant.1, "status": action["subtype_status"],
            "reason": call.body.get("legal_reason"), "dateUpdated": iso(call.now),
        }),
    );
    Ok(Answer::new(201, json!({"success": true})))
}
