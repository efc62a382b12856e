//! A first sync at the services' real limits, in real time: how much of what Aimfox allows is used
//! while work is waiting there, and that nothing is refused. Aimfox is the slower one by far, so there
//! work is always waiting.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use foxbridge_model::Service;
use foxbridge_sandbox::{Config, Sandbox};

use super::{Ahead, LAG, Stage};

/// How often the sandbox is asked how much has arrived.
const LOOK: Duration = Duration::from_millis(50);

pub(crate) async fn bench(people: usize) {
    let config = Config {
        contacts: people,
        leads: people * 8 / 10,
        overlap: people * 3 / 10,
        index_lag: LAG,
        ..Config::default()
    };
    let (per_minute, clock) = (config.aimfox_per_minute, Arc::new(Ahead::default()));
    let sandbox = Sandbox::start_at(config, Arc::clone(&clock) as _)
        .await
        .unwrap();
    let stage = Stage::of(sandbox, clock, None).await;
    let before = super::spent(&stage.sandbox).aimfox;
    let (run, arrivals) = tokio::join!(stage.run(), watch(&stage, before));
    let (summary, spent) = run;
    let refused: u64 = [Service::HighLevel, Service::Aimfox]
        .map(|service| {
            let stats = stage.sandbox.stats(service);
            stats.by_status.get("429").copied().unwrap_or(0)
        })
        .iter()
        .sum();
    // No minute may hold more, whenever it begins, so each whole minute may hold as many. What comes
    // after the last whole one is what was left to do, not what was left unused.
    let took = arrivals.last().map_or(Duration::ZERO, |(at, _)| *at);
    let minutes = took.as_secs() / 60;
    let whole = Duration::from_secs(60 * minutes);
    let in_time = arrivals.iter().take_while(|(at, _)| *at < whole);
    let used = in_time.last().map_or(0, |(_, arrived)| *arrived);
    let allowed = minutes * u64::from(per_minute);
    println!(
        "{people} people: {} requests to HighLevel and {} to Aimfox in {:.0} s; in its {minutes} whole \
         minutes Aimfox allows {allowed} and had {used}: {:.1} % of the allowed rate, {refused} \
         answers were 429; {} created, {} linked",
        spent.highlevel,
        spent.aimfox,
        took.as_secs_f64(),
        100.0 * used as f64 / allowed.max(1) as f64,
        summary.changed.create,
        summary.changed.link,
    );
    stage.app.shutdown().await;
    stage.sandbox.stop().await;
}

/// When so many of the sync's requests had arrived, counted from the first of them.
async fn watch(stage: &Stage, before: u64) -> Vec<(Duration, u64)> {
    let (mut known, mut first, mut arrivals) = (before, None, Vec::new());
    loop {
        let now = super::spent(&stage.sandbox).aimfox;
        if now != known {
            known = now;
            let first = *first.get_or_insert_with(Instant::now);
            arrivals.push((first.elapsed(), now - before));
        }
        if stage.ended.load(Ordering::SeqCst) {
            return arrivals;
        }
        tokio::time::sleep(LOOK).await;
    }
}
