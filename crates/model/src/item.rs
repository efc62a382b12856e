//! What hangs on a person: a note, a task, an appointment.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ItemKind {
    Note,
    Task,
    Appointment,
}

impl ItemKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Note, Self::Task, Self::Appointment];

    /// The word used in ids, marks and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Task => "task",
            Self::Appointment => "appointment",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The fields it has, in the order in which people read them.
    pub fn fields(self) -> &'static [ItemField] {
        use ItemField::*;
        match self {
            Self::Note => &[Text],
            Self::Task => &[Title, Due, Assignee, Done, Text],
            Self::Appointment => &[Title, Start, End, Status, Place, Calendar],
        }
    }
}

/// A field of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemField {
    /// What it is about, one line.
    Title,
    /// When a task is due: RFC 3339, UTC, whole minutes.
    Due,
    /// Whether a task is done: `yes` or `no`.
    Done,
    /// Who is to do it, as a name.
    Assignee,
    /// A note's text, or a task's body: several lines.
    Text,
    /// When an appointment begins: as [`ItemField::Due`].
    Start,
    /// When it ends: as [`ItemField::Due`].
    End,
    /// `new`, `confirmed`, `cancelled`, `showed`, `noshow` or `invalid`
    /// (`facts/highlevel.md` §3.4).
    Status,
    /// Where it takes place: an address or a link.
    Place,
    /// Name of the calendar it is in.
    Calendar,
}

impl ItemField {
    /// Its name, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Title => "Title",
            Self::Due => "Due",
            Self::Done => "Done",
            Self::Assignee => "Assignee",
            Self::Text => "Text",
            Self::Start => "Start",
            Self::End => "End",
            Self::Status => "Status",
            Self::Place => "Place",
            Self::Calendar => "Calendar",
        }
    }
}

/// Values of an item. What is blank is left out or empty; both mean the same.
pub type ItemFields = BTreeMap<ItemField, String>;

/// A note, task or appointment of a HighLevel contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Which of them.
    pub kind: ItemKind,
    /// HighLevel's id of it.
    pub id: String,
    /// The contact it hangs on.
    pub contact_id: String,
    /// Its values.
    pub fields: ItemFields,
    /// A done task or a past appointment: it is kept in step once it is linked, but not copied.
    #[serde(default)]
    pub past: bool,
    /// Its text has formatting that is lost when it is written anew.
    #[serde(default)]
    pub formatted: bool,
}

/// What was read of a contact's items. A kind that was not read is `None`: nothing may be concluded
/// about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactItems {
    /// Items by kind, where the kind was read.
    pub read: BTreeMap<ItemKind, Vec<Item>>,
    /// Ids that were asked for one by one and are proven to be gone.
    #[serde(default)]
    pub gone: std::collections::BTreeSet<(ItemKind, String)>,
}
