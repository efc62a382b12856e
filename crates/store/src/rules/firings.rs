//! Firings, and the caps that count their steps.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde_json::Value;

use super::Rules;
use crate::error::Failure;
use crate::sql::{Json, JsonRef};
use crate::{StoreError, events};

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

const FIRING: &str = "id, rule, event, sync, at, state, due, depth, person, content";

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

impl Rules<'_> {
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
