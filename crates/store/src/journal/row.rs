//! A row of the journal, and the text it is found by.

use rusqlite::{Row, Statement, params};
use serde_json::Value;

use crate::sql::{Json, JsonRef, folded};

/// One planned or made change.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeRow {
    /// The run.
    pub run: String,
    /// Position in the plan, from 0.
    pub seq: u32,
    /// The sync.
    pub sync: String,
    /// When it was planned, milliseconds since 1970.
    pub at: i64,
    /// What it does.
    pub kind: String,
    /// Where it happens.
    pub place: String,
    /// What it is about.
    pub object: String,
    /// Who it is about.
    pub record_name: String,
    /// Aimfox lead id, where there is one.
    pub lead_id: Option<String>,
    /// HighLevel contact id, where there is one.
    pub contact_id: Option<String>,
    /// Catalog operation id; empty for a link.
    pub operation: String,
    /// The change as shown.
    pub content: Value,
    /// How to make it.
    pub action: Value,
    /// How to undo it.
    pub inverse: Option<Value>,
    /// One of [`change_state`](crate::change_state).
    pub state: String,
    /// When it was last sent, milliseconds since 1970.
    pub sent_at: Option<i64>,
    /// When it was settled, failed or skipped, milliseconds since 1970.
    pub settled_at: Option<i64>,
    /// Why it failed or was skipped.
    pub error: Option<String>,
    /// What the service answered.
    pub result: Option<Value>,
}

pub(crate) const COLUMNS: &str = "run, seq, sync, at, kind, place, object, record_name, lead_id, \
     contact_id, operation, content, action, inverse, state, sent_at, settled_at, error, result";

pub(super) const INSERT: &str = "INSERT INTO journal (run, seq, sync, at, kind, place, object, \
     record_name, lead_id, contact_id, operation, content, action, inverse, state, sent_at, \
     settled_at, error, result, search)
   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
   ON CONFLICT (run, seq) DO NOTHING";

pub(super) fn insert(into: &mut Statement<'_>, c: &ChangeRow) -> rusqlite::Result<usize> {
    into.execute(params![
        c.run,
        c.seq,
        c.sync,
        c.at,
        c.kind,
        c.place,
        c.object,
        c.record_name,
        c.lead_id,
        c.contact_id,
        c.operation,
        JsonRef(&c.content),
        JsonRef(&c.action),
        c.inverse.as_ref().map(JsonRef),
        c.state,
        c.sent_at,
        c.settled_at,
        c.error,
        c.result.as_ref().map(JsonRef),
        search_text(c)
    ])
}

pub(super) fn row(r: &Row<'_>) -> rusqlite::Result<ChangeRow> {
    Ok(ChangeRow {
        run: r.get(0)?,
        seq: r.get(1)?,
        sync: r.get(2)?,
        at: r.get(3)?,
        kind: r.get(4)?,
        place: r.get(5)?,
        object: r.get(6)?,
        record_name: r.get(7)?,
        lead_id: r.get(8)?,
        contact_id: r.get(9)?,
        operation: r.get(10)?,
        content: r.get::<_, Json>(11)?.0,
        action: r.get::<_, Json>(12)?.0,
        inverse: r.get::<_, Option<Json>>(13)?.map(|j| j.0),
        state: r.get(14)?,
        sent_at: r.get(15)?,
        settled_at: r.get(16)?,
        error: r.get(17)?,
        result: r.get::<_, Option<Json>>(18)?.map(|j| j.0),
    })
}

/// What a search looks through: the name, the ids, and every value before and after. Not the words
/// around them, or "update" would find every update.
fn search_text(c: &ChangeRow) -> String {
    let mut text = vec![c.record_name.clone()];
    text.extend(c.lead_id.clone());
    text.extend(c.contact_id.clone());
    for part in ["before", "after"] {
        leaves(&c.content[part], &mut text);
    }
    for field in c.content["fields"].as_array().into_iter().flatten() {
        leaves(&field["before"], &mut text);
        leaves(&field["after"], &mut text);
        leaves(&field["loser"]["value"], &mut text);
    }
    text.sort_unstable();
    text.dedup();
    folded(&text.join("\n"))
}

fn leaves(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Number(n) => into.push(n.to_string()),
        Value::String(s) => into.push(s.clone()),
        Value::Array(items) => items.iter().for_each(|v| leaves(v, into)),
        Value::Object(map) => map.values().for_each(|v| leaves(v, into)),
    }
}
