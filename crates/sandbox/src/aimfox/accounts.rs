//! LinkedIn seats (`facts/aimfox.md` §2.2).

use serde_json::{Value, json};

use super::{ok, refuse};
use crate::call::{Call, Outcome};
use crate::world::Aimfox;

/// `GET /accounts`: the call that tests a key, and the only one that names the workspace.
pub(crate) fn list(aimfox: &Aimfox) -> Outcome {
    let accounts: Vec<Value> = aimfox
        .accounts
        .iter()
        .map(|account| {
            json!({
                "id": account.id,
                "urn": account.urn,
                "public_identifier": account.public_identifier,
                "first_name": account.first_name,
                "last_name": account.last_name,
                "full_name": format!("{} {}", account.first_name, account.last_name),
                "email": account.email,
                "occupation": account.occupation,
                "picture_url": "",
                "premium": false,
                "sales_navigator": false,
                "first_scraped_at": "0001-01-01T00:00:00Z",
                "last_scraped_at": "0001-01-01T00:00:00Z",
                "state": if account.logged_in { "LoggedIn" } else { "LoggedOut" },
                "workspace_id": aimfox.workspace_id,
                "type": "user",
                "disabled": false,
                "subscription_id": null,
                "license": {
                    "account_id": account.id,
                    "status": "active",
                    "lifetime": false,
                    "expires_at": 0,
                    "source": "aimfox",
                },
            })
        })
        .collect();
    ok(200, json!({"accounts": accounts}))
}

/// `GET /accounts/{id}/limits`: weekly.
pub(crate) fn limits(aimfox: &Aimfox, call: &Call) -> Outcome {
    if !aimfox
        .accounts
        .iter()
        .any(|account| account.id == call.id(0))
    {
        return Err(refuse(404, "Account not found", None));
    }
    if let Some(limit) = aimfox.shelves.find("limits", call.id(0)) {
        return ok(200, json!({"limit": limit}));
    }
    ok(
        200,
        json!({"limit": {
            "id": call.id(0),
            "connect": 100,
            "email_connect": 100,
            "message_request": 100,
            "inmail": 100,
            "warmup": {"enabled": false},
        }}),
    )
}
