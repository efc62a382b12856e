//! A copy of the whole database, made while it is in use.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::Store;
use crate::error::{Failure, StoreError};
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
}
