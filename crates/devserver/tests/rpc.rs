//! Commands.

use crate::support::{Running, error};
use foxbridge_contract::{AppError, ErrorCode};
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn a_command_is_answered() {
    let s = Running::start(None).await;
    let answer = s.rpc("echo").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        answer.json::<Value>().await.unwrap(),
        json!({"got": {"a": 1}})
    );
    let empty = s.rpc("echo").body("").send().await.unwrap();
    assert_eq!(
        empty.json::<Value>().await.unwrap(),
        json!({"got": {}}),
        "an empty body is a request without content"
    );
}

#[tokio::test]
async fn errors_keep_their_words_and_get_a_status() {
    let s = Running::start(None).await;
    let (status, busy) = error(s.rpc("busy").send().await.unwrap()).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(
        busy,
        AppError::new(ErrorCode::Busy, "It runs already.").hint("Wait.")
    );
    let (status, unknown) = error(s.rpc("no.such").send().await.unwrap()).await;
    assert_eq!(
        (status, unknown.code),
        (StatusCode::NOT_FOUND, ErrorCode::NotFound)
    );
    assert!(unknown.message.contains("no.such"), "{unknown}");
    let (status, fault) = error(s.rpc("panic").send().await.unwrap()).await;
    assert_eq!(
        (status, fault.code),
        (StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::Internal)
    );
    let after = s.rpc("echo").send().await.unwrap();
    assert_eq!(
        after.status(),
        StatusCode::OK,
        "one fault does not end the server"
    );
}

#[tokio::test]
async fn what_is_not_json_is_named() {
    let s = Running::start(None).await;
    for body in ["{", "{\"a\": }", "a=1", "\u{feff}{}"] {
        let (status, error) = error(s.rpc("echo").body(body).send().await.unwrap()).await;
        assert_eq!(
            (status, error.code),
            (StatusCode::BAD_REQUEST, ErrorCode::BadRequest),
            "{body}"
        );
        assert!(
            error.message.contains("echo"),
            "it says which request: {error}"
        );
    }
    assert_eq!(s.calls(), 0, "the application heard of none of it");
}

#[tokio::test]
async fn only_posts_to_one_command_are_commands() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "page").unwrap();
    let s = Running::start(Some(folder.path())).await;
    let token = s.server.token().reveal();
    let others = [
        s.client.get(s.at("/rpc/echo")),
        s.client.put(s.at("/rpc/echo")),
        s.client.post(s.at("/rpc")),
        s.client.post(s.at("/rpc/")),
        s.client.post(s.at("/rpc/echo/more")),
    ];
    for request in others {
        let shown = format!("{request:?}");
        let (status, _) = error(request.bearer_auth(token).send().await.unwrap()).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "not a page either: {shown}");
    }
    assert_eq!(s.calls(), 0);
}

#[tokio::test]
async fn a_page_that_is_closed_does_not_stop_its_command() {
    let mut s = Running::start(None).await;
    let asked = tokio::spawn(s.rpc("wait").send());
    s.backend.began.acquire().await.unwrap().forget();
    asked.abort();
    assert!(
        asked.await.unwrap_err().is_cancelled(),
        "the page was closed while it waited"
    );
    // A new request on a new connection: by its answer the server has seen the other one close.
    s.rpc("echo").send().await.unwrap();
    s.backend.may_end.add_permits(1);
    assert_eq!(
        s.outcome.recv().await,
        Some("finished"),
        "a write is not stopped half way"
    );
}
