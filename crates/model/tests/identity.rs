//! The normal forms of e-mail addresses, telephone numbers, member ids and URNs.
#![allow(clippy::unwrap_used)]

use foxbridge_model::{Email, IdentityError, LeadId, Phone, Region, Slug, Urn};
use proptest::prelude::*;

fn region(code: &str) -> Region {
    Region::parse(code).unwrap()
}

#[test]
fn an_address_is_trimmed_and_lower_case() {
    for text in [
        "Ann.Lee@Example.COM",
        "  ann.lee@example.com\n",
        "\u{feff}ann.lee@example.com",
    ] {
        assert_eq!(
            Email::parse(text).unwrap().as_str(),
            "ann.lee@example.com",
            "from {text:?}"
        );
    }
    assert_eq!(
        Email::parse("ann@example.com").unwrap().domain(),
        "example.com"
    );
    assert_ne!(
        Email::parse("ann+crm@example.com").unwrap(),
        Email::parse("ann@example.com").unwrap(),
        "a plus tag may be another mailbox, so it stays"
    );
}

#[test]
fn what_is_no_address_is_refused_with_a_reason() {
    for text in [
        "",
        "ann",
        "ann@",
        "@example.com",
        "ann@localhost",
        "a b@example.com",
        "ann@[::1]",
    ] {
        let error = Email::parse(text).unwrap_err();
        assert!(
            matches!(error, IdentityError::Email { .. }),
            "{text:?} gave {error:?}"
        );
    }
    assert!(
        Email::parse("Ann Lee <ann@example.com>").is_err(),
        "a display name is no address"
    );
    let words = Email::parse("ann at example").unwrap_err().to_string();
    assert!(
        words.contains("“ann at example”"),
        "the error quotes what was given: {words}"
    );
}

#[test]
fn a_number_is_e164_however_it_is_punctuated() {
    for text in [
        "(202) 456-1111",
        "202.456.1111",
        "1-202-456-1111",
        "+1 202 456 1111",
        "Mobile: +1 202 456 1111",
        "tel:+1-202-456-1111",
        "202 456 1111 ext. 12",
        "202-456-1111 x12",
        "\u{202a}+1 202\u{a0}456 1111\u{202c}",
        "0012024561111",
        "＋１ ２０２ ４５６ １１１１",
    ] {
        let phone = Phone::parse(text, Region::default());
        assert_eq!(
            phone.as_ref().map(Phone::as_str),
            Ok("+12024561111"),
            "from {text:?}"
        );
    }
    assert_eq!(
        Phone::parse("1-800-FLOWERS", Region::default())
            .unwrap()
            .as_str(),
        "+18003569377",
        "letters are keys of the keypad"
    );
}

#[test]
fn the_region_counts_only_without_a_plus() {
    let london = "020 7183 8750";
    assert_eq!(
        Phone::parse(london, region("GB")).unwrap().as_str(),
        "+442071838750"
    );
    for code in ["US", "DE", "JP"] {
        assert_eq!(
            Phone::parse("+44 (0)20 7183 8750", region(code))
                .unwrap()
                .as_str(),
            "+442071838750",
            "a number with + is the same number everywhere, {code} too"
        );
    }
    assert_ne!(
        Phone::parse("30 901820", region("DE")).unwrap(),
        Phone::parse("30 901820", region("DK"))
            .unwrap_or_else(|_| { Phone::parse("+45 32 90 18 20", region("DK")).unwrap() }),
        "the same digits in two countries are two numbers"
    );
    assert_eq!(
        Phone::parse("06 698 12345", region("IT")).unwrap().as_str(),
        "+390669812345",
        "Italy keeps its leading zero"
    );
}

#[test]
fn what_cannot_be_dialled_from_abroad_is_refused_with_a_reason() {
    let why = |text: &str| {
        Phone::parse(text, Region::default())
            .unwrap_err()
            .to_string()
    };
    assert!(why("456-1111").contains("area code"), "{}", why("456-1111"));
    assert!(
        why("+999 123 456 789").contains("country code"),
        "{}",
        why("+999 123 456 789")
    );
    assert!(
        why("12345678901234567").contains("too many"),
        "{}",
        why("12345678901234567")
    );
    for text in ["", "n/a", "ask at reception", "+", "-"] {
        assert!(
            Phone::parse(text, Region::default()).is_err(),
            "{text:?} is no number"
        );
    }
    assert!(
        "2024561111".parse::<Phone>().is_err(),
        "without a region a number has to name its country"
    );
}

#[test]
fn a_region_is_two_letters_of_a_country_with_telephones() {
    assert_eq!(Region::default().as_str(), "US");
    assert_eq!(region("gb").as_str(), "GB");
    for code in ["AD", "ZW", "AZ", "ZA", "US"] {
        assert_eq!(
            region(code).as_str(),
            code,
            "a code is written as it was read"
        );
    }
    for text in ["", "U", "USA", "001", "ZZ", "U1", "ÄÖ"] {
        assert!(Region::parse(text).is_err(), "{text:?} is no region");
    }
    assert_eq!(serde_json::to_string(&region("de")).unwrap(), "\"DE\"");
    assert!(
        serde_json::from_str::<Region>("\"XX\"").is_err(),
        "reading validates"
    );
}

#[test]
fn a_member_id_is_read_from_text_or_number_and_written_as_text() {
    let id = LeadId::new(907_403_889).unwrap();
    assert_eq!(serde_json::from_str::<LeadId>("907403889").unwrap(), id);
    assert_eq!(serde_json::from_str::<LeadId>("\"907403889\"").unwrap(), id);
    assert_eq!(
        serde_json::from_str::<LeadId>("\" 00907403889\"").unwrap(),
        id
    );
    assert_eq!(serde_json::to_string(&id).unwrap(), "\"907403889\"");
    for json in [
        "0", "\"0\"", "-4", "1.5", "\"+4\"", "\"\"", "\"12a\"", "null", "true",
    ] {
        assert!(
            serde_json::from_str::<LeadId>(json).is_err(),
            "{json} is no member id"
        );
    }
    assert!(
        LeadId::parse("99999999999999999999").is_err(),
        "more than 64 bits"
    );
}

/// The three pairs of id and URN that the public samples hold (`facts/aimfox.md` §7).
#[test]
fn a_urn_holds_the_member_id() {
    for (urn, id) in [
        ("ACoAACm6rmgBXSwT1vn6QhElqfVeVv0OTfkxnvM", 0x29ba_ae68),
        ("ACoAADWpfnAB40VrwfTScPSpeTN1hkX9wh45ZCs", 0x35a9_7e70),
        ("ACoAADWpfnEBzmAy3PB3ApJ2UIcfSrS_o8MZs08", 0x35a9_7e71),
    ] {
        assert_eq!(Urn::parse(urn).unwrap().lead_id(), LeadId::new(id), "{urn}");
    }
}

#[test]
fn a_urn_is_exact() {
    let good = "ACoAADWpfnAB40VrwfTScPSpeTN1hkX9wh45ZCs";
    for text in [good, " ACoAADWpfnAB40VrwfTScPSpeTN1hkX9wh45ZCs\n"] {
        assert_eq!(Urn::parse(text).unwrap().as_str(), good);
    }
    assert_eq!(
        Urn::parse(&format!("urn:li:fsd_profile:{good}"))
            .unwrap()
            .as_str(),
        good
    );
    for text in [
        "",
        "ACoAA",
        &good[..38],
        &format!("{good}A"),
        &good.replace('V', "+"),
        "john-doe",
    ] {
        let error = Urn::parse(text).unwrap_err();
        assert!(
            matches!(error, IdentityError::Urn { .. }),
            "{text:?} gave {error:?}"
        );
    }
    assert!(
        matches!(
            Urn::parse(&good.to_lowercase()),
            Err(IdentityError::UrnCaseLost { .. })
        ),
        "a lower-cased URN has lost who it was, and says so"
    );
    assert!(
        matches!(
            Urn::parse(&good.replace("ACo", "ACw")),
            Err(IdentityError::SalesNavigator { .. })
        ),
        "a Sales Navigator id is not a profile's"
    );
}

#[test]
#[should_panic(expected = "holds ids up to")]
fn a_urn_is_not_made_for_an_id_it_cannot_hold() {
    Urn::synthesize(LeadId::new(1 << 32).unwrap(), 1);
}

#[test]
fn reading_normalises_or_refuses_what_a_file_holds() {
    let email: Email = serde_json::from_str("\" Ann@Example.com\"").unwrap();
    assert_eq!(email.as_str(), "ann@example.com");
    assert!(serde_json::from_str::<Email>("\"ann\"").is_err());
    let phone: Phone = serde_json::from_str("\"+44 20 7183 8750\"").unwrap();
    assert_eq!(phone.as_str(), "+442071838750");
    assert!(
        serde_json::from_str::<Phone>("\"020 7183 8750\"").is_err(),
        "whose 020?"
    );
    let slug: Slug = serde_json::from_str("\"Jos%C3%A9\"").unwrap();
    assert_eq!(slug.as_str(), "josé");
    assert!(serde_json::from_str::<Urn>("\"acoaa\"").is_err());
}

#[test]
fn a_long_text_is_shortened_in_an_error() {
    let words = Email::parse(&"é".repeat(5000)).unwrap_err().to_string();
    assert!(words.chars().count() < 250, "{words}");
}

fn any_region() -> impl Strategy<Value = Region> {
    prop::sample::select(vec![
        "US", "GB", "DE", "IT", "BR", "JP", "IN", "AR", "MX", "CI",
    ])
    .prop_map(region)
}

/// Things people type where a number is asked for.
fn number_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\+?[0-9]{4,16}",
        "(\\+|00)?[1-9][0-9]{0,2} ?\\(?[0-9]{1,4}\\)?[ .-][0-9]{2,4}[ .-][0-9]{2,5}( ?(x|ext\\.?|;ext=) ?[0-9]{1,5})?",
        "[0-9+() .\\-/xA-Ca-c\t]{3,24}",
        ".{0,24}",
    ]
}

proptest! {
    #[test]
    fn an_address_reads_back_as_itself(text in prop_oneof![
        "[ \t]?[A-Za-z0-9._%+ÄéΣİ-]{1,20}@[A-Za-zÅß0-9-]{1,12}\\.[A-Za-z]{2,6} ?",
        ".{0,30}",
    ]) {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
            prop_assert_eq!(Email::parse(&email.as_str().to_uppercase()).map(|e| e.as_str().to_lowercase()),
                Ok(email.as_str().to_uppercase().to_lowercase()), "case never counts");
            let json = serde_json::to_string(&email).unwrap();
            prop_assert_eq!(serde_json::from_str::<Email>(&json).unwrap(), email);
        }
    }

    #[test]
    fn a_number_reads_back_as_itself_in_every_region(
        text in number_text(), home in any_region(), other in any_region(),
    ) {
        if let Ok(phone) = Phone::parse(&text, home) {
            prop_assert!(phone.as_str().starts_with('+'), "{}", phone);
            prop_assert!(phone.as_str()[1..].bytes().all(|b| b.is_ascii_digit()), "{}", phone);
            prop_assert!((4..=16).contains(&phone.as_str().len()), "{}", phone);
            prop_assert_eq!(Phone::parse(phone.as_str(), other), Ok(phone.clone()));
            let json = serde_json::to_string(&phone).unwrap();
            prop_assert_eq!(serde_json::from_str::<Phone>(&json).unwrap(), phone);
        }
    }

    #[test]
    fn a_member_id_reads_back_as_itself(id in 1u64..) {
        let id = LeadId::new(id).unwrap();
        prop_assert_eq!(LeadId::parse(&id.to_string()), Ok(id));
        prop_assert_eq!(serde_json::from_str::<LeadId>(&serde_json::to_string(&id).unwrap()).unwrap(), id);
    }

    #[test]
    fn a_urn_and_its_id_agree(id in 1u32.., seed: u64) {
        let id = LeadId::new(id.into()).unwrap();
        let urn = Urn::synthesize(id, seed);
        prop_assert_eq!(urn.as_str().len(), 39);
        prop_assert_eq!(urn.lead_id(), Some(id));
        prop_assert_eq!(Urn::parse(urn.as_str()), Ok(urn.clone()), "made URNs are well-formed");
        prop_assert_eq!(&Urn::synthesize(id, seed), &urn, "the same for the same seed");
        prop_assert_ne!(Urn::synthesize(id, seed.wrapping_add(1)), urn, "another for another seed");
    }

    #[test]
    fn the_case_of_a_urn_is_part_of_it(id in 1u32.., seed: u64, at in 5usize..39) {
        let urn = Urn::synthesize(LeadId::new(id.into()).unwrap(), seed);
        let mut flipped = urn.as_str().as_bytes().to_vec();
        if flipped[at].is_ascii_alphabetic() {
            flipped[at] ^= 0x20;
            let flipped = String::from_utf8(flipped).unwrap();
            prop_assert_ne!(Urn::parse(&flipped).unwrap(), urn, "another case is another person");
        }
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in "\\PC{0,60}") {
        let _ = (Email::parse(&text), Phone::parse(&text, Region::default()), Region::parse(&text));
        let _ = (LeadId::parse(&text), Urn::parse(&text), Slug::parse(&text));
    }
}
