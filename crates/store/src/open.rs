//! Opening the database, and the two ways to work in it: reading and writing.

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::error::{Failure, StoreError};
use crate::migrate::{self, Marks};

const OPENING: &str = "opening the database";

/// How long to wait for another process that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// Asked before every write: one that it refuses fails as if the disk were gone, and nothing of it is
/// written. A simulation ends a program this way, at a moment of its choice.
pub type Fuse = Arc<dyn Fn() -> bool + Send + Sync>;

/// The database. Clones share one connection; every call is one short transaction.
#[derive(Clone)]
pub struct Store {
    db: Arc<Mutex<Connection>>,
    file: Arc<PathBuf>,
    fuse: Option<Fuse>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the database in `file`, makes it if there is none (for the owner's eyes only), and
    /// brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Newer`] and [`StoreError::Foreign`] leave the file as it was; [`StoreError::Damaged`],
    /// [`StoreError::Locked`], [`StoreError::Disk`] and [`StoreError::File`] say what stands in the way.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        refuse_unread(file)?;
        make_private(file).map_err(|source| {
            let doing = "preparing the database's file";
            StoreError::File {
                file: file.to_owned(),
                doing,
                source,
            }
        })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = Connection::open_with_flags(file, flags)
            .map_err(Failure::from)
            .and_then(|db| prepare(db, file))
            .map_err(|e| e.at(file, OPENING))?;
        Ok(Self::of(opened, file))
    }

    /// A database that is gone when the last clone is dropped.
    ///
    /// # Errors
    /// [`StoreError::Fault`] if the schema is wrong.
    pub fn in_memory() -> Result<Self, StoreError> {
        let file = Path::new("(memory)");
        let opened = Connection::open_in_memory()
            .map_err(Failure::from)
            .and_then(|db| prepare(db, file))
            .map_err(|e| e.at(file, OPENING))?;
        Ok(Self::of(opened, file))
    }

    fn of(db: Connection, file: &Path) -> Self {
        Self {
            db: Arc::new(Mutex::new(db)),
            file: Arc::new(file.to_owned()),
            fuse: None,
        }
    }

    /// The same, asking `fuse` before every write.
    pub fn with_fuse(self, fuse: Fuse) -> Self {
        Self {
            fuse: Some(fuse),
            ..self
        }
    }

    /// The file the database is kept in.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// A panic elsewhere cannot leave the connection half way: its transaction was rolled back.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads one consistent state. `doing` completes "Foxbridge could not go on …".
    pub(crate) fn read<T>(
        &self,
        doing: &'static str,
        body: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let mut db = self.lock();
        let work = || {
            let tx = db.transaction_with_behavior(TransactionBehavior::Deferred)?;
            body(&tx)
        };
        work().map_err(|e| e.at(&self.file, doing))
    }

    /// Writes all of it or nothing. When this returns, the disk has it.
    pub(crate) fn write<T>(
        &self,
        doing: &'static str,
        body: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.commit(&mut self.lock(), body)
            .map_err(|e| e.at(&self.file, doing))
    }

    /// As [`Store::write`], for what can be read again from the service or is only told to people:
    /// a power cut may lose the newest of it (a crash of the program does not). Nothing is
    /// reordered: a later [`Store::write`] brings all of this to the disk first.
    pub(crate) fn write_relaxed<T>(
        &self,
        doing: &'static str,
        body: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let mut db = self.lock();
        let work = || {
            db.pragma_update(None, "synchronous", "NORMAL")?;
            let done = self.commit(&mut db, body);
            db.pragma_update(None, "synchronous", "FULL")?;
            done
        };
        work().map_err(|e| e.at(&self.file, doing))
    }

    fn commit<T>(
        &self,
        db: &mut Connection,
        body: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if self.fuse.as_ref().is_some_and(|holds| !holds()) {
            let gone = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_IOERR);
            return Err(rusqlite::Error::SqliteFailure(gone, None).into());
        }
        // Immediate: a deferred transaction that turns into a writer may be refused half way.
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = body(&tx)?;
        tx.commit()?;
        Ok(done)
    }
}

/// Refuses a newer or foreign database before anything of it is touched. What cannot be told yet is
/// left for the real opening to report.
fn refuse_unread(file: &Path) -> Result<(), StoreError> {
    let mut side_file = file.as_os_str().to_owned();
    side_file.push("-wal");
    if !Path::new(&side_file).exists() {
        // Nobody has it open, so its header tells all; opening it would make side files.
        return header(file).map_or(Ok(()), |marks| marks.check(file).map(drop));
    }
    // The newest marks may be in the side file. Read only, so that it is not written back.
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let looked = Connection::open_with_flags(file, flags)
        .map_err(Failure::from)
        .and_then(|db| {
            db.busy_timeout(BUSY)?;
            migrate::check(&db, file)
        });
    match looked {
        Err(Failure::Store(refusal)) => Err(refusal),
        _ => Ok(()),
    }
}

/// The marks in the first bytes of a database file (sqlite.org/fileformat2.html §1.3); `None` if it
/// is not there or is no database.
fn header(file: &Path) -> Option<Marks> {
    let mut bytes = [0; 100];
    File::open(file).ok()?.read_exact(&mut bytes).ok()?;
    let number = |at: usize| -> i64 {
        i32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]).into()
    };
    bytes.starts_with(b"SQLite format 3\0").then(|| Marks {
        version: number(60),
        owner: number(68),
        tables: number(40),
    })
}

fn prepare(mut db: Connection, file: &Path) -> Result<Connection, Failure> {
    db.busy_timeout(BUSY)?;
    migrate::check(&db, file)?;
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // An intent must be on the disk before its request leaves: rule 4, no create happens twice.
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.set_prepared_statement_cache_capacity(128);
    migrate::migrate(&mut db, file)?;
    Ok(db)
}

/// Makes the file, and takes everybody else's access from it. SQLite gives its side files (`-wal`,
/// `-shm`) the mode of the database.
pub(crate) fn make_private(file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent().filter(|f| !f.as_os_str().is_empty()) {
        let mut make = DirBuilder::new();
        make.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut make, 0o700);
        make.create(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made: File = options.open(file)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if made.metadata()?.permissions().mode() & 0o077 != 0 {
            made.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    drop(made);
    Ok(())
}
