//! Conversations of the seats (`facts/aimfox.md` §2.6). What is sent here is kept and goes nowhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::records::{Campaign, Target};
use super::{blacklist, invalid, ok, refuse, tell};
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::shelf::text;
use crate::world::{Aimfox, Mint};

/// Conversations on a page. How many the service shows is not documented (`facts/aimfox.md` §8.8).
const PAGE: usize = 25;

const TALKS: &str = "conversations";
const MESSAGES: &str = "messages";
/// What was uploaded and waits for its message.
const FILES: &str = "files";

/// Answers what is about conversations; `None` for anything else.
pub(crate) fn run(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    Some(
        match call.operation.strip_prefix("aimfox.conversations.")? {
            "list" => list(aimfox, call),
            "get" => get(aimfox, call),
            "of_lead" => of_lead(aimfox, call),
            "start" | "start_with_voice" => start(aimfox, mint, call),
            "send" => send(aimfox, mint, call).and_then(|_| ok(201, json!({}))),
            "upload" => upload(aimfox, mint, call),
            "send_voice" => send(aimfox, mint, call).and_then(|receipt| ok(200, receipt)),
            "mark_read" => mark_read(aimfox, call),
            "messages.react" => change(aimfox, call, 201),
            "messages.update" | "messages.delete" => change(aimfox, call, 200),
            _ => return None,
        },
    )
}

fn missing(what: &str) -> Answer {
    refuse(404, &format!("{what} not found"), None)
}

fn urn(mint: &mut Mint) -> String {
    format!("2-{}", STANDARD.encode(mint.uuid()))
}

fn last<'a>(aimfox: &'a Aimfox, talk: &Value) -> Option<&'a Value> {
    let mut all = aimfox.shelves.all(MESSAGES).iter().rev();
    all.find(|message| message["talk"] == talk["id"])
}

/// A message without what only the sandbox needs.
fn shown(message: &Value) -> Value {
    let mut message = message.clone();
    if let Some(members) = message.as_object_mut() {
        members.remove("talk");
        members.remove("id");
    }
    message
}

/// `GET /conversations`: the latest first; `before` in milliseconds.
fn list(aimfox: &Aimfox, call: &Call) -> Outcome {
    let before = call
        .query("before")
        .and_then(|text| text.parse::<i64>().ok());
    let unread = call.query("unread") == Some("true");
    let shelf = aimfox.shelves.all(TALKS).iter();
    let mut talks: Vec<&Value> = shelf
        .filter(|talk| before.is_none_or(|at| talk["active"].as_i64().unwrap_or(0) < at))
        .filter(|talk| !unread || talk["unread_count"].as_u64().unwrap_or(0) > 0)
        .collect();
    talks.sort_by_key(|talk| std::cmp::Reverse(talk["active"].as_i64()));
    let rows: Vec<Value> = talks
        .into_iter()
        .take(PAGE)
        .map(|talk| {
            let with: Vec<Value> = talk["participants"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(|id| participant(aimfox, id))
                .collect();
            json!({
                "conversation_urn": talk["id"],
                "unread_count": talk["unread_count"],
                "connected": true,
                "last_activity_at": iso(talk["active"].as_i64().unwrap_or(0)),
                "last_message": last(aimfox, talk).map(shown),
                "participants": with,
                "owner": talk["owner"],
            })
        })
        .collect();
    ok(200, json!({"conversations": rows}))
}

fn participant(aimfox: &Aimfox, id: &str) -> Value {
    let lead = id.parse().ok().and_then(|id: u64| aimfox.leads.get(&id));
    lead.map_or_else(
        || json!({"id": id}),
        |lead| super::shapes::hit(aimfox, lead),
    )
}

fn known<'a>(aimfox: &'a Aimfox, call: &Call) -> Result<&'a Value, Answer> {
    let talk = aimfox.shelves.find(TALKS, call.id(1));
    talk.filter(|talk| text(talk, "owner") == call.id(0))
        .ok_or_else(|| missing("Conversation"))
}

fn get(aimfox: &Aimfox, call: &Call) -> Outcome {
    let talk = known(aimfox, call)?;
    let shelf = aimfox.shelves.all(MESSAGES).iter();
    let messages: Vec<Value> = shelf
        .filter(|message| message["talk"] == talk["id"])
        .map(shown)
        .collect();
    ok(200, json!({"messages": messages}))
}

/// The one-to-one conversation of a seat with a lead.
fn between<'a>(aimfox: &'a Aimfox, account: &str, with: &Value) -> Option<&'a Value> {
    let mut talks = aimfox.shelves.all(TALKS).iter();
    talks.find(|talk| text(talk, "owner") == account && talk["participants"] == *with)
}

fn of_lead(aimfox: &Aimfox, call: &Call) -> Outcome {
    let lead = call.id(1);
    if lead
        .parse::<u64>()
        .ok()
        .is_none_or(|id| !aimfox.leads.contains_key(&id))
    {
        return Err(missing("Lead"));
    }
    let found = between(aimfox, call.id(0), &json!([lead]));
    // The document says `conversation_urn`, code in use reads `urn`.
    let urn = found.map(|talk| talk["id"].clone());
    ok(200, json!({"conversation_urn": urn, "urn": urn}))
}

/// Several recipients make one group conversation.
fn start(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let list = |name: &str| match &call.body[name] {
        Value::Array(items) => items.clone(),
        Value::String(one) => vec![json!(one)],
        _ => Vec::new(),
    };
    let mut people = Vec::new();
    for id in list("recipients") {
        let id = id.as_str().unwrap_or("").to_owned();
        if id
            .parse::<u64>()
            .ok()
            .is_none_or(|id| !aimfox.leads.contains_key(&id))
        {
            return Err(missing("Recipient"));
        }
        people.push(id);
    }
    for urn in list("recipient_urns") {
        let person = blacklist::resolve(aimfox, urn.as_str().unwrap_or(""));
        let id = person.ok_or_else(|| missing("Recipient"))?.id.to_string();
        if !people.contains(&id) {
            people.push(id);
        }
    }
    if people.is_empty() {
        return Err(invalid("\"body.recipients\" is required"));
    }
    content(aimfox, call)?;
    let with = json!(people);
    let id = match between(aimfox, call.id(0), &with) {
        Some(talk) => text(talk, "id").to_owned(),
        None => {
            let id = urn(mint);
            let talk = json!({
                "id": id, "owner": call.id(0), "participants": with,
                "unread_count": 0, "active": call.now,
            });
            aimfox.shelves.put(TALKS, talk);
            id
        }
    };
    let receipt = keep(aimfox, mint, call, &id);
    ok(200, receipt)
}

/// Keeps what is known of a file for one later message.
fn upload(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let file = &call.body["file"];
    if !file.is_object() {
        return Err(invalid("\"body.file\" is required"));
    }
    let id = mint.uuid();
    let input = json!({
        "originalname": file["filename"], "encoding": "7bit",
        "mimetype": file["type"], "size": file["size"],
    });
    let kept = json!({"id": id, "name": call.body["file_name"], "input": input});
    aimfox.shelves.put(FILES, kept);
    ok(200, json!({"file_identifier": id, "file_input": input}))
}

/// Ids of the files that a message carries.
fn carried(call: &Call) -> impl Iterator<Item = &str> {
    let ids = call.body["file_identifiers"].as_array();
    ids.into_iter().flatten().filter_map(Value::as_str)
}

/// A message needs a text or a file, and a file can be sent once (`facts/aimfox.md` §2.6; how an
/// unknown one is refused is not documented).
fn content(aimfox: &Aimfox, call: &Call) -> Result<(), Answer> {
    if carried(call).any(|id| aimfox.shelves.find(FILES, id).is_none()) {
        return Err(missing("File"));
    }
    let full = ["message", "file_identifiers", "file"]
        .iter()
        .any(|name| match &call.body[*name] {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        });
    if full {
        Ok(())
    } else {
        Err(invalid("\"body.message\" is required"))
    }
}

fn send(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Result<Value, Answer> {
    let id = text(known(aimfox, call)?, "id").to_owned();
    content(aimfox, call)?;
    Ok(keep(aimfox, mint, call, &id))
}

/// Keeps a message of the seat's, and gives its receipt.
fn keep(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call, talk: &str) -> Value {
    let id = urn(mint);
    let account = aimfox
        .accounts
        .iter()
        .find(|account| account.id == call.id(0));
    let name = account.map(|one| format!("{} {}", one.first_name, one.last_name));
    let attachments: Vec<Value> = carried(call)
        .filter_map(|id| aimfox.shelves.remove(FILES, id))
        .map(|file| json!({"name": file["name"], "type": file["input"]["mimetype"]}))
        .collect();
    aimfox.shelves.put(
        MESSAGES,
        json!({
            "id": id, "talk": talk, "urn": id, "type": "MEMBER_TO_MEMBER", "subject": null,
            "body": text(&call.body, "message"), "created_at": call.now,
            "sender": {"id": call.id(0), "full_name": name, "picture_url": ""},
            "account_id": call.id(0), "automated": false, "attachments": attachments,
        }),
    );
    if let Some(talk) = aimfox.shelves.find_mut(TALKS, talk) {
        talk["active"] = json!(call.now);
    }
    json!({"conversation_urn": talk, "message_urn": id, "created_at": call.now})
}

/// A lead's answer to a campaign arrives.
pub(super) fn receive(aimfox: &mut Aimfox, mint: &mut Mint, of: &Campaign, from: &Target, at: i64) {
    let sender = (from.id.to_string(), from.full_name.as_str());
    let words = "Thank you for writing. Could we talk next week?";
    let message = say(aimfox, mint, (&of.owner, from.id), sender, (words, at));
    tell::answer(aimfox, mint, of, from, &message);
}

/// Somebody writes in the conversation of a seat with a lead, which begins if there is none. Gives
/// the message.
pub(crate) fn say(
    aimfox: &mut Aimfox,
    mint: &mut Mint,
    (account, lead): (&str, u64),
    (sender, name): (String, &str),
    (words, at): (&str, i64),
) -> Value {
    let with = json!([lead.to_string()]);
    let talk = match between(aimfox, account, &with) {
        Some(talk) => text(talk, "id").to_owned(),
        None => {
            let id = urn(mint);
            aimfox.shelves.put(
                TALKS,
                json!({
                    "id": id, "owner": account, "participants": with,
                    "unread_count": 0, "active": at,
                }),
            );
            id
        }
    };
    let id = urn(mint);
    let unread = u64::from(sender != account);
    let message = json!({
        "id": id, "talk": talk, "urn": id, "type": "MEMBER_TO_MEMBER", "subject": null,
        "body": words, "created_at": at,
        "sender": {"id": sender, "full_name": name, "picture_url": ""},
        "account_id": account, "automated": false, "attachments": [],
    });
    aimfox.shelves.put(MESSAGES, message.clone());
    if let Some(talk) = aimfox.shelves.find_mut(TALKS, &talk) {
        talk["active"] = json!(at);
        talk["unread_count"] = json!(talk["unread_count"].as_u64().unwrap_or(0) + unread);
    }
    message
}

fn mark_read(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let id = text(known(aimfox, call)?, "id").to_owned();
    if let Some(talk) = aimfox.shelves.find_mut(TALKS, &id) {
        talk["unread_count"] = json!(0);
    }
    ok(200, json!({}))
}

/// Edits, removes or reacts to a message.
fn change(aimfox: &mut Aimfox, call: &Call, status: u16) -> Outcome {
    let talk = known(aimfox, call)?["id"].clone();
    let found = aimfox.shelves.find_mut(MESSAGES, call.id(2));
    let message = found.filter(|message| message["talk"] == talk);
    let message = message.ok_or_else(|| missing("Message"))?;
    match call.operation {
        "aimfox.conversations.messages.update" => {
            message["body"] = call.body["message"].clone();
        }
        "aimfox.conversations.messages.delete" => {
            aimfox.shelves.remove(MESSAGES, call.id(2));
        }
        _ => {
            let back = call.body["unreact"] == true;
            let reactions = if back {
                json!([])
            } else {
                json!([call.body["emoji"]])
            };
            message["reactions"] = reactions;
        }
    }
    ok(status, json!({}))
}
