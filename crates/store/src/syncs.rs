//! Syncs: a pairing of one connection on each side, with its choices.

use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 2,
    name: "syncs",
    sql: "CREATE TABLE syncs (
            id         TEXT NOT NULL PRIMARY KEY,
            name       TEXT NOT NULL,
            highlevel  TEXT NOT NULL REFERENCES connections (id),
            aimfox     TEXT NOT NULL REFERENCES connections (id),
            template   TEXT NOT NULL,
            config     TEXT NOT NULL,
            created_at INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX syncs_by_highlevel ON syncs (highlevel);
          CREATE INDEX syncs_by_aimfox ON syncs (aimfox);",
}];

/// One sync.
#[derive(Debug, Clone, PartialEq)]
pub struct SyncRow {
    /// Our id of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Connection id.
    pub highlevel: String,
    /// Connection id.
    pub aimfox: String,
    /// The template it was made from.
    pub template: String,
    /// Mapping, filters and policies.
    pub config: Value,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

const COLUMNS: &str = "id, name, highlevel, aimfox, template, config, created_at";

fn row(r: &Row<'_>) -> rusqlite::Result<SyncRow> {
    Ok(SyncRow {
        id: r.get(0)?,
        name: r.get(1)?,
        highlevel: r.get(2)?,
        aimfox: r.get(3)?,
        template: r.get(4)?,
        config: r.get::<_, Json>(5)?.0,
        created_at: r.get(6)?,
    })
}

/// Says which connection is missing, where a foreign key would only say that one is.
fn check_connections(db: &rusqlite::Connection, sync: &SyncRow) -> Result<(), Failure> {
    for (id, service) in [(&sync.highlevel, "highlevel"), (&sync.aimfox, "aimfox")] {
        let known: bool = db.query_row(
            "SELECT EXISTS (SELECT 1 FROM connections WHERE id = ?1 AND service = ?2)",
            params![id, service],
            |r| r.get(0),
        )?;
        if !known {
            let what = if service == "aimfox" {
                "Aimfox connection"
            } else {
                "HighLevel connection"
            };
            return Err(StoreError::NotFound {
                what,
                id: id.clone(),
            }
            .into());
        }
    }
    Ok(())
}

fn not_found(id: &str) -> Failure {
    StoreError::NotFound {
        what: "sync",
        id: id.to_owned(),
    }
    .into()
}

/// Access to the syncs.
#[derive(Debug, Clone, Copy)]
pub struct Syncs<'a>(pub(crate) &'a Store);

impl Syncs<'_> {
    /// Keeps a new sync.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if a connection is missing or is not of its side's service;
    /// [`StoreError::Duplicate`] if there is a sync of that id.
    pub fn insert(&self, sync: &SyncRow) -> Result<(), StoreError> {
        self.0.write("keeping a sync", |tx| {
            check_connections(tx, sync)?;
            let sql = format!(
                "INSERT INTO syncs ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (id) DO NOTHING"
            );
            let written = tx.execute(
                &sql,
                params![
                    sync.id,
                    sync.name,
                    sync.highlevel,
                    sync.aimfox,
                    sync.template,
                    JsonRef(&sync.config),
                    sync.created_at
                ],
            )?;
            if written == 0 {
                let id = sync.id.clone();
                return Err(StoreError::Duplicate { what: "sync", id }.into());
            }
            Ok(())
        })
    }

    /// Replaces everything about a sync but its id.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such sync or connection.
    pub fn update(&self, sync: &SyncRow) -> Result<(), StoreError> {
        self.update_with_bases(sync, &[])
    }

    /// Replaces everything about a sync but its id, and some of its bases by lead id with it: either
    /// all of it happens or none.
    ///
    /// # Errors
    /// As [`Syncs::update`].
    pub fn update_with_bases(
        &self,
        sync: &SyncRow,
        bases: &[(String, Value)],
    ) -> Result<(), StoreError> {
        self.0.write("changing a sync", |tx| {
            check_connections(tx, sync)?;
            for (lead, base) in bases {
                crate::base::put(tx, &sync.id, lead, base)?;
            }
            let written = tx.execute(
                "UPDATE syncs SET name = ?2, highlevel = ?3, aimfox = ?4, template = ?5,
                   config = ?6, created_at = ?7 WHERE id = ?1",
                params![
                    sync.id,
                    sync.name,
                    sync.highlevel,
                    sync.aimfox,
                    sync.template,
                    JsonRef(&sync.config),
                    sync.created_at
                ],
            )?;
            if written == 0 {
                Err(not_found(&sync.id))
            } else {
                Ok(())
            }
        })
    }

    /// One sync.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, id: &str) -> Result<Option<SyncRow>, StoreError> {
        self.0.read("reading a sync", |db| {
            let sql = format!("SELECT {COLUMNS} FROM syncs WHERE id = ?1");
            Ok(db.prepare_cached(&sql)?.query_row([id], row).optional()?)
        })
    }

    /// All syncs, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self) -> Result<Vec<SyncRow>, StoreError> {
        self.0.read("reading the syncs", |db| {
            let sql = format!("SELECT {COLUMNS} FROM syncs ORDER BY created_at, id");
            let rows = db
                .prepare_cached(&sql)?
                .query_map([], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Forgets a sync with its links, its base and its questions. Its runs and their journal stay:
    /// they say what was done.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such sync.
    pub fn delete(&self, id: &str) -> Result<(), StoreError> {
        self.0.write("removing a sync", |tx| {
            match tx.execute("DELETE FROM syncs WHERE id = ?1", [id])? {
                0 => Err(not_found(id)),
                _ => Ok(()),
            }
        })
    }
}
