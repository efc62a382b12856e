//! The keyring's thread, time limit and errors, against stores that misbehave on command.
#![allow(clippy::unwrap_used)]

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::time::Duration;

use keyring_core::api::{CredentialApi, CredentialStoreApi};
use keyring_core::{Credential, CredentialStore, Entry, Error};
use secrecy::{ExposeSecret as _, SecretString};

use super::Keyring;
use crate::{Vault, VaultError};

/// Long enough for any answer that comes at all.
const AMPLE: Duration = Duration::from_secs(120);

/// What Windows takes in one entry.
const MOST: usize = 2560;

type Secrets = Arc<Mutex<HashMap<String, Vec<u8>>>>;
type Fault = Arc<dyn Fn() -> Option<Error> + Send + Sync>;

/// A keyring in memory; `fault` is asked before each operation.
struct Fake {
    secrets: Secrets,
    fault: Fault,
}

struct FakeEntry {
    key: String,
    secrets: Secrets,
    fault: Fault,
}

impl FakeEntry {
    fn ready(&self) -> keyring_core::Result<()> {
        (self.fault)().map_or(Ok(()), Err)
    }
}

impl CredentialApi for FakeEntry {
    fn set_secret(&self, secret: &[u8]) -> keyring_core::Result<()> {
        self.ready()?;
        if secret.len() > MOST {
            return Err(Error::TooLong("secret".to_owned(), MOST as u32));
        }
        self.secrets
            .lock()
            .unwrap()
            .insert(self.key.clone(), secret.to_vec());
        Ok(())
    }

    fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
        self.ready()?;
        self.secrets
            .lock()
            .unwrap()
            .get(&self.key)
            .cloned()
            .ok_or(Error::NoEntry)
    }

    fn delete_credential(&self) -> keyring_core::Result<()> {
        self.ready()?;
        self.secrets
            .lock()
            .unwrap()
            .remove(&self.key)
            .map(drop)
            .ok_or(Error::NoEntry)
    }

    fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        Some((super::SERVICE.to_owned(), self.key.clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl CredentialStoreApi for Fake {
    fn vendor(&self) -> String {
        "fake".to_owned()
    }

    fn id(&self) -> String {
        "fake".to_owned()
    }

    fn build(
        &self,
        service: &str,
        user: &str,
        _: Option<&HashMap<&str, &str>>,
    ) -> keyring_core::Result<Entry> {
        assert_eq!(
            service, "Foxbridge",
            "the keyring shows whose entries these are"
        );
        let entry = FakeEntry {
            key: user.to_owned(),
            secrets: Arc::clone(&self.secrets),
            fault: Arc::clone(&self.fault),
        };
        Ok(Entry::new_with_credential(Arc::new(entry)))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn store(secrets: &Secrets, fault: Fault) -> Arc<CredentialStore> {
    Arc::new(Fake {
        secrets: Arc::clone(secrets),
        fault,
    })
}

fn healthy() -> Fault {
    Arc::new(|| None)
}

fn failing(error: impl Fn() -> Error + Send + Sync + 'static) -> Keyring {
    let fault: Fault = Arc::new(move || Some(error()));
    Keyring::new(
        move || Ok(store(&Secrets::default(), Arc::clone(&fault))),
        AMPLE,
    )
}

fn read(vault: &Keyring, key: &str) -> Option<String> {
    vault
        .get(key)
        .unwrap()
        .map(|s| s.expose_secret().to_owned())
}

#[test]
fn a_secret_is_kept_read_and_forgotten() {
    let secrets = Secrets::default();
    let vault = Keyring::new(move || Ok(store(&secrets, healthy())), AMPLE);
    assert_eq!(
        read(&vault, "a"),
        None,
        "nothing is kept yet, and that is no error"
    );
    vault.set("a", &SecretString::from("one")).unwrap();
    vault.set("b", &SecretString::from("two")).unwrap();
    vault.set("a", &SecretString::from("ÄÖ 三")).unwrap();
    assert_eq!(read(&vault, "a").as_deref(), Some("ÄÖ 三"));
    vault.delete("a").unwrap();
    vault.delete("a").unwrap();
    assert_eq!(read(&vault, "a"), None);
    assert_eq!(
        read(&vault, "b").as_deref(),
        Some("two"),
        "other keys are untouched"
    );
}

#[test]
fn a_keyring_that_never_answers_stops_nobody() {
    // The first store hangs until the end of the test, like a prompt that nobody sees.
    let gate = Arc::new((Mutex::new(false), Condvar::new()));
    let (hanging, hangs) = mpsc::channel();
    let opened = AtomicUsize::new(0);
    let secrets = Secrets::default();
    let connect = {
        let gate = Arc::clone(&gate);
        move || {
            let (gate, hanging) = (Arc::clone(&gate), hanging.clone());
            let hang: Fault = Arc::new(move || {
                let _ = hanging.send(());
                let open = gate.0.lock().unwrap();
                drop(gate.1.wait_while(open, |open| !*open).unwrap());
                None
            });
            let first = opened.fetch_add(1, Ordering::SeqCst) == 0;
            Ok(store(&secrets, if first { hang } else { healthy() }))
        }
    };
    let mut vault = Keyring::new(connect, Duration::from_millis(20));
    let error = vault.get("a").unwrap_err();
    assert!(matches!(error, VaultError::TimedOut), "{error:?}");
    assert!(
        error.hint().contains("answer it and try again"),
        "{}",
        error.hint()
    );

    // On a slow machine the helper comes to hang only after the limit; the next call then meets
    // the hanging store too, and after that nobody does.
    hangs.recv().unwrap();
    let _ = vault.get("a");
    vault.limit = AMPLE;
    vault.set("a", &SecretString::from("one")).unwrap();
    assert_eq!(
        read(&vault, "a").as_deref(),
        Some("one"),
        "later calls do not wait behind it"
    );

    *gate.0.lock().unwrap() = true;
    gate.1.notify_all();
}

#[cfg(target_os = "linux")]
#[test]
fn a_keyring_that_was_restarted_is_asked_again() {
    let opened = Arc::new(AtomicUsize::new(0));
    let calls = Arc::new(AtomicUsize::new(0));
    let secrets = Secrets::default();
    let connect = {
        let (opened, calls) = (Arc::clone(&opened), Arc::clone(&calls));
        move || {
            let first = opened.fetch_add(1, Ordering::SeqCst) == 0;
            let calls = Arc::clone(&calls);
            // The first connection breaks after its first call.
            let fault: Fault = Arc::new(move || {
                let broken = first && calls.fetch_add(1, Ordering::SeqCst) > 0;
                broken.then(|| Error::PlatformFailure("connection closed".into()))
            });
            Ok(store(&secrets, fault))
        }
    };
    let vault = Keyring::new(connect, AMPLE);
    vault.set("a", &SecretString::from("one")).unwrap();
    assert_eq!(
        read(&vault, "a").as_deref(),
        Some("one"),
        "a fresh connection finds it"
    );
    assert_eq!(opened.load(Ordering::SeqCst), 2, "reconnected once");
    vault.delete("a").unwrap();
    assert_eq!(
        opened.load(Ordering::SeqCst),
        2,
        "and kept the new connection"
    );
}

#[test]
fn a_library_that_panics_is_an_error() {
    let vault = failing(|| panic!("as the library does on a poisoned lock"));
    let error = vault.get("a").unwrap_err();
    assert!(matches!(error, VaultError::Failed { .. }), "{error:?}");
}

#[test]
fn every_error_says_what_happened_and_what_to_do() {
    type Case = (fn() -> Error, fn(&VaultError) -> bool);
    let cases: [Case; 7] = [
        (
            || Error::NoDefaultStore,
            |e| matches!(e, VaultError::Missing { .. }),
        ),
        (
            || Error::NoStorageAccess("no".into()),
            |e| matches!(e, VaultError::Denied { .. }),
        ),
        (
            || Error::PlatformFailure("no".into()),
            |e| matches!(e, VaultError::Failed { .. }),
        ),
        (
            || Error::Ambiguous(Vec::new()),
            |e| matches!(e, VaultError::Damaged { .. }),
        ),
        (
            || Error::BadStoreFormat("x".into()),
            |e| matches!(e, VaultError::Damaged { .. }),
        ),
        (
            || Error::TooLong("secret".into(), 9),
            |e| matches!(e, VaultError::Failed { .. }),
        ),
        (
            || Error::NotSupportedByStore("x".into()),
            |e| matches!(e, VaultError::Failed { .. }),
        ),
    ];
    for (make, expected) in cases {
        let error = failing(make).get("connection/7").unwrap_err();
        assert!(expected(&error), "{:?} gave {error:?}", make());
        assert!(error.to_string().ends_with('.'), "a sentence: {error}");
        assert!(error.hint().ends_with('.'), "a sentence: {}", error.hint());
    }
}

#[test]
fn no_error_shows_a_secret() {
    let secret = "pit-5f1c-very-secret";
    let wrapped = move || Error::BadEncoding(secret.as_bytes().to_vec());
    let odd = move || Error::BadDataFormat(secret.as_bytes().to_vec(), "odd".into());
    for vault in [failing(wrapped), failing(odd)] {
        let error = vault.get("a").unwrap_err();
        assert!(matches!(error, VaultError::Damaged { .. }), "{error:?}");
        let shown = format!("{error} {error:?} {}", error.hint());
        assert!(!shown.contains(secret), "{shown}");
        let bytes = format!("{:?}", secret.as_bytes());
        assert!(
            !shown.contains(&bytes[1..bytes.len() - 1]),
            "nor as bytes: {shown}"
        );
    }

    let secrets = Secrets::default();
    secrets
        .lock()
        .unwrap()
        .insert("a".to_owned(), vec![b's', 0xff, b't']);
    let vault = Keyring::new(move || Ok(store(&secrets, healthy())), AMPLE);
    let error = vault.get("a").unwrap_err();
    assert!(
        matches!(error, VaultError::Damaged { .. }),
        "bytes that are no text: {error:?}"
    );
    assert!(!format!("{error:?}").contains("255"), "{error:?}");
}

/// A keyring that takes as little in an entry as Windows does.
fn narrow(secrets: &Secrets, fault: Fault) -> Keyring {
    let secrets = Arc::clone(secrets);
    let mut vault = Keyring::new(move || Ok(store(&secrets, Arc::clone(&fault))), AMPLE);
    vault.most = Some(MOST);
    vault
}

fn names(secrets: &Secrets) -> Vec<String> {
    let mut names: Vec<String> = secrets.lock().unwrap().keys().cloned().collect();
    names.sort();
    names
}

#[test]
fn a_secret_that_is_too_long_for_an_entry_is_kept_in_several() {
    let secrets = Secrets::default();
    let vault = narrow(&secrets, healthy());
    // Characters of several bytes, so that a cut goes through one of them.
    for length in [0, 1, 853, 854, 1706, 1707, 5000, 20_000] {
        let secret = "三".repeat(length);
        vault.set("a", &secret.clone().into()).unwrap();
        assert_eq!(read(&vault, "a"), Some(secret), "{length} characters");
    }
    vault.set("b", &"x".repeat(MOST).into()).unwrap();
    assert!(
        secrets.lock().unwrap()["b"]
            .iter()
            .all(|byte| *byte == b'x'),
        "what fits is kept as it is"
    );
    let odd = "foxbridge-parts:a:1:5";
    vault.set("c", &odd.into()).unwrap();
    assert_eq!(
        read(&vault, "c").as_deref(),
        Some(odd),
        "a secret that looks like a reference is none"
    );
    for key in ["a", "b", "c"] {
        vault.delete(key).unwrap();
        vault.delete(key).unwrap();
        assert_eq!(read(&vault, key), None);
    }
    assert_eq!(names(&secrets), [""; 0], "no part stays behind");
}

#[test]
fn parts_that_are_not_referred_to_any_more_are_wiped() {
    let secrets = Secrets::default();
    let vault = narrow(&secrets, healthy());
    vault.set("a", &"1".repeat(3 * MOST).into()).unwrap();
    assert_eq!(
        names(&secrets),
        ["a", "a/part-a1", "a/part-a2", "a/part-a3"]
    );
    vault.set("a", &"2".repeat(2 * MOST).into()).unwrap();
    assert_eq!(names(&secrets), ["a", "a/part-b1", "a/part-b2"]);
    vault.set("a", &"short".into()).unwrap();
    assert_eq!(names(&secrets), ["a"]);
}

#[test]
fn a_keyring_that_fails_half_way_keeps_the_secret_it_had() {
    let (old, new) = ("o".repeat(3 * MOST), "n".repeat(4 * MOST));
    // It fails at its first operation, its second one, and so on, until nothing fails.
    for fails_at in 0.. {
        let secrets = Secrets::default();
        let calls = Arc::new(AtomicUsize::new(usize::MAX / 2));
        let fault: Fault = {
            let calls = Arc::clone(&calls);
            Arc::new(move || {
                let call = calls.fetch_add(1, Ordering::SeqCst);
                (call == fails_at).then(|| Error::NoStorageAccess("locked meanwhile".into()))
            })
        };
        let vault = narrow(&secrets, fault);
        vault.set("a", &old.clone().into()).unwrap();
        calls.store(0, Ordering::SeqCst);
        let done = vault.set("a", &new.clone().into());
        calls.store(usize::MAX / 2, Ordering::SeqCst);
        let kept = read(&vault, "a");
        if done.is_ok() {
            assert_eq!(kept, Some(new), "it was told that it worked");
            assert!(fails_at > 8, "every step was made to fail: {fails_at}");
            return;
        }
        assert!(
            kept.as_ref() == Some(&old) || kept.as_ref() == Some(&new),
            "failing at {fails_at} left neither"
        );
        vault.set("a", &new.clone().into()).unwrap();
        assert_eq!(read(&vault, "a"), Some(new.clone()), "trying again helps");
        vault.set("a", &"m".repeat(MOST + 1).into()).unwrap();
        assert_eq!(names(&secrets).len(), 3, "failing at {fails_at}: two parts");
        vault.delete("a").unwrap();
        let left = names(&secrets);
        assert_eq!(left, [""; 0], "failing at {fails_at} left parts behind");
    }
}

#[test]
fn a_part_that_is_lost_is_damage_and_no_shorter_secret() {
    let secrets = Secrets::default();
    let vault = narrow(&secrets, healthy());
    vault.set("a", &"pit-".repeat(2000).into()).unwrap();
    secrets.lock().unwrap().remove("a/part-a2");
    let error = vault.get("a").unwrap_err();
    assert!(matches!(error, VaultError::Damaged { .. }), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("pit-"), "{error:?}");
}
