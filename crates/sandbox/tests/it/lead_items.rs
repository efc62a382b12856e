//! Labels and notes of leads.

use serde_json::json;

use crate::aimfox::{ids, some_lead};
use crate::stage::Stage;

#[tokio::test]
async fn labels_on_and_off() {
    let stage = Stage::roomy().await;
    let made = stage
        .aimfox(
            "POST",
            "/labels",
            Some(json!({"name": "Gold", "color": "info"})),
        )
        .await;
    let label = made.expect(201, "made")["label"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let bad = json!({"name": "Gold", "color": "gold"});
    stage
        .aimfox("POST", "/labels", Some(bad))
        .await
        .expect(400, "no such colour");
    let lead = some_lead(&stage).await;
    let path = format!("/leads/{lead}/labels/{label}");
    stage
        .aimfox("POST", &path, None)
        .await
        .expect(201, "put on");
    stage
        .aimfox("POST", &path, None)
        .await
        .expect(201, "twice is no error");
    let of_lead = async || {
        let body = stage
            .aimfox("GET", &format!("/leads/{lead}"), None)
            .await
            .expect(200, "read");
        let labels = body["lead"]["labels"].as_array().unwrap();
        labels
            .iter()
            .filter(|l| l["id"] == label.as_str())
            .map(|l| l["name"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(of_lead().await, [json!("Gold")], "once");
    let count = async || {
        let body = stage
            .aimfox("GET", "/labels", None)
            .await
            .expect(200, "listed");
        let labels = body["labels"].as_array().unwrap();
        labels
            .iter()
            .find(|l| l["id"] == label.as_str())
            .map(|l| l["count"].clone())
    };
    assert_eq!(count().await, Some(json!(1)));
    for filter in [json!([label]), json!(["nothing", label])] {
        let body = stage
            .aimfox("POST", "/leads:search", Some(json!({"labels": filter})))
            .await;
        assert_eq!(
            ids(&body.expect(200, "found")["leads"]),
            std::slice::from_ref(&lead),
            "found by label"
        );
    }
    let one = format!("/labels/{label}");
    let renamed = json!({"name": "Silver", "color": "danger"});
    stage
        .aimfox("PATCH", &one, Some(renamed))
        .await
        .expect(200, "renamed");
    assert_eq!(
        of_lead().await,
        [json!("Silver")],
        "the lead shows the new name"
    );
    stage
        .aimfox("DELETE", &path, None)
        .await
        .expect(200, "taken off");
    stage
        .aimfox("DELETE", &path, None)
        .await
        .expect(200, "twice is no error");
    assert_eq!(count().await, Some(json!(0)));
    stage
        .aimfox("POST", &path, None)
        .await
        .expect(201, "on again");
    stage
        .aimfox("DELETE", &one, None)
        .await
        .expect(200, "deleted");
    assert!(of_lead().await.is_empty(), "gone from the lead, too");
    stage
        .aimfox("POST", &path, None)
        .await
        .expect(404, "no such label");
}

#[tokio::test]
async fn notes_keep_their_date() {
    let stage = Stage::roomy().await;
    let lead = some_lead(&stage).await;
    let path = format!("/leads/{lead}/notes");
    let before = stage.aimfox("GET", &path, None).await.expect(200, "listed");
    let before = before["notes"].as_array().unwrap().len();
    let made = stage
        .aimfox("POST", &path, Some(json!({"text": "Ünï\n“quoted”"})))
        .await;
    let note = made.expect(201, "made")["note"].clone();
    stage.clock.advance(std::time::Duration::from_secs(60));
    let one = format!("{path}/{}", note["id"].as_str().unwrap());
    let changed = stage
        .aimfox("PATCH", &one, Some(json!({"text": "changed"})))
        .await;
    let changed = changed.expect(200, "changed")["note"].clone();
    assert_eq!(
        changed["created_at"], note["created_at"],
        "an edit leaves no date"
    );
    let hit = stage
        .aimfox("POST", "/leads:search?count=100", Some(json!({})))
        .await;
    let hit = hit.expect(200, "found");
    let hits = hit["leads"].as_array().unwrap();
    let shown = hits.iter().find(|row| row["id"] == lead.as_str()).unwrap();
    assert_eq!(
        shown["notes"].as_array().unwrap().last(),
        Some(&changed),
        "notes are in the hits"
    );
    stage
        .aimfox("POST", &path, Some(json!({"text": ""})))
        .await
        .expect(400, "empty");
    stage
        .aimfox("POST", &path, Some(json!({})))
        .await
        .expect(400, "missing");
    stage
        .aimfox("DELETE", &one, None)
        .await
        .expect(200, "deleted");
    stage
        .aimfox("PATCH", &one, Some(json!({"text": "x"})))
        .await
        .expect(404, "gone");
    let after = stage.aimfox("GET", &path, None).await.expect(200, "listed");
    assert_eq!(after["notes"].as_array().unwrap().len(), before);
}
