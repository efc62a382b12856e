//! Waiting for one's turn: the budget with a clock, a queue and a way out.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foxbridge_model::Service;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::audit::{Audit, Observer};
use super::budget::{Budget, Limits, Turn};
use super::clock::Clock;

/// A wait this long is worth telling the user about.
const TELL_MS: i64 = 1_000;

/// Lets requests of one connection go at the pace its service allows, in the order they came.
pub(crate) struct Pace {
    budget: Mutex<Budget>,
    /// The service's own words of its limit, as the audit has them.
    told: Mutex<Option<(u32, i64)>>,
    /// Held by the first in the queue; tokio's mutex is fair.
    first: tokio::sync::Mutex<()>,
    changed: Notify,
    connection: String,
    service: Service,
    clock: Arc<dyn Clock>,
    audit: Arc<dyn Audit>,
    observer: Arc<dyn Observer>,
}

/// Why there is no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// The call was cancelled while it waited.
    Cancelled,
    /// The day's quota is used up until then.
    Daily(i64),
}

impl Pace {
    pub(crate) fn new(
        budget: Budget,
        connection: String,
        service: Service,
        clock: Arc<dyn Clock>,
        audit: Arc<dyn Audit>,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let mut budget = budget;
        let known = audit.known_limit(&connection);
        if let Some((max, window_ms)) = known {
            budget.believe(Some(max), Some(window_ms));
        }
        Self {
            told: Mutex::new(known),
            budget: Mutex::new(budget),
            first: tokio::sync::Mutex::default(),
            changed: Notify::new(),
            connection,
            service,
            clock,
            audit,
            observer,
        }
    }

    /// Waits for a slot.
    pub(crate) async fn turn(&self, cancel: &CancellationToken) -> Result<Slot<'_>, NoTurn> {
        let mut told = None;
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(NoTurn::Cancelled),
            turn = self.queue(&mut told) => turn,
        }
    }

    async fn queue<'p>(&'p self, told: &mut Option<Told<'p>>) -> Result<Slot<'p>, NoTurn> {
        let _first = self.first.lock().await;
        loop {
            // Listening begins before looking, so that no answer slips in between.
            let answer = self.changed.notified();
            tokio::pin!(answer);
            answer.as_mut().enable();
            let now = self.clock.now_ms();
            match self.take(now) {
                Turn::Go(id) => {
                    return Ok(Slot {
                        pace: self,
                        id,
                        sent_at: now,
                        open: true,
                    });
                }
                Turn::Daily(until) => return Err(NoTurn::Daily(until)),
                Turn::AfterAnswer => answer.await,
                Turn::At(at) => {
                    let wait = at.saturating_sub(now).max(1);
                    if wait >= TELL_MS && told.is_none() {
                        *told = Some(Told::new(self.observer.as_ref(), self.service));
                    }
                    tokio::select! {
                        () = self.clock.sleep(millis(wait)) => {}
                        () = answer => {}
                    }
                }
            }
        }
    }

    fn take(&self, now: i64) -> Turn {
        let since = self.budget().horizon(now);
        let sent = self.audit.sent_since(&self.connection, since);
        self.budget().take(now, &sent)
    }

    /// The service refused a request for being one too many: everybody waits.
    pub(crate) fn hold(&self, wait: Duration) {
        let for_ms = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2);
        self.budget().hold(self.clock.now_ms(), for_ms);
    }

    /// Length of the service's window.
    pub(crate) fn window(&self) -> Duration {
        millis(self.budget().window_ms())
    }

    /// When the day's quota is renewed, if it is used up.
    pub(crate) fn daily_until(&self) -> Option<i64> {
        self.budget().daily_until()
    }

    /// Has the audit remember a limit that the service tells, for the processes to come.
    fn learn(&self, limits: &Limits) {
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
            self.audit.learn_limit(&self.connection, limit.0, limit.1);
        }
    }

    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// A taken slot. Dropping it, as cancelling does, counts as an answer: the service may have counted
/// the request up to now, but not later.
pub(crate) struct Slot<'p> {
    pace: &'p Pace,
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
            let now = self.pace.clock.now_ms();
            self.pace.budget().answered(self.id, now, limits);
            self.pace.learn(limits);
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
