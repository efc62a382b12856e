//! Whatever a secret is, no word of the vault's says it: no `Debug`, no error, not even of a file that
//! is damaged where the secret lies.
#![allow(clippy::unwrap_used)]

use std::fs;

use foxbridge_vault::VaultChoice;
use proptest::prelude::*;
use secrecy::{ExposeSecret as _, SecretString};

/// Long enough that it is in no message by chance.
fn secret() -> impl Strategy<Value = String> {
    "[!-~]{16,80}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_secret_is_in_any_word(secret in secret(), at in 0.0..1.0_f64, byte in any::<u8>()) {
        let folder = tempfile::tempdir().unwrap();
        let file = || VaultChoice::File {
            vault_path: folder.path().join("vault.age"),
            key_file: folder.path().join("key"),
        };
        let mut said = format!(
            "{:?}",
            VaultChoice::Passphrase {
                vault_path: folder.path().join("passphrase-vault.age"),
                key_path: folder.path().join("passphrase-vault.key.age"),
                passphrase: SecretString::from(secret.clone()),
            }
        );
        let vault = foxbridge_vault::open(file()).unwrap();
        vault.set("connection-1", &SecretString::from(secret.clone())).unwrap();
        said += &vault.describe();
        let kept = vault.get("connection-1").unwrap().unwrap();
        prop_assert_eq!(kept.expose_secret(), &secret);
        said += &format!("{kept:?}");
        drop(vault);

        // One byte of the vault goes wrong, and then of its key.
        for name in ["vault.age", "key"] {
            let path = folder.path().join(name);
            let whole = fs::read(&path).unwrap();
            let mut spoilt = whole.clone();
            let place = (at * (spoilt.len() - 1) as f64) as usize;
            spoilt[place] ^= byte | 1;
            fs::write(&path, &spoilt).unwrap();
            let key = String::from_utf8_lossy(&whole).into_owned();
            match foxbridge_vault::open(file()) {
                Ok(vault) => match vault.get("connection-1") {
                    Ok(kept) => said += &format!("{kept:?}"),
                    Err(e) => said += &format!("{e} {e:?}"),
                },
                Err(e) => said += &format!("{e} {e:?}"),
            }
            if name == "key" {
                let own = key.lines().find(|line| line.starts_with("AGE-SECRET-KEY-"));
                prop_assert!(own.is_some_and(|own| !said.contains(own)), "the key is told");
            }
            fs::write(&path, &whole).unwrap();
        }
        prop_assert!(!said.contains(&secret), "{}", said);
    }
}
