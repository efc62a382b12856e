//! Searching and listing contacts.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::stage::{Stage, message, roomy};
use foxbridge_sandbox::Config;
use serde_json::{Value, json};

async fn search(stage: &Stage, mut body: Value) -> crate::stage::Reply {
    body["locationId"] = json!(stage.location());
    stage
        .highlevel("POST", "/contacts/search", Some(body))
        .await
}

async fn ids(stage: &Stage, filters: Value) -> BTreeSet<String> {
    let body = search(stage, json!({"pageLimit": 500, "filters": filters})).await;
    let body = body.expect(200, "searched");
    assert_eq!(
        body["total"],
        body["contacts"].as_array().unwrap().len(),
        "all fit in a page"
    );
    texts(&body["contacts"], "id").into_iter().collect()
}

fn texts(rows: &Value, name: &str) -> Vec<String> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row[name].as_str().unwrap_or("").to_owned())
        .collect()
}

#[tokio::test]
async fn rows_have_nulls_and_their_own_names() {
    let stage = Stage::roomy().await;
    let body = search(&stage, json!({"pageLimit": 100}))
        .await
        .expect(200, "searched");
    let rows = body["contacts"].as_array().unwrap();
    assert_eq!(body["total"], 120);
    for row in rows {
        let row = row.as_object().unwrap();
        for name in [
            "email",
            "phone",
            "companyName",
            "address",
            "assignedTo",
            "website",
        ] {
            assert!(row.contains_key(name), "{name} is there, if only as null");
        }
        for name in ["address1", "name", "emailLowerCase", "createdBy"] {
            assert!(!row.contains_key(name), "{name} is not in a search row");
        }
        let name = row["contactName"].as_str().unwrap();
        assert_eq!(name, name.to_lowercase(), "the whole name is lower case");
        assert_eq!(
            row["searchAfter"][1], row["id"],
            "every row is its own cursor"
        );
    }
    assert!(
        rows.iter().any(|row| row["email"].is_null()),
        "somebody has no address"
    );
    let cased = rows.iter().any(|row| {
        row["firstName"]
            .as_str()
            .is_some_and(|name| name.chars().any(char::is_uppercase))
    });
    assert!(cased, "first names keep their spelling here");
}

#[tokio::test]
async fn limits_of_a_search() {
    let stage = Stage::roomy().await;
    search(&stage, json!({}))
        .await
        .expect(422, "pageLimit is needed");
    search(&stage, json!({"pageLimit": 501}))
        .await
        .expect(422, "500 is the most");
    search(&stage, json!({"pageLimit": 500, "page": 20}))
        .await
        .expect(200, "10,000 rows are in reach");
    search(&stage, json!({"pageLimit": 500, "page": 21}))
        .await
        .expect(400, "more are not");
    search(&stage, json!({"pageLimit": 10, "limit": 3}))
        .await
        .expect(422, "unknown member");
    search(
        &stage,
        json!({"pageLimit": 10, "page": 1, "searchAfter": [1, "x"]}),
    )
    .await
    .expect(422, "one way of paging");
    let no_location = json!({"pageLimit": 10});
    stage
        .highlevel("POST", "/contacts/search", Some(no_location))
        .await
        .expect(422, "location");
    let odd =
        json!({"pageLimit": 10, "filters": [{"field": "shoeSize", "operator": "eq", "value": 1}]});
    let body = search(&stage, odd).await.expect(400, "unknown field");
    assert_eq!(message(&body), "Invalid field shoeSize");
    let long = json!({"pageLimit": 10, "filters": [{"field": "city", "operator": "eq", "value": "x".repeat(76)}]});
    search(&stage, long)
        .await
        .expect(400, "75 characters are the most");
    let special = json!({"pageLimit": 10, "filters": [{"field": "phone", "operator": "contains", "value": "+1202"}]});
    search(&stage, special)
        .await
        .expect(400, "contains takes no special characters");
}

/// All ids, by cursor.
async fn walk(stage: &Stage, sort: Value, size: usize) -> Vec<String> {
    let mut all = Vec::new();
    let mut after = Value::Null;
    loop {
        let mut body = json!({"pageLimit": size, "sort": sort});
        if !after.is_null() {
            body["searchAfter"] = after.clone();
        }
        let body = search(stage, body).await.expect(200, "a page");
        let rows = body["contacts"].as_array().unwrap();
        let Some(last) = rows.last() else { return all };
        after = last["searchAfter"].clone();
        all.extend(texts(&body["contacts"], "id"));
    }
}

#[tokio::test]
async fn cursors_meet_everybody_once_in_order() {
    let stage = Stage::new(Config {
        contacts: 700,
        ..roomy()
    })
    .await;
    let everybody: BTreeSet<String> = stage.sandbox.with_state(|world| {
        world
            .highlevel
            .contacts
            .iter()
            .map(|contact| contact.id.clone())
            .collect()
    });
    for field in ["dateAdded", "dateUpdated", "firstNameLowerCase"] {
        for direction in ["asc", "desc"] {
            let sort = json!([{"field": field, "direction": direction}]);
            let met = walk(&stage, sort, 90).await;
            assert_eq!(
                met.len(),
                700,
                "nobody twice by {field} {direction}, though many times are equal"
            );
            assert_eq!(met.iter().cloned().collect::<BTreeSet<_>>(), everybody);
            let keys: Vec<String> = stage.sandbox.with_state(|world| {
                met.iter()
                    .map(|id| {
                        let contact = world.highlevel.contacts.get(id).unwrap();
                        match field {
                            "dateAdded" => format!("{:020}", contact.date_added),
                            "dateUpdated" => format!("{:020}", contact.date_updated),
                            _ => contact.first_name.as_deref().unwrap_or("").to_lowercase(),
                        }
                    })
                    .collect()
            });
            let mut sorted = keys.clone();
            sorted.sort();
            if direction == "desc" {
                sorted.reverse();
            }
            assert_eq!(keys, sorted, "by {field} {direction}");
        }
    }
}

#[tokio::test]
async fn pages_and_cursors_agree() {
    let stage = Stage::roomy().await;
    let mut paged = Vec::new();
    for page in 1.. {
        let body = search(&stage, json!({"pageLimit": 50, "page": page}))
            .await
            .expect(200, "page");
        let ids = texts(&body["contacts"], "id");
        if ids.is_empty() {
            break;
        }
        paged.extend(ids);
    }
    let walked = walk(
        &stage,
        json!([{"field": "dateAdded", "direction": "desc"}]),
        50,
    )
    .await;
    assert_eq!(paged, walked, "without a sort, the newest come first");
}

#[tokio::test]
async fn filters_find_whom_they_should() {
    let stage = Stage::roomy().await;
    let contacts: Vec<_> = stage
        .sandbox
        .with_state(|world| world.highlevel.contacts.iter().cloned().collect());
    let expect = |of: &dyn Fn(&foxbridge_sandbox::Contact) -> bool| -> BTreeSet<String> {
        contacts
            .iter()
            .filter(|contact| of(contact))
            .map(|contact| contact.id.clone())
            .collect()
    };
    let someone = contacts
        .iter()
        .find(|c| c.email.is_some() && c.phone.is_some())
        .unwrap();
    let email = someone.email.clone().unwrap();
    let by_email = json!([{"field": "email", "operator": "eq", "value": email.to_uppercase()}]);
    assert_eq!(
        ids(&stage, by_email).await,
        BTreeSet::from([someone.id.clone()]),
        "any case"
    );
    let phone = someone.phone.clone().unwrap();
    let by_phone = json!([{"field": "phone", "operator": "eq", "value": phone}]);
    assert!(
        ids(&stage, by_phone).await.is_empty(),
        "a number is never found by equality"
    );
    let digits = json!([{"field": "phone", "operator": "contains", "value": phone[1..]}]);
    assert_eq!(
        ids(&stage, digits).await,
        BTreeSet::from([someone.id.clone()]),
        "but by its digits"
    );
    let vip = json!([{"field": "tags", "operator": "eq", "value": "VIP"}]);
    let vips = expect(&|c| c.tags.iter().any(|tag| tag == "vip"));
    assert!(!vips.is_empty());
    assert_eq!(ids(&stage, vip).await, vips);
    let no_email = json!([{"field": "email", "operator": "not_exists"}]);
    assert_eq!(ids(&stage, no_email).await, expect(&|c| c.email.is_none()));
    let middle = contacts[contacts.len() / 2].date_updated;
    let stamp = |ms: i64| format!("{:.3}", jiff::Timestamp::from_millisecond(ms).unwrap());
    let since =
        json!([{"field": "dateUpdated", "operator": "range", "value": {"gte": stamp(middle)}}]);
    assert_eq!(
        ids(&stage, since).await,
        expect(&|c| c.date_updated >= middle)
    );
    let before =
        json!([{"field": "dateAdded", "operator": "range", "value": {"lt": stamp(middle)}}]);
    assert_eq!(
        ids(&stage, before).await,
        expect(&|c| c.date_added < middle)
    );
    let linkedin = stage
        .sandbox
        .with_state(|world| world.highlevel.linkedin_field().to_owned());
    let has = contacts
        .iter()
        .find(|c| c.custom(&linkedin).is_some())
        .unwrap();
    let url = has.custom(&linkedin).unwrap().clone();
    if url.as_str().unwrap().len() <= 75 {
        let by_field =
            json!([{"field": format!("customFields.{linkedin}"), "operator": "eq", "value": url}]);
        assert!(
            ids(&stage, by_field).await.contains(&has.id),
            "custom fields by id"
        );
    }
    let by_label = json!([{"field": "customFields.LinkedIn URL", "operator": "exists"}]);
    assert!(
        ids(&stage, by_label).await.is_empty(),
        "custom fields by label find nothing"
    );
    let either = json!([{"group": "OR", "filters": [
        {"field": "tags", "operator": "eq", "value": "vip"},
        {"group": "AND", "filters": [
            {"field": "email", "operator": "not_exists"},
            {"field": "country", "operator": "eq", "value": "DE"},
        ]},
    ]}]);
    let wanted = expect(&|c| {
        c.tags.iter().any(|tag| tag == "vip")
            || (c.email.is_none() && c.country.as_deref() == Some("DE"))
    });
    assert_eq!(ids(&stage, either).await, wanted, "groups nest");
}

#[tokio::test]
async fn the_index_lags_and_reading_by_id_does_not() {
    let stage = Stage::roomy().await;
    let body = json!({"locationId": stage.location(), "email": "fresh@example.com"});
    let body = stage
        .highlevel("POST", "/contacts/", Some(body))
        .await
        .expect(201, "made");
    let id = body["contact"]["id"].as_str().unwrap().to_owned();
    let by_email = json!([{"field": "email", "operator": "eq", "value": "fresh@example.com"}]);
    assert!(
        ids(&stage, by_email.clone()).await.is_empty(),
        "the index has not heard of it"
    );
    stage
        .highlevel("GET", &format!("/contacts/{id}"), None)
        .await
        .expect(200, "but it is there");
    stage.clock.advance(Duration::from_millis(2_000));
    assert_eq!(
        ids(&stage, by_email.clone()).await.len(),
        1,
        "two seconds later it has"
    );
    stage
        .highlevel("DELETE", &format!("/contacts/{id}"), None)
        .await
        .expect(200, "deleted");
    assert_eq!(
        ids(&stage, by_email.clone()).await.len(),
        1,
        "the index still shows it"
    );
    stage.clock.advance(Duration::from_millis(2_000));
    assert!(ids(&stage, by_email).await.is_empty(), "not for long");
}

#[tokio::test]
async fn the_old_listing_lower_cases_names() {
    let stage = Stage::roomy().await;
    let mut path = format!("/contacts/?locationId={}&limit=50", stage.location());
    let mut met = Vec::new();
    for _ in 0..3 {
        let body = stage
            .highlevel("GET", &path, None)
            .await
            .expect(200, "listed");
        for row in body["contacts"].as_array().unwrap() {
            let (shown, raw) = (&row["firstName"], &row["firstNameRaw"]);
            let raw = raw.as_str().unwrap();
            assert_eq!(
                shown.as_str().unwrap(),
                raw.to_lowercase(),
                "names are lower case here"
            );
        }
        met.extend(texts(&body["contacts"], "id"));
        let meta = &body["meta"];
        assert_eq!(meta["total"], 120);
        if meta["nextPage"].is_null() {
            break;
        }
        path = format!(
            "/contacts/?locationId={}&limit=50&startAfter={}&startAfterId={}",
            stage.location(),
            meta["startAfter"],
            meta["startAfterId"].as_str().unwrap()
        );
    }
    assert_eq!(
        met.iter().collect::<BTreeSet<_>>().len(),
        120,
        "everybody once"
    );
    let too_many = format!("/contacts/?locationId={}&limit=101", stage.location());
    stage
        .highlevel("GET", &too_many, None)
        .await
        .expect(422, "100 is the most");
    let at = stage.sandbox.credentials().highlevel.clone();
    let token = format!("Bearer {}", at.token);
    let url = format!("{}/contacts/?locationId={}", at.base_url, at.location_id);
    let headers = [("authorization", token.as_str()), ("version", "v3")];
    stage
        .raw("GET", &url, &headers, None)
        .await
        .unwrap()
        .expect(404, "v3 has no such listing");
}
