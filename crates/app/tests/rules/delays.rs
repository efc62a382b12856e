//! "Two days later, if still no reply": what is asked after a wait is asked of things as they are then.

use foxbridge_store::LinkRow;
use serde_json::{Value, json};

use crate::stage::{DAY, MINUTE, Stage};

/// Waits two days, looks again, and gives the contact a tag.
async fn nudge(stage: &Stage, still: Value) -> String {
    stage
        .rule(
            "Nudge",
            json!({
                "trigger": "foxbridge.tag.added",
                "conditions": { "all": [
                    { "field": "event.service", "is": "is", "value": "highlevel" },
                    { "field": "event.tag", "is": "is", "value": "asked" },
                ] },
                "steps": [
                    { "id": "wait", "kind": "wait", "minutes": 2880, "still": { "all": [still] } },
                    {
                        "id": "tag", "kind": "do", "operation": "highlevel.contacts.tags.add",
                        "params": { "contactId": "{{contact.id}}" }, "body": { "tags": ["nudged"] },
                    },
                ],
            }),
        )
        .await
}

async fn begin(stage: &Stage, rule: &str) -> LinkRow {
    let link = stage.links()[0].clone();
    stage.tag(&link.contact_id, &["asked"]).await;
    stage.run().await;
    let firings = stage.firings(rule).await;
    assert_eq!(firings.len(), 1);
    assert_eq!(firings[0]["state"], "ready", "{:#}", firings[0]);
    link
}

/// Aimfox lists that the lead replied just now. No run reads it, and no webhook tells.
fn replies(stage: &Stage, link: &LinkRow) {
    let lead: u64 = link.lead_id.parse().unwrap();
    stage
        .sandbox
        .with_state(|world| world.lead_replies(lead, crate::stage::START + DAY));
}

fn nudged(stage: &Stage, link: &LinkRow) -> bool {
    stage.tags(&link.contact_id).contains(&"nudged".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_acts_when_the_time_has_come_and_nothing_happened() {
    let stage = Stage::set().await;
    let rule = nudge(&stage, json!({ "none_since": "foxbridge.lead.replied" })).await;
    let link = begin(&stage, &rule).await;
    stage.advance(2 * DAY - 10 * MINUTE);
    stage.settled().await;
    assert!(!nudged(&stage, &link), "not before");
    stage.advance(10 * MINUTE);
    stage.settled().await;
    assert!(nudged(&stage, &link));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_does_not_when_a_reply_came_that_nobody_had_told_of() {
    let stage = Stage::set().await;
    let rule = nudge(&stage, json!({ "none_since": "foxbridge.lead.replied" })).await;
    let link = begin(&stage, &rule).await;
    stage.advance(DAY);
    replies(&stage, &link);
    stage.advance(DAY);
    stage.settled().await;
    let firing = stage.firings(&rule).await[0].clone();
    assert_eq!(firing["state"], "given_up", "{firing:#}");
    assert!(!nudged(&stage, &link));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_does_not_when_somebody_changed_the_record_meanwhile() {
    let stage = Stage::set().await;
    let still = json!({ "field": "contact.tags", "is": "contains", "value": "asked" });
    let rule = nudge(&stage, still).await;
    let link = begin(&stage, &rule).await;
    stage.advance(DAY);
    let path = format!("/contacts/{}/tags", link.contact_id);
    stage
        .by_somebody("DELETE", &path, json!({ "tags": ["asked"] }))
        .await;
    stage.advance(DAY);
    stage.settled().await;
    let firing = stage.firings(&rule).await[0].clone();
    assert_eq!(firing["state"], "given_up", "{firing:#}");
    assert!(!nudged(&stage, &link), "the mirror still had the tag");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_waits_on_while_the_services_cannot_be_read() {
    let stage = Stage::set().await;
    let rule = nudge(&stage, json!({ "none_since": "foxbridge.lead.replied" })).await;
    let link = begin(&stage, &rule).await;
    stage
        .switch(&stage.highlevel, "highlevel.contacts.get", "blocked")
        .await;
    stage.advance(2 * DAY);
    stage.settled().await;
    let firing = stage.firings(&rule).await[0].clone();
    assert_eq!(
        firing["state"], "ready",
        "put off, and nothing spins: {firing:#}"
    );
    assert!(!nudged(&stage, &link));
    stage
        .switch(&stage.highlevel, "highlevel.contacts.get", "allowed")
        .await;
    stage.advance(5 * MINUTE);
    stage.settled().await;
    assert!(nudged(&stage, &link));
    stage.end().await;
}
