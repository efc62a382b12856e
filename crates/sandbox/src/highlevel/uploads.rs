//! Files. Of each its name, type and size are kept, and an address that a message or a custom field
//! can hold; the bytes are not.

use serde_json::{Map, Value, json};

use super::refuse;
use crate::call::{Answer, Call, Outcome};
use crate::shelf::text;
use crate::world::{HighLevel, Mint};

/// Uploads that were begun and not finished.
const UPLOADS: &str = "uploads";
const FILES: &str = "files";
/// How long the address of an upload is good, and the greatest file, in bytes. The second is the
/// document's example, the first nobody's.
const OPEN_MS: i64 = 15 * 60 * 1000;
const MOST: u64 = 104_857_600;

/// Answers what is about files; `None` for anything else.
pub(crate) fn run(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    Some(match call.operation.trim_start_matches("highlevel.") {
        "conversations.files.upload" => for_message(highlevel, mint, call),
        "conversations.files.begin" => begin(highlevel, mint, call),
        "conversations.files.finish" => finish(highlevel, mint, call),
        "conversations.messages.add_attachments" => attach(highlevel, call),
        "locations.custom_fields.upload" => for_field(highlevel, mint, call),
        _ => return None,
    })
}

fn talk(highlevel: &HighLevel, call: &Call) -> Result<(), Answer> {
    let id = text(&call.body, "conversationId");
    let found = highlevel.shelves.find("conversations", id);
    found
        .map(drop)
        .ok_or_else(|| refuse(400, format!("Conversation with id {id} not found")))
}

/// Keeps what is known of a file, and gives its address.
fn keep(
    highlevel: &mut HighLevel,
    mint: &mut Mint,
    place: &str,
    name: &str,
    file: &Value,
) -> String {
    let id = mint.uuid();
    let kind = name.rsplit_once('.').map_or("bin", |(_, kind)| kind);
    let location = &highlevel.location_id;
    let url = format!("https://files.example.com/location/{location}/{place}/{id}.{kind}");
    highlevel.shelves.put(
        FILES,
        json!({
            "id": id, "url": url, "filename": name, "type": file["type"], "size": file["size"],
        }),
    );
    url
}

/// The files among the parts of a form, each with the name of its part.
fn files(body: &Value) -> Vec<(&str, &Value)> {
    let parts = body.as_object().into_iter().flatten();
    parts
        .flat_map(|(part, value)| {
            let values = value.as_array().map_or(std::slice::from_ref(value), |v| v);
            values.iter().map(move |value| (part.as_str(), value))
        })
        .filter(|(_, value)| value.get("filename").is_some())
        .collect()
}

fn for_message(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    talk(highlevel, call)?;
    let place = format!("conversations/{}", text(&call.body, "conversationId"));
    let mut uploaded = Map::new();
    for (_, file) in files(&call.body) {
        let name = text(file, "filename");
        let url = keep(highlevel, mint, &place, name, file);
        uploaded.insert(name.to_owned(), json!(url));
    }
    let elsewhere = match &call.body["attachmentUrls"] {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        Value::String(one) => vec![one.as_str()],
        _ => Vec::new(),
    };
    for url in elsewhere.into_iter().filter(|url| !url.is_empty()) {
        let name = url.rsplit('/').next().unwrap_or(url);
        let url = keep(highlevel, mint, &place, name, &Value::Null);
        uploaded.insert(name.to_owned(), json!(url));
    }
    Ok(Answer::ok(json!({"uploadedFiles": uploaded})))
}

fn begin(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    talk(highlevel, call)?;
    let size = call.body["fileSize"].as_u64();
    if size.is_some_and(|size| size > MOST) {
        return Err(refuse(400, "File size exceeds the limit"));
    }
    let (id, name) = (mint.uuid(), text(&call.body, "filename"));
    let kind = name.rsplit_once('.').map_or("bin", |(_, kind)| kind);
    let path = format!(
        "location/{}/conversations/{}/{id}.{kind}",
        highlevel.location_id,
        text(&call.body, "conversationId")
    );
    highlevel.shelves.put(
        UPLOADS,
        json!({
            "id": id, "path": path, "filename": name, "type": call.body["contentType"],
            "size": size, "until": call.now + OPEN_MS,
        }),
    );
    Ok(Answer::ok(json!({
        "uploadUrl": format!("https://upload.example.com/{path}"), "uploadId": id,
        "filePath": path, "expiresAt": call.now + OPEN_MS, "maxFileSize": MOST,
    })))
}

/// An upload is finished once, in time, at the address it was given.
fn finish(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    talk(highlevel, call)?;
    let id = text(&call.body, "uploadId");
    let begun = highlevel.shelves.find(UPLOADS, id).cloned();
    let begun = begun.filter(|begun| begun["path"] == call.body["filePath"]);
    let begun = begun.ok_or_else(|| refuse(400, format!("Upload with id {id} not found")))?;
    highlevel.shelves.remove(UPLOADS, id);
    if begun["until"]
        .as_i64()
        .is_some_and(|until| until < call.now)
    {
        return Err(refuse(400, format!("Upload with id {id} has expired")));
    }
    let place = format!("conversations/{}", text(&call.body, "conversationId"));
    let name = text(&begun, "filename").to_owned();
    let url = keep(highlevel, mint, &place, &name, &begun);
    let size = begun["size"].as_u64().unwrap_or(0);
    Ok(Answer::ok(json!({
        "uploadedFiles": {name: url},
        "metadata": {"size": size, "contentType": begun["type"]},
    })))
}

/// The files of a message become these.
fn attach(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let id = call.id(0);
    let found = highlevel.shelves.find_mut("messages", id);
    let message = found.ok_or_else(|| refuse(400, format!("Message with id {id} not found")))?;
    message["attachments"] = call.body["attachments"].clone();
    Ok(Answer::ok(json!({})))
}

/// What is uploaded is of a contact, an opportunity or a field, and held by nothing before a record
/// is written with its address.
fn for_field(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let owner = text(&call.body, "id");
    let known = owner.is_empty()
        || highlevel.contacts.get(owner).is_some()
        || highlevel.shelves.find("opportunities", owner).is_some()
        || highlevel
            .custom_fields
            .iter()
            .any(|field| field.id == owner);
    if !known {
        return Err(refuse(400, format!("Record with id {owner} not found")));
    }
    let files = files(&call.body);
    let most = text(&call.body, "maxFiles").parse::<usize>();
    if most.is_ok_and(|most| files.len() > most) {
        return Err(refuse(400, "Too many files"));
    }
    let (mut uploaded, mut meta) = (Map::new(), Vec::new());
    for (part, file) in files {
        let name = text(file, "filename");
        let url = keep(
            highlevel,
            mint,
            &format!("custom-field/{owner}"),
            name,
            file,
        );
        uploaded.insert(name.to_owned(), json!(url));
        meta.push(json!({
            "fieldname": part, "originalname": name, "encoding": "7bit",
            "mimetype": file["type"], "size": file["size"], "url": url,
        }));
    }
    Ok(Answer::ok(json!({"uploadedFiles": uploaded, "meta": meta})))
}
