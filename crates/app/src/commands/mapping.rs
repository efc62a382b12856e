//! Mapping: look, try, save, carry elsewhere.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{
    AddField, AppError, ErrorCode, ImportMapping, ImportedMapping, Mapping, MappingAffected,
    MappingField, MappingFields, MappingPreview, MappingTemplate, RowOutcome, RowPreview,
    SamplePerson, SaveMapping, SyncId, TryMapping,
};
use foxbridge_engine as engine;
use foxbridge_model::{Person, Value};
use foxbridge_store::SyncRow;

use super::syncs;
use crate::mapping::{fields, known, template, with_rows};
use crate::{App, convert, error, mapping};

/// The types of custom fields that can be made from here.
const DATA_TYPES: [&str; 5] = ["TEXT", "LARGE_TEXT", "NUMERICAL", "PHONE", "DATE"];

pub(super) async fn syncs_mapping_get(app: &App, request: SyncId) -> Result<Mapping, AppError> {
    mapping::saved(app, &syncs::find(app, &request.sync)?)
}

pub(super) async fn syncs_mapping_fields(
    app: &App,
    request: SyncId,
) -> Result<MappingFields, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let settings = syncs::settings(&sync)?;
    let custom = fields::custom(app, &sync).await?;
    let aimfox = fields::aimfox();
    let highlevel = fields::highlevel_fields(&custom.fields);
    let suggestions = fields::suggestions(&settings, &aimfox, &highlevel);
    Ok(MappingFields {
        aimfox,
        highlevel,
        suggestions,
        stale: custom.stale,
    })
}

fn problems(
    app: &App,
    sync: &SyncRow,
    rows: &[foxbridge_contract::MappingRow],
) -> Result<Vec<foxbridge_contract::RowProblem>, AppError> {
    let highlevel = fields::highlevel_fields(&fields::last_known(app, sync)?);
    let settings = syncs::settings(sync)?;
    Ok(mapping::problems(
        rows,
        &settings,
        &fields::aimfox(),
        &highlevel,
    ))
}

pub(super) async fn syncs_mapping_save(
    app: &App,
    request: SaveMapping,
) -> Result<Mapping, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let mut wrong = problems(app, &sync, &request.rows)?;
    if wrong
        .iter()
        .any(|problem| problem.message.contains("no field"))
    {
        // The location may have a field by now that was not known yet.
        fields::custom(app, &sync).await?;
        wrong = problems(app, &sync, &request.rows)?;
    }
    if let Some(first) = wrong.first() {
        let named = request.rows.iter().find(|row| row.id == first.row);
        let label = named.map_or(first.row.as_str(), |row| row.label.as_str());
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("{label}: {} Nothing was saved.", first.message),
        )
        .hint(match wrong.len() {
            1 => "Put it right, then save again.".to_owned(),
            n => format!("{n} things are to be put right, then save again."),
        }));
    }
    let app = app.clone();
    tokio::task::spawn_blocking(move || {
        mapping::save(&app, &request.sync, &request.rows, request.revision)
    })
    .await
    .map_err(error::internal)?
}

/// Who a mapping is tried on: the one asked for, or the linked person with the most filled in.
fn sample(
    app: &App,
    sync: &SyncRow,
    asked: Option<&str>,
) -> Result<Option<(Person, Option<Person>)>, AppError> {
    let links = known::links(app, sync)?;
    let contact_of = |lead: &str| -> Result<Option<Person>, AppError> {
        let link = links.iter().find(|link| link.lead_id == lead);
        match link {
            Some(link) => known::one(app, &sync.highlevel, "contact", &link.contact_id),
            None => Ok(None),
        }
    };
    if let Some(asked) = asked {
        let lead = known::one(app, &sync.aimfox, "lead", asked)?
            .ok_or_else(|| error::not_found("lead", asked))?;
        let contact = contact_of(asked)?;
        return Ok(Some((lead, contact)));
    }
    let mut best: Option<(usize, Person, Option<Person>)> = None;
    // The first few are enough: it only has to be somebody worth looking at.
    for link in links.iter().take(50) {
        let Some(lead) = known::one(app, &sync.aimfox, "lead", &link.lead_id)? else {
            continue;
        };
        let contact = contact_of(&link.lead_id)?;
        let filled = lead.fields.len() + contact.as_ref().map_or(0, |contact| contact.fields.len());
        if best.as_ref().is_none_or(|(most, ..)| filled > *most) {
            best = Some((filled, lead, contact));
        }
    }
    if let Some((_, lead, contact)) = best {
        return Ok(Some((lead, contact)));
    }
    // Nobody is linked yet: anybody who was read.
    let settings = syncs::settings(sync)?;
    let leads = known::leads(app, sync)?;
    let lead = leads
        .into_iter()
        .filter(|lead| lead.detailed && settings.filter.admits(lead))
        .max_by_key(|lead| lead.fields.len());
    Ok(lead.map(|lead| (lead, None)))
}

pub(super) async fn syncs_mapping_preview(
    app: &App,
    request: TryMapping,
) -> Result<MappingPreview, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let problems = problems(app, &sync, &request.rows)?;
    let Some((lead, contact)) = sample(app, &sync, request.person.as_deref())? else {
        return Ok(MappingPreview {
            person: None,
            rows: Vec::new(),
            problems,
        });
    };
    let before = syncs::settings(&sync)?;
    let after = with_rows(&before, &request.rows);
    let base = app
        .store()
        .base()
        .get(&sync.id, &lead.id)
        .map_err(error::store)?
        .and_then(|base| serde_json::from_value::<engine::Base>(base).ok())
        .map(|base| {
            let moved = engine::rebase(
                &before.mapping,
                &after.mapping,
                Some(&lead),
                &base,
                after.region,
            );
            moved.unwrap_or(base)
        });
    let rows = engine::preview(&after, &lead, contact.as_ref(), base.as_ref())
        .into_iter()
        .map(shown)
        .collect();
    Ok(MappingPreview {
        person: Some(SamplePerson {
            name: lead.name.clone(),
            lead_id: lead.id.clone(),
            contact_id: contact.map(|contact| contact.id),
        }),
        rows,
        problems,
    })
}

fn shown(row: engine::RowPreview) -> RowPreview {
    let text = |value: Option<Value>| value.map(|value| value.display());
    let (outcome, detail) = match row.outcome {
        engine::RowOutcome::Rest => (RowOutcome::Rest, None),
        engine::RowOutcome::ToHighlevel(value) => (RowOutcome::ToHighlevel, text(Some(value))),
        engine::RowOutcome::ToAimfox(value) => (RowOutcome::ToAimfox, text(value)),
        engine::RowOutcome::Ask => (RowOutcome::Ask, None),
        engine::RowOutcome::Broken(why) => (RowOutcome::Broken, Some(why)),
    };
    RowPreview {
        row: row.row,
        aimfox: text(row.profile),
        card: text(row.card),
        highlevel: text(row.highlevel),
        result: text(row.result),
        outcome,
        detail,
    }
}

pub(super) async fn syncs_mapping_affected(
    app: &App,
    request: TryMapping,
) -> Result<MappingAffected, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let app = app.clone();
    tokio::task::spawn_blocking(move || {
        let before = known::fields_only(&syncs::settings(&sync)?);
        let after = with_rows(&before, &request.rows);
        let snapshot = known::snapshot(&app, &sync)?;
        let people = engine::affected(&snapshot, &before, &after).len();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(MappingAffected {
            people: number(people),
            linked: number(snapshot.links.len()),
        })
    })
    .await
    .map_err(error::internal)?
}

pub(super) async fn syncs_mapping_add_field(
    app: &App,
    request: AddField,
) -> Result<MappingField, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let name = request.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            "A custom field's name has 1 to 100 characters. Nothing was made.",
        ));
    }
    if !DATA_TYPES.contains(&request.data_type.as_str()) {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!(
                "A field of the type \"{}\" cannot be made from here. Nothing was made.",
                request.data_type
            ),
        )
        .hint(format!("Types: {}.", DATA_TYPES.join(", "))));
    }
    let custom = fields::custom(app, &sync).await?;
    if let Some(e) = custom.stale {
        return Err(e);
    }
    let known = custom
        .fields
        .iter()
        .find(|field| field.name.eq_ignore_ascii_case(name));
    if known.is_some() {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("The location has a field \"{name}\" already. Nothing was made."),
        )
        .hint("Choose it in the list, or give the new one another name."));
    }
    fields::add(app, &sync, name, &request.data_type).await
}

pub(super) async fn syncs_mapping_export(
    app: &App,
    request: SyncId,
) -> Result<MappingTemplate, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let custom = fields::custom(app, &sync).await?;
    let settings = syncs::settings(&sync)?;
    let rows = settings.mapping.iter().map(convert::mapping_row).collect();
    let tag_writes = convert::tag_writes(settings.tags.to_highlevel);
    Ok(template::export(
        "A Foxbridge mapping",
        rows,
        tag_writes,
        &custom.fields,
    ))
}

pub(super) async fn syncs_mapping_import(
    app: &App,
    request: ImportMapping,
) -> Result<ImportedMapping, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let custom = fields::custom(app, &sync).await?;
    template::import(request.template, &custom.fields)
}
