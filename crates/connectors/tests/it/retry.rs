//! What is sent again, and what must not be.

use std::sync::Arc;
use std::time::Duration;

use foxbridge_catalog::get;
use foxbridge_connectors::{Aimfox, Call, CallError, Clock as _, Gate, Transport};
use foxbridge_model::Service;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

use crate::server::{Around, Reply, SECRET, START_MS, Server, around, config, transport};

fn read() -> Call {
    Call::new(get("highlevel.contacts.get")).path("contactId", "c1")
}

fn create() -> Call {
    Call::new(get("highlevel.contacts.create")).body(json!({ "locationId": "loc1" }))
}

fn update() -> Call {
    Call::new(get("highlevel.contacts.update"))
        .path("contactId", "c1")
        .body(json!({ "city": "Lisbon" }))
}

fn ok() -> Reply {
    Reply::Json(200, json!({ "contact": { "id": "c1" } }))
}

/// Makes a call against a server that answers the n-th request like this.
async fn call(
    call: Call,
    reply: impl Fn(usize) -> Reply + Send + Sync + 'static,
) -> (Result<Value, CallError>, usize, Around) {
    let server = Server::answer(move |n, _| reply(n)).await;
    let around = around();
    let transport = transport(Service::HighLevel, &server.base_url, &around.parts);
    let result = transport.call(call).await;
    (result, server.seen().len(), around)
}

#[tokio::test]
async fn a_read_survives_what_passes() {
    let (result, requests, around) = call(read(), |n| match n {
        0 => Reply::Json(502, json!({})),
        1 => Reply::Cut(200),
        2 => Reply::Raw(200, vec![], b"<html>".to_vec()),
        _ => ok(),
    })
    .await;
    assert_eq!(
        result.unwrap()["contact"]["id"],
        "c1",
        "three faults of three kinds in a row"
    );
    assert_eq!(requests, 4);
    let rows = around.audit.rows();
    let attempts: Vec<u32> = rows.iter().map(|row| row.start.attempt).collect();
    assert_eq!(attempts, [1, 2, 3, 4], "one row a request");
    let statuses: Vec<Option<u16>> = rows
        .iter()
        .map(|row| row.end.as_ref().unwrap().status)
        .collect();
    assert_eq!(statuses, [Some(502), Some(200), Some(200), Some(200)]);
    assert!(rows[3].end.as_ref().unwrap().error.is_none());
    assert!(
        rows[1].end.as_ref().unwrap().error.is_some(),
        "200 and broken off is no success"
    );
    assert_eq!(rows[0].start.path, "/contacts/c1");
    assert_eq!(rows[0].start.run.as_deref(), Some("run-1"));
}

#[tokio::test]
async fn a_read_gives_up_in_the_end() {
    let (result, requests, _) =
        call(read(), |_| Reply::Json(500, json!({"message": "oops"}))).await;
    let error = result.unwrap_err();
    assert!(
        matches!(error, CallError::Failed { status: 500, .. }),
        "{error}"
    );
    assert!(!error.outcome_unknown(), "a read leaves nothing behind");
    assert_eq!(requests, 4);
}

#[tokio::test]
async fn a_create_that_may_have_been_done_is_never_sent_again() {
    for (fault, reply) in [
        (
            "500",
            (|_| Reply::Json(500, json!({}))) as fn(usize) -> Reply,
        ),
        ("a cut answer", |_| Reply::Cut(201)),
        ("an answer that is no JSON", |_| {
            Reply::Raw(201, vec![], b"<html>".to_vec())
        }),
    ] {
        let (result, requests, _) = call(create(), reply).await;
        let error = result.unwrap_err();
        assert_eq!(
            requests, 1,
            "{fault}: a second create could make a second person"
        );
        assert!(error.outcome_unknown(), "{fault}: {error}");
    }
}

#[tokio::test]
async fn no_answer_is_waited_for_so_long_and_no_longer() {
    let server = Server::answer(|_, _| Reply::Hang).await;
    for (call, tries, unknown) in [(create(), 1, true), (read(), 4, false)] {
        let around = around();
        let mut config = config(Service::HighLevel, &server.base_url);
        config.timeout = Some(Duration::from_millis(100));
        let transport = Transport::new(config, SECRET.into(), around.parts.clone()).unwrap();
        let error = transport.call(call).await.unwrap_err();
        assert!(matches!(error, CallError::TimedOut { .. }), "{error}");
        assert_eq!(
            error.outcome_unknown(),
            unknown,
            "no answer is no \"no\": {error}"
        );
        assert_eq!(around.audit.rows().len(), tries, "{error}");
    }
}

#[tokio::test]
async fn a_create_that_was_refused_is_not_in_doubt() {
    let duplicate = json!({
        "statusCode": 400, "message": "This location does not allow duplicated contacts.",
        "meta": { "contactId": "c9", "matchingField": "email" },
    });
    let (result, requests, _) = call(create(), move |_| Reply::Json(400, duplicate.clone())).await;
    let error = result.unwrap_err();
    assert_eq!(requests, 1);
    assert_eq!(
        error.duplicate_of(),
        Some("c9"),
        "the answer names the one who is there"
    );
    assert!(!error.outcome_unknown() && !error.is_not_found(), "{error}");
}

#[tokio::test]
async fn a_refusal_stands_even_if_its_reason_is_cut() {
    let (result, requests, _) = call(create(), |_| Reply::Cut(422)).await;
    let error = result.unwrap_err();
    assert!(
        matches!(error, CallError::Refused { status: 422, .. }),
        "{error}"
    );
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn too_many_requests_is_always_waited_out() {
    let (result, requests, around) = call(create(), |n| match n {
        0 => Reply::With(429, vec![("retry-after", "7".to_owned())], json!({})),
        1 => Reply::Json(429, json!({"message": "Too Many Requests"})),
        _ => ok(),
    })
    .await;
    assert!(
        result.is_ok(),
        "429 means that nothing was done: {result:?}"
    );
    assert_eq!(requests, 3);
    let at: Vec<i64> = around
        .audit
        .rows()
        .iter()
        .map(|row| row.start.at_ms - START_MS)
        .collect();
    assert!(at[1] >= 7_000, "sooner than asked: {at:?}");
    assert!(at[1] < 8_000, "much later than asked: {at:?}");
    assert!(
        at[2] > at[1],
        "without a time, a part of the window: {at:?}"
    );
}

#[tokio::test]
async fn too_many_requests_for_ever_ends() {
    let (result, requests, _) = call(create(), |_| Reply::Json(429, json!({}))).await;
    let error = result.unwrap_err();
    assert!(
        matches!(error, CallError::RateLimited { tries: 6, .. }),
        "{error}"
    );
    assert!(!error.outcome_unknown(), "it was never accepted");
    assert_eq!(requests, 6);
}

#[tokio::test]
async fn a_doubt_outlives_a_later_refusal_to_listen() {
    let (result, _, _) = call(update(), |n| match n {
        0 => Reply::Json(503, json!({})),
        _ => Reply::Json(429, json!({})),
    })
    .await;
    let error = result.unwrap_err();
    assert!(
        error.outcome_unknown(),
        "the first try may have been carried out: {error}"
    );

    let (result, _, _) = call(update(), |n| match n {
        0 => Reply::Json(503, json!({})),
        _ => Reply::Json(422, json!({"message": ["city should be text"]})),
    })
    .await;
    let error = result.unwrap_err();
    assert!(
        !error.outcome_unknown(),
        "a verdict on the call itself settles it: {error}"
    );
    assert!(error.to_string().contains("city should be text"), "{error}");
}

#[tokio::test]
async fn what_never_left_is_sent_again_whatever_it_is() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let around = around();
    let transport = transport(Service::HighLevel, &base_url, &around.parts);
    let error = transport.call(create()).await.unwrap_err();
    assert!(
        matches!(error, CallError::Offline { unknown: false, .. }),
        "{error}"
    );
    assert_eq!(
        around.audit.rows().len(),
        4,
        "a connection may come back within seconds"
    );
    assert!(
        around.clock.now_ms() > START_MS + 1_500,
        "with growing waits in between"
    );
}

#[tokio::test]
async fn a_connection_that_is_closed_without_an_answer_leaves_a_doubt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut accepted = 0;
        while let Ok((mut stream, _)) = listener.accept().await {
            accepted += 1;
            // All of the request is taken, and then nothing is said.
            let mut request = Vec::new();
            let mut part = [0; 1024];
            while !request.ends_with(b"\"loc1\"}") {
                let n = stream.read(&mut part).await.unwrap();
                assert_ne!(n, 0, "the request broke off");
                request.extend(&part[..n]);
            }
            drop(stream);
            assert_eq!(accepted, 1, "a create was sent again");
        }
    });
    let around = around();
    let transport = transport(Service::HighLevel, &base_url, &around.parts);
    let error = transport.call(create()).await.unwrap_err();
    assert!(
        matches!(error, CallError::Offline { unknown: true, .. }),
        "{error}"
    );
    assert_eq!(around.audit.rows().len(), 1);
    assert!(!server.is_finished(), "the server failed");
    server.abort();
}

#[tokio::test]
async fn raw_control_characters_do_not_hide_an_answer() {
    let body = b"{\"contact\": {\"id\": \"c1\", \"name\": \"Ada\nLovelace\"}}".to_vec();
    let (result, requests, _) = call(read(), move |_| Reply::Raw(200, vec![], body.clone())).await;
    assert_eq!(result.unwrap()["contact"]["name"], "Ada\nLovelace");
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn gzip_is_asked_for_and_understood() {
    let packed = include_bytes!("../fixtures/answer.json.gz").to_vec();
    let server = Server::answer(move |_, _| {
        Reply::Raw(
            200,
            vec![("content-encoding", "gzip".to_owned())],
            packed.clone(),
        )
    })
    .await;
    let around = around();
    let aimfox = Aimfox::new(transport(Service::Aimfox, &server.base_url, &around.parts));
    assert_eq!(aimfox.accounts().await.unwrap()[0].name, "Gzipped");
    let asked = server.seen()[0].headers["accept-encoding"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(asked.contains("gzip"), "{asked}");
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_found_before_it_is_sent() {
    struct NoWrites;
    impl Gate for NoWrites {
        fn check(&self, operation: &foxbridge_catalog::Operation) -> Result<(), String> {
            let reads = operation.effect == foxbridge_catalog::Effect::Read;
            if reads {
                Ok(())
            } else {
                Err("a rehearsal never writes".to_owned())
            }
        }
    }
    let server = Server::answer(|_, _| ok()).await;
    let mut around = around();
    let open = transport(Service::HighLevel, &server.base_url, &around.parts);
    let wrong = [
        Call::new(get("highlevel.contacts.get")),
        Call::new(get("highlevel.contacts.get")).path("contactId", ".."),
        Call::new(get("highlevel.contacts.create")).body(json!({ "locationId": "l", "age": 3 })),
        read().query("verbose", "1"),
        Call::new(get("aimfox.accounts.list")),
    ];
    for call in wrong {
        let error = open.call(call.clone()).await.unwrap_err();
        assert!(
            matches!(error, CallError::BadRequest { .. }),
            "{call:?}: {error}"
        );
    }
    around.parts.gate = Arc::new(NoWrites);
    let gated = transport(Service::HighLevel, &server.base_url, &around.parts);
    let error = gated.call(create()).await.unwrap_err();
    assert!(matches!(error, CallError::Blocked { .. }), "{error}");
    assert!(
        error.to_string().contains("a rehearsal never writes"),
        "{error}"
    );
    assert!(server.seen().is_empty(), "something was sent all the same");
    assert!(
        around.audit.rows().is_empty(),
        "and what was not sent is in no audit"
    );
    assert!(gated.call(read()).await.is_ok(), "reads still pass");
}

#[tokio::test]
async fn an_operation_says_which_version_it_speaks() {
    let server = Server::answer(|_, _| ok()).await;
    let around = around();
    transport(Service::HighLevel, &server.base_url, &around.parts)
        .call(read())
        .await
        .unwrap();
    assert_eq!(server.seen()[0].headers["version"], "2021-07-28");
    assert_eq!(server.seen()[0].headers["accept"], "application/json");
}
