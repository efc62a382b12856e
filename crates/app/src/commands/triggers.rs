//! The catalog of triggers.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_catalog::{Basis, Fill, Trigger, TriggerSource, sample};
use foxbridge_contract::{
    AppError, BasisName, CatalogId, Nothing, TriggerDetail, TriggerRow, TriggerSourceName,
};

use crate::{App, convert, error};

fn shown(trigger: &Trigger) -> TriggerRow {
    let fields = trigger.payload["properties"].as_object().into_iter();
    TriggerRow {
        id: trigger.id.clone(),
        service: trigger.service.map(convert::service),
        title: trigger.title.clone(),
        help: trigger.help.clone(),
        source: match trigger.source {
            TriggerSource::Webhook => TriggerSourceName::Webhook,
            TriggerSource::Detected => TriggerSourceName::Detected,
            TriggerSource::Schedule => TriggerSourceName::Schedule,
        },
        basis: match trigger.basis {
            Basis::Documented => BasisName::Documented,
            Basis::Observed => BasisName::Observed,
            Basis::Assumed => BasisName::Assumed,
        },
        event: trigger.event.clone(),
        scopes: trigger.scopes.clone(),
        fields: fields.flat_map(|fields| fields.keys().cloned()).collect(),
    }
}

pub(super) async fn triggers_list(_: &App, _: Nothing) -> Result<Vec<TriggerRow>, AppError> {
    Ok(foxbridge_catalog::triggers().iter().map(shown).collect())
}

pub(super) async fn triggers_get(_: &App, request: CatalogId) -> Result<TriggerDetail, AppError> {
    let trigger = foxbridge_catalog::find_trigger(&request.id)
        .ok_or_else(|| error::not_found("trigger", &request.id))?;
    Ok(TriggerDetail {
        row: shown(trigger),
        payload: trigger.payload.clone(),
        example: sample(&trigger.payload, Fill::Everything),
    })
}
