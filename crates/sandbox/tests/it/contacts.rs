//! Writing and reading single contacts, with the quirks that hurt.

use crate::stage::{Stage, message};
use serde_json::{Value, json};

pub(crate) async fn create(stage: &Stage, mut body: Value) -> crate::stage::Reply {
    body["locationId"] = json!(stage.location());
    stage.highlevel("POST", "/contacts/", Some(body)).await
}

pub(crate) async fn created(stage: &Stage, body: Value) -> String {
    let body = create(stage, body).await.expect(201, "a contact is made");
    body["contact"]["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn read(stage: &Stage, id: &str) -> Value {
    let reply = stage
        .highlevel("GET", &format!("/contacts/{id}"), None)
        .await;
    reply.expect(200, "the contact is there")["contact"].clone()
}

#[tokio::test]
async fn a_contact_is_normalised_and_reads_back_without_nulls() {
    let stage = Stage::roomy().await;
    let id = created(
        &stage,
        json!({"name": "Ana María de la Cruz", "email": "Ana@Example.com",
               "phone": "(202) 555-0199", "tags": [" New Lead ", "new lead"]}),
    )
    .await;
    let contact = read(&stage, &id).await;
    assert_eq!(
        contact["firstName"], "Ana",
        "a name is split at the first space"
    );
    assert_eq!(contact["lastName"], "María de la Cruz");
    assert_eq!(
        contact["phone"], "+12025550199",
        "numbers become E.164, by the location's country"
    );
    assert_eq!(contact["email"], "Ana@Example.com");
    assert_eq!(contact["emailLowerCase"], "ana@example.com");
    assert_eq!(
        contact["tags"],
        json!(["new lead"]),
        "tags are trimmed, lower case, once"
    );
    assert_eq!(
        contact["country"], "US",
        "the location's country appears though nobody sent it"
    );
    assert!(
        contact.get("companyName").is_none(),
        "what is absent is left out, not null"
    );
    assert!(
        contact.get("name").is_none(),
        "the whole name is not returned"
    );
    assert_eq!(contact["createdBy"]["source"], "INTEGRATION");
    let tags = stage
        .highlevel(
            "GET",
            &format!("/locations/{}/tags", stage.location()),
            None,
        )
        .await;
    let names = tags.expect(200, "the dictionary is readable")["tags"].to_string();
    assert!(
        names.contains("new lead"),
        "an unknown tag enters the dictionary: {names}"
    );
}

#[tokio::test]
async fn the_stored_time_is_later_than_the_answer_says() {
    let stage = Stage::roomy().await;
    let made = create(
        &stage,
        json!({"firstName": "A", "email": "later@example.com"}),
    )
    .await;
    let made = made.expect(201, "made")["contact"].clone();
    let stored = read(&stage, made["id"].as_str().unwrap()).await;
    let (said, kept) = (
        made["dateUpdated"].as_str().unwrap(),
        stored["dateUpdated"].as_str().unwrap(),
    );
    assert!(said < kept, "{said} was answered, {kept} is kept");
}

#[tokio::test]
async fn unknown_members_are_refused() {
    let stage = Stage::roomy().await;
    let id = created(
        &stage,
        json!({"firstName": "A", "email": "strict@example.com"}),
    )
    .await;
    let path = format!("/contacts/{id}");
    for (member, value) in [
        ("gender", json!("f")),
        ("companyName", json!("X")),
        ("locationId", json!("x")),
        ("additionalEmails", json!([])),
        ("businessId", json!("x")),
    ] {
        let reply = stage
            .highlevel("PUT", &path, Some(json!({member: value})))
            .await;
        let body = reply.expect(422, "an update does not take what it does not list");
        assert_eq!(
            body["message"][0],
            format!("property {member} should not exist")
        );
        assert_eq!(body["error"], "Unprocessable Entity");
        assert!(
            body["traceId"].is_string(),
            "refusals carry a trace id, too"
        );
    }
    let body = create(&stage, json!({"fullName": "A"}))
        .await
        .expect(422, "neither does a create");
    assert_eq!(message(&body), "property fullName should not exist");
    let no_location = stage
        .highlevel("POST", "/contacts/", Some(json!({"firstName": "A"})))
        .await;
    no_location.expect(422, "the location is needed");
    let reply = create(&stage, json!({"firstName": 5})).await;
    assert!(message(&reply.expect(422, "types count")).contains("must be a string"));
}

#[tokio::test]
async fn an_update_keeps_what_it_does_not_name_and_replaces_all_tags() {
    let stage = Stage::roomy().await;
    let id = created(
        &stage,
        json!({"firstName": "A", "lastName": "B", "email": "keep@example.com", "tags": ["one", "two"],
               "companyName": "Acme"}),
    )
    .await;
    let path = format!("/contacts/{id}");
    let change = json!({"lastName": "C", "city": null, "tags": ["Three"]});
    let body = stage
        .highlevel("PUT", &path, Some(change))
        .await
        .expect(200, "updated");
    assert_eq!(body["succeded"], true);
    assert_eq!(body["succeeded"], true, "both spellings");
    let contact = read(&stage, &id).await;
    assert_eq!(contact["firstName"], "A", "not sent, kept");
    assert_eq!(contact["lastName"], "C");
    assert_eq!(
        contact["companyName"], "Acme",
        "kept although it cannot be sent"
    );
    assert_eq!(
        contact["tags"],
        json!(["three"]),
        "tags of an update replace all tags"
    );
    stage
        .highlevel("PUT", &path, Some(json!({"lastName": null})))
        .await
        .expect(200, "cleared");
    assert!(
        read(&stage, &id).await.get("lastName").is_none(),
        "null clears"
    );
}

#[tokio::test]
async fn custom_fields_want_their_id_and_a_fitting_value() {
    let stage = Stage::roomy().await;
    let fields = format!("/locations/{}/customFields?model=contact", stage.location());
    let body = stage
        .highlevel("GET", &fields, None)
        .await
        .expect(200, "definitions");
    let id = |key: &str| {
        let fields = body["customFields"].as_array().unwrap();
        let field = fields
            .iter()
            .find(|f| f["fieldKey"] == format!("contact.{key}"));
        field.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let linkedin = id("linkedin_url");
    let contact = created(
        &stage,
        json!({"firstName": "A", "customFields": [{"id": linkedin, "field_value": "https://x"}]}),
    )
    .await;
    let path = format!("/contacts/{contact}");
    let value = read(&stage, &contact).await["customFields"].clone();
    assert_eq!(
        value,
        json!([{"id": linkedin, "value": "https://x"}]),
        "it reads back as value"
    );
    let put = async |field: Value| {
        stage
            .highlevel("PUT", &path, Some(json!({"customFields": [field]})))
            .await
    };
    put(json!({"key": "linkedin_url", "field_value": "x"}))
        .await
        .expect(422, "the id is needed");
    put(json!({"id": linkedin, "value": "x"}))
        .await
        .expect(422, "value is the wrong name");
    put(json!({"id": "nope", "field_value": "x"}))
        .await
        .expect(400, "no such field");
    let body = put(json!({"id": id("lead_score"), "field_value": "many"})).await;
    assert!(message(&body.expect(400, "no number")).starts_with("Invalid Custom Field Value"));
    put(json!({"id": id("preferred_language"), "field_value": "Klingon"}))
        .await
        .expect(400, "option");
    put(json!({"id": id("lead_score"), "field_value": 7}))
        .await
        .expect(200, "a number");
    assert_eq!(
        read(&stage, &contact).await["customFields"]
            .as_array()
            .unwrap()
            .len(),
        2,
        "only the listed change"
    );
    put(json!({"id": linkedin, "field_value": ""}))
        .await
        .expect(200, "cleared");
    assert_eq!(
        read(&stage, &contact).await["customFields"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn tags_are_added_and_removed_one_by_one() {
    let stage = Stage::roomy().await;
    let id = created(&stage, json!({"firstName": "A", "tags": ["kept"]})).await;
    let path = format!("/contacts/{id}/tags");
    let before = read(&stage, &id).await["dateUpdated"].clone();
    stage.clock.advance(std::time::Duration::from_secs(5));
    let add = json!({"tags": ["Hot", "kept"]});
    let body = stage
        .highlevel("POST", &path, Some(add.clone()))
        .await
        .expect(201, "added");
    assert_eq!(body["tags"], json!(["kept", "hot"]));
    assert_eq!(body["tagsAdded"], json!(["hot"]));
    let bumped = read(&stage, &id).await["dateUpdated"].clone();
    assert_ne!(before, bumped, "a tag edit is an edit");
    stage.clock.advance(std::time::Duration::from_secs(5));
    let body = stage
        .highlevel("POST", &path, Some(add))
        .await
        .expect(201, "again");
    assert_eq!(body["tagsAdded"], json!([]), "adding twice adds nothing");
    assert_eq!(
        read(&stage, &id).await["dateUpdated"],
        bumped,
        "and is no edit"
    );
    let body = stage
        .highlevel("DELETE", &path, Some(json!({"tags": ["HOT", "absent"]})))
        .await;
    let body = body.expect(200, "removed");
    assert_eq!(body["tags"], json!(["kept"]));
    assert_eq!(body["tagsRemoved"], json!(["hot"]));
    stage
        .highlevel("DELETE", &path, None)
        .await
        .expect(422, "the body is needed");
}

#[tokio::test]
async fn what_is_deleted_is_400_not_404() {
    let stage = Stage::roomy().await;
    let id = created(&stage, json!({"firstName": "A"})).await;
    let path = format!("/contacts/{id}");
    let body = stage
        .highlevel("DELETE", &path, None)
        .await
        .expect(200, "deleted");
    assert_eq!(
        (&body["succeded"], &body["succeeded"]),
        (&json!(true), &json!(true))
    );
    let body = stage
        .highlevel("GET", &path, None)
        .await
        .expect(400, "gone");
    assert_eq!(message(&body), format!("Contact not found for id:{id}"));
    stage
        .highlevel("PUT", &path, Some(json!({"city": "X"})))
        .await
        .expect(400, "gone");
    let body = stage
        .highlevel("GET", "/contacts/short", None)
        .await
        .expect(400, "no id at all");
    assert_eq!(message(&body), "Contact with id short not found");
}

#[tokio::test]
async fn keys_versions_scopes_and_locations_are_checked() {
    let stage = Stage::roomy().await;
    let at = stage.sandbox.credentials().highlevel.clone();
    let url = format!("{}/locations/{}", at.base_url, at.location_id);
    let token = format!("Bearer {}", at.token);
    let version = ("version", "2021-07-28");
    let ask = async |headers: &[(&str, &str)]| stage.raw("GET", &url, headers, None).await.unwrap();
    ask(&[version]).await.expect(401, "no token");
    let body = ask(&[version, ("authorization", "Bearer pit-wrong")])
        .await
        .expect(401, "wrong token");
    assert_eq!(message(&body), "Invalid Private Integration token");
    ask(&[("authorization", &token)])
        .await
        .expect(401, "no version");
    ask(&[("authorization", &token), ("version", "1999-01-01")])
        .await
        .expect(400, "odd version");
    ask(&[("authorization", &token), ("version", "v3")])
        .await
        .expect(200, "v3 is a version");
    let body = stage
        .highlevel("GET", "/locations/another", None)
        .await
        .expect(403, "not ours");
    assert_eq!(
        message(&body),
        "The token does not have access to this location."
    );
    stage
        .sandbox
        .with_state(|world| world.highlevel.scopes.remove("contacts.write"));
    let reply = create(&stage, json!({"firstName": "A"})).await;
    let body = reply.expect(401, "a missing scope looks like a bad token");
    assert_eq!(
        message(&body),
        "The token is not authorized for this scope."
    );
    stage
        .highlevel("GET", &format!("/locations/{}", stage.location()), None)
        .await
        .expect(200, "still read");
    let body = stage
        .highlevel("POST", "/nowhere", None)
        .await
        .expect(404, "no such route");
    assert_eq!(message(&body), "Cannot POST /nowhere");
}

#[tokio::test]
async fn odd_values_are_refused() {
    let stage = Stage::roomy().await;
    create(&stage, json!({"email": "not an address"}))
        .await
        .expect(422, "no address");
    create(&stage, json!({"phone": "12"}))
        .await
        .expect(400, "no number");
    create(&stage, json!({"country": "Germany"}))
        .await
        .expect(422, "no country code");
    create(&stage, json!({"assignedTo": "nobody"}))
        .await
        .expect(400, "no such user");
    create(&stage, json!({"dateOfBirth": "soon"}))
        .await
        .expect(422, "no date");
    let id = created(
        &stage,
        json!({"dateOfBirth": "24/12/1990".replace("24/12", "12/24")}),
    )
    .await;
    assert_eq!(
        read(&stage, &id).await["dateOfBirth"],
        "1990-12-24",
        "dates are normalised"
    );
}
