//! A first sync at the services' real limits, in real time: how much of what Aimfox allows is used
//! while work is waiting there, and that nothing is refused. Aimfox is the slower one by far, so there
//! work is always waiting.

use std::sync::Arc;
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
    let (run, seen) = tokio::join!(stage.run(), watch(&stage, before));
    let (summary, spent) = run;
    let refused: u64 = [Service::HighLevel, Service::Aimfox]
        .map(|service| {
            let stats = stage.sandbox.stats(service);
            stats.by_status.get("429").copied().unwrap_or(0)
        })
        .iter()
        .sum();
    // No minute may hold more, whenever it begins: so many whole minutes lie before the last request.
    let minutes = (before + spent.aimfox).saturating_sub(1) / u64::from(per_minute);
    let least = Duration::from_secs(60 * minutes);
    println!(
        "{people} people: {} requests to HighLevel and {} to Aimfox in {:.0} s; Aimfox allows them \
         in {:.0} s at least: {:.1} % of the allowed rate used, {refused} answers were 429, {} \
         created, {} linked",
        spent.highlevel,
        spent.aimfox,
        seen.as_secs_f64(),
        least.as_secs_f64(),
        100.0 * least.as_secs_f64() / seen.as_secs_f64(),
        summary.changed.create,
        summary.changed.link,
    );
    stage.app.shutdown().await;
    stage.sandbox.stop().await;
}

/// The time from the first of the sync's requests to the last.
async fn watch(stage: &Stage, before: u64) -> Duration {
    let (mut known, mut first, mut last) = (before, None, Instant::now());
    loop {
        let now = super::spent(&stage.sandbox).aimfox;
        if now != known {
            known = now;
            last = Instant::now();
            first.get_or_insert(last);
        }
        if stage.ended.load(std::sync::atomic::Ordering::SeqCst) {
            return first.map_or(Duration::ZERO, |first| last - first);
        }
        tokio::time::sleep(LOOK).await;
    }
}
