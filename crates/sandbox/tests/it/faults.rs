//! What goes wrong, as a client meets it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foxbridge_sandbox::{Config, FaultProfile};
use serde_json::json;

use crate::stage::{NOON, Stage, roomy};

/// Writes so many notes, eight at a time. For each kind of outcome: how often the note is there,
/// and how often it is not.
async fn outcomes(profile: FaultProfile, writes: usize) -> BTreeMap<String, (usize, usize)> {
    let stage = Arc::new(
        Stage::new(Config {
            faults: profile,
            ..roomy()
        })
        .await,
    );
    let contact = stage.sandbox.with_state(|world| {
        let first = world.highlevel.contacts.iter().next().unwrap().clone();
        world.highlevel.contacts.put(NOON, first.clone());
        first.id
    });
    let at = stage.sandbox.credentials().highlevel.clone();
    let url = format!("{}/contacts/{contact}/notes", at.base_url);
    let mut tasks = Vec::new();
    for lane in 0..8 {
        let (stage, url, token) = (stage.clone(), url.clone(), format!("Bearer {}", at.token));
        tasks.push(tokio::spawn(async move {
            let mut seen = Vec::new();
            for n in (lane..writes).step_by(8) {
                let headers = [("authorization", token.as_str()), ("version", "2021-07-28")];
                let note = json!({"body": format!("note {n}")});
                let outcome = match stage.raw("POST", &url, &headers, Some(note)).await {
                    Ok(reply) => {
                        if reply.status == 429 {
                            assert_eq!(
                                reply.header("retry-after"),
                                Some("1"),
                                "injected, with a hint"
                            );
                        }
                        reply.status.to_string()
                    }
                    Err(_) => "broken".to_owned(),
                };
                seen.push((format!("note {n}"), outcome));
            }
            seen
        }));
    }
    let mut all: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for task in tasks {
        let seen = task.await.unwrap();
        let notes: BTreeSet<String> = stage.sandbox.with_state(|world| {
            world.highlevel.notes[&contact]
                .iter()
                .map(|note| note.body.clone())
                .collect()
        });
        for (text, outcome) in seen {
            let counts = all.entry(outcome).or_default();
            if notes.contains(&text) {
                counts.0 += 1;
            } else {
                counts.1 += 1;
            }
        }
    }
    all
}

#[tokio::test]
async fn flaky_fails_before_the_write() {
    let seen = outcomes(FaultProfile::Flaky, 400).await;
    assert_eq!(seen["201"].1, 0, "what was answered was done");
    let failed: usize = seen
        .iter()
        .filter(|(k, _)| *k != "201")
        .map(|(_, (_, not))| not)
        .sum();
    assert!(failed > 4, "something failed: {seen:?}");
    for (outcome, (done, _)) in &seen {
        assert!(
            outcome == "201" || *done == 0,
            "{outcome} means that nothing was written"
        );
    }
    assert!(!seen.contains_key("broken"), "connections hold: {seen:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_leaves_the_client_in_doubt() {
    let seen = outcomes(FaultProfile::Hostile, 1_200).await;
    assert_eq!(seen["201"].1, 0, "what was answered was done");
    assert_eq!(seen["429"].0, 0, "429 still means that nothing was written");
    let errors = ["500", "502", "503", "504"]
        .iter()
        .filter_map(|code| seen.get(*code));
    let errors = errors.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert!(
        errors.0 > 0 && errors.1 > 0,
        "an error may or may not have written: {seen:?}"
    );
    let broken = seen["broken"];
    assert!(
        broken.0 > 0 && broken.1 > 0,
        "so may a broken connection: {seen:?}"
    );
    let lost = 1_200 - seen["201"].0;
    assert!((50..160).contains(&lost), "about 8 in 100 fail, got {lost}");
}

#[tokio::test]
async fn the_profile_is_changed_over_http() {
    let stage = Stage::roomy().await;
    let url = format!(
        "{}/_sandbox/faults",
        stage.sandbox.credentials().aimfox.base_url
    );
    let set = async |profile: &str| {
        stage
            .raw("POST", &url, &[], Some(json!({"profile": profile})))
            .await
            .unwrap()
    };
    set("hostile").await.expect(200, "known");
    let mut failed = 0;
    let at = stage.sandbox.credentials().highlevel.clone();
    let path = format!("{}/locations/{}", at.base_url, at.location_id);
    let token = format!("Bearer {}", at.token);
    for _ in 0..120 {
        let headers = [("authorization", token.as_str()), ("version", "2021-07-28")];
        let reply = stage.raw("GET", &path, &headers, None).await;
        failed += usize::from(reply.is_err() || reply.is_ok_and(|reply| reply.status != 200));
    }
    assert!(failed > 0, "set on one service, it holds for the other");
    let body = set("wicked").await.expect(400, "unknown");
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .contains("none, flaky or hostile")
    );
    set("none").await.expect(200, "known");
    for _ in 0..60 {
        stage
            .aimfox("GET", "/accounts", None)
            .await
            .expect(200, "all is well again");
    }
}
