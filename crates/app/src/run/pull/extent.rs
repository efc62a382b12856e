//! How much of HighLevel's contacts a run reads: those that changed, or all of them.
//!
//! A change moves a contact's `dateUpdated`, and a search finds it by that (`facts/highlevel.md`
//! §2.1). What it cannot find is a contact that is gone, and whatever moves without moving the time;
//! so from time to time everything is read and compared.

use std::collections::HashMap;

use foxbridge_connectors::CustomField;
use foxbridge_contract::AppError;
use serde::{Deserialize, Serialize};

use super::{Context, Mirrored};
use crate::error;

/// The search lags seconds behind a change; this leaves room.
const OVERLAP_MS: i64 = 5 * 60 * 1000;
/// Everything is read once more after so long, unless the user chose another interval.
const COMPARE_HOURS: i64 = 24;

/// What is to be read.
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// What changed at or after this moment of HighLevel's clock, RFC 3339.
    Since(String),
}

/// What is remembered of the last reading of everything.
#[derive(Serialize, Deserialize)]
struct Compared {
    /// When it began, milliseconds since 1970, by our clock.
    at: i64,
    /// How long it took: whatever changed meanwhile may have changed behind its back.
    took: i64,
    /// The custom fields that contacts were understood with.
    fields: Vec<(String, String)>,
}

fn key(context: &Context) -> String {
    format!("connection.{}.contacts_compared", context.sync.highlevel)
}

fn definitions(fields: &[CustomField]) -> Vec<(String, String)> {
    let mut all: Vec<_> = fields
        .iter()
        .map(|field| (field.id.clone(), field.key.clone()))
        .collect();
    all.sort();
    all
}

/// Remembers that everything was read, since `began`.
pub(super) fn remember(
    context: &Context,
    fields: &[CustomField],
    began: i64,
) -> Result<(), AppError> {
    let compared = Compared {
        at: began,
        took: context.app.now() - began,
        fields: definitions(fields),
    };
    let value = serde_json::to_value(compared).map_err(error::internal)?;
    let settings = context.app.store().settings();
    settings.set(&key(context), &value).map_err(error::store)
}

/// What this run is to read.
pub(super) fn choose(
    context: &Context,
    fields: &[CustomField],
    before: &HashMap<String, Mirrored>,
) -> Result<Extent, AppError> {
    let settings = context.app.store().settings();
    let known = settings.get(&key(context)).map_err(error::store)?;
    let Some(known) = known.and_then(|v| serde_json::from_value::<Compared>(v).ok()) else {
        return Ok(Extent::Whole);
    };
    let hours = settings
        .get(&compare_hours_key(&context.sync.id))
        .map_err(error::store)?
        .and_then(|hours| hours.as_i64())
        .unwrap_or(COMPARE_HOURS);
    let age = context.app.now() - known.at;
    // A clock that was set back makes it look newer than now.
    let due = !(0..hours * 60 * 60 * 1000).contains(&age);
    // A field of another meaning makes what was read before another thing. (A new one is nothing to
    // a contact until somebody fills it in, which is a change.)
    let now = definitions(fields);
    let same = known.fields.iter().all(|field| now.contains(field));
    if context.full || due || !same {
        return Ok(Extent::Whole);
    }
    let newest = before
        .values()
        .filter_map(|known| known.person.updated_at.as_ref()?.parse().ok())
        .map(|at: jiff::Timestamp| at.as_millisecond())
        .max();
    Ok(match newest {
        // A time that is still to come must not hide what changes until then.
        Some(newest) => Extent::Since(crate::convert::time(
            newest.min(context.app.now()) - OVERLAP_MS - known.took,
        )),
        None => Extent::Whole,
    })
}

/// After how many hours a sync reads and compares everything.
fn compare_hours_key(sync: &str) -> String {
    format!("sync.{sync}.compare_hours")
}
