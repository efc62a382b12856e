//! The notes of contacts: read when something moved there, when somebody wrote on the lead, when a rule
//! has not heard of them yet, and otherwise in turn.

use std::collections::{BTreeSet, HashMap};

use foxbridge_contract::AppError;
use foxbridge_engine::is_stirred;
use foxbridge_model::{Item, ItemKind, Person};
use serde::{Deserialize, Serialize};

use super::{Failure, Reading, told};
use crate::error;
use crate::events::Read;

const DAY_MS: i64 = 86_400_000;
/// So many contacts' notes are read in turn in one run.
const SWEEP: usize = 100;
/// Somebody whose contact changed so recently counts as active.
const ACTIVE_MS: i64 = 14 * DAY_MS;
/// Notes of active people are read in turn once they are so old …
const DUE_ACTIVE_MS: i64 = 60 * 60 * 1000;
/// … and those of others once they are so old.
const DUE_QUIET_MS: i64 = DAY_MS;

/// A contact's notes as they were read last: a row of the mirror under this name.
pub(in crate::run) const NOTES_READ: &str = "notes_read";

/// What is remembered of reading a contact's notes.
#[derive(Serialize, Deserialize)]
struct NotesRead {
    /// The contact's time of change then.
    updated_at: Option<String>,
    /// The notes. What a run that was cut short read is acted on by the next.
    notes: Vec<Item>,
}

impl Reading<'_> {
    pub(super) async fn notes(&mut self) -> Result<(), Failure> {
        let mut known = self.notes_known().map_err(Failure::Fatal)?;
        let unheard = self.unheard().map_err(Failure::Fatal)?;
        let (now, in_turn) = self.notes_to_read(&known, &unheard);
        let began = self.context.app.now();
        let (app, highlevel) = (&self.context.app, &self.context.highlevel);
        let sweeping = highlevel.sweeping();
        let mut read: Vec<(String, Read<Vec<Item>>)> = Vec::new();
        let mut untold: HashMap<String, NotesRead> = HashMap::new();
        for (client, ask) in [(highlevel, now), (&sweeping, in_turn)] {
            for contact in &ask {
                let last = known.remove(contact);
                if let Some((_, last)) = last.filter(|_| self.untold.contains(contact)) {
                    untold.insert(contact.clone(), last);
                }
            }
            let notes = self
                .each(ask, "Reading notes from HighLevel", |contact| async move {
                    let at = app.now();
                    let what = client.contact_notes(&contact).await?;
                    Ok(Read { at, what })
                })
                .await?;
            read.extend(notes);
        }
        // Where conversations alone are synced, too few are read to tell what is news.
        if self.are_notes_read() {
            let named = read.iter().filter_map(|(contact, notes)| {
                let pair = self.pairs.get(contact.as_str())?;
                Some((contact.as_str(), pair.contact.name.as_str(), notes))
            });
            told(self.teller().notes(named, began));
        }
        for (contact, Read { at, what: notes }) in read {
            let updated_at = self
                .pairs
                .get(contact.as_str())
                .and_then(|pair| pair.contact.updated_at.clone());
            let read = NotesRead { updated_at, notes };
            let other = |last: &NotesRead| last.notes != read.notes;
            self.caught += usize::from(untold.get(&contact).is_some_and(other));
            let content =
                serde_json::to_value(&read).map_err(|e| Failure::Fatal(error::internal(e)))?;
            self.context
                .app
                .store()
                .mirror()
                .put(
                    &self.context.sync.highlevel,
                    NOTES_READ,
                    &contact,
                    &content,
                    at,
                )
                .map_err(|e| Failure::Fatal(error::store(e)))?;
            self.put(&contact, ItemKind::Note, read.notes, true);
        }
        for (contact, (_, read)) in known {
            if self.pairs.contains_key(contact.as_str()) {
                self.put(&contact, ItemKind::Note, read.notes, true);
            }
        }
        Ok(())
    }

    /// Whether everybody's notes are read, in turn, for the sync or for a rule.
    fn are_notes_read(&self) -> bool {
        let settings = &self.context.settings.items;
        settings.wants(ItemKind::Note) || self.watched.contains(&ItemKind::Note)
    }

    /// Contacts whose notes a rule waits for, and has nothing yet to compare them with.
    fn unheard(&self) -> Result<BTreeSet<String>, AppError> {
        if !self.watched.contains(&ItemKind::Note) {
            return Ok(BTreeSet::new());
        }
        let heard = self.teller().known(ItemKind::Note)?;
        let contacts = self.pairs.keys().filter(|id| !heard.contains(**id));
        Ok(contacts.map(|id| (*id).to_owned()).collect())
    }

    /// Notes by contact as they were read last, and when.
    fn notes_known(&self) -> Result<HashMap<String, (i64, NotesRead)>, AppError> {
        let rows = self
            .context
            .app
            .store()
            .mirror()
            .all(&self.context.sync.highlevel, NOTES_READ)
            .map_err(error::store)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let read: NotesRead = serde_json::from_value(row.content).ok()?;
                Some((row.record_id, (row.read_at, read)))
            })
            .collect())
    }

    /// Contacts whose notes are to be read now, and those whose turn it is.
    fn notes_to_read(
        &mut self,
        known: &HashMap<String, (i64, NotesRead)>,
        unheard: &BTreeSet<String>,
    ) -> (Vec<String>, Vec<String>) {
        let snapshot = &self.pulled.snapshot;
        let (mut now, mut in_turn) = (Vec::new(), Vec::new());
        for pair in self.pairs.values() {
            let base = snapshot.bases.get(&pair.lead.id);
            let last = known.get(&pair.contact.id);
            let moved = last.is_none_or(|(_, read)| read.updated_at != pair.contact.updated_at);
            if self.unsaid.contains(&pair.contact.id) {
                now.push(pair.contact.id.clone());
                continue;
            }
            if !self.are_notes_read() {
                continue;
            }
            let settings = &self.context.settings.items;
            let unheard = unheard.contains(&pair.contact.id);
            if moved || unheard || is_stirred(pair.lead, base, settings, &snapshot.local) {
                now.push(pair.contact.id.clone());
            } else if self.context.full {
                now.push(pair.contact.id.clone());
                self.untold.insert(pair.contact.id.clone());
            } else if let Some((read_at, _)) = last {
                let active = time(pair.contact).is_some_and(|at| at + ACTIVE_MS > self.now);
                let due = if active { DUE_ACTIVE_MS } else { DUE_QUIET_MS };
                if read_at + due <= self.now {
                    in_turn.push((!active, *read_at, pair.contact.id.clone()));
                }
            }
        }
        now.sort();
        in_turn.sort();
        // With a day that runs short the turn comes later.
        let turns = if self.context.highlevel.sweeping().has_room() {
            SWEEP
        } else {
            0
        };
        let in_turn = in_turn.into_iter().take(turns);
        (now, in_turn.map(|(.., id)| id).collect())
    }
}

/// When a contact last changed, milliseconds since 1970.
fn time(contact: &Person) -> Option<i64> {
    let at: jiff::Timestamp = contact.updated_at.as_ref()?.parse().ok()?;
    Some(at.as_millisecond())
}
