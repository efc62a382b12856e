//! No request shows the secret it carries, whatever the secret is.

use std::fmt::Debug;

use foxbridge_contract::{
    AccessName, ChooseVault, ConnectAimfox, ConnectHighLevel, MakeBackup, OpenBackup, ReplaceKey,
    Secret, SignInStart, UnlockVault, VaultKind,
};
use proptest::prelude::*;

/// The request, and everything it holds, for people and for people who look closely.
fn said(request: &impl Debug) -> String {
    format!("{request:?} {request:#?} {:?}", Some([request]))
}

proptest! {
    #[test]
    fn no_debug_output_shows_a_secret(text in "[A-Za-z0-9_.-]{9,80}") {
        let secret = Secret::from(text.as_str());
        let highlevel = ConnectHighLevel {
            base_url: None,
            location_id: "location".to_owned(),
            token: secret.clone(),
        };
        let aimfox = ConnectAimfox {
            base_url: None,
            api_key: secret.clone(),
            requests_per_minute: None,
        };
        let replace = ReplaceKey {
            connection: "c".to_owned(),
            secret: secret.clone(),
        };
        let sign_in = SignInStart {
            client_id: "app".to_owned(),
            client_secret: Some(secret.clone()),
            access: AccessName::Read,
            connection: None,
            port: None,
            base_url: None,
            authorize_url: None,
            agency: false,
        };
        let vault = ChooseVault {
            kind: VaultKind::Passphrase,
            passphrase: Some(secret.clone()),
            key_file: None,
        };
        let unlock = UnlockVault {
            passphrase: secret.clone(),
        };
        let backup = MakeBackup {
            passphrase: secret.clone(),
            secrets: true,
            to: None,
        };
        let restore = OpenBackup {
            from: None,
            content: None,
            passphrase: secret.clone(),
        };
        for said in [
            said(&secret),
            said(&highlevel),
            said(&aimfox),
            said(&replace),
            said(&sign_in),
            said(&vault),
            said(&unlock),
            said(&backup),
            said(&restore),
        ] {
            prop_assert!(!said.contains(&text), "{said}");
            prop_assert!(said.contains("[secret]"), "it says that there is one: {said}");
        }
        prop_assert_eq!(secret.expose(), text, "whoever asks for it gets it");
    }
}

/// A field that holds a secret has its type, so that the test above is about all of them.
#[test]
fn every_field_that_is_named_like_a_secret_has_the_type_of_one() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for file in std::fs::read_dir(source).expect("the sources are there") {
        let file = file.expect("a file").path();
        let text = std::fs::read_to_string(&file).expect("text");
        for line in text.lines().map(str::trim) {
            let Some((name, type_)) = line
                .strip_prefix("pub ")
                .and_then(|line| line.trim_end_matches(',').split_once(": "))
            else {
                continue;
            };
            let words = ["secret", "token", "api_key", "passphrase", "password"];
            if words.iter().any(|word| name.ends_with(word)) {
                seen += 1;
                assert!(
                    ["Secret", "crate::Secret", "Option<Secret>"].contains(&type_),
                    "{}: {line}",
                    file.display()
                );
            }
        }
    }
    assert!(seen >= 6, "the fields were found: {seen}");
}
