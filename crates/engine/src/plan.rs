//! Plan: from what was read to an ordered list of changes, each with its reason.

mod build;
mod gone;
mod person;
mod rows;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use foxbridge_model::{
    ContactItems, ItemField, ItemFields, ItemKind, Person, Service, TagKey, Text, Value,
};
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

pub use build::plan;
pub(crate) use person::{Outcome, TAG_WARNING, tag_delta};
pub(crate) use rows::Rows;

use crate::{Answers, Base, BasePatch, Few, Filter, Link, Reshaped};

/// Everything a plan is made from.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Every lead of the workspace; those that take part with their details.
    pub leads: Vec<Person>,
    /// Ids of leads that could not be read this time. They take no part: what they seem to lack
    /// must not be taken for a blank.
    pub unread: BTreeSet<String>,
    /// Every contact of the location.
    pub contacts: Vec<Person>,
    /// Pairs known from earlier runs.
    pub links: Vec<Link>,
    /// Base by lead id.
    pub bases: HashMap<String, Base>,
    /// Tag names the location knows.
    pub highlevel_tags: BTreeSet<TagKey>,
    /// Labels the workspace knows.
    pub aimfox_labels: BTreeSet<TagKey>,
    /// Ids of the stamp fields that exist in the location.
    pub stamp_fields: BTreeMap<StampField, String>,
    /// Whether this sync has never finished a run.
    pub first_run: bool,
    /// Items by contact id. What was not read is not there.
    pub items: HashMap<String, ContactItems>,
    /// Time and place.
    pub local: Local,
    /// What the user decided about single people.
    pub answers: Answers,
    /// Links of which one record was gone when it was last looked for, by lead id.
    pub broken: BTreeSet<String>,
    /// Linked leads that were looked for one by one and are not there.
    pub gone_leads: BTreeSet<String>,
    /// Linked contacts that were looked for one by one and are not there.
    pub gone_contacts: BTreeSet<String>,
    /// What of the sync's shape differs from how its last run left it: what is at rest rests on.
    pub reshaped: Reshaped,
    /// Only these people, this time.
    pub only: Filter,
    /// When changes that are not settled yet were first seen, by lead id and mapping row id.
    pub seen: BTreeMap<(String, String), Seen>,
}

/// Which run was the first to see each side's change of a field. Runs are compared by their order,
/// which is ours; never the clocks of two services.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// HighLevel's.
    #[serde(default)]
    pub highlevel: Option<SeenChange>,
    /// Aimfox's.
    #[serde(default)]
    pub aimfox: Option<SeenChange>,
}

/// A changed value, and the first run that saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenChange {
    /// The value, canonical; `None` for blank.
    pub value: Option<Value>,
    /// Order of the run; a later one has a greater number.
    pub run: i64,
}

/// What "tomorrow" on a note means.
#[derive(Debug, Clone)]
pub struct Local {
    /// When the snapshot was taken.
    pub now: jiff::Timestamp,
    /// The location's time zone.
    pub zone: jiff::tz::TimeZone,
}

impl Default for Local {
    fn default() -> Self {
        Self {
            now: jiff::Timestamp::UNIX_EPOCH,
            zone: jiff::tz::TimeZone::UTC,
        }
    }
}

/// The custom fields in which a linked contact carries the lead's ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StampField {
    /// Numeric LinkedIn member id; our identity of the lead.
    LeadId,
    /// LinkedIn profile URN.
    Urn,
    /// Public profile address. One that is already there is never overwritten.
    Url,
}

impl StampField {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::LeadId, Self::Urn, Self::Url];

    /// Name of the custom field. HighLevel makes the key from it.
    pub fn title(self) -> &'static str {
        match self {
            Self::LeadId => "Aimfox Lead ID",
            Self::Urn => "LinkedIn URN",
            Self::Url => "LinkedIn URL",
        }
    }

    /// The custom field's `fieldKey`.
    pub fn key(self) -> &'static str {
        match self {
            Self::LeadId => "contact.aimfox_lead_id",
            Self::Urn => "contact.linkedin_urn",
            Self::Url => "contact.linkedin_url",
        }
    }
}

/// What a change does. Executors turn it into one call of one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Action {
    /// Make a custom field in the location.
    CreateCustomField {
        /// Which.
        stamp: StampField,
    },
    /// Make a label in the workspace.
    CreateLabel {
        /// Its name.
        name: Text,
    },
    /// Remember a pair. No request.
    Link {
        /// The pair.
        link: Link,
    },
    /// Make a contact from a lead.
    CreateContact {
        /// The lead.
        lead_id: Text,
        /// Values by HighLevel field id.
        fields: Few<Text, Value>,
        /// Ids to stamp.
        stamps: Few<StampField, Text>,
        /// Tags it gets at once.
        tags: ThinVec<String>,
    },
    /// Set fields of a contact.
    UpdateContact {
        /// The contact.
        contact_id: Text,
        /// Values by HighLevel field id.
        fields: Few<Text, Value>,
        /// Fields that become blank: only when somebody takes a change back.
        #[serde(default, skip_serializing_if = "ThinVec::is_empty")]
        clear: ThinVec<String>,
        /// Ids to stamp.
        stamps: Few<StampField, Text>,
    },
    /// Delete a contact. Never part of a plan that nobody asked for by itself.
    DeleteContact {
        /// The contact.
        contact_id: Text,
        /// The lead it was made from, or is linked with.
        lead_id: Text,
    },
    /// Keep a pair apart. No request.
    Unlink {
        /// The pair.
        link: Link,
        /// One of the two is gone: they are a pair again once both are there.
        gone: bool,
    },
    /// Put tags on a contact.
    AddTags {
        /// The contact.
        contact_id: Text,
        /// Names.
        tags: ThinVec<String>,
    },
    /// Take tags off a contact.
    RemoveTags {
        /// The contact.
        contact_id: Text,
        /// Names.
        tags: ThinVec<String>,
    },
    /// Write the card of a lead.
    WriteCard {
        /// The lead.
        lead_id: Text,
        /// The note it is in; `None` makes one.
        note_id: Option<Text>,
        /// The whole text.
        text: Text,
    },
    /// Delete a note of a lead: only when somebody takes a change back.
    RemoveNote {
        /// The lead.
        lead_id: Text,
        /// The note.
        note_id: Text,
        /// What it says, as it was read.
        was: Text,
    },
    /// Put a label on a lead.
    AttachLabel {
        /// The lead.
        lead_id: Text,
        /// The label.
        label: TagKey,
    },
    /// Take a label off a lead.
    DetachLabel {
        /// The lead.
        lead_id: Text,
        /// The label.
        label: TagKey,
    },
    /// Make or change a note, task or appointment of a contact.
    WriteItem {
        /// Which of them.
        kind: ItemKind,
        /// The contact.
        contact_id: Text,
        /// The item; `None` makes one.
        id: Option<Text>,
        /// Values; a change holds those that change.
        fields: Box<ItemFields>,
        /// The lead's note it is made from.
        from_note: Option<Text>,
    },
    /// Delete a note or task of a contact: only when somebody takes a change back.
    DeleteItem {
        /// Which of them.
        kind: ItemKind,
        /// The contact.
        contact_id: Text,
        /// The item.
        id: Text,
    },
    /// Write a lead's note that stands for an item.
    WriteNote {
        /// The lead.
        lead_id: Text,
        /// The note; `None` makes one.
        note_id: Option<Text>,
        /// What it stands for.
        kind: ItemKind,
        /// The whole text. Where the item is made in the same run, its id is missing: see
        /// [`crate::with_made`].
        text: Text,
        /// The text that is replaced, as it was read.
        was: Option<Text>,
        /// It follows the making of the item from this very note.
        follows: bool,
    },
}

impl Action {
    /// Id of the catalog operation it is done with; `None` where nothing is sent.
    pub fn operation(&self) -> Option<&'static str> {
        Some(match self {
            Self::CreateCustomField { .. } => "highlevel.locations.custom_fields.create",
            Self::CreateLabel { .. } => "aimfox.labels.create",
            Self::Link { .. } | Self::Unlink { .. } => return None,
            Self::CreateContact { .. } => "highlevel.contacts.create",
            Self::UpdateContact { .. } => "highlevel.contacts.update",
            Self::DeleteContact { .. } => "highlevel.contacts.delete",
            Self::AddTags { .. } => "highlevel.contacts.tags.add",
            Self::RemoveTags { .. } => "highlevel.contacts.tags.remove",
            Self::WriteCard { note_id: None, .. } => "aimfox.leads.notes.create",
            Self::WriteCard { .. } => "aimfox.leads.notes.update",
            Self::RemoveNote { .. } => "aimfox.leads.notes.delete",
            Self::AttachLabel { .. } => "aimfox.leads.labels.add",
            Self::DetachLabel { .. } => "aimfox.leads.labels.remove",
            Self::WriteItem {
                kind, id, fields, ..
            } => match (kind, id) {
                (ItemKind::Note | ItemKind::Conversation, None) => {
                    "highlevel.contacts.notes.create"
                }
                (ItemKind::Note | ItemKind::Conversation, Some(_)) => {
                    "highlevel.contacts.notes.update"
                }
                (ItemKind::Task, None) => "highlevel.contacts.tasks.create",
                (ItemKind::Task, Some(_)) if fields.keys().eq([&ItemField::Done]) => {
                    "highlevel.contacts.tasks.complete"
                }
                (ItemKind::Task, Some(_)) => "highlevel.contacts.tasks.update",
                (ItemKind::Appointment, None) => "highlevel.calendars.appointments.create",
                (ItemKind::Appointment, Some(_)) => "highlevel.calendars.appointments.update",
            },
            Self::DeleteItem { kind, .. } => match kind {
                ItemKind::Note | ItemKind::Conversation => "highlevel.contacts.notes.delete",
                ItemKind::Task => "highlevel.contacts.tasks.delete",
                ItemKind::Appointment => "highlevel.calendars.events.delete",
            },
            Self::WriteNote { note_id: None, .. } => "aimfox.leads.notes.create",
            Self::WriteNote { .. } => "aimfox.leads.notes.update",
        })
    }

    /// The item or note that it writes, where it writes one that is there.
    pub fn item(&self) -> Option<&str> {
        match self {
            Self::WriteItem { id, from_note, .. } => id.as_deref().or(from_note.as_deref()),
            Self::WriteNote { note_id, .. } => note_id.as_deref(),
            Self::DeleteItem { id, .. } => Some(id),
            Self::RemoveNote { note_id, .. } => Some(note_id),
            _ => None,
        }
    }

    /// Where it happens; `None` for our own database.
    pub fn service(&self) -> Option<Service> {
        let operation = self.operation()?;
        Some(if operation.starts_with("highlevel.") {
            Service::HighLevel
        } else {
            Service::Aimfox
        })
    }
}

/// What a change does to a record. Counts speak of people's records; `Prepare` makes a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ChangeKind {
    Prepare,
    Link,
    Create,
    Update,
    Delete,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ObjectKind {
    Contact,
    Lead,
    Link,
    Tag,
    CustomField,
    Label,
    Note,
    Task,
    Appointment,
    Conversation,
}

impl ObjectKind {
    /// Whether it hangs on a person, as opposed to being one or part of one.
    pub fn is_item(self) -> bool {
        matches!(
            self,
            Self::Note | Self::Task | Self::Appointment | Self::Conversation
        )
    }
}

impl From<ItemKind> for ObjectKind {
    fn from(kind: ItemKind) -> Self {
        match kind {
            ItemKind::Note => Self::Note,
            ItemKind::Task => Self::Task,
            ItemKind::Appointment => Self::Appointment,
            ItemKind::Conversation => Self::Conversation,
        }
    }
}

/// Who a change is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// A name to show.
    pub name: Text,
    /// HighLevel contact id.
    pub contact_id: Option<Text>,
    /// Aimfox lead id.
    pub lead_id: Option<Text>,
}

impl Record {
    /// The lead's id, which this shares with whoever says something of it.
    pub(crate) fn of_lead(&self, lead: &Person) -> Text {
        let known = self.lead_id.clone();
        known.unwrap_or_else(|| lead.id.as_str().into())
    }

    /// The contact's id, likewise.
    pub(crate) fn of_contact(&self, contact: &Person) -> Text {
        let known = self.contact_id.clone();
        known.unwrap_or_else(|| contact.id.as_str().into())
    }
}

/// A value that lost a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loser {
    /// Whose it was.
    pub service: Service,
    /// The value.
    pub value: Value,
}

impl Loser {
    /// Boxed, since most fields have none and a plan holds many fields.
    pub(crate) fn boxed(service: Service, value: Value) -> Box<Self> {
        Box::new(Self { service, value })
    }
}

/// One field's part of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDelta {
    /// Field id at the place of the change.
    pub field: Text,
    /// Name to show.
    pub label: Text,
    /// Value now.
    pub before: Option<Value>,
    /// Value afterwards.
    pub after: Option<Value>,
    /// What lost.
    pub loser: Option<Box<Loser>>,
}

/// One planned write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// How to do it.
    pub action: Action,
    /// What it does.
    pub kind: ChangeKind,
    /// What it is about.
    pub object: ObjectKind,
    /// Who it is about; the changes of one person share it.
    pub record: Arc<Record>,
    /// Field by field.
    pub fields: ThinVec<FieldDelta>,
    /// Why.
    pub reason: Cow<'static, str>,
    /// What the user should know first.
    pub warning: Option<Cow<'static, str>>,
    /// How the lead's base moves once it is settled.
    pub settles: BasePatch,
}

/// Something only the user can decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The same question has the same key in every run.
    pub key: String,
    /// `ambiguous`, `conflict` or `missing`.
    pub kind: String,
    /// Who it is about.
    pub record: Arc<Record>,
    /// What happened.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do.
    pub next: String,
    /// (whose, record id, what to show): the records it could be, or the values that differ.
    pub choices: Vec<(Service, Option<Text>, String)>,
    /// For a conflict: what an answer is about.
    pub about: Option<About>,
}

/// The two values of a conflict, canonical: an answer holds for exactly these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Mapping row id.
    pub row: String,
    /// Aimfox's.
    pub aimfox: Value,
    /// HighLevel's; `None` for blank.
    pub highlevel: Option<Value>,
}

/// The numbers of a sync's health.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Linked people.
    pub linked: usize,
    /// Of these, people with a change in the plan.
    pub changing: usize,
    /// Leads that do not take part.
    pub excluded: usize,
    /// Contacts with a LinkedIn profile that is no lead.
    pub not_in_aimfox: usize,
}

/// What a run would do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// In the order in which they are to be made.
    pub changes: Vec<Change>,
    /// For the user.
    pub questions: Vec<Question>,
    /// What becomes the base without a write, in the order of the lead ids.
    pub adopt: Vec<(Text, BasePatch)>,
    /// Changed values that await their settling, of rows where the newest counts: what the next
    /// run's [`Snapshot::seen`] is made from. The value of each side that changed.
    pub pending: BTreeMap<(String, String), Pending>,
    /// Numbers.
    pub health: Health,
}

/// A side's value, where it differs from the base; `Some(None)` is a value that was cleared.
pub type ChangedValue = Option<Option<Value>>;

/// HighLevel's and Aimfox's change of a field.
pub type Pending = (ChangedValue, ChangedValue);

impl Plan {
    /// How many changes of a kind it holds that are about people.
    pub fn count(&self, kind: ChangeKind) -> usize {
        self.count_if(|change| change.kind == kind && !change.object.is_item())
    }

    /// How many changes of a kind it holds that are about notes, tasks and appointments.
    pub fn count_items(&self, kind: ChangeKind) -> usize {
        self.count_if(|change| change.kind == kind && change.object.is_item())
    }

    fn count_if(&self, wanted: impl Fn(&Change) -> bool) -> usize {
        self.changes.iter().filter(|change| wanted(change)).count()
    }

    /// How many requests its changes need at a service.
    pub fn requests(&self, service: Service) -> usize {
        self.changes
            .iter()
            .filter(|c| c.action.service() == Some(service))
            .count()
    }
}
