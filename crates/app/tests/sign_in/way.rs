//! To the service's page and back.

use foxbridge_contract::ErrorCode;
use serde_json::json;

use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_signs_in_and_is_connected() {
    let stage = Stage::new().await;
    let (id, page) = stage.start(json!({})).await;
    let query: Vec<(String, String)> = page.query_pairs().into_owned().collect();
    let of = |name: &str| &query.iter().find(|(key, _)| key == name).unwrap().1;
    assert!(of("redirect_uri").starts_with("http://127.0.0.1:"));
    assert_eq!(of("code_challenge_method"), "S256", "PKCE is sent, too");
    assert!(of("state").len() > 40, "an answer cannot be guessed");
    let scopes: Vec<&str> = of("scope").split(' ').collect();
    let firsts: Vec<bool> = scopes.iter().map(|s| s.ends_with("readonly")).collect();
    assert!(
        firsts.is_sorted_by(|a, b| a >= b),
        "reading first: {scopes:?}"
    );
    assert!(
        !scopes.iter().any(|s| s.starts_with("opportunities")),
        "only what a sync uses is asked for: {scopes:?}"
    );

    let end = stage.choose(&page, "Location").await;
    assert!(end.contains("You can close this page"), "{end}");
    let connection = stage.wait(&id).await.unwrap()["connection"].clone();
    let location = &stage.sandbox.credentials().highlevel.location_id;
    assert_eq!(connection["account"], json!(location));
    assert_eq!(connection["sign_in"], "oauth");
    assert_eq!(connection["scopes_missing"], json!([]));
    let read = stage.read(&connection).await.unwrap();
    assert_eq!(read["status"], 200, "its token opens the location");

    let again = stage.sign_in(json!({}), "Location").await;
    assert_eq!(
        again["id"], connection["id"],
        "the same location is the same connection"
    );
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_asks_for_nothing_that_writes() {
    let stage = Stage::new().await;
    let (id, page) = stage.start(json!({"access": "read"})).await;
    let scope = page
        .query_pairs()
        .find(|(name, _)| name == "scope")
        .unwrap()
        .1;
    assert!(scope.split(' ').all(|s| s.ends_with("readonly")), "{scope}");
    stage.choose(&page, "Location").await;
    let connection = stage.wait(&id).await.unwrap()["connection"].clone();
    assert_eq!(
        connection["scopes_missing"],
        json!([]),
        "nothing is missing while nothing writes"
    );
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_another_question_changes_nothing() {
    let stage = Stage::new().await;
    let (id, page) = stage.start(json!({})).await;
    let redirect = page
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri")
        .unwrap();
    let redirect = redirect.1.into_owned();
    let visit = |query: &'static str, host: Option<&'static str>| {
        let mut request = stage.browser.get(format!("{redirect}{query}"));
        if let Some(host) = host {
            request = request.header("host", host);
        }
        async move {
            let answer = request.send().await.unwrap();
            let policy = answer.headers()["content-security-policy"].clone();
            assert!(policy.to_str().unwrap().contains("default-src 'none'"));
            answer.status().as_u16()
        }
    };
    assert_eq!(visit("?code=stolen&state=guessed", None).await, 400);
    assert_eq!(
        visit("?code=stolen", None).await,
        400,
        "no state is no proof"
    );
    let state = page
        .query_pairs()
        .find(|(name, _)| name == "state")
        .unwrap();
    let right: &'static str = format!("?code=x&state={}", state.1).leak();
    assert_eq!(
        visit(right, Some("evil.example")).await,
        400,
        "a name that somebody points at this computer gets no answer"
    );
    let end = stage.choose(&page, "Location").await;
    assert!(
        end.contains("Connected to"),
        "the real one is still waited for: {end}"
    );
    assert!(stage.wait(&id).await.is_ok());
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_say_no_or_go_away() {
    let stage = Stage::new().await;
    let (id, page) = stage.start(json!({})).await;
    let end = stage.choose(&page, "deny").await;
    assert!(end.contains("Not connected"), "{end}");
    assert_eq!(
        stage.wait(&id).await.unwrap_err().code,
        ErrorCode::Cancelled
    );

    let (id, page) = stage.start(json!({})).await;
    let request = json!({"sign_in": id});
    stage.call("connections.sign_in_cancel", request).await;
    let redirect = page
        .query_pairs()
        .find(|(name, _)| name == "redirect_uri")
        .unwrap();
    let port: u16 = redirect.1.parse::<reqwest::Url>().unwrap().port().unwrap();
    let mut free = false;
    for _ in 0..10_000 {
        free = tokio::net::TcpListener::bind(("127.0.0.1", port))
            .await
            .is_ok();
        if free {
            break;
        }
        tokio::task::yield_now().await;
    }
    assert!(free, "a cancelled sign-in lets go of its port");
    let list = stage.call("connections.list", json!({})).await;
    assert_eq!(list, json!([]), "nobody was connected");
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_app_is_told() {
    let stage = Stage::new().await;
    let (id, page) = stage.start(json!({"client_secret": "wrong"})).await;
    let end = stage.choose(&page, "Location").await;
    assert!(
        end.contains("Not connected") && end.contains("marketplace"),
        "{end}"
    );
    let error = stage.wait(&id).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotAuthorised);
    assert!(
        !format!("{error:?}").contains("wrong"),
        "the secret is not quoted: {error:?}"
    );

    for (more, says) in [
        (json!({"client_secret": "  "}), "client secret is empty"),
        (json!({"authorize_url": "http://example.com/x"}), "https"),
        (json!({"authorize_url": "no address"}), "web address"),
    ] {
        let mut request =
            json!({"client_id": "a", "client_secret": "b", "access": "read", "port": 0});
        for (name, value) in more.as_object().unwrap() {
            request[name] = value.clone();
        }
        let refused = stage.try_call("connections.sign_in_start", request).await;
        let message = refused.unwrap_err().message;
        assert!(message.contains(says), "{message}");
    }

    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let request = json!({"client_id": "a", "client_secret": "b", "access": "read", "port": port});
    let busy = stage.try_call("connections.sign_in_start", request).await;
    let busy = busy.unwrap_err();
    assert_eq!(busy.code, ErrorCode::Busy);
    assert!(busy.message.contains(&port.to_string()), "{busy}");
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_refuses_pkce_is_asked_without_it() {
    let stage = Stage::new().await;
    stage.hook(json!({"do": "strict"})).await;
    let connection = stage.sign_in(json!({}), "Location").await;
    assert_eq!(stage.read(&connection).await.unwrap()["status"], 200);
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agencys_app_opens_its_location() {
    let stage = Stage::new().await;
    let connection = stage.sign_in(json!({"agency": true}), "Company").await;
    let location = &stage.sandbox.credentials().highlevel.location_id;
    assert_eq!(
        connection["account"],
        json!(location),
        "the only location that has the app needs no question"
    );
    assert_eq!(stage.read(&connection).await.unwrap()["status"], 200);

    stage.hook(json!({"do": "expire"})).await;
    assert_eq!(
        stage.read(&connection).await.unwrap()["status"],
        200,
        "the agency's pair is renewed, and a new token made from it"
    );
    assert_eq!(stage.refreshes().await, 1);
    stage.app.shutdown().await;
}
