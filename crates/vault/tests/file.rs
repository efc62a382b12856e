//! The encrypted file: what it keeps, what it refuses, and what it survives.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use foxbridge_vault::{Vault, VaultChoice, VaultError};
use secrecy::{ExposeSecret as _, SecretString};
use tempfile::TempDir;

struct Place {
    _folder: TempDir,
    vault: PathBuf,
    key: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = folder.path().join("data/vault.age");
        let key = folder.path().join("elsewhere/foxbridge.key");
        Self {
            _folder: folder,
            vault,
            key,
        }
    }

    fn open(&self) -> Result<Arc<dyn Vault>, VaultError> {
        foxbridge_vault::open(VaultChoice::File {
            vault_path: self.vault.clone(),
            key_file: self.key.clone(),
        })
    }

    /// The error of opening; there is no way to show a vault.
    fn refusal(&self) -> VaultError {
        self.open().map(|_| ()).unwrap_err()
    }

    /// With one secret in it.
    fn filled() -> Self {
        let place = Self::new();
        place.open().unwrap().set("a", &secret("one")).unwrap();
        place
    }

    fn in_the_folder(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.vault.parent().unwrap())
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn read(vault: &dyn Vault, key: &str) -> Option<String> {
    vault
        .get(key)
        .unwrap()
        .map(|s| s.expose_secret().to_owned())
}

#[test]
fn secrets_are_there_again_after_opening_again() {
    let place = Place::new();
    let vault = place.open().unwrap();
    assert_eq!(read(&*vault, "a"), None);
    assert!(!place.vault.exists(), "nothing to keep, nothing written");
    let long = "x".repeat(200_000);
    for (key, text) in [
        ("a", "one"),
        ("b", "ÄÖ 三 \u{0}\n\""),
        ("c", ""),
        ("d", &long),
        ("", "e"),
    ] {
        vault.set(key, &secret(text)).unwrap();
    }
    vault.set("a", &secret("uno")).unwrap();

    let again = place.open().unwrap();
    for (key, text) in [
        ("a", "uno"),
        ("b", "ÄÖ 三 \u{0}\n\""),
        ("c", ""),
        ("d", &long),
        ("", "e"),
    ] {
        assert_eq!(read(&*again, key).as_deref(), Some(text), "key {key:?}");
    }
    again.delete("a").unwrap();
    again.delete("a").unwrap();
    assert_eq!(
        read(&*vault, "a"),
        None,
        "the first one sees what the second did"
    );
    assert_eq!(
        read(&*vault, "c").as_deref(),
        Some(""),
        "an empty secret is a secret"
    );
    assert!(
        again.describe().contains("vault.age"),
        "{}",
        again.describe()
    );
}

#[test]
fn nothing_is_on_disk_in_the_clear() {
    let place = Place::new();
    let vault = place.open().unwrap();
    vault
        .set("connection/highlevel", &secret("pit-0123456789-token"))
        .unwrap();
    for folder in [place.vault.parent().unwrap(), place.key.parent().unwrap()] {
        for file in fs::read_dir(folder).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            for word in ["pit-0123456789-token", "connection/highlevel"] {
                let found = bytes.windows(word.len()).any(|w| w == word.as_bytes());
                assert!(!found, "{word} is legible in {}", folder.display());
            }
        }
    }
    assert_eq!(
        place.in_the_folder(),
        ["vault.age", "vault.age.lock"],
        "no leftovers"
    );
}

#[test]
fn an_unchanged_secret_is_not_written_again() {
    let place = Place::filled();
    let before = fs::read(&place.vault).unwrap();
    let vault = place.open().unwrap();
    vault.set("a", &secret("one")).unwrap();
    vault.delete("b").unwrap();
    assert_eq!(
        fs::read(&place.vault).unwrap(),
        before,
        "each writing would give other bytes"
    );
    vault.set("a", &secret("two")).unwrap();
    assert_ne!(fs::read(&place.vault).unwrap(), before);
}

#[test]
fn another_key_opens_nothing_and_changes_nothing() {
    let place = Place::filled();
    let vault = place.open().unwrap();
    let before = fs::read(&place.vault).unwrap();
    let other = Place::filled();
    fs::copy(&other.key, &place.key).unwrap();
    let error = place.refusal();
    assert!(matches!(error, VaultError::WrongKey { .. }), "{error:?}");
    assert!(
        error.to_string().contains("foxbridge.key"),
        "it names the key file: {error}"
    );
    assert!(
        error.hint().contains("vault.age"),
        "and the vault: {}",
        error.hint()
    );
    assert_eq!(
        fs::read(&place.vault).unwrap(),
        before,
        "the file is untouched"
    );

    fs::copy(&other.vault, &place.vault).unwrap();
    let before = fs::read(&place.vault).unwrap();
    let error = vault.set("b", &secret("two")).unwrap_err();
    assert!(
        matches!(error, VaultError::WrongKey { .. }),
        "swapped while open: {error:?}"
    );
    assert_eq!(
        fs::read(&place.vault).unwrap(),
        before,
        "the file is untouched"
    );
}

#[test]
fn a_file_cut_off_anywhere_is_damaged_and_left_alone() {
    let place = Place::filled();
    let vault = place.open().unwrap();
    let whole = fs::read(&place.vault).unwrap();
    for length in 0..whole.len() {
        fs::write(&place.vault, &whole[..length]).unwrap();
        let error = vault.set("b", &secret("two")).unwrap_err();
        assert!(
            matches!(error, VaultError::Damaged { .. }),
            "{length} bytes gave {error:?}"
        );
        assert_eq!(
            fs::read(&place.vault).unwrap(),
            whole[..length],
            "untouched at {length}"
        );
    }
    assert!(
        matches!(place.refusal(), VaultError::Damaged { .. }),
        "opening says so too"
    );
    fs::write(&place.vault, &whole).unwrap();
    assert_eq!(
        read(&*place.open().unwrap(), "a").as_deref(),
        Some("one"),
        "restoring helps"
    );
}

#[test]
fn a_changed_byte_anywhere_is_noticed() {
    let place = Place::filled();
    let vault = place.open().unwrap();
    let whole = fs::read(&place.vault).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x01;
        fs::write(&place.vault, &changed).unwrap();
        let error = vault.get("a").map(|_| ()).unwrap_err();
        // A change inside the part that is wrapped for the key looks like another key.
        let told = matches!(
            error,
            VaultError::Damaged { .. } | VaultError::WrongKey { .. }
        );
        assert!(told, "byte {at} gave {error:?}");
        assert!(vault.delete("a").is_err(), "nor is it overwritten");
        assert_eq!(
            fs::read(&place.vault).unwrap(),
            changed,
            "untouched at {at}"
        );
    }
    fs::write(&place.vault, [&whole[..], b"more"].concat()).unwrap();
    assert!(
        matches!(place.refusal(), VaultError::Damaged { .. }),
        "more at the end"
    );
    fs::write(&place.vault, b"{\"a\":\"one\"}").unwrap();
    assert!(
        matches!(place.refusal(), VaultError::Damaged { .. }),
        "clear text is no vault"
    );
}

#[test]
fn a_vault_without_its_key_is_not_given_another() {
    let place = Place::filled();
    fs::remove_file(&place.key).unwrap();
    let error = place.refusal();
    assert!(matches!(error, VaultError::KeyMissing { .. }), "{error:?}");
    assert!(
        !place.key.exists(),
        "a new key would only hide what happened"
    );
    fs::remove_file(&place.vault).unwrap();
    place.open().unwrap();
    assert!(place.key.exists(), "without a vault a new key is made");
}

#[test]
fn a_key_file_that_is_none_is_refused() {
    let private = |path: &Path, text: &[u8]| {
        fs::write(path, text).unwrap();
        make_mode(path, 0o600);
    };
    let place = Place::filled();
    let good = fs::read_to_string(&place.key).unwrap();
    let line = good.lines().last().unwrap().to_owned();
    for (text, why) in [
        (b"".to_vec(), "empty"),
        (b"# only a comment\n".to_vec(), "comment"),
        (b"hunter2\n".to_vec(), "password"),
        (line.as_bytes()[..40].to_vec(), "half a key"),
        (format!("{line}\n{line}\n").into_bytes(), "two keys"),
        (vec![0xff; 100], "no text"),
        (vec![b'#'; 70_000], "long"),
    ] {
        private(&place.key, &text);
        let error = place.refusal();
        assert!(
            matches!(error, VaultError::KeyDamaged { .. }),
            "{why} gave {error:?}"
        );
        let shown = format!("{error} {error:?} {}", error.hint());
        assert!(
            !shown.contains("hunter2") && !shown.contains("AGE-SECRET"),
            "{shown}"
        );
    }
    private(&place.key, format!("\n# mine\r\n  {line}  \r\n").as_bytes());
    assert_eq!(
        read(&*place.open().unwrap(), "a").as_deref(),
        Some("one"),
        "as age-keygen may"
    );
    fs::remove_file(&place.key).unwrap();
    fs::create_dir(&place.key).unwrap();
    assert!(place.open().is_err(), "a folder is no key file");
}

#[cfg(unix)]
fn make_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn make_mode(_: &Path, _: u32) {}

#[cfg(unix)]
#[test]
fn what_is_written_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let place = Place::filled();
    assert_eq!(mode(&place.key), 0o600);
    assert_eq!(mode(&place.vault), 0o600);
    for exposed in [0o644, 0o640, 0o604, 0o660] {
        make_mode(&place.key, exposed);
        let error = place.refusal();
        assert!(
            matches!(error, VaultError::KeyExposed { .. }),
            "{exposed:o} gave {error:?}"
        );
        assert!(
            error.hint().contains("chmod 600"),
            "it says the way out: {}",
            error.hint()
        );
    }
    make_mode(&place.key, 0o400);
    assert_eq!(
        read(&*place.open().unwrap(), "a").as_deref(),
        Some("one"),
        "stricter is fine"
    );
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_that_names_it() {
    let place = Place::new();
    let vault = place.open().unwrap();
    fs::create_dir_all(&place.vault).unwrap();
    let error = vault.set("a", &secret("one")).unwrap_err();
    assert!(matches!(error, VaultError::Io { .. }), "{error:?}");
    assert!(error.to_string().contains("vault.age"), "{error}");
    assert!(
        !format!("{error:?}").contains("one\""),
        "and shows no secret: {error:?}"
    );

    let blocked = Place::new();
    fs::write(
        blocked.vault.parent().unwrap(),
        b"a file where the folder should be",
    )
    .unwrap();
    let error = blocked.refusal();
    assert!(matches!(error, VaultError::Io { .. }), "{error:?}");
}
