//! Export of activity, retention, backups and diagnostics.

use std::path::Path;

use foxbridge_contract::{
    ActivityOutcome, ActivityQuery, AppError, BackupInfo, ErrorCode, ExportActivity, ExportFormat,
    MakeBackup, MakeDiagnostics, Nothing, OpenBackup, Restored, Retention, SavedFile, Secret,
};

use crate::accounts::{new_passphrase, prompt};
use crate::args::{Backup, LogArgs, LogKind, RetentionArgs};
use crate::style::{quiet, strong};
use crate::{Terminal, secret_from_stdin, show};

fn wrong(what: impl Into<String>) -> AppError {
    AppError::new(ErrorCode::BadRequest, what.into())
}

/// A path that is not taken yet: nothing here writes over a file.
fn fresh(file: &Path) -> Result<String, AppError> {
    if file.exists() {
        return Err(wrong(format!("{} exists already.", file.display()))
            .hint("Name another file. Nothing was written."));
    }
    Ok(file.display().to_string())
}

fn saved(terminal: &Terminal, file: &SavedFile) -> Result<(), AppError> {
    terminal.answer(file, |file| {
        let path = file.path.as_deref().unwrap_or(&file.name);
        match file.entries {
            Some(entries) => say!("{} entries written to {path}", strong(&entries.to_string())),
            None => say!(
                "{} bytes written to {path}",
                strong(&file.bytes.to_string())
            ),
        }
    })
}

pub(crate) async fn log(terminal: &Terminal, args: LogArgs) -> Result<(), AppError> {
    let Some(file) = args.export else {
        let entries = foxbridge_app::log(&terminal.app, args.limit)?;
        return terminal.answer(&entries, |entries| show::log(entries));
    };
    let format = match file.extension().and_then(|e| e.to_str()) {
        Some("csv") => ExportFormat::Csv,
        Some("jsonl") => ExportFormat::Jsonl,
        _ => return Err(wrong("The file's name ends in .csv or in .jsonl.")),
    };
    let kind = args.kind.map(|kind| match kind {
        LogKind::Request => "request",
        LogKind::Change => "change",
        LogKind::Run => "run",
        LogKind::Firing => "firing",
    });
    let request = ExportActivity {
        query: ActivityQuery {
            kind: kind.map(str::to_owned),
            sync: args.sync,
            outcome: args.failed.then_some(ActivityOutcome::Failed),
            since: args.since,
            search: args.search,
            ..ActivityQuery::default()
        },
        format,
        to: Some(fresh(&file)?),
    };
    saved(terminal, &terminal.call("activity.export", request).await?)
}

pub(crate) async fn retention(terminal: &Terminal, args: RetentionArgs) -> Result<(), AppError> {
    let mut kept: Retention = terminal.call("retention.get", Nothing {}).await?;
    if args.activity.is_some() || args.requests.is_some() {
        kept = Retention {
            activity_days: args.activity.unwrap_or(kept.activity_days),
            request_days: args.requests.unwrap_or(kept.request_days),
        };
        kept = terminal.call("retention.set", kept).await?;
    }
    terminal.answer(&kept, |kept| {
        match kept.activity_days {
            0 => say!("Runs and changes are kept for good."),
            days => say!(
                "Runs and changes are kept for {} days.",
                strong(&days.to_string())
            ),
        }
        say!(
            "Requests are kept for {} days.",
            strong(&kept.request_days.to_string())
        );
    })
}

pub(crate) async fn diagnostics(terminal: &Terminal, file: &Path) -> Result<(), AppError> {
    let request = MakeDiagnostics {
        to: Some(fresh(file)?),
    };
    saved(terminal, &terminal.call("diagnostics.make", request).await?)
}

fn passphrase() -> Result<Secret, AppError> {
    match std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        true => prompt("Passphrase: "),
        false => secret_from_stdin("The passphrase"),
    }
}

fn shown(info: &BackupInfo) {
    say!("{} by Foxbridge {}", strong(&info.made_at), info.version);
    say!("  connections: {}", info.connections.join(", "));
    say!("  syncs: {}", info.syncs.join(", "));
    let secrets = match info.secrets {
        true => "with keys and tokens",
        false => "without keys and tokens",
    };
    say!("  {secrets}");
}

pub(crate) async fn backup(terminal: &Terminal, command: Backup) -> Result<(), AppError> {
    match command {
        Backup::Make { file, with_secrets } => {
            let request = MakeBackup {
                to: Some(fresh(&file)?),
                passphrase: new_passphrase()?,
                secrets: with_secrets,
            };
            saved(terminal, &terminal.call("backup.make", request).await?)
        }
        Backup::Show { file } => {
            let info: BackupInfo = terminal.call("backup.look", open(&file)?).await?;
            terminal.answer(&info, shown)
        }
        Backup::Restore { file, yes } => {
            if !yes {
                return Err(wrong("A restore puts the backup in place of everything.")
                    .hint("Say --yes if you mean it. What is there now is kept in a file."));
            }
            let restored: Restored = terminal.call("backup.restore", open(&file)?).await?;
            terminal.answer(&restored, |restored| {
                say!("{}", strong("Restored"));
                shown(&restored.info);
                say!("  before: {}", quiet(&restored.before));
                for name in &restored.to_connect_again {
                    say!("  connect {name} again: its key was not in the backup");
                }
                say!("Nothing starts by itself until you say: foxbridge resume");
            })
        }
    }
}

fn open(file: &Path) -> Result<OpenBackup, AppError> {
    Ok(OpenBackup {
        from: Some(file.display().to_string()),
        content: None,
        passphrase: passphrase()?,
    })
}
