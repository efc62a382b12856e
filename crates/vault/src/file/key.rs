//! The key file: one age identity, as `age-keygen` writes it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use age::x25519;
use secrecy::ExposeSecret as _;
use secrecy::zeroize::Zeroizing;

use super::write_whole;
use crate::VaultError;

/// A key file is a few lines; anything longer is some other file.
const LONGEST: u64 = 64 * 1024;

/// The identity in `key_file`; a new one if there is neither a key file nor a vault.
pub(super) fn load_or_create(
    key_file: &Path,
    vault: &Path,
) -> Result<x25519::Identity, VaultError> {
    if let Some(identity) = load(key_file)? {
        return Ok(identity);
    }
    let vault_exists = vault.try_exists().map_err(VaultError::io(vault, "read"))?;
    // Another process may have made both since: its key is there before its vault.
    if let Some(identity) = load(key_file)? {
        return Ok(identity);
    }
    if vault_exists {
        return Err(VaultError::KeyMissing {
            vault: vault.into(),
            key_file: key_file.into(),
        });
    }
    match create(key_file) {
        Err(VaultError::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists => {
            load(key_file)?.ok_or_else(|| VaultError::KeyDamaged {
                key_file: key_file.into(),
                why: "it came and went while it was read",
            })
        }
        other => other,
    }
}

fn load(key_file: &Path) -> Result<Option<x25519::Identity>, VaultError> {
    let file = match File::open(key_file) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(VaultError::io(key_file, "read")(e)),
    };
    let about = file.metadata().map_err(VaultError::io(key_file, "read"))?;
    let damaged = |why| VaultError::KeyDamaged {
        key_file: key_file.into(),
        why,
    };
    if !about.is_file() {
        return Err(damaged("it is no file"));
    }
    #[cfg(unix)]
    if std::os::unix::fs::MetadataExt::mode(&about) & 0o077 != 0 {
        return Err(VaultError::KeyExposed {
            key_file: key_file.into(),
        });
    }
    if about.len() > LONGEST {
        return Err(damaged("it is too long"));
    }
    let mut text = Zeroizing::new(String::with_capacity(LONGEST as usize));
    file.take(LONGEST)
        .read_to_string(&mut text)
        .map_err(|e| match e.kind() {
            io::ErrorKind::InvalidData => damaged("it is not text"),
            _ => VaultError::io(key_file, "read")(e),
        })?;
    read_text(&text, key_file).map(Some)
}

/// The one identity in a text.
pub(super) fn read(text: &[u8], key_file: &Path) -> Result<x25519::Identity, VaultError> {
    let text = std::str::from_utf8(text).map_err(|_| VaultError::KeyDamaged {
        key_file: key_file.into(),
        why: "it is not text",
    })?;
    read_text(text, key_file)
}

fn read_text(text: &str, key_file: &Path) -> Result<x25519::Identity, VaultError> {
    let damaged = |why| VaultError::KeyDamaged {
        key_file: key_file.into(),
        why,
    };
    let mut keys = text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'));
    let key = keys
        .next()
        .ok_or_else(|| damaged("there is no key in it"))?;
    if keys.next().is_some() {
        return Err(damaged("there is more than one key in it"));
    }
    key.parse()
        .map_err(|_| damaged("its line does not read as a key"))
}

fn create(key_file: &Path) -> Result<x25519::Identity, VaultError> {
    let identity = x25519::Identity::generate();
    let text = Zeroizing::new(format!(
        "# The key to Foxbridge's vault. Whoever has both can use your connected accounts.\n\
         # public key: {}\n{}\n",
        identity.to_public(),
        identity.to_string().expose_secret()
    ));
    write_whole(key_file, text.as_bytes(), false)?;
    Ok(identity)
}
