//! A run of a part of its plan: what was approved in a rehearsal, or some kinds of object.
//!
//! Both services are read again first, so the plan may differ from the rehearsed one. A change is made
//! only if it is, to the letter, one that was approved; what has become different meanwhile waits for
//! the next rehearsal.

use std::collections::{BTreeSet, HashSet};

use foxbridge_contract::{AppError, ObjectKind};
use foxbridge_engine::{Action, ChangeKind, Plan};
use foxbridge_model::Text;

use crate::{App, convert, error};

/// What may be done.
pub(super) struct Approved {
    actions: HashSet<String>,
}

/// What was taken out of a plan.
#[derive(Default)]
pub(super) struct LeftOut {
    /// How many changes.
    pub(super) changes: usize,
    /// The people they are about.
    pub(super) people: usize,
}

impl Approved {
    /// What was approved in a rehearsal.
    pub(super) fn of(app: &App, rehearsal: &str) -> Result<Self, AppError> {
        let actions = app
            .store()
            .decisions()
            .approved(rehearsal)
            .map_err(error::store)?;
        // Read as actions and written again, so that both have the same spelling.
        let actions = actions
            .into_iter()
            .filter_map(|action| serde_json::from_value::<Action>(action).ok())
            .map(|action| spelt(&action))
            .collect();
        Ok(Self { actions })
    }

    /// Takes everything else out of a plan. Of a pair whose link was not approved nothing is done;
    /// definitions are made where something approved needs them.
    pub(super) fn narrow(&self, plan: &mut Plan) -> LeftOut {
        let unlinked: BTreeSet<Text> = plan
            .changes
            .iter()
            .filter(|change| change.kind == ChangeKind::Link && !self.has(&change.action))
            .filter_map(|change| change.record.lead_id.clone())
            .collect();
        let before = plan.changes.len();
        let mut out = BTreeSet::new();
        plan.changes.retain(|change| {
            let lead = change.record.lead_id.as_ref();
            let keep = change.kind == ChangeKind::Prepare
                || self.has(&change.action) && !lead.is_some_and(|lead| unlinked.contains(lead));
            if !keep {
                out.extend(lead.cloned());
            }
            keep
        });
        drop_unneeded(plan);
        plan.adopt.retain(|(lead, _)| !unlinked.contains(lead));
        LeftOut {
            changes: before - plan.changes.len(),
            people: out.len(),
        }
    }

    fn has(&self, action: &Action) -> bool {
        self.actions.contains(&spelt(action))
    }
}

impl std::ops::AddAssign for LeftOut {
    fn add_assign(&mut self, other: Self) {
        self.changes += other.changes;
        self.people += other.people;
    }
}

/// Takes out of a plan what is about other kinds of object. Links write nothing and stay, as what is
/// wanted may build on them; definitions stay where something wanted needs them.
pub(super) fn narrow_to(objects: &[ObjectKind], plan: &mut Plan) -> LeftOut {
    let before = plan.changes.len();
    let mut out = BTreeSet::new();
    plan.changes.retain(|change| {
        let keep = matches!(change.kind, ChangeKind::Prepare | ChangeKind::Link)
            || objects.contains(&convert::object(change.object));
        if !keep {
            out.extend(change.record.lead_id.clone());
        }
        keep
    });
    drop_unneeded(plan);
    LeftOut {
        changes: before - plan.changes.len(),
        people: out.len(),
    }
}

/// Takes definitions out of a plan that nothing in it needs.
fn drop_unneeded(plan: &mut Plan) {
    let needed: Vec<bool> = plan
        .changes
        .iter()
        .map(|change| change.kind != ChangeKind::Prepare || needs(plan, &change.action))
        .collect();
    let mut needed = needed.into_iter();
    plan.changes.retain(|_| needed.next().unwrap_or(true));
}

fn spelt(action: &Action) -> String {
    serde_json::to_string(action).unwrap_or_default()
}

/// Whether something in the plan needs a definition.
fn needs(plan: &Plan, definition: &Action) -> bool {
    plan.changes
        .iter()
        .any(|change| match (&change.action, definition) {
            (
                Action::CreateContact { stamps, .. } | Action::UpdateContact { stamps, .. },
                Action::CreateCustomField { stamp },
            ) => stamps.contains_key(stamp),
            (Action::AttachLabel { label, .. }, Action::CreateLabel { name }) => {
                foxbridge_model::TagKey::new(name).as_ref() == Some(label)
            }
            _ => false,
        })
}
