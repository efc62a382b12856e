//! People and companies that no campaign may reach (`facts/aimfox.md` §2.1, 2.6), and how an
//! address of LinkedIn is resolved to somebody.

use serde_json::{Value, json};

use super::records::Target;
use super::{invalid, ok, refuse};
use crate::call::{Answer, Call, Outcome, decode};
use crate::dice::mix;
use crate::world::{Aimfox, links};

const PEOPLE: &str = "blocked_people";
const COMPANIES: &str = "blocked_companies";

/// Answers what is about the blacklist; `None` for anything else.
pub(crate) fn run(aimfox: &mut Aimfox, call: &Call) -> Option<Outcome> {
    Some(
        match call.operation.trim_start_matches("aimfox.blacklist.") {
            "people.list" => ok(200, json!({"profiles": aimfox.shelves.all(PEOPLE)})),
            "people.add" => add_person(aimfox, call),
            "people.add_many" => add_people(aimfox, call),
            "people.remove" => remove(aimfox, PEOPLE, "Profile not found", call),
            "companies.list" => ok(200, json!({"companies": aimfox.shelves.all(COMPANIES)})),
            "companies.add" => add_companies(aimfox, call),
            "companies.remove" => remove(aimfox, COMPANIES, "Company not found", call),
            _ => return None,
        },
    )
}

/// Whether campaigns must leave somebody alone.
pub(crate) fn blocks(aimfox: &Aimfox, person: &Target) -> bool {
    let company = |blocked: &Value| {
        let name = blocked["name"].as_str().unwrap_or("");
        !name.is_empty() && name.eq_ignore_ascii_case(&person.company)
    };
    aimfox
        .shelves
        .all(PEOPLE)
        .iter()
        .any(|blocked| blocked["urn"] == *person.urn)
        || aimfox.shelves.all(COMPANIES).iter().any(company)
}

/// Whom a profile's address or a URN means. People the workspace knows are found; of others the
/// name is read from the address. An address that is no profile's, or begins with `gone-`, leads
/// nowhere.
pub(crate) fn resolve(aimfox: &Aimfox, wanted: &str) -> Option<Target> {
    let slug = match wanted.split_once("/in/") {
        Some((host, rest)) if host.to_lowercase().contains("linkedin.com") => {
            decode(rest.split(['/', '?', '#']).next().unwrap_or(""))
        }
        Some(_) => return None,
        None if wanted.contains('/') => return None,
        None => wanted.to_owned(),
    };
    let slug = if slug.starts_with("ACo") {
        slug
    } else {
        slug.trim().to_lowercase()
    };
    if slug.is_empty() || slug.starts_with("gone-") {
        return None;
    }
    let named = |urn: &str, name: &str| urn == slug || name.to_lowercase() == slug;
    if let Some(lead) = aimfox
        .leads
        .values()
        .find(|l| named(&l.urn, &l.public_identifier))
    {
        return Some(Target {
            id: lead.id,
            urn: lead.urn.clone(),
            public_identifier: lead.public_identifier.clone(),
            full_name: lead.full_name.clone(),
            occupation: lead.occupation.clone(),
            company: lead
                .experience
                .first()
                .map_or(String::new(), |job| job.company.clone()),
            location: lead
                .location
                .as_ref()
                .map_or(String::new(), |place| place.name.clone()),
            state: "init".to_owned(),
            asked: None,
        });
    }
    let mut waiting = aimfox
        .campaigns
        .iter()
        .flat_map(|campaign| &campaign.waiting);
    if let Some(target) = waiting.find(|t| named(&t.urn, &t.public_identifier)) {
        return Some(Target {
            state: "init".to_owned(),
            asked: None,
            ..target.clone()
        });
    }
    if slug.starts_with("ACo") {
        return None;
    }
    let seed = slug
        .bytes()
        .fold(7, |seed, byte| mix(seed, u64::from(byte)));
    let id = 900_000_000 + seed % 99_000_000;
    let words = slug
        .split('-')
        .filter(|word| !word.chars().any(|c| c.is_ascii_digit()));
    let name: Vec<String> = words.map(capital).collect();
    Some(Target {
        id,
        urn: links::urn(id, seed),
        full_name: name.join(" "),
        public_identifier: slug,
        occupation: String::new(),
        company: String::new(),
        location: String::new(),
        state: "init".to_owned(),
        asked: None,
    })
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

fn block(aimfox: &mut Aimfox, person: &Target) {
    if aimfox
        .shelves
        .find(PEOPLE, &person.id.to_string())
        .is_some()
    {
        return;
    }
    aimfox.shelves.put(
        PEOPLE,
        json!({
            "id": person.id.to_string(),
            "urn": person.urn,
            "full_name": person.full_name,
            "public_identifier": person.public_identifier,
            "picture_url": "",
            "occupation": person.occupation,
            "location": {"name": person.location, "urn": ""},
        }),
    );
}

fn nobody() -> Answer {
    refuse(404, "Profile not found", None)
}

fn add_person(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let person = resolve(aimfox, call.id(0)).ok_or_else(nobody)?;
    block(aimfox, &person);
    ok(200, json!({}))
}

/// Addresses that lead nowhere are passed over.
fn add_people(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let urls = call.body["urls"].as_array().cloned().unwrap_or_default();
    if urls.is_empty() {
        return Err(invalid("\"body.urls\" must contain at least 1 items"));
    }
    for url in urls.iter().filter_map(Value::as_str) {
        if let Some(person) = resolve(aimfox, url) {
            block(aimfox, &person);
        }
    }
    ok(200, json!({}))
}

/// By URN.
fn remove(aimfox: &mut Aimfox, shelf: &str, message: &str, call: &Call) -> Outcome {
    let urn = call.id(0).to_owned();
    if !aimfox
        .shelves
        .all(shelf)
        .iter()
        .any(|one| one["urn"] == *urn)
    {
        return Err(refuse(404, message, None));
    }
    aimfox.shelves.retain(shelf, |one| one["urn"] != *urn);
    ok(200, json!({}))
}

/// What is no company's address comes back in `failed`.
fn add_companies(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let urls = call.body["companies"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for url in urls {
        let text = url.as_str().unwrap_or("").to_owned();
        let slug = text.split_once("linkedin.com/company/").map(|(_, rest)| {
            rest.split(['/', '?', '#'])
                .next()
                .unwrap_or("")
                .to_lowercase()
        });
        let Some(slug) = slug.filter(|slug| !slug.is_empty() && !slug.starts_with("gone-")) else {
            failed.push(url);
            continue;
        };
        let name: Vec<String> = slug.split('-').map(capital).collect();
        let number = slug
            .bytes()
            .fold(11, |seed, byte| mix(seed, u64::from(byte)))
            % 9_000_000;
        let company = json!({
            "urn": (1_000_000 + number).to_string(),
            "name": name.join(" "),
            "universal_name": slug,
            "logo_url": null,
            "description": null,
        });
        let known = aimfox
            .shelves
            .all(COMPANIES)
            .iter()
            .any(|one| one["urn"] == company["urn"]);
        if !known {
            aimfox.shelves.put(COMPANIES, company.clone());
        }
        done.push(company);
    }
    ok(200, json!({"companies": done, "failed": failed}))
}
