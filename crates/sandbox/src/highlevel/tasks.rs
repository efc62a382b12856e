//! Tasks of a contact, and the one search over all tasks of the location
//! (`facts/highlevel.md` §3.1, 3.2).

use serde_json::{Map, Value, json};

use super::body::{Kind, Need, Rule, check, text, texts};
use super::records::Task;
use super::{known_contact, own_location, refuse, succeeded, unprocessable};
use crate::call::{Answer, Call, Outcome, without_nulls};
use crate::clock::{iso, parse_time};
use crate::world::{HighLevel, Mint};

const fn rules(need: Need) -> [Rule; 5] {
    [
        ("title", Kind::Text, need),
        ("body", Kind::Text, Need::MayNull),
        ("dueDate", Kind::Text, need),
        ("completed", Kind::Bool, need),
        ("assignedTo", Kind::Text, Need::MayNull),
    ]
}

/// A task as its contact shows it: no time of making or change.
fn shape(task: &Task) -> Value {
    without_nulls(json!({
        "id": task.id,
        "title": task.title,
        "body": task.body,
        "assignedTo": task.assigned_to,
        "dueDate": iso(task.due),
        "completed": task.completed,
        "contactId": task.contact_id,
    }))
}

fn find<'a>(highlevel: &'a mut HighLevel, call: &Call) -> Result<&'a mut Task, Answer> {
    known_contact(highlevel, call.id(0))?;
    let tasks = highlevel.tasks.get_mut(call.id(0)).into_iter().flatten();
    let mut tasks = tasks.filter(|task| task.id == call.id(1) && !task.deleted);
    tasks
        .next()
        .ok_or_else(|| refuse(404, format!("Task with id {} not found", call.id(1))))
}

fn fill(task: &mut Task, members: &Map<String, Value>, now: i64) -> Result<(), Answer> {
    if let Some(title) = text(members, "title") {
        title.clone_into(&mut task.title);
    }
    if let Some(due) = members.get("dueDate") {
        task.due = parse_time(due).ok_or_else(|| {
            unprocessable(vec![
                "dueDate must be a valid ISO 8601 date string".to_owned(),
            ])
        })?;
    }
    if let Some(completed) = members.get("completed").and_then(Value::as_bool) {
        task.completed = completed;
    }
    for (name, place) in [
        ("body", &mut task.body),
        ("assignedTo", &mut task.assigned_to),
    ] {
        if let Some(value) = members.get(name) {
            *place = value
                .as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned);
        }
    }
    task.date_updated = now;
    Ok(())
}

fn check_user(highlevel: &HighLevel, members: &Map<String, Value>) -> Result<(), Answer> {
    match text(members, "assignedTo").filter(|user| !user.is_empty()) {
        Some(user) if !highlevel.users.iter().any(|(id, _)| id == user) => {
            Err(refuse(400, format!("User with id {user} not found")))
        }
        _ => Ok(()),
    }
}

/// `GET /contacts/{id}/tasks`.
pub(crate) fn list(highlevel: &HighLevel, call: &Call) -> Outcome {
    known_contact(highlevel, call.id(0))?;
    let tasks = highlevel.tasks.get(call.id(0)).into_iter().flatten();
    let tasks: Vec<Value> = tasks.filter(|task| !task.deleted).map(shape).collect();
    Ok(Answer::ok(json!({"tasks": tasks})))
}

/// `GET /contacts/{id}/tasks/{id}`.
pub(crate) fn get(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    Ok(Answer::ok(json!({"task": shape(find(highlevel, call)?)})))
}

/// `POST /contacts/{id}/tasks`.
pub(crate) fn create(highlevel: &mut HighLevel, mint: &mut Mint, call: &Call) -> Outcome {
    let members = check(&call.body, &rules(Need::Must))?;
    known_contact(highlevel, call.id(0))?;
    check_user(highlevel, members)?;
    let mut task = Task {
        id: mint.highlevel(),
        contact_id: call.id(0).to_owned(),
        title: String::new(),
        body: None,
        assigned_to: None,
        due: 0,
        completed: false,
        date_added: call.now,
        date_updated: call.now,
        deleted: false,
    };
    fill(&mut task, members, call.now)?;
    let shape = shape(&task);
    highlevel
        .tasks
        .entry(call.id(0).to_owned())
        .or_default()
        .push(task);
    Ok(Answer::new(201, json!({"task": shape})))
}

/// `PUT /contacts/{id}/tasks/{id}`.
pub(crate) fn update(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let members = check(&call.body, &rules(Need::May))?;
    check_user(highlevel, members)?;
    let task = find(highlevel, call)?;
    fill(task, members, call.now)?;
    Ok(Answer::ok(json!({"task": shape(task)})))
}

/// `PUT /contacts/{id}/tasks/{id}/completed`.
pub(crate) fn complete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let members = check(&call.body, &[("completed", Kind::Bool, Need::Must)])?;
    let task = find(highlevel, call)?;
    fill(task, members, call.now)?;
    Ok(Answer::ok(json!({"task": shape(task)})))
}

/// `DELETE /contacts/{id}/tasks/{id}`.
pub(crate) fn delete(highlevel: &mut HighLevel, call: &Call) -> Outcome {
    let task = find(highlevel, call)?;
    task.deleted = true;
    task.date_updated = call.now;
    Ok(Answer::ok(succeeded()))
}

/// `POST /locations/{id}/tasks/search`: 201, `_id` instead of `id`, no total.
pub(crate) fn search(highlevel: &HighLevel, call: &Call) -> Outcome {
    own_location(highlevel, Some(call.id(0)))?;
    let rules: [Rule; 16] = [
        ("contactId", Kind::Any, Need::MayNull),
        ("completed", Kind::Bool, Need::May),
        ("assignedTo", Kind::Any, Need::MayNull),
        ("query", Kind::Text, Need::May),
        ("limit", Kind::Number, Need::May),
        ("skip", Kind::Number, Need::May),
        ("businessId", Kind::Text, Need::May),
        ("searchAfter", Kind::Any, Need::May),
        ("count", Kind::Bool, Need::May),
        ("sortKey", Kind::Text, Need::May),
        ("sortDirection", Kind::Any, Need::May),
        ("dueDate", Kind::Object, Need::May),
        ("overdue", Kind::Bool, Need::May),
        ("unAssigned", Kind::Bool, Need::May),
        ("locationId", Kind::Text, Need::May),
        ("status", Kind::Any, Need::May),
    ];
    let members = check(&call.body, &rules)?;
    let number = |name: &str, otherwise: u64| {
        members
            .get(name)
            .and_then(Value::as_u64)
            .unwrap_or(otherwise) as usize
    };
    let limit = number("limit", 25);
    if limit > 500 {
        return Err(unprocessable(vec![
            "limit must not be greater than 500".to_owned(),
        ]));
    }
    let contacts = texts(members, "contactId");
    let owners = texts(members, "assignedTo");
    let query = text(members, "query").unwrap_or("").to_lowercase();
    let completed = members.get("completed").and_then(Value::as_bool);
    let after = members
        .get("searchAfter")
        .and_then(Value::as_array)
        .and_then(|after| Some((after.first()?.as_i64()?, after.get(1)?.as_str()?.to_owned())));
    let mut tasks: Vec<&Task> = highlevel
        .tasks
        .values()
        .flatten()
        .filter(|task| contacts.is_empty() || contacts.contains(&task.contact_id))
        .filter(|task| {
            owners.is_empty()
                || task
                    .assigned_to
                    .as_ref()
                    .is_some_and(|to| owners.contains(to))
        })
        .filter(|task| completed.is_none_or(|wanted| task.completed == wanted))
        .filter(|task| task.title.to_lowercase().contains(&query))
        .filter(|task| {
            after
                .as_ref()
                .is_none_or(|(at, id)| (task.due, &task.id) > (*at, id))
        })
        .collect();
    tasks.sort_by(|a, b| (a.due, &a.id).cmp(&(b.due, &b.id)));
    let rows: Vec<Value> = tasks
        .iter()
        .skip(number("skip", 0))
        .take(limit)
        .map(|task| row(highlevel, task))
        .collect();
    Ok(Answer::new(201, json!({"tasks": rows})))
}

fn row(highlevel: &HighLevel, task: &Task) -> Value {
    let contact = highlevel
        .contacts
        .get(&task.contact_id)
        .map(|contact| json!({"firstName": contact.first_name, "lastName": contact.last_name}));
    let user = task.assigned_to.as_ref().and_then(|id| {
        let (_, name) = highlevel.users.iter().find(|(user, _)| user == id)?;
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        Some(json!({"firstName": first, "lastName": last}))
    });
    json!({
        "_id": task.id,
        "title": task.title,
        "body": task.body,
        "dueDate": iso(task.due),
        "completed": task.completed,
        "contactId": task.contact_id,
        "assignedTo": task.assigned_to,
        "locationId": highlevel.location_id,
        "deleted": task.deleted,
        "statusGroup": if task.completed { "completed" } else { "to_do" },
        "dateAdded": iso(task.date_added),
        "dateUpdated": iso(task.date_updated),
        "updatedAt": iso(task.date_updated),
        "contactDetails": contact,
        "assignedToUserDetails": user,
        "searchAfter": [task.due, task.id],
    })
}
