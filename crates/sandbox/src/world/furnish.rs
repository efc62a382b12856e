//! What stands in a new world beside the people: calendars, pipelines, users, texts. It is added to
//! worlds that were kept by a version that did not have it, too.

use serde_json::{Value, json};

use super::scenery::{SCOPES, TODAY};
use super::{Mint, World};
use crate::call::with;
use crate::clock::iso;
use crate::dice::mix;

/// The calendar the sample appointments are in.
pub(super) const CALENDAR: &str = "SampleCalendar000001";
/// The conversation that has more than texts in it.
const TALK: &str = "SampleConversatn0000";

/// E-mails that wait to be sent: their messages, and what only an e-mail has.
fn letters(contact: Option<&String>, at: &str) -> (Vec<Value>, Vec<Value>) {
    let letter = |n: u8, subject: &str, body: &str| {
        let (message, email) = (format!("SampleEmail{n:09}"), format!("SampleLetter{n:08}"));
        let of_both = json!({
            "conversationId": TALK, "contactId": contact, "dateAdded": at, "body": body,
            "direction": "outbound", "contentType": "text/plain", "attachments": [],
            "scheduled": 1_780_300_000,
        });
        let of_message = json!({
            "id": message, "type": 3, "messageType": "TYPE_EMAIL", "status": "pending",
            "source": "app", "meta": {"email": {"messageIds": [email]}},
        });
        let of_email = json!({
            "id": email, "messageId": message, "threadId": email, "subject": subject,
            "status": "scheduled", "provider": "Leadconnector", "from": "office@example.com",
            "to": ["somebody@example.com"], "source": "api",
        });
        (with(of_both.clone(), of_message), with(of_both, of_email))
    };
    [
        letter(1, "Your offer", "Here is the offer."),
        letter(2, "One more thing", "The offer is good until Friday."),
    ]
    .into_iter()
    .unzip()
}

impl World {
    /// Adds what is missing. Doing it again changes nothing.
    pub(crate) fn furnish(&mut self) {
        // Ids of its own, so that people keep theirs.
        let mut mint = Mint::new(mix(self.mint.seed, 0xF0FA));
        if self.highlevel.shelves.is_empty() {
            let scopes = SCOPES.iter().map(|scope| (*scope).to_owned());
            self.highlevel.scopes.extend(scopes);
            self.highlevel_records(&mut mint);
        }
        if self.aimfox.shelves.is_empty() {
            self.aimfox_records(&mut mint);
        }
    }

    fn highlevel_records(&mut self, mint: &mut Mint) {
        let highlevel = &mut self.highlevel;
        let location = highlevel.location_id.clone();
        let users = highlevel.users.clone();
        let user = users.first().map_or("", |(id, _)| id).to_owned();
        let contacts: Vec<String> = highlevel
            .contacts
            .iter()
            .take(6)
            .map(|contact| contact.id.clone())
            .collect();
        let at = iso(TODAY);
        let shelves = &mut highlevel.shelves;
        for (id, name) in &users {
            let (first, last) = name.split_once(' ').unwrap_or((name, ""));
            shelves.put(
                "users",
                json!({
                    "id": id, "name": name, "firstName": first, "lastName": last,
                    "email": format!("{}@example.com", id.to_lowercase()), "phone": "",
                    "roles": {"type": "account", "role": "user", "locationIds": [location]},
                }),
            );
        }
        let mut put = |shelf: &str, rows: Vec<Value>| {
            for mut row in rows {
                if row.get("id").is_none() {
                    row["id"] = json!(mint.highlevel());
                }
                if row.get("locationId").is_none() {
                    row["locationId"] = json!(location);
                }
                shelves.put(shelf, row);
            }
        };
        put(
            "groups",
            vec![
                json!({"name": "Sales", "description": "Talks", "slug": "sales", "isActive": true}),
                json!({"name": "Support", "description": "Help", "slug": "support", "isActive": true}),
            ],
        );
        let calendar = |id: &str, name: &str, minutes: u32| {
            json!({
                "id": id, "name": name, "description": "", "calendarType": "event", "isActive": true,
                "slotDuration": minutes, "slotDurationUnit": "mins", "openHours": {},
                "teamMembers": [], "eventTitle": "{{contact.name}}",
            })
        };
        put(
            "calendars",
            vec![
                calendar(CALENDAR, "First talk", 30),
                calendar("SampleCalendar000002", "Demonstration", 60),
            ],
        );
        let one_of = |kind: &str, name: &str| {
            json!({
                "name": name, "resourceType": kind, "description": "", "quantity": 1,
                "outOfService": 0, "capacity": 8, "isActive": true, "calendarIds": [CALENDAR],
            })
        };
        put(
            "resources",
            vec![
                one_of("rooms", "Blue room"),
                one_of("rooms", "Red room"),
                one_of("equipments", "Projector"),
            ],
        );
        let message = |kind: &str| {
            json!({
                "calendarId": CALENDAR, "receiverType": "contact", "channel": "email",
                "notificationType": kind, "isActive": true, "deleted": false,
            })
        };
        put(
            "notifications",
            vec![message("confirmation"), message("reminder")],
        );
        let hours = |name: &str| {
            json!({
                "name": name, "userId": user, "timezone": "America/New_York", "calendarIds": [],
                "rules": [{"type": "wday", "day": "monday", "intervals": [{"from": "09:00", "to": "17:00"}]}],
                "dateAdded": at, "dateUpdated": at, "deleted": false,
            })
        };
        put(
            "schedules",
            vec![hours("Office hours"), hours("Late shift")],
        );
        // A calendar without a team has hours of its own, found by its id.
        put(
            "calendar_schedules",
            vec![json!({
                "id": CALENDAR, "calendarId": CALENDAR, "timezone": "America/New_York",
                "rules": hours("")["rules"], "dateAdded": at, "dateUpdated": at,
            })],
        );
        put(
            "services",
            vec![
                json!({"name": "Audit", "slug": "audit", "staff": [{"id": user}], "variations": []}),
            ],
        );
        put(
            "places",
            vec![json!({"name": "Main office", "slug": "main", "isActive": true})],
        );
        put(
            "bookings",
            vec![json!({
                "contactId": contacts.first(), "title": "Audit", "status": "confirmed",
                "startTime": at, "endTime": at, "timezone": "UTC", "services": [],
                "deleted": false, "dateAdded": at, "dateUpdated": at,
            })],
        );
        put(
            "recurring_tasks",
            vec![json!({
                "title": "Weekly call", "description": "", "totalOccurrence": 0,
                "createdAt": at, "updatedAt": at, "deleted": false,
                "rruleOptions": {
                    "intervalType": "weekly", "interval": 1, "startDate": at, "dueAfterSeconds": 3600,
                },
            })],
        );
        let pet = "custom_objects.pet";
        put("folders", vec![json!({"objectKey": pet, "name": "Basics"})]);
        put(
            "object_fields",
            vec![json!({
                "objectKey": pet, "name": "Name", "fieldKey": "custom_objects.pet.name",
                "dataType": "TEXT", "showInForms": true, "dateAdded": at, "dateUpdated": at,
            })],
        );
        put(
            "custom_values",
            vec![
                json!({"name": "Booking page", "fieldKey": "{{ custom_values.booking_page }}", "value": "https://example.com/book"}),
                json!({"name": "Office", "fieldKey": "{{ custom_values.office }}", "value": "1 Mill Lane"}),
            ],
        );
        put(
            "templates",
            vec![
                json!({"name": "Reminder", "type": "sms", "template": {"body": "See you tomorrow.", "attachments": []}, "dateAdded": at, "urlAttachments": []}),
                json!({"name": "Offer", "type": "email", "template": {"subject": "Your offer", "html": "<p>Hello</p>", "attachments": []}, "dateAdded": at}),
            ],
        );
        put(
            "campaigns",
            vec![
                json!({"name": "Welcome", "status": "published"}),
                json!({"name": "Win back", "status": "draft"}),
            ],
        );
        let flow = |id: u64, name: &str, status: &str| {
            json!({
                "id": super::uuid_of(mix(id, 1), mix(id, 2)), "name": name, "status": status,
                "version": 3, "createdAt": at, "updatedAt": at,
            })
        };
        put(
            "workflows",
            vec![
                flow(1, "New lead", "published"),
                flow(2, "No-show", "draft"),
            ],
        );
        put(
            "lost_reasons",
            vec![
                json!({"name": "Too dear", "createdAt": at, "updatedAt": at}),
                json!({"name": "No answer", "createdAt": at, "updatedAt": at}),
            ],
        );
        let stage = |id: u64, name: &str| {
            json!({
                "id": super::uuid_of(mix(id, 3), mix(id, 4)), "name": name, "position": id % 10,
                "showInFunnel": true, "showInPieChart": true,
            })
        };
        put(
            "pipelines",
            vec![
                json!({"id": "SamplePipeline000001", "name": "Sales", "showInFunnel": true, "showInPieChart": true,
                "stages": [stage(10, "New"), stage(11, "Talking"), stage(12, "Offer sent")]}),
                json!({"id": "SamplePipeline000002", "name": "Renewals", "showInFunnel": true, "showInPieChart": true,
                "stages": [stage(20, "Due"), stage(21, "Renewed")]}),
            ],
        );
        let deals = contacts.iter().zip(0u64..).map(|(contact, n)| json!({
            "name": format!("Deal {}", n + 1), "contactId": contact,
            "pipelineId": "SamplePipeline000001", "pipelineStageId": stage(10 + n % 3, "")["id"],
            "status": if n % 4 == 3 { "won" } else { "open" }, "monetaryValue": 900 + 150 * n,
            "assignedTo": user, "source": "", "customFields": [], "followers": [],
            "createdAt": at, "updatedAt": at, "lastStatusChangeAt": at, "lastStageChangeAt": at,
        }));
        put("opportunities", deals.collect());
        let talks = contacts.iter().zip(0u64..).map(|(contact, n)| {
            json!({
                "id": format!("SampleConversatn{n:04}"), "contactId": contact, "type": 1,
                "unreadCount": n % 2, "deleted": false, "inbox": true, "starred": false,
                "dateAdded": at, "dateUpdated": at, "lastMessageDate": at,
                "lastMessageBody": "See you soon.", "lastMessageType": "TYPE_SMS",
            })
        });
        put("conversations", talks.collect());
        let messages = contacts.iter().zip(0u64..).map(|(contact, n)| {
            json!({
                "conversationId": format!("SampleConversatn{n:04}"), "contactId": contact,
                "type": 2, "messageType": "TYPE_SMS", "dateAdded": at, "body": "See you soon.",
                "direction": "inbound", "status": "delivered", "contentType": "text/plain",
                "attachments": [], "source": "app", "scheduled": 1_780_300_000,
            })
        });
        put("messages", messages.collect());
        let (letters, emails) = letters(contacts.first(), &at);
        put("messages", letters);
        put("emails", emails);
        put(
            "messages",
            vec![json!({
                "id": "SampleCall0000000001", "conversationId": TALK,
                "contactId": contacts.first(), "type": 1, "messageType": "TYPE_CALL",
                "dateAdded": at, "body": "", "direction": "inbound", "status": "delivered",
                "contentType": "text/plain", "attachments": [], "source": "app",
                "meta": {"callStatus": "completed"},
            })],
        );
        put(
            "subtypes",
            vec![json!({
                "name": "News", "description": "Once a month", "channel": "email",
                "language": "en", "archived": false, "dateAdded": at, "dateUpdated": at,
            })],
        );
    }

    fn aimfox_records(&mut self, mint: &mut Mint) {
        let aimfox = &mut self.aimfox;
        let owner = aimfox
            .accounts
            .first()
            .map_or("", |account| &account.id)
            .to_owned();
        let leads: Vec<u64> = aimfox.leads.keys().copied().take(3).collect();
        for (lead, n) in leads.iter().zip(0i64..) {
            let (talk, message) = (
                format!("2-{}==", mint.uuid()),
                format!("2-{}==", mint.uuid()),
            );
            let at = TODAY - (n + 1) * 3_600_000;
            aimfox.shelves.put(
                "conversations",
                json!({
                    "id": talk, "owner": owner, "participants": [lead.to_string()],
                    "unread_count": u8::from(n == 0), "active": at,
                }),
            );
            aimfox.shelves.put(
                "messages",
                json!({
                    "id": message, "talk": talk, "urn": message, "type": "MEMBER_TO_MEMBER",
                    "subject": null, "body": "Thank you, let us talk next week.",
                    "created_at": at, "automated": false, "attachments": [],
                    "sender": {"id": lead.to_string(), "full_name": aimfox.leads[lead].full_name},
                    "account_id": owner,
                }),
            );
        }
        let text = |id: String, name: &str, kind: &str| {
            json!({
                "id": id, "name": name, "type": kind, "message": "Hello {{FIRST_NAME?there}}",
                "subject": null, "ai": false, "created_at": TODAY, "edited_at": null,
                "original_id": null, "edited": false, "is_deleted": false, "is_global": false,
                "agency_id": "aimfox", "ai_prompt_id": null,
                "stats": {"sent": 0, "replies": 0, "accepted": 0},
            })
        };
        for (name, kind) in [
            ("Invitation", "NOTE_TEMPLATE"),
            ("First message", "MESSAGE_TEMPLATE"),
        ] {
            aimfox
                .shelves
                .put("templates", text(mint.uuid(), name, kind));
        }
        for (name, integration) in [("Own server", false), ("CRM bridge", true)] {
            aimfox.shelves.put(
                "webhooks",
                json!({
                    "id": mint.uuid(), "workspace_id": aimfox.workspace_id, "name": name,
                    "events": ["accepted", "reply"], "url": "https://hooks.example.com/aimfox",
                    "account_id": null, "headers": null, "deleted": false,
                    "created_at": iso(TODAY), "updated_at": iso(TODAY), "integration": integration,
                }),
            );
        }
    }
}
