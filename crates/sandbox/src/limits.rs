//! The services' rate limits.
//!
//! HighLevel counts in windows of 10 seconds and in days, and says so in every answer
//! (`facts/highlevel.md` §6). Aimfox documents 60 requests a minute and nothing else
//! (`facts/aimfox.md` §1); the strictest reading is that no minute, whenever it begins, may hold
//! more, so that is what is enforced.

use std::collections::VecDeque;

const HIGHLEVEL_INTERVAL_MS: i64 = 10_000;
const DAY_MS: i64 = 86_400_000;
/// A minute, less a little slack: a client that keeps exactly to the limit must not be refused
/// because one request travelled faster than another.
const AIMFOX_WINDOW_MS: i64 = 59_500;

/// The verdict on one request to HighLevel, with the headers of the answer.
#[derive(Debug)]
pub(crate) struct HighLevelVerdict {
    pub(crate) allowed: bool,
    pub(crate) headers: Vec<(&'static str, String)>,
}

#[derive(Debug)]
pub(crate) struct HighLevelLimit {
    per_interval: u32,
    per_day: u32,
    window_start: i64,
    in_window: u32,
    day: i64,
    in_day: u32,
}

impl HighLevelLimit {
    pub(crate) fn new(per_interval: u32, per_day: u32) -> Self {
        Self {
            per_interval,
            per_day,
            window_start: i64::MIN,
            in_window: 0,
            day: 0,
            in_day: 0,
        }
    }

    pub(crate) fn take(&mut self, now: i64) -> HighLevelVerdict {
        if self.window_start == i64::MIN || now - self.window_start >= HIGHLEVEL_INTERVAL_MS {
            self.window_start = now;
            self.in_window = 0;
        }
        if now.div_euclid(DAY_MS) != self.day {
            self.day = now.div_euclid(DAY_MS);
            self.in_day = 0;
        }
        let allowed = self.in_window < self.per_interval && self.in_day < self.per_day;
        if allowed {
            self.in_window += 1;
            self.in_day += 1;
        }
        let headers = vec![
            ("x-ratelimit-max", self.per_interval.to_string()),
            (
                "x-ratelimit-remaining",
                (self.per_interval - self.in_window).to_string(),
            ),
            (
                "x-ratelimit-interval-milliseconds",
                HIGHLEVEL_INTERVAL_MS.to_string(),
            ),
            ("x-ratelimit-limit-daily", self.per_day.to_string()),
            (
                "x-ratelimit-daily-remaining",
                (self.per_day - self.in_day).to_string(),
            ),
            (
                "x-ratelimit-daily-reset",
                (DAY_MS - now.rem_euclid(DAY_MS)).to_string(),
            ),
        ];
        HighLevelVerdict { allowed, headers }
    }
}

#[derive(Debug)]
pub(crate) struct AimfoxLimit {
    per_minute: u32,
    taken: VecDeque<i64>,
    refused: u64,
}

impl AimfoxLimit {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self {
            per_minute,
            taken: VecDeque::new(),
            refused: 0,
        }
    }

    /// `Err` when the minute is full; inside, the seconds to wait, when the service feels like
    /// telling: no such header is documented, so a client must live without it.
    pub(crate) fn take(&mut self, now: i64) -> Result<(), Option<i64>> {
        while self
            .taken
            .front()
            .is_some_and(|at| now - at >= AIMFOX_WINDOW_MS)
        {
            self.taken.pop_front();
        }
        if self.taken.len() < self.per_minute as usize {
            self.taken.push_back(now);
            return Ok(());
        }
        self.refused += 1;
        let oldest = self.taken.front().copied().unwrap_or(now);
        let wait = (AIMFOX_WINDOW_MS - (now - oldest)).div_euclid(1000) + 1;
        Err(self.refused.is_multiple_of(2).then_some(wait))
    }
}
