//! Campaigns that go on: what becomes of the people who were added to one.
//!
//! A target's steps, and how long each takes, follow from the seed and from who it is; they take
//! place as the clock moves, and only while the campaign is active. The states are the documented
//! ones: `init` → `view` → `connect` → `message` (accepted) → `done`, or `withdraw` for somebody who
//! never answered (`facts/aimfox.md` §2.4). People of the generated world stay as they are until they
//! are set going ([`set_going`]): a sync that is tried out is not to be met by surprises.

use serde_json::{Value, json};

use super::records::{Campaign, Experience, Lead, Origin, Place, Target};
use super::{inbox, ok, tell};
use crate::call::{Call, Outcome};
use crate::clock::iso;
use crate::dice::{Dice, mix};
use crate::world::{Aimfox, Mint, World};

/// Everything that happened to somebody, oldest first.
pub(crate) const STEPS: &str = "steps";
/// A day of a campaign, in its own milliseconds.
pub(crate) const DAY: i64 = 86_400_000;
/// Somebody who has not accepted by then is asked no more.
const PATIENCE: i64 = 14 * DAY;
/// After a last message without an answer the sequence is over.
const SEQUENCE: i64 = 7 * DAY;

/// A step of a target: when, in milliseconds of the campaign since it was added, and to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    after: i64,
    /// The name of the event.
    transition: &'static str,
    state: &'static str,
}

/// All steps of a target, in order.
pub(crate) fn plan(seed: u64, campaign: &Campaign, target: &Target) -> Vec<Step> {
    let of = |text: &str| text.bytes().fold(3, |sum, byte| mix(sum, u64::from(byte)));
    let mut dice = Dice::new(seed, mix(of(&campaign.id), target.id));
    let mut after = 0;
    // Days in tenths.
    let mut wait = |dice: &mut Dice, least: i64, most: i64| {
        let tenths = least + dice.below((most - least) as usize + 1) as i64;
        after += tenths * DAY / 10;
        after
    };
    let step = |after, transition, state| Step {
        after,
        transition,
        state,
    };
    let mut steps = vec![step(wait(&mut dice, 2, 10), "view", "view")];
    let (accepts, asks) = match campaign.outreach.as_str() {
        // They are connections already.
        "message" => (100, "message"),
        "inmail" => (0, "inmail"),
        _ => (60, "connect"),
    };
    steps.push(step(wait(&mut dice, 3, 15), asks, asks));
    let accepted = dice.chance(accepts);
    if accepted && asks == "connect" {
        steps.push(step(wait(&mut dice, 5, 40), "accepted", "message"));
        steps.push(step(wait(&mut dice, 5, 15), "message", "message"));
    }
    let answers = if asks == "connect" { accepted } else { true };
    let asked = steps.last().map_or(0, |last| last.after);
    if answers && dice.chance(40) {
        let reply = if asks == "inmail" {
            "inmail_reply"
        } else {
            "reply"
        };
        steps.push(step(wait(&mut dice, 5, 40), reply, "done"));
    } else if answers {
        steps.push(step(asked + SEQUENCE, "end", "done"));
    } else {
        steps.push(step(asked + PATIENCE, "withdraw", "withdraw"));
    }
    steps
}

/// Lets the time since the last call pass for every active campaign; `day_ms` is how long a
/// campaign's day takes. Answers whether anything changed.
pub(crate) fn pass(world: &mut World, now: i64, day_ms: i64) -> bool {
    let last = world.aimfox.flow_ms.replace(now).unwrap_or(now);
    let elapsed = (now - last).max(0);
    let passed = i128::from(elapsed) * i128::from(DAY) / i128::from(day_ms.max(1));
    let passed = i64::try_from(passed).unwrap_or(i64::MAX / 4);
    go_on(world, passed, now, elapsed)
}

/// Lets days pass at once, for everybody in an active campaign. What happens, happens now.
pub(crate) fn set_going(world: &mut World, days: f64, now: i64) {
    for campaign in &mut world.aimfox.campaigns {
        let moment = campaign.active_ms;
        for target in &mut campaign.waiting {
            target.asked.get_or_insert(moment);
        }
    }
    go_on(world, (days * DAY as f64) as i64, now, 0);
}

/// `elapsed` is how long `passed` of a campaign took, in real milliseconds.
fn go_on(world: &mut World, passed: i64, now: i64, elapsed: i64) -> bool {
    let seed = world.seed();
    let World { aimfox, mint, .. } = world;
    let mut moved = false;
    for at in 0..aimfox.campaigns.len() {
        let campaign = &mut aimfox.campaigns[at];
        if campaign.state != "ACTIVE" || passed == 0 {
            continue;
        }
        let before = campaign.active_ms;
        campaign.active_ms += passed;
        let after = campaign.active_ms;
        for (moment, target, step) in due(seed, campaign, before) {
            // As far back in what has elapsed as it is in what has passed.
            let ago = i128::from(after - moment) * i128::from(elapsed) / i128::from(passed);
            let when = now - i64::try_from(ago).unwrap_or(0);
            take(aimfox, mint, at, &target, step, when);
            moved = true;
        }
    }
    moved
}

/// The steps that fall between a campaign's last moment and its present one.
fn due(seed: u64, campaign: &Campaign, before: i64) -> Vec<(i64, Target, Step)> {
    let everybody = campaign.waiting.iter().chain(&campaign.won);
    let mut due: Vec<_> = everybody
        .filter_map(|target| Some((target.asked?, target)))
        .flat_map(|(asked, target)| {
            let steps = plan(seed, campaign, target);
            let steps = steps
                .into_iter()
                .map(move |step| (asked + step.after, step));
            steps.map(|(moment, step)| (moment, target.clone(), step))
        })
        .filter(|(moment, ..)| *moment > before && *moment <= campaign.active_ms)
        .collect();
    due.sort_by_key(|(moment, target, _)| (*moment, target.id));
    due
}

fn take(aimfox: &mut Aimfox, mint: &mut Mint, at: usize, target: &Target, step: Step, when: i64) {
    let campaign = &mut aimfox.campaigns[at];
    let (waiting, won) = (&mut campaign.waiting, &mut campaign.won);
    let mut everybody = waiting.iter_mut().chain(won.iter_mut());
    let Some(known) = everybody.find(|known| known.id == target.id) else {
        return;
    };
    let before = std::mem::replace(&mut known.state, step.state.to_owned());
    let known = known.clone();
    if step.transition == "accepted" {
        campaign.waiting.retain(|one| one.id != known.id);
        campaign.won.push(known.clone());
    }
    let (id, name) = (campaign.id.clone(), campaign.name.clone());
    let owner = campaign.owner.clone();
    let told = Campaign {
        waiting: Vec::new(),
        won: Vec::new(),
        ..campaign.clone()
    };
    if step.transition == "accepted" {
        aimfox.touches += 1;
        let lead = lead(
            &known,
            &owner,
            Origin {
                id: id.clone(),
                name: name.clone(),
            },
        );
        let lead = Lead {
            touched: aimfox.touches,
            ..lead
        };
        aimfox.leads.insert(known.id, lead);
    }
    if step.transition.ends_with("reply") && aimfox.leads.contains_key(&known.id) {
        inbox::receive(aimfox, mint, &told, &known, when);
    }
    let event = tell::Step {
        transition: step.transition,
        before: &before,
        after: step.state,
        at: when,
    };
    tell::step(aimfox, mint, &told, &known, &event);
    aimfox.shelves.put(
        STEPS,
        json!({
            "id": mint.uuid(), "at": when, "campaign": id, "campaign_name": name, "owner": owner,
            "transition": step.transition, "prev_state": before, "state": step.state,
            "target": super::campaigns::waiting(&known),
        }),
    );
}

impl World {
    /// A lead answers a campaign, at a time in milliseconds since 1970: Aimfox lists it, and a message
    /// has come in. Somebody who is no lead answers nothing.
    pub fn lead_replies(&mut self, lead: u64, when: i64) {
        let Self { aimfox, mint, .. } = self;
        let (Some(known), Some(campaign)) = (aimfox.leads.get(&lead), aimfox.campaigns.first())
        else {
            return;
        };
        let target = Target {
            id: known.id,
            urn: known.urn.clone(),
            public_identifier: known.public_identifier.clone(),
            full_name: known.full_name.clone(),
            occupation: known.occupation.clone(),
            company: String::new(),
            location: String::new(),
            state: "done".to_owned(),
            asked: None,
        };
        let campaign = campaign.clone();
        let step = json!({
            "id": mint.uuid(), "at": when, "campaign": campaign.id,
            "campaign_name": campaign.name, "owner": campaign.owner, "transition": "reply",
            "prev_state": "message", "state": "done",
            "target": super::campaigns::waiting(&target),
        });
        inbox::receive(aimfox, mint, &campaign, &target, when);
        let event = tell::Step {
            transition: "reply",
            before: "message",
            after: "done",
            at: when,
        };
        tell::step(aimfox, mint, &campaign, &target, &event);
        aimfox.shelves.put(STEPS, step);
    }
}

/// A target who accepted is a lead of the seat that asked.
fn lead(target: &Target, owner: &str, origin: Origin) -> Lead {
    let (first, last) = target
        .full_name
        .split_once(' ')
        .unwrap_or((&target.full_name, ""));
    let job = Experience {
        company: target.company.clone(),
        job_title: target.occupation.clone(),
        start_year: 2024,
        end_year: None,
    };
    Lead {
        id: target.id,
        urn: target.urn.clone(),
        public_identifier: target.public_identifier.clone(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        full_name: target.full_name.clone(),
        occupation: target.occupation.clone(),
        location: Some(Place {
            name: target.location.clone(),
            urn: String::new(),
        })
        .filter(|place| !place.name.is_empty()),
        connections: 500,
        experience: vec![job]
            .into_iter()
            .filter(|job| !job.company.is_empty())
            .collect(),
        lead_of: vec![owner.to_owned()],
        origins: vec![origin],
        ..Lead::default()
    }
}

/// Answers what is about the past of campaigns; `None` for anything else.
pub(crate) fn run(aimfox: &Aimfox, call: &Call) -> Option<Outcome> {
    match call.operation {
        "aimfox.analytics.recent_leads" => Some(ok(200, json!({"leads": recent(aimfox)}))),
        "aimfox.analytics.interactions" => Some(interactions(aimfox, call)),
        _ => None,
    }
}

/// `GET /analytics/interactions`: totals by hour or by day.
fn interactions(aimfox: &Aimfox, call: &Call) -> Outcome {
    const MOST: usize = 1000;
    let moment = |name| call.query(name).and_then(|text| text.parse::<i64>().ok());
    let length = match call.query("bucket") {
        Some("1 hour") => DAY / 24,
        _ => DAY,
    };
    let to = moment("to").unwrap_or(call.now);
    let from = moment("from").unwrap_or(to - 30 * DAY);
    let begins = (from..to).step_by(length as usize).take(MOST);
    let buckets: Vec<Value> = begins
        .map(|at| {
            let span = at..(at + length).min(to);
            let times =
                |names: &[&str]| count(aimfox, call.query("campaign_id"), names, span.clone());
            json!({
                "timestamp": at,
                "sent_connections": times(&["connect"]),
                "accepted_connections": times(&["accepted"]),
                "sent_messages": times(&["message"]),
                "sent_inmails": times(&["inmail"]),
                "replies": times(&["reply", "inmail_reply"]),
                "views": times(&["view"]),
                "message_requests": 0, "sent_likes": 0, "sent_endorsements": 0,
            })
        })
        .collect();
    ok(200, json!({"count": buckets.len(), "buckets": buckets}))
}

/// `GET /analytics/recent-leads`: the last few who accepted or replied; no parameter is honoured.
fn recent(aimfox: &Aimfox) -> Vec<Value> {
    const FEW: usize = 18;
    let told = ["accepted", "reply", "inmail_reply"];
    let steps = aimfox.shelves.all(STEPS).iter().rev();
    steps
        .filter(|step| told.iter().any(|name| step["transition"] == *name))
        .take(FEW)
        .map(|step| {
            json!({
                "timestamp": iso(step["at"].as_i64().unwrap_or(0)),
                "transition": step["transition"], "campaign_id": step["campaign"],
                "campaign_name": step["campaign_name"], "flow_id": step["campaign"],
                "target_id": step["target"]["id"], "target_urn": step["target"]["urn"],
                "template_id": null, "owner": step["owner"], "account_id": step["owner"],
                "target": step["target"],
            })
        })
        .collect()
}

/// How often something happened, in a campaign or in all, in a span of milliseconds.
pub(crate) fn count(
    aimfox: &Aimfox,
    campaign: Option<&str>,
    transitions: &[&str],
    span: std::ops::Range<i64>,
) -> usize {
    let steps = aimfox.shelves.all(STEPS).iter();
    steps
        .filter(|step| campaign.is_none_or(|id| step["campaign"] == *id))
        .filter(|step| transitions.iter().any(|name| step["transition"] == *name))
        .filter(|step| step["at"].as_i64().is_some_and(|at| span.contains(&at)))
        .count()
}
