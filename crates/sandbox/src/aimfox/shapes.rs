//! A lead in a search hit and on its own page (`facts/aimfox.md` §2.5). The page has more: names in
//! parts, addresses, numbers, jobs.

use serde_json::{Value, json};

use super::records::{Experience, Lead, LeadNote};
use crate::call::with;
use crate::clock::iso;
use crate::world::Aimfox;

pub(crate) fn note(note: &LeadNote) -> Value {
    json!({"id": note.id, "text": note.text, "created_at": iso(note.created_at)})
}

pub(crate) fn picture(lead: &Lead) -> String {
    if lead.picture {
        format!("https://cdn.example/p/{}.jpg", lead.id)
    } else {
        String::new()
    }
}

/// A row of `leads:search`.
pub(crate) fn hit(aimfox: &Aimfox, lead: &Lead) -> Value {
    let labels: Vec<Value> = lead
        .labels
        .iter()
        .filter_map(|id| aimfox.labels.iter().find(|label| label.id == *id))
        .map(|label| {
            json!({
                "id": label.id,
                "group_id": null,
                "agency_id": "aimfox",
                "name": label.name,
                "color": label.color,
            })
        })
        .collect();
    json!({
        "id": lead.id.to_string(),
        "urn": lead.urn,
        "public_identifier": lead.public_identifier,
        "full_name": lead.full_name,
        "occupation": lead.occupation,
        "picture_url": picture(lead),
        "location": lead.location,
        "is_lead": true,
        "lead_of": lead.lead_of,
        "origins": lead.origins,
        "notes": lead.notes.iter().map(note).collect::<Vec<_>>(),
        "labels": labels,
        "favorite": lead.favorite,
    })
}

fn job(job: &Experience) -> Value {
    let slug: String = job
        .company
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("-");
    json!({
        "company": {"urn": null, "name": job.company, "universal_name": slug, "logo_url": null},
        "job_title": job.job_title,
        "employment_type": null,
        "start_date": {"month": 3, "year": job.start_year},
        "end_date": job.end_year.map(|year| json!({"year": year})),
        "location": null,
    })
}

/// The lead's own page. E-mail and phone are in one, another or all of the places they are known
/// to be in.
pub(crate) fn page(aimfox: &Aimfox, lead: &Lead) -> Value {
    let lists = lead.contact_shape != 2;
    let info = lead.contact_shape != 1;
    let email = lead.emails.first();
    let emails: Vec<Value> = lead
        .emails
        .iter()
        .map(|email| json!({"address": email, "type": null}))
        .collect();
    let phones: Vec<Value> = lead
        .phones
        .iter()
        .map(|phone| json!({"number": phone, "type": "mobile"}))
        .collect();
    let current = lead.experience.iter().filter(|job| job.end_year.is_none());
    let contact_info =
        info.then(|| json!({"email": email, "phone_numbers": phones, "birthday": null}));
    with(
        hit(aimfox, lead),
        json!({
            "first_name": lead.first_name,
            "last_name": lead.last_name,
            "about": lead.about,
            "industry_urn": null,
            "premium": lead.premium,
            "connections": lead.connections,
            "followers": lead.connections + 7,
            "email": email.filter(|_| lead.contact_shape == 0),
            "emails": if lists { emails } else { Vec::new() },
            "phones": if lists { phones.clone() } else { Vec::new() },
            "contact_info": contact_info,
            "birthday": null,
            "twitter_handles": [],
            "current_experience": current.map(job).collect::<Vec<_>>(),
            "work_experience": lead.experience.iter().map(job).collect::<Vec<_>>(),
            "education": lead.school.iter().map(|school| json!({
                "school": {"name": school}, "field_of_study": null, "degree": null,
            })).collect::<Vec<_>>(),
            "skills": lead.skills.iter().map(|skill| json!({"name": skill, "category": null}))
                .collect::<Vec<_>>(),
            "languages": lead.languages.iter().map(|name| json!({"name": name, "proficiency": null}))
                .collect::<Vec<_>>(),
            "interests": [],
            "certifications": [],
            "volunteer_experience": [],
            "first_scraped_at": "0001-01-01T00:00:00Z",
            "last_scraped_at": "0001-01-01T00:00:00Z",
        }),
    )
}
