//! The receiver: believes a delivery or not, has it written down, and answers.
//!
//! Deliveries that come at the same time are written in one transaction, so that a burst costs few
//! waits for the disk.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_model::Service;
use foxbridge_store::NewDelivery;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::verify::{Bad, Keys, Raw, check};
use super::{Door, Test, doors, keep_test, under_test};
use crate::App;

/// No delivery is larger, in bytes: notes and messages are text.
const LARGEST: usize = 1024 * 1024;
/// Deliveries written in one transaction.
const BATCH: usize = 500;
/// Deliveries on their way to the disk; beyond that, whoever sends waits.
const QUEUE: usize = 20_000;
/// A door whose secret does not fit is looked up again, this often at most, in milliseconds.
const LOOK_UP_AGAIN: i64 = 1_000;
/// The header of a test event.
pub(super) const TEST_HEADER: &str = "x-foxbridge-test";

type Doors = Arc<RwLock<HashMap<String, Arc<Door>>>>;
type ToWrite = (NewDelivery, oneshot::Sender<bool>);

/// A receiver that listens.
pub(super) struct Open {
    port: u16,
    doors: Doors,
    end: CancellationToken,
    tasks: [JoinHandle<()>; 2],
}

#[derive(Clone)]
struct Shared {
    app: App,
    doors: Doors,
    queue: mpsc::Sender<ToWrite>,
    /// When doors were looked up because a secret did not fit, milliseconds since 1970.
    looked_up: Arc<Mutex<Option<i64>>>,
}

impl Shared {
    fn door(&self, path: &str) -> Option<Arc<Door>> {
        let doors = self.doors.read().unwrap_or_else(PoisonError::into_inner);
        doors.get(path).cloned()
    }

    /// The door as it is kept now: another process may have agreed on a secret a moment ago.
    async fn door_now(&self, path: &str) -> Option<Arc<Door>> {
        let mut looked_up = self.looked_up.lock().await;
        let now = self.app.now();
        if looked_up.is_none_or(|at| now - at >= LOOK_UP_AGAIN) {
            match doors(&self.app).await {
                Ok(doors) => set(&self.doors, doors),
                Err(e) => tracing::warn!("secrets of webhooks could not be looked up: {e}"),
            }
            *looked_up = Some(now);
        }
        self.door(path)
    }
}

fn set(doors: &Doors, to: Vec<Door>) {
    let to = to
        .into_iter()
        .map(|door| (door.path.clone(), Arc::new(door)));
    *doors.write().unwrap_or_else(PoisonError::into_inner) = to.collect();
}

impl Open {
    pub(super) async fn start(app: &App, port: u16, doors: Vec<Door>) -> Result<Self, AppError> {
        let taken = |e: std::io::Error| {
            AppError::new(
                ErrorCode::BadRequest,
                format!("Port {port} cannot be listened on: {e}."),
            )
            .hint("Choose another port on the Webhooks page, and point the tunnel at it.")
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(taken)?;
        let port = listener.local_addr().map_err(taken)?.port();
        let shared_doors = Doors::default();
        let (queue, to_write) = mpsc::channel(QUEUE);
        let shared = Shared {
            app: app.clone(),
            doors: Arc::clone(&shared_doors),
            queue,
            looked_up: Arc::default(),
        };
        let router = Router::new()
            .route("/hooks/{path}", post(deliver))
            .layer(DefaultBodyLimit::max(LARGEST))
            .with_state(shared);
        let end = CancellationToken::new();
        let ended = end.clone().cancelled_owned();
        let serving = tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(ended);
            if let Err(e) = served.await {
                tracing::error!("the receiver of webhooks ended: {e}");
            }
        });
        let writing = tokio::spawn(write(app.clone(), to_write));
        let open = Self {
            port,
            doors: shared_doors,
            end,
            tasks: [serving, writing],
        };
        open.set(doors);
        Ok(open)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn set(&self, doors: Vec<Door>) {
        set(&self.doors, doors);
    }

    /// Answers what came already, and ends.
    pub(super) async fn close(self) {
        self.end.cancel();
        for task in self.tasks {
            // An error means that it had ended badly; the log has it.
            let _ended = task.await;
        }
    }
}

/// Writes deliveries down, as many at once as there are.
async fn write(app: App, mut queue: mpsc::Receiver<ToWrite>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        let (deliveries, answers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let store = app.store().clone();
        let written = tokio::task::spawn_blocking(move || store.deliveries().take_in(&deliveries));
        let written = match written.await {
            Ok(Ok(())) => true,
            Ok(Err(e)) => {
                tracing::error!("deliveries could not be written down: {e}");
                false
            }
            Err(e) => {
                tracing::error!("deliveries could not be written down: {e}");
                false
            }
        };
        for answer in answers {
            // Whoever asked may have hung up.
            let _gone = answer.send(written);
        }
        app.worker().wake_rules();
        // Also what is refused, which nobody works on, is to be seen.
        app.changed(&["hooks.list", "hooks.deliveries"]);
    }
}

/// 200 once it is on the disk, also for what came before; 401 and 400 for what is not believed, 503
/// when it could not be written: then the service sends it again.
async fn deliver(
    State(shared): State<Shared>,
    Path(path): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let Some(door) = shared.door(&path) else {
        return StatusCode::NOT_FOUND;
    };
    if let Some(test) = header(&headers, TEST_HEADER) {
        return arrived(&shared.app, &door.connection.id, &test);
    }
    let (mut delivery, mut good) = judge(&door, &headers, &body, shared.app.now());
    if good == StatusCode::UNAUTHORIZED
        && door.connection.service == Service::Aimfox
        && let Some(door) = shared.door_now(&path).await
    {
        (delivery, good) = judge(&door, &headers, &body, shared.app.now());
    }
    let (answer, written) = oneshot::channel();
    if shared.queue.send((delivery, answer)).await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    match written.await {
        Ok(true) => good,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

/// What is written down of a delivery, and the answer to it.
fn judge(door: &Door, headers: &HeaderMap, body: &[u8], now: i64) -> (NewDelivery, StatusCode) {
    let raw = Raw {
        body,
        header: &|name| header(headers, name),
    };
    let keys = Keys {
        service: door.connection.service,
        account: door.connection.account.as_deref(),
        key: door.key.as_deref(),
        secrets: door.secrets.iter().map(|s| s.expose_secret()).collect(),
    };
    match check(&raw, &keys, now) {
        Ok(good) => {
            let delivery = NewDelivery {
                connection: door.connection.id.clone(),
                key: Some(good.key),
                at: now,
                why: None,
                event: good.event,
                body: good.payload,
            };
            (delivery, StatusCode::OK)
        }
        Err(bad) => {
            let status = match bad {
                Bad::Unproven(_) => StatusCode::UNAUTHORIZED,
                Bad::Malformed(_) => StatusCode::BAD_REQUEST,
            };
            let delivery = NewDelivery {
                connection: door.connection.id.clone(),
                key: None,
                at: now,
                why: Some(bad.why().to_owned()),
                event: String::new(),
                body: Value::Null,
            };
            (delivery, status)
        }
    }
}

/// A test event that we sent ourselves, and that came back.
fn arrived(app: &App, connection: &str, secret: &str) -> StatusCode {
    match under_test(app, connection) {
        Ok(Some(test)) if test.secret == secret => {
            let test = Test {
                arrived: true,
                ..test
            };
            match keep_test(app, connection, &test) {
                Ok(()) => StatusCode::OK,
                Err(_) => StatusCode::SERVICE_UNAVAILABLE,
            }
        }
        Ok(_) => StatusCode::UNAUTHORIZED,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
