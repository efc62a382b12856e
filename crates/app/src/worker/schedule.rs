//! When a sync starts next. Pure: the time, the time zone and what happened before are arguments.
//!
//! Everything is worked out afresh from the wall clock and from the runs that are on record, so
//! sleep, a clock that is set and a restart need no code of their own: a sync whose time has passed
//! is due, once, however many times it would have run meanwhile.

use foxbridge_contract::{AppError, ErrorCode, Schedule, TimeWindow, Weekday};
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, ZonedDateTime};

/// The longest interval, in minutes.
const WEEK: u32 = 7 * 24 * 60;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// The first retry after a failure; each further one waits twice as long.
const FIRST_RETRY: i64 = MINUTE;
/// No retry waits longer.
const LAST_RETRY: i64 = 30 * MINUTE;

/// How a run ended, as far as the next one's time follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Well, or by the user's wish.
    Well,
    /// It failed in a way that may pass by itself, or the program ended under it.
    Retry,
    /// It failed in a way that only a person can put right.
    Person,
}

/// A run that was no rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Past {
    /// Milliseconds since 1970.
    pub(crate) started: i64,
    /// Milliseconds since 1970.
    pub(crate) finished: i64,
    /// How.
    pub(crate) ended: Ended,
}

/// A window that has been read.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// One bit a day, Monday the lowest.
    days: u8,
    from: Time,
    until: Time,
}

impl Window {
    /// Reads a window.
    ///
    /// # Errors
    /// [`ErrorCode::BadRequest`] when a time is not `HH:MM`.
    pub(crate) fn parse(window: &TimeWindow) -> Result<Self, AppError> {
        let days = window.days.iter().fold(0, |days, day| days | bit(*day));
        Ok(Self {
            days: if days == 0 { 0x7f } else { days },
            from: time(&window.from)?,
            until: time(&window.until)?,
        })
    }

    fn begins_on(&self, at: DateTime) -> bool {
        self.days & (1 << at.weekday().to_monday_zero_offset()) != 0
    }

    pub(super) fn contains(&self, at: DateTime) -> bool {
        let time = at.time();
        let yesterday = at.checked_sub(1.day()).unwrap_or(at);
        if self.from < self.until {
            return self.begins_on(at) && self.from <= time && time < self.until;
        }
        (self.begins_on(at) && time >= self.from)
            || (self.begins_on(yesterday) && time < self.until)
    }

    /// The next time after `at` that the clock shows `until`.
    fn end_after(&self, at: DateTime) -> DateTime {
        let today = at.date().to_datetime(self.until);
        if today > at { today } else { tomorrow(today) }
    }

    /// The next time after `at` that the window begins.
    fn begin_after(&self, at: DateTime) -> DateTime {
        let mut begin = at.date().to_datetime(self.from);
        while begin <= at || !self.begins_on(begin) {
            begin = tomorrow(begin);
        }
        begin
    }
}

fn tomorrow(at: DateTime) -> DateTime {
    at.checked_add(1.day()).unwrap_or(DateTime::MAX)
}

fn bit(day: Weekday) -> u8 {
    1 << match day {
        Weekday::Monday => 0,
        Weekday::Tuesday => 1,
        Weekday::Wednesday => 2,
        Weekday::Thursday => 3,
        Weekday::Friday => 4,
        Weekday::Saturday => 5,
        Weekday::Sunday => 6,
    }
}

fn time(text: &str) -> Result<Time, AppError> {
    let read = || {
        let (hour, minute) = text.split_once(':')?;
        let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        if !two_digits(hour) || !two_digits(minute) {
            return None;
        }
        Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
    };
    read().ok_or_else(|| {
        AppError::new(
            ErrorCode::BadRequest,
            format!("\"{text}\" is no time of day."),
        )
        .hint("Write it as HH:MM, such as 08:30.")
    })
}

/// A schedule that has been read, with the quiet hours that hold for all.
#[derive(Debug, Clone)]
pub(crate) struct Times {
    every: Option<i64>,
    windows: Vec<Window>,
    quiet: Option<Window>,
    zone: TimeZone,
}

impl Times {
    /// Reads a schedule.
    ///
    /// # Errors
    /// [`ErrorCode::BadRequest`] when a time is not `HH:MM` or the interval is out of range.
    pub(crate) fn parse(
        schedule: &Schedule,
        quiet: Option<&TimeWindow>,
        zone: TimeZone,
    ) -> Result<Self, AppError> {
        if let Some(minutes) = schedule.every_minutes
            && !(1..=WEEK).contains(&minutes)
        {
            return Err(AppError::new(
                ErrorCode::BadRequest,
                format!("A sync runs every 1 to {WEEK} minutes, not every {minutes}."),
            ));
        }
        Ok(Self {
            every: schedule.every_minutes.map(|m| i64::from(m) * MINUTE),
            windows: schedule
                .windows
                .iter()
                .map(Window::parse)
                .collect::<Result<_, _>>()?,
            quiet: quiet.map(Window::parse).transpose()?,
            zone,
        })
    }

    /// When a run starts next, milliseconds since 1970; it is due when that is not after `now`.
    /// `past` is newest first. `None` when it runs on demand only, or its windows lie wholly in the
    /// quiet hours.
    pub(crate) fn next(&self, past: &[Past], now: i64) -> Option<i64> {
        let every = self.every?;
        let wanted = match past.first() {
            None => now,
            // The clock was set back since; nobody knows how long ago it was.
            Some(last) if last.started.max(last.finished) > now => now,
            Some(last) => {
                let after = match last.ended {
                    Ended::Well => last.started + every,
                    Ended::Retry => last.finished + every.min(backoff(failures(past))),
                    // Trying again seldom finds what a person has put right meanwhile.
                    Ended::Person => last.finished + every.max(HOUR),
                };
                // A run that takes longer than its interval leaves the services some peace.
                after.max(last.finished.saturating_add(MINUTE.min(every)))
            }
        };
        self.allowed(wanted, now)
    }

    /// The first moment from `wanted` on, but not before `now` if that is past, that windows and
    /// quiet hours allow. What is due stays at its own time while it is allowed now.
    fn allowed(&self, wanted: i64, now: i64) -> Option<i64> {
        if wanted <= now {
            return match self.first_allowed(now)? {
                at if at == now => Some(wanted),
                later => Some(later),
            };
        }
        self.first_allowed(wanted)
    }

    fn first_allowed(&self, from: i64) -> Option<i64> {
        if self.windows.is_empty() && self.quiet.is_none() {
            return Some(from);
        }
        let mut at = Timestamp::from_millisecond(from)
            .ok()?
            .to_zoned_datetime(self.zone.clone());
        // Two weeks of windows and quiet hours that take turns.
        for _ in 0..64 {
            let local = at.datetime();
            let next = if let Some(quiet) = self.quiet.as_ref().filter(|w| w.contains(local)) {
                quiet.end_after(local)
            } else if self.windows.is_empty() || self.windows.iter().any(|w| w.contains(local)) {
                return Some(at.timestamp().as_millisecond());
            } else {
                self.windows.iter().map(|w| w.begin_after(local)).min()?
            };
            at = later(&at, next)?;
        }
        None
    }

    /// The next `count` starts after `now`, if every run ended at once and well.
    pub(crate) fn coming(&self, past: &[Past], now: i64, count: usize) -> Vec<i64> {
        let mut coming = Vec::new();
        let mut next = self.next(past, now);
        while let (Some(at), Some(every)) = (next, self.every)
            && coming.len() < count
        {
            coming.push(at.max(now));
            next = self.first_allowed(at.max(now) + every);
        }
        coming
    }
}

/// The moment at which the clock shows `local`, but always after `at`: where clocks are put forward
/// a time of day may not exist, where they are put back it comes twice.
fn later(at: &ZonedDateTime, local: DateTime) -> Option<ZonedDateTime> {
    let next = local.to_zoned_datetime(at.time_zone().clone()).ok()?;
    if next > *at {
        Some(next)
    } else {
        at.checked_add(1.minute()).ok()
    }
}

/// Failures in a row, newest first.
pub(crate) fn failures(past: &[Past]) -> u32 {
    let failed = past.iter().take_while(|p| p.ended != Ended::Well).count();
    u32::try_from(failed).unwrap_or(u32::MAX)
}

/// How long to wait after so many failures in a row, in milliseconds.
pub(crate) fn backoff(failures: u32) -> i64 {
    let doubled = failures.saturating_sub(1).min(16);
    (FIRST_RETRY << doubled).min(LAST_RETRY)
}

/// Eight in the morning of the next day.
pub(crate) fn tomorrow_morning(now: i64, zone: &TimeZone) -> i64 {
    let morning = || {
        let here = Timestamp::from_millisecond(now)
            .ok()?
            .to_zoned_datetime(zone.clone());
        let day = here.date().checked_add(1.day()).ok()?;
        let morning = day.at(8, 0, 0, 0).to_zoned_datetime(zone.clone()).ok()?;
        Some(morning.timestamp().as_millisecond())
    };
    morning().unwrap_or(now + 12 * HOUR)
}

#[cfg(test)]
#[path = "schedule_test.rs"]
mod tests;
