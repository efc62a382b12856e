//! The life of a key: replaced while both work, taken back, reminded of, wiped.

use foxbridge_app::{App, Options};
use foxbridge_contract::{ErrorCode, Event};
use foxbridge_vault::VaultChoice;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::stage::{Stage, vault};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The next key of a service, as its owner makes it.
async fn make(stage: &Stage, service: &str) -> String {
    let (asked, told) = match service {
        "highlevel" => ("highlevel_tokens", "highlevel_token"),
        _ => ("aimfox_keys", "aimfox_key"),
    };
    let made = stage.owner(json!({asked: "make"})).await;
    made[told].as_str().unwrap().to_owned()
}

async fn end_old_ones(stage: &Stage) {
    let what = json!({"highlevel_tokens": "end", "aimfox_keys": "end"});
    stage.owner(what).await;
}

async fn replace(
    stage: &Stage,
    one: &Value,
    key: &str,
) -> Result<Value, foxbridge_contract::AppError> {
    let request = json!({"connection": one["id"], "secret": key});
    stage.try_call("connections.replace_key", request).await
}

async fn check(stage: &Stage, one: &Value) -> Value {
    let request = json!({"connection": one["id"]});
    stage.call("connections.check", request).await
}

fn step<'a>(check: &'a Value, title: &str) -> Option<&'a Value> {
    let mut steps = check["steps"].as_array().unwrap().iter();
    steps.find(|step| step["title"] == title)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_tried_before_it_takes_the_place_of_the_old_one() {
    let stage = Stage::new().await;
    for service in ["highlevel", "aimfox"] {
        let one = stage.connect(service).await;
        let [first, none] = stage.kept(&one);
        assert_eq!(none, None, "there was none before");
        stage.clock.put_forward(3 * DAY_MS);

        let wrong = replace(&stage, &one, "pit-CANARY-wrong").await.unwrap_err();
        assert_eq!(wrong.code, ErrorCode::NotAuthorised, "{wrong}");
        let same = replace(&stage, &one, first.as_ref().unwrap())
            .await
            .unwrap_err();
        assert!(same.message.contains("has already"), "{same}");
        assert_eq!(
            stage.kept(&one),
            [first.clone(), None],
            "{service}: what does not work changes nothing"
        );

        let key = make(&stage, service).await;
        let after = replace(&stage, &one, &key).await.unwrap();
        assert_eq!(after["id"], one["id"]);
        assert_ne!(
            after["secret_since"], one["secret_since"],
            "its age begins anew"
        );
        assert!(after["previous_until"].is_string(), "{after}");
        assert_eq!(
            stage.kept(&one),
            [Some(key), first],
            "both, for the overlap"
        );

        end_old_ones(&stage).await;
        let check = check(&stage, &one).await;
        assert_ne!(check["state"], "failed", "the new one is in use: {check}");
    }
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_can_go_back_while_both_keys_work() {
    let stage = Stage::new().await;
    for service in ["highlevel", "aimfox"] {
        let one = stage.connect(service).await;
        let [first, _] = stage.kept(&one);
        stage.clock.put_forward(30 * DAY_MS);
        let key = make(&stage, service).await;
        replace(&stage, &one, &key).await.unwrap();
        stage.clock.put_forward(6 * DAY_MS);

        let request = json!({"connection": one["id"]});
        let back = stage.call("connections.go_back", request.clone()).await;
        assert_eq!(back["previous_until"], Value::Null);
        assert_eq!(
            back["secret_since"], one["secret_since"],
            "{service}: the old key is as old as it is"
        );
        assert_eq!(stage.kept(&one), [first, None]);
        let again = stage
            .try_call("connections.go_back", request)
            .await
            .unwrap_err();
        assert_eq!(again.code, ErrorCode::NotFound, "{again}");
    }
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_key_that_ended_is_not_gone_back_to() {
    let stage = Stage::new().await;
    let one = stage.connect("highlevel").await;
    let key = make(&stage, "highlevel").await;
    replace(&stage, &one, &key).await.unwrap();
    let before = stage.kept(&one);
    end_old_ones(&stage).await;
    let request = json!({"connection": one["id"]});
    let error = stage
        .try_call("connections.go_back", request)
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::NotAuthorised, "{error}");
    assert_eq!(stage.kept(&one), before, "the one that works stays in use");
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_old_key_is_wiped_after_its_overlap() {
    let stage = Stage::new().await;
    let one = stage.connect("highlevel").await;
    let key = make(&stage, "highlevel").await;
    replace(&stage, &one, &key).await.unwrap();
    stage.clock.put_forward(7 * DAY_MS - 60_000);
    stage.call("connections.list", json!({})).await;
    assert!(stage.kept(&one)[1].is_some(), "a minute is left");

    stage.clock.put_forward(120_000);
    let mut events = stage.app.subscribe();
    stage.call("connections.list", json!({})).await;
    // It is wiped beside the answer, which does not wait for a slow keyring.
    loop {
        if let Event::Changed { commands } = events.recv().await.unwrap()
            && commands.iter().any(|command| command == "connections.list")
        {
            break;
        }
    }
    assert_eq!(stage.kept(&one), [Some(key), None]);
    let list = stage.call("connections.list", json!({})).await;
    assert_eq!(
        list[0]["previous_until"],
        Value::Null,
        "nothing to go back to is offered"
    );
    let request = json!({"connection": one["id"]});
    let error = stage
        .try_call("connections.go_back", request)
        .await
        .unwrap_err();
    assert!(error.message.contains("not kept any more"), "{error}");
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_key_is_reminded_of_at_the_age_that_was_set() {
    let stage = Stage::new().await;
    let one = stage.connect("highlevel").await;
    assert_eq!(one["remind_after_days"], 90, "as HighLevel recommends");
    let due = async || {
        let list = stage.call("connections.list", json!({})).await;
        let check = check(&stage, &one).await;
        let age = step(&check, "Age").map(|age| age["says"].as_str().unwrap().to_owned());
        assert_eq!(
            list[0]["replace_due"] == true,
            age.is_some(),
            "page and check agree"
        );
        age
    };
    let remind = async |days: Value| {
        let request = json!({"connection": one["id"], "days": days});
        stage.try_call("connections.remind", request).await
    };
    stage.clock.put_forward(89 * DAY_MS);
    assert_eq!(due().await, None);
    stage.clock.put_forward(DAY_MS);
    assert_eq!(due().await.as_deref(), Some("The key is 90 days old."));
    remind(json!(null)).await.unwrap();
    assert_eq!(due().await, None, "never means never");
    remind(json!(30)).await.unwrap();
    assert!(due().await.is_some());
    assert!(remind(json!(0)).await.is_err());
    let key = make(&stage, "highlevel").await;
    let after = replace(&stage, &one, &key).await.unwrap();
    assert_eq!(after["replace_due"], false, "a new key is not old");
    assert_eq!(after["remind_after_days"], 30, "the age that was set stays");
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_connection_leaves_nothing_in_the_vault_and_says_what_stays() {
    let stage = Stage::new().await;
    for (service, where_) in [
        ("highlevel", "Private Integrations"),
        ("aimfox", "Integrations"),
    ] {
        let one = stage.connect(service).await;
        let key = make(&stage, service).await;
        replace(&stage, &one, &key).await.unwrap();
        let id = one["id"].as_str().unwrap();
        let hook = format!("connection/{id}/hook");
        let secret = SecretString::from("the secret of its webhooks");
        vault(stage.dir.path()).set(&hook, &secret).unwrap();

        let gone = stage
            .call("connections.remove", json!({"connection": id}))
            .await;
        let says = gone["says"].to_string();
        assert!(says.contains("wiped from a test's vault"), "{says}");
        assert!(says.contains("works until you delete it there"), "{says}");
        assert!(says.contains(where_), "where to delete it: {says}");
        assert_eq!(stage.kept(&one), [None, None], "nor the key before it");
        assert!(vault(stage.dir.path()).get(&hook).unwrap().is_none());
    }
    let one = stage.sign_in(json!({}), "Location").await;
    let gone = stage
        .call("connections.remove", json!({"connection": one["id"]}))
        .await;
    let says = gone["says"].to_string();
    assert!(
        says.contains("the app stays installed until you uninstall it"),
        "{says}"
    );
    assert_eq!(stage.kept(&one), [None, None]);
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_told_from_a_wrong_key() {
    let stage = Stage::new().await;
    for service in ["highlevel", "aimfox"] {
        let one = stage.connect(service).await;
        assert!(step(&check(&stage, &one).await, "Clock").is_none());
        for (by, way) in [(600_000, "ahead of"), (-1_200_000, "behind")] {
            stage.clock.put_forward(by);
            let check = check(&stage, &one).await;
            let clock = step(&check, "Clock").unwrap();
            assert_eq!(clock["state"], "warning");
            let says = clock["says"].as_str().unwrap();
            assert!(
                says.contains(way) && says.contains("of the service's"),
                "{says}"
            );
            assert!(clock["fix"].as_str().unwrap().contains("date and time"));
            assert_eq!(step(&check, "Sign-in").unwrap()["state"], "good");
        }
        stage.clock.put_forward(600_000);
    }
    stage.app.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vault_that_moves_takes_everything_with_it() {
    let stage = Stage::new().await;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let options = Options {
        data_dir: data.clone(),
        vault_key_file: None,
    };
    let app = App::open(options).unwrap();
    let choose = |request: Value| app.call("vault.choose", request);
    let passphrase = "three words here";
    let by_passphrase = json!({"kind": "passphrase", "passphrase": passphrase});
    choose(by_passphrase).await.unwrap();
    let keys = stage.sandbox.credentials();
    let aimfox = json!({"base_url": keys.aimfox.base_url, "api_key": keys.aimfox.api_key});
    let one = app
        .call("connections.connect_aimfox", aimfox)
        .await
        .unwrap();
    let id = one["id"].as_str().unwrap();
    let old = foxbridge_vault::open(VaultChoice::Passphrase {
        vault_path: data.join("passphrase-vault.age"),
        key_path: data.join("passphrase-vault.key.age"),
        passphrase: passphrase.into(),
    })
    .unwrap();
    for end in ["/previous", "/hook"] {
        old.set(&format!("connection/{id}{end}"), &end.into())
            .unwrap();
    }

    let key_file = dir.path().join("key");
    let by_file = json!({"kind": "key_file", "key_file": key_file});
    choose(by_file).await.unwrap();
    let new = vault(dir.path());
    let kept = |end: &str| {
        let secret = new.get(&format!("connection/{id}{end}")).unwrap();
        secret.map(|secret| secret.expose_secret().to_owned())
    };
    assert_eq!(kept("").as_ref(), Some(&keys.aimfox.api_key));
    for end in ["/previous", "/hook"] {
        assert_eq!(kept(end).as_deref(), Some(end), "{end} stayed behind");
    }
    assert!(
        !data.join("passphrase-vault.age").exists(),
        "nothing stays where it was"
    );
    app.shutdown().await;
}
