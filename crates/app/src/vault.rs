//! The choice of a store for secrets, and moving from one to another.

use std::path::PathBuf;
use std::sync::Arc;

use foxbridge_contract::{
    AppError, ChooseVault, ErrorCode, UnlockVault, VaultKind, VaultState, VaultStatus,
};
use foxbridge_vault::{Vault, VaultError};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::host::{VaultUse, passphrase_files};
use crate::{App, error, secrets};

/// Where the choice is remembered. It names a kind and a file, and no secret.
pub(crate) const SETTING: &str = "vault";
const SHORTEST: usize = 8;

/// The choice that was made before; the keyring where there was none.
pub(crate) fn remembered(app: &App) -> Result<VaultUse, AppError> {
    let kept = app.store().settings().get(SETTING).map_err(error::store)?;
    let kept = kept.unwrap_or(Value::Null);
    Ok(match kept["kind"].as_str() {
        Some("passphrase") => VaultUse::Passphrase(None),
        Some("key_file") => match kept["key_file"].as_str() {
            Some(path) => VaultUse::KeyFile(PathBuf::from(path)),
            None => VaultUse::Keyring,
        },
        _ => VaultUse::Keyring,
    })
}

pub(crate) async fn status(app: &App) -> Result<VaultStatus, AppError> {
    let host = Arc::clone(app.host());
    let found = tokio::task::spawn_blocking(move || host.vault()?.ready())
        .await
        .map_err(error::stopped)?;
    let host = app.host();
    let kind = host.vault_in_use();
    let (state, message, hint) = match found {
        Ok(()) => (VaultState::Ready, None, None),
        Err(e) => {
            let state = match &e {
                VaultError::Locked | VaultError::PassphraseNeeded { .. } => VaultState::Locked,
                VaultError::Missing { .. } => VaultState::Missing,
                VaultError::Denied { .. } => VaultState::Denied,
                VaultError::TimedOut => VaultState::TimedOut,
                _ => VaultState::Broken,
            };
            (state, Some(e.to_string()), Some(e.hint()))
        }
    };
    Ok(VaultStatus {
        name: host.vault_name(),
        state,
        message,
        hint,
        fixed: app.options().vault_key_file.is_some(),
        key_file: match &kind {
            VaultUse::KeyFile(path) => path.display().to_string(),
            _ => default_key_file(app).display().to_string(),
        },
        kind: match kind {
            VaultUse::Keyring => VaultKind::Keyring,
            VaultUse::KeyFile(_) => VaultKind::KeyFile,
            VaultUse::Passphrase(_) => VaultKind::Passphrase,
        },
    })
}

/// Beside the data, but outside of it: a backup of the one should not hold the other.
fn default_key_file(app: &App) -> PathBuf {
    let data = &app.options().data_dir;
    let mut name = data.file_name().unwrap_or_default().to_os_string();
    name.push(".key");
    data.with_file_name(name)
}

pub(crate) async fn choose(app: &App, request: ChooseVault) -> Result<VaultStatus, AppError> {
    if app.options().vault_key_file.is_some() {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            "This start of Foxbridge was told which key file to use.",
        )
        .hint("Start it without --vault-key-file and FOXBRIDGE_VAULT_KEY_FILE to choose here."));
    }
    let wanted = match request.kind {
        VaultKind::Keyring => VaultUse::Keyring,
        VaultKind::KeyFile => {
            let path = request.key_file.as_deref().map(str::trim);
            let path = path.filter(|path| !path.is_empty()).map(PathBuf::from);
            let path = path.unwrap_or_else(|| default_key_file(app));
            VaultUse::KeyFile(std::path::absolute(path).map_err(error::internal)?)
        }
        VaultKind::Passphrase => VaultUse::Passphrase(Some(passphrase(&request)?)),
    };
    let setting = match &wanted {
        VaultUse::Keyring => json!({"kind": "keyring"}),
        VaultUse::KeyFile(path) => json!({"kind": "key_file", "key_file": path}),
        VaultUse::Passphrase(_) => json!({"kind": "passphrase"}),
    };
    let keys = secret_names(app)?;
    if let (VaultUse::Passphrase(Some(old)), VaultUse::Passphrase(Some(new))) =
        (app.host().vault_in_use(), &wanted)
    {
        return change_passphrase(app, old, new.clone()).await;
    }
    let host = Arc::clone(app.host());
    let to = wanted.clone();
    let moved = tokio::task::spawn_blocking(move || {
        let new = host.open_vault(&to)?;
        // It must give and take, before anything is trusted to it.
        new.ready()?;
        let old = host.vault();
        Ok::<_, VaultError>((copy(old.as_deref().ok(), &*new, &keys)?, old.ok(), keys))
    })
    .await
    .map_err(error::stopped)?
    .map_err(error::vault)?;
    let (copied, old, keys) = moved;
    let in_use = app.host().vault_in_use();
    let emptied = matches!(in_use, VaultUse::Passphrase(_))
        .then(|| passphrase_files(&app.options().data_dir));
    app.store()
        .settings()
        .set(SETTING, &setting)
        .map_err(error::store)?;
    let same = in_use == wanted;
    app.host().use_vault(wanted);
    if let Some(old) = old.filter(|_| !same) {
        // What was moved is wiped where it was. What cannot be wiped there is no harm to what works.
        tokio::task::spawn_blocking(move || {
            let has = |key: &&String| old.get(key).ok().flatten().is_some();
            let held = keys.iter().filter(has).count();
            for key in keys.iter().filter(|key| copied.contains(*key)) {
                if let Err(e) = old.delete(key) {
                    tracing::warn!("an entry stays in the old vault: {e}");
                }
            }
            // Another passphrase can then be chosen for it one day.
            if let Some((vault, key)) = emptied.filter(|_| copied.len() == held) {
                let _gone = (std::fs::remove_file(vault), std::fs::remove_file(key));
            }
        })
        .await
        .map_err(error::stopped)?;
    }
    app.changed(&["vault.status", "app.info", "connections.list"]);
    status(app).await
}

async fn change_passphrase(
    app: &App,
    old: SecretString,
    new: SecretString,
) -> Result<VaultStatus, AppError> {
    let (_, key_path) = passphrase_files(&app.options().data_dir);
    let to = new.clone();
    tokio::task::spawn_blocking(move || foxbridge_vault::change_passphrase(&key_path, &old, &to))
        .await
        .map_err(error::stopped)?
        .map_err(error::vault)?;
    app.host().use_vault(VaultUse::Passphrase(Some(new)));
    status(app).await
}

/// Copies what can be read, and reads it back; the names of what was copied.
fn copy(
    old: Option<&dyn Vault>,
    new: &dyn Vault,
    keys: &[String],
) -> Result<Vec<String>, VaultError> {
    let Some(old) = old else {
        return Ok(Vec::new());
    };
    let mut copied = Vec::new();
    for key in keys {
        // An old store that does not open is why people choose another.
        let Ok(Some(secret)) = old.get(key) else {
            continue;
        };
        new.set(key, &secret)?;
        let read = new.get(key)?;
        if read.is_some_and(|read| secrets::same(&read, &secret)) {
            copied.push(key.clone());
        }
    }
    Ok(copied)
}

pub(crate) fn secret_names(app: &App) -> Result<Vec<String>, AppError> {
    let rows = app.store().connections().list().map_err(error::store)?;
    Ok(rows
        .iter()
        .filter(|row| !row.sample)
        .flat_map(|row| secrets::keys(&row.id))
        .collect())
}

fn passphrase(request: &ChooseVault) -> Result<SecretString, AppError> {
    let text = request.passphrase.as_ref().map_or("", |text| text.expose());
    if text.chars().count() < SHORTEST {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("The passphrase is shorter than {SHORTEST} characters."),
        )
        .hint("Three or four words in a row are long, and easy to remember."));
    }
    Ok(text.into())
}

pub(crate) async fn unlock(app: &App, request: UnlockVault) -> Result<VaultStatus, AppError> {
    let VaultUse::Passphrase(_) = app.host().vault_in_use() else {
        return Err(AppError::new(
            ErrorCode::BadRequest,
            format!("{} takes no passphrase here.", app.host().vault_name()),
        ));
    };
    let wanted = VaultUse::Passphrase(Some(request.passphrase.expose().into()));
    let host = Arc::clone(app.host());
    let to = wanted.clone();
    tokio::task::spawn_blocking(move || host.open_vault(&to).map(drop))
        .await
        .map_err(error::stopped)?
        .map_err(error::vault)?;
    app.host().use_vault(wanted);
    app.changed(&["vault.status", "connections.list"]);
    status(app).await
}

impl PartialEq for VaultUse {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Keyring, Self::Keyring) => true,
            (Self::KeyFile(one), Self::KeyFile(other)) => one == other,
            (Self::Passphrase(one), Self::Passphrase(other)) => {
                let text =
                    |it: &Option<SecretString>| it.as_ref().map(|it| it.expose_secret().to_owned());
                text(one) == text(other)
            }
            _ => false,
        }
    }
}
