//! Rules, and their firings: what each did about which event, step by step.
//!
//! A firing is made in the transaction that marks its event as looked at, and there is one a rule and
//! event: a crash fires nothing twice and forgets nothing.

mod firings;

use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;

use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub use firings::FiringRow;
pub(crate) use firings::get;

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 14,
        name: "rules",
        sql: "CREATE TABLE rules (
            id         TEXT NOT NULL PRIMARY KEY,
            name       TEXT NOT NULL,
            sync       TEXT NOT NULL REFERENCES syncs (id) ON DELETE CASCADE,
            state      TEXT NOT NULL,
            why        TEXT,
            definition TEXT NOT NULL,
            created_at INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX rules_by_sync ON rules (sync);
          CREATE TABLE firings (
            id      INTEGER PRIMARY KEY AUTOINCREMENT,
            rule    TEXT NOT NULL,
            event   INTEGER NOT NULL,
            sync    TEXT NOT NULL,
            at      INTEGER NOT NULL,
            state   TEXT NOT NULL,
            due     INTEGER,
            depth   INTEGER NOT NULL,
            person  TEXT NOT NULL,
            content TEXT NOT NULL,
            UNIQUE (rule, event)
          ) STRICT;
          CREATE INDEX firings_due ON firings (due) WHERE due IS NOT NULL;
          CREATE INDEX firings_by_rule ON firings (rule, at);
          CREATE INDEX firings_by_state ON firings (sync, state);",
    },
    Migration {
        version: 20,
        name: "capped steps",
        // Steps that a cap counts. What was done before is not in it: the cap begins anew.
        sql: "CREATE TABLE capped (
            id     INTEGER PRIMARY KEY,
            rule   TEXT NOT NULL,
            firing INTEGER NOT NULL,
            at     INTEGER NOT NULL
          ) STRICT;
          CREATE INDEX capped_by_rule ON capped (rule, at);
          CREATE INDEX capped_by_firing ON capped (firing, at);",
    },
];

/// A rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleRow {
    /// Our id of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The sync whose people it is about.
    pub sync: String,
    /// `off`, `test`, `on` or `stopped`.
    pub state: String,
    /// Why it was stopped.
    pub why: Option<String>,
    /// Trigger, conditions and steps.
    pub definition: Value,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

const RULE: &str = "id, name, sync, state, why, definition, created_at";

fn rule(r: &Row<'_>) -> rusqlite::Result<RuleRow> {
    Ok(RuleRow {
        id: r.get(0)?,
        name: r.get(1)?,
        sync: r.get(2)?,
        state: r.get(3)?,
        why: r.get(4)?,
        definition: r.get::<_, Json>(5)?.0,
        created_at: r.get(6)?,
    })
}

/// Access to the rules.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a>(pub(crate) &'a Store);

impl Rules<'_> {
    /// Keeps a rule, in place of the one of its id.
    ///
    /// # Errors
    /// If there is no such sync, or the database cannot be written.
    pub fn put(&self, row: &RuleRow) -> Result<(), StoreError> {
        self.0.write("keeping a rule", |tx| {
            tx.execute(
                "INSERT INTO rules (id, name, sync, state, why, definition, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, sync = excluded.sync,
                   state = excluded.state, why = excluded.why, definition = excluded.definition",
                params![
                    row.id,
                    row.name,
                    row.sync,
                    row.state,
                    row.why,
                    JsonRef(&row.definition),
                    row.created_at
                ],
            )?;
            Ok(())
        })
    }

    /// Switches a rule.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if there is no such rule.
    pub fn switch(&self, id: &str, state: &str, why: Option<&str>) -> Result<(), StoreError> {
        self.0.write("switching a rule", |tx| {
            let sql = "UPDATE rules SET state = ?2, why = ?3 WHERE id = ?1";
            match tx.execute(sql, params![id, state, why])? {
                0 => Err(StoreError::NotFound {
                    what: "rule",
                    id: id.to_owned(),
                }
                .into()),
                _ => Ok(()),
            }
        })
    }

    /// All rules, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self) -> Result<Vec<RuleRow>, StoreError> {
        self.0.read("reading the rules", |db| {
            let sql = format!("SELECT {RULE} FROM rules ORDER BY created_at, id");
            let rows = db
                .prepare_cached(&sql)?
                .query_map([], rule)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// One rule.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, id: &str) -> Result<Option<RuleRow>, StoreError> {
        self.0.read("reading a rule", |db| {
            let sql = format!("SELECT {RULE} FROM rules WHERE id = ?1");
            Ok(db.prepare_cached(&sql)?.query_row([id], rule).optional()?)
        })
    }

    /// Forgets a rule. What it did stays on record; what it was still to do is given up.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn delete(&self, id: &str) -> Result<(), StoreError> {
        self.0.write("removing a rule", |tx| {
            tx.execute("DELETE FROM rules WHERE id = ?1", [id])?;
            tx.execute(
                "UPDATE firings SET state = 'given_up', due = NULL WHERE rule = ?1
                 AND (due IS NOT NULL OR state IN ('asking', 'needs_you'))",
                [id],
            )?;
            Ok(())
        })
    }
}
