//! What a difference between two readings of a person means.

use std::collections::{BTreeSet, HashMap};

use foxbridge_contract::AppError;
use foxbridge_model::{Person, Service};
use foxbridge_store::{Echo, NewEvent, Seen, SyncRow};
use serde_json::{Map, Value, json};

use super::notes::{Whose, of_lead};
use super::{ANY_FIELD, echoed, field_echo, tag_echo};
use crate::{App, convert, error};

/// Whose records are read, and for which sync.
pub(crate) struct About {
    sync: String,
    connection: String,
    service: Service,
    at: i64,
    /// The other half of every linked person.
    counterparts: HashMap<String, String>,
}

impl About {
    /// The people of one side of a sync.
    pub(crate) fn new(app: &App, sync: &SyncRow, service: Service) -> Result<Self, AppError> {
        let links = app.store().links().list(&sync.id).map_err(error::store)?;
        let linked = links.into_iter().filter(|link| link.broken.is_none());
        let counterparts = linked
            .map(|link| match service {
                Service::HighLevel => (link.contact_id, link.lead_id),
                Service::Aimfox => (link.lead_id, link.contact_id),
            })
            .collect();
        let connection = match service {
            Service::HighLevel => &sync.highlevel,
            Service::Aimfox => &sync.aimfox,
        };
        Ok(Self {
            sync: sync.id.clone(),
            connection: connection.clone(),
            service,
            at: app.now(),
            counterparts,
        })
    }

    /// A happening that is about a person.
    pub(super) fn person_event(
        &self,
        trigger: &str,
        what: &str,
        person: &Person,
        more: Value,
    ) -> NewEvent {
        let mut payload = json!({
            "name": person.name,
            "email": person.identities.emails.first(),
            "phone": person.identities.phones.first(),
            "linkedin_url": linkedin(person),
            "counterpart": self.counterparts.get(&person.id),
        });
        merge(&mut payload, more);
        self.event(trigger, what, &person.id, payload)
    }

    /// A happening at a record of this side.
    pub(super) fn event(&self, trigger: &str, what: &str, record: &str, more: Value) -> NewEvent {
        let mut payload = json!({
            "at": convert::time(self.at),
            "sync": self.sync,
            "service": self.service.as_str(),
            "record": record,
        });
        merge(&mut payload, more);
        NewEvent {
            key: format!("{trigger}:{}:{record}:{what}:{}", self.connection, self.at),
            trigger: trigger.to_owned(),
            at: self.at,
            sync: Some(self.sync.clone()),
            connection: Some(self.connection.clone()),
            depth: 0,
            ours: false,
            payload,
        }
    }

    /// Somebody in a campaign accepted or replied. Built from what the mirror knows of the lead and
    /// from the row of the list of transitions.
    pub(super) fn lead_event(&self, trigger: &str, id: &str, row: &Value) -> NewEvent {
        let target = &row["target"];
        let text = |key: &str| target[key].as_str().map(str::trim).unwrap_or_default();
        let name = match text("full_name") {
            "" => format!("{} {}", text("first_name"), text("last_name")),
            full => full.to_owned(),
        };
        let slug = foxbridge_model::Slug::parse(text("public_identifier")).ok();
        let payload = json!({
            "name": name.trim(),
            "email": target["email"],
            "phone": null,
            "linkedin_url": slug.as_ref().map(foxbridge_model::profile_url),
            "counterpart": self.counterparts.get(id),
            "campaign": row["campaign_id"],
            "campaign_name": row["campaign_name"],
            "happened_at": row["timestamp"],
            "seat": row["account_id"],
        });
        let when = row["timestamp"].as_str().unwrap_or_default();
        let mut event = self.event(trigger, when, id, payload);
        // The same thing told by a webhook has the same key.
        event.key = lead_key(trigger, id, when);
        event
    }

    /// A linked person that a read has proved to be gone. `before` is what was known of it.
    pub(crate) fn gone(&self, before: &Person) -> NewEvent {
        let mut event = self.person_event("foxbridge.contact.deleted", "gone", before, json!({}));
        // Told again by a run that was cut short: one happening.
        event.key = format!(
            "foxbridge.contact.deleted:{}:{}",
            self.connection, before.id
        );
        event
    }
}

/// The key of somebody's acceptance or reply, whoever tells of it: times are compared to the minute,
/// which is as exactly as two lists of one service agree.
pub(crate) fn lead_key(trigger: &str, lead: &str, when: &str) -> String {
    let minute = when.get(..16).unwrap_or(when);
    format!("{trigger}:{lead}:{minute}")
}

fn merge(payload: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (payload, more) {
        into.extend::<Map<String, Value>>(more);
    }
}

fn linkedin(person: &Person) -> Option<String> {
    person
        .identities
        .slugs
        .first()
        .map(foxbridge_model::profile_url)
}

/// Finds what we did ourselves among what is different.
struct Ours<'a>(&'a [Echo]);

impl Ours<'_> {
    fn mark(&self, mut event: NewEvent, what: &str) -> NewEvent {
        echoed(&mut event, self.0, what);
        event
    }
}

fn person_of(content: &Value) -> Option<Person> {
    serde_json::from_value(content.get("person")?.clone()).ok()
}

/// Every happening between two readings.
pub(super) fn differences(about: &About, seen: &Seen<'_>) -> Vec<NewEvent> {
    let Some(after) = person_of(seen.after) else {
        return Vec::new();
    };
    let ours = Ours(seen.echoes);
    let Some(before) = seen.before.and_then(person_of) else {
        let event = about.person_event("foxbridge.contact.created", "made", &after, json!({}));
        let mut event = ours.mark(event, super::WRITTEN);
        // A contact that carries a stamp was made by a sync.
        event.ours |= about.service == Service::HighLevel && after.identities.lead_id.is_some();
        let ours_made = event.ours;
        let mut events = vec![event];
        if ours_made {
            events.extend(since_made(about, &after, &ours));
        }
        return events;
    };
    let mut events = fields(about, &before, &after, &ours);
    events.extend(tags(about, &before, &after, &ours));
    if let (Some(old), Some(new)) = (&before.notes, &after.notes) {
        let whose = Whose {
            about,
            person: &after.id,
            name: &after.name,
        };
        events.extend(whose.differences(&of_lead(old), &of_lead(new), seen));
    }
    events
}

/// What somebody did to a record between our making it and its first reading: tags that we did not
/// give it, and "do not disturb", which we never set.
fn since_made(about: &About, after: &Person, ours: &Ours<'_>) -> Vec<NewEvent> {
    let mut bare = after.clone();
    bare.tags = Default::default();
    bare.fields.remove("dnd");
    let mut events = fields(about, &bare, after, ours);
    events.extend(tags(about, &bare, after, ours));
    events
}

fn fields(about: &About, before: &Person, after: &Person, ours: &Ours<'_>) -> Vec<NewEvent> {
    if before.detailed != after.detailed {
        // More or less of the same profile was read: nobody changed it.
        return Vec::new();
    }
    let keys: BTreeSet<&String> = before.fields.keys().chain(after.fields.keys()).collect();
    let mut events = Vec::new();
    let mut names = Vec::new();
    let (mut all_ours, mut depth) = (true, 0);
    for key in keys {
        let (old, new) = (before.fields.get(key), after.fields.get(key));
        if old == new {
            continue;
        }
        let more = json!({ "field": key, "before": old, "after": new });
        let event = about.person_event("foxbridge.contact.field_changed", key, after, more);
        let written = new.map(foxbridge_model::Value::display);
        let event = ours.mark(event, &field_echo(key, written.as_deref()));
        let event = ours.mark(event, &field_echo(ANY_FIELD, written.as_deref()));
        all_ours &= event.ours;
        depth = depth.max(event.depth);
        events.push(event);
        names.push(key.clone());
    }
    if !names.is_empty() {
        let more = json!({ "fields": names });
        let mut event = about.person_event("foxbridge.contact.updated", "fields", after, more);
        event.ours = all_ours;
        event.depth = depth;
        events.push(event);
    }
    events
}

fn tags(about: &About, before: &Person, after: &Person, ours: &Ours<'_>) -> Vec<NewEvent> {
    let mut events = Vec::new();
    for (trigger, sign, from, to) in [
        ("foxbridge.tag.added", '+', &before.tags, &after.tags),
        ("foxbridge.tag.removed", '-', &after.tags, &before.tags),
    ] {
        for (key, tag) in to.iter().filter(|(key, _)| !from.contains(key)) {
            let event = about.person_event(trigger, key.as_str(), after, json!({ "tag": tag }));
            events.push(ours.mark(event, &tag_echo(sign, tag)));
        }
    }
    events
}
