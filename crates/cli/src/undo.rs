//! `sync undo`: taking back what a run changed.

use foxbridge_contract::{AppError, Change, ChangeState, UndoReport};

use crate::style::{quiet, strong};
use crate::{Terminal, report, show, to_end};

/// As many lines as one looks through in a terminal.
const SHOWN: usize = 40;

pub(crate) async fn undo(
    terminal: &Terminal,
    run: &str,
    change: Option<u32>,
    rehearse: bool,
    delete: bool,
) -> Result<(), AppError> {
    let handle = foxbridge_app::start_undo(&terminal.app, run, change, delete, rehearse)?;
    let summary = to_end(terminal, handle).await?;
    let (left, changes): (Vec<Change>, Vec<Change>) = report::changes(terminal, &summary.id)
        .await?
        .into_iter()
        .partition(|change| change.state == ChangeState::Skipped);
    let report = UndoReport {
        run: summary.id,
        rehearsal: summary.rehearsal,
        would: summary.would,
        changed: summary.changed,
        changes,
        left,
        requests: summary.requests,
    };
    terminal.answer(&report, print)
}

fn print(report: &UndoReport) {
    for change in report.changes.iter().take(SHOWN) {
        show::change(change);
    }
    more(report.changes.len());
    if !report.left.is_empty() {
        say!("{}", strong("Left as it is:"));
    }
    for left in report.left.iter().take(SHOWN) {
        let fields: Vec<&str> = left.fields.iter().map(|f| f.label.as_str()).collect();
        say!(
            "  {} in {}  {}",
            left.record.name,
            show::place(left.service),
            quiet(&fields.join(", "))
        );
        say!("    {}", left.error.as_deref().unwrap_or_default());
    }
    more(report.left.len());
    let (would, changed) = (show::counts(report.would), show::counts(report.changed));
    match (report.rehearsal, would.is_empty(), changed.is_empty()) {
        (true, true, _) => say!("Nothing would be taken back. Nothing was changed."),
        (true, false, _) => {
            say!("{} {would}.", strong("Would change:"));
            say!("Nothing was changed.");
        }
        (false, _, true) => say!("Nothing was changed."),
        (false, _, false) => {
            say!("{} {changed}.", strong("Changed:"));
            let again = format!(
                "Do it again all the same: foxbridge sync undo {}",
                report.run
            );
            say!("{}", quiet(&again));
        }
    }
}

fn more(all: usize) {
    if all > SHOWN {
        say!("... and {} more (--json shows all)", all - SHOWN);
    }
}
