//! Names behind the ids that records carry: a contact's business and user, a lead's seats.
//!
//! A name is asked for once, when a page first shows its id; the page does not wait for it. A service
//! that refuses, or does not know the id, leaves the id to be shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use foxbridge_catalog::{Operation, get, ids};
use foxbridge_contract::AppError;
use foxbridge_model::Value;
use foxbridge_store::SyncRow;
use serde_json::{Value as Json, json};

use crate::permissions::{Caller, Switches, needed};
use crate::rules::{Line, connection, id_of};
use crate::{App, error};

/// As many as a page of a listing holds, and as many pages as are read.
const PAGE: usize = 100;
const MOST_PAGES: usize = 10;

/// A service that refused is asked again after an hour.
const AGAIN_MS: i64 = 60 * 60 * 1000;

/// What has a name of its own behind its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// A LinkedIn account of the Aimfox workspace.
    Seat,
    /// Somebody who works in the HighLevel location.
    User,
    /// A company record of the HighLevel location.
    Business,
}

impl Named {
    pub(crate) const ALL: [Self; 3] = [Self::Seat, Self::User, Self::Business];

    /// The field of a record that holds such ids.
    pub(crate) fn field(self) -> &'static str {
        match self {
            Self::Seat => "seats",
            Self::User => "assignedTo",
            Self::Business => "businessId",
        }
    }

    /// The field, for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Seat => "Seats",
            Self::User => "Assigned to",
            Self::Business => "Business",
        }
    }

    fn connection(self, sync: &SyncRow) -> &str {
        match self {
            Self::Seat => &sync.aimfox,
            Self::User | Self::Business => &sync.highlevel,
        }
    }

    /// The listing that tells the names, and where in the answer they are.
    fn listing(self) -> (&'static Operation, &'static str) {
        match self {
            Self::Seat => (get(ids::AIMFOX_ACCOUNTS_LIST), "accounts"),
            Self::User => (get(ids::HIGHLEVEL_USERS_LIST), "users"),
            Self::Business => (get(ids::HIGHLEVEL_BUSINESSES_LIST), "businesses"),
        }
    }

    fn key(self, sync: &SyncRow) -> String {
        format!(
            "connection.{}.names.{}",
            self.connection(sync),
            self.field()
        )
    }

    fn refused_key(self, sync: &SyncRow) -> String {
        format!("{}.refused", self.key(sync))
    }
}

/// Names by id. Of an id that was asked for in vain the name is empty.
pub(crate) type Names = BTreeMap<String, String>;

/// The names as last known, without a request.
pub(crate) fn last_known(app: &App, sync: &SyncRow, of: Named) -> Result<Names, AppError> {
    let kept = app.store().settings().get(&of.key(sync));
    Ok(kept
        .map_err(error::store)?
        .and_then(|kept| serde_json::from_value(kept).ok())
        .unwrap_or_default())
}

/// The names as last known. Where one of these ids is new they are asked for meanwhile, and whoever
/// shows the answer of the command `shown_by` hears of it.
pub(crate) fn of(
    app: &App,
    sync: &SyncRow,
    of: Named,
    wanted: BTreeSet<String>,
    shown_by: &'static str,
) -> Result<Names, AppError> {
    let known = last_known(app, sync, of)?;
    let refused_at = app.store().settings().get(&of.refused_key(sync));
    let refused_at = refused_at.map_err(error::store)?.and_then(|at| at.as_i64());
    let lately = refused_at.is_some_and(|at| at + AGAIN_MS > app.now());
    if !lately && wanted.iter().any(|id| !known.contains_key(id)) {
        let (app, sync) = (app.clone(), sync.clone());
        tokio::spawn(async move {
            match learn(&app, &sync, of, wanted).await {
                Ok(true) => app.changed(&[shown_by]),
                Ok(false) => {}
                Err(e) => tracing::warn!("names could not be kept: {}", e.message),
            }
        });
    }
    Ok(known)
}

/// Asks, and keeps what is answered; whether anything was.
async fn learn(
    app: &App,
    sync: &SyncRow,
    of: Named,
    wanted: BTreeSet<String>,
) -> Result<bool, AppError> {
    let settings = app.store().settings();
    match ask(app, sync, of).await {
        Ok(names) => {
            let mut known = last_known(app, sync, of)?;
            known.extend(names);
            for id in wanted {
                known.entry(id).or_default();
            }
            settings
                .set(&of.key(sync), &json!(known))
                .map_err(error::store)?;
            Ok(true)
        }
        Err(e) => {
            tracing::info!("{} are shown by their ids: {}", of.label(), e.message);
            settings
                .set(&of.refused_key(sync), &json!(app.now()))
                .map_err(error::store)?;
            Ok(false)
        }
    }
}

async fn ask(app: &App, sync: &SyncRow, of: Named) -> Result<Names, AppError> {
    let row = connection(app, of.connection(sync))?;
    let switches = Switches {
        store: app.store().clone(),
        connection: row.clone(),
        needed: needed(app, &row.id)?.into_keys().collect(),
        caller: Caller::Hand { confirmed: false },
    };
    let line = Line::open(app, row, Arc::new(switches)).await?;
    let (operation, list) = of.listing();
    let mut names = Names::new();
    for page in 0..MOST_PAGES {
        let (limit, skip) = (PAGE.to_string(), (page * PAGE).to_string());
        let params: &[(&str, &str)] = match of {
            Named::Business => &[("limit", &limit), ("skip", &skip)],
            Named::Seat | Named::User => &[],
        };
        let answer = line.read(operation, params, None).await?;
        let rows = answer[list].as_array().cloned().unwrap_or_default();
        names.extend(rows.iter().filter_map(name));
        if of != Named::Business || rows.len() < PAGE {
            break;
        }
    }
    Ok(names)
}

fn name(row: &Json) -> Option<(String, String)> {
    let text = |name: &str| row[name].as_str().map(str::trim).filter(|s| !s.is_empty());
    let whole = ["name", "full_name"].into_iter().find_map(text);
    let parts = || {
        let first = text("first_name").or_else(|| text("firstName"));
        let last = text("last_name").or_else(|| text("lastName"));
        let parts: Vec<&str> = [first, last].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let name = whole.map(str::to_owned).or_else(parts)?;
    Some((id_of(&row["id"])?, name))
}

/// A value as it is shown: with names for the ids that have one.
pub(crate) fn shown(value: &Value, names: &Names) -> String {
    let one = |id: &String| match names.get(id) {
        Some(name) if !name.is_empty() => name.clone(),
        _ => id.clone(),
    };
    match value {
        Value::List(all) => all.iter().map(one).collect::<Vec<_>>().join(", "),
        value => one(&value.display()),
    }
}
