//! Custom fields: their definitions, and their values on a contact (`facts/highlevel.md` §1.5, 4.2).

use serde_json::{Value, json};

use super::body::{Kind, Need, Rule, check, text, texts};
use super::records::{Contact, CustomField};
use super::{own_location, refuse, unprocessable};
use crate::call::{Answer, Call, Outcome};
use crate::clock::iso;
use crate::world::{HighLevel, Mint};

const TYPES: &[&str] = &[
    "TEXT",
    "LARGE_TEXT",
    "NUMERICAL",
    "PHONE",
    "MONETORY",
    "CHECKBOX",
    "SINGLE_OPTIONS",
    "MULTIPLE_OPTIONS",
    "DATE",
    "TEXTBOX_LIST",
    "FILE_UPLOAD",
    "RADIO",
    "EMAIL",
    "FLOAT",
    "TIME",
    "SIGNATURE",
];

const SHARED: [Rule; 7] = [
    ("placeholder", Kind::Text, Need::May),
    ("acceptedFormat", Kind::Any, Need::May),
    ("isMultipleFile", Kind::Bool, Need::May),
    ("maxNumberOfFiles", Kind::Number, Need::May),
    ("textBoxListOptions", Kind::Any, Need::May),
    ("position", Kind::Number, Need::May),
    ("model", Kind::Text, Need::May),
];

fn shape(highlevel: &HighLevel, field: &CustomField) -> Value {
    let mut value = json!({
        "id": field.id,
        "name": field.name,
        "model": field.model,
        "fieldKey": field.field_key,
        "placeholder": field.placeholder,
        "dataType": field.data_type,
        "position": field.position,
        "documentType": "field",
        "standard": false,
        "locationId": highlevel.location_id,
        "dateAdded": iso(field.date_added),
    });
    if !field.options.is_empty() {
        value["picklistOptions"] = json!(field.options);
    }
    value
}

fn place(highlevel: &HighLevel, key: &str) -> Result<usize, Answer> {
    highlevel
        .custom_fields
        .iter()
        .position(|field| field.id == key || field.field_key == key)
        .ok_or_else(|| refuse(400, format!("Custom field with id {key} not found")))
}

/// `GET /locations/{id}/customFields`.
pub(crate) fn list(highlevel: &HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let model = call.query("model").unwrap_or("all");
    if !["contact", "opportunity", "all"].contains(&model) {
        return Err(unprocessable(vec![
            "model must be a valid enum value".to_owned(),
        ]));
    }
    let fields: Vec<Value> = highlevel
        .custom_fields
        .iter()
        .filter(|field| model == "all" || field.model == model)
        .map(|field| shape(highlevel, field))
        .collect();
    Ok(Answer::ok(json!({"customFields": fields})))
}

/// `GET /locations/{id}/customFields/{id or key}`.
pub(crate) fn get(highlevel: &HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let at = place(highlevel, call.id(1))?;
    Ok(Answer::ok(
        json!({"customField": shape(highlevel, &highlevel.custom_fields[at])}),
    ))
}

/// `POST /locations/{id}/customFields`.
pub(crate) fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let own: [Rule; 3] = [
        ("name", Kind::Text, Need::Must),
        ("dataType", Kind::Text, Need::Must),
        ("options", Kind::Texts, Need::May),
    ];
    let members = check(&call.body, &[&SHARED[..], &own].concat())?;
    let (name, data_type) = (
        text(members, "name").unwrap_or(""),
        text(members, "dataType").unwrap_or(""),
    );
    if !TYPES.contains(&data_type) {
        return Err(unprocessable(vec![
            "dataType must be a valid enum value".to_owned(),
        ]));
    }
    let model = text(members, "model").unwrap_or("contact");
    let field_key = format!("{model}.{}", slug(name));
    if highlevel
        .custom_fields
        .iter()
        .any(|field| field.field_key == field_key)
    {
        return Err(refuse(
            400,
            format!("A custom field with key {field_key} already exists"),
        ));
    }
    let last = highlevel
        .custom_fields
        .iter()
        .map(|field| field.position)
        .max()
        .unwrap_or(0);
    let field = CustomField {
        id: mint.highlevel(),
        name: name.trim().to_owned(),
        model: model.to_owned(),
        field_key,
        data_type: data_type.to_owned(),
        placeholder: text(members, "placeholder").unwrap_or("").to_owned(),
        position: members
            .get("position")
            .and_then(Value::as_i64)
            .unwrap_or(last + 50),
        options: texts(members, "options"),
        date_added: call.now,
    };
    let shape = shape(highlevel, &field);
    highlevel.custom_fields.push(field);
    Ok(Answer::new(201, json!({"customField": shape})))
}

/// `PUT /locations/{id}/customFields/{id}`. The type cannot be changed.
pub(crate) fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let own: [Rule; 1] = [("name", Kind::Text, Need::Must)];
    let members = check(&call.body, &[&SHARED[..], &own].concat())?;
    let at = place(highlevel, call.id(1))?;
    let field = &mut highlevel.custom_fields[at];
    if let Some(name) = text(members, "name") {
        name.trim().clone_into(&mut field.name);
    }
    if let Some(placeholder) = text(members, "placeholder") {
        placeholder.clone_into(&mut field.placeholder);
    }
    if let Some(position) = members.get("position").and_then(Value::as_i64) {
        field.position = position;
    }
    Ok(Answer::ok(
        json!({"customField": shape(highlevel, &highlevel.custom_fields[at])}),
    ))
}

/// `DELETE /locations/{id}/customFields/{id}`. The values go with it.
pub(crate) fn delete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let at = place(highlevel, call.id(1))?;
    let field = highlevel.custom_fields.remove(at);
    let with_value: Vec<Contact> = highlevel
        .contacts
        .iter()
        .filter(|c| c.custom(&field.id).is_some())
        .cloned()
        .collect();
    for mut contact in with_value {
        contact.set_custom(&field.id, Value::Null);
        highlevel.contacts.put(call.now, contact);
    }
    Ok(Answer::ok(super::succeeded()))
}

/// `NangoTestField` becomes `nangotestfield`, `LinkedIn URL` becomes `linkedin_url`.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.trim().to_lowercase().chars() {
        if letter.is_alphanumeric() {
            slug.push(letter);
        } else if !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.trim_matches('_').to_owned()
}

/// Writes one entry of a contact's `customFields`.
pub(crate) fn apply(
    highlevel: &HighLevel,
    contact: &mut Contact,
    entry: &Value,
) -> Result<(), Answer> {
    let id = entry.get("id").and_then(Value::as_str).unwrap_or("");
    let known = highlevel
        .custom_fields
        .iter()
        .find(|f| f.id == id && f.model == "contact");
    let Some(field) = known else {
        return Err(refuse(400, format!("Custom field with id {id} not found")));
    };
    let value = entry.get("field_value").or_else(|| entry.get("fieldValue"));
    let value = value.cloned().unwrap_or_default();
    let blank = value.is_null() || value.as_str().is_some_and(str::is_empty);
    let option = |text: &str| field.options.is_empty() || field.options.iter().any(|o| o == text);
    let fits = blank
        || match field.data_type.as_str() {
            "NUMERICAL" | "MONETORY" | "FLOAT" => {
                value.is_number() || value.as_str().is_some_and(|t| t.parse::<f64>().is_ok())
            }
            "CHECKBOX" | "MULTIPLE_OPTIONS" => value
                .as_array()
                .is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(option))),
            "SINGLE_OPTIONS" | "RADIO" => value.as_str().is_some_and(option),
            "DATE" => crate::clock::parse_time(&value).is_some(),
            // Wrong shapes are accepted and silently ignored (`facts/highlevel.md` §9, 29).
            "TEXTBOX_LIST" | "FILE_UPLOAD" | "SIGNATURE" => {
                if !value.is_object() {
                    return Ok(());
                }
                true
            }
            _ => value.is_string() || value.is_number(),
        };
    if !fits {
        let message = format!("Invalid Custom Field Value \"{value}\" for \"{id}\"");
        return Err(refuse(400, message));
    }
    contact.set_custom(id, value);
    Ok(())
}
