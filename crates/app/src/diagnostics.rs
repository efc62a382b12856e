//! What helps to find a fault, without anything about anybody: a zip of small text files.
//!
//! **Architecture Invariant:** nothing that people or services wrote gets in: no name, address,
//! number, id of a record, path with ids, message of an error, name of a sync, label or tag. Every
//! field is put in one by one; nothing is copied whole and then cleaned.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;

use foxbridge_contract::{AppError, MakeDiagnostics, SavedFile};
use foxbridge_store::{ActivityFilter, ActivityRow, schema_version};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::files::{day, save, unwritten};
use crate::{App, commands, convert, error, retention, run, worker};

const REQUESTS: u32 = 500;
const RUNS: u32 = 50;
/// Lines of the program's log, the newest.
const LINES: usize = 2_000;

const README: &str = "\
This is for a report of a fault in Foxbridge. It holds no personal data: no names, addresses,
numbers, ids of records, keys or tokens; not the words of error messages, which may quote them.
Look through it before you send it; every file is text.

about.json     the program, the system, how much there is of everything
syncs.json     the choices of each sync, without names of tags, labels or fields of your own
runs.json      the last runs: how they ended, how many of what
requests.json  the last requests: which operation, when, how long, which answer
log.txt        when the program wrote which kind of line in its log, without what the line says
";

/// Makes the bundle.
pub(crate) async fn make(app: &App, request: MakeDiagnostics) -> Result<SavedFile, AppError> {
    let app = app.clone();
    let write = move || {
        let name = format!("foxbridge-diagnostics-{}.zip", day(app.now()));
        save(&name, request.to.as_deref(), |out| {
            let bytes = bundle(&app)?;
            out.write_all(&bytes).map_err(unwritten)?;
            Ok(None)
        })
    };
    tokio::task::spawn_blocking(write)
        .await
        .map_err(error::internal)?
}

fn bundle(app: &App) -> Result<Vec<u8>, AppError> {
    let pretty = |value: Value| serde_json::to_string_pretty(&value).map_err(error::internal);
    let files = [
        ("README.txt", README.to_owned()),
        ("about.json", pretty(about(app)?)?),
        ("syncs.json", pretty(syncs(app)?)?),
        ("runs.json", pretty(runs(app)?)?),
        ("requests.json", pretty(requests(app)?)?),
        ("log.txt", log(&app.options().data_dir.join("logs"))),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name, SimpleFileOptions::default())
            .map_err(unwritten)?;
        zip.write_all(text.as_bytes()).map_err(unwritten)?;
    }
    Ok(zip.finish().map_err(unwritten)?.into_inner())
}

fn about(app: &App) -> Result<Value, AppError> {
    let store = app.store();
    let connections = store.connections().list().map_err(error::store)?;
    let mut records = BTreeMap::new();
    for connection in &connections {
        for object in ["lead", "contact"] {
            let (there, gone) = store
                .mirror()
                .count(&connection.id, object)
                .map_err(error::store)?;
            *records.entry(object).or_insert(0) += there + gone;
        }
    }
    let status = worker::status(app)?;
    let size = std::fs::metadata(store.file()).map_or(0, |file| file.len());
    let use_of = match app.host().vault_in_use() {
        crate::VaultUse::Keyring => "keyring",
        crate::VaultUse::KeyFile(_) => "key file",
        crate::VaultUse::Passphrase(_) => "passphrase",
    };
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "schema": schema_version(),
        "system": std::env::consts::OS,
        "cpu": std::env::consts::ARCH,
        "made_at": convert::time(app.now()),
        "database_bytes": size,
        "vault": use_of,
        "connections": connections
            .iter()
            .map(|c| json!({ "service": c.service.as_str(), "sample": c.sample }))
            .collect::<Vec<_>>(),
        "records": records,
        "retention": retention::get(app)?,
        "worker": {
            "state": status.state,
            "place": status.place,
            "paused": status.paused,
            "needs_you": status.needs_you,
        },
    }))
}

/// Fields of a contact or a lead that every account has; one's own are not named.
fn field(id: &str) -> &str {
    match id.starts_with("cf.") {
        true => "(a custom field)",
        false => id,
    }
}

fn syncs(app: &App) -> Result<Value, AppError> {
    let rows = app.store().syncs().list().map_err(error::store)?;
    let mut shown = Vec::new();
    for row in rows {
        let settings = commands::sync_settings(&row)?;
        let mapping: Vec<_> = settings
            .mapping
            .iter()
            .map(|row| {
                let row = convert::mapping_row(row);
                json!({
                    "aimfox": field(&row.aimfox),
                    "highlevel": field(&row.highlevel),
                    "direction": row.direction,
                    "on_conflict": row.on_conflict,
                    "kind": row.kind,
                    "create_only": row.create_only,
                    "steps": row.transform.len(),
                })
            })
            .collect();
        shown.push(json!({
            "sync": row.id,
            "template": row.template,
            "mapping": mapping,
            "tag_writes": convert::tag_writes(settings.tags.to_highlevel),
            "items": convert::items(&settings.items),
            "narrowed": !settings.people.is_everybody(),
            "guards": settings.guards,
            "compare_hours": run::compare_hours(app, &row.id)?,
            "needs_you": kinds(app, &row.id)?,
        }));
    }
    Ok(Value::Array(shown))
}

/// How much of each kind waits for a person.
fn kinds(app: &App, sync: &str) -> Result<BTreeMap<String, u32>, AppError> {
    let mut kinds = BTreeMap::new();
    for row in app.store().needs_you().list(sync).map_err(error::store)? {
        *kinds.entry(row.kind).or_default() += 1;
    }
    Ok(kinds)
}

fn newest(app: &App, kind: &str, limit: u32) -> Result<Vec<ActivityRow>, AppError> {
    let filter = ActivityFilter {
        kind: Some(kind.to_owned()),
        limit,
        ..ActivityFilter::default()
    };
    app.store().activity().page(&filter).map_err(error::store)
}

fn runs(app: &App) -> Result<Value, AppError> {
    let mut shown = Vec::new();
    for row in newest(app, "run", RUNS)? {
        let ActivityRow::Run(row) = row else { continue };
        let run = run::summary_of(&row)?;
        shown.push(json!({
            "run": run.id,
            "sync": run.sync,
            "rehearsal": run.rehearsal,
            "purpose": run.purpose.is_some(),
            "state": run.state,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "would": run.would,
            "changed": run.changed,
            "would_items": run.would_items,
            "changed_items": run.changed_items,
            "failed": run.failed,
            "requests": run.requests,
            "health": run.health,
            "error": run.error.map(|error| error.code),
        }));
    }
    Ok(Value::Array(shown))
}

fn requests(app: &App) -> Result<Value, AppError> {
    let mut shown = Vec::new();
    for row in newest(app, "request", REQUESTS)? {
        let ActivityRow::Request(row) = row else {
            continue;
        };
        shown.push(json!({
            "at": convert::time(row.at),
            "run": row.run,
            "operation": row.operation,
            "attempt": row.attempt,
            "status": row.status,
            "duration_ms": row.duration_ms,
            "failed": row.error.is_some(),
        }));
    }
    Ok(Value::Array(shown))
}

/// Time, level and place of the newest lines of the log. A line that does not look like one (the rest
/// of a message) is left out.
fn log(folder: &Path) -> String {
    let Ok(files) = std::fs::read_dir(folder) else {
        return String::new();
    };
    let mut names: Vec<_> = files.flatten().map(|file| file.path()).collect();
    names.sort();
    let mut lines = Vec::new();
    for name in names {
        // What cannot be read is no part of the bundle.
        let text = std::fs::read_to_string(&name).unwrap_or_default();
        lines.extend(
            text.lines()
                .filter_map(outline)
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        );
    }
    let first = lines.len().saturating_sub(LINES);
    lines[first..].join("\n")
}

/// `2026-11-26T08:30:00.1Z  INFO foxbridge_app::run: …` without what follows the place.
fn outline(line: &str) -> Option<&str> {
    let mut words = line.split_ascii_whitespace();
    let at = words.next()?;
    at.parse::<jiff::Timestamp>().ok()?;
    let level = words.next()?;
    let known = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];
    let place = words.next().filter(|_| known.contains(&level))?;
    let module = place.strip_suffix(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    if !module.starts_with("foxbridge") || !module.chars().all(plain) {
        return None;
    }
    let end = line.find(place)? + module.len();
    line.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_log_is_told_without_its_words() {
        let line = "2026-11-26T08:30:00.123456Z  WARN foxbridge_app::run: ada@example.com failed";
        let told = "2026-11-26T08:30:00.123456Z  WARN foxbridge_app::run";
        assert_eq!(outline(line), Some(told));
        for other in [
            "ada@example.com",
            "2026-11-26T08:30:00Z WARN ada@example.com: no",
            "2026-11-26T08:30:00Z ADA foxbridge_app: x",
            "2026-11-26T08:30:00Z INFO run{sync=Ada}: foxbridge_app: x",
            "",
        ] {
            assert_eq!(outline(other), None, "{other}");
        }
    }
}
