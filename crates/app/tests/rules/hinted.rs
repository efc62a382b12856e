//! Webhooks about tasks and appointments: each is told, however soon it follows another, and listings
//! that lag behind bring nothing back.

use serde_json::{Value, json};

use crate::happenings::{items, titles, told};
use crate::stage::{MINUTE, Stage};

async fn make_task(stage: &Stage, contact: &str, title: &str) -> String {
    let path = format!("/contacts/{contact}/tasks");
    let body = json!({ "title": title, "dueDate": "2026-12-24T10:00:00Z", "completed": false });
    let made = stage.by_somebody("POST", &path, body).await;
    made["task"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_webhook_a_moment_later_is_told_too() {
    let stage = Stage::set().await;
    items(&stage, "off").await;
    let mut rules = Vec::new();
    for kind in ["task", "appointment"] {
        for what in ["created", "changed"] {
            rules.push(told(&stage, &format!("foxbridge.{kind}.{what}")).await);
        }
    }
    stage.run().await;
    let contact = stage.links()[0].contact_id.clone();
    let location = stage.sandbox.credentials().highlevel.location_id.clone();

    let task = make_task(&stage, &contact, "Ring").await;
    let hint = json!({ "contactId": contact, "id": task });
    stage.hinted("TaskCreate", hint.clone()).await;
    let complete = format!("/contacts/{contact}/tasks/{task}/completed");
    let body = json!({ "completed": true });
    stage.by_somebody("PUT", &complete, body).await;
    stage.hinted("TaskComplete", hint).await;

    let body = json!({
        "calendarId": "SampleCalendar000002", "contactId": contact, "locationId": location,
        "startTime": "2026-12-02T15:00:00+00:00", "title": "Meet",
    });
    let made = stage
        .by_somebody("POST", "/calendars/events/appointments", body)
        .await;
    let path = format!(
        "/calendars/events/appointments/{}",
        made["id"].as_str().unwrap()
    );
    let hint = json!({ "appointment": { "id": made["id"], "contactId": contact } });
    stage.hinted("AppointmentCreate", hint.clone()).await;
    let cancelled = json!({ "appointmentStatus": "cancelled" });
    stage.by_somebody("PUT", &path, cancelled).await;
    stage.hinted("AppointmentUpdate", hint).await;

    let mut fields = Vec::new();
    for (rule, title) in rules.iter().zip(["Ring", "Ring", "Meet", "Meet"]) {
        let firings = stage.firings(rule).await;
        assert_eq!(titles(&firings), [title], "each is told once");
        fields.push(firings[0]["event"]["fields"].clone());
    }
    assert_eq!(
        fields,
        [
            json!(null),
            json!(["completed"]),
            json!(null),
            json!(["status"])
        ]
    );
    // The run reads the same again.
    stage.run_at_once().await;
    for rule in &rules {
        assert_eq!(stage.firings(rule).await.len(), 1);
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_task_that_the_search_still_shows_is_not_told_as_new() {
    let stage = Stage::set().await;
    items(&stage, "off").await;
    let created = told(&stage, "foxbridge.task.created").await;
    let removed = told(&stage, "foxbridge.task.removed").await;
    stage.run().await;
    let contact = stage.links()[0].contact_id.clone();
    let task = make_task(&stage, &contact, "Ring").await;
    stage.run().await;
    let path = format!("/contacts/{contact}/tasks/{task}");
    stage.by_somebody("DELETE", &path, Value::Null).await;
    stage
        .hinted("TaskDelete", json!({ "contactId": contact, "id": task }))
        .await;
    assert_eq!(titles(&stage.firings(&removed).await), ["Ring"], "at once");
    let shown = |is_shown: bool| {
        stage.sandbox.with_state(|world| {
            let tasks = world.highlevel.tasks.get_mut(&contact).unwrap();
            let task = tasks.iter_mut().find(|one| one.id == task).unwrap();
            task.deleted = !is_shown;
        });
    };
    // The sandbox's search never lags: for once it shows what is deleted.
    shown(true);
    stage.run_at_once().await;
    shown(false);
    stage.run().await;
    for rule in [&created, &removed] {
        assert_eq!(titles(&stage.firings(rule).await), ["Ring"], "once");
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_read_is_read_again_without_a_run() {
    let stage = Stage::set().await;
    items(&stage, "off").await;
    let definition = json!({
        "trigger": "foxbridge.note.created",
        "steps": [{ "id": "w", "kind": "wait", "minutes": 60 }],
    });
    let rule = stage.rule("noted", definition).await;
    stage.run().await;
    let contact = stage.links()[0].contact_id.clone();
    let path = format!("/contacts/{contact}/notes");
    let body = json!({ "body": "Called today" });
    let made = stage.by_somebody("POST", &path, body).await;
    // A note without an id: the answer cannot be read.
    let name = |id: &str| {
        stage.sandbox.with_state(|world| {
            let notes = world.highlevel.notes.get_mut(&contact).unwrap();
            let note = notes.iter_mut().find(|note| note.body == "Called today");
            note.unwrap().id = id.to_owned();
        });
    };
    name("");
    stage
        .hinted("NoteCreate", json!({ "contactId": contact, "id": "n" }))
        .await;
    assert_eq!(stage.firings(&rule).await.len(), 0);
    let failed = stage.store.deliveries().newest(None, 1).unwrap().remove(0);
    assert_eq!(failed.state, "waiting");
    assert!(failed.why.unwrap().contains("notes cannot be read"));
    name(made["note"]["id"].as_str().unwrap());
    stage.advance(MINUTE);
    stage.settled().await;
    assert_eq!(stage.firings(&rule).await.len(), 1, "a minute later");
    stage.end().await;
}
