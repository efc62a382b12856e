//! The five steps in order, and how a run ends.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use foxbridge_catalog::{Operation, ids};
use foxbridge_connectors::{Aimfox, Gate, HighLevel, Transport, TransportParts, Urgency};
use foxbridge_contract::{
    AppError, Counts, ErrorCode, Health, NeedsYou, ObjectKind, Phase, RecordRef, Requests,
    RunState, RunSummary,
};
use foxbridge_engine::{
    Action, Answer, Answers, ChangeKind, Filter, Guards, Plan, Settings, is_stirred, plan,
};
use foxbridge_model::{ItemKind, Service};
use foxbridge_store::{ConnectionRow, NeedsYouRow, SyncRow};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::approved::{Approved, LeftOut, narrow_to};
use super::progress::Reporter;
use super::{Order, Task, apply, guards, pull, restore, row_of, seen, undo};
use crate::audit::{Meter, MeterFor, StoreAudit};
use crate::commands::sync_settings;
use crate::permissions::{Caller, Every, Switches, used_by};
use crate::{App, answering, convert, error, events, secrets, transport};

/// A run looks again after writes whose outcome is unknown, at most so many times.
const MAX_PASSES: u32 = 4;

/// Everything a step needs.
pub(super) struct Context {
    pub(super) app: App,
    pub(super) sync: SyncRow,
    pub(super) settings: Settings,
    pub(super) run: String,
    pub(super) highlevel: HighLevel,
    pub(super) aimfox: Aimfox,
    /// Requests a minute that Aimfox allows this connection.
    pub(super) aimfox_per_minute: u32,
    pub(super) reporter: Reporter,
    pub(super) cancel: CancellationToken,
    pub(super) guards: Guards,
    /// Whether the run is held before its next write.
    pub(super) paused: watch::Receiver<bool>,
    /// The user looked at what the guard stopped, and wants it.
    pub(super) approve: bool,
    /// The rehearsal whose plan was approved, and the mark of that plan.
    pub(super) plan: Option<(String, String)>,
    /// Only these people.
    pub(super) only: Filter,
    /// Only changes about these kinds of object; all when empty.
    pub(super) objects: Vec<ObjectKind>,
    /// What the user decided about single people.
    pub(super) answers: Answers,
    /// When it began, milliseconds since 1970.
    pub(super) started: i64,
    /// Everything is read anew, also what no hint says has changed.
    pub(super) full: bool,
    /// Only this may be done.
    pub(super) approved: Option<Approved>,
}

impl Context {
    pub(super) fn check_cancelled(&self) -> Result<(), AppError> {
        if self.cancel.is_cancelled() {
            return Err(AppError::new(
                ErrorCode::Cancelled,
                "The run was cancelled.",
            ));
        }
        Ok(())
    }
}

/// A rehearsal writes nothing, anywhere: its transports refuse every operation that is no read.
struct ReadOnly;

impl Gate for ReadOnly {
    fn check(&self, operation: &Operation) -> Result<(), String> {
        if operation.effect == foxbridge_catalog::Effect::Read {
            return Ok(());
        }
        Err(format!(
            "\"{}\" writes, and a rehearsal never writes",
            operation.title
        ))
    }
}

/// A run makes plain writes only: what contacts people or destroys has its own way in.
struct PlainWrites {
    /// The status of appointments follows Aimfox, because the user chose so. The write is always
    /// made so that nobody is told (`HighLevel::update_item`).
    appointment_status: bool,
}

impl Gate for PlainWrites {
    fn check(&self, operation: &Operation) -> Result<(), String> {
        use foxbridge_catalog::Effect;
        match operation.effect {
            Effect::Read | Effect::Write => Ok(()),
            Effect::Outreach
                if self.appointment_status
                    && operation.id == ids::HIGHLEVEL_CALENDARS_APPOINTMENTS_UPDATE =>
            {
                Ok(())
            }
            Effect::Outreach => Err(format!("\"{}\" contacts real people", operation.title)),
            Effect::Destructive => Err(format!("\"{}\" cannot be undone", operation.title)),
        }
    }
}

/// An undo deletes what an earlier run made, where somebody chose that; its plan was shown first.
struct WritesAndDeletes(PlainWrites);

impl Gate for WritesAndDeletes {
    fn check(&self, operation: &Operation) -> Result<(), String> {
        match operation.id.as_str() {
            ids::HIGHLEVEL_CONTACTS_DELETE
            | ids::HIGHLEVEL_CONTACTS_NOTES_DELETE
            | ids::HIGHLEVEL_CONTACTS_TASKS_DELETE
            | ids::AIMFOX_LEADS_NOTES_DELETE => Ok(()),
            _ => self.0.check(operation),
        }
    }
}

/// Runs a sync to its end and records how it ended.
pub(super) async fn execute(
    app: &App,
    sync: SyncRow,
    started: RunSummary,
    order: Order,
    cancel: CancellationToken,
    paused: watch::Receiver<bool>,
) -> RunSummary {
    let started_ms = app.now();
    let meter = Arc::new(Meter::default());
    let mut summary = started;
    let outcome = match context(app, sync, &summary, &order, (cancel, paused), &meter).await {
        Ok(context) => match &order.task {
            Task::Sync => Box::pin(run(&context, &mut summary)).await,
            Task::Undo(undo) => Box::pin(undo::run(&context, undo, &mut summary)).await,
            Task::Restore(value) => Box::pin(restore::run(&context, value, &mut summary)).await,
        },
        Err(e) => Err(e),
    };
    summary.requests = meter.requests();
    summary.finished_at = Some(convert::time(app.now()));
    match outcome {
        Ok(()) => summary.state = RunState::Done,
        Err(e) => {
            summary.state = match e.code {
                ErrorCode::GuardStopped => RunState::Stopped,
                ErrorCode::Cancelled => RunState::Cancelled,
                _ => RunState::Failed,
            };
            tracing::warn!(run = summary.id, code = ?e.code, "a run ended early: {}", e.message);
            summary.error = Some(e);
        }
    }
    let ended = events::run_ended(&summary, app.now());
    let stored = row_of(&summary, started_ms, Some(app.now())).and_then(|row| {
        app.store()
            .runs()
            .finish(&row, &ended)
            .map_err(error::store)
    });
    if let Err(e) = stored {
        tracing::error!("the end of run {} could not be stored: {e}", summary.id);
    }
    summary
}

/// The run's own rule first, then the connection's switches.
fn gate(
    app: &App,
    sync: &str,
    connection: &ConnectionRow,
    settings: &Settings,
    order: &Order,
) -> Arc<dyn Gate> {
    let deletes = matches!(&order.task, Task::Undo(undo) if undo.delete);
    let approved = guards::kept_answers(app, sync)
        .is_ok_and(|answers| answers.values().any(|answer| *answer == Answer::Delete));
    let deletes = deletes || approved;
    let writes = PlainWrites {
        appointment_status: settings.items.appointments.direction.to_highlevel(),
    };
    let rule: Box<dyn Gate> = match (order.rehearsal, deletes) {
        (true, _) => Box::new(ReadOnly),
        (false, true) => Box::new(WritesAndDeletes(writes)),
        (false, false) => Box::new(writes),
    };
    Arc::new(Every([
        rule,
        Box::new(switches(app, connection, settings, order)),
    ]))
}

/// The switches as they hold for a run; an undo was asked for by somebody who is there.
pub(super) fn switches(
    app: &App,
    connection: &ConnectionRow,
    settings: &Settings,
    order: &Order,
) -> Switches {
    Switches {
        store: app.store().clone(),
        connection: connection.clone(),
        needed: used_by(settings),
        caller: match &order.task {
            Task::Sync => Caller::Run,
            Task::Undo(_) | Task::Restore(_) => Caller::Hand { confirmed: true },
        },
    }
}

async fn context(
    app: &App,
    sync: SyncRow,
    summary: &RunSummary,
    order: &Order,
    (cancel, paused): (CancellationToken, watch::Receiver<bool>),
    meter: &Arc<Meter>,
) -> Result<Context, AppError> {
    let settings = sync_settings(&sync)?;
    let guards = settings.guards;
    let answers = guards::kept_answers(app, &sync.id)?;
    let mut transports = Vec::new();
    let mut aimfox_per_minute = 60;
    for (id, service) in [
        (&sync.highlevel, Service::HighLevel),
        (&sync.aimfox, Service::Aimfox),
    ] {
        let row = app
            .store()
            .connections()
            .get(id)
            .map_err(error::store)?
            .ok_or_else(|| error::not_found("connection", id))?;
        if service == Service::Aimfox {
            aimfox_per_minute = row.requests_per_minute.unwrap_or(aimfox_per_minute);
        }
        let parts = TransportParts {
            clock: app.host().clock(),
            audit: Arc::new(StoreAudit(app.store().clone())),
            gate: gate(app, &sync.id, &row, &settings, order),
            observer: Arc::new(MeterFor(Arc::clone(meter), service)),
            paces: app.paces().clone(),
            cancel: cancel.clone(),
            run: Some(summary.id.clone()),
            seed: app.host().random(),
            carrier: app.host().carrier(),
        };
        let (base_url, credentials) = secrets::access(app, &row).await?;
        let transport = transport::open(&row, base_url, credentials, parts)?;
        transports.push(match order.task {
            Task::Sync => transport,
            // Somebody takes something back, and waits for it.
            Task::Undo(_) | Task::Restore(_) => transport.with_urgency(Urgency::ByHand),
        });
    }
    let [highlevel, aimfox]: [Transport; 2] = transports
        .try_into()
        .map_err(|_| error::internal("two services, two transports"))?;
    Ok(Context {
        app: app.clone(),
        run: summary.id.clone(),
        highlevel: HighLevel::new(highlevel).with_region(settings.region),
        aimfox: Aimfox::new(aimfox).with_region(settings.region),
        settings,
        aimfox_per_minute,
        reporter: Reporter::new(app, &summary.id, &sync.id, Arc::clone(meter)),
        sync,
        cancel,
        guards,
        paused,
        approve: order.approve || order.plan.is_some(),
        plan: order.plan.clone(),
        only: order.only.clone(),
        objects: order.objects.clone(),
        answers,
        started: app.now(),
        full: order.full,
        approved: match &order.approved {
            Some(rehearsal) => Some(Approved::of(app, rehearsal)?),
            None => None,
        },
    })
}

async fn run(context: &Context, summary: &mut RunSummary) -> Result<(), AppError> {
    let mut seq = 0;
    for pass in 1..=MAX_PASSES {
        let pulled = pull::pull(context).await?;
        let watched = match pass == 1 && !summary.rehearsal {
            true => {
                let is_synced = |kind| context.settings.items.wants(kind);
                events::watch(&context.app, &context.sync, is_synced).await
            }
            false => BTreeSet::new(),
        };
        context
            .reporter
            .step(Phase::Plan, "Working out what would change");
        let (mut plan, mut pulled) = work_out(context, pulled).await?;
        if pull::read_items(context, &plan, &mut pulled, &watched).await? {
            (plan, pulled) = work_out(context, pulled).await?;
        }
        if pull::refresh_edited(context, &plan, &mut pulled).await? {
            (plan, pulled) = work_out(context, pulled).await?;
        }
        context.check_cancelled()?;
        let mut left_out = match &context.approved {
            Some(approved) => approved.narrow(&mut plan),
            None => LeftOut::default(),
        };
        if !context.objects.is_empty() {
            left_out += narrow_to(&context.objects, &mut plan);
        }

        if pass == 1 {
            summary.caught = pulled.caught.map(number);
            summary.would = counts(&plan);
            summary.would_items = item_counts(&plan);
            summary.planned_requests = planned_requests(&plan);
            summary.planned_seconds =
                planned_seconds(summary.planned_requests, context.aimfox_per_minute);
        }
        let mark = guards::mark(&plan)?;
        if pass == 1 {
            summary.plan = Some(mark.clone());
            seen::keep(context, &plan, &pulled.snapshot.seen, context.started)?;
            if let Some((rehearsal, approved)) = &context.plan
                && *approved != mark
            {
                return Err(guards::another_plan(rehearsal));
            }
        }
        let mut waiting = questions(context, &plan, &pulled);
        summary.health = health(&plan, waiting.len());
        store_questions(context, &plan, &waiting)?;
        // Who approved change by change has seen them.
        if context.approved.is_none()
            && let Some(stop) = guards::check(context, &plan, &pulled.snapshot, &mark)?
        {
            let ended = guards::stop(context, stop, Some(&mark))?;
            // A rehearsal goes on: how else would anybody look at what the guard stops?
            if !summary.rehearsal {
                return Err(ended);
            }
        }
        let changes = plan.changes.len();
        apply::record(context, &plan, seq, summary.rehearsal, &pulled.snapshot)?;
        if summary.rehearsal {
            return Ok(());
        }

        let applied = apply::apply(context, &plan, seq, &pulled).await?;
        seq += number(changes);
        summary.changed = add(summary.changed, applied.done);
        summary.changed_items = add(summary.changed_items, applied.done_items);
        summary.failed = number(applied.failed.len());
        waiting.extend(applied.failed);
        store_questions(context, &plan, &waiting)?;
        let people = plan.health.linked + plan.count(ChangeKind::Create);
        let open = applied.open_people + left_out.people;
        summary.health.in_sync = number(people.saturating_sub(open));
        summary.health.needs_you = number(waiting.len());
        if let Some(fatal) = applied.fatal {
            return Err(fatal);
        }
        let unread = pulled.unread.iter().any(|unread| unread.transient);
        // What is written on a lead can only follow once its contact is there.
        let to_follow = applied.done.create > 0 && says_something(context, &plan, &pulled);
        let done = applied.in_doubt == 0 && !to_follow;
        if done && !context.only.is_everybody() {
            return Ok(());
        }
        if done && (!unread || pass == MAX_PASSES) {
            guards::finished(context)?;
            if left_out.changes == 0 {
                // Until everybody took part, what the first run holds back stays held back.
                context
                    .app
                    .store()
                    .settings()
                    .set(&first_run_key(&context.sync.id), &serde_json::json!(false))
                    .map_err(error::store)?;
            }
            return Ok(());
        }
        tracing::info!(
            run = context.run,
            pass,
            in_doubt = applied.in_doubt,
            "looking again"
        );
    }
    Err(AppError::new(
        ErrorCode::ServiceFailed,
        "A service kept failing; some changes are still open. What is done stays done, and \
         nothing was made twice.",
    )
    .hint("Run again later: the next run first finds out what became of the open changes."))
}

/// Whether a lead that became a contact has notes or conversations that are to become something there.
fn says_something(context: &Context, plan: &Plan, pulled: &pull::Pulled) -> bool {
    let new: HashSet<&str> = plan
        .changes
        .iter()
        .filter_map(|change| match &change.action {
            Action::CreateContact { lead_id, .. } => Some(lead_id.as_str()),
            _ => None,
        })
        .collect();
    let (items, local) = (&context.settings.items, &pulled.snapshot.local);
    let talks = |lead: &str| items.conversations.history && pulled.talked.contains(lead);
    let mut leads = pulled.snapshot.leads.iter();
    leads.any(|lead| {
        new.contains(lead.id.as_str()) && (talks(&lead.id) || is_stirred(lead, None, items, local))
    })
}

/// Plans, away from async code: tens of thousands of people take a moment.
async fn work_out(
    context: &Context,
    pulled: pull::Pulled,
) -> Result<(Plan, pull::Pulled), AppError> {
    let settings = context.settings.clone();
    tokio::task::spawn_blocking(move || (plan(&pulled.snapshot, &settings), pulled))
        .await
        .map_err(error::internal)
}

/// Whether a sync has ever finished a run.
pub(super) fn first_run_key(sync: &str) -> String {
    format!("sync.{sync}.first_run")
}

pub(super) fn stopped(stop: foxbridge_engine::Stop) -> AppError {
    AppError::new(
        ErrorCode::GuardStopped,
        format!("{} Nothing was changed.", stop.message),
    )
    .hint(stop.hint)
}

pub(super) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

pub(super) fn counts(plan: &Plan) -> Counts {
    Counts {
        create: number(plan.count(ChangeKind::Create)),
        update: number(plan.count(ChangeKind::Update)),
        delete: number(plan.count(ChangeKind::Delete)),
        link: number(plan.count(ChangeKind::Link)),
    }
}

pub(super) fn item_counts(plan: &Plan) -> Counts {
    Counts {
        create: number(plan.count_items(ChangeKind::Create)),
        update: number(plan.count_items(ChangeKind::Update)),
        delete: number(plan.count_items(ChangeKind::Delete)),
        ..Counts::default()
    }
}

fn add(a: Counts, b: Counts) -> Counts {
    Counts {
        create: a.create + b.create,
        update: a.update + b.update,
        delete: a.delete + b.delete,
        link: a.link + b.link,
    }
}

pub(super) fn planned_requests(plan: &Plan) -> Requests {
    Requests {
        highlevel: number(plan.requests(Service::HighLevel)),
        aimfox: number(plan.requests(Service::Aimfox)),
    }
}

/// How long the writes take at the services' limits; the two services work side by side.
pub(super) fn planned_seconds(requests: Requests, aimfox_per_minute: u32) -> u32 {
    let highlevel = requests.highlevel / 10;
    let aimfox = u64::from(requests.aimfox) * 60 / u64::from(aimfox_per_minute.max(1));
    highlevel.max(u32::try_from(aimfox).unwrap_or(u32::MAX))
}

/// Health as a plan shows it, before anything of it is done.
fn health(plan: &Plan, waiting: usize) -> Health {
    Health {
        in_sync: number(plan.health.linked - plan.health.changing),
        excluded: number(plan.health.excluded),
        needs_you: number(waiting),
        not_in_aimfox: number(plan.health.not_in_aimfox),
    }
}

fn questions(context: &Context, plan: &Plan, pulled: &pull::Pulled) -> Vec<NeedsYou> {
    let now = context.app.now();
    let mut waiting: Vec<NeedsYou> = plan
        .questions
        .iter()
        .map(|question| NeedsYou {
            options: answering::options(question, &context.settings),
            ..convert::question(question, now)
        })
        .collect();
    waiting.extend(pulled.unread.iter().map(|unread| NeedsYou {
        options: None,
        answer: None,
        id: format!("unread:{}", unread.lead_id),
        kind: "failed".to_owned(),
        record: RecordRef {
            name: unread.name.clone(),
            contact_id: None,
            lead_id: Some(unread.lead_id.clone()),
        },
        what: format!("{} could not be read.", unread.name),
        why: format!(
            "{} Nothing was changed, and the other people went on.",
            unread.why
        ),
        next: "The next run tries again.".to_owned(),
        choices: Vec::new(),
        since: convert::time(now),
    }));
    waiting.extend(pulled.withheld.iter().map(|withheld| {
        let kind = withheld.kind.as_str();
        NeedsYou {
            options: None,
            answer: None,
            id: format!("withheld:{kind}"),
            kind: "failed".to_owned(),
            record: RecordRef {
                name: match withheld.kind {
                    ItemKind::Conversation => "Aimfox".to_owned(),
                    _ => "HighLevel".to_owned(),
                },
                contact_id: None,
                lead_id: None,
            },
            what: match withheld.kind {
                ItemKind::Conversation => "Aimfox's conversations could not be read.".to_owned(),
                _ => format!("HighLevel's {kind}s could not be read."),
            },
            why: format!("{} Everything else went on.", withheld.why),
            next: format!("Allow it, or leave {kind}s out of the sync."),
            choices: Vec::new(),
            since: convert::time(now),
        }
    }));
    waiting
}

fn store_questions(context: &Context, plan: &Plan, waiting: &[NeedsYou]) -> Result<(), AppError> {
    let now = context.app.now();
    let mut rows = waiting
        .iter()
        .map(|item| {
            let mut content = serde_json::to_value(item).map_err(error::internal)?;
            let about = plan.questions.iter().find(|asked| asked.key == item.id);
            let about = about.and_then(|asked| asked.about.as_ref());
            content["about"] = serde_json::to_value(about).map_err(error::internal)?;
            Ok(NeedsYouRow {
                sync: context.sync.id.clone(),
                key: item.id.clone(),
                kind: item.kind.clone(),
                content,
                since: now,
            })
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    if !context.only.is_everybody() {
        // What waits about the others waits on.
        let asked: HashSet<String> = rows.iter().map(|row| row.key.clone()).collect();
        let known = context.app.store().needs_you().list(&context.sync.id);
        let known = known.map_err(error::store)?.into_iter();
        rows.extend(known.filter(|row| !asked.contains(&row.key)));
    }
    let conflicts = events::conflicts(&context.sync.id, waiting, now);
    events::detected(&context.app, &conflicts)?;
    context
        .app
        .store()
        .needs_you()
        .replace_all(&context.sync.id, &rows)
        .map_err(error::store)
}
