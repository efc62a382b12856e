//! Aimfox's half of a pull.

use std::collections::{BTreeSet, HashMap};

use foxbridge_connectors::{CallError, Label, merge_detail};
use foxbridge_contract::{AppError, Phase};
use foxbridge_model::Person;
use foxbridge_store::LinkRow;
use futures::StreamExt as _;

use super::{AT_ONCE, Context, extent, guard_listing, keep_listing, keep_one, mirrored, partial};
use crate::error;

/// A person whose lead or contact could not be read.
pub(in crate::run) struct Unread {
    pub(in crate::run) lead_id: String,
    pub(in crate::run) name: String,
    /// Why, as a sentence.
    pub(in crate::run) why: String,
    /// Whether it may well work in a moment.
    pub(in crate::run) transient: bool,
}

impl Unread {
    /// A linked person whose contact could not be read.
    pub(super) fn of_contact(link: &LinkRow, name: &str, error: &CallError) -> Self {
        Self {
            lead_id: link.lead_id.clone(),
            name: name.to_owned(),
            why: error.to_string(),
            transient: error::is_transient(error),
        }
    }

    fn new(lead: &Person, why: String, transient: bool) -> Self {
        Self {
            lead_id: lead.id.clone(),
            name: lead.name.clone(),
            why,
            transient,
        }
    }
}

/// What was read of Aimfox.
pub(super) struct Leads {
    pub(super) people: Vec<Person>,
    pub(super) labels: Vec<Label>,
    pub(super) unread: Vec<Unread>,
    /// Linked leads that are proven to be gone: not listed, and not there when asked for.
    pub(super) gone: BTreeSet<String>,
    /// Pages that a complete compare read again, and that nothing had told to be otherwise.
    pub(super) caught: usize,
}

const DAY_MS: i64 = 86_400_000;
/// A lead's page has no time of change, and its listing shows only part of it
/// (`facts/aimfox.md` §3): of the pages that are known, a complete compare reads so many parts.
const TURNS: u64 = 7;

/// Whether a lead's page is read again by a complete compare of this day: each once a week.
fn in_turn(id: &str, now: i64) -> bool {
    let day = u64::try_from(now / DAY_MS).unwrap_or_default();
    id.parse::<u64>().unwrap_or_default() % TURNS == day % TURNS
}

/// Reads every lead, and the pages of those that take part.
pub(super) async fn pull(context: &Context, links: &[LinkRow]) -> Result<Leads, AppError> {
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
    let listed: BTreeSet<String> = listing.leads.iter().map(|lead| lead.id.clone()).collect();
    let mut people = Vec::with_capacity(listing.leads.len());
    let mut to_read = Vec::new();
    let compares = extent::compares(context)?;
    let mut compared: HashMap<String, Person> = HashMap::new();
    for hit in listing.leads {
        let takes_part =
            context.settings.filter.admits(&hit) && context.settings.people.may_admit(&hit);
        if !linked.contains(hit.id.as_str()) && !takes_part {
            people.push(hit);
            continue;
        }
        let known = before
            .get(&hit.id)
            .map(|known| &known.person)
            .filter(|known| known.detailed && same_profile(&hit, known));
        match known {
            Some(known) if compares && in_turn(&hit.id, read_at) => {
                compared.insert(hit.id.clone(), merge_detail(&hit, known));
                to_read.push((hit, None));
            }
            Some(known) if hit.notes.is_some() || !context.settings.reads_notes() => {
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
    let (mut done, mut caught) = (0, 0);
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
                let other = |known: &Person| {
                    known.fields != person.fields || known.identities != person.identities
                };
                caught += usize::from(compared.get(&hit.id).is_some_and(other));
                // Kept at once: a run that is cut short must not pay for the same page again.
                keep_one(context, connection, "lead", &person, read_at)?;
                people.push(person);
            }
            Ok(None) => {
                let why = "Aimfox lists the lead and then denies that it is there.".to_owned();
                unread.push(Unread::new(&hit, why, false));
                people.push(hit);
            }
            Err(e) if error::is_fatal(&e) => return Err(error::call(&e)),
            // Its page is known; another compare reads it again.
            Err(_) if hit.notes.is_some() && compared.contains_key(&hit.id) => {
                people.extend(compared.remove(&hit.id));
            }
            Err(e) => {
                unread.push(Unread::new(&hit, e.to_string(), error::is_transient(&e)));
                people.push(hit);
            }
        }
    }
    drop(reading);
    let mut gone = BTreeSet::new();
    for link in links
        .iter()
        .filter(|link| link.broken.is_none() && !listed.contains(&link.lead_id))
    {
        // A linked lead that is not listed is not proven to be gone: it is asked for by its id.
        match one(context, &link.lead_id).await {
            Ok(Some(lead)) => people.push(lead),
            Ok(None) => drop(gone.insert(link.lead_id.clone())),
            Err(e) if error::is_fatal(&e) => return Err(error::call(&e)),
            Err(e) => {
                let known = before.get(&link.lead_id).map(|known| &known.person.name);
                let name = known.map_or(link.lead_id.as_str(), String::as_str);
                unread.push(Unread::of_contact(link, name, &e));
            }
        }
    }
    people.sort_by(|a, b| a.id.cmp(&b.id));
    keep_listing(context, connection, "lead", &people, read_at)?;
    Ok(Leads {
        people,
        labels,
        unread,
        gone,
        caught,
    })
}

/// A lead as it is now, with its notes; `None` when there is none with this id.
pub(in crate::run) async fn one(context: &Context, id: &str) -> Result<Option<Person>, CallError> {
    let Some(mut lead) = context.aimfox.lead(id).await? else {
        return Ok(None);
    };
    if lead.notes.is_none() {
        lead.notes = Some(context.aimfox.notes(id).await?);
    }
    Ok(Some(lead))
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
    if hit.notes.is_none() && !page_shows_notes && context.settings.reads_notes() {
        person.notes = Some(context.aimfox.notes(&hit.id).await?);
    }
    Ok(Some(person))
}

/// Whether a listing shows the same profile as the lead's page did when it was read. Aimfox has no
/// change time; what a listing does not show is read again when something it does show changes.
fn same_profile(hit: &Person, known: &Person) -> bool {
    ["full_name", "headline", "location", "linkedin_url"]
        .iter()
        .all(|field| hit.fields.get(*field) == known.fields.get(*field))
}
