//! Tasks and appointments that are gone: told once, and only when a read by their id says so.

use serde_json::{Value, json};

use crate::stage::Stage;

/// Counts what is told of a trigger: a note on the contact for each.
pub(crate) async fn told(stage: &Stage, trigger: &str) -> String {
    let definition = json!({
        "trigger": trigger,
        "steps": [{
            "id": "note", "kind": "do", "operation": "highlevel.contacts.notes.create",
            "params": { "contactId": "{{contact.id}}" }, "body": { "body": "Gone: {{event.title}}" },
        }],
    });
    stage.rule(trigger, definition).await
}

pub(crate) fn titles(firings: &[Value]) -> Vec<&str> {
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

/// Chooses which way notes, tasks and appointments go.
pub(crate) async fn items(stage: &Stage, direction: &str) {
    items_and_talks(stage, direction, "off").await;
}

/// The same, and which way conversations go.
pub(crate) async fn items_and_talks(stage: &Stage, direction: &str, talks: &str) {
    let rules = |direction| {
        json!({
            "direction": direction, "on_conflict": "ask", "when_deleted": "unlink", "history": false,
        })
    };
    let items = json!({
        "notes": rules(direction), "tasks": rules(direction), "appointments": rules(direction),
        "conversations": rules(talks),
    });
    let request = json!({ "sync": stage.sync, "items": items });
    stage.call("syncs.set_items", request).await;
}

/// What happened to notes, oldest first: the trigger's last word and the text.
async fn note_news(stage: &Stage, rules: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
    let mut news = Vec::new();
    for (what, rule) in rules {
        for firing in stage.firings(rule).await {
            let text = firing["event"]["text"].as_str().unwrap().to_owned();
            assert_eq!(firing["event"]["service"], "highlevel");
            assert_eq!(firing["state"], "done", "its person is known: {firing:#}");
            news.push((*what, text));
        }
    }
    news
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_in_highlevel_are_told_once_each_whether_the_sync_reads_them_or_not() {
    for direction in ["to_aimfox", "off"] {
        let stage = Stage::set().await;
        items(&stage, direction).await;
        if direction == "off" {
            // Nobody reads them from here on: what is written now is old when a rule comes.
            stage.run().await;
        }
        let contact = stage.links()[0].contact_id.clone();
        let path = format!("/contacts/{contact}/notes");
        let write = async |text: &str| {
            let made = stage
                .by_somebody("POST", &path, json!({ "body": text }))
                .await;
            made["note"]["id"].as_str().unwrap().to_owned()
        };
        let first = write("Was there before").await;
        stage.run().await;
        let mut rules = Vec::new();
        for what in ["created", "changed", "removed"] {
            let definition = json!({
                "trigger": format!("foxbridge.note.{what}"),
                "conditions": { "all": [{ "field": "event.service", "is": "is", "value": "highlevel" }] },
                "steps": [{
                    "id": "tag", "kind": "do", "operation": "highlevel.contacts.tags.add",
                    "params": { "contactId": "{{contact.id}}" }, "body": { "tags": ["noted"] },
                }],
            });
            rules.push((what, stage.rule(what, definition).await));
        }
        stage.run().await;
        assert_eq!(
            note_news(&stage, &rules).await,
            [],
            "what was there before anybody asked is no news ({direction})"
        );
        let second = write("Called today").await;
        stage.run().await;
        stage.run().await;
        assert_eq!(
            note_news(&stage, &rules).await,
            [("created", "Called today".to_owned())],
            "{direction}"
        );
        let change = json!({ "body": "Called again" });
        stage
            .by_somebody("PUT", &format!("{path}/{second}"), change)
            .await;
        stage
            .by_somebody("DELETE", &format!("{path}/{first}"), json!({}))
            .await;
        stage.run().await;
        stage.run().await;
        assert_eq!(
            note_news(&stage, &rules).await,
            [
                ("created", "Called today".to_owned()),
                ("changed", "Called again".to_owned()),
                ("removed", "Was there before".to_owned()),
            ],
            "each once ({direction})"
        );
        stage.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_or_a_sync_does_to_notes_is_no_news() {
    let stage = Stage::set().await;
    items(&stage, "both").await;
    let (contact, lead) = (
        stage.links()[0].contact_id.clone(),
        stage.links()[0].lead_id.clone(),
    );
    let mut rules = Vec::new();
    for what in ["created", "changed", "removed"] {
        let trigger = format!("foxbridge.note.{what}");
        let steps = json!([{ "id": "w", "kind": "wait", "minutes": 60 }]);
        rules.push(
            stage
                .rule(what, json!({ "trigger": trigger, "steps": steps }))
                .await,
        );
    }
    let tagged = json!({
        "trigger": "foxbridge.tag.added",
        "steps": [{
            "id": "note", "kind": "do", "operation": "highlevel.contacts.notes.create",
            "params": { "contactId": "{{contact.id}}" }, "body": { "body": "By a rule" },
        }],
    });
    let tagged = stage.rule("tagged", tagged).await;
    stage.run().await;
    stage.tag(&contact, &["gold"]).await;
    // A person's own note on the lead becomes one in HighLevel; a todo: is rewritten with our mark.
    for text in ["Met at the fair", "todo: call on friday"] {
        let path = format!("/leads/{lead}/notes");
        stage
            .in_aimfox("POST", &path, json!({ "text": text }))
            .await;
    }
    stage.run().await;
    let firing = stage.firings(&tagged).await[0].clone();
    assert_eq!(firing["state"], "done", "{firing:#}");
    for _ in 0..2 {
        stage.run().await;
    }
    let mut told = Vec::new();
    for rule in &rules {
        for firing in stage.firings(rule).await {
            told.push(firing["event"]["text"].as_str().unwrap().to_owned());
        }
    }
    told.sort();
    assert_eq!(
        told,
        ["Met at the fair", "todo: call on friday"],
        "what somebody wrote, and nothing that we did about it"
    );
    // Taking it back is ours, too.
    stage
        .switch(
            &stage.highlevel,
            "highlevel.contacts.notes.delete",
            "allowed",
        )
        .await;
    let undo = json!({ "firing": firing["firing"], "answer": "undo" });
    let undone = stage.call("rules.answer", undo).await;
    assert_eq!(undone["state"], "undone");
    stage.run().await;
    assert_eq!(stage.firings(&rules[2]).await, [] as [Value; 0]);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_run_has_read_is_not_read_again_for_rules() {
    let stage = Stage::set().await;
    items(&stage, "to_aimfox").await;
    stage.run().await;
    let count = || {
        let stats = stage.sandbox.stats(foxbridge_model::Service::HighLevel);
        stats.requests
    };
    let before = count();
    stage.run().await;
    let without = count() - before;
    for trigger in ["task.created", "appointment.created", "note.created"] {
        told(&stage, &format!("foxbridge.{trigger}")).await;
    }
    let before = count();
    stage.run().await;
    assert_eq!(
        count() - before,
        without,
        "rules are handed what the sync reads"
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_about_a_task_is_told_before_the_next_run_and_not_again_by_it() {
    let stage = Stage::set().await;
    items(&stage, "off").await;
    let rule = told(&stage, "foxbridge.task.created").await;
    stage.run().await;
    let contact = stage.links()[0].contact_id.clone();
    let path = format!("/contacts/{contact}/tasks");
    let body = json!({ "title": "Ring", "dueDate": "2026-12-24T10:00:00Z", "completed": false });
    stage.by_somebody("POST", &path, body).await;
    let hint = json!({ "type": "TaskCreate", "contactId": contact, "id": "elsewhere" });
    stage.hinted("TaskCreate", hint).await;
    assert_eq!(titles(&stage.firings(&rule).await), ["Ring"], "at once");
    stage.run().await;
    assert_eq!(titles(&stage.firings(&rule).await), ["Ring"], "once");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_that_a_rule_deletes_is_no_news() {
    let stage = Stage::set().await;
    let rule = told(&stage, "foxbridge.appointment.removed").await;
    let contact = stage.links()[0].contact_id.clone();
    let location = stage.sandbox.credentials().highlevel.location_id.clone();
    let body = json!({
        "calendarId": "SampleCalendar000002", "contactId": contact, "locationId": location,
        "startTime": "2026-12-02T15:00:00+00:00", "title": "Off",
    });
    let made = stage
        .by_somebody("POST", "/calendars/events/appointments", body)
        .await;
    stage.run().await;
    let delete = "highlevel.calendars.events.delete";
    stage.switch(&stage.highlevel, delete, "allowed").await;
    let deleting = json!({
        "trigger": "foxbridge.tag.added",
        "steps": [{
            "id": "delete", "kind": "do", "operation": delete, "params": { "eventId": made["id"] },
        }],
    });
    let deleting = stage.rule("Deleting", deleting).await;
    stage.tag(&contact, &["off"]).await;
    stage.run().await;
    assert_eq!(stage.firings(&deleting).await[0]["state"], "done");
    for _ in 0..2 {
        stage.run().await;
        assert_eq!(titles(&stage.firings(&rule).await), [] as [&str; 0]);
    }
    stage.end().await;
}
