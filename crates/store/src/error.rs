//! What can go wrong with the database, in words for the person who has to act on it.

use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi::SQLITE_CONSTRAINT_FOREIGNKEY as FOREIGN_KEY};

/// What went wrong: what was being done, with which file or record, and what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A newer program wrote the database. It was not touched.
    #[error(
        "{} was written by a newer Foxbridge (its schema is version {found}, this program knows {known}). \
         Nothing in it was changed. Install the newer Foxbridge, or choose another data folder.",
        .file.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// Schema version of the file.
        found: i64,
        /// Newest schema version this program knows.
        known: i64,
    },
    /// A database, but of another program. It was not touched.
    #[error(
        "{} is a database of another program. Nothing in it was changed. Choose another data folder.",
        .file.display()
    )]
    Foreign {
        /// The file.
        file: PathBuf,
    },
    /// Not a database, or a broken one.
    #[error(
        "Foxbridge could not go on {doing}: {} is damaged or is no database ({source}). Put it aside and \
         restore a backup, or start without it: the next run finds its links again by the ids stamped on \
         the contacts.",
        .file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// Another process held the database for too long.
    #[error(
        "Foxbridge could not go on {doing}: another process has kept {} locked for more than five seconds. \
         Close the other Foxbridge and try again.",
        .file.display()
    )]
    Locked {
        /// The file.
        file: PathBuf,
        /// What was being done.
        doing: &'static str,
    },
    /// The disk is full, or the file cannot be opened, read or written.
    #[error(
        "Foxbridge could not go on {doing}: {} cannot be read or written ({source}). Check that the disk \
         has room and that the folder belongs to you.",
        .file.display()
    )]
    Disk {
        /// The file.
        file: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A file could not be made ready.
    #[error(
        "Foxbridge could not go on {doing}: {}: {source}. Check that the folder exists and belongs to you.",
        .file.display()
    )]
    File {
        /// The file or folder.
        file: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file that must not be overwritten is there already.
    #[error("{} is there already and was left alone. Choose another name for the backup.", .file.display())]
    Exists {
        /// The file.
        file: PathBuf,
    },
    /// There is no such row.
    #[error("There is no {what} {id:?} in the database. It may have been removed meanwhile.")]
    NotFound {
        /// What kind of row.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A row of that id is there already.
    #[error("There is a {what} {id:?} in the database already. Nothing was changed.")]
    Duplicate {
        /// What kind of row.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// Something else still needs the row.
    #[error("The {what} {id:?} is used by the sync {by:?}. Remove that sync first.")]
    InUse {
        /// What kind of row.
        what: &'static str,
        /// Its id.
        id: String,
        /// Name of the sync.
        by: String,
    },
    /// A record is linked to somebody else already.
    #[error(
        "Lead {lead_id} and contact {contact_id} cannot be linked: lead {linked_lead} is linked with contact \
         {linked_contact} already. Break that link first."
    )]
    AlreadyLinked {
        /// The lead that was to be linked.
        lead_id: String,
        /// The contact that was to be linked.
        contact_id: String,
        /// Lead of the link that stands in the way.
        linked_lead: String,
        /// Contact of the link that stands in the way.
        linked_contact: String,
    },
    /// A change cannot go from where it is to where it was sent.
    #[error(
        "Change {seq} of run {run} ({record}) is {state}{}; it cannot become {wanted}. Nothing was changed.",
        if *.rehearsal { " in a rehearsal" } else { "" }
    )]
    WrongState {
        /// The run.
        run: String,
        /// Position in the plan.
        seq: u32,
        /// Who it is about.
        record: String,
        /// Its state.
        state: String,
        /// The state it should have got.
        wanted: &'static str,
        /// Whether its run is a rehearsal.
        rehearsal: bool,
    },
    /// The connection or sync a row belongs to is gone.
    #[error(
        "Foxbridge could not go on {doing}: the connection or sync it belongs to was removed. Nothing \
         was changed."
    )]
    Orphan {
        /// What was being done.
        doing: &'static str,
    },
    /// A statement failed for another reason: a fault in Foxbridge.
    #[error(
        "Foxbridge could not go on {doing} in {}: {source}. Nothing was changed. This is a fault in \
         Foxbridge; please report it.",
        .file.display()
    )]
    Fault {
        /// The file.
        file: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

/// What a transaction's body can fail with, before it is known which file it was about.
#[derive(Debug)]
pub(crate) enum Failure {
    Sql(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(e: rusqlite::Error) -> Self {
        Self::Sql(e)
    }
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

impl Failure {
    /// Names the file and what was being done.
    pub(crate) fn at(self, file: &std::path::Path, doing: &'static str) -> StoreError {
        let source = match self {
            Self::Sql(e) => e,
            Self::Store(e) => return e,
        };
        let file = file.to_owned();
        if source
            .sqlite_error()
            .is_some_and(|e| e.extended_code == FOREIGN_KEY)
        {
            return StoreError::Orphan { doing };
        }
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                StoreError::Locked { file, doing }
            }
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Damaged {
                file,
                doing,
                source,
            },
            Some(
                ErrorCode::DiskFull
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::SystemIoFailure
                | ErrorCode::PermissionDenied,
            ) => StoreError::Disk {
                file,
                doing,
                source,
            },
            // What a column held was not what we write there.
            None if matches!(source, rusqlite::Error::FromSqlConversionFailure(..)) => {
                StoreError::Damaged {
                    file,
                    doing,
                    source,
                }
            }
            _ => StoreError::Fault {
                file,
                doing,
                source,
            },
        }
    }
}
