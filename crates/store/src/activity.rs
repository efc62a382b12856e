//! The audit as people read it: requests, changes that were made or refused, runs, and what rules did,
//! by time.
//!
//! A run stands where it ended, after what it did (one that goes on, where it began); a change where
//! it was settled or refused; a request where it was sent; a firing where it began.

use rusqlite::{Connection, named_params};

use crate::error::Failure;
use crate::sql::needle;
use crate::{
    ChangeRow, FiringRow, RequestRow, RunRow, Store, StoreError, journal, requests, rules, runs,
};

/// Which entries to show. What is `None` does not restrict.
#[derive(Debug, Clone, Default)]
pub struct ActivityFilter {
    /// Only of this kind: `request`, `change`, `run` or `firing`. There is nothing of any other kind.
    pub kind: Option<String>,
    /// Only of this run.
    pub run: Option<String>,
    /// Only this change of that run, by its position in the plan, and the requests sent for it.
    pub seq: Option<u32>,
    /// Only of this sync: its runs, their changes, the requests sent for them, and its rules' firings.
    pub sync: Option<String>,
    /// Only what was done at this place: `highlevel`, `aimfox`, or for changes `foxbridge`. A run is
    /// at none, nor is a firing.
    pub place: Option<String>,
    /// Only what went well, or only what did not.
    pub well: Option<bool>,
    /// Only what is about this lead: its changes, and the requests that name it.
    pub lead: Option<String>,
    /// Only what is about this contact; with a lead too, about either.
    pub contact: Option<String>,
    /// Nothing before this time, milliseconds since 1970.
    pub since: Option<i64>,
    /// Nothing at or after this time.
    pub until: Option<i64>,
    /// Only entries that mention this; case does not count.
    pub search: Option<String>,
    /// Skip this many.
    pub offset: u32,
    /// At most this many.
    pub limit: u32,
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub enum ActivityRow {
    /// A request that was sent.
    Request(RequestRow),
    /// A change that was made or refused.
    Change(Box<ChangeRow>),
    /// A run.
    Run(RunRow),
    /// What a rule did about one event.
    Firing(Box<FiringRow>),
}

impl ActivityRow {
    /// When, milliseconds since 1970.
    pub fn at(&self) -> i64 {
        match self {
            Self::Request(r) => r.at,
            Self::Change(c) => c.settled_at.unwrap_or(c.at),
            Self::Run(r) => r.finished_at.unwrap_or(r.started_at),
            Self::Firing(f) => f.at,
        }
    }

    /// The run it belongs to, if any.
    pub fn run(&self) -> Option<&str> {
        match self {
            Self::Request(r) => r.run.as_deref(),
            Self::Change(c) => Some(&c.run),
            Self::Run(r) => Some(&r.id),
            Self::Firing(_) => None,
        }
    }
}

/// Time, kind and key of every entry that passes; of one time, the run after its changes and those
/// after their requests.
const KEYS: &str = "
    SELECT at, 0 AS rank, id AS tie, '' AS run, id AS key FROM requests
    WHERE :kind IN ('', 'request') AND (:run IS NULL OR run = :run)
      AND (:seq IS NULL OR seq = :seq)
      AND (:sync IS NULL OR run IN (SELECT id FROM runs WHERE sync = :sync))
      AND (:place IS NULL OR service = :place)
      AND (:well IS NULL OR (coalesce(status, 0) BETWEEN 100 AND 399) = :well)
      AND ((:lead IS NULL AND :contact IS NULL)
           OR instr(path, '/' || :lead) > 0 OR instr(path, '/' || :contact) > 0)
      AND (:since IS NULL OR at >= :since) AND (:until IS NULL OR at < :until)
      AND (:search IS NULL OR instr(search, :search) > 0)
  UNION ALL
    SELECT settled_at, 1, rowid, run, seq FROM journal
    WHERE state IN ('settled', 'failed') AND :kind IN ('', 'change')
      AND (:run IS NULL OR run = :run) AND (:sync IS NULL OR sync = :sync)
      AND (:seq IS NULL OR seq = :seq)
      AND (:place IS NULL OR place = :place)
      AND (:well IS NULL OR (state = 'settled') = :well)
      AND ((:lead IS NULL AND :contact IS NULL) OR lead_id = :lead OR contact_id = :contact)
      AND (:since IS NULL OR settled_at >= :since) AND (:until IS NULL OR settled_at < :until)
      AND (:search IS NULL OR instr(search, :search) > 0
           OR instr(lower(operation || ' ' || coalesce(error, '')), :search) > 0)
  UNION ALL
    SELECT coalesce(finished_at, started_at), 2, rowid, id, 0 FROM runs
    WHERE :kind IN ('', 'run') AND (:run IS NULL OR id = :run) AND :seq IS NULL
      AND (:sync IS NULL OR sync = :sync) AND :place IS NULL
      AND (:well IS NULL OR (state IN ('done', 'running')) = :well)
      AND :lead IS NULL AND :contact IS NULL
      AND (:since IS NULL OR coalesce(finished_at, started_at) >= :since)
      AND (:until IS NULL OR coalesce(finished_at, started_at) < :until)
      AND (:search IS NULL OR instr(lower(id || ' ' || state || ' ' ||
           coalesce(json_extract(summary, '$.error.message'), '')), :search) > 0)
  UNION ALL
    SELECT at, 3, rowid, '', id FROM firings
    WHERE :kind IN ('', 'firing') AND :run IS NULL
      AND (:sync IS NULL OR sync = :sync) AND :place IS NULL
      AND (:well IS NULL OR (state <> 'needs_you') = :well)
      AND ((:lead IS NULL AND :contact IS NULL) OR person IN (:lead, :contact))
      AND (:since IS NULL OR at >= :since) AND (:until IS NULL OR at < :until)
      AND (:search IS NULL OR instr(lower(json_extract(content, '$.name') || ' ' ||
           json_extract(content, '$.person')), :search) > 0)
  ORDER BY 1 DESC, 2 DESC, 3 DESC LIMIT :limit OFFSET :offset";

fn newest(db: &Connection, f: &ActivityFilter) -> Result<Vec<ActivityRow>, Failure> {
    let mut q = db.prepare_cached(KEYS)?;
    let keys = q.query_map(
        named_params! {
            ":kind": f.kind.as_deref().unwrap_or_default(),
            ":run": f.run,
            ":seq": f.seq,
            ":sync": f.sync,
            ":place": f.place,
            ":well": f.well,
            ":lead": f.lead,
            ":contact": f.contact,
            ":since": f.since,
            ":until": f.until,
            ":search": needle(f.search.as_deref()),
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
                journal::get(db, &run, seq)?.map(|c| ActivityRow::Change(Box::new(c)))
            }
            2 => runs::get(db, &run)?.map(ActivityRow::Run),
            _ => rules::get(db, key)?.map(|f| ActivityRow::Firing(Box::new(f))),
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
    pub fn page(&self, filter: &ActivityFilter) -> Result<Vec<ActivityRow>, StoreError> {
        self.0.read("reading the audit", |db| newest(db, filter))
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
