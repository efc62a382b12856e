//! The mapping of a sync: what it can be made of, whether it holds together, what it would do, and
//! what saving it means for what was agreed on before.

pub(crate) mod fields;
pub(crate) mod known;
pub(crate) mod template;

use std::collections::HashMap;

use foxbridge_contract::{
    AppError, ErrorCode, FieldWrites, Mapping, MappingField, MappingRow, RowProblem,
};
use foxbridge_engine::{Base, Direction, Pipeline, Settings, TransformError, rebase};
use foxbridge_store::SyncRow;

use crate::commands::{find_sync, sync_settings};
use crate::{App, convert, error, run};

/// As long as a label may be, in characters: it is one line of a card.
const LONGEST_LABEL: usize = 60;

fn revision_key(sync: &str) -> String {
    format!("sync.{sync}.mapping_revision")
}

fn revision(app: &App, sync: &str) -> Result<u32, AppError> {
    let kept = app
        .store()
        .settings()
        .get(&revision_key(sync))
        .map_err(error::store)?;
    Ok(kept
        .and_then(|kept| kept.as_u64())
        .and_then(|kept| u32::try_from(kept).ok())
        .unwrap_or(0))
}

/// The saved mapping.
pub(crate) fn saved(app: &App, sync: &SyncRow) -> Result<Mapping, AppError> {
    let settings = sync_settings(sync)?;
    Ok(Mapping {
        sync: sync.id.clone(),
        rows: settings.mapping.iter().map(convert::mapping_row).collect(),
        revision: revision(app, &sync.id)?,
    })
}

/// A sync's choices with another mapping.
pub(crate) fn with_rows(settings: &Settings, rows: &[MappingRow]) -> Settings {
    Settings {
        mapping: rows.iter().map(convert::mapping_row_back).collect(),
        ..settings.clone()
    }
}

/// What must be put right before a mapping can be saved.
pub(crate) fn problems(
    rows: &[MappingRow],
    settings: &Settings,
    aimfox: &[MappingField],
    highlevel: &[MappingField],
) -> Vec<RowProblem> {
    let mut found = Vec::new();
    let mut labels: HashMap<String, &str> = HashMap::new();
    let mut written: HashMap<&str, &str> = HashMap::new();
    let mut ids: HashMap<&str, ()> = HashMap::new();
    for row in rows {
        let mut tell = |message: String| {
            found.push(RowProblem {
                row: row.id.clone(),
                message,
            });
        };
        let engine_row = convert::mapping_row_back(row);
        if row.id.trim().is_empty() || ids.insert(&row.id, ()).is_some() {
            tell("Two rows have the same id.".to_owned());
        }
        let label = row.label.trim();
        if label.is_empty() || label.contains([':', '\n', '\r', '[']) {
            tell("A row's name is one line on the card: not empty, without a colon.".to_owned());
        } else if label.chars().count() > LONGEST_LABEL {
            tell(format!(
                "A row's name has at most {LONGEST_LABEL} characters."
            ));
        }
        if let Some(other) = labels.insert(label.to_lowercase(), &row.label) {
            tell(format!(
                "\"{other}\" names two rows; on the card they could not be told apart."
            ));
        }
        let left = aimfox.iter().find(|field| field.id == row.aimfox);
        let right = highlevel.iter().find(|field| field.id == row.highlevel);
        match (left, right) {
            (None, _) => tell(format!("Aimfox has no field \"{}\".", row.aimfox)),
            (_, None) => tell(format!(
                "The location has no field \"{}\" (any more). Choose another one.",
                row.highlevel
            )),
            (Some(left), Some(right)) => {
                if engine_row.direction.to_highlevel() {
                    if right.writes == FieldWrites::Never {
                        tell(format!(
                            "{} cannot be written: {}",
                            right.label,
                            right.locked.as_deref().unwrap_or("HighLevel keeps it.")
                        ));
                    }
                    if left.id == fields::CARD_ONLY && engine_row.direction != Direction::Both {
                        tell("A card has nothing to give before HighLevel filled it.".to_owned());
                    }
                    if !fields::compatible(left, right) && row.transform.is_empty() {
                        tell(format!(
                            "{} does not fit into {}. A transform can make it fit.",
                            left.label, right.label
                        ));
                    }
                    if let Some(other) = written.insert(&right.id, &row.label) {
                        tell(format!("\"{other}\" writes into {} as well.", right.label));
                    }
                }
                let right_kind: foxbridge_engine::MappingRow = engine_row.clone();
                if convert::same_words::<_, foxbridge_contract::FieldKindName>(&right_kind.kind)
                    != right.kind
                {
                    tell(format!(
                        "{} is compared as another kind of value.",
                        right.label
                    ));
                }
            }
        }
        if let Err(TransformError { step, message }) =
            Pipeline::new(&engine_row.transform, settings.region)
        {
            tell(format!("Step {step} of the transform: {message}"));
        }
    }
    found
}

/// Saves a mapping. What was agreed on under rows that now mean something else is agreed on afresh
/// by the next run; nothing is deleted at either service by it.
///
/// # Errors
/// [`ErrorCode::BadRequest`] for a mapping that does not hold together, [`ErrorCode::Busy`] while
/// the sync runs or when somebody saved another one meanwhile.
pub(crate) fn save(
    app: &App,
    sync: &str,
    rows: &[MappingRow],
    expected: Option<u32>,
) -> Result<Mapping, AppError> {
    let row = find_sync(app, sync)?;
    // A run holds the mapping that it began with; its bases must not be moved under it.
    let _held = run::hold(app, &row)?;
    let before = sync_settings(&row)?;
    let current = revision(app, sync)?;
    if expected.is_some_and(|expected| expected != current) {
        return Err(AppError::new(
            ErrorCode::Busy,
            "The mapping was saved elsewhere since it was opened here. Nothing was saved.",
        )
        .hint("Open it again to see the other changes, then make yours once more."));
    }
    let after = with_rows(&before, rows);
    let bases = moved_bases(app, &row, &before, &after)?;
    let config = serde_json::to_value(&after).map_err(error::internal)?;
    let moved = SyncRow { config, ..row };
    app.store()
        .syncs()
        .update_with_bases(&moved, &bases)
        .map_err(error::store)?;
    let next = serde_json::json!(current + 1);
    app.store()
        .settings()
        .set(&revision_key(sync), &next)
        .map_err(error::store)?;
    app.changed(&[
        "syncs.list",
        "syncs.get",
        "syncs.mapping_get",
        "syncs.mapping_fields",
        "permissions.list",
    ]);
    saved(app, &moved)
}

fn moved_bases(
    app: &App,
    sync: &SyncRow,
    before: &Settings,
    after: &Settings,
) -> Result<Vec<(String, serde_json::Value)>, AppError> {
    let known = known::leads(app, sync)?;
    let leads: HashMap<&str, _> = known.iter().map(|lead| (lead.id.as_str(), lead)).collect();
    let mut moved = Vec::new();
    for (lead_id, base) in app.store().base().all(&sync.id).map_err(error::store)? {
        let base: Base = serde_json::from_value(base).map_err(error::internal)?;
        let lead = leads.get(lead_id.as_str()).copied();
        if let Some(base) = rebase(&before.mapping, &after.mapping, lead, &base, after.region) {
            let base = serde_json::to_value(base).map_err(error::internal)?;
            moved.push((lead_id, base));
        }
    }
    Ok(moved)
}
