//! The schema's history: each table's file brings its steps, this file runs them.
//!
//! A step that was released is never edited; a change is a new step with the next number.

use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::{Failure, StoreError};

/// One step of the schema's history.
pub(crate) struct Migration {
    /// Its place in history, from 1, without gaps over all tables.
    pub(crate) version: i64,
    /// What it does.
    pub(crate) name: &'static str,
    /// How.
    pub(crate) sql: &'static str,
}

/// `PRAGMA application_id` of our databases: "Foxb".
const APPLICATION: i64 = 0x466f_7862;

/// All steps, in order.
fn migrations() -> Vec<&'static Migration> {
    let mut all: Vec<&Migration> = [
        crate::connections::MIGRATIONS,
        crate::syncs::MIGRATIONS,
        crate::mirror::MIGRATIONS,
        crate::links::MIGRATIONS,
        crate::base::MIGRATIONS,
        crate::runs::MIGRATIONS,
        crate::journal::MIGRATIONS,
        crate::needs_you::MIGRATIONS,
        crate::requests::MIGRATIONS,
        crate::settings::MIGRATIONS,
        crate::permissions::MIGRATIONS,
        crate::people::MIGRATIONS,
        crate::events::MIGRATIONS,
        crate::rules::MIGRATIONS,
        crate::answers::MIGRATIONS,
        crate::sign_ins::MIGRATIONS,
        crate::decisions::MIGRATIONS,
        crate::deliveries::MIGRATIONS,
    ]
    .into_iter()
    .flatten()
    .collect();
    all.sort_by_key(|m| m.version);
    all
}

/// The newest schema version this program knows.
pub fn schema_version() -> i64 {
    migrations().last().map_or(0, |m| m.version)
}

/// What a database says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marks {
    /// `PRAGMA user_version`: our schema version.
    pub(crate) version: i64,
    /// `PRAGMA application_id`: whose it is.
    pub(crate) owner: i64,
    /// `PRAGMA schema_version`: 0 until the first table is made.
    pub(crate) tables: i64,
}

impl Marks {
    fn of(db: &Connection) -> rusqlite::Result<Self> {
        let ask = |pragma| db.pragma_query_value(None, pragma, |r| r.get(0));
        Ok(Self {
            version: ask("user_version")?,
            owner: ask("application_id")?,
            tables: ask("schema_version")?,
        })
    }

    /// Refuses a database that is newer than this program or not ours.
    pub(crate) fn check(self, file: &Path) -> Result<i64, StoreError> {
        let file = || file.to_owned();
        let fresh = self.version == 0 && self.owner == 0 && self.tables == 0;
        if !fresh && self.owner != APPLICATION {
            return Err(StoreError::Foreign { file: file() });
        }
        let known = schema_version();
        if self.version > known {
            return Err(StoreError::Newer {
                file: file(),
                found: self.version,
                known,
            });
        }
        Ok(self.version)
    }
}

/// Refuses a database that is newer than this program or not ours. Reads only.
pub(crate) fn check(db: &Connection, file: &Path) -> Result<i64, Failure> {
    Ok(Marks::of(db)?.check(file)?)
}

/// Brings the schema up to date, all steps in one transaction: either all of them happened or none.
pub(crate) fn migrate(db: &mut Connection, file: &Path) -> Result<(), Failure> {
    run(db, file, &migrations())
}

fn run(db: &mut Connection, file: &Path, steps: &[&Migration]) -> Result<(), Failure> {
    let newest = steps.last().map_or(0, |m| m.version);
    if check(db, file)? == newest {
        return Ok(());
    }
    let tx: Transaction<'_> = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Asked again inside: another process may have migrated while we waited for the lock.
    let found = check(&tx, file)?;
    for step in steps.iter().filter(|m| m.version > found) {
        tx.execute_batch(step.sql).map_err(|e| named(step, e))?;
    }
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", newest.max(found))?;
    tx.commit()?;
    Ok(())
}

/// Says which step failed, keeping SQLite's code.
fn named(step: &Migration, e: rusqlite::Error) -> rusqlite::Error {
    match e {
        rusqlite::Error::SqliteFailure(code, message) => {
            let message = message.unwrap_or_else(|| code.to_string());
            let step = format!("step {} ({}) failed: {message}", step.version, step.name);
            rusqlite::Error::SqliteFailure(code, Some(step))
        }
        rusqlite::Error::SqlInputError { error, msg, .. } => {
            let step = format!("step {} ({}) failed: {msg}", step.version, step.name);
            rusqlite::Error::SqliteFailure(error, Some(step))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn schema(db: &Connection) -> Vec<String> {
        let mut q = db
            .prepare("SELECT sql FROM sqlite_schema WHERE sql NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY 1")
            .unwrap();
        q.query_map([], |r| r.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    fn file() -> &'static Path {
        Path::new("test.db")
    }

    #[test]
    fn versions_count_up_from_one_without_gaps() {
        let versions: Vec<i64> = migrations().iter().map(|m| m.version).collect();
        let wanted: Vec<i64> = (1..=i64::try_from(versions.len()).unwrap()).collect();
        assert_eq!(
            versions, wanted,
            "two tables share a version, or one was skipped"
        );
    }

    #[test]
    fn every_older_schema_is_brought_to_the_newest() {
        let mut fresh = Connection::open_in_memory().unwrap();
        migrate(&mut fresh, file()).unwrap();
        for known in 0..=migrations().len() {
            let mut db = Connection::open_in_memory().unwrap();
            run(&mut db, file(), &migrations()[..known]).unwrap();
            migrate(&mut db, file()).unwrap();
            assert_eq!(schema(&db), schema(&fresh), "from version {known}");
            assert_eq!(
                check(&db, file()).unwrap(),
                schema_version(),
                "from version {known}"
            );
        }
    }

    #[test]
    fn every_table_is_strict() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, file()).unwrap();
        // The tables inside a full-text index are SQLite's own.
        let ours = |sql: &&String| sql.starts_with("CREATE TABLE ") && !sql.contains("_words_");
        for table in schema(&db).iter().filter(ours) {
            assert!(
                table.contains(") STRICT"),
                "a loose table keeps what it should refuse: {table}"
            );
        }
    }

    #[test]
    fn a_failing_step_leaves_the_database_as_it_was() {
        let good = Migration {
            version: 1,
            name: "good",
            sql: "CREATE TABLE a (x TEXT) STRICT",
        };
        let bad = Migration {
            version: 2,
            name: "bad",
            sql: "CREATE TABLE b (x TEXT) STRICT; nonsense",
        };
        let mut db = Connection::open_in_memory().unwrap();
        let error = run(&mut db, file(), &[&good, &bad])
            .unwrap_err()
            .at(file(), "bringing it up to date");
        assert!(
            error.to_string().contains("step 2 (bad)"),
            "it names the step: {error}"
        );
        assert_eq!(
            schema(&db),
            Vec::<String>::new(),
            "the first step was undone with the second"
        );
        assert_eq!(
            check(&db, file()).unwrap(),
            0,
            "and the version did not move"
        );
    }
}
