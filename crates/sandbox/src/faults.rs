//! What goes wrong, and when. The schedule follows from the seed and the number of the request, so
//! a failing run can be repeated.

use std::time::Duration;

use crate::config::FaultProfile;
use crate::dice::mix;

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The answer comes, but late.
    Slow(Duration),
    /// 429, nothing applied.
    TooMany,
    /// This 5xx, nothing applied.
    Error(u16),
    /// This 5xx, although the request was applied.
    ErrorAfter(u16),
    /// The answer stops in the middle; the request was applied.
    Cut,
    /// The connection is reset before the request was looked at.
    Reset,
    /// The connection is reset after the request was applied.
    ResetAfter,
    /// Nothing comes back for a while, then the connection is dropped; not applied.
    Hang,
    /// The same, but applied.
    HangAfter,
}

/// How long a hung connection is held before it is dropped.
pub(crate) const HANG: Duration = Duration::from_secs(3);

/// A share of 10,000 requests, and what happens to them.
type Row = (u64, fn(u64) -> Fault);

const FLAKY: &[Row] = &[
    (500, |n| Fault::Slow(Duration::from_millis(20 + n % 280))),
    (200, |_| Fault::TooMany),
    (200, |n| Fault::Error([500, 502, 503][(n % 3) as usize])),
];

/// About 8 % of requests do not get their answer; a hang is rarer than 1 in 200.
const HOSTILE: &[Row] = &[
    (400, |n| Fault::Slow(Duration::from_millis(20 + n % 180))),
    (150, |_| Fault::TooMany),
    (150, |n| Fault::Error([500, 502, 503][(n % 3) as usize])),
    (220, |n| {
        Fault::ErrorAfter([500, 502, 504][(n % 3) as usize])
    }),
    (120, |_| Fault::Cut),
    (60, |_| Fault::Reset),
    (70, |_| Fault::ResetAfter),
    (15, |_| Fault::Hang),
    (15, |_| Fault::HangAfter),
];

/// The fault of request number `n` of a service (`lane` keeps the two services apart).
pub(crate) fn fault(profile: FaultProfile, seed: u64, lane: u64, n: u64) -> Option<Fault> {
    let table = match profile {
        FaultProfile::None => return None,
        FaultProfile::Flaky => FLAKY,
        FaultProfile::Hostile => HOSTILE,
    };
    let throw = mix(mix(seed, 0xFA_0717 + lane), n);
    let mut place = throw % 10_000;
    for (share, make) in table {
        if place < *share {
            return Some(make(throw >> 20));
        }
        place -= share;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(profile: FaultProfile) -> (usize, usize) {
        let all: Vec<_> = (0..100_000)
            .filter_map(|n| fault(profile, 7, 0, n))
            .collect();
        let failing = all.iter().filter(|f| !matches!(f, Fault::Slow(_))).count();
        let hung = all
            .iter()
            .filter(|f| matches!(f, Fault::Hang | Fault::HangAfter))
            .count();
        (failing, hung)
    }

    #[test]
    fn rates_are_moderate() {
        assert_eq!(
            shares(FaultProfile::None),
            (0, 0),
            "no faults when none are asked for"
        );
        let (failing, hung) = shares(FaultProfile::Flaky);
        assert!(
            (3_500..4_500).contains(&failing),
            "flaky fails about 4 %, got {failing}"
        );
        assert_eq!(hung, 0, "flaky never hangs");
        let (failing, hung) = shares(FaultProfile::Hostile);
        assert!(
            (7_200..8_800).contains(&failing),
            "hostile fails about 8 %, got {failing}"
        );
        assert!(
            (150..500).contains(&hung),
            "hangs stay under 0.5 %, got {hung}"
        );
    }

    #[test]
    fn flaky_never_fails_after_the_write() {
        let after = (0..50_000)
            .filter_map(|n| fault(FaultProfile::Flaky, 3, 1, n))
            .any(|f| {
                matches!(
                    f,
                    Fault::ErrorAfter(_) | Fault::Cut | Fault::ResetAfter | Fault::HangAfter
                )
            });
        assert!(
            !after,
            "an error of the flaky profile must mean that nothing was applied"
        );
    }

    #[test]
    fn the_schedule_follows_from_the_seed() {
        let row = |seed, lane| -> Vec<_> {
            (0..2_000)
                .map(|n| fault(FaultProfile::Hostile, seed, lane, n))
                .collect()
        };
        assert_eq!(row(5, 0), row(5, 0), "same seed, same schedule");
        assert_ne!(row(5, 0), row(6, 0), "another seed gives another schedule");
        assert_ne!(row(5, 0), row(5, 1), "the services fail independently");
    }
}
