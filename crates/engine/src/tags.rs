//! Tags and labels: merged as sets, tag by tag, against the base.

use std::collections::BTreeSet;

use foxbridge_model::{Person, TagKey};

use crate::{Base, Few, TagBase, TagNames, TagRules, TagWrites};

/// What is to be done about one pair's tags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TagMerge {
    pub(crate) tags_to_add: Vec<TagKey>,
    pub(crate) tags_to_remove: Vec<TagKey>,
    pub(crate) labels_to_attach: Vec<TagKey>,
    pub(crate) labels_to_detach: Vec<TagKey>,
    /// What becomes the base at once, because there is nothing to write.
    pub(crate) settled: Few<TagKey, TagBase>,
}

/// The names that take part, given those each service knows.
pub(crate) fn names(
    rules: &TagRules,
    highlevel: &BTreeSet<TagKey>,
    aimfox: &BTreeSet<TagKey>,
) -> BTreeSet<TagKey> {
    match &rules.names {
        TagNames::Matching => highlevel.intersection(aimfox).cloned().collect(),
        TagNames::Chosen(names) => names.clone(),
    }
}

/// Whether labels may become tags in this run.
pub(crate) fn may_write_tags(rules: &TagRules, first_run: bool) -> bool {
    match rules.to_highlevel {
        TagWrites::Off => false,
        TagWrites::Edits => !first_run,
        TagWrites::All => true,
    }
}

/// Decides about the tags of one linked pair.
pub(crate) fn merge_tags(
    names: &BTreeSet<TagKey>,
    rules: &TagRules,
    first_run: bool,
    base: Option<&Base>,
    lead: &Person,
    contact: &Person,
    rebased: bool,
) -> TagMerge {
    let mut merge = TagMerge::default();
    let to_highlevel = may_write_tags(rules, first_run);
    for tag in names {
        let now = TagBase {
            highlevel: contact.tags.contains(tag),
            aimfox: lead.tags.contains(tag),
        };
        let was = base.and_then(|base| base.tags.get(tag)).copied();
        if rebased && base.is_some() && was.is_none() {
            // The name was chosen when the two were at rest; what is on one side only rests there.
            merge.settled.insert(tag.clone(), now);
            continue;
        }
        // Without a base a tag on one side counts as just added there.
        let before = was.unwrap_or_default();
        let changed_here = now.aimfox != before.aimfox;
        let changed_there = now.highlevel != before.highlevel;
        if now.highlevel == now.aimfox || changed_here == changed_there {
            // They agree, nothing moved, or each side moved away from an old disagreement.
            merge.settled.insert(tag.clone(), now);
        } else if changed_there && rules.to_aimfox {
            let list = if now.highlevel {
                &mut merge.labels_to_attach
            } else {
                &mut merge.labels_to_detach
            };
            list.push(tag.clone());
        } else if changed_here && to_highlevel {
            let list = if now.aimfox {
                &mut merge.tags_to_add
            } else {
                &mut merge.tags_to_remove
            };
            list.push(tag.clone());
        } else {
            // Held back by the user's choice: it is old news from now on.
            merge.settled.insert(tag.clone(), now);
        }
    }
    merge
}
