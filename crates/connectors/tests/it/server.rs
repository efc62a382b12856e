//! A server that answers what a test tells it to, and the parts a transport needs around it.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use foxbridge_connectors::{
    AllowAll, ConnectionConfig, MemoryAudit, NoObserver, Paces, Transport, TransportParts,
    VirtualClock,
};
use foxbridge_model::Service;
use futures::stream::{self, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The secret of every connection here.
pub(crate) const SECRET: &str = "pit-5ecret-0a1b2c3d";
/// 2026-01-01T00:00:00Z.
pub(crate) const START_MS: i64 = 1_767_225_600_000;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    /// Its JSON; `null` when it is none.
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Seen {
    /// A query parameter, undecoded.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key == name).then_some(value)
        })
    }
}

/// What is answered.
pub(crate) enum Reply {
    Json(u16, Value),
    With(u16, Vec<(&'static str, String)>, Value),
    Raw(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The beginning of an answer, then the connection breaks.
    Cut(u16),
    /// Never.
    Hang,
}

impl Reply {
    async fn response(self) -> Response<Body> {
        let (status, headers, body) = match self {
            Self::Json(status, json) => (status, vec![], Body::from(json.to_string())),
            Self::With(status, headers, json) => (status, headers, Body::from(json.to_string())),
            Self::Raw(status, headers, bytes) => (status, headers, Body::from(bytes)),
            Self::Cut(status) => {
                let begun = stream::iter([Ok("{\"contacts\": [")]);
                // The pause lets the beginning go out.
                let broken = stream::once(async {
                    tokio::task::yield_now().await;
                    Err(std::io::Error::other("cut"))
                });
                (status, vec![], Body::from_stream(begun.chain(broken)))
            }
            Self::Hang => std::future::pending().await,
        };
        let mut response = Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(name, value);
        }
        response.body(body).unwrap()
    }
}

/// A running server.
pub(crate) struct Server {
    pub(crate) base_url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Answers the n-th request (from 0) with `reply(n, request)`.
    pub(crate) async fn start<F>(reply: impl Fn(usize, Seen) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, count, reply) = (Arc::clone(&seen), AtomicUsize::new(0), Arc::new(reply));
        let shared = Arc::new((log, count));
        let app = axum::Router::new().fallback(move |request: Request| {
            let (shared, reply) = (Arc::clone(&shared), Arc::clone(&reply));
            async move {
                let (parts, body) = request.into_parts();
                let bytes = to_bytes(body, usize::MAX).await.unwrap();
                let seen = Seen {
                    method: parts.method.to_string(),
                    path: parts.uri.path().to_owned(),
                    query: parts.uri.query().unwrap_or_default().to_owned(),
                    headers: parts.headers,
                    body: serde_json::from_slice(&bytes).unwrap_or_default(),
                    bytes: bytes.to_vec(),
                };
                shared.0.lock().unwrap().push(seen.clone());
                let n = shared.1.fetch_add(1, Ordering::SeqCst);
                reply(n, seen).await.response().await
            }
        });
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            base_url,
            seen,
            task,
        }
    }

    /// Answers by a function without waiting.
    pub(crate) async fn answer(
        reply: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |n, seen| std::future::ready(reply(n, &seen))).await
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

/// What a test wants to look into.
pub(crate) struct Around {
    pub(crate) clock: VirtualClock,
    pub(crate) audit: Arc<MemoryAudit>,
    pub(crate) cancel: CancellationToken,
    pub(crate) parts: TransportParts,
}

/// Parts with a clock that stands at [`START_MS`].
pub(crate) fn around() -> Around {
    let clock = VirtualClock::at(START_MS);
    let audit = Arc::new(MemoryAudit::default());
    let cancel = CancellationToken::new();
    let parts = TransportParts {
        clock: Arc::new(clock.clone()),
        audit: Arc::clone(&audit) as _,
        gate: Arc::new(AllowAll),
        observer: Arc::new(NoObserver),
        paces: Paces::default(),
        cancel: cancel.clone(),
        run: Some("run-1".to_owned()),
        seed: 7,
        carrier: None,
    };
    Around {
        clock,
        audit,
        cancel,
        parts,
    }
}

pub(crate) fn config(service: Service, base_url: &str) -> ConnectionConfig {
    ConnectionConfig {
        id: "connection-1".to_owned(),
        service,
        base_url: base_url.to_owned(),
        account: (service == Service::HighLevel).then(|| "loc1".to_owned()),
        requests_per_minute: None,
        timeout: Some(Duration::from_secs(20)),
    }
}

pub(crate) fn transport(service: Service, base_url: &str, parts: &TransportParts) -> Transport {
    Transport::new(config(service, base_url), SECRET.into(), parts.clone()).unwrap()
}
