//! Who is in a campaign, and what changes a campaign (`facts/aimfox.md` §2.3, 2.4).

use serde_json::{Map, Value, json};

use super::records::{Campaign, Target};
use super::{blacklist, invalid, ok, refuse};
use crate::call::{Answer, Call, Outcome, with};
use crate::shelf::{members, merge};
use crate::world::{Aimfox, Mint};

const VARIABLES: &str = "variables";

/// Answers what changes campaigns and seats; `None` for anything else.
pub(crate) fn run(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    Some(match call.operation.trim_start_matches("aimfox.") {
        "campaigns.create" => create(aimfox, mint, call),
        "campaigns.update" => update(aimfox, call),
        "campaigns.delete" => delete(aimfox, call),
        "campaigns.audience.add" => add(aimfox, call),
        "campaigns.audience.add_many" => add_many(aimfox, call),
        "campaigns.audience.remove" => remove(aimfox, call),
        "campaigns.custom_variables.list" => Ok(variables(aimfox, call, None)),
        "campaigns.custom_variables.get" => Ok(variables(aimfox, call, Some(call.id(1)))),
        "campaigns.custom_variables.set" => set_variables(aimfox, call),
        "leads.custom_variables" => Ok(of_lead(aimfox, call)),
        "accounts.limits.set" => set_limits(aimfox, call),
        _ => return None,
    })
}

fn place(aimfox: &Aimfox, call: &Call) -> Result<usize, Answer> {
    let found = aimfox
        .campaigns
        .iter()
        .position(|campaign| campaign.id == call.id(0));
    found.ok_or_else(|| refuse(404, "Campaign not found", None))
}

/// Only a shell: texts and schedule are set in the web app.
fn create(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let text =
        |name: &str, otherwise: &str| call.body[name].as_str().unwrap_or(otherwise).to_owned();
    let owner = call.body["account_ids"].get(0).and_then(Value::as_str);
    let first = aimfox
        .accounts
        .first()
        .map_or("", |account| account.id.as_str());
    let owner = owner.unwrap_or(first).to_owned();
    if !aimfox.accounts.iter().any(|account| account.id == owner) {
        return Err(invalid(
            "\"body.account_ids[0]\" is not an account of this workspace",
        ));
    }
    let campaign = Campaign {
        id: mint.uuid(),
        name: text("name", "New campaign"),
        state: "INIT".to_owned(),
        kind: text("type", "list"),
        outreach: text("outreach_type", "connect"),
        owner,
        created_at: call.now,
        waiting: Vec::new(),
        won: Vec::new(),
        active_ms: 0,
    };
    let row = super::campaigns::row(aimfox, &campaign);
    aimfox.campaigns.push(campaign);
    ok(200, json!({"campaign": row}))
}

fn update(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let at = place(aimfox, call)?;
    if let Some(name) = call.body["name"].as_str() {
        name.clone_into(&mut aimfox.campaigns[at].name);
    }
    if let Some(state) = call.body["state"].as_str() {
        state.clone_into(&mut aimfox.campaigns[at].state);
    }
    let row = super::campaigns::row(aimfox, &aimfox.campaigns[at]);
    ok(200, json!({"campaign": row}))
}

fn delete(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let at = place(aimfox, call)?;
    aimfox.campaigns.remove(at);
    ok(200, json!({}))
}

/// Why somebody cannot be added, in Aimfox's words.
fn refusal(aimfox: &Aimfox, campaign: &Campaign, person: &Target) -> Option<&'static str> {
    let lead = aimfox.leads.contains_key(&person.id);
    let elsewhere = |other: &&Campaign| {
        other.id != campaign.id
            && other.state == "ACTIVE"
            && other.waiting.iter().any(|target| target.id == person.id)
    };
    if blacklist::blocks(aimfox, person) {
        Some("blocked")
    } else if aimfox.campaigns.iter().any(|other| elsewhere(&other)) {
        Some("locked")
    } else if person.public_identifier.starts_with("faceless-") {
        Some("noPFP")
    } else if lead && campaign.outreach == "connect" {
        Some("alreadyConnected")
    } else if !lead && campaign.outreach == "message" {
        Some("notLead")
    } else if campaign.outreach == "inmail" && person.public_identifier.starts_with("closed-") {
        Some("closed")
    } else {
        None
    }
}

/// Somebody who is there already stays as they are.
fn join(aimfox: &mut Aimfox, at: usize, url: &str) -> Result<Target, &'static str> {
    let person = blacklist::resolve(aimfox, url).ok_or("miningFailed")?;
    let campaign = &aimfox.campaigns[at];
    if let Some(known) = campaign
        .waiting
        .iter()
        .find(|target| target.id == person.id)
    {
        return Ok(known.clone());
    }
    if let Some(reason) = refusal(aimfox, campaign, &person) {
        return Err(reason);
    }
    let campaign = &mut aimfox.campaigns[at];
    let person = Target {
        asked: Some(campaign.active_ms),
        ..person
    };
    campaign.waiting.push(person.clone());
    Ok(person)
}

/// People can be added in four of the states.
fn open(aimfox: &Aimfox, call: &Call) -> Result<usize, Answer> {
    let at = place(aimfox, call)?;
    let state = aimfox.campaigns[at].state.as_str();
    if ["ACTIVE", "PAUSED", "DONE", "CREATED"].contains(&state) {
        Ok(at)
    } else {
        Err(refuse(
            400,
            &format!("Campaign in state {state} takes no profiles"),
            None,
        ))
    }
}

/// `POST …/audience`: one person, or 400 with the reason in `error.data`.
fn add(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let at = open(aimfox, call)?;
    let url = call.body["profile_url"].as_str().unwrap_or("");
    join(aimfox, at, url)
        .map_err(|reason| refuse(400, "Profile cannot be added to campaign", Some(reason)))?;
    ok(200, json!({}))
}

/// `POST …/audience/multiple`: always 200; who was refused is in `failed`.
fn add_many(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let at = open(aimfox, call)?;
    let campaign = aimfox.campaigns[at].id.clone();
    let asked = call.body["profiles"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let (mut done, mut failed, mut reasons) = (Vec::new(), Vec::new(), Map::new());
    for profile in asked {
        let url = profile["profile_url"].as_str().unwrap_or("").to_owned();
        match join(aimfox, at, &url) {
            Ok(person) => {
                let given = members(&profile["custom_variables"]);
                if !given.is_empty() {
                    keep(aimfox, &campaign, &person.urn, &given);
                }
                done.push(super::campaigns::waiting(&person));
            }
            Err(reason) => {
                let slug = url
                    .split_once("/in/")
                    .map_or(url.as_str(), |(_, rest)| rest);
                let slug = slug.split(['/', '?', '#']).next().unwrap_or("").to_owned();
                reasons.insert(slug, json!(reason));
                failed.push(profile);
            }
        }
    }
    ok(
        200,
        json!({"profiles": done, "failed": failed, "failedReason": reasons}),
    )
}

/// `DELETE …/audience/{urn}`: by URN or by public name.
fn remove(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let at = place(aimfox, call)?;
    let id = aimfox.campaigns[at].id.clone();
    let who = call.id(1).to_owned();
    let named = |urn: &str, slug: &str| urn == who || slug.eq_ignore_ascii_case(&who);
    let waiting = &mut aimfox.campaigns[at].waiting;
    let before = waiting.len();
    waiting.retain(|target| !named(&target.urn, &target.public_identifier));
    let mut gone = waiting.len() < before;
    let won = &mut aimfox.campaigns[at].won;
    won.retain(|target| !named(&target.urn, &target.public_identifier));
    for lead in aimfox.leads.values_mut() {
        if named(&lead.urn, &lead.public_identifier) {
            let origins = lead.origins.len();
            lead.origins.retain(|origin| origin.id != id);
            gone |= lead.origins.len() < origins;
        }
    }
    if gone {
        ok(200, json!({}))
    } else {
        Err(refuse(404, "Target not found", None))
    }
}

fn key(campaign: &str, urn: &str) -> String {
    format!("{campaign} {urn}")
}

/// New names are added, known ones replaced; whether Aimfox does the same is not known.
fn keep(aimfox: &mut Aimfox, campaign: &str, urn: &str, given: &Map<String, Value>) {
    let id = key(campaign, urn);
    if aimfox.shelves.find(VARIABLES, &id).is_none() {
        let record = json!({"id": id, "campaign": campaign, "target_urn": urn, "variables": {}});
        aimfox.shelves.put(VARIABLES, record);
    }
    if let Some(record) = aimfox.shelves.find_mut(VARIABLES, &id) {
        merge(&mut record["variables"], given);
    }
}

/// The values of everybody in a campaign, or of one person.
fn variables(aimfox: &Aimfox, call: &Call, urn: Option<&str>) -> Answer {
    let shown = |record: &Value| json!({"target_urn": record["target_urn"], "variables": record["variables"]});
    let shelf = aimfox.shelves.all(VARIABLES).iter();
    let of: Vec<&Value> = shelf
        .filter(|record| record["campaign"] == call.id(0))
        .collect();
    let mut keys: Vec<String> = of
        .iter()
        .filter_map(|record| record["variables"].as_object())
        .flat_map(|variables| variables.keys().cloned())
        .collect();
    keys.sort();
    keys.dedup();
    let rows = match urn {
        None => of.into_iter().map(shown).collect(),
        Some(urn) => of
            .into_iter()
            .find(|record| record["target_urn"] == urn)
            .map_or_else(|| json!({"target_urn": urn, "variables": {}}), shown),
    };
    let body = json!({"custom_variable_keys": keys, "custom_variables": rows});
    Answer::ok(with(json!({"status": "ok"}), body))
}

/// The values of one campaign that a person is in: the one written to last.
fn of_lead(aimfox: &Aimfox, call: &Call) -> Answer {
    let mut shelf = aimfox.shelves.all(VARIABLES).iter().rev();
    let found = shelf.find(|record| record["target_urn"] == call.id(1));
    let variables = found.map_or_else(|| json!({}), |record| record["variables"].clone());
    let names: Vec<&String> = variables
        .as_object()
        .into_iter()
        .flat_map(Map::keys)
        .collect();
    Answer::ok(json!({
        "status": "ok",
        "campaign_id": found.map(|record| &record["campaign"]),
        "flow_id": found.map(|record| &record["campaign"]),
        "state": found.map(|record| {
            let campaign = aimfox.campaigns.iter().find(|c| record["campaign"] == *c.id);
            let target = campaign.and_then(|campaign| {
                let mut all = campaign.waiting.iter().chain(&campaign.won);
                all.find(|target| record["target_urn"] == *target.urn)
            });
            target.map_or("init", |target| target.state.as_str()).to_owned()
        }),
        "custom_variable_keys": names,
        "custom_variables": variables,
    }))
}

fn set_variables(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let campaign = call.id(0).to_owned();
    let rows = call.body["custom_variables"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    for row in &rows {
        let urn = row["target_urn"].as_str().unwrap_or("");
        keep(aimfox, &campaign, urn, &members(&row["variables"]));
    }
    ok(200, json!({"response": rows}))
}

/// A week's limits of a seat.
fn set_limits(aimfox: &mut Aimfox, call: &Call) -> Outcome {
    let id = call.id(0);
    if aimfox.shelves.find("limits", id).is_none() {
        let record = json!({
            "id": id, "connect": 100, "email_connect": 100, "message_request": 100,
            "inmail": 100, "warmup": {"enabled": false},
        });
        aimfox.shelves.put("limits", record);
    }
    let mut changes = members(&call.body);
    changes.retain(|name, _| ["connect", "message_request", "inmail"].contains(&name.as_str()));
    if let Some(record) = aimfox.shelves.find_mut("limits", id) {
        merge(record, &changes);
    }
    ok(200, json!({"limit": aimfox.shelves.find("limits", id)}))
}
