//! How one person looks to each service. Neither sees all of anybody.

use serde_json::json;

use super::companies::{self, ABOUT, SCHOOLS, SKILLS};
use super::human::Human;
use super::scenery::{DAY, STARTED, TAGS, TODAY};
use super::{Aimfox, HighLevel, Mint, phones};
use crate::aimfox::records::{Experience, Lead, LeadNote, Origin, Place, Target};
use crate::dice::Dice;
use crate::highlevel::records::{Appointment, Contact, Note, Task};

const SOURCES: &[&str] = &[
    "Website",
    "Trade fair",
    "Referral",
    "Import",
    "Facebook form",
    "Partner",
];

/// A contact as HighLevel would know this person, without any LinkedIn address.
pub(crate) fn contact(
    human: &Human,
    highlevel: &HighLevel,
    mint: &mut Mint,
    dice: &mut Dice,
) -> Contact {
    // A third of the people came in a few big imports, which gave them one and the same time.
    let date_added = if dice.chance(33) {
        TODAY - (30 + 90 * dice.below(4) as i64) * DAY
    } else {
        TODAY - (dice.next() % (400 * DAY as u64)) as i64
    };
    let date_updated = if dice.chance(50) {
        date_added
    } else {
        date_added + (dice.next() % ((TODAY - date_added).max(1) as u64)) as i64
    };
    let maybe = |dice: &mut Dice, percent: u64, value: &str| {
        (dice.chance(percent) && !value.is_empty()).then(|| value.to_owned())
    };
    let email = if dice.chance(75) {
        &human.work_email
    } else {
        &human.home_email
    };
    let mut contact = Contact {
        id: mint.highlevel(),
        first_name: Some(human.first.clone()),
        last_name: Some(human.last.clone()),
        email: maybe(dice, 82, email),
        phone: maybe(dice, 68, &human.phone),
        company_name: maybe(dice, 72, &human.company.name),
        city: maybe(dice, 60, human.city),
        state: maybe(dice, 45, human.state),
        postal_code: maybe(dice, 35, human.postcode),
        country: Some(human.locale.country.to_owned()),
        timezone: maybe(dice, 25, human.locale.timezone),
        website: maybe(dice, 20, &format!("https://www.{}", human.company.domain)),
        source: Some((*dice.pick(SOURCES)).to_owned()).filter(|_| dice.chance(70)),
        kind: if dice.chance(85) { "lead" } else { "customer" }.to_owned(),
        date_added,
        date_updated,
        ..Contact::default()
    };
    if dice.chance(12) {
        // Typed by somebody without the right keyboard.
        let [first, last] = human.spelled.clone().map(|name| capital(&name));
        (contact.first_name, contact.last_name) = (Some(first), Some(last));
    } else if dice.chance(4) {
        contact.last_name = None;
    }
    if dice.chance(25) {
        contact.address1 = Some(format!("{} Mill Lane", 1 + dice.below(240)));
    }
    for _ in 0..dice.below(4) {
        let tag = (*dice.pick(TAGS)).to_owned();
        if !contact.tags.contains(&tag) {
            contact.tags.push(tag);
        }
    }
    if dice.chance(35) {
        contact.assigned_to = Some(dice.pick(&highlevel.users).0.clone());
    }
    if dice.chance(6) {
        contact.business_id = Some(dice.pick(&highlevel.businesses).id.clone());
    }
    if dice.chance(4) {
        contact.date_of_birth = Some(format!(
            "19{}-0{}-1{}",
            60 + dice.below(40),
            1 + dice.below(9),
            dice.below(9)
        ));
    }
    if dice.chance(3) {
        let other = if contact.email.as_ref() == Some(&human.home_email) {
            &human.work_email
        } else {
            &human.home_email
        };
        contact.additional_emails.push(other.clone());
    }
    if dice.chance(40) {
        contact.set_custom(field(highlevel, "contact.job_title"), json!(human.job));
    }
    if dice.chance(30) {
        contact.set_custom(
            field(highlevel, "contact.lead_score"),
            json!(dice.below(100)),
        );
    }
    if dice.chance(20) {
        let languages = ["english", "deutsch", "polski"];
        let language = *dice.pick(&languages);
        contact.set_custom(
            field(highlevel, "contact.preferred_language"),
            json!(language),
        );
    }
    if dice.chance(8) {
        let interests = json!(["newsletter", "events"]);
        contact.set_custom(field(highlevel, "contact.interests"), interests);
    }
    contact
}

fn field<'a>(highlevel: &'a HighLevel, key: &str) -> &'a str {
    highlevel
        .custom_fields
        .iter()
        .find(|f| f.field_key == key)
        .map_or("", |f| &f.id)
}

fn capital(name: &str) -> String {
    name.split('-')
        .map(|part| {
            let mut letters = part.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
                .unwrap_or_default()
        })
        .collect::<Vec<_>>()
        .join("-")
}

/// Notes, tasks and appointments that some contacts have.
pub(crate) fn belongings(
    contact: &Contact,
    highlevel: &mut HighLevel,
    mint: &mut Mint,
    dice: &mut Dice,
) {
    let after = |dice: &mut Dice| contact.date_added + (dice.below(20) as i64) * DAY / 4;
    if dice.chance(8) {
        let texts = [
            "Called, asked for a quote.",
            "Prefers e-mail.\nBack from leave on Monday.",
            "Спросить о партнёрстве 🤝",
        ];
        let note = Note {
            id: mint.highlevel(),
            body: (*dice.pick(&texts)).to_owned(),
            user_id: None,
            title: None,
            color: None,
            pinned: dice.chance(10),
            date_added: after(dice),
        };
        highlevel
            .notes
            .entry(contact.id.clone())
            .or_default()
            .push(note);
    }
    if dice.chance(6) {
        let titles = ["Send the offer", "Call back", "Check the contract"];
        let at = after(dice);
        let task = Task {
            id: mint.highlevel(),
            contact_id: contact.id.clone(),
            title: (*dice.pick(&titles)).to_owned(),
            body: None,
            assigned_to: contact.assigned_to.clone(),
            due: at + 7 * DAY,
            completed: dice.chance(40),
            date_added: at,
            date_updated: at,
            deleted: false,
        };
        highlevel
            .tasks
            .entry(contact.id.clone())
            .or_default()
            .push(task);
    }
    if dice.chance(3) {
        let start = TODAY + (1 + dice.below(30) as i64) * DAY + 36_000_000;
        let appointment = Appointment {
            id: mint.highlevel(),
            calendar_id: "SampleCalendar000001".to_owned(),
            contact_id: contact.id.clone(),
            title: contact.full_name(),
            status: "confirmed".to_owned(),
            start,
            end: start + 1_800_000,
            date_added: after(dice),
            date_updated: 0,
            deleted: false,
            details: std::collections::BTreeMap::new(),
        };
        highlevel
            .appointments
            .entry(contact.id.clone())
            .or_default()
            .push(appointment);
    }
}

/// A lead as Aimfox would know this person, without address, number, campaign, label or note.
pub(crate) fn lead(human: &Human, aimfox: &Aimfox, dice: &mut Dice) -> Lead {
    let jobless = dice.chance(9);
    let company = (!jobless).then_some(human.company.name.as_str());
    let mut experience = Vec::new();
    if let Some(company) = company {
        let start = 2012 + dice.below(14) as i64;
        experience.push(Experience {
            company: company.to_owned(),
            job_title: human.job.clone(),
            start_year: start,
            end_year: None,
        });
        if dice.chance(18) {
            let side = companies::company(human.locale.country, dice);
            experience.push(Experience {
                company: side.name,
                job_title: "Advisor".to_owned(),
                start_year: start,
                end_year: None,
            });
        }
        if dice.chance(50) {
            let past = companies::company(human.locale.country, dice);
            experience.push(Experience {
                company: past.name,
                job_title: companies::job(human.locale.country, dice),
                start_year: start - 4,
                end_year: Some(start),
            });
        }
    }
    let place = match dice.below(5) {
        0 => None,
        1 => Some(format!("{} Metropolitan Area", human.city)),
        2 => Some(human.locale.country_name.to_owned()),
        _ => Some(format!(
            "{}, {}, {}",
            human.city, human.state, human.locale.country_name
        )),
    };
    let seat = dice.below(aimfox.accounts.len());
    let mut lead_of = vec![aimfox.accounts[seat].id.clone()];
    if dice.chance(10) {
        lead_of.push(aimfox.accounts[1 - seat].id.clone());
    }
    Lead {
        id: human.member,
        urn: human.urn.clone(),
        public_identifier: human.slug.clone(),
        first_name: format!("{}{}", human.first, if dice.chance(7) { " " } else { "" }),
        last_name: human.last.clone(),
        full_name: human.full.clone(),
        occupation: companies::headline(&human.job, company, dice),
        about: dice.chance(30).then(|| (*dice.pick(ABOUT)).to_owned()),
        picture: dice.chance(80),
        location: place.map(|name| Place {
            name,
            urn: (100_000_000 + dice.below(9_999)).to_string(),
        }),
        premium: dice.chance(20),
        connections: 12 + dice.below(488) as u32,
        contact_shape: dice.below(3) as u8,
        experience,
        school: dice.chance(50).then(|| (*dice.pick(SCHOOLS)).to_owned()),
        skills: (0..dice.below(4))
            .map(|_| (*dice.pick(SKILLS)).to_owned())
            .collect(),
        languages: if dice.chance(40) {
            vec!["English".to_owned()]
        } else {
            Vec::new()
        },
        lead_of,
        favorite: dice.chance(5),
        ..Lead::default()
    }
}

/// Lets a lead have come from a campaign, with the labels and notes people give to such.
pub(crate) fn campaigned(lead: &mut Lead, aimfox: &Aimfox, mint: &mut Mint, dice: &mut Dice) {
    let origin = |n: usize| {
        let campaign = &aimfox.campaigns[n];
        Origin {
            id: campaign.id.clone(),
            name: campaign.name.clone(),
        }
    };
    let first = dice.below(STARTED);
    lead.origins.push(origin(first));
    if dice.chance(10) {
        lead.origins.push(origin((first + 1) % STARTED));
    }
    for _ in 0..[0, 0, 0, 1, 1, 2][dice.below(6)] {
        let label = dice.pick(&aimfox.labels).id.clone();
        if !lead.labels.contains(&label) {
            lead.labels.push(label);
        }
    }
    if dice.chance(7) {
        let texts = [
            "Asked for pricing",
            "Met at the fair in Hanover.\nLikes the “quiet mode”.",
            "Пообещал ответить в пятницу",
            "todo later: check the website 🙂",
        ];
        lead.notes.push(LeadNote {
            id: mint.uuid(),
            text: (*dice.pick(&texts)).to_owned(),
            created_at: TODAY - (dice.below(90) as i64) * DAY,
        });
    }
}

/// Somebody a campaign has asked who has not accepted.
pub(crate) fn target(human: Human, dice: &mut Dice) -> Target {
    let states = ["init", "view", "like", "connect", "withdraw", "endorse"];
    Target {
        id: human.member,
        urn: human.urn,
        public_identifier: human.slug,
        full_name: human.full,
        occupation: human.job,
        company: human.company.name,
        location: human.city.to_owned(),
        state: (*dice.pick(&states)).to_owned(),
        asked: None,
    }
}

/// A telephone number as the lead itself typed it.
pub(crate) fn typed_phone(e164: &str, dice: &mut Dice) -> String {
    phones::typed(e164, dice)
}
