//! How many requests may be under way: a pure state machine, without clock or lock.
//!
//! The service counts a request at some moment between its sending and its answer, in windows that
//! may slide or may start at fixed times. So a request holds its slot from its sending until a whole
//! window after its answer: then no window of the server's can hold more than the limit, whichever
//! kind it is. What this costs is one answer's time a window.

use std::collections::{HashMap, VecDeque};

#[cfg(test)]
mod tests;

/// Added to each wait: both clocks are read in whole milliseconds.
const MARGIN_MS: i64 = 10;
/// How long after its sending a request of another process is taken to have been counted at most.
pub(crate) const FOREIGN_MS: i64 = 1_000;
/// A clock that is further back than this was set back.
const CLOCK_SET_BACK_MS: i64 = 5_000;
/// When a service says that the day's quota is used up, but not until when.
const UNKNOWN_RESET_MS: i64 = 60 * 60 * 1_000;

/// What a service's answer says of its limits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Requests a window.
    pub(crate) max: Option<u32>,
    /// Length of the window in milliseconds.
    pub(crate) window_ms: Option<i64>,
    /// Requests left in the current window.
    pub(crate) remaining: Option<u32>,
    /// Requests left today.
    pub(crate) daily_remaining: Option<u32>,
    /// Milliseconds until the day's quota is renewed.
    pub(crate) daily_reset_ms: Option<i64>,
}

/// Whether a request may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Now; the slot is taken.
    Go(u64),
    /// At this time at the earliest.
    At(i64),
    /// Not before one of the requests under way is answered.
    AfterAnswer,
    /// Not before the day's quota is renewed.
    Daily(i64),
}

/// A request of ours.
#[derive(Debug)]
struct Sent {
    id: u64,
    at: i64,
    answered: Option<i64>,
}

/// The budget of one connection.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: u32,
    ceiling: Option<u32>,
    window: i64,
    /// Ours; kept until they are neither counted nor in the audit's horizon.
    ours: VecDeque<Sent>,
    /// Sending times of requests of other processes, as the audit has them.
    foreign: Vec<i64>,
    /// When the service told of requests that are in nobody's audit.
    others: Vec<i64>,
    held_until: i64,
    daily_until: Option<i64>,
    next_id: u64,
    last_now: i64,
}

impl Budget {
    /// `limit` requests in `window_ms`; a `ceiling` the service's own words cannot lift.
    pub(crate) fn new(limit: u32, window_ms: i64, ceiling: Option<u32>) -> Self {
        Self {
            limit: limit.max(1),
            ceiling,
            window: window_ms.max(1),
            ours: VecDeque::new(),
            foreign: Vec::new(),
            others: Vec::new(),
            held_until: i64::MIN,
            daily_until: None,
            next_id: 0,
            last_now: i64::MIN,
        }
    }

    /// What the service said of its limit, now or to an earlier process.
    pub(crate) fn believe(&mut self, max: Option<u32>, window_ms: Option<i64>) {
        if let Some(max) = max {
            self.limit = max.min(self.ceiling.unwrap_or(max)).max(1);
        }
        if let Some(window) = window_ms {
            self.window = window.max(1);
        }
    }

    /// Length of the service's window in milliseconds.
    pub(crate) fn window_ms(&self) -> i64 {
        self.window
    }

    /// Since when the audit's rows matter.
    pub(crate) fn horizon(&self, now: i64) -> i64 {
        now - self.window - FOREIGN_MS
    }

    /// Asks for a slot. `audit` holds the sending times since [`Budget::horizon`], ours included.
    pub(crate) fn take(&mut self, now: i64, audit: &[i64]) -> Turn {
        let now = self.pass(now);
        self.note_foreign(now, audit);
        match self.daily_until {
            Some(until) if now < until => return Turn::Daily(until),
            _ => self.daily_until = None,
        }
        if now < self.held_until {
            return Turn::At(self.held_until);
        }
        let mut busy = self.busy(now);
        let limit = self.limit as usize;
        if busy.len() >= limit {
            busy.sort_unstable();
            // Once this one is free, fewer than the limit are left.
            return match busy[busy.len() - limit] {
                i64::MAX => Turn::AfterAnswer,
                free => Turn::At(free),
            };
        }
        self.next_id += 1;
        self.ours.push_back(Sent {
            id: self.next_id,
            at: now,
            answered: None,
        });
        Turn::Go(self.next_id)
    }

    /// A request was answered, or given up.
    pub(crate) fn answered(&mut self, id: u64, now: i64, limits: &Limits) {
        let now = self.pass(now);
        if let Some(sent) = self.ours.iter_mut().find(|sent| sent.id == id) {
            sent.answered.get_or_insert(now);
        }
        self.believe(limits.max, limits.window_ms);
        if let Some(remaining) = limits.remaining {
            // The ceiling is ours alone: the service counts against its own maximum.
            let limit = limits.max.unwrap_or(self.limit) as usize;
            let free = limit.saturating_sub(self.busy(now).len());
            let missing = free.saturating_sub(remaining as usize);
            self.others.extend(std::iter::repeat_n(now, missing));
        }
        if limits.daily_remaining == Some(0) {
            self.daily_until = Some(now + limits.daily_reset_ms.unwrap_or(UNKNOWN_RESET_MS));
        }
    }

    /// The service asked to be left alone for a while.
    pub(crate) fn hold(&mut self, now: i64, for_ms: i64) {
        let now = self.pass(now);
        self.held_until = self.held_until.max(now + for_ms);
    }

    /// When the day's quota is renewed, if it is used up.
    pub(crate) fn daily_until(&self) -> Option<i64> {
        self.daily_until
    }

    /// When each of the slots in use becomes free; `i64::MAX` for those not answered yet.
    fn busy(&self, now: i64) -> Vec<i64> {
        let ours = self.ours.iter().map(|sent| match sent.answered {
            Some(answered) => answered + self.window + MARGIN_MS,
            None => i64::MAX,
        });
        let foreign = self.foreign.iter().map(|at| at + self.window + FOREIGN_MS);
        let others = self.others.iter().map(|at| at + self.window + MARGIN_MS);
        ours.chain(foreign)
            .chain(others)
            .filter(|free| *free > now)
            .collect()
    }

    /// Finds out which of the audit's rows are not ours.
    fn note_foreign(&mut self, now: i64, audit: &[i64]) {
        let mut ours: HashMap<i64, u32> = HashMap::new();
        for sent in &self.ours {
            *ours.entry(sent.at).or_default() += 1;
        }
        self.foreign.clear();
        for at in audit {
            match ours.get_mut(at) {
                Some(left) if *left > 0 => *left -= 1,
                // A row from the future was written before the clock was set back.
                _ if *at > now + CLOCK_SET_BACK_MS => {}
                _ => self.foreign.push(*at),
            }
        }
    }

    /// Forgets what no longer matters, and copes with a clock that was set back.
    fn pass(&mut self, now: i64) -> i64 {
        let back = self.last_now.saturating_sub(now);
        if self.last_now != i64::MIN && back > CLOCK_SET_BACK_MS {
            for sent in &mut self.ours {
                sent.at -= back;
                sent.answered = sent.answered.map(|at| at - back);
            }
            self.others.iter_mut().for_each(|at| *at -= back);
            self.held_until = self.held_until.saturating_sub(back);
            self.daily_until = self.daily_until.map(|at| at - back);
            self.last_now = now;
        }
        // Threads may read the clock in one order and come here in another.
        let now = now.max(self.last_now);
        self.last_now = now;
        let horizon = self.horizon(now);
        let window = self.window;
        self.ours.retain(|sent| {
            sent.at >= horizon
                || sent
                    .answered
                    .is_none_or(|answered| answered + window + MARGIN_MS > now)
        });
        self.others.retain(|at| at + window + MARGIN_MS > now);
        now
    }
}
