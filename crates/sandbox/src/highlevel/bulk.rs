//! Followers, and the two calls that change many contacts (`facts/highlevel.md` §1.7, 1.9).

use serde_json::{Value, json};

use super::body::{Kind, Need, Rule, check, text, texts};
use super::{no_contact, own_location, refuse, tags as contact_tags, unprocessable};
use crate::call::{Answer, Call, Outcome};
use crate::world::{HighLevel, Mint};

/// `POST` or `DELETE /contacts/{id}/followers`.
pub(crate) fn followers(highlevel: &mut HighLevel, call: &Call, add: bool) -> Outcome {
    let members = check(&call.body, &[("followers", Kind::Texts, Need::Must)])?;
    let users = texts(members, "followers");
    let id = call.id(0);
    let Some(mut contact) = highlevel.contacts.get(id).cloned() else {
        return Err(no_contact(id));
    };
    let changed: Vec<String> = users
        .into_iter()
        .filter(|user| contact.followers.contains(user) != add)
        .collect();
    if add {
        contact.followers.extend(changed.iter().cloned());
    } else {
        contact.followers.retain(|user| !changed.contains(user));
    }
    let all = contact.followers.clone();
    highlevel.contacts.put(call.now, contact);
    Ok(if add {
        Answer::new(201, json!({"followers": all, "followersAdded": changed}))
    } else {
        Answer::ok(json!({"followers": all, "followersRemoved": changed}))
    })
}

/// `POST /contacts/bulk/tags/update/{add or remove}`: one verdict for each contact.
pub(crate) fn tags(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let rules: [Rule; 4] = [
        ("contacts", Kind::Texts, Need::Must),
        ("tags", Kind::Texts, Need::Must),
        ("locationId", Kind::Text, Need::Must),
        ("removeAllTags", Kind::Bool, Need::May),
    ];
    let members = check(&call.body, &rules)?;
    own_location(highlevel, text(members, "locationId"))?;
    let add = match call.id(0) {
        "add" => true,
        "remove" => false,
        other => return Err(refuse(400, format!("Invalid type {other}"))),
    };
    let names = contact_tags::normal(&texts(members, "tags"));
    let all_off = !add && members.get("removeAllTags") == Some(&Value::Bool(true));
    let mut errors = 0;
    let mut responses = Vec::new();
    for id in texts(members, "contacts") {
        let Some(mut contact) = highlevel.contacts.get(&id).cloned() else {
            errors += 1;
            let message = format!("Contact not found for id:{id}");
            responses.push(json!({"contactId": id, "message": message, "type": "error"}));
            continue;
        };
        let old = contact.tags.clone();
        let (added, removed) = if add {
            (contact_tags::put_on(&mut contact, &names), Vec::new())
        } else {
            let names = if all_off { &old } else { &names };
            (Vec::new(), contact_tags::take_off(&mut contact, names))
        };
        if !added.is_empty() || !removed.is_empty() {
            super::write::settle(highlevel, mint, contact, call.now);
        }
        responses.push(json!({
            "contactId": id,
            "message": "Tags updated",
            "type": "success",
            "oldTags": old,
            "tagsAdded": added,
            "tagsRemoved": removed,
        }));
    }
    let fine = errors == 0;
    let body = json!({
        "succeded": fine, "succeeded": fine, "errorCount": errors, "responses": responses,
    });
    Ok(Answer::new(201, body))
}

/// `POST /contacts/bulk/business`: at most 50 contacts.
pub(crate) fn business(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let rules: [Rule; 3] = [
        ("locationId", Kind::Text, Need::Must),
        ("ids", Kind::Texts, Need::Must),
        ("businessId", Kind::Text, Need::MayNull),
    ];
    let members = check(&call.body, &rules)?;
    if !members.contains_key("businessId") {
        return Err(unprocessable(vec![
            "businessId should not be empty".to_owned(),
        ]));
    }
    own_location(highlevel, text(members, "locationId"))?;
    let ids = texts(members, "ids");
    if ids.len() > 50 {
        return Err(unprocessable(vec![
            "ids must contain no more than 50 elements".to_owned(),
        ]));
    }
    let business = text(members, "businessId").map(str::to_owned);
    if let Some(id) = &business
        && !highlevel.businesses.iter().any(|known| known.id == *id)
    {
        return Err(refuse(400, format!("Business with id {id} not found")));
    }
    let mut changed = Vec::new();
    for id in ids {
        if let Some(mut contact) = highlevel.contacts.get(&id).cloned() {
            contact.business_id.clone_from(&business);
            contact.date_updated = call.now + 4;
            highlevel.contacts.put(call.now, contact);
            changed.push(id);
        }
    }
    Ok(Answer::ok(json!({"success": true, "ids": changed})))
}
