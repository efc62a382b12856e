//! The file behind a passphrase: what opens it, what does not, and what it survives.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use foxbridge_vault::{Vault, VaultChoice, VaultError};
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn open(&self, passphrase: &str) -> Result<Arc<dyn Vault>, VaultError> {
        foxbridge_vault::open(VaultChoice::Passphrase {
            vault_path: self.path("vault.age"),
            key_path: self.path("key.age"),
            passphrase: passphrase.into(),
        })
    }

    fn refusal(&self, passphrase: &str) -> VaultError {
        self.open(passphrase).map(drop).unwrap_err()
    }
}

fn read(vault: &dyn Vault, key: &str) -> Option<String> {
    let secret = vault.get(key).unwrap();
    secret.map(|secret| secret.expose_secret().to_owned())
}

#[test]
fn the_passphrase_opens_it_and_no_other_does() {
    let place = Place::new();
    let vault = place.open("correct horse").unwrap();
    vault.set("a", &SecretString::from("one")).unwrap();
    let again = place.open("correct horse").unwrap();
    assert_eq!(read(&*again, "a").as_deref(), Some("one"));
    let wrong = place.refusal("incorrect horse");
    assert!(
        matches!(wrong, VaultError::WrongPassphrase { .. }),
        "{wrong}"
    );
    let said = format!("{wrong} {wrong:?} {}", wrong.hint());
    assert!(
        !said.contains("horse"),
        "the passphrase is not quoted: {said}"
    );
    assert!(
        wrong.hint().contains("capital letters"),
        "and it says what to look at: {}",
        wrong.hint()
    );
    for file in ["vault.age", "key.age"] {
        let bytes = fs::read(place.path(file)).unwrap();
        assert!(!bytes.windows(3).any(|part| part == b"one"), "{file}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(place.path(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file} is for its owner only");
        }
    }
}

#[test]
fn another_passphrase_leaves_the_secrets_as_they_are() {
    let place = Place::new();
    let vault = place.open("first words").unwrap();
    vault.set("a", &SecretString::from("one")).unwrap();
    let before = fs::read(place.path("vault.age")).unwrap();
    let key = place.path("key.age");
    let change =
        |old: &str, new: &str| foxbridge_vault::change_passphrase(&key, &old.into(), &new.into());
    let wrong = change("no words", "second words").unwrap_err();
    assert!(
        matches!(wrong, VaultError::WrongPassphrase { .. }),
        "{wrong}"
    );
    change("first words", "second words").unwrap();
    assert_eq!(
        fs::read(place.path("vault.age")).unwrap(),
        before,
        "only the key is sealed anew"
    );
    assert!(place.open("first words").is_err(), "the old one is over");
    let again = place.open("second words").unwrap();
    assert_eq!(read(&*again, "a").as_deref(), Some("one"));
}

#[test]
fn what_was_cut_or_changed_is_refused_and_left_alone() {
    let place = Place::new();
    let vault = place.open("words").unwrap();
    vault.set("a", &SecretString::from("one")).unwrap();
    let whole = fs::read(place.path("key.age")).unwrap();
    for cut in [0, 1, whole.len() / 2, whole.len() - 1] {
        fs::write(place.path("key.age"), &whole[..cut]).unwrap();
        assert!(place.open("words").is_err(), "{cut} bytes are no key");
        assert_eq!(
            fs::read(place.path("key.age")).unwrap().len(),
            cut,
            "a damaged key is not written over: it may be restored"
        );
    }
    for at in (0..whole.len()).step_by(7) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(place.path("key.age"), changed).unwrap();
        assert!(place.open("words").is_err(), "byte {at} was changed unseen");
    }
    fs::remove_file(place.path("key.age")).unwrap();
    let gone = place.refusal("words");
    assert!(
        matches!(gone, VaultError::KeyMissing { .. }),
        "no new key is made for a vault that has one: {gone}"
    );
    fs::write(place.path("key.age"), &whole).unwrap();
    assert!(place.open("words").is_ok(), "restored, it opens");
}

#[test]
fn several_who_start_at_once_agree_on_one_key() {
    let place = Place::new();
    std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4)
            .map(|n| {
                let place = &place;
                scope.spawn(move || {
                    let vault = place.open("words").unwrap();
                    vault.set(&n.to_string(), &"x".into()).unwrap();
                })
            })
            .collect();
        starts.into_iter().for_each(|start| start.join().unwrap());
    });
    let vault = place.open("words").unwrap();
    for n in 0..4 {
        assert!(read(&*vault, &n.to_string()).is_some(), "{n} was lost");
    }
}
