//! When a request is sent again, and how long it waits before. Pure, but for a seeded generator.

use std::time::Duration;

/// Tries of a call that fails, the first included.
pub(crate) const MOST_TRIES: u32 = 4;
/// How often a call may be told that it is one too many.
pub(crate) const MOST_REFUSALS: u32 = 6;
/// A service that asks for more patience than this is not waited for.
const MOST_PATIENCE: Duration = Duration::from_mins(5);
const FIRST_BACKOFF: Duration = Duration::from_millis(500);
const MOST_BACKOFF: Duration = Duration::from_secs(20);

/// Under which condition a failed request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// Under none.
    Never,
    /// It may have been carried out: only if doing it twice is doing it once.
    IfRepeatable(Option<Duration>),
    /// It never reached the service.
    Always,
    /// The secret was not accepted, so it was not carried out: only with another one.
    WithNewSecret,
    /// It was refused for being one too many, so it was not carried out.
    AfterLimit(Option<Duration>),
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Give up.
    Stop,
    /// This call waits.
    Wait(Duration),
    /// The whole connection waits.
    Hold(Duration),
}

/// The tries of one call.
#[derive(Debug)]
pub(crate) struct Tries {
    repeatable: bool,
    failures: u32,
    refusals: u32,
    random: u64,
}

impl Tries {
    pub(crate) fn new(repeatable: bool, seed: u64) -> Self {
        Self {
            repeatable,
            failures: 0,
            refusals: 0,
            random: seed,
        }
    }

    pub(crate) fn next(&mut self, again: Again, window: Duration) -> Next {
        match again {
            Again::Never | Again::WithNewSecret => Next::Stop,
            Again::AfterLimit(asked) => self.refused(asked, window),
            Again::IfRepeatable(_) if !self.repeatable => Next::Stop,
            Again::IfRepeatable(asked) => self.failed(asked.unwrap_or_default()),
            Again::Always => self.failed(Duration::ZERO),
        }
    }

    fn failed(&mut self, asked: Duration) -> Next {
        self.failures += 1;
        if self.failures >= MOST_TRIES || asked > MOST_PATIENCE {
            return Next::Stop;
        }
        let full = FIRST_BACKOFF
            .saturating_mul(1 << (self.failures - 1))
            .min(MOST_BACKOFF);
        // Between half and the whole of it, so that callers who failed together come back apart.
        Next::Wait(full.mul_f64(0.5 + self.fraction() / 2.0).max(asked))
    }

    fn refused(&mut self, asked: Option<Duration>, window: Duration) -> Next {
        self.refusals += 1;
        if self.refusals >= MOST_REFUSALS || asked.is_some_and(|asked| asked > MOST_PATIENCE) {
            return Next::Stop;
        }
        let wait = match asked {
            Some(asked) => asked,
            // A sliding window frees slots all along; a fixed one may take the whole window.
            None => window.mul_f64(f64::from(1 << (self.refusals - 1)).min(8.0) / 8.0),
        };
        Next::Hold(wait + window.mul_f64(self.fraction() / 50.0))
    }

    /// From 0 to 1 (SplitMix64).
    fn fraction(&mut self) -> f64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        // 32 bits are exact in a float.
        f64::from(u32::try_from(z >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }
}

/// Reads `Retry-After`: seconds, or a date. `now_ms` in milliseconds since 1970.
pub(crate) fn retry_after(header: &str, now_ms: i64) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let at = jiff::fmt::rfc2822::parse(header)
        .ok()?
        .timestamp()
        .as_millisecond();
    Some(Duration::from_millis(
        u64::try_from(at - now_ms).unwrap_or(0),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const WINDOW: Duration = Duration::from_secs(10);

    #[test]
    fn what_may_have_been_done_is_repeated_only_if_that_is_harmless() {
        let lost = Again::IfRepeatable(None);
        assert_eq!(
            Tries::new(false, 1).next(lost, WINDOW),
            Next::Stop,
            "a create whose outcome is unknown must be looked up, not sent again"
        );
        assert!(
            matches!(Tries::new(true, 1).next(lost, WINDOW), Next::Wait(_)),
            "a read that got lost is simply sent again"
        );
        assert!(
            matches!(
                Tries::new(false, 1).next(Again::Always, WINDOW),
                Next::Wait(_)
            ),
            "what never left cannot have been done"
        );
        assert!(
            matches!(
                Tries::new(false, 1).next(Again::AfterLimit(None), WINDOW),
                Next::Hold(_)
            ),
            "429 means that it was not done"
        );
    }

    #[test]
    fn waits_grow_and_end() {
        let mut tries = Tries::new(true, 7);
        let mut waits = Vec::new();
        while let Next::Wait(wait) = tries.next(Again::Always, WINDOW) {
            waits.push(wait);
        }
        assert_eq!(
            waits.len() as u32,
            MOST_TRIES - 1,
            "one wait between any two tries"
        );
        for (n, wait) in waits.iter().enumerate() {
            let full = FIRST_BACKOFF * (1 << n);
            assert!(
                *wait >= full / 2 && *wait <= full,
                "wait {n} of {wait:?} is out of bounds"
            );
        }
    }

    #[test]
    fn refusals_wait_as_asked_and_end() {
        let mut tries = Tries::new(false, 7);
        let Next::Hold(wait) = tries.next(Again::AfterLimit(Some(WINDOW / 5)), WINDOW) else {
            panic!("a refusal is waited out")
        };
        assert!(wait >= WINDOW / 5, "sooner than asked: {wait:?}");
        let held = (0..20)
            .filter(|_| matches!(tries.next(Again::AfterLimit(None), WINDOW), Next::Hold(_)))
            .count();
        assert_eq!(held as u32, MOST_REFUSALS - 2, "it must give up in the end");
        assert_eq!(
            Tries::new(true, 7).next(Again::AfterLimit(Some(WINDOW * 600)), WINDOW),
            Next::Stop,
            "nobody waits an hour and a half for one call"
        );
    }

    #[test]
    fn the_same_seed_waits_the_same() {
        let wait = |seed| Tries::new(true, seed).next(Again::Always, WINDOW);
        assert_eq!(wait(3), wait(3), "a test must be repeatable");
        assert_ne!(
            wait(3),
            wait(4),
            "callers that failed together must come back apart"
        );
    }

    #[test]
    fn retry_after_is_read_in_both_spellings() {
        assert_eq!(retry_after("3", 0), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(" 0.5 ", 0), Some(Duration::from_millis(500)));
        assert_eq!(
            retry_after("Thu, 01 Jan 1970 00:00:10 GMT", 4_000),
            Some(Duration::from_secs(6)),
            "a date is relative to our clock"
        );
        assert_eq!(
            retry_after("Thu, 01 Jan 1970 00:00:10 GMT", 60_000),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("soon", 0), None);
        assert_eq!(retry_after("-1", 0), None);
    }
}
