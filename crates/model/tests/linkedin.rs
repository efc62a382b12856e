//! Every form of a profile's address is one identity, and nothing else is (`facts/aimfox.md` §7).
#![allow(clippy::unwrap_used)]

use foxbridge_model::{IdentityError, LeadId, LinkedInRef, Slug, Urn, profile_url};
use proptest::prelude::*;

fn slug(text: &str) -> LinkedInRef {
    LinkedInRef::Slug(Slug::parse(text).unwrap())
}

#[test]
fn every_form_of_an_address_is_one_person() {
    for address in [
        "https://www.linkedin.com/in/john-doe",
        "https://www.linkedin.com/in/john-doe/",
        "http://www.linkedin.com/in/john-doe",
        "https://linkedin.com/in/john-doe",
        "www.linkedin.com/in/john-doe",
        "linkedin.com/in/john-doe",
        "//www.linkedin.com/in/john-doe",
        "https://pl.linkedin.com/in/john-doe",
        "https://uk.linkedin.com/in/john-doe",
        "m.linkedin.com/in/john-doe",
        "HTTPS://WWW.LinkedIn.COM/IN/John-Doe",
        "https://www.linkedin.com/in/john-doe?miniProfileUrn=urn%3Ali%3Afs&trk=x/y",
        "linkedin.com/in/john-doe?from=https://example.com/",
        "https://www.linkedin.com/in/john-doe#experience",
        "https://www.linkedin.com/in/john-doe/overlay/contact-info/",
        "https://www.linkedin.com/in/john-doe/en",
        "https://www.linkedin.com/in/john-doe/pt-br/?x=1",
        "https://www.linkedin.com/in/john-doe/details/experience/",
        "https://www.linkedin.com/in/john%2Ddoe",
        "https://www.linkedin.com//in//john-doe//",
        "https://www.linkedin.com:443/in/john-doe",
        "https://www.linkedin.com./in/john-doe",
        "  https://www.linkedin.com/in/john-doe \n",
        "https://www.linkedin.com/in/john-doe (private)",
        "\u{200b}https://www.linkedin.com/in/john-doe%E2%80%8B",
        "https://www.linkedin.com/in/john-doe%20",
    ] {
        assert_eq!(
            LinkedInRef::parse(address),
            Ok(slug("john-doe")),
            "from {address:?}"
        );
    }
}

#[test]
fn a_name_in_any_script_is_one_person_however_it_is_encoded() {
    let person = slug("josé-muñoz");
    for address in [
        "https://www.linkedin.com/in/josé-muñoz",
        "https://www.linkedin.com/in/JOSÉ-Muñoz/",
        "https://www.linkedin.com/in/jos%C3%A9-mu%C3%B1oz",
        "https://www.linkedin.com/in/jos%c3%a9-mu%c3%b1oz/",
        "https://www.linkedin.com/in/jos%25C3%25A9-mu%25C3%25B1oz",
        "https://www.linkedin.com/in/jos%E9-mu%F1oz",
    ] {
        assert_eq!(
            LinkedInRef::parse(address),
            Ok(person.clone()),
            "from {address:?}"
        );
    }
    assert_eq!(
        person.url(),
        "https://www.linkedin.com/in/jos%C3%A9-mu%C3%B1oz"
    );
    assert_eq!(
        LinkedInRef::parse("https://www.linkedin.com/in/%E5%BC%A0%E4%BC%9F-42"),
        Ok(slug("张伟-42"))
    );
}

#[test]
fn an_address_with_a_urn_keeps_its_case() {
    let text = "ACoAADWpfnAB40VrwfTScPSpeTN1hkX9wh45ZCs";
    let urn = LinkedInRef::Urn(Urn::parse(text).unwrap());
    for address in [
        format!("https://www.linkedin.com/in/{text}"),
        format!("linkedin.com/in/{text}/?trk=x"),
        format!("https://de.linkedin.com/in/{text}/overlay/contact-info"),
    ] {
        assert_eq!(
            LinkedInRef::parse(&address),
            Ok(urn.clone()),
            "from {address}"
        );
    }
    assert!(
        matches!(
            LinkedInRef::parse(&format!("https://linkedin.com/in/{}", text.to_lowercase())),
            Err(IdentityError::UrnCaseLost { .. })
        ),
        "a URN that lost its case is neither a URN nor a name"
    );
    assert!(
        matches!(
            LinkedInRef::parse(&format!("https://linkedin.com/in/{}", &text[..30])),
            Err(IdentityError::Urn { .. })
        ),
        "half a URN is not a name"
    );
    assert!(Slug::parse(text).is_err(), "a URN is never a name");
    assert_eq!(
        Slug::parse("acoaa-consulting").unwrap().as_str(),
        "acoaa-consulting",
        "a name may begin like one"
    );
}

#[test]
fn sales_navigator_is_refused_by_name() {
    for address in [
        "https://www.linkedin.com/sales/lead/ACwAADWpfnAB40VrwfTScPSpeTN1hkX9wh45ZCs,NAME_SEARCH,x1",
        "https://www.linkedin.com/sales/people/ACwAADWpfnAB40VrwfTScPSpeTN1hkX9wh45ZCs",
        "linkedin.com/Sales/lead/ACwAADWpfnAB40VrwfTScPSpeTN1hkX9wh45ZCs",
        "https://www.linkedin.com/in/ACwAADWpfnAB40VrwfTScPSpeTN1hkX9wh45ZCs",
    ] {
        let error = LinkedInRef::parse(address).unwrap_err();
        assert!(
            matches!(error, IdentityError::SalesNavigator { .. }),
            "{address} gave {error:?}"
        );
        assert!(
            error.to_string().contains("View LinkedIn profile"),
            "it says the way out: {error}"
        );
    }
}

#[test]
fn other_pages_of_linkedin_are_not_people() {
    for kind in ["company", "school", "showcase", "Company"] {
        let error =
            LinkedInRef::parse(&format!("https://www.linkedin.com/{kind}/acme/")).unwrap_err();
        assert!(
            matches!(error, IdentityError::Organisation { .. }),
            "{kind} gave {error:?}"
        );
    }
    for path in [
        "",
        "/",
        "/in",
        "/in/",
        "/feed/",
        "/pub/john-doe/1/2/3",
        "/in/../company-x",
        "/i/n",
    ] {
        let error = LinkedInRef::parse(&format!("https://www.linkedin.com{path}")).unwrap_err();
        assert!(
            matches!(error, IdentityError::NotAProfile { .. }),
            "{path:?} gave {error:?}"
        );
    }
    for name in ["me", "ME", "unknown", "UNKNOWN"] {
        assert!(
            LinkedInRef::parse(&format!("https://www.linkedin.com/in/{name}/")).is_err(),
            "/in/{name} is nobody in particular; two such contacts are not one person"
        );
    }
}

#[test]
fn hosts_that_look_alike_are_not_linkedin() {
    for address in [
        "https://evil-linkedin.com/in/john-doe",
        "https://linkedin.com.evil.org/in/john-doe",
        "https://evillinkedin.com/in/john-doe",
        "https://linkedin.com@evil.org/in/john-doe",
        "https://evil.org/linkedin.com/in/john-doe",
        "https://evil.org\\@linkedin.com/in/john-doe",
        "https://linkedin.co/in/john-doe",
        "https://linkedln.com/in/john-doe",
        "https://lіnkedin.com/in/john-doe",
        "https://www.linkedin.com:8080/in/john-doe",
        "ftp://www.linkedin.com/in/john-doe",
        "javascript://www.linkedin.com/in/john-doe",
        "mailto:john@linkedin.com",
        "",
        "   ",
    ] {
        let error = LinkedInRef::parse(address).unwrap_err();
        assert!(
            matches!(error, IdentityError::NotLinkedIn { .. }),
            "{address:?} gave {error:?}"
        );
    }
}

#[test]
fn a_bare_name_is_not_an_address() {
    for text in [
        "john-doe",
        "in/john-doe",
        "/in/john-doe",
        "@john-doe",
        "John Doe",
    ] {
        let error = LinkedInRef::parse(text).unwrap_err();
        assert!(
            matches!(error, IdentityError::NotLinkedIn { .. }),
            "{text:?} gave {error:?}"
        );
    }
}

#[test]
fn names_are_compared_whole() {
    let base = Slug::parse("john-doe").unwrap();
    for other in ["john-doe-2", "john-do", "john-doe-", "johndoe", "john_doe"] {
        assert_ne!(
            Slug::parse(other).unwrap(),
            base,
            "{other} is somebody else"
        );
    }
    assert_eq!(Slug::parse(" John-Doe ").unwrap(), base);
}

#[test]
fn what_is_no_name_is_refused() {
    for text in [
        "", " ", ".", "..", "a/b", "a?b", "a#b", "a b", "a%2Fb", "100%", "a@b", "a%01b",
    ] {
        assert!(Slug::parse(text).is_err(), "{text:?} is no name");
    }
    assert!(
        Slug::parse(&"a".repeat(5000)).is_err(),
        "no name is that long"
    );
    assert!(
        LinkedInRef::parse("https://www.linkedin.com/in/john%2Fdoe").is_err(),
        "cutting at an encoded slash would name somebody else"
    );
}

#[test]
fn a_reference_is_stored_as_its_address() {
    let person = slug("josé");
    let json = serde_json::to_string(&person).unwrap();
    assert_eq!(json, "\"https://www.linkedin.com/in/jos%C3%A9\"");
    assert_eq!(serde_json::from_str::<LinkedInRef>(&json).unwrap(), person);
    assert!(serde_json::from_str::<LinkedInRef>("\"john-doe\"").is_err());
}

/// Names as LinkedIn makes them, in several scripts.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9-]{3,30}",
        "[a-zA-Zéüßñøł0-9_-]{3,20}",
        "[张伟李娜Жанна-]{3,12}",
        "\\PC{1,20}"
    ]
}

fn forms() -> impl Strategy<Value = (String, String, String)> {
    let scheme = prop::sample::select(vec!["https://", "http://", "HTTPS://", "", "//"]);
    let host = prop::sample::select(vec![
        "www.linkedin.com",
        "linkedin.com",
        "m.linkedin.com",
        "pl.linkedin.com",
        "LinkedIn.com",
        "Www.LINKEDIN.com",
    ]);
    let tail = prop::sample::select(vec![
        "",
        "/",
        "//",
        "/en",
        "/en/",
        "/pt-br/?a=b",
        "/overlay/contact-info/",
        "?trk=public/in/other",
        "/?utm_source=https://x.y/in/z",
        "#about",
        " ",
        " and more",
    ]);
    (scheme, host, tail).prop_map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()))
}

/// Percent-encodes every byte, or only those that must be.
fn encoded(text: &str, all: bool) -> String {
    text.bytes()
        .map(|b| match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' if !all => {
                (b as char).to_string()
            }
            _ => format!("%{b:02x}"),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_name_reads_back_as_itself(text in prop_oneof![name(), "[%0-9a-fA-F25é]{1,24}", ".{0,24}"]) {
        if let Ok(slug) = Slug::parse(&text) {
            prop_assert_eq!(Slug::parse(slug.as_str()), Ok(slug.clone()), "normal form is final");
            let address = profile_url(&slug);
            prop_assert!(address.is_ascii(), "{}", address);
            prop_assert_eq!(
                LinkedInRef::parse(&address), Ok(LinkedInRef::Slug(slug.clone())),
                "the address names the same person");
            let json = serde_json::to_string(&slug).unwrap();
            prop_assert_eq!(serde_json::from_str::<Slug>(&json).unwrap(), slug);
        }
    }

    #[test]
    fn all_forms_of_one_name_are_one_identity(name in name(), (scheme, host, tail) in forms(), all: bool) {
        if let Ok(slug) = Slug::parse(&name) {
            let address = format!("{scheme}{host}/in/{}{tail}", encoded(slug.as_str(), all));
            prop_assert_eq!(LinkedInRef::parse(&address), Ok(LinkedInRef::Slug(slug)), "{}", address);
        }
    }

    #[test]
    fn all_forms_of_one_urn_are_one_identity(
        id in 1u32.., seed: u64, (scheme, host, tail) in forms(),
    ) {
        let urn = Urn::synthesize(LeadId::new(id.into()).unwrap(), seed);
        let address = format!("{scheme}{host}/in/{urn}{tail}");
        let found = LinkedInRef::parse(&address);
        prop_assert_eq!(&found, &Ok(LinkedInRef::Urn(urn)), "{}", address);
        let found = found.unwrap();
        prop_assert_eq!(LinkedInRef::parse(&found.to_string()), Ok(found));
    }

    #[test]
    fn two_names_are_two_identities(a in "[a-z0-9-]{3,20}", b in "[a-z0-9-]{3,20}") {
        prop_assume!(a != b);
        if let (Ok(one), Ok(two)) = (Slug::parse(&a), Slug::parse(&b)) {
            prop_assert_ne!(
                LinkedInRef::parse(&profile_url(&one)), LinkedInRef::parse(&profile_url(&two)));
        }
    }

    #[test]
    fn no_text_makes_the_address_parser_panic(text in "(https?://)?[\\PC/:.@%?#]{0,60}") {
        let _ = LinkedInRef::parse(&text);
    }
}
