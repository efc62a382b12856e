//! What waits for a person's decision, as the last run of a sync found it.

use std::collections::HashMap;

use rusqlite::params;
use serde_json::Value;

use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 8,
    name: "needs_you",
    sql: "CREATE TABLE needs_you (
            sync    TEXT NOT NULL REFERENCES syncs (id) ON DELETE CASCADE,
            key     TEXT NOT NULL,
            kind    TEXT NOT NULL,
            content TEXT NOT NULL,
            since   INTEGER NOT NULL,
            PRIMARY KEY (sync, key)
          ) STRICT;",
}];

/// One question or failure.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedsYouRow {
    /// The sync it belongs to.
    pub sync: String,
    /// What makes it the same question in the next run.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// What happened, why, what to do, and the choices.
    pub content: Value,
    /// When it was first asked, milliseconds since 1970.
    pub since: i64,
}

/// Access to what waits for a person.
#[derive(Debug, Clone, Copy)]
pub struct NeedsYou<'a>(pub(crate) &'a Store);

impl NeedsYou<'_> {
    /// Puts `rows` in place of all that waits in a sync. What waited before, by key, keeps its
    /// `since`; two rows of one key are one question, the later row's.
    ///
    /// # Errors
    /// If there is no such sync, or the database cannot be written.
    pub fn replace_all(&self, sync: &str, rows: &[NeedsYouRow]) -> Result<(), StoreError> {
        self.0.write("keeping what needs you", |tx| {
            let before: HashMap<String, i64> = tx
                .prepare_cached("SELECT key, since FROM needs_you WHERE sync = ?1")?
                .query_map([sync], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect::<Result<_, _>>()?;
            tx.prepare_cached("DELETE FROM needs_you WHERE sync = ?1")?
                .execute([sync])?;
            let mut insert = tx.prepare_cached(
                "INSERT INTO needs_you (sync, key, kind, content, since) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (sync, key) DO UPDATE
                 SET kind = excluded.kind, content = excluded.content",
            )?;
            for row in rows {
                let since = before.get(&row.key).copied().unwrap_or(row.since);
                insert.execute(params![
                    sync,
                    row.key,
                    row.kind,
                    JsonRef(&row.content),
                    since
                ])?;
            }
            Ok(())
        })
    }

    /// All that waits in a sync, longest wait first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self, sync: &str) -> Result<Vec<NeedsYouRow>, StoreError> {
        self.0.read("reading what needs you", |db| {
            let mut q = db.prepare_cached(
                "SELECT sync, key, kind, content, since FROM needs_you WHERE sync = ?1
                 ORDER BY since, rowid",
            )?;
            let rows = q.query_map([sync], |r| {
                Ok(NeedsYouRow {
                    sync: r.get(0)?,
                    key: r.get(1)?,
                    kind: r.get(2)?,
                    content: r.get::<_, Json>(3)?.0,
                    since: r.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// How much waits in a sync and was not answered yet.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn count(&self, sync: &str) -> Result<u32, StoreError> {
        self.0.read("counting what needs you", |db| {
            let mut q = db.prepare_cached(
                "SELECT count(*) FROM needs_you
                 WHERE sync = ?1 AND json_extract(content, '$.answer') IS NULL",
            )?;
            Ok(q.query_row([sync], |r| r.get(0))?)
        })
    }
}
