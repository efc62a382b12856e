//! Making, changing and deleting contacts (`facts/highlevel.md` §1.2–1.5, 1.10).

use serde_json::{Map, Value, json};

use super::body::{Kind, Need, Rule, check, text, texts};
use super::records::Contact;
use super::unprocessable;
use super::{custom_fields, identity, no_contact, own_location, refuse, shapes, succeeded, tags};
use crate::call::{Answer, Call, Outcome, with};
use crate::world::{HighLevel, Mint};

const MAY: Need = Need::May;
const NULL: Need = Need::MayNull;

/// What every write of a contact takes.
const SHARED: [Rule; 19] = [
    ("firstName", Kind::Text, NULL),
    ("lastName", Kind::Text, NULL),
    ("name", Kind::Text, NULL),
    ("email", Kind::Text, NULL),
    ("phone", Kind::Text, NULL),
    ("address1", Kind::Text, NULL),
    ("city", Kind::Text, NULL),
    ("state", Kind::Text, NULL),
    ("postalCode", Kind::Text, MAY),
    ("website", Kind::Text, NULL),
    ("timezone", Kind::Text, NULL),
    ("dnd", Kind::Bool, MAY),
    ("dndSettings", Kind::Object, MAY),
    ("inboundDndSettings", Kind::Object, MAY),
    ("tags", Kind::Texts, MAY),
    ("customFields", Kind::Fields, MAY),
    ("dateOfBirth", Kind::Text, NULL),
    ("country", Kind::Text, MAY),
    ("source", Kind::Text, NULL),
];

const ON_CREATE: [Rule; 4] = [
    ("locationId", Kind::Text, Need::Must),
    ("gender", Kind::Text, MAY),
    ("companyName", Kind::Text, NULL),
    ("assignedTo", Kind::Text, MAY),
];

/// The members of an update. The company's name is not among them, by the vendor's contract.
const ON_UPDATE: [Rule; 1] = [("assignedTo", Kind::Text, NULL)];

/// The members of an upsert beyond those of a create.
const ON_UPSERT: [Rule; 1] = [("createNewIfDuplicateAllowed", Kind::Bool, MAY)];

/// HighLevel settles a write a moment after it has answered: what is read later is a little younger
/// than what the write returned (`facts/highlevel.md` §1.4).
const SETTLES_MS: i64 = 4;

/// `POST /contacts/`.
pub(crate) fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let members = check(&call.body, &[&SHARED[..], &ON_CREATE].concat())?;
    own_location(highlevel, text(members, "locationId"))?;
    let contact = build(highlevel, members)?;
    if !highlevel.allow_duplicates {
        refuse_taken(highlevel, &contact, None)?;
    }
    let contact = insert(highlevel, mint, contact, call.now);
    let shape = shapes::written(highlevel, &contact);
    Ok(Answer::new(
        201,
        json!({"succeded": true, "succeeded": true, "contact": shape}),
    ))
}

/// `PUT /contacts/{id}`.
pub(crate) fn update(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let members = check(&call.body, &[&SHARED[..], &ON_UPDATE].concat())?;
    let id = call.id(0);
    let Some(mut contact) = highlevel.contacts.get(id).cloned() else {
        return Err(no_contact(id));
    };
    fill(highlevel, &mut contact, members)?;
    if !highlevel.allow_duplicates {
        let before = highlevel.contacts.get(id);
        let changed = before.is_some_and(|b| b.email != contact.email || b.phone != contact.phone);
        if changed {
            refuse_taken(highlevel, &contact, Some(id))?;
        }
    }
    let contact = settle(highlevel, mint, contact, call.now);
    let shape = shapes::written(highlevel, &contact);
    Ok(Answer::ok(with(succeeded(), json!({"contact": shape}))))
}

/// `POST /contacts/upsert`.
pub(crate) fn upsert(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let members = check(&call.body, &[&SHARED[..], &ON_CREATE, &ON_UPSERT].concat())?;
    own_location(highlevel, text(members, "locationId"))?;
    let wanted = build(highlevel, members)?;
    let (email, phone) = (wanted.email.as_deref(), wanted.phone.as_deref());
    let always_new = highlevel.allow_duplicates
        && members.get("createNewIfDuplicateAllowed") == Some(&Value::Bool(true));
    let found = identity::holder(highlevel, email, phone, None)
        .filter(|_| !always_new)
        .map(|(contact, matching)| (contact.clone(), matching));
    let (contact, new) = match found {
        None => (insert(highlevel, mint, wanted, call.now), true),
        Some((before, matching)) => {
            let mut contact = before.clone();
            let mut members = members.clone();
            // Accepted, and dropped, for a contact that is there already.
            members.shift_remove("gender");
            fill(highlevel, &mut contact, &members)?;
            // The other identifier may be somebody else's; then it is silently not written.
            let other = match matching {
                "email" => highlevel
                    .contacts
                    .with_phone(contact.phone.as_deref().unwrap_or("")),
                _ => highlevel
                    .contacts
                    .with_email(contact.email.as_deref().unwrap_or("")),
            };
            if other.iter().any(|holder| holder.id != contact.id) {
                match matching {
                    "email" => contact.phone.clone_from(&before.phone),
                    _ => contact.email.clone_from(&before.email),
                }
            }
            // An address that was an additional one becomes the first, and the old first is lost.
            let first = contact.email.clone().map(|email| email.to_lowercase());
            contact
                .additional_emails
                .retain(|more| Some(more.to_lowercase()) != first);
            (settle(highlevel, mint, contact, call.now), false)
        }
    };
    let shape = shapes::written(highlevel, &contact);
    Ok(Answer::ok(with(
        json!({"new": new, "contact": shape}),
        succeeded(),
    )))
}

/// `DELETE /contacts/{id}`.
pub(crate) fn delete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let id = call.id(0);
    highlevel
        .contacts
        .remove(call.now, id)
        .ok_or_else(|| no_contact(id))?;
    highlevel.notes.remove(id);
    highlevel.appointments.remove(id);
    for task in highlevel.tasks.get_mut(id).into_iter().flatten() {
        task.deleted = true;
        task.date_updated = call.now;
    }
    Ok(Answer::ok(succeeded()))
}

fn refuse_taken(
    highlevel: &HighLevel,
    contact: &Contact,
    except: Option<&str>,
) -> Result<(), Answer> {
    let (email, phone) = (contact.email.as_deref(), contact.phone.as_deref());
    match identity::holder(highlevel, email, phone, except) {
        Some((holder, matching)) => Err(identity::refuse_duplicate(holder, matching)),
        None => Ok(()),
    }
}

/// A contact from a body, not yet in the location.
fn build(highlevel: &HighLevel, members: &Map<String, Value>) -> Result<Contact, Answer> {
    let mut contact = Contact {
        kind: "lead".to_owned(),
        // A country nobody sent: the location's.
        country: Some(highlevel.country.clone()),
        by_api: true,
        ..Contact::default()
    };
    fill(highlevel, &mut contact, members)?;
    Ok(contact)
}

fn insert(highlevel: &mut HighLevel, mint: &mut Mint, mut contact: Contact, now: i64) -> Contact {
    contact.id = mint.highlevel();
    contact.date_added = now;
    settle(highlevel, mint, contact, now)
}

/// Stores a contact and returns it as the write's answer shows it.
pub(crate) fn settle(
    highlevel: &mut HighLevel,
    mint: &mut Mint,
    mut contact: Contact,
    now: i64,
) -> Contact {
    for tag in &contact.tags {
        tags::learn(highlevel, mint, tag);
    }
    contact.date_updated = now + SETTLES_MS;
    highlevel.contacts.put(now, contact.clone());
    contact.date_updated = now;
    contact
}

/// Puts the members of a body into a contact. What is not sent is kept; null and "" clear.
fn fill(
    highlevel: &HighLevel,
    contact: &mut Contact,
    members: &Map<String, Value>,
) -> Result<(), Answer> {
    let set = |name: &str, place: &mut Option<String>| {
        if let Some(value) = members.get(name) {
            *place = value
                .as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned);
        }
    };
    if let Some(name) = text(members, "name") {
        let (first, last) = name.trim().split_once(' ').unwrap_or((name.trim(), ""));
        contact.first_name = (!first.is_empty()).then(|| first.to_owned());
        contact.last_name = (!last.is_empty()).then(|| last.trim().to_owned());
    }
    set("firstName", &mut contact.first_name);
    set("lastName", &mut contact.last_name);
    set("companyName", &mut contact.company_name);
    set("address1", &mut contact.address1);
    set("city", &mut contact.city);
    set("state", &mut contact.state);
    set("postalCode", &mut contact.postal_code);
    set("website", &mut contact.website);
    set("timezone", &mut contact.timezone);
    set("source", &mut contact.source);
    set("assignedTo", &mut contact.assigned_to);
    set("gender", &mut contact.gender);
    set("country", &mut contact.country);
    if let Some(country) = contact.country.as_deref()
        && (country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()))
    {
        return Err(unprocessable(vec![
            "country must be a valid enum value".to_owned(),
        ]));
    }
    if let Some(user) = text(members, "assignedTo").filter(|user| !user.is_empty())
        && !highlevel.users.iter().any(|(id, _)| id == user)
    {
        return Err(refuse(400, format!("User with id {user} not found")));
    }
    fill_identities(highlevel, contact, members)?;
    if let Some(value) = members.get("dateOfBirth") {
        contact.date_of_birth = match value.as_str().filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => Some(birthday(text).ok_or_else(|| {
                unprocessable(vec!["dateOfBirth must be a valid date".to_owned()])
            })?),
        };
    }
    if let Some(dnd) = members.get("dnd").and_then(Value::as_bool) {
        contact.dnd = dnd;
    }
    if let Some(settings) = members.get("dndSettings") {
        contact.dnd_settings = settings.clone();
    }
    if let Some(settings) = members.get("inboundDndSettings") {
        contact.inbound_dnd_settings = settings.clone();
    }
    if members.contains_key("tags") {
        contact.tags = tags::normal(&texts(members, "tags"));
    }
    let fields = members.get("customFields").and_then(Value::as_array);
    for field in fields.into_iter().flatten() {
        custom_fields::apply(highlevel, contact, field)?;
    }
    Ok(())
}

fn fill_identities(
    highlevel: &HighLevel,
    contact: &mut Contact,
    members: &Map<String, Value>,
) -> Result<(), Answer> {
    if let Some(value) = members.get("email") {
        let email = value
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        if let Some(email) = email {
            let sound = email.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty()
                    && host.contains('.')
                    && !host.starts_with('.')
                    && !host.ends_with('.')
                    && !host.contains('@')
            }) && !email.contains(char::is_whitespace);
            if !sound {
                return Err(unprocessable(vec!["email must be an email".to_owned()]));
            }
        }
        contact.email = email.map(str::to_owned);
    }
    if let Some(value) = members.get("phone") {
        contact.phone = match value
            .as_str()
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            None => None,
            Some(typed) => {
                let country = contact.country.as_deref().unwrap_or(&highlevel.country);
                let phone = identity::e164(typed, country);
                Some(phone.ok_or_else(|| refuse(400, "The phone number is not valid"))?)
            }
        };
    }
    Ok(())
}

/// A date of birth in any of the spellings HighLevel takes, as `YYYY-MM-DD`.
fn birthday(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '-', '.', '_']).collect();
    let [a, b, c] = parts[..] else { return None };
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, a, b) };
    let date = jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.ok().map(|date| date.to_string())
}
