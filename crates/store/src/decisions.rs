//! What somebody decided about the changes of a rehearsal, before anything of it is run.

use std::collections::HashMap;

use rusqlite::{named_params, params};
use serde_json::Value;

use crate::journal::{ChangeFilter, FILTER};
use crate::migrate::Migration;
use crate::sql::{Json, JsonRef, needle};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 17,
    name: "decisions",
    sql: "CREATE TABLE decisions (
            run      TEXT NOT NULL,
            seq      INTEGER NOT NULL,
            approved INTEGER NOT NULL CHECK (approved IN (0, 1)),
            PRIMARY KEY (run, seq),
            FOREIGN KEY (run, seq) REFERENCES journal (run, seq) ON DELETE CASCADE
          ) STRICT, WITHOUT ROWID;",
}];

/// Which changes of a rehearsal a decision is about.
#[derive(Debug, Clone)]
pub enum Decided {
    /// These positions of the plan.
    Seqs(Vec<u32>),
    /// Every change of the person that the change at this position is about.
    RecordOf(u32),
    /// Everything that passes a filter.
    Matching(ChangeFilter),
}

/// How many changes of a rehearsal were decided about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DecisionCount {
    /// To be made.
    pub approved: u32,
    /// To be left alone.
    pub skipped: u32,
    /// All changes of the plan.
    pub of: u32,
}

/// Access to the decisions.
#[derive(Debug, Clone, Copy)]
pub struct Decisions<'a>(pub(crate) &'a Store);

impl Decisions<'_> {
    /// Decides, or takes a decision back (`None`). Only a rehearsal's planned changes take one.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn decide(
        &self,
        run: &str,
        which: &Decided,
        approved: Option<bool>,
    ) -> Result<(), StoreError> {
        let (rule, search, filter) = match which {
            Decided::Seqs(_) => ("seq IN (SELECT value FROM json_each(:seqs))", None, None),
            Decided::RecordOf(_) => (
                "EXISTS (SELECT 1 FROM journal one WHERE one.run = :run
                   AND one.seq IN (SELECT value FROM json_each(:seqs))
                   AND (one.seq = journal.seq OR one.lead_id = journal.lead_id
                        OR one.contact_id = journal.contact_id))",
                None,
                None,
            ),
            Decided::Matching(filter) => (
                "TRUE",
                needle(filter.search.as_deref()),
                Some(filter.clone()),
            ),
        };
        let seqs = match which {
            Decided::Seqs(seqs) => seqs.clone(),
            Decided::RecordOf(seq) => vec![*seq],
            Decided::Matching(_) => Vec::new(),
        };
        let filter = filter.unwrap_or_default();
        let chosen = format!(
            "SELECT run, seq FROM journal WHERE {FILTER} AND {rule} AND journal.state = 'planned'"
        );
        let sql = if approved.is_some() {
            format!(
                "INSERT INTO decisions (run, seq, approved)
                 SELECT run, seq, :approved FROM ({chosen}) WHERE TRUE
                 ON CONFLICT (run, seq) DO UPDATE SET approved = excluded.approved"
            )
        } else {
            format!("DELETE FROM decisions WHERE :approved IS NULL AND (run, seq) IN ({chosen})")
        };
        let seqs = Value::from(seqs);
        self.0.write("keeping a decision", |tx| {
            let mut q = tx.prepare_cached(&sql)?;
            // A statement takes only the names that are in it.
            let common = named_params! {
                ":run": run, ":kind": filter.kind, ":place": filter.place,
                ":state": filter.state, ":search": search, ":approved": approved,
            };
            let json = JsonRef(&seqs);
            let mut all = common.to_vec();
            if !matches!(which, Decided::Matching(_)) {
                all.push((":seqs", &json));
            }
            q.execute(all.as_slice())?;
            Ok(())
        })
    }

    /// How many were decided about.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn count(&self, run: &str) -> Result<DecisionCount, StoreError> {
        self.0.read("counting decisions", |db| {
            let mut q = db.prepare_cached(
                "SELECT count(*) FILTER (WHERE approved = 1), count(*) FILTER (WHERE approved = 0),
                   (SELECT count(*) FROM journal WHERE run = ?1)
                 FROM decisions WHERE run = ?1",
            )?;
            Ok(q.query_row([run], |r| {
                Ok(DecisionCount {
                    approved: r.get(0)?,
                    skipped: r.get(1)?,
                    of: r.get(2)?,
                })
            })?)
        })
    }

    /// The decisions about some positions of a plan: whether each is to be made.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn of(&self, run: &str, seqs: &[u32]) -> Result<HashMap<u32, bool>, StoreError> {
        self.0.read("reading decisions", |db| {
            let mut q = db.prepare_cached(
                "SELECT seq, approved FROM decisions
                 WHERE run = ?1 AND seq IN (SELECT value FROM json_each(?2))",
            )?;
            let seqs = Value::from(seqs);
            let rows = q.query_map(params![run, JsonRef(&seqs)], |r| Ok((r.get(0)?, r.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// How to make each approved change, as the plan had it.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn approved(&self, run: &str) -> Result<Vec<Value>, StoreError> {
        self.0.read("reading what was approved", |db| {
            let mut q = db.prepare_cached(
                "SELECT j.action FROM decisions d JOIN journal j USING (run, seq)
                 WHERE d.run = ?1 AND d.approved = 1 ORDER BY d.seq",
            )?;
            let rows = q.query_map([run], |r| Ok(r.get::<_, Json>(0)?.0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
