//! What becomes of people who were added to a campaign.

use std::collections::BTreeSet;
use std::time::Duration;

use foxbridge_sandbox::Config;
use serde_json::{Value, json};

use crate::stage::{Stage, roomy};

const DAY: Duration = Duration::from_secs(86_400);
const PEOPLE: usize = 60;

/// The states that the vendor documents (`facts/aimfox.md` §2.4).
const STATES: [&str; 10] = [
    "init",
    "view",
    "like",
    "endorse",
    "connect",
    "message",
    "inmail",
    "withdraw",
    "cancelled",
    "done",
];

/// An active campaign that asks people to connect, with people in it who are nobody's leads.
async fn campaign(stage: &Stage) -> String {
    let all = stage.aimfox("GET", "/campaigns", None).await.body;
    let mut all = all["campaigns"].as_array().unwrap().iter();
    let asks = |one: &&Value| one["state"] == "ACTIVE" && one["outreach_type"] == "connect";
    let id = all.find(asks).unwrap()["id"].as_str().unwrap().to_owned();
    let profiles: Vec<Value> = (0..PEOPLE)
        .map(|n| json!({"profile_url": format!("https://www.linkedin.com/in/flow-person-{n}x")}))
        .collect();
    let path = format!("/campaigns/{id}/audience/multiple");
    let added = stage
        .aimfox(
            "POST",
            &path,
            Some(json!({"type": "profile_url", "profiles": profiles})),
        )
        .await;
    let added = added.expect(200, "they are added");
    assert_eq!(added["profiles"].as_array().unwrap().len(), PEOPLE);
    id
}

/// The states of those people, in the order in which they were added.
async fn states(stage: &Stage, campaign: &str) -> Vec<String> {
    let path = format!("/campaigns/{campaign}/audience");
    let all = stage.aimfox("GET", &path, None).await.body;
    let mut mine: Vec<(&str, &str)> = all["audience"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| Some((one["public_identifier"].as_str()?, one["state"].as_str()?)))
        .filter(|(name, _)| name.starts_with("flow-person-"))
        .collect();
    mine.sort_by_key(|(name, _)| *name);
    mine.into_iter()
        .map(|(_, state)| state.to_owned())
        .collect()
}

#[tokio::test]
async fn targets_move_through_the_documented_states_as_time_passes() {
    let stage = Stage::roomy().await;
    let campaign = campaign(&stage).await;
    assert_eq!(
        states(&stage, &campaign).await,
        vec!["init"; PEOPLE],
        "at first nothing"
    );
    let leads = |stage: &Stage| stage.sandbox.with_state(|world| world.aimfox.leads.len());
    let before = leads(&stage);
    let mut seen = BTreeSet::new();
    for _ in 0..80 {
        stage.clock.advance(DAY / 4);
        let now = states(&stage, &campaign).await;
        assert_eq!(
            now.len(),
            PEOPLE,
            "nobody is lost, and nobody is there twice"
        );
        seen.extend(now);
    }
    assert!(
        seen.iter().all(|state| STATES.contains(&state.as_str())),
        "{seen:?}"
    );
    for state in ["view", "connect", "message", "withdraw", "done"] {
        assert!(seen.contains(state), "somebody was {state}: {seen:?}");
    }
    let accepted = leads(&stage) - before;
    assert!(
        (PEOPLE / 3..PEOPLE).contains(&accepted),
        "{accepted} of {PEOPLE} accepted"
    );

    // Who accepted is a lead of the seat, and who answered has a conversation.
    let recent = stage
        .aimfox("GET", "/analytics/recent-leads", None)
        .await
        .body;
    let recent = recent["leads"].as_array().unwrap();
    assert_eq!(recent.len(), 18, "a short list, not a feed");
    let times: Vec<&str> = recent
        .iter()
        .map(|e| e["timestamp"].as_str().unwrap())
        .collect();
    assert!(
        times.is_sorted_by(|a, b| a >= b),
        "the latest first: {times:?}"
    );
    let of = |what: &str| {
        recent
            .iter()
            .find(|event| event["transition"] == what)
            .unwrap()
    };
    let id = of("accepted")["target_id"].as_str().unwrap();
    let lead = stage
        .aimfox("GET", &format!("/leads/{id}"), None)
        .await
        .body;
    assert_eq!(
        lead["lead"]["origins"][0]["id"],
        campaign.as_str(),
        "{lead}"
    );
    let (who, seat) = (
        of("reply")["target_id"].as_str().unwrap(),
        &of("reply")["owner"],
    );
    let talks = stage
        .aimfox("GET", "/conversations?unread=true", None)
        .await
        .body;
    let talk = talks["conversations"]
        .as_array()
        .unwrap()
        .iter()
        .find(|talk| talk["participants"][0]["id"] == *who);
    let talk = talk.unwrap_or_else(|| panic!("{who} wrote to {seat}: {talks}"));
    assert_eq!(
        talk["last_message"]["sender"]["id"], *who,
        "the lead wrote it"
    );

    let path = format!("/campaigns/{campaign}/metrics");
    let metrics = stage.aimfox("GET", &path, None).await.body;
    assert!(
        metrics["metrics"]["replies"].as_u64().unwrap() > 0,
        "{metrics}"
    );
    let span = format!(
        "from={}&to={}",
        crate::stage::NOON,
        crate::stage::NOON + 20 * 86_400_000
    );
    let path = format!("/analytics/interactions?bucket=1%20day&{span}&campaign_id={campaign}");
    let numbers = stage.aimfox("GET", &path, None).await.body;
    assert_eq!(numbers["count"], 20, "{numbers}");
    let sum = |name: &str| -> u64 {
        let buckets = numbers["buckets"].as_array().unwrap().iter();
        buckets.map(|bucket| bucket[name].as_u64().unwrap()).sum()
    };
    assert_eq!(
        sum("accepted_connections"),
        accepted as u64,
        "each in its day: {numbers}"
    );
    assert_eq!(sum("sent_connections"), PEOPLE as u64);
}

#[tokio::test]
async fn the_same_seed_goes_the_same_way_however_often_it_is_looked_at() {
    let mut ends = Vec::new();
    for steps in [1_u32, 40] {
        let stage = Stage::roomy().await;
        let campaign = campaign(&stage).await;
        for _ in 0..steps {
            stage.clock.advance(DAY * 6 / steps);
            states(&stage, &campaign).await;
        }
        ends.push(states(&stage, &campaign).await);
    }
    assert_eq!(ends[0], ends[1]);
}

#[tokio::test]
async fn a_paused_campaign_stands_still() {
    let stage = Stage::roomy().await;
    let campaign = campaign(&stage).await;
    stage.clock.advance(DAY * 2);
    let path = format!("/campaigns/{campaign}");
    let set = |state: &str| stage.aimfox("PATCH", &path, Some(json!({"state": state})));
    set("PAUSED").await.expect(200, "it pauses");
    let paused = states(&stage, &campaign).await;
    stage.clock.advance(DAY * 30);
    assert_eq!(
        states(&stage, &campaign).await,
        paused,
        "nothing while it is paused"
    );
    set("ACTIVE").await.expect(200, "it goes on");
    assert_eq!(
        states(&stage, &campaign).await,
        paused,
        "the pause is not made up for"
    );
    stage.clock.advance(DAY * 3);
    assert_ne!(states(&stage, &campaign).await, paused, "and then it does");
}

#[tokio::test]
async fn days_can_be_let_pass_at_once_and_made_shorter() {
    let stage = Stage::new(Config {
        campaign_day: Duration::from_secs(60),
        ..roomy()
    })
    .await;
    let campaign = campaign(&stage).await;
    stage.clock.advance(Duration::from_secs(120));
    let after = states(&stage, &campaign).await;
    assert!(
        after.iter().any(|state| state == "connect"),
        "two days in two minutes: {after:?}"
    );

    let waiting = |stage: &Stage| {
        stage.sandbox.with_state(|world| {
            let all = world
                .aimfox
                .campaigns
                .iter()
                .filter(|one| one.state == "ACTIVE");
            all.map(|one| one.waiting.len()).sum::<usize>()
        })
    };
    let before = waiting(&stage);
    let url = format!(
        "{}/_sandbox/campaigns",
        stage.sandbox.credentials().aimfox.base_url
    );
    let reply = stage
        .raw("POST", &url, &[], Some(json!({"days": 30})))
        .await
        .unwrap();
    reply.expect(200, "the sandbox's own path");
    assert!(
        waiting(&stage) < before,
        "people of the generated world accept, too"
    );
    let reply = stage
        .raw("POST", &url, &[], Some(json!({"days": -1})))
        .await
        .unwrap();
    reply.expect(400, "time runs one way");
}

#[tokio::test]
async fn the_generated_world_stays_as_it_is() {
    let stage = Stage::roomy().await;
    let before = stage
        .sandbox
        .with_state(|world| world.aimfox.campaigns.clone());
    stage.aimfox("GET", "/campaigns", None).await;
    stage.clock.advance(DAY * 60);
    stage.aimfox("GET", "/campaigns", None).await;
    let after = stage
        .sandbox
        .with_state(|world| world.aimfox.campaigns.clone());
    let people = |all: &[foxbridge_sandbox::Campaign]| -> Vec<_> {
        all.iter()
            .map(|one| (one.waiting.clone(), one.won.clone()))
            .collect()
    };
    assert_eq!(
        people(&before),
        people(&after),
        "nobody whom no call added is moved by the clock"
    );
}
