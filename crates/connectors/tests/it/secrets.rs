//! The secret goes into one header and nowhere else.

use foxbridge_catalog::{get, ids};
use foxbridge_connectors::{
    Call, CallError, ConnectionConfig, OAuthApp, Place, SignIn, Tokens, Transport,
};
use foxbridge_model::Service;
use proptest::prelude::*;
use secrecy::SecretString;
use serde_json::json;

use crate::server::{Reply, SECRET, Server, around, transport};

fn read() -> Call {
    Call::new(get("highlevel.contacts.get")).path("contactId", "c1")
}

#[tokio::test]
async fn a_service_that_quotes_the_secret_does_not_spread_it() {
    for (status, service) in [
        (400, Service::HighLevel),
        (401, Service::HighLevel),
        (500, Service::HighLevel),
        (200, Service::Aimfox),
    ] {
        let server = Server::answer(move |_, seen| {
            assert_eq!(seen.headers["authorization"], format!("Bearer {SECRET}"));
            let message = format!("the token {SECRET} is no good, really: {SECRET}");
            let error = json!({ "code": 400, "message": message });
            Reply::Json(
                status,
                json!({ "status": "fail", "message": message, "error": error }),
            )
        })
        .await;
        let around = around();
        let transport = transport(service, &server.base_url, &around.parts);
        let call = match service {
            Service::HighLevel => read(),
            Service::Aimfox => Call::new(get("aimfox.accounts.list")),
        };
        let error = transport.call(call).await.unwrap_err();
        let said = format!("{error} {error:?} {transport:?} {:?}", around.audit.rows());
        assert!(
            !said.contains(SECRET),
            "{status}: the secret came out: {said}"
        );
        assert!(
            error.to_string().contains("is no good"),
            "the rest of the words stay: {error}"
        );
    }
}

#[tokio::test]
async fn a_redirection_is_not_followed() {
    let thief = Server::answer(|_, _| Reply::Json(200, json!({ "contact": { "id": "c1" } }))).await;
    let target = format!("{}/contacts/c1", thief.base_url);
    let server =
        Server::answer(move |_, _| Reply::With(302, vec![("location", target.clone())], json!({})))
            .await;
    let around = around();
    let error = transport(Service::HighLevel, &server.base_url, &around.parts)
        .call(read())
        .await
        .unwrap_err();
    assert!(
        matches!(error, CallError::Refused { status: 302, .. }),
        "{error}"
    );
    assert!(
        thief.seen().is_empty(),
        "the secret was carried to another server"
    );
}

#[tokio::test]
async fn kinds_of_no() {
    let answers = [
        (401, "Invalid Private Integration token"),
        (401, "The token is not authorized for this scope."),
        (403, "The token does not have access to this location."),
        (400, "Contact not found for id:c1"),
        (404, "Cannot GET /contacts/c1"),
    ];
    let mut errors = Vec::new();
    for (status, message) in answers {
        let server =
            Server::answer(move |_, _| Reply::Json(status, json!({ "message": message }))).await;
        let around = around();
        let transport = transport(Service::HighLevel, &server.base_url, &around.parts);
        errors.push(transport.call(read()).await.unwrap_err());
        assert_eq!(
            server.seen().len(),
            1,
            "{message}: asking again changes nothing"
        );
    }
    assert!(
        matches!(errors[0], CallError::Unauthorised { .. }),
        "{}",
        errors[0]
    );
    let CallError::MissingScope { scopes, .. } = &errors[1] else {
        panic!("{}", errors[1])
    };
    assert_eq!(
        scopes,
        &["contacts.readonly"],
        "the user is told which box to tick"
    );
    assert!(
        matches!(errors[2], CallError::Unauthorised { .. }),
        "{}",
        errors[2]
    );
    assert!(
        errors[3].is_not_found(),
        "HighLevel says 400 for it: {}",
        errors[3]
    );
    assert!(
        errors[4].is_unknown_operation() && !errors[4].is_not_found(),
        "{}",
        errors[4]
    );
}

/// The client id, the client secret, a code, a verifier, an access and a refresh token.
fn app(secret: &str) -> OAuthApp {
    OAuthApp {
        client_id: "app".to_owned(),
        client_secret: format!("{secret}-client").into(),
    }
}

proptest! {
    #[test]
    fn no_type_that_holds_a_secret_prints_it(secret in "[A-Za-z0-9_.]{12,60}") {
        let hidden = |end: &str| SecretString::from(format!("{secret}-{end}"));
        let tokens = Tokens {
            access: hidden("access"),
            refresh: Some(hidden("refresh")),
            expires_at_ms: 1,
            scopes: Default::default(),
            location_id: Some("l".to_owned()),
            company_id: None,
        };
        let call = Call::new(get(ids::HIGHLEVEL_OAUTH_TOKEN))
            .secret("client_secret", &hidden("client"))
            .secret("refresh_token", &hidden("refresh"));
        let around = around();
        let config = |base_url: &str| ConnectionConfig {
            id: "c".to_owned(),
            service: Service::HighLevel,
            base_url: base_url.to_owned(),
            account: None,
            requests_per_minute: None,
            timeout: None,
        };
        let with = |base_url: &str| {
            Transport::new(config(base_url), hidden("bearer"), around.parts.clone())
        };
        let transport = with("https://example.com").unwrap();
        let sign_in = SignIn::new(transport.clone(), app(&secret));
        let mut said = format!(
            "{tokens:?} {tokens:#?} {:?} {call:?} {call:#?} {transport:?} {sign_in:#?}",
            app(&secret),
        );
        // An address with a secret pasted into every place it can be in.
        for address in [
            secret.clone(),
            format!("{secret}:443"),
            format!("http://example.com/{secret}"),
            format!("ftp://example.com/{secret}"),
            format!("https://{secret}@example.com"),
            format!("https://me:{secret}@example.com"),
            format!("https://example.com/?key={secret}"),
            format!("https://example.com/#{secret}"),
        ] {
            let error = with(&address).unwrap_err();
            said = format!("{said} {error} {error:?}");
        }
        // No header takes it, so that it is refused before it is sent.
        let odd = Transport::new(
            config("https://example.com"),
            SecretString::from(format!("{secret}\n")),
            around.parts.clone(),
        );
        said = format!("{said} {odd:?} {:?}", around.audit.rows());
        prop_assert!(!said.contains(&secret), "{said}");
    }
}

/// What a token endpoint says back when it is asked with secrets, by status.
#[tokio::test]
async fn a_token_endpoint_that_quotes_what_it_was_sent_does_not_spread_it() {
    let secret = "CANARY-0a1b2c3d";
    for status in [200, 400, 401, 422, 500] {
        let server = Server::answer(move |_, seen| {
            let sent = String::from_utf8_lossy(&seen.bytes).into_owned();
            assert!(sent.contains(secret), "it was sent: {sent}");
            Reply::Json(status, json!({ "message": sent, "error": sent }))
        })
        .await;
        let around = around();
        let config = ConnectionConfig {
            id: "c".to_owned(),
            service: Service::HighLevel,
            base_url: server.base_url.clone(),
            account: None,
            requests_per_minute: None,
            timeout: None,
        };
        let transport = Transport::without_secret(config, around.parts.clone()).unwrap();
        let sign_in = SignIn::new(transport, app(secret));
        let hidden = |end: &str| SecretString::from(format!("{secret}-{end}"));
        let (code, verifier) = (hidden("code"), hidden("verifier"));
        let errors = [
            sign_in
                .refresh(&hidden("refresh"), false, 0)
                .await
                .unwrap_err(),
            sign_in
                .exchange(&code, Some("http://127.0.0.1/"), Some(&verifier), false, 0)
                .await
                .unwrap_err(),
            sign_in.reconnect(Place::Location("l")).await.unwrap_err(),
        ];
        let said = format!("{errors:?} {} {:?}", errors[0], around.audit.rows());
        assert!(!said.contains(secret), "{status}: {said}");
    }
}

#[tokio::test]
async fn an_answer_nested_without_end_is_a_fault_and_no_crash() {
    let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    for (levels, fits) in [(100, true), (200, false), (2_000_000, false)] {
        let server =
            Server::answer(move |_, _| Reply::Raw(200, vec![], deep(levels).into_bytes())).await;
        let around = around();
        let answer = transport(Service::HighLevel, &server.base_url, &around.parts)
            .call(read())
            .await;
        match answer {
            Ok(_) => assert!(fits, "{levels} levels were read"),
            Err(error) => {
                assert!(!fits, "{levels} levels: {error}");
                assert!(matches!(error, CallError::Malformed { .. }), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let server = Server::answer(|_, _| {
        let mut body = vec![b' '; 65 * 1024 * 1024];
        body.extend_from_slice(b"{}");
        Reply::Raw(200, vec![], body)
    })
    .await;
    let around = around();
    let error = transport(Service::HighLevel, &server.base_url, &around.parts)
        .call(read())
        .await
        .unwrap_err();
    assert!(matches!(error, CallError::Malformed { .. }), "{error}");
    assert!(error.to_string().contains("longer than 64 MiB"), "{error}");
    assert_eq!(server.seen().len(), 1, "it is not asked for again");
}
