//! `/oauth/token` and its neighbours.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Book, CODE_MS, Class, Code};
use crate::call::{Answer, Call, Outcome};
use crate::highlevel::{refuse, unprocessable};
use crate::manners::{Dialect, complaints};
use crate::world::World;

/// Answers one of the calls under `/oauth/`; the gate has looked at the bearer token already.
pub(crate) fn answer(book: &mut Book, world: &World, call: &Call) -> Answer {
    let complaints = complaints(call, Dialect::HighLevel);
    if !complaints.is_empty() {
        return unprocessable(complaints);
    }
    let answered = match call.operation.trim_start_matches("highlevel.oauth.") {
        "token" => token(book, world, call),
        "location_token" => location_token(book, world, call),
        "installed_locations" => installed(world, call),
        "reconnect" => reconnect(book, world, call),
        other => Err(refuse(404, format!("Cannot POST /oauth/{other}"))),
    };
    answered.unwrap_or_else(|refusal| refusal)
}

/// A member of the body under its name, or under v3's.
fn field<'a>(call: &'a Call, name: &str, camel: &str) -> Option<&'a str> {
    let of = |name: &str| call.body.get(name).and_then(Value::as_str);
    of(name)
        .or_else(|| of(camel))
        .filter(|text| !text.is_empty())
}

fn no(message: &str) -> Answer {
    refuse(StatusCode::BAD_REQUEST.as_u16(), message)
}

fn own_app(world: &World, id: Option<&str>, secret: Option<&str>) -> Result<(), Answer> {
    let (client_id, client_secret) = super::app(world.seed());
    if id == Some(client_id.as_str()) && secret == Some(client_secret.as_str()) {
        return Ok(());
    }
    Err(refuse(401, "Invalid client credentials!"))
}

fn token(book: &mut Book, world: &World, call: &Call) -> Outcome {
    if book.strict && call.body.get("code_verifier").is_some() {
        let complaint = "property code_verifier should not exist".to_owned();
        return Err(unprocessable(vec![complaint]));
    }
    let id = field(call, "client_id", "clientId");
    own_app(world, id, field(call, "client_secret", "clientSecret"))?;
    let pair = match field(call, "grant_type", "grantType") {
        Some("authorization_code") => by_code(book, world, call)?,
        Some("refresh_token") => by_refresh(book, world, call)?,
        _ => return Err(no("Invalid grant_type")),
    };
    Ok(Answer::ok(pair))
}

fn by_code(book: &mut Book, world: &World, call: &Call) -> Result<Value, Answer> {
    let invalid = || no("Invalid grant: authorization code is invalid");
    let given = field(call, "code", "code").ok_or_else(invalid)?;
    // It is spent by looking at it.
    let code = book.codes.remove(given).ok_or_else(invalid)?;
    if code.expires <= call.now {
        return Err(no("Invalid grant: authorization code has expired"));
    }
    if let Some(wanted) = &code.redirect_uri
        && field(call, "redirect_uri", "redirectUri") != Some(wanted)
    {
        return Err(no("Invalid grant: redirect_uri does not match"));
    }
    if let Some(challenge) = &code.challenge
        && !book.strict
    {
        let proven = field(call, "code_verifier", "codeVerifier")
            .is_some_and(|verifier| super::page::challenge_of(verifier) == *challenge);
        if !proven {
            return Err(no("Invalid grant: code_verifier does not match"));
        }
    }
    let class = book.grants[code.grant].class;
    Ok(book.pair(world, code.grant, class, call.now))
}

fn by_refresh(book: &mut Book, world: &World, call: &Call) -> Result<Value, Answer> {
    if book.inactive {
        return Err(no("Location is not active"));
    }
    let invalid = || no("Invalid grant: refresh token is invalid");
    let given = field(call, "refresh_token", "refreshToken").ok_or_else(invalid)?;
    let known = book.refresh.get_mut(given).ok_or_else(invalid)?;
    let (grant, class) = (known.grant, known.class);
    if known.used || known.expires <= call.now || book.grants[grant].revoked {
        return Err(invalid());
    }
    known.used = true;
    book.refreshes += 1;
    Ok(book.pair(world, grant, class, call.now))
}

/// The bearer's grant was checked to be an agency's before.
fn location_token(book: &mut Book, world: &World, call: &Call) -> Outcome {
    if field(call, "companyId", "companyId") != Some(world.highlevel.company_id.as_str()) {
        return Err(no("companyId is not the token's"));
    }
    if field(call, "locationId", "locationId") != Some(world.highlevel.location_id.as_str()) {
        return Err(no("Location not found or the app is not installed in it"));
    }
    let grant = book
        .grants
        .iter()
        .rposition(|grant| grant.class == Class::Company && !grant.revoked)
        .ok_or_else(|| refuse(401, "Invalid JWT"))?;
    let access = book.access_token(world.seed(), grant, Class::Location, call.now);
    Ok(Answer::ok(book.described(
        world,
        grant,
        Class::Location,
        &access,
    )))
}

fn installed(world: &World, call: &Call) -> Outcome {
    let (client_id, _) = super::app(world.seed());
    let app = client_id.split('-').next().unwrap_or_default();
    if call.query("companyId") != Some(world.highlevel.company_id.as_str()) {
        return Err(no("companyId is not the token's"));
    }
    let known = call.query("appId") == Some(app);
    let rows: Vec<Value> = known
        .then(|| {
            json!({
                "_id": world.highlevel.location_id,
                "name": world.highlevel.name,
                "address": "1 Mill Lane",
                "isInstalled": true,
            })
        })
        .into_iter()
        .collect();
    let count = rows.len();
    Ok(Answer::ok(json!({
        "locations": rows,
        "count": count,
        "installToFutureLocations": false,
    })))
}

/// A new code for what was agreed to before, when the pair was lost.
fn reconnect(book: &mut Book, world: &World, call: &Call) -> Outcome {
    let id = field(call, "clientKey", "clientKey");
    own_app(world, id, field(call, "clientSecret", "clientSecret"))?;
    let class = match (
        field(call, "locationId", "locationId"),
        field(call, "companyId", "companyId"),
    ) {
        (Some(location), _) if location == world.highlevel.location_id => Class::Location,
        (None, Some(company)) if company == world.highlevel.company_id => Class::Company,
        _ => return Err(no("The app is not installed there")),
    };
    let grant = book
        .grants
        .iter()
        .rposition(|grant| grant.class == class && !grant.revoked)
        .ok_or_else(|| no("The app is not installed there"))?;
    let expires = call.now + CODE_MS;
    let code = book.code(
        world.seed(),
        Code {
            grant,
            redirect_uri: None,
            challenge: None,
            expires,
        },
    );
    Ok(Answer::ok(json!({
        "authorizationCode": code,
        "expiresAt": crate::clock::iso(expires),
    })))
}
