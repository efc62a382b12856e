//! Answering questions: which answers a question takes, and what is kept of one.

use std::collections::{BTreeSet, HashMap};

use foxbridge_catalog::ids;
use foxbridge_contract::{
    AppError, Choice, ErrorCode, InboxItem, KeptAnswer, NeedsYou, RecordRef, Resolution,
    ResolutionName, RunState, RunSummary, ServiceName,
};
use foxbridge_engine::{About, Answer, DeletePolicy, Filter, Question, Settings, Take, answers};
use foxbridge_model::{Service, Value};
use foxbridge_store::{AnswerRow, NeedsYouRow, SyncRow};

use crate::run::guards::kept_answers;
use crate::{App, convert, error, run};

/// Reads a filter as people write it.
pub(crate) fn filter(text: &str) -> Result<Filter, AppError> {
    Filter::parse(text).map_err(|e| AppError::new(ErrorCode::BadRequest, e.to_string()))
}

/// The answers that a question takes; `None` where it is settled in the service itself.
pub(crate) fn options(question: &Question, settings: &Settings) -> Option<Vec<ResolutionName>> {
    use ResolutionName::*;
    let about = question.about.as_ref();
    match (question.kind.as_str(), about) {
        ("conflict", Some(about)) => {
            let row = settings.mapping.iter().find(|row| row.id == about.row)?;
            let mut options = vec![Highlevel];
            if row.direction.to_highlevel() && !row.create_only {
                options.extend([Aimfox, Value]);
            }
            Some(options)
        }
        ("ambiguous", _) => Some(vec![This, Nobody]),
        ("deleted", _) => {
            let mut options = vec![Unlink, Wait];
            // An appointment is cancelled in its calendar.
            let appointment = question.key.starts_with("deleted:appointment:");
            // A conversation is LinkedIn's: only its note was deleted, and nothing else can be.
            let conversation = question.key.starts_with("deleted:conversation:");
            if conversation {
                return Some(options);
            }
            if !appointment || left_in(question, Service::Aimfox) {
                options.push(Delete);
            }
            Some(options)
        }
        ("missing", _) => {
            let mut options = vec![Unlink, Wait];
            // A lead cannot be deleted from here.
            let contact_is_left = left_in(question, Service::HighLevel);
            if settings.deletes == DeletePolicy::DeleteAfterApproval && contact_is_left {
                options.push(Delete);
            }
            Some(options)
        }
        _ => None,
    }
}

/// Whether what is left of a pair is in this service.
fn left_in(question: &Question, service: Service) -> bool {
    let mut choices = question.choices.iter();
    choices.any(|(whose, ..)| *whose == service)
}

fn name(resolution: &Resolution) -> ResolutionName {
    match resolution {
        Resolution::Highlevel => ResolutionName::Highlevel,
        Resolution::Aimfox => ResolutionName::Aimfox,
        Resolution::Value { .. } => ResolutionName::Value,
        Resolution::This { .. } => ResolutionName::This,
        Resolution::Nobody => ResolutionName::Nobody,
        Resolution::Unlink => ResolutionName::Unlink,
        Resolution::Wait => ResolutionName::Wait,
        Resolution::Delete => ResolutionName::Delete,
        Resolution::Approve => ResolutionName::Approve,
    }
}

fn wrong(what: impl Into<String>) -> AppError {
    AppError::new(ErrorCode::BadRequest, what.into())
        .hint("foxbridge sync conflicts shows each question with the answers it takes.")
}

/// What is kept of an answer, and under which key.
fn kept(
    item: &NeedsYou,
    row: &NeedsYouRow,
    resolution: &Resolution,
) -> Result<(String, Answer), AppError> {
    let options = item.options.as_deref().unwrap_or_default();
    if !options.contains(&name(resolution)) {
        let word = |name: &ResolutionName| convert::word(name);
        let takes: Vec<String> = options.iter().map(word).collect();
        return Err(wrong(match takes.is_empty() {
            true => format!("\"{}\" cannot be answered here. {}", item.id, item.next),
            false => format!(
                "\"{}\" does not take the answer \"{}\"; it takes: {}.",
                item.id,
                word(&name(resolution)),
                takes.join(", ")
            ),
        }));
    }
    let lead = item.record.lead_id.as_deref().unwrap_or_default();
    let take = |take| -> Result<Answer, AppError> {
        let about: About =
            serde_json::from_value(row.content["about"].clone()).map_err(error::internal)?;
        Ok(Answer::Value {
            take,
            aimfox: about.aimfox,
            highlevel: about.highlevel,
        })
    };
    let contacts = || {
        item.choices
            .iter()
            .filter_map(|choice: &Choice| choice.id.clone())
    };
    let answer = match resolution {
        Resolution::Highlevel => take(Take::Highlevel)?,
        Resolution::Aimfox => take(Take::Aimfox)?,
        Resolution::Value { value } => {
            let value = Value::text(value)
                .ok_or_else(|| wrong("A conflict is not settled with a blank value."))?;
            take(Take::Value(value))?
        }
        Resolution::This { contact } => {
            if !contacts().any(|id| id == *contact) {
                return Err(wrong(format!(
                    "{contact} is none of the contacts it could be."
                )));
            }
            Answer::Same {
                contact_id: contact.clone(),
            }
        }
        Resolution::Nobody => Answer::Nobody {
            contacts: contacts().collect::<BTreeSet<_>>(),
        },
        Resolution::Unlink if item.kind == "deleted" => Answer::Apart,
        Resolution::Unlink => {
            let why = "You keep the two apart, since one of them is gone.".to_owned();
            return Ok((answers::left_out(lead), Answer::LeaveOut { why }));
        }
        Resolution::Wait => Answer::Wait,
        Resolution::Delete => Answer::Delete,
        Resolution::Approve => Answer::Approve {
            plan: row.content["plan"].as_str().map(str::to_owned),
        },
    };
    Ok((item.id.clone(), answer))
}

/// What sort of question it is: one answer may do for all of a sort.
fn sort(row: &NeedsYouRow) -> (&str, Option<&str>) {
    (&row.kind, row.content["about"]["row"].as_str())
}

/// All that waits in a sync, and its last run when that failed.
pub(crate) fn inbox(app: &App, sync: &SyncRow) -> Result<Vec<InboxItem>, AppError> {
    let rows = app
        .store()
        .needs_you()
        .list(&sync.id)
        .map_err(error::store)?;
    let open = |row: &&NeedsYouRow| row.content["answer"].is_null();
    let mut sorts = HashMap::new();
    for row in rows.iter().filter(open) {
        *sorts.entry(sort(row)).or_insert(0) += 1;
    }
    let alike: HashMap<&str, u32> = rows
        .iter()
        .map(|row| {
            (
                row.key.as_str(),
                sorts.get(&sort(row)).copied().unwrap_or(1),
            )
        })
        .collect();
    let last = run::summaries(app, &sync.id, 1)?.into_iter().next();
    let ended = |state| last.as_ref().filter(|run| run.state == state);
    let stopped = ended(RunState::Stopped).map(|run| run.id.clone());
    let item = |item: NeedsYou, run| InboxItem {
        sync: sync.id.clone(),
        sync_name: sync.name.clone(),
        run,
        alike: match item.options {
            Some(_) => alike.get(item.id.as_str()).copied().unwrap_or(1),
            None => 1,
        },
        item,
    };
    let failed =
        ended(RunState::Failed).map(|run| item(failed_run(sync, run), Some(run.id.clone())));
    let waiting = run::needs_you(app, &sync.id)?;
    Ok(failed
        .into_iter()
        .chain(waiting.into_iter().map(|waits| {
            let run = stopped.clone().filter(|_| waits.kind == "guard");
            item(waits, run)
        }))
        .collect())
}

fn failed_run(sync: &SyncRow, run: &RunSummary) -> NeedsYou {
    let error = run.error.clone();
    let (why, next) = error.map_or_else(Default::default, |e| (e.message, e.hint));
    NeedsYou {
        id: format!("run:{}", run.id),
        kind: "run".to_owned(),
        record: RecordRef {
            name: sync.name.clone(),
            contact_id: None,
            lead_id: None,
        },
        what: "The last run could not go on. What it did before stays done.".to_owned(),
        why,
        next: next.unwrap_or_else(|| "Put right what is wrong, and run it again.".to_owned()),
        choices: Vec::new(),
        since: run
            .finished_at
            .clone()
            .unwrap_or_else(|| run.started_at.clone()),
        options: None,
        answer: None,
    }
}

/// A question whose answer was taken back is open again, without waiting for the next run.
pub(crate) fn reopen(app: &App, sync: &str, id: &str) -> Result<(), AppError> {
    let waiting = app.store().needs_you();
    let mut rows = waiting.list(sync).map_err(error::store)?;
    let mut reopened = false;
    for row in &mut rows {
        let lead = row.content["record"]["lead_id"].as_str();
        let left_out = lead.is_some_and(|lead| answers::left_out(lead) == id);
        if (row.key == id || left_out) && !row.content["answer"].is_null() {
            row.content["answer"] = serde_json::Value::Null;
            reopened = true;
        }
    }
    if reopened {
        waiting.replace_all(sync, &rows).map_err(error::store)?;
    }
    Ok(())
}

/// The operation by which the answer "delete the other one too" to a question is carried out.
pub(crate) fn deletes_with(app: &App, sync: &str, id: &str) -> Result<&'static str, AppError> {
    let rows = app.store().needs_you().list(sync).map_err(error::store)?;
    let row = rows.iter().find(|row| row.key == id);
    let row = row.ok_or_else(|| error::not_found("question", id))?;
    let left: NeedsYou = serde_json::from_value(row.content.clone()).map_err(error::internal)?;
    let in_aimfox = |choice: &Choice| choice.service == ServiceName::Aimfox;
    Ok(if left.kind != "deleted" {
        ids::HIGHLEVEL_CONTACTS_DELETE
    } else if left.choices.iter().any(in_aimfox) {
        ids::AIMFOX_LEADS_NOTES_DELETE
    } else if id.starts_with("deleted:task:") {
        ids::HIGHLEVEL_CONTACTS_TASKS_DELETE
    } else {
        ids::HIGHLEVEL_CONTACTS_NOTES_DELETE
    })
}

/// Keeps an answer to a question, and to all that are alike where that is asked for; gives how many.
pub(crate) fn resolve(
    app: &App,
    sync: &str,
    id: &str,
    resolution: &Resolution,
    all_alike: bool,
) -> Result<u32, AppError> {
    let waiting = app.store().needs_you();
    let mut rows = waiting.list(sync).map_err(error::store)?;
    let asked = rows
        .iter()
        .find(|row| row.key == id)
        .cloned()
        .ok_or_else(|| error::not_found("question", id))?;
    if all_alike && matches!(resolution, Resolution::This { .. }) {
        return Err(wrong(
            "One contact cannot be several people: answer these one by one.",
        ));
    }
    let mut answered = Vec::new();
    for row in &mut rows {
        let chosen = row.key == id || all_alike && sort(row) == sort(&asked);
        if !chosen {
            continue;
        }
        let mut item: NeedsYou =
            serde_json::from_value(row.content.clone()).map_err(error::internal)?;
        let (key, answer) = match kept(&item, row, resolution) {
            Ok(kept) => kept,
            // One of those alike may not take it.
            Err(_) if row.key != id => continue,
            Err(e) => return Err(e),
        };
        if let (Answer::LeaveOut { .. }, Some(lead)) = (&answer, &item.record.lead_id) {
            let store = app.store();
            store.links().remove(sync, lead).map_err(error::store)?;
            store.base().remove(sync, lead).map_err(error::store)?;
        }
        answered.push(AnswerRow {
            sync: sync.to_owned(),
            key,
            content: serde_json::to_value(&answer).map_err(error::internal)?,
            at: app.now(),
        });
        item.answer = Some(resolution.clone());
        row.content["answer"] = serde_json::to_value(&item.answer).map_err(error::internal)?;
    }
    app.store()
        .answers()
        .put_all(&answered)
        .map_err(error::store)?;
    waiting.replace_all(sync, &rows).map_err(error::store)?;
    Ok(u32::try_from(answered.len()).unwrap_or(u32::MAX))
}

/// The answers of a sync, for people.
pub(crate) fn list(app: &App, sync: &str) -> Result<Vec<KeptAnswer>, AppError> {
    let at = app.store().answers().all(sync).map_err(error::store)?;
    let said = |answer: Answer| match answer {
        Answer::Same { contact_id } => format!("The lead is the contact {contact_id}."),
        Answer::Nobody { .. } => "The lead is none of the contacts it could be.".to_owned(),
        Answer::Value { take, .. } => match take {
            Take::Highlevel => "HighLevel's value counts.".to_owned(),
            Take::Aimfox => "Aimfox's value counts.".to_owned(),
            Take::Value(value) => format!("\"{}\" counts.", value.display()),
        },
        Answer::LeaveOut { why } => format!("The lead takes no part. {why}"),
        Answer::Apart => "What is left stays, and the two are apart.".to_owned(),
        Answer::Wait => "It waits until the record that is gone is restored.".to_owned(),
        Answer::Delete => "The record that is left is deleted too.".to_owned(),
        Answer::Approve { .. } => "What the guard stopped is right.".to_owned(),
    };
    Ok(kept_answers(app, sync)?
        .into_iter()
        .map(|(id, answer)| KeptAnswer {
            at: convert::time(at.get(&id).map_or(0, |row| row.at)),
            what: said(answer),
            id,
        })
        .collect())
}
