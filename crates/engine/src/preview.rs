//! What a mapping would do, before it is saved: for one person row by row, and to how many people.

use std::collections::{BTreeMap, HashMap};

use foxbridge_model::{Person, Text, Value};

use crate::plan::Rows;
use crate::{
    Action, Base, Decision, RowInput, Settings, Snapshot, decide, find_card, parse_card, plan,
    rebase,
};

/// What would become of one field of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// Nothing: the sides agree, or may differ.
    Rest,
    /// HighLevel gets this.
    ToHighlevel(Value),
    /// The card gets this; `None` takes the line away.
    ToAimfox(Option<Value>),
    /// It would be asked.
    Ask,
    /// The transform does not work here.
    Broken(String),
}

/// One row for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowPreview {
    /// The row.
    pub row: String,
    /// The lead's profile, as read.
    pub profile: Option<Value>,
    /// The card's line, as read.
    pub card: Option<Value>,
    /// HighLevel's value, as read.
    pub highlevel: Option<Value>,
    /// What the transform makes of the side that it works on; as read where there is none.
    pub result: Option<Value>,
    /// What the next run would do about it.
    pub outcome: RowOutcome,
}

/// Every row of a mapping for one person. `contact` is `None` for a lead that would become a new
/// contact; `base` is as it would be under this mapping.
pub fn preview(
    settings: &Settings,
    lead: &Person,
    contact: Option<&Person>,
    base: Option<&Base>,
) -> Vec<RowPreview> {
    let rows = Rows::of(settings);
    let card = lead.notes.as_deref().and_then(find_card);
    let lines = card
        .map(|card| parse_card(&card.text, &settings.mapping))
        .unwrap_or_default();
    let nobody = Person {
        fields: BTreeMap::new(),
        ..lead.clone()
    };
    let other = contact.unwrap_or(&nobody);
    settings
        .mapping
        .iter()
        .map(|row| {
            let line = lines.get(&row.id);
            let mut seen = RowPreview {
                row: row.id.to_string(),
                profile: lead.fields.get(row.aimfox.as_str()).cloned(),
                card: line.cloned(),
                highlevel: other.fields.get(row.highlevel.as_str()).cloned(),
                result: None,
                outcome: RowOutcome::Rest,
            };
            let (profile, highlevel) = match rows.read(row, lead, other) {
                Ok(read) => read,
                Err(e) => {
                    seen.outcome = RowOutcome::Broken(e.to_string());
                    return seen;
                }
            };
            seen.result = if row.direction.to_highlevel() {
                profile.clone()
            } else {
                highlevel.clone()
            };
            let canonical = |value: Option<&Value>| {
                value.and_then(|value| row.kind.canonical(value, settings.region))
            };
            let now = RowInput {
                highlevel: canonical(highlevel.as_ref()),
                profile: canonical(profile.as_ref()),
                card: canonical(line),
            };
            if contact.is_none() {
                if row.direction.to_highlevel()
                    && let Some(value) = profile
                {
                    seen.outcome = RowOutcome::ToHighlevel(value);
                }
                return seen;
            }
            if row.direction == crate::Direction::Off {
                return seen;
            }
            let row_base = base.and_then(|base| base.rows.get(&row.id));
            seen.outcome = match decide(row, row_base, &now) {
                Decision::Rest => RowOutcome::Rest,
                Decision::ToHighlevel { value, .. } => RowOutcome::ToHighlevel(value),
                Decision::ToAimfox { .. } => RowOutcome::ToAimfox(highlevel),
                Decision::Ask { .. } => RowOutcome::Ask,
            };
            seen
        })
        .collect()
}

/// Lead ids of the people to whom a new mapping does something else than the old one would, as far
/// as is known from the last reading, in order.
pub fn affected(snapshot: &Snapshot, old: &Settings, new: &Settings) -> Vec<String> {
    let before = by_lead(snapshot, old);
    let leads: HashMap<&str, &Person> = snapshot
        .leads
        .iter()
        .map(|lead| (lead.id.as_str(), lead))
        .collect();
    let mut moved = snapshot.clone();
    for (id, base) in &mut moved.bases {
        let lead = leads.get(id.as_str()).copied();
        if let Some(new_base) = rebase(&old.mapping, &new.mapping, lead, base, new.region) {
            *base = new_base;
        }
    }
    let mut after = by_lead(&moved, new);
    let mut changed: Vec<Text> = Vec::new();
    for (lead, actions) in before {
        if after.remove(&lead) != Some(actions) {
            changed.push(lead);
        }
    }
    changed.extend(after.into_keys());
    changed.sort_unstable();
    changed.iter().map(String::from).collect()
}

fn by_lead(snapshot: &Snapshot, settings: &Settings) -> HashMap<Text, Vec<Action>> {
    let mut actions: HashMap<Text, Vec<Action>> = HashMap::new();
    for change in plan(snapshot, settings).changes {
        if let (Some(lead), false) = (
            change.record.lead_id.clone(),
            matches!(change.action, Action::Link { .. }),
        ) {
            actions.entry(lead).or_default().push(change.action);
        }
    }
    actions
}
