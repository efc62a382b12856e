//! The server: binds, routes, and stops cleanly.

use std::io;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::events::{self, Feed};
use crate::guard::{self, Identity};
use crate::{Backend, Token, files, rpc};

/// The longest command, in bytes: the longest file that an operation takes (10 MiB) as text, with
/// what is around it. The command itself says what is wrong with a longer file.
const MOST_BODY: usize = 40 * 1024 * 1024;

/// How a server is started.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Port to listen on; 0 for any free one.
    pub port: u16,
    /// Folder of the built user interface; without it there are commands and events only.
    pub ui: Option<PathBuf>,
}

/// A running server. Dropping it lets it run; [`Server::stop`] ends it.
#[derive(Debug)]
pub struct Server {
    identity: Identity,
    end: watch::Sender<bool>,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Listens on 127.0.0.1 and nowhere else. It answers from when this returns.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn start<B: Backend>(backend: B, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let identity = Identity {
            port: listener.local_addr()?.port(),
            token: Token::random(),
        };
        let (end, ended) = watch::channel(false);
        let router = router(backend, options.ui, identity.clone(), ended.clone());
        let task = tokio::spawn(async move {
            let mut ended = ended;
            axum::serve(listener, router)
                .with_graceful_shutdown(async move {
                    // An error means that the handle was dropped: then it runs as long as the
                    // process does.
                    if ended.wait_for(|ended| *ended).await.is_err() {
                        std::future::pending::<()>().await;
                    }
                })
                .await
        });
        Ok(Self {
            identity,
            end,
            task,
        })
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.identity.port
    }

    /// The token of this start.
    pub fn token(&self) -> &Token {
        &self.identity.token
    }

    /// The address to open, with the token. A secret, as long as the server runs.
    pub fn url(&self) -> String {
        format!(
            "http://127.0.0.1:{}/?token={}",
            self.port(),
            self.token().reveal()
        )
    }

    /// Ends the event streams, lets the commands under way finish, and stops.
    ///
    /// # Errors
    /// If the server had failed meanwhile.
    pub async fn stop(self) -> io::Result<()> {
        self.end.send_replace(true);
        self.task.await.map_err(io::Error::other)?
    }
}

fn router<B: Backend>(
    backend: B,
    ui: Option<PathBuf>,
    identity: Identity,
    ended: watch::Receiver<bool>,
) -> Router {
    let guarded = Router::new()
        .route(
            "/rpc/{command}",
            post(rpc::call::<B>).fallback(rpc::unknown),
        )
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .with_state(backend.clone())
        .route("/rpc", any(rpc::unknown))
        .route("/rpc/", any(rpc::unknown))
        .route("/rpc/{command}/{*rest}", any(rpc::unknown))
        .route(
            "/events",
            get(events::stream::<B>).with_state(Feed { backend, ended }),
        )
        .layer(middleware::from_fn_with_state(
            identity.clone(),
            guard::token,
        ));
    guarded
        .merge(files::routes(ui))
        .layer(middleware::from_fn_with_state(identity, guard::same_site))
}
