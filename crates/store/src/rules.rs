//! Rules, and their firings: what each did about which event, step by step.
//!
//! A firing is made in the transaction that marks its event as looked at, and there is one a rule and
//! event: a crash fires nothing twice and forgets nothing.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError, events};

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

/// What a rule does about an event.
#[derive(Debug, Clone, PartialEq)]
pub struct FiringRow {
    /// Our id of it; 0 before it is kept.
    pub id: i64,
    /// Which rule.
    pub rule: String,
    /// Which event.
    pub event: i64,
    /// The rule's sync.
    pub sync: String,
    /// When it fired, milliseconds since 1970.
    pub at: i64,
    /// How it stands.
    pub state: String,
    /// When it goes on, milliseconds since 1970; `None` when it does not by itself.
    pub due: Option<i64>,
    /// Depth of the events that follow from it.
    pub depth: u32,
    /// The person it is about: what the limit per person counts.
    pub person: String,
    /// Inputs, outputs and the rest of what is shown.
    pub content: Value,
}

const RULE: &str = "id, name, sync, state, why, definition, created_at";
const FIRING: &str = "id, rule, event, sync, at, state, due, depth, person, content";

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

fn firing(r: &Row<'_>) -> rusqlite::Result<FiringRow> {
    Ok(FiringRow {
        id: r.get(0)?,
        rule: r.get(1)?,
        event: r.get(2)?,
        sync: r.get(3)?,
        at: r.get(4)?,
        state: r.get(5)?,
        due: r.get(6)?,
        depth: r.get(7)?,
        person: r.get(8)?,
        content: r.get::<_, Json>(9)?.0,
    })
}

/// One firing.
pub(crate) fn get(db: &Connection, id: i64) -> rusqlite::Result<Option<FiringRow>> {
    let sql = format!("SELECT {FIRING} FROM firings WHERE id = ?1");
    db.prepare_cached(&sql)?.query_row([id], firing).optional()
}

fn note(db: &Connection, row: &FiringRow) -> Result<(), Failure> {
    db.prepare_cached("UPDATE firings SET state = ?2, due = ?3, content = ?4 WHERE id = ?1")?
        .execute(params![row.id, row.state, row.due, JsonRef(&row.content)])?;
    Ok(())
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

    /// Marks events as looked at, and keeps what fired: all in one transaction. An event that
    /// somebody else has marked meanwhile fires nothing here.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn fire(&self, handled: &[(i64, Vec<FiringRow>)], at: i64) -> Result<(), StoreError> {
        self.0.write("firing rules", |tx| {
            let mut q = tx.prepare_cached(
                "INSERT INTO firings (rule, event, sync, at, state, due, depth, person, content)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (rule, event) DO NOTHING",
            )?;
            for (event, fired) in handled {
                if !events::handled(tx, *event, at)? {
                    continue;
                }
                for f in fired {
                    q.execute(params![
                        f.rule,
                        f.event,
                        f.sync,
                        f.at,
                        f.state,
                        f.due,
                        f.depth,
                        f.person,
                        JsonRef(&f.content)
                    ])?;
                }
            }
            Ok(())
        })
    }

    /// Notes how a firing stands.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn note(&self, row: &FiringRow) -> Result<(), StoreError> {
        self.0.write("noting what a rule did", |tx| note(tx, row))
    }

    /// As [`Rules::note`], for a step that a cap counts, begun at `at`; gives what it was counted as, or
    /// `None`, and nothing is noted, when the rule began `cap` of them since `since`. Times are
    /// milliseconds since 1970.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn note_capped(
        &self,
        row: &FiringRow,
        at: i64,
        since: i64,
        cap: u32,
    ) -> Result<Option<i64>, StoreError> {
        self.0.write("noting what a rule is about to do", |tx| {
            let sql = "SELECT count(*) FROM capped WHERE rule = ?1 AND at >= ?2";
            let used: u32 = tx
                .prepare_cached(sql)?
                .query_row(params![row.rule, since], |r| r.get(0))?;
            if used >= cap {
                return Ok(None);
            }
            tx.prepare_cached("INSERT INTO capped (rule, firing, at) VALUES (?1, ?2, ?3)")?
                .execute(params![row.rule, row.id, at])?;
            let counted = tx.last_insert_rowid();
            note(tx, row)?;
            Ok(Some(counted))
        })
    }

    /// A step did nothing that was counted as [`Rules::note_capped`] gave.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn uncount(&self, counted: i64) -> Result<(), StoreError> {
        self.0.write("noting that a rule did nothing", |tx| {
            tx.execute("DELETE FROM capped WHERE id = ?1", [counted])?;
            Ok(())
        })
    }

    /// Firings whose time has come, longest due first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn due(&self, now: i64, limit: u32) -> Result<Vec<FiringRow>, StoreError> {
        let doing = "reading what rules are to do";
        self.0.read(doing, |db| {
            let sql =
                format!("SELECT {FIRING} FROM firings WHERE due <= ?1 ORDER BY due, id LIMIT ?2");
            let rows = db
                .prepare_cached(&sql)?
                .query_map(params![now, limit], firing)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// When the next firing goes on.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn next_due(&self) -> Result<Option<i64>, StoreError> {
        let doing = "reading what rules are to do";
        self.0.read(doing, |db| {
            let sql = "SELECT min(due) FROM firings WHERE due IS NOT NULL";
            Ok(db.query_row(sql, [], |r| r.get(0))?)
        })
    }

    /// One firing.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn firing(&self, id: i64) -> Result<Option<FiringRow>, StoreError> {
        self.0.read("reading a firing", |db| Ok(get(db, id)?))
    }

    /// The newest firings of a rule, or of all, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn firings(&self, rule: Option<&str>, limit: u32) -> Result<Vec<FiringRow>, StoreError> {
        self.0.read("reading the firings", |db| {
            let sql = format!(
                "SELECT {FIRING} FROM firings WHERE ?1 IS NULL OR rule = ?1
                 ORDER BY id DESC LIMIT ?2"
            );
            let rows = db
                .prepare_cached(&sql)?
                .query_map(params![rule, limit], firing)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Firings of a sync that wait for a person, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn needing(&self, sync: &str) -> Result<Vec<FiringRow>, StoreError> {
        self.0.read("reading what needs you", |db| {
            let sql = format!(
                "SELECT {FIRING} FROM firings
                 WHERE sync = ?1 AND state IN ('asking', 'needs_you') ORDER BY id"
            );
            let rows = db
                .prepare_cached(&sql)?
                .query_map([sync], firing)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// How often a rule fired since `since`: about a person, and about anybody.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn counts(&self, rule: &str, person: &str, since: i64) -> Result<(u32, u32), StoreError> {
        self.0.read("counting firings", |db| {
            let mut q = db.prepare_cached(
                "SELECT count(*) FILTER (WHERE person = ?2), count(*) FROM firings
                 WHERE rule = ?1 AND at >= ?3 AND state <> 'tested'",
            )?;
            Ok(q.query_row(params![rule, person, since], |r| Ok((r.get(0)?, r.get(1)?)))?)
        })
    }

    /// Times at which a rule fired since `since`, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn times(&self, rule: &str, since: i64) -> Result<Vec<i64>, StoreError> {
        self.0.read("reading the firings", |db| {
            let mut q = db.prepare_cached(
                "SELECT at FROM firings WHERE rule = ?1 AND at >= ?2 ORDER BY at",
            )?;
            let rows = q
                .query_map(params![rule, since], |r| r.get(0))?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// How many firings of which rule stand in which state: rule, state, count.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn totals(&self) -> Result<Vec<(String, String, u32)>, StoreError> {
        self.0.read("counting firings", |db| {
            let mut q = db.prepare_cached(
                "SELECT rule, state, count(*) FROM firings GROUP BY rule, state ORDER BY 1, 2",
            )?;
            let rows = q
                .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }
}
