//! Deliveries of webhooks: taken in at once, worked on later. Those that are not believed are kept for
//! a while too, without their content, so that somebody can see why.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;

use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 18,
    name: "deliveries",
    sql: "CREATE TABLE deliveries (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            connection TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            key        TEXT,
            at         INTEGER NOT NULL,
            state      TEXT NOT NULL,
            why        TEXT,
            event      TEXT NOT NULL,
            body       TEXT NOT NULL,
            repeats    INTEGER NOT NULL DEFAULT 0,
            replays    INTEGER NOT NULL DEFAULT 0,
            tries      INTEGER NOT NULL DEFAULT 0,
            due        INTEGER,
            UNIQUE (connection, key)
          ) STRICT;
          CREATE INDEX deliveries_due ON deliveries (due) WHERE due IS NOT NULL;
          CREATE INDEX deliveries_by_connection ON deliveries (connection, state);",
}];

/// A delivery that was taken in or refused.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDelivery {
    /// Connection id.
    pub connection: String,
    /// What makes it the same one when it comes again; `None` for one that was refused.
    pub key: Option<String>,
    /// When it came, milliseconds since 1970.
    pub at: i64,
    /// Why it was refused; `None` for one that was taken in.
    pub why: Option<String>,
    /// The service's name for the event.
    pub event: String,
    /// Its content; `null` for one that was refused.
    pub body: Value,
}

/// A kept delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryRow {
    /// Its place in the queue.
    pub id: i64,
    /// Connection id.
    pub connection: String,
    /// As [`NewDelivery::key`].
    pub key: Option<String>,
    /// When it came first, milliseconds since 1970.
    pub at: i64,
    /// `waiting`, `done`, `failed` or `refused`.
    pub state: String,
    /// Why it was refused or failed.
    pub why: Option<String>,
    /// The service's name for the event.
    pub event: String,
    /// Its content.
    pub body: Value,
    /// How often it came again.
    pub repeats: u32,
    /// How often somebody had it worked on again.
    pub replays: u32,
    /// Failures in a row.
    pub tries: u32,
    /// When it is worked on, milliseconds since 1970; `None` when it is not.
    pub due: Option<i64>,
}

const COLUMNS: &str =
    "id, connection, key, at, state, why, event, body, repeats, replays, tries, due";

fn row(r: &Row<'_>) -> rusqlite::Result<DeliveryRow> {
    Ok(DeliveryRow {
        id: r.get(0)?,
        connection: r.get(1)?,
        key: r.get(2)?,
        at: r.get(3)?,
        state: r.get(4)?,
        why: r.get(5)?,
        event: r.get(6)?,
        body: r.get::<_, Json>(7)?.0,
        repeats: r.get(8)?,
        replays: r.get(9)?,
        tries: r.get(10)?,
        due: r.get(11)?,
    })
}

/// Access to the deliveries.
#[derive(Debug, Clone, Copy)]
pub struct Deliveries<'a>(pub(crate) &'a Store);

impl Deliveries<'_> {
    /// Takes deliveries in, all in one transaction: when this returns, the disk has them. One that
    /// came before is counted and not worked on again.
    ///
    /// # Errors
    /// If a connection is gone, or the database cannot be written.
    pub fn take_in(&self, deliveries: &[NewDelivery]) -> Result<(), StoreError> {
        self.0.write("taking in deliveries", |tx| {
            let mut q = tx.prepare_cached(
                "INSERT INTO deliveries (connection, key, at, state, why, event, body, due)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (connection, key) DO UPDATE SET repeats = repeats + 1",
            )?;
            for d in deliveries {
                let taken = d.why.is_none();
                q.execute(params![
                    d.connection,
                    d.key,
                    d.at,
                    if taken { "waiting" } else { "refused" },
                    d.why,
                    d.event,
                    JsonRef(&d.body),
                    taken.then_some(d.at)
                ])?;
            }
            Ok(())
        })
    }

    /// Deliveries whose time has come, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn due(&self, now: i64, limit: u32) -> Result<Vec<DeliveryRow>, StoreError> {
        self.0.read("reading the deliveries", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM deliveries WHERE due <= ?1 ORDER BY due, id LIMIT ?2"
            );
            let rows = db
                .prepare_cached(&sql)?
                .query_map(params![now, limit], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// When the next one is worked on.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn next_due(&self) -> Result<Option<i64>, StoreError> {
        self.0.read("reading the deliveries", |db| {
            let sql = "SELECT min(due) FROM deliveries WHERE due IS NOT NULL";
            Ok(db.query_row(sql, [], |r| r.get(0))?)
        })
    }

    /// Marks deliveries as worked on, all in one transaction.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn done(&self, ids: &[i64]) -> Result<(), StoreError> {
        self.0.write("finishing deliveries", |tx| {
            let mut q = tx.prepare_cached(
                "UPDATE deliveries SET state = 'done', why = NULL, due = NULL WHERE id = ?1",
            )?;
            for id in ids {
                q.execute([id])?;
            }
            Ok(())
        })
    }

    /// Notes that deliveries could not be worked on; they are tried again at `due`, or not.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn failed(&self, ids: &[i64], why: &str, due: Option<i64>) -> Result<(), StoreError> {
        self.0.write("noting a failed delivery", |tx| {
            let mut q = tx.prepare_cached(
                "UPDATE deliveries SET tries = tries + 1, why = ?2, due = ?3,
                   state = CASE WHEN ?3 IS NULL THEN 'failed' ELSE 'waiting' END
                 WHERE id = ?1",
            )?;
            for id in ids {
                q.execute(params![id, why, due])?;
            }
            Ok(())
        })
    }

    /// Has a delivery worked on again; `false` when there is none, or it was refused.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn replay(&self, id: i64, now: i64) -> Result<bool, StoreError> {
        self.0.write("replaying a delivery", |tx| {
            let changed = tx.execute(
                "UPDATE deliveries SET state = 'waiting', due = ?2, tries = 0, why = NULL,
                   replays = replays + 1
                 WHERE id = ?1 AND state IN ('done', 'failed')",
                params![id, now],
            )?;
            Ok(changed == 1)
        })
    }

    /// One delivery.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, id: i64) -> Result<Option<DeliveryRow>, StoreError> {
        self.0.read("reading a delivery", |db| {
            let sql = format!("SELECT {COLUMNS} FROM deliveries WHERE id = ?1");
            Ok(db.prepare_cached(&sql)?.query_row([id], row).optional()?)
        })
    }

    /// The newest deliveries, of one connection or of all, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn newest(
        &self,
        connection: Option<&str>,
        limit: u32,
    ) -> Result<Vec<DeliveryRow>, StoreError> {
        self.0.read("reading the deliveries", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM deliveries WHERE ?1 IS NULL OR connection = ?1
                 ORDER BY id DESC LIMIT ?2"
            );
            let rows = db
                .prepare_cached(&sql)?
                .query_map(params![connection, limit], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// How many deliveries stand in which state, and how many came again: connection, state, count,
    /// repeats.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn totals(&self) -> Result<Vec<(String, String, u32, u32)>, StoreError> {
        self.0.read("counting the deliveries", |db| {
            let mut q = db.prepare_cached(
                "SELECT connection, state, count(*), sum(repeats) FROM deliveries
                 GROUP BY connection, state ORDER BY 1, 2",
            )?;
            let rows = q
                .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Forgets what came before `before` and is settled, and all but the newest 1,000 refusals: what
    /// anybody may send must not fill the disk.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn prune(&self, before: i64) -> Result<(), StoreError> {
        self.0.write_relaxed("forgetting old deliveries", |tx| {
            tx.execute(
                "DELETE FROM deliveries WHERE at < ?1 AND due IS NULL",
                [before],
            )?;
            tx.execute(
                "DELETE FROM deliveries WHERE state = 'refused' AND id <= (
                   SELECT id FROM deliveries WHERE state = 'refused'
                   ORDER BY id DESC LIMIT 1 OFFSET 1000)",
                [],
            )?;
            Ok(())
        })
    }
}
