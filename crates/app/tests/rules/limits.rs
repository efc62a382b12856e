//! What stops a rule that does too much, and what can be taken back.

use foxbridge_contract::Event;
use serde_json::{Value, json};

use crate::stage::{DAY, MINUTE, Stage};

/// Adds a tag that follows from the one that was added.
fn echoing(own_effects: bool) -> Value {
    json!({
        "trigger": "foxbridge.tag.added",
        "own_effects": own_effects,
        "conditions": { "all": [
            { "field": "event.service", "is": "is", "value": "highlevel" },
            { "field": "event.tag", "is": "starts_with", "value": "loop" },
        ] },
        "steps": [{
            "id": "tag", "kind": "do", "operation": "highlevel.contacts.tags.add",
            "params": { "contactId": "{{contact.id}}" }, "body": { "tags": ["{{event.tag}}x"] },
        }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_that_feeds_itself_ends_after_three_rounds() {
    let stage = Stage::set().await;
    let contact = stage.links()[0].contact_id.clone();
    let rule = stage.rule("Loop", echoing(true)).await;
    stage.tag(&contact, &["loop"]).await;
    for _ in 0..6 {
        stage.run().await;
    }
    let depths: Vec<u32> = stage.kept(&rule).iter().map(|f| f.depth).collect();
    assert_eq!(
        depths,
        [3, 2, 1],
        "each deeper than the one it follows from"
    );
    assert!(stage.tags(&contact).contains(&"loopxxx".to_owned()));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_rule_did_itself_fires_nothing_unless_it_says_so() {
    let stage = Stage::set().await;
    let contact = stage.links()[0].contact_id.clone();
    let rule = stage.rule("No loop", echoing(false)).await;
    stage.tag(&contact, &["loop"]).await;
    for _ in 0..3 {
        stage.run().await;
    }
    assert_eq!(stage.kept(&rule).len(), 1);
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn six_times_in_an_hour_for_one_person_is_taken_for_a_circle() {
    let stage = Stage::set().await;
    let links = stage.links();
    let rule = stage
        .rule(
            "Often",
            json!({
                "trigger": "foxbridge.tag.added",
                "conditions": { "all": [{ "field": "event.service", "is": "is", "value": "highlevel" }] },
                "steps": [{
                    "id": "note", "kind": "do", "operation": "highlevel.contacts.notes.create",
                    "params": { "contactId": "{{contact.id}}" }, "body": { "body": "{{event.tag}}" },
                }],
            }),
        )
        .await;
    stage
        .tag(&links[0].contact_id, &["a", "b", "c", "d", "e"])
        .await;
    stage.run().await;
    assert_eq!(stage.state(&rule).await["state"], "on", "five are five");
    stage.tag(&links[1].contact_id, &["a"]).await;
    stage.run().await;
    assert_eq!(stage.kept(&rule).len(), 6, "somebody else is somebody else");
    stage.tag(&links[0].contact_id, &["f"]).await;
    stage.run().await;
    let now = stage.state(&rule).await;
    assert_eq!(now["state"], "stopped");
    assert!(now["why"].as_str().unwrap().contains("circles"), "{now}");
    assert_eq!(stage.kept(&rule).len(), 6, "and it does nothing more");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_messages_a_day_and_the_next_one_on_the_next_day() {
    let stage = Stage::with(40, 30, 28).await;
    let send = "highlevel.conversations.messages.send";
    stage.switch(&stage.highlevel, send, "allowed").await;
    let rule = stage
        .rule(
            "Greet",
            json!({
                "trigger": "foxbridge.tag.added",
                "conditions": { "all": [{ "field": "event.tag", "is": "is", "value": "greet" }] },
                "steps": [{
                    "id": "message", "kind": "do", "operation": send,
                    "body": {
                        "type": "SMS", "subType": "SMS", "status": "pending",
                        "contactId": "{{contact.id}}", "message": "Greetings to {{person.name}}",
                    },
                }],
            }),
        )
        .await;
    let sent = || {
        stage.sandbox.with_state(|world| {
            let all = world.highlevel.shelves.all("messages").iter();
            let ours = all.filter(|m| m["body"].as_str().unwrap_or("").starts_with("Greetings"));
            ours.count()
        })
    };
    for link in stage.links().iter().take(23) {
        stage.tag(&link.contact_id, &["greet"]).await;
    }
    stage.run().await;
    assert_eq!(stage.kept(&rule).len(), 23);
    assert_eq!(sent(), 20, "however many are under way at once");
    stage.advance(2 * 60 * MINUTE);
    stage.settled().await;
    assert_eq!(sent(), 20, "two hours are no day");
    stage.advance(DAY);
    stage.settled().await;
    assert_eq!(sent(), 23, "none was dropped");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_firing_did_is_taken_back_and_what_was_there_stays() {
    let stage = Stage::set().await;
    let contact = stage.links()[0].contact_id.clone();
    stage.tag(&contact, &["old"]).await;
    stage.run().await;
    let rule = stage
        .rule(
            "Both",
            json!({
                "trigger": "foxbridge.tag.added",
                "conditions": { "all": [{ "field": "event.tag", "is": "is", "value": "begin" }] },
                "steps": [
                    {
                        "id": "tags", "kind": "do", "operation": "highlevel.contacts.tags.add",
                        "params": { "contactId": "{{contact.id}}" }, "body": { "tags": ["old", "new"] },
                    },
                    {
                        "id": "task", "kind": "do", "operation": "highlevel.contacts.tasks.create",
                        "params": { "contactId": "{{contact.id}}" },
                        "body": { "title": "From a rule", "dueDate": "{{now + 1d}}", "completed": false },
                    },
                ],
            }),
        )
        .await;
    stage.tag(&contact, &["begin"]).await;
    stage.run().await;
    let firing = stage.firings(&rule).await[0].clone();
    assert_eq!(firing["state"], "done", "{firing:#}");
    assert_eq!(firing["can_undo"], true);
    let kind = json!({ "kind": "firing", "limit": 10 });
    let activity = stage.call("activity.list", kind).await;
    let entries = activity["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1, "one firing is one entry: {activity}");
    assert_eq!(
        entries[0]["firing"], firing,
        "with what came in and what was sent"
    );
    assert!(
        stage
            .task_titles(&contact)
            .contains(&"From a rule".to_owned())
    );
    let request = json!({ "firing": firing["firing"], "answer": "undo" });
    let refused = stage.app.call("rules.answer", request.clone()).await;
    let blocked = refused.unwrap_err();
    assert!(
        blocked.message.contains("Permissions"),
        "a deletion has its switch: {blocked}"
    );
    stage
        .switch(
            &stage.highlevel,
            "highlevel.contacts.tasks.delete",
            "allowed",
        )
        .await;
    let undone = stage.call("rules.answer", request).await;
    assert_eq!(undone["state"], "undone", "{undone:#}");
    assert_eq!(undone["can_undo"], false);
    let tags = stage.tags(&contact);
    assert!(
        tags.contains(&"old".to_owned()),
        "it was there before: {tags:?}"
    );
    assert!(!tags.contains(&"new".to_owned()), "{tags:?}");
    assert!(
        !stage
            .task_titles(&contact)
            .contains(&"From a rule".to_owned())
    );
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firing_whose_tag_was_there_already_can_be_taken_back_half_at_least() {
    let stage = Stage::set().await;
    let contact = stage.links()[0].contact_id.clone();
    stage.tag(&contact, &["old"]).await;
    stage.run().await;
    let task = |title: &str| {
        json!({
            "id": title, "kind": "do", "operation": "highlevel.contacts.tasks.create",
            "params": { "contactId": "{{contact.id}}" },
            "body": { "title": title, "dueDate": "{{now + 1d}}", "completed": false },
        })
    };
    let tag = |id: &str, how: &str, tag: &str| {
        json!({
            "id": id, "kind": "do", "operation": format!("highlevel.contacts.tags.{how}"),
            "params": { "contactId": "{{contact.id}}" }, "body": { "tags": [tag] },
        })
    };
    let definition = json!({
        "trigger": "foxbridge.tag.added",
        "conditions": { "all": [{ "field": "event.tag", "is": "is", "value": "begin" }] },
        "steps": [
            task("Ring"), tag("had", "add", "old"), tag("never", "remove", "never there"),
            tag("new", "add", "new"),
        ],
    });
    let rule = stage.rule("Both", definition).await;
    stage.tag(&contact, &["begin"]).await;
    stage.run().await;
    let firing = stage.firings(&rule).await[0].clone();
    assert_eq!(firing["state"], "done", "{firing:#}");

    // The last thing is taken back first; the task stays while its deletion is not allowed.
    let mut changes = stage.app.subscribe();
    let request = json!({ "firing": firing["firing"], "answer": "undo" });
    let refused = stage.app.call("rules.answer", request.clone()).await;
    assert!(refused.unwrap_err().message.contains("Permissions"));
    assert!(!stage.tags(&contact).contains(&"new".to_owned()));
    let mut told = false;
    while let Ok(change) = changes.try_recv() {
        told |= matches!(change, Event::Changed { commands } if commands.iter().any(|c| c == "rules.firings"));
    }
    assert!(told, "what is taken back already is shown");

    let delete = "highlevel.contacts.tasks.delete";
    stage.switch(&stage.highlevel, delete, "allowed").await;
    let undone = stage.call("rules.answer", request).await;
    assert_eq!(undone["state"], "undone", "{undone:#}");
    let tags = stage.tags(&contact);
    assert!(tags.contains(&"old".to_owned()), "it was there: {tags:?}");
    assert!(!tags.contains(&"never there".to_owned()), "{tags:?}");
    assert!(!stage.task_titles(&contact).contains(&"Ring".to_owned()));
    stage.end().await;
}
