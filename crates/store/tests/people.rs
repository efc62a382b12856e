//! The list of people: found by what one types, counted, and kept in step with what was read.
#![allow(clippy::unwrap_used)]

mod support;

use foxbridge_store::{PeopleFilter, PersonRow, Store};
use support::store;

fn person(lead: Option<&str>, contact: Option<&str>, name: &str, state: &str) -> PersonRow {
    PersonRow {
        lead_id: lead.map(str::to_owned),
        contact_id: contact.map(str::to_owned),
        name: name.to_owned(),
        detail: String::new(),
        state: state.to_owned(),
        needs_you: false,
        search: format!("{name} {}@example.com", name.to_lowercase().replace(' ', ".")),
    }
}

fn names(store: &Store, search: &str) -> Vec<String> {
    let filter = PeopleFilter {
        search: Some(search.to_owned()),
        ..PeopleFilter::default()
    };
    let page = store.people().page("s", &filter, 0, 50).unwrap();
    page.into_iter().map(|person| person.name).collect()
}

fn stage() -> Store {
    let store = store();
    let mut asked = person(Some("3"), None, "Zoë Łukasz", "waiting");
    asked.needs_you = true;
    let everybody = [
        person(Some("1"), Some("c1"), "Ada Byron", "linked"),
        person(None, Some("c2"), "adam Smith", "contact"),
        asked,
    ];
    store.people().replace_all("s", &everybody).unwrap();
    store
}

#[test]
fn people_are_found_by_the_beginning_of_any_of_their_words() {
    let store = stage();
    assert_eq!(names(&store, "ad"), ["Ada Byron", "adam Smith"], "case does not count");
    assert_eq!(names(&store, "zoe"), ["Zoë Łukasz"], "accents do not count");
    assert_eq!(names(&store, "lukasz"), ["Zoë Łukasz"], "nor does a stroke");
    assert_eq!(names(&store, "byr ad"), ["Ada Byron"], "in any order");
    assert_eq!(names(&store, "ada.byron@ex"), ["Ada Byron"], "an address as it is typed");
    assert_eq!(names(&store, "  "), ["Ada Byron", "adam Smith", "Zoë Łukasz"]);
    for odd in ["\"", "*", "a\" OR \"b", "NEAR(", "-", "(ada", "ada AND", "'; DROP"] {
        // Nothing typed is an operator, so nothing typed is an error.
        let _found = names(&store, odd);
    }
}

#[test]
fn counts_follow_the_search() {
    let store = stage();
    let all = store.people().counts("s", None).unwrap();
    assert_eq!(all.states["linked"], 1);
    assert_eq!(all.needs_you, 1);
    let some = store.people().counts("s", Some("ad")).unwrap();
    assert_eq!(some.states.get("waiting"), None, "Zoë is not among them");
    assert_eq!(some.needs_you, 0);
    let filter = PeopleFilter {
        needs_you: true,
        ..PeopleFilter::default()
    };
    let asked = store.people().page("s", &filter, 0, 10).unwrap();
    assert_eq!(asked.len(), 1);
}

#[test]
fn a_second_reading_replaces_the_first() {
    let store = stage();
    let mut now = vec![person(Some("1"), Some("c1"), "Ada Lovelace", "linked")];
    store.people().replace_all("s", &now).unwrap();
    assert_eq!(names(&store, "byron"), Vec::<String>::new(), "an old name finds nobody");
    assert_eq!(names(&store, "love"), ["Ada Lovelace"]);
    assert_eq!(names(&store, "adam"), Vec::<String>::new(), "who is gone is gone");
    now[0].name = "A".to_owned();
    store.people().replace_all("s", &now).unwrap();
    assert_eq!(names(&store, "love"), ["A"], "the words are found, whatever is shown");
    store.people().replace_all("s", &[]).unwrap();
    assert!(!store.people().any("s").unwrap());
}

#[test]
fn names_are_sorted_and_found_by_their_plain_letters() {
    let store = store();
    let sorted = [
        "Ærø", "Đorđe", "E\u{301}mile", "Jörg", "Łukasz", "Ngô", "Øyvind", "Straße", "Zoë", "Ωmega", "Иван", "山田",
    ];
    let everybody: Vec<PersonRow> = (sorted.iter().rev().zip(0..))
        .map(|(name, n)| person(Some(&format!("{n}")), None, name, "lead"))
        .collect();
    store.people().replace_all("s", &everybody).unwrap();
    assert_eq!(names(&store, ""), sorted);
    for (typed, found) in [
        ("dorde", "Đorđe"),
        ("emile", "E\u{301}mile"),
        ("oyvind", "Øyvind"),
        ("øyv", "Øyvind"),
        ("strasse", "Straße"),
        ("ив", "Иван"),
        ("山", "山田"),
    ] {
        assert_eq!(names(&store, typed), [found], "{typed}");
    }
}

#[test]
fn pages_are_in_the_order_of_names() {
    let store = store();
    let everybody: Vec<PersonRow> = (0..250)
        .map(|n| person(None, Some(&format!("c{n:03}")), &format!("Person {n:03}"), "contact"))
        .collect();
    store.people().replace_all("s", &everybody).unwrap();
    let page = store
        .people()
        .page("s", &PeopleFilter::default(), 200, 100)
        .unwrap();
    assert_eq!(page.len(), 50, "the last page is short");
    assert_eq!(page[0].name, "Person 200");
    let found = store
        .people()
        .page(
            "s",
            &PeopleFilter {
                search: Some("person".to_owned()),
                state: Some("contact".to_owned()),
                ..PeopleFilter::default()
            },
            249,
            100,
        )
        .unwrap();
    assert_eq!(found[0].name, "Person 249", "a search is in the same order");
}
