//! What is not about contacts is kept, too: what was made is read back, changed and removed.

use serde_json::json;

use crate::stage::Stage;

#[tokio::test]
async fn an_appointment_lives_in_its_calendar() {
    let stage = Stage::roomy().await;
    let location = stage.location();
    let contact = stage
        .sandbox
        .with_state(|world| world.highlevel.contacts.iter().next().unwrap().id.clone());
    let calendar = "SampleCalendar000002";
    let body = json!({
        "calendarId": calendar, "locationId": location, "contactId": contact,
        "startTime": "2026-12-02T10:00:00+00:00",
    });
    let made = stage
        .highlevel("POST", "/calendars/events/appointments", Some(body.clone()))
        .await
        .expect(200, "booked");
    assert_eq!(made["status"], "booked", "the answer is flat");
    assert!(
        made.get("startTime").is_none(),
        "the times are not echoed (facts/highlevel.md §3.4)"
    );
    let at = format!(
        "/calendars/events/appointments/{}",
        made["id"].as_str().unwrap()
    );
    stage
        .highlevel("POST", "/calendars/events/appointments", Some(body))
        .await
        .expect(400, "the time is taken");
    let read = stage.highlevel("GET", &at, None).await.expect(200, "read");
    assert_eq!(
        read["appointment"]["startTime"], "2026-12-02T05:00:00-05:00",
        "local, with offset"
    );
    assert_eq!(
        read["appointment"]["endTime"], "2026-12-02T06:00:00-05:00",
        "the calendar says how long"
    );
    let list = format!(
        "/calendars/events?locationId={location}&calendarId={calendar}&startTime=0&endTime=4102444800000"
    );
    let rows = stage
        .highlevel("GET", &list, None)
        .await
        .expect(200, "listed");
    assert_eq!(
        rows["events"].as_array().unwrap().len(),
        1,
        "it is in its calendar"
    );
    let free =
        format!("/calendars/{calendar}/free-slots?startDate=1796169600000&endDate=1796256000000");
    let free = stage
        .highlevel("GET", &free, None)
        .await
        .expect(200, "free");
    let slots = free["2026-12-02"]["slots"].as_array().unwrap().clone();
    assert_eq!(
        slots.len(),
        7,
        "8 hours less the one that is taken: {slots:?}"
    );
    let gone = format!("/calendars/events/{}", made["id"].as_str().unwrap());
    stage
        .highlevel("DELETE", &gone, Some(json!({})))
        .await
        .expect(200, "removed");
    let rows = stage
        .highlevel("GET", &list, None)
        .await
        .expect(200, "listed");
    assert_eq!(rows["events"], json!([]), "it is in no list any more");
    let read = stage
        .highlevel("GET", &at, None)
        .await
        .expect(200, "still shown by its id");
    assert_eq!(read["appointment"]["deleted"], true, "as deleted");
    let none = format!("/calendars/events?locationId={location}&startTime=0&endTime=1");
    stage
        .highlevel("GET", &none, None)
        .await
        .expect(422, "one of three ids is needed");
}

#[tokio::test]
async fn an_opportunity_moves_through_its_pipeline() {
    let stage = Stage::roomy().await;
    let location = stage.location();
    let pipelines = format!("/opportunities/pipelines?locationId={location}");
    let pipelines = stage
        .highlevel("GET", &pipelines, None)
        .await
        .expect(200, "pipelines");
    let pipeline = &pipelines["pipelines"][0];
    let contact = stage
        .sandbox
        .with_state(|world| world.highlevel.contacts.iter().last().unwrap().id.clone());
    let mut body = json!({
        "pipelineId": pipeline["id"], "locationId": location, "name": "New roof",
        "status": "open", "contactId": contact,
    });
    let made = stage
        .highlevel("POST", "/opportunities/", Some(body.clone()))
        .await
        .expect(201, "made");
    let made = &made["opportunity"];
    assert_eq!(
        made["pipelineStageId"], pipeline["stages"][0]["id"],
        "it begins at the beginning"
    );
    let at = format!("/opportunities/{}", made["id"].as_str().unwrap());
    let won = json!({"status": "won"});
    stage
        .highlevel("PUT", &format!("{at}/status"), Some(won))
        .await
        .expect(200, "won");
    let read = stage.highlevel("GET", &at, None).await.expect(200, "read");
    assert_eq!(read["opportunity"]["status"], "won", "it was kept");
    let found = format!("/opportunities/search?location_id={location}&contact_id={contact}");
    let found = stage
        .highlevel("GET", &found, None)
        .await
        .expect(200, "found");
    assert_eq!(found["meta"]["total"], 1, "by its contact");
    body["pipelineStageId"] = json!("nowhere");
    stage
        .highlevel("POST", "/opportunities/", Some(body))
        .await
        .expect(400, "no such stage");
    stage
        .highlevel("DELETE", &at, None)
        .await
        .expect(200, "removed");
    stage.highlevel("GET", &at, None).await.expect(400, "gone");
}

#[tokio::test]
async fn plain_resources_are_kept() {
    let stage = Stage::roomy().await;
    let at = format!("/locations/{}/customValues", stage.location());
    let body = json!({"name": "Opening hours", "value": "9 to 5"});
    let made = stage
        .highlevel("POST", &at, Some(body))
        .await
        .expect(201, "made");
    let id = made["customValue"]["id"].as_str().unwrap().to_owned();
    let one = format!("{at}/{id}");
    let body = json!({"name": "Opening hours", "value": "10 to 4"});
    stage
        .highlevel("PUT", &one, Some(body))
        .await
        .expect(200, "changed");
    let read = stage.highlevel("GET", &one, None).await.expect(200, "read");
    assert_eq!(
        read["customValue"]["value"], "10 to 4",
        "the change was kept"
    );
    stage
        .highlevel("DELETE", &one, None)
        .await
        .expect(200, "removed");
    stage.highlevel("GET", &one, None).await.expect(400, "gone");
    let elsewhere = "/locations/anotherLocation000001/customValues";
    stage
        .highlevel("GET", elsewhere, None)
        .await
        .expect(403, "another's location");
}

#[tokio::test]
async fn a_calendar_follows_the_hours_it_is_tied_to() {
    let stage = Stage::roomy().await;
    let location = stage.location();
    let user = stage
        .sandbox
        .with_state(|world| world.highlevel.users[0].0.clone());
    let calendar = "SampleCalendar000002";
    let rules = json!([{
        "type": "wday", "day": "monday", "intervals": [{"from": "09:00", "to": "12:00"}],
    }]);
    let body = json!({
        "locationId": location, "userId": user, "name": "Mornings", "timezone": "Europe/Berlin",
        "rules": rules,
    });
    let made = stage
        .highlevel("POST", "/calendars/schedules", Some(body))
        .await;
    let made = made.expect(201, "made");
    let at = format!(
        "/calendars/schedules/{}",
        made["schedule"]["id"].as_str().unwrap()
    );
    let tied = format!("{at}/associations/{calendar}");
    for _ in 0..2 {
        stage
            .highlevel("PUT", &tied, None)
            .await
            .expect(200, "tied, once or twice");
    }
    let read = stage.highlevel("GET", &at, None).await.expect(200, "read");
    assert_eq!(read["schedule"]["calendarIds"], json!([calendar]));
    stage
        .highlevel("DELETE", &tied, None)
        .await
        .expect(200, "untied");
    let read = stage.highlevel("GET", &at, None).await.expect(200, "read");
    assert_eq!(read["schedule"]["calendarIds"], json!([]));
    let nowhere = format!("{at}/associations/nowhere");
    stage
        .highlevel("PUT", &nowhere, None)
        .await
        .expect(400, "there is no such calendar");

    // Only v3 knows hours of a calendar itself.
    let token = format!("Bearer {}", stage.sandbox.credentials().highlevel.token);
    let base = &stage.sandbox.credentials().highlevel.base_url;
    let own = format!("{base}/calendars/schedules/event-calendar/{calendar}");
    let headers = [("authorization", token.as_str()), ("version", "v3")];
    let hours = json!({"rules": rules, "timezone": "Europe/Berlin"});
    stage
        .raw("POST", &own, &headers, Some(hours))
        .await
        .unwrap()
        .expect(201, "made");
    let changed = json!({"timezone": "Europe/Paris"});
    stage
        .raw("PUT", &own, &headers, Some(changed))
        .await
        .unwrap()
        .expect(200, "changed");
    let read = stage
        .raw("GET", &own, &headers, None)
        .await
        .unwrap()
        .expect(200, "read");
    assert_eq!(read["schedule"]["timezone"], "Europe/Paris");
    assert_eq!(read["schedule"]["rules"], rules, "what was left out stays");
}
