//! Secrets longer than a keyring's entry may be.
//!
//! Windows takes 2,560 bytes in one (`CRED_MAX_CREDENTIAL_BLOB_SIZE`), and an app's pair of tokens may
//! be longer. Such a secret is cut into entries of their own, and the entry proper says which: "parts
//! of the generation `a`, three, 6,000 bytes in all". New parts take the other generation's names and
//! are complete before they are referred to, so one whole secret is there at every moment.

use keyring_core::{CredentialStore, Error};
use secrecy::zeroize::Zeroizing;

use super::entry;

/// How an entry begins that refers to parts. A secret that begins so is cut too, so that none is
/// taken for a reference.
const MARK: &[u8] = b"foxbridge-parts:";

/// Another process may put a new secret between two reads; more often than this it is damage.
const TRIES: usize = 3;

/// What the entry proper refers to.
struct Parts {
    generation: char,
    count: usize,
    bytes: usize,
}

impl Parts {
    /// `None` for a secret that is kept whole.
    fn read(entry: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(entry.strip_prefix(MARK)?).ok()?;
        let mut fields = text.split(':');
        let parts = Self {
            generation: fields.next()?.parse().ok()?,
            count: fields.next()?.parse().ok()?,
            bytes: fields.next()?.parse().ok()?,
        };
        fields.next().is_none().then_some(parts)
    }

    fn entry(&self) -> String {
        let mark = String::from_utf8_lossy(MARK);
        format!("{mark}{}:{}:{}", self.generation, self.count, self.bytes)
    }

    fn collect(&self, store: &CredentialStore, key: &str) -> keyring_core::Result<Vec<u8>> {
        // One allocation: a buffer that grows leaves copies of what it held.
        let mut secret = Zeroizing::new(Vec::with_capacity(self.bytes));
        for at in 1..=self.count {
            let part = entry(store, &name(key, self.generation, at))?.get_secret()?;
            let part = Zeroizing::new(part);
            if secret.len() + part.len() > self.bytes {
                return Err(Error::NoEntry);
            }
            secret.extend_from_slice(&part);
        }
        if secret.len() == self.bytes {
            Ok(std::mem::take(&mut *secret))
        } else {
            Err(Error::NoEntry)
        }
    }
}

fn name(key: &str, generation: char, at: usize) -> String {
    format!("{key}/part-{generation}{at}")
}

/// Deletes the parts of a generation from number `from` on. They are made in order and deleted in
/// reverse, so that where one is missing there is none behind it, whatever was cut short.
fn sweep(
    store: &CredentialStore,
    key: &str,
    generation: char,
    from: usize,
) -> keyring_core::Result<()> {
    let mut parts = Vec::new();
    for at in from.. {
        let part = entry(store, &name(key, generation, at))?;
        match part.get_secret() {
            Ok(secret) => drop(Zeroizing::new(secret)),
            Err(Error::NoEntry) => break,
            Err(error) => return Err(error),
        }
        parts.push(part);
    }
    parts
        .iter()
        .rev()
        .try_for_each(|part| part.delete_credential())
}

/// The secret under a key, put together where it was cut.
pub(super) fn get(store: &CredentialStore, key: &str) -> keyring_core::Result<Vec<u8>> {
    for _ in 0..TRIES {
        let whole = entry(store, key)?.get_secret()?;
        let Some(parts) = Parts::read(&whole) else {
            return Ok(whole);
        };
        match parts.collect(store, key) {
            Err(Error::NoEntry) => {}
            other => return other,
        }
    }
    Err(Error::BadDataFormat(Vec::new(), "a part is missing".into()))
}

/// Keeps a secret; in parts where it is longer than `most` bytes. Doing it twice is doing it once.
pub(super) fn set(
    store: &CredentialStore,
    key: &str,
    secret: &[u8],
    most: Option<usize>,
) -> keyring_core::Result<()> {
    let head = entry(store, key)?;
    let Some(most) = most else {
        return head.set_secret(secret);
    };
    let before = match head.get_secret() {
        Ok(whole) => Parts::read(&Zeroizing::new(whole)),
        Err(Error::NoEntry) => None,
        Err(error) => return Err(error),
    };
    if secret.len() <= most && !secret.starts_with(MARK) {
        head.set_secret(secret)?;
        sweep(store, key, 'a', 1)?;
        return sweep(store, key, 'b', 1);
    }
    let (generation, other) = match before {
        Some(Parts {
            generation: 'a', ..
        }) => ('b', 'a'),
        _ => ('a', 'b'),
    };
    let mut count = 0;
    for part in secret.chunks(most) {
        count += 1;
        entry(store, &name(key, generation, count))?.set_secret(part)?;
    }
    let parts = Parts {
        generation,
        count,
        bytes: secret.len(),
    };
    head.set_secret(parts.entry().as_bytes())?;
    sweep(store, key, generation, count + 1)?;
    sweep(store, key, other, 1)
}

/// Forgets a secret and its parts: these first, so that none stays that nothing refers to.
pub(super) fn delete(
    store: &CredentialStore,
    key: &str,
    most: Option<usize>,
) -> keyring_core::Result<()> {
    let head = entry(store, key)?;
    if most.is_none() {
        return head.delete_credential();
    }
    sweep(store, key, 'a', 1)?;
    sweep(store, key, 'b', 1)?;
    head.delete_credential()
}
