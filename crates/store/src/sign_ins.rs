//! How each connection is signed in, and how it was found at its last check. Never a secret.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ValueRef};
use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;

use crate::migrate::Migration;
use crate::sql::{Json, JsonRef};
use crate::{Store, StoreError};

pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 16,
        name: "sign-ins",
        sql: "CREATE TABLE sign_ins (
            connection     TEXT NOT NULL PRIMARY KEY
                             REFERENCES connections (id) ON DELETE CASCADE,
            kind           TEXT NOT NULL CHECK (kind IN ('key', 'oauth')),
            client_id      TEXT,
            since          INTEGER NOT NULL,
            previous_until INTEGER,
            remind_days    INTEGER,
            own_name       INTEGER NOT NULL CHECK (own_name IN (0, 1)),
            scopes         TEXT,
            missing        TEXT NOT NULL,
            report         TEXT
          ) STRICT;",
    },
    Migration {
        version: 19,
        name: "the age of the secret before",
        sql: "ALTER TABLE sign_ins ADD COLUMN previous_since INTEGER;",
    },
];

/// How a connection is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInKind {
    /// By a key or token that stays as it is.
    Key,
    /// By an app, whose tokens are renewed.
    OAuth,
}

impl SignInKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::OAuth => "oauth",
        }
    }
}

impl FromSql for SignInKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "key" => Ok(Self::Key),
            "oauth" => Ok(Self::OAuth),
            other => Err(FromSqlError::Other(
                format!("unknown sign-in {other:?}").into(),
            )),
        }
    }
}

/// What is known of a connection's sign-in.
#[derive(Debug, Clone, PartialEq)]
pub struct SignInRow {
    /// Whose.
    pub connection: String,
    /// How.
    pub kind: SignInKind,
    /// Id of the app.
    pub client_id: Option<String>,
    /// Since when this secret is in use, in milliseconds since 1970.
    pub since: i64,
    /// Until when the secret before it is kept, in milliseconds since 1970.
    pub previous_until: Option<i64>,
    /// Since when that one was in use, in milliseconds since 1970: its age when somebody goes back.
    pub previous_since: Option<i64>,
    /// Age at which to remind, in days.
    pub remind_days: Option<u32>,
    /// Whether somebody gave the connection a name of their own.
    pub own_name: bool,
    /// Scopes the token has, where the service told.
    pub scopes: Option<Vec<String>>,
    /// Scopes the token was found to lack.
    pub missing: Vec<String>,
    /// The last check, as it was reported.
    pub report: Option<Value>,
}

impl SignInRow {
    /// A new one.
    pub fn new(connection: impl Into<String>, kind: SignInKind, since: i64) -> Self {
        Self {
            connection: connection.into(),
            kind,
            client_id: None,
            since,
            previous_until: None,
            previous_since: None,
            remind_days: None,
            own_name: false,
            scopes: None,
            missing: Vec::new(),
            report: None,
        }
    }
}

const COLUMNS: &str = "connection, kind, client_id, since, previous_until, remind_days, own_name, \
                       scopes, missing, report, previous_since";

fn texts(value: &Value) -> Vec<String> {
    let texts = value.as_array().into_iter().flatten();
    texts
        .filter_map(|text| text.as_str().map(str::to_owned))
        .collect()
}

fn row(r: &Row<'_>) -> rusqlite::Result<SignInRow> {
    Ok(SignInRow {
        connection: r.get(0)?,
        kind: r.get(1)?,
        client_id: r.get(2)?,
        since: r.get(3)?,
        previous_until: r.get(4)?,
        remind_days: r.get(5)?,
        own_name: r.get(6)?,
        scopes: r.get::<_, Option<Json>>(7)?.map(|json| texts(&json.0)),
        missing: texts(&r.get::<_, Json>(8)?.0),
        report: r.get::<_, Option<Json>>(9)?.map(|json| json.0),
        previous_since: r.get(10)?,
    })
}

/// Access to the sign-ins.
#[derive(Debug, Clone, Copy)]
pub struct SignIns<'a>(pub(crate) &'a Store);

impl SignIns<'_> {
    /// What is known of a connection's.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn get(&self, connection: &str) -> Result<Option<SignInRow>, StoreError> {
        self.0.read("reading a sign-in", |db| {
            let sql = format!("SELECT {COLUMNS} FROM sign_ins WHERE connection = ?1");
            Ok(db
                .prepare_cached(&sql)?
                .query_row([connection], row)
                .optional()?)
        })
    }

    /// Keeps it, in place of what was known.
    ///
    /// # Errors
    /// If the database cannot be written, or there is no such connection.
    pub fn put(&self, s: &SignInRow) -> Result<(), StoreError> {
        self.0.write("keeping a sign-in", |tx| {
            let scopes = s.scopes.as_ref().map(|scopes| Value::from(scopes.clone()));
            let missing = Value::from(s.missing.clone());
            tx.prepare_cached(&format!(
                "INSERT OR REPLACE INTO sign_ins ({COLUMNS})
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
            ))?
            .execute(params![
                s.connection,
                s.kind.as_str(),
                s.client_id,
                s.since,
                s.previous_until,
                s.remind_days,
                s.own_name,
                scopes.as_ref().map(JsonRef),
                JsonRef(&missing),
                s.report.as_ref().map(JsonRef),
                s.previous_since,
            ])?;
            Ok(())
        })
    }
}
