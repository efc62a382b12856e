//! The forms in which values and tags are compared.
#![allow(clippy::unwrap_used)]

use foxbridge_model::{FieldKind, Region, TagKey, TagSet, Value};
use proptest::prelude::*;

const KINDS: [FieldKind; 9] = [
    FieldKind::Text,
    FieldKind::Name,
    FieldKind::Email,
    FieldKind::Phone,
    FieldKind::Url,
    FieldKind::Number,
    FieldKind::Date,
    FieldKind::Flag,
    FieldKind::List,
];

fn canonical(kind: FieldKind, text: &str) -> Option<Value> {
    kind.canonical(&Value::from(text), Region::default())
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|s| (*s).to_owned()).collect())
}

#[test]
fn spellings_of_one_value_are_equal() {
    for (kind, a, b) in [
        (FieldKind::Text, "Head of  Sales ", "Head of Sales"),
        (FieldKind::Name, " Ann\u{a0}Lee", "Ann Lee"),
        (FieldKind::Email, "Ann@Example.com", "ann@example.com "),
        (FieldKind::Phone, "(202) 456-1111", "+12024561111"),
        (FieldKind::Url, "https://www.example.com/", "example.com"),
        (
            FieldKind::Url,
            "http://example.com/a",
            "https://example.com/a/",
        ),
        (FieldKind::Number, "12.50", "12.5"),
        (FieldKind::Number, "1000", "1e3"),
    ] {
        assert_eq!(
            canonical(kind, a),
            canonical(kind, b),
            "{kind:?}: {a:?} and {b:?}"
        );
    }
}

#[test]
fn different_values_stay_different() {
    for (kind, a, b) in [
        (FieldKind::Text, "Sales", "sales"),
        (FieldKind::Email, "ann@example.com", "anna@example.com"),
        (FieldKind::Phone, "+12024561111", "+12024561112"),
        (FieldKind::Phone, "ask Ann", "ask Bob"),
        (
            FieldKind::Url,
            "https://example.com/a",
            "https://example.com/b",
        ),
        (FieldKind::Number, "12", "12 m"),
    ] {
        assert_ne!(
            canonical(kind, a),
            canonical(kind, b),
            "{kind:?}: {a:?} and {b:?}"
        );
    }
}

#[test]
fn blank_is_no_value_and_malformed_is_not_lost() {
    for kind in KINDS {
        for blank in ["", "  ", "\n\t"] {
            assert_eq!(canonical(kind, blank), None, "{kind:?} of {blank:?}");
        }
        assert_eq!(
            kind.canonical(&list(&[]), Region::default()),
            None,
            "{kind:?} of no choices"
        );
        assert!(
            canonical(kind, "?!").is_some(),
            "{kind:?} keeps what it cannot read"
        );
    }
}

#[test]
fn the_order_of_choices_does_not_count() {
    let kind = FieldKind::List;
    assert_eq!(
        kind.canonical(&list(&["b", " a", "b ", ""]), Region::default()),
        kind.canonical(&list(&["a", "b"]), Region::default())
    );
}

#[test]
fn a_value_is_stored_as_plain_json() {
    for (value, json) in [
        (Value::Flag(true), "true"),
        (Value::from("a"), "\"a\""),
        (list(&["a", "b"]), "[\"a\",\"b\"]"),
    ] {
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert_eq!(serde_json::from_str::<Value>(json).unwrap(), value);
    }
    assert_eq!(Value::text("  "), None);
    assert_eq!(Value::text(" a "), Some(Value::from("a")));
    assert_eq!(list(&["a", "b"]).display(), "a, b");
    assert_eq!(Value::Flag(false).display(), "no");
}

#[test]
fn tags_are_compared_without_case_and_keep_their_spelling() {
    let tags: TagSet = ["Hot Lead", " VIP ", "", "hot  lead"].into_iter().collect();
    assert_eq!(tags.len(), 2, "the same tag twice, and one without a name");
    assert!(tags.contains(&TagKey::new("HOT lead").unwrap()));
    assert_eq!(
        tags.keys().map(TagKey::as_str).collect::<Vec<_>>(),
        ["hot lead", "vip"]
    );
    assert!(
        tags.iter()
            .any(|(key, shown)| key.as_str() == "vip" && shown == "VIP")
    );
    assert_eq!(TagKey::new(" \t"), None);
    assert!(TagSet::default().is_empty());
    let json = serde_json::to_string(&tags).unwrap();
    assert_eq!(serde_json::from_str::<TagSet>(&json).unwrap(), tags);
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,24}",
        "[ \t]?[A-Za-z.]{1,8}@[A-Za-z]{1,8}\\.[a-z]{2,3}[ \t]?",
        "\\+?[0-9 ()\t-]{4,18}",
        "(https?://)?(www\\.)?[A-Za-z]{1,8}\\.[a-z]{2,3}(/[a-z]{0,5}){0,3}/?",
        "-?[0-9]{0,20}(\\.[0-9]{0,20})?(e-?[0-9]{1,3})?",
        "[hpt:/w. ]{0,16}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Flag),
        text().prop_map(|text| Value::Text(text.into())),
        prop::collection::vec(text(), 0..4).prop_map(|items| Value::List(items.into())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_canonical_form_is_final(kind in prop::sample::select(KINDS.to_vec()), value in value()) {
        if let Some(once) = kind.canonical(&value, Region::default()) {
            let twice = kind.canonical(&once, Region::default());
            prop_assert_eq!(twice, Some(once), "{:?} of {:?}", kind, value);
        }
    }

    #[test]
    fn a_value_reads_back_as_itself(value in value()) {
        let json = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), value);
    }

    #[test]
    fn a_tag_name_is_in_its_final_form(name in "[ \\PC]{0,20}") {
        if let Some(key) = TagKey::new(&name) {
            prop_assert_eq!(TagKey::new(key.as_str()), Some(key));
        }
    }
}
