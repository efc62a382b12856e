//! Both clients against the simulated services, at the real limits, in virtual time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use foxbridge_connectors::{
    Aimfox, CallError, Clock as _, ConnectionConfig, ContactWrite, HighLevel, Transport,
    VirtualClock,
};
use foxbridge_model::{Person, Service, TagKey, Value};
use foxbridge_sandbox::{Clock, Config, FaultProfile, Sandbox};
use futures::stream::{self, StreamExt as _};

use crate::server::{START_MS, around};

/// One clock for the services and for the clients.
struct Shared(VirtualClock);

impl Clock for Shared {
    fn now_ms(&self) -> i64 {
        self.0.now_ms()
    }
}

struct Both {
    sandbox: Sandbox,
    clock: VirtualClock,
    highlevel: HighLevel,
    aimfox: Aimfox,
}

async fn start(config: Config) -> Both {
    let around = around();
    let clock = around.clock.clone();
    let sandbox = Sandbox::start_at(config, Arc::new(Shared(clock.clone())))
        .await
        .unwrap();
    let credentials = sandbox.credentials();
    let transport = |service: Service, base_url: &str, account: Option<&str>, secret: &str| {
        let config = ConnectionConfig {
            id: service.as_str().to_owned(),
            service,
            base_url: base_url.to_owned(),
            account: account.map(str::to_owned),
            requests_per_minute: None,
            timeout: Some(Duration::from_secs(20)),
        };
        Transport::new(config, secret.to_owned().into(), around.parts.clone()).unwrap()
    };
    let at = &credentials.highlevel;
    let location = Some(at.location_id.as_str());
    let highlevel = HighLevel::new(transport(
        Service::HighLevel,
        &at.base_url,
        location,
        &at.token,
    ));
    let at = &credentials.aimfox;
    let aimfox = Aimfox::new(transport(Service::Aimfox, &at.base_url, None, &at.api_key));
    Both {
        sandbox,
        clock,
        highlevel,
        aimfox,
    }
}

fn small() -> Config {
    Config {
        contacts: 40,
        leads: 30,
        overlap: 10,
        ..Config::default()
    }
}

fn write(pairs: &[(&str, &str)]) -> ContactWrite {
    let fields = pairs
        .iter()
        .map(|(k, v)| ((*k).to_owned(), Some(Value::from(*v))));
    ContactWrite {
        fields: fields.collect::<BTreeMap<_, _>>(),
        tags: Vec::new(),
    }
}

fn same_person(lead: &Person, contact: &Person) -> bool {
    let (a, b) = (&lead.identities, &contact.identities);
    (a.urn.is_some() && a.urn == b.urn)
        || a.slugs.iter().any(|slug| b.slugs.contains(slug))
        || a.emails.iter().any(|email| b.emails.contains(email))
        || a.phones.iter().any(|phone| b.phones.contains(phone))
}

#[tokio::test]
async fn everything_is_read_without_one_refusal_and_without_one_request_too_many() {
    let config = Config {
        contacts: 1_200,
        leads: 250,
        overlap: 100,
        ..Config::default()
    };
    let Both {
        sandbox,
        clock,
        highlevel,
        aimfox,
    } = start(config).await;
    let contacts = highlevel.contacts(|_, _| {}).await.unwrap();
    assert!(contacts.complete);
    assert_eq!(contacts.contacts.len(), 1_200);
    let stats = sandbox.stats(Service::HighLevel);
    assert_eq!(
        stats.requests, 5,
        "three pages, the custom fields, the location: {stats:?}"
    );

    let listing = aimfox.leads(|_, _| {}).await.unwrap();
    assert!(listing.complete && !listing.syncing);
    assert_eq!(listing.leads.len(), 250);
    let leads: Vec<Person> = stream::iter(&listing.leads)
        .map(|lead| async { aimfox.lead(&lead.id).await.unwrap().unwrap() })
        .buffered(8)
        .collect()
        .await;
    let stats = sandbox.stats(Service::Aimfox);
    assert_eq!(
        stats.requests,
        1 + 3 + 250,
        "count, pages, and each lead's own page"
    );
    assert_eq!(
        stats.by_status.keys().collect::<Vec<_>>(),
        ["200"],
        "{stats:?}"
    );
    assert!(
        clock.now_ms() >= START_MS + 4 * 60_000,
        "254 requests at 60 a minute"
    );

    let contact = |id: &str| {
        contacts
            .contacts
            .iter()
            .find(|contact| contact.id == id)
            .unwrap()
    };
    let lead = |id: &str| leads.iter().find(|lead| lead.id == id).unwrap();
    let truth = sandbox.truth();
    for (lead_id, contact_id) in &truth.overlap {
        let (lead, contact) = (lead(lead_id), contact(contact_id));
        assert!(
            same_person(lead, contact),
            "not seen to be one: {lead:#?} {contact:#?}"
        );
    }
    for id in truth.unmatched.iter().chain(&truth.excluded) {
        let other = contacts
            .contacts
            .iter()
            .find(|contact| same_person(lead(id), contact));
        assert!(other.is_none(), "{:#?} was taken for {other:#?}", lead(id));
    }
    for (hit, page) in listing.leads.iter().zip(&leads) {
        let merged = foxbridge_connectors::merge_detail(hit, page);
        assert_eq!(
            &merged, page,
            "a page just read has nothing to learn from the listing"
        );
    }
}

#[tokio::test]
async fn what_is_written_is_read_again() {
    let Both {
        sandbox,
        clock,
        highlevel,
        ..
    } = start(small()).await;
    let stamp = highlevel
        .create_custom_field("Aimfox Lead ID", "TEXT")
        .await
        .unwrap();
    assert_eq!(stamp.key, "contact.aimfox_lead_id");
    let stamped = format!("cf.{}", stamp.id);
    let mut new = write(&[
        ("firstName", "Ada"),
        ("lastName", "Łovelace"),
        ("email", "ada.new@example.com"),
        ("phone", "+442079460991"),
        ("companyName", "Example Ltd"),
        ("website", "https://www.linkedin.com/in/ada-new"),
        ("address1", "1 High Street"),
        ("city", "London"),
        ("state", "England"),
        ("postalCode", "SW1A 1AA"),
        ("country", "GB"),
        ("source", "Aimfox"),
        (&stamped, "153688726"),
    ]);
    new.tags = vec!["LinkedIn".to_owned()];
    let id = highlevel.create_contact(&new).await.unwrap();
    let read = highlevel.contact(&id).await.unwrap().unwrap();
    for (field, value) in &new.fields {
        assert_eq!(read.fields.get(field), value.as_ref(), "{field}");
    }
    assert_eq!(
        read.identities.lead_id.unwrap().to_string(),
        "153688726",
        "the stamp is read"
    );
    assert!(read.tags.contains(&TagKey::new("linkedin").unwrap()));

    let again = highlevel
        .create_contact(&write(&[("email", "ADA.new@example.com")]))
        .await;
    assert_eq!(again.unwrap_err().duplicate_of(), Some(id.as_str()));
    let found = highlevel
        .find_duplicate(Some("ada.new@example.com"), None)
        .await
        .unwrap();
    assert_eq!(found.as_deref(), Some(id.as_str()));

    let mut change = write(&[("firstName", "Augusta"), (&stamped, "153688727")]);
    change.fields.insert("city".to_owned(), None);
    highlevel.update_contact(&id, &change).await.unwrap();
    highlevel.add_tags(&id, &["VIP".to_owned()]).await.unwrap();
    highlevel
        .remove_tags(&id, &["linkedin".to_owned()])
        .await
        .unwrap();
    let read = highlevel.contact(&id).await.unwrap().unwrap();
    assert_eq!(read.name, "Augusta Łovelace", "what is not sent stays");
    assert_eq!(read.fields.get("city"), None, "blank is blank");
    assert_eq!(read.fields["companyName"], Value::from("Example Ltd"));
    let tags: Vec<&str> = read.tags.keys().map(TagKey::as_str).collect();
    assert_eq!(tags, ["vip"]);

    clock.advance_ms(10_000);
    let found = highlevel
        .find_by_custom_field(&stamp.id, "153688727")
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0], read, "a search and a get show one person");
    let gone = highlevel
        .find_by_custom_field(&stamp.id, "153688726")
        .await
        .unwrap();
    assert!(gone.is_empty(), "the old stamp");
    assert_eq!(
        highlevel.contact("nobody00000000000000").await.unwrap(),
        None
    );

    sandbox.with_state(|world| world.highlevel.scopes.remove("contacts.write"));
    let error = highlevel
        .add_tags(&id, &["x".to_owned()])
        .await
        .unwrap_err();
    assert!(matches!(error, CallError::MissingScope { .. }), "{error}");
}

#[tokio::test]
async fn a_lead_is_labelled_and_noted_on() {
    let Both {
        sandbox, aimfox, ..
    } = start(small()).await;
    let accounts = aimfox.accounts().await.unwrap();
    let workspace = sandbox.with_state(|world| world.aimfox.workspace_id.clone());
    assert_eq!(accounts[0].workspace_id.as_ref(), Some(&workspace));
    let id = aimfox.leads(|_, _| {}).await.unwrap().leads[0].id.clone();
    let label = aimfox.create_label("Key account", "success").await.unwrap();
    assert!(
        aimfox
            .labels()
            .await
            .unwrap()
            .iter()
            .any(|other| other.id == label.id)
    );
    aimfox.attach_label(&id, &label.id).await.unwrap();
    let note = aimfox
        .create_note(&id, "first line\nsecond line")
        .await
        .unwrap();
    let note = aimfox
        .update_note(&id, &note.id, "changed\nsecond line")
        .await
        .unwrap();
    assert_eq!(
        aimfox.notes(&id).await.unwrap(),
        std::slice::from_ref(&note)
    );
    let lead = aimfox.lead(&id).await.unwrap().unwrap();
    assert!(lead.tags.contains(&TagKey::new("key account").unwrap()));
    let listing = aimfox.leads(|_, _| {}).await.unwrap();
    let hit = listing.leads.iter().find(|lead| lead.id == id).unwrap();
    assert_eq!(hit.tags, lead.tags, "the listing shows the label as well");
    aimfox.detach_label(&id, &label.id).await.unwrap();
    aimfox.delete_note(&id, &note.id).await.unwrap();
    assert!(aimfox.notes(&id).await.unwrap().is_empty());
    assert_eq!(aimfox.lead("1").await.unwrap(), None);

    sandbox.with_state(|world| world.aimfox.can_write = false);
    let error = aimfox.create_note(&id, "x").await.unwrap_err();
    assert!(
        matches!(error, CallError::Unauthorised { .. }),
        "a read-only key: {error}"
    );
    sandbox.with_state(|world| world.aimfox.importing = true);
    assert!(aimfox.leads(|_, _| {}).await.unwrap().syncing);
}

#[tokio::test]
async fn hostile_services_are_read_whole_and_written_once() {
    const NEW: usize = 60;
    let config = Config {
        faults: FaultProfile::Hostile,
        seed: 3,
        ..small()
    };
    let Both {
        sandbox,
        clock,
        highlevel,
        aimfox,
    } = start(config).await;
    assert!(highlevel.contacts(|_, _| {}).await.unwrap().complete);
    assert!(aimfox.leads(|_, _| {}).await.unwrap().complete);
    let mut in_doubt = 0;
    for n in 0..NEW {
        let email = format!("person{n}@new.example");
        let new = write(&[("firstName", "New"), ("email", &email)]);
        let id = loop {
            match highlevel.create_contact(&new).await {
                Ok(id) => break id,
                Err(e) if e.outcome_unknown() => {
                    in_doubt += 1;
                    // A fault may outlast the tries of the lookup too.
                    let found = loop {
                        match highlevel.find_duplicate(Some(&email), None).await {
                            Ok(found) => break found,
                            Err(e) => assert!(!e.outcome_unknown(), "a read: {e}"),
                        }
                    };
                    if let Some(id) = found {
                        break id;
                    }
                }
                Err(e) => assert!(matches!(e, CallError::RateLimited { .. }), "{e}"),
            }
        };
        assert!(!id.is_empty());
    }
    assert!(in_doubt > 0, "the faults were too kind to prove anything");
    sandbox.set_faults(FaultProfile::None);
    clock.advance_ms(10_000);
    let all = highlevel.contacts(|_, _| {}).await.unwrap();
    assert_eq!(
        all.contacts.len(),
        40 + NEW,
        "each exactly once, although {in_doubt} were in doubt"
    );
}
