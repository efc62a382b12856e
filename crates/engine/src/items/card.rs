//! Items as notes on an Aimfox lead, which has neither tasks nor appointments (`facts/aimfox.md` §0).
//!
//! A copy ends in a line that names its original: `[foxbridge task ID]` on a lead's note,
//! `[aimfox note ID]` in a HighLevel note or task. So what belongs together is found again even
//! without our database. An original is left as its author wrote it.

use foxbridge_model::{ItemField, ItemFields, ItemKind};
use jiff::tz::TimeZone;

use super::when;
use crate::Local;

/// What a copy says of its original that is gone. Everything else stays.
const GONE: &str = "[deleted in HighLevel]";

/// The statuses of an appointment (`facts/highlevel.md` §3.4).
const STATUSES: [&str; 6] = [
    "new",
    "confirmed",
    "cancelled",
    "showed",
    "noshow",
    "invalid",
];

/// The HighLevel item that a lead's note is the copy of.
pub fn mark_of(text: &str) -> Option<(ItemKind, &str)> {
    text.lines().rev().find_map(item_mark)
}

fn item_mark(line: &str) -> Option<(ItemKind, &str)> {
    let inside = line.trim().strip_prefix("[foxbridge ")?.strip_suffix(']')?;
    let (kind, id) = inside.split_once(' ')?;
    let id = id.trim();
    (!id.is_empty() && !id.contains(char::is_whitespace)).then_some((ItemKind::parse(kind)?, id))
}

/// The lead's note that a HighLevel note is the copy of, or that a task was made from.
pub fn origin_of(text: &str) -> Option<&str> {
    text.lines().rev().find_map(origin_mark)
}

fn origin_mark(line: &str) -> Option<&str> {
    let id = line
        .trim()
        .strip_prefix("[aimfox note ")?
        .strip_suffix(']')?;
    (!id.is_empty() && !id.contains(char::is_whitespace)).then_some(id)
}

/// Whether a copy says already that its original is gone.
pub(super) fn says_gone(text: &str) -> bool {
    text.lines().any(|line| line.trim() == GONE)
}

/// Text with a line that names the lead's note it came from.
pub(super) fn with_origin(text: &str, note_id: &str) -> String {
    let mark = format!("[aimfox note {note_id}]");
    if text.is_empty() {
        mark
    } else {
        format!("{text}\n{mark}")
    }
}

/// Text as it is compared and written: one kind of line end, no blanks at line ends, no marks, and
/// plain characters, because typographic ones are said to make Aimfox answer 500
/// (`facts/aimfox.md` §1).
pub(crate) fn plain(text: &str) -> String {
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| {
            item_mark(line).is_none()
                && origin_mark(line).is_none()
                && !super::thread::is_mark(line)
                && line.trim() != GONE
        })
        .map(|line| straight(line).trim_end().to_owned())
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !line.is_empty());
    lines.drain(..first.unwrap_or(0));
    lines.join("\n")
}

fn straight(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    for letter in line.chars() {
        match letter {
            '\u{2018}' | '\u{2019}' | '\u{201a}' => plain.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201e}' => plain.push('"'),
            '\u{2013}' | '\u{2014}' => plain.push('-'),
            '\u{2026}' => plain.push_str("..."),
            '\u{a0}' | '\u{202f}' | '\t' => plain.push(' '),
            '\u{200b}' | '\u{feff}' | '\r' => {}
            letter => plain.push(letter),
        }
    }
    plain
}

/// One line, as it is compared and written.
fn one_line(text: &str) -> String {
    straight(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The form in which two values of a field are compared.
pub(crate) fn canonical(field: ItemField, value: &str) -> String {
    match field {
        ItemField::Text => plain(value),
        ItemField::Due | ItemField::Start | ItemField::End => value
            .parse()
            .map_or_else(|_| one_line(value), when::canonical),
        ItemField::Done | ItemField::Status => one_line(value).to_lowercase(),
        ItemField::Title
        | ItemField::Assignee
        | ItemField::Place
        | ItemField::Calendar
        | ItemField::Active
        | ItemField::Until => one_line(value),
    }
}

/// What a note says of an item: the lines that a copy of this kind has. A field whose line is
/// missing or cannot be read is left out: it is no opinion.
pub(crate) struct Reading {
    pub(crate) fields: ItemFields,
    /// Lines that say something that cannot be understood, as typed.
    pub(super) unclear: ItemFields,
}

/// A note's text for an item. `own` are lines of somebody's own that stay below it.
pub(super) fn render(
    kind: ItemKind,
    fields: &ItemFields,
    mark: Option<&str>,
    own: &str,
    zone: &TimeZone,
) -> String {
    let get = |field| fields.get(&field).map_or("", String::as_str);
    let mut lines = Vec::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            lines.push(format!("{name}: {value}"));
        }
    };
    let time = |field| when::shown(get(field), zone).unwrap_or_default();
    match kind {
        ItemKind::Note | ItemKind::Conversation => lines.push(plain(get(ItemField::Text))),
        ItemKind::Task => {
            line("Task", &one_line(get(ItemField::Title)));
            line("Due", &time(ItemField::Due));
            line("Assignee", &one_line(get(ItemField::Assignee)));
            let done = get(ItemField::Done) == "yes";
            lines.push(if done { "[x] done" } else { "[ ] done" }.to_owned());
            let text = plain(get(ItemField::Text));
            if !text.is_empty() {
                lines.push(text);
            }
        }
        ItemKind::Appointment => {
            line("Appointment", &one_line(get(ItemField::Title)));
            line(
                "When",
                &span(&time(ItemField::Start), &time(ItemField::End), zone),
            );
            line("Status", get(ItemField::Status));
            line("Where", &one_line(get(ItemField::Place)));
            line("Calendar", &one_line(get(ItemField::Calendar)));
        }
    }
    if !own.is_empty() {
        lines.push(own.to_owned());
    }
    if let Some(id) = mark {
        lines.push(mark_line(kind, id));
    }
    lines.join("\n")
}

fn mark_line(kind: ItemKind, id: &str) -> String {
    format!("[foxbridge {} {id}]", kind.as_str())
}

/// A copy that says that its original is gone, and still names it, should it be restored.
pub(super) fn with_gone(text: &str, kind: ItemKind, id: Option<&str>) -> String {
    let mut lines = vec![text.trim_end().to_owned(), GONE.to_owned()];
    lines.extend(id.map(|id| mark_line(kind, id)));
    lines.join("\n")
}

/// Whether two texts of a note say the same, marks included.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    plain(a) == plain(b) && mark_of(a) == mark_of(b) && says_gone(a) == says_gone(b)
}

/// Lines that people added to the card of an appointment; they stay. (In a note and below a task's
/// box everything is its text.)
pub(super) fn own_lines(kind: ItemKind, text: &str) -> String {
    if kind != ItemKind::Appointment {
        return String::new();
    }
    let names = ["appointment", "when", "status", "where", "calendar"];
    let names: Vec<(&str, ItemField)> = names.map(|name| (name, ItemField::Title)).to_vec();
    let text = plain(text);
    let own = text.lines().filter(|line| head(line, &names).is_none());
    own.collect::<Vec<_>>().join("\n")
}

/// `2026-12-01 10:00 to 10:30 (Europe/Berlin)`.
fn span(start: &str, end: &str, zone: &TimeZone) -> String {
    if start.is_empty() {
        return String::new();
    }
    let day = start.get(..11).unwrap_or_default();
    let end = end.strip_prefix(day).unwrap_or(end);
    let until = if end.is_empty() {
        String::new()
    } else {
        format!(" to {end}")
    };
    let zone = zone.iana_name().unwrap_or("UTC");
    format!("{start}{until} ({zone})")
}

/// Reads a note as a copy of an item of this kind.
pub(crate) fn read(kind: ItemKind, text: &str, local: &Local) -> Reading {
    let body = plain(text);
    let mut reading = Reading {
        fields: ItemFields::new(),
        unclear: ItemFields::new(),
    };
    match kind {
        ItemKind::Note | ItemKind::Conversation => {
            // A note that is nothing but its mark was emptied by accident or by the mark alone.
            if !body.is_empty() {
                reading.fields.insert(ItemField::Text, body);
            }
        }
        ItemKind::Task => read_task(&body, local, &mut reading),
        ItemKind::Appointment => read_appointment(&body, &mut reading),
    }
    reading
}

fn read_task(body: &str, local: &Local, reading: &mut Reading) {
    let mut rest = body.lines().peekable();
    let mut headed = false;
    while let Some(line) = rest.peek() {
        if let Some(done) = tick(line) {
            let done = if done { "yes" } else { "no" };
            reading.fields.insert(ItemField::Done, done.to_owned());
            headed = true;
            rest.next();
            break;
        }
        let Some((field, value)) = head(
            line,
            &[
                ("task", ItemField::Title),
                ("due", ItemField::Due),
                ("assignee", ItemField::Assignee),
            ],
        ) else {
            break;
        };
        if reading.fields.contains_key(&field) || reading.unclear.contains_key(&field) {
            break;
        }
        headed = true;
        rest.next();
        match field {
            _ if value.is_empty() => {}
            ItemField::Due => match when::parse(value, local) {
                Some(moment) => drop(reading.fields.insert(field, moment)),
                None => drop(reading.unclear.insert(field, value.to_owned())),
            },
            field => drop(reading.fields.insert(field, one_line(value))),
        }
    }
    if !headed {
        // A note that is still to become a card says what its author wants of the task.
        if let Some(todo) = read_todo(body, local) {
            reading.fields.insert(ItemField::Title, todo.title);
            reading.fields.insert(ItemField::Text, todo.text);
            reading
                .fields
                .extend(todo.due.map(|due| (ItemField::Due, due)));
        }
    } else {
        let text = rest.collect::<Vec<_>>().join("\n");
        reading.fields.insert(ItemField::Text, plain(&text));
    }
}

fn read_appointment(body: &str, reading: &mut Reading) {
    for line in body.lines() {
        if let Some((field, value)) = head(line, &[("status", ItemField::Status)]) {
            let value = one_line(value).to_lowercase().replace(['-', ' '], "");
            let value = match value.as_str() {
                "canceled" => "cancelled",
                value => value,
            };
            if STATUSES.contains(&value) {
                reading.fields.insert(field, value.to_owned());
            } else if !value.is_empty() {
                reading.unclear.insert(field, value.to_owned());
            }
            return;
        }
    }
}

/// `[x] done`: whether a box is ticked.
fn tick(line: &str) -> Option<bool> {
    let rest = line.trim().strip_prefix('[')?;
    let (inside, after) = rest.split_once(']')?;
    let after = after.trim().to_lowercase();
    if !(after.is_empty() || after == "done") {
        return None;
    }
    match inside.trim().to_lowercase().as_str() {
        "" => Some(false),
        "x" | "v" | "*" | "ok" | "done" => Some(true),
        _ => None,
    }
}

fn head<'l>(line: &'l str, names: &[(&str, ItemField)]) -> Option<(ItemField, &'l str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim();
    names
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, field)| (*field, value.trim()))
}

/// What a `todo:` note asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Todo {
    pub(super) title: String,
    /// When it is due, if the note says.
    pub(super) due: Option<String>,
    /// The lines below the first.
    pub(super) text: String,
}

/// Reads `todo: call Ann by friday`; `None` for any other note.
pub(super) fn read_todo(text: &str, local: &Local) -> Option<Todo> {
    let text = plain(text);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let start = first.get(..5)?;
    if !start.eq_ignore_ascii_case("todo:") {
        return None;
    }
    let words = one_line(&first[5..]);
    let (title, due) = split_due(&words, local);
    (!title.is_empty()).then(|| Todo {
        title,
        due,
        text: plain(rest),
    })
}

impl Todo {
    /// The task it becomes. Without a date it is due the next morning, for HighLevel wants one
    /// (`facts/highlevel.md` §3.1).
    pub(super) fn task(self, local: &Local) -> ItemFields {
        let due = self.due.or_else(|| when::parse("tomorrow", local));
        ItemFields::from([
            (ItemField::Title, self.title),
            (ItemField::Due, due.unwrap_or_default()),
            (ItemField::Done, "no".to_owned()),
            (ItemField::Text, self.text),
        ])
    }
}

/// The longest run of words at the end that names a day, with or without `by`, `due`, `on`, `until`.
fn split_due(words: &str, local: &Local) -> (String, Option<String>) {
    let parts: Vec<&str> = words.split(' ').collect();
    for at in 1..parts.len() {
        let mut tail = &parts[at..];
        if let ["by" | "due" | "on" | "until" | "@", rest @ ..] = tail
            && !rest.is_empty()
        {
            tail = rest;
        }
        let tail = tail.join(" ");
        if let Some(due) = when::parse(&tail, local) {
            let title = parts[..at].join(" ");
            let title = title.trim_end_matches([',', '-', '(', ' ']);
            return (title.to_owned(), Some(due));
        }
    }
    (words.to_owned(), None)
}

#[cfg(test)]
mod tests;
