//! Numbers in Prometheus' text format.

use std::fmt::Write as _;

use foxbridge_contract::{AppError, WorkerState, WorkerStatus, WorkerSync};

use crate::{App, convert, error, worker};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const STATES: [WorkerState; 6] = [
    WorkerState::Syncing,
    WorkerState::Paused,
    WorkerState::Offline,
    WorkerState::Error,
    WorkerState::NeedsYou,
    WorkerState::Idle,
];

/// Everything, as one page.
pub(super) fn text(app: &App) -> Result<String, AppError> {
    let status = worker::status(app)?;
    let mut page = Page::default();
    page.family("foxbridge_info", "gauge", "The program.");
    page.sample(&[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    about_worker(&mut page, &status);
    page.family(
        "foxbridge_runs_total",
        "counter",
        "Runs of a sync by how they stand; rehearsals not counted.",
    );
    for (sync, state, count) in app.store().runs().totals().map_err(error::store)? {
        page.sample(&[("sync", &sync), ("state", &state)], f64::from(count));
    }
    page.family(
        "foxbridge_rule_firings_total",
        "counter",
        "Firings of a rule by how they stand.",
    );
    for (rule, state, count) in app.store().rules().totals().map_err(error::store)? {
        page.sample(&[("rule", &rule), ("state", &state)], f64::from(count));
    }
    page.family(
        "foxbridge_events_waiting",
        "gauge",
        "Events that no rule has looked at.",
    );
    let waiting = app.store().events().waiting_count().map_err(error::store)?;
    page.sample(&[], f64::from(waiting));
    page.family(
        "foxbridge_hook_deliveries",
        "gauge",
        "Deliveries of webhooks on record, by how they stand.",
    );
    for (connection, state, count, _) in app.store().deliveries().totals().map_err(error::store)? {
        let labels = [
            ("connection", connection.as_str()),
            ("state", state.as_str()),
        ];
        page.sample(&labels, f64::from(count));
    }
    page.family(
        "foxbridge_requests_last_24h",
        "gauge",
        "Requests sent to a connection's service in the last 24 hours.",
    );
    for row in app.store().connections().list().map_err(error::store)? {
        let requests = app.store().requests();
        let sent = requests
            .count_since(&row.id, app.now() - DAY_MS)
            .map_err(error::store)?;
        let labels = [
            ("connection", row.id.as_str()),
            ("service", row.service.as_str()),
        ];
        page.sample(&labels, f64::from(sent));
    }
    Ok(page.0)
}

fn about_worker(page: &mut Page, status: &WorkerStatus) {
    page.family(
        "foxbridge_worker_state",
        "gauge",
        "1 for the state the worker is in, 0 for the others.",
    );
    for state in STATES {
        let held = f64::from(u8::from(status.state == state));
        page.sample(&[("state", &convert::word(&state))], held);
    }
    page.family("foxbridge_needs_you", "gauge", "What waits for a person.");
    for sync in &status.syncs {
        page.sample(&[("sync", &sync.sync)], f64::from(sync.needs_you));
    }
    page.family(
        "foxbridge_sync_failures",
        "gauge",
        "Runs that failed one after the other since the last good one.",
    );
    for sync in &status.syncs {
        page.sample(&[("sync", &sync.sync)], f64::from(sync.failures));
    }
    for (name, help, of) in [
        (
            "foxbridge_sync_last_success_timestamp_seconds",
            "When the last good run of a sync ended.",
            last_success as fn(&WorkerSync) -> Option<&str>,
        ),
        (
            "foxbridge_sync_next_run_timestamp_seconds",
            "When a sync starts next by itself.",
            next_run,
        ),
    ] {
        page.family(name, "gauge", help);
        for sync in &status.syncs {
            if let Some(at) = of(sync).and_then(seconds) {
                page.sample(&[("sync", &sync.sync)], at);
            }
        }
    }
}

fn last_success(sync: &WorkerSync) -> Option<&str> {
    sync.last_success.as_deref()
}

fn next_run(sync: &WorkerSync) -> Option<&str> {
    sync.next_run.as_deref()
}

fn seconds(rfc3339: &str) -> Option<f64> {
    let at: jiff::Timestamp = rfc3339.parse().ok()?;
    Some(at.as_duration().as_secs_f64())
}

/// A page under construction.
#[derive(Default)]
struct Page(String, &'static str);

impl Page {
    fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.1 = name;
        // Writing to a string cannot fail.
        let _written = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: f64) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
            .collect();
        let _written = writeln!(self.0, "{}{{{}}} {value}", self.1, labels.join(","));
    }
}

/// A label's value, as the format wants it.
fn escaped(value: &str) -> String {
    value
        .replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_survive_what_people_write() {
        let mut page = Page::default();
        page.family("x", "gauge", "Help.");
        page.sample(&[("a", "\"\\\n"), ("b", "é")], 1.5);
        assert_eq!(
            page.0,
            "# HELP x Help.\n# TYPE x gauge\nx{a=\"\\\"\\\\\\n\",b=\"é\"} 1.5\n"
        );
    }
}
