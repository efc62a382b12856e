//! Notes, tasks and appointments of one pair under random edits, deletions, restorations, failures
//! and losses of the database, held against a small model of the two services.
//!
//! Every edit types a word of its own, so that at the end each word can be asked for: it must be
//! shown somewhere, kept as the loser of a conflict, or have been replaced by a person who saw it.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foxbridge_engine::{
    Action, Base, Change, ConflictPolicy, Direction, How, ItemRules, ItemSettings, Link, Local,
    Settings, Snapshot, WhenDeleted, mark_of, origin_of, plan, thread_of, with_made,
};
use foxbridge_model::{
    ContactItems, Identities, Item, ItemField, ItemKind, Message, Note, Origin, Person, Service,
    TagSet, Thread,
};
use proptest::prelude::*;

#[derive(Debug, Clone, Default)]
struct World {
    /// HighLevel's items, in the order in which they were made.
    items: Vec<Item>,
    /// Items that were deleted there, and may be restored.
    bin: Vec<Item>,
    /// The lead's notes.
    notes: Vec<Note>,
    base: Option<Base>,
    next: usize,
    /// Items made by us.
    made: usize,
    /// Words that people typed and nobody has replaced knowingly.
    typed: BTreeSet<String>,
    /// Words that lost.
    lost: Vec<String>,
    /// Kinds that the next run does not read.
    unread: BTreeSet<ItemKind>,
    /// LinkedIn conversations with the lead, and the words that were said in each and have to show.
    threads: Vec<Thread>,
    said: BTreeSet<String>,
}

fn person(service: Service, id: &str) -> Person {
    Person {
        service,
        id: id.to_owned(),
        name: "Ann".to_owned(),
        identities: Identities::default(),
        fields: BTreeMap::new(),
        tags: TagSet::default(),
        origins: vec![Origin {
            id: "c".to_owned(),
            name: "Autumn".to_owned(),
        }],
        notes: None,
        detailed: true,
        updated_at: None,
    }
}

/// Words in a text that a person typed.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.starts_with("typed"))
        .map(str::to_owned)
}

impl World {
    fn word(&mut self) -> String {
        self.next += 1;
        let word = format!("typed{:04}", self.next);
        self.typed.insert(word.clone());
        word
    }

    /// A person replaces a text: the words in it are gone on purpose.
    fn replaced(&mut self, text: &str) {
        for word in words(text) {
            self.typed.remove(&word);
            self.said.remove(&word);
        }
    }

    fn snapshot(&self) -> Snapshot {
        let mut lead = person(Service::Aimfox, "1000");
        lead.notes = Some(self.notes.clone());
        let mut known = ContactItems::default();
        if !self.unread.contains(&ItemKind::Conversation) {
            known.threads = Some(self.threads.clone());
        }
        for kind in ItemKind::ALL {
            if self.unread.contains(&kind) || kind == ItemKind::Conversation {
                continue;
            }
            let items = self.items.iter().filter(|item| item.kind == kind);
            known.read.insert(kind, items.cloned().collect());
            for entry in self.base.iter().flat_map(|base| base.items.values()) {
                if let Some(id) = entry.highlevel_id.as_ref().filter(|_| entry.kind == kind)
                    && !self.items.iter().any(|item| &item.id == id)
                {
                    known.gone.insert((kind, id.clone()));
                }
            }
        }
        Snapshot {
            leads: vec![lead],
            contacts: vec![person(Service::HighLevel, "c1")],
            links: vec![Link {
                lead_id: "1000".into(),
                contact_id: "c1".into(),
                how: How::Stamp,
            }],
            bases: self
                .base
                .iter()
                .map(|base| ("1000".to_owned(), base.clone()))
                .collect(),
            items: HashMap::from([("c1".to_owned(), known)]),
            local: Local {
                now: "2026-11-25T11:30:00Z".parse().unwrap(),
                ..Local::default()
            },
            ..Snapshot::default()
        }
    }

    /// Runs once. For a change for which `fails` says so, nothing is done, or it is done without
    /// our knowing. Gives how many writes were planned.
    fn run(&mut self, settings: &Settings, mut fails: impl FnMut() -> (bool, bool)) -> usize {
        let plan = plan(&self.snapshot(), settings);
        for (_, patch) in plan.adopt.iter().filter(|(lead, _)| lead == "1000") {
            self.base.get_or_insert_default().apply(patch, None);
        }
        let mut results: HashMap<String, String> = HashMap::new();
        for change in &plan.changes {
            let losers = change
                .fields
                .iter()
                .filter_map(|field| field.loser.as_ref());
            self.lost
                .extend(losers.flat_map(|loser| words(&loser.value.display()).collect::<Vec<_>>()));
            let (fail, unknown) = fails();
            if fail {
                continue;
            }
            let Some(made) = self.perform(change, &mut results) else {
                continue;
            };
            if !unknown {
                let base = self.base.get_or_insert_default();
                base.apply(&change.settles, made.as_deref());
            }
        }
        self.unread.clear();
        plan.changes.len()
    }

    /// Does a change; the id it made, if it made one. `None` when it could not be done.
    fn perform(
        &mut self,
        change: &Change,
        results: &mut HashMap<String, String>,
    ) -> Option<Option<String>> {
        match &change.action {
            Action::WriteItem {
                kind,
                id: None,
                fields,
                from_note,
                ..
            } => {
                self.next += 1;
                self.made += 1;
                let id = format!("made{}", self.next);
                self.items.push(Item {
                    // As HighLevel shows it.
                    kind: kind.read_as(),
                    id: id.clone(),
                    contact_id: "c1".to_owned(),
                    fields: (**fields).clone(),
                    past: false,
                    formatted: false,
                    of: None,
                    made: None,
                });
                if let Some(note) = from_note {
                    results.insert(note.to_string(), id.clone());
                }
                Some(Some(id))
            }
            Action::WriteItem {
                id: Some(id),
                fields,
                ..
            } => {
                let item = self.items.iter_mut().find(|item| *id == item.id)?;
                item.fields.extend((**fields).clone());
                Some(None)
            }
            Action::WriteNote {
                note_id: None,
                text,
                ..
            } => {
                self.next += 1;
                let id = format!("note{}", self.next);
                self.notes.push(Note {
                    id: id.clone(),
                    text: text.to_string(),
                    created_at: Some(format!("{:06}", self.next)),
                });
                Some(Some(id))
            }
            Action::WriteNote {
                note_id: Some(id),
                text,
                kind,
                follows,
                was,
                ..
            } => {
                let text = match follows {
                    true => with_made(text, *kind, results.get(id.as_str())?),
                    false => text.to_string(),
                };
                let note = self.notes.iter_mut().find(|note| *id == note.id)?;
                assert_eq!(
                    Some(note.text.as_str()),
                    was.as_deref(),
                    "what is replaced was read"
                );
                note.text = text;
                Some(None)
            }
            other => panic!("this pair has no contact fields or tags to write: {other:?}"),
        }
    }

    fn happen(&mut self, step: &Step, settings: &Settings) {
        match step {
            Step::NewItem(kind) => {
                let word = self.word();
                self.next += 1;
                let mut item = Item {
                    kind: *kind,
                    id: format!("hl{}", self.next),
                    contact_id: "c1".to_owned(),
                    fields: BTreeMap::new(),
                    past: false,
                    formatted: false,
                    of: None,
                    made: None,
                };
                let set = |item: &mut Item, field, value: &str| {
                    item.fields.insert(field, value.to_owned());
                };
                match kind {
                    ItemKind::Note | ItemKind::Conversation => {
                        set(&mut item, ItemField::Text, &word);
                    }
                    ItemKind::Task => {
                        set(&mut item, ItemField::Title, &word);
                        set(&mut item, ItemField::Due, "2026-12-01T09:00:00.000Z");
                        set(&mut item, ItemField::Done, "no");
                    }
                    ItemKind::Appointment => {
                        set(&mut item, ItemField::Title, &word);
                        set(&mut item, ItemField::Start, "2026-12-01T09:00:00Z");
                        set(&mut item, ItemField::Status, "confirmed");
                    }
                }
                self.items.push(item);
            }
            Step::EditItem(n, field) => {
                if self.items.is_empty() {
                    return;
                }
                let n = n % self.items.len();
                let kind = self.items[n].kind;
                let field = if kind == ItemKind::Note {
                    ItemField::Text
                } else {
                    *field
                };
                let field = match (kind, field) {
                    (ItemKind::Appointment, ItemField::Text) => ItemField::Place,
                    (_, field) => field,
                };
                let before = self.items[n]
                    .fields
                    .get(&field)
                    .cloned()
                    .unwrap_or_default();
                self.replaced(&before);
                let word = self.word();
                // The line that names what it came from is below what people see at first.
                let mark = before
                    .lines()
                    .find(|line| line.starts_with("[aimfox conversation"));
                let text = match (origin_of(&before), mark) {
                    (Some(origin), _) => format!("{word}\n[aimfox note {origin}]"),
                    (None, Some(mark)) => format!("{word}\n{mark}\nand below"),
                    (None, None) => word,
                };
                self.items[n].fields.insert(field, text);
            }
            Step::Tick(n) => {
                let tasks = self
                    .items
                    .iter_mut()
                    .filter(|item| item.kind == ItemKind::Task);
                let mut tasks: Vec<_> = tasks.collect();
                if !tasks.is_empty() {
                    let len = tasks.len();
                    tasks[n % len]
                        .fields
                        .insert(ItemField::Done, "yes".to_owned());
                }
            }
            Step::DeleteItem(n) => {
                if self.items.is_empty() {
                    return;
                }
                let item = self.items.remove(n % self.items.len());
                for text in item.fields.values() {
                    self.replaced(text);
                }
                self.bin.push(item);
            }
            Step::Restore => {
                if let Some(item) = self.bin.pop() {
                    self.items.push(item);
                }
            }
            Step::NewNote { todo } => {
                let word = self.word();
                self.next += 1;
                let text = if *todo {
                    format!("todo: {word} by 2026-12-24")
                } else {
                    word
                };
                self.notes.push(Note {
                    id: format!("note{}", self.next),
                    text,
                    created_at: Some(format!("{:06}", self.next)),
                });
            }
            Step::EditNote(n, how) => self.edit_note(*n, *how),
            Step::DeleteNote(n) => {
                if !self.notes.is_empty() {
                    let note = self.notes.remove(n % self.notes.len());
                    self.replaced(&note.text);
                }
            }
            Step::Say {
                thread,
                same_moment,
            } => {
                let word = self.word();
                // It is LinkedIn's: nobody types it into a note.
                self.typed.remove(&word);
                let thread = thread % 2;
                let at = 1_764_000_000_000 + 1_000 * self.next as i64;
                let (urn, last) = (format!("2-dGhyZWFk{thread}=="), self.threads.len());
                let at_place = self.threads.iter().position(|known| known.urn == urn);
                let place = at_place.unwrap_or(last);
                if place == last {
                    self.threads.push(Thread {
                        urn,
                        account: "7".to_owned(),
                        lead_id: "1000".to_owned(),
                        active_at: String::new(),
                        messages: Some(Vec::new()),
                    });
                }
                let talk = &mut self.threads[place];
                let messages = talk.messages.get_or_insert_default();
                let at = match messages.last() {
                    Some(last) if *same_moment => last.at,
                    _ => at,
                };
                messages.push(Message {
                    at,
                    sender: "Ann".to_owned(),
                    text: format!("{word} [foxbridge task t1]"),
                    attachments: Vec::new(),
                });
                talk.active_at = format!("{} of {at}", messages.len());
                self.said.insert(word);
            }
            Step::Unread(kind) => drop(self.unread.insert(*kind)),
            Step::BadRun(seed) => {
                let mut seed = seed | 1;
                self.run(settings, || {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ((seed >> 33) % 3 == 0, (seed >> 40) % 3 == 0)
                });
            }
            Step::Run => drop(self.run(settings, || (false, false))),
            Step::Amnesia => self.base = None,
        }
    }

    fn edit_note(&mut self, n: usize, how: NoteEdit) {
        if self.notes.is_empty() {
            return;
        }
        let n = n % self.notes.len();
        let text = self.notes[n].text.clone();
        let kind = mark_of(&text).map(|(kind, _)| kind);
        let edited = match (how, kind) {
            (NoteEdit::Tick, _) => text.replace("[ ] done", "[x] done"),
            (NoteEdit::Status, _) => text.replace("Status: confirmed", "Status: cancelled"),
            (NoteEdit::Date, _) => text.replace("2026-12-01", "2026-12-05"),
            (NoteEdit::Nonsense, _) => text.replace("Due: 2026", "Due: whenever 2026"),
            (NoteEdit::LoseMark, Some(ItemKind::Note | ItemKind::Task)) => text
                .lines()
                .filter(|line| !line.starts_with("[foxbridge"))
                .collect::<Vec<_>>()
                .join("\n"),
            (NoteEdit::Words, Some(ItemKind::Appointment)) | (NoteEdit::LoseMark, _) => {
                text.clone()
            }
            (NoteEdit::Words, _) => {
                // The first line that people typed, or the whole of a plain note.
                let old: Vec<String> = words(&text).take(1).collect();
                let Some(old) = old.first() else { return };
                self.typed.remove(old);
                let word = self.word();
                text.replace(old, &word)
            }
        };
        self.notes[n].text = edited;
    }
}

#[derive(Debug, Clone, Copy)]
enum NoteEdit {
    Words,
    Tick,
    Date,
    Status,
    Nonsense,
    LoseMark,
}

#[derive(Debug, Clone)]
enum Step {
    NewItem(ItemKind),
    EditItem(usize, ItemField),
    Tick(usize),
    DeleteItem(usize),
    Restore,
    NewNote {
        todo: bool,
    },
    EditNote(usize, NoteEdit),
    DeleteNote(usize),
    /// Somebody writes in one of two conversations, perhaps in the very moment of the last message.
    Say {
        thread: usize,
        same_moment: bool,
    },
    Unread(ItemKind),
    BadRun(u64),
    Run,
    Amnesia,
}

fn kind() -> impl Strategy<Value = ItemKind> {
    prop_oneof![
        Just(ItemKind::Note),
        Just(ItemKind::Task),
        Just(ItemKind::Appointment)
    ]
}

fn read() -> impl Strategy<Value = ItemKind> {
    prop_oneof![3 => kind(), 1 => Just(ItemKind::Conversation)]
}

fn step() -> impl Strategy<Value = Step> {
    let edit = prop_oneof![
        4 => Just(NoteEdit::Words), 1 => Just(NoteEdit::Tick), 1 => Just(NoteEdit::Date),
        1 => Just(NoteEdit::Status), 1 => Just(NoteEdit::Nonsense), 1 => Just(NoteEdit::LoseMark),
    ];
    prop_oneof![
        3 => kind().prop_map(Step::NewItem),
        4 => (0..8usize, prop_oneof![Just(ItemField::Title), Just(ItemField::Text)])
            .prop_map(|(n, field)| Step::EditItem(n, field)),
        1 => (0..8usize).prop_map(Step::Tick),
        1 => (0..8usize).prop_map(Step::DeleteItem),
        1 => Just(Step::Restore),
        3 => any::<bool>().prop_map(|todo| Step::NewNote { todo }),
        5 => (0..8usize, edit).prop_map(|(n, how)| Step::EditNote(n, how)),
        1 => (0..8usize).prop_map(Step::DeleteNote),
        4 => (0..2usize, any::<bool>())
            .prop_map(|(thread, same_moment)| Step::Say { thread, same_moment }),
        1 => read().prop_map(Step::Unread),
        2 => any::<u64>().prop_map(Step::BadRun),
        4 => Just(Step::Run),
        1 => Just(Step::Amnesia),
    ]
}

fn rules(directions: &'static [Direction]) -> impl Strategy<Value = ItemRules> {
    let policy = prop_oneof![
        Just(ConflictPolicy::HighlevelWins),
        Just(ConflictPolicy::AimfoxWins),
        Just(ConflictPolicy::Ask),
    ];
    let deleted = prop_oneof![
        Just(WhenDeleted::Mark),
        Just(WhenDeleted::Unlink),
        Just(WhenDeleted::Ask),
    ];
    (
        prop::sample::select(directions),
        policy,
        deleted,
        any::<bool>(),
    )
        .prop_map(
            |(direction, on_conflict, when_deleted, history)| ItemRules {
                direction,
                on_conflict,
                when_deleted,
                history,
            },
        )
}

fn settings() -> impl Strategy<Value = Settings> {
    use Direction::*;
    (
        rules(&[Both, ToAimfox, ToHighlevel, Off]),
        rules(&[Both, ToAimfox, Off]),
        rules(&[Both, ToAimfox, Off]),
        rules(&[ToHighlevel, Off]),
    )
        .prop_map(|(notes, tasks, appointments, conversations)| Settings {
            items: ItemSettings {
                notes,
                tasks,
                appointments,
                conversations,
            },
            stamps: false,
            cards: false,
            ..Settings::standard()
        })
}

/// Cases per property. `FOXBRIDGE_CASES` raises it for a soak.
fn cases() -> u32 {
    std::env::var("FOXBRIDGE_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn random_edits_deletions_and_failures_converge_and_lose_nothing(
        settings in settings(),
        steps in proptest::collection::vec(step(), 0..30),
    ) {
        let mut world = World::default();
        for step in &steps {
            world.happen(step, &settings);
        }
        world.unread.clear();
        world.run(&settings, || (false, false));

        // Rule 2: a second run right after a clean one makes no write.
        let again = plan(&world.snapshot(), &settings);
        prop_assert!(again.changes.is_empty(), "the second run would write: {:#?}\n{:#?}", again.changes, world);

        // Rule 4: nothing is there twice, whatever was lost or forgotten meanwhile.
        let mut marks = BTreeSet::new();
        for note in &world.notes {
            if let Some((kind, id)) = mark_of(&note.text) {
                prop_assert!(marks.insert((kind, id.to_owned())), "two notes stand for {id}: {:#?}", world.notes);
            }
        }
        // (One that was deleted before its making was known is made again, and may then be restored.)
        let restored = steps.iter().any(|step| matches!(step, Step::Restore));
        let mut origins = BTreeSet::new();
        for item in world.items.iter().filter(|_| !restored) {
            if let Some(origin) = item.fields.get(&ItemField::Text).and_then(|text| origin_of(text)) {
                prop_assert!(origins.insert(origin.to_owned()), "two items were made from {origin}: {:#?}", world.items);
            }
        }

        // One note a conversation, with each of its messages once, and none of it in Aimfox.
        let mut threads = BTreeSet::new();
        let mut told: BTreeMap<String, usize> = BTreeMap::new();
        for item in world.items.iter().filter(|_| !restored) {
            let text = item.fields.get(&ItemField::Text).map_or("", String::as_str);
            if let Some(urn) = thread_of(text) {
                prop_assert!(threads.insert(urn.to_owned()), "two notes show {urn}: {:#?}", world.items);
                for word in words(text) {
                    *told.entry(word).or_default() += 1;
                }
            }
        }
        prop_assert!(told.values().all(|n| *n == 1), "a message is repeated: {told:?}");
        let conversations = settings.items.conversations;
        if conversations.direction.to_highlevel() && conversations.history && world.bin.is_empty() && !restored {
            for word in &world.said {
                prop_assert!(told.contains_key(word), "{word} was said, and is not in the note: {world:#?}");
            }
        }
        for note in &world.notes {
            let told_on = words(&note.text).find(|word| told.contains_key(word) && world.said.contains(word));
            prop_assert!(told_on.is_none(), "a conversation came back as a lead's note: {:#?}", note);
        }

        // Rule 3: no edit is lost.
        let shown: BTreeSet<String> = world.items.iter().flat_map(|item| item.fields.values())
            .chain(world.notes.iter().map(|note| &note.text))
            .flat_map(|text| words(text).collect::<Vec<_>>())
            .chain(world.lost.iter().cloned())
            .collect();
        let lost: Vec<_> = world.typed.difference(&shown).collect();
        prop_assert!(lost.is_empty(), "typed and nowhere to be found: {lost:?}\n{world:#?}");

        // Rule 4 again: without the database nothing is made anew.
        let before = (world.items.len(), world.notes.len());
        world.base = None;
        world.run(&settings, || (false, false));
        let settled = plan(&world.snapshot(), &settings);
        prop_assert!(settled.changes.is_empty(), "after a lost database: {:#?}", settled.changes);
        // (What was deleted on one side and kept on the other was known to be apart; that is lost too.)
        let deleted = steps.iter().any(|step| matches!(step, Step::DeleteItem(_) | Step::DeleteNote(_)));
        if !deleted {
            prop_assert_eq!(world.notes.len(), before.1, "a note was made anew: {:#?}", world);
            prop_assert_eq!(world.items.len(), before.0, "an item was made anew: {:#?}", world);
        }
    }
}
