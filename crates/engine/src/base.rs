//! The base: what each side showed when the two were last settled; the ancestor of the merge.

use std::collections::{BTreeMap, BTreeSet};

use foxbridge_model::{ItemFields, ItemKind, Service, TagKey, Text, Value};
use serde::{Deserialize, Serialize};
use thin_vec::ThinVec;

use crate::Few;

/// What the three channels of a row showed, in canonical form; `None` for blank.
///
/// Aimfox has two channels: the LinkedIn profile, which nobody can edit there, and the card, which
/// anybody can.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowBase {
    /// HighLevel's value.
    #[serde(default, rename = "h", skip_serializing_if = "Option::is_none")]
    pub highlevel: Option<Value>,
    /// The lead's profile.
    #[serde(default, rename = "p", skip_serializing_if = "Option::is_none")]
    pub profile: Option<Value>,
    /// The card's line.
    #[serde(default, rename = "c", skip_serializing_if = "Option::is_none")]
    pub card: Option<Value>,
    /// The card's line, or that there is none, is meant as it is, although HighLevel shows another
    /// value: an undo left the two that way. It holds until either of them changes.
    #[serde(default, rename = "r", skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
}

/// On which sides a tag was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagBase {
    /// On the contact.
    #[serde(rename = "h")]
    pub highlevel: bool,
    /// On the lead.
    #[serde(rename = "a")]
    pub aimfox: bool,
}

/// What both sides of an item showed when they were last settled. An item that has one side only was
/// seen there and is not copied; should it change, it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemBase {
    /// Note, task or appointment.
    #[serde(rename = "k")]
    pub kind: ItemKind,
    /// HighLevel's id of it.
    #[serde(default, rename = "i", skip_serializing_if = "Option::is_none")]
    pub highlevel_id: Option<String>,
    /// The lead's note.
    #[serde(default, rename = "n", skip_serializing_if = "Option::is_none")]
    pub note_id: Option<String>,
    /// HighLevel's values, canonical. A field that is not there was never settled.
    #[serde(default, rename = "h", skip_serializing_if = "BTreeMap::is_empty")]
    pub highlevel: ItemFields,
    /// The note's values, canonical.
    #[serde(default, rename = "a", skip_serializing_if = "BTreeMap::is_empty")]
    pub note: ItemFields,
}

impl ItemBase {
    /// What it is kept under.
    pub fn key(&self) -> String {
        match (&self.highlevel_id, &self.note_id) {
            (Some(id), _) => item_key(self.kind, id),
            (None, note) => format!("lead-note:{}", note.as_deref().unwrap_or_default()),
        }
    }

    /// Whether the two sides belong together.
    pub(crate) fn is_linked(&self) -> bool {
        self.highlevel_id.is_some() && self.note_id.is_some()
    }
}

/// What the item with this HighLevel id is kept under.
pub(crate) fn item_key(kind: ItemKind, id: &str) -> String {
    format!("{}:{id}", kind.as_str())
}

/// How the base of an item moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum ItemPatch {
    /// This is its base. The id that the change itself makes is still missing.
    Put {
        /// The base.
        item: ItemBase,
        /// Which id the change makes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        makes: Option<Made>,
    },
    /// Some fields are settled.
    Move {
        /// What it is kept under.
        key: String,
        /// HighLevel's values.
        highlevel: ItemFields,
        /// The note's values.
        note: ItemFields,
    },
    /// One half was deleted on purpose: the other was only seen, as it is, and is not copied.
    Lose {
        /// What it is kept under.
        key: String,
        /// Which half.
        half: Made,
    },
    /// It is not kept in step any more.
    Forget {
        /// What it was kept under.
        key: String,
    },
}

/// Which half of an item a change makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Made {
    Highlevel,
    Note,
}

/// The base of one linked pair.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// By mapping row id.
    #[serde(default)]
    pub rows: Few<Text, RowBase>,
    /// By tag.
    #[serde(default)]
    pub tags: Few<TagKey, TagBase>,
    /// By [`ItemBase::key`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<String, ItemBase>,
    /// Kinds of items that were looked at before: what is new since then is news.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub seen: BTreeSet<ItemKind>,
}

/// One channel of a base that has been settled. Unlike a whole row, it leaves the other channels as
/// they were, so that two writes about one row may settle in either order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Part {
    /// HighLevel's value of a row.
    Highlevel {
        /// Mapping row id.
        row: Text,
        /// What it shows now, canonical.
        value: Option<Value>,
    },
    /// The profile's value of a row.
    Profile {
        /// Mapping row id.
        row: Text,
        /// What it shows now, canonical.
        value: Option<Value>,
    },
    /// The card's line of a row.
    Card {
        /// Mapping row id.
        row: Text,
        /// What it shows now, canonical.
        value: Option<Value>,
    },
    /// The row rests in whatever difference there is: see [`RowBase::held`].
    Held {
        /// Mapping row id.
        row: Text,
    },
    /// A tag or a label.
    Tag {
        /// Its name.
        tag: TagKey,
        /// Whose record.
        on: Service,
        /// Whether it is there.
        present: bool,
    },
}

impl Part {
    pub(crate) fn highlevel(row: Text, value: Option<Value>) -> Self {
        Self::Highlevel { row, value }
    }

    pub(crate) fn profile(row: Text, value: Option<Value>) -> Self {
        Self::Profile { row, value }
    }

    pub(crate) fn card(row: Text, value: Option<Value>) -> Self {
        Self::Card { row, value }
    }
}

/// Part of a base that has been settled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasePatch {
    /// Rows, each replaced as a whole.
    #[serde(default, skip_serializing_if = "Few::is_empty")]
    pub rows: Few<Text, RowBase>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Few::is_empty")]
    pub tags: Few<TagKey, TagBase>,
    /// Items.
    #[serde(default, skip_serializing_if = "ThinVec::is_empty")]
    pub items: ThinVec<ItemPatch>,
    /// Kinds of items that were looked at.
    #[serde(default, skip_serializing_if = "ThinVec::is_empty")]
    pub seen: ThinVec<ItemKind>,
    /// Single channels, in this order.
    #[serde(default, skip_serializing_if = "ThinVec::is_empty")]
    pub parts: ThinVec<Part>,
}

impl BasePatch {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.tags.is_empty()
            && self.items.is_empty()
            && self.seen.is_empty()
            && self.parts.is_empty()
    }

    /// Leaves out what `base` already says.
    pub(crate) fn without_known(mut self, base: Option<&Base>) -> Self {
        if let Some(base) = base {
            self.rows.retain(|id, row| base.rows.get(id) != Some(&*row));
            self.tags
                .retain(|tag, was| base.tags.get(tag) != Some(&*was));
            self.seen.retain(|kind| !base.seen.contains(kind));
            self.items.retain(|patch| {
                let mut moved = base.items.clone();
                apply_item(&mut moved, patch, None);
                moved != base.items
            });
        }
        self
    }
}

impl Base {
    /// Moves the base. `made` is the id of the record that the change made, if it made one.
    pub fn apply(&mut self, patch: &BasePatch, made: Option<&str>) {
        self.rows.extend(patch.rows.clone());
        self.tags.extend(patch.tags.clone());
        for patch in &patch.items {
            apply_item(&mut self.items, patch, made);
        }
        self.seen.extend(&patch.seen);
        for part in &patch.parts {
            self.settle(part);
        }
    }

    fn settle(&mut self, part: &Part) {
        match part {
            Part::Highlevel { row, value } => self.moving(row).highlevel.clone_from(value),
            Part::Profile { row, value } => self.moving(row).profile.clone_from(value),
            Part::Card { row, value } => self.moving(row).card.clone_from(value),
            Part::Held { row } => self.moving(row).held = true,
            Part::Tag { tag, on, present } => {
                let tag = self.tags.get_or_default(tag.clone());
                match on {
                    Service::HighLevel => tag.highlevel = *present,
                    Service::Aimfox => tag.aimfox = *present,
                }
            }
        }
    }

    fn moving(&mut self, row: &Text) -> &mut RowBase {
        let row = self.rows.get_or_default(row.clone());
        row.held = false;
        row
    }
}

fn apply_item(items: &mut BTreeMap<String, ItemBase>, patch: &ItemPatch, made: Option<&str>) {
    match patch {
        ItemPatch::Put { item, makes } => {
            let mut item = item.clone();
            match (makes, made) {
                (None, _) => {}
                (Some(Made::Highlevel), Some(id)) => item.highlevel_id = Some(id.to_owned()),
                (Some(Made::Note), Some(id)) => item.note_id = Some(id.to_owned()),
                // Nobody knows what was made; the mark on it will tell.
                (Some(_), None) => return,
            }
            // An item that was seen on one side only gives way to the pair.
            items.retain(|_, other| {
                let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
                let same_item =
                    other.kind == item.kind && same(&other.highlevel_id, &item.highlevel_id);
                !(same_item || same(&other.note_id, &item.note_id))
            });
            items.insert(item.key(), item);
        }
        ItemPatch::Move {
            key,
            highlevel,
            note,
        } => {
            if let Some(item) = items.get_mut(key) {
                item.highlevel.extend(highlevel.clone());
                item.note.extend(note.clone());
            }
        }
        ItemPatch::Lose { key, half } => {
            if let Some(mut item) = items.remove(key) {
                match half {
                    Made::Highlevel => {
                        item.highlevel_id = None;
                        item.highlevel.clear();
                    }
                    Made::Note => {
                        item.note_id = None;
                        item.note.clear();
                    }
                }
                items.insert(item.key(), item);
            }
        }
        ItemPatch::Forget { key } => drop(items.remove(key)),
    }
}
