//! A contact in any of its four shapes, as a person (`facts/highlevel.md` §1.1).

use foxbridge_model::{
    Email, FieldMap, Identities, LeadId, LinkedInRef, Person, Phone, Region, Service, Urn, Value,
};
use serde_json::Value as Json;

use super::fields::{CustomField, value_read};
use crate::json;

/// Field ids of the model and their names in the answers; the search says `address` where the other
/// shapes say `address1`.
const FIELDS: [(&str, &[&str]); 14] = [
    ("firstName", &["firstName"]),
    ("lastName", &["lastName"]),
    ("email", &["email"]),
    ("phone", &["phone"]),
    ("companyName", &["companyName"]),
    ("website", &["website"]),
    ("address1", &["address1", "address"]),
    ("city", &["city"]),
    ("state", &["state"]),
    ("postalCode", &["postalCode"]),
    ("country", &["country"]),
    ("source", &["source"]),
    // Read for filters; nothing writes them.
    ("assignedTo", &["assignedTo"]),
    ("businessId", &["businessId"]),
];

/// Which answer a contact is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A get, a search or the answer to a write.
    Usual,
    /// The old listing, which lower-cases names and keeps the true ones in `…Raw`.
    Listed,
}

/// What is needed to understand a contact.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) custom_fields: &'a [CustomField],
    /// Whose numbers a phone number without a country code is one of.
    pub(super) region: Region,
}

impl Reader<'_> {
    /// `None` for something without an id, and for a contact that is marked as deleted.
    pub(super) fn person(&self, contact: &Json, shape: Shape) -> Option<Person> {
        let id = json::id(contact, "id")?;
        if contact.get("deleted") == Some(&Json::Bool(true)) {
            return None;
        }
        let fields = fields(contact, shape);
        let identities = self.identities(contact, &fields);
        let tags = json::list(contact, "tags")
            .iter()
            .filter_map(Json::as_str)
            .collect();
        Some(Person {
            service: Service::HighLevel,
            name: name(contact, &fields, &identities).unwrap_or_else(|| id.clone()),
            id,
            identities,
            fields,
            tags,
            origins: Vec::new(),
            notes: None,
            detailed: true,
            updated_at: json::text(contact, "dateUpdated").map(str::to_owned),
        })
    }

    fn identities(&self, contact: &Json, fields: &FieldMap) -> Identities {
        let mut found = Identities::default();
        for text in values_of(contact, "email", "additionalEmails") {
            push(&mut found.emails, Email::parse(text).ok());
        }
        for text in values_of(contact, "phone", "additionalPhones") {
            push(&mut found.phones, Phone::parse(text, self.region).ok());
        }
        let mut urns = Vec::new();
        let mut collect = |text: &str| {
            for found_ref in linkedin_refs(text) {
                match found_ref {
                    LinkedInRef::Slug(slug) => push(&mut found.slugs, Some(slug)),
                    LinkedInRef::Urn(urn) => push(&mut urns, Some(urn)),
                }
            }
        };
        let website = fields.get("website").map(Value::display);
        collect(website.as_deref().unwrap_or_default());
        for (key, value) in fields.iter().filter(|(key, _)| key.starts_with("cf.")) {
            let text = value.display();
            let field = self.custom_fields.iter().find(|field| key[3..] == field.id);
            match field {
                Some(field) if field.is_lead_id_stamp() => {
                    found.lead_id = LeadId::parse(&text).ok();
                }
                // What we stamped goes before what stands in some address.
                Some(field) if field.is_urn_stamp() => {
                    found.urn = Urn::parse(&text).ok();
                    collect(&text);
                }
                _ => collect(&text),
            }
        }
        found.urn = found.urn.or_else(|| urns.into_iter().next());
        found
    }
}

fn fields(contact: &Json, shape: Shape) -> FieldMap {
    let mut fields = FieldMap::new();
    for (field, names) in FIELDS {
        let text = match (shape, field) {
            // Without the raw spelling there is no name to be had here.
            (Shape::Listed, "firstName") => json::text(contact, "firstNameRaw"),
            (Shape::Listed, "lastName") => json::text(contact, "lastNameRaw"),
            _ => names.iter().find_map(|name| json::text(contact, name)),
        };
        if let Some(value) = text.and_then(Value::text) {
            fields.insert(field.to_owned(), value);
        }
    }
    // "Do not disturb", on every channel; a false one is the blank (facts/highlevel.md §1.6).
    if contact.get("dnd") == Some(&Json::Bool(true)) {
        fields.insert("dnd".to_owned(), Value::Flag(true));
    }
    for custom in json::list(contact, "customFields") {
        // Opportunities say `fieldValue`, contacts `value` (facts/highlevel.md §1.5).
        let value = custom.get("value").or_else(|| custom.get("fieldValue"));
        if let (Some(id), Some(value)) = (json::text(custom, "id"), value.and_then(value_read)) {
            fields.insert(format!("cf.{id}"), value);
        }
    }
    fields
}

fn name(contact: &Json, fields: &FieldMap, identities: &Identities) -> Option<String> {
    let field = |key: &str| fields.get(key).map(Value::display);
    let parts: Vec<String> = [field("firstName"), field("lastName")]
        .into_iter()
        .flatten()
        .collect();
    if !parts.is_empty() {
        return Some(parts.join(" "));
    }
    json::text(contact, "name")
        .map(str::to_owned)
        .or_else(|| field("companyName"))
        .or_else(|| field("email"))
        .or_else(|| identities.emails.first().map(ToString::to_string))
        .or_else(|| field("phone"))
        .or_else(|| json::text(contact, "contactName").map(str::to_owned))
}

/// The primary value and the additional ones, which are objects with the primary's key, or texts.
fn values_of<'v>(contact: &'v Json, key: &str, additional: &str) -> Vec<&'v str> {
    let more = json::list(contact, additional)
        .iter()
        .filter_map(|item| json::filled(item).or_else(|| json::text(item, key)));
    json::text(contact, key).into_iter().chain(more).collect()
}

/// Every LinkedIn profile address in a text.
fn linkedin_refs(text: &str) -> impl Iterator<Item = LinkedInRef> {
    text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '"' | '(' | ')'))
        .map(|word| word.trim_end_matches('.'))
        .filter(|word| word.to_ascii_lowercase().contains("linkedin.com"))
        .filter_map(|word| LinkedInRef::parse(word).ok())
}

fn push<T: PartialEq>(list: &mut Vec<T>, item: Option<T>) {
    if let Some(item) = item
        && !list.contains(&item)
    {
        list.push(item);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn definitions() -> Vec<CustomField> {
        [
            ("f1", "aimfox_lead_id"),
            ("f2", "linkedin_urn"),
            ("f3", "linkedin_url"),
            ("f4", "hobby"),
        ]
        .map(|(id, key)| CustomField {
            id: id.to_owned(),
            name: key.to_owned(),
            key: format!("contact.{key}"),
            data_type: "TEXT".to_owned(),
            options: Vec::new(),
        })
        .to_vec()
    }

    fn read(contact: &Json, shape: Shape) -> Person {
        let custom_fields = definitions();
        let reader = Reader {
            custom_fields: &custom_fields,
            region: Region::default(),
        };
        reader.person(contact, shape).unwrap()
    }

    #[test]
    fn stamps_and_addresses_become_identities() {
        let one = Urn::synthesize(LeadId::parse("1234567").unwrap(), 1);
        let other = Urn::synthesize(LeadId::parse("7654321").unwrap(), 2);
        let person = read(
            &json!({
                "id": "c1", "website": "pl.linkedin.com/in/Ada-L?trk=x",
                "customFields": [
                    {"id": "f4", "value": format!("see https://www.linkedin.com/in/{other}, or call")},
                    {"id": "f3", "value": "https://www.linkedin.com/in/ada-lovelace/"},
                    {"id": "f2", "value": one.as_str()},
                    {"id": "f1", "value": 1_234_567},
                ],
            }),
            Shape::Usual,
        );
        let slugs: Vec<&str> = person.identities.slugs.iter().map(|s| s.as_str()).collect();
        assert_eq!(slugs, ["ada-l", "ada-lovelace"], "every address counts");
        assert_eq!(
            person.identities.urn,
            Some(one),
            "the stamp goes before an address"
        );
        assert_eq!(person.identities.lead_id, LeadId::parse("1234567").ok());
    }

    #[test]
    fn an_address_with_a_urn_gives_no_lead_id() {
        let urn = Urn::synthesize(LeadId::parse("1234567").unwrap(), 1);
        let url = format!("https://www.linkedin.com/in/{urn}");
        let person = read(&json!({"id": "c1", "website": url}), Shape::Usual);
        assert_eq!(
            person.identities.urn,
            Some(urn),
            "the case of a URN matters"
        );
        assert_eq!(
            person.identities.lead_id, None,
            "only our own stamp is a stamped id"
        );
    }

    #[test]
    fn the_old_listing_gives_no_lower_cased_names() {
        let contact = json!({
            "id": "c1", "firstName": "ada", "lastName": "mcgregor", "contactName": "ada mcgregor",
            "firstNameRaw": "Ada", "email": "ada@example.com",
        });
        let person = read(&contact, Shape::Listed);
        assert_eq!(person.fields.get("firstName"), Some(&Value::from("Ada")));
        assert_eq!(
            person.fields.get("lastName"),
            None,
            "its spelling is lost, so it is not known"
        );
        assert_eq!(person.name, "Ada");
    }

    #[test]
    fn additional_values_come_after_the_primary_one_and_once() {
        let person = read(
            &json!({
                "id": "c1", "email": "Ada@Example.com", "phone": "(202) 555-0123",
                "additionalEmails": [{"email": "ada@example.com"}, {"email": "a@example.org"}, "b@example.org", {}],
                "additionalPhones": [{"phone": "+44 20 7946 0123"}, {"phone": "nonsense"}],
            }),
            Shape::Usual,
        );
        let emails: Vec<&str> = person
            .identities
            .emails
            .iter()
            .map(|e| e.as_str())
            .collect();
        assert_eq!(
            emails,
            ["ada@example.com", "a@example.org", "b@example.org"]
        );
        let phones: Vec<&str> = person
            .identities
            .phones
            .iter()
            .map(|p| p.as_str())
            .collect();
        assert_eq!(
            phones,
            ["+12025550123", "+442079460123"],
            "the first is of the location's country"
        );
        assert_eq!(
            person.fields["email"],
            Value::from("Ada@Example.com"),
            "fields stay as shown"
        );
    }

    #[test]
    fn somebody_without_a_name_still_has_something_to_show() {
        for (contact, name) in [
            (json!({"id": "c1", "name": "Ada L"}), "Ada L"),
            (
                json!({"id": "c1", "companyName": "Example Ltd", "email": "a@example.com"}),
                "Example Ltd",
            ),
            (
                json!({"id": "c1", "email": "a@example.com", "firstName": " "}),
                "a@example.com",
            ),
            (json!({"id": "c1", "phone": "+12025550123"}), "+12025550123"),
            (json!({"id": "c1"}), "c1"),
        ] {
            assert_eq!(read(&contact, Shape::Usual).name, name, "{contact}");
        }
    }

    #[test]
    fn a_deleted_contact_is_none() {
        let reader = Reader {
            custom_fields: &[],
            region: Region::default(),
        };
        assert!(
            reader
                .person(&json!({"id": "c1", "deleted": true}), Shape::Usual)
                .is_none()
        );
        assert!(
            reader
                .person(&json!({"email": "a@example.com"}), Shape::Usual)
                .is_none()
        );
    }
}
