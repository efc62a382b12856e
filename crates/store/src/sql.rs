//! How the types that SQLite does not know are kept in its columns, and how text is searched.

use foxbridge_model::Service;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde_json::Value;

/// JSON kept as text.
pub(crate) struct Json(pub(crate) Value);

impl FromSql for Json {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(|e| FromSqlError::Other(Box::new(e)))
    }
}

/// JSON to be kept as text.
pub(crate) struct JsonRef<'a>(pub(crate) &'a Value);

impl ToSql for JsonRef<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}

/// A service kept as its word.
pub(crate) struct ServiceColumn(pub(crate) Service);

impl FromSql for ServiceColumn {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word = value.as_str()?;
        [Service::HighLevel, Service::Aimfox]
            .into_iter()
            .find(|s| s.as_str() == word)
            .map(Self)
            .ok_or_else(|| FromSqlError::Other(format!("unknown service {word:?}").into()))
    }
}

/// The form in which text is searched: case does not count, in any script.
///
/// SQLite's own `lower` and `LIKE` know ASCII only, so haystacks are folded here when they are
/// written, and needles when they are asked for.
pub(crate) fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// The form by which names are sorted and found: as [`folded`], and of Latin letters only their plain
/// ones, so that Łukasz stands under L and is found by "lukasz". Other scripts stay as they are:
/// whoever looks for them types them.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // The Latin blocks beyond ASCII.
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
                plain.push_str(deunicode::deunicode_char(letter).unwrap_or_default());
            }
            // An accent that stands by itself.
            '\u{300}'..='\u{36f}' => {}
            letter => plain.push(letter),
        }
    }
    folded(&plain)
}

/// A needle for `instr`; `None` when nothing is asked for.
pub(crate) fn needle(search: Option<&str>) -> Option<String> {
    search.map(str::trim).filter(|s| !s.is_empty()).map(folded)
}
