//! The base: the values both sides of a link last agreed on, the ancestor of the next merge.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 5,
    name: "base",
    sql: "CREATE TABLE base (
            sync    TEXT NOT NULL REFERENCES syncs (id) ON DELETE CASCADE,
            lead_id TEXT NOT NULL,
            content TEXT NOT NULL,
            PRIMARY KEY (sync, lead_id)
          ) STRICT;",
}];

/// Moves a base, as part of a larger transaction.
pub(crate) fn put(db: &Connection, sync: &str, lead: &str, value: &Value) -> Result<(), Failure> {
    db.prepare_cached(
        "INSERT INTO base (sync, lead_id, content) VALUES (?1, ?2, ?3)
         ON CONFLICT (sync, lead_id) DO UPDATE SET content = excluded.content",
    )?
    .execute(params![sync, lead, JsonRef(value)])?;
    Ok(())
}

/// Access to the bases.
#[derive(Debug, Clone, Copy)]
pub struct Base<'a>(pub(crate) &'a Store);

impl Base<'_> {
    /// Moves the base of a lead's link.
    ///
    /// # Errors
    /// If there is no such sync, or the database cannot be written.
    pub fn put(&self, sync: &str, lead_id: &str, value: &Value) -> Result<(), StoreError> {
        self.0
            .write("moving a base", |tx| put(tx, sync, lead_id, value))
    }

    /// Moves several, all or none.
    ///
    /// # Errors
    /// As [`Base::put`].
    pub fn put_all(&self, sync: &str, values: &[(String, Value)]) -> Result<(), StoreError> {
        self.0.write("moving bases", |tx| {
            values
                .iter()
                .try_for_each(|(lead, value)| put(tx, sync, lead, value))
        })
    }

    /// The base of a lead's link.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, sync: &str, lead_id: &str) -> Result<Option<Value>, StoreError> {
        self.0.read("reading a base", |db| {
            let mut q =
                db.prepare_cached("SELECT content FROM base WHERE sync = ?1 AND lead_id = ?2")?;
            Ok(q.query_row([sync, lead_id], |r| Ok(r.get::<_, Json>(0)?.0))
                .optional()?)
        })
    }

    /// All bases of a sync, by lead id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn all(&self, sync: &str) -> Result<HashMap<String, Value>, StoreError> {
        self.0.read("reading the bases", |db| {
            let mut q = db.prepare_cached("SELECT lead_id, content FROM base WHERE sync = ?1")?;
            let rows = q.query_map([sync], |r| Ok((r.get(0)?, r.get::<_, Json>(1)?.0)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Forgets the base of a lead's link, if there is one.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn remove(&self, sync: &str, lead_id: &str) -> Result<(), StoreError> {
        self.0.write("forgetting a base", |tx| {
            tx.execute(
                "DELETE FROM base WHERE sync = ?1 AND lead_id = ?2",
                [sync, lead_id],
            )?;
            Ok(())
        })
    }
}
