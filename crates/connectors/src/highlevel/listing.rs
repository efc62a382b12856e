//! Reading every contact of a location, in as few requests as can be.

use std::collections::HashSet;

use foxbridge_catalog::{get, ids};
use foxbridge_model::Person;
use serde_json::{Value as Json, json};

use super::read::{Reader, Shape};
use crate::json;
use crate::transport::{Call, CallError, Transport};

/// The search's largest page (`facts/highlevel.md` §2.1).
const SEARCH_PAGE: usize = 500;
/// The old listing's largest page (`facts/highlevel.md` §2.2).
const LIST_PAGE: usize = 100;

/// Every contact of a location.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactListing {
    /// The contacts, oldest first, each once.
    pub contacts: Vec<Person>,
    /// How many there are, as the service counts.
    pub total: usize,
    /// Whether all of them were read. Only then may something be concluded from what is missing.
    pub complete: bool,
}

/// One page.
struct Page {
    rows: Vec<Json>,
    total: Option<usize>,
    /// Where the next page begins, if the service says.
    next: Option<Cursor>,
}

enum Cursor {
    /// The last row's `searchAfter`.
    Search(Json),
    /// `startAfter` (milliseconds) and `startAfterId`.
    List(String, String),
}

/// Lists by search, and by the old listing where the search is forbidden or not there.
pub(super) async fn contacts(
    transport: &Transport,
    location: &str,
    reader: Reader<'_>,
    mut progress: impl FnMut(usize, usize),
) -> Result<ContactListing, CallError> {
    match walk(transport, location, reader, Shape::Usual, &mut progress).await {
        Err(e) if matches!(e, CallError::Blocked { .. }) || e.is_unknown_operation() => {
            tracing::info!("the contacts are listed the old way: {e}");
            walk(transport, location, reader, Shape::Listed, &mut progress).await
        }
        outcome => outcome,
    }
}

async fn walk(
    transport: &Transport,
    location: &str,
    reader: Reader<'_>,
    shape: Shape,
    progress: &mut impl FnMut(usize, usize),
) -> Result<ContactListing, CallError> {
    let mut contacts = Vec::new();
    let mut seen = HashSet::new();
    let mut total = 0;
    let mut cursor = None;
    loop {
        let (page, full) = match shape {
            Shape::Usual => (
                search_page(transport, location, cursor.as_ref()).await?,
                SEARCH_PAGE,
            ),
            Shape::Listed => (
                list_page(transport, location, cursor.as_ref()).await?,
                LIST_PAGE,
            ),
        };
        let before = seen.len();
        for row in &page.rows {
            // Counted even if it cannot be read: the total counts it too.
            if let Some(id) = json::id(row, "id")
                && seen.insert(id)
            {
                contacts.extend(reader.person(row, shape));
            }
        }
        total = page.total.unwrap_or(total);
        progress(seen.len(), total.max(seen.len()));
        let ended = page.rows.len() < full || page.total.is_some_and(|total| seen.len() >= total);
        // A page of nothing but known rows means that the cursor is not obeyed.
        if ended || page.next.is_none() || seen.len() == before {
            break;
        }
        cursor = page.next;
    }
    let total = total.max(contacts.len());
    Ok(ContactListing {
        complete: seen.len() >= total,
        contacts,
        total,
    })
}

/// The contacts that changed at or after a moment (RFC 3339, HighLevel's own clock), each once, as
/// the search knows them: it lags seconds behind, so the moment should lie some minutes back
/// (`facts/highlevel.md` §2.1).
pub(super) async fn changed(
    transport: &Transport,
    location: &str,
    reader: Reader<'_>,
    since: &str,
) -> Result<Vec<Person>, CallError> {
    let mut people: Vec<Person> = Vec::new();
    let mut seen = HashSet::new();
    let mut cursor = None;
    loop {
        let body = json!({
            "filters": [{ "field": "dateUpdated", "operator": "range", "value": { "gte": since } }],
            // One that changes meanwhile moves to the end, and is read there.
            "sort": [{ "field": "dateUpdated", "direction": "asc" }],
        });
        let page = search(transport, location, body, cursor.as_ref()).await?;
        let before = seen.len();
        for row in &page.rows {
            let person = reader.person(row, Shape::Usual);
            let Some(person) = person else { continue };
            if !seen.insert((person.id.clone(), person.updated_at.clone())) {
                continue;
            }
            people.retain(|known| known.id != person.id);
            people.push(person);
        }
        if page.rows.len() < SEARCH_PAGE || page.next.is_none() || seen.len() == before {
            return Ok(people);
        }
        cursor = page.next;
    }
}

/// One page of every contact. Sorted by when contacts were made, so that a contact that changes
/// meanwhile does not move past the cursor.
async fn search_page(
    transport: &Transport,
    location: &str,
    cursor: Option<&Cursor>,
) -> Result<Page, CallError> {
    let body = json!({ "sort": [{ "field": "dateAdded", "direction": "asc" }] });
    search(transport, location, body, cursor).await
}

/// One page of `search-contacts-advanced`.
async fn search(
    transport: &Transport,
    location: &str,
    mut body: Json,
    cursor: Option<&Cursor>,
) -> Result<Page, CallError> {
    body["locationId"] = json!(location);
    body["pageLimit"] = json!(SEARCH_PAGE);
    if let Some(Cursor::Search(after)) = cursor {
        body["searchAfter"] = after.clone();
    }
    let mut answer = transport
        .call(Call::new(get(ids::HIGHLEVEL_CONTACTS_SEARCH)).body(body))
        .await?;
    let total = json::count(&answer, "total");
    let rows = take_rows(&mut answer);
    let next = rows
        .last()
        .and_then(|row| row.get("searchAfter"))
        .filter(|after| after.as_array().is_some_and(|parts| !parts.is_empty()))
        .map(|after| Cursor::Search(after.clone()));
    Ok(Page { rows, total, next })
}

/// One page of `get-contacts`.
async fn list_page(
    transport: &Transport,
    location: &str,
    cursor: Option<&Cursor>,
) -> Result<Page, CallError> {
    let mut call = Call::new(get(ids::HIGHLEVEL_CONTACTS_LIST))
        .query("locationId", location)
        .query("limit", LIST_PAGE.to_string());
    if let Some(Cursor::List(at, id)) = cursor {
        call = call
            .query("startAfter", at.as_str())
            .query("startAfterId", id.as_str());
    }
    let mut answer = transport.call(call).await?;
    let meta = answer.get("meta").cloned().unwrap_or_default();
    let total = json::count(&meta, "total").or_else(|| json::count(&answer, "count"));
    let next = json::id(&meta, "startAfter")
        .zip(json::id(&meta, "startAfterId"))
        .map(|(at, id)| Cursor::List(at, id));
    Ok(Page {
        rows: take_rows(&mut answer),
        total,
        next,
    })
}

fn take_rows(answer: &mut Json) -> Vec<Json> {
    match answer.get_mut("contacts").map(Json::take) {
        Some(Json::Array(rows)) => rows,
        _ => Vec::new(),
    }
}
