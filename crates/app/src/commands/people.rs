//! People: the list, and one of them.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::collections::BTreeSet;

use foxbridge_contract::{
    AppError, FieldValue, PeopleCounts, PeoplePage, PeopleQuery, PersonDetail, PersonLink,
    PersonQuery, PersonRecord, PersonRow, PersonState,
};
use foxbridge_engine::{How, find_card};
use foxbridge_model::{Person, Service, Value, profile_url};
use foxbridge_store::{ConnectionRow, MirrorRow, PeopleFilter, SyncRow};

use super::{activity, syncs};
use crate::mapping::fields;
use crate::names::{self, Named, Names};
use crate::{App, convert, error, people, run};

/// As many changes as the page of a person shows.
const HISTORY: u32 = 200;

pub(super) async fn people_list(app: &App, request: PeopleQuery) -> Result<PeoplePage, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let app = app.clone();
    // A search through 100,000 people is quick, but no command may hold up the others.
    tokio::task::spawn_blocking(move || {
        if !app.store().people().any(&sync.id).map_err(error::store)? {
            // Read by an older version, or never; the mirror may know more than the list.
            people::refresh(&app, &sync)?;
        }
        page(&app, &request)
    })
    .await
    .map_err(error::internal)?
}

fn page(app: &App, request: &PeopleQuery) -> Result<PeoplePage, AppError> {
    let store = app.store().people();
    let search = request.search.as_deref();
    let found = store.counts(&request.sync, search).map_err(error::store)?;
    let of = |state: PersonState| {
        let n = found.states.get(&convert::word(&state));
        n.copied().unwrap_or_default()
    };
    let counts = PeopleCounts {
        all: found.states.values().sum(),
        linked: of(PersonState::Linked),
        lead: of(PersonState::Lead),
        excluded: of(PersonState::Excluded),
        not_in_aimfox: of(PersonState::NotInAimfox),
        contact: of(PersonState::Contact),
        needs_you: found.needs_you,
    };
    let filter = PeopleFilter {
        state: request.state.map(|state| convert::word(&state)),
        needs_you: request.needs_you,
        search: request.search.clone(),
    };
    let limit = request.limit.min(1_000);
    let rows = store
        .page(&request.sync, &filter, request.offset, limit)
        .map_err(error::store)?;
    let total = match (request.state, request.needs_you) {
        (None, false) => counts.all,
        (None, true) => counts.needs_you,
        (Some(state), _) => of(state),
    };
    Ok(PeoplePage {
        total,
        counts,
        people: rows
            .into_iter()
            .map(|row| PersonRow {
                state: state_of(&row.state),
                name: row.name,
                detail: row.detail,
                lead_id: row.lead_id,
                contact_id: row.contact_id,
                needs_you: row.needs_you,
            })
            .collect(),
    })
}

fn state_of(word: &str) -> PersonState {
    serde_json::from_value(word.into()).unwrap_or(PersonState::Contact)
}

pub(super) async fn people_get(app: &App, request: PersonQuery) -> Result<PersonDetail, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let (lead_id, contact_id) = (request.lead_id.as_deref(), request.contact_id.as_deref());
    let link = app
        .store()
        .links()
        .of_person(&sync.id, lead_id, contact_id)
        .map_err(error::store)?;
    let lead_id = request
        .lead_id
        .or_else(|| link.as_ref().map(|link| link.lead_id.clone()));
    let contact_id = request
        .contact_id
        .or_else(|| link.as_ref().map(|link| link.contact_id.clone()));
    let lead = record(app, &sync, Service::Aimfox, lead_id.as_deref())?;
    let contact = record(app, &sync, Service::HighLevel, contact_id.as_deref())?;
    learn_names(app, &sync, lead_id.as_deref(), contact_id.as_deref())?;
    let name = lead
        .as_ref()
        .or(contact.as_ref())
        .map(|(name, _)| name.clone())
        .ok_or_else(|| {
            let id = lead_id.as_deref().or(contact_id.as_deref());
            error::not_found("person", id.unwrap_or_default())
        })?;
    let history = app
        .store()
        .journal()
        .of_person(&sync.id, lead_id.as_deref(), contact_id.as_deref(), HISTORY)
        .map_err(error::store)?;
    let needs_you = run::needs_you(app, &sync.id)?
        .into_iter()
        .filter(|question| {
            let about = |id: &Option<String>, whose: &Option<String>| id.is_some() && id == whose;
            about(&question.record.lead_id, &lead_id)
                || about(&question.record.contact_id, &contact_id)
        })
        .collect();
    Ok(PersonDetail {
        name,
        lead: lead.map(|(_, record)| record),
        contact: contact.map(|(_, record)| record),
        link: link.map(|link| PersonLink {
            how: serde_json::from_value::<How>(link.how.into())
                .unwrap_or(How::Stamp)
                .words()
                .to_owned(),
            since: convert::time(link.created_at),
            broken: link.broken,
        }),
        needs_you,
        history: history
            .into_iter()
            .map(|row| activity::entry(app, &foxbridge_store::ActivityRow::Change(Box::new(row))))
            .collect::<Result<_, _>>()?,
    })
}

/// Asks for the names behind the ids of somebody's records, where they are not known: the page is
/// there before them, and hears of them when they come.
fn learn_names(
    app: &App,
    sync: &SyncRow,
    lead_id: Option<&str>,
    contact_id: Option<&str>,
) -> Result<(), AppError> {
    let mirror = app.store().mirror();
    for of in Named::ALL {
        let (connection, object, id) = match of {
            Named::Seat => (&sync.aimfox, "lead", lead_id),
            Named::User | Named::Business => (&sync.highlevel, "contact", contact_id),
        };
        let Some(id) = id else { continue };
        let row = mirror.get(connection, object, id).map_err(error::store)?;
        let person = row.and_then(|row| run::mirrored_person(row.content));
        let ids: BTreeSet<String> = match person.as_ref().and_then(|p| p.fields.get(of.field())) {
            None => continue,
            Some(Value::List(ids)) => ids.iter().cloned().collect(),
            Some(id) => BTreeSet::from([id.display()]),
        };
        names::of(app, sync, of, ids, "people.get")?;
    }
    Ok(())
}

fn record(
    app: &App,
    sync: &SyncRow,
    service: Service,
    id: Option<&str>,
) -> Result<Option<(String, PersonRecord)>, AppError> {
    let Some(id) = id else { return Ok(None) };
    let (connection, object) = match service {
        Service::Aimfox => (&sync.aimfox, "lead"),
        Service::HighLevel => (&sync.highlevel, "contact"),
    };
    let row = app
        .store()
        .mirror()
        .get(connection, object, id)
        .map_err(error::store)?;
    let account = app
        .store()
        .connections()
        .get(connection)
        .map_err(error::store)?;
    let words = Words {
        labels: labels(app, sync, service)?,
        names: Named::ALL
            .into_iter()
            .map(|of| Ok((of, names::last_known(app, sync, of)?)))
            .collect::<Result<_, AppError>>()?,
    };
    Ok(row.and_then(|row| shown(row, account.as_ref(), &words)))
}

/// What the fields of a side's records are called, and what their ids stand for.
struct Words {
    labels: Vec<(String, String)>,
    names: Vec<(Named, Names)>,
}

/// Names of a side's fields, in the order in which people look for them.
fn labels(app: &App, sync: &SyncRow, service: Service) -> Result<Vec<(String, String)>, AppError> {
    let fields = match service {
        Service::Aimfox => fields::aimfox(),
        Service::HighLevel => fields::highlevel_fields(&fields::last_known(app, sync)?),
    };
    let fields = fields.into_iter().map(|field| (field.id, field.label));
    let named = Named::ALL
        .into_iter()
        .map(|of| (of.field().to_owned(), of.label().to_owned()));
    Ok(fields.chain(named).collect())
}

fn shown(
    row: MirrorRow,
    account: Option<&ConnectionRow>,
    words: &Words,
) -> Option<(String, PersonRecord)> {
    let person = run::mirrored_person(row.content)?;
    let card = person.notes.as_deref().and_then(find_card);
    let record = PersonRecord {
        service: convert::service(person.service),
        url: account.and_then(|account| address(account, &person)),
        fields: values(&person, words),
        tags: person
            .tags
            .iter()
            .map(|(_, name)| name.to_owned())
            .collect(),
        campaigns: person.origins.iter().map(|o| o.name.clone()).collect(),
        card: card.map(|card| card.text),
        read_at: convert::time(row.read_at),
        missing_since: row.missing_since.map(convert::time),
        id: person.id,
    };
    Some((person.name, record))
}

fn values(person: &Person, Words { labels, names }: &Words) -> Vec<FieldValue> {
    let shown = |field: &str, value: &Value| {
        let named = names.iter().find(|(of, _)| of.field() == field);
        named.map_or_else(|| value.display(), |(_, names)| names::shown(value, names))
    };
    let known = |field: &str| labels.iter().position(|(id, _)| id == field);
    let mut fields: Vec<_> = person
        .fields
        .iter()
        .filter(|(field, _)| field.as_str() != "lead_id")
        .collect();
    fields.sort_by_key(|(field, _)| known(field).unwrap_or(usize::MAX));
    fields
        .into_iter()
        .map(|(field, value)| FieldValue {
            field: field.clone(),
            label: known(field).map_or_else(|| field.clone(), |at| labels[at].1.clone()),
            value: shown(field, value),
        })
        .collect()
}

/// Where a record is on the web. Aimfox documents no address of a lead, so its LinkedIn profile
/// stands in.
fn address(account: &ConnectionRow, person: &Person) -> Option<String> {
    if account.sample {
        return None;
    }
    match person.service {
        Service::HighLevel => {
            let location = account.account.as_ref()?;
            let mut url = url::Url::parse("https://app.gohighlevel.com/v2/location/").ok()?;
            let mut path = url.path_segments_mut().ok()?;
            path.pop_if_empty()
                .push(location)
                .extend(["contacts", "detail"])
                .push(&person.id);
            drop(path);
            Some(url.into())
        }
        Service::Aimfox => person.identities.slugs.first().map(profile_url),
    }
}
