//! A mapping is tried, saved and followed: what its preview shows is what the next run does, saving
//! writes nothing to either service, and nothing is deleted by it.
#![allow(clippy::unwrap_used)]

use foxbridge_app::{App, Options, start_run};
use foxbridge_contract::{RunState, RunSummary, StartRun};
use foxbridge_sandbox::{Config, Sandbox};
use serde_json::{Value, json};

struct Stage {
    app: App,
    sandbox: Sandbox,
    sync: String,
    _dir: tempfile::TempDir,
}

async fn stage() -> Stage {
    let config = Config {
        contacts: 40,
        leads: 30,
        overlap: 15,
        highlevel_per_10s: 100_000,
        aimfox_per_minute: 100_000,
        ..Config::default()
    };
    let sandbox = Sandbox::start(config).await.unwrap();
    let keys = sandbox.credentials().clone();
    let dir = tempfile::tempdir().unwrap();
    let app = App::open(Options {
        data_dir: dir.path().join("data"),
        vault_key_file: Some(dir.path().join("key")),
    })
    .unwrap();
    let highlevel = json!({
        "base_url": keys.highlevel.base_url,
        "location_id": keys.highlevel.location_id,
        "token": keys.highlevel.token,
    });
    let aimfox = json!({
        "base_url": keys.aimfox.base_url,
        "api_key": keys.aimfox.api_key,
        "requests_per_minute": 100_000,
    });
    let highlevel = app
        .call("connections.connect_highlevel", highlevel)
        .await
        .unwrap();
    let aimfox = app
        .call("connections.connect_aimfox", aimfox)
        .await
        .unwrap();
    let pair = json!({ "highlevel": highlevel["id"], "aimfox": aimfox["id"] });
    let sync: Value = app.call("syncs.create", pair).await.unwrap();
    Stage {
        app,
        sandbox,
        sync: sync["id"].as_str().unwrap().to_owned(),
        _dir: dir,
    }
}

impl Stage {
    async fn run(&self, rehearsal: bool) -> RunSummary {
        let request = StartRun {
            sync: self.sync.clone(),
            rehearsal,
            ..StartRun::default()
        };
        let run = start_run(&self.app, request).await.unwrap();
        let ended = run.finished().await.unwrap();
        assert_eq!(ended.state, RunState::Done, "{:?}", ended.error);
        ended
    }

    async fn call(&self, command: &str, mut request: Value) -> Result<Value, String> {
        request["sync"] = json!(self.sync);
        let answer = self.app.call(command, request).await;
        answer.map_err(|e| format!("{} {}", e.message, e.hint.unwrap_or_default()))
    }

    async fn rows(&self) -> Vec<Value> {
        let mapping = self.call("syncs.mapping_get", json!({})).await.unwrap();
        mapping["rows"].as_array().unwrap().clone()
    }

    async fn field(&self, label: &str) -> Value {
        let fields = self.call("syncs.mapping_fields", json!({})).await.unwrap();
        let all = fields["highlevel"].as_array().unwrap();
        all.iter()
            .find(|field| field["label"] == label)
            .unwrap_or_else(|| panic!("no field {label} in {all:?}"))
            .clone()
    }

    fn writes(&self) -> (u64, u64) {
        let stats = |service| self.sandbox.stats(service).writes;
        (
            stats(foxbridge_model::Service::HighLevel),
            stats(foxbridge_model::Service::Aimfox),
        )
    }
}

/// A row from the lead's job title into a contact's field, in capitals.
fn title_row(field: &Value) -> Value {
    json!({
        "id": "title", "label": "Title", "aimfox": "job_title", "highlevel": field["id"],
        "direction": "both", "on_conflict": "highlevel_wins", "kind": field["kind"],
        "create_only": false, "transform": [{ "kind": "case", "to": "upper" }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_row_is_tried_counted_saved_and_followed() {
    let stage = stage().await;
    stage.run(false).await;
    let rest = stage.run(false).await;
    assert_eq!(rest.changed.update, 0, "everybody is at rest");

    let made = stage
        .call(
            "syncs.mapping_add_field",
            json!({ "name": "Shouted title", "data_type": "TEXT" }),
        )
        .await
        .unwrap();
    let writes = stage.writes();
    let mut rows = stage.rows().await;
    rows.push(title_row(&made));

    let preview = stage
        .call("syncs.mapping_preview", json!({ "rows": rows }))
        .await
        .unwrap();
    assert_eq!(preview["problems"], json!([]), "it holds together");
    let seen = preview["rows"].as_array().unwrap().last().unwrap();
    assert_eq!(
        seen["outcome"], "to_highlevel",
        "the new field is blank yet: {seen}"
    );
    let title = seen["aimfox"].as_str().unwrap().to_uppercase();
    assert_eq!(seen["detail"], title, "in capitals");

    let affected = stage
        .call("syncs.mapping_affected", json!({ "rows": rows }))
        .await
        .unwrap();
    let people = u32::try_from(affected["people"].as_u64().unwrap()).unwrap();
    assert!(people > 0, "somebody has a title: {affected}");

    stage
        .call("syncs.mapping_save", json!({ "rows": rows }))
        .await
        .unwrap();
    assert_eq!(
        stage.writes(),
        writes,
        "saving writes nothing to either service"
    );
    let rehearsal = stage.run(true).await;
    let run = stage.run(false).await;
    assert_eq!(run.changed.update, rehearsal.would.update, "as rehearsed");
    let changed = stage
        .app
        .call(
            "runs.changes",
            json!({ "run": run.id, "limit": 1000, "kind": "update", "place": "highlevel" }),
        )
        .await
        .unwrap();
    let into = made["id"].as_str().unwrap();
    let touched = changed["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change["after"].get(into).is_some())
        .count();
    assert_eq!(
        touched, people as usize,
        "exactly the people that were counted"
    );
    let rest = stage.run(false).await;
    assert_eq!(
        rest.changed.update, 0,
        "a second run after it writes nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pointing_a_row_elsewhere_deletes_nothing() {
    let stage = stage().await;
    stage.run(false).await;
    let city = stage.field("City").await;
    let mut rows = stage.rows().await;
    let company = rows.iter_mut().find(|row| row["id"] == "company").unwrap();
    company["highlevel"] = city["id"].clone();
    company["create_only"] = json!(false);
    company["direction"] = json!("to_aimfox");
    stage
        .call("syncs.mapping_save", json!({ "rows": rows }))
        .await
        .unwrap();
    let rehearsal = stage.run(true).await;
    let changes = stage
        .app
        .call(
            "runs.changes",
            json!({ "run": rehearsal.id, "limit": 1000, "place": "highlevel" }),
        )
        .await
        .unwrap();
    for change in changes["changes"].as_array().unwrap() {
        for field in change["fields"].as_array().unwrap() {
            assert!(
                !field["after"].is_null() || field["before"].is_null(),
                "a mapping change must clear nothing in HighLevel: {change}"
            );
        }
    }
    assert_eq!(rehearsal.would.delete, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_hold_together_is_not_saved() {
    let stage = stage().await;
    let rows = stage.rows().await;
    // Every field was asked for once, so that custom fields are known.
    stage.call("syncs.mapping_fields", json!({})).await.unwrap();
    let with = |over: Value| {
        let mut row = title_row(&json!({ "id": "city", "kind": "text" }));
        for (key, value) in over.as_object().unwrap() {
            row[key] = value.clone();
        }
        let mut rows = rows.clone();
        rows.push(row);
        json!({ "rows": rows })
    };
    for (over, wanted) in [
        (json!({ "id": "email" }), "same id"),
        (json!({ "label": "E-mail" }), "names two rows"),
        (json!({ "label": "a:b" }), "without a colon"),
        (json!({ "highlevel": "nowhere" }), "no field \"nowhere\""),
        (json!({ "aimfox": "shoe_size" }), "no field \"shoe_size\""),
        (
            json!({ "highlevel": "email", "kind": "email" }),
            "writes into E-mail as well",
        ),
        (
            json!({ "highlevel": "website", "kind": "url", "transform": [] }),
            "does not fit into Website",
        ),
        (
            json!({ "transform": [{ "kind": "expression", "cel": "value +" }] }),
            "Step 1 of the transform",
        ),
    ] {
        let refused = stage
            .call("syncs.mapping_save", with(over.clone()))
            .await
            .unwrap_err();
        assert!(refused.contains(wanted), "{over}: {refused}");
        assert!(
            refused.contains("Nothing was saved"),
            "it says so: {refused}"
        );
    }
    assert_eq!(stage.rows().await, rows, "nothing was saved");
    let good = with(json!({}));
    let stale = {
        let mut stale = good.clone();
        stale["revision"] = json!(7);
        stale
    };
    let refused = stage.call("syncs.mapping_save", stale).await.unwrap_err();
    assert!(refused.contains("saved elsewhere"), "{refused}");
    stage.call("syncs.mapping_save", good).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_comes_back_and_names_nobody() {
    let stage = stage().await;
    stage.run(true).await;
    let made = stage
        .call(
            "syncs.mapping_add_field",
            json!({ "name": "Role", "data_type": "TEXT" }),
        )
        .await
        .unwrap();
    let mut rows = stage.rows().await;
    rows.push(title_row(&made));
    stage
        .call("syncs.mapping_save", json!({ "rows": rows }))
        .await
        .unwrap();
    let template = stage.call("syncs.mapping_export", json!({})).await.unwrap();
    let text = template.to_string();
    let keys = stage.sandbox.credentials();
    for secret in [
        &keys.highlevel.token,
        &keys.aimfox.api_key,
        &keys.highlevel.location_id,
    ] {
        assert!(
            !text.contains(secret.as_str()),
            "a template holds no key and no account"
        );
    }
    let id = made["id"].as_str().unwrap();
    assert!(
        !text.contains(id),
        "ids of custom fields differ from location to location"
    );
    let back = stage
        .call("syncs.mapping_import", json!({ "template": template }))
        .await
        .unwrap();
    assert_eq!(back["rows"], json!(rows), "the same mapping");
    let mut foreign = template.clone();
    let last = foreign["rows"].as_array().unwrap().len() - 1;
    foreign["rows"][last]["highlevel"] = json!("cf:contact.shoe_size");
    foreign["custom_fields"][0]["name"] = json!("Shoe size");
    foreign["custom_fields"][0]["key"] = json!("contact.shoe_size");
    let back = stage
        .call("syncs.mapping_import", json!({ "template": foreign }))
        .await
        .unwrap();
    assert_eq!(
        back["missing"][0]["name"], "Shoe size",
        "what the location lacks is told"
    );
    foreign["format"] = json!("something else");
    let refused = stage
        .call("syncs.mapping_import", json!({ "template": foreign }))
        .await
        .unwrap_err();
    assert!(refused.contains("Nothing was taken"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_template_makes_a_sync_whose_mapping_can_be_saved() {
    let stage = stage().await;
    let list = stage.app.call("templates.list", json!({})).await.unwrap();
    let list = list.as_array().unwrap();
    assert!(list.len() >= 4, "four good ones at least");
    let pair = stage
        .app
        .call("syncs.get", json!({ "sync": stage.sync }))
        .await
        .unwrap();
    for template in list {
        let request = json!({
            "highlevel": pair["highlevel"], "aimfox": pair["aimfox"], "template": template["name"],
        });
        let sync = stage.app.call("syncs.create", request).await.unwrap();
        let request = json!({ "sync": sync["id"], "rows": sync["mapping"] });
        let saved = stage.app.call("syncs.mapping_save", request).await;
        assert!(saved.is_ok(), "{}: {:?}", template["name"], saved.err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_listed_counted_and_shown_with_their_history() {
    let stage = stage().await;
    let none = stage
        .call("people.list", json!({ "limit": 10 }))
        .await
        .unwrap();
    assert_eq!(none["total"], 0, "nobody was read yet");
    let run = stage.run(false).await;
    // The list is made after the run's end was told; asking for it makes it where it is not yet.
    let mut events = stage.app.subscribe();
    let all = loop {
        let all = stage
            .call("people.list", json!({ "limit": 1000 }))
            .await
            .unwrap();
        if all["counts"]["linked"] != 0 {
            break all;
        }
        let _news = events.recv().await.unwrap();
    };
    let linked = all["counts"]["linked"].as_u64().unwrap();
    let people = u64::from(run.changed.link + run.changed.create);
    assert_eq!(linked, people, "everybody who was linked or made");
    let somebody = all["people"]
        .as_array()
        .unwrap()
        .iter()
        .find(|person| person["state"] == "linked")
        .unwrap();
    let name = somebody["name"].as_str().unwrap();
    let found = stage
        .call("people.list", json!({ "limit": 10, "search": name }))
        .await
        .unwrap();
    assert!(
        found["total"].as_u64().unwrap() >= 1,
        "{name} is found by name"
    );
    let detail = stage
        .call("people.get", json!({ "lead_id": somebody["lead_id"] }))
        .await
        .unwrap();
    assert_eq!(detail["name"], somebody["name"]);
    assert_eq!(
        detail["contact"]["id"], somebody["contact_id"],
        "both records"
    );
    assert!(detail["link"]["how"].is_string(), "and why they are one");
    assert!(
        !detail["history"].as_array().unwrap().is_empty(),
        "what the first run did is in the history"
    );
}
