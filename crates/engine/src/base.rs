//! The base: what each side showed when the two were last settled; the ancestor of the merge.

use std::collections::BTreeMap;

use foxbridge_model::{TagKey, Value};
use serde::{Deserialize, Serialize};

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

/// The base of one linked pair.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// By mapping row id.
    #[serde(default)]
    pub rows: BTreeMap<String, RowBase>,
    /// By tag.
    #[serde(default)]
    pub tags: BTreeMap<TagKey, TagBase>,
}

/// Part of a base that has been settled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasePatch {
    /// Rows, each replaced as a whole.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rows: BTreeMap<String, RowBase>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<TagKey, TagBase>,
}

impl BasePatch {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.tags.is_empty()
    }

    /// Leaves out what `base` already says.
    pub(crate) fn without_known(mut self, base: Option<&Base>) -> Self {
        if let Some(base) = base {
            self.rows.retain(|id, row| base.rows.get(id) != Some(row));
            self.tags.retain(|tag, was| base.tags.get(tag) != Some(was));
        }
        self
    }
}

impl Base {
    /// Moves the base.
    pub fn apply(&mut self, patch: &BasePatch) {
        for (id, row) in &patch.rows {
            self.rows.insert(id.clone(), row.clone());
        }
        for (tag, was) in &patch.tags {
            self.tags.insert(tag.clone(), *was);
        }
    }
}
