//! Reading every lead of a workspace (`facts/aimfox.md` §3).
//!
//! The order of the pages is not promised and nothing tells what changed, so pages are merged by id
//! and compared with the total; a listing that does not reach it says so.

use std::collections::HashSet;

use foxbridge_catalog::{get, ids};
use foxbridge_model::{Person, Region};
use serde_json::{Value as Json, json};

use super::read::person;
use crate::json;
use crate::transport::{Call, CallError, Transport};

/// The largest page seen (`facts/aimfox.md` §3).
const PAGE: usize = 100;
/// A list that shifted under the first pass gets a second one.
const PASSES: u32 = 2;
/// So many pages without a new lead end a pass.
const STALE_PAGES: u32 = 3;

/// Every lead of a workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadListing {
    /// The leads, each once.
    pub leads: Vec<Person>,
    /// How many there are, as the service counts.
    pub total: usize,
    /// Whether a seat's network is still being imported: then nothing may be concluded from what is
    /// missing.
    pub syncing: bool,
    /// Whether all of them were read.
    pub complete: bool,
}

/// What the service counts.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    total: Option<usize>,
    syncing: bool,
}

impl Count {
    /// From `/total`, or from the older listing, which had the counts beside its hits.
    fn read(from: &Json) -> Self {
        let accounts = from.get("accounts_sync").and_then(Json::as_object);
        Self {
            total: json::count(from, "total_leads"),
            syncing: from.get("sync") == Some(&Json::Bool(true))
                || accounts.is_some_and(|map| map.values().any(|v| v == &Json::Bool(true))),
        }
    }
}

pub(super) async fn leads(
    transport: &Transport,
    region: Region,
    mut progress: impl FnMut(usize, usize),
) -> Result<LeadListing, CallError> {
    let call = Call::new(get(ids::AIMFOX_LEADS_TOTAL)).body(no_filter());
    let mut count = Count::read(&transport.call(call).await?);
    let mut leads = Vec::new();
    let mut seen = HashSet::new();
    let mut syncing = count.syncing;
    let mut passes = 0;
    let reached = |count: Count, seen: usize| count.total.is_some_and(|total| seen >= total);
    while passes < PASSES && !reached(count, seen.len()) {
        passes += 1;
        let (mut start, mut stale) = (0, 0);
        // Behind the total there is nothing, and pages of nothing but known leads do not end.
        while !reached(count, seen.len().max(start)) && stale < STALE_PAGES {
            let (rows, told) = page(transport, start).await?;
            if let Some(told) = told {
                count.total = told.total.or(count.total);
                syncing |= told.syncing;
            }
            if rows.is_empty() {
                break;
            }
            // A page may be shorter than asked for without being the last one.
            start += rows.len();
            let before = seen.len();
            for row in &rows {
                if let Some(id) = json::id(row, "id")
                    && seen.insert(id)
                {
                    leads.extend(person(row, region, false));
                }
            }
            stale = if seen.len() == before { stale + 1 } else { 0 };
            progress(seen.len(), count.total.unwrap_or_default().max(seen.len()));
        }
        if count.total.is_none() {
            break;
        }
    }
    let total = count.total.unwrap_or(seen.len());
    Ok(LeadListing {
        complete: count.total.is_some() && seen.len() >= total,
        total: total.max(seen.len()),
        leads,
        syncing,
    })
}

/// One page of `search-leads`. Paging is by query only; in the body it is ignored.
async fn page(
    transport: &Transport,
    start: usize,
) -> Result<(Vec<Json>, Option<Count>), CallError> {
    let call = Call::new(get(ids::AIMFOX_LEADS_SEARCH))
        .query("start", start.to_string())
        .query("count", PAGE.to_string())
        .body(no_filter());
    let operation = call.operation();
    let mut answer = transport.call(call).await?;
    match answer.get_mut("leads").map(Json::take) {
        Some(Json::Array(rows)) => Ok((rows, None)),
        Some(mut older @ Json::Object(_)) => {
            let told = Count::read(&older);
            let rows = match older.get_mut("hits").map(Json::take) {
                Some(Json::Array(rows)) => rows,
                _ => Vec::new(),
            };
            Ok((rows, Some(told)))
        }
        _ => Err(CallError::malformed(operation, "the leads are not in it")),
    }
}

fn no_filter() -> Json {
    json!({
        "keywords": "", "current_companies": [], "past_companies": [], "education": [],
        "interests": [], "labels": [], "languages": [], "locations": [], "origins": [],
        "skills": [], "lead_of": [], "optimize": false,
    })
}
