//! A copy of the whole database, made while it is in use, and putting one back.

use std::fs;
use std::path::Path;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::Store;
use crate::error::{Failure, StoreError};
use crate::migrate;
use crate::open::make_private;

impl Store {
    /// Writes a complete copy to `to`, which must not exist. The copy appears under its name only
    /// when it is whole, and is for the owner's eyes only.
    ///
    /// # Errors
    /// [`StoreError::Exists`] if there is something at `to`; [`StoreError::File`] and
    /// [`StoreError::Disk`] if it cannot be written.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let doing = "writing a backup";
        let failed = |source| StoreError::File {
            file: to.to_owned(),
            doing,
            source,
        };
        if fs::symlink_metadata(to).is_ok() {
            return Err(StoreError::Exists {
                file: to.to_owned(),
            });
        }
        let mut part = to.as_os_str().to_owned();
        part.push(".part");
        let part = Path::new(&part);
        // What an interrupted backup left behind.
        match fs::remove_file(part) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(failed(e)),
            _ => {}
        }
        make_private(part).map_err(failed)?;
        let copy = || -> Result<(), Failure> {
            let mut copy = Connection::open(part)?;
            let stepped = Backup::new(&self.lock(), &mut copy)?.step(-1)?;
            if stepped != StepResult::Done {
                return Err(StoreError::Locked {
                    file: self.file().to_owned(),
                    doing,
                }
                .into());
            }
            // One file, with nothing left in a side file.
            copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
            Ok(())
        };
        copy().map_err(|e| e.at(part, doing))?;
        fs::rename(part, to).map_err(failed)
    }

    /// Puts a copy that [`Store::backup`] made in place of everything, in one step, and brings its
    /// schema up to date. Others that have the database open see the new content.
    ///
    /// # Errors
    /// [`StoreError::Newer`], [`StoreError::Foreign`] and [`StoreError::Damaged`] when the copy is
    /// not one that this program can read; nothing was changed then. [`StoreError::Locked`] when
    /// another process is writing.
    pub fn restore(&self, from: &Path) -> Result<(), StoreError> {
        let doing = "restoring a backup";
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let looked = || -> Result<Connection, Failure> {
            let copy = Connection::open_with_flags(from, flags)?;
            // An empty file passes as a new database; a backup always has a schema.
            if migrate::check(&copy, from)? == 0 {
                return Err(StoreError::Foreign {
                    file: from.to_owned(),
                }
                .into());
            }
            let sound: String = copy.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
            if sound != "ok" {
                return Err(rusqlite::Error::SqliteFailure(
                    rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
                    Some(sound),
                )
                .into());
            }
            Ok(copy)
        };
        let copy = looked().map_err(|e| e.at(from, doing))?;
        let mut live = self.lock();
        let mut replace = || -> Result<(), Failure> {
            // All pages in one step are one transaction: a crash leaves the old content.
            let stepped = Backup::new(&copy, &mut live)?.step(-1)?;
            if stepped != StepResult::Done {
                return Err(StoreError::Locked {
                    file: self.file().to_owned(),
                    doing,
                }
                .into());
            }
            migrate::migrate(&mut live, self.file())
        };
        replace().map_err(|e| e.at(self.file(), doing))
    }
}
