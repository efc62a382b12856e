//! Aimfox tells by itself: we register a webhook there, somebody answers, and the rule acts, once.

use std::collections::BTreeSet;

use foxbridge_sandbox::{FaultProfile, PostKind};
use serde_json::{Value, json};

use crate::stage::Stage;

/// Switches the receiver on and has Aimfox told of it, as the page does.
async fn register(stage: &Stage, events: &[&str]) {
    let choices = json!({ "port": 0, "public_url": null });
    stage.call("hooks.set", choices).await;
    let on = json!({ "connection": stage.aimfox, "on": true, "key": null });
    stage.call("hooks.turn", on).await;
    let mut changes = stage.app.subscribe();
    while stage.call("hooks.list", json!({})).await["listening"].is_null() {
        let _change = changes.recv().await;
    }
    let request = json!({ "connection": stage.aimfox, "events": events });
    stage.call("hooks.register", request).await;
}

/// A note on the lead for every happening of a trigger.
async fn noting(stage: &Stage, trigger: &str) -> String {
    let definition = json!({
        "trigger": trigger,
        "steps": [{
            "id": "note", "kind": "do", "operation": "aimfox.leads.notes.create",
            "params": { "lead_id": "{{lead.id}}" }, "body": { "text": "Told of {{person.name}}" },
        }],
    });
    stage.rule(trigger, definition).await
}

/// Waits until a rule has done its work so often.
async fn done(stage: &Stage, rule: &str, count: usize) -> Vec<Value> {
    let mut changes = stage.app.subscribe();
    loop {
        let firings = stage.firings(rule).await;
        if firings.iter().filter(|f| f["state"] == "done").count() >= count {
            return firings;
        }
        let _change = changes.recv().await;
    }
}

fn told(stage: &Stage, lead: &str) -> usize {
    let notes = stage.notes(lead);
    notes.iter().filter(|n| n.starts_with("Told of")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_on_linkedin_is_told_and_acted_on_once() {
    let stage = Stage::set().await;
    let rule = noting(&stage, "foxbridge.lead.replied").await;
    let lead = stage.links()[0].lead_id.clone();
    register(&stage, &["reply", "new_reply", "campaign_reply"]).await;
    let now = stage.now();
    stage
        .sandbox
        .with_state(|world| world.lead_replies(lead.parse().unwrap(), now));
    let firings = done(&stage, &rule, 1).await;
    let text = firings[0]["event"]["text"].as_str().unwrap();
    assert!(text.starts_with("Thank you"), "what was written: {text}");
    // The next run finds the same answer in the list, and it is nothing new.
    stage.run().await;
    assert_eq!(stage.firings(&rule).await.len(), 1);
    assert_eq!(told(&stage, &lead), 1);
    let posted = stage.sandbox.posted_until(|posted| posted.len() >= 3);
    let posted = posted.await;
    let events: BTreeSet<&str> = posted.iter().map(|post| post.event.as_str()).collect();
    assert_eq!(
        events,
        BTreeSet::from(["campaign_reply", "new_reply", "reply"])
    );
    assert!(posted.iter().all(|post| post.status == 200), "{posted:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_late_forged_and_cut_ones_among_them_change_nothing() {
    let stage = Stage::with(24, 22, 20).await;
    let replied = noting(&stage, "foxbridge.lead.replied").await;
    let labelled = noting(&stage, "aimfox.events.lead_label_added").await;
    register(
        &stage,
        &["reply", "new_reply", "campaign_reply", "lead_label_added"],
    )
    .await;
    stage.sandbox.set_post_faults(FaultProfile::Hostile);
    let leads: Vec<String> = stage.links().into_iter().map(|link| link.lead_id).collect();
    let label = stage.sandbox.with_state(|world| {
        let now = stage.now();
        for lead in &leads {
            world.lead_replies(lead.parse().unwrap(), now);
        }
        world.aimfox.labels[0].id.clone()
    });
    let bare = stage.sandbox.with_state(|world| -> Vec<String> {
        let all = world.aimfox.leads.values();
        let bare = all.filter(|lead| !lead.labels.contains(&label));
        bare.map(|lead| lead.id.to_string()).collect()
    });
    for lead in &bare {
        let path = format!("/leads/{lead}/labels/{label}");
        stage.in_aimfox("POST", &path, json!({})).await;
    }
    done(&stage, &replied, leads.len()).await;
    done(&stage, &labelled, bare.len()).await;
    // What is late or comes again may still be on its way; the last of it has an answer by then.
    let wanted = leads.len() * 3 + bare.len();
    let good = |kind| matches!(kind, PostKind::Plain | PostKind::Late);
    let posted = stage.sandbox.posted_until(|posted| {
        let good = posted.iter().filter(|post| good(post.kind));
        good.count() >= wanted
    });
    let posted = posted.await;
    stage.settled().await;
    for kind in [
        PostKind::Repeated,
        PostKind::Late,
        PostKind::Forged,
        PostKind::Cut,
    ] {
        assert!(
            posted.iter().any(|post| post.kind == kind),
            "{kind:?} is among them"
        );
    }
    for post in &posted {
        let wanted = match post.kind {
            PostKind::Plain | PostKind::Repeated | PostKind::Late => 200,
            PostKind::Forged => 401,
            PostKind::Cut => 400,
        };
        assert_eq!(post.status, wanted, "{post:?}");
    }
    assert_eq!(stage.firings(&replied).await.len(), leads.len());
    assert_eq!(stage.firings(&labelled).await.len(), bare.len());
    for lead in &leads {
        let wanted = 1 + usize::from(bare.contains(lead));
        assert_eq!(
            told(&stage, lead),
            wanted,
            "each once: {:?}",
            stage.notes(lead)
        );
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_hangs_holds_nobody_else_up() {
    let stage = Stage::set().await;
    let hanging = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}/", hanging.local_addr().unwrap());
    let hook = json!({
        "name": "Hangs", "events": ["reply"], "url": url, "integration": false, "headers": {},
    });
    stage.in_aimfox("POST", "/webhooks", hook).await;
    register(&stage, &["reply"]).await;
    let (lead, now) = (stage.links()[0].lead_id.clone(), stage.now());
    stage
        .sandbox
        .with_state(|world| world.lead_replies(lead.parse().unwrap(), now));
    let posted = stage.sandbox.posted_until(|posted| !posted.is_empty());
    assert_eq!(
        posted.await[0].status,
        200,
        "the other one has no answer yet"
    );
    stage.end().await;
}
