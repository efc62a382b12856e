//! Tells Aimfox where to call; and a test event that takes the whole way round.

use std::sync::Arc;

use foxbridge_catalog::find as find_operation;
use foxbridge_contract::{AppError, HookTested, ParamValue};
use foxbridge_model::Service;
use foxbridge_store::ConnectionRow;
use serde_json::{Value, json};

use super::intake::TEST_HEADER;
use super::verify::SECRET_HEADER;
use super::{choices, endpoint, keep_endpoint, test_key, unguessable, url};
use crate::permissions::{Caller, Switches};
use crate::rules::{Line, bad};
use crate::{App, error, secrets};

/// What our webhook is called in Aimfox. It is found again by its address and events, never by this.
const NAME: &str = "Foxbridge";
/// How long a test event may take, in seconds.
const TEST_SECONDS: u64 = 15;

async fn call(
    line: &Line,
    operation: &str,
    id: Option<&str>,
    body: Option<Value>,
) -> Result<Value, AppError> {
    let operation =
        find_operation(operation).ok_or_else(|| error::not_found("operation", operation))?;
    let params = id.map(|id| ("webhook_id".to_owned(), ParamValue::One(id.to_owned())));
    line.call(operation, params.into_iter().collect(), body)
        .await
        .map_err(|e| error::call(&e))
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
    let Some(address) = url(&choices, &kept) else {
        return Err(bad("The connection receives no webhooks yet.").hint("Switch it on first."));
    };
    // Without a tunnel only this computer can call, at whatever port was free.
    let listening = app.receiver().state().listening.clone();
    let address = match (&choices.public_url, listening) {
        (None, Some(listening)) => format!("{listening}/hooks/{}", kept.path),
        _ => address,
    };
    let gate = Switches {
        store: app.store().clone(),
        connection: connection.clone(),
        needed: std::collections::BTreeSet::new(),
        caller: Caller::Hand { confirmed: true },
    };
    let line = Line::open(app, connection.clone(), Arc::new(gate)).await?;
    let listed = call(&line, "aimfox.webhooks.list", None, None).await?;
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
        call(&line, "aimfox.webhooks.delete", Some(&id(hook)), None).await?;
    }
    if events.is_empty() {
        kept.registered = false;
        secrets::forget(app, &secrets::hook_name(&connection.id)).await?;
        return keep_endpoint(app, &connection.id, &kept);
    }
    let secret = unguessable(app);
    // Kept first: a call that comes before we have written it down would be refused.
    secrets::put(
        app,
        &secrets::hook_name(&connection.id),
        secret.clone().into(),
    )
    .await?;
    let was = std::mem::replace(&mut kept.registered, true);
    keep_endpoint(app, &connection.id, &kept)?;
    // The first call may come before Aimfox has answered us.
    app.receiver().caught_up(app).await;
    let told = tell(&line, &secret, &address, events, ours.first().map(id)).await;
    if told.is_err() {
        kept.registered = was;
        keep_endpoint(app, &connection.id, &kept)?;
    }
    told
}

/// Makes our webhook at Aimfox, or changes the one that is there.
async fn tell(
    line: &Line,
    secret: &str,
    address: &str,
    events: &[String],
    there: Option<String>,
) -> Result<(), AppError> {
    let headers = json!({ SECRET_HEADER: secret });
    let mut sorted = events.to_vec();
    sorted.sort();
    sorted.dedup();
    match there {
        Some(id) => {
            let body = json!({ "events": sorted, "url": address, "headers": headers });
            call(line, "aimfox.webhooks.update", Some(&id), Some(body)).await?;
        }
        None => {
            let body = json!({
                "name": NAME,
                "events": sorted,
                "url": address,
                "integration": false,
                "headers": headers,
            });
            call(line, "aimfox.webhooks.create", None, Some(body)).await?;
        }
    }
    Ok(())
}

/// Calls the address that the service is told, as from outside, and sees whether it comes back.
pub(crate) async fn test(app: &App, connection: &ConnectionRow) -> Result<HookTested, AppError> {
    let choices = choices(app)?;
    let kept = endpoint(app, &connection.id)?;
    let Some(address) = url(&choices, &kept).filter(|_| kept.on) else {
        return Err(bad("The connection receives no webhooks yet.").hint("Switch it on first."));
    };
    // Without a tunnel, at least the receiver itself is tried, here or in the program that does the work.
    let listening = app.receiver().state().listening.clone();
    let address = match (&choices.public_url, listening) {
        (None, Some(listening)) => format!("{listening}/hooks/{}", kept.path),
        _ => address,
    };
    let test = unguessable(app);
    let (settings, key) = (app.store().settings(), test_key(&test));
    settings
        .set(&key, &Value::Bool(false))
        .map_err(error::store)?;
    let began = app.now();
    let sent = async {
        let client = reqwest::Client::builder()
            .timeout(std::time::Duration::from_secs(TEST_SECONDS))
            .build()?;
        let answer = client
            .post(&address)
            .header(TEST_HEADER, &test)
            .header("content-type", "application/json")
            .body("{}")
            .send()
            .await?;
        Ok::<_, reqwest::Error>(answer.status())
    };
    let sent = sent.await;
    let arrived = settings.get(&key).map_err(error::store)? == Some(Value::Bool(true));
    settings.remove(&key).map_err(error::store)?;
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
