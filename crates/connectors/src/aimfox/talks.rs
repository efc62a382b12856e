//! LinkedIn conversations of the workspace's seats (`facts/aimfox.md` §2.6, §3). They are read, never
//! written: whatever is sent there reaches a person.

use std::collections::HashSet;

use foxbridge_catalog::{get, ids};
use foxbridge_model::{Message, Thread};
use jiff::Timestamp;
use serde_json::Value as Json;

use crate::json;
use crate::transport::{Call, CallError, Transport};

/// Reads the conversations of all seats, the latest first, back to those that were last active at
/// `since` (milliseconds since 1970), or all of them.
///
/// How many are on a page is not documented, nor whether `before` includes its moment: pages are
/// merged by name, and one that brings nothing new is the last.
pub(super) async fn list(
    transport: &Transport,
    since: Option<i64>,
) -> Result<Vec<Thread>, CallError> {
    let mut threads = Vec::new();
    let mut seen = HashSet::new();
    let mut before: Option<i64> = None;
    loop {
        let mut call = Call::new(get(ids::AIMFOX_CONVERSATIONS_LIST));
        if let Some(before) = before {
            call = call.query("before", before.to_string());
        }
        let operation = call.operation();
        let answer = transport.call(call).await?;
        let rows = answer
            .get("conversations")
            .and_then(Json::as_array)
            .ok_or_else(|| CallError::malformed(operation, "the conversations are not in it"))?;
        let known = seen.len();
        let mut oldest: Option<i64> = None;
        for row in rows {
            let Some(urn) = json::id(row, "conversation_urn") else {
                continue;
            };
            let active = active_at(row);
            oldest = match (oldest, active) {
                (Some(oldest), Some(active)) => Some(oldest.min(active)),
                (oldest, active) => oldest.or(active),
            };
            if seen.insert(urn.clone()) {
                threads.extend(thread(row, urn));
            }
        }
        let reached = oldest.is_none_or(|oldest| since.is_some_and(|since| oldest < since));
        if reached || seen.len() == known {
            return Ok(threads);
        }
        before = oldest.map(|oldest| oldest + 1);
    }
}

fn active_at(row: &Json) -> Option<i64> {
    let at: Timestamp = json::text(row, "last_activity_at")?.parse().ok()?;
    Some(at.as_millisecond())
}

/// A conversation with one person. Group conversations are nobody's own, and left out.
fn thread(row: &Json, urn: String) -> Option<Thread> {
    let [with] = json::list(row, "participants") else {
        return None;
    };
    Some(Thread {
        urn,
        account: json::id(row, "owner")?,
        lead_id: json::id(with, "id")?,
        active_at: json::text(row, "last_activity_at")?.to_owned(),
        messages: None,
    })
}

/// Reads the messages of a conversation, oldest first.
pub(super) async fn messages(
    transport: &Transport,
    thread: &Thread,
) -> Result<Vec<Message>, CallError> {
    let call = Call::new(get(ids::AIMFOX_CONVERSATIONS_GET))
        .path("account_id", thread.account.as_str())
        .path("conversation_urn", thread.urn.as_str());
    let operation = call.operation();
    let answer = transport.call(call).await?;
    let rows = answer
        .get("messages")
        .and_then(Json::as_array)
        .ok_or_else(|| CallError::malformed(operation, "the messages are not in it"))?;
    let mut messages: Vec<Message> = rows.iter().filter_map(message).collect();
    messages.sort_by_key(|message| message.at);
    Ok(messages)
}

/// A message that says something. A withdrawn one says nothing any more.
fn message(row: &Json) -> Option<Message> {
    if row.get("deleted").and_then(Json::as_bool) == Some(true) {
        return None;
    }
    let sender = row.get("sender");
    let name = sender.and_then(|sender| json::text(sender, "full_name"));
    let body = json::text(row, "body").unwrap_or_default();
    let text = match json::text(row, "subject") {
        Some(subject) => format!("{subject}\n{body}"),
        None => body.to_owned(),
    };
    let attachments: Vec<String> = json::list(row, "attachments")
        .iter()
        .map(|one| json::text(one, "name").unwrap_or("a file").to_owned())
        .collect();
    if text.trim().is_empty() && attachments.is_empty() {
        return None;
    }
    Some(Message {
        at: row.get("created_at")?.as_i64()?,
        sender: name.unwrap_or("LinkedIn member").to_owned(),
        text,
        attachments,
    })
}
