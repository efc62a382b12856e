//! The budget against the two kinds of servers there are.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// What happens to a request: milliseconds until the server counts it, and until its answer.
type Journey = (i64, i64);

/// Sends requests as fast as the budget lets `workers` callers, and returns when the server counted
/// each.
fn drive(
    budget: &mut Budget,
    workers: usize,
    journeys: &[Journey],
    audit: &mut Vec<i64>,
    mut now: i64,
) -> Vec<i64> {
    let mut counted = Vec::new();
    let mut answers: BTreeMap<(i64, u64), ()> = BTreeMap::new();
    let mut waiting = journeys.iter();
    let mut next = waiting.next();
    while next.is_some() || !answers.is_empty() {
        while let Some((&(at, id), ())) = answers.first_key_value()
            && at <= now
        {
            answers.remove(&(at, id));
            budget.answered(id, at, &Limits::default());
        }
        let next_answer = answers
            .first_key_value()
            .map_or(i64::MAX, |((at, _), ())| *at);
        let Some((there, back)) = next.filter(|_| answers.len() < workers) else {
            now = now.max(next_answer);
            continue;
        };
        let since = budget.horizon(now);
        let sent: Vec<i64> = audit.iter().copied().filter(|at| *at >= since).collect();
        match budget.take(now, &sent, Urgency::Read) {
            Turn::Go(id) => {
                audit.push(now);
                counted.push(now + there);
                answers.insert((now + there + back, id), ());
                next = waiting.next();
            }
            Turn::At(at) => {
                assert!(at > now, "told to wait until {at} at {now}");
                now = at.min(next_answer);
            }
            Turn::AfterAnswer => now = next_answer,
            Turn::Daily(..) => unreachable!("no quota was given"),
        }
    }
    counted.sort_unstable();
    counted
}

/// The most requests that any window of this length holds.
fn most_in_sliding_window(counted: &[i64], window: i64) -> usize {
    (0..counted.len())
        .map(|i| {
            counted[i..]
                .iter()
                .take_while(|at| **at < counted[i] + window)
                .count()
        })
        .max()
        .unwrap_or(0)
}

fn most_in_fixed_window(counted: &[i64], window: i64, offset: i64) -> usize {
    let mut windows: BTreeMap<i64, usize> = BTreeMap::new();
    for at in counted {
        *windows.entry((at + offset).div_euclid(window)).or_default() += 1;
    }
    windows.into_values().max().unwrap_or(0)
}

proptest! {
    #[test]
    fn no_window_of_either_kind_ever_holds_more_than_the_limit(
        limit in 1u32..40,
        window in 100i64..5_000,
        offset in 0i64..5_000,
        workers in 1usize..50,
        journeys in proptest::collection::vec((0i64..3_000, 0i64..3_000), 1..300),
    ) {
        let mut budget = Budget::new(limit, window, None);
        let counted = drive(&mut budget, workers, &journeys, &mut Vec::new(), 1_000_000);
        prop_assert_eq!(counted.len(), journeys.len(), "a request was forgotten");
        let sliding = most_in_sliding_window(&counted, window);
        prop_assert!(sliding <= limit as usize, "{} in a sliding window", sliding);
        let fixed = most_in_fixed_window(&counted, window, offset);
        prop_assert!(fixed <= limit as usize, "{} in a fixed window", fixed);
    }

    #[test]
    fn two_processes_one_after_the_other_stay_within_one_limit(
        limit in 1u32..40,
        first in proptest::collection::vec((0i64..200, 0i64..200), 1..100),
        second in proptest::collection::vec((0i64..200, 0i64..200), 1..100),
        pause in 0i64..15_000,
    ) {
        let window = 10_000;
        let mut audit = Vec::new();
        let mut counted =
            drive(&mut Budget::new(limit, window, None), 8, &first, &mut audit, 1_000_000);
        let later = counted.last().unwrap() + 200 + pause;
        counted.extend(drive(&mut Budget::new(limit, window, None), 8, &second, &mut audit, later));
        counted.sort_unstable();
        let sliding = most_in_sliding_window(&counted, window);
        prop_assert!(sliding <= limit as usize, "{} in a window across a restart", sliding);
    }
}

#[test]
fn the_limit_is_used_while_work_waits() {
    for (limit, window, latency) in [(100, 10_000, 100), (60, 60_000, 800)] {
        let windows = 20;
        // One slot is left to somebody who waits.
        let work = (limit - 1) * windows;
        let journeys = vec![(latency / 2, latency / 2); work as usize];
        let mut budget = Budget::new(limit, window, None);
        let counted = drive(
            &mut budget,
            limit as usize,
            &journeys,
            &mut Vec::new(),
            1_000_000,
        );
        let took = counted.last().unwrap() - counted[0];
        // The first window's worth goes at once, so this many windows have to pass.
        let least = window * i64::from(windows - 1);
        assert!(
            least * 100 >= took * 97,
            "{limit} in {window} ms: {took} ms where {least} ms would do"
        );
    }
}

#[test]
fn a_smaller_rest_than_ours_means_that_others_share_the_limit() {
    let mut budget = Budget::new(100, 10_000, None);
    let Turn::Go(id) = budget.take(0, &[], Urgency::Read) else {
        panic!("the first one goes")
    };
    let limits = Limits {
        max: Some(100),
        remaining: Some(4),
        ..Limits::default()
    };
    budget.answered(id, 50, &limits);
    let mut went = 0;
    let wait = loop {
        match budget.take(60, &[], Urgency::ByHand) {
            Turn::Go(_) => went += 1,
            other => break other,
        }
    };
    assert_eq!(went, 4, "the service said that 4 are left");
    assert_eq!(
        wait,
        Turn::At(50 + 10_000 + MARGIN_MS),
        "and the others' leave after a window"
    );
}

#[test]
fn the_services_own_words_replace_the_documented_limit() {
    let mut budget = Budget::new(100, 10_000, None);
    let Turn::Go(id) = budget.take(0, &[], Urgency::Read) else {
        panic!("the first one goes")
    };
    let limits = Limits {
        max: Some(3),
        window_ms: Some(1_000),
        remaining: Some(2),
        ..Limits::default()
    };
    budget.answered(id, 10, &limits);
    assert!(matches!(budget.take(20, &[], Urgency::Read), Turn::Go(_)));
    assert!(matches!(budget.take(20, &[], Urgency::Read), Turn::Go(_)));
    assert_eq!(
        budget.take(20, &[], Urgency::Read),
        Turn::At(10 + 1_000 + MARGIN_MS),
        "3 in a second"
    );

    let mut capped = Budget::new(10, 10_000, Some(10));
    let Turn::Go(id) = capped.take(0, &[], Urgency::Read) else {
        panic!("the first one goes")
    };
    let limits = Limits {
        max: Some(100),
        remaining: Some(99),
        ..Limits::default()
    };
    capped.answered(id, 10, &limits);
    let went = (0..50)
        .filter(|_| matches!(capped.take(20, &[], Urgency::Read), Turn::Go(_)))
        .count();
    assert_eq!(
        went, 9,
        "a ceiling the user set stays below the service's limit"
    );
}

#[test]
fn a_used_up_day_stops_everything_until_it_is_renewed() {
    let mut budget = Budget::new(100, 10_000, None);
    let Turn::Go(id) = budget.take(0, &[], Urgency::Read) else {
        panic!("the first one goes")
    };
    let limits = Limits {
        daily_remaining: Some(0),
        daily_reset_ms: Some(3_600_000),
        ..Limits::default()
    };
    budget.answered(id, 100, &limits);
    assert_eq!(
        budget.take(200, &[], Urgency::Read),
        Turn::Daily(3_600_100, 0)
    );
    assert!(
        matches!(budget.take(3_600_100, &[], Urgency::Read), Turn::Go(_)),
        "a new day"
    );
}

#[test]
fn a_clock_that_is_set_back_neither_stops_nor_empties_the_budget() {
    let hour = 3_600_000;
    let mut budget = Budget::new(2, 10_000, None);
    let audit = [hour; 2];
    for sent in 0..2 {
        let Turn::Go(id) = budget.take(hour, &audit[..sent], Urgency::Read) else {
            panic!("both fit")
        };
        budget.answered(id, hour, &Limits::default());
    }
    let Turn::At(at) = budget.take(0, &audit, Urgency::Read) else {
        panic!("both slots are in use")
    };
    assert!(at <= 11_000, "an hour's wait for a window of 10 s: {at}");
    assert!(
        matches!(budget.take(at, &audit, Urgency::Read), Turn::Go(_)),
        "and then it goes on"
    );
}

#[test]
fn requests_without_an_answer_keep_their_slots() {
    let mut budget = Budget::new(1, 1_000, None);
    let Turn::Go(id) = budget.take(0, &[], Urgency::Read) else {
        panic!("the first one goes")
    };
    assert_eq!(
        budget.take(90_000, &[], Urgency::Read),
        Turn::AfterAnswer,
        "it may not have been counted yet"
    );
    budget.answered(id, 95_000, &Limits::default());
    assert_eq!(
        budget.take(95_500, &[], Urgency::Read),
        Turn::At(96_000 + MARGIN_MS)
    );
}

/// Work that never ends, from callers side by side, and from the second window on somebody who
/// waits now and then. Gives how long each of those calls waited, in milliseconds.
fn waits_beside_work(limit: u32, window: i64, latency: i64, windows: i64) -> Vec<i64> {
    let mut budget = Budget::new(limit, window, None);
    let (mut now, mut waits) = (0, Vec::new());
    let mut answers: BTreeMap<(i64, u64), ()> = BTreeMap::new();
    let mut sent: Vec<i64> = Vec::new();
    let mut asks = window + 7;
    while now < windows * window {
        while let Some((&(at, id), ())) = answers.first_key_value()
            && at <= now
        {
            answers.remove(&(at, id));
            budget.answered(id, at, &Limits::default());
        }
        let since = budget.horizon(now);
        sent.retain(|at| *at >= since);
        let by_hand = now >= asks;
        let urgency = if by_hand {
            Urgency::ByHand
        } else {
            Urgency::Sweep
        };
        match budget.take(now, &sent, urgency) {
            Turn::Go(id) => {
                sent.push(now);
                answers.insert((now + latency, id), ());
                if by_hand {
                    waits.push(now - asks);
                    asks += window / 5 + 11;
                }
            }
            turn => {
                let answer = answers
                    .first_key_value()
                    .map_or(i64::MAX, |((at, _), ())| *at);
                let next = match turn {
                    Turn::At(at) => at.min(answer),
                    _ => answer,
                };
                now = if by_hand {
                    next
                } else {
                    next.min(asks.max(now + 1))
                };
            }
        }
    }
    waits
}

#[test]
fn somebody_who_waits_does_not_wait_for_the_work_of_a_window() {
    for (limit, window, latency) in [(100, 10_000, 100), (60, 60_000, 800)] {
        let waits = waits_beside_work(limit, window, latency, 20);
        assert!(waits.len() > 50, "{} were asked for", waits.len());
        assert_eq!(waits[0], 0, "a slot was left");
        let step = window / i64::from(limit);
        // The window in which somebody comes is full already.
        let longest = waits[5..].iter().max().unwrap();
        assert!(
            *longest <= 2 * step + latency,
            "{limit} in {window} ms: a wait of {longest} ms"
        );
    }
}

#[test]
fn one_slot_is_left_to_somebody_who_waits() {
    let mut budget = Budget::new(100, 10_000, None);
    let went = (0..200)
        .filter(|_| matches!(budget.take(0, &[], Urgency::Write), Turn::Go(_)))
        .count();
    assert_eq!(went, 99);
    assert!(matches!(budget.take(0, &[], Urgency::ByHand), Turn::Go(_)));
    assert_eq!(budget.take(0, &[], Urgency::ByHand), Turn::AfterAnswer);
}

#[test]
fn a_call_by_hand_does_not_slow_work_down_that_fits() {
    let mut budget = Budget::new(60, 60_000, None);
    assert!(matches!(budget.take(0, &[], Urgency::ByHand), Turn::Go(_)));
    for _ in 0..50 {
        assert!(matches!(budget.take(0, &[], Urgency::Read), Turn::Go(_)));
    }
}

/// What the service says of a day of `max` requests of which `left` are left for `hours`.
fn day(max: u32, left: u32, hours: i64) -> Limits {
    Limits {
        daily_max: Some(max),
        daily_remaining: Some(left),
        daily_reset_ms: Some(hours * 3_600_000),
        ..Limits::default()
    }
}

/// A budget that was told of a day, at time 0.
fn told(limits: &Limits) -> Budget {
    let mut budget = Budget::new(100, 10_000, None);
    let Turn::Go(id) = budget.take(0, &[], Urgency::ByHand) else {
        panic!("the first one goes")
    };
    budget.answered(id, 0, limits);
    budget
}

#[test]
fn what_is_left_of_the_day_goes_to_the_most_urgent() {
    use Urgency::{ByHand, Read, Sweep, Write};
    // Half the day is left, so an even pace would have 100,000.
    for (left, may) in [
        (95_000, &[ByHand, Write, Read, Sweep][..]),
        (60_000, &[ByHand, Write, Read]),
        (30_000, &[ByHand, Write]),
        (20_000, &[ByHand]),
        (1, &[ByHand]),
    ] {
        let mut budget = told(&day(200_000, left, 12));
        for urgency in [ByHand, Write, Read, Sweep] {
            let turn = budget.take(10, &[], urgency);
            assert_eq!(
                matches!(turn, Turn::Go(_)),
                may.contains(&urgency),
                "{urgency:?} with {left} left: {turn:?}"
            );
            assert_eq!(
                budget.saves_until(10, urgency).is_none(),
                may.contains(&urgency)
            );
        }
    }
}

#[test]
fn who_would_wait_for_long_is_told_when_and_what_is_left() {
    let mut budget = told(&day(200_000, 90_000, 24));
    // Of an even pace's 200,000 a read leaves half: 90,000 are enough once a tenth of the day is gone.
    assert_eq!(
        budget.take(10, &[], Urgency::Read),
        Turn::Daily(DAY_MS / 10, 90_000)
    );
    let mut nearly = told(&day(200_000, 99_900, 24));
    assert_eq!(
        nearly.take(10, &[], Urgency::Read),
        Turn::At(DAY_MS / 1_000),
        "86 seconds are no matter"
    );
    assert!(matches!(
        nearly.take(DAY_MS / 1_000, &[], Urgency::Read),
        Turn::Go(_)
    ));
}

#[test]
fn the_last_hour_works_after_a_day_of_work_without_end() {
    let max = 24_000;
    for urgency in [Urgency::Write, Urgency::Read, Urgency::Sweep] {
        let mut budget = Budget::new(100, 10_000, None);
        let (mut now, mut left) = (0, max);
        let last_hour = DAY_MS - 3_600_000;
        while now < last_hour && left > 0 {
            match budget.take(now, &[], urgency) {
                Turn::Go(id) => {
                    left -= 1;
                    let limits = Limits {
                        daily_max: Some(max),
                        daily_remaining: Some(left),
                        daily_reset_ms: Some(DAY_MS - now),
                        ..Limits::default()
                    };
                    budget.answered(id, now, &limits);
                }
                Turn::At(at) | Turn::Daily(at, _) => now = at,
                Turn::AfterAnswer => unreachable!("all are answered"),
            }
        }
        let kept = i64::from(max) * urgency.leaves_percent() / 100 / 24;
        assert!(
            i64::from(left) >= kept - 1,
            "{urgency:?} left {left} for the last hour"
        );
    }
}
