//! What hangs on a person: a note, a task, an appointment, a LinkedIn conversation.

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
    /// A LinkedIn conversation of one seat with the lead, and the HighLevel note that shows it.
    Conversation,
}

impl ItemKind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Note,
        Self::Task,
        Self::Appointment,
        Self::Conversation,
    ];

    /// The word used in ids, marks and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Task => "task",
            Self::Appointment => "appointment",
            Self::Conversation => "conversation",
        }
    }

    /// The kind of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// As what HighLevel's half of it is read: the note that shows a conversation is a note.
    pub fn read_as(self) -> Self {
        match self {
            Self::Conversation => Self::Note,
            kind => kind,
        }
    }

    /// The fields it has, in the order in which people read them.
    pub fn fields(self) -> &'static [ItemField] {
        use ItemField::*;
        match self {
            Self::Note => &[Text],
            Self::Task => &[Title, Due, Assignee, Done, Text],
            Self::Appointment => &[Title, Start, End, Status, Place, Calendar],
            Self::Conversation => &[Text],
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
    /// Kept of a conversation: when something last happened in it, as Aimfox told.
    Active,
    /// Kept of a conversation: the last message that its note holds, as the note's mark says it.
    Until,
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
            Self::Active => "Last activity",
            Self::Until => "Until",
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
    /// HighLevel's id of the user whom a task is assigned to, or of the calendar an appointment is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// When a note was made, as HighLevel says: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
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
    /// LinkedIn conversations with the person; `None` where they were not read. Their notes are
    /// among the notes that were read.
    #[serde(default)]
    pub threads: Option<Vec<Thread>>,
}

/// A LinkedIn conversation of one seat with one lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Aimfox's name of it: base64, without blanks.
    pub urn: String,
    /// The seat whose conversation it is: its account id.
    pub account: String,
    /// The lead it is with.
    pub lead_id: String,
    /// When something last happened in it: RFC 3339, as Aimfox told.
    pub active_at: String,
    /// Its messages, oldest first; `None` where they were not read.
    #[serde(default)]
    pub messages: Option<Vec<Message>>,
}

/// A message of a LinkedIn conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// When it was sent, in milliseconds since 1970.
    pub at: i64,
    /// Who wrote it, as a name.
    pub sender: String,
    /// Its text; empty where it has only attachments.
    pub text: String,
    /// Names of what is attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}
