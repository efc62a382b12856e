//! The four shapes in which a contact is read (`facts/highlevel.md` §1.1).

use serde_json::{Value, json};

use super::records::Contact;
use crate::call::{with, without_nulls};
use crate::clock::iso;
use crate::world::HighLevel;

fn custom_fields(contact: &Contact) -> Value {
    contact
        .custom_fields
        .iter()
        .map(|field| json!({"id": field.id, "value": field.value}))
        .collect()
}

fn addresses(items: &[String], name: &str) -> Value {
    items.iter().map(|item| json!({name: item})).collect()
}

fn lower(text: Option<&str>) -> Option<String> {
    text.map(str::to_lowercase)
}

/// Shape (a), `GET /contacts/{id}`: what is absent is left out, and so is `name`.
pub(crate) fn one(highlevel: &HighLevel, contact: &Contact) -> Value {
    let full = contact.full_name();
    let mut value = without_nulls(json!({
        "id": contact.id,
        "locationId": highlevel.location_id,
        "firstName": contact.first_name,
        "lastName": contact.last_name,
        "firstNameLowerCase": lower(contact.first_name.as_deref()),
        "lastNameLowerCase": lower(contact.last_name.as_deref()),
        "fullNameLowerCase": (!full.is_empty()).then(|| full.to_lowercase()),
        "email": contact.email,
        "emailLowerCase": lower(contact.email.as_deref()),
        "phone": contact.phone,
        "companyName": contact.company_name,
        "businessId": contact.business_id,
        "type": contact.kind,
        "source": contact.source,
        "assignedTo": contact.assigned_to,
        "address1": contact.address1,
        "city": contact.city,
        "state": contact.state,
        "country": contact.country,
        "postalCode": contact.postal_code,
        "website": contact.website,
        "timezone": contact.timezone,
        "dnd": contact.dnd,
        "dndSettings": contact.dnd_settings,
        "inboundDndSettings": contact.inbound_dnd_settings,
        "dateOfBirth": contact.date_of_birth,
        "tags": contact.tags,
        "customFields": custom_fields(contact),
        "additionalEmails": addresses(&contact.additional_emails, "email"),
        "additionalPhones": addresses(&contact.additional_phones, "phone"),
        "followers": contact.followers,
        "dateAdded": iso(contact.date_added),
        "dateUpdated": iso(contact.date_updated),
    }));
    if contact.by_api {
        let maker = json!({
            "source": "INTEGRATION",
            "channel": "OAUTH",
            "sourceId": "sandbox-private-integration",
            "timestamp": iso(contact.date_added),
        });
        value = with(value, json!({"createdBy": maker}));
    }
    value
}

/// Shape (b), the answer to a write.
pub(crate) fn written(highlevel: &HighLevel, contact: &Contact) -> Value {
    with(
        one(highlevel, contact),
        json!({
            "deleted": false,
            "validEmail": null,
            "validEmailDate": null,
            "lastSessionActivityAt": null,
            "offers": [],
            "products": [],
            "lastUpdatedBy": {
                "source": "INTEGRATION",
                "channel": "OAUTH",
                "sourceId": "sandbox-private-integration",
                "timestamp": iso(contact.date_updated),
            },
        }),
    )
}

/// Shape (c), a row of `POST /contacts/search`: what is absent is null, the street is `address`, and
/// every row carries its own cursor.
pub(crate) fn found(highlevel: &HighLevel, contact: &Contact, search_after: Value) -> Value {
    let full = contact.full_name().to_lowercase();
    let business = contact.business_id.as_ref().and_then(|id| {
        highlevel
            .businesses
            .iter()
            .find(|business| business.id == *id)
            .map(|b| b.name.clone())
    });
    json!({
        "id": contact.id,
        "locationId": highlevel.location_id,
        "firstName": contact.first_name,
        "lastName": contact.last_name,
        "firstNameLowerCase": lower(contact.first_name.as_deref()),
        "lastNameLowerCase": lower(contact.last_name.as_deref()),
        "contactName": (!full.is_empty()).then_some(full),
        "email": contact.email,
        "validEmail": null,
        "phone": contact.phone,
        "phoneLabel": null,
        "additionalEmails": addresses(&contact.additional_emails, "email"),
        "additionalPhones": addresses(&contact.additional_phones, "phone"),
        "companyName": contact.company_name,
        "businessName": business,
        "businessId": contact.business_id,
        "address": contact.address1,
        "city": contact.city,
        "state": contact.state,
        "postalCode": contact.postal_code,
        "country": contact.country,
        "timezone": contact.timezone,
        "website": contact.website,
        "source": contact.source,
        "type": contact.kind,
        "dnd": contact.dnd,
        "dndSettings": contact.dnd_settings,
        "inboundDndSettings": contact.inbound_dnd_settings,
        "tags": contact.tags,
        "customFields": custom_fields(contact),
        "dateAdded": iso(contact.date_added),
        "dateUpdated": iso(contact.date_updated),
        "dateOfBirth": contact.date_of_birth,
        "assignedTo": contact.assigned_to,
        "followers": contact.followers,
        "attributionSource": {},
        "lastAttributionSource": {},
        "searchAfter": search_after,
    })
}

/// Shape (d), a row of the listings: names in lower case, the true spelling in `…Raw`.
pub(crate) fn listed(highlevel: &HighLevel, contact: &Contact) -> Value {
    let full = contact.full_name().to_lowercase();
    json!({
        "id": contact.id,
        "locationId": highlevel.location_id,
        "contactName": (!full.is_empty()).then_some(full),
        "firstName": lower(contact.first_name.as_deref()),
        "lastName": lower(contact.last_name.as_deref()),
        "firstNameRaw": contact.first_name,
        "lastNameRaw": contact.last_name,
        "companyName": contact.company_name,
        "email": contact.email,
        "phone": contact.phone,
        "dnd": contact.dnd,
        "type": contact.kind,
        "source": contact.source,
        "assignedTo": contact.assigned_to,
        "city": contact.city,
        "state": contact.state,
        "postalCode": contact.postal_code,
        "address1": contact.address1,
        "country": contact.country,
        "website": contact.website,
        "timezone": contact.timezone,
        "businessId": contact.business_id,
        "dateAdded": iso(contact.date_added),
        "dateUpdated": iso(contact.date_updated),
        "dateOfBirth": contact.date_of_birth,
        "tags": contact.tags,
        "customFields": custom_fields(contact),
        "additionalEmails": addresses(&contact.additional_emails, "email"),
        "followers": contact.followers,
        "attributions": [],
    })
}
