//! LinkedIn conversations as notes in HighLevel: one note a conversation, extended, never repeated.
//!
//! The note ends in a line that names the conversation and the last message it holds. So it is found
//! again, and goes on where it ended, even without our database. It is only ever appended to:
//! whatever people wrote into it stays, and a message that is edited or withdrawn on LinkedIn later
//! stays as it was.

use foxbridge_model::{
    Item, ItemField, ItemFields, ItemKind, Message, Service, Text, Thread, Value,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use thin_vec::thin_vec;

use super::{Pair, put, settles, when};
use crate::plan::{Action, Change, ChangeKind, FieldDelta, ObjectKind, Outcome, Question};
use crate::{Answer, Base, ItemBase, ItemRules, Made, WhenDeleted, answers};

const OPEN: &str = "[aimfox conversation ";

/// UTF-16 units that a note is kept within. HighLevel names no limit for notes on contacts; this is
/// the one of its other notes, those on appointments (`calendars.json`, `NotesDTO`).
const LIMIT: usize = 5_000;

/// What stands for messages that are too old for the note.
const OLDER: &str = "(Older messages are in Aimfox.)";

/// How far a note goes: the time of its last message, and how many messages of that very moment it
/// holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Until {
    at: i64,
    of_that_time: usize,
}

impl Until {
    fn parse(words: &str) -> Option<Self> {
        let (at, n) = match words.split_once(" x") {
            Some((at, n)) => (at, n.parse().ok()?),
            None => (words, 1),
        };
        let at: Timestamp = at.parse().ok()?;
        Some(Self {
            at: at.as_millisecond(),
            of_that_time: n,
        })
    }

    fn show(self) -> String {
        let at = Timestamp::from_millisecond(self.at).unwrap_or_default();
        match self.of_that_time {
            0 | 1 => at.to_string(),
            n => format!("{at} x{n}"),
        }
    }

    /// How far a note goes that holds all of these.
    fn of(messages: &[Message]) -> Option<Self> {
        let at = messages.last()?.at;
        let of_that_time = messages.iter().filter(|message| message.at == at).count();
        Some(Self { at, of_that_time })
    }

    /// How many of these messages, oldest first, it reaches.
    fn reaches(self, messages: &[Message]) -> usize {
        let older = messages.iter().filter(|message| message.at < self.at);
        let same = messages.iter().filter(|message| message.at == self.at);
        older.count() + same.count().min(self.of_that_time)
    }
}

/// The line that names a conversation, wherever an editor has left it.
struct Mark<'t> {
    urn: &'t str,
    until: Option<Until>,
    place: std::ops::Range<usize>,
}

fn mark(text: &str) -> Option<Mark<'_>> {
    let start = text.rfind(OPEN)?;
    let inside = &text[start + OPEN.len()..];
    let inside = &inside[..inside.find(']')?];
    let (urn, until) = match inside.split_once(" until ") {
        Some((urn, until)) => (urn, Until::parse(until)),
        None => (inside, None),
    };
    (!urn.is_empty() && !urn.contains(char::is_whitespace)).then(|| Mark {
        urn,
        until,
        place: start..start + OPEN.len() + inside.len() + 1,
    })
}

/// The LinkedIn conversation that a HighLevel note shows.
pub fn thread_of(text: &str) -> Option<&str> {
    mark(text).map(|mark| mark.urn)
}

/// Whether a line is, or ends in, the mark of a conversation.
pub(super) fn is_mark(line: &str) -> bool {
    line.trim_start().starts_with(OPEN) && mark(line).is_some()
}

/// Whether something happened in a conversation that its note may not know: then its messages are to
/// be read, and the notes of the contact afresh.
pub fn is_unsaid(thread: &Thread, base: Option<&Base>, rules: &ItemRules) -> bool {
    match base.and_then(|base| entry(base.items.values(), &thread.urn)) {
        Some(entry) => entry.note.get(&ItemField::Active) != Some(&thread.active_at),
        None => is_news(rules, base.is_some_and(|base| has_seen(&base.seen))),
    }
}

fn has_seen(seen: &std::collections::BTreeSet<ItemKind>) -> bool {
    seen.contains(&ItemKind::Conversation)
}

/// Whether a conversation that nobody has seen becomes a note: not, if it was there already when
/// conversations were switched on.
fn is_news(rules: &ItemRules, seen: bool) -> bool {
    rules.history || seen
}

fn entry<'b>(mut entries: impl Iterator<Item = &'b ItemBase>, urn: &str) -> Option<&'b ItemBase> {
    entries
        .find(|entry| entry.kind == ItemKind::Conversation && entry.note_id.as_deref() == Some(urn))
}

fn text_of(note: &Item) -> &str {
    note.fields.get(&ItemField::Text).map_or("", String::as_str)
}

impl<'a> Pair<'a> {
    /// Notes that show conversations are no notes of HighLevel's: they never become notes in Aimfox,
    /// not even when conversations are switched off again.
    pub(super) fn set_conversations_aside(&mut self) {
        let notes = self.known.read.get(&ItemKind::Note);
        for note in notes.into_iter().flatten() {
            let known = self.base.values().find(|entry| {
                entry.highlevel_id.as_deref() == Some(&note.id)
                    && matches!(entry.kind, ItemKind::Note | ItemKind::Conversation)
                    && entry.note_id.is_some()
            });
            let shows = match known {
                Some(entry) => entry.kind == ItemKind::Conversation,
                None => thread_of(text_of(note)).is_some(),
            };
            if shows {
                self.used.insert(&note.id);
            }
        }
    }

    /// What the conversations with this person ask for.
    pub(super) fn conversations(&self, threads: &'a [Thread], out: &mut Outcome) {
        let mut threads: Vec<&Thread> = threads.iter().collect();
        threads.sort_by(|a, b| a.urn.cmp(&b.urn));
        for thread in threads {
            self.conversation(thread, out);
        }
    }

    fn conversation(&self, thread: &Thread, out: &mut Outcome) {
        let rules = self.rules(ItemKind::Conversation);
        let before = entry(self.base.values(), &thread.urn);
        if before.is_none() && !is_news(rules, has_seen(&self.seen)) {
            out.adopt.items.push(put(seen(thread, None), None));
            return;
        }
        let Some(notes) = self.known.read.get(&ItemKind::Note) else {
            return;
        };
        let note = self.shown_in(notes, before, thread);
        if let (None, Some(entry)) = (note, before.filter(|entry| entry.is_linked())) {
            self.conversation_deleted(entry, out);
            return;
        }
        if before.is_some_and(|entry| entry.note.get(&ItemField::Active) == Some(&thread.active_at))
        {
            return;
        }
        let Some(messages) = &thread.messages else {
            return;
        };
        let mut messages = messages.clone();
        messages.sort_by_key(|message| message.at);
        let was = before.and_then(|entry| Until::parse(entry.note.get(&ItemField::Until)?));
        let Some(note) = note else {
            self.make_conversation(thread, &messages, out);
            return;
        };
        let told = mark(text_of(note)).and_then(|mark| mark.until);
        let until = told.max(was).unwrap_or_default();
        let known = until.reaches(&messages);
        let rest = Until::of(&messages).max(Some(until));
        let settled = ItemBase {
            highlevel_id: Some(note.id.clone()),
            ..seen(thread, rest)
        };
        if known == messages.len() {
            out.adopt.items.push(put(settled, None));
            return;
        }
        let zone = &self.items.local.zone;
        let (old, new) = messages.split_at(known);
        let text = extended(text_of(note), &thread.urn, rest, (old, new), zone);
        out.changes.push(Change {
            action: self.write_conversation(Some(note.id.clone()), text),
            kind: ChangeKind::Update,
            object: ObjectKind::Conversation,
            record: self.record.clone(),
            fields: thin_vec![said(new, zone)],
            reason: "The LinkedIn conversation went on.".into(),
            warning: note
                .formatted
                .then(|| "Its formatting in HighLevel is lost: a note is plain text.".into()),
            settles: settles(vec![put(settled, None)]),
        });
    }

    /// The note that shows a conversation already.
    fn shown_in<'n>(
        &self,
        notes: &'n [Item],
        before: Option<&ItemBase>,
        thread: &Thread,
    ) -> Option<&'n Item> {
        let id = before.and_then(|entry| entry.highlevel_id.as_deref());
        let known = notes.iter().find(|note| Some(note.id.as_str()) == id);
        known.or_else(|| {
            let mut marked = notes
                .iter()
                .filter(|note| self.used.contains(note.id.as_str()))
                .filter(|note| thread_of(text_of(note)) == Some(&thread.urn));
            let first = marked.next()?;
            // Somebody may have copied it: always the same one then.
            Some(marked.fold(first, |a, b| if b.id < a.id { b } else { a }))
        })
    }

    fn make_conversation(&self, thread: &Thread, messages: &[Message], out: &mut Outcome) {
        let until = Until::of(messages);
        if messages.is_empty() {
            out.adopt.items.push(put(seen(thread, None), None));
            return;
        }
        let zone = &self.items.local.zone;
        let heading = format!("LinkedIn conversation with {}", self.lead.name);
        let text = extended(&heading, &thread.urn, until, (&[], messages), zone);
        out.changes.push(Change {
            action: self.write_conversation(None, text),
            kind: ChangeKind::Create,
            object: ObjectKind::Conversation,
            record: self.record.clone(),
            fields: thin_vec![said(messages, zone)],
            reason: "There is a conversation on LinkedIn.".into(),
            warning: None,
            settles: settles(vec![put(seen(thread, until), Some(Made::Highlevel))]),
        });
    }

    fn write_conversation(&self, id: Option<String>, text: String) -> Action {
        Action::WriteItem {
            kind: ItemKind::Conversation,
            contact_id: self.contact.id.as_str().into(),
            id: id.map(Text::from),
            fields: ItemFields::from([(ItemField::Text, text)]).into(),
            from_note: None,
        }
    }

    /// The note was deleted in HighLevel. It stays deleted, whatever is written on LinkedIn; should it
    /// be restored, it goes on.
    fn conversation_deleted(&self, entry: &ItemBase, out: &mut Outcome) {
        let key = answers::deleted(&entry.key());
        let answered = matches!(
            self.items.answers.get(&key),
            Some(Answer::Apart | Answer::Wait)
        );
        if self.rules(ItemKind::Conversation).when_deleted != WhenDeleted::Ask || answered {
            return;
        }
        let name = &self.record.name;
        out.questions.push(Question {
            about: None,
            key,
            kind: "deleted".to_owned(),
            record: self.record.clone(),
            what: format!(
                "The note of the LinkedIn conversation with {name} was deleted in HighLevel."
            ),
            why: "The conversation is still in Aimfox, and the policy for deleted ones is to ask. \
                  No second note was made."
                .to_owned(),
            next: "Leave it deleted, or restore the note in HighLevel: then it goes on.".to_owned(),
            choices: vec![(
                Service::Aimfox,
                self.record.lead_id.clone(),
                format!("The conversation with {name}"),
            )],
        });
    }
}

/// A conversation that was looked at. Its note, if it has one, goes so far.
fn seen(thread: &Thread, until: Option<Until>) -> ItemBase {
    let mut note = ItemFields::from([(ItemField::Active, thread.active_at.clone())]);
    note.extend(until.map(|until| (ItemField::Until, until.show())));
    ItemBase {
        kind: ItemKind::Conversation,
        highlevel_id: None,
        note_id: Some(thread.urn.clone()),
        highlevel: ItemFields::new(),
        note,
    }
}

/// Messages as the plan shows them.
fn said(messages: &[Message], zone: &TimeZone) -> FieldDelta {
    let texts: Vec<String> = messages.iter().map(|one| shown(one, zone)).collect();
    FieldDelta {
        field: "conversation.messages".into(),
        label: "New messages".into(),
        before: None,
        after: Value::text(texts.join("\n\n")),
        loser: None,
    }
}

/// A message as the note shows it. What looks like a mark of ours in it is none.
fn shown(message: &Message, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(message.at).unwrap_or_default();
    let at = when::shown(&at.to_string(), zone).unwrap_or_default();
    let mut lines = vec![format!("{at}, {}:", message.sender)];
    lines.extend(message.text.trim().lines().map(|line| {
        let line = line.trim_end();
        line.replace("[aimfox ", "(aimfox ")
            .replace("[foxbridge ", "(foxbridge ")
    }));
    let attached = message.attachments.iter();
    lines.extend(attached.map(|name| format!("(attached: {})", name.replace('[', "("))));
    lines.join("\n")
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A note's text with the new messages below what it says, and the mark at its end. Where it would be
/// too long, the oldest messages that nobody has edited give way.
fn extended(
    text: &str,
    urn: &str,
    until: Option<Until>,
    (old, new): (&[Message], &[Message]),
    zone: &TimeZone,
) -> String {
    let mut body = text.replace("\r\n", "\n");
    if let Some(place) = mark(&body).map(|mark| mark.place) {
        body.replace_range(place, "");
    }
    let until = until.map_or_else(String::new, |until| format!(" until {}", until.show()));
    let mark = format!("{OPEN}{urn}{until}]");
    let mut body = body.trim().to_owned();
    let mut new: Vec<String> = new.iter().map(|one| shown(one, zone)).collect();
    let fits = |body: &str, new: &[String]| {
        let new: usize = new.iter().map(|one| length(one) + 2).sum();
        length(body) + new + 2 + length(&mark) <= LIMIT
    };
    let mut old = old.iter();
    while !fits(&body, &new) {
        let Some(message) = old.next() else { break };
        let message = shown(message, zone);
        if let Some(at) = body.find(&message) {
            let end = at + message.len();
            let after = body[end..].trim_start_matches('\n').to_owned();
            body.truncate(at);
            body.push_str(&after);
            body = with_older(&body).trim_end().to_owned();
        }
    }
    while new.len() > 1 && !fits(&body, &new) {
        new.remove(0);
        body = with_older(&body);
    }
    if let [only] = new.as_mut_slice() {
        let over = length(&body) + length(only) + 4 + length(&mark);
        cut(only, over.saturating_sub(LIMIT));
    }
    let mut parts = vec![body];
    parts.extend(new);
    parts.push(mark);
    parts.join("\n\n")
}

/// The body with the line that says that older messages are not in it.
fn with_older(body: &str) -> String {
    if body.contains(OLDER) {
        return body.to_owned();
    }
    match body.split_once('\n') {
        Some((heading, rest)) => format!("{heading}\n{OLDER}\n{rest}"),
        None => format!("{body}\n{OLDER}"),
    }
}

/// Takes so many units off the end of a message, never all of it.
fn cut(message: &mut String, over: usize) {
    const SAYS: &str = " ... (cut)";
    const LEAST: usize = 200;
    if over == 0 {
        return;
    }
    let keep = length(message).saturating_sub(over + SAYS.len()).max(LEAST);
    let mut units = 0;
    let end = message.char_indices().find_map(|(at, letter)| {
        units += letter.len_utf16();
        (units > keep).then_some(at)
    });
    if let Some(end) = end {
        message.truncate(end);
        message.push_str(SAYS);
    }
}

#[cfg(test)]
mod tests;
