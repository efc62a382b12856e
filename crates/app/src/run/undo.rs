//! Undo: takes back what an earlier run changed, as a run of its own.
//!
//! The records are read afresh, each change is held against them by the engine, and what can be
//! taken back becomes this run's plan: journalled, rehearsable, and undoable in its turn. What is
//! left as it is stands in the same journal as skipped, with the reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foxbridge_catalog::get;
use foxbridge_connectors::{Calendar, CallError, Gate as _};
use foxbridge_contract::{AppError, ErrorCode, Phase, RunSummary};
use foxbridge_engine::{
    Done, Filter, Fresh, Inverse, ItemAt, Left, Plan, Record, Snapshot, TakeBack, take_back,
};
use foxbridge_model::{ContactItems, Item, ItemKind, Person, Service, TagKey, Text};
use foxbridge_store::{ChangeFilter, ChangeRow, change_state};
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::Value as Json;

use super::pull::{AT_ONCE, Pulled, one_lead};
use super::steps::{
    Context, counts, item_counts, number, planned_requests, planned_seconds, switches,
};
use super::{Order, Task, apply};
use crate::{App, error};

/// More leads than this are read by the listing, a hundred at a time, instead of one by one.
const ONE_BY_ONE: usize = 25;

/// What is to be taken back.
#[derive(Clone)]
pub(crate) struct Undo {
    /// The run.
    pub(crate) run: String,
    /// One change of it; `None` for all.
    pub(crate) change: Option<u32>,
    /// What was made may be deleted.
    pub(crate) delete: bool,
}

impl Undo {
    /// Names the run's sync; refuses what there is nothing of to take back.
    pub(super) fn of(
        app: &App,
        run: &str,
        change: Option<u32>,
        delete: bool,
    ) -> Result<(String, Self), AppError> {
        let summary = super::summary(app, run)?;
        let nothing = |what: &str| {
            AppError::new(ErrorCode::BadRequest, what)
                .hint("foxbridge log shows what was changed, and by which run.")
        };
        if summary.rehearsal {
            return Err(nothing(
                "A rehearsal changed nothing, so there is nothing to take back.",
            ));
        }
        let made = made(app, run, change)?;
        if made.is_empty() {
            return Err(match change {
                Some(seq) => nothing(&format!(
                    "Run {run} made no change with the number {seq}, so there is nothing to take \
                     back."
                )),
                None => nothing("This run changed nothing, so there is nothing to take back."),
            });
        }
        let run = run.to_owned();
        Ok((
            summary.sync,
            Self {
                run,
                change,
                delete,
            },
        ))
    }
}

/// The changes of a run that were made, the last one first.
fn made(app: &App, run: &str, change: Option<u32>) -> Result<Vec<ChangeRow>, AppError> {
    let journal = app.store().journal();
    let mut rows = match change {
        Some(seq) => journal
            .get(run, seq)
            .map_err(error::store)?
            .into_iter()
            .collect(),
        None => {
            let filter = ChangeFilter {
                state: Some(change_state::SETTLED.to_owned()),
                ..ChangeFilter::default()
            };
            journal
                .page(run, &filter, 0, u32::MAX)
                .map_err(error::store)?
                .1
        }
    };
    rows.retain(|row| row.state == change_state::SETTLED);
    rows.reverse();
    Ok(rows)
}

/// A change that was made, as the engine takes it back.
fn done(row: &ChangeRow) -> Result<Done, AppError> {
    let inverse = match &row.inverse {
        Some(inverse) => serde_json::from_value(inverse.clone()).map_err(error::internal)?,
        None => Inverse::Never {
            why: "It was made before Foxbridge kept how changes are taken back.".to_owned(),
        },
    };
    let made = row.result.as_ref().and_then(Json::as_str);
    Ok(Done {
        inverse,
        record: Arc::new(Record {
            name: row.record_name.as_str().into(),
            contact_id: row.contact_id.as_ref().map(Text::from),
            lead_id: row.lead_id.as_ref().map(Text::from),
        }),
        made: made.map(str::to_owned),
    })
}

/// Records as they are now; those that could not be read, with why.
#[derive(Default)]
struct Now {
    people: HashMap<(Service, String), Person>,
    unread: HashMap<(Service, String), String>,
    items: HashMap<ItemAt, Item>,
    unread_items: HashMap<ItemAt, String>,
}

impl Now {
    /// Why what a change is about could not be read.
    fn unread(&self, done: &Done) -> Option<&String> {
        let made = done.made.as_deref();
        let person = done.inverse.reads(made);
        let item = done.inverse.reads_item(made);
        person
            .and_then(|key| self.unread.get(&key))
            .or_else(|| item.and_then(|at| self.unread_items.get(&at)))
    }
}

pub(super) async fn run(
    context: &Context,
    undo: &Undo,
    summary: &mut RunSummary,
) -> Result<(), AppError> {
    let rows = made(&context.app, &undo.run, undo.change)?;
    let made: Vec<(&ChangeRow, Done)> = rows
        .iter()
        .map(|row| Ok((row, done(row)?)))
        .collect::<Result<_, AppError>>()?;
    context
        .reporter
        .step(Phase::Pull, "Reading the records as they are now");
    let wanted = made
        .iter()
        .filter_map(|(_, done)| done.inverse.reads(done.made.as_deref()))
        .collect();
    let mut now = read(context, wanted).await?;
    let wanted = made
        .iter()
        .filter_map(|(_, done)| done.inverse.reads_item(done.made.as_deref()))
        .collect();
    read_items(context, wanted, &mut now).await?;
    let pulled = pulled(context, &now).await?;
    context.check_cancelled()?;

    context
        .reporter
        .step(Phase::Plan, "Working out what can be taken back");
    let mut plan = Plan::default();
    let mut left = Vec::new();
    for (row, done) in &made {
        let key = done.inverse.reads(done.made.as_deref());
        let mut leave = |why: &str| {
            let why = why.to_owned();
            left.push((*row, Left { field: None, why }));
        };
        if let Some(why) = now.unread(done) {
            leave(&format!("The record could not be read: {why}"));
            continue;
        }
        if let Some(why) = deleting_is_off(context, undo, &done.inverse)? {
            leave(&why);
            continue;
        }
        let person = key.and_then(|key| now.people.get(&key));
        let of = |service| person.filter(|person| person.service == service);
        let fresh = Fresh {
            lead: of(Service::Aimfox),
            contact: of(Service::HighLevel),
            item: done
                .inverse
                .reads_item(done.made.as_deref())
                .and_then(|at| now.items.get(&at)),
            local: &pulled.snapshot.local,
        };
        let ask = TakeBack {
            among_many: undo.change.is_none(),
            delete: undo.delete,
        };
        let (change, kept) = take_back(done, fresh, &context.settings, ask);
        plan.changes.extend(change);
        left.extend(kept.into_iter().map(|kept| (*row, kept)));
    }

    summary.would = counts(&plan);
    summary.would_items = item_counts(&plan);
    summary.planned_requests = planned_requests(&plan);
    summary.planned_seconds = planned_seconds(summary.planned_requests, context.aimfox_per_minute);
    apply::record(context, &plan, 0, summary.rehearsal, &pulled.snapshot)?;
    record_left(context, &left, number(plan.changes.len()))?;
    if summary.rehearsal || plan.changes.is_empty() {
        return Ok(());
    }
    let applied = apply::apply(context, &plan, 0, &pulled).await?;
    summary.changed = applied.done;
    summary.changed_items = applied.done_items;
    summary.failed = number(applied.failed.len());
    if let Some(fatal) = applied.fatal {
        return Err(fatal);
    }
    if applied.in_doubt > 0 {
        return Err(AppError::new(
            ErrorCode::ServiceFailed,
            format!(
                "{} changes could not be taken back just now. What is taken back stays so.",
                applied.in_doubt
            ),
        )
        .hint("Undo the run once more: what is as it was before is left alone."));
    }
    Ok(())
}

/// Why something may not be deleted, although that was chosen.
fn deleting_is_off(
    context: &Context,
    undo: &Undo,
    inverse: &Inverse,
) -> Result<Option<String>, AppError> {
    let Some(operation) = inverse.deletes_with().filter(|_| undo.delete) else {
        return Ok(None);
    };
    let operation = get(operation);
    let connection = match operation.service {
        Service::HighLevel => &context.sync.highlevel,
        Service::Aimfox => &context.sync.aimfox,
    };
    let connection = context
        .app
        .store()
        .connections()
        .get(connection)
        .map_err(error::store)?
        .ok_or_else(|| error::not_found("connection", connection))?;
    let order = Order {
        rehearsal: false,
        approve: true,
        full: false,
        approved: None,
        plan: None,
        only: Filter::default(),
        objects: Vec::new(),
        task: Task::Undo(undo.clone()),
    };
    let switches = switches(&context.app, &connection, &context.settings, &order);
    Ok(switches.check(operation).err().map(|why| {
        format!(
            "Taking it back needs \"{}\", which is not sent because {why}",
            operation.title
        )
    }))
}

/// Reads records afresh, each one once.
async fn read(context: &Context, wanted: BTreeSet<(Service, String)>) -> Result<Now, AppError> {
    let mut now = Now::default();
    let (mut one_by_one, leads): (Vec<_>, Vec<_>) = wanted
        .into_iter()
        .partition(|(service, _)| *service == Service::HighLevel);
    if leads.len() > ONE_BY_ONE {
        let listing = context
            .aimfox
            .leads(|done, total| context.reporter.at(done, Some(total)));
        let listing = listing.await.map_err(|e| error::call(&e))?;
        let mut listed: HashMap<String, Person> = listing
            .leads
            .into_iter()
            .map(|lead| (lead.id.clone(), lead))
            .collect();
        for (service, id) in leads {
            // What the listing lacks is not proven to be gone, and it need not embed notes.
            match listed.remove(&id).filter(|lead| lead.notes.is_some()) {
                Some(lead) => drop(now.people.insert((service, id), lead)),
                None => one_by_one.push((service, id)),
            }
        }
    } else {
        one_by_one.extend(leads);
    }
    let total = one_by_one.len();
    let reads: Vec<_> = one_by_one
        .into_iter()
        .map(|(service, id)| async move {
            let read = match service {
                Service::HighLevel => context.highlevel.contact(&id).await,
                Service::Aimfox => one_lead(context, &id).await,
            };
            match read {
                Err(e) if error::is_fatal(&e) => Err(error::call(&e)),
                read => Ok(((service, id), read)),
            }
        })
        .collect();
    let mut reading = futures::stream::iter(reads).buffer_unordered(AT_ONCE);
    let mut done = 0;
    while let Some((key, read)) = reading.try_next().await? {
        done += 1;
        context.reporter.at(done, Some(total));
        match read {
            Ok(Some(person)) => drop(now.people.insert(key, person)),
            Ok(None) => {}
            Err(e) => drop(now.unread.insert(key, e.to_string())),
        }
    }
    Ok(now)
}

/// Reads notes, tasks and appointments afresh, one request a contact and kind.
async fn read_items(
    context: &Context,
    wanted: BTreeSet<ItemAt>,
    now: &mut Now,
) -> Result<(), AppError> {
    let highlevel = &context.highlevel;
    let mut of_contact: BTreeMap<(ItemKind, &str), Vec<&ItemAt>> = BTreeMap::new();
    for at in &wanted {
        let key = (at.kind, at.contact_id.as_str());
        of_contact.entry(key).or_default().push(at);
    }
    let appointments = wanted.iter().any(|at| at.kind == ItemKind::Appointment);
    let calendars = if appointments {
        highlevel.calendars().await.map_err(|e| error::call(&e))?
    } else {
        Vec::new()
    };
    // Nobody's name is set back, so nobody's name is looked up.
    let nobody = HashMap::new();
    for ((kind, contact), wanted) in of_contact {
        let read = match kind {
            ItemKind::Note | ItemKind::Conversation => highlevel.contact_notes(contact).await,
            ItemKind::Task => highlevel.contact_tasks(contact, &nobody).await,
            ItemKind::Appointment => one_by_one(context, &wanted, &calendars).await,
        };
        match read {
            Ok(items) => {
                let mut by_id: HashMap<String, Item> = items
                    .into_iter()
                    .map(|item| (item.id.clone(), item))
                    .collect();
                for at in wanted {
                    now.items
                        .extend(by_id.remove(&at.id).map(|item| (at.clone(), item)));
                }
            }
            Err(e) if error::is_fatal(&e) => return Err(error::call(&e)),
            // The contact is gone, and they with it.
            Err(e) if e.is_not_found() => {}
            Err(e) => {
                let why = wanted.into_iter().map(|at| (at.clone(), e.to_string()));
                now.unread_items.extend(why);
            }
        }
    }
    Ok(())
}

async fn one_by_one(
    context: &Context,
    wanted: &[&ItemAt],
    calendars: &[Calendar],
) -> Result<Vec<Item>, CallError> {
    let (highlevel, now) = (&context.highlevel, context.app.now());
    let mut found = Vec::new();
    for at in wanted {
        found.extend(highlevel.appointment(&at.id, calendars, now).await?);
    }
    Ok(found)
}

/// What applying needs to know of the two accounts.
async fn pulled(context: &Context, now: &Now) -> Result<Pulled, AppError> {
    let labels = context.aimfox.labels().await.map_err(|e| error::call(&e))?;
    let bases = super::pull::bases(context)?;
    let of = |service| -> Vec<Person> {
        let people = now.people.values();
        people.filter(|p| p.service == service).cloned().collect()
    };
    Ok(Pulled {
        snapshot: Snapshot {
            leads: of(Service::Aimfox),
            contacts: of(Service::HighLevel),
            bases,
            items: items_of(now),
            local: super::pull::items::local(context).await?,
            ..Snapshot::default()
        },
        labels: labels
            .into_iter()
            .filter_map(|label| Some((TagKey::new(&label.name)?, label)))
            .collect(),
        unread: Vec::new(),
        caught: None,
        withheld: Default::default(),
        talked: Default::default(),
    })
}

/// What was read of each contact's items, by which this undo is undone in its turn.
fn items_of(now: &Now) -> HashMap<String, ContactItems> {
    let mut all: HashMap<String, ContactItems> = HashMap::new();
    for (at, item) in &now.items {
        let of = all.entry(at.contact_id.clone()).or_default();
        of.read
            .entry(at.kind.read_as())
            .or_default()
            .push(item.clone());
    }
    all
}

/// Puts what is left as it is into the journal, after what is taken back.
fn record_left(
    context: &Context,
    left: &[(&ChangeRow, Left)],
    first_seq: u32,
) -> Result<(), AppError> {
    let at = context.app.now();
    let rows: Vec<ChangeRow> = left
        .iter()
        .zip(first_seq..)
        .map(|((made, left), seq)| ChangeRow {
            run: context.run.clone(),
            seq,
            at,
            content: shown_left(&made.content, seq, left.field.as_deref()),
            inverse: None,
            state: change_state::SKIPPED.to_owned(),
            sent_at: None,
            settled_at: Some(at),
            error: Some(left.why.clone()),
            result: None,
            ..(*made).clone()
        })
        .collect();
    context
        .app
        .store()
        .journal()
        .insert_plan(&rows)
        .map_err(error::store)
}

/// A change as it was shown, the other way round; only one field of it where only that is left.
fn shown_left(content: &Json, seq: u32, field: Option<&str>) -> Json {
    let mut shown = the_other_way_round(content.clone());
    shown["seq"] = seq.into();
    shown["reason"] = "It would take an earlier change back.".into();
    if let Some(fields) = shown["fields"].as_array_mut() {
        let of = |delta: &Json| field.is_none_or(|field| delta["label"] == field);
        *fields = fields
            .drain(..)
            .filter(of)
            .map(the_other_way_round)
            .collect();
    }
    shown
}

fn the_other_way_round(mut part: Json) -> Json {
    let before = part["before"].take();
    part["before"] = part["after"].take();
    part["after"] = before;
    part
}
