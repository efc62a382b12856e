//! The user interface's files.
//!
//! The interface does its own routing: a path that is no file is one of its pages, and gets
//! `index.html`. A path that looks like a file and is none is a mistake, and says so: a page in
//! place of a script would only fail later and obscurely.

use std::path::PathBuf;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// Routes for everything that is neither a command nor the events.
pub(crate) fn routes(ui: Option<PathBuf>) -> Router {
    let router = match ui {
        Some(folder) => {
            let pages = Router::new().fallback(get(page)).with_state(folder.clone());
            Router::new().fallback_service(ServeDir::new(folder).fallback(pages))
        }
        None => Router::new().fallback(async || {
            (
                StatusCode::NOT_FOUND,
                "This server was started without --ui: it has no pages.\n",
            )
        }),
    };
    let set =
        |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    router
        // The page's address holds the token.
        .layer(set(header::REFERRER_POLICY, "no-referrer"))
        .layer(set(
            header::CONTENT_SECURITY_POLICY,
            "frame-ancestors 'none'",
        ))
        .layer(set(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // A rebuilt interface is seen at once.
        .layer(set(header::CACHE_CONTROL, "no-store"))
}

async fn page(State(folder): State<PathBuf>, request: Request) -> Response {
    let last = request.uri().path().rsplit('/').next().unwrap_or_default();
    if last.contains('.') {
        return (StatusCode::NOT_FOUND, "There is no such file.\n").into_response();
    }
    let index = folder.join("index.html");
    match tokio::fs::read_to_string(&index).await {
        Ok(html) => Html(html).into_response(),
        Err(e) => {
            let message = format!(
                "{} cannot be read ({e}). Build the interface first.\n",
                index.display()
            );
            (StatusCode::NOT_FOUND, message).into_response()
        }
    }
}
