//! The ids that a walk through the catalog puts into paths and bodies.

use std::collections::BTreeMap;

use foxbridge_catalog::Operation;
use serde_json::Value;

use crate::stage::Stage;

/// Ids that exist, by the name of the parameter or member that carries them.
pub(crate) fn ids(stage: &Stage, operation: &Operation) -> BTreeMap<&'static str, String> {
    let id = operation.id.as_str();
    stage.sandbox.with_state(|world| {
        let (highlevel, aimfox) = (&world.highlevel, &world.aimfox);
        let mut ids = BTreeMap::new();
        let contact = if id.contains("contacts.notes.") {
            let (contact, notes) = highlevel.notes.iter().find(|(_, n)| !n.is_empty()).unwrap();
            ids.insert("noteId", notes[0].id.clone());
            ids.insert("id", notes[0].id.clone());
            contact.clone()
        } else if id.contains("contacts.tasks.") {
            let live = |tasks: &[foxbridge_sandbox::Task]| tasks.iter().any(|t| !t.deleted);
            let (contact, tasks) = highlevel.tasks.iter().find(|(_, t)| live(t)).unwrap();
            ids.insert(
                "taskId",
                tasks.iter().find(|t| !t.deleted).unwrap().id.clone(),
            );
            contact.clone()
        } else {
            highlevel.contacts.iter().next().unwrap().id.clone()
        };
        ids.insert("contactId", contact.clone());
        for name in ["contact_id", "recipientContactId", "sourceContactId"] {
            ids.insert(name, contact.clone());
        }
        ids.insert("locationId", highlevel.location_id.clone());
        ids.insert("location_id", highlevel.location_id.clone());
        ids.insert("originId", highlevel.location_id.clone());
        ids.insert("companyId", highlevel.company_id.clone());
        ids.insert("tagId", highlevel.tags[0].id.clone());
        ids.insert("businessId", highlevel.businesses[0].id.clone());
        for name in [
            "userId",
            "assignedTo",
            "assignedUserId",
            "assigned_to",
            "staffId",
        ] {
            ids.insert(name, highlevel.users[0].0.clone());
        }
        ids.insert("account_id", aimfox.accounts[0].id.clone());
        ids.insert("campaign_id", aimfox.campaigns[0].id.clone());
        ids.insert("label_id", aimfox.labels[0].id.clone());
        let lead = aimfox
            .leads
            .values()
            .find(|lead| !lead.notes.is_empty())
            .unwrap();
        ids.insert("lead_id", lead.id.to_string());
        ids.insert("note_id", lead.notes[0].id.clone());
        ids.insert("lead_urn", lead.urn.clone());
        ids.insert("workspace_id", aimfox.workspace_id.clone());
        if id.starts_with("highlevel.locations.custom_fields") {
            ids.insert("id", highlevel.custom_fields[0].id.clone());
        }
        if id.starts_with("highlevel.businesses") {
            ids.insert("id", highlevel.businesses[0].id.clone());
        }
        let first = |shelf: &str| highlevel.shelves.all(shelf).first().map(id_of);
        let last = |shelf: &str| highlevel.shelves.all(shelf).last().map(id_of);
        let mut set = |name: &'static str, id: Option<String>| {
            if let Some(id) = id {
                ids.insert(name, id);
            }
        };
        set("calendarId", first("calendars"));
        if id == "highlevel.calendars.delete" {
            set("calendarId", last("calendars"));
        }
        for (family, name, shelf) in SHELVES {
            if id.starts_with(family) {
                set(name, last(shelf));
            }
        }
        if id == "highlevel.conversations.messages.cancel" {
            // The sample messages still wait; what the walk sent has gone.
            set("messageId", first("messages"));
        }
        let calls = ["recording", "transcription", "transcription_text"];
        if calls.iter().any(|call| id.ends_with(&format!(".{call}"))) {
            set("messageId", Some("SampleCall0000000001".to_owned()));
        }
        let begun = highlevel.shelves.all("uploads").last();
        set(
            "filePath",
            begun
                .and_then(|one| one["path"].as_str())
                .map(str::to_owned),
        );
        set("subtype_id", first("subtypes"));
        set("pipelineId", first("pipelines"));
        let stage = highlevel.shelves.all("pipelines")[0]["stages"][0]["id"].as_str();
        set("pipelineStageId", stage.map(str::to_owned));
        let webhook = aimfox.shelves.all("webhooks").last().map(id_of);
        set("webhook_id", webhook);
        set(
            "template_id",
            aimfox.shelves.all("templates").last().map(id_of),
        );
        // Somebody who is no lead and waits in the campaign, so that removing has an effect.
        let campaign = aimfox.campaigns.iter().find(|one| !one.waiting.is_empty());
        let urn = campaign.map(|one| one.waiting[0].urn.clone());
        set("urn", urn);
        if id.ends_with("audience.remove") {
            set("campaign_id", campaign.map(|one| one.id.clone()));
        }
        let company = aimfox.shelves.all("blocked_companies").first();
        set(
            "company_urn",
            company
                .and_then(|one| one["urn"].as_str())
                .map(str::to_owned),
        );
        let person = aimfox.shelves.all("blocked_people").first();
        if id == "aimfox.blacklist.people.remove" {
            set(
                "urn",
                person
                    .and_then(|one| one["urn"].as_str())
                    .map(str::to_owned),
            );
        }
        let message = aimfox.shelves.all("messages").last();
        set("message_id", message.map(id_of));
        let talk = message.and_then(|message| message["talk"].as_str());
        set("conversation_urn", talk.map(str::to_owned));
        if id == "highlevel.conversations.create" {
            let talks = highlevel.shelves.all("conversations");
            let silent = highlevel.contacts.iter().find(|contact| {
                let with = |talk: &Value| talk["contactId"] == *contact.id;
                !talks.iter().any(with)
            });
            set("contactId", silent.map(|contact| contact.id.clone()));
        }
        let mut events = highlevel.appointments.values().flatten();
        let event = events
            .find(|event| !event.deleted)
            .map(|event| event.id.clone());
        if !id.contains("blocked") {
            set("eventId", event.clone());
        }
        let notes = highlevel.shelves.all("appointment_notes");
        let noted = notes
            .first()
            .and_then(|note| note["appointmentId"].as_str());
        set("appointmentId", noted.map(str::to_owned).or(event));
        ids
    })
}

fn id_of(record: &Value) -> String {
    record["id"].as_str().unwrap().to_owned()
}

/// Where the ids of a family of operations are found.
const SHELVES: &[(&str, &str, &str)] = &[
    ("highlevel.calendars.groups", "groupId", "groups"),
    ("highlevel.calendars.resources", "id", "resources"),
    (
        "highlevel.calendars.notifications",
        "notificationId",
        "notifications",
    ),
    ("highlevel.calendars.schedules", "id", "schedules"),
    ("highlevel.calendars.services", "serviceId", "services"),
    (
        "highlevel.calendars.services",
        "serviceLocationId",
        "places",
    ),
    ("highlevel.calendars.services", "bookingId", "bookings"),
    ("highlevel.calendars.blocked_slots", "eventId", "blocks"),
    (
        "highlevel.calendars.appointments.notes",
        "noteId",
        "appointment_notes",
    ),
    ("highlevel.locations.custom_values", "id", "custom_values"),
    (
        "highlevel.locations.recurring_tasks",
        "id",
        "recurring_tasks",
    ),
    ("highlevel.locations.templates", "id", "templates"),
    ("highlevel.users", "userId", "users"),
    ("highlevel.opportunities", "id", "opportunities"),
    ("highlevel.conversations", "conversationId", "conversations"),
    ("highlevel.conversations.messages", "messageId", "messages"),
    ("highlevel.conversations.messages", "id", "messages"),
    ("highlevel.conversations.messages.email", "id", "emails"),
    (
        "highlevel.conversations.messages.email",
        "emailMessageId",
        "emails",
    ),
    ("highlevel.conversations.files", "uploadId", "uploads"),
    ("highlevel.conversations.subtypes", "id", "subtypes"),
    ("highlevel.custom_fields", "id", "object_fields"),
    ("highlevel.custom_fields.folders", "id", "folders"),
    ("highlevel.contacts.campaigns", "campaignId", "campaigns"),
    ("highlevel.contacts.workflows", "workflowId", "workflows"),
];
