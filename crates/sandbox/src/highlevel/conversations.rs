//! Conversations and their messages. A message that is sent is only kept: nobody gets it. The shapes
//! are those of the document, for no live answers are known.

use serde_json::{Value, json};

use super::{call_records, emails, refuse};
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::shelf::{members, merge, text};
use crate::world::{HighLevel, Mint};

const TALKS: &str = "conversations";
const MESSAGES: &str = "messages";

/// Answers what is about conversations; `None` for anything else.
pub(crate) fn run(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    Some(
        match call.operation.strip_prefix("highlevel.conversations.")? {
            "search" => Ok(search(highlevel, call)),
            "get" => known(highlevel, call.id(0)).map(Answer::ok),
            "create" => create(highlevel, mint, call),
            "update" => update(highlevel, call),
            "delete" => delete(highlevel, call),
            "messages.list" => messages(highlevel, call),
            "messages.get" => message(highlevel, call.id(0)).map(Answer::ok),
            "messages.export" => Ok(export(highlevel, call)),
            "messages.send" => send(highlevel, mint, call),
            "messages.log_inbound" | "messages.log_call" => log(highlevel, mint, call),
            "messages.set_status" => set_status(highlevel, call),
            "messages.cancel" => cancel(highlevel, call),
            "messages.reply_to_review" => reply_to_review(highlevel, mint, call),
            "live_chat.typing" => {
                let id = text(&call.body, "conversationId");
                // Nobody can be asked whether somebody types: the answer is always the same.
                let said = || crate::plain::constant(Answer::new(201, json!({"success": true})));
                known(highlevel, id).map(|_| said())
            }
            verb => {
                if let Some(verb) = verb.strip_prefix("messages.email.") {
                    return emails::run(highlevel, verb, call);
                }
                return call_records::run(highlevel, verb.strip_prefix("messages.")?, call);
            }
        },
    )
}

fn known(highlevel: &HighLevel, id: &str) -> Result<Value, Answer> {
    let found = highlevel.shelves.find(TALKS, id).cloned();
    found.ok_or_else(|| refuse(400, format!("Conversation with id {id} not found")))
}

fn message(highlevel: &HighLevel, id: &str) -> Result<Value, Answer> {
    let found = highlevel.shelves.find(MESSAGES, id).cloned();
    found.ok_or_else(|| refuse(400, format!("Message with id {id} not found")))
}

/// A row of the search, with the contact's name.
fn row(highlevel: &HighLevel, talk: &Value) -> Value {
    let mut row = talk.clone();
    // The page of one has a number for the type, the search a word.
    row["type"] = json!("TYPE_PHONE");
    if let Some(contact) = highlevel.contacts.get(text(talk, "contactId")) {
        row["fullName"] = json!(contact.full_name());
        row["contactName"] = json!(contact.full_name());
        row["email"] = json!(contact.email);
        row["phone"] = json!(contact.phone);
    }
    crate::call::without_nulls(row)
}

fn search(highlevel: &HighLevel, call: &Call) -> Answer {
    let unread = call.query("status") == Some("unread");
    let shelf = highlevel.shelves.all(TALKS).iter();
    let mut found: Vec<Value> = shelf
        .filter(|talk| {
            call.query("contactId")
                .is_none_or(|id| text(talk, "contactId") == id)
        })
        .filter(|talk| highlevel.contacts.get(text(talk, "contactId")).is_some())
        .filter(|talk| call.query("id").is_none_or(|id| text(talk, "id") == id))
        .filter(|talk| !unread || talk["unreadCount"].as_u64().unwrap_or(0) > 0)
        .map(|talk| row(highlevel, talk))
        .collect();
    found.sort_by(|a, b| text(b, "lastMessageDate").cmp(text(a, "lastMessageDate")));
    let total = found.len();
    found.truncate(call.query_number("limit", 20).unwrap_or(20));
    Answer::ok(json!({"conversations": found, "total": total}))
}

/// One conversation a contact.
fn open(highlevel: &mut HighLevel, mint: &mut Mint, contact: &str, now: i64) -> (Value, bool) {
    let mut talks = highlevel.shelves.all(TALKS).iter();
    if let Some(talk) = talks.find(|talk| text(talk, "contactId") == contact) {
        return (talk.clone(), false);
    }
    let talk = json!({
        "id": mint.highlevel(), "locationId": highlevel.location_id, "contactId": contact,
        "type": 1, "unreadCount": 0, "deleted": false, "inbox": true, "starred": false,
        "dateAdded": iso(now), "dateUpdated": iso(now), "lastMessageDate": iso(now),
        "lastMessageBody": "", "lastMessageType": "TYPE_SMS",
    });
    highlevel.shelves.put(TALKS, talk.clone());
    (talk, true)
}

fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let contact = text(&call.body, "contactId").to_owned();
    let (talk, new) = open(highlevel, mint, &contact, call.now);
    if !new {
        return Err(refuse(400, "Conversation already exists"));
    }
    Ok(Answer::new(
        201,
        json!({"success": true, "conversation": talk}),
    ))
}

fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    known(highlevel, call.id(0))?;
    let mut changes = members(&call.body);
    changes.retain(|name, _| name == "unreadCount" || name == "starred");
    if let Some(talk) = highlevel.shelves.find_mut(TALKS, call.id(0)) {
        merge(talk, &changes);
        talk["dateUpdated"] = json!(iso(call.now));
    }
    let talk = known(highlevel, call.id(0))?;
    Ok(Answer::ok(json!({"success": true, "conversation": talk})))
}

/// Its messages go with it.
fn delete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    known(highlevel, call.id(0))?;
    let id = call.id(0).to_owned();
    highlevel.shelves.remove(TALKS, &id);
    highlevel
        .shelves
        .retain(MESSAGES, |message| text(message, "conversationId") != id);
    highlevel
        .shelves
        .retain(emails::EMAILS, |email| text(email, "conversationId") != id);
    Ok(Answer::ok(json!({"success": true})))
}

/// Newest first.
fn messages(highlevel: &HighLevel, call: &Call) -> Outcome {
    known(highlevel, call.id(0))?;
    let shelf = highlevel.shelves.all(MESSAGES).iter().rev();
    let of: Vec<&Value> = shelf
        .filter(|message| text(message, "conversationId") == call.id(0))
        .collect();
    let last = call.query("lastMessageId");
    let from = last.and_then(|last| of.iter().position(|one| text(one, "id") == last));
    let from = from.map_or(0, |at| at + 1);
    let limit = call.query_number("limit", 20).unwrap_or(20);
    let page: Vec<&&Value> = of.iter().skip(from).take(limit).collect();
    Ok(Answer::ok(json!({
        "lastMessageId": page.last().map(|message| text(message, "id")),
        "nextPage": from + page.len() < of.len(),
        "messages": page,
    })))
}

fn export(highlevel: &HighLevel, call: &Call) -> Answer {
    let shelf = highlevel.shelves.all(MESSAGES).iter();
    let of: Vec<&Value> = shelf
        .filter(|one| {
            ["contactId", "conversationId"]
                .iter()
                .all(|name| call.query(name).is_none_or(|id| text(one, name) == id))
        })
        .collect();
    let from = call.query_number("cursor", 0).unwrap_or(0);
    let limit = call.query_number("limit", 20).unwrap_or(20);
    let page: Vec<&&Value> = of.iter().skip(from).take(limit).collect();
    let end = from + page.len();
    let next = (end < of.len()).then(|| end.to_string());
    let body = json!({"messages": page, "nextCursor": next, "total": of.len()});
    Answer::ok(crate::call::without_nulls(body))
}

/// Keeps a message, and says so on its conversation. Answers its id and its e-mail's, if it is one.
fn keep(
    highlevel: &mut HighLevel,
    mint: &mut Mint,
    call: &Call,
    talk: &Value,
    to: &str,
) -> (String, Option<String>) {
    let id = mint.highlevel();
    let kind = text(&call.body, "type");
    let body = ["message", "html"]
        .iter()
        .map(|name| text(&call.body, name));
    let body = body
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or("")
        .to_owned();
    let kind = format!("TYPE_{}", kind.to_uppercase());
    let mut message = crate::call::without_nulls(json!({
            "id": id, "type": 2, "messageType": kind, "locationId": highlevel.location_id,
            "contactId": talk["contactId"], "conversationId": talk["id"],
            "dateAdded": iso(call.now), "body": body, "direction": to,
            "status": if to == "inbound" { "delivered" } else { "sent" },
            "contentType": "text/plain",
            "attachments": call.body.get("attachments").cloned().unwrap_or_else(|| json!([])),
            "source": "app", "scheduled": call.body.get("scheduledTimestamp"),
    }));
    if kind == "TYPE_CALL" {
        let status = call.body["call"].get("status").cloned();
        message["meta"] = json!({"callStatus": status.unwrap_or_else(|| json!("completed"))});
    }
    let mail = (kind == "TYPE_EMAIL").then(|| emails::keep(highlevel, mint, call, &message));
    if let Some(mail) = &mail {
        message["meta"] = json!({"email": {"messageIds": [mail]}});
    }
    highlevel.shelves.put(MESSAGES, message);
    if let Some(talk) = highlevel.shelves.find_mut(TALKS, text(talk, "id")) {
        talk["lastMessageBody"] = json!(body);
        talk["lastMessageType"] = json!(kind);
        talk["lastMessageDate"] = json!(iso(call.now));
        let unread = talk["unreadCount"].as_u64().unwrap_or(0);
        talk["unreadCount"] = json!(if to == "inbound" { unread + 1 } else { 0 });
    }
    (id, mail)
}

fn send(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let contact = text(&call.body, "contactId").to_owned();
    let (talk, _) = open(highlevel, mint, &contact, call.now);
    let (id, mail) = keep(highlevel, mint, call, &talk, "outbound");
    Ok(Answer::ok(crate::call::without_nulls(json!({
        "conversationId": talk["id"],
        "messageId": id,
        "emailMessageId": mail,
        "msg": "Message queued successfully.",
        "status": "pending",
    }))))
}

/// An answer to a review is a message of the conversation that the review opened.
fn reply_to_review(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let talk = known(highlevel, text(&call.body, "conversationId"))?;
    let (id, _) = keep(highlevel, mint, call, &talk, "outbound");
    if let Some(message) = highlevel.shelves.find_mut(MESSAGES, &id) {
        message["messageType"] = json!("TYPE_REVIEW");
    }
    if let Some(talk) = highlevel.shelves.find_mut(TALKS, text(&talk, "id")) {
        talk["lastMessageType"] = json!("TYPE_REVIEW");
    }
    Ok(Answer::ok(json!({
        "conversationId": talk["id"], "messageId": id, "messageIds": [id], "status": "pending",
    })))
}

fn log(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let talk = known(highlevel, text(&call.body, "conversationId"))?;
    let call_made = call.operation.ends_with("log_call");
    let to = if call_made || text(&call.body, "direction") == "outbound" {
        "outbound"
    } else {
        "inbound"
    };
    let (id, mail) = keep(highlevel, mint, call, &talk, to);
    Ok(Answer::ok(crate::call::without_nulls(json!({
        "success": true,
        "conversationId": talk["id"],
        "messageId": id,
        "message": "Added",
        "contactId": talk["contactId"],
        "dateAdded": iso(call.now),
        "emailMessageId": mail,
    }))))
}

fn set_status(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let old = message(highlevel, call.id(0))?;
    if let Some(message) = highlevel.shelves.find_mut(MESSAGES, call.id(0)) {
        message["status"] = call.body["status"].clone();
    }
    Ok(Answer::ok(json!({
        "conversationId": old["conversationId"],
        "messageId": old["id"],
        "msg": "Updated",
        "status": call.body["status"],
    })))
}

/// Only what waits can be taken back.
fn cancel(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let old = message(highlevel, call.id(0))?;
    if !old["scheduled"].is_number() {
        return Err(refuse(400, "Message is not scheduled"));
    }
    highlevel.shelves.remove(MESSAGES, call.id(0));
    highlevel.shelves.retain(emails::EMAILS, |email| {
        text(email, "messageId") != call.id(0)
    });
    Ok(Answer::ok(json!({"status": 200, "message": "Cancelled"})))
}
