//! The rate limits, with the clock in hand.

use std::time::Duration;

use foxbridge_sandbox::Config;
use serde_json::{Value, json};

use crate::stage::{Stage, roomy};

async fn read(stage: &Stage) -> crate::stage::Reply {
    stage
        .highlevel("GET", &format!("/locations/{}", stage.location()), None)
        .await
}

#[tokio::test]
async fn highlevel_allows_a_hundred_in_ten_seconds() {
    let stage = Stage::new(Config::default()).await;
    for n in 1..=100 {
        let reply = read(&stage).await;
        assert_eq!(reply.status, 200, "request {n} is allowed");
        assert_eq!(reply.header("x-ratelimit-max"), Some("100"));
        assert_eq!(
            reply.header("x-ratelimit-remaining"),
            Some(&*(100 - n).to_string())
        );
        assert_eq!(
            reply.header("x-ratelimit-interval-milliseconds"),
            Some("10000")
        );
        assert_eq!(reply.header("x-ratelimit-limit-daily"), Some("200000"));
        assert_eq!(
            reply.header("x-ratelimit-daily-remaining"),
            Some(&*(200_000 - n).to_string())
        );
        assert_eq!(
            reply.header("x-ratelimit-daily-reset"),
            Some("43200000"),
            "ms until midnight"
        );
    }
    let refused = read(&stage).await;
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(
        refused.header("retry-after"),
        None,
        "nothing documents such a header"
    );
    assert_eq!(refused.expect(429, "the window is full")["statusCode"], 429);
    stage.clock.advance(Duration::from_millis(9_999));
    read(&stage).await.expect(429, "still the same window");
    stage.clock.advance(Duration::from_millis(1));
    read(&stage).await.expect(200, "a new window");
}

#[tokio::test]
async fn highlevel_allows_so_many_a_day() {
    let stage = Stage::new(Config {
        highlevel_per_day: 3,
        ..Config::default()
    })
    .await;
    for _ in 0..3 {
        read(&stage).await.expect(200, "within the day");
    }
    let reply = read(&stage).await;
    assert_eq!(reply.header("x-ratelimit-daily-remaining"), Some("0"));
    reply.expect(429, "the day is used up");
    stage.clock.advance(Duration::from_secs(11));
    read(&stage).await.expect(429, "a new window does not help");
    stage.clock.advance(Duration::from_secs(43_200));
    read(&stage).await.expect(200, "a new day does");
}

#[tokio::test]
async fn aimfox_allows_sixty_in_any_minute() {
    let stage = Stage::new(Config::default()).await;
    let ask = async || stage.aimfox("GET", "/accounts", None).await;
    for _ in 0..30 {
        ask().await.expect(200, "the first half");
    }
    stage.clock.advance(Duration::from_secs(50));
    for _ in 0..30 {
        ask().await.expect(200, "the second half");
    }
    let (one, two) = (ask().await, ask().await);
    let told = [
        one.header("retry-after").is_some(),
        two.header("retry-after").is_some(),
    ];
    assert_eq!(
        told,
        [false, true],
        "how long to wait is told only sometimes"
    );
    assert_eq!(one.expect(429, "the minute is full")["status"], "fail");
    stage.clock.advance(Duration::from_secs(10));
    for _ in 0..30 {
        ask().await.expect(200, "the first half has aged out");
    }
    ask()
        .await
        .expect(429, "the second half has not, wherever a minute began");
}

#[tokio::test]
async fn the_statistics_count_what_was_asked() {
    let stage = Stage::new(roomy()).await;
    let stats = async |base: &str| -> Value {
        stage
            .raw("GET", &format!("{base}/_sandbox/stats"), &[], None)
            .await
            .unwrap()
            .expect(200, "open")
    };
    let at = stage.sandbox.credentials().clone();
    assert_eq!(stats(&at.highlevel.base_url).await["requests"], 0);
    let search = json!({"locationId": stage.location(), "pageLimit": 1});
    stage
        .highlevel("POST", "/contacts/search", Some(search))
        .await
        .expect(200, "found");
    let tasks = format!("/locations/{}/tasks/search", stage.location());
    stage
        .highlevel("POST", &tasks, Some(json!({})))
        .await
        .expect(201, "found");
    let made = json!({"locationId": stage.location(), "firstName": "A"});
    stage
        .highlevel("POST", "/contacts/", Some(made))
        .await
        .expect(201, "made");
    stage
        .highlevel("POST", "/contacts/", Some(json!({})))
        .await
        .expect(422, "refused");
    stage
        .highlevel("GET", "/nowhere", None)
        .await
        .expect(404, "unknown");
    stage
        .aimfox("POST", "/leads:search/total", Some(json!({})))
        .await
        .expect(200, "counted");
    let counted = stats(&at.highlevel.base_url).await;
    assert_eq!(counted["requests"], 5);
    assert_eq!(
        counted["writes"], 2,
        "searches by POST are no writes; a refused write is one"
    );
    assert_eq!(counted["by_operation"]["highlevel.contacts.create"], 2);
    assert_eq!(counted["by_operation"]["unknown"], 1);
    assert_eq!(
        counted["by_status"],
        json!({"200": 1, "201": 2, "404": 1, "422": 1})
    );
    let other = stats(&at.aimfox.base_url).await;
    assert_eq!(
        (&other["requests"], &other["writes"]),
        (&json!(1), &json!(0)),
        "each counts its own"
    );
    let reset = format!("{}/_sandbox/reset-stats", at.highlevel.base_url);
    stage
        .raw("POST", &reset, &[], None)
        .await
        .unwrap()
        .expect(200, "reset");
    assert_eq!(stats(&at.highlevel.base_url).await["requests"], 0);
    assert_eq!(
        stats(&at.aimfox.base_url).await["requests"],
        1,
        "the other is left alone"
    );
}
