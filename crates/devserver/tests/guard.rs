//! Who may ask.

use crate::support::{Running, error};
use foxbridge_contract::ErrorCode;
use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HOST, ORIGIN};

#[tokio::test]
async fn without_the_token_nothing_is_reached() {
    let s = Running::start(None).await;
    let token = s.server.token().reveal().to_owned();
    let other = Running::start(None)
        .await
        .server
        .token()
        .reveal()
        .to_owned();
    let wrong = [
        s.bare("echo"),
        s.bare("echo").bearer_auth(""),
        s.bare("echo").bearer_auth(&token[1..]),
        s.bare("echo").bearer_auth(&other),
        s.bare("echo").header(AUTHORIZATION, &token),
        s.bare("echo")
            .header(AUTHORIZATION, format!("Basic {token}")),
        s.bare("echo?token="),
        s.bare(&format!("echo?token={other}")),
        s.bare(&format!("echo?nottoken={token}")),
        s.client.get(s.at("/events")),
        s.client.get(s.at("/rpc/echo")),
    ];
    for request in wrong {
        let shown = format!("{request:?}");
        let (status, error) = error(request.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{shown}");
        assert_eq!(error.code, ErrorCode::NotAuthorised, "{shown}");
        assert!(
            !error.message.contains(&token),
            "an error never tells the token"
        );
    }
    assert_eq!(s.calls(), 0, "the application heard of none of it");
    let by_query = s.bare(&format!("echo?token={token}")).send().await.unwrap();
    assert_eq!(
        by_query.status(),
        StatusCode::OK,
        "the token may come in the address"
    );
}

#[tokio::test]
async fn a_wrong_bearer_is_not_saved_by_the_address() {
    let s = Running::start(None).await;
    let request = s
        .bare(&format!("echo?token={}", s.server.token().reveal()))
        .bearer_auth("wrong");
    assert_eq!(
        request.send().await.unwrap().status(),
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn only_its_own_name_is_answered_to() {
    let s = Running::start(None).await;
    let port = s.server.port();
    for host in [format!("127.0.0.1:{port}"), format!("localhost:{port}")] {
        let answer = s.rpc("echo").header(HOST, &host).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{host}");
    }
    let calls = s.calls();
    for host in [
        format!("evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("localhost:{}", port.wrapping_add(1)),
        "127.0.0.1".to_owned(),
        "localhost".to_owned(),
        format!("LOCALHOST.:{port}"),
        format!("[::1]:{port}"),
    ] {
        for request in [s.rpc("echo"), s.client.get(s.at("/"))] {
            let (status, error) = error(request.header(HOST, &host).send().await.unwrap()).await;
            assert_eq!(
                status,
                StatusCode::FORBIDDEN,
                "{host}: a name that resolves here is not us"
            );
            assert_eq!(error.code, ErrorCode::Blocked, "{host}");
        }
    }
    assert_eq!(s.calls(), calls, "the application heard of none of it");
}

#[tokio::test]
async fn only_its_own_page_is_answered() {
    let s = Running::start(None).await;
    let port = s.server.port();
    let own = s
        .rpc("echo")
        .header(ORIGIN, format!("http://127.0.0.1:{port}"));
    assert_eq!(own.send().await.unwrap().status(), StatusCode::OK);
    let by_name = s
        .rpc("echo")
        .header(HOST, format!("localhost:{port}"))
        .header(ORIGIN, format!("http://localhost:{port}"));
    assert_eq!(by_name.send().await.unwrap().status(), StatusCode::OK);
    let calls = s.calls();
    for origin in [
        "https://evil.example".to_owned(),
        "null".to_owned(),
        String::new(),
        format!("https://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
        format!("http://127.0.0.1:{port}.evil.example"),
        "http://127.0.0.1".to_owned(),
    ] {
        let answer = s.rpc("echo").header(ORIGIN, &origin).send().await.unwrap();
        assert_eq!(
            answer.status(),
            StatusCode::FORBIDDEN,
            "{origin:?} is another page"
        );
    }
    let two = s
        .rpc("echo")
        .header(ORIGIN, format!("http://127.0.0.1:{port}"))
        .header(ORIGIN, "https://evil.example");
    assert_eq!(
        two.send().await.unwrap().status(),
        StatusCode::FORBIDDEN,
        "one of two is another"
    );
    assert_eq!(s.calls(), calls, "the application heard of none of it");
}
