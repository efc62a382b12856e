//! Questions: list, answer, look at the answers, take one back.
#![allow(
    clippy::unused_async,
    reason = "every command is awaited by the dispatcher"
)]

use foxbridge_catalog::get;
use foxbridge_contract::{
    AppError, ErrorCode, ForgetAnswer, InboxItem, KeptAnswer, Nothing, QuestionsQuery, Resolution,
    ResolveQuestion, Resolved, SyncId,
};
use foxbridge_model::Service;
use foxbridge_store::Switch;

use super::syncs;
use crate::permissions::{Caller, Switches, blocked};
use crate::{App, answering, error};

const SHOWN: &[&str] = &[
    "syncs.needs_you",
    "questions.list",
    "worker.status",
    "questions.answers",
    "syncs.list",
    "syncs.get",
];

pub(super) async fn questions_list(
    app: &App,
    request: QuestionsQuery,
) -> Result<Vec<InboxItem>, AppError> {
    let syncs = match &request.sync {
        Some(id) => vec![syncs::find(app, id)?],
        None => app.store().syncs().list().map_err(error::store)?,
    };
    let mut items = Vec::new();
    for sync in &syncs {
        items.extend(answering::inbox(app, sync)?);
    }
    Ok(items)
}

pub(super) async fn questions_resolve(
    app: &App,
    request: ResolveQuestion,
) -> Result<Resolved, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    if request.resolution == Resolution::Delete {
        let operation = get(answering::deletes_with(app, &sync.id, &request.id)?);
        let id = match operation.service {
            Service::HighLevel => &sync.highlevel,
            Service::Aimfox => &sync.aimfox,
        };
        let connection = app.store().connections().get(id).map_err(error::store)?;
        let connection = connection.ok_or_else(|| error::not_found("connection", id))?;
        let switches = Switches {
            store: app.store().clone(),
            connection: connection.clone(),
            needed: Default::default(),
            caller: Caller::Run,
        };
        if switches.switch(operation)? != Switch::Allowed {
            let why = blocked(&connection, operation);
            return Err(AppError::new(
                ErrorCode::Blocked,
                format!("It cannot be deleted, because {why}"),
            )
            .hint("Allow it there first, then answer again. Nothing was changed."));
        }
    }
    let answered = answering::resolve(
        app,
        &sync.id,
        &request.id,
        &request.resolution,
        request.alike,
    )?;
    app.changed(SHOWN);
    Ok(Resolved { answered })
}

pub(super) async fn questions_answers(
    app: &App,
    request: SyncId,
) -> Result<Vec<KeptAnswer>, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    answering::list(app, &sync.id)
}

pub(super) async fn questions_forget(
    app: &App,
    request: ForgetAnswer,
) -> Result<Nothing, AppError> {
    let sync = syncs::find(app, &request.sync)?;
    let answers = app.store().answers();
    if !answers
        .remove(&sync.id, &request.id)
        .map_err(error::store)?
    {
        return Err(error::not_found("answer", &request.id));
    }
    answering::reopen(app, &sync.id, &request.id)?;
    app.changed(SHOWN);
    Ok(Nothing {})
}
