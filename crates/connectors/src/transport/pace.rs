//! Waiting for one's turn: the budget with a clock, a queue and a way out.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foxbridge_model::Service;
use tokio::sync::Notify;

use super::audit::Observer;
use super::budget::{Budget, Limits, Turn};
use super::config::{ConnectionConfig, TransportParts};
use super::urgency::Urgency;

/// A wait this long is worth telling the user about.
const TELL_MS: i64 = 1_000;

/// The queues of one process, one for each connection. Clones share them.
#[derive(Clone, Default)]
pub struct Paces(Arc<Mutex<HashMap<String, Kept>>>);

/// A queue, and the limit it was made for.
struct Kept {
    requests_per_minute: Option<u32>,
    pace: Arc<Pace>,
}

impl fmt::Debug for Paces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paces").finish_non_exhaustive()
    }
}

impl Paces {
    /// The queue of a connection; another one once its limit was set anew.
    pub(super) fn of(&self, config: &ConnectionConfig, parts: &TransportParts) -> Arc<Pace> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.get(&config.id)
            && known.requests_per_minute == config.requests_per_minute
        {
            return Arc::clone(&known.pace);
        }
        let pace = Arc::new(Pace::new(config, parts));
        let now = Kept {
            requests_per_minute: config.requests_per_minute,
            pace: Arc::clone(&pace),
        };
        kept.insert(config.id.clone(), now);
        pace
    }
}

/// Lets requests of one connection go at the pace its service allows: the most urgent first, and of
/// equally urgent ones whichever came first.
pub(crate) struct Pace {
    budget: Mutex<Budget>,
    /// The service's own words of its limit, as the audit has them.
    told: Mutex<Option<(u32, i64)>>,
    queue: Mutex<Queue>,
    changed: Notify,
    connection: String,
    service: Service,
}

/// Who waits.
#[derive(Debug, Default)]
struct Queue {
    waiting: BTreeSet<(Urgency, u64)>,
    next: u64,
    /// Until when the first of them waits at least.
    first_waits_until: i64,
}

/// Why there is no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// The call was cancelled while it waited.
    Cancelled,
    /// The day's quota is used up until then, or what is left of it is for what is more urgent.
    Daily { until: i64, left: u32 },
}

impl Pace {
    fn new(config: &ConnectionConfig, parts: &TransportParts) -> Self {
        let mut budget = config.budget();
        let known = parts.audit.known_limit(&config.id);
        if let Some((max, window_ms)) = known {
            budget.believe(Some(max), Some(window_ms));
        }
        Self {
            told: Mutex::new(known),
            budget: Mutex::new(budget),
            queue: Mutex::default(),
            changed: Notify::new(),
            connection: config.id.clone(),
            service: config.service,
        }
    }

    /// Waits for a slot, as `parts` would have it.
    pub(crate) async fn turn<'p>(
        &'p self,
        urgency: Urgency,
        parts: &'p TransportParts,
    ) -> Result<Slot<'p>, NoTurn> {
        tokio::select! {
            biased;
            () = parts.cancel.cancelled() => Err(NoTurn::Cancelled),
            turn = self.wait(urgency, parts) => turn,
        }
    }

    async fn wait<'p>(
        &'p self,
        urgency: Urgency,
        parts: &'p TransportParts,
    ) -> Result<Slot<'p>, NoTurn> {
        let ticket = Ticket::draw(self, urgency);
        let mut told = None;
        loop {
            // Listening begins before looking, so that no answer slips in between.
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let now = parts.clock.now_ms();
            let wait = if ticket.is_first() {
                match self.take(now, urgency, parts) {
                    Turn::Go(id) => {
                        return Ok(Slot {
                            pace: self,
                            parts,
                            id,
                            sent_at: now,
                            open: true,
                        });
                    }
                    Turn::Daily(until, left) => return Err(NoTurn::Daily { until, left }),
                    Turn::AfterAnswer => None,
                    Turn::At(at) => Some(at),
                }
            } else {
                None
            };
            if self.waits_until(wait) - now >= TELL_MS && told.is_none() {
                told = Some(Told::new(parts.observer.as_ref(), self.service));
            }
            match wait {
                None => changed.await,
                Some(at) => {
                    tokio::select! {
                        () = parts.clock.sleep_until(at.max(now + 1)) => {}
                        () = changed => {}
                    }
                }
            }
        }
    }

    /// Until when the first in the queue waits at least; it says so itself.
    fn waits_until(&self, first: Option<i64>) -> i64 {
        let mut queue = self.queue();
        if let Some(at) = first
            && queue.first_waits_until != at
        {
            queue.first_waits_until = at;
            self.changed.notify_waiters();
        }
        queue.first_waits_until
    }

    fn take(&self, now: i64, urgency: Urgency, parts: &TransportParts) -> Turn {
        let since = self.budget().horizon(now);
        let sent = parts.audit.sent_since(&self.connection, since);
        self.budget().take(now, &sent, urgency)
    }

    /// The service refused a request for being one too many: everybody waits.
    pub(crate) fn hold(&self, now: i64, wait: Duration) {
        let for_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
        self.budget().hold(now, for_ms);
    }

    /// Length of the service's window.
    pub(crate) fn window(&self) -> Duration {
        millis(self.budget().window_ms())
    }

    /// When the day's quota is renewed, if it is used up.
    pub(crate) fn daily_until(&self) -> Option<i64> {
        self.budget().daily_until()
    }

    /// Until when the day's quota has nothing left for calls so urgent; `None` if it has.
    pub(crate) fn saves_until(&self, now: i64, urgency: Urgency) -> Option<i64> {
        self.budget().saves_until(now, urgency)
    }

    /// Has the audit remember a limit that the service tells, for the processes to come.
    fn learn(&self, limits: &Limits, parts: &TransportParts) {
        let Some(max) = limits.max else { return };
        let limit = (
            max,
            limits
                .window_ms
                .unwrap_or_else(|| self.budget().window_ms()),
        );
        let before = self
            .told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(limit);
        if before != Some(limit) {
            parts.audit.learn_limit(&self.connection, limit.0, limit.1);
        }
    }

    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// A place in the queue, given up when dropped.
struct Ticket<'p> {
    pace: &'p Pace,
    place: (Urgency, u64),
}

impl<'p> Ticket<'p> {
    fn draw(pace: &'p Pace, urgency: Urgency) -> Self {
        let place = {
            let mut queue = pace.queue();
            queue.next += 1;
            let place = (urgency, queue.next);
            queue.waiting.insert(place);
            place
        };
        let ticket = Self { pace, place };
        if ticket.is_first() {
            // Whoever was first waits behind this one now.
            pace.changed.notify_waiters();
        }
        ticket
    }

    fn is_first(&self) -> bool {
        self.pace.queue().waiting.first() == Some(&self.place)
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.pace.queue().waiting.remove(&self.place);
        self.pace.changed.notify_waiters();
    }
}

/// A taken slot. Dropping it, as cancelling does, counts as an answer: the service may have counted
/// the request up to now, but not later.
pub(crate) struct Slot<'p> {
    pace: &'p Pace,
    parts: &'p TransportParts,
    id: u64,
    sent_at: i64,
    open: bool,
}

impl Slot<'_> {
    /// Milliseconds since 1970.
    pub(crate) fn sent_at(&self) -> i64 {
        self.sent_at
    }

    /// The answer came.
    pub(crate) fn answered(mut self, limits: &Limits) {
        self.close(limits);
    }

    fn close(&mut self, limits: &Limits) {
        if std::mem::take(&mut self.open) {
            let now = self.parts.clock.now_ms();
            self.pace.budget().answered(self.id, now, limits);
            self.pace.learn(limits, self.parts);
            self.pace.changed.notify_waiters();
        }
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.close(&Limits::default());
    }
}

/// Tells the observer that a wait began, and, whatever happens, that it ended.
struct Told<'o>(&'o dyn Observer);

impl<'o> Told<'o> {
    fn new(observer: &'o dyn Observer, service: Service) -> Self {
        observer.waiting(Some(service));
        Self(observer)
    }
}

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.0.waiting(None);
    }
}
