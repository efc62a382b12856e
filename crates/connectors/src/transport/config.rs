//! What a transport is made of.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use foxbridge_model::Service;
use tokio_util::sync::CancellationToken;

use super::audit::{Audit, Gate, Observer};
use super::budget::Budget;
use super::carrier::Carrier;
use super::clock::Clock;
use super::pace::Paces;

/// HighLevel: 100 requests in 10 s (`facts/highlevel.md` §6).
const HIGHLEVEL: (u32, i64) = (100, 10_000);
/// Aimfox: 60 requests a minute, all endpoints together (`facts/aimfox.md` §1).
const AIMFOX: (u32, i64) = (60, 60_000);

/// One account of a service.
#[derive(Debug, Clone)]
pub struct ConnectionConfig {
    /// Our id of it; the audit's rows carry it, and whoever has the same shares one budget.
    pub id: String,
    /// Which service.
    pub service: Service,
    /// Where it is, e.g. `https://api.aimfox.com/api/v2`.
    pub base_url: String,
    /// HighLevel location id, or Aimfox workspace id where it is known.
    pub account: Option<String>,
    /// A limit of this account's own. For Aimfox the plan's; for HighLevel a ceiling below the
    /// service's.
    pub requests_per_minute: Option<u32>,
    /// How long an answer may take; 30 s for HighLevel and 90 s for Aimfox when left out.
    pub timeout: Option<Duration>,
}

impl ConnectionConfig {
    pub(super) fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(match self.service {
            Service::HighLevel => Duration::from_secs(30),
            // Some calls hang for a minute and then answer (`facts/aimfox.md` §1).
            Service::Aimfox => Duration::from_secs(90),
        })
    }

    pub(super) fn budget(&self) -> Budget {
        match (self.service, self.requests_per_minute) {
            (Service::HighLevel, None) => Budget::new(HIGHLEVEL.0, HIGHLEVEL.1, None),
            (Service::HighLevel, Some(n)) => {
                let ceiling = (n / 6).max(1);
                Budget::new(ceiling.min(HIGHLEVEL.0), HIGHLEVEL.1, Some(ceiling))
            }
            (Service::Aimfox, n) => Budget::new(n.unwrap_or(AIMFOX.0), AIMFOX.1, n),
        }
    }
}

/// What a transport asks of its surroundings.
#[derive(Clone)]
pub struct TransportParts {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// One row a request.
    pub audit: Arc<dyn Audit>,
    /// The permission switch.
    pub gate: Arc<dyn Gate>,
    /// Who hears of requests and waits.
    pub observer: Arc<dyn Observer>,
    /// The queues of this process: transports of one connection that share them share one.
    pub paces: Paces,
    /// Ends every call of this transport.
    pub cancel: CancellationToken,
    /// Run the requests belong to.
    pub run: Option<String>,
    /// Seed of the jitter between tries.
    pub seed: u64,
    /// How requests travel; over HTTP when left out.
    pub carrier: Option<Arc<dyn Carrier>>,
}

impl fmt::Debug for TransportParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportParts")
            .field("run", &self.run)
            .finish_non_exhaustive()
    }
}
