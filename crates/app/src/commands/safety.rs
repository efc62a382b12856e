//! Whom a sync is narrowed to, and what it is careful about.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::collections::HashMap;

use foxbridge_contract::{
    AppError, CountPeople, DeletePolicyName, FilterValueCount, FilterValues, PeopleCount,
    SetSafety, SyncGuards, SyncId, SyncSafety,
};
use foxbridge_engine::{DeletePolicy, Guards, Settings};
use foxbridge_model::{Person, Value};

use super::syncs;
use crate::names::{self, Named};
use crate::{App, answering, error, run};

fn shown_guards(guards: &Guards) -> SyncGuards {
    SyncGuards {
        shrink_percent: guards.shrink_percent,
        update_percent: guards.update_percent,
        update_floor: guards.update_floor,
        create_floor: guards.create_floor,
        delete_percent: guards.delete_percent,
        delete_floor: guards.delete_floor,
        everything_percent: guards.everything_percent,
        everything_floor: guards.everything_floor,
        changed_filter: guards.changed_filter,
        edits_per_hour: guards.edits_per_hour,
        writes_per_day: guards.writes_per_day,
    }
}

fn shown(settings: &Settings, compare_hours: u32) -> SyncSafety {
    SyncSafety {
        filter: settings.people.to_string(),
        deletes: match settings.deletes {
            DeletePolicy::Ignore => DeletePolicyName::Ignore,
            DeletePolicy::UnlinkAndTag => DeletePolicyName::UnlinkAndTag,
            DeletePolicy::DeleteAfterApproval => DeletePolicyName::DeleteAfterApproval,
        },
        guards: shown_guards(&settings.guards),
        usual: shown_guards(&Guards::default()),
        compare_hours,
    }
}

pub(super) async fn syncs_safety_get(app: &App, request: SyncId) -> Result<SyncSafety, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let hours = run::compare_hours(app, &sync.id)?;
    Ok(shown(&syncs::settings(&sync)?, hours))
}

pub(super) async fn syncs_safety_set(
    app: &App,
    request: SetSafety,
) -> Result<SyncSafety, AppError> {
    let found = syncs::find(app, &request.sync)?;
    let _still = run::hold(app, &found)?;
    // Read again under the lock: somebody may have saved meanwhile.
    let mut sync = syncs::find(app, &request.sync)?;
    let mut settings = syncs::settings(&sync)?;
    if let Some(filter) = &request.filter {
        settings.people = answering::filter(filter)?;
    }
    if let Some(deletes) = request.deletes {
        settings.deletes = match deletes {
            DeletePolicyName::Ignore => DeletePolicy::Ignore,
            DeletePolicyName::UnlinkAndTag => DeletePolicy::UnlinkAndTag,
            DeletePolicyName::DeleteAfterApproval => DeletePolicy::DeleteAfterApproval,
        };
    }
    if let Some(guards) = request.guards {
        settings.guards = Guards {
            shrink_percent: guards.shrink_percent,
            update_percent: guards.update_percent,
            update_floor: guards.update_floor,
            create_floor: guards.create_floor,
            delete_percent: guards.delete_percent,
            delete_floor: guards.delete_floor,
            everything_percent: guards.everything_percent,
            everything_floor: guards.everything_floor,
            changed_filter: guards.changed_filter,
            edits_per_hour: guards.edits_per_hour,
            writes_per_day: guards.writes_per_day,
        };
    }
    if let Some(hours) = request.compare_hours {
        run::set_compare_hours(app, &sync.id, hours)?;
    }
    sync.config = serde_json::to_value(&settings).map_err(error::internal)?;
    app.store().syncs().update(&sync).map_err(error::store)?;
    app.changed(&["syncs.safety_get", "syncs.get", "syncs.list"]);
    Ok(shown(&settings, run::compare_hours(app, &sync.id)?))
}

pub(super) async fn syncs_count_people(
    app: &App,
    request: CountPeople,
) -> Result<PeopleCount, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let settings = syncs::settings(&sync)?;
    let filter = answering::filter(&request.filter)?;
    let app = app.clone();
    let count = move || -> Result<PeopleCount, AppError> {
        let leads = mirrored(&app, &sync.aimfox, "lead")?;
        let contacts = mirrored(&app, &sync.highlevel, "contact")?;
        let links = app.store().links().list(&sync.id).map_err(error::store)?;
        let contact_of: HashMap<&str, &Person> = links
            .iter()
            .filter_map(|link| Some((link.lead_id.as_str(), contacts.get(&link.contact_id)?)))
            .collect();
        let mut count = PeopleCount { people: 0, of: 0 };
        for lead in leads.values() {
            let contact = contact_of.get(lead.id.as_str()).copied();
            if contact.is_none() && !settings.filter.admits(lead) {
                continue;
            }
            count.of += 1;
            count.people += u32::from(filter.admits(Some(lead), contact));
        }
        Ok(count)
    };
    tokio::task::spawn_blocking(count)
        .await
        .map_err(error::internal)?
}

/// The records of a connection as they were last read, by id.
fn mirrored(
    app: &App,
    connection: &str,
    object: &str,
) -> Result<HashMap<String, Person>, AppError> {
    let rows = app
        .store()
        .mirror()
        .all(connection, object)
        .map_err(error::store)?;
    let people = rows.into_iter().filter(|row| row.missing_since.is_none());
    Ok(people
        .filter_map(|row| run::mirrored_person(row.content))
        .map(|person| (person.id.clone(), person))
        .collect())
}

/// As many values of one kind as a list may show.
const MOST_VALUES: usize = 500;

pub(super) async fn syncs_filter_values(
    app: &App,
    request: SyncId,
) -> Result<FilterValues, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let (of, reader) = (sync.clone(), app.clone());
    let collect = move || -> Result<FilterValues, AppError> {
        let (sync, app) = (of, reader);
        let leads = mirrored(&app, &sync.aimfox, "lead")?;
        let contacts = mirrored(&app, &sync.highlevel, "contact")?;
        let leads: Vec<&Person> = leads.values().collect();
        let contacts: Vec<&Person> = contacts.values().collect();
        let tags = |person: &Person| -> Vec<String> {
            let tags = person.tags.iter();
            tags.map(|(tag, _)| tag.as_str().to_owned()).collect()
        };
        let field = |name: &'static str| {
            move |person: &Person| match person.fields.get(name) {
                None => Vec::new(),
                Some(Value::List(items)) => items.to_vec(),
                Some(value) => vec![value.display()],
            }
        };
        Ok(FilterValues {
            tags: counted(&contacts, tags),
            labels: counted(&leads, tags),
            campaigns: counted(&leads, |lead| {
                lead.origins.iter().map(|o| o.name.clone()).collect()
            }),
            businesses: counted(&contacts, field(Named::Business.field())),
            assigned: counted(&contacts, field(Named::User.field())),
            seats: counted(&leads, field(Named::Seat.field())),
        })
    };
    let mut values = tokio::task::spawn_blocking(collect)
        .await
        .map_err(error::internal)??;
    for (of, list) in [
        (Named::Business, &mut values.businesses),
        (Named::User, &mut values.assigned),
        (Named::Seat, &mut values.seats),
    ] {
        let ids = list.iter().map(|one| one.value.clone()).collect();
        let mut names = names::of(app, &sync, of, ids, "syncs.filter_values")?;
        for one in list {
            one.name = names.remove(&one.value).filter(|name| !name.is_empty());
        }
    }
    Ok(values)
}

/// How many people have each value, most first.
fn counted(people: &[&Person], values: impl Fn(&Person) -> Vec<String>) -> Vec<FilterValueCount> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for person in people {
        for value in values(person) {
            *counts.entry(value).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts
        .into_iter()
        .map(|(value, people)| FilterValueCount {
            value,
            name: None,
            people,
        })
        .collect();
    counts.sort_by(|a, b| b.people.cmp(&a.people).then_with(|| a.value.cmp(&b.value)));
    counts.truncate(MOST_VALUES);
    counts
}
