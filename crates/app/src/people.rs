//! The list of a sync's people: made from what was last read, after every run and rehearsal.

use std::collections::{BTreeSet, HashMap};

use foxbridge_contract::{AppError, PersonState};
use foxbridge_model::Person;
use foxbridge_store::{PersonRow, SyncRow};

use crate::commands::sync_settings;
use crate::mapping::known;
use crate::{App, convert, error};

/// Makes the list anew. Blocking: tens of thousands of people take a moment.
pub(crate) fn refresh(app: &App, sync: &SyncRow) -> Result<(), AppError> {
    let leads = known::leads(app, sync)?;
    let contacts = known::contacts(app, sync)?;
    let links = known::links(app, sync)?;
    let filter = sync_settings(sync)?.filter;
    let asked = asked(app, sync)?;

    let contact_of: HashMap<&str, &str> = links
        .iter()
        .map(|link| (link.lead_id.as_str(), link.contact_id.as_str()))
        .collect();
    let linked: BTreeSet<&str> = contact_of.values().copied().collect();
    let by_id: HashMap<&str, &Person> = contacts
        .iter()
        .map(|contact| (contact.id.as_str(), contact))
        .collect();
    let lead_ids: BTreeSet<_> = leads
        .iter()
        .filter_map(|lead| lead.identities.lead_id)
        .collect();
    let slugs: BTreeSet<_> = leads
        .iter()
        .flat_map(|lead| &lead.identities.slugs)
        .collect();

    let mut rows = Vec::with_capacity(leads.len() + contacts.len());
    for lead in &leads {
        let contact_id = contact_of.get(lead.id.as_str()).copied();
        let contact = contact_id.and_then(|id| by_id.get(id).copied());
        let state = if contact_id.is_some() {
            PersonState::Linked
        } else if filter.admits(lead) {
            PersonState::Lead
        } else {
            PersonState::Excluded
        };
        rows.push(row(Some(lead), contact, contact_id, state, &asked));
    }
    for contact in &contacts {
        if linked.contains(contact.id.as_str()) {
            continue;
        }
        let who = &contact.identities;
        let member = who.urn.as_ref().and_then(|urn| urn.lead_id());
        let on_linkedin = member.is_some() || !who.slugs.is_empty();
        let is_lead = member.is_some_and(|id| lead_ids.contains(&id))
            || who.slugs.iter().any(|slug| slugs.contains(slug));
        let state = if on_linkedin && !is_lead {
            PersonState::NotInAimfox
        } else {
            PersonState::Contact
        };
        rows.push(row(None, Some(contact), Some(&contact.id), state, &asked));
    }
    app.store()
        .people()
        .replace_all(&sync.id, &rows)
        .map_err(error::store)?;
    app.changed(&["people.list", "people.get"]);
    Ok(())
}

/// Ids of the records that questions are about, of either service.
fn asked(app: &App, sync: &SyncRow) -> Result<BTreeSet<String>, AppError> {
    let mut ids = BTreeSet::new();
    for question in crate::run::needs_you(app, &sync.id)? {
        ids.extend(question.record.lead_id);
        ids.extend(question.record.contact_id);
    }
    Ok(ids)
}

fn row(
    lead: Option<&Person>,
    contact: Option<&Person>,
    contact_id: Option<&str>,
    state: PersonState,
    asked: &BTreeSet<String>,
) -> PersonRow {
    let shown = lead.or(contact);
    let name = shown.map_or_else(String::new, |person| person.name.clone());
    let lead_id = lead.map(|lead| lead.id.clone());
    let contact_id = contact_id.map(str::to_owned);
    let needs_you = [&lead_id, &contact_id]
        .into_iter()
        .flatten()
        .any(|id| asked.contains(id));
    let both = [contact, lead];
    let field = |names: [&str; 2]| {
        both.iter()
            .zip(names)
            .find_map(|(person, name)| person.as_ref()?.fields.get(name))
            .map(foxbridge_model::Value::display)
    };
    let detail = [
        field(["email", "email"]),
        field(["companyName", "company"]),
        field(["phone", "phone"]),
        field(["source", "headline"]),
    ]
    .into_iter()
    .flatten()
    .next()
    .unwrap_or_default();
    PersonRow {
        search: words(&both, &name, lead_id.as_deref(), contact_id.as_deref()),
        lead_id,
        contact_id,
        name,
        detail,
        state: convert::word(&state),
        needs_you,
    }
}

/// Every word somebody is found by.
fn words(
    both: &[Option<&Person>; 2],
    name: &str,
    lead: Option<&str>,
    contact: Option<&str>,
) -> String {
    const FIELDS: [&str; 8] = [
        "firstName",
        "lastName",
        "companyName",
        "company",
        "headline",
        "job_title",
        "city",
        "location",
    ];
    let mut words: Vec<String> = vec![name.to_owned()];
    words.extend(lead.map(str::to_owned));
    words.extend(contact.map(str::to_owned));
    for person in both.iter().flatten() {
        words.push(person.name.clone());
        words.extend(person.identities.emails.iter().map(ToString::to_string));
        words.extend(person.identities.phones.iter().map(ToString::to_string));
        words.extend(
            person
                .identities
                .slugs
                .iter()
                .map(|slug| slug.as_str().to_owned()),
        );
        words.extend(
            FIELDS
                .iter()
                .filter_map(|field| person.fields.get(*field))
                .map(foxbridge_model::Value::display),
        );
        words.extend(person.tags.iter().map(|(_, name)| name.to_owned()));
    }
    words.sort_unstable();
    words.dedup();
    words.join("\n")
}
