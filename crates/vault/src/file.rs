//! The encrypted file: an age file with a JSON map of key to secret.
//!
//! It is a plain age file on purpose, so that `age -d -i KEY VAULT` reads it without Foxbridge.

mod key;
mod sealed;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use age::{DecryptError, x25519};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{Vault, VaultError};
pub(crate) use sealed::change_passphrase;

type Entries = BTreeMap<String, SecretString>;

/// Secrets in an encrypted file. Every call reads the file, so that processes see each other's
/// changes; a change is written whole beside it and renamed over it under a lock.
pub(crate) struct FileVault {
    path: PathBuf,
    key_file: PathBuf,
    identity: x25519::Identity,
}

impl FileVault {
    pub(crate) fn open(path: PathBuf, key_file: PathBuf) -> Result<Self, VaultError> {
        let identity = key::load_or_create(&key_file, &path)?;
        let vault = Self {
            path,
            key_file,
            identity,
        };
        vault.read()?;
        Ok(vault)
    }

    pub(crate) fn unlock(
        path: PathBuf,
        key_path: PathBuf,
        passphrase: &SecretString,
    ) -> Result<Self, VaultError> {
        let identity = sealed::unseal_or_create(&key_path, &path, passphrase)?;
        let vault = Self {
            path,
            key_file: key_path,
            identity,
        };
        vault.read()?;
        Ok(vault)
    }

    fn read(&self) -> Result<Entries, VaultError> {
        let encrypted = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Entries::new()),
            Err(e) => return Err(VaultError::io(&self.path, "read")(e)),
        };
        if encrypted.is_empty() {
            return Err(self.damaged("it is empty"));
        }
        let plain = age::decrypt(&self.identity, &encrypted).map_err(|e| self.refused(&e))?;
        let plain = Zeroizing::new(plain);
        let map: BTreeMap<String, String> = serde_json::from_slice(&plain)
            .map_err(|_| self.damaged("what is in it is not a map of secrets"))?;
        Ok(map
            .into_iter()
            .map(|(key, secret)| (key, secret.into()))
            .collect())
    }

    fn refused(&self, error: &DecryptError) -> VaultError {
        match error {
            DecryptError::NoMatchingKeys => VaultError::WrongKey {
                vault: self.path.clone(),
                key_file: self.key_file.clone(),
            },
            DecryptError::InvalidMac => self.damaged("its header was changed"),
            DecryptError::Io(_) | DecryptError::DecryptionFailed => {
                self.damaged("it was cut off or changed")
            }
            _ => self.damaged("it does not begin as an encrypted vault does"),
        }
    }

    fn damaged(&self, why: &'static str) -> VaultError {
        VaultError::Damaged {
            what: self.path.display().to_string(),
            why,
        }
    }

    /// Changes the entries under the lock; writes only when `edit` says that it changed something.
    fn change(&self, edit: impl FnOnce(&mut Entries) -> bool) -> Result<(), VaultError> {
        let _lock = self.lock()?;
        let mut entries = self.read()?;
        if edit(&mut entries) {
            self.write(&entries)
        } else {
            Ok(())
        }
    }

    /// Waits for other writers, in this process and others. The lock is a file of its own, because
    /// the vault is replaced with each change; it goes with the handle, also when a process dies.
    fn lock(&self) -> Result<File, VaultError> {
        create_folder_of(&self.path)?;
        let mut name = self.path.clone().into_os_string();
        name.push(".lock");
        let path = PathBuf::from(name);
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(&path)
            .map_err(VaultError::io(&path, "opened"))?;
        file.lock().map_err(VaultError::io(&path, "locked"))?;
        Ok(file)
    }

    fn write(&self, entries: &Entries) -> Result<(), VaultError> {
        let encrypted = age::encrypt(&self.identity.to_public(), &self.json(entries)?)
            .map_err(|e| VaultError::io(&self.path, "encrypted")(io::Error::other(e)))?;
        write_whole(&self.path, &encrypted, true)
    }

    /// The entries as JSON, in one allocation that is wiped afterwards: a buffer that grows leaves
    /// copies of what it held.
    fn json(&self, entries: &Entries) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let map: BTreeMap<&str, &str> = entries
            .iter()
            .map(|(key, secret)| (key.as_str(), secret.expose_secret()))
            .collect();
        // A byte becomes six at most (`\u0000`).
        let room: usize = map
            .iter()
            .map(|(key, secret)| 6 * (key.len() + secret.len()) + 8)
            .sum();
        let mut text = Zeroizing::new(Vec::with_capacity(room + 8));
        serde_json::to_writer(&mut *text, &map)
            .map_err(|e| VaultError::io(&self.path, "encoded")(e.into()))?;
        Ok(text)
    }
}

/// Makes the folder a file is to be in.
fn create_folder_of(path: &Path) -> Result<&Path, VaultError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(VaultError::io(folder, "made"))?;
    Ok(folder)
}

/// Writes a file so that it is there whole or not at all, readable by its owner only. When it must
/// not `replace` one that is there, that is an error of kind `AlreadyExists`.
fn write_whole(path: &Path, bytes: &[u8], replace: bool) -> Result<(), VaultError> {
    let folder = create_folder_of(path)?;
    let save = || -> io::Result<()> {
        // On Unix the file has mode 0600 from the start.
        let mut file = tempfile::Builder::new()
            .prefix(".vault-")
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        if replace {
            file.persist(path)
        } else {
            file.persist_noclobber(path)
        }
        .map_err(|e| e.error)?;
        // The rename is on disk once the folder is. Windows has no such handle, nor the need.
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        Ok(())
    };
    save().map_err(VaultError::io(path, "written"))
}

impl Vault for FileVault {
    fn get(&self, key: &str) -> Result<Option<SecretString>, VaultError> {
        Ok(self.read()?.remove(key))
    }

    fn set(&self, key: &str, secret: &SecretString) -> Result<(), VaultError> {
        self.change(
            |entries| match entries.insert(key.to_owned(), secret.clone()) {
                Some(before) => before.expose_secret() != secret.expose_secret(),
                None => true,
            },
        )
    }

    fn delete(&self, key: &str) -> Result<(), VaultError> {
        self.change(|entries| entries.remove(key).is_some())
    }

    fn describe(&self) -> String {
        format!("an encrypted file ({})", self.path.display())
    }
}
