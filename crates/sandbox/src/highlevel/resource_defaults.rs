//! What HighLevel adds to a new record by itself.

use serde_json::{Value, json};

use crate::world::HighLevel;

/// What a service adds by itself.
pub(crate) fn add(highlevel: &mut HighLevel, shelf: &str, record: &mut Value) {
    let id = record["id"].as_str().unwrap_or_default().to_owned();
    match shelf {
        "calendars" => {
            for (name, value) in [
                ("isActive", json!(true)),
                ("slotDuration", json!(30)),
                ("slotDurationUnit", json!("mins")),
                ("openHours", json!({})),
            ] {
                if record.get(name).is_none() {
                    record[name] = value;
                }
            }
        }
        "groups" if record.get("isActive").is_none() => record["isActive"] = json!(true),
        "schedules" => record["deleted"] = json!(false),
        "resources" => record["isActive"] = json!(true),
        "bookings" => {
            record["deleted"] = json!(false);
            record["createdBy"] = json!({"userId": "", "source": "third_party"});
        }
        "custom_values" => {
            let name = record["name"].as_str().unwrap_or_default();
            let slug = name.trim().to_lowercase().replace(' ', "_");
            record["fieldKey"] = json!(format!("{{{{ custom_values.{slug} }}}}"));
        }
        "users" => {
            let member = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
            let name = format!("{} {}", member("firstName"), member("lastName"));
            record["roles"] = json!({
                "type": record["type"],
                "role": record["role"],
                "locationIds": record["locationIds"],
            });
            record["name"] = json!(name);
            if let Some(members) = record.as_object_mut() {
                for hidden in [
                    "password",
                    "type",
                    "role",
                    "locationIds",
                    "locationId",
                    "companyId",
                ] {
                    members.remove(hidden);
                }
            }
            highlevel.users.push((id, name));
        }
        "recurring_tasks" => {
            record["deleted"] = json!(false);
            record["totalOccurrence"] = json!(0);
            let first = |name: &str| record[name].get(0).cloned();
            let (contact, owner) = (first("contactIds"), first("owners"));
            if let Some(members) = record.as_object_mut() {
                for (old, new, value) in [
                    ("contactIds", "contactId", contact),
                    ("owners", "assignedTo", owner),
                ] {
                    members.remove(old);
                    if let Some(value) = value {
                        members.insert(new.to_owned(), value);
                    }
                }
            }
        }
        _ => {}
    }
}
