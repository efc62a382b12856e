//! The audit of requests: one row per attempt, written before it is sent. From it the rate budget
//! knows after a restart what was sent.

use foxbridge_model::Service;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::{ServiceColumn, folded};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 9,
        name: "requests",
        sql: "CREATE TABLE requests (
            id              INTEGER PRIMARY KEY AUTOINCREMENT,
            connection      TEXT NOT NULL,
            service         TEXT NOT NULL CHECK (service IN ('highlevel', 'aimfox')),
            operation       TEXT NOT NULL,
            method          TEXT NOT NULL,
            path            TEXT NOT NULL,
            run             TEXT,
            attempt         INTEGER NOT NULL,
            at              INTEGER NOT NULL,
            status          INTEGER,
            duration_ms     INTEGER,
            error           TEXT,
            daily_remaining INTEGER,
            search          TEXT NOT NULL
          ) STRICT;
          CREATE INDEX requests_by_connection ON requests (connection, at);
          CREATE INDEX requests_by_run ON requests (run, at) WHERE run IS NOT NULL;
          CREATE INDEX requests_by_time ON requests (at);",
    },
    Migration {
        version: 21,
        name: "requests of changes",
        sql: "ALTER TABLE requests ADD COLUMN seq INTEGER;",
    },
];

/// One attempt of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// Counts up.
    pub id: i64,
    /// Connection id. It may have been removed since.
    pub connection: String,
    /// Whose service.
    pub service: Service,
    /// Catalog operation id.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path with ids filled in, without query.
    pub path: String,
    /// The run it was sent for, if any.
    pub run: Option<String>,
    /// The change of that run it was sent for, by its position in the plan, if any.
    pub seq: Option<u32>,
    /// Which attempt of the same call, from 1.
    pub attempt: u32,
    /// When it was sent, milliseconds since 1970.
    pub at: i64,
    /// HTTP status; `None` when no answer came (yet).
    pub status: Option<u16>,
    /// From sending to the end of the answer; `None` while it is under way.
    pub duration_ms: Option<u32>,
    /// What went wrong.
    pub error: Option<String>,
    /// What the service said is left for today, if it said so.
    pub daily_remaining: Option<u32>,
}

/// A request that is about to be sent.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)] // as in RequestRow
pub struct NewRequest<'a> {
    pub connection: &'a str,
    pub service: Service,
    pub operation: &'a str,
    pub method: &'a str,
    pub path: &'a str,
    pub run: Option<&'a str>,
    pub seq: Option<u32>,
    pub attempt: u32,
    pub at: i64,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, Default)]
#[allow(missing_docs)] // as in RequestRow
pub struct RequestEnd<'a> {
    pub status: Option<u16>,
    pub duration_ms: u32,
    pub error: Option<&'a str>,
    pub daily_remaining: Option<u32>,
}

const COLUMNS: &str = "id, connection, service, operation, method, path, run, attempt, at, status,
                       duration_ms, error, daily_remaining, seq";

fn row(r: &Row<'_>) -> rusqlite::Result<RequestRow> {
    Ok(RequestRow {
        id: r.get(0)?,
        connection: r.get(1)?,
        service: r.get::<_, ServiceColumn>(2)?.0,
        operation: r.get(3)?,
        method: r.get(4)?,
        path: r.get(5)?,
        run: r.get(6)?,
        attempt: r.get(7)?,
        at: r.get(8)?,
        status: r.get(9)?,
        duration_ms: r.get(10)?,
        error: r.get(11)?,
        daily_remaining: r.get(12)?,
        seq: r.get(13)?,
    })
}

/// Reads a request, as part of a larger transaction.
pub(crate) fn get(db: &Connection, id: i64) -> Result<Option<RequestRow>, Failure> {
    let sql = format!("SELECT {COLUMNS} FROM requests WHERE id = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([id], row).optional()?)
}

/// Access to the audit of requests. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Requests<'a>(pub(crate) &'a Store);

impl Requests<'_> {
    /// Notes that a request is about to be sent; returns its id.
    ///
    /// # Errors
    /// If the database cannot be written. The request must not be sent then.
    pub fn begin(&self, new: &NewRequest<'_>) -> Result<i64, StoreError> {
        self.0.write_relaxed("noting a request", |tx| {
            let search = folded(&[new.operation, new.method, new.path].join("\n"));
            tx.prepare_cached(
                "INSERT INTO requests
                   (connection, service, operation, method, path, run, attempt, at, search, seq)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                new.connection,
                new.service.as_str(),
                new.operation,
                new.method,
                new.path,
                new.run,
                new.attempt,
                new.at,
                search,
                new.seq
            ])?;
            Ok(tx.last_insert_rowid())
        })
    }

    /// Notes how a request ended.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if it was never begun.
    pub fn finish(&self, id: i64, end: &RequestEnd<'_>) -> Result<(), StoreError> {
        self.0.write_relaxed("noting a request's end", |tx| {
            let told = end
                .error
                .map(|e| folded(&format!("\n{e}")))
                .unwrap_or_default();
            let status = end.status.map(|s| format!("\n{s}")).unwrap_or_default();
            let written = tx
                .prepare_cached(
                    "UPDATE requests SET status = ?2, duration_ms = ?3, error = ?4,
                       daily_remaining = ?5, search = search || ?6 || ?7
                     WHERE id = ?1",
                )?
                .execute(params![
                    id,
                    end.status,
                    end.duration_ms,
                    end.error,
                    end.daily_remaining,
                    status,
                    told
                ])?;
            if written == 0 {
                return Err(StoreError::NotFound {
                    what: "request",
                    id: id.to_string(),
                }
                .into());
            }
            Ok(())
        })
    }

    /// When a connection's requests were sent, from `since` on, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn sent_since(&self, connection: &str, since: i64) -> Result<Vec<i64>, StoreError> {
        self.0.read("reading the requests sent", |db| {
            let mut q = db.prepare_cached(
                "SELECT at FROM requests WHERE connection = ?1 AND at >= ?2 ORDER BY at",
            )?;
            let rows = q.query_map(params![connection, since], |r| r.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// How many requests a connection sent from `since` on.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn count_since(&self, connection: &str, since: i64) -> Result<u32, StoreError> {
        self.0.read("counting the requests sent", |db| {
            let mut q = db.prepare_cached(
                "SELECT count(*) FROM requests WHERE connection = ?1 AND at >= ?2",
            )?;
            Ok(q.query_row(params![connection, since], |r| r.get(0))?)
        })
    }

    /// The newest `limit` requests that belong to no run, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn outside_runs(&self, limit: u32) -> Result<Vec<RequestRow>, StoreError> {
        self.0.read("reading the requests sent", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM requests WHERE run IS NULL ORDER BY at DESC, id DESC LIMIT ?1"
            );
            let mut q = db.prepare_cached(&sql)?;
            let rows = q.query_map([limit], row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// How many requests a run sent to a service.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn count_of_run(&self, run: &str, service: Service) -> Result<u32, StoreError> {
        self.0.read("counting a run's requests", |db| {
            let mut q =
                db.prepare_cached("SELECT count(*) FROM requests WHERE run = ?1 AND service = ?2")?;
            Ok(q.query_row(params![run, service.as_str()], |r| r.get(0))?)
        })
    }

    /// What the service last said is left of a connection's day, and when it said so, from `since`
    /// on.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn daily_remaining(
        &self,
        connection: &str,
        since: i64,
    ) -> Result<Option<(i64, u32)>, StoreError> {
        self.0.read("reading the daily quota", |db| {
            let mut q = db.prepare_cached(
                "SELECT at, daily_remaining FROM requests
                 WHERE connection = ?1 AND at >= ?2 AND daily_remaining IS NOT NULL
                 ORDER BY at DESC, id DESC LIMIT 1",
            )?;
            Ok(
                q.query_row(params![connection, since], |r| Ok((r.get(0)?, r.get(1)?)))
                    .optional()?,
            )
        })
    }

    /// Forgets requests sent before `before`; returns how many.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn prune(&self, before: i64) -> Result<u32, StoreError> {
        self.0.write_relaxed("pruning the audit", |tx| {
            let gone = tx.execute("DELETE FROM requests WHERE at < ?1", [before])?;
            Ok(u32::try_from(gone).unwrap_or(u32::MAX))
        })
    }
}
