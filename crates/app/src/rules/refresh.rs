//! Reads both halves of a person afresh, into the mirror: differences become events as in a run.

use std::collections::BTreeSet;
use std::sync::Arc;

use foxbridge_connectors::{Aimfox, CallError, HighLevel};
use foxbridge_contract::AppError;
use foxbridge_model::{Person, Service};
use foxbridge_store::{NewEvent, Seen, SyncRow};

use super::facts::Whom;
use super::line::{Line, connection};
use crate::events::{About, detector};
use crate::permissions::{Caller, Switches};
use crate::run::Mirrored;
use crate::{App, error};

/// Reads whoever it is afresh. Somebody who is gone stays as they were known.
pub(crate) async fn refresh(app: &App, sync: &SyncRow, whom: &Whom) -> Result<(), AppError> {
    read(app, sync, whom, None).await
}

/// The same after a write of our own: what is different is ours.
pub(super) async fn ours(
    app: &App,
    sync: &SyncRow,
    whom: &Whom,
    depth: u32,
) -> Result<(), AppError> {
    let lead = Whom {
        contact: None,
        lead: whom.lead.clone(),
    };
    read(app, sync, &lead, Some(depth)).await
}

async fn read(app: &App, sync: &SyncRow, whom: &Whom, ours: Option<u32>) -> Result<(), AppError> {
    let region = crate::commands::sync_settings(sync)?.region;
    if let Some(id) = &whom.contact {
        let read_at = app.now();
        let line = line(app, &sync.highlevel).await?;
        let highlevel = HighLevel::new(line.into_transport()).with_region(region);
        let read = async {
            highlevel.custom_fields().await?;
            highlevel.contact(id).await
        };
        let about = About::new(app, sync, Service::HighLevel)?;
        keep(
            app,
            &sync.highlevel,
            "contact",
            read.await,
            read_at,
            &about,
            ours,
        )?;
    }
    if let Some(id) = &whom.lead {
        let read_at = app.now();
        let line = line(app, &sync.aimfox).await?;
        let aimfox = Aimfox::new(line.into_transport()).with_region(region);
        let read = async {
            let Some(mut lead) = aimfox.lead(id).await? else {
                return Ok(None);
            };
            if lead.notes.is_none() {
                lead.notes = Some(aimfox.notes(id).await?);
            }
            Ok(Some(lead))
        };
        let about = About::new(app, sync, Service::Aimfox)?;
        keep(app, &sync.aimfox, "lead", read.await, read_at, &about, ours)?;
    }
    Ok(())
}

async fn line(app: &App, id: &str) -> Result<Line, AppError> {
    let row = connection(app, id)?;
    let gate = Switches {
        store: app.store().clone(),
        connection: row.clone(),
        needed: BTreeSet::new(),
        caller: Caller::Run,
    };
    Line::open(app, row, Arc::new(gate)).await
}

fn keep(
    app: &App,
    connection: &str,
    object: &str,
    read: Result<Option<Person>, CallError>,
    read_at: i64,
    about: &About,
    ours: Option<u32>,
) -> Result<(), AppError> {
    let Some(person) = read.map_err(|e| error::call(&e))? else {
        return Ok(());
    };
    let id = person.id.clone();
    let content = serde_json::to_value(Mirrored { person, writes: 0 }).map_err(error::internal)?;
    let mut detect = detector(about);
    let mut marked = |seen: &Seen<'_>| -> Vec<NewEvent> {
        let mut events = detect(seen);
        for event in &mut events {
            if let Some(depth) = ours {
                event.ours = true;
                event.depth = depth;
            }
        }
        events
    };
    app.store()
        .mirror()
        .put_some_telling(connection, object, &[(id, content)], read_at, &mut marked)
        .map_err(error::store)
}
