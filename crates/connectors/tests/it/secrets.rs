//! The secret goes into one header and nowhere else.

use foxbridge_catalog::get;
use foxbridge_connectors::{Call, CallError};
use foxbridge_model::Service;
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
