//! What rules wait for and no sync asks for: people who accepted or replied; and notes, tasks and
//! appointments where the sync leaves them alone. Read only where a rule asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foxbridge_catalog::{get, ids};
use foxbridge_connectors::HighLevel;
use foxbridge_contract::AppError;
use foxbridge_model::{ItemKind, Service};
use foxbridge_store::{Seen, SyncRow};
use serde_json::Value;

use super::items::watched;
use super::people::About;
use super::told::{Read, Teller, kinds};
use crate::permissions::{Caller, Switches};
use crate::rules::{Line, Whom, triggers_of};
use crate::{App, error};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Appointments are looked at from so long ago …
pub(crate) const PAST_MS: i64 = 30 * DAY_MS;
/// … until so far ahead.
pub(crate) const AHEAD_MS: i64 = 365 * DAY_MS;

/// Reads who accepted or replied, where the rules of a sync wait for it; gives the kinds of items that
/// they wait for, which the run reads. A service that refuses stops nothing: the log says so, and the
/// next run asks again.
pub(crate) async fn watch(
    app: &App,
    sync: &SyncRow,
    is_synced: impl Fn(ItemKind) -> bool,
) -> BTreeSet<ItemKind> {
    let read = async {
        let wanted = triggers_of(app, &sync.id)?;
        let watched = kinds(&wanted);
        rest(app, sync, |kind| is_synced(kind) || watched.contains(&kind))?;
        if wanted.iter().any(|t| t.starts_with(LEAD)) {
            transitions(app, sync).await?;
        } else if alone(app, |other| other.aimfox == sync.aimfox)? {
            let unlisted = app.store().mirror().mark_unlisted(&sync.aimfox, TRANSITION);
            unlisted.map_err(error::store)?;
        }
        Ok::<_, AppError>(watched)
    };
    read.await.unwrap_or_else(|e| {
        tracing::warn!(sync = sync.id, "what rules wait for could not be read: {e}");
        BTreeSet::new()
    })
}

/// What nobody reads any more is at rest: months later it is all there was before, and no news.
fn rest(app: &App, sync: &SyncRow, is_read: impl Fn(ItemKind) -> bool) -> Result<(), AppError> {
    if !alone(app, |other| other.highlevel == sync.highlevel)? {
        return Ok(());
    }
    let mirror = app.store().mirror();
    let mut unread = ItemKind::ALL.into_iter().filter(|kind| !is_read(*kind));
    unread.try_for_each(|kind| {
        let unlisted = mirror.mark_unlisted(&sync.highlevel, &watched(kind));
        unlisted.map_err(error::store)
    })
}

/// Whether one sync at most is of these; another may read what this one leaves alone.
fn alone(app: &App, is_of: impl Fn(&SyncRow) -> bool) -> Result<bool, AppError> {
    let syncs = app.store().syncs().list().map_err(error::store)?;
    Ok(syncs.iter().filter(|one| is_of(one)).count() <= 1)
}

const LEAD: &str = "foxbridge.lead.";
/// Who accepted or replied, in the mirror.
const TRANSITION: &str = "transition";

/// Reads what these triggers tell of somebody, outside of a run, and keeps what is new.
pub(crate) async fn look(
    app: &App,
    sync: &SyncRow,
    whom: &Whom,
    wanted: &BTreeSet<String>,
) -> Result<(), AppError> {
    if wanted.iter().any(|trigger| trigger.starts_with(LEAD)) {
        transitions(app, sync).await?;
    }
    let kinds = kinds(wanted);
    if kinds.is_empty() {
        return Ok(());
    }
    let listener = Listener::open(app, sync).await?;
    let teller = listener.teller(app, sync);
    for kind in kinds {
        match (kind, &whom.contact) {
            (ItemKind::Appointment, _) => appointments(&teller).await?,
            (kind, Some(contact)) => teller.one_contact(contact, kind).await?,
            (_, None) => {}
        }
    }
    Ok(())
}

/// Reads what the rules of a sync wait for and nobody has listened to yet: that stood there before, and
/// whatever comes from now on is news. Without it, what happens between the moment in which a rule is
/// switched on and the next run would be taken for old.
pub(crate) async fn begin(app: &App, sync: &SyncRow) -> Result<(), AppError> {
    let wanted = triggers_of(app, &sync.id)?;
    let is_new = |connection: &str, object: &str| {
        let at = app.store().mirror().listed_at(connection, object);
        at.map(|at| at.is_none()).map_err(error::store)
    };
    if wanted.iter().any(|t| t.starts_with(LEAD)) && is_new(&sync.aimfox, TRANSITION)? {
        transitions(app, sync).await?;
    }
    let mut kinds = kinds(&wanted);
    for kind in ItemKind::ALL {
        if !is_new(&sync.highlevel, &watched(kind))? {
            kinds.remove(&kind);
        }
    }
    if kinds.is_empty() {
        return Ok(());
    }
    let listener = Listener::open(app, sync).await?;
    let teller = listener.teller(app, sync);
    for kind in kinds {
        let at = app.now();
        match kind {
            ItemKind::Appointment => appointments(&teller).await?,
            ItemKind::Task => {
                let listing = teller
                    .highlevel
                    .tasks()
                    .await
                    .map_err(|e| error::call(&e))?;
                let what = listing.tasks.as_slice();
                teller.tasks(Read { at, what }, BTreeMap::new()).await?;
            }
            ItemKind::Note => teller.notes_from(at)?,
            // Nothing tells of them.
            ItemKind::Conversation => {}
        }
    }
    Ok(())
}

/// What a [`Teller`] outside of a run borrows.
struct Listener {
    highlevel: HighLevel,
    about: About,
}

impl Listener {
    async fn open(app: &App, sync: &SyncRow) -> Result<Self, AppError> {
        let line = line(app, &sync.highlevel).await?;
        Ok(Self {
            highlevel: HighLevel::new(line.into_transport()),
            about: About::new(app, sync, Service::HighLevel)?,
        })
    }

    fn teller<'a>(&'a self, app: &'a App, sync: &'a SyncRow) -> Teller<'a> {
        Teller {
            app,
            sync,
            highlevel: &self.highlevel,
            about: &self.about,
        }
    }
}

/// All that there are around now.
async fn appointments(teller: &Teller<'_>) -> Result<(), AppError> {
    let (at, mut listed) = (teller.app.now(), Vec::new());
    let refused = |e| error::call(&e);
    for calendar in teller.highlevel.calendars().await.map_err(refused)? {
        let (from, until) = (at - PAST_MS, at + AHEAD_MS);
        let found = teller.highlevel.appointments(&calendar, from, until, at);
        listed.extend(found.await.map_err(refused)?);
    }
    let what = listed.as_slice();
    teller
        .appointments(Read { at, what }, BTreeMap::new())
        .await
}

/// A way to read: the switches hold for it as for a run.
async fn line(app: &App, connection: &str) -> Result<Line, AppError> {
    let row = crate::rules::connection(app, connection)?;
    let gate = Switches {
        store: app.store().clone(),
        connection: row.clone(),
        needed: BTreeSet::new(),
        caller: Caller::Run,
    };
    Line::open(app, row, Arc::new(gate)).await
}

/// The last few people who accepted or replied: a short list, not a feed (`facts/aimfox.md` §3), so
/// one that is read rarely may miss some.
async fn transitions(app: &App, sync: &SyncRow) -> Result<(), AppError> {
    let read_at = app.now();
    let line = line(app, &sync.aimfox).await?;
    let answer = line
        .read(get(ids::AIMFOX_ANALYTICS_RECENT_LEADS), &[], None)
        .await?;
    let rows = answer["leads"].as_array().cloned().unwrap_or_default();
    let records: Vec<(String, Value)> = rows
        .into_iter()
        .filter_map(|row| {
            let id = crate::rules::id_of(&row["target_id"])?;
            let (at, what) = (row["timestamp"].as_str()?, row["transition"].as_str()?);
            Some((format!("{id}:{what}:{at}"), row))
        })
        .collect();
    let about = About::new(app, sync, Service::Aimfox)?;
    let mut detect = |seen: &Seen<'_>| {
        // The list forgets what is old: what comes back is not new.
        if seen.before.is_some() {
            return Vec::new();
        }
        let row = seen.after;
        let trigger = match row["transition"].as_str() {
            Some("accepted") => "foxbridge.lead.accepted",
            Some("reply" | "inmail_reply") => "foxbridge.lead.replied",
            _ => return Vec::new(),
        };
        let id = crate::rules::id_of(&row["target_id"]).unwrap_or_default();
        vec![about.lead_event(trigger, &id, row)]
    };
    let mirror = app.store().mirror();
    mirror
        .put_some_telling(&sync.aimfox, TRANSITION, &records, read_at, &mut detect)
        .map_err(error::store)?;
    mirror
        .mark_listed(&sync.aimfox, TRANSITION, read_at)
        .map_err(error::store)
}
