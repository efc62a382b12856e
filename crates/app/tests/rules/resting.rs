//! What nobody reads for a while is no news when somebody reads it again; and what is over is left alone.

use serde_json::json;

use crate::happenings::{items, items_and_talks, told};
use crate::stage::{DAY, Stage};

async fn write_note(stage: &Stage, contact: &str, text: &str) {
    let path = format!("/contacts/{contact}/notes");
    stage
        .by_somebody("POST", &path, json!({ "body": text }))
        .await;
}

/// A rule on new notes in HighLevel, and nothing that it would do at once.
async fn noted(stage: &Stage) -> String {
    let definition = json!({
        "trigger": "foxbridge.note.created",
        "conditions": { "all": [{ "field": "event.service", "is": "is", "value": "highlevel" }] },
        "steps": [{ "id": "w", "kind": "wait", "minutes": 60_000 }],
    });
    stage.rule("noted", definition).await
}

async fn texts(stage: &Stage, rule: &str) -> Vec<String> {
    let firings = stage.firings(rule).await;
    let texts = firings.iter().map(|firing| &firing["event"]["text"]);
    texts
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_of_months_in_which_no_rule_waited_for_them_are_no_news() {
    for talks in ["off", "to_highlevel"] {
        let stage = Stage::set().await;
        items_and_talks(&stage, "off", talks).await;
        let rule = noted(&stage).await;
        let switch = async |state: &str| {
            let request = json!({ "rule": rule, "state": state });
            stage.call("rules.switch", request).await;
        };
        stage.run().await;
        switch("off").await;
        stage.run().await;
        let links = stage.links();
        for link in &links {
            write_note(&stage, &link.contact_id, "While nobody looked").await;
        }
        // Where conversations are synced, this one has its notes read for it.
        let now = stage.now();
        stage.sandbox.with_state(|world| {
            world.lead_replies(links[0].lead_id.parse().unwrap(), now);
        });
        stage.run().await;
        stage.advance(60 * DAY);
        switch("on").await;
        stage.run().await;
        stage.advance(2 * DAY);
        stage.run().await;
        assert_eq!(texts(&stage, &rule).await, [] as [&str; 0], "talks {talks}");
        write_note(&stage, &links[1].contact_id, "Now somebody does").await;
        stage.advance(2 * DAY);
        stage.run().await;
        assert_eq!(texts(&stage, &rule).await, ["Now somebody does"]);
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn appointments_of_long_ago_are_not_asked_for_again_and_again() {
    let stage = Stage::set().await;
    items(&stage, "to_aimfox").await;
    let rule = told(&stage, "foxbridge.appointment.removed").await;
    let location = stage.sandbox.credentials().highlevel.location_id.clone();
    let body = json!({
        "calendarId": "SampleCalendar000002", "contactId": stage.links()[0].contact_id,
        "locationId": location, "startTime": "2026-11-26T15:00:00+00:00", "title": "Long ago",
    });
    stage
        .by_somebody("POST", "/calendars/events/appointments", body)
        .await;
    stage.run().await;
    stage.advance(40 * DAY);
    let single = || stage.asked("highlevel.calendars.appointments.get");
    let before = single();
    stage.run().await;
    assert_eq!(single(), before, "it is over, and nobody looks for it");
    assert_eq!(stage.firings(&rule).await.len(), 0);
    stage.end().await;
}
