//! Every trigger is sound on its own.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use foxbridge_catalog::{Fill, TriggerSource, find_trigger, sample, triggers};
use foxbridge_model::Service;

/// What Foxbridge promises to notice without a webhook.
const OWN: [&str; 22] = [
    "foxbridge.contact.created",
    "foxbridge.contact.updated",
    "foxbridge.contact.deleted",
    "foxbridge.contact.field_changed",
    "foxbridge.tag.added",
    "foxbridge.tag.removed",
    "foxbridge.note.created",
    "foxbridge.note.changed",
    "foxbridge.note.removed",
    "foxbridge.task.created",
    "foxbridge.task.changed",
    "foxbridge.task.removed",
    "foxbridge.task.due",
    "foxbridge.appointment.created",
    "foxbridge.appointment.changed",
    "foxbridge.appointment.removed",
    "foxbridge.lead.accepted",
    "foxbridge.lead.replied",
    "foxbridge.conflict.waiting",
    "foxbridge.run.finished",
    "foxbridge.run.failed",
    "foxbridge.schedule.due",
];

#[test]
fn the_list_is_whole() {
    let count = |service| {
        triggers()
            .iter()
            .filter(|row| row.service == service)
            .count()
    };
    assert!(
        triggers().len() >= 76,
        "76 triggers are promised, {} are there",
        triggers().len()
    );
    assert_eq!(
        count(Some(Service::Aimfox)),
        18,
        "Aimfox has 18 events (facts/aimfox.md §4)"
    );
    let own: HashSet<&str> = triggers()
        .iter()
        .filter(|row| row.service.is_none())
        .map(|row| row.id.as_str())
        .collect();
    assert_eq!(
        own,
        OWN.into_iter().collect(),
        "exactly the promised ones are our own"
    );
}

#[test]
fn every_row_says_what_it_is() {
    let mut seen = HashSet::new();
    for trigger in triggers() {
        let id = &trigger.id;
        assert!(seen.insert(id), "{id} names two rows");
        assert_eq!(find_trigger(id), Some(trigger));
        assert_eq!(id.split('.').count(), 3, "{id} is owner.thing.what");
        assert!(
            id.chars()
                .all(|c| c.is_ascii_lowercase() || c == '.' || c == '_'),
            "{id}: only lower case, so that it can be typed anywhere"
        );
        assert!(
            !trigger.title.is_empty() && !trigger.title.ends_with('.'),
            "{id}: title"
        );
        assert!(
            trigger.help.ends_with('.') && trigger.help.len() <= 120,
            "{id}: one line of help"
        );
        match trigger.service {
            Some(_) => {
                assert_eq!(
                    trigger.source,
                    TriggerSource::Webhook,
                    "{id}: services call us"
                );
                assert!(
                    id.split('.').nth(1) == Some("events"),
                    "{id} is an event of a service"
                );
            }
            None => {
                assert_ne!(
                    trigger.source,
                    TriggerSource::Webhook,
                    "{id}: nobody calls us for it"
                );
                assert_eq!(trigger.event, None, "{id} has no name in a service");
            }
        }
    }
    assert_eq!(find_trigger("foxbridge.nothing.happened"), None);
}

#[test]
fn payloads_are_schemas_and_have_samples() {
    for trigger in triggers() {
        let id = &trigger.id;
        let schema = &trigger.payload;
        assert!(
            jsonschema::draft202012::meta::is_valid(schema),
            "{id}: {schema}"
        );
        let payload = sample(schema, Fill::Everything);
        assert!(jsonschema::is_valid(schema, &payload), "{id}: {payload}");
        assert!(
            payload.as_object().is_some_and(|fields| !fields.is_empty()),
            "{id} carries something"
        );
    }
}
