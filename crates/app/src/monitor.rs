//! How an unattended Foxbridge is watched: `/health` and `/metrics`, on an address of their own that
//! no tunnel needs to reach.

mod metrics;

use std::net::{IpAddr, SocketAddr};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use foxbridge_contract::{AppError, ErrorCode, WorkerPlace};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{App, worker};

/// A running monitor. Dropping it lets it run as long as the process does.
#[derive(Debug)]
pub struct Monitor {
    address: SocketAddr,
    end: CancellationToken,
    task: JoinHandle<()>,
}

impl Monitor {
    /// Listens; port 0 stands for any free one. What it tells holds names of syncs and rules and
    /// counts, and nothing of people, keys or records.
    ///
    /// # Errors
    /// [`ErrorCode::BadRequest`] when the address cannot be listened on.
    pub async fn start(app: &App, host: IpAddr, port: u16) -> Result<Self, AppError> {
        let listen = || async {
            let listener = TcpListener::bind((host, port)).await?;
            let address = listener.local_addr()?;
            Ok::<_, std::io::Error>((listener, address))
        };
        let (listener, address) = listen().await.map_err(|e| {
            AppError::new(
                ErrorCode::BadRequest,
                format!("{host} port {port} cannot be listened on: {e}."),
            )
            .hint("Choose another port, or 0 for any free one.")
        })?;
        let end = CancellationToken::new();
        let router = Router::new()
            .route("/health", get(health))
            .route("/metrics", get(metrics))
            .with_state(app.clone());
        let ended = end.clone().cancelled_owned();
        let task = tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(ended);
            if let Err(e) = served.await {
                tracing::error!("the monitor ended: {e}");
            }
        });
        Ok(Self { address, end, task })
    }

    /// Where it is, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers what is asked already, and ends.
    pub async fn stop(self) {
        self.end.cancel();
        // An error means that it had ended badly; the log has it.
        let _ended = self.task.await;
    }
}

/// 200 while a worker is at work on this data and the database answers; 503 otherwise.
async fn health(State(app): State<App>) -> Response {
    match worker::status(&app) {
        Ok(status) => {
            let code = match status.place {
                WorkerPlace::Nowhere => StatusCode::SERVICE_UNAVAILABLE,
                WorkerPlace::Here | WorkerPlace::Elsewhere => StatusCode::OK,
            };
            let body = json!({
                "state": status.state,
                "worker": status.place,
                "next_run": status.next_run,
                "needs_you": status.needs_you,
                "version": env!("CARGO_PKG_VERSION"),
            });
            (code, Json(body)).into_response()
        }
        Err(e) => (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "error": e }))).into_response(),
    }
}

async fn metrics(State(app): State<App>) -> Response {
    match metrics::text(&app) {
        Ok(text) => {
            let kind = "text/plain; version=0.0.4; charset=utf-8";
            ([(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(e) => (StatusCode::SERVICE_UNAVAILABLE, e.to_string()).into_response(),
    }
}
