//! The mirror: our copy of a service's records as last read.
//!
//! A read takes a while, and we write meanwhile. Each record therefore carries a fence, the time of
//! our last write to it; a read that began before it knows less than we do and is discarded, record
//! by record. A row may hold a fence only (`content` is null): we wrote, and have not read yet.

mod readings;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Echo, NewEvent, Store, StoreError, events};

pub use readings::Reading;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 3,
    name: "mirror",
    sql: "CREATE TABLE mirror (
            connection    TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            object        TEXT NOT NULL,
            record_id     TEXT NOT NULL,
            content       TEXT,
            read_at       INTEGER,
            missing_since INTEGER,
            fence         INTEGER,
            PRIMARY KEY (connection, object, record_id),
            CHECK ((content IS NULL) = (read_at IS NULL))
          ) STRICT;",
}];

/// A record as last read.
#[derive(Debug, Clone, PartialEq)]
pub struct MirrorRow {
    /// The service's id of it.
    pub record_id: String,
    /// The record.
    pub content: Value,
    /// When the read began, milliseconds since 1970.
    pub read_at: i64,
    /// Since when complete listings have not shown it. No proof that it was deleted.
    pub missing_since: Option<i64>,
}

fn row(r: &Row<'_>) -> rusqlite::Result<MirrorRow> {
    Ok(MirrorRow {
        record_id: r.get(0)?,
        content: r.get::<_, Json>(1)?.0,
        read_at: r.get(2)?,
        missing_since: r.get(3)?,
    })
}

fn put(
    db: &Connection,
    connection: &str,
    object: &str,
    id: &str,
    content: &Value,
    read_at: i64,
) -> Result<(), Failure> {
    db.prepare_cached(
        "INSERT INTO mirror (connection, object, record_id, content, read_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (connection, object, record_id) DO UPDATE
         SET content = excluded.content, read_at = excluded.read_at, missing_since = NULL
         WHERE fence IS NULL OR fence <= excluded.read_at",
    )?
    .execute(params![connection, object, id, JsonRef(content), read_at])?;
    Ok(())
}

/// A record that is about to be taken in and is not what it was.
#[derive(Debug)]
pub struct Seen<'a> {
    /// The service's id of it.
    pub id: &'a str,
    /// As it was known; `None` for one that was not known.
    pub before: Option<&'a Value>,
    /// As it is now.
    pub after: &'a Value,
    /// What we wrote to it since it was read last.
    pub echoes: &'a [Echo],
}

/// Says what a difference means. Called inside the transaction: it must not use the store.
type Detect<'d> = &'d mut dyn FnMut(&Seen<'_>) -> Vec<NewEvent>;

/// The kind of object under which it is remembered that another kind was listed as a whole.
const LISTED: &str = "listed";

/// Whether a kind of object was listed as a whole.
fn was_listed(db: &Connection, connection: &str, object: &str) -> Result<bool, Failure> {
    let mut q = db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM mirror
           WHERE connection = ?1 AND object = ?2 AND record_id = ?3)",
    )?;
    Ok(q.query_row([connection, LISTED, object], |r| r.get(0))?)
}

/// Takes in records, and the events that their differences mean. Until a kind of object was listed as
/// a whole, nothing of it is news.
fn put_telling(
    db: &Connection,
    connection: &str,
    object: &str,
    records: &[(String, Value)],
    read_at: i64,
    detect: Detect<'_>,
) -> Result<(), Failure> {
    let known = was_listed(db, connection, object)?;
    for (id, content) in records {
        let before: Option<(Option<Json>, Option<i64>, Option<i64>)> = db
            .prepare_cached(
                "SELECT content, read_at, fence FROM mirror
                 WHERE connection = ?1 AND object = ?2 AND record_id = ?3",
            )?
            .query_row([connection, object, id], |r| {
                Ok((r.get(0)?, r.get(1)?, r.get(2)?))
            })
            .optional()?;
        put(db, connection, object, id, content, read_at)?;
        let (before, before_at, fence) = before.unwrap_or_default();
        let discarded = fence.is_some_and(|fence| fence > read_at);
        let before = before.map(|json| json.0);
        if !known || discarded || before.as_ref() == Some(content) {
            continue;
        }
        let echoes = events::echoes(db, connection, id, before_at.unwrap_or_default())?;
        let seen = Seen {
            id,
            before: before.as_ref(),
            after: content,
            echoes: &echoes,
        };
        events::insert(db, &detect(&seen))?;
    }
    Ok(())
}

/// Access to the mirror. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Mirror<'a>(pub(crate) &'a Store);

impl Mirror<'_> {
    /// Takes in a complete listing of one kind of object: every record in it is present, every
    /// other one is missing since `read_at` (if it was not missing already). One transaction.
    ///
    /// `read_at` is when the listing *began*: a record written by us since then is left alone.
    ///
    /// # Errors
    /// If there is no such connection, or the database cannot be written.
    pub fn put_listing(
        &self,
        connection: &str,
        object: &str,
        records: &[(String, Value)],
        read_at: i64,
    ) -> Result<(), StoreError> {
        self.put_listing_telling(connection, object, records, read_at, &mut |_| Vec::new())
    }

    /// As [`Mirror::put_listing`]; in the same transaction the events are kept that `detect` finds
    /// in what changed. The first listing of a kind of object is no news.
    ///
    /// # Errors
    /// As [`Mirror::put_listing`].
    pub fn put_listing_telling(
        &self,
        connection: &str,
        object: &str,
        records: &[(String, Value)],
        read_at: i64,
        detect: &mut dyn FnMut(&Seen<'_>) -> Vec<NewEvent>,
    ) -> Result<(), StoreError> {
        self.0.write_relaxed("keeping a listing", |tx| {
            put_telling(tx, connection, object, records, read_at, detect)?;
            put(tx, connection, LISTED, object, &Value::Bool(true), read_at)?;
            let listed = Value::from_iter(records.iter().map(|(id, _)| id.as_str()));
            tx.prepare_cached(
                "UPDATE mirror SET missing_since = ?4
                 WHERE connection = ?1 AND object = ?2 AND content IS NOT NULL
                   AND missing_since IS NULL AND (fence IS NULL OR fence <= ?4)
                   AND record_id NOT IN (SELECT value FROM json_each(?3))",
            )?
            .execute(params![connection, object, JsonRef(&listed), read_at])?;
            Ok(())
        })
    }

    /// Takes in a record that was read on its own. It is present.
    ///
    /// # Errors
    /// If there is no such connection, or the database cannot be written.
    pub fn put(
        &self,
        connection: &str,
        object: &str,
        id: &str,
        content: &Value,
        read_at: i64,
    ) -> Result<(), StoreError> {
        self.0.write_relaxed("keeping a record", |tx| {
            put(tx, connection, object, id, content, read_at)
        })
    }

    /// Takes in some records (a page, a search for what changed); says nothing about the others.
    ///
    /// # Errors
    /// As [`Mirror::put`].
    pub fn put_some(
        &self,
        connection: &str,
        object: &str,
        records: &[(String, Value)],
        read_at: i64,
    ) -> Result<(), StoreError> {
        self.0.write_relaxed("keeping records", |tx| {
            records
                .iter()
                .try_for_each(|(id, content)| put(tx, connection, object, id, content, read_at))
        })
    }

    /// As [`Mirror::put_some`]; in the same transaction the events are kept that `detect` finds in
    /// what changed.
    ///
    /// # Errors
    /// As [`Mirror::put`].
    pub fn put_some_telling(
        &self,
        connection: &str,
        object: &str,
        records: &[(String, Value)],
        read_at: i64,
        detect: &mut dyn FnMut(&Seen<'_>) -> Vec<NewEvent>,
    ) -> Result<(), StoreError> {
        self.0.write_relaxed("keeping records", |tx| {
            put_telling(tx, connection, object, records, read_at, detect)
        })
    }

    /// Notes that a kind of object was read as far as it is going to be: what comes from now on is
    /// news.
    ///
    /// # Errors
    /// As [`Mirror::put`].
    pub fn mark_listed(
        &self,
        connection: &str,
        object: &str,
        read_at: i64,
    ) -> Result<(), StoreError> {
        self.put(connection, LISTED, object, &Value::Bool(true), read_at)
    }

    /// Forgets a kind of object that is no longer read: what is found when it is read again is no news.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn mark_unlisted(&self, connection: &str, object: &str) -> Result<(), StoreError> {
        self.0.write_relaxed("forgetting records", |tx| {
            tx.prepare_cached(
                "DELETE FROM mirror WHERE connection = ?1
                   AND (object = ?3 OR object = ?2 AND record_id = ?3)",
            )?
            .execute([connection, LISTED, object])?;
            Ok(())
        })
    }

    /// When a kind of object was last read as far as it is going to be; `None` before the first time.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn listed_at(&self, connection: &str, object: &str) -> Result<Option<i64>, StoreError> {
        let row = self.get(connection, LISTED, object)?;
        Ok(row.map(|row| row.read_at))
    }

    /// Notes that we wrote to a record at `at`: what was read before is discarded. A fence never
    /// moves back.
    ///
    /// # Errors
    /// If there is no such connection, or the database cannot be written.
    pub fn fence(
        &self,
        connection: &str,
        object: &str,
        id: &str,
        at: i64,
    ) -> Result<(), StoreError> {
        self.0.write_relaxed("noting our own write", |tx| {
            tx.prepare_cached(
                "INSERT INTO mirror (connection, object, record_id, fence) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (connection, object, record_id) DO UPDATE
                 SET fence = max(coalesce(fence, excluded.fence), excluded.fence)",
            )?
            .execute(params![connection, object, id, at])?;
            Ok(())
        })
    }

    /// One record as last read, also if it is missing.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(
        &self,
        connection: &str,
        object: &str,
        id: &str,
    ) -> Result<Option<MirrorRow>, StoreError> {
        self.0.read("reading a record", |db| {
            let mut q = db.prepare_cached(
                "SELECT record_id, content, read_at, missing_since FROM mirror
                 WHERE connection = ?1 AND object = ?2 AND record_id = ?3 AND content IS NOT NULL",
            )?;
            Ok(q.query_row([connection, object, id], row).optional()?)
        })
    }

    /// All records of a kind as last read, the missing ones too, by record id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn all(&self, connection: &str, object: &str) -> Result<Vec<MirrorRow>, StoreError> {
        self.0.read("reading the mirror", |db| {
            let mut q = db.prepare_cached(
                "SELECT record_id, content, read_at, missing_since FROM mirror
                 WHERE connection = ?1 AND object = ?2 AND content IS NOT NULL
                 ORDER BY record_id",
            )?;
            let rows = q
                .query_map([connection, object], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Records of a kind whose content says `value` under `key`, as last read, by record id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn all_with(
        &self,
        connection: &str,
        object: &str,
        key: &str,
        value: &str,
    ) -> Result<Vec<MirrorRow>, StoreError> {
        self.0.read("reading the mirror", |db| {
            let mut q = db.prepare_cached(
                "SELECT record_id, content, read_at, missing_since FROM mirror
                 WHERE connection = ?1 AND object = ?2 AND content IS NOT NULL
                   AND content ->> ?3 = ?4
                 ORDER BY record_id",
            )?;
            let rows = q
                .query_map([connection, object, key, value], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// How many records of a kind are present, and how many missing.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn count(&self, connection: &str, object: &str) -> Result<(u32, u32), StoreError> {
        self.0.read("counting the mirror", |db| {
            let mut q = db.prepare_cached(
                "SELECT count(*) FILTER (WHERE missing_since IS NULL),
                        count(*) FILTER (WHERE missing_since IS NOT NULL)
                 FROM mirror WHERE connection = ?1 AND object = ?2 AND content IS NOT NULL",
            )?;
            Ok(q.query_row([connection, object], |r| Ok((r.get(0)?, r.get(1)?)))?)
        })
    }

    /// Forgets a record, once it is proven to be gone. Its fence stays, so that a listing which
    /// began before our own deletion does not bring it back.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn remove(&self, connection: &str, object: &str, id: &str) -> Result<(), StoreError> {
        self.0.write_relaxed("forgetting a record", |tx| {
            let key = [connection, object, id];
            tx.execute(
                "DELETE FROM mirror
                 WHERE connection = ?1 AND object = ?2 AND record_id = ?3 AND fence IS NULL",
                key,
            )?;
            tx.execute(
                "UPDATE mirror SET content = NULL, read_at = NULL, missing_since = NULL
                 WHERE connection = ?1 AND object = ?2 AND record_id = ?3",
                key,
            )?;
            Ok(())
        })
    }
}
