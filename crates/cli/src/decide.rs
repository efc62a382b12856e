//! What is decided about a sync's people: questions, filters, guards, history.

use foxbridge_contract::{
    AppError, CountPeople, DeletePolicyName, ErrorCode, ForgetAnswer, HistoryValue, InboxItem,
    KeptAnswer, NeedsYou, Nothing, PeopleCount, PersonQuery, QuestionsQuery, Resolution,
    ResolveQuestion, Resolved, RestoreValue, SetSafety, SyncGuards, SyncId, SyncSafety,
};
use serde::Serialize;

use crate::args::{AnswerArgs, Deletes, Whose};
use crate::style::{quiet, strong, table};
use crate::{Terminal, internal, report, show, to_end};

fn wrong(what: String) -> AppError {
    AppError::new(ErrorCode::BadRequest, what)
}

/// What `sync conflicts` prints.
#[derive(Serialize)]
struct Conflicts {
    questions: Vec<NeedsYou>,
    answers: Vec<KeptAnswer>,
}

pub(crate) async fn conflicts(terminal: &Terminal, sync: String) -> Result<(), AppError> {
    let request = SyncId { sync };
    let mut questions: Vec<NeedsYou> = terminal.call("syncs.needs_you", request.clone()).await?;
    questions.retain(|question| question.options.is_some());
    let answers: Vec<KeptAnswer> = terminal.call("questions.answers", request).await?;
    let all = Conflicts { questions, answers };
    terminal.answer(&all, |all| {
        show::needs_you(&all.questions);
        for question in &all.questions {
            let options = question.options.iter().flatten();
            let word = |option| serde_json::to_value(option).unwrap_or_default();
            let words: Vec<String> = options
                .map(|o| word(o).as_str().unwrap_or_default().to_owned())
                .collect();
            say!("{}  takes: {}", quiet(&question.id), words.join(", "));
        }
        if !all.answers.is_empty() {
            say!("{}", strong("Answered:"));
        }
        for answer in &all.answers {
            say!("  {}  {}", quiet(&answer.id), answer.what);
        }
    })
}

pub(crate) async fn inbox(terminal: &Terminal) -> Result<(), AppError> {
    let all: Vec<InboxItem> = terminal
        .call("questions.list", QuestionsQuery::default())
        .await?;
    terminal.answer(&all, |all| {
        if all.is_empty() {
            say!("Nothing needs you.");
        }
        for of_sync in all.chunk_by(|a, b| a.sync == b.sync) {
            say!(
                "{}  {}",
                strong(&of_sync[0].sync_name),
                quiet(&of_sync[0].sync)
            );
            let items: Vec<NeedsYou> = of_sync.iter().map(|one| one.item.clone()).collect();
            show::needs_you(&items);
        }
    })
}

pub(crate) async fn resolve(
    terminal: &Terminal,
    sync: String,
    id: String,
    answer: AnswerArgs,
    alike: bool,
) -> Result<(), AppError> {
    if answer.forget {
        let request = ForgetAnswer { sync, id };
        let gone: Nothing = terminal.call("questions.forget", request).await?;
        return terminal.answer(&gone, |_| say!("Taken back: the next run asks again."));
    }
    let resolution = match answer {
        AnswerArgs {
            take: Some(Whose::Highlevel),
            ..
        } => Resolution::Highlevel,
        AnswerArgs {
            take: Some(Whose::Aimfox),
            ..
        } => Resolution::Aimfox,
        AnswerArgs {
            value: Some(value), ..
        } => Resolution::Value { value },
        AnswerArgs {
            contact: Some(contact),
            ..
        } => Resolution::This { contact },
        AnswerArgs { nobody: true, .. } => Resolution::Nobody,
        AnswerArgs { unlink: true, .. } => Resolution::Unlink,
        AnswerArgs { wait: true, .. } => Resolution::Wait,
        AnswerArgs { delete: true, .. } => Resolution::Delete,
        _ => Resolution::Approve,
    };
    let request = ResolveQuestion {
        sync,
        id,
        resolution,
        alike,
    };
    let done: Resolved = terminal.call("questions.resolve", request).await?;
    terminal.answer(&done, |done| {
        say!("Answered: {}. The next run honours it.", done.answered);
    })
}

pub(crate) async fn history(
    terminal: &Terminal,
    sync: String,
    person: String,
    restore: Option<String>,
    rehearse: bool,
) -> Result<(), AppError> {
    if let Some(restore) = restore {
        let (field, value) = restore
            .split_once('=')
            .ok_or_else(|| wrong(format!("\"{restore}\" is not FIELD=VALUE.")))?;
        let request = RestoreValue {
            sync,
            lead_id: person,
            field: field.to_owned(),
            value: value.to_owned(),
            rehearsal: rehearse,
        };
        let handle = foxbridge_app::start_restore(&terminal.app, request)?;
        let summary = to_end(terminal, handle).await?;
        if rehearse {
            let report = report::rehearsal(terminal, summary).await?;
            return terminal.answer(&report, show::rehearsal);
        }
        let report = report::run(terminal, summary).await?;
        return terminal.answer(&report, show::run);
    }
    let request = PersonQuery {
        sync,
        lead_id: Some(person.clone()),
        contact_id: Some(person),
    };
    let values: Vec<HistoryValue> = terminal.call("history.list", request).await?;
    terminal.answer(&values, |values| {
        if values.is_empty() {
            say!("Nothing was changed about this person yet.");
            return;
        }
        let rows: Vec<_> = values
            .iter()
            .map(|value| {
                let text = |value: &Option<String>| value.clone().unwrap_or("(blank)".to_owned());
                [
                    value.at.clone(),
                    value.label.clone(),
                    text(&value.value),
                    if value.lost {
                        "lost".to_owned()
                    } else {
                        format!("written to {}", show::place(value.written_to))
                    },
                    value.from.map_or("you", show::service).to_owned(),
                    value.run.clone(),
                ]
            })
            .collect();
        table(["WHEN", "FIELD", "VALUE", "WHAT", "FROM", "RUN"], &rows);
    })
}

pub(crate) async fn filter(
    terminal: &Terminal,
    sync: String,
    filter: Option<String>,
    count: bool,
) -> Result<(), AppError> {
    #[derive(Serialize)]
    struct Narrowed {
        filter: String,
        #[serde(flatten)]
        count: PeopleCount,
    }
    let filter = match filter {
        Some(filter) if !count => {
            let request = SetSafety {
                sync: sync.clone(),
                filter: Some(filter),
                ..SetSafety::default()
            };
            let safety: SyncSafety = terminal.call("syncs.safety_set", request).await?;
            safety.filter
        }
        Some(filter) => filter,
        None => {
            let request = SyncId { sync: sync.clone() };
            let safety: SyncSafety = terminal.call("syncs.safety_get", request).await?;
            safety.filter
        }
    };
    let request = CountPeople {
        sync,
        filter: filter.clone(),
    };
    let count = terminal.call("syncs.count_people", request).await?;
    terminal.answer(&Narrowed { filter, count }, |narrowed| {
        let filter = match narrowed.filter.as_str() {
            "" => "Everybody",
            filter => filter,
        };
        let PeopleCount { people, of } = narrowed.count;
        say!("{}: {people} of {of} people, as last read.", strong(filter));
    })
}

pub(crate) async fn guards(
    terminal: &Terminal,
    sync: String,
    set: Vec<String>,
    deletes: Option<Deletes>,
    compare_hours: Option<u32>,
) -> Result<(), AppError> {
    let request = SyncId { sync: sync.clone() };
    let mut safety: SyncSafety = terminal.call("syncs.safety_get", request).await?;
    if !set.is_empty() || deletes.is_some() || compare_hours.is_some() {
        let mut guards = serde_json::to_value(safety.guards).map_err(internal)?;
        for pair in &set {
            let known = |name: &str| guards.get(name).is_some();
            let (name, value) = pair
                .split_once('=')
                .filter(|(name, _)| known(name))
                .ok_or_else(|| wrong(format!("\"{pair}\" names no guard and its value.")))?;
            let value = serde_json::from_str(value)
                .map_err(|_| wrong(format!("\"{value}\" is no value of {name}.")))?;
            guards[name] = value;
        }
        let guards: SyncGuards =
            serde_json::from_value(guards).map_err(|e| wrong(format!("It is no value: {e}.")))?;
        let request = SetSafety {
            sync,
            filter: None,
            deletes: deletes.map(|deletes| match deletes {
                Deletes::Ignore => DeletePolicyName::Ignore,
                Deletes::UnlinkAndTag => DeletePolicyName::UnlinkAndTag,
                Deletes::DeleteAfterApproval => DeletePolicyName::DeleteAfterApproval,
            }),
            guards: Some(guards),
            compare_hours,
        };
        safety = terminal.call("syncs.safety_set", request).await?;
    }
    terminal.answer(&safety, |safety| {
        let all = serde_json::to_value(safety.guards).unwrap_or_default();
        let rows: Vec<_> = all
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| [name.clone(), value.to_string()])
            .collect();
        table(["GUARD", "VALUE"], &rows);
        let deletes = serde_json::to_value(safety.deletes).unwrap_or_default();
        say!("deletes: {}", deletes.as_str().unwrap_or_default());
        say!(
            "everything is compared after {} hours",
            safety.compare_hours
        );
    })
}
