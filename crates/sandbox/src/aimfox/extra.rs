//! What is not about leads, labels and notes: the same manners for all of it, and then each
//! resource's own file.

use super::{agency, audience, blacklist, flow, inbox, invalid, ok, texts};
use crate::call::{Answer, Call, Outcome};
use crate::manners::{Dialect, complaints};
use crate::plain;
use crate::world::{Aimfox, Mint};

/// Answers an operation that has passed the gate.
pub(crate) fn run(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    manners(aimfox, call)?;
    texts::run(aimfox, mint, call)
        .or_else(|| blacklist::run(aimfox, call))
        .or_else(|| flow::run(aimfox, call))
        .or_else(|| audience::run(aimfox, mint, call))
        .or_else(|| inbox::run(aimfox, mint, call))
        .or_else(|| agency::run(aimfox, mint, call))
        .unwrap_or_else(|| sample(aimfox, call))
}

/// Joi stops at the first fault.
fn manners(aimfox: &Aimfox, call: &Call) -> Result<(), Answer> {
    if let Some(first) = complaints(call, Dialect::Aimfox).first() {
        return Err(invalid(first));
    }
    let names = call.row.path_params().map(|param| param.name.as_str());
    for (name, value) in names.zip(&call.path) {
        let there = match name {
            "account_id" => aimfox.accounts.iter().any(|account| account.id == *value),
            "campaign_id" => aimfox
                .campaigns
                .iter()
                .any(|campaign| campaign.id == *value),
            _ => true,
        };
        if !there {
            let what = if name == "account_id" {
                "Account"
            } else {
                "Campaign"
            };
            return Err(super::refuse(404, &format!("{what} not found"), None));
        }
    }
    Ok(())
}

/// A schema-true answer that nothing is kept behind.
fn sample(aimfox: &Aimfox, call: &Call) -> Outcome {
    let known = [
        ("workspace_id", aimfox.workspace_id.as_str()),
        ("status", "ok"),
    ];
    ok(created(call.operation), plain::answer(call, &known)).map(plain::marked)
}

/// The status of a success (`facts/aimfox.md` §1).
pub(crate) fn created(operation: &str) -> u16 {
    match operation {
        "aimfox.templates.create"
        | "aimfox.webhooks.create"
        | "aimfox.conversations.send"
        | "aimfox.conversations.messages.react" => 201,
        _ => 200,
    }
}
