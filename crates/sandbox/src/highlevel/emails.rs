//! E-mails: the part of a message that only an e-mail has, kept beside it under an id of its own. The
//! shapes are those of the document (`GET /conversations/messages/email/{id}`).

use serde_json::{Value, json};

use super::refuse;
use crate::call::{Answer, Call, Outcome, without_nulls};
use crate::clock::iso;
use crate::shelf::text;
use crate::world::{HighLevel, Mint};

pub(super) const EMAILS: &str = "emails";
const MESSAGES: &str = "messages";

/// Answers what is about e-mails; `None` for anything else.
pub(super) fn run(highlevel: &mut HighLevel, verb: &str, call: &Call) -> Option<Outcome> {
    Some(match verb {
        "get" => known(highlevel, call.id(0)).map(|email| Answer::ok(shown(email))),
        "set_status" => set_status(highlevel, call),
        "cancel" => cancel(highlevel, call),
        _ => return None,
    })
}

fn known(highlevel: &HighLevel, id: &str) -> Result<Value, Answer> {
    let found = highlevel.shelves.find(EMAILS, id).cloned();
    found.ok_or_else(|| refuse(400, format!("Email message with id {id} not found")))
}

/// An e-mail without what only the sandbox needs.
fn shown(email: Value) -> Value {
    let mut email = without_nulls(email);
    if let Some(members) = email.as_object_mut() {
        members.remove("messageId");
        members.remove("scheduled");
        members.remove("events");
        members.remove("recipients");
    }
    email
}

/// Keeps the e-mail of a message that was just sent or logged, and gives its id.
pub(super) fn keep(
    highlevel: &mut HighLevel,
    mint: &mut Mint,
    call: &Call,
    message: &Value,
) -> String {
    let given = text(&call.body, "emailMessageId");
    let id = if given.is_empty() {
        mint.highlevel()
    } else {
        given.to_owned()
    };
    let contact = highlevel.contacts.get(text(message, "contactId"));
    let address = contact.and_then(|contact| contact.email.clone());
    let inbound = text(message, "direction") == "inbound";
    let (mut from, mut to) = (json!("office@example.com"), json!(address));
    if inbound {
        std::mem::swap(&mut from, &mut to);
    }
    let named = |name: &str, otherwise: Value| match text(&call.body, name) {
        "" => otherwise,
        text => json!(text),
    };
    let (from, to) = (named("emailFrom", from), named("emailTo", to));
    let reply = text(&call.body, "replyMessageId");
    let thread = match text(&call.body, "threadId") {
        "" => highlevel
            .shelves
            .find(EMAILS, reply)
            .map_or(json!(id), |answered| answered["threadId"].clone()),
        thread => json!(thread),
    };
    let waits = message["scheduled"].is_number();
    highlevel.shelves.retain(EMAILS, |email| email["id"] != *id);
    highlevel.shelves.put(
        EMAILS,
        json!({
            "id": id, "messageId": message["id"], "altId": call.body.get("altId"),
            "threadId": thread, "locationId": message["locationId"],
            "contactId": message["contactId"], "conversationId": message["conversationId"],
            "dateAdded": iso(call.now), "subject": call.body.get("subject"),
            "body": message["body"], "direction": message["direction"],
            "status": if waits { json!("scheduled") } else { message["status"].clone() },
            "contentType": if call.body.get("html").is_some() { "text/html" } else { "text/plain" },
            "attachments": message["attachments"], "provider": "Leadconnector",
            "from": from.as_str().unwrap_or(""), "to": [to.as_str().unwrap_or("")],
            "cc": call.body.get("emailCc"), "bcc": call.body.get("emailBcc"),
            "replyToMessageId": (!reply.is_empty()).then_some(reply), "source": "api",
            "conversationProviderId": call.body.get("conversationProviderId"),
            "scheduled": message["scheduled"],
        }),
    );
    id
}

fn set_status(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let old = known(highlevel, call.id(0))?;
    if let Some(email) = highlevel.shelves.find_mut(EMAILS, call.id(0)) {
        email["status"] = call.body["status"].clone();
        for name in ["events", "recipients"] {
            if let Some(value) = call.body.get(name) {
                email[name] = value.clone();
            }
        }
    }
    if let Some(message) = highlevel
        .shelves
        .find_mut(MESSAGES, text(&old, "messageId"))
    {
        message["status"] = call.body["status"].clone();
    }
    Ok(Answer::ok(json!({"success": true, "message": "Updated"})))
}

/// Only what waits can be taken back; the message goes with it.
fn cancel(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let old = known(highlevel, call.id(0))?;
    if !old["scheduled"].is_number() {
        return Err(refuse(400, "Email is not scheduled"));
    }
    highlevel.shelves.remove(EMAILS, call.id(0));
    highlevel.shelves.remove(MESSAGES, text(&old, "messageId"));
    Ok(Answer::ok(json!({"status": 200, "message": "Cancelled"})))
}
