use foxbridge_model::Service;
use foxbridge_store::{ActivityFilter, ActivityRow, NewRequest, RequestEnd, StoreError};

use crate::support::{request, store};

#[test]
fn a_request_is_noted_before_it_is_sent_and_when_it_ended() {
    let store = store();
    let id = store
        .requests()
        .begin(&NewRequest {
            run: Some("r"),
            ..request("hl", 100)
        })
        .unwrap();
    let newest = ActivityFilter {
        kind: Some("request".into()),
        limit: 1,
        ..Default::default()
    };
    let read = || match store.activity().page(&newest).unwrap().remove(0) {
        ActivityRow::Request(row) => row,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (read().id, read().status, read().duration_ms),
        (id, None, None),
        "under way"
    );
    let end = RequestEnd {
        status: Some(429),
        duration_ms: 37,
        error: Some("Too many"),
        daily_remaining: Some(199_000),
    };
    store.requests().finish(id, &end).unwrap();
    let row = read();
    assert_eq!(row.status, Some(429));
    assert_eq!(row.duration_ms, Some(37));
    assert_eq!(row.error.as_deref(), Some("Too many"));
    assert_eq!(row.run.as_deref(), Some("r"));
    assert_eq!(row.operation, "highlevel.contacts.get");
    let absent = store.requests().finish(id + 1, &end);
    assert!(
        matches!(absent, Err(StoreError::NotFound { .. })),
        "{absent:?}"
    );
}

#[test]
fn the_budget_learns_what_was_sent_per_connection() {
    let store = store();
    for at in [300, 100, 200] {
        store.requests().begin(&request("hl", at)).unwrap();
    }
    store.requests().begin(&request("other", 250)).unwrap();
    assert_eq!(
        store.requests().sent_since("hl", 200).unwrap(),
        [200, 300],
        "from then on"
    );
    assert_eq!(store.requests().count_since("hl", 0).unwrap(), 3);
    assert_eq!(store.requests().count_since("hl", 301).unwrap(), 0);
}

#[test]
fn a_run_knows_its_requests_per_service() {
    let store = store();
    let of_run = NewRequest {
        run: Some("r"),
        ..request("hl", 1)
    };
    store.requests().begin(&of_run).unwrap();
    store
        .requests()
        .begin(&NewRequest {
            attempt: 2,
            ..of_run
        })
        .unwrap();
    store
        .requests()
        .begin(&NewRequest {
            service: Service::Aimfox,
            ..of_run
        })
        .unwrap();
    store.requests().begin(&request("hl", 1)).unwrap();
    assert_eq!(
        store
            .requests()
            .count_of_run("r", Service::HighLevel)
            .unwrap(),
        2
    );
    assert_eq!(
        store.requests().count_of_run("r", Service::Aimfox).unwrap(),
        1
    );
}

#[test]
fn the_daily_quota_survives_a_restart() {
    let store = store();
    for (at, daily_remaining) in [(100, Some(500)), (200, Some(400)), (300, None)] {
        let id = store.requests().begin(&request("hl", at)).unwrap();
        store
            .requests()
            .finish(
                id,
                &RequestEnd {
                    daily_remaining,
                    ..Default::default()
                },
            )
            .unwrap();
    }
    assert_eq!(
        store.requests().daily_remaining("hl", 0).unwrap(),
        Some((200, 400))
    );
    assert_eq!(
        store.requests().daily_remaining("hl", 201).unwrap(),
        None,
        "none told since then"
    );
}

#[test]
fn old_requests_can_be_forgotten() {
    let store = store();
    for at in [100, 200, 300] {
        store.requests().begin(&request("hl", at)).unwrap();
    }
    assert_eq!(store.requests().prune(200).unwrap(), 1);
    assert_eq!(
        store
            .activity()
            .page(&ActivityFilter {
                kind: Some("request".into()),
                limit: 9,
                ..Default::default()
            })
            .unwrap()
            .len(),
        2
    );
}
