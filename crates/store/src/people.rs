//! The people of a sync as one list that can be searched as one types: made from the mirror, the
//! links and the questions after each reading, and forgotten without loss.
//!
//! The full-text index is SQLite's FTS5, kept in step by triggers.

use std::collections::HashMap;

use rusqlite::{Connection, Row, named_params, params};

use crate::error::Failure;
use crate::migrate::Migration;
use crate::sql::plain;
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 12,
    name: "people",
    sql: "CREATE TABLE people (
            id         INTEGER PRIMARY KEY,
            sync       TEXT NOT NULL REFERENCES syncs (id) ON DELETE CASCADE,
            lead_id    TEXT,
            contact_id TEXT,
            name       TEXT NOT NULL,
            detail     TEXT NOT NULL,
            state      TEXT NOT NULL,
            needs_you  INTEGER NOT NULL,
            sort       TEXT NOT NULL,
            search     TEXT NOT NULL,
            CHECK (lead_id IS NOT NULL OR contact_id IS NOT NULL)
          ) STRICT;
          CREATE INDEX journal_by_lead ON journal (lead_id) WHERE lead_id IS NOT NULL;
          CREATE INDEX journal_by_contact ON journal (contact_id) WHERE contact_id IS NOT NULL;
          CREATE INDEX people_by_name ON people (sync, sort, id);
          CREATE INDEX people_by_state ON people (sync, state, sort, id);
          CREATE INDEX people_needing ON people (sync, sort, id) WHERE needs_you = 1;
          CREATE VIRTUAL TABLE people_words USING fts5 (
            search, content = 'people', content_rowid = 'id',
            tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');
          CREATE TRIGGER people_in AFTER INSERT ON people BEGIN
            INSERT INTO people_words (rowid, search) VALUES (new.id, new.search);
          END;
          CREATE TRIGGER people_out AFTER DELETE ON people BEGIN
            INSERT INTO people_words (people_words, rowid, search)
            VALUES ('delete', old.id, old.search);
          END;
          CREATE TRIGGER people_on AFTER UPDATE OF search ON people BEGIN
            INSERT INTO people_words (people_words, rowid, search)
            VALUES ('delete', old.id, old.search);
            INSERT INTO people_words (rowid, search) VALUES (new.id, new.search);
          END;",
}];

/// Somebody: a linked pair, a lead alone, or a contact alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Aimfox lead id.
    pub lead_id: Option<String>,
    /// HighLevel contact id.
    pub contact_id: Option<String>,
    /// A name to show.
    pub name: String,
    /// A second line: an address or a company.
    pub detail: String,
    /// How they stand, as the caller names it.
    pub state: String,
    /// Whether a question about them is open.
    pub needs_you: bool,
    /// Every word they are found by.
    pub search: String,
}

/// Which people to show. What is `None` does not restrict.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Only in this state.
    pub state: Option<String>,
    /// Only those with an open question.
    pub needs_you: bool,
    /// Only those of whom every word begins one of theirs; case, accents and strokes do not count.
    pub search: Option<String>,
}

const COLUMNS: &str = "p.lead_id, p.contact_id, p.name, p.detail, p.state, p.needs_you, p.search";

fn row(r: &Row<'_>) -> rusqlite::Result<PersonRow> {
    Ok(PersonRow {
        lead_id: r.get(0)?,
        contact_id: r.get(1)?,
        name: r.get(2)?,
        detail: r.get(3)?,
        state: r.get(4)?,
        needs_you: r.get(5)?,
        search: r.get(6)?,
    })
}

/// What was typed as a question to FTS5: every word a prefix, quoted, so that nothing typed is an
/// operator. `None` when there is no word in it.
fn question(search: Option<&str>) -> Option<String> {
    let words: Vec<String> = plain(search?)
        .split_whitespace()
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| format!("\"{}\"*", word.replace('"', "\"\"")))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

const SEARCHED: &str = "FROM people_words w JOIN people p ON p.id = w.rowid
     WHERE people_words MATCH :words AND p.sync = :sync";
const PLAIN: &str = "FROM people p WHERE p.sync = :sync AND :words IS NULL";

fn count(
    db: &Connection,
    sync: &str,
    words: Option<&str>,
) -> Result<(HashMap<String, u32>, u32), Failure> {
    let from = if words.is_some() { SEARCHED } else { PLAIN };
    let sql = format!("SELECT p.state, count(*), sum(p.needs_you) {from} GROUP BY p.state");
    let mut q = db.prepare_cached(&sql)?;
    let rows = q.query_map(named_params! { ":words": words, ":sync": sync }, |r| {
        Ok((
            r.get::<_, String>(0)?,
            r.get::<_, u32>(1)?,
            r.get::<_, u32>(2)?,
        ))
    })?;
    let (mut states, mut needing) = (HashMap::new(), 0);
    for row in rows {
        let (state, n, asking) = row?;
        states.insert(state, n);
        needing += asking;
    }
    Ok((states, needing))
}

/// How many people pass the search, by state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeopleCounts {
    /// By state.
    pub states: HashMap<String, u32>,
    /// With an open question, whatever their state.
    pub needs_you: u32,
}

/// Access to the people.
#[derive(Debug, Clone, Copy)]
pub struct People<'a>(pub(crate) &'a Store);

impl People<'_> {
    /// Takes in everybody of a sync. Who did not change is left alone, so that a second reading of
    /// the same people costs little.
    ///
    /// # Errors
    /// If there is no such sync, or the database cannot be written.
    pub fn replace_all(&self, sync: &str, people: &[PersonRow]) -> Result<(), StoreError> {
        self.0.write_relaxed("listing the people", |tx| {
            let mut known: HashMap<(Option<String>, Option<String>), (i64, PersonRow)> = {
                let sql = format!("SELECT {COLUMNS}, p.id FROM people p WHERE p.sync = ?1");
                let mut q = tx.prepare_cached(&sql)?;
                let rows = q.query_map([sync], |r| Ok((r.get::<_, i64>(7)?, row(r)?)))?;
                rows.map(|row| {
                    row.map(|(id, p)| ((p.lead_id.clone(), p.contact_id.clone()), (id, p)))
                })
                .collect::<Result<_, _>>()?
            };
            let mut insert = tx.prepare_cached(
                "INSERT INTO people
                   (sync, lead_id, contact_id, name, detail, state, needs_you, sort, search)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?;
            let mut update = tx.prepare_cached(
                "UPDATE people SET name = ?2, detail = ?3, state = ?4, needs_you = ?5, sort = ?6,
                   search = ?7 WHERE id = ?1",
            )?;
            for person in people {
                let person = &PersonRow {
                    search: plain(&person.search),
                    ..person.clone()
                };
                let key = (person.lead_id.clone(), person.contact_id.clone());
                match known.remove(&key) {
                    Some((_, before)) if before == *person => {}
                    Some((id, _)) => drop(update.execute(params![
                        id,
                        person.name,
                        person.detail,
                        person.state,
                        person.needs_you,
                        plain(&person.name),
                        person.search
                    ])?),
                    None => drop(insert.execute(params![
                        sync,
                        person.lead_id,
                        person.contact_id,
                        person.name,
                        person.detail,
                        person.state,
                        person.needs_you,
                        plain(&person.name),
                        person.search
                    ])?),
                }
            }
            let mut delete = tx.prepare_cached("DELETE FROM people WHERE id = ?1")?;
            for (id, _) in known.into_values() {
                delete.execute([id])?;
            }
            Ok(())
        })
    }

    /// Whether anybody of a sync is listed.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn any(&self, sync: &str) -> Result<bool, StoreError> {
        self.0.read("reading the people", |db| {
            let sql = "SELECT EXISTS (SELECT 1 FROM people WHERE sync = ?1)";
            Ok(db.prepare_cached(sql)?.query_row([sync], |r| r.get(0))?)
        })
    }

    /// How many people a search finds, by state.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn counts(&self, sync: &str, search: Option<&str>) -> Result<PeopleCounts, StoreError> {
        let words = question(search);
        self.0.read("counting the people", |db| {
            let (states, needs_you) = count(db, sync, words.as_deref())?;
            Ok(PeopleCounts { states, needs_you })
        })
    }

    /// A page of the people, by name.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn page(
        &self,
        sync: &str,
        filter: &PeopleFilter,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<PersonRow>, StoreError> {
        let words = question(filter.search.as_deref());
        let from = if words.is_some() { SEARCHED } else { PLAIN };
        // Spelt out, so that each has its index.
        let state = filter.state.as_ref().map_or("", |_| "AND p.state = :state");
        let asking = if filter.needs_you {
            "AND p.needs_you = 1"
        } else {
            ""
        };
        let sql = format!(
            "SELECT {COLUMNS} {from} {state} {asking}
             ORDER BY p.sort, p.id LIMIT :limit OFFSET :offset"
        );
        self.0.read("reading the people", |db| {
            let mut q = db.prepare_cached(&sql)?;
            let common = named_params! {
                ":words": words, ":sync": sync, ":limit": limit, ":offset": offset,
            };
            let mut all = common.to_vec();
            if filter.state.is_some() {
                all.push((":state", &filter.state));
            }
            let rows = q.query_map(all.as_slice(), row)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}
