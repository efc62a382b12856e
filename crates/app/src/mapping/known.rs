//! What is known of a sync's people from the last reading: no request is made.

use std::collections::{BTreeSet, HashMap};

use foxbridge_contract::AppError;
use foxbridge_engine::{Base, How, Link, Settings, Snapshot};
use foxbridge_model::Person;
use foxbridge_store::{MirrorRow, SyncRow};

use crate::{App, error, run};

fn people(rows: Vec<MirrorRow>) -> Vec<Person> {
    rows.into_iter()
        .filter(|row| row.missing_since.is_none())
        .filter_map(|row| run::mirrored_person(row.content))
        .collect()
}

/// The leads of a sync's workspace.
pub(crate) fn leads(app: &App, sync: &SyncRow) -> Result<Vec<Person>, AppError> {
    let rows = app.store().mirror().all(&sync.aimfox, "lead");
    rows.map(people).map_err(error::store)
}

/// The contacts of a sync's location.
pub(crate) fn contacts(app: &App, sync: &SyncRow) -> Result<Vec<Person>, AppError> {
    let rows = app.store().mirror().all(&sync.highlevel, "contact");
    rows.map(people).map_err(error::store)
}

/// One record of the mirror.
pub(crate) fn one(
    app: &App,
    connection: &str,
    object: &str,
    id: &str,
) -> Result<Option<Person>, AppError> {
    let row = app
        .store()
        .mirror()
        .get(connection, object, id)
        .map_err(error::store)?;
    Ok(row.and_then(|row| run::mirrored_person(row.content)))
}

/// The pairs of a sync that still hold.
pub(crate) fn links(app: &App, sync: &SyncRow) -> Result<Vec<Link>, AppError> {
    let rows = app.store().links().list(&sync.id).map_err(error::store)?;
    Ok(rows
        .into_iter()
        .filter(|row| row.broken.is_none())
        .map(|row| Link {
            lead_id: row.lead_id.into(),
            contact_id: row.contact_id.into(),
            how: serde_json::from_value(row.how.into()).unwrap_or(How::Stamp),
        })
        .collect())
}

/// What a plan of the fields can be made from. Tags, stamps and new contacts are left out: a
/// mapping says nothing about them.
pub(crate) fn snapshot(app: &App, sync: &SyncRow) -> Result<Snapshot, AppError> {
    let leads = leads(app, sync)?;
    let contacts = contacts(app, sync)?;
    let seen: BTreeSet<&str> = contacts.iter().map(|contact| contact.id.as_str()).collect();
    let read: BTreeSet<&str> = leads.iter().map(|lead| lead.id.as_str()).collect();
    let links: Vec<Link> = links(app, sync)?
        .into_iter()
        .filter(|link| {
            seen.contains(link.contact_id.as_str()) && read.contains(link.lead_id.as_str())
        })
        .collect();
    let bases: HashMap<String, Base> = app
        .store()
        .base()
        .all(&sync.id)
        .map_err(error::store)?
        .into_iter()
        .filter_map(|(lead, base)| Some((lead, serde_json::from_value(base).ok()?)))
        .collect();
    let unread = leads
        .iter()
        .filter(|lead| !lead.detailed)
        .map(|lead| lead.id.clone())
        .collect();
    Ok(Snapshot {
        unread,
        leads,
        contacts,
        links,
        bases,
        ..Snapshot::default()
    })
}

/// A sync's choices about fields alone.
pub(crate) fn fields_only(settings: &Settings) -> Settings {
    let mut settings = settings.clone();
    settings.stamps = false;
    settings.create_contacts = false;
    settings.tags.names = foxbridge_engine::TagNames::Chosen(BTreeSet::new());
    settings
}
