//! `leads:search` (`facts/aimfox.md` §3). Paging is read from the query string alone; paging in the
//! body is ignored without a word, and ten rows come back. The order is nobody's promise: what was
//! touched last comes first, the rest stands as it falls.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::records::Lead;
use super::{invalid, ok, shapes};
use crate::call::{Answer, Call, Outcome};
use crate::dice::mix;
use crate::world::Aimfox;

const DEFAULT: usize = 10;
const MAX: usize = 100;

/// The filters of a body. Ids may be texts or numbers.
struct Filters {
    keywords: String,
    lists: Vec<(&'static str, Vec<String>)>,
}

const LISTS: [&str; 10] = [
    "current_companies",
    "past_companies",
    "education",
    "interests",
    "labels",
    "languages",
    "locations",
    "origins",
    "skills",
    "lead_of",
];

impl Filters {
    fn parse(body: &Value) -> Result<Self, Answer> {
        let mut lists = Vec::new();
        for name in LISTS {
            let items = match body.get(name) {
                None | Some(Value::Null) => continue,
                Some(Value::Array(items)) => items,
                Some(_) => return Err(invalid(&format!("\"body.{name}\" must be an array"))),
            };
            let wanted: Vec<String> = items.iter().filter_map(text).collect();
            if !wanted.is_empty() {
                lists.push((name, wanted));
            }
        }
        let keywords = body
            .get("keywords")
            .and_then(Value::as_str)
            .unwrap_or("")
            .to_lowercase();
        Ok(Self {
            keywords: keywords.trim().to_owned(),
            lists,
        })
    }

    fn pass(&self, lead: &Lead) -> bool {
        let found = self.keywords.is_empty()
            || lead.full_name.to_lowercase().contains(&self.keywords)
            || lead.occupation.to_lowercase().contains(&self.keywords);
        found
            && self.lists.iter().all(|(name, wanted)| {
                values(lead, name).iter().any(|(id, name)| {
                    wanted
                        .iter()
                        .any(|w| w == id || w.eq_ignore_ascii_case(name))
                })
            })
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a lead has under a facet: id and name.
fn values(lead: &Lead, facet: &str) -> Vec<(String, String)> {
    let same = |name: &String| (name.clone(), name.clone());
    match facet {
        "labels" => lead.labels.iter().map(same).collect(),
        "origins" => lead
            .origins
            .iter()
            .map(|o| (o.id.clone(), o.name.clone()))
            .collect(),
        "lead_of" => lead.lead_of.iter().map(same).collect(),
        "locations" => lead
            .location
            .iter()
            .map(|p| (p.urn.clone(), p.name.clone()))
            .collect(),
        "skills" => lead.skills.iter().map(same).collect(),
        "languages" => lead.languages.iter().map(same).collect(),
        "education" => lead.school.iter().map(same).collect(),
        "current_companies" | "past_companies" => lead
            .experience
            .iter()
            .filter(|job| job.end_year.is_none() == (facet == "current_companies"))
            .map(|job| same(&job.company))
            .collect(),
        _ => Vec::new(),
    }
}

fn number(call: &Call, name: &str, otherwise: usize) -> Result<usize, Answer> {
    let number = call.query_number(name, otherwise);
    number.ok_or_else(|| invalid(&format!("\"query.{name}\" must be a number")))
}

/// `POST /leads:search`.
pub(crate) fn search(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let filters = Filters::parse(&call.body)?;
    let start = number(call, "start", 0)?;
    let count = number(call, "count", DEFAULT)?.min(MAX);
    aimfox.sort_leads();
    let all = aimfox.sorted_leads().filter(|lead| filters.pass(lead));
    let mut page: Vec<&Lead> = all.skip(start).take(count).collect();
    // Within a page, neighbours change places from one call to the next.
    let turn = mix(call.now.unsigned_abs(), start as u64);
    for at in (1..page.len()).step_by(2) {
        if (turn >> (at % 64)) & 1 == 1 {
            page.swap(at - 1, at);
        }
    }
    let hits: Vec<Value> = page
        .into_iter()
        .map(|lead| {
            let mut hit = shapes::hit(aimfox, lead);
            if let (true, Some(hit)) = (aimfox.bare_hits, hit.as_object_mut()) {
                hit.remove("notes");
            }
            hit
        })
        .collect();
    ok(200, json!({"leads": hits}))
}

/// `POST /leads:search/total`.
pub(crate) fn total(aimfox: &Aimfox, call: &Call) -> Outcome {
    let filters = Filters::parse(&call.body)?;
    let total = aimfox
        .leads
        .values()
        .filter(|lead| filters.pass(lead))
        .count();
    let accounts: serde_json::Map<String, Value> = aimfox
        .accounts
        .iter()
        .map(|account| (account.id.clone(), json!(aimfox.importing)))
        .collect();
    ok(
        200,
        json!({"total_leads": total, "sync": aimfox.importing, "accounts_sync": accounts}),
    )
}

/// `POST /leads:search/facets/{name}`: the rows sit under the facet's own name.
pub(crate) fn facets(aimfox: &Aimfox, call: &Call) -> Outcome {
    let facet = call.id(0);
    if !LISTS.contains(&facet) {
        return Err(invalid(&format!(
            "\"params.name\" must be one of [{}]",
            LISTS.join(", ")
        )));
    }
    let filters = Filters::parse(&call.body)?;
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for lead in aimfox.leads.values().filter(|lead| filters.pass(lead)) {
        for value in values(lead, facet) {
            *counts.entry(value).or_default() += 1;
        }
    }
    let rows: Vec<Value> = counts
        .into_iter()
        .map(|((id, name), count)| {
            let label = aimfox.labels.iter().find(|label| label.id == id);
            let name = label.map_or(name, |label| label.name.clone());
            json!({"id": id, "name": name, "target_count": count})
        })
        .collect();
    ok(200, json!({facet: rows}))
}
