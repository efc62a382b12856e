//! History: every value of a person, and putting one back.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_contract::{
    AppError, ChangeState, HistoryValue, ObjectKind, PersonQuery, Place, RestoreValue, RunSummary,
    ServiceName,
};

use super::syncs;
use crate::{App, convert, error, run};

/// As many changes as one person is shown.
const MOST: u32 = 2_000;

pub(super) async fn history_list(
    app: &App,
    request: PersonQuery,
) -> Result<Vec<HistoryValue>, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let settings = syncs::settings(&sync)?;
    let (lead, contact) = (request.lead_id.as_deref(), request.contact_id.as_deref());
    let rows = app
        .store()
        .journal()
        .of_person(&sync.id, lead, contact, MOST)
        .map_err(error::store)?;
    let mut values = Vec::new();
    for row in rows {
        let change = run::change_of(&row)?;
        if change.state != ChangeState::Settled {
            continue;
        }
        let undone = run::summary(app, &row.run)?.purpose.is_some();
        // What is written to one service comes from the other one, unless somebody put it back.
        let from = match change.service {
            _ if undone => None,
            Place::Highlevel => Some(ServiceName::Aimfox),
            Place::Aimfox => Some(ServiceName::Highlevel),
            Place::Foxbridge => None,
        };
        for delta in change.fields {
            // On a card fields go by the row of the mapping, on a contact by HighLevel's field.
            let mapped = settings.mapping.iter().find(|mapped| match change.object {
                ObjectKind::Contact => mapped.highlevel == delta.field,
                _ => mapped.id == delta.field,
            });
            let field = mapped
                .filter(|mapped| !mapped.create_only)
                .map(|mapped| mapped.highlevel.to_string());
            let value = |value, before, from, lost| HistoryValue {
                at: convert::time(row.settled_at.unwrap_or(row.at)),
                run: row.run.clone(),
                seq: row.seq,
                label: delta.label.clone(),
                field: field.clone(),
                value,
                before,
                written_to: change.service,
                from,
                lost,
                reason: change.reason.clone(),
            };
            values.push(value(
                delta.after.clone(),
                delta.before.clone(),
                from,
                false,
            ));
            if let Some(loser) = &delta.loser {
                let lost = Some(loser.value.clone());
                values.push(value(lost, None, Some(loser.service), true));
            }
        }
    }
    Ok(values)
}

pub(super) async fn history_restore(
    app: &App,
    request: RestoreValue,
) -> Result<RunSummary, AppError> {
    Ok(run::start_restore(app, request)?.started)
}
