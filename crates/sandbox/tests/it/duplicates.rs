//! Who is the same contact, and what happens then.

use serde_json::{Value, json};

use crate::contacts::{create, created, read};
use crate::stage::{Stage, message};

#[tokio::test]
async fn duplicates_are_refused_with_the_id_of_the_other() {
    let stage = Stage::roomy().await;
    let first = created(
        &stage,
        json!({"firstName": "Ada", "lastName": "L", "email": "ada@example.com", "phone": "+12025550198"}),
    )
    .await;
    let body = create(&stage, json!({"email": "ADA@example.com"}))
        .await
        .expect(400, "same address");
    assert_eq!(
        message(&body),
        "This location does not allow duplicated contacts."
    );
    assert_eq!(body["meta"]["contactId"], first.as_str());
    assert_eq!(body["meta"]["matchingField"], "email");
    assert_eq!(body["meta"]["contactName"], "Ada L");
    let body = create(&stage, json!({"phone": "202-555-0198"}))
        .await
        .expect(400, "same number");
    assert_eq!(
        body["meta"]["matchingField"], "phone",
        "however it is written"
    );
    let second = created(&stage, json!({"firstName": "No address"})).await;
    let path = format!("/contacts/{second}");
    let body = stage
        .highlevel("PUT", &path, Some(json!({"email": "ada@example.com"})))
        .await;
    let body = body.expect(400, "an update must not take another's address");
    assert_eq!(body["meta"]["contactId"], first.as_str());
    stage
        .sandbox
        .with_state(|world| world.highlevel.allow_duplicates = true);
    created(&stage, json!({"email": "ada@example.com"})).await;
}

#[tokio::test]
async fn the_duplicate_search_follows_the_locations_order() {
    let stage = Stage::roomy().await;
    let by_email = created(&stage, json!({"email": "first@example.com"})).await;
    let by_phone = created(&stage, json!({"phone": "+12025550197"})).await;
    let path = format!(
        "/contacts/search/duplicate?locationId={}&email=First%40example.com&number=%2B12025550197",
        stage.location()
    );
    let body = stage
        .highlevel("GET", &path, None)
        .await
        .expect(200, "found");
    assert_eq!(body["contact"]["id"], by_email.as_str());
    assert_eq!(body["matchingField"], "email");
    stage
        .sandbox
        .with_state(|world| world.highlevel.unique_identifiers.reverse());
    let body = stage
        .highlevel("GET", &path, None)
        .await
        .expect(200, "found");
    assert_eq!(
        body["contact"]["id"],
        by_phone.as_str(),
        "the phone comes first now"
    );
    let nobody = format!(
        "/contacts/search/duplicate?locationId={}&email=no%40example.com",
        stage.location()
    );
    let body = stage
        .highlevel("GET", &nobody, None)
        .await
        .expect(200, "nobody");
    assert!(body["contact"].is_null(), "no match is no error");
}

#[tokio::test]
async fn an_upsert_follows_priority_and_drops_the_other_identifier() {
    let stage = Stage::roomy().await;
    let a = created(
        &stage,
        json!({"firstName": "A", "email": "a@example.com", "tags": ["old"]}),
    )
    .await;
    let b = created(&stage, json!({"firstName": "B", "phone": "+12025550196"})).await;
    let upsert = async |mut body: Value| {
        body["locationId"] = json!(stage.location());
        stage
            .highlevel("POST", "/contacts/upsert", Some(body))
            .await
            .expect(200, "upserted")
    };
    let body = upsert(
        json!({"email": "a@example.com", "phone": "+12025550196", "lastName": "Z",
                             "tags": ["new"], "companyName": "Acme", "gender": "f"}),
    )
    .await;
    assert_eq!(body["new"], false);
    assert_eq!(
        body["contact"]["id"],
        a.as_str(),
        "the e-mail address decides"
    );
    assert!(
        body["contact"].get("phone").is_none(),
        "the number is another's: silently not written"
    );
    assert_eq!(
        body["contact"]["tags"],
        json!(["new"]),
        "an upsert replaces tags"
    );
    assert_eq!(
        body["contact"]["companyName"], "Acme",
        "an upsert may set the company"
    );
    assert_eq!(
        read(&stage, &b).await["phone"],
        "+12025550196",
        "the other keeps the number"
    );
    let body = upsert(json!({"email": "fresh@example.com"})).await;
    assert_eq!(body["new"], true);
    let one = upsert(json!({"firstName": "Nobody"})).await["contact"]["id"].clone();
    let two = upsert(json!({"firstName": "Nobody"})).await["contact"]["id"].clone();
    assert_ne!(
        one, two,
        "without address and number there is nothing to match by"
    );
}

#[tokio::test]
async fn an_additional_address_becomes_the_first() {
    let stage = Stage::roomy().await;
    let id = created(&stage, json!({"email": "main@example.com"})).await;
    stage.sandbox.with_state(|world| {
        world
            .highlevel
            .contacts
            .edit(crate::stage::NOON, &id, |contact| {
                contact
                    .additional_emails
                    .push("second@example.com".to_owned());
            })
    });
    let body = json!({"locationId": stage.location(), "email": "second@example.com"});
    let body = stage
        .highlevel("POST", "/contacts/upsert", Some(body))
        .await
        .expect(200, "upserted");
    assert_eq!(body["contact"]["id"], id.as_str());
    let contact = read(&stage, &id).await;
    assert_eq!(contact["email"], "second@example.com", "promoted");
    assert_eq!(
        contact["additionalEmails"],
        json!([]),
        "and the old first address is lost"
    );
}
