//! Connections: one signed-in account of a service each. Their secrets are in the vault.

use foxbridge_model::Service;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::ServiceColumn;
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    name: "connections",
    sql: "CREATE TABLE connections (
            id                  TEXT NOT NULL PRIMARY KEY,
            service             TEXT NOT NULL CHECK (service IN ('highlevel', 'aimfox')),
            name                TEXT NOT NULL,
            account             TEXT,
            base_url            TEXT NOT NULL,
            requests_per_minute INTEGER,
            sample              INTEGER NOT NULL CHECK (sample IN (0, 1)),
            created_at          INTEGER NOT NULL
          ) STRICT;",
}];

/// One signed-in account of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionRow {
    /// Our id of it.
    pub id: String,
    /// Whose account.
    pub service: Service,
    /// A name to show.
    pub name: String,
    /// HighLevel location id, or Aimfox workspace id where it could be learnt.
    pub account: Option<String>,
    /// Where requests go.
    pub base_url: String,
    /// The account's own limit; `None` for the service's usual one.
    pub requests_per_minute: Option<u32>,
    /// Whether it is the built-in sandbox.
    pub sample: bool,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

const COLUMNS: &str =
    "id, service, name, account, base_url, requests_per_minute, sample, created_at";

fn row(r: &Row<'_>) -> rusqlite::Result<ConnectionRow> {
    Ok(ConnectionRow {
        id: r.get(0)?,
        service: r.get::<_, ServiceColumn>(1)?.0,
        name: r.get(2)?,
        account: r.get(3)?,
        base_url: r.get(4)?,
        requests_per_minute: r.get(5)?,
        sample: r.get(6)?,
        created_at: r.get(7)?,
    })
}

fn write(db: &Connection, sql: &str, c: &ConnectionRow) -> rusqlite::Result<usize> {
    db.execute(
        sql,
        params![
            c.id,
            c.service.as_str(),
            c.name,
            c.account,
            c.base_url,
            c.requests_per_minute,
            c.sample,
            c.created_at
        ],
    )
}

fn not_found(id: &str) -> Failure {
    StoreError::NotFound {
        what: "connection",
        id: id.to_owned(),
    }
    .into()
}

/// Access to the connections.
#[derive(Debug, Clone, Copy)]
pub struct Connections<'a>(pub(crate) &'a Store);

impl Connections<'_> {
    /// Keeps a new connection.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] if there is one of that id.
    pub fn insert(&self, connection: &ConnectionRow) -> Result<(), StoreError> {
        self.0.write("keeping a connection", |tx| {
            let sql = format!(
                "INSERT INTO connections ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (id) DO NOTHING"
            );
            if write(tx, &sql, connection)? == 0 {
                let id = connection.id.clone();
                return Err(StoreError::Duplicate {
                    what: "connection",
                    id,
                }
                .into());
            }
            Ok(())
        })
    }

    /// Replaces everything about a connection but its id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is none of that id.
    pub fn update(&self, connection: &ConnectionRow) -> Result<(), StoreError> {
        self.0.write("changing a connection", |tx| {
            let sql = "UPDATE connections SET service = ?2, name = ?3, account = ?4, base_url = ?5,
                         requests_per_minute = ?6, sample = ?7, created_at = ?8
                       WHERE id = ?1";
            match write(tx, sql, connection)? {
                0 => Err(not_found(&connection.id)),
                _ => Ok(()),
            }
        })
    }

    /// One connection.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, id: &str) -> Result<Option<ConnectionRow>, StoreError> {
        self.0.read("reading a connection", |db| {
            let sql = format!("SELECT {COLUMNS} FROM connections WHERE id = ?1");
            Ok(db.prepare_cached(&sql)?.query_row([id], row).optional()?)
        })
    }

    /// All connections, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self) -> Result<Vec<ConnectionRow>, StoreError> {
        self.0.read("reading the connections", |db| {
            let sql = format!("SELECT {COLUMNS} FROM connections ORDER BY created_at, id");
            let rows = db
                .prepare_cached(&sql)?
                .query_map([], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Forgets a connection and our copy of its records. The audit of its requests stays.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while a sync uses it; [`StoreError::NotFound`] if there is none.
    pub fn delete(&self, id: &str) -> Result<(), StoreError> {
        self.0.write("removing a connection", |tx| {
            let by: Option<String> = tx
                .query_row(
                    "SELECT name FROM syncs WHERE highlevel = ?1 OR aimfox = ?1 LIMIT 1",
                    [id],
                    |r| r.get(0),
                )
                .optional()?;
            if let Some(by) = by {
                let id = id.to_owned();
                return Err(StoreError::InUse {
                    what: "connection",
                    id,
                    by,
                }
                .into());
            }
            match tx.execute("DELETE FROM connections WHERE id = ?1", [id])? {
                0 => Err(not_found(id)),
                _ => Ok(()),
            }
        })
    }
}
