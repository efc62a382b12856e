//! Tags: the location's dictionary, and the names on a contact (`facts/highlevel.md` §1.9, 4.1).

use serde_json::{Value, json};

use super::body::{Kind, Need, Rule, check, text, texts};
use super::records::{Contact, LocationTag};
use super::{no_contact, own_location, refuse, unprocessable};
use crate::call::{Answer, Call, Outcome};
use crate::world::{HighLevel, Mint};

const TAGS: [Rule; 1] = [("tags", Kind::Texts, Need::Must)];
const NAME: [Rule; 1] = [("name", Kind::Text, Need::Must)];

/// Tag names as HighLevel applies them: trimmed, lower case, without repeats.
pub(crate) fn normal(names: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for name in names {
        let name = name.trim().to_lowercase();
        if !name.is_empty() && !tags.contains(&name) {
            tags.push(name);
        }
    }
    tags
}

/// Puts a name into the dictionary if it is new.
pub(crate) fn learn(highlevel: &mut HighLevel, mint: &mut Mint, name: &str) {
    if !highlevel.tags.iter().any(|tag| tag.name == name) {
        highlevel.tags.push(LocationTag {
            id: mint.highlevel(),
            name: name.to_owned(),
        });
    }
}

/// Adds tags to a contact; returns those that were new on it.
pub(crate) fn put_on(contact: &mut Contact, names: &[String]) -> Vec<String> {
    let added: Vec<String> = names
        .iter()
        .filter(|name| !contact.tags.contains(name))
        .cloned()
        .collect();
    contact.tags.extend(added.iter().cloned());
    added
}

/// Takes tags off a contact; returns those that were on it.
pub(crate) fn take_off(contact: &mut Contact, names: &[String]) -> Vec<String> {
    let removed: Vec<String> = contact
        .tags
        .iter()
        .filter(|tag| names.contains(tag))
        .cloned()
        .collect();
    contact.tags.retain(|tag| !names.contains(tag));
    removed
}

fn asked(call: &Call) -> Result<Vec<String>, Answer> {
    let members = check(&call.body, &TAGS)?;
    let names = normal(&texts(members, "tags"));
    if names.is_empty() {
        return Err(unprocessable(vec!["tags should not be empty".to_owned()]));
    }
    Ok(names)
}

/// `POST /contacts/{id}/tags`.
pub(crate) fn add(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let names = asked(call)?;
    let id = call.id(0);
    let Some(mut contact) = highlevel.contacts.get(id).cloned() else {
        return Err(no_contact(id));
    };
    let added = put_on(&mut contact, &names);
    let all = contact.tags.clone();
    if !added.is_empty() {
        super::write::settle(highlevel, mint, contact, call.now);
    }
    Ok(Answer::new(201, json!({"tags": all, "tagsAdded": added})))
}

/// `DELETE /contacts/{id}/tags`, with a body.
pub(crate) fn remove(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let names = asked(call)?;
    let id = call.id(0);
    let Some(mut contact) = highlevel.contacts.get(id).cloned() else {
        return Err(no_contact(id));
    };
    let removed = take_off(&mut contact, &names);
    let all = contact.tags.clone();
    if !removed.is_empty() {
        contact.date_updated = call.now + 4;
        highlevel.contacts.put(call.now, contact);
    }
    Ok(Answer::ok(json!({"tags": all, "tagsRemoved": removed})))
}

fn shape(highlevel: &HighLevel, tag: &LocationTag) -> Value {
    json!({"id": tag.id, "name": tag.name, "locationId": highlevel.location_id})
}

fn place(highlevel: &HighLevel, id: &str) -> Result<usize, Answer> {
    let found = highlevel.tags.iter().position(|tag| tag.id == id);
    found.ok_or_else(|| refuse(400, format!("Tag with id {id} not found")))
}

fn new_name(highlevel: &HighLevel, call: &Call, own: Option<usize>) -> Result<String, Answer> {
    let members = check(&call.body, &NAME)?;
    let name = text(members, "name").unwrap_or("").trim().to_lowercase();
    let taken = highlevel.tags.iter().position(|tag| tag.name == name);
    if taken.is_some() && taken != own {
        return Err(refuse(400, "The tag name is already exist."));
    }
    Ok(name)
}

/// `GET /locations/{id}/tags`.
pub(crate) fn list(highlevel: &HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let tags: Vec<Value> = highlevel
        .tags
        .iter()
        .map(|tag| shape(highlevel, tag))
        .collect();
    Ok(Answer::ok(json!({"tags": tags})))
}

/// `GET /locations/{id}/tags/{id}`.
pub(crate) fn get(highlevel: &HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let at = place(highlevel, call.id(1))?;
    Ok(Answer::ok(
        json!({"tag": shape(highlevel, &highlevel.tags[at])}),
    ))
}

/// `POST /locations/{id}/tags`.
pub(crate) fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let name = new_name(highlevel, call, None)?;
    let tag = LocationTag {
        id: mint.highlevel(),
        name,
    };
    let shape = shape(highlevel, &tag);
    highlevel.tags.push(tag);
    Ok(Answer::new(201, json!({"tag": shape})))
}

/// `PUT /locations/{id}/tags/{id}`. Contacts keep the old name: they refer to tags by name.
pub(crate) fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let at = place(highlevel, call.id(1))?;
    highlevel.tags[at].name = new_name(highlevel, call, Some(at))?;
    Ok(Answer::ok(
        json!({"tag": shape(highlevel, &highlevel.tags[at])}),
    ))
}

/// `DELETE /locations/{id}/tags/{id}`.
pub(crate) fn delete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let at = place(highlevel, call.id(1))?;
    highlevel.tags.remove(at);
    Ok(Answer::ok(super::succeeded()))
}
