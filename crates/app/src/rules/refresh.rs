//! Reads both halves of a person afresh, into the mirror: differences become events as in a run.

use std::collections::BTreeSet;
use std::sync::Arc;

use foxbridge_connectors::{Aimfox, CallError, HighLevel};
use foxbridge_contract::AppError;
use foxbridge_model::{Person, Service};
use foxbridge_store::{NewEvent, Seen, SyncRow};
use tokio::sync::OnceCell;

use super::facts::Whom;
use super::line::{Line, connection};
use crate::events::{About, detector};
use crate::permissions::{Caller, Switches};
use crate::run::Mirrored;
use crate::{App, error};

/// Reads people of one sync afresh, over one connection a service. What all of them need (the keys of
/// today, the custom fields' names) is asked once: a reader is for one go, and not to be kept.
pub(crate) struct Reader {
    app: App,
    sync: SyncRow,
    highlevel: OnceCell<(HighLevel, About)>,
    aimfox: OnceCell<(Aimfox, About)>,
}

/// Reads whoever it is afresh. Somebody who is gone stays as they were known.
pub(crate) async fn refresh(app: &App, sync: &SyncRow, whom: &Whom) -> Result<(), AppError> {
    Reader::new(app, sync).read(whom, None).await
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
    Reader::new(app, sync).read(&lead, Some(depth)).await
}

impl Reader {
    pub(crate) fn new(app: &App, sync: &SyncRow) -> Self {
        Self {
            app: app.clone(),
            sync: sync.clone(),
            highlevel: OnceCell::new(),
            aimfox: OnceCell::new(),
        }
    }

    /// HighLevel's client, and whose records it reads.
    pub(crate) async fn highlevel(&self) -> Result<&(HighLevel, About), AppError> {
        let open = async || {
            let region = crate::commands::sync_settings(&self.sync)?.region;
            let line = line(&self.app, &self.sync.highlevel).await?;
            let about = About::new(&self.app, &self.sync, Service::HighLevel)?;
            Ok((
                HighLevel::new(line.into_transport()).with_region(region),
                about,
            ))
        };
        self.highlevel.get_or_try_init(open).await
    }

    async fn aimfox(&self) -> Result<&(Aimfox, About), AppError> {
        let open = async || {
            let region = crate::commands::sync_settings(&self.sync)?.region;
            let line = line(&self.app, &self.sync.aimfox).await?;
            let about = About::new(&self.app, &self.sync, Service::Aimfox)?;
            Ok((
                Aimfox::new(line.into_transport()).with_region(region),
                about,
            ))
        };
        self.aimfox.get_or_try_init(open).await
    }

    /// Opens the way to a service, where it is not open yet.
    pub(crate) async fn open(&self, service: Service) -> Result<(), AppError> {
        match service {
            Service::HighLevel => self.highlevel().await.map(drop),
            Service::Aimfox => self.aimfox().await.map(drop),
        }
    }

    /// Reads whichever halves of somebody are named. `ours` is the depth of what we wrote ourselves.
    pub(crate) async fn read(&self, whom: &Whom, ours: Option<u32>) -> Result<(), AppError> {
        if let Some(id) = &whom.contact {
            let (highlevel, about) = self.highlevel().await?;
            let read_at = self.app.now();
            let read = highlevel.contact(id).await;
            let place = (self.sync.highlevel.as_str(), "contact");
            keep(&self.app, place, read, read_at, about, ours)?;
        }
        if let Some(id) = &whom.lead {
            let (aimfox, about) = self.aimfox().await?;
            let read_at = self.app.now();
            let read = async {
                let Some(mut lead) = aimfox.lead(id).await? else {
                    return Ok(None);
                };
                if lead.notes.is_none() {
                    lead.notes = Some(aimfox.notes(id).await?);
                }
                Ok(Some(lead))
            };
            let place = (self.sync.aimfox.as_str(), "lead");
            keep(&self.app, place, read.await, read_at, about, ours)?;
        }
        Ok(())
    }
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
    (connection, object): (&str, &str),
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
