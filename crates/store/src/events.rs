//! What happened, for the rules: a durable queue. And echoes: what we wrote ourselves, so that our own
//! writes are not taken for news.
//!
//! An event is kept in the transaction that shows it (a record in the mirror, the end of a run), under
//! a key that is the same whenever the same thing is seen: it is there exactly once.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 13,
    name: "events",
    sql: "CREATE TABLE events (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            key        TEXT NOT NULL UNIQUE,
            trigger_id TEXT NOT NULL,
            at         INTEGER NOT NULL,
            sync       TEXT,
            connection TEXT,
            depth      INTEGER NOT NULL,
            ours       INTEGER NOT NULL CHECK (ours IN (0, 1)),
            payload    TEXT NOT NULL,
            handled_at INTEGER
          ) STRICT;
          CREATE INDEX events_open ON events (id) WHERE handled_at IS NULL;
          CREATE INDEX events_by_trigger ON events (trigger_id, id);
          CREATE INDEX events_by_time ON events (at) WHERE handled_at IS NOT NULL;
          CREATE TABLE echoes (
            connection TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            record_id  TEXT NOT NULL,
            what       TEXT NOT NULL,
            at         INTEGER NOT NULL,
            depth      INTEGER NOT NULL,
            PRIMARY KEY (connection, record_id, what)
          ) STRICT;",
}];

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// What makes it the same happening when it is seen again.
    pub key: String,
    /// Catalog id of its trigger.
    pub trigger: String,
    /// When it was noticed, milliseconds since 1970.
    pub at: i64,
    /// The sync it was noticed by, if any.
    pub sync: Option<String>,
    /// The connection it happened at, if any.
    pub connection: Option<String>,
    /// How many rules lie between it and what somebody did; 0 when somebody did it.
    pub depth: u32,
    /// Whether we did it ourselves.
    pub ours: bool,
    /// What the catalog says comes with it.
    pub payload: Value,
}

/// A kept event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// Its place in the queue.
    pub id: i64,
    /// What it is.
    pub event: NewEvent,
    /// When the rules had looked at it; `None` while it waits.
    pub handled_at: Option<i64>,
}

/// Something we wrote to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// Connection id.
    pub connection: String,
    /// The service's id of the record.
    pub record_id: String,
    /// What was written, such as `tag:vip` or `field:email=…`.
    pub what: String,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// Depth of the events that follow from it.
    pub depth: u32,
}

const COLUMNS: &str = "id, key, trigger_id, at, sync, connection, depth, ours, payload, handled_at";

fn row(r: &Row<'_>) -> rusqlite::Result<EventRow> {
    Ok(EventRow {
        id: r.get(0)?,
        event: NewEvent {
            key: r.get(1)?,
            trigger: r.get(2)?,
            at: r.get(3)?,
            sync: r.get(4)?,
            connection: r.get(5)?,
            depth: r.get(6)?,
            ours: r.get(7)?,
            payload: r.get::<_, Json>(8)?.0,
        },
        handled_at: r.get(9)?,
    })
}

/// Keeps events as part of a larger transaction; gives how many were new.
pub(crate) fn insert(db: &Connection, events: &[NewEvent]) -> Result<usize, Failure> {
    let mut q = db.prepare_cached(
        "INSERT INTO events (key, trigger_id, at, sync, connection, depth, ours, payload)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (key) DO NOTHING",
    )?;
    let mut new = 0;
    for e in events {
        new += q.execute(params![
            e.key,
            e.trigger,
            e.at,
            e.sync,
            e.connection,
            e.depth,
            e.ours,
            JsonRef(&e.payload)
        ])?;
    }
    Ok(new)
}

/// What we wrote to a record since it was read.
pub(crate) fn echoes(
    db: &Connection,
    connection: &str,
    record: &str,
    since: i64,
) -> Result<Vec<Echo>, Failure> {
    let mut q = db.prepare_cached(
        "SELECT connection, record_id, what, at, depth FROM echoes
         WHERE connection = ?1 AND record_id = ?2 AND at >= ?3",
    )?;
    let rows = q.query_map(params![connection, record, since], |r| {
        Ok(Echo {
            connection: r.get(0)?,
            record_id: r.get(1)?,
            what: r.get(2)?,
            at: r.get(3)?,
            depth: r.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Marks an event as looked at, as part of a larger transaction.
pub(crate) fn handled(db: &Connection, id: i64, at: i64) -> Result<bool, Failure> {
    let changed = db
        .prepare_cached("UPDATE events SET handled_at = ?2 WHERE id = ?1 AND handled_at IS NULL")?
        .execute(params![id, at])?;
    Ok(changed == 1)
}

/// Access to the events.
#[derive(Debug, Clone, Copy)]
pub struct Events<'a>(pub(crate) &'a Store);

impl Events<'_> {
    /// Keeps events; those whose key is known are known already. Gives how many were new.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn insert(&self, events: &[NewEvent]) -> Result<usize, StoreError> {
        if events.is_empty() {
            return Ok(0);
        }
        self.0.write("keeping events", |tx| insert(tx, events))
    }

    /// Notes what we are about to write; of one thing written twice, the later time stays.
    ///
    /// # Errors
    /// If there is no such connection, or the database cannot be written.
    pub fn echo(&self, echoes: &[Echo]) -> Result<(), StoreError> {
        if echoes.is_empty() {
            return Ok(());
        }
        self.0.write("noting our own write", |tx| {
            let mut q = tx.prepare_cached(
                "INSERT INTO echoes (connection, record_id, what, at, depth)
                 VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (connection, record_id, what) DO UPDATE
                 SET at = max(at, excluded.at), depth = max(depth, excluded.depth)",
            )?;
            for e in echoes {
                q.execute(params![e.connection, e.record_id, e.what, e.at, e.depth])?;
            }
            Ok(())
        })
    }

    /// What we wrote to a record at or after `since`, milliseconds since 1970.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn echoes(
        &self,
        connection: &str,
        record: &str,
        since: i64,
    ) -> Result<Vec<Echo>, StoreError> {
        let doing = "reading our own writes";
        self.0
            .read(doing, |db| echoes(db, connection, record, since))
    }

    /// The oldest events that no rule has looked at; of the syncs in `held` only what a service
    /// itself told.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn waiting(&self, held: &[String], limit: u32) -> Result<Vec<EventRow>, StoreError> {
        self.0.read("reading the events", |db| {
            let held = Value::from(held.to_vec());
            let sql = format!(
                "SELECT {COLUMNS} FROM events
                 WHERE handled_at IS NULL
                   AND NOT (trigger_id GLOB 'foxbridge.*' AND sync IS NOT NULL
                            AND sync IN (SELECT value FROM json_each(?1)))
                 ORDER BY id LIMIT ?2"
            );
            let rows = db
                .prepare_cached(&sql)?
                .query_map(params![JsonRef(&held), limit], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// How many wait.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn waiting_count(&self) -> Result<u32, StoreError> {
        self.0.read("counting the events", |db| {
            let sql = "SELECT count(*) FROM events WHERE handled_at IS NULL";
            Ok(db.query_row(sql, [], |r| r.get(0))?)
        })
    }

    /// One event.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, id: i64) -> Result<Option<EventRow>, StoreError> {
        self.0.read("reading an event", |db| {
            let sql = format!("SELECT {COLUMNS} FROM events WHERE id = ?1");
            Ok(db.prepare_cached(&sql)?.query_row([id], row).optional()?)
        })
    }

    /// The newest events of a trigger, newest first, in `sync` or in none.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn newest(
        &self,
        trigger: &str,
        sync: Option<&str>,
        limit: u32,
    ) -> Result<Vec<EventRow>, StoreError> {
        self.0.read("reading the events", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM events
                 WHERE trigger_id = ?1 AND (?2 IS NULL OR sync IS NULL OR sync = ?2)
                 ORDER BY id DESC LIMIT ?3"
            );
            let rows = db
                .prepare_cached(&sql)?
                .query_map(params![trigger, sync, limit], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Whether an event of a trigger about one of these records came after another event.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn came_since(
        &self,
        trigger: &str,
        records: &[String],
        after: i64,
    ) -> Result<bool, StoreError> {
        self.0.read("reading the events", |db| {
            let records = Value::from(records.to_vec());
            let mut q = db.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM events WHERE trigger_id = ?1 AND id > ?3
                   AND (json_extract(payload, '$.record') IN (SELECT value FROM json_each(?2))
                     OR json_extract(payload, '$.counterpart') IN (SELECT value FROM json_each(?2))
                     OR json_extract(payload, '$.person') IN (SELECT value FROM json_each(?2))))",
            )?;
            Ok(q.query_row(params![trigger, JsonRef(&records), after], |r| r.get(0))?)
        })
    }

    /// Forgets events that were looked at before `before`, and echoes of that age.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn prune(&self, before: i64) -> Result<(), StoreError> {
        self.0.write_relaxed("forgetting old events", |tx| {
            tx.execute(
                "DELETE FROM events WHERE at < ?1 AND handled_at IS NOT NULL
                   AND id NOT IN (SELECT event FROM firings)",
                [before],
            )?;
            tx.execute("DELETE FROM echoes WHERE at < ?1", [before])?;
            tx.execute("DELETE FROM capped WHERE at < ?1", [before])?;
            Ok(())
        })
    }
}
