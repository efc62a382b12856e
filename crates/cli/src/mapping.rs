//! The mapping of a sync, in a terminal.

use std::io::Read as _;
use std::path::Path;

use foxbridge_contract::{
    AppError, ErrorCode, FieldWrites, ImportMapping, ImportedMapping, Mapping, MappingAffected,
    MappingFields, MappingPreview, MappingRow, MappingTemplate, RowOutcome, SaveMapping, SyncId,
    TryMapping,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::args::{MappingCommand, SetRow};
use crate::style::{quiet, strong, table};
use crate::{Terminal, show};

pub(crate) async fn mapping(terminal: &Terminal, command: MappingCommand) -> Result<(), AppError> {
    match command {
        MappingCommand::Show { sync } => {
            let mapping: Mapping = terminal.call("syncs.mapping_get", SyncId { sync }).await?;
            terminal.answer(&mapping, |mapping| rows(&mapping.rows))
        }
        MappingCommand::Fields { sync } => {
            let fields: MappingFields = terminal
                .call("syncs.mapping_fields", SyncId { sync })
                .await?;
            terminal.answer(&fields, self::fields)
        }
        MappingCommand::Try { sync, person } => {
            let saved = saved(terminal, &sync).await?;
            let request = TryMapping {
                sync,
                rows: saved.rows.clone(),
                person,
            };
            let preview: MappingPreview = terminal.call("syncs.mapping_preview", request).await?;
            terminal.answer(&preview, |preview| tried(&saved.rows, preview))
        }
        MappingCommand::Set(set) => {
            let mut mapping = saved(terminal, &set.sync).await?;
            apply(terminal, &mut mapping, &set).await?;
            save(terminal, mapping).await
        }
        MappingCommand::Remove { sync, row } => {
            let mut mapping = saved(terminal, &sync).await?;
            let before = mapping.rows.len();
            mapping.rows.retain(|known| known.id != row);
            if mapping.rows.len() == before {
                return Err(no_row(&row));
            }
            save(terminal, mapping).await
        }
        MappingCommand::Export { sync } => {
            let template: MappingTemplate = terminal
                .call("syncs.mapping_export", SyncId { sync })
                .await?;
            let text = serde_json::to_string_pretty(&template).map_err(crate::internal)?;
            say!("{text}");
            Ok(())
        }
        MappingCommand::Import { sync, file } => {
            let template = read_template(&file)?;
            let revision = saved(terminal, &sync).await?.revision;
            let request = ImportMapping {
                sync: sync.clone(),
                template,
            };
            let imported: ImportedMapping = terminal.call("syncs.mapping_import", request).await?;
            if !imported.missing.is_empty() {
                let names: Vec<_> = imported.missing.iter().map(|f| f.name.as_str()).collect();
                return Err(AppError::new(
                    ErrorCode::NotFound,
                    format!(
                        "The location has no custom field {}. Nothing was saved.",
                        names.join(", ")
                    ),
                )
                .hint("Make them in HighLevel or on the Mapping page, then import again."));
            }
            let mapping = Mapping {
                sync,
                rows: imported.rows,
                revision,
            };
            save(terminal, mapping).await
        }
    }
}

async fn saved(terminal: &Terminal, sync: &str) -> Result<Mapping, AppError> {
    let sync = sync.to_owned();
    terminal.call("syncs.mapping_get", SyncId { sync }).await
}

async fn save(terminal: &Terminal, mapping: Mapping) -> Result<(), AppError> {
    #[derive(Serialize)]
    struct Saved {
        affected: MappingAffected,
        mapping: Mapping,
    }
    let sync = mapping.sync.clone();
    let request = TryMapping {
        sync: sync.clone(),
        rows: mapping.rows.clone(),
        person: None,
    };
    let affected: MappingAffected = terminal.call("syncs.mapping_affected", request).await?;
    let request = SaveMapping {
        sync: sync.clone(),
        rows: mapping.rows,
        revision: Some(mapping.revision),
    };
    let mapping = terminal.call("syncs.mapping_save", request).await?;
    terminal.answer(&Saved { affected, mapping }, |saved| {
        rows(&saved.mapping.rows);
        let people = saved.affected.people;
        say!(
            "{}: {people} {} would be treated differently by the next run.",
            strong("Saved"),
            if people == 1 { "person" } else { "people" }
        );
        say!("See how: foxbridge sync rehearse {sync}");
    })
}

async fn apply(terminal: &Terminal, mapping: &mut Mapping, set: &SetRow) -> Result<(), AppError> {
    let at = mapping.rows.iter().position(|row| row.id == set.row);
    let at = match (at, &set.aimfox, &set.highlevel) {
        (Some(at), ..) => at,
        (None, Some(_), Some(_)) => {
            mapping.rows.push(MappingRow {
                id: set.row.clone(),
                label: set.row.clone(),
                aimfox: String::new(),
                highlevel: String::new(),
                direction: foxbridge_contract::Direction::Both,
                on_conflict: foxbridge_contract::ConflictPolicy::HighlevelWins,
                kind: foxbridge_contract::FieldKindName::Text,
                create_only: false,
                transform: Vec::new(),
            });
            mapping.rows.len() - 1
        }
        (None, ..) => return Err(no_row(&set.row)),
    };
    let row = &mut mapping.rows[at];
    if let Some(aimfox) = &set.aimfox {
        row.aimfox.clone_from(aimfox);
    }
    if let Some(highlevel) = &set.highlevel {
        let sync = mapping.sync.clone();
        let known: MappingFields = terminal
            .call("syncs.mapping_fields", SyncId { sync })
            .await?;
        let field = known.highlevel.iter().find(|field| field.id == *highlevel);
        let field = field.ok_or_else(|| {
            AppError::new(
                ErrorCode::NotFound,
                format!("The location has no field \"{highlevel}\"."),
            )
            .hint(format!(
                "See them all: foxbridge mapping fields {}",
                mapping.sync
            ))
        })?;
        row.highlevel.clone_from(&field.id);
        row.kind = field.kind;
        row.create_only = field.writes == FieldWrites::CreateOnly;
    }
    if let Some(label) = &set.label {
        row.label.clone_from(label);
    }
    if let Some(direction) = set.direction {
        row.direction = direction.into();
    }
    if let Some(policy) = set.on_conflict {
        row.on_conflict = policy.into();
    }
    if let Some(transform) = &set.transform {
        row.transform = json(transform, "The transform")?;
    }
    Ok(())
}

fn json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, AppError> {
    serde_json::from_str(text).map_err(|e| {
        AppError::new(
            ErrorCode::BadRequest,
            format!("{what} is not understood: {e}."),
        )
        .hint(
            "A list of steps, as in [{\"kind\":\"case\",\"to\":\"title\"}]. The kinds are in \
             docs/MAPPING.md.",
        )
    })
}

fn no_row(row: &str) -> AppError {
    AppError::new(
        ErrorCode::NotFound,
        format!("The mapping has no row \"{row}\". Nothing was saved."),
    )
    .hint("A new row needs both --aimfox and --highlevel.")
}

fn read_template(file: &Path) -> Result<MappingTemplate, AppError> {
    let unread = |e: std::io::Error| {
        AppError::new(
            ErrorCode::NotFound,
            format!("{} cannot be read: {e}.", file.display()),
        )
    };
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map_err(unread)?;
        text
    } else {
        std::fs::read_to_string(file).map_err(unread)?
    };
    serde_json::from_str(&text).map_err(|e| {
        AppError::new(
            ErrorCode::BadRequest,
            format!("{} is no mapping: {e}. Nothing was saved.", file.display()),
        )
    })
}

fn word<T: Serialize>(value: &T) -> String {
    let word = serde_json::to_value(value).unwrap_or_default();
    word.as_str().unwrap_or_default().replace('_', "-")
}

fn rows(list: &[MappingRow]) {
    let rows: Vec<_> = list
        .iter()
        .map(|row| {
            let steps: Vec<String> = row
                .transform
                .iter()
                .map(|step| {
                    let step = serde_json::to_value(step).unwrap_or_default();
                    step["kind"].as_str().unwrap_or_default().to_owned()
                })
                .collect();
            [
                row.id.clone(),
                row.label.clone(),
                row.aimfox.clone(),
                row.highlevel.clone(),
                word(&row.direction),
                word(&row.on_conflict),
                steps.join(" > "),
            ]
        })
        .collect();
    table(
        [
            "ROW",
            "NAME",
            "AIMFOX",
            "HIGHLEVEL",
            "DIRECTION",
            "ON CONFLICT",
            "TRANSFORM",
        ],
        &rows,
    );
}

fn fields(fields: &MappingFields) {
    let rows: Vec<_> = fields
        .aimfox
        .iter()
        .chain(&fields.highlevel)
        .map(|field| {
            [
                show::service(field.service).to_owned(),
                field.id.clone(),
                field.label.clone(),
                word(&field.kind),
                word(&field.writes),
                field.locked.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(["SERVICE", "FIELD", "NAME", "KIND", "WRITES", "WHY"], &rows);
    for suggestion in &fields.suggestions {
        say!(
            "Suggested: foxbridge mapping set SYNC {} --aimfox {} --highlevel {}  {}",
            suggestion.row.id,
            suggestion.row.aimfox,
            suggestion.row.highlevel,
            quiet(&suggestion.why)
        );
    }
    if let Some(stale) = &fields.stale {
        say!("The custom fields are as last known: {}", stale.message);
    }
}

fn tried(rows: &[MappingRow], preview: &MappingPreview) {
    let Some(person) = &preview.person else {
        say!("Nobody was read yet. First: foxbridge sync rehearse SYNC");
        return;
    };
    say!("{}", strong(&person.name));
    let blank = || "(blank)".to_owned();
    let list: Vec<_> = preview
        .rows
        .iter()
        .map(|seen| {
            let label = rows.iter().find(|row| row.id == seen.row);
            let outcome = match seen.outcome {
                RowOutcome::Rest => "stays".to_owned(),
                RowOutcome::Ask => "asks".to_owned(),
                RowOutcome::ToHighlevel => {
                    format!(
                        "HighLevel gets {}",
                        seen.detail.clone().unwrap_or_else(blank)
                    )
                }
                RowOutcome::ToAimfox => {
                    format!("card gets {}", seen.detail.clone().unwrap_or_else(blank))
                }
                RowOutcome::Broken => seen.detail.clone().unwrap_or_default(),
            };
            [
                label.map_or(seen.row.clone(), |row| row.label.clone()),
                seen.aimfox.clone().unwrap_or_else(blank),
                seen.card.clone().unwrap_or_else(blank),
                seen.highlevel.clone().unwrap_or_else(blank),
                outcome,
            ]
        })
        .collect();
    table(["NAME", "PROFILE", "CARD", "HIGHLEVEL", "NEXT RUN"], &list);
    for problem in &preview.problems {
        say!("{}: {}", problem.row, problem.message);
    }
}
