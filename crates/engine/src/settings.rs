//! What the user chose for a sync.

use std::collections::BTreeSet;

use foxbridge_model::{FieldKind, ItemKind, Person, Region, TagKey, Text};
use serde::{Deserialize, Serialize};

use crate::{Filter, Guards, Transform};

/// Which way a row carries values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Direction {
    Both,
    ToHighlevel,
    ToAimfox,
    Off,
}

impl Direction {
    /// Whether a value may be written into HighLevel.
    pub fn to_highlevel(self) -> bool {
        matches!(self, Self::Both | Self::ToHighlevel)
    }

    /// Whether a value may be written into Aimfox.
    pub fn to_aimfox(self) -> bool {
        matches!(self, Self::Both | Self::ToAimfox)
    }
}

/// Who wins when both sides changed a field, or differ when first matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum ConflictPolicy {
    HighlevelWins,
    AimfoxWins,
    /// The change that a later run was the first to see. Both seen first by one run: ask.
    NewestSeen,
    Ask,
}

/// What becomes of a person of whom one record was deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeletePolicy {
    /// Nothing: the other record stays as it is.
    Ignore,
    /// The two are no longer kept in step, and the other record is marked with a tag or a label.
    #[default]
    UnlinkAndTag,
    /// The user is asked whether the other record is deleted too.
    DeleteAfterApproval,
}

/// One row of the mapping: a lead's field and a contact's field that are to hold the same value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingRow {
    /// Id of the row, unique in its mapping. The base is kept under it.
    pub id: Text,
    /// Its name on the card and on screen. On the card it must be unique and hold no colon.
    pub label: Text,
    /// Key into a lead's fields.
    pub aimfox: Text,
    /// Key into a contact's fields.
    pub highlevel: Text,
    /// How values are compared.
    pub kind: FieldKind,
    /// Which way.
    pub direction: Direction,
    /// Who wins.
    pub on_conflict: ConflictPolicy,
    /// HighLevel takes the field when a contact is made but not afterwards
    /// (`companyName`: `facts/highlevel.md` §1.3).
    #[serde(default)]
    pub create_only: bool,
    /// What reshapes the value on its way across, step by step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transform: Vec<Transform>,
}

/// The mapping of the `standard` template.
pub fn standard_mapping() -> Vec<MappingRow> {
    let row =
        |id: &str, label: &str, aimfox: &str, highlevel: &str, kind, create_only| MappingRow {
            id: id.into(),
            label: label.into(),
            aimfox: aimfox.into(),
            highlevel: highlevel.into(),
            kind,
            direction: Direction::Both,
            on_conflict: ConflictPolicy::HighlevelWins,
            create_only,
            transform: Vec::new(),
        };
    vec![
        row(
            "first_name",
            "First name",
            "first_name",
            "firstName",
            FieldKind::Name,
            false,
        ),
        row(
            "last_name",
            "Last name",
            "last_name",
            "lastName",
            FieldKind::Name,
            false,
        ),
        row("email", "E-mail", "email", "email", FieldKind::Email, false),
        row("phone", "Phone", "phone", "phone", FieldKind::Phone, false),
        row(
            "company",
            "Company",
            "company",
            "companyName",
            FieldKind::Text,
            true,
        ),
    ]
}

/// Which leads take part. A lead is often merely somebody in the owner's own LinkedIn network
/// (`facts/aimfox.md` §0.4).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeadFilter {
    /// Everybody, the owner's private network included.
    #[serde(default)]
    pub everybody: bool,
    /// Besides leads from a campaign: leads that carry one of these labels.
    #[serde(default)]
    pub labels: BTreeSet<TagKey>,
}

impl LeadFilter {
    /// Whether a lead takes part.
    pub fn admits(&self, lead: &Person) -> bool {
        self.everybody
            || !lead.origins.is_empty()
            || self.labels.iter().any(|label| lead.tags.contains(label))
    }
}

/// When labels become tags in HighLevel, where a tag can start workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagWrites {
    /// Never.
    Off,
    /// Not in the first run; afterwards whatever somebody adds or removes.
    Edits,
    /// Always.
    All,
}

/// Which names take part in tags ⇄ labels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TagNames {
    /// Every name that exists on both sides.
    Matching,
    /// These; a missing label is made.
    Chosen(BTreeSet<TagKey>),
}

/// How tags and labels follow each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagRules {
    /// Which names.
    pub names: TagNames,
    /// Whether tags become labels.
    pub to_aimfox: bool,
    /// When labels become tags.
    pub to_highlevel: TagWrites,
}

/// What is done about the other half of an item of which one half was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenDeleted {
    /// It stays; the two are apart from now on.
    Unlink,
    /// As [`WhenDeleted::Unlink`], and a copy says that its original is gone.
    Mark,
    /// The user is asked.
    Ask,
}

/// How one kind of item follows the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRules {
    /// Which way.
    pub direction: Direction,
    /// Who wins when both sides changed a field.
    pub on_conflict: ConflictPolicy,
    /// When one half was deleted.
    pub when_deleted: WhenDeleted,
    /// Whether notes and conversations that were there before are copied too, not only those that are
    /// new or go on.
    #[serde(default)]
    pub history: bool,
}

impl ItemRules {
    const fn new(direction: Direction, when_deleted: WhenDeleted) -> Self {
        Self {
            direction,
            on_conflict: ConflictPolicy::HighlevelWins,
            when_deleted,
            history: false,
        }
    }
}

/// How notes, tasks, appointments and conversations follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSettings {
    /// Notes of either side.
    pub notes: ItemRules,
    /// HighLevel's tasks, and `todo:` notes on leads.
    pub tasks: ItemRules,
    /// HighLevel's appointments; [`Direction::Both`] lets the status be changed from Aimfox.
    pub appointments: ItemRules,
    /// LinkedIn conversations as notes in HighLevel: [`Direction::ToHighlevel`] or off.
    #[serde(default = "no_conversations")]
    pub conversations: ItemRules,
}

const fn no_conversations() -> ItemRules {
    ItemRules::new(Direction::Off, WhenDeleted::Unlink)
}

impl ItemSettings {
    /// Nothing takes part.
    pub const OFF: Self = Self {
        notes: ItemRules::new(Direction::Off, WhenDeleted::Mark),
        tasks: ItemRules::new(Direction::Off, WhenDeleted::Ask),
        appointments: ItemRules::new(Direction::Off, WhenDeleted::Mark),
        conversations: no_conversations(),
    };

    /// Notes and appointments are shown in Aimfox, tasks go both ways.
    pub const STANDARD: Self = Self {
        notes: ItemRules::new(Direction::ToAimfox, WhenDeleted::Mark),
        tasks: ItemRules::new(Direction::Both, WhenDeleted::Ask),
        appointments: ItemRules::new(Direction::ToAimfox, WhenDeleted::Mark),
        conversations: no_conversations(),
    };

    /// The rules of a kind.
    pub fn of(&self, kind: ItemKind) -> &ItemRules {
        match kind {
            ItemKind::Note => &self.notes,
            ItemKind::Task => &self.tasks,
            ItemKind::Appointment => &self.appointments,
            ItemKind::Conversation => &self.conversations,
        }
    }

    /// Whether a kind takes part.
    pub fn wants(&self, kind: ItemKind) -> bool {
        self.of(kind).direction != Direction::Off
    }

    /// Whether any kind takes part.
    pub fn any(&self) -> bool {
        ItemKind::ALL.into_iter().any(|kind| self.wants(kind))
    }
}

impl Default for ItemSettings {
    fn default() -> Self {
        Self::OFF
    }
}

/// Everything the user chose for a sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Field by field.
    pub mapping: Vec<MappingRow>,
    /// Which leads take part.
    #[serde(default)]
    pub filter: LeadFilter,
    /// Tags and labels.
    pub tags: TagRules,
    /// Whether a lead without a match becomes a contact.
    pub create_contacts: bool,
    /// Whether what HighLevel knows is shown on a card on the lead.
    pub cards: bool,
    /// Whether linked contacts carry the lead's ids in custom fields, made when missing.
    pub stamps: bool,
    /// Notes, tasks and appointments.
    #[serde(default)]
    pub items: ItemSettings,
    /// Whose country's phone numbers are meant when a number has no country code.
    #[serde(default)]
    pub region: Region,
    /// Whom of those who take part the sync is narrowed to.
    #[serde(default)]
    pub people: Filter,
    /// What becomes of a person of whom one record was deleted.
    #[serde(default)]
    pub deletes: DeletePolicy,
    /// What stops a run before it does damage.
    #[serde(default)]
    pub guards: Guards,
}

/// What of a sync's shape differs from how its last run left it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reshaped {
    /// Other names take part in tags and labels.
    pub tags: bool,
    /// Other people take part.
    pub people: bool,
}

impl Reshaped {
    /// Whether anything differs.
    pub fn any(&self) -> bool {
        self.tags || self.people
    }
}

impl Settings {
    /// Whether the notes of leads matter.
    pub fn reads_notes(&self) -> bool {
        self.cards || self.items.any()
    }

    /// What differs from the settings that the last run was made with.
    pub fn reshaped_since(&self, last: &Self) -> Reshaped {
        Reshaped {
            tags: self.tags.names != last.tags.names,
            people: self.filter != last.filter || self.people != last.people,
        }
    }

    /// People and tags, both ways.
    pub fn standard() -> Self {
        Self {
            mapping: standard_mapping(),
            filter: LeadFilter::default(),
            tags: TagRules {
                names: TagNames::Matching,
                to_aimfox: true,
                to_highlevel: TagWrites::Edits,
            },
            create_contacts: true,
            cards: true,
            stamps: true,
            items: ItemSettings::OFF,
            region: Region::default(),
            people: Filter::default(),
            deletes: DeletePolicy::default(),
            guards: Guards::default(),
        }
    }
}
