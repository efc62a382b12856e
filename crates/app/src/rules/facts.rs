//! What conditions and parameters see: the event, and the linked person as the mirror knows them.

use foxbridge_contract::AppError;
use foxbridge_model::{Person, Service};
use foxbridge_store::{EventRow, MirrorRow, SyncRow};
use serde_json::{Map, Value, json};

use super::line::id_of;
use crate::{App, convert, error};

/// Both halves of whoever an event is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Whom {
    pub(crate) contact: Option<String>,
    pub(crate) lead: Option<String>,
}

impl Whom {
    /// What the limit per person counts.
    pub(crate) fn key(&self) -> String {
        let id = self.lead.as_deref().or(self.contact.as_deref());
        id.unwrap_or_default().to_owned()
    }

    pub(crate) fn records(&self) -> Vec<String> {
        self.lead.iter().chain(&self.contact).cloned().collect()
    }
}

/// Whom an event is about, by its own words and by the links of its sync.
pub(crate) fn whom(app: &App, sync: &SyncRow, event: &EventRow) -> Result<Whom, AppError> {
    let payload = &event.event.payload;
    let at = |path: &str| payload.pointer(path).and_then(id_of);
    let trigger = event.event.trigger.as_str();
    let mut whom = Whom::default();
    if trigger.starts_with("foxbridge.") {
        let person = at("/person").filter(|_| payload["service"].is_string());
        let record = person.or_else(|| at("/record"));
        match payload["service"].as_str() {
            Some("aimfox") => {
                whom.lead = record;
                whom.contact = at("/counterpart");
            }
            _ => {
                whom.contact = record;
                whom.lead = at("/counterpart");
            }
        }
    } else if trigger.starts_with("highlevel.") {
        let about_contact = trigger.starts_with("highlevel.events.contact");
        whom.contact = at("/contactId")
            .or_else(|| at("/appointment/contactId"))
            .or_else(|| at("/id").filter(|_| about_contact));
    } else {
        whom.lead = ["target", "sender", "connected_profile", "lead"]
            .iter()
            .find_map(|who| at(&format!("/event/{who}/id")));
    }
    let links = app.store().links();
    match (&whom.contact, &whom.lead) {
        (Some(contact), None) => {
            let link = links.of_contact(&sync.id, contact).map_err(error::store)?;
            whom.lead = link.map(|link| link.lead_id);
        }
        (None, Some(lead)) => {
            let link = links.of_lead(&sync.id, lead).map_err(error::store)?;
            whom.contact = link.map(|link| link.contact_id);
        }
        _ => {}
    }
    Ok(whom)
}

fn person_of(row: Option<MirrorRow>) -> Option<Person> {
    let mut content = row?.content;
    serde_json::from_value(content["person"].take()).ok()
}

fn shown(person: &Person) -> Value {
    let fields: Map<String, Value> = person
        .fields
        .iter()
        .map(|(field, value)| (field.clone(), json!(value)))
        .collect();
    let tags: Vec<&str> = person.tags.iter().map(|(_, name)| name).collect();
    let campaigns: Vec<&str> = person.origins.iter().map(|o| o.name.as_str()).collect();
    let mut shown = json!({
        "id": person.id,
        "name": person.name,
        "email": person.identities.emails.first(),
        "phone": person.identities.phones.first(),
        "urn": person.identities.urn,
        "fields": fields,
    });
    match person.service {
        Service::HighLevel => shown["tags"] = json!(tags),
        Service::Aimfox => {
            shown["labels"] = json!(tags);
            shown["campaigns"] = json!(campaigns);
        }
    }
    shown
}

/// The facts about an event.
pub(crate) fn facts(
    app: &App,
    sync: &SyncRow,
    event: &EventRow,
    results: &Map<String, Value>,
) -> Result<(Whom, Value), AppError> {
    let whom = whom(app, sync, event)?;
    let mirror = app.store().mirror();
    let read = |connection: &str, object: &str, id: &Option<String>| {
        let Some(id) = id else { return Ok(None) };
        let row = mirror.get(connection, object, id).map_err(error::store)?;
        Ok::<_, AppError>(person_of(row))
    };
    let contact = read(&sync.highlevel, "contact", &whom.contact)?;
    let lead = read(&sync.aimfox, "lead", &whom.lead)?;
    let payload = &event.event.payload;
    // HighLevel knows people by what they say of themselves, LinkedIn by what they show.
    let halves = || contact.iter().chain(&lead);
    let text = |key: &str| payload[key].as_str().map(str::to_owned);
    let field = |keys: [&str; 2]| {
        let found = halves().find_map(|half| keys.iter().find_map(|key| half.fields.get(*key)));
        found.map(foxbridge_model::Value::display)
    };
    let slug = || halves().find_map(|half| half.identities.slugs.first());
    let person = json!({
        "name": halves().next().map(|half| half.name.clone()).or_else(|| text("name")),
        "first_name": field(["firstName", "first_name"]),
        "last_name": field(["lastName", "last_name"]),
        "email": halves().find_map(|h| h.identities.emails.first().map(ToString::to_string))
            .or_else(|| text("email")),
        "phone": halves().find_map(|h| h.identities.phones.first().map(ToString::to_string))
            .or_else(|| text("phone")),
        "linkedin_url": slug().map(foxbridge_model::profile_url).or_else(|| text("linkedin_url")),
        "urn": halves().find_map(|h| h.identities.urn.as_ref().map(ToString::to_string)),
        "company": field(["companyName", "company"]),
    });
    let facts = json!({
        "event": payload,
        "person": person,
        "contact": contact.as_ref().map_or_else(|| json!({ "id": whom.contact }), shown),
        "lead": lead.as_ref().map_or_else(|| json!({ "id": whom.lead }), shown),
        "steps": results,
        "now": convert::time(app.now()),
    });
    Ok((whom, facts))
}

/// What happened, in a few words.
pub(crate) fn in_short(event: &EventRow) -> String {
    let title = foxbridge_catalog::find_trigger(&event.event.trigger)
        .map_or(event.event.trigger.as_str(), |trigger| {
            trigger.title.as_str()
        });
    let payload = &event.event.payload;
    let detail = ["tag", "field", "title", "campaign_name", "text"]
        .iter()
        .find_map(|key| payload[*key].as_str())
        .or_else(|| payload.pointer("/event/label_name").and_then(Value::as_str));
    match detail {
        Some(detail) => format!("{title}: {detail}"),
        None => title.to_owned(),
    }
}
