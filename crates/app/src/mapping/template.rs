//! A mapping on its way to another sync: custom fields are named by their key, because their ids
//! differ from location to location. Nothing in it names an account or a person.

use foxbridge_connectors::CustomField;
use foxbridge_contract::{
    AppError, ErrorCode, ImportedMapping, MappingRow, MappingTemplate, TagWrites, TemplateField,
};

/// The format written, and the only one read.
const FORMAT: &str = "foxbridge-mapping/1";

/// As many rows as a template may bring.
const MOST_ROWS: usize = 500;

pub(crate) fn export(
    title: &str,
    rows: Vec<MappingRow>,
    tag_writes: TagWrites,
    custom: &[CustomField],
) -> MappingTemplate {
    let mut fields = Vec::new();
    let rows = rows
        .into_iter()
        .map(|mut row| {
            let id = row.highlevel.strip_prefix("cf.");
            let field = id.and_then(|id| custom.iter().find(|field| field.id == id));
            if let Some(field) = field {
                fields.push(TemplateField {
                    row: row.id.clone(),
                    name: field.name.clone(),
                    key: field.key.clone(),
                    data_type: field.data_type.clone(),
                });
                row.highlevel = format!("cf:{}", field.key);
            }
            row
        })
        .collect();
    MappingTemplate {
        format: FORMAT.to_owned(),
        title: title.to_owned(),
        rows,
        custom_fields: fields,
        tag_writes,
    }
}

pub(crate) fn import(
    template: MappingTemplate,
    custom: &[CustomField],
) -> Result<ImportedMapping, AppError> {
    if template.format != FORMAT {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!(
                "The file is a \"{}\", not a \"{FORMAT}\". Nothing was taken from it.",
                template.format.chars().take(60).collect::<String>()
            ),
        )
        .hint("Choose a file that was exported from a Mapping page."));
    }
    if template.rows.len() > MOST_ROWS {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("The file has more than {MOST_ROWS} rows. Nothing was taken from it."),
        ));
    }
    let mut missing = Vec::new();
    let mut rows = Vec::new();
    for mut row in template.rows {
        let Some(key) = row.highlevel.strip_prefix("cf:").map(str::to_owned) else {
            rows.push(row);
            continue;
        };
        let wanted = template
            .custom_fields
            .iter()
            .find(|field| field.row == row.id);
        // A location may have renamed the field, which keeps its key, or made it anew by name.
        let field = custom.iter().find(|field| field.key == key).or_else(|| {
            custom
                .iter()
                .find(|field| wanted.is_some_and(|w| w.name == field.name))
        });
        match field {
            Some(field) => {
                row.highlevel = format!("cf.{}", field.id);
                rows.push(row);
            }
            None => missing.push(wanted.cloned().unwrap_or(TemplateField {
                row: row.id.clone(),
                name: row.label.clone(),
                key,
                data_type: "TEXT".to_owned(),
            })),
        }
    }
    Ok(ImportedMapping { rows, missing })
}
