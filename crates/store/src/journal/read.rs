//! Reading the journal.

use rusqlite::{Connection, OptionalExtension, named_params, params};

use super::row::{COLUMNS, ChangeRow, row};
use crate::error::Failure;
use crate::sql::needle;
use crate::{Journal, StoreError};

/// Which changes of a run to show. What is `None` does not restrict.
#[derive(Debug, Clone, Default)]
pub struct ChangeFilter {
    /// What it does.
    pub kind: Option<String>,
    /// Where it happens.
    pub place: Option<String>,
    /// Part of a name, an id or a value; case does not count.
    pub search: Option<String>,
    /// One of [`change_state`](crate::change_state).
    pub state: Option<String>,
}

/// How many changes of a run are of one kind, place, object and state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeCount {
    /// What they do.
    pub kind: String,
    /// Where they happen.
    pub place: String,
    /// What they are about.
    pub object: String,
    /// How far they have come.
    pub state: String,
    /// How many.
    pub count: u32,
}

pub(crate) const FILTER: &str = "run = :run AND (:kind IS NULL OR kind = :kind) \
     AND (:place IS NULL OR place = :place) AND (:state IS NULL OR state = :state) \
     AND (:search IS NULL OR instr(search, :search) > 0)";

/// Reads a change, as part of a larger transaction.
pub(crate) fn get(db: &Connection, run: &str, seq: u32) -> Result<Option<ChangeRow>, Failure> {
    let sql = format!("SELECT {COLUMNS} FROM journal WHERE run = ?1 AND seq = ?2");
    Ok(db
        .prepare_cached(&sql)?
        .query_row(params![run, seq], row)
        .optional()?)
}

impl Journal<'_> {
    /// One change.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, run: &str, seq: u32) -> Result<Option<ChangeRow>, StoreError> {
        self.0.read("reading a change", |db| get(db, run, seq))
    }

    /// Changes of a sync, of whatever run, that were sent and whose outcome is not known: oldest
    /// plan first, in the order of the plan.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn unsettled(&self, sync: &str) -> Result<Vec<ChangeRow>, StoreError> {
        self.0.read("reading the open changes", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM journal WHERE sync = ?1 AND state = 'sent'
                 ORDER BY at, run, seq"
            );
            let rows = db
                .prepare_cached(&sql)?
                .query_map([sync], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// Changes of somebody that were made or refused, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn of_person(
        &self,
        sync: &str,
        lead_id: Option<&str>,
        contact_id: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ChangeRow>, StoreError> {
        self.0.read("reading somebody's changes", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM journal
                 WHERE rowid IN (
                     SELECT rowid FROM journal WHERE lead_id = ?2 AND sync = ?1
                     UNION SELECT rowid FROM journal WHERE contact_id = ?3 AND sync = ?1)
                   AND state IN ('settled', 'failed')
                 ORDER BY settled_at DESC, seq DESC LIMIT ?4"
            );
            let mut q = db.prepare_cached(&sql)?;
            let rows = q.query_map(params![sync, lead_id, contact_id, limit], row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// How many changes of a run pass a filter, and a page of them in the order of the plan.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn page(
        &self,
        run: &str,
        filter: &ChangeFilter,
        offset: u32,
        limit: u32,
    ) -> Result<(u32, Vec<ChangeRow>), StoreError> {
        let search = needle(filter.search.as_deref());
        self.0.read("reading a run's changes", |db| {
            let total = db
                .prepare_cached(&format!("SELECT count(*) FROM journal WHERE {FILTER}"))?
                .query_row(
                    named_params! {
                        ":run": run,
                        ":kind": filter.kind,
                        ":place": filter.place,
                        ":state": filter.state,
                        ":search": search,
                    },
                    |r| r.get(0),
                )?;
            let sql = format!(
                "SELECT {COLUMNS} FROM journal WHERE {FILTER}
                 ORDER BY seq LIMIT :limit OFFSET :offset"
            );
            let mut q = db.prepare_cached(&sql)?;
            let rows = q.query_map(
                named_params! {
                    ":run": run,
                    ":kind": filter.kind,
                    ":place": filter.place,
                    ":state": filter.state,
                    ":search": search,
                    ":limit": limit,
                    ":offset": offset,
                },
                row,
            )?;
            Ok((total, rows.collect::<Result<_, _>>()?))
        })
    }

    /// Writes of a sync that were sent since a time, by lead id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn writes_since(
        &self,
        sync: &str,
        since: i64,
    ) -> Result<Vec<(Option<String>, u32)>, StoreError> {
        self.0.read("counting the last writes", |db| {
            let mut q = db.prepare_cached(
                "SELECT lead_id, count(*) FROM journal JOIN runs ON runs.id = run
                 WHERE journal.sync = ?1 AND NOT rehearsal AND started_at >= ?2 - 86400000
                   AND sent_at >= ?2 AND journal.state IN ('sent', 'settled')
                 GROUP BY lead_id",
            )?;
            let rows = q.query_map(params![sync, since], |r| Ok((r.get(0)?, r.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// How many changes of a run there are, by kind, place, object and state.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn counts(&self, run: &str) -> Result<Vec<ChangeCount>, StoreError> {
        self.0.read("counting a run's changes", |db| {
            let mut q = db.prepare_cached(
                "SELECT kind, place, object, state, count(*) FROM journal WHERE run = ?1
                 GROUP BY kind, place, object, state ORDER BY min(seq)",
            )?;
            let rows = q.query_map([run], |r| {
                Ok(ChangeCount {
                    kind: r.get(0)?,
                    place: r.get(1)?,
                    object: r.get(2)?,
                    state: r.get(3)?,
                    count: r.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
