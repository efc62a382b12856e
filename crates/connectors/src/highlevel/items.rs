//! Notes, tasks and appointments (`facts/highlevel.md` §3).

use std::collections::{BTreeMap, HashMap, HashSet};

use foxbridge_catalog::{get, ids};
use foxbridge_model::{Item, ItemField, ItemFields, ItemKind};
use serde_json::{Map, Value as Json, json};

use super::HighLevel;
use crate::json;
use crate::transport::{Call, CallError};

/// The task search's largest page (`facts/highlevel.md` §3.2).
const TASK_PAGE: usize = 500;

/// A calendar of the location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Every task of a location.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskListing {
    /// The tasks that are not deleted.
    pub tasks: Vec<Item>,
    /// Ids of tasks that the search shows as deleted.
    pub deleted: HashSet<String>,
    /// Names of users by id, as far as the tasks tell.
    pub users: BTreeMap<String, String>,
}

impl HighLevel {
    /// Reads every task of the location (`get-location-tasks`, 500 a page). It is a search: what was
    /// written a moment ago may be missing.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::Malformed`] when its paging is not obeyed.
    pub async fn tasks(&self) -> Result<TaskListing, CallError> {
        let mut listing = TaskListing::default();
        let mut seen = HashSet::new();
        let mut after: Option<Json> = None;
        loop {
            let mut body = json!({ "limit": TASK_PAGE });
            if let Some(after) = &after {
                body["searchAfter"] = after.clone();
            }
            let call = Call::new(get(ids::HIGHLEVEL_TASKS_SEARCH))
                .path("locationId", self.location_id()?)
                .body(body);
            let operation = call.operation();
            let answer = self.transport.call(call).await?;
            let rows = json::list(&answer, "tasks");
            let before = seen.len();
            for row in rows {
                let Some(id) = json::id(row, "_id").or_else(|| json::id(row, "id")) else {
                    continue;
                };
                if !seen.insert(id.clone()) {
                    continue;
                }
                if row.get("deleted").and_then(Json::as_bool) == Some(true) {
                    listing.deleted.insert(id);
                    continue;
                }
                let user = json::id(row, "assignedTo").zip(user_name(row));
                listing.users.extend(user);
                listing.tasks.extend(task(row, &id, None, &HashMap::new()));
            }
            if rows.len() < TASK_PAGE {
                return Ok(listing);
            }
            if seen.len() == before {
                return Err(CallError::malformed(operation, "its pages repeat"));
            }
            after = rows.last().and_then(|row| row.get("searchAfter")).cloned();
            if after.is_none() {
                return Err(CallError::malformed(
                    operation,
                    "it does not say where the next page begins",
                ));
            }
        }
    }

    /// Reads the tasks of one contact (`get-all-tasks`), as they are at this moment. `users` gives
    /// names for the ids of those they are assigned to.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn contact_tasks(
        &self,
        contact_id: &str,
        users: &HashMap<String, String>,
    ) -> Result<Vec<Item>, CallError> {
        let call = Call::new(get(ids::HIGHLEVEL_CONTACTS_TASKS_LIST)).path("contactId", contact_id);
        let answer = self.transport.call(call).await?;
        Ok(json::list(&answer, "tasks")
            .iter()
            .filter_map(|row| task(row, &json::id(row, "id")?, Some(contact_id), users))
            .collect())
    }

    /// Reads the notes of one contact (`get-all-notes`). They have no time of change, and nothing
    /// reads them in bulk.
    ///
    /// # Errors
    /// See [`CallError`]; [`CallError::Malformed`] also when one of them cannot be read: an unread
    /// note must not pass for a deleted one.
    pub async fn contact_notes(&self, contact_id: &str) -> Result<Vec<Item>, CallError> {
        let call = Call::new(get(ids::HIGHLEVEL_CONTACTS_NOTES_LIST)).path("contactId", contact_id);
        let operation = call.operation();
        let answer = self.transport.call(call).await?;
        let rows = answer.get("notes").and_then(Json::as_array);
        rows.and_then(|rows| rows.iter().map(|row| note(row, contact_id)).collect())
            .ok_or_else(|| CallError::malformed(operation, "its notes cannot be read"))
    }

    /// Reads the location's calendars (`get-calendars`).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn calendars(&self) -> Result<Vec<Calendar>, CallError> {
        let call =
            Call::new(get(ids::HIGHLEVEL_CALENDARS_LIST)).query("locationId", self.location_id()?);
        let answer = self.transport.call(call).await?;
        let calendar = |row: &Json| {
            let id = json::id(row, "id")?;
            let name = json::text(row, "name").unwrap_or(&id).to_owned();
            Some(Calendar { id, name })
        };
        let rows = json::list(&answer, "calendars").iter();
        Ok(rows.filter_map(calendar).collect())
    }

    /// Reads the appointments of a calendar that begin between two moments, in milliseconds since
    /// 1970 (`get-calendar-events`). Those that ended before `now` are past.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn appointments(
        &self,
        calendar: &Calendar,
        from: i64,
        until: i64,
        now: i64,
    ) -> Result<Vec<Item>, CallError> {
        let call = Call::new(get(ids::HIGHLEVEL_CALENDARS_EVENTS_LIST))
            .query("locationId", self.location_id()?)
            .query("calendarId", calendar.id.as_str())
            .query("startTime", from.to_string())
            .query("endTime", until.to_string());
        let answer = self.transport.call(call).await?;
        Ok(json::list(&answer, "events")
            .iter()
            .filter_map(|row| appointment(row, &calendar.name, now))
            .collect())
    }

    /// Reads one appointment (`get-appointment`); `None` when it is deleted. A deleted one is still
    /// answered, with a mark.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn appointment(
        &self,
        id: &str,
        calendars: &[Calendar],
        now: i64,
    ) -> Result<Option<Item>, CallError> {
        let call = Call::new(get(ids::HIGHLEVEL_CALENDARS_APPOINTMENTS_GET)).path("eventId", id);
        match self.transport.call(call).await {
            // The document says `event`, live answers say `appointment`.
            Ok(answer) => {
                let row = answer.get("appointment").or_else(|| answer.get("event"));
                let row = row.unwrap_or(&answer);
                let calendar = json::id(row, "calendarId")
                    .and_then(|id| calendars.iter().find(|calendar| calendar.id == id))
                    .map_or("", |calendar| &calendar.name);
                Ok(appointment(row, calendar, now))
            }
            Err(e) if e.is_not_found() => Ok(None),
            Err(e) => Err(e),
        }
    }

    /// Makes a note or a task of a contact (`create-note`, `create-task`) and returns its id.
    ///
    /// # Errors
    /// See [`CallError`]. It is never sent twice: see [`CallError::outcome_unknown`].
    pub async fn create_item(
        &self,
        kind: ItemKind,
        contact_id: &str,
        fields: &ItemFields,
    ) -> Result<String, CallError> {
        let (operation, wrapped) = match kind {
            ItemKind::Note | ItemKind::Conversation => {
                (ids::HIGHLEVEL_CONTACTS_NOTES_CREATE, "note")
            }
            ItemKind::Task => (ids::HIGHLEVEL_CONTACTS_TASKS_CREATE, "task"),
            ItemKind::Appointment => {
                return Err(CallError::BadRequest {
                    operation: "Create an appointment",
                    what: "an appointment is made in HighLevel, where its calendar is".to_owned(),
                });
            }
        };
        let call = Call::new(get(operation))
            .path("contactId", contact_id)
            .body(body(kind, fields));
        let operation = call.operation();
        let answer = self.transport.call(call).await?;
        answer
            .get(wrapped)
            .and_then(|made| json::id(made, "id"))
            .ok_or_else(|| CallError::malformed(operation, "the new record's id is not in it"))
    }

    /// Changes fields of a note, task or appointment and keeps the others (`update-note`,
    /// `update-task`, `update-task-completed`, `edit-appointment`). Nobody is told about a changed
    /// appointment (`toNotify`), and no workflow runs.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn update_item(
        &self,
        kind: ItemKind,
        contact_id: &str,
        id: &str,
        fields: &ItemFields,
    ) -> Result<(), CallError> {
        let done_alone = fields.keys().eq([&ItemField::Done]);
        let call = match kind {
            ItemKind::Note | ItemKind::Conversation => {
                Call::new(get(ids::HIGHLEVEL_CONTACTS_NOTES_UPDATE))
                    .path("contactId", contact_id)
                    .path("id", id)
            }
            ItemKind::Task => Call::new(get(if done_alone {
                ids::HIGHLEVEL_CONTACTS_TASKS_COMPLETE
            } else {
                ids::HIGHLEVEL_CONTACTS_TASKS_UPDATE
            }))
            .path("contactId", contact_id)
            .path("taskId", id),
            ItemKind::Appointment => {
                Call::new(get(ids::HIGHLEVEL_CALENDARS_APPOINTMENTS_UPDATE)).path("eventId", id)
            }
        };
        self.transport
            .call(call.body(body(kind, fields)))
            .await
            .map(drop)
    }

    /// Deletes a note or a task of a contact (`delete-note`, `delete-task`). One that is not there
    /// any more is as it should be.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn delete_item(
        &self,
        kind: ItemKind,
        contact_id: &str,
        id: &str,
    ) -> Result<(), CallError> {
        let (operation, parameter) = match kind {
            ItemKind::Note | ItemKind::Conversation => (ids::HIGHLEVEL_CONTACTS_NOTES_DELETE, "id"),
            ItemKind::Task => (ids::HIGHLEVEL_CONTACTS_TASKS_DELETE, "taskId"),
            ItemKind::Appointment => {
                return Err(CallError::BadRequest {
                    operation: "Delete an appointment",
                    what: "an appointment is cancelled in HighLevel, not deleted".to_owned(),
                });
            }
        };
        let call = Call::new(get(operation))
            .path("contactId", contact_id)
            .path(parameter, id);
        match self.transport.call(call).await {
            Err(e) if e.is_not_found() => Ok(()),
            deleted => deleted.map(drop),
        }
    }
}

/// The body of a write. Only what the request takes is in it: unknown members are refused
/// (`facts/highlevel.md` §9.17).
fn body(kind: ItemKind, fields: &ItemFields) -> Json {
    let mut body = Map::new();
    for (field, value) in fields {
        let (name, value) = match (kind, field) {
            (ItemKind::Note | ItemKind::Conversation | ItemKind::Task, ItemField::Text) => {
                ("body", json!(value))
            }
            (ItemKind::Task, ItemField::Title) => ("title", json!(value)),
            (ItemKind::Task, ItemField::Due) => ("dueDate", json!(value)),
            (ItemKind::Task, ItemField::Done) => ("completed", json!(value == "yes")),
            (ItemKind::Appointment, ItemField::Status) => ("appointmentStatus", json!(value)),
            _ => continue,
        };
        body.insert(name.to_owned(), value);
    }
    if kind == ItemKind::Appointment {
        body.insert("toNotify".to_owned(), json!(false));
        body.insert("ignoreFreeSlotValidation".to_owned(), json!(true));
    }
    Json::Object(body)
}

fn fields(values: impl IntoIterator<Item = (ItemField, Option<String>)>) -> ItemFields {
    let filled = values
        .into_iter()
        .filter_map(|(field, value)| Some((field, value?)));
    filled.filter(|(_, value)| !value.is_empty()).collect()
}

fn owned(of: &Json, key: &str) -> Option<String> {
    json::text(of, key).map(str::to_owned)
}

fn note(row: &Json, contact_id: &str) -> Option<Item> {
    let body = row.get("body")?.as_str()?;
    // `bodyText` is the plain form of a body that HighLevel's editor made (`facts/highlevel.md` §3.3).
    let text = row.get("bodyText").and_then(Json::as_str).unwrap_or(body);
    Some(Item {
        kind: ItemKind::Note,
        id: json::id(row, "id")?,
        contact_id: contact_id.to_owned(),
        fields: fields([(ItemField::Text, Some(text.to_owned()))]),
        past: false,
        formatted: text != body,
        of: None,
        made: owned(row, "dateAdded"),
    })
}

fn user_name(row: &Json) -> Option<String> {
    let user = row.get("assignedToUserDetails")?;
    let parts = [json::text(user, "firstName"), json::text(user, "lastName")];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

fn task(
    row: &Json,
    id: &str,
    contact_id: Option<&str>,
    users: &HashMap<String, String>,
) -> Option<Item> {
    let done = row
        .get("completed")
        .and_then(Json::as_bool)
        .unwrap_or(false);
    let assignee = user_name(row).or_else(|| users.get(&json::id(row, "assignedTo")?).cloned());
    let raw = json::text(row, "body").unwrap_or_default();
    let text = plain(raw);
    Some(Item {
        kind: ItemKind::Task,
        id: id.to_owned(),
        contact_id: contact_id
            .map_or_else(|| json::id(row, "contactId"), |id| Some(id.to_owned()))?,
        fields: fields([
            (ItemField::Title, owned(row, "title")),
            (ItemField::Due, owned(row, "dueDate")),
            (ItemField::Assignee, assignee),
            (
                ItemField::Done,
                Some(if done { "yes" } else { "no" }.to_owned()),
            ),
            (ItemField::Text, Some(text.clone())),
        ]),
        past: done,
        formatted: text != raw,
        of: json::id(row, "assignedTo"),
        made: None,
    })
}

fn appointment(row: &Json, calendar: &str, now: i64) -> Option<Item> {
    if row.get("deleted").and_then(Json::as_bool) == Some(true) {
        return None;
    }
    let end = owned(row, "endTime").or_else(|| owned(row, "startTime"));
    let past = end
        .as_deref()
        .and_then(|end| end.parse::<jiff::Timestamp>().ok())
        .is_some_and(|end| end.as_millisecond() < now);
    // Some answers carry the name with a letter missing (`facts/highlevel.md` §3.4).
    let status = owned(row, "appointmentStatus").or_else(|| owned(row, "appoinmentStatus"));
    Some(Item {
        kind: ItemKind::Appointment,
        id: json::id(row, "id")?,
        // Blocked time is an event without a contact.
        contact_id: json::id(row, "contactId")?,
        fields: fields([
            (ItemField::Title, owned(row, "title")),
            (ItemField::Start, owned(row, "startTime")),
            (ItemField::End, owned(row, "endTime")),
            (ItemField::Status, status),
            (ItemField::Place, owned(row, "address")),
            (ItemField::Calendar, Some(calendar.to_owned())),
        ]),
        past,
        formatted: false,
        of: json::id(row, "calendarId"),
        made: None,
    })
}

/// A task's body may be HTML from HighLevel's editor (`facts/highlevel.md` §3.1). Paragraphs and line
/// breaks become lines, other tags nothing.
fn plain(body: &str) -> String {
    if !body.trim_start().starts_with('<') {
        return body.to_owned();
    }
    let mut text = String::new();
    let mut rest = body;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, after)) = tag.split_once('>') else {
            rest = "";
            break;
        };
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap_or_default();
        let ends = tag.starts_with('/');
        match name.to_ascii_lowercase().as_str() {
            "br" => text.push('\n'),
            "p" | "div" | "li" | "ul" | "ol" | "h1" | "h2" | "h3" if ends => text.push('\n'),
            _ => {}
        }
        rest = after;
    }
    text.push_str(rest);
    for (entity, letter) in [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, letter);
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_body_of_the_editor_becomes_plain_lines() {
        assert_eq!(
            plain("<p>Call &amp; ask</p><p>about <b>price</b><br/>and date</p>"),
            "Call & ask\nabout price\nand date"
        );
        assert_eq!(
            plain("1 < 2 and <b>"),
            "1 < 2 and <b>",
            "plain text is left alone"
        );
        assert_eq!(plain("<p>cut of"), "cut of");
    }

    #[test]
    fn deleted_and_blocked_events_are_no_appointments() {
        let row = |more: Json| {
            let mut row = json!({"id": "A", "contactId": "C", "startTime": "2026-12-01T10:00:00+01:00", "endTime": "2026-12-01T10:30:00+01:00", "appoinmentStatus": "confirmed"});
            row.as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            row
        };
        let now: jiff::Timestamp = "2026-11-25T00:00:00Z".parse().unwrap();
        let now = now.as_millisecond();
        let seen = appointment(&row(json!({})), "Sales", now).unwrap();
        assert!(!seen.past);
        assert_eq!(seen.fields[&ItemField::Status], "confirmed");
        assert_eq!(
            appointment(&row(json!({"deleted": true})), "Sales", now),
            None
        );
        assert_eq!(
            appointment(&row(json!({"contactId": null})), "Sales", now),
            None
        );
        assert!(
            appointment(&row(json!({})), "Sales", now + 30 * 86_400_000)
                .unwrap()
                .past
        );
    }

    #[test]
    fn a_ticked_box_is_all_that_is_sent() {
        let ticked = ItemFields::from([(ItemField::Done, "yes".to_owned())]);
        assert_eq!(body(ItemKind::Task, &ticked), json!({"completed": true}));
        let status = ItemFields::from([(ItemField::Status, "cancelled".to_owned())]);
        assert_eq!(
            body(ItemKind::Appointment, &status),
            json!({"appointmentStatus": "cancelled", "toNotify": false, "ignoreFreeSlotValidation": true}),
            "nobody is told, and no workflow runs"
        );
    }
}
