//! Pull: reads both services into the mirror, and the mirror into a snapshot.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foxbridge_connectors::{CallError, CustomField, Label, merge_detail};
use foxbridge_contract::{AppError, ErrorCode, Phase};
use foxbridge_engine::{Action, Base, Link, Plan, Snapshot, StampField, check_listing};
use foxbridge_model::{Person, TagKey};
use foxbridge_store::{LinkRow, MirrorRow};
use futures::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};

use super::steps::{Context, first_run_key, stopped};
use crate::error;

/// How long HighLevel's search may show an older state after a write. "A few seconds" is documented
/// (`facts/highlevel.md` §2.1); this leaves room.
const INDEX_LAG_MS: i64 = 15_000;

/// Reads of single records under way at once.
const AT_ONCE: usize = 8;

/// A record in the mirror.
#[derive(Serialize, Deserialize)]
pub(super) struct Mirrored {
    pub(super) person: Person,
    /// We wrote to the record after this reading: a listing that shows no newer change time than
    /// this one is older than our write, and is discarded.
    #[serde(default)]
    pub(super) written: bool,
}

/// What was read.
pub(super) struct Pulled {
    pub(super) snapshot: Snapshot,
    /// Labels of the workspace.
    pub(super) labels: HashMap<TagKey, Label>,
    /// Leads that take part and could not be read.
    pub(super) unread: Vec<Unread>,
}

/// A lead that could not be read.
pub(super) struct Unread {
    pub(super) lead_id: String,
    pub(super) name: String,
    /// Why, as a sentence.
    pub(super) why: String,
    /// Whether it may well work in a moment.
    pub(super) transient: bool,
}

impl Unread {
    fn new(lead: &Person, why: String, transient: bool) -> Self {
        Self {
            lead_id: lead.id.clone(),
            name: lead.name.clone(),
            why,
            transient,
        }
    }
}

struct Contacts {
    people: Vec<Person>,
    fields: Vec<CustomField>,
    tags: BTreeSet<TagKey>,
}

struct Leads {
    people: Vec<Person>,
    labels: Vec<Label>,
    unread: Vec<Unread>,
}

/// Reads everything that a plan is made from.
pub(super) async fn pull(context: &Context) -> Result<Pulled, AppError> {
    await_open_creates(context).await?;
    context
        .reporter
        .step(Phase::Pull, "Reading contacts and leads");
    let store = context.app.store();
    let links = store.links().list(&context.sync.id).map_err(error::store)?;
    let (contacts, leads) =
        futures::try_join!(pull_contacts(context, &links), pull_leads(context, &links))?;
    settle_found_creates(context, &contacts.people)?;

    let bases: HashMap<String, Base> = store
        .base()
        .all(&context.sync.id)
        .map_err(error::store)?
        .into_iter()
        .map(|(lead, base)| Ok((lead, serde_json::from_value(base).map_err(error::internal)?)))
        .collect::<Result<_, AppError>>()?;
    let first_run = store
        .settings()
        .get(&first_run_key(&context.sync.id))
        .map_err(error::store)?
        .is_none();
    let labels: HashMap<TagKey, Label> = leads
        .labels
        .into_iter()
        .filter_map(|label| Some((TagKey::new(&label.name)?, label)))
        .collect();
    let stamp_fields: BTreeMap<StampField, String> = StampField::ALL
        .into_iter()
        .filter_map(|stamp| {
            let field = contacts
                .fields
                .iter()
                .find(|field| field.key == stamp.key())?;
            Some((stamp, field.id.clone()))
        })
        .collect();
    let snapshot = Snapshot {
        leads: leads.people,
        unread: leads
            .unread
            .iter()
            .map(|unread| unread.lead_id.clone())
            .collect(),
        contacts: contacts.people,
        links: links
            .into_iter()
            .map(|link| Link {
                lead_id: link.lead_id,
                contact_id: link.contact_id,
                how: serde_json::from_value(link.how.into())
                    .unwrap_or(foxbridge_engine::How::Stamp),
            })
            .collect(),
        bases,
        highlevel_tags: contacts.tags,
        aimfox_labels: labels.keys().cloned().collect(),
        stamp_fields,
        first_run,
    };
    Ok(Pulled {
        snapshot,
        labels,
        unread: leads.unread,
    })
}

/// A create that was sent, but whose answer was never seen, may be in HighLevel without being in
/// its search yet. A listing is only believed about it once the index has had its time.
async fn await_open_creates(context: &Context) -> Result<(), AppError> {
    let open = context
        .app
        .store()
        .journal()
        .unsettled(&context.sync.id)
        .map_err(error::store)?;
    let newest = open
        .iter()
        .filter(|row| row.operation == "highlevel.contacts.create")
        .filter_map(|row| row.sent_at)
        .max();
    let wait = newest.map_or(0, |sent| sent + INDEX_LAG_MS - context.app.now());
    if let Ok(ms) = u64::try_from(wait)
        && ms > 0
    {
        context.reporter.step(
            Phase::Pull,
            "Waiting until HighLevel shows what was sent last",
        );
        let clock = context.app.host().clock();
        tokio::select! {
            () = clock.sleep(std::time::Duration::from_millis(ms)) => {}
            () = context.cancel.cancelled() => context.check_cancelled()?,
        }
    }
    Ok(())
}

/// Closes the journal's open entries: the listing that was just read tells what became of them, and
/// the plan made from it asks again for whatever did not arrive.
fn settle_found_creates(context: &Context, contacts: &[Person]) -> Result<(), AppError> {
    let journal = context.app.store().journal();
    let open = journal.unsettled(&context.sync.id).map_err(error::store)?;
    if open.is_empty() {
        return Ok(());
    }
    let stamped: BTreeSet<String> = contacts
        .iter()
        .filter_map(|contact| contact.identities.lead_id)
        .map(|id| id.to_string())
        .collect();
    let now = context.app.now();
    for row in open {
        let arrived = row.operation == "highlevel.contacts.create"
            && row.lead_id.as_ref().is_some_and(|id| stamped.contains(id));
        let words = if arrived {
            "The answer was lost; the record was found afterwards."
        } else {
            "The answer was lost; the next plan starts from what is there."
        };
        journal
            .skip(&row.run, row.seq, now, words)
            .map_err(error::store)?;
    }
    Ok(())
}

fn mirrored(rows: Vec<MirrorRow>) -> HashMap<String, Mirrored> {
    rows.into_iter()
        .filter_map(|row| Some((row.record_id, serde_json::from_value(row.content).ok()?)))
        .collect()
}

fn keep_listing(
    context: &Context,
    connection: &str,
    object: &str,
    people: &[Person],
    read_at: i64,
) -> Result<(), AppError> {
    let records = people
        .iter()
        .map(|person| {
            let mirrored = Mirrored {
                person: person.clone(),
                written: false,
            };
            let content = serde_json::to_value(mirrored).map_err(error::internal)?;
            Ok((person.id.clone(), content))
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    context
        .app
        .store()
        .mirror()
        .put_listing(connection, object, &records, read_at)
        .map_err(error::store)
}

fn guard_listing(
    context: &Context,
    connection: &str,
    object: &str,
    what: &str,
    now: usize,
) -> Result<(), AppError> {
    if context.approve {
        return Ok(());
    }
    let (before, _) = context
        .app
        .store()
        .mirror()
        .count(connection, object)
        .map_err(error::store)?;
    check_listing(what, before as usize, now, &context.guards).map_err(stopped)
}

/// A partial listing is never acted on: whoever it lacks might be made a second time.
fn partial(service: &str, what: &str, total: usize, shown: usize) -> AppError {
    AppError::new(
        ErrorCode::ServiceFailed,
        format!(
            "{service} says that it has {total} {what}, but showed only {shown}. Nothing was \
             changed: a partial listing is never acted on."
        ),
    )
    .hint("Run again in a few minutes; the service may be importing or deleting just now.")
}

async fn pull_contacts(context: &Context, links: &[LinkRow]) -> Result<Contacts, AppError> {
    let connection = &context.sync.highlevel;
    let read_at = context.app.now();
    let fields = context
        .highlevel
        .custom_fields()
        .await
        .map_err(|e| error::call(&e))?;
    let tags = context
        .highlevel
        .tags()
        .await
        .map_err(|e| error::call(&e))?;
    let listing = context
        .highlevel
        .contacts(|done, total| context.reporter.at(done, Some(total)))
        .await
        .map_err(|e| error::call(&e))?;
    if !listing.complete {
        return Err(partial(
            "HighLevel",
            "contacts",
            listing.total,
            listing.contacts.len(),
        ));
    }
    guard_listing(
        context,
        connection,
        "contact",
        "HighLevel",
        listing.contacts.len(),
    )?;

    let mirror = context.app.store().mirror();
    let before = mirrored(mirror.all(connection, "contact").map_err(error::store)?);
    let mut people: HashMap<String, Person> = listing
        .contacts
        .into_iter()
        .map(|person| (person.id.clone(), person))
        .collect();
    // The search index may lag behind our own writes, and a linked contact that is not listed is
    // not proven to be gone. Both are settled by reading the record itself.
    let mut ask: BTreeSet<String> = links
        .iter()
        .filter(|link| link.broken.is_none() && !people.contains_key(&link.contact_id))
        .map(|link| link.contact_id.clone())
        .collect();
    ask.extend(
        before
            .iter()
            .filter(|(id, known)| {
                known.written
                    && people
                        .get(*id)
                        .is_some_and(|now| !newer(now, &known.person))
            })
            .map(|(id, _)| id.clone()),
    );
    let fresh: Vec<(String, Option<Person>)> = futures::stream::iter(ask)
        .map(|id| async move {
            let person = context
                .highlevel
                .contact(&id)
                .await
                .map_err(|e| error::call(&e))?;
            Ok::<_, AppError>((id, person))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await?;
    for (id, person) in fresh {
        match person {
            Some(person) => drop(people.insert(id, person)),
            None => {
                people.remove(&id);
                if let Some(link) = links.iter().find(|link| link.contact_id == id) {
                    let why = "the contact is gone from HighLevel";
                    context
                        .app
                        .store()
                        .links()
                        .break_link(&link.sync, &link.lead_id, why)
                        .map_err(error::store)?;
                }
            }
        }
    }
    let mut people: Vec<Person> = people.into_values().collect();
    people.sort_by(|a, b| a.id.cmp(&b.id));
    keep_listing(context, connection, "contact", &people, read_at)?;
    let mut names: BTreeSet<TagKey> = tags.iter().filter_map(|tag| TagKey::new(tag)).collect();
    names.extend(people.iter().flat_map(|person| person.tags.keys().cloned()));
    Ok(Contacts {
        people,
        fields,
        tags: names,
    })
}

/// Reads contacts one by one; `None` for one that is gone.
async fn read_contacts(
    context: &Context,
    ids: BTreeSet<String>,
) -> Result<Vec<(String, Option<Person>)>, AppError> {
    let reads: Vec<_> = ids
        .into_iter()
        .map(|id| async move {
            let person = context
                .highlevel
                .contact(&id)
                .await
                .map_err(|e| error::call(&e))?;
            Ok::<_, AppError>((id, person))
        })
        .collect();
    futures::stream::iter(reads)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// Reads the contacts afresh that an edit in Aimfox is about to be written to: the listing may lag
/// behind an edit made in HighLevel meanwhile, and that edit must be merged, not overwritten. Gives
/// whether any was read.
pub(super) async fn refresh_edited(
    context: &Context,
    plan: &Plan,
    pulled: &mut Pulled,
) -> Result<bool, AppError> {
    let edited: BTreeSet<&str> = plan
        .changes
        .iter()
        .filter(|change| match &change.action {
            Action::UpdateContact { fields, .. } => !fields.is_empty(),
            Action::AddTags { .. } | Action::RemoveTags { .. } => true,
            _ => false,
        })
        .filter(|change| {
            let lead = change.record.lead_id.as_ref();
            lead.is_some_and(|lead| pulled.snapshot.bases.contains_key(lead))
        })
        .filter_map(|change| change.record.contact_id.as_deref())
        .collect();
    if edited.is_empty() {
        return Ok(false);
    }
    let edited = edited.into_iter().map(str::to_owned).collect();
    let fresh: HashMap<String, Person> = read_contacts(context, edited)
        .await?
        .into_iter()
        .filter_map(|(id, person)| Some((id, person?)))
        .collect();
    for contact in &mut pulled.snapshot.contacts {
        if let Some(fresh) = fresh.get(&contact.id) {
            contact.clone_from(fresh);
        }
    }
    Ok(true)
}

/// Whether a reading shows a later change than another one.
fn newer(now: &Person, before: &Person) -> bool {
    let time =
        |person: &Person| -> Option<jiff::Timestamp> { person.updated_at.as_ref()?.parse().ok() };
    match (time(now), time(before)) {
        (Some(now), Some(before)) => now > before,
        _ => false,
    }
}

async fn pull_leads(context: &Context, links: &[LinkRow]) -> Result<Leads, AppError> {
    let connection = &context.sync.aimfox;
    let read_at = context.app.now();
    let labels = context.aimfox.labels().await.map_err(|e| error::call(&e))?;
    let listing = context
        .aimfox
        .leads(|_, _| ())
        .await
        .map_err(|e| error::call(&e))?;
    if !listing.complete {
        return Err(partial(
            "Aimfox",
            "leads",
            listing.total,
            listing.leads.len(),
        ));
    }
    guard_listing(context, connection, "lead", "Aimfox", listing.leads.len())?;

    let mirror = context.app.store().mirror();
    let before = mirrored(mirror.all(connection, "lead").map_err(error::store)?);
    let linked: BTreeSet<&str> = links.iter().map(|link| link.lead_id.as_str()).collect();
    let mut people = Vec::with_capacity(listing.leads.len());
    let mut to_read = Vec::new();
    for hit in listing.leads {
        if !linked.contains(hit.id.as_str()) && !context.settings.filter.admits(&hit) {
            people.push(hit);
            continue;
        }
        let known = before
            .get(&hit.id)
            .map(|known| &known.person)
            .filter(|known| known.detailed && same_profile(&hit, known));
        match known {
            Some(known) if hit.notes.is_some() || !context.settings.cards => {
                people.push(merge_detail(&hit, known));
            }
            known => to_read.push((hit, known.cloned())),
        }
    }

    let total = to_read.len();
    if total > 0 {
        context
            .reporter
            .step(Phase::Pull, "Reading the leads' profiles from Aimfox");
    }
    let mut done = 0;
    let mut unread = Vec::new();
    let reads: Vec<_> = to_read
        .into_iter()
        .map(|(hit, known)| async move {
            let read = read_lead(context, &hit, known).await;
            (hit, read)
        })
        .collect();
    let mut reading = futures::stream::iter(reads).buffer_unordered(AT_ONCE);
    while let Some((hit, read)) = reading.next().await {
        done += 1;
        context.reporter.at(done, Some(total));
        match read {
            Ok(Some(person)) => {
                // Kept at once: a run that is cut short must not pay for the same page again.
                keep_one(context, connection, &person, read_at)?;
                people.push(person);
            }
            Ok(None) => {
                let why = "Aimfox lists the lead and then denies that it is there.".to_owned();
                unread.push(Unread::new(&hit, why, false));
                people.push(hit);
            }
            Err(e) if error::is_fatal(&e) => return Err(error::call(&e)),
            Err(e) => {
                unread.push(Unread::new(&hit, e.to_string(), error::is_transient(&e)));
                people.push(hit);
            }
        }
    }
    drop(reading);
    people.sort_by(|a, b| a.id.cmp(&b.id));
    keep_listing(context, connection, "lead", &people, read_at)?;
    Ok(Leads {
        people,
        labels,
        unread,
    })
}

/// Reads what the listing does not show of a lead: its page, unless that is known, and its notes,
/// where the listing does not embed them (that it does is seen, not promised:
/// `facts/aimfox.md` §3). `None` when there is no such lead.
async fn read_lead(
    context: &Context,
    hit: &Person,
    known: Option<Person>,
) -> Result<Option<Person>, CallError> {
    let fresh = known.is_none();
    let detail = match known {
        Some(known) => known,
        None => match context.aimfox.lead(&hit.id).await? {
            Some(detail) => detail,
            None => return Ok(None),
        },
    };
    let page_shows_notes = fresh && detail.notes.is_some();
    let mut person = merge_detail(hit, &detail);
    if hit.notes.is_none() && !page_shows_notes && context.settings.cards {
        person.notes = Some(context.aimfox.notes(&hit.id).await?);
    }
    Ok(Some(person))
}

fn keep_one(
    context: &Context,
    connection: &str,
    person: &Person,
    read_at: i64,
) -> Result<(), AppError> {
    let content = serde_json::to_value(Mirrored {
        person: person.clone(),
        written: false,
    })
    .map_err(error::internal)?;
    context
        .app
        .store()
        .mirror()
        .put(connection, "lead", &person.id, &content, read_at)
        .map_err(error::store)
}

/// Whether a listing shows the same profile as the lead's page did when it was read. Aimfox has no
/// change time; what a listing does not show is read again when something it does show changes.
fn same_profile(hit: &Person, known: &Person) -> bool {
    ["full_name", "headline", "location", "linkedin_url"]
        .iter()
        .all(|field| hit.fields.get(*field) == known.fields.get(*field))
}
