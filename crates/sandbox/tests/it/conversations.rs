//! What belongs to conversations is kept: e-mails, calls, files, and what people agreed to.

use serde_json::{Value, json};

use crate::stage::{Reply, Stage};

const TALK: &str = "SampleConversatn0000";

fn contact(stage: &Stage) -> String {
    stage.sandbox.with_state(|world| {
        let talk = world.highlevel.shelves.find("conversations", TALK).unwrap();
        talk["contactId"].as_str().unwrap().to_owned()
    })
}

async fn call(stage: &Stage, method: &str, path: &str, body: Option<Value>) -> Reply {
    versioned(stage, "2021-04-15", method, path, body).await
}

async fn versioned(
    stage: &Stage,
    version: &str,
    method: &str,
    path: &str,
    body: Option<Value>,
) -> Reply {
    let at = &stage.sandbox.credentials().highlevel;
    let token = format!("Bearer {}", at.token);
    let headers = [("authorization", token.as_str()), ("version", version)];
    stage
        .raw(method, &format!("{}{path}", at.base_url), &headers, body)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_email_is_read_marked_and_taken_back_under_its_own_id() {
    let stage = Stage::roomy().await;
    let mut body = json!({
        "type": "Email", "subType": "Email", "contactId": contact(&stage), "subject": "Your offer",
        "html": "<p>Hello</p>", "emailTo": "ada@example.com", "status": "pending",
        "emailCc": ["boss@example.com"],
    });
    let sent = call(
        &stage,
        "POST",
        "/conversations/messages",
        Some(body.clone()),
    )
    .await;
    let sent = sent.expect(200, "sent");
    let email = sent["emailMessageId"].as_str().unwrap().to_owned();
    let message = sent["messageId"].as_str().unwrap();
    assert_ne!(email, message, "an e-mail has an id of its own");
    let message = format!("/conversations/messages/{message}");
    let read = call(&stage, "GET", &message, None)
        .await
        .expect(200, "read");
    assert_eq!(
        read["meta"]["email"]["messageIds"],
        json!([email]),
        "and its message says which"
    );
    let at = format!("/conversations/messages/email/{email}");
    let read = call(&stage, "GET", &at, None).await.expect(200, "read");
    assert_eq!(read["subject"], "Your offer");
    assert_eq!(read["to"], json!(["ada@example.com"]));
    assert_eq!(read["cc"], json!(["boss@example.com"]));
    let marked = json!({"status": "opened", "events": {"opened": 1}});
    versioned(&stage, "v3", "PUT", &format!("{at}/status"), Some(marked))
        .await
        .expect(200, "marked");
    let read = call(&stage, "GET", &at, None).await.expect(200, "read");
    assert_eq!(read["status"], "opened");
    let late = format!("{at}/schedule");
    call(&stage, "DELETE", &late, None)
        .await
        .expect(400, "it has gone out");

    body["scheduledTimestamp"] = json!(1_900_000_000);
    body["replyMessageId"] = json!(email);
    let sent = call(&stage, "POST", "/conversations/messages", Some(body)).await;
    let sent = sent.expect(200, "planned");
    let second = sent["emailMessageId"].as_str().unwrap();
    let at = format!("/conversations/messages/email/{second}");
    let read = call(&stage, "GET", &at, None).await.expect(200, "read");
    assert_eq!(read["status"], "scheduled");
    assert_eq!(read["threadId"], json!(email), "an answer is of the thread");
    call(&stage, "DELETE", &format!("{at}/schedule"), None)
        .await
        .expect(200, "taken back");
    call(&stage, "GET", &at, None).await.expect(400, "gone");
    let message = format!(
        "/conversations/messages/{}",
        sent["messageId"].as_str().unwrap()
    );
    call(&stage, "GET", &message, None)
        .await
        .expect(400, "and its message with it");
}

#[tokio::test]
async fn a_call_that_was_answered_has_sound_and_words() {
    let stage = Stage::roomy().await;
    let location = stage.location();
    for (status, there) in [("completed", true), ("busy", false)] {
        let body = json!({
            "type": "Call", "conversationId": TALK, "conversationProviderId": "phone",
            "call": {"to": "+12025550111", "from": "+12025550112", "status": status},
        });
        let logged = call(
            &stage,
            "POST",
            "/conversations/messages/outbound",
            Some(body),
        )
        .await;
        let logged = logged.expect(200, "logged");
        let id = logged["messageId"].as_str().unwrap();
        let expected = if there { 200 } else { 404 };
        let sound = format!("/conversations/messages/{id}/locations/{location}/recording");
        let sound = call(&stage, "GET", &sound, None).await;
        assert_eq!(sound.status, expected, "{status}: {}", sound.body);
        let words = format!("/conversations/locations/{location}/messages/{id}/transcription");
        let read = call(&stage, "GET", &words, None).await;
        assert_eq!(read.status, expected, "{status}: {}", read.body);
        let file = call(&stage, "GET", &format!("{words}/download"), None).await;
        assert_eq!(file.status, expected, "{status}: {}", file.body);
        if there {
            assert_eq!(sound.header("content-type"), Some("audio/x-wav"));
            assert_eq!(file.header("content-type"), Some("text/plain"));
            let said = read.body["transcript"].as_str().unwrap();
            assert_eq!(file.body, json!(format!("{said}\n")), "the same words");
        }
    }
}

#[tokio::test]
async fn files_get_addresses_that_messages_carry() {
    let stage = Stage::roomy().await;
    let location = stage.location();
    let begin = json!({
        "locationId": location, "conversationId": TALK, "filename": "offer.pdf",
        "contentType": "application/pdf", "fileSize": 2048, "channel": "SMS",
    });
    let initiate = "/conversations/messages/upload/initiate";
    let begun = call(&stage, "POST", initiate, Some(begin)).await;
    let begun = begun.expect(200, "begun");
    let finish = json!({
        "uploadId": begun["uploadId"], "filePath": begun["filePath"], "locationId": location,
        "conversationId": TALK, "filename": "offer.pdf",
    });
    let complete = "/conversations/messages/upload/complete";
    let done = call(&stage, "POST", complete, Some(finish.clone())).await;
    let done = done.expect(200, "finished");
    assert_eq!(done["metadata"]["size"], 2048, "what was said at the start");
    call(&stage, "POST", complete, Some(finish))
        .await
        .expect(400, "an upload is finished once");

    let message = "/conversations/messages/SampleCall0000000001";
    let files = json!({"attachments": [done["uploadedFiles"]["offer.pdf"]]});
    call(
        &stage,
        "PUT",
        &format!("{message}/attachments"),
        Some(files.clone()),
    )
    .await
    .expect(200, "attached");
    let read = call(&stage, "GET", message, None).await.expect(200, "read");
    assert_eq!(read["attachments"], files["attachments"]);
}

#[tokio::test]
async fn a_form_with_a_file_is_kept_by_name_and_size() {
    let stage = Stage::roomy().await;
    let (location, contact) = (stage.location(), contact(&stage));
    let at = &stage.sandbox.credentials().highlevel;
    let token = format!("Bearer {}", at.token);
    let headers = [
        ("authorization", token.as_str()),
        ("version", "2021-07-28"),
        ("content-type", "multipart/form-data; boundary=x"),
    ];
    let form = |id: &str| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n{id}\r\n\
             --x\r\nContent-Disposition: form-data; name=\"contract\"; filename=\"a.txt\"\r\n\
             Content-Type: text/plain\r\n\r\nhello\r\n--x--\r\n"
        )
    };
    let url = format!("{}/locations/{location}/customFields/upload", at.base_url);
    let done = stage.raw_text("POST", &url, &headers, form(&contact)).await;
    let done = done.expect(200, "uploaded");
    assert_eq!(done["meta"][0]["fieldname"], "contract");
    assert_eq!(done["meta"][0]["size"], 5);
    assert_eq!(done["meta"][0]["url"], done["uploadedFiles"]["a.txt"]);
    stage
        .raw_text("POST", &url, &headers, form("nobody"))
        .await
        .expect(400, "a file is of somebody");
}

#[tokio::test]
async fn who_unsubscribes_is_so_until_subscribing_again() {
    let stage = Stage::roomy().await;
    let (location, contact) = (stage.location(), contact(&stage));
    let kinds = format!("/conversations/preferences/custom-subtypes?locationId={location}");
    let news = json!({"name": "Events", "channel": "email", "language": "en"});
    let made = call(&stage, "POST", &kinds, Some(news.clone())).await;
    let made = made.expect(201, "made");
    let id = made["customSubtype"]["id"].as_str().unwrap().to_owned();
    call(&stage, "POST", &kinds, Some(news))
        .await
        .expect(400, "one name in a channel");
    let listed = call(&stage, "GET", &kinds, None)
        .await
        .expect(200, "listed");
    assert!(listed.to_string().contains(&id), "it is in the list");

    let status = format!(
        "/conversations/preferences/unsubscriptions/status?locationId={location}&contactId={contact}"
    );
    let said = async || {
        let body = call(&stage, "GET", &status, None).await.expect(200, "read");
        let rows = body["subscriptions"].as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row["id"] == *id);
        row.map(|row| row["status"].clone())
    };
    assert_eq!(said().await, Some(json!("subscribed")), "as everybody is");
    let change = |action: Value| {
        json!({
            "locationId": location, "contactId": contact, "email": "ada@example.com",
            "subscription_action": action,
        })
    };
    let at = "/conversations/preferences/unsubscriptions/user-change";
    let stop = json!({"type": "custom", "subtype_id": id, "subtype_status": "unsubscribed"});
    call(&stage, "POST", at, Some(change(stop)))
        .await
        .expect(201, "ended");
    assert_eq!(said().await, Some(json!("unsubscribed")));
    let again = json!({"type": "resub_all", "subtype_status": "subscribed"});
    call(&stage, "POST", at, Some(change(again)))
        .await
        .expect(201, "begun again");
    assert_eq!(said().await, Some(json!("subscribed")));
    let one = kinds.replace("custom-subtypes?", &format!("custom-subtypes/{id}?"));
    call(&stage, "PUT", &one, Some(json!({"archived": true})))
        .await
        .expect(200, "archived");
    assert_eq!(said().await, None, "what is archived is not asked about");
}

#[tokio::test]
async fn an_answered_review_is_in_its_conversation() {
    let stage = Stage::roomy().await;
    let body = json!({
        "conversationId": TALK, "locationId": stage.location(), "message": "Thank you!",
    });
    let sent = call(
        &stage,
        "POST",
        "/conversations/messages/review-reply",
        Some(body),
    )
    .await;
    let sent = sent.expect(200, "answered");
    let at = format!("/conversations/{TALK}/messages");
    let read = call(&stage, "GET", &at, None).await.expect(200, "read");
    assert_eq!(read["messages"][0]["id"], sent["messageId"]);
    assert_eq!(read["messages"][0]["body"], "Thank you!");
}

#[tokio::test]
async fn a_locations_token_finds_its_location() {
    let stage = Stage::roomy().await;
    let found = stage.highlevel("GET", "/locations/search", None).await;
    let found = found.expect(200, "found");
    assert_eq!(found["locations"][0]["id"], stage.location().as_str());
    assert_eq!(found["locations"].as_array().unwrap().len(), 1);
    let other = "/locations/search?email=other%40example.com";
    let found = stage
        .highlevel("GET", other, None)
        .await
        .expect(200, "none");
    assert_eq!(found["locations"], json!([]), "no other address is its");
}
