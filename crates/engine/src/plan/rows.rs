//! The values of a row on both sides, with its transform applied where it is read.

use std::collections::HashMap;
use std::sync::Arc;

use foxbridge_model::{Person, Text, Value};

use super::{Question, Record};
use crate::{MappingRow, Pipeline, Settings, TransformError};

/// The transforms of a mapping, made ready.
pub(crate) struct Rows {
    pipelines: HashMap<Text, Result<Pipeline, TransformError>>,
}

impl Rows {
    pub(crate) fn of(settings: &Settings) -> Self {
        let pipelines = settings
            .mapping
            .iter()
            .filter(|row| !row.transform.is_empty())
            .map(|row| {
                let pipeline = Pipeline::new(&row.transform, settings.region);
                (row.id.clone(), pipeline)
            })
            .collect();
        Self { pipelines }
    }

    /// What a lead's profile says for a row.
    pub(crate) fn profile(
        &self,
        row: &MappingRow,
        lead: &Person,
    ) -> Result<Option<Value>, TransformError> {
        let value = lead.fields.get(row.aimfox.as_str());
        if !row.direction.to_highlevel() {
            return Ok(value.cloned());
        }
        self.through(row, value, lead)
    }

    /// What the two sides say for a row: the lead's profile, and the contact.
    pub(crate) fn read(
        &self,
        row: &MappingRow,
        lead: &Person,
        contact: &Person,
    ) -> Result<(Option<Value>, Option<Value>), TransformError> {
        let profile = self.profile(row, lead)?;
        let value = contact.fields.get(row.highlevel.as_str());
        let contact = if row.direction.to_highlevel() {
            value.cloned()
        } else {
            self.through(row, value, contact)?
        };
        Ok((profile, contact))
    }

    fn through(
        &self,
        row: &MappingRow,
        value: Option<&Value>,
        person: &Person,
    ) -> Result<Option<Value>, TransformError> {
        match self.pipelines.get(&row.id) {
            None => Ok(value.cloned()),
            Some(Ok(pipeline)) => pipeline.apply(value, &person.fields),
            Some(Err(e)) => Err(e.clone()),
        }
    }
}

/// A value that the row's transform does not understand: the field waits, the others go on.
pub(super) fn broken(record: &Arc<Record>, row: &MappingRow, error: &TransformError) -> Question {
    Question {
        about: None,
        key: format!(
            "transform:{}:{}",
            record.lead_id.as_deref().unwrap_or_default(),
            row.id
        ),
        kind: "failed".to_owned(),
        record: record.clone(),
        what: format!(
            "The transform of {} does not work for {}.",
            row.label, record.name
        ),
        why: format!("{error} This field was left as it is; the others went on."),
        next: "Change the transform on the Mapping page, or correct the value; the next run then \
               goes on."
            .to_owned(),
        choices: Vec::new(),
    }
}
