//! What the HighLevel location keeps.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A contact as it is stored. The four shapes in which it is read are made from it
/// (`facts/highlevel.md` §1.1).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Contact {
    pub id: String,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    /// E.164.
    pub phone: Option<String>,
    pub company_name: Option<String>,
    pub address1: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    pub postal_code: Option<String>,
    pub website: Option<String>,
    pub timezone: Option<String>,
    pub source: Option<String>,
    /// User id.
    pub assigned_to: Option<String>,
    pub business_id: Option<String>,
    /// `YYYY-MM-DD`.
    pub date_of_birth: Option<String>,
    pub gender: Option<String>,
    /// `lead`, `customer`, …
    pub kind: String,
    pub dnd: bool,
    pub dnd_settings: Value,
    pub inbound_dnd_settings: Value,
    /// Lower case, in the order they were added.
    pub tags: Vec<String>,
    pub custom_fields: Vec<CustomValue>,
    pub additional_emails: Vec<String>,
    pub additional_phones: Vec<String>,
    pub followers: Vec<String>,
    /// Milliseconds since 1970.
    pub date_added: i64,
    /// Milliseconds since 1970.
    pub date_updated: i64,
    /// Whether it was made through the API.
    pub by_api: bool,
}

impl Contact {
    /// First and last name.
    pub fn full_name(&self) -> String {
        [self.first_name.as_deref(), self.last_name.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// A custom field's value.
    pub fn custom(&self, field_id: &str) -> Option<&Value> {
        self.custom_fields
            .iter()
            .find(|field| field.id == field_id)
            .map(|field| &field.value)
    }

    /// Sets a custom field; null and empty text remove it.
    pub fn set_custom(&mut self, field_id: &str, value: Value) {
        let blank = value.is_null() || value.as_str().is_some_and(str::is_empty);
        let place = self
            .custom_fields
            .iter()
            .position(|field| field.id == field_id);
        match (place, blank) {
            (Some(at), true) => drop(self.custom_fields.remove(at)),
            (Some(at), false) => self.custom_fields[at].value = value,
            (None, true) => {}
            (None, false) => {
                self.custom_fields.push(CustomValue {
                    id: field_id.to_owned(),
                    value,
                });
            }
        }
    }
}

/// The value of a custom field on a contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct CustomValue {
    /// Id of the field's definition.
    pub id: String,
    pub value: Value,
}

/// A tag in the location's dictionary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct LocationTag {
    pub id: String,
    pub name: String,
}

/// The definition of a custom field (`facts/highlevel.md` §4.2).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct CustomField {
    pub id: String,
    pub name: String,
    /// `contact` or `opportunity`.
    pub model: String,
    /// `contact.linkedin_url`.
    pub field_key: String,
    /// `TEXT`, `NUMERICAL`, …
    pub data_type: String,
    pub placeholder: String,
    pub position: i64,
    pub options: Vec<String>,
    pub date_added: i64,
}

/// A note on a contact. It has no time of change, because HighLevel keeps none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Note {
    pub id: String,
    pub body: String,
    pub user_id: Option<String>,
    pub title: Option<String>,
    pub color: Option<String>,
    pub pinned: bool,
    pub date_added: i64,
}

/// A task of a contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Task {
    pub id: String,
    pub contact_id: String,
    pub title: String,
    pub body: Option<String>,
    pub assigned_to: Option<String>,
    /// Milliseconds since 1970.
    pub due: i64,
    pub completed: bool,
    pub date_added: i64,
    pub date_updated: i64,
    /// Deleted tasks stay in the location-wide search.
    pub deleted: bool,
}

/// An appointment, as a contact's list shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Appointment {
    pub id: String,
    pub calendar_id: String,
    pub contact_id: String,
    pub title: String,
    pub status: String,
    pub start: i64,
    pub end: i64,
    pub date_added: i64,
    #[serde(default)]
    pub date_updated: i64,
    /// Deleted appointments are still shown by their id.
    #[serde(default)]
    pub deleted: bool,
    /// What else was said about it, by its name on the wire.
    #[serde(default)]
    pub details: std::collections::BTreeMap<String, Value>,
}

/// A business (company) of the location.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub struct Business {
    pub id: String,
    pub name: String,
    /// The optional members, by their name on the wire (`phone`, `website`, `city`, …).
    pub details: std::collections::BTreeMap<String, String>,
    pub created_at: i64,
    pub updated_at: i64,
}
