//! Pull: reads both services into the mirror, and the mirror into a snapshot.

mod contacts;
mod extent;
pub(in crate::run) mod items;
mod leads;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foxbridge_connectors::Label;
use foxbridge_contract::{AppError, ErrorCode, Phase};
use foxbridge_engine::{Base, Link, Snapshot, StampField, check_listing};
use foxbridge_model::{Person, Service, TagKey};
use foxbridge_store::MirrorRow;
use serde::{Deserialize, Serialize};

pub(super) use contacts::refresh_edited;
pub(crate) use extent::{compare_hours, set_compare_hours};
pub(super) use items::read_items;
pub(super) use leads::{Unread, one as one_lead};

use super::steps::{Context, first_run_key};
use super::{guards, seen};
use crate::error;
use crate::events::{About, detector};

/// How long HighLevel's search may show an older state after a write. "A few seconds" is documented
/// (`facts/highlevel.md` §2.1); this leaves room.
pub(crate) const INDEX_LAG_MS: i64 = 15_000;

/// Reads of single records under way at once.
pub(super) const AT_ONCE: usize = 8;

/// A record in the mirror.
#[derive(Serialize, Deserialize)]
pub(crate) struct Mirrored {
    pub(crate) person: Person,
    /// How often we wrote to the record after this reading: a listing that shows no newer change
    /// time than this one is older than our write, and one that does may still lack a second write.
    #[serde(default)]
    pub(crate) writes: u32,
}

/// What was read.
pub(super) struct Pulled {
    pub(super) snapshot: Snapshot,
    /// Labels of the workspace.
    pub(super) labels: HashMap<TagKey, Label>,
    /// Leads that take part and could not be read.
    pub(super) unread: Vec<Unread>,
    /// What a complete compare found that nothing had told of: contacts, pages of leads, and notes.
    pub(super) caught: Option<usize>,
    /// Kinds of items that may not be read.
    pub(super) withheld: Vec<items::Withheld>,
    /// Leads with whom there is a conversation, where conversations take part.
    pub(super) talked: BTreeSet<String>,
}

/// Reads everything that a plan is made from.
pub(super) async fn pull(context: &Context) -> Result<Pulled, AppError> {
    await_open_creates(context).await?;
    context
        .reporter
        .step(Phase::Pull, "Reading contacts and leads");
    let store = context.app.store();
    let links = store.links().list(&context.sync.id).map_err(error::store)?;
    let (contacts, mut leads) = futures::try_join!(
        contacts::pull(context, &links),
        leads::pull(context, &links)
    )?;
    leads.unread.extend(contacts.unread);
    settle_found_creates(context, &contacts.people)?;

    let bases = bases(context)?;
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
    let broken = links
        .iter()
        .filter(|link| link.broken.is_some())
        .map(|link| link.lead_id.clone())
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
                lead_id: link.lead_id.into(),
                contact_id: link.contact_id.into(),
                how: serde_json::from_value(link.how.into())
                    .unwrap_or(foxbridge_engine::How::Stamp),
            })
            .collect(),
        bases,
        highlevel_tags: contacts.tags,
        aimfox_labels: labels.keys().cloned().collect(),
        stamp_fields,
        first_run,
        items: HashMap::new(),
        local: items::local(context).await?,
        answers: context.answers.clone(),
        broken,
        gone_leads: leads.gone,
        gone_contacts: contacts.gone,
        reshaped: guards::reshaped(context)?,
        only: context.only.clone(),
        seen: seen::load(context)?,
    };
    Ok(Pulled {
        snapshot,
        labels,
        unread: leads.unread,
        caught: contacts.caught.map(|caught| caught + leads.caught),
        withheld: Vec::new(),
        talked: BTreeSet::new(),
    })
}

/// The bases of a sync, by lead id.
pub(super) fn bases(context: &Context) -> Result<HashMap<String, Base>, AppError> {
    let bases = context.app.store().base().all(&context.sync.id);
    bases
        .map_err(error::store)?
        .into_iter()
        .map(|(lead, base)| Ok((lead, serde_json::from_value(base).map_err(error::internal)?)))
        .collect()
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
        .filter(|row| row.place == "highlevel" && row.kind == "create")
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

/// Whose records an object's are, for the events.
fn about(context: &Context, object: &str) -> Result<About, AppError> {
    let service = match object {
        "lead" => Service::Aimfox,
        _ => Service::HighLevel,
    };
    About::new(&context.app, &context.sync, service)
}

/// People as the mirror keeps them when they have just been read.
fn records<'a>(
    people: impl Iterator<Item = &'a Person>,
) -> Result<Vec<(String, serde_json::Value)>, AppError> {
    people
        .map(|person| {
            let mirrored = Mirrored {
                person: person.clone(),
                writes: 0,
            };
            let content = serde_json::to_value(mirrored).map_err(error::internal)?;
            Ok((person.id.clone(), content))
        })
        .collect()
}

/// Keeps a complete listing: whoever is not in it is missing.
fn keep_listing(
    context: &Context,
    connection: &str,
    object: &str,
    people: &[Person],
    read_at: i64,
) -> Result<(), AppError> {
    let about = about(context, object)?;
    let records = records(people.iter())?;
    let mirror = context.app.store().mirror();
    mirror
        .put_listing_telling(connection, object, &records, read_at, &mut detector(&about))
        .map_err(error::store)
}

/// Keeps those of `people` whose ids were read; an id that is nobody's any more is forgotten.
fn keep_some(
    context: &Context,
    connection: &str,
    object: &str,
    people: &[Person],
    read: &BTreeSet<String>,
    read_at: i64,
) -> Result<(), AppError> {
    let about = about(context, object)?;
    let there = people.iter().filter(|person| read.contains(&person.id));
    let records = records(there)?;
    let mirror = context.app.store().mirror();
    let there: BTreeSet<&str> = records.iter().map(|(id, _)| id.as_str()).collect();
    for id in read.iter().filter(|id| !there.contains(id.as_str())) {
        mirror
            .remove(connection, object, id)
            .map_err(error::store)?;
    }
    mirror
        .put_some_telling(connection, object, &records, read_at, &mut detector(&about))
        .map_err(error::store)
}

fn keep_one(
    context: &Context,
    connection: &str,
    object: &str,
    person: &Person,
    read_at: i64,
) -> Result<(), AppError> {
    let about = about(context, object)?;
    let content = serde_json::to_value(Mirrored {
        person: person.clone(),
        writes: 0,
    })
    .map_err(error::internal)?;
    context
        .app
        .store()
        .mirror()
        .put_some_telling(
            connection,
            object,
            &[(person.id.clone(), content)],
            read_at,
            &mut detector(&about),
        )
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
    match check_listing(what, before as usize, now, &context.guards) {
        Err(stop) if !guards::approved(context, &stop, None) => {
            Err(guards::stop(context, stop, None)?)
        }
        _ => Ok(()),
    }
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
