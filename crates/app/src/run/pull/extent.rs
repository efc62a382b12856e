//! How much of HighLevel's contacts a run reads: those that changed, or all of them.
//!
//! A change moves a contact's `dateUpdated`, and a search finds it by that (`facts/highlevel.md`
//! §2.1). What it cannot find is a contact that is gone, and whatever moves without moving the time;
//! so from time to time everything is read and compared.

use std::collections::HashMap;

use foxbridge_connectors::CustomField;
use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_model::Person;
use serde::{Deserialize, Serialize};

use super::{Context, Mirrored};
use crate::{App, error};

/// The search lags seconds behind a change; this leaves room.
const OVERLAP_MS: i64 = 5 * 60 * 1000;
/// Everything is read once more after so long, unless the user chose another interval.
const COMPARE_HOURS: u32 = 24;
/// Thirty days: the longest that one may wait for a complete compare.
const MOST_HOURS: u32 = 720;

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
    let due = is_due(context, &known)?;
    // A field of another meaning makes what was read before another thing. (A new one is nothing to
    // a contact until somebody fills it in, which is a change.)
    let now = definitions(fields);
    let same = known.fields.iter().all(|field| now.contains(field));
    if context.full || due || !same {
        return Ok(Extent::Whole);
    }
    Ok(match would_ask(context, before, known.took)? {
        Some(since) => Extent::Since(since),
        None => Extent::Whole,
    })
}

/// From when on changes are asked for, where they are: from the last time somebody asked; where nobody
/// did, from the newest change that is known. Never from the newest once somebody asked: what was read
/// by itself since, because a webhook told of it, says nothing about the others.
pub(super) fn would_ask(
    context: &Context,
    before: &HashMap<String, Mirrored>,
    took: i64,
) -> Result<Option<String>, AppError> {
    let asked = context
        .app
        .store()
        .settings()
        .get(&asked_key(context))
        .map_err(error::store)?
        .and_then(|at| at.as_i64())
        .map(|at| crate::convert::time(at - OVERLAP_MS));
    let people = before.values().map(|known| &known.person);
    Ok(asked.or_else(|| since(people, context.app.now(), took)))
}

/// The newest change among people that were listed just now, in a listing that took so long, by
/// HighLevel's clock: where its answers do not tell that clock, everything before it is known.
pub(super) fn newest<'a>(listed: impl Iterator<Item = &'a Person>, took: i64) -> Option<i64> {
    let times = listed.filter_map(|person| person.updated_at.as_ref()?.parse().ok());
    let newest = times.map(|at: jiff::Timestamp| at.as_millisecond()).max()?;
    Some(newest - took)
}

/// Whether this run compares everything, and something is known to compare with.
pub(super) fn compares(context: &Context) -> Result<bool, AppError> {
    let known = context.app.store().settings().get(&key(context));
    let known = known.map_err(error::store)?;
    let Some(known) = known.and_then(|v| serde_json::from_value::<Compared>(v).ok()) else {
        return Ok(false);
    };
    Ok(context.full || is_due(context, &known)?)
}

fn is_due(context: &Context, known: &Compared) -> Result<bool, AppError> {
    let hours = i64::from(compare_hours(&context.app, &context.sync.id)?);
    let age = context.app.now() - known.at;
    // A clock that was set back makes it look newer than now.
    Ok(!(0..hours * 60 * 60 * 1000).contains(&age))
}

fn asked_key(context: &Context) -> String {
    format!("connection.{}.contacts_asked", context.sync.highlevel)
}

/// Remembers that everything that changed before `at`, by HighLevel's clock, is known.
pub(super) fn asked(context: &Context, at: i64) -> Result<(), AppError> {
    let settings = context.app.store().settings();
    settings
        .set(&asked_key(context), &serde_json::json!(at))
        .map_err(error::store)
}

/// From when on to ask for changes that these contacts, whose reading took `took` milliseconds, do
/// not show: by HighLevel's clock, RFC 3339.
pub(super) fn since<'a>(
    known: impl Iterator<Item = &'a Person>,
    now: i64,
    took: i64,
) -> Option<String> {
    let newest = known
        .filter_map(|person| person.updated_at.as_ref()?.parse().ok())
        .map(|at: jiff::Timestamp| at.as_millisecond())
        .max()?;
    // A time that is still to come must not hide what changes until then.
    Some(crate::convert::time(newest.min(now) - OVERLAP_MS - took))
}

/// After how many hours a sync reads and compares everything.
pub(crate) fn compare_hours(app: &App, sync: &str) -> Result<u32, AppError> {
    let kept = app
        .store()
        .settings()
        .get(&compare_hours_key(sync))
        .map_err(error::store)?;
    Ok(kept
        .and_then(|hours| hours.as_u64())
        .and_then(|hours| u32::try_from(hours).ok())
        .unwrap_or(COMPARE_HOURS))
}

/// Chooses another number of hours, from one to thirty days.
pub(crate) fn set_compare_hours(app: &App, sync: &str, hours: u32) -> Result<(), AppError> {
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("Everything is compared after 1 to {MOST_HOURS} hours, not after {hours}."),
        ));
    }
    let settings = app.store().settings();
    settings
        .set(&compare_hours_key(sync), &hours.into())
        .map_err(error::store)
}

fn compare_hours_key(sync: &str) -> String {
    format!("sync.{sync}.compare_hours")
}
