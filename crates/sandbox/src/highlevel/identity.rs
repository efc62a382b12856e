//! Who counts as the same contact: the location's duplicate rule, and the duplicate search
//! (`facts/highlevel.md` §1.4).

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, enums::Region};
use serde_json::json;

use super::records::Contact;
use super::{own_location, refuse, shapes};
use crate::call::{Answer, Call, Outcome, with};
use crate::world::HighLevel;

/// A number in E.164, read as a number of the given country when it has no country code.
pub(crate) fn e164(phone: &str, country: &str) -> Option<String> {
    let region: Option<Region> = country.parse().ok();
    let number = PHONE_NUMBER_UTIL.parse(phone.trim(), region).ok()?;
    number
        .is_valid()
        .then(|| number.format_as(PhoneNumberFormat::E164).to_string())
}

/// The contact an address or a number already belongs to, by the location's order, and what
/// matched.
pub(crate) fn holder<'a>(
    highlevel: &'a HighLevel,
    email: Option<&str>,
    phone: Option<&str>,
    except: Option<&str>,
) -> Option<(&'a Contact, &'static str)> {
    let order: Vec<&'static str> = if highlevel.allow_duplicates {
        vec!["email", "phone"]
    } else {
        highlevel
            .unique_identifiers
            .iter()
            .filter_map(|name| ["email", "phone"].into_iter().find(|known| known == name))
            .collect()
    };
    order.into_iter().find_map(|name| {
        let found = match name {
            "email" => email.map(|email| highlevel.contacts.with_email(email)),
            _ => phone.map(|phone| highlevel.contacts.with_phone(phone)),
        };
        let contact = found?
            .into_iter()
            .find(|contact| Some(contact.id.as_str()) != except)?;
        Some((contact, name))
    })
}

/// The refusal of a duplicate: 400 with the id of the one that is there.
pub(crate) fn refuse_duplicate(contact: &Contact, matching: &str) -> Answer {
    let mut answer = refuse(400, "This location does not allow duplicated contacts.");
    let meta = json!({
        "contactId": contact.id,
        "contactName": contact.full_name(),
        "matchingField": matching,
    });
    answer.body = with(answer.body, json!({"meta": meta}));
    answer
}

/// `GET /contacts/search/duplicate`. It reads the records, not the index.
pub(crate) fn duplicate(highlevel: &HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, call.query("locationId"))?;
    let (email, number) = (call.query("email"), call.query("number"));
    if email.is_none() && number.is_none() {
        return Err(refuse(400, "Either email or number is required"));
    }
    let phone = number.and_then(|number| e164(number, &highlevel.country));
    let found = holder(highlevel, email, phone.as_deref(), None);
    Ok(Answer::ok(match found {
        Some((contact, matching)) => {
            json!({"contact": shapes::one(highlevel, contact), "matchingField": matching})
        }
        None => json!({"contact": null}),
    }))
}
