//! What the user decided about single people: answers to what a run asked, by the question's key.
//!
//! An answer is honoured by every run until it is taken back, or until the matter it was about is
//! settled. Questions are the last run's and come and go; answers stay.

use std::collections::BTreeMap;

use rusqlite::params;
use serde_json::Value;

use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 15,
    name: "answers",
    sql: "CREATE TABLE answers (
            sync    TEXT NOT NULL REFERENCES syncs (id) ON DELETE CASCADE,
            key     TEXT NOT NULL,
            content TEXT NOT NULL,
            at      INTEGER NOT NULL,
            PRIMARY KEY (sync, key)
          ) STRICT;",
}];

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerRow {
    /// The sync it belongs to.
    pub sync: String,
    /// The key of the question it answers.
    pub key: String,
    /// What was decided.
    pub content: Value,
    /// When, milliseconds since 1970.
    pub at: i64,
}

/// Access to the answers.
#[derive(Debug, Clone, Copy)]
pub struct Answers<'a>(pub(crate) &'a Store);

impl Answers<'_> {
    /// Keeps answers, each in place of an earlier one to the same question; all or none.
    ///
    /// # Errors
    /// If there is no such sync, or the database cannot be written.
    pub fn put_all(&self, answers: &[AnswerRow]) -> Result<(), StoreError> {
        self.0.write("keeping answers", |tx| {
            let mut put = tx.prepare_cached(
                "INSERT INTO answers (sync, key, content, at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (sync, key) DO UPDATE SET content = excluded.content, at = excluded.at",
            )?;
            for answer in answers {
                let content = JsonRef(&answer.content);
                put.execute(params![answer.sync, answer.key, content, answer.at])?;
            }
            Ok(())
        })
    }

    /// All answers of a sync, by key.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn all(&self, sync: &str) -> Result<BTreeMap<String, AnswerRow>, StoreError> {
        self.0.read("reading the answers", |db| {
            let mut q =
                db.prepare_cached("SELECT sync, key, content, at FROM answers WHERE sync = ?1")?;
            let rows = q.query_map([sync], |r| {
                let row = AnswerRow {
                    sync: r.get(0)?,
                    key: r.get(1)?,
                    content: r.get::<_, Json>(2)?.0,
                    at: r.get(3)?,
                };
                Ok((row.key.clone(), row))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Takes an answer back; says whether there was one.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn remove(&self, sync: &str, key: &str) -> Result<bool, StoreError> {
        self.0.write("taking an answer back", |tx| {
            let sql = "DELETE FROM answers WHERE sync = ?1 AND key = ?2";
            Ok(tx.prepare_cached(sql)?.execute([sync, key])? > 0)
        })
    }
}
