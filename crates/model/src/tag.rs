//! Tags (HighLevel) and labels (Aimfox): one idea, two words.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Text;

/// The normal form of a tag's or label's name: trimmed, runs of white space folded, lower case.
///
/// HighLevel lower-cases tag names when it applies them; Aimfox keeps the spelling of a label
/// (`facts/highlevel.md` §1.9, `facts/aimfox.md` §2.6).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TagKey(Text);

impl TagKey {
    /// `None` for a name with nothing in it.
    pub fn new(name: &str) -> Option<Self> {
        let key = name
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase();
        (!key.is_empty()).then(|| Self(key.into()))
    }

    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The normal form, shared.
    pub fn text(&self) -> Text {
        self.0.clone()
    }
}

impl fmt::Display for TagKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Tags of a record: normal form to the spelling the service shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TagSet(BTreeMap<TagKey, String>);

impl TagSet {
    /// Whether a tag is in the set, however it is spelled.
    pub fn contains(&self, key: &TagKey) -> bool {
        self.0.contains_key(key)
    }

    /// Normal forms, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &TagKey> {
        self.0.keys()
    }

    /// Normal form and spelling, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&TagKey, &str)> {
        self.0.iter().map(|(k, v)| (k, v.as_str()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<S: AsRef<str>> FromIterator<S> for TagSet {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self(
            names
                .into_iter()
                .filter_map(|name| {
                    let name = name.as_ref();
                    TagKey::new(name).map(|key| (key, name.trim().to_owned()))
                })
                .collect(),
        )
    }
}
