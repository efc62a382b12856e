//! Files that people get: written where they said, whole or not at all, or handed over.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use foxbridge_contract::{AppError, ErrorCode, SavedFile};

/// What is handed over goes through memory, three times over: a file longer than this is only written.
const MOST_HANDED: usize = 64 * 1024 * 1024;

fn failed(path: &Path, error: &std::io::Error) -> AppError {
    AppError::new(
        ErrorCode::Store,
        format!("{} cannot be written: {error}.", path.display()),
    )
    .hint("Choose another folder, or make room. Nothing else was changed.")
}

/// Writes a file for its owner's eyes only, in place of what is there; without a path it is handed
/// over. `fill` gives how many entries it wrote, if it is a list.
pub(crate) fn save(
    name: &str,
    to: Option<&str>,
    fill: impl FnOnce(&mut dyn Write) -> Result<Option<u32>, AppError>,
) -> Result<SavedFile, AppError> {
    let Some(to) = to else {
        let mut content = Vec::new();
        let entries = fill(&mut content)?;
        if content.len() > MOST_HANDED {
            return Err(AppError::new(
                ErrorCode::BadRequest,
                format!(
                    "The file has {} MB, too much to hand over.",
                    content.len() >> 20
                ),
            )
            .hint("Ask for less, or name a file to write: foxbridge --help."));
        }
        return Ok(SavedFile {
            name: name.to_owned(),
            path: None,
            bytes: content.len() as u64,
            content: Some(BASE64_STANDARD.encode(&content)),
            entries,
        });
    };
    let path = std::path::absolute(to).unwrap_or_else(|_| PathBuf::from(to));
    let folder = path.parent().unwrap_or(Path::new("."));
    let wrong = |error: std::io::Error| failed(&path, &error);
    // In the same folder, so that the rename is one step; mode 0600 on Unix from the start.
    let file = tempfile::Builder::new()
        .prefix(".foxbridge-")
        .tempfile_in(folder)
        .map_err(wrong)?;
    let mut out = BufWriter::new(file);
    let entries = fill(&mut out)?;
    let file = out.into_inner().map_err(|e| failed(&path, e.error()))?;
    file.as_file().sync_all().map_err(wrong)?;
    let bytes = file.as_file().metadata().map_err(wrong)?.len();
    file.persist(&path).map_err(|e| failed(&path, &e.error))?;
    Ok(SavedFile {
        name: name.to_owned(),
        path: Some(path.display().to_string()),
        content: None,
        bytes,
        entries,
    })
}

/// An error of writing, inside `fill`.
pub(crate) fn unwritten(error: impl std::fmt::Display) -> AppError {
    AppError::new(
        ErrorCode::Store,
        format!("The file could not be written: {error}."),
    )
    .hint("Make room, or choose another folder. Nothing else was changed.")
}

/// The day, for a file's name.
pub(crate) fn day(now: i64) -> String {
    jiff::Timestamp::from_millisecond(now)
        .map(|at| at.strftime("%Y-%m-%d").to_string())
        .unwrap_or_default()
}
