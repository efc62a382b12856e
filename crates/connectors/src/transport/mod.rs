//! The one way to a service.
//!
//! A [`Call`] is checked against the catalog and the permission switch, waits for its turn, is
//! written to the audit, sent, and repeated where that is safe.
//!
//! **Architecture Invariant:** the secret goes out in a header marked as sensitive, or in the body of
//! a call for tokens; it is in no error, no log, no audit row and no `Debug` output.

mod answer;
mod audit;
mod budget;
mod call;
mod carrier;
mod clock;
mod config;
mod content;
mod credentials;
mod error;
mod outline;
mod pace;
mod payload;
mod reach;
mod retry;
mod urgency;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use foxbridge_catalog::{CatalogError, Operation};
use foxbridge_model::Service;
use serde_json::Value;

use answer::{Answer, Failure, changes};
pub use audit::{
    AllowAll, Audit, Gate, MemoryAudit, NoObserver, Observer, RequestEnd, RequestRow, RequestStart,
};
pub use call::Call;
pub use carrier::{Carried, Carrier, Failed, NoAnswer};
pub use clock::{Clock, SystemClock, VirtualClock};
pub use config::{ConnectionConfig, TransportParts};
use credentials::Bearer;
pub use credentials::Credentials;
pub use error::{CallError, Lack};
use outline::Outline;
pub use outline::Preview;
pub use pace::Paces;
use pace::{NoTurn, Pace, Slot};
pub use payload::{Content, Part, Payload};
pub use reach::Reach;
use retry::{Again, Next, Tries};
use secrecy::SecretString;
pub use urgency::Urgency;
use wire::{Sent, Wire};

/// Sends the calls of one connection. Cheap to clone; clones share budget and queue.
#[derive(Clone)]
pub struct Transport {
    inner: Arc<Inner>,
    urgency: Urgency,
}

struct Inner {
    config: ConnectionConfig,
    wire: Wire,
    pace: Arc<Pace>,
    parts: TransportParts,
    seed: AtomicU64,
    bearer: Bearer,
    /// How far the service's clock is ahead of ours; [`i64::MIN`] until it has told.
    skew_ms: AtomicI64,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("config", &self.inner.config)
            .finish_non_exhaustive()
    }
}

impl Transport {
    /// A transport for a connection. Its budget begins with what the audit says was sent lately,
    /// and keeps an eye on it, so that several processes share one limit.
    ///
    /// # Errors
    /// [`CallError::UnsafeUrl`] unless the base URL is https, or http to this computer;
    /// [`CallError::BadSecret`] when the secret does not fit into a header.
    pub fn new(
        config: ConnectionConfig,
        secret: SecretString,
        parts: TransportParts,
    ) -> Result<Self, CallError> {
        wire::bearer(config.service, &secret)?;
        Self::open(config, Bearer::Fixed(secret), parts)
    }

    /// The same with a secret that may be renewed.
    ///
    /// # Errors
    /// [`CallError::UnsafeUrl`] as for [`Transport::new`].
    pub fn with_credentials(
        config: ConnectionConfig,
        credentials: Arc<dyn Credentials>,
        parts: TransportParts,
    ) -> Result<Self, CallError> {
        Self::open(config, Bearer::Kept(credentials), parts)
    }

    /// The same without a secret, for the calls by which one comes by one.
    ///
    /// # Errors
    /// [`CallError::UnsafeUrl`] as for [`Transport::new`].
    pub fn without_secret(
        config: ConnectionConfig,
        parts: TransportParts,
    ) -> Result<Self, CallError> {
        Self::open(config, Bearer::Nobody, parts)
    }

    fn open(
        config: ConnectionConfig,
        bearer: Bearer,
        parts: TransportParts,
    ) -> Result<Self, CallError> {
        let wire = Wire::new(&config, parts.carrier.clone())?;
        let pace = parts.paces.of(&config, &parts);
        let seed = AtomicU64::new(parts.seed);
        Ok(Self {
            inner: Arc::new(Inner {
                config,
                wire,
                pace,
                parts,
                seed,
                bearer,
                skew_ms: AtomicI64::new(i64::MIN),
            }),
            urgency: Urgency::Read,
        })
    }

    /// The same way for calls that are more urgent than a sync's reads, or less. Writes come before
    /// its reads whatever is said here.
    #[must_use]
    pub fn with_urgency(mut self, urgency: Urgency) -> Self {
        self.urgency = urgency;
        self
    }

    /// Whether the day's quota leaves room for calls like those of this transport.
    pub fn has_room(&self) -> bool {
        let now = self.inner.parts.clock.now_ms();
        self.inner.pace.saves_until(now, self.urgency).is_none()
    }

    /// How far the service's clock was ahead of this computer's at its last answer, in
    /// milliseconds; `None` before the first. Good to a second or two.
    pub fn clock_skew_ms(&self) -> Option<i64> {
        let skew = self.inner.skew_ms.load(Ordering::Relaxed);
        (skew != i64::MIN).then_some(skew)
    }

    /// Which service it reaches.
    pub fn service(&self) -> Service {
        self.inner.config.service
    }

    /// The HighLevel location or Aimfox workspace, where it is known.
    pub fn account(&self) -> Option<&str> {
        self.inner.config.account.as_deref()
    }

    /// Makes a call and returns the answer's JSON (`null` for an empty one).
    ///
    /// Cancelling ends waits at once, and reads too; a write under way is let finish, so that its
    /// outcome is known.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn call(&self, call: Call) -> Result<Value, CallError> {
        let inner = &*self.inner;
        let operation = call.operation;
        let title = operation.title.as_str();
        inner
            .parts
            .gate
            .check(operation)
            .map_err(|why| CallError::Blocked {
                operation: title,
                why,
            })?;
        let outline = inner.prepare(&call).await?;

        let urgency = if changes(operation) {
            self.urgency.min(Urgency::Write)
        } else {
            self.urgency
        };
        let repeatable = operation.idempotent || !changes(operation);
        let seed = inner.seed.fetch_add(1, Ordering::Relaxed);
        let mut tries = Tries::new(repeatable, seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        // The last try that may have been carried out.
        let mut doubt: Option<CallError> = None;
        let mut secret = inner.bearer.current().await?;
        let mut renewed = false;
        for attempt in 1.. {
            let tried = match inner.turn(title, urgency).await {
                Ok(slot) => {
                    let (outline, secret) = (&outline, secret.as_ref());
                    inner
                        .attempt(operation, outline, secret, slot, attempt)
                        .await
                }
                Err(error) => Err(Failure::new(error, Again::Never)),
            };
            let mut failure = match tried {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            if failure.again == Again::WithNewSecret && !std::mem::replace(&mut renewed, true) {
                let other = inner.bearer.renewed(secret.clone()).await;
                if let Some(other) = other.map_err(|error| error.after(doubt.clone()))? {
                    secret = Some(other);
                    continue;
                }
            }
            if let CallError::RateLimited { tries, .. } = &mut failure.error {
                *tries = attempt;
            }
            let next = tries.next(failure.again, inner.pace.window());
            if next != Next::Stop {
                tracing::debug!(
                    operation = operation.id,
                    attempt,
                    ?next,
                    "{}",
                    failure.error
                );
                if failure.error.outcome_unknown() {
                    doubt = Some(failure.error.clone());
                }
            }
            let cancelled = match next {
                Next::Hold(wait) => {
                    inner.pace.hold(inner.parts.clock.now_ms(), wait);
                    false
                }
                Next::Wait(wait) => {
                    tokio::select! {
                        biased;
                        () = inner.parts.cancel.cancelled() => true,
                        () = inner.parts.clock.sleep(wait) => false,
                    }
                }
                Next::Stop => return Err(failure.error.after(doubt)),
            };
            if cancelled {
                return Err(CallError::Cancelled {
                    operation: title,
                    unknown: false,
                }
                .after(doubt));
            }
        }
        unreachable!("the tries of a call are counted")
    }
}

impl Inner {
    /// Checks a call and puts it together.
    async fn prepare(&self, call: &Call) -> Result<Outline, CallError> {
        let operation = call.operation;
        let bad = |what: String| CallError::BadRequest {
            operation: &operation.title,
            what,
        };
        if operation.service != self.config.service {
            return Err(bad(format!(
                "it is an operation of {}, and this is a connection to {}",
                operation.service, self.config.service
            )));
        }
        let problems = call.problems();
        if !problems.is_empty() {
            let operation = operation.id.clone();
            let invalid = CatalogError::Invalid {
                operation,
                problems,
            };
            return Err(bad(invalid.to_string()));
        }
        Outline::draw(self.wire.base(), call).await.map_err(bad)
    }

    async fn turn(&self, operation: &'static str, urgency: Urgency) -> Result<Slot<'_>, CallError> {
        let service = self.config.service;
        self.pace
            .turn(urgency, &self.parts)
            .await
            .map_err(|none| match none {
                NoTurn::Cancelled => CallError::Cancelled {
                    operation,
                    unknown: false,
                },
                NoTurn::Daily { until, left } => CallError::DailyQuota {
                    operation,
                    service,
                    left,
                    reset_at_ms: until,
                },
            })
    }

    /// Sends it once, with its audit row.
    async fn attempt(
        &self,
        operation: &'static Operation,
        outline: &Outline,
        secret: Option<&SecretString>,
        slot: Slot<'_>,
        attempt: u32,
    ) -> Result<Value, Failure> {
        let start = RequestStart {
            connection: self.config.id.clone(),
            service: self.config.service,
            operation: operation.id.clone(),
            method: operation.method.as_str().to_owned(),
            path: outline.path.clone(),
            run: self.parts.run.clone(),
            attempt,
            at_ms: slot.sent_at(),
        };
        let row = OpenRow::begin(&self.parts, start.at_ms, &start);
        self.parts.observer.sent(self.config.service);

        let request = outline.request.try_clone();
        let sending = self.wire.send(Sent {
            operation,
            // Its body is in memory, so that it can be sent again.
            request: request.unwrap_or_else(|| unreachable!("the body is no stream")),
            bearer: secret,
            hidden: &outline.hidden,
        });
        let sent = if changes(operation) {
            sending.await
        } else {
            tokio::select! {
                biased;
                () = self.parts.cancel.cancelled() => {
                    row.end(None, Some("cancelled".to_owned()), None);
                    let error =
                        CallError::Cancelled { operation: &operation.title, unknown: false };
                    return Err(Failure::new(error, Again::Never));
                }
                sent = sending => sent,
            }
        };

        let now_ms = self.parts.clock.now_ms();
        let (status, limits, mut result) = match sent {
            Ok(Carried {
                status,
                headers,
                body,
            }) => {
                let limits = answer::limits(self.config.service, &headers);
                if let Some(theirs) = answer::date_ms(&headers) {
                    self.skew_ms.store(theirs - now_ms, Ordering::Relaxed);
                }
                let answer = Answer {
                    operation,
                    status,
                    headers: &headers,
                    body: &body,
                    now_ms,
                };
                (Some(status), limits, answer.read())
            }
            Err((status, failure)) => (status, budget::Limits::default(), Err(failure)),
        };
        slot.answered(&limits);
        if let Err(failure) = &mut result
            && let CallError::RateLimited { .. } = failure.error
            && let Some(reset_at_ms) = self.pace.daily_until()
        {
            // Waiting seconds would not help.
            let (operation, service) = (operation.title.as_str(), self.config.service);
            failure.error = CallError::DailyQuota {
                operation,
                service,
                left: 0,
                reset_at_ms,
            };
            failure.again = Again::Never;
        }
        let error = result
            .as_ref()
            .err()
            .map(|failure| failure.error.to_string());
        row.end(status, error, limits.daily_remaining);
        result
    }
}

/// A row of the audit that is completed whatever happens to the call.
struct OpenRow<'p> {
    parts: &'p TransportParts,
    id: i64,
    since_ms: i64,
    open: bool,
}

impl<'p> OpenRow<'p> {
    fn begin(parts: &'p TransportParts, since_ms: i64, start: &RequestStart) -> Self {
        Self {
            parts,
            id: parts.audit.begin(start),
            since_ms,
            open: true,
        }
    }

    fn end(mut self, status: Option<u16>, error: Option<String>, daily_remaining: Option<u32>) {
        self.close(status, error, daily_remaining);
    }

    fn close(&mut self, status: Option<u16>, error: Option<String>, daily_remaining: Option<u32>) {
        if std::mem::take(&mut self.open) {
            let took = self.parts.clock.now_ms() - self.since_ms;
            let duration_ms = u32::try_from(took.max(0)).unwrap_or(u32::MAX);
            let end = RequestEnd {
                status,
                duration_ms,
                error,
                daily_remaining,
            };
            self.parts.audit.finish(self.id, &end);
        }
    }
}

impl Drop for OpenRow<'_> {
    fn drop(&mut self) {
        self.close(
            None,
            Some("given up before the answer came".to_owned()),
            None,
        );
    }
}
