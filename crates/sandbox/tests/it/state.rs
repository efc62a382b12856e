//! The world across restarts.

use std::time::{Duration, Instant};

use foxbridge_sandbox::{Config, Sandbox};
use serde_json::json;

use crate::stage::{Stage, roomy};

#[tokio::test]
async fn a_stopped_sandbox_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample-data.json");
    let config = Config {
        state_file: Some(path.clone()),
        ..roomy()
    };
    let stage = Stage::new(config.clone()).await;
    let before = stage.sandbox.credentials().clone();
    let body =
        json!({"locationId": stage.location(), "email": "kept@example.com", "tags": ["kept"]});
    let body = stage
        .highlevel("POST", "/contacts/", Some(body))
        .await
        .expect(201, "made");
    let id = body["contact"]["id"].as_str().unwrap().to_owned();
    let world = stage.sandbox.with_state(|world| world.clone());
    stage.sandbox.stop().await;
    let text = std::fs::read_to_string(&path).unwrap();
    for secret in [&before.highlevel.token, &before.aimfox.api_key] {
        assert!(!text.contains(secret.as_str()), "no key is in the file");
    }
    // The file wins over the counts.
    let stage = Stage::new(Config {
        contacts: 3,
        leads: 3,
        ..config
    })
    .await;
    assert_eq!(
        stage.sandbox.with_state(|world| world.clone()),
        world,
        "nothing is lost"
    );
    assert_eq!(stage.sandbox.credentials(), &before, "not even the ports");
    stage
        .highlevel("GET", &format!("/contacts/{id}"), None)
        .await
        .expect(200, "still there");
    let again = json!({"locationId": stage.location(), "email": "KEPT@example.com"});
    stage
        .highlevel("POST", "/contacts/", Some(again))
        .await
        .expect(400, "and still taken");
    stage.sandbox.stop().await;
}

#[tokio::test]
async fn a_change_is_soon_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample-data.json");
    let stage = Stage::new(Config {
        state_file: Some(path.clone()),
        ..roomy()
    })
    .await;
    let body = json!({"locationId": stage.location(), "firstName": "Unforgettable"});
    stage
        .highlevel("POST", "/contacts/", Some(body))
        .await
        .expect(201, "made");
    let began = Instant::now();
    while !std::fs::read_to_string(&path).is_ok_and(|text| text.contains("Unforgettable")) {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "nobody stopped it, and it was not saved"
        );
        stage
            .aimfox("GET", "/accounts", None)
            .await
            .expect(200, "something to do meanwhile");
    }
}

#[tokio::test]
async fn a_spoilt_file_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample-data.json");
    std::fs::write(&path, "{\"version\":1").unwrap();
    let config = Config {
        state_file: Some(path.clone()),
        ..roomy()
    };
    let error = Sandbox::start(config).await.expect_err("it cannot be read");
    assert!(
        format!("{error:#}").contains("move it away"),
        "it says what to do: {error:#}"
    );
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "{\"version\":1",
        "and is left alone"
    );
}

#[tokio::test]
async fn two_sandboxes_of_one_seed_are_equal() {
    let (one, two) = (Stage::roomy().await, Stage::roomy().await);
    let write = async |stage: &Stage| {
        let body = json!({"locationId": stage.location(), "email": "same@example.com"});
        stage
            .highlevel("POST", "/contacts/", Some(body))
            .await
            .expect(201, "made");
        stage
            .aimfox(
                "POST",
                "/labels",
                Some(json!({"name": "x", "color": "info"})),
            )
            .await
            .expect(201, "made");
        stage.sandbox.with_state(|world| world.clone())
    };
    assert_eq!(
        write(&one).await,
        write(&two).await,
        "same seed, same requests, same world"
    );
    let (a, b) = (one.sandbox.credentials(), two.sandbox.credentials());
    assert_eq!(
        (&a.highlevel.token, &a.aimfox.api_key),
        (&b.highlevel.token, &b.aimfox.api_key)
    );
    assert!(
        !format!("{:?}", one.sandbox).contains(&a.highlevel.token),
        "no key in Debug output"
    );
}
