//! What is kept for rules is read in two ways: by listings, which may lag, and record by record.
//!
//! Here a row's fence is the time until which a listing may still show an older state than the
//! record's own read has shown. Whoever reads the record itself need not mind it.

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;

use super::{Detect, Mirror, Seen, was_listed};
use crate::error::Failure;
use crate::sql::{Json, JsonRef};
use crate::{Echo, NewEvent, StoreError, events};

/// A record that was read. Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The service's id of it.
    pub id: String,
    /// The record.
    pub content: Value,
    /// When the read began.
    pub read_at: i64,
    /// Of a read of the record itself: until when listings may show an older state. `None` for a
    /// record that a listing showed.
    pub ahead_until: Option<i64>,
}

struct Known {
    content: Option<Value>,
    read_at: Option<i64>,
    fence: Option<i64>,
}

fn known(
    db: &Connection,
    connection: &str,
    object: &str,
    id: &str,
) -> Result<Option<Known>, Failure> {
    let mut q = db.prepare_cached(
        "SELECT content, read_at, fence FROM mirror
         WHERE connection = ?1 AND object = ?2 AND record_id = ?3",
    )?;
    let known = q.query_row([connection, object, id], |r| {
        Ok(Known {
            content: r.get::<_, Option<Json>>(0)?.map(|json| json.0),
            read_at: r.get(1)?,
            fence: r.get(2)?,
        })
    });
    Ok(known.optional()?)
}

impl Known {
    /// Whether more is known than a reading can tell.
    fn is_ahead_of(&self, read_at: i64, is_listing: bool) -> bool {
        let fenced = is_listing && self.fence.is_some_and(|fence| fence > read_at);
        fenced || self.read_at.is_some_and(|at| at > read_at)
    }
}

fn put(
    db: &Connection,
    connection: &str,
    object: &str,
    readings: &[Reading],
    detect: Detect<'_>,
) -> Result<(), Failure> {
    let is_news = was_listed(db, connection, object)?;
    for reading in readings {
        let before = known(db, connection, object, &reading.id)?;
        let is_listing = reading.ahead_until.is_none();
        if before
            .as_ref()
            .is_some_and(|known| known.is_ahead_of(reading.read_at, is_listing))
        {
            continue;
        }
        db.prepare_cached(
            "INSERT INTO mirror (connection, object, record_id, content, read_at, fence)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (connection, object, record_id) DO UPDATE
             SET content = excluded.content, read_at = excluded.read_at, missing_since = NULL,
                 fence = coalesce(max(fence, excluded.fence), fence, excluded.fence)",
        )?
        .execute(params![
            connection,
            object,
            reading.id,
            JsonRef(&reading.content),
            reading.read_at,
            reading.ahead_until
        ])?;
        let before_at = before.as_ref().and_then(|known| known.read_at);
        let before = before.and_then(|known| known.content);
        if !is_news || before.as_ref() == Some(&reading.content) {
            continue;
        }
        let echoes = events::echoes(db, connection, &reading.id, before_at.unwrap_or_default())?;
        let seen = Seen {
            id: &reading.id,
            before: before.as_ref(),
            after: &reading.content,
            echoes: &echoes,
        };
        events::insert(db, &detect(&seen))?;
    }
    Ok(())
}

impl Mirror<'_> {
    /// Takes in records, each as it was read, and in the same transaction the events that `detect`
    /// finds in what changed. A reading is discarded where a later one is known, or where a listing may
    /// lag behind what is known.
    ///
    /// # Errors
    /// If there is no such connection, or the database cannot be written.
    pub fn put_readings_telling(
        &self,
        connection: &str,
        object: &str,
        readings: &[Reading],
        detect: &mut dyn FnMut(&Seen<'_>) -> Vec<NewEvent>,
    ) -> Result<(), StoreError> {
        self.0.write_relaxed("keeping records", |tx| {
            put(tx, connection, object, readings, detect)
        })
    }

    /// Takes in that a record is gone, as a read of it that began at `read_at` has proved, and in the
    /// same transaction the event that `tell` makes of what was known of it and of what we wrote since.
    /// Nothing happens where it is known to have been there later. Listings that begin before
    /// `ahead_until` do not bring it back. Times are milliseconds since 1970.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn gone_telling(
        &self,
        connection: &str,
        object: &str,
        id: &str,
        (read_at, ahead_until): (i64, i64),
        tell: &mut dyn FnMut(&Value, &[Echo]) -> NewEvent,
    ) -> Result<(), StoreError> {
        self.0.write_relaxed("forgetting a record", |tx| {
            let Some(known) = known(tx, connection, object, id)? else {
                return Ok(());
            };
            let Some(content) = &known.content else {
                return Ok(());
            };
            if known.is_ahead_of(read_at, false) {
                return Ok(());
            }
            let since = known.read_at.unwrap_or_default();
            let echoes = events::echoes(tx, connection, id, since)?;
            events::insert(tx, &[tell(content, &echoes)])?;
            tx.prepare_cached(
                "UPDATE mirror SET content = NULL, read_at = NULL, missing_since = NULL,
                                   fence = max(coalesce(fence, ?4), ?4)
                 WHERE connection = ?1 AND object = ?2 AND record_id = ?3",
            )?
            .execute(params![connection, object, id, ahead_until])?;
            Ok(())
        })
    }
}
