//! Records that the sandbox keeps as the services show them: one JSON object each, on a shelf with a
//! name. What a resource means (what must be there, what else changes) is said in its own file.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// All shelves of a service.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shelves(BTreeMap<String, Vec<Value>>);

impl Shelves {
    /// Every record of a shelf, oldest first.
    pub fn all(&self, shelf: &str) -> &[Value] {
        self.0.get(shelf).map_or(&[], Vec::as_slice)
    }

    /// The record with this `id`.
    pub fn find(&self, shelf: &str, id: &str) -> Option<&Value> {
        self.all(shelf).iter().find(|record| record["id"] == id)
    }

    pub(crate) fn find_mut(&mut self, shelf: &str, id: &str) -> Option<&mut Value> {
        let records = self.0.get_mut(shelf)?;
        records.iter_mut().find(|record| record["id"] == id)
    }

    pub(crate) fn put(&mut self, shelf: &str, record: Value) {
        self.0.entry(shelf.to_owned()).or_default().push(record);
    }

    pub(crate) fn remove(&mut self, shelf: &str, id: &str) -> Option<Value> {
        let records = self.0.get_mut(shelf)?;
        let at = records.iter().position(|record| record["id"] == id)?;
        Some(records.remove(at))
    }

    /// Keeps what the test says yes to.
    pub(crate) fn retain(&mut self, shelf: &str, keep: impl FnMut(&Value) -> bool) {
        if let Some(records) = self.0.get_mut(shelf) {
            records.retain(keep);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Lays the members of `changes` over those of `record`. Null takes a member away.
pub(crate) fn merge(record: &mut Value, changes: &Map<String, Value>) {
    if !record.is_object() {
        *record = json!({});
    }
    if let Value::Object(members) = record {
        for (name, value) in changes {
            if value.is_null() {
                members.remove(name);
            } else {
                members.insert(name.clone(), value.clone());
            }
        }
    }
}

/// The members of a body; none when it is no object.
pub(crate) fn members(body: &Value) -> Map<String, Value> {
    body.as_object().cloned().unwrap_or_default()
}

/// A member that is text, or nothing.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}
