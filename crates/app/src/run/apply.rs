//! Apply: journalled writes, then the base moves.
//!
//! Every change goes intended → sent → settled, each step its own transaction, so that whatever
//! moment the process dies in, the next run knows what may have happened.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use foxbridge_connectors::CallError;
use foxbridge_contract::{AppError, Counts, NeedsYou, Phase, RecordRef};
use foxbridge_engine::{
    Action, Answer, Base, BasePatch, Before, Change, ChangeKind, How, Link, ObjectKind, Plan,
    Snapshot, answers, find_card, inverse,
};
use foxbridge_model::{ItemField, ItemKind, Person, Service, Text};
use foxbridge_store::{AnswerRow, ChangeRow, LinkRow, Settlement};
use futures::StreamExt as _;

use super::perform::{Definitions, Undone, perform};
use super::pull::items::{NOTES_READ, TASK_WRITTEN};
use super::pull::{Mirrored, Pulled};
use super::steps::Context;
use crate::{audit, convert, error, events};

/// Writes under way at once, per service. The budget decides the pace; this hides the latency.
const HIGHLEVEL_AT_ONCE: usize = 12;
const AIMFOX_AT_ONCE: usize = 6;

/// What became of a plan.
#[derive(Default)]
pub(super) struct Applied {
    /// People's records.
    pub(super) done: Counts,
    /// Notes, tasks and appointments.
    pub(super) done_items: Counts,
    /// Changes that a service refused, as things that wait for a person.
    pub(super) failed: Vec<NeedsYou>,
    /// Changes whose outcome is unknown, or that failed in passing.
    pub(super) in_doubt: usize,
    /// People with a change that is not settled.
    pub(super) open_people: usize,
    /// Why the run cannot go on.
    pub(super) fatal: Option<AppError>,
}

/// Writes the plan into the journal, before anything of it is done.
pub(super) fn record(
    context: &Context,
    plan: &Plan,
    first_seq: u32,
    rehearsal: bool,
    read: &Snapshot,
) -> Result<(), AppError> {
    let state = if rehearsal { "planned" } else { "intended" };
    let by_id = |people: &'_ [Person]| -> HashMap<String, usize> {
        let ids = people.iter().map(|person| person.id.clone());
        ids.zip(0..).collect()
    };
    let (leads, contacts) = (by_id(&read.leads), by_id(&read.contacts));
    let person = |ids: &HashMap<String, usize>, id: Option<&Text>| {
        id.and_then(|id| ids.get(id.as_str())).copied()
    };
    let rows = plan
        .changes
        .iter()
        .zip(first_seq..)
        .map(|(change, seq)| {
            let before = Before {
                lead: person(&leads, change.record.lead_id.as_ref()).map(|i| &read.leads[i]),
                contact: person(&contacts, change.record.contact_id.as_ref())
                    .map(|i| &read.contacts[i]),
                items: change
                    .record
                    .contact_id
                    .as_ref()
                    .and_then(|id| read.items.get(id.as_str())),
            };
            let mut row = row(context, change, seq)?;
            let inverse = inverse(&change.action, before);
            row.inverse = Some(serde_json::to_value(inverse).map_err(error::internal)?);
            row.state = state.to_owned();
            Ok(row)
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    context
        .app
        .store()
        .journal()
        .insert_plan(&rows)
        .map_err(error::store)
}

/// A change as the journal keeps it, planned.
pub(super) fn row(context: &Context, change: &Change, seq: u32) -> Result<ChangeRow, AppError> {
    let shown = convert::change(seq, change);
    Ok(ChangeRow {
        run: context.run.clone(),
        seq,
        sync: context.sync.id.clone(),
        at: context.app.now(),
        kind: convert::word(&shown.kind),
        place: convert::word(&shown.service),
        object: convert::word(&shown.object),
        record_name: shown.record.name.clone(),
        lead_id: shown.record.lead_id.clone(),
        contact_id: shown.record.contact_id.clone(),
        operation: shown.operation.clone(),
        content: serde_json::to_value(&shown).map_err(error::internal)?,
        action: serde_json::to_value(&change.action).map_err(error::internal)?,
        inverse: None,
        state: "planned".to_owned(),
        sent_at: None,
        settled_at: None,
        error: None,
        result: None,
    })
}

/// What several writes at once share.
struct Shared<'a> {
    context: &'a Context,
    definitions: Definitions,
    first_seq: u32,
    bases: Mutex<HashMap<String, Base>>,
    outcome: Mutex<Outcome>,
    total: usize,
}

#[derive(Default)]
struct Outcome {
    applied: Applied,
    finished: usize,
    open: BTreeSet<String>,
}

/// Makes the plan's changes.
pub(super) async fn apply(
    context: &Context,
    plan: &Plan,
    first_seq: u32,
    pulled: &Pulled,
) -> Result<Applied, AppError> {
    context.reporter.step(Phase::Apply, "Writing the changes");
    let labels = pulled
        .labels
        .iter()
        .map(|(key, label)| (key.clone(), label.id.clone()))
        .collect();
    let cards = pulled
        .snapshot
        .leads
        .iter()
        .filter_map(|lead| find_card(lead.notes.as_deref()?))
        .map(|card| (card.note_id, card.text))
        .chain(shown_conversations(plan, &pulled.snapshot))
        .collect();
    let shared = Shared {
        context,
        definitions: Definitions::new(pulled.snapshot.stamp_fields.clone(), labels, cards),
        first_seq,
        bases: Mutex::new(pulled.snapshot.bases.clone()),
        outcome: Mutex::default(),
        total: plan.changes.len(),
    };
    for (lead_id, patch) in &plan.adopt {
        let base = shared.moved_base(lead_id, patch, None)?;
        context
            .app
            .store()
            .base()
            .put(&context.sync.id, lead_id, &base)
            .map_err(error::store)?;
    }

    let numbered: Vec<(usize, &Change)> = plan.changes.iter().enumerate().collect();
    // Definitions and links first: the others build on them.
    let of_kind = |kind: ChangeKind| {
        let numbered = numbered.iter().copied();
        numbered.filter(move |(_, change)| change.kind == kind)
    };
    for (i, change) in of_kind(ChangeKind::Prepare) {
        shared.one(i, change).await?;
    }
    shared.links(of_kind(ChangeKind::Link))?;
    let (follow, writes): (Vec<_>, Vec<_>) = numbered
        .iter()
        .copied()
        .filter(|(_, change)| !matches!(change.kind, ChangeKind::Prepare | ChangeKind::Link))
        .partition(|(_, change)| matches!(change.action, Action::WriteNote { follows: true, .. }));
    let (highlevel, aimfox): (Vec<_>, Vec<_>) = writes
        .into_iter()
        .partition(|(_, change)| change.action.service() == Some(Service::HighLevel));
    futures::try_join!(
        lane(&shared, highlevel, HIGHLEVEL_AT_ONCE),
        lane(&shared, aimfox, AIMFOX_AT_ONCE)
    )?;
    lane(&shared, follow, AIMFOX_AT_ONCE).await?;

    let outcome = shared
        .outcome
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let mut applied = outcome.applied;
    applied.open_people = outcome.open.len();
    if applied.fatal.is_none() {
        applied.fatal = context.check_cancelled().err();
    }
    Ok(applied)
}

/// Id and text of every note that shows a conversation and is to go on.
fn shown_conversations<'a>(
    plan: &'a Plan,
    read: &'a Snapshot,
) -> impl Iterator<Item = (String, String)> + 'a {
    plan.changes.iter().filter_map(|change| {
        let Action::WriteItem {
            kind: ItemKind::Conversation,
            contact_id,
            id: Some(id),
            ..
        } = &change.action
        else {
            return None;
        };
        let notes = read
            .items
            .get(contact_id.as_str())?
            .read
            .get(&ItemKind::Note)?;
        let note = notes.iter().find(|note| *id == note.id)?;
        let text = note.fields.get(&ItemField::Text)?;
        Some((id.into(), text.clone()))
    })
}

/// Makes one service's changes, several at once.
async fn lane(
    shared: &Shared<'_>,
    changes: Vec<(usize, &Change)>,
    at_once: usize,
) -> Result<(), AppError> {
    let writes: Vec<_> = changes
        .into_iter()
        .map(|(i, change)| shared.one(i, change))
        .collect();
    let mut writes = futures::stream::iter(writes).buffer_unordered(at_once);
    while let Some(done) = writes.next().await {
        done?;
    }
    Ok(())
}

impl Shared<'_> {
    /// Makes one change. Only a failure of our own store is an error here: a service's refusal is
    /// an outcome, and never stops the others.
    async fn one(&self, i: usize, change: &Change) -> Result<(), AppError> {
        let context = self.context;
        let journal = context.app.store().journal();
        let seq = self.seq(i);
        self.wait_while_paused().await;
        let halted = context.cancel.is_cancelled()
            || self
                .outcome
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .applied
                .fatal
                .is_some();
        if halted {
            journal
                .skip(
                    &context.run,
                    seq,
                    context.app.now(),
                    "The run ended before it was made.",
                )
                .map_err(error::store)?;
            self.note(change, |_| ());
            return Ok(());
        }
        if change.action.operation().is_some() {
            self.expect_news(change)?;
            journal
                .mark_sent(&context.run, seq, context.app.now())
                .map_err(error::store)?;
            events::intended(&context.app, &context.sync, change)?;
        }
        let made = perform(context, &self.definitions, &change.action);
        match audit::CHANGE.scope(seq, made).await {
            Ok(result) => self.settle(seq, change, result),
            Err(undone) => self.undone(seq, change, undone),
        }
    }

    /// What was read of a contact's items is old as soon as one is written; known before it is sent,
    /// so that a crash does not forget it.
    fn expect_news(&self, change: &Change) -> Result<(), AppError> {
        let (Action::WriteItem {
            kind, contact_id, ..
        }
        | Action::DeleteItem {
            kind, contact_id, ..
        }) = &change.action
        else {
            return Ok(());
        };
        let mirror = self.context.app.store().mirror();
        let connection = &self.context.sync.highlevel;
        match kind {
            ItemKind::Note | ItemKind::Conversation => {
                mirror.remove(connection, NOTES_READ, contact_id)
            }
            ItemKind::Task => mirror.put(
                connection,
                TASK_WRITTEN,
                contact_id,
                &serde_json::json!({}),
                self.context.app.now(),
            ),
            ItemKind::Appointment => Ok(()),
        }
        .map_err(error::store)
    }

    /// Holds before the next write while somebody paused the run. What is under way is finished.
    async fn wait_while_paused(&self) {
        let mut paused = self.context.paused.clone();
        if !*paused.borrow() {
            return;
        }
        self.context.reporter.pause(true);
        tokio::select! {
            // An error means that nobody can resume any more.
            _ = paused.wait_for(|paused| !paused) => {}
            () = self.context.cancel.cancelled() => {}
        }
        self.context.reporter.pause(false);
    }

    fn seq(&self, i: usize) -> u32 {
        self.first_seq + u32::try_from(i).unwrap_or(u32::MAX)
    }

    fn link_row(&self, link: Link, now: i64) -> LinkRow {
        LinkRow {
            sync: self.context.sync.id.clone(),
            how: convert::word(&link.how),
            lead_id: String::from(&link.lead_id),
            contact_id: String::from(&link.contact_id),
            created_at: now,
            broken: None,
        }
    }

    /// Remembers pairs, all in one transaction: nothing is sent for them.
    fn links<'c>(
        &self,
        changes: impl Iterator<Item = (usize, &'c Change)>,
    ) -> Result<(), AppError> {
        let now = self.context.app.now();
        let rows: Vec<(u32, [LinkRow; 1])> = changes
            .filter_map(|(i, change)| match &change.action {
                Action::Link { link } => Some((self.seq(i), [self.link_row(link.clone(), now)])),
                _ => None,
            })
            .collect();
        let settlements: Vec<Settlement<'_>> = rows
            .iter()
            .map(|(seq, links)| Settlement {
                run: self.context.run.clone(),
                seq: *seq,
                at: now,
                result: None,
                base: &[],
                links,
            })
            .collect();
        let answers = self.context.app.store().answers();
        for (_, [link]) in &rows {
            // A pair that is linked takes part again.
            answers
                .remove(&self.context.sync.id, &answers::left_out(&link.lead_id))
                .map_err(error::store)?;
        }
        let journal = self.context.app.store().journal();
        journal.settle_all(&settlements).map_err(error::store)?;
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.finished += rows.len();
        outcome.applied.done.link += u32::try_from(rows.len()).unwrap_or(u32::MAX);
        Ok(())
    }

    fn settle(&self, seq: u32, change: &Change, result: Option<String>) -> Result<(), AppError> {
        let context = self.context;
        let now = context.app.now();
        if let Some(id) = &result {
            events::made(&context.app, &context.sync, change, id)?;
        }
        let links: Vec<LinkRow> = match (&change.action, &result) {
            (Action::CreateContact { lead_id, .. }, Some(contact_id)) => {
                let link = Link {
                    lead_id: lead_id.clone(),
                    contact_id: contact_id.as_str().into(),
                    how: How::Created,
                };
                vec![self.link_row(link, now)]
            }
            _ => Vec::new(),
        };
        let base = match &change.record.lead_id {
            Some(lead_id) if !change.settles.is_empty() => {
                let base = self.moved_base(lead_id, &change.settles, result.as_deref())?;
                vec![(lead_id.into(), base)]
            }
            _ => Vec::new(),
        };
        self.mark_written(change)?;
        self.part(change)?;
        context
            .app
            .store()
            .journal()
            .settle(Settlement {
                run: context.run.clone(),
                seq,
                at: now,
                result: result.map(Into::into),
                base: &base,
                links: &links,
            })
            .map_err(error::store)?;
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        let applied = &mut outcome.applied;
        let done = if change.object.is_item() {
            &mut applied.done_items
        } else {
            &mut applied.done
        };
        match change.kind {
            ChangeKind::Prepare | ChangeKind::Link => {}
            ChangeKind::Create => done.create += 1,
            ChangeKind::Update => done.update += 1,
            ChangeKind::Delete => done.delete += 1,
        }
        outcome.finished += 1;
        context.reporter.at(outcome.finished, Some(self.total));
        Ok(())
    }

    /// Keeps a pair apart that was parted. Before the change is settled: should the program end in
    /// between, the change shows as not made, and nothing is sent for it anyway.
    fn part(&self, change: &Change) -> Result<(), AppError> {
        let lead_id = match &change.action {
            Action::Unlink { link, gone: true } => {
                let why = "One of the two is gone.";
                let links = self.context.app.store().links();
                return links
                    .break_link(&self.context.sync.id, &link.lead_id, why)
                    .map_err(error::store);
            }
            Action::Unlink { link, .. } => &link.lead_id,
            Action::DeleteContact { lead_id, .. } => lead_id,
            _ => return Ok(()),
        };
        let (store, sync) = (self.context.app.store(), &self.context.sync.id);
        let answer = Answer::LeaveOut {
            why: change.reason.to_string(),
        };
        let answer = AnswerRow {
            sync: sync.clone(),
            key: answers::left_out(lead_id),
            content: serde_json::to_value(answer).map_err(error::internal)?,
            at: self.context.app.now(),
        };
        store.answers().put_all(&[answer]).map_err(error::store)?;
        store.links().remove(sync, lead_id).map_err(error::store)?;
        store.base().remove(sync, lead_id).map_err(error::store)
    }

    /// A listing that is older than this write must not be taken for somebody's edit.
    fn mark_written(&self, change: &Change) -> Result<(), AppError> {
        let context = self.context;
        let Some(contact_id) = &change.record.contact_id else {
            return Ok(());
        };
        if change.action.service() != Some(Service::HighLevel) {
            return Ok(());
        }
        let mirror = context.app.store().mirror();
        let connection = &context.sync.highlevel;
        let known = mirror
            .get(connection, "contact", contact_id)
            .map_err(error::store)?;
        let Some(known) = known else { return Ok(()) };
        let mut mirrored: Mirrored =
            serde_json::from_value(known.content).map_err(error::internal)?;
        mirrored.writes += 1;
        let content = serde_json::to_value(&mirrored).map_err(error::internal)?;
        // It was not read: what we wrote since its reading is told apart by that time.
        mirror
            .put(connection, "contact", contact_id, &content, known.read_at)
            .map_err(error::store)
    }

    fn undone(&self, seq: u32, change: &Change, undone: Undone) -> Result<(), AppError> {
        let context = self.context;
        let journal = context.app.store().journal();
        let now = context.app.now();
        match undone {
            Undone::Call(e) if e.outcome_unknown() => {
                // Stays "sent": the next pass, or the next run, finds out.
                self.mark_written(change)?;
                tracing::warn!(
                    run = context.run,
                    seq,
                    "the outcome of a write is unknown: {e}"
                );
                self.note(change, |applied| applied.in_doubt += 1);
            }
            Undone::Call(CallError::Cancelled { .. }) => {
                let why = "The run was cancelled before it was made.";
                journal
                    .skip(&context.run, seq, now, why)
                    .map_err(error::store)?;
                self.note(change, |_| ());
            }
            Undone::Call(e) if error::is_fatal(&e) => {
                journal
                    .skip(&context.run, seq, now, &e.to_string())
                    .map_err(error::store)?;
                self.note(change, |applied| {
                    applied.fatal.get_or_insert_with(|| error::call(&e));
                });
            }
            Undone::Call(e) if error::is_transient(&e) => {
                journal
                    .fail(&context.run, seq, now, &e.to_string())
                    .map_err(error::store)?;
                self.note(change, |applied| applied.in_doubt += 1);
            }
            Undone::Call(e) => self.refused(
                seq,
                change,
                &e.to_string(),
                e.duplicate_of().map(str::to_owned),
            )?,
            Undone::Missing(what) => self.refused(seq, change, &what, None)?,
            Undone::Waiting(why) => {
                journal
                    .skip(&context.run, seq, now, why)
                    .map_err(error::store)?;
                self.note(change, |_| ());
            }
            Undone::Edited => {
                let why = "Somebody edited the note meanwhile; the next pass takes that in.";
                journal
                    .skip(&context.run, seq, now, why)
                    .map_err(error::store)?;
                self.note(change, |applied| applied.in_doubt += 1);
            }
        }
        Ok(())
    }

    fn refused(
        &self,
        seq: u32,
        change: &Change,
        why: &str,
        duplicate_of: Option<String>,
    ) -> Result<(), AppError> {
        let context = self.context;
        let now = context.app.now();
        context
            .app
            .store()
            .journal()
            .fail(&context.run, seq, now, why)
            .map_err(error::store)?;
        let place = change.action.service().map_or("Foxbridge", Service::title);
        let what = match change.object {
            ObjectKind::Contact if change.kind == ChangeKind::Create => "could not be created",
            _ => "could not be updated",
        };
        let next = match &duplicate_of {
            Some(id) => format!(
                "HighLevel already has this e-mail or number on the contact {id}. Put the lead's \
                 LinkedIn address on that contact, and the next run links the two."
            ),
            None => {
                "Put right what the service complains about; the next run tries again.".to_owned()
            }
        };
        let record = convert::record(&change.record);
        let item = NeedsYou {
            options: None,
            answer: None,
            id: format!(
                "failed:{}:{}",
                change
                    .record
                    .lead_id
                    .as_deref()
                    .unwrap_or(&change.record.name),
                change.action.operation().unwrap_or_default()
            ) + &change
                .action
                .item()
                .map_or_else(String::new, |id| format!(":{id}")),
            kind: "failed".to_owned(),
            record: RecordRef {
                contact_id: record.contact_id.or(duplicate_of),
                ..record
            },
            what: format!("{} {what} in {place}.", change.record.name),
            why: format!("{why} The other records went on."),
            next,
            choices: Vec::new(),
            since: convert::time(now),
        };
        self.note(change, |applied| applied.failed.push(item));
        Ok(())
    }

    /// Records that a change is not settled.
    fn note(&self, change: &Change, record: impl FnOnce(&mut Applied)) {
        let mut outcome = self.outcome.lock().unwrap_or_else(PoisonError::into_inner);
        record(&mut outcome.applied);
        let lead = change.record.lead_id.as_ref();
        outcome.open.extend(lead.map(String::from));
        outcome.finished += 1;
        self.context.reporter.at(outcome.finished, Some(self.total));
    }

    fn moved_base(
        &self,
        lead_id: &str,
        patch: &BasePatch,
        made: Option<&str>,
    ) -> Result<serde_json::Value, AppError> {
        let mut bases = self.bases.lock().unwrap_or_else(PoisonError::into_inner);
        let base = bases.entry(lead_id.to_owned()).or_default();
        base.apply(patch, made);
        serde_json::to_value(&*base).map_err(error::internal)
    }
}
