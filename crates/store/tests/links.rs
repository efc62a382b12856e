use foxbridge_store::{LinkRow, StoreError};

use crate::support::{link, store};

#[test]
fn a_lead_and_a_contact_have_one_link_each() {
    let store = store();
    store.links().insert(&link("l1", "c1")).unwrap();
    for second in [link("l1", "c2"), link("l2", "c1")] {
        let refused = store.links().insert(&second).unwrap_err();
        assert!(
            matches!(refused, StoreError::AlreadyLinked { .. }),
            "{refused}"
        );
        assert!(
            refused
                .to_string()
                .contains("lead l1 is linked with contact c1"),
            "{refused}"
        );
    }
    assert_eq!(
        store.links().list("s").unwrap(),
        [link("l1", "c1")],
        "nothing was changed"
    );
}

#[test]
fn crossing_links_are_refused_too() {
    let store = store();
    store
        .links()
        .insert_all(&[link("l1", "c1"), link("l2", "c2")])
        .unwrap();
    let refused = store.links().insert(&link("l1", "c2"));
    assert!(
        matches!(refused, Err(StoreError::AlreadyLinked { .. })),
        "{refused:?}"
    );
    assert_eq!(
        store.links().list("s").unwrap().len(),
        2,
        "both of them stay"
    );
}

#[test]
fn the_same_link_again_is_no_conflict() {
    let store = store();
    store.links().insert(&link("l1", "c1")).unwrap();
    let stamped = LinkRow {
        how: "stamp".into(),
        ..link("l1", "c1")
    };
    store.links().insert(&stamped).unwrap();
    assert_eq!(store.links().list("s").unwrap(), [stamped]);
}

#[test]
fn a_broken_link_stays_until_a_new_one_takes_its_place() {
    let store = store();
    store
        .links()
        .insert_all(&[link("l1", "c1"), link("l2", "c2")])
        .unwrap();
    store
        .links()
        .break_link("s", "l1", "two people, one e-mail")
        .unwrap();
    store.links().break_link("s", "l2", "the same").unwrap();
    let list = store.links().list("s").unwrap();
    assert_eq!(
        list[0].broken.as_deref(),
        Some("two people, one e-mail"),
        "the reason is kept"
    );
    store.links().insert(&link("l1", "c2")).unwrap();
    assert_eq!(
        store.links().list("s").unwrap(),
        [link("l1", "c2")],
        "both broken links gave way to the new one of their records"
    );
    let absent = store.links().break_link("s", "l9", "x");
    assert!(
        matches!(absent, Err(StoreError::NotFound { .. })),
        "{absent:?}"
    );
}

#[test]
fn several_links_are_all_or_none() {
    let store = store();
    let twice = [link("l1", "c1"), link("l2", "c1")];
    assert!(
        store.links().insert_all(&twice).is_err(),
        "the second is in the first's way"
    );
    assert!(
        store.links().list("s").unwrap().is_empty(),
        "so the first was not made either"
    );
    store.links().insert(&link("l1", "c1")).unwrap();
    store.links().remove("s", "l1").unwrap();
    store.links().insert(&link("l1", "c2")).unwrap();
    assert_eq!(
        store.links().list("s").unwrap(),
        [link("l1", "c2")],
        "a removed one is forgotten"
    );
}

#[test]
fn a_person_is_found_from_either_side_while_the_link_lives() {
    let store = store();
    let links = store.links();
    links
        .insert_all(&[link("l1", "c1"), link("l2", "c2")])
        .unwrap();
    assert_eq!(links.of_lead("s", "l2").unwrap(), Some(link("l2", "c2")));
    assert_eq!(links.of_contact("s", "c1").unwrap(), Some(link("l1", "c1")));
    assert_eq!(
        links.of_contact("s", "l1").unwrap(),
        None,
        "a lead is no contact"
    );
    assert_eq!(links.of_lead("t", "l1").unwrap(), None, "of another sync");
    links.break_link("s", "l1", "apart").unwrap();
    assert_eq!(
        links.of_lead("s", "l1").unwrap(),
        None,
        "what is broken is no link"
    );
}
