//! The first sync as a user does it: by clicking, in the real window.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use foxbridge_contract::{RunState, RunSummary};
use serde_json::{Value, json};

use crate::session::Session;

/// How long a run on the sample data may take on a busy machine. It takes seconds.
pub(crate) const RUN: Duration = Duration::from_secs(240);

/// What the first sync did.
pub(crate) struct FirstSync {
    /// The sync's id.
    pub(crate) sync: String,
    /// The rehearsal before it.
    pub(crate) rehearsal: RunSummary,
    /// The run.
    pub(crate) run: RunSummary,
}

/// Clicks "Try with sample data", Rehearse, looks at the plan, clicks Run, and waits for its end.
/// `seen` is called at each stop with a name for what is on screen.
pub(crate) async fn first_sync(session: &Session, mut seen: impl AsyncStops) -> Result<FirstSync> {
    session
        .until("the start page", &there("start-sample"), RUN)
        .await?;
    seen.stop(session, "start").await?;
    let sync = start_sample(session).await?;

    session.click("rehearse").await?;
    let rehearsal = ended(session, &sync, true).await?;
    session.visit(&format!("/run/{}", rehearsal.id)).await?;
    session
        .until("the rehearsal's plan", &there("plan-row"), RUN)
        .await?;
    seen.stop(session, "rehearsal").await?;

    session.visit(&format!("/sync/{sync}")).await?;
    session.click("run").await?;
    let run = ended(session, &sync, false).await?;
    session.visit(&format!("/sync/{sync}")).await?;
    let health = format!(
        "return document.querySelector('[data-testid=\"health-in-sync\"]')?.dataset.value === '{}'",
        run.health.in_sync
    );
    session
        .until("the page to show how many are in sync", &health, RUN)
        .await?;
    seen.stop(session, "sync").await?;

    session.click("nav-activity").await?;
    session
        .until("the activity", &there("activity-entry"), RUN)
        .await?;
    seen.stop(session, "activity").await?;
    Ok(FirstSync {
        sync,
        rehearsal,
        run,
    })
}

/// Clicks "Try with sample data" and gives back the sync that it makes.
pub(crate) async fn start_sample(session: &Session) -> Result<String> {
    session.click("start-sample").await?;
    let hash = "const at = location.hash.match(/^#\\/sync\\/([^/]+)$/); return at && at[1];";
    let sync = session.until("the sample's sync page", hash, RUN).await?;
    Ok(sync.as_str().context("a sync's id")?.to_owned())
}

/// Waits for the end of the newest run of a sync, and that it ended well.
pub(crate) async fn ended(session: &Session, sync: &str, rehearsal: bool) -> Result<RunSummary> {
    // Asked of the host, so that a page which shows a stale state does not pass.
    let script = format!(
        "return window.__TAURI_INTERNALS__.invoke('rpc', {{ command: 'runs.list', \
         request: {{ sync: {} }} }}).then((runs) => {{ const run = runs[0]; return run && \
         run.rehearsal === {rehearsal} && run.state !== 'running' ? run : null; }});",
        Value::from(sync)
    );
    let what = if rehearsal {
        "the rehearsal's end"
    } else {
        "the run's end"
    };
    let run = session.until(what, &script, RUN).await?;
    let run: RunSummary = serde_json::from_value(run)?;
    if run.state != RunState::Done {
        bail!("{what}: {:?}, {:?}", run.state, run.error);
    }
    Ok(run)
}

/// What happens at each stop of the story.
pub(crate) trait AsyncStops {
    /// Looks at the page.
    fn stop(&mut self, session: &Session, name: &str) -> impl Future<Output = Result<()>>;
}

/// A script that is true once an element with this `data-testid` is on the page.
pub(crate) fn there(id: &str) -> String {
    format!("return !!document.querySelector('[data-testid=\"{id}\"]')")
}

/// Does the first sync without clicking, for pictures of single pages.
pub(crate) async fn prepare(session: &Session) -> Result<FirstSync> {
    let sync = session.call("sample.start", json!({})).await?;
    let sync = sync["id"].as_str().context("a sync's id")?.to_owned();
    let start = async |rehearsal: bool| -> Result<RunSummary> {
        let request = json!({ "sync": sync, "rehearsal": rehearsal, "approve": false });
        session.call("runs.start", request).await?;
        ended(session, &sync, rehearsal).await
    };
    let rehearsal = start(true).await?;
    let run = start(false).await?;
    Ok(FirstSync {
        sync,
        rehearsal,
        run,
    })
}
