//! The port of this computer that the browser comes back to.

use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use foxbridge_contract::{AppError, ErrorCode};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::answer_page::{self, Page};
use super::{Proof, Returned};

/// Path of the redirect URL. It must not hold the vendor's name, or a white-label app refuses it.
pub(crate) const PATH: &str = "/signed-in";

/// The redirect URL at a port, as it is to be registered: it is compared letter by letter.
pub(crate) fn redirect_url(port: u16) -> String {
    format!("http://127.0.0.1:{port}{PATH}")
}

/// A port that is listened on.
pub(crate) struct Listener {
    listener: TcpListener,
    port: u16,
}

/// Somebody who came back, and waits for a page.
pub(crate) struct Visitor {
    pub(crate) returned: Returned,
    pub(crate) show: oneshot::Sender<Page>,
}

#[derive(Clone)]
struct Door {
    port: u16,
    proof: Arc<Proof>,
    visitors: mpsc::Sender<Visitor>,
}

impl Listener {
    /// Listens on loopback.
    pub(crate) async fn bind(port: u16) -> Result<Self, AppError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
        let listener = listener.map_err(|e| {
            AppError::new(
                ErrorCode::Busy,
                format!("Port {port} of this computer cannot be listened on: {e}."),
            )
            .hint(
                "Another sign-in or another program may use it. End that, or choose another port \
                 and register the redirect URL with it in your app.",
            )
        })?;
        let port = listener.local_addr().map_or(port, |at| at.port());
        Ok(Self { listener, port })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Serves until the returned visits are ended or dropped. Who comes with another state than
    /// `proof`'s is turned away and changes nothing.
    pub(crate) fn serve(self, proof: Arc<Proof>) -> Visits {
        let (visitors, receiver) = mpsc::channel(1);
        let closed = visitors.clone();
        let door = Door {
            port: self.port,
            proof,
            visitors,
        };
        let router = Router::new()
            .route(PATH, get(come_back))
            .fallback(|| async { answer_page::respond(StatusCode::NOT_FOUND, &Page::lost()) })
            .with_state(door);
        let served = tokio::spawn(async move {
            let server = axum::serve(self.listener, router);
            let server = server.with_graceful_shutdown(async move { closed.closed().await });
            if let Err(error) = server.await {
                tracing::warn!(%error, "the sign-in's port was closed");
            }
        });
        Visits { receiver, served }
    }
}

/// Who comes, and the server they come to.
pub(crate) struct Visits {
    receiver: mpsc::Receiver<Visitor>,
    served: JoinHandle<()>,
}

impl Visits {
    pub(crate) async fn next(&mut self) -> Option<Visitor> {
        self.receiver.recv().await
    }

    /// Lets nobody in any more, and returns when who was in has the page: a program that ends with
    /// its sign-in would otherwise leave the browser with a broken connection.
    pub(crate) async fn end(self) {
        drop(self.receiver);
        // It ends whatever happened to it.
        let _ended = self.served.await;
    }
}

#[derive(Deserialize)]
struct Answer {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

async fn come_back(
    State(door): State<Door>,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Response {
    // Another site's name that points here must not get an answer (DNS rebinding).
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let own = format!("127.0.0.1:{}", door.port);
    let ours = answer
        .state
        .as_deref()
        .is_some_and(|state| door.proof.is_ours(state));
    if host != Some(own.as_str()) || !ours {
        tracing::warn!("an answer that belongs to no sign-in was turned away");
        return answer_page::respond(StatusCode::BAD_REQUEST, &Page::stranger());
    }
    let returned = match (answer.code, answer.error) {
        (Some(code), None) if !code.is_empty() => Returned::Code(code.into()),
        (_, error) => {
            let why = answer.error_description.or(error).unwrap_or_default();
            Returned::Denied(why.chars().take(200).collect())
        }
    };
    let (show, shown) = oneshot::channel();
    let visitor = Visitor { returned, show };
    // The first who comes is served; there is one code.
    if door.visitors.try_send(visitor).is_err() {
        return answer_page::respond(StatusCode::CONFLICT, &Page::lost());
    }
    match shown.await {
        Ok(page) => answer_page::respond(StatusCode::OK, &page),
        Err(_) => answer_page::respond(StatusCode::GONE, &Page::lost()),
    }
    .into_response()
}
