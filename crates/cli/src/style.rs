//! Colour on a terminal only, tables that line up, and errors that say what to do.

use std::fmt;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use foxbridge_contract::AppError;

/// Prints a line, as `println!` does, to a reader who may have gone: `foxbridge log | head` hears
/// enough and leaves, and a run that is under way goes on.
macro_rules! say {
    () => { $crate::style::line(format_args!("")) };
    ($($words:tt)*) => { $crate::style::line(format_args!($($words)*)) };
}

static UNHEARD: AtomicBool = AtomicBool::new(false);

/// Behind `say!`.
pub(crate) fn line(words: fmt::Arguments<'_>) {
    match writeln!(std::io::stdout(), "{words}") {
        Ok(()) => {}
        Err(e) if e.kind() == ErrorKind::BrokenPipe => {}
        Err(e) => {
            if !UNHEARD.swap(true, Ordering::Relaxed) {
                eprintln!("error: the output could not be written: {e}");
            }
        }
    }
}

/// Whether every line could be written, to whoever wanted it.
pub(crate) fn was_heard() -> bool {
    !UNHEARD.load(Ordering::Relaxed)
}

fn coloured(text: &str, code: &str, terminal: bool) -> String {
    if terminal && std::env::var_os("NO_COLOR").is_none() {
        format!("\x1b[{code}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// Strong, where the output is a terminal.
pub(crate) fn strong(text: &str) -> String {
    coloured(text, "1", std::io::stdout().is_terminal())
}

/// Quiet, where the output is a terminal.
pub(crate) fn quiet(text: &str) -> String {
    coloured(text, "2", std::io::stdout().is_terminal())
}

/// Prints an error to standard error: one JSON document for programs, two lines for people.
pub(crate) fn error(error: &AppError, json: bool) {
    if json {
        eprintln!("{}", serde_json::json!({ "error": error }));
        return;
    }
    let terminal = std::io::stderr().is_terminal();
    eprintln!("{} {}", coloured("error:", "1;31", terminal), error.message);
    if let Some(hint) = &error.hint {
        eprintln!("{} {hint}", coloured("hint:", "1;36", terminal));
    }
}

/// Prints rows in columns as wide as they need; the last column is as long as it is.
pub(crate) fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) {
    let mut widths = head.map(|cell| cell.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |cells: [&str; N]| {
        let mut line = String::new();
        for (i, cell) in cells.iter().enumerate() {
            line.push_str(cell);
            if i + 1 < N {
                line.push_str(&" ".repeat(widths[i] + 2 - cell.chars().count()));
            }
        }
        line
    };
    say!("{}", strong(line(head).trim_end()));
    for row in rows {
        say!("{}", line(row.each_ref().map(String::as_str)).trim_end());
    }
}
