//! Activity as a file: complete as JSON lines, or one line an entry for spreadsheets.

use std::io::Write;

use foxbridge_contract::{
    ActivityEntry, ActivityKind, ActivityQuery, AppError, ExportFormat, FieldChange,
};

use crate::commands::activity::{entries, filter};
use crate::files::unwritten;
use crate::{App, convert, error};

/// Entries read at a time.
const STEP: u32 = 10_000;

const COLUMNS: [&str; 14] = [
    "at",
    "kind",
    "sync",
    "run",
    "place",
    "what",
    "outcome",
    "person",
    "contact_id",
    "lead_id",
    "operation",
    "fields",
    "reason",
    "error",
];

/// Writes every entry that a query finds, newest first; gives how many.
pub(crate) fn write(
    app: &App,
    query: &ActivityQuery,
    format: ExportFormat,
    out: &mut dyn Write,
) -> Result<u32, AppError> {
    let mut filter = filter(query)?;
    // What happens while this is written must not push the rest down.
    filter.until = Some(filter.until.unwrap_or(i64::MAX).min(app.now() + 1));
    filter.limit = STEP;
    filter.offset = 0;
    let mut lines = Lines::new(format, out)?;
    let mut written = 0;
    loop {
        let rows = app.store().activity().page(&filter).map_err(error::store)?;
        let read = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        for entry in entries(app, &rows)? {
            lines.put(&entry)?;
        }
        written += read;
        if read < STEP {
            break;
        }
        filter.offset += read;
    }
    lines.end()?;
    Ok(written)
}

enum Lines<'a> {
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
    Jsonl(&'a mut dyn Write),
}

impl<'a> Lines<'a> {
    fn new(format: ExportFormat, out: &'a mut dyn Write) -> Result<Self, AppError> {
        Ok(match format {
            ExportFormat::Jsonl => Self::Jsonl(out),
            ExportFormat::Csv => {
                // Without this mark spreadsheets take UTF-8 for the system's own letters.
                out.write_all("\u{feff}".as_bytes()).map_err(unwritten)?;
                let mut csv = csv::Writer::from_writer(out);
                csv.write_record(COLUMNS).map_err(unwritten)?;
                Self::Csv(Box::new(csv))
            }
        })
    }

    fn put(&mut self, entry: &ActivityEntry) -> Result<(), AppError> {
        match self {
            Self::Csv(csv) => csv.write_record(cells(entry)).map_err(unwritten),
            Self::Jsonl(out) => {
                serde_json::to_writer(&mut *out, entry).map_err(unwritten)?;
                out.write_all(b"\n").map_err(unwritten)
            }
        }
    }

    fn end(self) -> Result<(), AppError> {
        match self {
            Self::Csv(mut csv) => csv.flush().map_err(unwritten),
            Self::Jsonl(out) => out.flush().map_err(unwritten),
        }
    }
}

fn cells(entry: &ActivityEntry) -> [String; 14] {
    let none = String::new;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (
        kind,
        [
            place,
            what,
            outcome,
            person,
            contact,
            lead,
            operation,
            fields,
            reason,
            error,
        ],
    ) = match &entry.entry {
        ActivityKind::Request { request } => (
            "request",
            [
                convert::word(&request.service),
                format!("{} {}", request.method, request.path),
                request
                    .status
                    .map_or_else(|| "no answer".to_owned(), |status| status.to_string()),
                none(),
                none(),
                none(),
                request.operation.clone(),
                none(),
                none(),
                text(&request.error),
            ],
        ),
        ActivityKind::Change { change } => (
            "change",
            [
                convert::word(&change.service),
                format!(
                    "{} {}",
                    convert::word(&change.kind),
                    convert::word(&change.object)
                ),
                convert::word(&change.state),
                change.record.name.clone(),
                text(&change.record.contact_id),
                text(&change.record.lead_id),
                change.operation.clone(),
                change
                    .fields
                    .iter()
                    .map(delta)
                    .collect::<Vec<_>>()
                    .join("; "),
                change.reason.clone(),
                text(&change.error),
            ],
        ),
        ActivityKind::Run { summary } => (
            "run",
            [
                none(),
                match summary.rehearsal {
                    true => "rehearsal".to_owned(),
                    false => "run".to_owned(),
                },
                convert::word(&summary.state),
                none(),
                none(),
                none(),
                none(),
                none(),
                none(),
                summary
                    .error
                    .as_ref()
                    .map(|e| e.message.clone())
                    .unwrap_or_default(),
            ],
        ),
        ActivityKind::Firing { firing } => {
            let last = firing.actions.last();
            let done = firing.actions.iter().filter(|action| action.done);
            let done: Vec<String> = done.filter_map(|a| a.operation.clone()).collect();
            (
                "firing",
                [
                    none(),
                    firing.name.clone(),
                    convert::word(&firing.state),
                    firing.person.clone(),
                    none(),
                    none(),
                    done.join("; "),
                    none(),
                    firing.what.clone(),
                    last.and_then(|action| action.note.clone())
                        .unwrap_or_default(),
                ],
            )
        }
    };
    [
        entry.at.clone(),
        kind.to_owned(),
        text(&entry.sync),
        text(&entry.run),
        place,
        what,
        outcome,
        person,
        contact,
        lead,
        operation,
        fields,
        reason,
        error,
    ]
    .map(harmless)
}

fn delta(field: &FieldChange) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "(blank)".to_owned());
    match &field.before {
        None => format!("{}: {}", field.label, value(&field.after)),
        before => format!(
            "{}: {} → {}",
            field.label,
            value(before),
            value(&field.after)
        ),
    }
}

/// A cell that a spreadsheet does not take for a formula: what begins like one gets a quote in front
/// (OWASP, "CSV Injection"). A telephone number keeps its plus.
fn harmless(cell: String) -> String {
    let number = |rest: &str| {
        rest.chars()
            .all(|c| c.is_ascii_digit() || " -()./".contains(c))
    };
    match cell.chars().next() {
        Some('+') if number(&cell[1..]) => cell,
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, safe) in [
            ("=HYPERLINK(\"https://evil.example\")", true),
            ("@SUM(A1)", true),
            ("-2+3", true),
            ("+cmd|' /C calc'!A0", true),
            ("+44 20 7946 0311", false),
            ("Ada", false),
            ("", false),
        ] {
            let out = harmless(cell.to_owned());
            assert_eq!(out.starts_with('\''), safe, "{cell}");
            assert!(out.ends_with(cell), "nothing is lost of {cell}");
        }
    }
}
