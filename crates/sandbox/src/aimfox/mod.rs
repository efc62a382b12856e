//! Aimfox, as `facts/aimfox.md` describes it.

mod accounts;
mod agency;
mod audience;
mod blacklist;
mod campaigns;
mod extra;
pub(crate) mod flow;
pub(crate) mod inbox;
mod labels;
mod leads;
mod notes;
pub(crate) mod records;
mod search;
mod shapes;
pub(crate) mod tell;
mod texts;

use serde_json::{Value, json};

use crate::call::{Answer, Call, Outcome, with};
use crate::dice::mix;
use crate::world::{Aimfox, World};

/// The key a seed's workspace is read with. It is never stored.
pub(crate) fn key(seed: u64) -> String {
    key_of(seed, 0)
}

/// The key that was made as this one in a row.
pub(crate) fn key_of(seed: u64, number: u64) -> String {
    crate::world::uuid_of(mix(seed, 0xA1F0), mix(seed, 0xA1F1).wrapping_add(number))
}

/// The key of the agency that the workspace belongs to. It is never stored.
pub(crate) fn master_key(seed: u64) -> String {
    crate::world::uuid_of(mix(seed, 0xA1F2), mix(seed, 0xA1F3))
}

/// A refusal in Aimfox's envelope.
pub(crate) fn refuse(status: u16, message: &str, data: Option<&str>) -> Answer {
    let kind = match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    };
    let mut error = json!({"code": status, "message": message, "type": kind});
    if let Some(data) = data {
        error["data"] = json!(data);
    }
    Answer::new(status, json!({"status": "fail", "error": error}))
}

fn invalid(message: &str) -> Answer {
    refuse(400, message, Some("ValidationError"))
}

/// Checks the key; `None` lets the request pass.
pub(crate) fn gate(
    world: &World,
    authorization: Option<&str>,
    reads: bool,
    master: bool,
) -> Option<Answer> {
    let given = authorization
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or("");
    let agency = given == master_key(world.seed());
    let mut working = world.aimfox.keys.working();
    let known = working.any(|number| given == key_of(world.seed(), number));
    let can_write = if agency || known {
        world.aimfox.can_write
    } else {
        match agency::may_write(&world.aimfox, given) {
            Some(write) => write,
            None => return Some(refuse(401, "Unauthorized", None)),
        }
    };
    if master != agency {
        // The wrong kind of key is no 403 here (`facts/aimfox.md` §1).
        return Some(refuse(500, "Internal Server Error", None));
    }
    if !reads && !can_write {
        return Some(refuse(403, "Forbidden", None));
    }
    None
}

/// Answers an operation.
pub(crate) fn answer(world: &mut World, call: &Call) -> Answer {
    run(world, call).unwrap_or_else(|refusal| refusal)
}

fn run(world: &mut World, call: &Call) -> Outcome {
    let World { aimfox, mint, .. } = world;
    match call.operation.trim_start_matches("aimfox.") {
        "accounts.list" => accounts::list(aimfox),
        "accounts.limits.get" => accounts::limits(aimfox, call),
        "campaigns.list" => campaigns::list(aimfox, call),
        "campaigns.get" => campaigns::get(aimfox, call),
        "campaigns.audience" => campaigns::audience(aimfox, call),
        "campaigns.metrics" => campaigns::metrics(aimfox, call),
        "labels.list" => labels::list(aimfox),
        "labels.create" => labels::create(aimfox, mint, call),
        "labels.update" => labels::update(aimfox, call),
        "labels.delete" => labels::delete(aimfox, call),
        "leads.search" => search::search(aimfox, call),
        "leads.total" => search::total(aimfox, call),
        "leads.facets" => search::facets(aimfox, call),
        "leads.get" => leads::get(aimfox, call),
        "leads.labels.add" => labels::attach(aimfox, mint, call),
        "leads.labels.remove" => labels::detach(aimfox, call),
        "leads.notes.list" => notes::list(aimfox, call),
        "leads.notes.create" => notes::create(aimfox, mint, call),
        "leads.notes.update" => notes::update(aimfox, call),
        "leads.notes.delete" => notes::delete(aimfox, call),
        _ => extra::run(aimfox, mint, call),
    }
}

/// A success: the noun beside `status`.
fn ok(status: u16, body: Value) -> Outcome {
    Ok(Answer::new(status, with(json!({"status": "ok"}), body)))
}

/// A lead's number from the path.
fn lead_id(call: &Call) -> Result<u64, Answer> {
    call.id(0)
        .parse()
        .map_err(|_| invalid("\"params.lead_id\" must be a number"))
}

/// A lead's number, when there is such a lead.
fn known_lead(aimfox: &Aimfox, call: &Call) -> Result<u64, Answer> {
    let id = lead_id(call)?;
    if aimfox.leads.contains_key(&id) {
        Ok(id)
    } else {
        Err(refuse(404, "Lead not found", None))
    }
}
