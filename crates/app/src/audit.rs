//! The transport's audit, kept in the store; and what a run tells its listeners.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use foxbridge_connectors::{Audit, Observer, RequestEnd, RequestStart};
use foxbridge_contract::Requests;
use foxbridge_model::Service;
use foxbridge_store::{NewRequest, Store};

tokio::task_local! {
    /// The change that is being made, by its position in the plan: whatever is asked of a service for
    /// it, retries and looking again included, is noted with it.
    pub(crate) static CHANGE: u32;
}

/// Writes one row a request. A row that cannot be written must not stop a sync: the log says so.
pub(crate) struct StoreAudit(pub(crate) Store);

impl Audit for StoreAudit {
    fn begin(&self, start: &RequestStart) -> i64 {
        let new = NewRequest {
            connection: &start.connection,
            service: start.service,
            operation: &start.operation,
            method: &start.method,
            path: &start.path,
            run: start.run.as_deref(),
            seq: CHANGE.try_with(|seq| *seq).ok(),
            attempt: start.attempt,
            at: start.at_ms,
        };
        self.0.requests().begin(&new).unwrap_or_else(|error| {
            tracing::error!(%error, "a request could not be written to the audit");
            -1
        })
    }

    fn finish(&self, id: i64, end: &RequestEnd) {
        let end = foxbridge_store::RequestEnd {
            status: end.status,
            duration_ms: end.duration_ms,
            error: end.error.as_deref(),
            daily_remaining: end.daily_remaining,
        };
        if let Err(error) = self.0.requests().finish(id, &end) {
            tracing::error!(%error, "an answer could not be written to the audit");
        }
    }

    fn sent_since(&self, connection: &str, since_ms: i64) -> Vec<i64> {
        self.0
            .requests()
            .sent_since(connection, since_ms)
            .unwrap_or_else(|error| {
                tracing::error!(%error, "the audit could not be read");
                Vec::new()
            })
    }

    fn known_limit(&self, connection: &str) -> Option<(u32, i64)> {
        let known = self.0.settings().get(&limit_key(connection)).ok()??;
        serde_json::from_value(known).ok()
    }

    fn learn_limit(&self, connection: &str, requests: u32, window_ms: i64) {
        let limit = serde_json::json!([requests, window_ms]);
        if let Err(error) = self.0.settings().set(&limit_key(connection), &limit) {
            tracing::error!(%error, "a service's limit could not be remembered");
        }
    }
}

/// Where the limit is kept that a connection's service told last.
fn limit_key(connection: &str) -> String {
    format!("connection.{connection}.limit")
}

/// Counts a run's requests and knows whom it waits for.
#[derive(Default)]
pub(crate) struct Meter {
    highlevel: AtomicU32,
    aimfox: AtomicU32,
    /// Calls waiting for HighLevel's and for Aimfox's budget.
    waiting: [AtomicU32; 2],
}

impl Meter {
    pub(crate) fn requests(&self) -> Requests {
        Requests {
            highlevel: self.highlevel.load(Ordering::Relaxed),
            aimfox: self.aimfox.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn waiting_for(&self) -> Option<Service> {
        [Service::HighLevel, Service::Aimfox]
            .into_iter()
            .find(|service| self.waiting[index(*service)].load(Ordering::Relaxed) > 0)
    }
}

fn index(service: Service) -> usize {
    match service {
        Service::HighLevel => 0,
        Service::Aimfox => 1,
    }
}

/// One service's view of a [`Meter`].
pub(crate) struct MeterFor(pub(crate) Arc<Meter>, pub(crate) Service);

impl Observer for MeterFor {
    fn waiting(&self, service: Option<Service>) {
        let count = &self.0.waiting[index(self.1)];
        if service.is_some() {
            count.fetch_add(1, Ordering::Relaxed);
        } else {
            count.fetch_sub(1, Ordering::Relaxed);
        }
    }

    fn sent(&self, service: Service) {
        let count = match service {
            Service::HighLevel => &self.0.highlevel,
            Service::Aimfox => &self.0.aimfox,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}
