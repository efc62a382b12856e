//! Takes in what was read of notes, tasks and appointments, and keeps what is new. Whoever reads them
//! hands them over: nothing is read a second time, but for the proof that something is gone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foxbridge_connectors::HighLevel;
use foxbridge_contract::AppError;
use foxbridge_model::{Item, ItemKind, Service};
use foxbridge_store::{MirrorRow, NewEvent, Seen, SyncRow};
use serde_json::{Value, json};

use super::notes::{self, Notes, Whose};
use super::people::About;
use super::{WRITTEN, echoed, items};
use crate::{App, error};

/// Records that are not listed any more and are read one by one in one go; the rest follow.
const READ_SINGLY: usize = 50;
/// The services' clock and ours need not agree: a note that is this much older than the last reading
/// may still be news.
const SKEW_MS: i64 = 5 * 60 * 1000;

/// Takes in what was read for one sync, by whoever could read it.
pub(crate) struct Teller<'a> {
    pub(crate) app: &'a App,
    pub(crate) sync: &'a SyncRow,
    pub(crate) highlevel: &'a HighLevel,
    /// When the reading began, milliseconds since 1970.
    pub(crate) read_at: i64,
}

impl Teller<'_> {
    fn about(&self) -> Result<About, AppError> {
        About::new(self.app, self.sync, Service::HighLevel)
    }

    /// Every task of the location as the search shows them, and those contacts' own lists that were
    /// read because the search may be behind.
    pub(crate) async fn tasks(
        &self,
        listed: &[Item],
        mut asked: BTreeMap<String, Vec<Item>>,
    ) -> Result<(), AppError> {
        let about = self.about()?;
        let mut now: BTreeMap<&str, Value> = BTreeMap::new();
        let searched = listed
            .iter()
            .filter(|task| !asked.contains_key(&task.contact_id));
        for task in searched.chain(asked.values().flatten()) {
            now.insert(&task.id, items::content(task));
        }
        let unlisted = self.unlisted(ItemKind::Task, |id| now.contains_key(id))?;
        let mut records: Vec<(String, Value)> = now
            .into_iter()
            .map(|(id, task)| (id.to_owned(), task))
            .collect();
        for row in unlisted {
            let person = row.content["person"].as_str().unwrap_or_default();
            if !asked.contains_key(person) {
                asked.insert(person.to_owned(), self.tasks_of(person).await?);
            }
            match asked[person].iter().find(|task| task.id == row.record_id) {
                Some(task) => records.push((row.record_id, items::content(task))),
                None => self.gone(&about, ItemKind::Task, &row)?,
            }
        }
        self.keep_items(&about, ItemKind::Task, &records)?;
        self.listed(&items::watched(ItemKind::Task))?;
        self.due(&about, &records)
    }

    async fn tasks_of(&self, contact: &str) -> Result<Vec<Item>, AppError> {
        let nobody = HashMap::new();
        let read = self.highlevel.contact_tasks(contact, &nobody).await;
        // Nobody's tasks are none.
        read.or_else(|e| e.is_not_found().then(Vec::new).ok_or(e))
            .map_err(|e| error::call(&e))
    }

    fn due(&self, about: &About, tasks: &[(String, Value)]) -> Result<(), AppError> {
        let now = self.app.now();
        let due: Vec<NewEvent> = tasks
            .iter()
            .filter_map(|(id, task)| items::due(about, id, task, now))
            .collect();
        super::detected(self.app, &due)
    }

    /// Reads the notes or the tasks of one contact, because something is said to have happened there.
    pub(crate) async fn one_contact(&self, contact: &str, kind: ItemKind) -> Result<(), AppError> {
        match kind {
            ItemKind::Note => {
                let read = self.highlevel.contact_notes(contact).await;
                let notes = read.or_else(|e| e.is_not_found().then(Vec::new).ok_or(e));
                let notes = notes.map_err(|e| error::call(&e))?;
                let mirror = self.app.store().mirror();
                let known = mirror.get(&self.sync.highlevel, "contact", contact);
                let known = known.map_err(error::store)?;
                let name = known
                    .as_ref()
                    .and_then(|row| row.content.pointer("/person/name"));
                let name = name.and_then(Value::as_str).unwrap_or_default();
                self.keep_notes([(contact, name, notes.as_slice())])
            }
            ItemKind::Task => {
                let about = self.about()?;
                let tasks = self.tasks_of(contact).await?;
                let records: Vec<(String, Value)> = tasks
                    .iter()
                    .map(|task| (task.id.clone(), items::content(task)))
                    .collect();
                let missing = self.unlisted(kind, |id| tasks.iter().any(|task| task.id == id))?;
                let missing = missing
                    .iter()
                    .filter(|row| row.content["person"] == contact);
                for row in missing {
                    self.gone(&about, kind, row)?;
                }
                self.keep_items(&about, kind, &records)?;
                self.ahead_of_the_search(kind, &records)?;
                self.due(&about, &records)
            }
            // Those are asked for by their own ids.
            ItemKind::Appointment => Ok(()),
            // Nothing tells of them.
            ItemKind::Conversation => Ok(()),
        }
    }

    /// Reads one appointment, because something is said to have happened to it.
    pub(crate) async fn one_appointment(&self, id: &str) -> Result<(), AppError> {
        let kind = ItemKind::Appointment;
        let about = self.about()?;
        let read = self.highlevel.appointment(id, &[], self.read_at).await;
        match read.map_err(|e| error::call(&e))? {
            Some(one) => {
                let records = [(one.id.clone(), items::content(&one))];
                self.keep_items(&about, kind, &records)?;
                self.ahead_of_the_search(kind, &records)
            }
            None => {
                let (mirror, object) = (self.app.store().mirror(), items::watched(kind));
                let known = mirror.get(&self.sync.highlevel, &object, id);
                match known.map_err(error::store)? {
                    Some(row) => self.gone(&about, kind, &row),
                    None => Ok(()),
                }
            }
        }
    }

    /// A listing that begins before the search has had its time may show an older state.
    fn ahead_of_the_search(
        &self,
        kind: ItemKind,
        records: &[(String, Value)],
    ) -> Result<(), AppError> {
        let (mirror, object) = (self.app.store().mirror(), items::watched(kind));
        let at = self.read_at + crate::run::INDEX_LAG_MS;
        records.iter().try_for_each(|(id, _)| {
            mirror
                .fence(&self.sync.highlevel, &object, id, at)
                .map_err(error::store)
        })
    }

    /// The appointments that listings show, and what became of those that were asked for by their id.
    pub(crate) async fn appointments(
        &self,
        listed: &[Item],
        asked: &BTreeMap<String, Option<Item>>,
    ) -> Result<(), AppError> {
        let about = self.about()?;
        let found = asked.values().flatten();
        let mut records: BTreeMap<String, Value> = listed
            .iter()
            .chain(found)
            .map(|one| (one.id.clone(), items::content(one)))
            .collect();
        let unlisted = self.unlisted(ItemKind::Appointment, |id| records.contains_key(id))?;
        for row in unlisted {
            let there = match asked.get(&row.record_id) {
                Some(read) => read.clone(),
                None => self
                    .highlevel
                    .appointment(&row.record_id, &[], self.read_at)
                    .await
                    .map_err(|e| error::call(&e))?,
            };
            match there {
                Some(one) => drop(records.insert(row.record_id, items::content(&one))),
                None => self.gone(&about, ItemKind::Appointment, &row)?,
            }
        }
        let records: Vec<(String, Value)> = records.into_iter().collect();
        self.keep_items(&about, ItemKind::Appointment, &records)?;
        self.listed(&items::watched(ItemKind::Appointment))
    }

    /// All notes of those contacts whose turn it was: id, name, notes.
    pub(crate) fn notes<'i>(
        &self,
        read: impl IntoIterator<Item = (&'i str, &'i str, &'i [Item])>,
    ) -> Result<(), AppError> {
        self.keep_notes(read)?;
        self.listed(&items::watched(ItemKind::Note))
    }

    fn keep_notes<'i>(
        &self,
        read: impl IntoIterator<Item = (&'i str, &'i str, &'i [Item])>,
    ) -> Result<(), AppError> {
        let about = self.about()?;
        let mirror = self.app.store().mirror();
        let last = mirror
            .listed_at(&self.sync.highlevel, &items::watched(ItemKind::Note))
            .map_err(error::store)?;
        let since = last.map_or(i64::MAX, |last| last - SKEW_MS);
        let mut names = HashMap::new();
        let mut records = Vec::new();
        for (contact, name, notes) in read {
            names.insert(contact, name);
            let notes = notes::of_contact(notes);
            records.push((contact.to_owned(), json!({ "notes": notes })));
        }
        let notes = |content: &Value| -> Notes {
            serde_json::from_value(content["notes"].clone()).unwrap_or_default()
        };
        self.keep(&items::watched(ItemKind::Note), &records, |seen| {
            let whose = Whose {
                about: &about,
                person: seen.id,
                name: names.get(seen.id).copied().unwrap_or_default(),
            };
            match seen.before {
                Some(before) => whose.differences(&notes(before), &notes(seen.after), seen),
                None => whose.first_read(&notes(seen.after), since, seen),
            }
        })
    }

    /// What was there and is not shown any more.
    fn unlisted(
        &self,
        kind: ItemKind,
        is_listed: impl Fn(&str) -> bool,
    ) -> Result<Vec<MirrorRow>, AppError> {
        let mirror = self.app.store().mirror();
        let known = mirror.all(&self.sync.highlevel, &items::watched(kind));
        let unlisted = known
            .map_err(error::store)?
            .into_iter()
            .filter(|row| !is_listed(&row.record_id));
        Ok(unlisted.take(READ_SINGLY).collect())
    }

    /// Nothing is taken for gone because it was not listed: a read has proved it.
    fn gone(&self, about: &About, kind: ItemKind, row: &MirrorRow) -> Result<(), AppError> {
        let (store, connection) = (self.app.store(), &self.sync.highlevel);
        let mut event = items::gone(about, kind, &row.record_id, &row.content);
        let echoes = store
            .events()
            .echoes(connection, &row.record_id, row.read_at)
            .map_err(error::store)?;
        echoed(&mut event, &echoes, WRITTEN);
        super::detected(self.app, &[event])?;
        store
            .mirror()
            .remove(connection, &items::watched(kind), &row.record_id)
            .map_err(error::store)
    }

    fn keep_items(
        &self,
        about: &About,
        kind: ItemKind,
        records: &[(String, Value)],
    ) -> Result<(), AppError> {
        self.keep(&items::watched(kind), records, |seen| {
            items::differences(about, kind, seen)
        })
    }

    /// Keeps records in the mirror, and what is new about them.
    fn keep(
        &self,
        object: &str,
        records: &[(String, Value)],
        mut detect: impl FnMut(&Seen<'_>) -> Vec<NewEvent>,
    ) -> Result<(), AppError> {
        let mirror = self.app.store().mirror();
        mirror
            .put_some_telling(
                &self.sync.highlevel,
                object,
                records,
                self.read_at,
                &mut detect,
            )
            .map_err(error::store)
    }

    /// From now on what comes is news.
    fn listed(&self, object: &str) -> Result<(), AppError> {
        let mirror = self.app.store().mirror();
        mirror
            .mark_listed(&self.sync.highlevel, object, self.read_at)
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
