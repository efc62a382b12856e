//! Time, as the transport sees it: a trait, so that no test waits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures::future::BoxFuture;

/// Tells the time and waits.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970 in UTC.
    fn now_ms(&self) -> i64;
    /// Waits at least this long. Dropping the future ends the wait.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
    /// Waits until this moment at least, in milliseconds since 1970. A clock that is put forward by hand
    /// says so in its own way: between telling the time and beginning to sleep it may have been moved.
    fn sleep_until(&self, at: i64) -> BoxFuture<'_, ()> {
        let left = at.saturating_sub(self.now_ms());
        self.sleep(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
    }
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that stands still until somebody sleeps: it then jumps to the end of the shortest sleep.
/// For tests, which so see minutes of budget go by in no time.
#[derive(Debug, Clone, Default)]
pub struct VirtualClock {
    state: Arc<Mutex<VirtualTime>>,
}

#[derive(Debug, Default)]
struct VirtualTime {
    now: i64,
    next_sleeper: u64,
    sleepers: BTreeMap<u64, i64>,
}

impl VirtualClock {
    /// Stands at this many milliseconds since 1970.
    pub fn at(now_ms: i64) -> Self {
        let clock = Self::default();
        clock.state().now = now_ms;
        clock
    }

    /// Moves on (or, with a negative number, back).
    pub fn advance_ms(&self, by: i64) {
        self.state().now += by;
    }

    fn state(&self) -> MutexGuard<'_, VirtualTime> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now_ms(&self) -> i64 {
        self.state().now
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let sleeper = {
            let mut state = self.state();
            let until = state.now + i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2);
            state.next_sleeper += 1;
            let id = state.next_sleeper;
            state.sleepers.insert(id, until);
            Sleeper {
                clock: self,
                id,
                until,
            }
        };
        Box::pin(async move {
            loop {
                // Whoever can go on without waiting goes first.
                tokio::task::yield_now().await;
                let mut state = sleeper.clock.state();
                if state.sleepers.values().all(|other| *other >= sleeper.until) {
                    state.now = state.now.max(sleeper.until);
                }
                if state.now >= sleeper.until {
                    return;
                }
            }
        })
    }
}

struct Sleeper<'c> {
    clock: &'c VirtualClock,
    id: u64,
    until: i64,
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.clock.state().sleepers.remove(&self.id);
    }
}
