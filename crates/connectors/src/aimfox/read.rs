//! A lead, from the listing or from its own page, as a person (`facts/aimfox.md` §2.5).

use foxbridge_model::{
    Email, FieldMap, Identities, LeadId, LinkedInRef, Note, Origin, Person, Phone, Region, Service,
    Slug, Urn, Value, profile_url,
};
use serde_json::Value as Json;

use crate::json;

/// Reads a lead. `detailed` tells that it is the lead's own page; `None` for something without an id.
pub(super) fn person(lead: &Json, region: Region, detailed: bool) -> Option<Person> {
    let id = json::id(lead, "id")?;
    let identities = identities(lead, &id, region);
    let fields = fields(lead, &id, &identities);
    Some(Person {
        service: Service::Aimfox,
        name: name(&fields, &identities).unwrap_or_else(|| id.clone()),
        tags: json::list(lead, "labels")
            .iter()
            .filter_map(|label| json::filled(label).or_else(|| json::text(label, "name")))
            .collect(),
        origins: json::list(lead, "origins")
            .iter()
            .filter_map(origin)
            .collect(),
        notes: lead.get("notes").and_then(notes),
        id,
        identities,
        fields,
        detailed,
        updated_at: None,
    })
}

/// The notes of an answer. A note that cannot be read makes all of them unread: an unread note must
/// not pass for a deleted one.
pub(super) fn notes(from: &Json) -> Option<Vec<Note>> {
    from.as_array()?.iter().map(note).collect()
}

pub(super) fn note(from: &Json) -> Option<Note> {
    Some(Note {
        id: json::id(from, "id")?,
        text: from.get("text")?.as_str()?.to_owned(),
        created_at: json::text(from, "created_at").map(str::to_owned),
    })
}

/// What is known of a lead when its own page was read some time ago and its listing now: labels,
/// notes, campaigns and whatever else the listing shows are the listing's; what only the page has is
/// kept.
pub fn merge_detail(listing: &Person, detail: &Person) -> Person {
    let mut merged = detail.clone();
    merged.tags = listing.tags.clone();
    merged.origins = listing.origins.clone();
    merged.notes = listing.notes.clone().or_else(|| detail.notes.clone());
    merged.fields.extend(listing.fields.clone());
    // Two halves of a name must be of one age.
    if listing.fields.get("full_name") != detail.fields.get("full_name")
        && listing.fields.contains_key("full_name")
    {
        merged.name.clone_from(&listing.name);
        for part in ["first_name", "last_name"] {
            if !listing.fields.contains_key(part) {
                merged.fields.remove(part);
            }
        }
    }
    let (new, old) = (&listing.identities, &detail.identities);
    merged.identities = Identities {
        lead_id: new.lead_id.or(old.lead_id),
        urn: new.urn.clone().or_else(|| old.urn.clone()),
        // A public name that was changed is nobody's, and may become somebody else's.
        slugs: if new.slugs.is_empty() {
            old.slugs.clone()
        } else {
            new.slugs.clone()
        },
        emails: union(&new.emails, &old.emails),
        phones: union(&new.phones, &old.phones),
    };
    merged
}

fn union<T: Clone + PartialEq>(first: &[T], then: &[T]) -> Vec<T> {
    let mut all = first.to_vec();
    all.extend(then.iter().filter(|item| !first.contains(item)).cloned());
    all
}

fn identities(lead: &Json, id: &str, region: Region) -> Identities {
    let mut found = Identities {
        lead_id: LeadId::parse(id).ok(),
        urn: json::text(lead, "urn").and_then(|urn| Urn::parse(urn).ok()),
        ..Identities::default()
    };
    // Most leads have a name of their own choice here; a few have their URN.
    let public = json::text(lead, "public_identifier");
    if let Some(slug) = public.and_then(|public| Slug::parse(public).ok()) {
        found.slugs.push(slug);
    } else if let Some(LinkedInRef::Slug(slug)) =
        json::text(lead, "profile_url").and_then(|url| LinkedInRef::parse(url).ok())
    {
        found.slugs.push(slug);
    }
    if found.urn.is_none() {
        found.urn = public.and_then(|public| Urn::parse(public).ok());
    }
    for email in emails(lead).filter_map(|text| Email::parse(text).ok()) {
        if !found.emails.contains(&email) {
            found.emails.push(email);
        }
    }
    for phone in phones(lead).filter_map(|text| Phone::parse(text, region).ok()) {
        if !found.phones.contains(&phone) {
            found.phones.push(phone);
        }
    }
    found
}

/// Every place an e-mail address was seen in: `email`, `emails[]`, `contact_info.email`.
fn emails(lead: &Json) -> impl Iterator<Item = &str> {
    let listed = json::list(lead, "emails").iter().filter_map(|item| {
        json::filled(item)
            .or_else(|| json::text(item, "address"))
            .or_else(|| json::text(item, "email"))
    });
    let info = lead
        .get("contact_info")
        .and_then(|info| json::text(info, "email"));
    json::text(lead, "email")
        .into_iter()
        .chain(listed)
        .chain(info)
}

/// Every place a telephone number was seen in: `phone`, `phones[]`, `contact_info.phone_numbers[]`.
fn phones(lead: &Json) -> impl Iterator<Item = &str> {
    let info = lead
        .get("contact_info")
        .map_or(&[][..], |info| json::list(info, "phone_numbers"));
    let listed = json::list(lead, "phones")
        .iter()
        .chain(info)
        .filter_map(|item| json::filled(item).or_else(|| json::text(item, "number")));
    json::text(lead, "phone").into_iter().chain(listed)
}

fn fields(lead: &Json, id: &str, identities: &Identities) -> FieldMap {
    let mut fields = FieldMap::new();
    let mut set = |key: &str, text: Option<&str>| {
        if let Some(value) = text.and_then(Value::text) {
            fields.insert(key.to_owned(), value);
        }
    };
    set("lead_id", Some(id));
    set("first_name", json::text(lead, "first_name"));
    set("last_name", json::text(lead, "last_name"));
    set("full_name", json::text(lead, "full_name"));
    // LinkedIn's headline, not a job title.
    set("headline", json::text(lead, "occupation"));
    let job = current_job(lead);
    set("company", job.and_then(company));
    set(
        "job_title",
        job.and_then(|job| json::text(job, "job_title")),
    );
    set(
        "location",
        lead.get("location")
            .and_then(|place| json::filled(place).or_else(|| json::text(place, "name"))),
    );
    set("email", emails(lead).next());
    set("phone", phones(lead).next());
    set(
        "linkedin_url",
        identities.slugs.first().map(profile_url).as_deref(),
    );
    set("linkedin_urn", identities.urn.as_ref().map(Urn::as_str));
    set("picture_url", json::text(lead, "picture_url"));
    // Ids of the seats whose connection the lead is (`facts/aimfox.md` §2.5), for filters.
    let seats: Vec<String> = json::list(lead, "lead_of")
        .iter()
        .filter_map(json::filled)
        .map(str::to_owned)
        .collect();
    if !seats.is_empty() {
        fields.insert("seats".to_owned(), Value::List(seats.into()));
    }
    fields
}

/// The first current job; without such a list, the first job that has no end.
fn current_job(lead: &Json) -> Option<&Json> {
    json::list(lead, "current_experience").first().or_else(|| {
        json::list(lead, "work_experience")
            .iter()
            .find(|job| job.get("end_date").is_none_or(Json::is_null))
    })
}

fn company(job: &Json) -> Option<&str> {
    let company = job.get("company")?;
    json::filled(company).or_else(|| json::text(company, "name"))
}

fn origin(from: &Json) -> Option<Origin> {
    let id = json::id(from, "id")?;
    let name = json::text(from, "name").unwrap_or(&id).to_owned();
    Some(Origin { id, name })
}

fn name(fields: &FieldMap, identities: &Identities) -> Option<String> {
    let field = |key: &str| fields.get(key).map(Value::display);
    let parts: Vec<String> = [field("first_name"), field("last_name")]
        .into_iter()
        .flatten()
        .collect();
    field("full_name")
        .or_else(|| (!parts.is_empty()).then(|| parts.join(" ")))
        .or_else(|| field("email"))
        .or_else(|| identities.slugs.first().map(ToString::to_string))
        .or_else(|| field("phone"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn read(lead: &Json) -> Person {
        person(lead, Region::default(), true).unwrap()
    }

    #[test]
    fn ids_are_texts_or_numbers() {
        for id in [json!("153688726"), json!(153_688_726)] {
            let person = read(&json!({ "id": id }));
            assert_eq!(
                person.id, "153688726",
                "REST says text, webhooks say number"
            );
            assert_eq!(person.identities.lead_id, LeadId::parse("153688726").ok());
            assert_eq!(person.name, "153688726", "a name to show is never empty");
        }
        assert!(person(&json!({ "full_name": "Nobody" }), Region::default(), true).is_none());
    }

    #[test]
    fn a_job_is_the_first_current_one_else_the_first_without_end() {
        let job = |company: &str, end: Json| json!({ "company": {"name": company}, "job_title": "Lead ", "end_date": end });
        let now = read(&json!({
            "id": 1,
            "current_experience": [job("Now Ltd", Json::Null), job("Also Ltd", Json::Null)],
            "work_experience": [job("Old Ltd", json!({"year": 2001}))],
        }));
        assert_eq!(now.fields["company"], Value::from("Now Ltd"));
        assert_eq!(now.fields["job_title"], Value::from("Lead"), "trimmed");
        let history = read(&json!({
            "id": 1, "current_experience": [],
            "work_experience": [job("Old Ltd", json!({"year": 2001})), job("Now Ltd", Json::Null)],
        }));
        assert_eq!(history.fields["company"], Value::from("Now Ltd"));
        let past = read(&json!({
            "id": 1, "occupation": "Retired",
            "work_experience": [job("Old Ltd", json!({"year": 2001}))],
        }));
        assert_eq!(past.fields.get("company"), None, "a former job is no job");
        assert_eq!(
            past.fields.get("job_title"),
            None,
            "and a headline is no job title"
        );
    }

    #[test]
    fn a_hit_that_knows_only_the_full_name_does_not_guess_its_parts() {
        let person = read(&json!({"id": 1, "full_name": " Ada de la Cruz ", "first_name": ""}));
        assert_eq!(person.fields["full_name"], Value::from("Ada de la Cruz"));
        assert_eq!(person.fields.get("first_name"), None);
        assert_eq!(person.fields.get("last_name"), None);
    }

    #[test]
    fn addresses_are_found_wherever_they_are() {
        let person = read(&json!({
            "id": 1, "email": null,
            "emails": [{"address": "Ada@Example.com", "type": "work"}, "a@example.org", {}],
            "contact_info": {"email": "ada@example.com", "phone_numbers": [{"number": "+44 20 7946 0123", "type": null}]},
            "phones": [{"number": "(202) 555-0123", "type": "mobile"}],
        }));
        let emails: Vec<&str> = person
            .identities
            .emails
            .iter()
            .map(|e| e.as_str())
            .collect();
        assert_eq!(emails, ["ada@example.com", "a@example.org"]);
        assert_eq!(person.fields["email"], Value::from("Ada@Example.com"));
        let phones: Vec<&str> = person
            .identities
            .phones
            .iter()
            .map(|p| p.as_str())
            .collect();
        assert_eq!(phones, ["+12025550123", "+442079460123"]);
    }

    #[test]
    fn a_urn_in_the_place_of_a_name_is_a_urn() {
        let urn = Urn::synthesize(LeadId::parse("153688726").unwrap(), 1);
        let person = read(&json!({"id": 1, "public_identifier": urn.as_str()}));
        assert!(person.identities.slugs.is_empty());
        assert_eq!(person.identities.urn, Some(urn));
        assert_eq!(
            person.fields.get("linkedin_url"),
            None,
            "such an address opens only for members"
        );
    }

    #[test]
    fn notes_are_read_whole_or_not_at_all() {
        let note = json!({"id": "n1", "text": "  keep the spaces\n", "created_at": "2026-01-01T00:00:00Z"});
        let person = read(&json!({"id": 1, "notes": [note]}));
        assert_eq!(person.notes.unwrap()[0].text, "  keep the spaces\n");
        let odd = read(&json!({"id": 1, "notes": [note, "n2"]}));
        assert_eq!(
            odd.notes, None,
            "a note that cannot be read must not pass for a deleted one"
        );
        assert_eq!(
            read(&json!({"id": 1})).notes,
            None,
            "not embedded is not empty"
        );
        assert_eq!(read(&json!({"id": 1, "notes": []})).notes, Some(vec![]));
    }

    #[test]
    fn the_listing_refreshes_what_the_page_said() {
        let detail = read(&json!({
            "id": 1, "full_name": "Ada Byron", "first_name": "Ada", "last_name": "Byron",
            "email": "ada@example.com", "public_identifier": "ada-byron",
            "labels": [{"id": "l1", "name": "Old"}], "origins": [], "notes": [],
            "current_experience": [{"company": {"name": "Example Ltd"}}],
        }));
        let hit = |name: &str| {
            let lead = json!({
                "id": 1, "full_name": name, "public_identifier": "ada-l", "labels": ["New"],
                "origins": [{"id": "c", "name": "Autumn"}],
                "notes": [{"id": "n1", "text": "x"}],
            });
            person(&lead, Region::default(), false).unwrap()
        };
        let merged = merge_detail(&hit("Ada Byron"), &detail);
        assert!(merged.detailed);
        assert_eq!(
            merged.tags,
            ["New"].into_iter().collect(),
            "labels are the listing's"
        );
        assert_eq!(merged.origins.len(), 1);
        assert_eq!(merged.notes.as_ref().unwrap().len(), 1);
        assert_eq!(
            merged.fields["email"],
            Value::from("ada@example.com"),
            "the page's is kept"
        );
        assert_eq!(merged.fields["company"], Value::from("Example Ltd"));
        assert_eq!(merged.fields["first_name"], Value::from("Ada"));
        assert_eq!(
            merged.identities.slugs,
            hit("x").identities.slugs,
            "the new public name"
        );
        assert_eq!(merged.identities.emails.len(), 1);

        let renamed = merge_detail(&hit("Ada Lovelace"), &detail);
        assert_eq!(renamed.name, "Ada Lovelace");
        assert_eq!(
            renamed.fields.get("last_name"),
            None,
            "half an old name is worse than none"
        );
    }
}
