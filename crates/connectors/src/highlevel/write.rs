//! What is written into a contact. HighLevel refuses a body with a key it does not know (422), so
//! nothing read is ever echoed back (`facts/highlevel.md` §1.2, §1.3).

use std::collections::BTreeMap;

use foxbridge_model::Value;
use serde_json::{Map, Value as Json, json};

use super::fields::{CustomField, value_written};

/// Fields a contact can be made with, and whether an update takes them too and takes `null`.
const FIELDS: [(&str, Update); 12] = [
    ("firstName", Update::Nullable),
    ("lastName", Update::Nullable),
    ("email", Update::Nullable),
    ("phone", Update::Nullable),
    // Not in the update's document; an upsert takes it, but only finds a contact by its e-mail or
    // phone, which people known from LinkedIn often lack, and then would make a second contact.
    ("companyName", Update::No),
    ("website", Update::Nullable),
    ("address1", Update::Nullable),
    ("city", Update::Nullable),
    ("state", Update::Nullable),
    ("postalCode", Update::Text),
    ("country", Update::Text),
    ("source", Update::Nullable),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Update {
    No,
    Nullable,
    /// A blank is sent as an empty text.
    Text,
}

fn standard(field: &str) -> Option<Update> {
    FIELDS
        .iter()
        .find(|(name, _)| *name == field)
        .map(|(_, update)| *update)
}

/// Whether a contact can be made with this field (`firstName`, `cf.<id>`).
pub fn writable(field: &str) -> bool {
    standard(field).is_some() || field.starts_with("cf.")
}

/// Whether this field of an existing contact can be changed. `companyName` cannot
/// (`facts/highlevel.md` §1.3).
pub fn updatable(field: &str) -> bool {
    standard(field).is_some_and(|update| update != Update::No) || field.starts_with("cf.")
}

/// Values to set on a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactWrite {
    /// By field id, as in [`foxbridge_model::Person::fields`]; `None` makes a field blank.
    pub fields: BTreeMap<String, Option<Value>>,
    /// Tags a new contact gets at once. Never part of an update, where they would replace all tags.
    pub tags: Vec<String>,
}

impl ContactWrite {
    /// Body of a create.
    pub(super) fn create(&self, location: &str, fields: &[CustomField]) -> Result<Json, String> {
        let mut body = Map::new();
        body.insert("locationId".to_owned(), location.into());
        for (field, value) in self
            .fields
            .iter()
            .filter(|(field, _)| !field.starts_with("cf."))
        {
            if standard(field).is_none() {
                return Err(format!("a contact has no field {field}"));
            }
            if let Some(value) = value {
                body.insert(field.clone(), value.display().into());
            }
        }
        let custom = self.custom(fields, |value| value.is_some())?;
        if !custom.is_empty() {
            body.insert("customFields".to_owned(), custom.into());
        }
        if !self.tags.is_empty() {
            body.insert("tags".to_owned(), self.tags.as_slice().into());
        }
        Ok(body.into())
    }

    /// Body of an update.
    pub(super) fn update(&self, fields: &[CustomField]) -> Result<Json, String> {
        if !self.tags.is_empty() {
            return Err("tags in an update would replace every tag of the contact".to_owned());
        }
        let mut body = Map::new();
        for (field, value) in self
            .fields
            .iter()
            .filter(|(field, _)| !field.starts_with("cf."))
        {
            let json = match (standard(field), value) {
                (None, _) => return Err(format!("a contact has no field {field}")),
                (Some(Update::No), _) => {
                    return Err(format!(
                        "HighLevel takes {field} only when a contact is made"
                    ));
                }
                (_, Some(value)) => value.display().into(),
                (Some(Update::Text), None) => "".into(),
                (_, None) => Json::Null,
            };
            body.insert(field.clone(), json);
        }
        let custom = self.custom(fields, |_| true)?;
        if !custom.is_empty() {
            body.insert("customFields".to_owned(), custom.into());
        }
        if body.is_empty() {
            return Err("it would change nothing".to_owned());
        }
        Ok(body.into())
    }

    fn custom(
        &self,
        fields: &[CustomField],
        take: impl Fn(Option<&Value>) -> bool,
    ) -> Result<Vec<Json>, String> {
        self.fields
            .iter()
            .filter_map(|(field, value)| Some((field.strip_prefix("cf.")?, value.as_ref())))
            .filter(|(_, value)| take(*value))
            .map(|(id, value)| {
                let field = fields
                    .iter()
                    .find(|field| field.id == id)
                    .ok_or_else(|| format!("the location has no custom field {id} any more"))?;
                Ok(json!({ "id": id, "field_value": value_written(value, &field.data_type) }))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foxbridge_catalog::get;

    use super::*;

    fn write(pairs: &[(&str, Option<&str>)]) -> ContactWrite {
        let fields = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), v.map(Value::from)))
            .collect();
        ContactWrite {
            fields,
            tags: Vec::new(),
        }
    }

    fn definitions() -> Vec<CustomField> {
        [
            ("t", "TEXT"),
            ("n", "NUMERICAL"),
            ("m", "MONETORY"),
            ("l", "CHECKBOX"),
        ]
        .map(|(id, data_type)| CustomField {
            id: id.to_owned(),
            name: id.to_owned(),
            key: format!("contact.{id}"),
            data_type: data_type.to_owned(),
            options: Vec::new(),
        })
        .to_vec()
    }

    #[test]
    fn every_field_goes_into_the_body_the_vendor_documents() {
        let all: Vec<(&str, Option<&str>)> = FIELDS
            .iter()
            .map(|(field, _)| (*field, Some("x")))
            .collect();
        let body = write(&all).create("loc", &[]).unwrap();
        get("highlevel.contacts.create").check_body(&body).unwrap();

        let changes: Vec<_> = all
            .iter()
            .copied()
            .filter(|(field, _)| updatable(field))
            .collect();
        assert_eq!(changes.len(), FIELDS.len() - 1, "all but the company");
        get("highlevel.contacts.update")
            .check_body(&write(&changes).update(&[]).unwrap())
            .unwrap();
        let blanks: Vec<_> = changes.iter().map(|(field, _)| (*field, None)).collect();
        get("highlevel.contacts.update")
            .check_body(&write(&blanks).update(&[]).unwrap())
            .unwrap();
    }

    #[test]
    fn custom_values_have_the_type_of_their_field() {
        let body = write(&[
            ("cf.t", Some("12")),
            ("cf.n", Some("12")),
            ("cf.m", Some("12.5")),
            ("cf.l", Some("one")),
        ])
        .update(&definitions())
        .unwrap();
        assert_eq!(
            body,
            json!({"customFields": [
                {"id": "l", "field_value": ["one"]},
                {"id": "m", "field_value": 12.5},
                {"id": "n", "field_value": 12},
                {"id": "t", "field_value": "12"},
            ]}),
            "a number of money in another form is refused"
        );
    }

    #[test]
    fn a_blank_is_left_out_of_a_create_and_sent_with_an_update() {
        let blank = write(&[("firstName", None), ("postalCode", None), ("cf.t", None)]);
        assert_eq!(
            blank.create("loc", &definitions()).unwrap(),
            json!({"locationId": "loc"})
        );
        assert_eq!(
            blank.update(&definitions()).unwrap(),
            json!({
                "firstName": null, "postalCode": "",
                "customFields": [{"id": "t", "field_value": ""}],
            })
        );
    }

    #[test]
    fn what_would_be_refused_or_harm_is_not_sent() {
        for (write, why) in [
            (
                write(&[("companyName", Some("x"))]),
                "only when a contact is made",
            ),
            (write(&[("gender", Some("x"))]), "no field gender"),
            (write(&[("cf.gone", Some("x"))]), "no custom field gone"),
            (write(&[]), "change nothing"),
            (
                ContactWrite {
                    tags: vec!["vip".to_owned()],
                    ..write(&[("city", Some("x"))])
                },
                "replace every tag",
            ),
        ] {
            let error = write.update(&definitions()).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
        assert!(
            write(&[("dateAdded", Some("x"))])
                .create("loc", &[])
                .is_err()
        );
    }
}
