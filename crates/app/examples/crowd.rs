//! Makes a data folder as a sync with so many people leaves it, half of them linked, a quarter only
//! leads and a quarter only contacts: `crowd DATA_DIR KEY_FILE PEOPLE`. Prints the sync's id as JSON.
//!
//! For tests and benches of long lists. The records are written as a reading writes them, and the list
//! of people is made from them by the application itself.
#![allow(clippy::unwrap_used, missing_docs)]

use std::path::PathBuf;

use foxbridge_app::{App, Options};
use foxbridge_store::{LinkRow, Store};
use serde_json::{Value, json};

const FIRST: [&str; 16] = [
    "Ada", "Björn", "Chloé", "Dmitri", "Esra", "Fatima", "Giulia", "Hiroshi", "Ines", "Jan",
    "Kavita", "Łukasz", "Mona", "Nuno", "Olga", "Priya",
];
const LAST: [&str; 16] = [
    "Abel",
    "Brandt",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Kowalski",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrov",
];
const TOWNS: [&str; 8] = [
    "Aarhus", "Bologna", "Córdoba", "Dublin", "Essen", "Faro", "Gdańsk", "Haarlem",
];

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data_dir, key, people] = arguments.as_slice() else {
        panic!("crowd DATA_DIR KEY_FILE PEOPLE");
    };
    let (data_dir, people): (PathBuf, usize) = (data_dir.into(), people.parse().unwrap());
    let open = || {
        App::open(Options {
            data_dir: data_dir.clone(),
            vault_key_file: Some(key.into()),
        })
        .unwrap()
    };
    let app = open();
    let sync = app.call("sample.start", json!({})).await.unwrap();
    app.shutdown().await;
    drop(app);
    fill(
        &Store::open(&data_dir.join("foxbridge.db")).unwrap(),
        &sync,
        people,
    );
    let app = open();
    let all = json!({ "sync": sync["id"], "offset": 0, "limit": 1 });
    let list = app.call("people.list", all).await.unwrap();
    assert_eq!(list["total"], people, "everybody is listed");
    app.shutdown().await;
    println!("{}", json!({ "sync": sync["id"] }));
}

fn fill(store: &Store, sync: &Value, people: usize) {
    let text = |name: &str| sync[name].as_str().unwrap().to_owned();
    let (sync, highlevel, aimfox) = (text("id"), text("highlevel"), text("aimfox"));
    let now = jiff::Timestamp::now().as_millisecond();
    // Of four people two are on both sides, one is only a lead, one only a contact.
    let leads: Vec<_> = (0..people).filter(|n| n % 4 != 3).map(lead).collect();
    let contacts: Vec<_> = (0..people).filter(|n| n % 4 != 2).map(contact).collect();
    let links: Vec<_> = (0..people)
        .filter(|n| n % 4 < 2)
        .map(|n| LinkRow {
            sync: sync.clone(),
            lead_id: lead_id(n),
            contact_id: contact_id(n),
            how: "email".to_owned(),
            created_at: now,
            broken: None,
        })
        .collect();
    let mirror = store.mirror();
    mirror.put_listing(&aimfox, "lead", &leads, now).unwrap();
    mirror
        .put_listing(&highlevel, "contact", &contacts, now)
        .unwrap();
    store.links().insert_all(&links).unwrap();
}

fn lead_id(n: usize) -> String {
    (1_000_000 + n).to_string()
}

fn contact_id(n: usize) -> String {
    format!("crowd{n:015}")
}

struct Who {
    first: &'static str,
    last: String,
    email: String,
    company: String,
    town: &'static str,
}

/// Somebody; a number in the last name tells the many of one name apart.
fn who(n: usize) -> Who {
    let (first, last) = (FIRST[n % 16], LAST[n / 16 % 16]);
    Who {
        first,
        last: format!("{last} {n}"),
        email: format!("person.{n}@example.com"),
        company: format!("{last} & Co. {}", n % 997),
        town: TOWNS[n % 8],
    }
}

fn lead(n: usize) -> (String, Value) {
    let (id, who) = (lead_id(n), who(n));
    let person = json!({
        "service": "aimfox", "id": id, "name": format!("{} {}", who.first, who.last),
        "identities": { "emails": [who.email], "slugs": [format!("person-{n}")] },
        "fields": { "first_name": who.first, "last_name": who.last, "email": who.email,
                    "company": who.company, "location": who.town, "headline": "Head of Sales" },
        "tags": { "warm": "Warm" }, "origins": [{ "id": "c", "name": "Autumn" }], "notes": [],
        "detailed": true,
    });
    (id, mirrored(person))
}

/// As a reading keeps a record.
fn mirrored(person: Value) -> Value {
    json!({ "person": person, "writes": 0 })
}

fn contact(n: usize) -> (String, Value) {
    let (id, who) = (contact_id(n), who(n));
    let person = json!({
        "service": "highlevel", "id": id, "name": format!("{} {}", who.first, who.last),
        "identities": { "emails": [who.email] },
        "fields": { "firstName": who.first, "lastName": who.last, "email": who.email,
                    "companyName": who.company, "city": who.town },
        "tags": { "vip": "VIP" }, "origins": [], "notes": null, "detailed": true,
    });
    (id, mirrored(person))
}
