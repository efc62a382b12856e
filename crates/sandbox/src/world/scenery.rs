//! What was there before the people: the location with its fields and tags, the workspace with its
//! seats, campaigns and labels.

use std::collections::{BTreeMap, BTreeSet};

use super::human::People;
use super::{Aimfox, ContactBook, HighLevel, Keys, Mint};
use crate::aimfox::records::{Account, Campaign, Label};
use crate::dice::Dice;
use crate::highlevel::records::{Business, CustomField, LocationTag};

/// The day the sample world was made: 2026-06-01. Nothing in it is younger.
pub(crate) const TODAY: i64 = 1_780_272_000_000;
pub(crate) const DAY: i64 = 86_400_000;

/// What a token with every box ticked may do (`facts/highlevel.md` §5.3).
pub(crate) const SCOPES: &[&str] = &[
    "contacts.readonly",
    "contacts.write",
    "locations.readonly",
    "locations/tags.readonly",
    "locations/tags.write",
    "locations/customFields.readonly",
    "locations/customFields.write",
    "locations/tasks.readonly",
    "businesses.readonly",
    "businesses.write",
    "calendars.readonly",
    "calendars.write",
    "calendars/events.readonly",
    "calendars/events.write",
    "calendars/groups.readonly",
    "calendars/groups.write",
    "calendars/resources.readonly",
    "calendars/resources.write",
    "campaigns.readonly",
    "conversations.readonly",
    "conversations.write",
    "conversations/livechat.write",
    "conversations/message.readonly",
    "conversations/message.write",
    "locations/customValues.readonly",
    "locations/customValues.write",
    "locations/tasks.write",
    "locations/templates.readonly",
    "opportunities.readonly",
    "opportunities.write",
    "users.readonly",
    "users.write",
    "workflows.readonly",
];

const FIELDS: &[(&str, &str, &str, &[&str])] = &[
    ("LinkedIn URL", "linkedin_url", "TEXT", &[]),
    ("Job title", "job_title", "TEXT", &[]),
    ("Lead score", "lead_score", "NUMERICAL", &[]),
    (
        "Preferred language",
        "preferred_language",
        "SINGLE_OPTIONS",
        &["english", "deutsch", "polski"],
    ),
    (
        "Interests",
        "interests",
        "MULTIPLE_OPTIONS",
        &["newsletter", "webinars", "events"],
    ),
    ("Renewal date", "renewal_date", "DATE", &[]),
];

pub(crate) const TAGS: &[&str] = &[
    "newsletter",
    "vip",
    "webinar 2026",
    "customer",
    "partner",
    "trade fair",
    "follow up",
    "cold",
    "überregional",
    "партнер",
];

const LABELS: &[(&str, &str)] = &[
    ("Hot", "danger"),
    ("Follow up", "yellow"),
    ("Meeting booked", "success"),
    ("Not now", "secondary"),
    ("VIP", "info"),
    ("DNC", "quaternary"),
];

const CAMPAIGNS: &[(&str, &str, &str, &str)] = &[
    ("Founders, Berlin & Warsaw", "ACTIVE", "search", "connect"),
    ("Heads of Sales – Nordics", "ACTIVE", "navigator", "connect"),
    ("Trade fair visitors", "DONE", "list", "message"),
    ("CRM reactivation", "PAUSED", "crm", "inmail"),
    ("Webinar “Quiet factories”", "CREATED", "list", "drip"),
    ("Not started yet", "INIT", "search", "connect"),
];

/// Campaigns that people came from: all but the one that has not started.
pub(crate) const STARTED: usize = 5;

pub(crate) fn highlevel(mint: &mut Mint, people: &mut People) -> HighLevel {
    let custom_fields = FIELDS
        .iter()
        .zip(1..)
        .map(|((name, key, data_type, options), place)| CustomField {
            id: mint.highlevel(),
            name: (*name).to_owned(),
            model: "contact".to_owned(),
            field_key: format!("contact.{key}"),
            data_type: (*data_type).to_owned(),
            placeholder: String::new(),
            position: place * 50,
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            date_added: TODAY - 500 * DAY,
        })
        .collect();
    let tags = TAGS
        .iter()
        .map(|name| LocationTag {
            id: mint.highlevel(),
            name: (*name).to_owned(),
        })
        .collect();
    let users = (0..3)
        .map(|_| (mint.highlevel(), people.next().full))
        .collect();
    let businesses = (0..6)
        .map(|n| {
            let owner = people.next();
            let details = BTreeMap::from([
                (
                    "website".to_owned(),
                    format!("https://www.{}", owner.company.domain),
                ),
                ("city".to_owned(), owner.city.to_owned()),
                ("country".to_owned(), owner.locale.country.to_owned()),
            ]);
            let at = TODAY - (300 - n) * DAY;
            let name = owner.company.name;
            Business {
                id: mint.highlevel(),
                name,
                details,
                created_at: at,
                updated_at: at,
            }
        })
        .collect();
    HighLevel {
        location_id: mint.highlevel(),
        company_id: mint.highlevel(),
        name: "Sample location".to_owned(),
        country: "US".to_owned(),
        timezone: "America/New_York".to_owned(),
        allow_duplicates: false,
        unique_identifiers: vec!["email".to_owned(), "phone".to_owned()],
        scopes: SCOPES
            .iter()
            .map(|scope| (*scope).to_owned())
            .collect::<BTreeSet<_>>(),
        keys: Keys::default(),
        contacts: ContactBook::default(),
        tags,
        custom_fields,
        businesses,
        notes: BTreeMap::new(),
        tasks: BTreeMap::new(),
        appointments: BTreeMap::new(),
        users,
        shelves: crate::shelf::Shelves::default(),
    }
}

pub(crate) fn aimfox(mint: &mut Mint, people: &mut People, dice: &mut Dice) -> Aimfox {
    let accounts: Vec<Account> = (0..2)
        .map(|_| {
            let owner = people.next();
            Account {
                id: owner.member.to_string(),
                urn: owner.urn,
                public_identifier: owner.slug,
                first_name: owner.first,
                last_name: owner.last,
                email: owner.work_email,
                occupation: owner.job,
                logged_in: true,
            }
        })
        .collect();
    let campaigns = CAMPAIGNS
        .iter()
        .map(|(name, state, kind, outreach)| Campaign {
            id: mint.uuid(),
            name: (*name).to_owned(),
            state: (*state).to_owned(),
            kind: (*kind).to_owned(),
            outreach: (*outreach).to_owned(),
            owner: dice.pick(&accounts).id.clone(),
            created_at: TODAY - (20 + dice.below(200) as i64) * DAY,
            waiting: Vec::new(),
            won: Vec::new(),
            active_ms: 0,
        })
        .collect();
    let labels = LABELS
        .iter()
        .map(|(name, color)| Label {
            id: mint.uuid(),
            name: (*name).to_owned(),
            color: (*color).to_owned(),
        })
        .collect();
    Aimfox {
        workspace_id: mint.uuid(),
        accounts,
        campaigns,
        labels,
        leads: BTreeMap::new(),
        can_write: true,
        keys: Keys::default(),
        importing: false,
        shelves: crate::shelf::Shelves::default(),
        bare_hits: false,
        flow_ms: None,
        touches: 0,
        told: Vec::new(),
        order: super::LeadOrder::default(),
    }
}
