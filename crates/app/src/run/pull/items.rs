//! Notes, tasks, appointments and conversations of the people that are linked, or are about to be.
//!
//! Tasks have one search over the whole location and appointments one listing a calendar; notes have
//! neither, nor a time of change (`facts/highlevel.md` §3). So a contact's notes are read when
//! something moved there, when somebody wrote on the lead, and otherwise in turn.

mod notes;
mod threads;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use foxbridge_connectors::CallError;
use foxbridge_contract::{AppError, Phase};
use foxbridge_engine::{Action, Local, Plan};
use foxbridge_model::{ContactItems, Item, ItemField, ItemKind, Person, Service};
use futures::{StreamExt as _, TryStreamExt as _};

use super::{AT_ONCE, Context, INDEX_LAG_MS, Pulled, Unread};
use crate::error;
use crate::events::{AHEAD_MS, About, PAST_MS, Read, Teller};
pub(in crate::run) use notes::NOTES_READ;

/// When we last wrote a task of a contact: the search may not know it yet.
pub(in crate::run) const TASK_WRITTEN: &str = "task_written";

/// A kind that the connection may not read. The others go on without it.
pub(in crate::run) struct Withheld {
    pub(in crate::run) kind: ItemKind,
    /// Why, as a sentence.
    pub(in crate::run) why: String,
}

/// A pair whose items take part.
struct Pair<'a> {
    lead: &'a Person,
    contact: &'a Person,
}

/// Reads the items of everybody that the plan speaks of, and tells rules what is new; gives whether
/// there is anything to plan anew. Kinds in `watched` are read for rules alone where the sync leaves
/// them out.
pub(in crate::run) async fn read_items(
    context: &Context,
    plan: &Plan,
    pulled: &mut Pulled,
    watched: &BTreeSet<ItemKind>,
) -> Result<bool, AppError> {
    let settings = context.settings.items;
    if !settings.any() && watched.is_empty() {
        return Ok(false);
    }
    let now = context.app.now();
    let about = About::new(&context.app, &context.sync, Service::HighLevel)?;
    let mut items: HashMap<String, ContactItems> = HashMap::new();
    let mut unread = Vec::new();
    let mut withheld = Vec::new();
    let caught;
    {
        let pairs = pairs(plan, pulled);
        let mut known: HashMap<&str, &Pair<'_>> = HashMap::new();
        for pair in &pairs {
            known.insert(&pair.contact.id, pair);
            items.insert(pair.contact.id.clone(), ContactItems::default());
        }
        let mut reading = Reading {
            context,
            pulled,
            pairs: &known,
            items: &mut items,
            unread: &mut unread,
            watched,
            about: &about,
            unsaid: BTreeSet::new(),
            untold: BTreeSet::new(),
            caught: 0,
            now,
        };
        // Conversations first: they say whose notes are to be read. Their notes are notes.
        let order = [
            ItemKind::Conversation,
            ItemKind::Note,
            ItemKind::Task,
            ItemKind::Appointment,
        ];
        let wants = |kind| {
            let shown_in_notes = kind == ItemKind::Note && settings.wants(ItemKind::Conversation);
            settings.wants(kind) || shown_in_notes
        };
        for kind in order
            .into_iter()
            .filter(|kind| wants(*kind) || watched.contains(kind))
        {
            let unread = reading.unread.len();
            let read = match kind {
                ItemKind::Conversation => reading.conversations().await,
                ItemKind::Note => reading.notes().await,
                ItemKind::Task => reading.tasks().await,
                ItemKind::Appointment => reading.appointments().await,
            };
            match read {
                read if !wants(kind) => {
                    // The plan has nothing to do with it, nor with what could not be read.
                    reading.leave_out(kind);
                    reading.unread.truncate(unread);
                    if let Err(
                        Failure::Withheld(why) | Failure::Fatal(AppError { message: why, .. }),
                    ) = read
                    {
                        let kind = kind.as_str();
                        tracing::warn!("{kind}s that rules wait for could not be read: {why}");
                    }
                }
                Ok(()) => {}
                Err(Failure::Withheld(why)) => {
                    reading.leave_out(kind);
                    withheld.push(Withheld { kind, why });
                }
                Err(Failure::Fatal(e)) => return Err(e),
            }
        }
        caught = reading.caught;
    }
    context.check_cancelled()?;
    if !settings.any() {
        return Ok(false);
    }
    pulled.caught = pulled.caught.map(|others| others + caught);
    pulled.snapshot.items = items;
    pulled.unread.extend(unread);
    pulled.withheld = withheld;
    if settings.wants(ItemKind::Conversation) && settings.conversations.history {
        pulled.talked = threads::talked(context)?;
    }
    Ok(true)
}

fn pairs<'a>(plan: &Plan, pulled: &'a Pulled) -> Vec<Pair<'a>> {
    let snapshot = &pulled.snapshot;
    let leads: HashMap<&str, &Person> = snapshot
        .leads
        .iter()
        .map(|lead| (lead.id.as_str(), lead))
        .collect();
    let contacts: HashMap<&str, &Person> = snapshot
        .contacts
        .iter()
        .map(|contact| (contact.id.as_str(), contact))
        .collect();
    let new = plan
        .changes
        .iter()
        .filter_map(|change| match &change.action {
            Action::Link { link } => Some(link),
            _ => None,
        });
    snapshot
        .links
        .iter()
        .chain(new)
        .filter(|link| !snapshot.unread.contains(link.lead_id.as_str()))
        .filter_map(|link| {
            Some(Pair {
                lead: leads.get(link.lead_id.as_str())?,
                contact: contacts.get(link.contact_id.as_str())?,
            })
        })
        .collect()
}

enum Failure {
    /// The connection may not; nobody's items of this kind are known.
    Withheld(String),
    /// The run cannot go on.
    Fatal(AppError),
}

impl From<CallError> for Failure {
    fn from(e: CallError) -> Self {
        match e {
            CallError::MissingScope { .. } | CallError::Blocked { .. } => {
                Self::Withheld(e.to_string())
            }
            e => Self::Fatal(error::call(&e)),
        }
    }
}

struct Reading<'a> {
    context: &'a Context,
    pulled: &'a Pulled,
    pairs: &'a HashMap<&'a str, &'a Pair<'a>>,
    items: &'a mut HashMap<String, ContactItems>,
    unread: &'a mut Vec<Unread>,
    /// Kinds that rules wait for, whatever the sync does with them.
    watched: &'a BTreeSet<ItemKind>,
    /// Whose items they are, for what rules are told.
    about: &'a About,
    /// Contacts with a conversation that its note may not know.
    unsaid: BTreeSet<String>,
    /// Contacts whose notes are read for a complete compare alone: nothing tells of a change.
    untold: BTreeSet<String>,
    /// Of these, those whose notes were otherwise all the same.
    caught: usize,
    now: i64,
}

impl Reading<'_> {
    /// Whoever tells rules what was just read.
    fn teller(&self) -> Teller<'_> {
        Teller {
            app: &self.context.app,
            sync: &self.context.sync,
            highlevel: &self.context.highlevel,
            about: self.about,
        }
    }

    /// Nobody's items of a kind are known.
    fn leave_out(&mut self, kind: ItemKind) {
        for items in self.items.values_mut() {
            items.read.remove(&kind);
            items.gone.retain(|(gone, _)| *gone != kind);
        }
    }

    /// Ids of a kind that the base of a pair knows, each with where it was when it was settled.
    fn settled(&self, contact: &str, kind: ItemKind) -> impl Iterator<Item = (&str, Option<&str>)> {
        let base = self
            .pairs
            .get(contact)
            .and_then(|pair| self.pulled.snapshot.bases.get(&pair.lead.id));
        base.into_iter()
            .flat_map(|base| base.items.values())
            .filter(move |entry| entry.kind == kind)
            .filter_map(|entry| {
                let start = entry.highlevel.get(&ItemField::Start).map(String::as_str);
                Some((entry.highlevel_id.as_deref()?, start))
            })
    }

    fn put(&mut self, contact: &str, kind: ItemKind, items: Vec<Item>, is_all: bool) {
        let ids: HashSet<String> = items.iter().map(|item| item.id.clone()).collect();
        let gone: Vec<String> = if is_all {
            self.settled(contact, kind)
                .filter(|(id, _)| !ids.contains(*id))
                .map(|(id, _)| id.to_owned())
                .collect()
        } else {
            Vec::new()
        };
        let known = self.items.entry(contact.to_owned()).or_default();
        known.read.insert(kind, items);
        known.gone.extend(gone.into_iter().map(|id| (kind, id)));
    }

    /// Reads something of each of some contacts. One that cannot be read stops nobody.
    async fn each<T, F>(
        &mut self,
        contacts: Vec<String>,
        what: &str,
        read: impl Fn(String) -> F,
    ) -> Result<Vec<(String, T)>, Failure>
    where
        F: Future<Output = Result<T, CallError>>,
    {
        let total = contacts.len();
        if total > 20 {
            self.context.reporter.step(Phase::Pull, what);
        }
        let reads: Vec<_> = contacts
            .into_iter()
            .map(|contact| {
                let reading = read(contact.clone());
                async move {
                    match reading.await {
                        Err(e) if error::is_fatal(&e) => Err(Failure::from(e)),
                        read => Ok((contact, read)),
                    }
                }
            })
            .collect();
        let mut reads = futures::stream::iter(reads).buffer_unordered(AT_ONCE);
        let (mut done, mut all) = (0, Vec::new());
        while let Some((contact, read)) = reads.try_next().await? {
            done += 1;
            if total > 20 {
                self.context.reporter.at(done, Some(total));
            }
            match read {
                Ok(read) => all.push((contact, read)),
                // The contact itself is gone; that is told where contacts are read.
                Err(e) if e.is_not_found() => {}
                Err(e) => {
                    if let Some(pair) = self.pairs.get(contact.as_str()) {
                        self.unread.push(Unread {
                            lead_id: pair.lead.id.clone(),
                            name: pair.lead.name.clone(),
                            why: e.to_string(),
                            transient: error::is_transient(&e),
                        });
                    }
                }
            }
        }
        Ok(all)
    }

    async fn tasks(&mut self) -> Result<(), Failure> {
        let (app, highlevel) = (&self.context.app, &self.context.highlevel);
        let began = app.now();
        let listing = highlevel.tasks().await?;
        let users: HashMap<String, String> = listing.users.into_iter().collect();
        let mut by_contact: HashMap<String, Vec<Item>> = HashMap::new();
        for task in listing.tasks.iter().cloned() {
            by_contact
                .entry(task.contact_id.clone())
                .or_default()
                .push(task);
        }
        let written = self.recently_written().map_err(Failure::Fatal)?;
        let mut ask = Vec::new();
        let contacts: Vec<String> = self.pairs.keys().map(|id| (*id).to_owned()).collect();
        for contact in contacts {
            let tasks = by_contact.remove(&contact).unwrap_or_default();
            let listed: HashSet<&str> = tasks.iter().map(|task| task.id.as_str()).collect();
            // Not listed is no proof, and the search may not know our own last write yet.
            let doubtful = written.contains(&contact)
                || self
                    .settled(&contact, ItemKind::Task)
                    .any(|(id, _)| !listed.contains(id));
            if doubtful {
                ask.push(contact.clone());
            }
            self.put(&contact, ItemKind::Task, tasks, false);
        }
        ask.sort_unstable();
        let read = self
            .each(ask.clone(), "Looking at single tasks", |contact| {
                let users = &users;
                async move {
                    let at = app.now();
                    let what = highlevel.contact_tasks(&contact, users).await?;
                    Ok(Read { at, what })
                }
            })
            .await?;
        // What could not be read is not known, whatever the search says.
        for contact in ask {
            if let Some(items) = self.items.get_mut(&contact) {
                items.read.remove(&ItemKind::Task);
            }
        }
        let asked: BTreeMap<String, Read<Vec<Item>>> = read.into_iter().collect();
        for (contact, tasks) in &asked {
            self.put(contact, ItemKind::Task, tasks.what.clone(), true);
        }
        let search = Read {
            at: began,
            what: listing.tasks.as_slice(),
        };
        told(self.teller().tasks(search, asked).await);
        Ok(())
    }

    /// Contacts with a task that we wrote so recently that the search may not know it.
    fn recently_written(&self) -> Result<BTreeSet<String>, AppError> {
        let (store, connection) = (self.context.app.store(), &self.context.sync.highlevel);
        let rows = store
            .mirror()
            .all(connection, TASK_WRITTEN)
            .map_err(error::store)?;
        let mut recent = BTreeSet::new();
        for row in rows {
            recent.insert(row.record_id.clone());
            if row.read_at + INDEX_LAG_MS < self.now {
                // Asked once more, and then the search will do.
                store
                    .mirror()
                    .remove(connection, TASK_WRITTEN, &row.record_id)
                    .map_err(error::store)?;
            }
        }
        Ok(recent)
    }

    async fn appointments(&mut self) -> Result<(), Failure> {
        let highlevel = &self.context.highlevel;
        let calendars = highlevel.calendars().await?;
        let now = self.context.app.now();
        let (from, until) = (now - PAST_MS, now + AHEAD_MS);
        let listings: Vec<_> = calendars
            .iter()
            .map(|calendar| highlevel.appointments(calendar, from, until, now))
            .collect();
        let listed: Vec<Item> = futures::stream::iter(listings)
            .buffered(AT_ONCE)
            .try_concat()
            .await?;
        let mut by_contact: HashMap<String, Vec<Item>> = HashMap::new();
        for one in listed.iter().cloned() {
            by_contact
                .entry(one.contact_id.clone())
                .or_default()
                .push(one);
        }
        let mut ask: BTreeMap<String, String> = BTreeMap::new();
        let contacts: Vec<String> = self.pairs.keys().map(|id| (*id).to_owned()).collect();
        for contact in contacts {
            let found = by_contact.remove(&contact).unwrap_or_default();
            for (id, start) in self.settled(&contact, ItemKind::Appointment) {
                // What has left the window is at rest; only what should be in it is missed.
                let inside = start
                    .and_then(|start| start.parse::<jiff::Timestamp>().ok())
                    .is_some_and(|start| (from..until).contains(&start.as_millisecond()));
                if inside && !found.iter().any(|one| one.id == id) {
                    ask.insert(id.to_owned(), contact.clone());
                }
            }
            self.put(&contact, ItemKind::Appointment, found, false);
        }
        let mut asked = BTreeMap::new();
        for (id, contact) in ask {
            let at = self.context.app.now();
            let what = highlevel.appointment(&id, &calendars, now).await?;
            let known = self.items.entry(contact).or_default();
            let read = what.clone();
            asked.insert(id.clone(), Read { at, what });
            match read {
                Some(one) => known
                    .read
                    .entry(ItemKind::Appointment)
                    .or_default()
                    .push(one),
                None => drop(known.gone.insert((ItemKind::Appointment, id))),
            }
        }
        let listing = Read {
            at: now,
            what: listed.as_slice(),
        };
        told(self.teller().appointments(listing, asked).await);
        Ok(())
    }
}

/// What rules could not be told is told by the next run: the sync goes on.
fn told(telling: Result<(), AppError>) {
    if let Err(e) = telling {
        tracing::warn!("rules could not be told what is new: {}", e.message);
    }
}

/// Time and place of a run. Where the location does not tell its zone, times are shown in UTC.
pub(in crate::run) async fn local(context: &Context) -> Result<Local, AppError> {
    let now = jiff::Timestamp::from_millisecond(context.app.now()).map_err(error::internal)?;
    let local = Local {
        now,
        ..Local::default()
    };
    if !context.settings.items.any() {
        return Ok(local);
    }
    let settings = context.app.store().settings();
    let key = format!("connection.{}.timezone", context.sync.highlevel);
    let mut name = settings
        .get(&key)
        .map_err(error::store)?
        .and_then(|zone| zone.as_str().map(str::to_owned));
    if name.is_none() {
        match context.highlevel.location().await {
            Ok(location) => {
                let zone = location.timezone.unwrap_or_else(|| "UTC".to_owned());
                settings
                    .set(&key, &serde_json::json!(zone))
                    .map_err(error::store)?;
                name = Some(zone);
            }
            Err(e @ (CallError::MissingScope { .. } | CallError::Blocked { .. })) => {
                tracing::info!("times are shown in UTC: {e}");
            }
            Err(e) => return Err(error::call(&e)),
        }
    }
    let zone = name.and_then(|name| jiff::tz::TimeZone::get(&name).ok());
    Ok(Local {
        zone: zone.unwrap_or(jiff::tz::TimeZone::UTC),
        ..local
    })
}
