//! What is believed and what is not, and that nothing makes the reader stumble.
#![allow(clippy::unwrap_used)]

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use proptest::prelude::*;
use serde_json::json;

use super::*;

const NOW: i64 = 1_795_600_800_000;

fn signer() -> (Ed25519KeyPair, String) {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let key = BASE64_STANDARD.encode(pair.public_key().as_ref());
    (pair, key)
}

fn check_highlevel(body: &[u8], headers: &[(&str, &str)], key: Option<&str>) -> Result<Good, Bad> {
    let header = |name: &str| {
        let found = headers.iter().find(|(n, _)| *n == name);
        found.map(|(_, value)| (*value).to_owned())
    };
    let keys = Keys {
        service: Service::HighLevel,
        account: Some("loc"),
        key,
        secrets: Vec::new(),
    };
    check(
        &Raw {
            body,
            header: &header,
        },
        &keys,
        NOW,
    )
}

fn body(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut body = json!({
        "type": "ContactUpdate", "locationId": "loc", "id": "c1", "webhookId": "w1",
        "timestamp": jiff::Timestamp::from_millisecond(NOW).unwrap().to_string(),
    });
    change(&mut body);
    serde_json::to_vec(&body).unwrap()
}

#[test]
fn only_what_is_signed_fresh_and_for_us_is_believed() {
    let (pair, key) = signer();
    let signed = |body: &[u8]| BASE64_STANDARD.encode(pair.sign(body));
    let good = body(|_| ());
    let with = |body: &[u8]| {
        let signature = signed(body);
        check_highlevel(body, &[("x-ghl-signature", &signature)], Some(&key))
    };
    assert_eq!(with(&good).unwrap().key, "w1");

    let mut other = good.clone();
    *other.last_mut().unwrap() = b' ';
    let signature = signed(&good);
    let headers = [("x-ghl-signature", signature.as_str())];
    assert!(
        check_highlevel(&other, &headers, Some(&key)).is_err(),
        "another body"
    );
    assert!(
        check_highlevel(&good, &headers, None).is_err(),
        "another's key"
    );
    assert!(check_highlevel(&good, &[], Some(&key)).is_err(), "unsigned");
    for bad in ["", "N/A", "????", "AAAA"] {
        let headers = [("x-ghl-signature", bad)];
        assert!(
            check_highlevel(&good, &headers, Some(&key)).is_err(),
            "{bad:?}"
        );
    }
    let both = [
        ("x-ghl-signature", "AAAA"),
        ("x-wh-signature", signature.as_str()),
    ];
    assert!(
        check_highlevel(&good, &both, Some(&key)).is_err(),
        "only the newer header counts"
    );

    let at = |ms: i64| {
        let time = jiff::Timestamp::from_millisecond(NOW + ms)
            .unwrap()
            .to_string();
        with(&body(|b| b["timestamp"] = json!(time)))
    };
    assert!(at(-WINDOW_MS).is_ok() && at(WINDOW_MS).is_ok());
    assert_eq!(
        at(-WINDOW_MS - 1).unwrap_err(),
        Bad::Unproven("it is older than five minutes")
    );
    assert!(at(WINDOW_MS + 1).is_err(), "from the future");
    assert!(with(&body(|b| b["locationId"] = json!("other"))).is_err());
    for missing in ["webhookId", "timestamp", "type"] {
        let cut = body(|b| drop(b.as_object_mut().unwrap().remove(missing)));
        assert!(matches!(with(&cut), Err(Bad::Malformed(_))), "{missing}");
    }
    assert!(with(b"{").is_err() && with(b"[]").is_err() && with(b"").is_err());
}

#[test]
fn the_older_signature_counts_where_the_newer_is_missing() {
    use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::RSA_PKCS1_SHA256;

    // Theirs signs what only they can sign: this one stands in its place.
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let key: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let old = BASE64_STANDARD.encode(key.as_ref());
    let sign = |body: &[u8]| {
        let mut signature = vec![0; pair.public_modulus_len()];
        let random = aws_lc_rs::rand::SystemRandom::new();
        pair.sign(&RSA_PKCS1_SHA256, &random, body, &mut signature)
            .unwrap();
        BASE64_STANDARD.encode(signature)
    };
    let check = |body: &[u8], headers: &[(&str, &str)], own: Option<&str>| {
        let header = |name: &str| {
            let found = headers.iter().find(|(n, _)| *n == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let keys = Keys {
            service: Service::HighLevel,
            account: Some("loc"),
            key: own,
            secrets: Vec::new(),
        };
        let raw = Raw {
            body,
            header: &header,
        };
        highlevel(&raw, &keys, &old, NOW)
    };
    let good = body(|_| ());
    let signature = sign(&good);
    let older = [("x-wh-signature", signature.as_str())];
    assert_eq!(check(&good, &older, None).unwrap().key, "w1");
    let absent = [("x-ghl-signature", "N/A"), older[0]];
    assert!(
        check(&good, &absent, None).is_ok(),
        "as the service writes that there is none"
    );
    assert!(
        check(&body(|b| b["id"] = json!("c2")), &older, None).is_err(),
        "another body"
    );
    let newer = [("x-ghl-signature", "AAAA"), older[0]];
    assert!(
        check(&good, &newer, None).is_err(),
        "a wrong newer one is wrong"
    );
    assert!(
        check(&good, &older, Some(&signer().1)).is_err(),
        "who entered another key did not mean this one"
    );
    let late = body(|b| b["timestamp"] = json!(NOW - WINDOW_MS - 1));
    let signature = sign(&late);
    assert!(
        check(&late, &[("x-wh-signature", &signature)], None).is_err(),
        "and it has a time"
    );
}

#[test]
fn cut_and_deep_bodies_are_malformed_and_nothing_worse() {
    let (pair, key) = signer();
    let signed = |body: &[u8]| {
        let signature = BASE64_STANDARD.encode(pair.sign(body));
        check_highlevel(body, &[("x-ghl-signature", &signature)], Some(&key))
    };
    let whole = body(|b| b["note"] = json!("Grüße 😀 \u{7f}"));
    assert!(signed(&whole).is_ok());
    for length in 0..whole.len() {
        let cut = signed(&whole[..length]);
        assert!(
            matches!(cut, Err(Bad::Malformed(_))),
            "{length} bytes of it"
        );
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(200_000), close.repeat(200_000));
        assert_eq!(
            signed(deep.as_bytes()),
            Err(Bad::Malformed("it is not JSON"))
        );
    }
}

#[test]
fn the_published_keys_are_keys() {
    let modern = BASE64_STANDARD.decode(HIGHLEVEL_KEY).unwrap();
    assert_eq!(modern.len(), 44, "an Ed25519 SubjectPublicKeyInfo");
    // A key that could not be read would refuse in another way than a wrong signature does.
    let old = BASE64_STANDARD.decode(HIGHLEVEL_OLD_KEY).unwrap();
    let key = aws_lc_rs::signature::ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &old);
    assert!(key.is_ok(), "an RSA SubjectPublicKeyInfo");
}

#[test]
fn aimfox_is_believed_by_its_secret() {
    let check = |body: &Value, secret: &str, known: Option<&str>| {
        let body = serde_json::to_vec(body).unwrap();
        let header = |name: &str| (name == SECRET_HEADER).then(|| secret.to_owned());
        let keys = Keys {
            service: Service::Aimfox,
            account: Some("ws"),
            key: None,
            secrets: known.into_iter().collect(),
        };
        super::check(
            &Raw {
                body: &body,
                header: &header,
            },
            &keys,
            NOW,
        )
    };
    let reply = json!({
        "id": "e1", "event_type": "campaign_reply", "workspace": { "id": "ws" },
        "event": { "message_urn": "m1" },
    });
    assert_eq!(
        check(&reply, "s", Some("s")).unwrap().key,
        "campaign_reply:m1"
    );
    let label = json!({ "id": "e2", "event_type": "lead_label_added", "event": {} });
    assert_eq!(check(&label, "s", Some("s")).unwrap().key, "e2");
    assert!(check(&reply, "t", Some("s")).is_err(), "wrong");
    assert!(check(&reply, "", Some("s")).is_err(), "none");
    assert!(
        check(&reply, "", None).is_err(),
        "none agreed on: nothing is believed"
    );
    assert!(
        check(
            &json!({ "id": "e", "event_type": "x", "workspace": { "id": "y" } }),
            "s",
            Some("s")
        )
        .is_err()
    );
}

proptest! {
    #[test]
    fn no_bytes_make_it_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..300), header in ".{0,80}") {
        let (pair, key) = signer();
        let signature = BASE64_STANDARD.encode(pair.sign(&bytes));
        let _ = check_highlevel(&bytes, &[("x-ghl-signature", &signature)], Some(&key));
        let _ = check_highlevel(&bytes, &[("x-ghl-signature", &header)], Some(&key));
        let _ = check_highlevel(&bytes, &[("x-wh-signature", &header)], None);
        let _ = check_highlevel(&bytes, &[("x-ghl-signature", &header)], Some(&header));
    }

    #[test]
    fn no_bytes_and_no_json_make_aimfoxs_stumble(
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        kind in any::<Option<String>>(), id in any::<Option<String>>(), urn in any::<Option<i32>>(),
    ) {
        let header = |name: &str| (name == SECRET_HEADER).then(|| "s".to_owned());
        let keys = Keys { service: Service::Aimfox, account: Some("ws"), key: None, secrets: vec!["s"] };
        let check = |body: &[u8]| super::check(&Raw { body, header: &header }, &keys, NOW);
        let _ = check(&bytes);
        let body = json!({ "event_type": kind, "id": id, "event": { "message_urn": urn } });
        let full = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let checked = check(&serde_json::to_vec(&body).unwrap());
        prop_assert_eq!(checked.is_ok(), full(&kind) && full(&id));
        if let Ok(good) = checked {
            prop_assert_eq!(Some(good.key), id, "a urn that is no text is none");
        }
        for wrapped in [json!([body]), json!({ "event_type": { "a": 1 }, "id": [1] }), json!(7)] {
            prop_assert!(check(&serde_json::to_vec(&wrapped).unwrap()).is_err());
        }
    }

    #[test]
    fn no_json_makes_it_stumble(kind in any::<Option<String>>(), at in any::<i64>(), id in any::<Option<i32>>()) {
        let (pair, key) = signer();
        let body = body(|b| { b["type"] = json!(kind); b["timestamp"] = json!(at); b["webhookId"] = json!(id); });
        let signature = BASE64_STANDARD.encode(pair.sign(&body));
        let checked = check_highlevel(&body, &[("x-ghl-signature", &signature)], Some(&key));
        prop_assert!(checked.is_err(), "an id that is no text is no id");
    }
}
