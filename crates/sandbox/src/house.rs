//! What the two services share while they run: the world, the counters, the limits and the time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foxbridge_model::Service;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::config::FaultProfile;
use crate::limits::{AimfoxLimit, HighLevelLimit};
use crate::oauth::Book;
use crate::post::Posted;
use crate::stats::Stats;
use crate::world::World;

/// What both services share.
pub(crate) struct House {
    pub(crate) world: Mutex<World>,
    pub(crate) desk: Mutex<Desk>,
    pub(crate) oauth: Mutex<Book>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) lag_ms: i64,
    /// How long a campaign's day takes.
    pub(crate) campaign_day_ms: i64,
    pub(crate) seed: u64,
    /// Told after every change of the world.
    pub(crate) changed: Notify,
    /// Told when there is something for webhooks.
    pub(crate) told: Notify,
    /// Told when something was sent to one.
    pub(crate) posted: Notify,
}

/// Counters and limits.
pub(crate) struct Desk {
    pub(crate) profile: FaultProfile,
    /// What goes wrong on the way to webhooks.
    pub(crate) posts: FaultProfile,
    /// What was sent to webhooks.
    pub(crate) posted: Vec<Posted>,
    pub(crate) highlevel_limit: HighLevelLimit,
    pub(crate) aimfox_limit: AimfoxLimit,
    pub(crate) highlevel: Lane,
    pub(crate) aimfox: Lane,
}

/// The counters of one service.
#[derive(Default)]
pub(crate) struct Lane {
    /// Requests since the start; the schedule of faults goes by it.
    pub(crate) number: u64,
    pub(crate) stats: Stats,
}

impl Desk {
    pub(crate) fn lane(&mut self, service: Service) -> &mut Lane {
        match service {
            Service::HighLevel => &mut self.highlevel,
            Service::Aimfox => &mut self.aimfox,
        }
    }
}

/// Locks, whoever failed while holding it.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
