//! HighLevel's half of a pull.

use std::collections::{BTreeSet, HashMap};

use foxbridge_connectors::CustomField;
use foxbridge_contract::AppError;
use foxbridge_engine::{Action, Plan};
use foxbridge_model::{Person, TagKey};
use foxbridge_store::LinkRow;
use futures::{StreamExt as _, TryStreamExt as _};

use super::{AT_ONCE, Context, Pulled, guard_listing, keep_listing, mirrored, partial};
use crate::error;

/// What was read of HighLevel.
pub(super) struct Contacts {
    pub(super) people: Vec<Person>,
    pub(super) fields: Vec<CustomField>,
    /// Every tag that the location knows or a contact carries.
    pub(super) tags: BTreeSet<TagKey>,
}

/// Reads every contact, and single ones where the listing may be older than our own writes.
pub(super) async fn pull(context: &Context, links: &[LinkRow]) -> Result<Contacts, AppError> {
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
pub(in crate::run) async fn refresh_edited(
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
