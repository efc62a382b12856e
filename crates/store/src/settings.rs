//! Small things to remember, by name. Never a secret.

use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 10,
    name: "settings",
    sql: "CREATE TABLE settings (
            key   TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
          ) STRICT;",
}];

/// Access to the settings.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a>(pub(crate) &'a Store);

impl Settings<'_> {
    /// What is remembered under `key`.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, key: &str) -> Result<Option<Value>, StoreError> {
        self.0.read("reading a setting", |db| {
            let mut q = db.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
            Ok(q.query_row([key], |r| Ok(r.get::<_, Json>(0)?.0))
                .optional()?)
        })
    }

    /// Remembers `value` under `key`, in place of what was there.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn set(&self, key: &str, value: &Value) -> Result<(), StoreError> {
        self.0.write("keeping a setting", |tx| {
            tx.prepare_cached(
                "INSERT INTO settings (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![key, JsonRef(value)])?;
            Ok(())
        })
    }

    /// Forgets what is remembered under `key`, if anything.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.0.write("forgetting a setting", |tx| {
            tx.execute("DELETE FROM settings WHERE key = ?1", [key])?;
            Ok(())
        })
    }
}
