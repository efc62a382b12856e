//! How many requests may be under way: a pure state machine, without clock or lock.
//!
//! The service counts a request at some moment between its sending and its answer, in windows that
//! may slide or may start at fixed times. So a request holds its slot from its sending until a whole
//! window after its answer: then no window of the server's can hold more than the limit, whichever
//! kind it is. What this costs is one answer's time a window.
//!
//! Three things keep calls that somebody waits for quick. One slot is left to them. While somebody is
//! there, work that has to wait goes on evenly instead of in a burst a window, so that slots become
//! free all the time. And of the day's quota each kind leaves to the more urgent ones a part of what
//! an even pace would have left: whoever comes to that line goes on slowly, along it.

use std::collections::{HashMap, VecDeque};

use super::urgency::Urgency;

#[cfg(test)]
mod tests;

/// A limit so small has no slot to leave.
const SMALL_LIMIT: u32 = 20;
/// For so many windows after a call by hand, somebody is taken to be there.
const THERE_WINDOWS: i64 = 10;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Whoever would wait longer for the day's line is told so instead.
const LONG_WAIT_MS: i64 = 10 * 60 * 1_000;
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
    /// Requests a day.
    pub(crate) daily_max: Option<u32>,
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
    /// Not before this time, because of the day's quota; so many requests are left of it, for what
    /// is more urgent.
    Daily(i64, u32),
}

/// What the service said of the day's quota.
#[derive(Debug, Clone, Copy)]
struct Day {
    max: u32,
    remaining: u32,
    resets_at: i64,
}

impl Day {
    /// When so urgent a request may go.
    fn line(&self, urgency: Urgency) -> i64 {
        let leaves = i64::from(self.max) * urgency.leaves_percent();
        if leaves == 0 {
            return i64::MIN;
        }
        // An even pace has `max * time left / day` left; the line is a part of that.
        self.resets_at - i64::from(self.remaining) * 100 * DAY_MS / leaves
    }
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
    day: Option<Day>,
    /// Until a window after work last had to wait for a slot.
    pressed_until: i64,
    /// When work last went, and when somebody last waited for a call.
    work_sent: i64,
    by_hand: i64,
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
            day: None,
            pressed_until: i64::MIN / 2,
            work_sent: i64::MIN / 2,
            by_hand: i64::MIN / 2,
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
    pub(crate) fn take(&mut self, now: i64, audit: &[i64], urgency: Urgency) -> Turn {
        let now = self.pass(now);
        self.note_foreign(now, audit);
        if let Some(wait) = self.day_allows(now, urgency) {
            return wait;
        }
        if now < self.held_until {
            return Turn::At(self.held_until);
        }
        let work = urgency != Urgency::ByHand;
        if !work {
            self.by_hand = now;
        }
        if let Some(wait) = self.full(now, work) {
            if work && let Turn::At(at) = wait {
                self.pressed_until = at + self.window;
            }
            return wait;
        }
        if work {
            let next = self.work_sent + self.window / i64::from(self.limit);
            let somebody_there = now - self.by_hand < THERE_WINDOWS * self.window;
            if somebody_there && now < self.pressed_until.min(next) {
                return Turn::At(next);
            }
            self.work_sent = now;
        }
        self.next_id += 1;
        self.ours.push_back(Sent {
            id: self.next_id,
            at: now,
            answered: None,
        });
        Turn::Go(self.next_id)
    }

    /// What the day's quota makes a request wait for.
    fn day_allows(&mut self, now: i64, urgency: Urgency) -> Option<Turn> {
        match self.daily_until {
            Some(until) if now < until => return Some(Turn::Daily(until, 0)),
            _ => self.daily_until = None,
        }
        self.day = self.day.filter(|day| now < day.resets_at);
        let day = self.day?;
        let at = day.line(urgency);
        if at <= now {
            return None;
        }
        Some(if at - now > LONG_WAIT_MS {
            Turn::Daily(at, day.remaining)
        } else {
            Turn::At(at)
        })
    }

    /// When so urgent a request may go as far as the day's quota is concerned, if not now.
    pub(crate) fn saves_until(&mut self, now: i64, urgency: Urgency) -> Option<i64> {
        let now = self.pass(now);
        match self.day_allows(now, urgency)? {
            Turn::At(at) | Turn::Daily(at, _) => Some(at),
            Turn::Go(_) | Turn::AfterAnswer => None,
        }
    }

    /// What the slots in use make a request wait for.
    fn full(&self, now: i64, work: bool) -> Option<Turn> {
        let kept = u32::from(work && self.limit >= SMALL_LIMIT);
        let limit = (self.limit - kept) as usize;
        let mut busy = self.busy(now);
        if busy.len() < limit {
            return None;
        }
        busy.sort_unstable();
        // Once this one is free, fewer than the limit are left.
        Some(match busy[busy.len() - limit] {
            i64::MAX => Turn::AfterAnswer,
            free => Turn::At(free),
        })
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
        if let Limits {
            daily_max: Some(max),
            daily_remaining: Some(remaining),
            daily_reset_ms: Some(reset),
            ..
        } = *limits
        {
            self.day = Some(Day {
                max,
                remaining,
                resets_at: now + reset,
            });
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
            if let Some(day) = &mut self.day {
                day.resets_at -= back;
            }
            self.pressed_until -= back;
            self.work_sent -= back;
            self.by_hand -= back;
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
