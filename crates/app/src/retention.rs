//! How long the audit is kept, and the job that forgets what has passed.

use foxbridge_contract::{AppError, ErrorCode, Retention};

use crate::{App, error};

const SETTING: &str = "retention";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Two days of requests are what the limits of a day are counted from, whatever the time zone.
const LEAST_REQUESTS: u32 = 2;
/// A hundred years: more is a slip.
const MOST: u32 = 36_500;
/// So many runs of each sync stay, however old they are: health and the next run look at them.
const RUNS_KEPT: u32 = 20;

const USUAL: Retention = Retention {
    activity_days: 0,
    request_days: 90,
};

/// How long things are kept.
pub(crate) fn get(app: &App) -> Result<Retention, AppError> {
    let kept = app.store().settings().get(SETTING).map_err(error::store)?;
    Ok(kept
        .and_then(|value| serde_json::from_value(value).ok())
        .unwrap_or(USUAL))
}

/// Keeps them so long from now on, and forgets at once what has passed.
pub(crate) fn set(app: &App, retention: Retention) -> Result<Retention, AppError> {
    let wrong = |what: String| Err(AppError::new(ErrorCode::BadRequest, what));
    if !(LEAST_REQUESTS..=MOST).contains(&retention.request_days) {
        return wrong(format!(
            "Requests are kept from {LEAST_REQUESTS} to {MOST} days: the limits of a day are counted \
             from them."
        ));
    }
    if retention.activity_days > MOST {
        return wrong(format!(
            "Activity is kept for up to {MOST} days, or for good (0)."
        ));
    }
    let value = serde_json::to_value(retention).map_err(error::internal)?;
    app.store()
        .settings()
        .set(SETTING, &value)
        .map_err(error::store)?;
    prune(app)?;
    app.changed(&["retention.get"]);
    Ok(retention)
}

/// Forgets what has passed.
pub(crate) fn prune(app: &App) -> Result<(), AppError> {
    let retention = get(app)?;
    let before = |days: u32| app.now() - i64::from(days) * DAY_MS;
    let store = app.store();
    let requests = before(retention.request_days);
    let mut gone = store.requests().prune(requests).map_err(error::store)?;
    store.events().prune(requests).map_err(error::store)?;
    store.deliveries().prune(requests).map_err(error::store)?;
    if retention.activity_days > 0 {
        gone += store
            .runs()
            .prune(before(retention.activity_days), RUNS_KEPT)
            .map_err(error::store)?;
    }
    if gone > 0 {
        tracing::info!(gone, "what had passed its time was forgotten");
        app.changed(&["activity.list", "runs.list"]);
    }
    Ok(())
}

/// [`prune`] when a day has passed since `last`; gives when it is due again.
pub(crate) fn daily(app: &App, last: &mut i64) -> i64 {
    let now = app.now();
    if !(0..DAY_MS).contains(&(now - *last)) {
        if let Err(e) = prune(app) {
            tracing::error!("what had passed its time was not forgotten: {e}");
        }
        *last = now;
    }
    *last + DAY_MS
}
