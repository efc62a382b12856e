//! Takes in what was read of notes, tasks and appointments, and keeps what is new. Whoever reads them
//! hands them over: nothing is read a second time, but for the proof that something is gone.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use foxbridge_connectors::HighLevel;
use foxbridge_contract::AppError;
use foxbridge_model::{Item, ItemKind};
use foxbridge_store::{MirrorRow, NewEvent, Reading, Seen, SyncRow};
use serde_json::{Value, json};

use super::notes::{self, Notes, Whose};
use super::people::About;
use super::watch::{AHEAD_MS, PAST_MS};
use super::{WRITTEN, echoed, items};
use crate::run::INDEX_LAG_MS;
use crate::{App, error};

/// Records that are not listed any more and are read one by one in one go; the rest follow.
const READ_SINGLY: usize = 50;
/// The services' clock and ours need not agree: a note that is this much older than the last reading
/// may still be news.
const SKEW_MS: i64 = 5 * 60 * 1000;

/// What was read, and when the reading began, milliseconds since 1970.
#[derive(Debug, Clone)]
pub(crate) struct Read<T> {
    pub(crate) at: i64,
    pub(crate) what: T,
}

/// Takes in what was read for one sync, by whoever could read it.
pub(crate) struct Teller<'a> {
    pub(crate) app: &'a App,
    pub(crate) sync: &'a SyncRow,
    pub(crate) highlevel: &'a HighLevel,
    /// Whose records they are, in HighLevel.
    pub(crate) about: &'a About,
}

/// A record that a listing showed, which may lag.
fn listed(item: &Item, at: i64) -> Reading {
    Reading {
        id: item.id.clone(),
        content: items::content(item),
        read_at: at,
        ahead_until: None,
    }
}

/// A record that was asked for itself.
fn asked_for(item: &Item, at: i64) -> Reading {
    Reading {
        ahead_until: Some(at + INDEX_LAG_MS),
        ..listed(item, at)
    }
}

impl Teller<'_> {
    /// Every task of the location as the search shows them, and those contacts' own lists that were
    /// read because the search may be behind.
    pub(crate) async fn tasks(
        &self,
        search: Read<&[Item]>,
        mut asked: BTreeMap<String, Read<Vec<Item>>>,
    ) -> Result<(), AppError> {
        let mut now: BTreeMap<String, Reading> = BTreeMap::new();
        let searched = search.what.iter();
        for task in searched.filter(|task| !asked.contains_key(&task.contact_id)) {
            now.insert(task.id.clone(), listed(task, search.at));
        }
        for read in asked.values() {
            for task in &read.what {
                now.insert(task.id.clone(), asked_for(task, read.at));
            }
        }
        let unlisted = self.unlisted(ItemKind::Task, |row| !now.contains_key(&row.record_id))?;
        for row in unlisted {
            let person = row.content["person"].as_str().unwrap_or_default();
            if !asked.contains_key(person) {
                asked.insert(person.to_owned(), self.tasks_of(person).await?);
            }
            let read = &asked[person];
            match read.what.iter().find(|task| task.id == row.record_id) {
                Some(task) => drop(now.insert(row.record_id, asked_for(task, read.at))),
                None => self.gone(ItemKind::Task, &row.record_id, read.at)?,
            }
        }
        let readings: Vec<Reading> = now.into_values().collect();
        self.keep_items(ItemKind::Task, &readings)?;
        self.listed(ItemKind::Task, search.at)?;
        self.due(&readings)
    }

    async fn tasks_of(&self, contact: &str) -> Result<Read<Vec<Item>>, AppError> {
        let (at, nobody) = (self.app.now(), HashMap::new());
        let read = self.highlevel.contact_tasks(contact, &nobody).await;
        // Nobody's tasks are none.
        let what = read.or_else(|e| e.is_not_found().then(Vec::new).ok_or(e));
        let what = what.map_err(|e| error::call(&e))?;
        Ok(Read { at, what })
    }

    fn due(&self, tasks: &[Reading]) -> Result<(), AppError> {
        let now = self.app.now();
        let due: Vec<NewEvent> = tasks
            .iter()
            .filter_map(|task| items::due(self.about, &task.id, &task.content, now))
            .collect();
        super::detected(self.app, &due)
    }

    /// Reads the notes or the tasks of one contact, because something is said to have happened there.
    pub(crate) async fn one_contact(&self, contact: &str, kind: ItemKind) -> Result<(), AppError> {
        let mirror = self.app.store().mirror();
        match kind {
            ItemKind::Note => {
                let at = self.app.now();
                let read = self.highlevel.contact_notes(contact).await;
                let what = read.or_else(|e| e.is_not_found().then(Vec::new).ok_or(e));
                let what = what.map_err(|e| error::call(&e))?;
                let known = mirror.get(&self.sync.highlevel, "contact", contact);
                let known = known.map_err(error::store)?;
                let name = known
                    .as_ref()
                    .and_then(|row| row.content.pointer("/person/name"));
                let name = name.and_then(Value::as_str).unwrap_or_default();
                self.keep_notes([(contact, name, &Read { at, what })])
            }
            ItemKind::Task => {
                let Read { at, what: tasks } = self.tasks_of(contact).await?;
                let object = items::watched(kind);
                let known = mirror.all_with(&self.sync.highlevel, &object, "person", contact);
                for row in known.map_err(error::store)? {
                    if !tasks.iter().any(|task| task.id == row.record_id) {
                        self.gone(kind, &row.record_id, at)?;
                    }
                }
                let readings: Vec<Reading> = tasks.iter().map(|t| asked_for(t, at)).collect();
                self.keep_items(kind, &readings)?;
                self.due(&readings)
            }
            // Those are asked for by their own ids.
            ItemKind::Appointment => Ok(()),
            // Nothing tells of them.
            ItemKind::Conversation => Ok(()),
        }
    }

    /// Reads one appointment, because something is said to have happened to it.
    pub(crate) async fn one_appointment(&self, id: &str) -> Result<(), AppError> {
        let Read { at, what } = self.appointment(id).await?;
        match what {
            Some(one) => self.keep_items(ItemKind::Appointment, &[asked_for(&one, at)]),
            None => self.gone(ItemKind::Appointment, id, at),
        }
    }

    async fn appointment(&self, id: &str) -> Result<Read<Option<Item>>, AppError> {
        let at = self.app.now();
        let read = self.highlevel.appointment(id, &[], at).await;
        let what = read.map_err(|e| error::call(&e))?;
        Ok(Read { at, what })
    }

    /// The appointments that listings show, and what became of those that were asked for by their id.
    pub(crate) async fn appointments(
        &self,
        listing: Read<&[Item]>,
        mut asked: BTreeMap<String, Read<Option<Item>>>,
    ) -> Result<(), AppError> {
        let kind = ItemKind::Appointment;
        let mut now: BTreeMap<String, Reading> = listing
            .what
            .iter()
            .map(|one| (one.id.clone(), listed(one, listing.at)))
            .collect();
        // What has left the window is not listed, and at rest.
        let window = listing.at - PAST_MS..listing.at + AHEAD_MS;
        let is_missed = |row: &MirrorRow| {
            let start = row.content["start"].as_str();
            let start = start.and_then(|start| start.parse::<jiff::Timestamp>().ok());
            let inside = start.is_some_and(|start| window.contains(&start.as_millisecond()));
            inside && !now.contains_key(&row.record_id) && !asked.contains_key(&row.record_id)
        };
        for row in self.unlisted(kind, is_missed)? {
            let read = self.appointment(&row.record_id).await?;
            asked.insert(row.record_id, read);
        }
        for (id, Read { at, what }) in asked {
            match what {
                Some(one) => drop(now.insert(id, asked_for(&one, at))),
                None => self.gone(kind, &id, at)?,
            }
        }
        let readings: Vec<Reading> = now.into_values().collect();
        self.keep_items(kind, &readings)?;
        self.listed(kind, listing.at)
    }

    /// All notes of those contacts whose turn it was: id, name, notes. The turns began at `at`,
    /// milliseconds since 1970.
    pub(crate) fn notes<'i>(
        &self,
        read: impl IntoIterator<Item = (&'i str, &'i str, &'i Read<Vec<Item>>)>,
        at: i64,
    ) -> Result<(), AppError> {
        self.keep_notes(read)?;
        self.listed(ItemKind::Note, at)
    }

    /// Notes that are made after `at`, milliseconds since 1970, are news, whenever they are read: nobody
    /// lists the notes of a location, but each tells when it was made.
    pub(crate) fn notes_from(&self, at: i64) -> Result<(), AppError> {
        self.listed(ItemKind::Note, at + SKEW_MS)
    }

    fn keep_notes<'i>(
        &self,
        read: impl IntoIterator<Item = (&'i str, &'i str, &'i Read<Vec<Item>>)>,
    ) -> Result<(), AppError> {
        let object = items::watched(ItemKind::Note);
        let mirror = self.app.store().mirror();
        let last = mirror
            .listed_at(&self.sync.highlevel, &object)
            .map_err(error::store)?;
        let since = last.map_or(i64::MAX, |last| last - SKEW_MS);
        let mut names = HashMap::new();
        let mut readings = Vec::new();
        for (contact, name, read) in read {
            names.insert(contact, name);
            readings.push(Reading {
                id: contact.to_owned(),
                content: json!({ "notes": notes::of_contact(&read.what) }),
                read_at: read.at,
                // No listing shows notes.
                ahead_until: Some(read.at),
            });
        }
        let notes = |content: &Value| -> Notes {
            serde_json::from_value(content["notes"].clone()).unwrap_or_default()
        };
        self.keep(&object, &readings, |seen| {
            let whose = Whose {
                about: self.about,
                person: seen.id,
                name: names.get(seen.id).copied().unwrap_or_default(),
            };
            match seen.before {
                Some(before) => whose.differences(&notes(before), &notes(seen.after), seen),
                None => whose.first_read(&notes(seen.after), since, seen),
            }
        })
    }

    /// Ids of the records of a kind that there is something to compare with.
    pub(crate) fn known(&self, kind: ItemKind) -> Result<HashSet<String>, AppError> {
        let mirror = self.app.store().mirror();
        let known = mirror.all(&self.sync.highlevel, &items::watched(kind));
        let known = known.map_err(error::store)?.into_iter();
        Ok(known.map(|row| row.record_id).collect())
    }

    /// What was there and should be asked for; whatever was read longest ago first, so that everything
    /// has its turn.
    fn unlisted(
        &self,
        kind: ItemKind,
        is_missed: impl Fn(&MirrorRow) -> bool,
    ) -> Result<Vec<MirrorRow>, AppError> {
        let mirror = self.app.store().mirror();
        let known = mirror.all(&self.sync.highlevel, &items::watched(kind));
        let mut missed = known.map_err(error::store)?;
        missed.retain(is_missed);
        missed.sort_by_key(|row| row.read_at);
        missed.truncate(READ_SINGLY);
        Ok(missed)
    }

    /// Nothing is taken for gone because it was not listed: a read that began at `at` has proved it.
    fn gone(&self, kind: ItemKind, id: &str, at: i64) -> Result<(), AppError> {
        let object = items::watched(kind);
        self.app
            .store()
            .mirror()
            .gone_telling(
                &self.sync.highlevel,
                &object,
                id,
                (at, at + INDEX_LAG_MS),
                &mut |known, echoes| {
                    let mut event = items::gone(self.about, kind, id, known);
                    echoed(&mut event, echoes, WRITTEN);
                    event
                },
            )
            .map_err(error::store)
    }

    fn keep_items(&self, kind: ItemKind, readings: &[Reading]) -> Result<(), AppError> {
        self.keep(&items::watched(kind), readings, |seen| {
            items::differences(self.about, kind, seen)
        })
    }

    /// Keeps records in the mirror, and what is new about them.
    fn keep(
        &self,
        object: &str,
        readings: &[Reading],
        mut detect: impl FnMut(&Seen<'_>) -> Vec<NewEvent>,
    ) -> Result<(), AppError> {
        let mirror = self.app.store().mirror();
        mirror
            .put_readings_telling(&self.sync.highlevel, object, readings, &mut detect)
            .map_err(error::store)
    }

    /// From now on what comes is news. It was listed from `at` on, milliseconds since 1970.
    fn listed(&self, kind: ItemKind, at: i64) -> Result<(), AppError> {
        let mirror = self.app.store().mirror();
        mirror
            .mark_listed(&self.sync.highlevel, &items::watched(kind), at)
            .map_err(error::store)
    }
}

/// Kinds of items that some triggers are about.
pub(crate) fn kinds(triggers: &BTreeSet<String>) -> BTreeSet<ItemKind> {
    let about = |kind: &ItemKind| {
        let prefix = format!("foxbridge.{}.", kind.as_str());
        triggers.iter().any(|trigger| trigger.starts_with(&prefix))
    };
    ItemKind::ALL.into_iter().filter(about).collect()
}
