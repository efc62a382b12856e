//! HighLevel, as `facts/highlevel.md` describes it.

mod appointment_notes;
mod appointments;
mod body;
mod bulk;
mod businesses;
mod call_records;
mod consent;
mod conversations;
mod custom_fields;
mod emails;
mod extra;
mod filter;
mod identity;
mod list;
mod location;
mod notes;
mod opportunities;
pub(crate) mod records;
mod resource_defaults;
mod resources;
mod schedules;
mod search;
mod shapes;
mod tags;
mod tasks;
mod uploads;
mod write;

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::call::{Answer, Call, Outcome, with};
use crate::dice::mix;
use crate::oauth::{Book, Class};
use crate::world::{HighLevel, World};
pub(crate) use extra::AGENCY;

/// Versions of the API that are still answered (`facts/highlevel.md` §8).
const VERSIONS: &[&str] = &["2021-04-15", "2021-07-28", "2023-02-21", "v3"];

/// The token a seed's location is read with. It is never stored.
pub(crate) fn token(seed: u64) -> String {
    token_of(seed, 0)
}

/// The token that was made as this one in a row.
pub(crate) fn token_of(seed: u64, number: u64) -> String {
    let (a, b) = (mix(seed, 0x70C3), mix(seed, 0x70C4).wrapping_add(number));
    format!("pit-{}", uuid(a, b))
}

fn uuid(a: u64, b: u64) -> String {
    crate::world::uuid_of(a, b)
}

/// A refusal in HighLevel's envelope.
pub(crate) fn refuse(status: u16, message: impl Into<Value>) -> Answer {
    let error = match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    };
    let message: Value = message.into();
    Answer::new(
        status,
        json!({"statusCode": status, "message": message, "error": error}),
    )
}

/// What a class-validator refusal looks like: a list of complaints.
pub(crate) fn unprocessable(complaints: Vec<String>) -> Answer {
    refuse(422, complaints)
}

/// What a request's key is.
pub(crate) enum Bearer {
    /// Good for these scopes of the location.
    Location(BTreeSet<String>),
    /// An agency's.
    Agency(BTreeSet<String>),
    /// No good, in the service's words.
    Refused(&'static str),
}

impl Bearer {
    pub(crate) fn read(world: &World, book: &Book, authorization: Option<&str>, now: i64) -> Self {
        let Some(given) = authorization.and_then(|value| value.strip_prefix("Bearer ")) else {
            return Self::Refused("Invalid JWT");
        };
        let mut working = world.highlevel.keys.working();
        if working.any(|number| given == token_of(world.seed(), number)) {
            return Self::Location(world.highlevel.scopes.clone());
        }
        match book.pass(given, now) {
            Some((Class::Location, scopes)) => Self::Location(scopes.clone()),
            Some((Class::Company, scopes)) => Self::Agency(scopes.clone()),
            None if given.starts_with("pit-") => Self::Refused("Invalid Private Integration token"),
            None => Self::Refused("Invalid token: access token is invalid"),
        }
    }
}

/// Checks the key and the version; `None` lets the request pass. `agency`: whether the operation is
/// opened by an agency's token alone.
pub(crate) fn gate(
    bearer: &Bearer,
    version: &str,
    scopes: &[String],
    agency: bool,
) -> Option<Answer> {
    let (granted, is_agency) = match bearer {
        Bearer::Location(granted) => (granted, false),
        Bearer::Agency(granted) => (granted, true),
        Bearer::Refused(words) => return Some(refuse(401, *words)),
    };
    if version.is_empty() {
        return Some(refuse(401, "version header was not found."));
    }
    if !VERSIONS.contains(&version) {
        return Some(refuse(
            400,
            format!("version header {version} is not valid"),
        ));
    }
    if !scopes.is_empty() && !scopes.iter().any(|scope| granted.contains(scope)) {
        return Some(refuse(401, "The token is not authorized for this scope."));
    }
    if agency != is_agency {
        return Some(refuse(
            401,
            "This authClass type is not allowed to access this scope. \
             Please reach out to the Support Team to fix the issue.",
        ));
    }
    None
}

/// Answers an operation. Every answer carries a `traceId`.
pub(crate) fn answer(world: &mut World, call: &Call, lag_ms: i64, trace: u64) -> Answer {
    let mut answer = run(world, call, lag_ms).unwrap_or_else(|refusal| refusal);
    traced(&mut answer, trace);
    answer
}

/// Adds the trace id to an answer.
pub(crate) fn traced(answer: &mut Answer, trace: u64) {
    let id = uuid(mix(trace, 1), mix(trace, 2));
    let body = std::mem::take(&mut answer.body);
    answer.body = with(body, json!({"traceId": id}));
}

fn run(world: &mut World, call: &Call, lag_ms: i64) -> Outcome {
    let World {
        highlevel, mint, ..
    } = world;
    match call.operation.trim_start_matches("highlevel.") {
        "contacts.get" => list::get(highlevel, call),
        "contacts.list" => list::list(highlevel, call, lag_ms),
        "contacts.list_by_business" => list::by_business(highlevel, call, lag_ms),
        "contacts.search" => search::search(highlevel, call, lag_ms),
        "contacts.duplicate" => identity::duplicate(highlevel, call),
        "contacts.create" => write::create(highlevel, mint, call),
        "contacts.update" => write::update(highlevel, mint, call),
        "contacts.upsert" => write::upsert(highlevel, mint, call),
        "contacts.delete" => write::delete(highlevel, call),
        "contacts.tags.add" => tags::add(highlevel, mint, call),
        "contacts.tags.remove" => tags::remove(highlevel, call),
        "contacts.followers.add" => bulk::followers(highlevel, call, true),
        "contacts.followers.remove" => bulk::followers(highlevel, call, false),
        "contacts.bulk.tags" => bulk::tags(highlevel, mint, call),
        "contacts.bulk.business" => bulk::business(highlevel, call),
        "contacts.notes.list" => notes::list(highlevel, call),
        "contacts.notes.get" => notes::get(highlevel, call),
        "contacts.notes.create" => notes::create(highlevel, mint, call),
        "contacts.notes.update" => notes::update(highlevel, call),
        "contacts.notes.delete" => notes::delete(highlevel, call),
        "contacts.tasks.list" => tasks::list(highlevel, call),
        "contacts.tasks.get" => tasks::get(highlevel, call),
        "contacts.tasks.create" => tasks::create(highlevel, mint, call),
        "contacts.tasks.update" => tasks::update(highlevel, call),
        "contacts.tasks.complete" => tasks::complete(highlevel, call),
        "contacts.tasks.delete" => tasks::delete(highlevel, call),
        "contacts.appointments.list" => location::appointments(highlevel, call),
        "locations.get" => location::get(highlevel, call),
        "locations.tasks.search" => tasks::search(highlevel, call),
        "locations.tags.list" => tags::list(highlevel, call),
        "locations.tags.get" => tags::get(highlevel, call),
        "locations.tags.create" => tags::create(highlevel, mint, call),
        "locations.tags.update" => tags::update(highlevel, call),
        "locations.tags.delete" => tags::delete(highlevel, call),
        "locations.custom_fields.list" => custom_fields::list(highlevel, call),
        "locations.custom_fields.get" => custom_fields::get(highlevel, call),
        "locations.custom_fields.create" => custom_fields::create(highlevel, mint, call),
        "locations.custom_fields.update" => custom_fields::update(highlevel, call),
        "locations.custom_fields.delete" => custom_fields::delete(highlevel, call),
        "businesses.list" => businesses::list(highlevel, call),
        "businesses.get" => businesses::get(highlevel, call),
        "businesses.create" => businesses::create(highlevel, mint, call),
        "businesses.update" => businesses::update(highlevel, call),
        "businesses.delete" => businesses::delete(highlevel, call),
        _ => extra::run(highlevel, mint, call),
    }
}

/// Refuses another location than the token's.
fn own_location(highlevel: &HighLevel, location: Option<&str>) -> Result<(), Answer> {
    match location {
        None | Some("") => Err(unprocessable(vec![
            "locationId should not be empty".to_owned(),
        ])),
        Some(id) if id == highlevel.location_id => Ok(()),
        Some(_) => Err(refuse(
            403,
            "The token does not have access to this location.",
        )),
    }
}

/// The refusal for a contact that is not there: 400, not 404 (`facts/highlevel.md` §1.10).
fn no_contact(id: &str) -> Answer {
    if id.len() == 20 && id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        refuse(400, format!("Contact not found for id:{id}"))
    } else {
        refuse(400, format!("Contact with id {id} not found"))
    }
}

fn known_contact(highlevel: &HighLevel, id: &str) -> Result<(), Answer> {
    if highlevel.contacts.get(id).is_some() {
        Ok(())
    } else {
        Err(no_contact(id))
    }
}

/// What a deletion answers, in both spellings.
fn succeeded() -> Value {
    json!({"succeded": true, "succeeded": true})
}
