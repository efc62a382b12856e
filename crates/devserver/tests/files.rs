//! Pages and files, and being found at all.

use crate::support::Running;
use foxbridge_devserver::{Options, Server};
use reqwest::StatusCode;

#[tokio::test]
async fn pages_and_files_are_served_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let ui = folder.path().join("dist");
    std::fs::create_dir_all(ui.join("assets")).unwrap();
    std::fs::write(
        ui.join("index.html"),
        "<!doctype html><title>Foxbridge</title>",
    )
    .unwrap();
    std::fs::write(ui.join("assets/app.js"), "export {}").unwrap();
    std::fs::write(folder.path().join("secret.txt"), "secret").unwrap();
    let s = Running::start(Some(&ui)).await;
    let get = async |path: &str| {
        let answer = s.client.get(s.at(path)).send().await.unwrap();
        let kind = answer
            .headers()
            .get("content-type")
            .map(|v| v.to_str().unwrap().to_owned());
        (
            answer.status(),
            kind.unwrap_or_default(),
            answer.text().await.unwrap(),
        )
    };
    for path in ["/", "/?token=x", "/syncs/s1", "/activity?run=1"] {
        let (status, kind, body) = get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(kind.starts_with("text/html"), "{path}: {kind}");
        assert!(
            body.contains("<title>Foxbridge"),
            "{path} is a page of the interface"
        );
    }
    let (status, kind, body) = get("/assets/app.js").await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "export {}"));
    assert!(kind.contains("javascript"), "{kind}");
    for path in [
        "/assets/gone.js",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
    ] {
        let (status, _, body) = get(path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            !body.contains("secret") && !body.contains("<title>"),
            "{path}: {body}"
        );
    }
    let page = s.client.get(s.at("/")).send().await.unwrap();
    assert_eq!(
        page.headers()["referrer-policy"],
        "no-referrer",
        "its address holds the token"
    );
}

#[tokio::test]
async fn an_interface_that_was_not_built_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let s = Running::start(Some(&folder.path().join("dist"))).await;
    let answer = s.client.get(s.at("/")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .contains("Build the interface first")
    );
    let none = Running::start(None).await;
    let answer = none.client.get(none.at("/")).send().await.unwrap();
    assert!(answer.text().await.unwrap().contains("without --ui"));
}

#[tokio::test]
async fn a_taken_port_is_an_error() {
    let s = Running::start(None).await;
    let options = Options {
        port: s.server.port(),
        ui: None,
    };
    let taken = Server::start(s.backend.clone(), options).await.unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn the_address_opens_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), "page").unwrap();
    let s = Running::start(Some(folder.path())).await;
    assert!(
        s.server.url().starts_with("http://127.0.0.1:"),
        "{}",
        s.server.url()
    );
    let answer = s.client.get(s.server.url()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}
