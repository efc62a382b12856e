//! Workspaces, seats, keys and clients of the agency (`facts/aimfox.md` §2.1). A key that is made here
//! opens the workspace, and one without the right to write does not write.

use serde_json::{Value, json};

use super::{ok, refuse};
use crate::call::{Answer, Call, Outcome};
use crate::shelf::text;
use crate::world::{Aimfox, Mint};

const WORKSPACES: &str = "workspaces";
pub(super) const KEYS: &str = "keys";
const CLIENTS: &str = "clients";

/// Answers what is about the agency; `None` for anything else.
pub(crate) fn run(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Option<Outcome> {
    Some(match call.operation.trim_start_matches("aimfox.") {
        "workspaces.create" => create(aimfox, mint, call),
        "workspaces.seats.set_lifetime" => seats(aimfox, call, "lifetime_license_count"),
        "workspaces.seats.set_agency" => seats(aimfox, call, "license_count"),
        "workspaces.tokens.list" => known(aimfox, call.id(0)).and_then(|workspace| {
            let keys = keys(aimfox, mint.seed, text(&workspace, "id"));
            ok(200, json!({"tokens": keys}))
        }),
        "workspaces.tokens.create" => create_key(aimfox, mint, call),
        "workspaces.login_token" => login(mint),
        "clients.create" => create_client(aimfox, mint, call),
        "clients.token" => client_token(aimfox, mint, call),
        _ => return None,
    })
}

/// A workspace as it is before anybody changes it.
fn fresh(id: &str, name: &str, accounts: usize, now: i64) -> Value {
    json!({
        "id": id, "name": name, "app_id": "aimfox", "subscription": null,
        "rental_subscription": null, "licenses": [], "license_count": accounts,
        "lifetime_license_count": 0, "accounts_count": accounts,
        "active_license_count": accounts, "non_renewing_license_count": 0,
        "created_at": now / 1000, "role": "owner", "permissions": [],
    })
}

/// One of the agency's; the one that was here first is on no shelf until it is changed.
fn known(aimfox: &Aimfox, id: &str) -> Result<Value, Answer> {
    match aimfox.shelves.find(WORKSPACES, id) {
        Some(workspace) => Ok(workspace.clone()),
        None if id == aimfox.workspace_id => Ok(fresh(id, "Sample", aimfox.accounts.len(), 0)),
        None => Err(refuse(404, "Workspace not found", None)),
    }
}

fn create(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let workspace = fresh(&mint.uuid(), text(&call.body, "name"), 0, call.now);
    aimfox.shelves.put(WORKSPACES, workspace.clone());
    ok(200, json!({"workspace": workspace}))
}

/// The count is the new total.
fn seats(aimfox: &mut Aimfox, call: &Call, member: &str) -> Outcome {
    let mut workspace = known(aimfox, call.id(0))?;
    workspace[member] = call.body["count"].clone();
    aimfox.shelves.remove(WORKSPACES, call.id(0));
    aimfox.shelves.put(WORKSPACES, workspace.clone());
    let count = call.body["count"].as_u64().unwrap_or(0);
    let used = workspace["accounts_count"].as_u64().unwrap_or(0);
    let promotion = json!({
        "type": call.body["source"], "license_count": count,
        "unassigned_license_count": count.saturating_sub(used), "subscription": null,
    });
    ok(200, json!({"promotion": promotion, "workspace": workspace}))
}

/// Keys with their secrets; the workspace's first one is stored nowhere.
fn keys(aimfox: &Aimfox, seed: u64, workspace: &str) -> Vec<Value> {
    let first = (workspace == aimfox.workspace_id).then(|| {
        key_row(
            &crate::world::uuid_of(seed, 1),
            &super::key(seed),
            "First",
            workspace,
            aimfox.can_write,
            0,
        )
    });
    let made = aimfox.shelves.all(KEYS).iter();
    let made = made.filter(|key| text(key, "workspace_id") == workspace);
    first.into_iter().chain(made.cloned()).collect()
}

fn key_row(id: &str, token: &str, name: &str, workspace: &str, write: bool, now: i64) -> Value {
    json!({
        "id": id, "token": token, "name": name, "app_id": "aimfox", "workspace_id": workspace,
        "read": true, "write": write, "created_at": now,
    })
}

/// Doing it twice makes two.
fn create_key(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    known(aimfox, call.id(0))?;
    let write = call.body["write"].as_bool().unwrap_or(false);
    let name = text(&call.body, "name");
    let key = key_row(
        &mint.uuid(),
        &mint.uuid(),
        name,
        call.id(0),
        write,
        call.now,
    );
    aimfox.shelves.put(KEYS, key.clone());
    ok(200, json!({"token": key}))
}

/// A token for the web app, which is not played.
fn login(mint: &mut Mint) -> Outcome {
    ok(200, json!({"token": mint.uuid()}))
}

fn client(aimfox: &Aimfox, email: &str) -> Option<Value> {
    let mut all = aimfox.shelves.all(CLIENTS).iter();
    all.find(|client| text(client, "email") == email).cloned()
}

/// An address is one client's.
fn create_client(aimfox: &mut Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let email = text(&call.body, "email");
    if client(aimfox, email).is_some() {
        return Err(refuse(400, "Client already exists", None));
    }
    let made = json!({
        "id": mint.uuid(), "email": email, "first_name": text(&call.body, "first_name"),
        "last_name": text(&call.body, "last_name"), "created_at": call.now / 1000,
        "updated_at": call.now / 1000, "show_questionnaire": false, "had_trial": false,
        "skip_login_email": call.body["skip_login_email"].as_bool().unwrap_or(true),
    });
    aimfox.shelves.put(CLIENTS, made.clone());
    ok(200, json!({"client": made}))
}

fn client_token(aimfox: &Aimfox, mint: &mut Mint, call: &Call) -> Outcome {
    let found = client(aimfox, text(&call.body, "email"));
    let client = found.ok_or_else(|| refuse(404, "Client not found", None))?;
    ok(200, json!({"client": client, "token": mint.uuid()}))
}

/// Whether a key that was made may write; `None` when it opens nothing here.
pub(super) fn may_write(aimfox: &Aimfox, token: &str) -> Option<bool> {
    let mut keys = aimfox.shelves.all(KEYS).iter();
    let key = keys.find(|key| {
        text(key, "token") == token && text(key, "workspace_id") == aimfox.workspace_id
    })?;
    key["write"].as_bool()
}
