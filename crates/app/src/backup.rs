//! Everything in one file that only a passphrase opens, and putting it back.
//!
//! The file is an age file (`age -d FILE > backup.tar` opens it without Foxbridge) that holds a tar
//! with `manifest.json`, `foxbridge.db`, and `secrets.json` where keys and tokens were asked for.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Write};
use std::sync::Arc;

use age::{Decryptor, Encryptor, scrypt};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use foxbridge_contract::{
    AppError, BackupInfo, ErrorCode, MakeBackup, OpenBackup, PauseUntil, Restored, SavedFile,
};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use crate::files::{day, save, unwritten};
use crate::{App, convert, error, run, secrets, vault, worker};

/// Raised when an older program could not read it any more.
const FORMAT: u32 = 1;
const SHORTEST: usize = 8;
/// scrypt with N = 2^17, as the vault has it; programs that are not optimised would take a minute.
const WORK: u8 = if cfg!(debug_assertions) { 10 } else { 17 };
/// A file that asks for more work than this is not ours.
const MOST_WORK: u8 = 20;

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "foxbridge.db";
const SECRETS: &str = "secrets.json";

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    format: u32,
    #[serde(flatten)]
    info: BackupInfo,
}

/// Secrets by the name under which the vault keeps them.
type Secrets = BTreeMap<String, String>;

/// Makes a backup.
pub(crate) async fn make(app: &App, request: MakeBackup) -> Result<SavedFile, AppError> {
    let passphrase = SecretString::from(request.passphrase.expose().to_owned());
    if passphrase.expose_secret().chars().count() < SHORTEST {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("The passphrase has fewer than {SHORTEST} characters."),
        )
        .hint("Take a few words that nobody would guess. Nobody can open the file without them."));
    }
    let secrets = match request.secrets {
        true => Some(Zeroizing::new(
            serde_json::to_vec(&known_secrets(app).await?).map_err(error::internal)?,
        )),
        false => None,
    };
    let app = app.clone();
    let write = move || {
        let name = format!("foxbridge-backup-{}.age", day(app.now()));
        save(&name, request.to.as_deref(), |out| {
            write(&app, &passphrase, secrets.as_ref(), out).map(|()| None)
        })
    };
    tokio::task::spawn_blocking(write)
        .await
        .map_err(error::internal)?
}

async fn known_secrets(app: &App) -> Result<Secrets, AppError> {
    let keys = vault::secret_names(app)?;
    secrets::with_vault(app, move |vault| {
        let mut known = Secrets::new();
        for key in keys {
            if let Some(secret) = vault.get(&key)? {
                known.insert(key, secret.expose_secret().to_owned());
            }
        }
        Ok(known)
    })
    .await
}

fn info(app: &App, secrets: bool) -> Result<BackupInfo, AppError> {
    let store = app.store();
    let connections = store.connections().list().map_err(error::store)?;
    let syncs = store.syncs().list().map_err(error::store)?;
    Ok(BackupInfo {
        made_at: convert::time(app.now()),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        secrets,
        connections: connections.into_iter().map(|row| row.name).collect(),
        syncs: syncs.into_iter().map(|row| row.name).collect(),
    })
}

fn write(
    app: &App,
    passphrase: &SecretString,
    secrets: Option<&Zeroizing<Vec<u8>>>,
    out: &mut dyn Write,
) -> Result<(), AppError> {
    // The copy is in the data folder, where the database itself is no better guarded.
    let folder = TempDir::new_in(&app.options().data_dir).map_err(unwritten)?;
    let copy = folder.path().join(DATABASE);
    app.store().backup(&copy).map_err(error::store)?;
    let manifest = Manifest {
        format: FORMAT,
        info: info(app, secrets.is_some())?,
    };
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(error::internal)?;

    let mut closer = scrypt::Recipient::new(passphrase.clone());
    closer.set_work_factor(WORK);
    let sealed = Encryptor::with_recipients(std::iter::once(&closer as &dyn age::Recipient))
        .map_err(error::internal)?
        .wrap_output(out)
        .map_err(unwritten)?;
    let mut tar = tar::Builder::new(sealed);
    append(&mut tar, MANIFEST, &manifest).map_err(unwritten)?;
    if let Some(secrets) = secrets {
        append(&mut tar, SECRETS, secrets).map_err(unwritten)?;
    }
    let mut database = File::open(&copy).map_err(unwritten)?;
    tar.append_file(DATABASE, &mut database)
        .map_err(unwritten)?;
    let sealed = tar.into_inner().map_err(unwritten)?;
    sealed
        .finish()
        .map_err(unwritten)?
        .flush()
        .map_err(unwritten)
}

fn append(tar: &mut tar::Builder<impl Write>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    tar.append_data(&mut header, name, bytes)
}

/// A backup that was opened; its database lies in a folder that goes with it.
struct Opened {
    manifest: Manifest,
    secrets: Option<Secrets>,
    folder: TempDir,
}

fn open(app: &App, request: &OpenBackup) -> Result<Opened, AppError> {
    let source: Box<dyn Read> = match (&request.from, &request.content) {
        (Some(path), None) => Box::new(File::open(path).map_err(|e| {
            AppError::new(ErrorCode::NotFound, format!("{path} cannot be read: {e}."))
                .hint("Nothing was changed.")
        })?),
        (None, Some(content)) => Box::new(Cursor::new(
            BASE64_STANDARD.decode(content).map_err(|_| foreign())?,
        )),
        _ => {
            return Err(AppError::new(
                ErrorCode::BadRequest,
                "A backup is named by its path or by its content, by one of them.",
            ));
        }
    };
    let mut opener = scrypt::Identity::new(request.passphrase.expose().to_owned().into());
    opener.set_max_work_factor(MOST_WORK);
    // What has no header of age is no backup, whatever it is.
    let opened = Decryptor::new(source)
        .map_err(|_| foreign())?
        .decrypt(std::iter::once(&opener as &dyn age::Identity))
        .map_err(|e| unopened(&e))?;
    let folder = TempDir::new_in(&app.options().data_dir).map_err(unwritten)?;
    let (mut manifest, mut secrets, mut database) = (None, None, false);
    let mut tar = tar::Archive::new(opened);
    for entry in tar.entries().map_err(|_| damaged())? {
        let mut entry = entry.map_err(|_| damaged())?;
        let name = entry.path().map_err(|_| damaged())?.into_owned();
        // Only what is known is taken, under names of our own: an archive cannot name other places.
        match name.to_str() {
            Some(MANIFEST) => manifest = Some(read_json::<Manifest>(&mut entry)?),
            Some(SECRETS) => secrets = Some(read_json::<Secrets>(&mut entry)?),
            Some(DATABASE) => {
                let mut file = File::create(folder.path().join(DATABASE)).map_err(unwritten)?;
                // An error is one of the source, which age authenticates piece by piece, or of the disk.
                io::copy(&mut entry, &mut file).map_err(|_| damaged())?;
                database = true;
            }
            _ => {}
        }
    }
    let manifest = manifest.filter(|_| database).ok_or_else(damaged)?;
    if manifest.format > FORMAT {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!(
                "The backup was made by Foxbridge {}, which is newer than this one.",
                manifest.info.version
            ),
        )
        .hint("Install that version or a later one, then restore. Nothing was changed."));
    }
    Ok(Opened {
        manifest,
        secrets,
        folder,
    })
}

fn read_json<T: for<'de> Deserialize<'de>>(from: &mut impl Read) -> Result<T, AppError> {
    let mut text = Zeroizing::new(Vec::new());
    from.read_to_end(&mut text).map_err(|_| damaged())?;
    serde_json::from_slice(&text).map_err(|_| damaged())
}

fn unopened(error: &age::DecryptError) -> AppError {
    match error {
        age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => {
            AppError::new(
                ErrorCode::BadRequest,
                "The passphrase does not open this backup.",
            )
            .hint("Try again. Nothing was changed.")
        }
        age::DecryptError::NoMatchingKeys => foreign(),
        _ => damaged(),
    }
}

fn foreign() -> AppError {
    AppError::new(
        ErrorCode::BadRequest,
        "This file is no backup of Foxbridge.",
    )
    .hint("Choose the file that \"Back up\" made; its name ends in .age. Nothing was changed.")
}

fn damaged() -> AppError {
    AppError::new(ErrorCode::BadRequest, "The backup was cut off or changed.")
        .hint("Take another copy of it. Nothing was changed.")
}

/// What is in a backup. Nothing is changed.
pub(crate) async fn look(app: &App, request: OpenBackup) -> Result<BackupInfo, AppError> {
    let app = app.clone();
    tokio::task::spawn_blocking(move || open(&app, &request).map(|opened| opened.manifest.info))
        .await
        .map_err(error::internal)?
}

/// Puts a backup in place of everything. What was there before is kept beside the database, and
/// nothing begins by itself afterwards until somebody resumes.
pub(crate) async fn restore(app: &App, request: OpenBackup) -> Result<Restored, AppError> {
    let working = app.clone();
    let work = move || -> Result<(BackupInfo, Option<Secrets>, String), AppError> {
        let app = working;
        let opened = open(&app, &request)?;
        let copy = opened.folder.path().join(DATABASE);
        let syncs = app.store().syncs().list().map_err(error::store)?;
        // No run of any process is under way while everything is replaced.
        let _still = syncs
            .iter()
            .map(|sync| run::hold(&app, sync))
            .collect::<Result<Vec<_>, _>>()?;
        let before = keep_aside(&app)?;
        // Where secrets are is a matter of this computer, not of the backup.
        let settings = app.store().settings();
        let vault = settings.get(vault::SETTING).map_err(error::store)?;
        app.store().restore(&copy).map_err(error::store)?;
        match vault {
            Some(vault) => settings.set(vault::SETTING, &vault),
            None => settings.remove(vault::SETTING),
        }
        .map_err(error::store)?;
        Ok((opened.manifest.info, opened.secrets, before))
    };
    let (info, kept, before) = tokio::task::spawn_blocking(work)
        .await
        .map_err(error::internal)??;
    worker::pause(app, PauseUntil::Resumed)?;
    run::recover(app)?;
    let to_connect_again = put_secrets(app, kept).await?;
    app.changed(EVERYTHING);
    Ok(Restored {
        info,
        before,
        to_connect_again,
    })
}

/// A copy of the database as it is, under a name of its own.
fn keep_aside(app: &App) -> Result<String, AppError> {
    let stamp = convert::time(app.now()).replace([':', '.'], "-");
    let path = app
        .options()
        .data_dir
        .join(format!("before-restore-{stamp}.db"));
    app.store().backup(&path).map_err(error::store)?;
    Ok(path.display().to_string())
}

/// Gives the vault what came along; the names of connections that have no secret now.
async fn put_secrets(app: &App, kept: Option<Secrets>) -> Result<Vec<String>, AppError> {
    let kept = Arc::new(kept.unwrap_or_default());
    let rows = app.store().connections().list().map_err(error::store)?;
    let real: Vec<_> = rows
        .into_iter()
        .filter(|row| !row.sample)
        .map(|row| (secrets::key(&row.id), row.name))
        .collect();
    if real.is_empty() {
        return Ok(Vec::new());
    }
    app.unsaved().clear();
    secrets::with_vault(app, move |vault| {
        // Only where connections keep theirs: a file from elsewhere names no other place.
        let ours = |key: &&String| key.starts_with("connection/");
        for key in kept.keys().filter(ours) {
            let secret = &kept[key];
            vault.set(key, &SecretString::from(secret.clone()))?;
        }
        let mut without = Vec::new();
        for (key, name) in real {
            if vault.get(&key)?.is_none() {
                without.push(name);
            }
        }
        Ok(without)
    })
    .await
}

/// Commands that answer differently after a restore.
const EVERYTHING: &[&str] = &[
    "syncs.list",
    "syncs.get",
    "syncs.safety_get",
    "syncs.schedule_get",
    "syncs.mapping_get",
    "connections.list",
    "questions.list",
    "syncs.needs_you",
    "people.list",
    "people.get",
    "activity.list",
    "runs.list",
    "rules.list",
    "rules.firings",
    "hooks.list",
    "permissions.list",
    "retention.get",
    "worker.status",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_backup_is_told_from_what_is_damaged() {
        let other = age::DecryptError::NoMatchingKeys;
        assert!(unopened(&other).message.contains("no backup"));
        let mac = age::DecryptError::InvalidMac;
        assert!(unopened(&mac).message.contains("cut off or changed"));
    }
}
