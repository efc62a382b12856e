//! What the transport tells and asks its owner: the audit, the permission switch, and who waits.

use std::sync::{Mutex, MutexGuard, PoisonError};

use foxbridge_catalog::Operation;
use foxbridge_model::Service;

/// A request about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestStart {
    /// Connection it is sent for.
    pub connection: String,
    /// Service it goes to.
    pub service: Service,
    /// Catalog id of the operation.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path below the base URL with its ids filled in; never the query, which may name a person.
    pub path: String,
    /// Run it belongs to.
    pub run: Option<String>,
    /// 1 for the first try of a call.
    pub attempt: u32,
    /// Milliseconds since 1970.
    pub at_ms: i64,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestEnd {
    /// HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// From sending to the end of the answer.
    pub duration_ms: u32,
    /// What went wrong, without any secret.
    pub error: Option<String>,
    /// Requests left today, where the service says so.
    pub daily_remaining: Option<u32>,
}

/// One row a request. The row is written before the request is sent, so that the budget knows of it
/// even after a crash, and in the next process.
pub trait Audit: Send + Sync {
    /// Writes the row; the answer names it.
    fn begin(&self, start: &RequestStart) -> i64;
    /// Completes it.
    fn finish(&self, id: i64, end: &RequestEnd);
    /// `at_ms` of every request of a connection since then, whichever process sent it.
    fn sent_since(&self, connection: &str, since_ms: i64) -> Vec<i64>;
    /// The limit that the service told a connection last: requests, and in how many milliseconds.
    fn known_limit(&self, _connection: &str) -> Option<(u32, i64)> {
        None
    }
    /// The service told another limit than before.
    fn learn_limit(&self, _connection: &str, _requests: u32, _window_ms: i64) {}
}

/// The permission switch.
pub trait Gate: Send + Sync {
    /// Whether an operation may be sent; otherwise why not, in words that follow "because".
    ///
    /// # Errors
    /// The reason.
    fn check(&self, operation: &Operation) -> Result<(), String>;
}

/// Lets everything through.
#[derive(Debug, Clone, Copy, Default)]
pub struct AllowAll;

impl Gate for AllowAll {
    fn check(&self, _: &Operation) -> Result<(), String> {
        Ok(())
    }
}

/// Hears of requests and waits, to show them.
pub trait Observer: Send + Sync {
    /// A call waits a second or more for the service's limit; `None` when it goes on. Each wait is
    /// followed by exactly one `None`, cancelled or not.
    fn waiting(&self, service: Option<Service>);
    /// A request is on its way.
    fn sent(&self, service: Service);
}

/// Does not listen.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl Observer for NoObserver {
    fn waiting(&self, _: Option<Service>) {}
    fn sent(&self, _: Service) {}
}

/// A row of [`MemoryAudit`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// What was sent.
    pub start: RequestStart,
    /// What became of it; `None` while it is under way.
    pub end: Option<RequestEnd>,
}

/// An audit in memory: for tests, and for trying a connection that is not kept.
#[derive(Debug, Default)]
pub struct MemoryAudit(Mutex<Vec<RequestRow>>);

impl MemoryAudit {
    /// All rows, oldest first.
    pub fn rows(&self) -> Vec<RequestRow> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<RequestRow>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Audit for MemoryAudit {
    fn begin(&self, start: &RequestStart) -> i64 {
        let mut rows = self.lock();
        rows.push(RequestRow {
            start: start.clone(),
            end: None,
        });
        i64::try_from(rows.len() - 1).unwrap_or(i64::MAX)
    }

    fn finish(&self, id: i64, end: &RequestEnd) {
        let mut rows = self.lock();
        if let Some(row) = usize::try_from(id).ok().and_then(|id| rows.get_mut(id)) {
            row.end = Some(end.clone());
        }
    }

    fn sent_since(&self, connection: &str, since_ms: i64) -> Vec<i64> {
        self.lock()
            .iter()
            .filter(|row| row.start.connection == connection && row.start.at_ms >= since_ms)
            .map(|row| row.start.at_ms)
            .collect()
    }
}
