//! HighLevel's half of a pull.

use std::collections::{BTreeSet, HashMap, HashSet};

use foxbridge_connectors::{CallError, CustomField};
use foxbridge_contract::AppError;
use foxbridge_engine::{Action, Change, ChangeKind, Plan};
use foxbridge_model::{Person, Service, TagKey};
use foxbridge_store::LinkRow;
use futures::{StreamExt as _, TryStreamExt as _};

use super::extent::{self, Extent};
use super::{
    AT_ONCE, Context, Mirrored, Pulled, Unread, guard_listing, keep_listing, keep_one, keep_some,
    mirrored, partial,
};
use crate::error;
use crate::events::{self, About};
use crate::mapping::fields;

/// So many contacts are read one by one before they are written to for the first time.
const ONE_BY_ONE: usize = 25;

/// What was read of HighLevel.
pub(super) struct Contacts {
    pub(super) people: Vec<Person>,
    pub(super) fields: Vec<CustomField>,
    /// Every tag that the location knows or a contact carries.
    pub(super) tags: BTreeSet<TagKey>,
    /// Leads whose contact could not be read.
    pub(super) unread: Vec<Unread>,
    /// Linked contacts that are proven to be gone: not listed, and not there when asked for.
    pub(super) gone: BTreeSet<String>,
    /// How many contacts a complete compare found otherwise than known, and asking for changes would
    /// not have shown; `None` where there was none, or nothing was known yet.
    pub(super) caught: Option<usize>,
}

/// Reads every contact, or those that changed, and single ones where a listing may be older than our
/// own writes.
pub(super) async fn pull(context: &Context, links: &[LinkRow]) -> Result<Contacts, AppError> {
    let connection = &context.sync.highlevel;
    let read_at = context.app.now();
    let fields = context
        .highlevel
        .custom_fields()
        .await
        .map_err(|e| error::call(&e))?;
    fields::keep(&context.app, &context.sync, &fields)?;
    let tags = context
        .highlevel
        .tags()
        .await
        .map_err(|e| error::call(&e))?;
    let mirror = context.app.store().mirror();
    let rows = mirror.all(connection, "contact").map_err(error::store)?;
    let present: HashSet<String> = rows
        .iter()
        .filter(|row| row.missing_since.is_none())
        .map(|row| row.record_id.clone())
        .collect();
    let before = mirrored(rows);
    let extent = extent::choose(context, &fields, &before)?;
    let skew = context.highlevel.clock_skew_ms();
    let mut asked_at = skew.map(|skew| context.app.now() + skew);
    let mut people: HashMap<String, Person> = match extent {
        Extent::Whole => whole(context, &fields).await?,
        Extent::Since(_) => before
            .iter()
            .filter(|(id, _)| present.contains(*id))
            .map(|(id, known)| (id.clone(), known.person.clone()))
            .collect(),
    };
    let caught = match extent {
        Extent::Whole if !before.is_empty() => Some(caught(context, &before, &present, &people)?),
        _ => None,
    };
    let mut fresh: BTreeSet<String> = BTreeSet::new();
    if let Extent::Whole = &extent {
        let took = context.app.now() - read_at;
        asked_at = asked_at.or_else(|| extent::newest(people.values(), took));
    }
    if let Extent::Since(since) = &extent {
        let changed = context.highlevel.contacts_changed_since(since).await;
        let changed = changed.map_err(|e| error::call(&e))?;
        asked_at = asked_at.or_else(|| extent::newest(changed.iter(), 0));
        for person in changed {
            fresh.insert(person.id.clone());
            people.insert(person.id.clone(), person);
        }
    }
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
                people.get(*id).is_some_and(|now| {
                    // Older than what was read before, or not newer than before our own write.
                    newer(&known.person, now)
                        || known.writes > 1
                        || known.writes == 1 && !newer(now, &known.person)
                })
            })
            .map(|(id, _)| id.clone()),
    );
    let mut unread = Vec::new();
    let mut distrusted = Vec::new();
    fresh.extend(ask.iter().cloned());
    let mut gone = BTreeSet::new();
    for (id, read) in read_contacts(context, ask).await? {
        let link = links.iter().find(|link| link.contact_id == id);
        match read {
            Ok(Some(person)) => drop(people.insert(id, person)),
            Ok(None) => {
                people.remove(&id);
                if let Some(link) = link {
                    if let Some(known) = before.get(&id) {
                        let about = About::new(&context.app, &context.sync, Service::HighLevel)?;
                        events::detected(&context.app, &[about.gone(&known.person)])?;
                    }
                    gone.insert(link.contact_id.clone());
                }
            }
            Err(e) => {
                let name = people.get(&id).map_or(id.as_str(), |person| &person.name);
                unread.extend(link.map(|link| Unread::of_contact(link, name, &e)));
                distrusted.push(id);
            }
        }
    }
    let mut people: Vec<Person> = people.into_values().collect();
    people.sort_by(|a, b| a.id.cmp(&b.id));
    match extent {
        Extent::Whole => keep_listing(context, connection, "contact", &people, read_at)?,
        // What was not read keeps the time at which it was.
        Extent::Since(_) => keep_some(context, connection, "contact", &people, &fresh, read_at)?,
    }
    if let Some(at) = asked_at {
        extent::asked(context, at)?;
    }
    for id in distrusted {
        // What was known stays known: the next pull must ask again.
        if let Some(known) = before.get(&id) {
            let content = serde_json::to_value(known).map_err(error::internal)?;
            mirror
                .put(connection, "contact", &id, &content, read_at)
                .map_err(error::store)?;
        }
    }
    let mut names: BTreeSet<TagKey> = tags.iter().filter_map(|tag| TagKey::new(tag)).collect();
    names.extend(people.iter().flat_map(|person| person.tags.keys().cloned()));
    Ok(Contacts {
        people,
        fields,
        tags: names,
        unread,
        gone,
        caught,
    })
}

/// How many contacts are otherwise than known, or gone, without a time of change that tells.
fn caught(
    context: &Context,
    before: &HashMap<String, Mirrored>,
    present: &HashSet<String>,
    now: &HashMap<String, Person>,
) -> Result<usize, AppError> {
    let since = extent::would_ask(context, before, 0)?;
    let time = |text: &String| text.parse::<jiff::Timestamp>().ok();
    let since = since.as_ref().and_then(time);
    let told = |person: &Person| {
        let at = person.updated_at.as_ref().and_then(time);
        since.is_some_and(|since| at.is_some_and(|at| at >= since))
    };
    let otherwise = now.values().filter(|person| {
        let known = before.get(&person.id);
        // What we wrote ourselves is no find.
        let ours = known.is_some_and(|known| known.writes > 0);
        !ours && !told(person) && known.is_none_or(|known| known.person != **person)
    });
    let gone = present.iter().filter(|id| !now.contains_key(*id));
    Ok(otherwise.count() + gone.count())
}

/// Reads every contact there is.
async fn whole(
    context: &Context,
    fields: &[CustomField],
) -> Result<HashMap<String, Person>, AppError> {
    let began = context.app.now();
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
    let connection = &context.sync.highlevel;
    let listed = listing.contacts.len();
    guard_listing(context, connection, "contact", "HighLevel", listed)?;
    extent::remember(context, fields, began)?;
    let people = listing.contacts.into_iter();
    Ok(people.map(|person| (person.id.clone(), person)).collect())
}

/// Reads contacts one by one; `None` for one that is gone. One that cannot be read stops nobody.
async fn read_contacts(
    context: &Context,
    ids: BTreeSet<String>,
) -> Result<Vec<(String, Result<Option<Person>, CallError>)>, AppError> {
    let reads: Vec<_> = ids
        .into_iter()
        .map(|id| async move {
            let read = context.highlevel.contact(&id).await;
            match read {
                Err(e) if error::is_fatal(&e) => Err(error::call(&e)),
                read => Ok((id, read)),
            }
        })
        .collect();
    futures::stream::iter(reads)
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// Reads the contacts afresh that a value of Aimfox's is about to be written to: the listing may lag
/// behind an edit made in HighLevel meanwhile, and that edit must be merged, not overwritten. Gives
/// whether anything was read that the plan does not know.
pub(in crate::run) async fn refresh_edited(
    context: &Context,
    plan: &Plan,
    pulled: &mut Pulled,
) -> Result<bool, AppError> {
    let written = plan.changes.iter().filter(|change| match &change.action {
        Action::UpdateContact { fields, .. } => !fields.is_empty(),
        Action::AddTags { .. } | Action::RemoveTags { .. } => true,
        _ => false,
    });
    let (settled, met): (Vec<_>, Vec<_>) = written.partition(|change| {
        let lead = change.record.lead_id.as_ref();
        lead.is_some_and(|lead| pulled.snapshot.bases.contains_key(lead.as_str()))
    });
    let ids = |changes: &[&Change]| -> BTreeSet<String> {
        let ids = changes.iter().filter_map(|c| c.record.contact_id.as_ref());
        ids.map(String::from).collect()
    };
    let (mut edited, met) = (ids(&settled), ids(&met));
    let creates = plan.count(ChangeKind::Create) > 0;
    let mut news = false;
    if met.len() <= ONE_BY_ONE {
        edited.extend(met);
        news |= creates && look_back(context, pulled).await?;
    } else {
        // So many leads' pages take longer to read than an edit takes to show in the search.
        news |= look_back(context, pulled).await?;
    }
    if edited.is_empty() {
        return Ok(news);
    }
    let mut fresh: HashMap<String, Person> = HashMap::new();
    for (id, read) in read_contacts(context, edited).await? {
        match read {
            Ok(person) => fresh.extend(person.map(|person| (id, person))),
            Err(e) => {
                let change = plan
                    .changes
                    .iter()
                    .find(|change| change.record.contact_id.as_deref() == Some(id.as_str()));
                let Some(lead_id) = change.and_then(|c| c.record.lead_id.as_ref()) else {
                    continue;
                };
                let name = change.map_or(id.as_str(), |change| &change.record.name);
                pulled.snapshot.unread.insert(lead_id.into());
                pulled.unread.push(Unread {
                    lead_id: lead_id.into(),
                    name: name.to_owned(),
                    why: e.to_string(),
                    transient: error::is_transient(&e),
                });
            }
        }
    }
    let (connection, read_at) = (&context.sync.highlevel, context.app.now());
    for contact in &mut pulled.snapshot.contacts {
        if let Some(fresh) = fresh.get(&contact.id) {
            contact.clone_from(fresh);
            // Remembered, so that no listing older than this is believed later.
            keep_one(context, connection, "contact", fresh, read_at)?;
        }
    }
    Ok(true)
}

/// Looks for contacts that were made or changed since they were listed, which a first sync of many
/// people may have done minutes ago. Gives whether there is any.
async fn look_back(context: &Context, pulled: &mut Pulled) -> Result<bool, AppError> {
    let contacts = &mut pulled.snapshot.contacts;
    let Some(since) = extent::since(contacts.iter(), context.app.now(), 0) else {
        return Ok(false);
    };
    let read_at = context.app.now();
    let changed = context.highlevel.contacts_changed_since(&since).await;
    let places = contacts.iter().map(|contact| contact.id.clone());
    let places: HashMap<String, usize> = places.zip(0..).collect();
    let mut news = false;
    for person in changed.map_err(|e| error::call(&e))? {
        match places.get(&person.id) {
            Some(place) if !newer(&person, &contacts[*place]) => continue,
            Some(place) => contacts[*place].clone_from(&person),
            None => contacts.push(person.clone()),
        }
        keep_one(
            context,
            &context.sync.highlevel,
            "contact",
            &person,
            read_at,
        )?;
        news = true;
    }
    contacts.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(news)
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
