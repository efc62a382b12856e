//! The fields of both sides, which of them fit together, and which rows are worth suggesting.

use foxbridge_connectors::{CustomField, HighLevel, Urgency};
use foxbridge_contract::{
    AppError, ConflictPolicy, Direction, FieldKindName, FieldWrites, MappingField, MappingRow,
    ServiceName, Suggestion,
};
use foxbridge_engine::{Settings, StampField};
use foxbridge_store::SyncRow;
use serde::{Deserialize, Serialize};

use crate::permissions::{Caller, Switches, needed};
use crate::{App, error, secrets, transport};

/// The lead's field that stands for "no profile field": the value lives on the card alone.
pub(crate) const CARD_ONLY: &str = "card";

/// How like two names must be for a suggestion, from 0 to 1.
const ALIKE: f64 = 0.84;

const LEAD_FIELDS: [(&str, &str, FieldKindName); 13] = [
    ("first_name", "First name", FieldKindName::Name),
    ("last_name", "Last name", FieldKindName::Name),
    ("full_name", "Full name", FieldKindName::Name),
    ("email", "E-mail", FieldKindName::Email),
    ("phone", "Phone", FieldKindName::Phone),
    ("company", "Company", FieldKindName::Text),
    ("job_title", "Job title", FieldKindName::Text),
    ("headline", "Headline", FieldKindName::Text),
    ("location", "Location", FieldKindName::Text),
    ("linkedin_url", "LinkedIn profile", FieldKindName::Url),
    ("linkedin_urn", "LinkedIn URN", FieldKindName::Text),
    ("picture_url", "Picture", FieldKindName::Url),
    (CARD_ONLY, "Card only", FieldKindName::Text),
];

const CONTACT_FIELDS: [(&str, &str, FieldKindName); 12] = [
    ("firstName", "First name", FieldKindName::Name),
    ("lastName", "Last name", FieldKindName::Name),
    ("email", "E-mail", FieldKindName::Email),
    ("phone", "Phone", FieldKindName::Phone),
    ("companyName", "Company", FieldKindName::Text),
    ("website", "Website", FieldKindName::Url),
    ("address1", "Street address", FieldKindName::Text),
    ("city", "City", FieldKindName::Text),
    ("state", "State", FieldKindName::Text),
    ("postalCode", "Postal code", FieldKindName::Text),
    ("country", "Country", FieldKindName::Text),
    ("source", "Source", FieldKindName::Text),
];

/// Names under which a location may keep what a lead's profile says.
const ALSO_CALLED: [(&str, &[&str]); 5] = [
    ("job_title", &["job title", "title", "position", "role"]),
    ("headline", &["headline", "linkedin headline", "tagline"]),
    ("location", &["linkedin location", "region"]),
    (
        "linkedin_url",
        &["linkedin profile", "linkedin profile url"],
    ),
    (
        "picture_url",
        &["picture", "photo", "avatar", "picture url"],
    ),
];

/// A custom field as it is remembered for times without a connection.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    name: String,
    key: String,
    data_type: String,
    #[serde(default)]
    options: Vec<String>,
}

/// Custom fields, and why they may be old.
pub(crate) struct Custom {
    pub(crate) fields: Vec<CustomField>,
    pub(crate) stale: Option<AppError>,
}

fn kept_key(connection: &str) -> String {
    format!("connection.{connection}.custom_fields")
}

/// HighLevel of a sync, outside a run.
async fn highlevel(app: &App, sync: &SyncRow, confirmed: bool) -> Result<HighLevel, AppError> {
    let row = app
        .store()
        .connections()
        .get(&sync.highlevel)
        .map_err(error::store)?
        .ok_or_else(|| error::not_found("connection", &sync.highlevel))?;
    let switches = Switches {
        store: app.store().clone(),
        connection: row.clone(),
        needed: needed(app, &row.id)?.into_keys().collect(),
        caller: Caller::Hand { confirmed },
    };
    let (base_url, secret) = secrets::access(app, &row).await?;
    let parts = transport::outside_runs(app, std::sync::Arc::new(switches));
    let transport = transport::open(&row, base_url, secret, parts)?;
    Ok(HighLevel::new(transport.with_urgency(Urgency::ByHand)))
}

/// The location's custom fields: asked for now, or as last known.
pub(crate) async fn custom(app: &App, sync: &SyncRow) -> Result<Custom, AppError> {
    let asked = match highlevel(app, sync, false).await {
        Ok(client) => client.custom_fields().await.map_err(|e| error::call(&e)),
        Err(e) => Err(e),
    };
    match asked {
        Ok(fields) => {
            keep(app, sync, &fields)?;
            Ok(Custom {
                fields,
                stale: None,
            })
        }
        Err(e) => Ok(Custom {
            fields: last_known(app, sync)?,
            stale: Some(e),
        }),
    }
}

/// The custom fields as last known, without a request.
pub(crate) fn last_known(app: &App, sync: &SyncRow) -> Result<Vec<CustomField>, AppError> {
    let kept = app
        .store()
        .settings()
        .get(&kept_key(&sync.highlevel))
        .map_err(error::store)?;
    let kept: Vec<Kept> = kept
        .and_then(|kept| serde_json::from_value(kept).ok())
        .unwrap_or_default();
    Ok(kept
        .into_iter()
        .map(|kept| CustomField {
            id: kept.id,
            name: kept.name,
            key: kept.key,
            data_type: kept.data_type,
            options: kept.options,
        })
        .collect())
}

/// Remembers the custom fields for times without a connection.
pub(crate) fn keep(app: &App, sync: &SyncRow, fields: &[CustomField]) -> Result<(), AppError> {
    let kept: Vec<Kept> = fields
        .iter()
        .map(|field| Kept {
            id: field.id.clone(),
            name: field.name.clone(),
            key: field.key.clone(),
            data_type: field.data_type.clone(),
            options: field.options.clone(),
        })
        .collect();
    let kept = serde_json::to_value(kept).map_err(error::internal)?;
    app.store()
        .settings()
        .set(&kept_key(&sync.highlevel), &kept)
        .map_err(error::store)
}

/// Makes a custom field in the location, and remembers it.
pub(crate) async fn add(
    app: &App,
    sync: &SyncRow,
    name: &str,
    data_type: &str,
) -> Result<MappingField, AppError> {
    let client = highlevel(app, sync, true).await?;
    let made = client
        .create_custom_field(name, data_type)
        .await
        .map_err(|e| error::call(&e))?;
    let mut known = last_known(app, sync)?;
    known.retain(|field| field.id != made.id);
    known.push(made.clone());
    keep(app, sync, &known)?;
    app.changed(&["syncs.mapping_fields"]);
    Ok(custom_field(&made))
}

/// A lead's fields.
pub(crate) fn aimfox() -> Vec<MappingField> {
    LEAD_FIELDS
        .iter()
        .map(|(id, label, kind)| MappingField {
            id: (*id).to_owned(),
            service: ServiceName::Aimfox,
            label: (*label).to_owned(),
            kind: *kind,
            writes: FieldWrites::Never,
            locked: Some(
                if *id == CARD_ONLY {
                    "The profile has no such field. HighLevel's value is shown on the lead's card, \
                     where it can be edited."
                } else {
                    "It comes from the LinkedIn profile, which only its owner can change. \
                     HighLevel's value is shown on the lead's card."
                }
                .to_owned(),
            ),
            options: Vec::new(),
            custom: false,
        })
        .collect()
}

/// A contact's fields.
pub(crate) fn highlevel_fields(custom: &[CustomField]) -> Vec<MappingField> {
    let standard = CONTACT_FIELDS.iter().map(|(id, label, kind)| {
        let update = foxbridge_connectors::updatable(id);
        MappingField {
            id: (*id).to_owned(),
            service: ServiceName::Highlevel,
            label: (*label).to_owned(),
            kind: *kind,
            writes: if update {
                FieldWrites::Always
            } else {
                FieldWrites::CreateOnly
            },
            locked: (!update).then(|| {
                "HighLevel takes it when a contact is made, and not afterwards.".to_owned()
            }),
            options: Vec::new(),
            custom: false,
        }
    });
    standard.chain(custom.iter().map(custom_field)).collect()
}

/// How values of HighLevel's types are compared (`facts/highlevel.md` §4.2); `None` for a type that
/// no text goes into.
fn kind_of(data_type: &str) -> Option<FieldKindName> {
    Some(match data_type {
        "TEXT" | "LARGE_TEXT" | "SINGLE_OPTIONS" | "RADIO" | "TIME" => FieldKindName::Text,
        "NUMERICAL" | "MONETORY" | "FLOAT" => FieldKindName::Number,
        "PHONE" => FieldKindName::Phone,
        "EMAIL" => FieldKindName::Email,
        "DATE" => FieldKindName::Date,
        "CHECKBOX" | "MULTIPLE_OPTIONS" => FieldKindName::List,
        _ => return None,
    })
}

fn custom_field(field: &CustomField) -> MappingField {
    let stamp = StampField::ALL
        .into_iter()
        .any(|stamp| stamp.key() == field.key);
    let kind = kind_of(&field.data_type);
    let locked = if stamp {
        Some("Foxbridge keeps the lead's ids in it, so that nobody is made twice.")
    } else if kind.is_none() {
        Some("Files, signatures and lists of text boxes cannot be carried.")
    } else {
        None
    };
    MappingField {
        id: format!("cf.{}", field.id),
        service: ServiceName::Highlevel,
        label: field.name.clone(),
        kind: kind.unwrap_or(FieldKindName::Text),
        writes: if locked.is_some() {
            FieldWrites::Never
        } else {
            FieldWrites::Always
        },
        locked: locked.map(str::to_owned),
        options: field.options.clone(),
        custom: true,
    }
}

/// Whether a lead's value fits into a contact's field as it is.
pub(crate) fn compatible(left: &MappingField, right: &MappingField) -> bool {
    use FieldKindName::{List, Name, Text};
    left.id == CARD_ONLY
        || left.kind == right.kind
        || matches!(right.kind, Text | Name)
        || (right.kind == List && left.kind == Text)
}

/// A row of two fields, as it is first offered.
pub(crate) fn row_of(left: &MappingField, right: &MappingField) -> MappingRow {
    let label = if left.id == CARD_ONLY || right.custom {
        &right.label
    } else {
        &left.label
    };
    MappingRow {
        id: format!("{}-{}", left.id, right.id.replace('.', "_")),
        label: label.replace([':', '[', '\n', '\r'], " ").trim().to_owned(),
        aimfox: left.id.clone(),
        highlevel: right.id.clone(),
        kind: right.kind,
        direction: match right.writes {
            FieldWrites::Never => Direction::ToAimfox,
            _ => Direction::Both,
        },
        on_conflict: ConflictPolicy::HighlevelWins,
        create_only: right.writes == FieldWrites::CreateOnly,
        transform: Vec::new(),
    }
}

/// Rows that the mapping lacks and whose two names say that they belong together.
pub(crate) fn suggestions(
    settings: &Settings,
    aimfox: &[MappingField],
    highlevel: &[MappingField],
) -> Vec<Suggestion> {
    let taken = |right: &MappingField| {
        let rows = &settings.mapping;
        rows.iter().any(|row| row.highlevel == right.id)
    };
    let mut found = Vec::new();
    for right in highlevel.iter().filter(|field| !taken(field)) {
        if right.writes == FieldWrites::Never || !right.options.is_empty() {
            continue;
        }
        let best = aimfox
            .iter()
            .filter(|left| left.id != CARD_ONLY && compatible(left, right))
            .map(|left| (likeness(left, &right.label), left))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((alike, left)) = best
            && alike >= ALIKE
        {
            found.push(Suggestion {
                row: row_of(left, right),
                why: format!(
                    "\"{}\" in HighLevel sounds like \"{}\" of the profile.",
                    right.label, left.label
                ),
            });
        }
    }
    found
}

fn likeness(left: &MappingField, name: &str) -> f64 {
    let name = name.to_lowercase();
    let also = ALSO_CALLED
        .iter()
        .find(|(id, _)| *id == left.id)
        .map_or(&[][..], |(_, names)| names);
    std::iter::once(left.label.to_lowercase().as_str())
        .chain(also.iter().copied())
        .map(|known| strsim::normalized_levenshtein(known, &name))
        .fold(0.0, f64::max)
}
