//! The audit as people read it: requests, changes that were made or refused, and runs, by time.
//!
//! A run stands where it ended, after what it did (one that goes on, where it began); a change where
//! it was settled or refused; a request where it was sent.

use rusqlite::{Connection, named_params};

use crate::error::Failure;
use crate::sql::needle;
use crate::{ChangeRow, RequestRow, RunRow, Store, StoreError, journal, requests, runs};

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActivityKind {
    /// A request that was sent.
    Request,
    /// A change that was made or refused.
    Change,
    /// A run.
    Run,
}

impl ActivityKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Change => "change",
            Self::Run => "run",
        }
    }

    /// The kind of that word; `None` if there is none.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Request, Self::Change, Self::Run]
            .into_iter()
            .find(|k| k.as_str() == word)
    }
}

/// Which entries to show. What is `None` does not restrict.
#[derive(Debug, Clone, Copy, Default)]
pub struct ActivityFilter<'a> {
    /// Only of this kind.
    pub kind: Option<ActivityKind>,
    /// Only of this run.
    pub run: Option<&'a str>,
    /// Only entries that mention this; case does not count.
    pub search: Option<&'a str>,
    /// Skip this many.
    pub offset: u32,
    /// At most this many.
    pub limit: u32,
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // as in ActivityKind
pub enum ActivityRow {
    Request(RequestRow),
    Change(ChangeRow),
    Run(RunRow),
}

impl ActivityRow {
    /// When, milliseconds since 1970.
    pub fn at(&self) -> i64 {
        match self {
            Self::Request(r) => r.at,
            Self::Change(c) => c.settled_at.unwrap_or(c.at),
            Self::Run(r) => r.finished_at.unwrap_or(r.started_at),
        }
    }

    /// The run it belongs to, if any.
    pub fn run(&self) -> Option<&str> {
        match self {
            Self::Request(r) => r.run.as_deref(),
            Self::Change(c) => Some(&c.run),
            Self::Run(r) => Some(&r.id),
        }
    }
}

/// A page of entries.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityPage {
    /// Whether there is more behind it.
    pub more: bool,
    /// The page, newest first.
    pub rows: Vec<ActivityRow>,
}

/// Time, kind and key of every entry that passes; of one time, the run after its changes and those
/// after their requests.
const KEYS: &str = "
    SELECT at, 0 AS rank, id AS tie, '' AS run, id AS key FROM requests
    WHERE :kind IN ('', 'request') AND (:run IS NULL OR run = :run)
      AND (:search IS NULL OR instr(search, :search) > 0)
  UNION ALL
    SELECT settled_at, 1, rowid, run, seq FROM journal
    WHERE state IN ('settled', 'failed') AND :kind IN ('', 'change')
      AND (:run IS NULL OR run = :run)
      AND (:search IS NULL OR instr(search, :search) > 0
           OR instr(lower(operation || ' ' || coalesce(error, '')), :search) > 0)
  UNION ALL
    SELECT coalesce(finished_at, started_at), 2, rowid, id, 0 FROM runs
    WHERE :kind IN ('', 'run') AND (:run IS NULL OR id = :run)
      AND (:search IS NULL OR instr(lower(id || ' ' || state || ' ' ||
           coalesce(json_extract(summary, '$.error.message'), '')), :search) > 0)
  ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT :limit OFFSET :offset";

fn newest(db: &Connection, f: &ActivityFilter<'_>) -> Result<Vec<ActivityRow>, Failure> {
    let mut q = db.prepare_cached(KEYS)?;
    let keys = q.query_map(
        named_params! {
            ":kind": f.kind.map_or("", ActivityKind::as_str),
            ":run": f.run,
            ":search": needle(f.search),
            ":limit": f.limit,
            ":offset": f.offset,
        },
        |r| {
            Ok((
                r.get::<_, u8>(1)?,
                r.get::<_, String>(3)?,
                r.get::<_, i64>(4)?,
            ))
        },
    )?;
    let mut rows = Vec::new();
    for key in keys {
        let (rank, run, key) = key?;
        let row = match rank {
            0 => requests::get(db, key)?.map(ActivityRow::Request),
            1 => {
                let seq = u32::try_from(key)
                    .map_err(|_| rusqlite::Error::IntegralValueOutOfRange(4, key))?;
                journal::get(db, &run, seq)?.map(ActivityRow::Change)
            }
            _ => runs::get(db, &run)?.map(ActivityRow::Run),
        };
        rows.extend(row);
    }
    Ok(rows)
}

/// Access to the audit.
#[derive(Debug, Clone, Copy)]
pub struct Activity<'a>(pub(crate) &'a Store);

impl Activity<'_> {
    /// A page of the audit, newest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn page(&self, filter: &ActivityFilter<'_>) -> Result<ActivityPage, StoreError> {
        self.0.read("reading the audit", |db| {
            let limit = filter.limit.min(u32::MAX - 1);
            let mut rows = newest(
                db,
                &ActivityFilter {
                    limit: limit + 1,
                    ..*filter
                },
            )?;
            let more = rows.len() > limit as usize;
            rows.truncate(limit as usize);
            Ok(ActivityPage { more, rows })
        })
    }

    /// The newest `limit` entries, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn log(&self, limit: u32) -> Result<Vec<ActivityRow>, StoreError> {
        self.0.read("reading the audit", |db| {
            let mut rows = newest(
                db,
                &ActivityFilter {
                    limit,
                    ..ActivityFilter::default()
                },
            )?;
            rows.reverse();
            Ok(rows)
        })
    }
}
