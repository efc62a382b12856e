//! The engine's and the store's words in those of the contract.

use foxbridge_contract as contract;
use foxbridge_engine as engine;
use foxbridge_model::{Service, Value};
use serde_json::{Map, Value as Json};

pub(crate) fn service(service: Service) -> contract::ServiceName {
    match service {
        Service::HighLevel => contract::ServiceName::Highlevel,
        Service::Aimfox => contract::ServiceName::Aimfox,
    }
}

/// RFC 3339 in UTC, to the millisecond.
pub(crate) fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |t| format!("{t:.3}"))
}

pub(crate) fn tag_writes(writes: engine::TagWrites) -> contract::TagWrites {
    match writes {
        engine::TagWrites::Off => contract::TagWrites::Off,
        engine::TagWrites::Edits => contract::TagWrites::Edits,
        engine::TagWrites::All => contract::TagWrites::All,
    }
}

pub(crate) fn tag_writes_back(writes: contract::TagWrites) -> engine::TagWrites {
    match writes {
        contract::TagWrites::Off => engine::TagWrites::Off,
        contract::TagWrites::Edits => engine::TagWrites::Edits,
        contract::TagWrites::All => engine::TagWrites::All,
    }
}

pub(crate) fn direction(direction: engine::Direction) -> contract::Direction {
    match direction {
        engine::Direction::Both => contract::Direction::Both,
        engine::Direction::ToHighlevel => contract::Direction::ToHighlevel,
        engine::Direction::ToAimfox => contract::Direction::ToAimfox,
        engine::Direction::Off => contract::Direction::Off,
    }
}

pub(crate) fn direction_back(direction: contract::Direction) -> engine::Direction {
    match direction {
        contract::Direction::Both => engine::Direction::Both,
        contract::Direction::ToHighlevel => engine::Direction::ToHighlevel,
        contract::Direction::ToAimfox => engine::Direction::ToAimfox,
        contract::Direction::Off => engine::Direction::Off,
    }
}

pub(crate) fn policy(policy: engine::ConflictPolicy) -> contract::ConflictPolicy {
    match policy {
        engine::ConflictPolicy::HighlevelWins => contract::ConflictPolicy::HighlevelWins,
        engine::ConflictPolicy::AimfoxWins => contract::ConflictPolicy::AimfoxWins,
        engine::ConflictPolicy::NewestSeen => contract::ConflictPolicy::NewestSeen,
        engine::ConflictPolicy::Ask => contract::ConflictPolicy::Ask,
    }
}

pub(crate) fn policy_back(policy: contract::ConflictPolicy) -> engine::ConflictPolicy {
    match policy {
        contract::ConflictPolicy::HighlevelWins => engine::ConflictPolicy::HighlevelWins,
        contract::ConflictPolicy::AimfoxWins => engine::ConflictPolicy::AimfoxWins,
        contract::ConflictPolicy::NewestSeen => engine::ConflictPolicy::NewestSeen,
        contract::ConflictPolicy::Ask => engine::ConflictPolicy::Ask,
    }
}

pub(crate) fn items(items: &engine::ItemSettings) -> contract::ItemSettings {
    let rules = |rules: &engine::ItemRules| contract::ItemRules {
        direction: direction(rules.direction),
        on_conflict: policy(rules.on_conflict),
        when_deleted: match rules.when_deleted {
            engine::WhenDeleted::Unlink => contract::WhenDeleted::Unlink,
            engine::WhenDeleted::Mark => contract::WhenDeleted::Mark,
            engine::WhenDeleted::Ask => contract::WhenDeleted::Ask,
        },
        history: rules.history,
    };
    contract::ItemSettings {
        notes: rules(&items.notes),
        tasks: rules(&items.tasks),
        appointments: rules(&items.appointments),
        conversations: rules(&items.conversations),
    }
}

/// The choices about items, if they can be kept.
pub(crate) fn items_back(
    items: &contract::ItemSettings,
) -> Result<engine::ItemSettings, contract::AppError> {
    let rules = |rules: &contract::ItemRules| engine::ItemRules {
        direction: direction_back(rules.direction),
        on_conflict: policy_back(rules.on_conflict),
        when_deleted: match rules.when_deleted {
            contract::WhenDeleted::Unlink => engine::WhenDeleted::Unlink,
            contract::WhenDeleted::Mark => engine::WhenDeleted::Mark,
            contract::WhenDeleted::Ask => engine::WhenDeleted::Ask,
        },
        history: rules.history,
    };
    for (what, chosen) in [
        ("Tasks", &items.tasks),
        ("Appointments", &items.appointments),
    ] {
        if chosen.direction == contract::Direction::ToHighlevel {
            return Err(contract::AppError::new(
                contract::ErrorCode::BadRequest,
                format!("{what} cannot go to HighLevel only. Nothing was changed."),
            )
            .hint("They live in HighLevel, and a note in Aimfox stands for each: choose to_aimfox, both or off."));
        }
    }
    if matches!(
        items.conversations.direction,
        contract::Direction::Both | contract::Direction::ToAimfox
    ) {
        return Err(contract::AppError::new(
            contract::ErrorCode::BadRequest,
            "Conversations only go to HighLevel. Nothing was changed.",
        )
        .hint("What is written in a LinkedIn conversation reaches a person: choose to_highlevel or off."));
    }
    Ok(engine::ItemSettings {
        notes: rules(&items.notes),
        tasks: rules(&items.tasks),
        appointments: rules(&items.appointments),
        conversations: rules(&items.conversations),
    })
}

pub(crate) fn mapping_row(row: &engine::MappingRow) -> contract::MappingRow {
    contract::MappingRow {
        id: row.id.to_string(),
        label: row.label.to_string(),
        aimfox: row.aimfox.to_string(),
        highlevel: row.highlevel.to_string(),
        direction: direction(row.direction),
        on_conflict: policy(row.on_conflict),
        kind: same_words(&row.kind),
        create_only: row.create_only,
        transform: same_words(&row.transform),
    }
}

pub(crate) fn mapping_row_back(row: &contract::MappingRow) -> engine::MappingRow {
    engine::MappingRow {
        id: (&row.id).into(),
        label: (&row.label).into(),
        aimfox: (&row.aimfox).into(),
        highlevel: (&row.highlevel).into(),
        kind: same_words(&row.kind),
        direction: same_words(&row.direction),
        on_conflict: same_words(&row.on_conflict),
        create_only: row.create_only,
        transform: same_words(&row.transform),
    }
}

/// A value of a type that exists in both vocabularies under the same words. That they are the same
/// is held by a test; a word that one side lacks is a fault of ours.
#[allow(clippy::expect_used, reason = "the test below walks every word")]
pub(crate) fn same_words<A: serde::Serialize, B: serde::de::DeserializeOwned>(from: &A) -> B {
    serde_json::to_value(from)
        .and_then(serde_json::from_value)
        .expect("the contract and the engine use the same words")
}

pub(crate) fn record(record: &engine::Record) -> contract::RecordRef {
    contract::RecordRef {
        name: String::from(&record.name),
        contact_id: record.contact_id.as_ref().map(String::from),
        lead_id: record.lead_id.as_ref().map(String::from),
    }
}

/// One side of a change as an object by field id; `null` when every field is blank.
fn side(
    fields: &[engine::FieldDelta],
    pick: impl Fn(&engine::FieldDelta) -> Option<&Value>,
) -> Json {
    let mut map = Map::new();
    for delta in fields {
        let Some(value) = pick(delta) else { continue };
        let value = serde_json::to_value(value).unwrap_or_default();
        match map.get_mut(delta.field.as_str()) {
            // Several tags are one field.
            Some(Json::Array(list)) => list.push(value),
            Some(first) => *first = Json::Array(vec![first.take(), value]),
            None => drop(map.insert(delta.field.to_string(), value)),
        }
    }
    if map.is_empty() {
        Json::Null
    } else {
        Json::Object(map)
    }
}

pub(crate) fn effect(operation: &str) -> contract::EffectName {
    match foxbridge_catalog::find(operation).map(|operation| operation.effect) {
        Some(effect) => effect_name(effect),
        None => contract::EffectName::Write,
    }
}

pub(crate) fn effect_name(effect: foxbridge_catalog::Effect) -> contract::EffectName {
    use foxbridge_catalog::Effect;
    match effect {
        Effect::Read => contract::EffectName::Read,
        Effect::Write => contract::EffectName::Write,
        Effect::Outreach => contract::EffectName::Outreach,
        Effect::Destructive => contract::EffectName::Destructive,
    }
}

pub(crate) fn change_kind(kind: engine::ChangeKind) -> contract::ChangeKind {
    match kind {
        engine::ChangeKind::Prepare => contract::ChangeKind::Prepare,
        engine::ChangeKind::Link => contract::ChangeKind::Link,
        engine::ChangeKind::Create => contract::ChangeKind::Create,
        engine::ChangeKind::Update => contract::ChangeKind::Update,
        engine::ChangeKind::Delete => contract::ChangeKind::Delete,
    }
}

pub(crate) fn object(kind: engine::ObjectKind) -> contract::ObjectKind {
    match kind {
        engine::ObjectKind::Contact => contract::ObjectKind::Contact,
        engine::ObjectKind::Lead => contract::ObjectKind::Lead,
        engine::ObjectKind::Link => contract::ObjectKind::Link,
        engine::ObjectKind::Tag => contract::ObjectKind::Tag,
        engine::ObjectKind::CustomField => contract::ObjectKind::CustomField,
        engine::ObjectKind::Label => contract::ObjectKind::Label,
        engine::ObjectKind::Note => contract::ObjectKind::Note,
        engine::ObjectKind::Task => contract::ObjectKind::Task,
        engine::ObjectKind::Appointment => contract::ObjectKind::Appointment,
        engine::ObjectKind::Conversation => contract::ObjectKind::Conversation,
    }
}

pub(crate) fn change(seq: u32, change: &engine::Change) -> contract::Change {
    let operation = change.action.operation().unwrap_or_default();
    contract::Change {
        seq,
        object: object(change.object),
        service: match change.action.service() {
            Some(Service::HighLevel) => contract::Place::Highlevel,
            Some(Service::Aimfox) => contract::Place::Aimfox,
            None => contract::Place::Foxbridge,
        },
        operation: operation.to_owned(),
        kind: change_kind(change.kind),
        record: record(&change.record),
        before: side(&change.fields, |delta| delta.before.as_ref()),
        after: side(&change.fields, |delta| delta.after.as_ref()),
        fields: change.fields.iter().map(field).collect(),
        reason: change.reason.to_string(),
        effect: effect(operation),
        warning: change.warning.as_deref().map(str::to_owned),
        state: contract::ChangeState::Planned,
        error: None,
        undo: None,
        decision: None,
    }
}

fn field(delta: &engine::FieldDelta) -> contract::FieldChange {
    contract::FieldChange {
        field: delta.field.to_string(),
        label: delta.label.to_string(),
        before: delta.before.as_ref().map(Value::display),
        after: delta.after.as_ref().map(Value::display),
        loser: delta.loser.as_ref().map(|loser| contract::Loser {
            service: service(loser.service),
            value: loser.value.display(),
        }),
    }
}

pub(crate) fn question(question: &engine::Question, now: i64) -> contract::NeedsYou {
    contract::NeedsYou {
        options: None,
        answer: None,
        id: question.key.clone(),
        kind: question.kind.clone(),
        record: record(&question.record),
        what: question.what.clone(),
        why: question.why.clone(),
        next: question.next.clone(),
        choices: question
            .choices
            .iter()
            .map(|(whose, id, label)| contract::Choice {
                service: service(*whose),
                id: id.as_ref().map(String::from),
                label: label.clone(),
            })
            .collect(),
        since: time(now),
    }
}

/// The word a unit variant has in JSON: states and kinds are stored under it.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Json::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks every word both ways.
    #[test]
    fn the_contract_and_the_engine_use_the_same_words() {
        let transforms = serde_json::json!([
            { "kind": "case", "to": "lower" },
            { "kind": "case", "to": "upper" },
            { "kind": "case", "to": "title" },
            { "kind": "case", "to": "sentence" },
            { "kind": "trim" },
            { "kind": "join", "fields": ["a"], "separator": " " },
            { "kind": "split", "separator": ",", "part": -1 },
            { "kind": "date", "to": "%Y" },
            { "kind": "date", "from": "%d", "to": "%Y" },
            { "kind": "phone", "format": "e164" },
            { "kind": "phone", "format": "international" },
            { "kind": "phone", "format": "national" },
            { "kind": "map", "pairs": [{ "from": "a", "to": "b" }], "otherwise": { "do": "keep" } },
            { "kind": "map", "pairs": [], "otherwise": { "do": "blank" } },
            { "kind": "map", "pairs": [], "otherwise": { "do": "value", "value": "x" } },
            { "kind": "default", "value": "x" },
            { "kind": "expression", "cel": "value" },
        ]);
        let parsed: Vec<contract::Transform> =
            serde_json::from_value(transforms.clone()).expect("the contract knows them");
        let there: Vec<engine::Transform> = same_words(&parsed);
        assert_eq!(
            serde_json::to_value(&there).ok(),
            Some(transforms),
            "a step is the same on both sides of the wire"
        );
        for kind in [
            "text", "name", "email", "phone", "url", "number", "date", "flag", "list",
        ] {
            let there: foxbridge_model::FieldKind =
                serde_json::from_value(kind.into()).expect("the model knows it");
            let here: contract::FieldKindName = same_words(&there);
            assert_eq!(word(&here), kind, "a kind of field");
        }
        for (direction, policy) in [
            (contract::Direction::Both, contract::ConflictPolicy::Ask),
            (
                contract::Direction::ToAimfox,
                contract::ConflictPolicy::AimfoxWins,
            ),
            (
                contract::Direction::ToHighlevel,
                contract::ConflictPolicy::HighlevelWins,
            ),
            (contract::Direction::Off, contract::ConflictPolicy::Ask),
        ] {
            let there: engine::Direction = same_words(&direction);
            assert_eq!(word(&there), word(&direction), "a direction");
            let there: engine::ConflictPolicy = same_words(&policy);
            assert_eq!(word(&there), word(&policy), "a policy");
        }
    }
}
