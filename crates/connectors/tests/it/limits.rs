//! The services' limits: kept, believed, shared between processes.

use std::sync::{Arc, Mutex};

use foxbridge_catalog::get;
use foxbridge_connectors::{
    Audit as _, Call, CallError, Clock as _, Observer, RequestStart, Transport, Urgency,
    VirtualClock,
};
use foxbridge_model::Service;
use futures::future::join_all;
use serde_json::json;

use crate::server::{Reply, SECRET, START_MS, Server, around, config, transport};

/// A limiter as a service might have it.
struct Limiter {
    clock: VirtualClock,
    limit: usize,
    window: i64,
    sliding: bool,
    counted: Mutex<Vec<i64>>,
}

impl Limiter {
    fn new(clock: &VirtualClock, limit: usize, window: i64, sliding: bool) -> Arc<Self> {
        Arc::new(Self {
            clock: clock.clone(),
            limit,
            window,
            sliding,
            counted: Mutex::default(),
        })
    }

    /// How many requests are left after this one; `None` when it is one too many.
    fn take(&self) -> Option<usize> {
        let now = self.clock.now_ms();
        let mut counted = self.counted.lock().unwrap();
        let since = if self.sliding {
            now - self.window
        } else {
            now - now % self.window - 1
        };
        counted.retain(|at| *at > since);
        counted.push(now);
        self.limit.checked_sub(counted.len())
    }
}

async fn limited(limiter: &Arc<Limiter>) -> Server {
    let limiter = Arc::clone(limiter);
    Server::answer(move |_, _| match limiter.take() {
        Some(left) => Reply::With(
            200,
            vec![
                ("x-ratelimit-max", limiter.limit.to_string()),
                (
                    "x-ratelimit-interval-milliseconds",
                    limiter.window.to_string(),
                ),
                ("x-ratelimit-remaining", left.to_string()),
                ("x-ratelimit-daily-remaining", "5000".to_owned()),
            ],
            json!({ "contact": { "id": "c1" }, "status": "ok", "accounts": [] }),
        ),
        None => Reply::Json(429, json!({})),
    })
    .await
}

fn read() -> Call {
    Call::new(get("highlevel.contacts.get")).path("contactId", "c1")
}

fn accounts() -> Call {
    Call::new(get("aimfox.accounts.list"))
}

fn statuses(server_side: &foxbridge_connectors::MemoryAudit) -> Vec<u16> {
    server_side
        .rows()
        .iter()
        .filter_map(|row| row.end.as_ref()?.status)
        .collect()
}

#[tokio::test]
async fn many_callers_never_provoke_a_refusal() {
    for sliding in [true, false] {
        let around = around();
        let limiter = Limiter::new(&around.clock, 100, 10_000, sliding);
        let server = limited(&limiter).await;
        let transport = transport(Service::HighLevel, &server.base_url, &around.parts);
        let outcomes = join_all((0..350).map(|_| transport.call(read()))).await;
        assert!(outcomes.iter().all(Result::is_ok), "a call failed");
        assert_eq!(
            statuses(&around.audit),
            vec![200; 350],
            "sliding: {sliding}"
        );
        assert!(
            around.clock.now_ms() >= START_MS + 30_000,
            "350 calls need three waits at least"
        );
    }
}

#[tokio::test]
async fn a_limit_the_service_tells_of_is_believed() {
    let around = around();
    let limiter = Limiter::new(&around.clock, 5, 2_000, true);
    let server = limited(&limiter).await;
    let transport = transport(Service::HighLevel, &server.base_url, &around.parts);
    transport.call(read()).await.unwrap();
    join_all((0..20).map(|_| transport.call(read()))).await;
    assert_eq!(
        statuses(&around.audit),
        vec![200; 21],
        "5 in 2 s, not 100 in 10 s"
    );
    let end = around.audit.rows()[0].end.clone().unwrap();
    assert_eq!(
        end.daily_remaining,
        Some(5_000),
        "the audit keeps what is left of the day"
    );
}

#[tokio::test]
async fn programs_that_share_a_token_are_made_room_for() {
    let around = around();
    let limiter = Limiter::new(&around.clock, 100, 10_000, true);
    let server = limited(&limiter).await;
    let transport = transport(Service::HighLevel, &server.base_url, &around.parts);
    for _ in 0..80 {
        limiter.take();
    }
    transport.call(read()).await.unwrap();
    join_all((0..60).map(|_| transport.call(read()))).await;
    assert_eq!(
        statuses(&around.audit),
        vec![200; 61],
        "another program's 80 requests count too"
    );
}

#[tokio::test]
async fn two_transports_of_one_connection_keep_one_limit() {
    let around = around();
    let limiter = Limiter::new(&around.clock, 60, 60_000, true);
    let server = limited(&limiter).await;
    // As two processes would, they share nothing but the audit.
    let one = transport(Service::Aimfox, &server.base_url, &around.parts);
    let other = transport(Service::Aimfox, &server.base_url, &around.parts);
    for _ in 0..45 {
        one.call(accounts()).await.unwrap();
        other.call(accounts()).await.unwrap();
    }
    assert_eq!(statuses(&around.audit), vec![200; 90]);
}

/// Remembers what it hears.
#[derive(Default)]
struct Ears(Mutex<Vec<Option<Service>>>);

impl Observer for Ears {
    fn waiting(&self, service: Option<Service>) {
        self.0.lock().unwrap().push(service);
    }
    fn sent(&self, _: Service) {}
}

#[tokio::test]
async fn the_next_process_knows_what_the_last_one_sent() {
    let mut around = around();
    let limiter = Limiter::new(&around.clock, 60, 60_000, true);
    let server = limited(&limiter).await;
    for n in 0..60 {
        around.audit.begin(&RequestStart {
            connection: "connection-1".to_owned(),
            service: Service::Aimfox,
            operation: "aimfox.accounts.list".to_owned(),
            method: "GET".to_owned(),
            path: "/accounts".to_owned(),
            run: None,
            attempt: 1,
            // The process was killed 20 s ago, in the middle of a request.
            at_ms: START_MS - 20_000 - 10 * n,
        });
    }
    let ears = Arc::new(Ears::default());
    around.parts.observer = Arc::clone(&ears) as _;
    let transport = transport(Service::Aimfox, &server.base_url, &around.parts);
    transport.call(accounts()).await.unwrap();
    let sent = around.audit.rows().last().unwrap().start.at_ms - START_MS;
    assert!(
        (39_000..42_000).contains(&sent),
        "after {sent} ms: the oldest leaves after 39.4 s"
    );
    assert_eq!(
        *ears.0.lock().unwrap(),
        [Some(Service::Aimfox), None],
        "the user is told of the wait, and of its end"
    );

    let mut elsewhere = config(Service::Aimfox, &server.base_url);
    elsewhere.id = "connection-2".to_owned();
    let before = around.clock.now_ms();
    let other = Transport::new(elsewhere, SECRET.into(), around.parts.clone()).unwrap();
    other.call(accounts()).await.unwrap();
    assert_eq!(
        around.clock.now_ms(),
        before,
        "another connection has a budget of its own"
    );
}

#[tokio::test]
async fn a_plan_with_a_higher_limit_is_used() {
    let around = around();
    let limiter = Limiter::new(&around.clock, 600, 60_000, true);
    let server = limited(&limiter).await;
    let mut config = config(Service::Aimfox, &server.base_url);
    config.requests_per_minute = Some(600);
    let transport = Transport::new(config, SECRET.into(), around.parts.clone()).unwrap();
    let by_hand = transport.clone().with_urgency(Urgency::ByHand);
    // One of them is left to somebody who waits.
    join_all((0..599).map(|_| transport.call(accounts()))).await;
    by_hand.call(accounts()).await.unwrap();
    assert_eq!(statuses(&around.audit), vec![200; 600]);
    assert_eq!(
        around.clock.now_ms(),
        START_MS,
        "600 fit into the first minute without a wait"
    );
}

#[tokio::test]
async fn a_used_up_day_stops_before_the_next_request() {
    let reset = 3_600_000;
    let server = Server::answer(move |_, _| {
        Reply::With(
            200,
            vec![
                ("x-ratelimit-daily-remaining", "0".to_owned()),
                ("x-ratelimit-daily-reset", reset.to_string()),
            ],
            json!({ "contact": { "id": "c1" } }),
        )
    })
    .await;
    let around = around();
    let transport = transport(Service::HighLevel, &server.base_url, &around.parts);
    transport.call(read()).await.unwrap();
    let error = transport.call(read()).await.unwrap_err();
    let CallError::DailyQuota { reset_at_ms, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(reset_at_ms, START_MS + reset);
    assert!(
        error.to_string().contains("2026-01-01 01:00 UTC"),
        "{error}"
    );
    assert_eq!(server.seen().len(), 1, "a request that must fail was sent");
}

#[tokio::test]
async fn a_refusal_at_the_end_of_the_day_is_not_repeated() {
    let server = Server::answer(|_, _| {
        Reply::With(
            429,
            vec![("x-ratelimit-daily-remaining", "0".to_owned())],
            json!({}),
        )
    })
    .await;
    let around = around();
    let transport = transport(Service::HighLevel, &server.base_url, &around.parts);
    let error = transport.call(read()).await.unwrap_err();
    assert!(matches!(error, CallError::DailyQuota { .. }), "{error}");
    assert_eq!(
        server.seen().len(),
        1,
        "waiting seconds does not bring a new day"
    );
}

#[tokio::test]
async fn the_most_urgent_goes_first_and_then_whoever_came_first() {
    let around = around();
    let limiter = Limiter::new(&around.clock, 60, 60_000, true);
    let server = limited(&limiter).await;
    let work = transport(Service::Aimfox, &server.base_url, &around.parts);
    // The minute is full: from here on everybody waits.
    let by_hand = work.with_urgency(Urgency::ByHand);
    let full = join_all((0..60).map(|_| by_hand.call(accounts()))).await;
    assert!(full.iter().all(Result::is_ok));

    let order = Mutex::new(Vec::new());
    let ask = |name: &'static str, urgency: Urgency, call: Call| {
        let transport = transport(Service::Aimfox, &server.base_url, &around.parts);
        let order = &order;
        async move {
            transport.with_urgency(urgency).call(call).await.unwrap();
            order.lock().unwrap().push(name);
        }
    };
    let label = || {
        let made = json!({ "name": "x", "color": "info" });
        Call::new(get("aimfox.labels.create")).body(made)
    };
    futures::join!(
        ask("sweep", Urgency::Sweep, accounts()),
        ask("read 1", Urgency::Read, accounts()),
        ask("read 2", Urgency::Read, accounts()),
        ask("write", Urgency::Read, label()),
        ask("by hand", Urgency::ByHand, accounts()),
    );
    assert_eq!(
        *order.lock().unwrap(),
        ["by hand", "write", "read 1", "read 2", "sweep"]
    );
}

#[tokio::test]
async fn two_transports_of_one_process_share_one_queue() {
    let around = around();
    let limiter = Limiter::new(&around.clock, 60, 60_000, true);
    let server = limited(&limiter).await;
    let [one, other] =
        [(); 2].map(|()| transport(Service::Aimfox, &server.base_url, &around.parts));
    // Three minutes' worth, less the slot that is left to somebody who waits.
    let calls = (0..177).map(|n| if n % 2 == 0 { &one } else { &other }.call(accounts()));
    join_all(calls).await;
    assert_eq!(statuses(&around.audit), vec![200; 177]);
    let took = around.clock.now_ms() - START_MS;
    assert!(
        took < 3 * 61_000,
        "neither counts the other's requests as a stranger's: {took} ms"
    );
}
