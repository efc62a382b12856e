//! The journal: the write-ahead record of each change, intended → sent → settled.
//!
//! `mark_sent` is on the disk before the request leaves; `settle` closes the change, moves the base
//! and makes the links in one transaction. So whatever is `sent` after a crash, and only that, must
//! be looked up before it is tried again. A rehearsal's changes cannot be sent at all: the statement
//! that would mark them refuses.

mod read;
mod row;

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::Value;

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::JsonRef;
use crate::{LinkRow, Store, StoreError, base, links};

pub use read::{ChangeCount, ChangeFilter};
pub(crate) use read::{FILTER, get};
pub use row::ChangeRow;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 7,
    name: "journal",
    sql: "CREATE TABLE journal (
            run         TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            seq         INTEGER NOT NULL,
            sync        TEXT NOT NULL,
            at          INTEGER NOT NULL,
            kind        TEXT NOT NULL,
            place       TEXT NOT NULL,
            object      TEXT NOT NULL,
            record_name TEXT NOT NULL,
            lead_id     TEXT,
            contact_id  TEXT,
            operation   TEXT NOT NULL,
            content     TEXT NOT NULL,
            action      TEXT NOT NULL,
            inverse     TEXT,
            state       TEXT NOT NULL CHECK
              (state IN ('planned', 'intended', 'sent', 'settled', 'failed', 'skipped')),
            sent_at     INTEGER,
            settled_at  INTEGER,
            error       TEXT,
            result      TEXT,
            search      TEXT NOT NULL,
            PRIMARY KEY (run, seq)
          ) STRICT;
          CREATE INDEX journal_unsettled ON journal (sync) WHERE state = 'sent';
          CREATE INDEX journal_by_time ON journal (settled_at)
            WHERE state IN ('settled', 'failed');",
}];

/// The states of a change.
pub mod change_state {
    /// In a rehearsal, or not reached yet.
    pub const PLANNED: &str = "planned";
    /// Written to the journal; nothing sent.
    pub const INTENDED: &str = "intended";
    /// Sent; the outcome is not known yet.
    pub const SENT: &str = "sent";
    /// Done, and seen to be done.
    pub const SETTLED: &str = "settled";
    /// Refused by the service.
    pub const FAILED: &str = "failed";
    /// Not done: cancelled, or the record changed meanwhile.
    pub const SKIPPED: &str = "skipped";
}

/// What became of a change, to be written all at once.
#[derive(Debug, Clone)]
pub struct Settlement<'a> {
    /// The run.
    pub run: String,
    /// Position in the plan.
    pub seq: u32,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// What the service answered, as far as it is needed later (the id of what was created).
    pub result: Option<Value>,
    /// Bases to move: lead id and the values both sides now agree on.
    pub base: &'a [(String, Value)],
    /// Links to make.
    pub links: &'a [LinkRow],
}

/// Access to the journal. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Journal<'a>(pub(crate) &'a Store);

impl Journal<'_> {
    /// Writes a run's plan, all of it or nothing. The run is there already.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] if a change of that run and position is there;
    /// [`StoreError::NotFound`] if the run is not.
    pub fn insert_plan(&self, changes: &[ChangeRow]) -> Result<(), StoreError> {
        self.0.write("writing a plan to the journal", |tx| {
            let mut known = tx.prepare_cached("SELECT 1 FROM runs WHERE id = ?1")?;
            let mut insert = tx.prepare_cached(row::INSERT)?;
            let mut run = None;
            for change in changes {
                if run != Some(&change.run) {
                    if !known.exists([&change.run])? {
                        let id = change.run.clone();
                        return Err(StoreError::NotFound { what: "run", id }.into());
                    }
                    run = Some(&change.run);
                }
                if row::insert(&mut insert, change)? == 0 {
                    let id = format!("{} of run {}", change.seq, change.run);
                    return Err(StoreError::Duplicate { what: "change", id }.into());
                }
            }
            Ok(())
        })
    }

    /// Notes that a change is being sent now. Must return before the request leaves. A change that
    /// was looked up and found not to have happened may be marked again.
    ///
    /// # Errors
    /// [`StoreError::WrongState`] if it is settled, failed or skipped, or part of a rehearsal;
    /// [`StoreError::NotFound`] if there is no such change.
    pub fn mark_sent(&self, run: &str, seq: u32, at: i64) -> Result<(), StoreError> {
        self.0.write("marking a change as sent", |tx| {
            let sql = "UPDATE journal SET state = 'sent', sent_at = ?3
                       WHERE run = ?1 AND seq = ?2 AND state IN ('planned', 'intended', 'sent')
                         AND (SELECT NOT rehearsal FROM runs WHERE id = ?1)";
            let moved = tx.prepare_cached(sql)?.execute(params![run, seq, at])?;
            check_moved(tx, moved, run, seq, change_state::SENT)
        })
    }

    /// Notes that the service refused a change, or that it was never sent for a reason worth
    /// telling: nothing was changed.
    ///
    /// # Errors
    /// As [`Journal::mark_sent`].
    pub fn fail(&self, run: &str, seq: u32, at: i64, error: &str) -> Result<(), StoreError> {
        self.close(run, seq, at, change_state::FAILED, error)
    }

    /// Notes that a change was not made, and why.
    ///
    /// # Errors
    /// As [`Journal::mark_sent`].
    pub fn skip(&self, run: &str, seq: u32, at: i64, why: &str) -> Result<(), StoreError> {
        self.close(run, seq, at, change_state::SKIPPED, why)
    }

    fn close(
        &self,
        run: &str,
        seq: u32,
        at: i64,
        state: &'static str,
        error: &str,
    ) -> Result<(), StoreError> {
        self.0.write("closing a change", |tx| {
            let sql = "UPDATE journal SET state = ?3, settled_at = ?4, error = ?5
                       WHERE run = ?1 AND seq = ?2 AND state IN ('planned', 'intended', 'sent')
                         AND (SELECT NOT rehearsal FROM runs WHERE id = ?1)";
            let moved = tx
                .prepare_cached(sql)?
                .execute(params![run, seq, state, at, error])?;
            check_moved(tx, moved, run, seq, state)
        })
    }

    /// Skips everything of a run that was not sent yet (it was cancelled, or the program ended);
    /// returns how many. What is sent stays open until it was looked up.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn skip_unsent(&self, run: &str, at: i64, why: &str) -> Result<u32, StoreError> {
        self.0.write("skipping the rest of a run", |tx| {
            let skipped = tx.execute(
                "UPDATE journal SET state = 'skipped', settled_at = ?2, error = ?3
                 WHERE run = ?1 AND state IN ('planned', 'intended')
                   AND (SELECT NOT rehearsal FROM runs WHERE id = ?1)",
                params![run, at, why],
            )?;
            Ok(u32::try_from(skipped).unwrap_or(u32::MAX))
        })
    }

    /// Closes a change as done, moves the base and makes the links: all of it or nothing. A change
    /// that sends nothing (a link) need not have been marked as sent.
    ///
    /// # Errors
    /// As [`Journal::mark_sent`]; [`StoreError::AlreadyLinked`] as for a link made by hand.
    pub fn settle(&self, settlement: Settlement<'_>) -> Result<(), StoreError> {
        self.0
            .write("settling a change", |tx| settle(tx, &settlement))
    }

    /// Settles several, all or none. For changes that send nothing: one commit instead of many.
    ///
    /// # Errors
    /// As [`Journal::settle`].
    pub fn settle_all(&self, settlements: &[Settlement<'_>]) -> Result<(), StoreError> {
        self.0.write("settling changes", |tx| {
            settlements.iter().try_for_each(|s| settle(tx, s))
        })
    }
}

fn settle(tx: &Transaction<'_>, s: &Settlement<'_>) -> Result<(), Failure> {
    let sync: Option<String> = tx
        .prepare_cached(
            "UPDATE journal SET state = 'settled', settled_at = ?3, result = ?4, error = NULL
             WHERE run = ?1 AND seq = ?2 AND state IN ('planned', 'intended', 'sent')
               AND (SELECT NOT rehearsal FROM runs WHERE id = ?1)
             RETURNING sync",
        )?
        .query_row(
            params![s.run, s.seq, s.at, s.result.as_ref().map(JsonRef)],
            |r| r.get(0),
        )
        .optional()?;
    check_moved(
        tx,
        usize::from(sync.is_some()),
        &s.run,
        s.seq,
        change_state::SETTLED,
    )?;
    if let Some(sync) = sync {
        for (lead, value) in s.base {
            base::put(tx, &sync, lead, value)?;
        }
    }
    s.links.iter().try_for_each(|link| links::insert(tx, link))
}

/// Says why a change did not move.
fn check_moved(
    tx: &Transaction<'_>,
    moved: usize,
    run: &str,
    seq: u32,
    wanted: &'static str,
) -> Result<(), Failure> {
    if moved > 0 {
        return Ok(());
    }
    let found: Option<(String, String, bool)> = tx
        .query_row(
            "SELECT journal.state, record_name, rehearsal FROM journal JOIN runs ON runs.id = run
             WHERE run = ?1 AND seq = ?2",
            params![run, seq],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
        .optional()?;
    Err(match found {
        Some((state, record, rehearsal)) => {
            let run = run.to_owned();
            StoreError::WrongState {
                run,
                seq,
                record,
                state,
                wanted,
                rehearsal,
            }
        }
        None => StoreError::NotFound {
            what: "change",
            id: format!("{seq} of run {run}"),
        },
    }
    .into())
}
