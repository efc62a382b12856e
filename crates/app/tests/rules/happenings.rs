//! Tasks and appointments that are gone: told once, and only when a read by their id says so.

use serde_json::{Value, json};

use crate::stage::Stage;

/// Counts what is told of a trigger: a note on the contact for each.
async fn told(stage: &Stage, trigger: &str) -> String {
    let definition = json!({
        "trigger": trigger,
        "steps": [{
            "id": "note", "kind": "do", "operation": "highlevel.contacts.notes.create",
            "params": { "contactId": "{{contact.id}}" }, "body": { "body": "Gone: {{event.title}}" },
        }],
    });
    stage.rule(trigger, definition).await
}

fn titles(firings: &[Value]) -> Vec<&str> {
    firings
        .iter()
        .map(|f| f["event"]["title"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_somebody_deleted_is_told_once() {
    let stage = Stage::set().await;
    let rule = told(&stage, "foxbridge.task.removed").await;
    let contact = stage.links()[0].contact_id.clone();
    let path = format!("/contacts/{contact}/tasks");
    let mut ids = Vec::new();
    for title in ["Stays", "Goes"] {
        let body = json!({ "title": title, "dueDate": "2026-12-24T10:00:00Z", "completed": false });
        let made = stage.by_somebody("POST", &path, body).await;
        ids.push(made["task"]["id"].as_str().unwrap().to_owned());
    }
    stage.run().await;
    assert_eq!(stage.firings(&rule).await, [] as [Value; 0]);
    let goes = format!("{path}/{}", ids[1]);
    stage.by_somebody("DELETE", &goes, json!({})).await;
    for _ in 0..2 {
        stage.run().await;
        let firings = stage.firings(&rule).await;
        assert_eq!(
            titles(&firings),
            ["Goes"],
            "once, whatever is read how often"
        );
        assert_eq!(
            firings[0]["state"], "done",
            "its contact is known: {:#}",
            firings[0]
        );
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_that_is_moved_out_of_sight_is_not_gone_and_a_deleted_one_is() {
    let stage = Stage::set().await;
    let rule = told(&stage, "foxbridge.appointment.removed").await;
    let contact = stage.links()[0].contact_id.clone();
    let location = stage.sandbox.credentials().highlevel.location_id.clone();
    let mut ids = Vec::new();
    for (title, start) in [
        ("Far", "2026-12-02T15:00:00+00:00"),
        ("Off", "2026-12-03T15:00:00+00:00"),
    ] {
        let body = json!({
            "calendarId": "SampleCalendar000002", "contactId": contact, "locationId": location,
            "startTime": start, "title": title,
        });
        let made = stage
            .by_somebody("POST", "/calendars/events/appointments", body)
            .await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    stage.run().await;
    let far = format!("/calendars/events/appointments/{}", ids[0]);
    let body =
        json!({ "startTime": "2028-12-01T15:00:00+00:00", "endTime": "2028-12-01T16:00:00+00:00" });
    stage.by_somebody("PUT", &far, body).await;
    let off = format!("/calendars/events/{}", ids[1]);
    stage.by_somebody("DELETE", &off, json!({})).await;
    for _ in 0..2 {
        stage.run().await;
        assert_eq!(titles(&stage.firings(&rule).await), ["Off"]);
    }
    stage.end().await;
}
