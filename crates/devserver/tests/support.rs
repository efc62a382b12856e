//! The server with a small application behind it, over real sockets.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use foxbridge_contract::{AppError, ErrorCode, Event};
use foxbridge_devserver::{Backend, Options, Server};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::sync::{Semaphore, broadcast, mpsc};

/// An application with four commands; it counts what reaches it.
#[derive(Clone)]
pub(crate) struct Small {
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) calls: Arc<AtomicU32>,
    /// `wait` says that it began, and goes on when it may.
    pub(crate) began: Arc<Semaphore>,
    pub(crate) may_end: Arc<Semaphore>,
    pub(crate) outcome: mpsc::UnboundedSender<&'static str>,
}

impl Backend for Small {
    async fn call(&self, command: &str, request: Value) -> Result<Value, AppError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        match command {
            "echo" => Ok(json!({ "got": request })),
            "busy" => Err(AppError::new(ErrorCode::Busy, "It runs already.").hint("Wait.")),
            "panic" => panic!("on purpose"),
            "wait" => {
                let mut wait = Wait {
                    tell: self.outcome.clone(),
                    how: "cut off",
                };
                self.began.add_permits(1);
                self.may_end.acquire().await.unwrap().forget();
                wait.how = "finished";
                Ok(json!("done"))
            }
            _ => Err(AppError::new(
                ErrorCode::NotFound,
                format!("There is no command {command}."),
            )),
        }
    }

    fn subscribe(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }
}

/// Tells how a `wait` ended, also if it was dropped on the way.
struct Wait {
    tell: mpsc::UnboundedSender<&'static str>,
    how: &'static str,
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.tell.send(self.how).unwrap();
    }
}

pub(crate) struct Running {
    pub(crate) server: Server,
    pub(crate) backend: Small,
    pub(crate) client: Client,
    pub(crate) outcome: mpsc::UnboundedReceiver<&'static str>,
}

impl Running {
    pub(crate) async fn start(ui: Option<&Path>) -> Self {
        let (tell, outcome) = mpsc::unbounded_channel();
        let backend = Small {
            events: broadcast::channel(16).0,
            calls: Arc::default(),
            began: Arc::new(Semaphore::new(0)),
            may_end: Arc::new(Semaphore::new(0)),
            outcome: tell,
        };
        let options = Options {
            port: 0,
            ui: ui.map(Path::to_owned),
        };
        let server = Server::start(backend.clone(), options).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        Self {
            server,
            backend,
            client,
            outcome,
        }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.server.port())
    }

    pub(crate) fn bare(&self, command: &str) -> RequestBuilder {
        self.client
            .post(self.at(&format!("/rpc/{command}")))
            .json(&json!({"a": 1}))
    }

    pub(crate) fn rpc(&self, command: &str) -> RequestBuilder {
        self.bare(command).bearer_auth(self.server.token().reveal())
    }

    pub(crate) fn calls(&self) -> u32 {
        self.backend.calls.load(Ordering::SeqCst)
    }
}

pub(crate) async fn error(response: Response) -> (StatusCode, AppError) {
    (response.status(), response.json().await.unwrap())
}
