//! Notes, tasks and appointments of people.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ConflictPolicy, Direction};

/// What is done about the other half of an item of which one half was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WhenDeleted {
    /// It stays; the two are apart from now on.
    Unlink,
    /// It stays, and a copy says that its original is gone.
    Mark,
    /// The user is asked.
    Ask,
}

/// How one kind of item follows the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ItemRules {
    /// Which way.
    pub direction: Direction,
    /// Who wins when both sides changed a field.
    pub on_conflict: ConflictPolicy,
    /// When one half was deleted.
    pub when_deleted: WhenDeleted,
    /// Whether what was there before is copied too, not only what is new or changes. Notes only:
    /// open tasks and coming appointments are copied in any case.
    #[serde(default)]
    pub history: bool,
}

/// How notes, tasks, appointments and conversations follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ItemSettings {
    /// Notes of either side.
    pub notes: ItemRules,
    /// HighLevel's tasks, and notes in Aimfox that begin `todo:`. Never `to_highlevel` alone.
    pub tasks: ItemRules,
    /// HighLevel's appointments; `both` lets their status be changed from Aimfox. Never
    /// `to_highlevel` alone.
    pub appointments: ItemRules,
    /// LinkedIn conversations as notes in HighLevel: `to_highlevel` or `off`.
    pub conversations: ItemRules,
}

/// `syncs.set_items`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetItems {
    /// The sync.
    pub sync: String,
    /// Its notes, tasks and appointments from the next run on.
    pub items: ItemSettings,
}
