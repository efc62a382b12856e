//! Tells Aimfox where to call; and a test event that takes the whole way round.

use std::sync::Arc;

use foxbridge_catalog::{get, ids};
use foxbridge_connectors::CallError;
use foxbridge_contract::{AppError, HookTested, ParamValue};
use foxbridge_model::Service;
use foxbridge_store::ConnectionRow;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::intake::TEST_HEADER;
use super::verify::SECRET_HEADER;
use super::{
    Choices, Endpoint, Test, choices, endpoint, keep_endpoint, keep_test, test_key, under_test,
    unguessable, url,
};
use crate::permissions::{Caller, Switches};
use crate::rules::{Line, bad};
use crate::{App, error, secrets};

/// What our webhook is called in Aimfox. It is found again by its address and events, never by this.
const NAME: &str = "Foxbridge";
/// How long a test event may take, in seconds.
const TEST_SECONDS: u64 = 15;
/// Secrets that are believed at once, at most, while it is not known which one Aimfox goes by.
const BELIEVED: usize = 4;

async fn call(
    line: &Line,
    operation: &str,
    id: Option<&str>,
    body: Option<Value>,
) -> Result<Value, CallError> {
    let params = id.map(|id| ("webhook_id".to_owned(), ParamValue::One(id.to_owned())));
    line.call(get(operation), params.into_iter().collect(), body)
        .await
}

fn off() -> AppError {
    bad("The connection receives no webhooks yet.").hint("Switch it on first.")
}

/// The address that a service is to call.
fn address(app: &App, choices: &Choices, kept: &Endpoint) -> Result<String, AppError> {
    let Some(address) = url(choices, kept) else {
        return Err(off());
    };
    // Without a tunnel only this computer can call, at whatever port was free.
    let listening = app.receiver().state().listening.clone();
    match (&choices.public_url, listening) {
        (None, Some(listening)) => Ok(format!("{listening}/hooks/{}", kept.path)),
        (None, None) if choices.port == 0 => Err(bad(
            "Webhooks are received at whatever port is free, by a program that is not this one: \
             the address is not known here.",
        )
        .hint(
            "Choose a port or a public address on the Webhooks page, or with `foxbridge hooks set`.",
        )),
        _ => Ok(address),
    }
}

/// Sees to it that there is exactly one webhook of ours for these events; none when there are none.
pub(crate) async fn register(
    app: &App,
    connection: &ConnectionRow,
    events: &[String],
) -> Result<(), AppError> {
    if connection.service != Service::Aimfox {
        return Err(bad(
            "HighLevel's webhooks belong to a marketplace app: its address is entered there, not from here.",
        )
        .hint("docs/WEBHOOKS.md shows where."));
    }
    let mut kept = endpoint(app, &connection.id)?;
    let choices = choices(app)?;
    if kept.path.is_empty() {
        return Err(off());
    }
    let gate = Switches {
        store: app.store().clone(),
        connection: connection.clone(),
        needed: std::collections::BTreeSet::new(),
        caller: Caller::Hand { confirmed: true },
    };
    let line = Line::open(app, connection.clone(), Arc::new(gate)).await?;
    let refused = |e: CallError| error::call(&e);
    let listed = call(&line, ids::AIMFOX_WEBHOOKS_LIST, None, None).await;
    let listed = listed.map_err(refused)?;
    let path = format!("/hooks/{}", kept.path);
    let ours: Vec<Value> = listed["webhooks"]
        .as_array()
        .into_iter()
        .flatten()
        // The path is ours alone: the tunnel's address may have changed since.
        .filter(|hook| hook["url"].as_str().is_some_and(|url| url.ends_with(&path)))
        .cloned()
        .collect();
    let id = |hook: &Value| hook["id"].as_str().unwrap_or_default().to_owned();
    let keep = usize::from(!events.is_empty());
    for hook in ours.iter().skip(keep) {
        let deleted = call(&line, ids::AIMFOX_WEBHOOKS_DELETE, Some(&id(hook)), None).await;
        deleted.map_err(refused)?;
    }
    if events.is_empty() {
        kept.registered = false;
        secrets::forget(app, &secrets::hook_name(&connection.id)).await?;
        return keep_endpoint(app, &connection.id, &kept);
    }
    let address = address(app, &choices, &kept)?;
    let mut before = Vec::new();
    if kept.registered {
        before = secrets::hook(app, &connection.id).await?;
    }
    let secret = SecretString::from(unguessable(app));
    // Believed beforehand, beside the one before: which of them the next call carries is known once
    // Aimfox has answered.
    let mut believed = vec![secret.clone()];
    believed.extend(before.iter().take(BELIEVED - 1).cloned());
    secrets::put_hook(app, &connection.id, &believed).await?;
    let was = std::mem::replace(&mut kept.registered, true);
    keep_endpoint(app, &connection.id, &kept)?;
    // The first call may come before Aimfox has answered us.
    app.receiver().caught_up(app).await;
    let told = tell(&line, &secret, &address, events, ours.first().map(id)).await;
    match &told {
        Ok(()) => secrets::put_hook(app, &connection.id, &[secret]).await?,
        // It may have been done: both are believed until somebody asks again.
        Err(e) if e.outcome_unknown() => {}
        Err(_) => {
            secrets::put_hook(app, &connection.id, &before).await?;
            kept.registered = was;
        }
    }
    keep_endpoint(app, &connection.id, &kept)?;
    told.map_err(refused)
}

/// Makes our webhook at Aimfox, or changes the one that is there.
async fn tell(
    line: &Line,
    secret: &SecretString,
    address: &str,
    events: &[String],
    there: Option<String>,
) -> Result<(), CallError> {
    let headers = json!({ SECRET_HEADER: secret.expose_secret() });
    let mut sorted = events.to_vec();
    sorted.sort();
    sorted.dedup();
    match there {
        Some(id) => {
            let body = json!({ "events": sorted, "url": address, "headers": headers });
            call(line, ids::AIMFOX_WEBHOOKS_UPDATE, Some(&id), Some(body)).await?;
        }
        None => {
            let body = json!({
                "name": NAME,
                "events": sorted,
                "url": address,
                "integration": false,
                "headers": headers,
            });
            call(line, ids::AIMFOX_WEBHOOKS_CREATE, None, Some(body)).await?;
        }
    }
    Ok(())
}

/// Calls the address that the service is told, as from outside, and sees whether it comes back.
pub(crate) async fn test(app: &App, connection: &ConnectionRow) -> Result<HookTested, AppError> {
    let choices = choices(app)?;
    let kept = endpoint(app, &connection.id)?;
    if !kept.on {
        return Err(off());
    }
    // Without a tunnel, at least the receiver itself is tried, here or in the program that does the work.
    let address = address(app, &choices, &kept)?;
    let test = Test {
        secret: unguessable(app),
        arrived: false,
    };
    keep_test(app, &connection.id, &test)?;
    let began = app.now();
    let sent = async {
        let client = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(TEST_SECONDS))
            .build()?;
        let answer = client
            .post(&address)
            .header(TEST_HEADER, &test.secret)
            .header("content-type", "application/json")
            .body("{}")
            .send()
            .await?;
        Ok::<_, reqwest::Error>(answer.status())
    };
    let sent = sent.await;
    let arrived = Test {
        arrived: true,
        ..test
    };
    let arrived = under_test(app, &connection.id)? == Some(arrived);
    let settings = app.store().settings();
    settings
        .remove(&test_key(&connection.id))
        .map_err(error::store)?;
    let failed = match (arrived, sent) {
        (true, _) => None,
        (false, Ok(status)) => Some(format!(
            "Something answered {status}, but it was not this program: look at where the tunnel \
             leads."
        )),
        (false, Err(e)) => Some(format!(
            "The address could not be reached: {}. Is a Foxbridge window open, or `foxbridge \
             serve` at work?",
            e.without_url()
        )),
    };
    Ok(HookTested {
        url: address,
        arrived,
        took_ms: u32::try_from(app.now() - began).unwrap_or(0),
        error: failed,
    })
}
