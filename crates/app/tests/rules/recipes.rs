//! The six recipes, as they are shipped, from what somebody does to what there is afterwards.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::stage::{DAY, Stage};

/// Newcomers in an active campaign, days later: who accepted, and who answered, as Aimfox lists it.
async fn campaign_goes_on(stage: &Stage) -> (BTreeSet<String>, BTreeSet<String>) {
    let all = stage.in_aimfox("GET", "/campaigns", Value::Null).await;
    let mut all = all["campaigns"].as_array().unwrap().iter();
    let asks = |one: &&Value| one["state"] == "ACTIVE" && one["outreach_type"] == "connect";
    let id = all.find(asks).unwrap()["id"].as_str().unwrap();
    // Their names are read from the addresses.
    let names = "ada bea cleo dora edda fay gwen hope ines jana kira lena".split(' ');
    let profiles: Vec<Value> = names
        .map(|name| json!({"profile_url": format!("https://www.linkedin.com/in/{name}-newcomer")}))
        .collect();
    let path = format!("/campaigns/{id}/audience/multiple");
    let body = json!({"type": "profile_url", "profiles": profiles});
    stage.in_aimfox("POST", &path, body).await;
    let ahead = json!({ "days": 20 });
    stage.in_aimfox("POST", "/_sandbox/campaigns", ahead).await;
    let recent = stage
        .in_aimfox("GET", "/analytics/recent-leads", Value::Null)
        .await;
    let who = |what: &str| {
        let rows = recent["leads"].as_array().unwrap().iter();
        let of = rows.filter(|row| row["transition"] == what);
        of.map(|row| match &row["target_id"] {
            Value::String(id) => id.clone(),
            id => id.to_string(),
        })
        .collect::<BTreeSet<_>>()
    };
    let (accepted, replied) = (who("accepted"), who("reply"));
    assert!(!accepted.is_empty() && !replied.is_empty(), "{recent}");
    (accepted, replied)
}

/// The contact of a lead, who is there once.
fn contact_of(stage: &Stage, lead: &str) -> String {
    let links = stage.links();
    let mut mine = links.iter().filter(|link| link.lead_id == lead);
    let contact = mine
        .next()
        .expect("the sync made a contact")
        .contact_id
        .clone();
    stage.sandbox.with_state(|world| {
        let name = world.highlevel.contacts.get(&contact).unwrap().full_name();
        let all = world.highlevel.contacts.iter();
        let same = all.filter(|other| other.full_name() == name).count();
        assert_eq!(
            same, 1,
            "{name} is there once, whoever was first to make a contact"
        );
    });
    contact
}

async fn all_done(stage: &Stage, rule: &str, count: usize) {
    let firings = stage.firings(rule).await;
    for firing in &firings {
        assert_eq!(firing["state"], "done", "{firing:#}");
    }
    assert_eq!(firings.len(), count, "each happening once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_becomes_a_tag_and_a_task() {
    let stage = Stage::set().await;
    let rule = stage.recipe("reply-to-task").await;
    let (_, replied) = campaign_goes_on(&stage).await;
    for _ in 0..2 {
        stage.run().await;
        all_done(&stage, &rule, replied.len()).await;
    }
    for lead in &replied {
        let contact = contact_of(&stage, lead);
        assert!(
            stage
                .tags(&contact)
                .contains(&"replied on linkedin".to_owned())
        );
        let tasks = stage.task_titles(&contact);
        let ours = tasks.iter().filter(|title| title.starts_with("Answer "));
        assert_eq!(ours.count(), 1, "{tasks:?}");
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acceptance_becomes_a_contact_with_an_opportunity() {
    let stage = Stage::set().await;
    let rule = stage.recipe("accepted-to-opportunity").await;
    let (accepted, _) = campaign_goes_on(&stage).await;
    for _ in 0..2 {
        stage.run().await;
        all_done(&stage, &rule, accepted.len()).await;
    }
    for lead in &accepted {
        let contact = contact_of(&stage, lead);
        let deals = stage.sandbox.with_state(|world| {
            let deals = world.highlevel.shelves.all("opportunities").iter();
            let of = deals.filter(|deal| deal["contactId"] == contact.as_str());
            of.cloned().collect::<Vec<_>>()
        });
        assert_eq!(deals.len(), 1, "{deals:?}");
        assert_eq!(deals[0]["pipelineId"], "SamplePipeline000001", "the first");
        assert_eq!(deals[0]["status"], "open");
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_becomes_a_label() {
    let stage = Stage::set().await;
    let rule = stage.recipe("tag-to-label").await;
    let link = stage.links()[0].clone();
    stage.tag(&link.contact_id, &["customer", "other"]).await;
    for _ in 0..2 {
        stage.run().await;
        all_done(&stage, &rule, 1).await;
    }
    let labels = stage.labels(&link.lead_id);
    let customer = labels.iter().filter(|name| *name == "customer");
    assert_eq!(customer.count(), 1, "{labels:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appointment_becomes_a_note_and_a_label() {
    let stage = Stage::set().await;
    let rule = stage.recipe("appointment-to-note").await;
    let before = stage.firings(&rule).await.len();
    let link = stage.links()[0].clone();
    let body = json!({
        "calendarId": "SampleCalendar000002", "contactId": link.contact_id,
        "locationId": stage.sandbox.credentials().highlevel.location_id,
        "startTime": "2026-12-02T10:00:00+00:00", "title": "Demonstration",
    });
    let at = "/calendars/events/appointments";
    stage.by_somebody("POST", at, body).await;
    for _ in 0..2 {
        stage.run().await;
        all_done(&stage, &rule, before + 1).await;
    }
    assert!(
        stage
            .labels(&link.lead_id)
            .contains(&"Meeting booked".to_owned())
    );
    let notes = stage.notes(&link.lead_id);
    let ours = notes
        .iter()
        .filter(|note| note.starts_with("Meeting booked: Demonstration, 2 December 2026, "));
    assert_eq!(ours.count(), 1, "{notes:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_overdue_task_becomes_a_note_when_its_date_has_come() {
    let stage = Stage::set().await;
    let rule = stage.recipe("overdue-to-note").await;
    let link = stage.links()[0].clone();
    let path = format!("/contacts/{}/tasks", link.contact_id);
    let body = json!({
        "title": "Send the offer", "dueDate": "2026-11-26T10:00:00Z", "completed": false,
    });
    stage.by_somebody("POST", &path, body).await;
    let mine = async || {
        let firings = stage.firings(&rule).await;
        let of = firings
            .iter()
            .filter(|f| f["event"]["title"] == "Send the offer");
        of.count()
    };
    stage.run().await;
    assert_eq!(mine().await, 0, "it is not due yet");
    stage.advance(DAY);
    for _ in 0..2 {
        stage.run().await;
        assert_eq!(mine().await, 1, "told once for a date");
    }
    let notes = stage.notes(&link.lead_id);
    let ours = notes.iter().filter(|note| {
        note.starts_with("Overdue in HighLevel: Send the offer (due 26 November 2026, ")
    });
    assert_eq!(ours.count(), 1, "{notes:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn do_not_disturb_blocks_in_aimfox_once_somebody_said_yes() {
    let stage = Stage::set().await;
    let rule = stage.recipe("dnd-to-blacklist").await;
    let link = stage.links()[0].clone();
    let lead: u64 = link.lead_id.parse().unwrap();
    let blocked = || {
        stage.sandbox.with_state(|world| {
            let urn = world.aimfox.leads[&lead].urn.clone();
            let mut all = world.aimfox.shelves.all("blocked_people").iter();
            all.any(|one| one["urn"] == urn.as_str())
        })
    };
    assert!(!blocked());
    let path = format!("/contacts/{}", link.contact_id);
    stage
        .by_somebody("PUT", &path, json!({ "dnd": true }))
        .await;
    stage.run().await;
    let firing = stage.firings(&rule).await[0].clone();
    assert_eq!(firing["state"], "asking", "{firing:#}");
    assert!(!blocked(), "nobody said yes");
    let yes = json!({ "firing": firing["firing"], "answer": "approve" });
    stage.call("rules.answer", yes.clone()).await;
    stage.settled().await;
    let firing = stage.firings(&rule).await[0].clone();
    assert_eq!(
        firing["state"], "needs_you",
        "its switch is off: {firing:#}"
    );
    let said = firing["actions"].to_string();
    assert!(said.contains("Permissions"), "and it says where: {said}");
    assert!(!blocked());
    stage
        .switch(&stage.aimfox, "aimfox.blacklist.people.add", "allowed")
        .await;
    stage.call("rules.answer", yes).await;
    stage.settled().await;
    all_done(&stage, &rule, 1).await;
    assert!(blocked());
    stage.end().await;
}
