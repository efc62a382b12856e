//! `foxbridge serve`: the worker without a window, as an unattended computer has it.
#![allow(clippy::unwrap_used)]

mod common;

use common::serving::Serving;
use common::{Sandbox, User};

#[test]
fn it_runs_what_is_due_and_another_takes_over_when_it_dies() {
    let sandbox = Sandbox::serve(&[
        "--contacts",
        "6",
        "--leads",
        "5",
        "--overlap",
        "3",
        "--aimfox-per-minute",
        "5000",
    ]);
    let user = User::new();
    let sync = user.connect(&sandbox, 5_000);
    let before = user.run(&["status"], "");
    assert_eq!(before["place"], "nowhere", "nobody is at work");

    let first = Serving::start(&user);
    first.until("/health", |health| health.contains("\"worker\":\"here\""));
    let second = Serving::start(&user);
    second.until("/health", |health| {
        health.contains("\"worker\":\"elsewhere\"")
    });
    let schedule = user.run(&["sync", "schedule", &sync, "--every", "1h"], "");
    assert_eq!(schedule["schedule"]["every_minutes"], 60);
    // The schedule came from another process: it is seen when the worker looks next; a pause and
    // its end are no different.
    user.run(&["pause", "--for", "hour"], "");
    let paused = user.run(&["resume"], "");
    assert_eq!(paused["paused"], false);
    drop(first);
    second.until("/health", |health| health.contains("\"worker\":\"here\""));
    let done = format!("foxbridge_runs_total{{sync=\"{sync}\",state=\"done\"}} 1\n");
    second.until("/metrics", |metrics| metrics.contains(&done));
    let (status, _) = second.get("/health");
    assert_eq!(status, 200);
    drop(second);
    let after = user.run(&["status"], "");
    assert_eq!(after["place"], "nowhere");
    assert_eq!(after["syncs"][0]["failures"], 0);
}
