//! Links: which lead and which contact are the same person.
//!
//! Within a sync a lead has one link and a contact has one. A broken link stays, with the reason, so
//! that it is not made again by itself; only a new link of one of the two takes its place.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::Failure;
use crate::migrate::Migration;
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 4,
    name: "links",
    sql: "CREATE TABLE links (
            sync       TEXT NOT NULL REFERENCES syncs (id) ON DELETE CASCADE,
            lead_id    TEXT NOT NULL,
            contact_id TEXT NOT NULL,
            how        TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            broken     TEXT,
            PRIMARY KEY (sync, lead_id),
            UNIQUE (sync, contact_id)
          ) STRICT;",
}];

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkRow {
    /// The sync it belongs to.
    pub sync: String,
    /// Aimfox lead id.
    pub lead_id: String,
    /// HighLevel contact id.
    pub contact_id: String,
    /// How they were found to be the same person.
    pub how: String,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Why the two are kept apart now; `None` for a live link.
    pub broken: Option<String>,
}

const COLUMNS: &str = "sync, lead_id, contact_id, how, created_at, broken";

fn row(r: &Row<'_>) -> rusqlite::Result<LinkRow> {
    Ok(LinkRow {
        sync: r.get(0)?,
        lead_id: r.get(1)?,
        contact_id: r.get(2)?,
        how: r.get(3)?,
        created_at: r.get(4)?,
        broken: r.get(5)?,
    })
}

/// Makes a link, as part of a larger transaction.
pub(crate) fn insert(db: &Connection, link: &LinkRow) -> Result<(), Failure> {
    let in_the_way: Option<(String, String)> = db
        .prepare_cached(
            "SELECT lead_id, contact_id FROM links
             WHERE sync = ?1 AND (lead_id = ?2) <> (contact_id = ?3) AND broken IS NULL
               AND (lead_id = ?2 OR contact_id = ?3) LIMIT 1",
        )?
        .query_row([&link.sync, &link.lead_id, &link.contact_id], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .optional()?;
    if let Some((linked_lead, linked_contact)) = in_the_way {
        return Err(StoreError::AlreadyLinked {
            lead_id: link.lead_id.clone(),
            contact_id: link.contact_id.clone(),
            linked_lead,
            linked_contact,
        }
        .into());
    }
    // What is left with either of the two is broken, or is this very link.
    db.prepare_cached("DELETE FROM links WHERE sync = ?1 AND (lead_id = ?2 OR contact_id = ?3)")?
        .execute([&link.sync, &link.lead_id, &link.contact_id])?;
    db.prepare_cached(
        "INSERT INTO links (sync, lead_id, contact_id, how, created_at, broken)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        link.sync,
        link.lead_id,
        link.contact_id,
        link.how,
        link.created_at,
        link.broken
    ])?;
    Ok(())
}

/// Access to the links.
#[derive(Debug, Clone, Copy)]
pub struct Links<'a>(pub(crate) &'a Store);

impl Links<'_> {
    /// Makes a link. A broken link of either record gives way to it; the same link again replaces
    /// the one that is there.
    ///
    /// # Errors
    /// [`StoreError::AlreadyLinked`] if either record has a live link with another one.
    pub fn insert(&self, link: &LinkRow) -> Result<(), StoreError> {
        self.0.write("making a link", |tx| insert(tx, link))
    }

    /// Makes several, all or none.
    ///
    /// # Errors
    /// As [`Links::insert`].
    pub fn insert_all(&self, links: &[LinkRow]) -> Result<(), StoreError> {
        self.0.write("making links", |tx| {
            links.iter().try_for_each(|link| insert(tx, link))
        })
    }

    /// All links of a sync, the broken ones too, by lead id.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn list(&self, sync: &str) -> Result<Vec<LinkRow>, StoreError> {
        self.0.read("reading the links", |db| {
            let sql = format!("SELECT {COLUMNS} FROM links WHERE sync = ?1 ORDER BY lead_id");
            let rows = db
                .prepare_cached(&sql)?
                .query_map([sync], row)?
                .collect::<Result<_, _>>()?;
            Ok(rows)
        })
    }

    /// The live link of a lead.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn of_lead(&self, sync: &str, lead_id: &str) -> Result<Option<LinkRow>, StoreError> {
        self.one("lead_id", sync, lead_id)
    }

    /// The live link of a contact.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn of_contact(&self, sync: &str, contact_id: &str) -> Result<Option<LinkRow>, StoreError> {
        self.one("contact_id", sync, contact_id)
    }

    /// The link of a lead or of a contact, broken or not; a live one where there are several.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn of_person(
        &self,
        sync: &str,
        lead_id: Option<&str>,
        contact_id: Option<&str>,
    ) -> Result<Option<LinkRow>, StoreError> {
        self.0.read("reading a link", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM links
                 WHERE sync = ?1 AND (lead_id = ?2 OR contact_id = ?3)
                 ORDER BY broken IS NOT NULL, lead_id = ?2 DESC LIMIT 1"
            );
            let of = (sync, lead_id, contact_id);
            let found = db.prepare_cached(&sql)?.query_row(of, row);
            Ok(found.optional()?)
        })
    }

    fn one(&self, column: &str, sync: &str, id: &str) -> Result<Option<LinkRow>, StoreError> {
        self.0.read("reading a link", |db| {
            let sql = format!(
                "SELECT {COLUMNS} FROM links WHERE sync = ?1 AND {column} = ?2 AND broken IS NULL"
            );
            let found = db.prepare_cached(&sql)?.query_row([sync, id], row);
            Ok(found.optional()?)
        })
    }

    /// Keeps a lead and its contact apart from now on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] if the lead has no link.
    pub fn break_link(&self, sync: &str, lead_id: &str, why: &str) -> Result<(), StoreError> {
        self.0.write("breaking a link", |tx| {
            let broken = tx.execute(
                "UPDATE links SET broken = ?3 WHERE sync = ?1 AND lead_id = ?2",
                [sync, lead_id, why],
            )?;
            if broken == 0 {
                let id = lead_id.to_owned();
                return Err(StoreError::NotFound {
                    what: "link of the lead",
                    id,
                }
                .into());
            }
            Ok(())
        })
    }

    /// Forgets a lead's link, if there is one, as if the two had never been linked.
    ///
    /// # Errors
    /// If the database cannot be written.
    pub fn remove(&self, sync: &str, lead_id: &str) -> Result<(), StoreError> {
        self.0.write("forgetting a link", |tx| {
            tx.execute(
                "DELETE FROM links WHERE sync = ?1 AND lead_id = ?2",
                [sync, lead_id],
            )?;
            Ok(())
        })
    }
}
