//! Guards: what stops a run before it does damage.

use serde::{Deserialize, Serialize};

use crate::{ChangeKind, ObjectKind, Plan};

/// Limits; a run over one of them stops before its first write and asks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guards {
    /// A listing may lose this share of its records from one run to the next.
    pub shrink_share: f64,
    /// This share of the linked people may be changed in one run …
    pub update_share: f64,
    /// … but so many may be in any case.
    pub update_floor: usize,
    /// After the first run, so many contacts may be made at once, or as many as are linked.
    pub create_floor: usize,
}

impl Default for Guards {
    fn default() -> Self {
        Self {
            shrink_share: 0.5,
            update_share: 0.5,
            update_floor: 50,
            create_floor: 500,
        }
    }
}

/// Why a run was stopped. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Which guard.
    pub guard: String,
    /// What it saw and why that is suspicious.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// A listing that lost much of what it showed last time is a broken key, a wrong account or a
/// paging fault far more often than a real clean-up.
pub fn check_listing(what: &str, before: usize, now: usize, guards: &Guards) -> Result<(), Stop> {
    let least = before as f64 * (1.0 - guards.shrink_share);
    if before >= 20 && (now as f64) < least {
        return Err(Stop {
            guard: "shrunken_listing".to_owned(),
            message: format!(
                "{what} showed {now} records, where the last run saw {before}. That looks like a \
                 wrong account or a fault at the service rather than a clean-up."
            ),
            hint: "Look at the account in the service. If the records are really gone, run again \
                   with --approve (in the window: \"Run past the guard\")."
                .to_owned(),
        });
    }
    Ok(())
}

/// A plan that changes most of the people who were at rest is a changed format or a wrong mapping
/// far more often than real edits; one that makes more people than are linked is a widened filter
/// more often than a big campaign. Links, and everything in a first run, are no mass change.
pub fn check_plan(
    plan: &Plan,
    linked_before: usize,
    first_run: bool,
    guards: &Guards,
) -> Result<(), Stop> {
    if first_run {
        return Ok(());
    }
    let creates = plan.count(ChangeKind::Create);
    let most = guards.create_floor.max(linked_before);
    if creates > most {
        return Err(Stop {
            guard: "mass_create".to_owned(),
            message: format!(
                "This run would make {creates} contacts, where {linked_before} people are linked; \
                 the guard allows {most} at once."
            ),
            hint: "Look at a rehearsal. If so many new leads are right, run again with --approve \
                   (in the window: \"Run past the guard\")."
                .to_owned(),
        });
    }
    let mut touched: Vec<&str> = plan
        .changes
        .iter()
        .filter(|c| matches!(c.kind, ChangeKind::Update | ChangeKind::Delete))
        .filter(|c| {
            matches!(
                c.object,
                ObjectKind::Contact | ObjectKind::Lead | ObjectKind::Tag
            )
        })
        .filter_map(|c| c.record.lead_id.as_deref())
        .collect();
    touched.sort_unstable();
    touched.dedup();
    let limit = guards
        .update_floor
        .max((linked_before as f64 * guards.update_share) as usize);
    if touched.len() > limit {
        return Err(Stop {
            guard: "mass_update".to_owned(),
            message: format!(
                "This run would change {} of {linked_before} linked people; the guard allows \
                 {limit} at once.",
                touched.len()
            ),
            hint: "Look at a rehearsal. If the changes are right, run again with --approve (in \
                   the window: \"Run past the guard\")."
                .to_owned(),
        });
    }
    Ok(())
}
