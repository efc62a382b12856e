//! Whom a sync is narrowed to, and what it is careful about.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use std::collections::HashMap;

use foxbridge_contract::{
    AppError, CountPeople, DeletePolicyName, PeopleCount, SetSafety, SyncGuards, SyncId, SyncSafety,
};
use foxbridge_engine::{DeletePolicy, Guards, Settings};
use foxbridge_model::Person;

use super::syncs;
use crate::{App, answering, error, run};

fn shown(settings: &Settings) -> SyncSafety {
    let guards = settings.guards;
    SyncSafety {
        filter: settings.people.to_string(),
        deletes: match settings.deletes {
            DeletePolicy::Ignore => DeletePolicyName::Ignore,
            DeletePolicy::UnlinkAndTag => DeletePolicyName::UnlinkAndTag,
            DeletePolicy::DeleteAfterApproval => DeletePolicyName::DeleteAfterApproval,
        },
        guards: SyncGuards {
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
        },
    }
}

pub(super) async fn syncs_safety_get(app: &App, request: SyncId) -> Result<SyncSafety, AppError> {
    Ok(shown(&syncs::settings(&syncs::find(app, &request.sync)?)?))
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
    sync.config = serde_json::to_value(&settings).map_err(error::internal)?;
    app.store().syncs().update(&sync).map_err(error::store)?;
    app.changed(&["syncs.safety_get", "syncs.get", "syncs.list"]);
    Ok(shown(&settings))
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
        let people =
            |connection: &str, object: &str| -> Result<HashMap<String, Person>, AppError> {
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
            };
        let leads = people(&sync.aimfox, "lead")?;
        let contacts = people(&sync.highlevel, "contact")?;
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
