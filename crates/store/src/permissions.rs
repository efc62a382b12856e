//! The switch of each operation of a connection, where somebody chose one. What holds where nobody
//! did is not decided here.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension, params};

use crate::migrate::Migration;
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 11,
    name: "permissions",
    sql: "CREATE TABLE permissions (
            connection TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
            operation  TEXT NOT NULL,
            switch     TEXT NOT NULL CHECK (switch IN ('allowed', 'ask', 'blocked')),
            PRIMARY KEY (connection, operation)
          ) STRICT;",
}];

/// How an operation is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Switch {
    /// It is sent.
    Allowed,
    /// It is sent when somebody confirms it.
    Ask,
    /// It is never sent.
    Blocked,
}

impl Switch {
    /// The word it is kept under.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Ask => "ask",
            Self::Blocked => "blocked",
        }
    }
}

impl FromSql for Switch {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        [Self::Allowed, Self::Ask, Self::Blocked]
            .into_iter()
            .find(|switch| switch.as_str() == word)
            .ok_or_else(|| FromSqlError::Other(format!("unknown switch {word:?}").into()))
    }
}

/// What somebody chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionRow {
    /// Catalog operation id.
    pub operation: String,
    /// The choice.
    pub switch: Switch,
}

/// Access to the switches.
#[derive(Debug, Clone, Copy)]
pub struct Permissions<'a>(pub(crate) &'a Store);

impl Permissions<'_> {
    /// What was chosen for an operation of a connection.
    ///
    /// # Errors
    /// If the database cannot be read. The operation must not be sent then.
    pub fn get(&self, connection: &str, operation: &str) -> Result<Option<Switch>, StoreError> {
        self.0.read("reading a permission", |db| {
            let mut q = db.prepare_cached(
                "SELECT switch FROM permissions WHERE connection = ?1 AND operation = ?2",
            )?;
            Ok(q.query_row([connection, operation], |r| r.get(0))
                .optional()?)
        })
    }

    /// All that was chosen for a connection, by operation.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self, connection: &str) -> Result<Vec<PermissionRow>, StoreError> {
        self.0.read("reading the permissions", |db| {
            let mut q = db.prepare_cached(
                "SELECT operation, switch FROM permissions WHERE connection = ?1 ORDER BY operation",
            )?;
            let rows = q.query_map([connection], |r| {
                Ok(PermissionRow {
                    operation: r.get(0)?,
                    switch: r.get(1)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Keeps a choice; `None` forgets it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such connection, or the database cannot be written.
    pub fn set(
        &self,
        connection: &str,
        operation: &str,
        switch: Option<Switch>,
    ) -> Result<(), StoreError> {
        self.0.write("keeping a permission", |tx| {
            let known: bool = tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM connections WHERE id = ?1)",
                [connection],
                |r| r.get(0),
            )?;
            if !known {
                return Err(StoreError::NotFound {
                    what: "connection",
                    id: connection.to_owned(),
                }
                .into());
            }
            match switch {
                Some(switch) => tx
                    .prepare_cached(
                        "INSERT INTO permissions (connection, operation, switch)
                         VALUES (?1, ?2, ?3)
                         ON CONFLICT (connection, operation) DO UPDATE
                         SET switch = excluded.switch",
                    )?
                    .execute(params![connection, operation, switch.as_str()])?,
                None => tx.execute(
                    "DELETE FROM permissions WHERE connection = ?1 AND operation = ?2",
                    [connection, operation],
                )?,
            };
            Ok(())
        })
    }
}
