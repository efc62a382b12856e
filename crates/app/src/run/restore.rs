//! Puts one value back that somebody chose from the history: a change of its own, made in HighLevel.
//! The base does not move with it, so the next run takes it for the edit that it is.

use std::sync::Arc;

use foxbridge_contract::{AppError, ErrorCode, Phase, RunSummary};
use foxbridge_engine::{
    Action, BasePatch, Change, ChangeKind, FieldDelta, ObjectKind, Plan, Record, Snapshot,
};
use foxbridge_model::Value;

use super::pull::{Pulled, bases};
use super::steps::{Context, counts, planned_requests, planned_seconds};
use super::{apply, guards};
use crate::error;

/// What is to be put back.
#[derive(Clone)]
pub(crate) struct Restore {
    /// The person's lead id.
    pub(crate) lead_id: String,
    /// Field id in HighLevel.
    pub(crate) field: String,
    /// The value.
    pub(crate) value: String,
}

pub(super) async fn run(
    context: &Context,
    restore: &Restore,
    summary: &mut RunSummary,
) -> Result<(), AppError> {
    let bad = |what: String| AppError::new(ErrorCode::BadRequest, what);
    let store = context.app.store();
    let links = store.links().list(&context.sync.id).map_err(error::store)?;
    let link = links
        .into_iter()
        .find(|link| link.lead_id == restore.lead_id)
        .ok_or_else(|| error::not_found("linked lead", &restore.lead_id))?;
    let row = context
        .settings
        .mapping
        .iter()
        .find(|row| row.highlevel == restore.field)
        .filter(|row| !row.create_only)
        .ok_or_else(|| {
            bad(format!(
                "The field \"{}\" cannot be put back: no row of the mapping writes it, or \
                 HighLevel takes it only when a contact is made. Nothing was changed.",
                restore.field
            ))
        })?;
    let value = Value::text(&restore.value)
        .ok_or_else(|| bad("A blank is not put back. Nothing was changed.".to_owned()))?;
    context
        .reporter
        .step(Phase::Pull, "Reading the contact as it is now");
    let contact = context.highlevel.contact(&link.contact_id).await;
    let contact = contact
        .map_err(|e| error::call(&e))?
        .ok_or_else(|| error::not_found("contact", &link.contact_id))?;
    let before = contact.fields.get(&restore.field).cloned();
    let canonical = |value: &Value| row.kind.canonical(value, context.settings.region);
    let mut plan = Plan::default();
    if before.as_ref().and_then(&canonical) != canonical(&value) {
        plan.changes.push(Change {
            action: Action::UpdateContact {
                contact_id: contact.id.as_str().into(),
                fields: [((&restore.field).into(), value.clone())].into(),
                clear: Default::default(),
                stamps: Default::default(),
            },
            kind: ChangeKind::Update,
            object: ObjectKind::Contact,
            record: Arc::new(Record {
                name: contact.name.as_str().into(),
                contact_id: Some(contact.id.as_str().into()),
                lead_id: Some(restore.lead_id.as_str().into()),
            }),
            fields: vec![FieldDelta {
                field: (&restore.field).into(),
                label: row.label.clone(),
                before,
                after: Some(value),
                loser: None,
            }]
            .into(),
            reason: "You put an earlier value back.".into(),
            warning: None,
            settles: BasePatch::default(),
        });
    }
    summary.would = counts(&plan);
    summary.plan = Some(guards::mark(&plan)?);
    summary.planned_requests = planned_requests(&plan);
    summary.planned_seconds = planned_seconds(summary.planned_requests, context.aimfox_per_minute);
    let pulled = Pulled {
        snapshot: Snapshot {
            contacts: vec![contact],
            bases: bases(context)?,
            ..Snapshot::default()
        },
        labels: Default::default(),
        unread: Vec::new(),
        caught: None,
        withheld: Vec::new(),
        talked: Default::default(),
    };
    apply::record(context, &plan, 0, summary.rehearsal, &pulled.snapshot)?;
    if summary.rehearsal || plan.changes.is_empty() {
        return Ok(());
    }
    let applied = apply::apply(context, &plan, 0, &pulled).await?;
    summary.changed = applied.done;
    summary.failed = u32::try_from(applied.failed.len()).unwrap_or(u32::MAX);
    match (applied.fatal, applied.in_doubt, applied.failed.first()) {
        (Some(fatal), ..) => Err(fatal),
        (None, 0, None) => Ok(()),
        (None, _, Some(failed)) => Err(AppError::new(ErrorCode::ServiceFailed, &failed.why)),
        (None, ..) => Err(AppError::new(
            ErrorCode::ServiceFailed,
            "HighLevel did not answer whether the value was put back.",
        )
        .hint("Look at the contact, and put it back once more if need be.")),
    }
}
