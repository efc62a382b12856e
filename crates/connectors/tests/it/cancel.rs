//! Cancelling: waits and reads end at once, a write's outcome is learnt.

use std::sync::Arc;

use foxbridge_catalog::get;
use foxbridge_connectors::{Call, CallError, Observer, Urgency};
use foxbridge_model::Service;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::server::{Reply, START_MS, Server, around, transport};

/// Cancels as soon as somebody waits.
struct CancelOnWait(CancellationToken);

impl Observer for CancelOnWait {
    fn waiting(&self, service: Option<Service>) {
        if service.is_some() {
            self.0.cancel();
        }
    }
    fn sent(&self, _: Service) {}
}

#[tokio::test]
async fn a_wait_ends_at_once() {
    let server = Server::answer(|_, _| Reply::Json(200, json!({"status": "ok"}))).await;
    let mut around = around();
    around.parts.observer = Arc::new(CancelOnWait(around.cancel.clone()));
    let transport =
        transport(Service::Aimfox, &server.base_url, &around.parts).with_urgency(Urgency::ByHand);
    let call = || transport.call(Call::new(get("aimfox.accounts.list")));
    for _ in 0..60 {
        call().await.unwrap();
    }
    let error = call().await.unwrap_err();
    assert!(
        matches!(error, CallError::Cancelled { unknown: false, .. }),
        "{error}"
    );
    assert_eq!(server.seen().len(), 60, "the 61st was sent all the same");
}

#[tokio::test]
async fn a_pause_between_tries_ends_at_once() {
    let around = around();
    let token = around.cancel.clone();
    let server = Server::answer(move |_, _| {
        token.cancel();
        Reply::Json(503, json!({}))
    })
    .await;
    let transport = transport(Service::HighLevel, &server.base_url, &around.parts);
    let update = Call::new(get("highlevel.contacts.update"))
        .path("contactId", "c1")
        .body(json!({ "city": "Lisbon" }));
    let error = transport.call(update).await.unwrap_err();
    assert!(
        matches!(error, CallError::Cancelled { unknown: true, .. }),
        "503 may come after the write was done: {error}"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_read_under_way_ends_and_a_write_is_let_finish() {
    let around = around();
    let token = around.cancel.clone();
    let server = Server::start(move |_, seen| {
        token.cancel();
        async move {
            match seen.method.as_str() {
                "GET" => Reply::Hang,
                _ => Reply::Json(201, json!({ "contact": { "id": "c1" } })),
            }
        }
    })
    .await;
    let write = {
        let transport = transport(Service::HighLevel, &server.base_url, &around.parts);
        let create =
            Call::new(get("highlevel.contacts.create")).body(json!({ "locationId": "loc1" }));
        transport.call(create).await
    };
    assert!(write.is_ok(), "a write's outcome must be known: {write:?}");
    assert!(around.cancel.is_cancelled());

    let mut fresh = crate::server::around();
    fresh.parts.cancel = CancellationToken::new();
    let token = fresh.parts.cancel.clone();
    let server = Server::start(move |_, _| {
        token.cancel();
        std::future::ready(Reply::Hang)
    })
    .await;
    let transport = transport(Service::HighLevel, &server.base_url, &fresh.parts);
    let read = Call::new(get("highlevel.contacts.get")).path("contactId", "c1");
    let error = transport.call(read).await.unwrap_err();
    assert!(
        matches!(error, CallError::Cancelled { unknown: false, .. }),
        "{error}"
    );
    let rows = fresh.audit.rows();
    assert_eq!(
        rows[0].end.as_ref().unwrap().error.as_deref(),
        Some("cancelled")
    );
    assert_eq!(rows[0].start.at_ms, START_MS);
}

#[tokio::test]
async fn nothing_is_sent_after_cancelling() {
    let server = Server::answer(|_, _| Reply::Json(200, json!({"status": "ok"}))).await;
    let around = around();
    around.cancel.cancel();
    let transport = transport(Service::Aimfox, &server.base_url, &around.parts);
    let error = transport
        .call(Call::new(get("aimfox.accounts.list")))
        .await
        .unwrap_err();
    assert!(matches!(error, CallError::Cancelled { .. }), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_call_that_is_dropped_completes_its_row_and_frees_its_slot() {
    let around = around();
    let (arrived, mut arrivals) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::start(move |n, _| {
        arrived.send(n).unwrap();
        async move {
            match n {
                0 => Reply::Hang,
                _ => Reply::Json(200, json!({"status": "ok"})),
            }
        }
    })
    .await;
    let transport = transport(Service::Aimfox, &server.base_url, &around.parts);
    tokio::select! {
        _ = transport.call(Call::new(get("aimfox.accounts.list"))) => panic!("it hangs"),
        first = arrivals.recv() => assert_eq!(first, Some(0)),
    }
    let end = around.audit.rows()[0]
        .end
        .clone()
        .expect("the row stays open for ever");
    assert_eq!(end.status, None);
    // Were the slot kept, the 60th of these would wait for an answer that never comes.
    for _ in 0..60 {
        transport
            .call(Call::new(get("aimfox.accounts.list")))
            .await
            .unwrap();
    }
}
