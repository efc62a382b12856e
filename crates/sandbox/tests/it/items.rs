//! What hangs on contacts and on the location.

use serde_json::{Value, json};

use crate::stage::{Stage, message};

async fn contact(stage: &Stage) -> String {
    let body = json!({"locationId": stage.location(), "firstName": "A"});
    let body = stage
        .highlevel("POST", "/contacts/", Some(body))
        .await
        .expect(201, "made");
    body["contact"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn notes_come_and_go() {
    let stage = Stage::roomy().await;
    let path = format!("/contacts/{}/notes", contact(&stage).await);
    let note = json!({"body": "Call back", "title": "Phone", "color": "#FFAA00"});
    let made = stage
        .highlevel("POST", &path, Some(note))
        .await
        .expect(201, "made")["note"]
        .clone();
    assert_eq!(
        made["bodyText"], made["body"],
        "plain text comes back the same in both"
    );
    assert!(made["userId"].is_null());
    assert!(
        made.get("dateUpdated").is_none(),
        "a note has no time of change"
    );
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    stage
        .highlevel("PUT", &one, Some(json!({"body": "<p>Call <b>now</b></p>"})))
        .await
        .expect(200, "changed");
    let read = stage.highlevel("GET", &one, None).await.expect(200, "read")["note"].clone();
    assert_eq!(read["bodyText"], "Call now", "the plain form of HTML");
    assert_eq!(read["title"], "Phone", "kept");
    assert_eq!(read["dateAdded"], made["dateAdded"]);
    let list = stage
        .highlevel("GET", &path, None)
        .await
        .expect(200, "listed");
    assert_eq!(list["notes"].as_array().unwrap().len(), 1);
    stage
        .highlevel("POST", &path, Some(json!({"title": "x"})))
        .await
        .expect(422, "the body is needed");
    stage
        .highlevel("POST", &path, Some(json!({"body": "x", "text": "y"})))
        .await
        .expect(422, "unknown");
    stage
        .highlevel("DELETE", &one, None)
        .await
        .expect(200, "deleted");
    stage.highlevel("GET", &one, None).await.expect(404, "gone");
    stage
        .highlevel("GET", "/contacts/AAAAAAAAAAAAAAAAAAAA/notes", None)
        .await
        .expect(400, "nobody");
}

#[tokio::test]
async fn tasks_of_a_contact_and_of_the_location() {
    let stage = Stage::roomy().await;
    let id = contact(&stage).await;
    let path = format!("/contacts/{id}/tasks");
    stage
        .highlevel("POST", &path, Some(json!({"title": "x"})))
        .await
        .expect(422, "a date is needed");
    let task =
        json!({"title": "Send the offer", "dueDate": "2026-12-01T10:00:00Z", "completed": false});
    let made = stage
        .highlevel("POST", &path, Some(task))
        .await
        .expect(201, "made")["task"]
        .clone();
    assert_eq!(made["dueDate"], "2026-12-01T10:00:00.000Z");
    assert!(made.get("body").is_none(), "absent, not null");
    assert!(
        made.get("dateAdded").is_none(),
        "no times on a contact's task"
    );
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let done = json!({"completed": true});
    let body = stage
        .highlevel("PUT", &format!("{one}/completed"), Some(done))
        .await
        .expect(200, "done");
    assert_eq!(body["task"]["completed"], true);
    let everywhere = format!("/locations/{}/tasks/search", stage.location());
    let only = json!({"contactId": [id]});
    let body = stage
        .highlevel("POST", &everywhere, Some(only.clone()))
        .await
        .expect(201, "201, oddly");
    let row = &body["tasks"][0];
    assert_eq!(row["_id"], made["id"], "the id is called _id here");
    assert!(row.get("id").is_none());
    assert_eq!(row["statusGroup"], "completed");
    assert!(
        row["dateUpdated"].is_string(),
        "the one place where a task has a time of change"
    );
    assert!(body.get("total").is_none(), "and no total");
    stage
        .highlevel("DELETE", &one, None)
        .await
        .expect(200, "deleted");
    stage.highlevel("GET", &one, None).await.expect(404, "gone");
    let body = stage
        .highlevel("POST", &everywhere, Some(only))
        .await
        .expect(201, "searched");
    assert_eq!(
        body["tasks"][0]["deleted"], true,
        "a deleted task stays in the search, marked"
    );
    stage
        .highlevel("POST", &everywhere, Some(json!({"limit": 501})))
        .await
        .expect(422, "500 is the most");
}

#[tokio::test]
async fn the_task_search_pages_by_cursor() {
    let stage = Stage::roomy().await;
    let id = contact(&stage).await;
    for n in 0..7 {
        // Two share a due date, so that the id has to settle the order.
        let task = json!({"title": format!("T{n}"), "dueDate": format!("2026-12-0{}T10:00:00Z", 1 + n / 2), "completed": false});
        stage
            .highlevel("POST", &format!("/contacts/{id}/tasks"), Some(task))
            .await
            .expect(201, "made");
    }
    let mut met = Vec::new();
    let mut body = json!({"contactId": [id], "limit": 3});
    loop {
        let path = format!("/locations/{}/tasks/search", stage.location());
        let page = stage
            .highlevel("POST", &path, Some(body.clone()))
            .await
            .expect(201, "a page");
        let rows = page["tasks"].as_array().unwrap();
        let Some(last) = rows.last() else { break };
        body["searchAfter"] = last["searchAfter"].clone();
        met.extend(
            rows.iter()
                .map(|row| row["_id"].as_str().unwrap().to_owned()),
        );
    }
    met.sort();
    met.dedup();
    assert_eq!(met.len(), 7, "every task once");
}

#[tokio::test]
async fn the_tag_dictionary() {
    let stage = Stage::roomy().await;
    let path = format!("/locations/{}/tags", stage.location());
    let made = stage
        .highlevel("POST", &path, Some(json!({"name": " Gold Club "})))
        .await;
    let tag = made.expect(201, "made")["tag"].clone();
    assert_eq!(tag["name"], "gold club");
    stage
        .highlevel("POST", &path, Some(json!({"name": "GOLD club"})))
        .await
        .expect(400, "there already");
    let one = format!("{path}/{}", tag["id"].as_str().unwrap());
    let id = contact(&stage).await;
    let tags = format!("/contacts/{id}/tags");
    stage
        .highlevel("POST", &tags, Some(json!({"tags": ["gold club"]})))
        .await
        .expect(201, "tagged");
    stage
        .highlevel("PUT", &one, Some(json!({"name": "silver club"})))
        .await
        .expect(200, "renamed");
    let body = stage
        .highlevel("GET", &format!("/contacts/{id}"), None)
        .await
        .expect(200, "read");
    assert_eq!(
        body["contact"]["tags"],
        json!(["gold club"]),
        "contacts hold names, not ids"
    );
    stage
        .highlevel("DELETE", &one, None)
        .await
        .expect(200, "deleted");
    stage.highlevel("GET", &one, None).await.expect(400, "gone");
}

#[tokio::test]
async fn custom_field_definitions() {
    let stage = Stage::roomy().await;
    let path = format!("/locations/{}/customFields", stage.location());
    let field = json!({"name": "Aimfox Lead ID", "dataType": "TEXT", "model": "contact"});
    let made = stage
        .highlevel("POST", &path, Some(field.clone()))
        .await
        .expect(201, "made");
    assert_eq!(made["customField"]["fieldKey"], "contact.aimfox_lead_id");
    stage
        .highlevel("POST", &path, Some(field))
        .await
        .expect(400, "the key is taken");
    let odd = json!({"name": "Odd", "dataType": "COLOUR"});
    stage
        .highlevel("POST", &path, Some(odd))
        .await
        .expect(422, "no such type");
    let by_key = format!("{path}/contact.aimfox_lead_id");
    let read = stage
        .highlevel("GET", &by_key, None)
        .await
        .expect(200, "by its key");
    assert_eq!(read["customField"]["id"], made["customField"]["id"]);
    let body = json!({"locationId": stage.location(), "firstName": "A",
                      "customFields": [{"id": made["customField"]["id"], "field_value": "77"}]});
    let body = stage
        .highlevel("POST", "/contacts/", Some(body))
        .await
        .expect(201, "made");
    let id = body["contact"]["id"].as_str().unwrap().to_owned();
    let by_id = format!("{path}/{}", made["customField"]["id"].as_str().unwrap());
    stage
        .highlevel("DELETE", &by_id, None)
        .await
        .expect(200, "deleted");
    let body = stage
        .highlevel("GET", &format!("/contacts/{id}"), None)
        .await
        .expect(200, "read");
    assert_eq!(
        body["contact"]["customFields"],
        json!([]),
        "the values go with the field"
    );
    let other = stage
        .highlevel("GET", &format!("{path}?model=opportunity"), None)
        .await;
    assert_eq!(other.expect(200, "listed")["customFields"], json!([]));
}

#[tokio::test]
async fn businesses_and_bulk_changes() {
    let stage = Stage::roomy().await;
    let body = json!({"name": "Acme", "locationId": stage.location(), "city": "Rome"});
    let made = stage
        .highlevel("POST", "/businesses/", Some(body))
        .await
        .expect(201, "made");
    let business = made["buiseness"]["id"].as_str().unwrap().to_owned();
    let one = format!("/businesses/{business}");
    let changed = stage
        .highlevel("PUT", &one, Some(json!({"city": null, "phone": "1"})))
        .await;
    let changed = changed.expect(200, "changed")["buiseness"].clone();
    assert!(changed.get("city").is_none() && changed["phone"] == "1");
    let people = [contact(&stage).await, contact(&stage).await];
    let body = json!({"locationId": stage.location(), "ids": people, "businessId": business});
    stage
        .highlevel("POST", "/contacts/bulk/business", Some(body))
        .await
        .expect(200, "assigned");
    stage.clock.advance(std::time::Duration::from_secs(3));
    let list = format!(
        "/contacts/business/{business}?locationId={}",
        stage.location()
    );
    assert_eq!(
        stage
            .highlevel("GET", &list, None)
            .await
            .expect(200, "listed")["count"],
        2
    );
    let body =
        json!({"locationId": stage.location(), "contacts": [people[0], "nobody"], "tags": ["X"]});
    let body = stage
        .highlevel("POST", "/contacts/bulk/tags/update/add", Some(body))
        .await;
    let body = body.expect(201, "done in part");
    assert_eq!(body["errorCount"], 1, "one verdict for each");
    assert_eq!(body["succeded"], false);
    assert_eq!(body["responses"][0]["tagsAdded"], json!(["x"]));
    assert_eq!(body["responses"][1]["type"], "error");
    let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
    let body = json!({"locationId": stage.location(), "ids": many, "businessId": null});
    stage
        .highlevel("POST", "/contacts/bulk/business", Some(body))
        .await
        .expect(422, "50 is the most");
    stage
        .highlevel("DELETE", &one, None)
        .await
        .expect(200, "deleted");
    stage.highlevel("GET", &one, None).await.expect(400, "gone");
}

#[tokio::test]
async fn followers_appointments_and_the_location() {
    let stage = Stage::roomy().await;
    let id = contact(&stage).await;
    let path = format!("/contacts/{id}/followers");
    let user = stage
        .sandbox
        .with_state(|world| world.highlevel.users[0].0.clone());
    let body = stage
        .highlevel("POST", &path, Some(json!({"followers": [user]})))
        .await;
    assert_eq!(body.expect(201, "follows")["followersAdded"], json!([user]));
    let body = stage
        .highlevel("DELETE", &path, Some(json!({"followers": [user]})))
        .await;
    assert_eq!(body.expect(200, "no more")["followers"], json!([]));
    let with_one = stage
        .sandbox
        .with_state(|world| world.highlevel.appointments.keys().next().cloned());
    let with_one = with_one.expect("somebody has an appointment");
    let body = stage
        .highlevel("GET", &format!("/contacts/{with_one}/appointments"), None)
        .await;
    let start = body.expect(200, "listed")["events"][0]["startTime"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        start.len() == 19 && !start.contains('T') && !start.ends_with('Z'),
        "{start} has no offset"
    );
    let path = format!("/locations/{}", stage.location());
    let location = stage
        .highlevel("GET", &path, None)
        .await
        .expect(200, "read")["location"]
        .clone();
    assert_eq!(location["settings"]["allowDuplicateContact"], false);
    assert_eq!(
        location["settings"]["contactUniqueIdentifiers"],
        json!(["email", "phone"])
    );
}

#[tokio::test]
async fn bodies_that_are_no_json() {
    let stage = Stage::roomy().await;
    let body = stage
        .highlevel("POST", "/contacts/", Some(Value::String("x".to_owned())))
        .await;
    assert_eq!(
        message(&body.expect(422, "no object")),
        "the body must be an object"
    );
}
