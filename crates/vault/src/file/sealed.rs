//! The key behind a passphrase: an age identity in an age file that a passphrase opens, as `age -p`
//! makes it, so that `age -d -i KEY VAULT` asks for the passphrase and reads the vault.

use std::fs;
use std::io;
use std::path::Path;

use age::{DecryptError, scrypt, x25519};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::{key, write_whole};
use crate::VaultError;

/// scrypt with N = 2^17: about half a second and 128 MiB for one guess, as OWASP has it. Programs that
/// are not optimised, which are for developers only, would take a minute.
const WORK: u8 = if cfg!(debug_assertions) { 10 } else { 17 };
/// A file that asks for more work than this is not ours.
const MOST_WORK: u8 = 20;

/// The identity behind the passphrase; a new one if there is neither a key nor a vault.
pub(super) fn unseal_or_create(
    key_path: &Path,
    vault: &Path,
    passphrase: &SecretString,
) -> Result<x25519::Identity, VaultError> {
    if let Some(identity) = unseal(key_path, passphrase)? {
        return Ok(identity);
    }
    if vault.try_exists().map_err(VaultError::io(vault, "read"))? {
        // Another process may have made both since.
        return unseal(key_path, passphrase)?.ok_or_else(|| VaultError::KeyMissing {
            vault: vault.into(),
            key_file: key_path.into(),
        });
    }
    let identity = x25519::Identity::generate();
    match seal(key_path, &identity, passphrase, false) {
        Err(VaultError::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
            unseal(key_path, passphrase)?.ok_or_else(|| damaged(key_path, "it came and went"))
        }
        other => other.map(|()| identity),
    }
}

/// Seals the same identity with another passphrase; the file is replaced whole.
pub(crate) fn change_passphrase(
    key_path: &Path,
    old: &SecretString,
    new: &SecretString,
) -> Result<(), VaultError> {
    let identity = unseal(key_path, old)?.ok_or_else(|| damaged(key_path, "it is not there"))?;
    seal(key_path, &identity, new, true)
}

fn damaged(key_path: &Path, why: &'static str) -> VaultError {
    VaultError::KeyDamaged {
        key_file: key_path.into(),
        why,
    }
}

fn unseal(
    key_path: &Path,
    passphrase: &SecretString,
) -> Result<Option<x25519::Identity>, VaultError> {
    let sealed = match fs::read(key_path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(VaultError::io(key_path, "read")(e)),
    };
    let mut opener = scrypt::Identity::new(passphrase.clone());
    opener.set_max_work_factor(MOST_WORK);
    let text = age::decrypt(&opener, &sealed).map_err(|e| match e {
        DecryptError::DecryptionFailed => VaultError::WrongPassphrase {
            key_file: key_path.into(),
        },
        DecryptError::KeyDecryptionFailed => VaultError::WrongPassphrase {
            key_file: key_path.into(),
        },
        DecryptError::NoMatchingKeys => damaged(key_path, "it is not sealed with a passphrase"),
        DecryptError::ExcessiveWork { .. } => damaged(key_path, "it asks for too much work"),
        _ => damaged(key_path, "it was cut off or changed"),
    })?;
    key::read(&Zeroizing::new(text), key_path).map(Some)
}

fn seal(
    key_path: &Path,
    identity: &x25519::Identity,
    passphrase: &SecretString,
    replace: bool,
) -> Result<(), VaultError> {
    let mut closer = scrypt::Recipient::new(passphrase.clone());
    closer.set_work_factor(WORK);
    let text = identity.to_string();
    let sealed = age::encrypt(&closer, text.expose_secret().as_bytes())
        .map_err(|e| VaultError::io(key_path, "encrypted")(io::Error::other(e)))?;
    write_whole(key_path, &sealed, replace)
}
