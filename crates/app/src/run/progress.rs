//! What a run tells while it goes on.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use foxbridge_contract::{Event, Phase, Progress};

use crate::audit::Meter;
use crate::{App, convert};

/// Least time between two progress events, in milliseconds: listeners draw, they do not count.
const EVERY_MS: i64 = 80;

/// Tells how far a run is.
#[derive(Clone)]
pub(super) struct Reporter {
    app: App,
    run: String,
    sync: String,
    meter: Arc<Meter>,
    last: Arc<AtomicI64>,
    paused: Arc<AtomicBool>,
    /// How far the step was when it was last told.
    far: Arc<Mutex<(usize, Option<usize>)>>,
    now: Arc<Mutex<(Phase, String)>>,
}

impl Reporter {
    pub(super) fn new(app: &App, run: &str, sync: &str, meter: Arc<Meter>) -> Self {
        Self {
            app: app.clone(),
            run: run.to_owned(),
            sync: sync.to_owned(),
            meter,
            last: Arc::default(),
            paused: Arc::default(),
            far: Arc::default(),
            now: Arc::new(Mutex::new((Phase::Pull, String::new()))),
        }
    }

    /// A new step begins; always told.
    pub(super) fn step(&self, phase: Phase, doing: &str) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = (phase, doing.to_owned());
        self.last.store(0, Ordering::Relaxed);
        self.at(0, None);
    }

    /// Somebody paused the run, or lets it go on; always told.
    pub(super) fn pause(&self, paused: bool) {
        self.paused.store(paused, Ordering::Relaxed);
        self.last.store(0, Ordering::Relaxed);
        let (done, total) = *self.far.lock().unwrap_or_else(PoisonError::into_inner);
        self.at(done, total);
    }

    /// The step has come so far; told now and then, and at its end.
    pub(super) fn at(&self, done: usize, total: Option<usize>) {
        *self.far.lock().unwrap_or_else(PoisonError::into_inner) = (done, total);
        let now = self.app.now();
        let ended = total == Some(done);
        if !ended && now - self.last.load(Ordering::Relaxed) < EVERY_MS {
            return;
        }
        self.last.store(now, Ordering::Relaxed);
        let (phase, doing) = self
            .now
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.app.emit(Event::Progress {
            progress: Progress {
                run: self.run.clone(),
                sync: self.sync.clone(),
                phase,
                doing,
                done: count(done),
                total: total.map(count),
                requests: self.meter.requests(),
                paused: self.paused.load(Ordering::Relaxed),
                waiting_for: self.meter.waiting_for().map(convert::service),
            },
        });
    }
}
