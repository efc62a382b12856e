//! Definitions of a location's custom fields, and values in both directions
//! (`facts/highlevel.md` §1.5, §4.2).

use foxbridge_model::Value;
use serde_json::Value as Json;

use crate::json;

/// Key of the field a contact is stamped with the lead's numeric id in.
const STAMP_LEAD_ID: &str = "contact.aimfox_lead_id";
/// Key of the field a contact is stamped with the lead's LinkedIn URN in.
const STAMP_URN: &str = "contact.linkedin_urn";

/// A custom field of contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// Id; a contact's values carry it.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Key with the kind of record before the dot, e.g. `contact.linkedin_url`.
    pub key: String,
    /// HighLevel's type, e.g. `TEXT` or `NUMERICAL`.
    pub data_type: String,
    /// The only values it takes; empty when it takes any.
    pub options: Vec<String>,
}

impl CustomField {
    pub(super) fn read(from: &Json) -> Option<Self> {
        let id = json::text(from, "id")?.to_owned();
        let name = json::text(from, "name").unwrap_or(&id).to_owned();
        let key = json::text(from, "fieldKey").unwrap_or_default().to_owned();
        let data_type = json::text(from, "dataType").unwrap_or("TEXT").to_owned();
        // Seen as texts; the newer documents say objects with a label.
        let options = json::list(from, "picklistOptions")
            .iter()
            .filter_map(|option| json::filled(option).or_else(|| json::text(option, "label")))
            .map(str::to_owned)
            .collect();
        Some(Self {
            id,
            name,
            key,
            data_type,
            options,
        })
    }

    pub(super) fn is_lead_id_stamp(&self) -> bool {
        self.key == STAMP_LEAD_ID
    }

    pub(super) fn is_urn_stamp(&self) -> bool {
        self.key == STAMP_URN
    }
}

/// A value as HighLevel shows it. Objects (files, lists of text boxes) are left alone: wrong shapes of
/// them are dropped without a word (`facts/highlevel.md` §9.29).
pub(super) fn value_read(from: &Json) -> Option<Value> {
    match from {
        Json::String(s) => Value::text(s),
        Json::Number(n) => Value::text(n.to_string()),
        Json::Bool(b) => Some(Value::Flag(*b)),
        Json::Array(items) => {
            let items: Option<Vec<String>> = items
                .iter()
                .map(|item| value_read(item).map(|value| value.display()))
                .collect();
            items
                .filter(|items| !items.is_empty())
                .map(|items| Value::List(items.into()))
        }
        Json::Null | Json::Object(_) => None,
    }
}

/// A value as a field of this type takes it; a blank is sent as an empty text. (How a custom field
/// is cleared is documented nowhere: `facts/highlevel.md` §11.)
pub(super) fn value_written(value: Option<&Value>, data_type: &str) -> Json {
    let Some(value) = value else {
        return Json::from("");
    };
    match (data_type, value) {
        ("NUMERICAL" | "MONETORY" | "FLOAT", Value::Text(s)) => match s.trim().parse::<i64>() {
            Ok(whole) => Json::from(whole),
            // What is no number goes as it is, so that HighLevel's refusal names it.
            Err(_) => s
                .trim()
                .parse::<f64>()
                .map_or_else(|_| Json::from(s.as_str()), Json::from),
        },
        ("CHECKBOX" | "MULTIPLE_OPTIONS", Value::Text(s)) => Json::from(vec![s.as_str()]),
        (_, Value::Text(s)) => Json::from(s.as_str()),
        (_, Value::List(items)) => Json::from(items.as_slice()),
        (_, Value::Flag(b)) => Json::from(*b),
    }
}
