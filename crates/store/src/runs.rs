//! Runs: one execution of a sync each. They outlive their sync, since they say what was done.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 6,
    name: "runs",
    sql: "CREATE TABLE runs (
            id          TEXT NOT NULL PRIMARY KEY,
            sync        TEXT NOT NULL,
            rehearsal   INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),
            state       TEXT NOT NULL,
            started_at  INTEGER NOT NULL,
            finished_at INTEGER,
            summary     TEXT NOT NULL
          ) STRICT;
          CREATE INDEX runs_by_sync ON runs (sync, started_at);
          CREATE INDEX runs_by_time ON runs (coalesce(finished_at, started_at));",
}];

/// One run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRow {
    /// Our id of it.
    pub id: String,
    /// The sync it belongs to.
    pub sync: String,
    /// Whether it stops at the plan. The journal refuses to send a rehearsal's changes.
    pub rehearsal: bool,
    /// How it stands.
    pub state: String,
    /// Milliseconds since 1970.
    pub started_at: i64,
    /// Milliseconds since 1970; `None` while it runs, or when the program ended under it.
    pub finished_at: Option<i64>,
    /// Its counts and the rest of what is shown.
    pub summary: Value,
}

const COLUMNS: &str = "id, sync, rehearsal, state, started_at, finished_at, summary";

fn row(r: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        id: r.get(0)?,
        sync: r.get(1)?,
        rehearsal: r.get(2)?,
        state: r.get(3)?,
        started_at: r.get(4)?,
        finished_at: r.get(5)?,
        summary: r.get::<_, Json>(6)?.0,
    })
}

fn write(db: &Connection, sql: &str, run: &RunRow) -> rusqlite::Result<usize> {
    db.prepare_cached(sql)?.execute(params![
        run.id,
        run.sync,
        run.rehearsal,
        run.state,
        run.started_at,
        run.finished_at,
        JsonRef(&run.summary)
    ])
}

/// Reads a run, as part of a larger transaction.
pub(crate) fn get(db: &Connection, id: &str) -> Result<Option<RunRow>, Failure> {
    let sql = format!("SELECT {COLUMNS} FROM runs WHERE id = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([id], row).optional()?)
}

/// Access to the runs.
#[derive(Debug, Clone, Copy)]
pub struct Runs<'a>(pub(crate) &'a Store);

impl Runs<'_> {
    /// Keeps a new run.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] if there is one of that id.
    pub fn insert(&self, run: &RunRow) -> Result<(), StoreError> {
        self.0.write("beginning a run", |tx| {
            let sql = format!(
                "INSERT INTO runs ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (id) DO NOTHING"
            );
            if write(tx, &sql, run)? == 0 {
                return Err(StoreError::Duplicate {
                    what: "run",
                    id: run.id.clone(),
                }
                .into());
            }
            Ok(())
        })
    }

    /// Replaces everything about a run but its id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none of that id.
    pub fn update(&self, run: &RunRow) -> Result<(), StoreError> {
        self.finish(run, &[])
    }

    /// As [`Runs::update`], with the events that this is, in the same transaction.
    ///
    /// # Errors
    /// As [`Runs::update`].
    pub fn finish(&self, run: &RunRow, events: &[crate::NewEvent]) -> Result<(), StoreError> {
        self.0.write("noting how a run stands", |tx| {
            let sql = "UPDATE runs SET sync = ?2, rehearsal = ?3, state = ?4, started_at = ?5,
                         finished_at = ?6, summary = ?7
                       WHERE id = ?1";
            if write(tx, sql, run)? == 0 {
                return Err(StoreError::NotFound {
                    what: "run",
                    id: run.id.clone(),
                }
                .into());
            }
            crate::events::insert(tx, events)?;
            Ok(())
        })
    }

    /// One run.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, id: &str) -> Result<Option<RunRow>, StoreError> {
        self.0.read("reading a run", |db| get(db, id))
    }

    /// The newest runs of a sync, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self, sync: &str, limit: u32) -> Result<Vec<RunRow>, StoreError> {
        self.0.read("reading the runs", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM runs WHERE sync = ?1
                 ORDER BY started_at DESC, rowid DESC LIMIT ?2"
            );
            let mut q = db.prepare_cached(&sql)?;
            let rows = q
                .query_map(params![sync, limit], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// The runs of a sync that began at `since` or later, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn since(&self, sync: &str, since: i64) -> Result<Vec<RunRow>, StoreError> {
        self.0.read("reading the latest runs", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM runs WHERE sync = ?1 AND started_at >= ?2
                 ORDER BY started_at DESC, rowid DESC"
            );
            let mut q = db.prepare_cached(&sql)?;
            let rows = q
                .query_map(params![sync, since], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// How many runs, without rehearsals, stand in which state: sync, state, count.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn totals(&self) -> Result<Vec<(String, String, u32)>, StoreError> {
        self.0.read("counting the runs", |db| {
            let mut q = db.prepare_cached(
                "SELECT sync, state, count(*) FROM runs WHERE NOT rehearsal
                 GROUP BY sync, state ORDER BY sync, state",
            )?;
            let rows = q
                .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Runs of a sync that have no end: they go on, or the program ended under them. Oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn unfinished(&self, sync: &str) -> Result<Vec<RunRow>, StoreError> {
        self.0.read("reading the unfinished runs", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM runs WHERE sync = ?1 AND finished_at IS NULL
                 ORDER BY started_at, rowid"
            );
            let rows = db
                .prepare_cached(&sql)?
                .query_map([sync], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Forgets runs that ended before `before`, with their changes; returns how many. The newest
    /// `keep` of each sync stay, and every run of which something is still open: a change in doubt is
    /// looked up by the next run.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn prune(&self, before: i64, keep: u32) -> Result<u32, StoreError> {
        self.0.write_relaxed("forgetting old runs", |tx| {
            let gone = tx.execute(
                "DELETE FROM runs WHERE finished_at < ?1
                   AND id NOT IN (SELECT id FROM (
                     SELECT id, row_number() OVER
                       (PARTITION BY sync ORDER BY started_at DESC, rowid DESC) AS place FROM runs)
                     WHERE place <= ?2)
                   AND id NOT IN (SELECT run FROM journal WHERE state = 'sent')",
                params![before, keep],
            )?;
            Ok(u32::try_from(gone).unwrap_or(u32::MAX))
        })
    }
}
