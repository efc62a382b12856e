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
        match budget.take(now, &sent) {
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
            Turn::Daily(_) => unreachable!("no quota was given"),
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
        let journeys = vec![(latency / 2, latency / 2); (limit * windows) as usize];
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
    let Turn::Go(id) = budget.take(0, &[]) else {
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
        match budget.take(60, &[]) {
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
    let Turn::Go(id) = budget.take(0, &[]) else {
        panic!("the first one goes")
    };
    let limits = Limits {
        max: Some(3),
        window_ms: Some(1_000),
        remaining: Some(2),
        ..Limits::default()
    };
    budget.answered(id, 10, &limits);
    assert!(matches!(budget.take(20, &[]), Turn::Go(_)));
    assert!(matches!(budget.take(20, &[]), Turn::Go(_)));
    assert_eq!(
        budget.take(20, &[]),
        Turn::At(10 + 1_000 + MARGIN_MS),
        "3 in a second"
    );

    let mut capped = Budget::new(10, 10_000, Some(10));
    let Turn::Go(id) = capped.take(0, &[]) else {
        panic!("the first one goes")
    };
    let limits = Limits {
        max: Some(100),
        remaining: Some(99),
        ..Limits::default()
    };
    capped.answered(id, 10, &limits);
    let went = (0..50)
        .filter(|_| matches!(capped.take(20, &[]), Turn::Go(_)))
        .count();
    assert_eq!(
        went, 9,
        "a ceiling the user set stays below the service's limit"
    );
}

#[test]
fn a_used_up_day_stops_everything_until_it_is_renewed() {
    let mut budget = Budget::new(100, 10_000, None);
    let Turn::Go(id) = budget.take(0, &[]) else {
        panic!("the first one goes")
    };
    let limits = Limits {
        daily_remaining: Some(0),
        daily_reset_ms: Some(3_600_000),
        ..Limits::default()
    };
    budget.answered(id, 100, &limits);
    assert_eq!(budget.take(200, &[]), Turn::Daily(3_600_100));
    assert!(
        matches!(budget.take(3_600_100, &[]), Turn::Go(_)),
        "a new day"
    );
}

#[test]
fn a_clock_that_is_set_back_neither_stops_nor_empties_the_budget() {
    let hour = 3_600_000;
    let mut budget = Budget::new(2, 10_000, None);
    let audit = [hour; 2];
    for sent in 0..2 {
        let Turn::Go(id) = budget.take(hour, &audit[..sent]) else {
            panic!("both fit")
        };
        budget.answered(id, hour, &Limits::default());
    }
    let Turn::At(at) = budget.take(0, &audit) else {
        panic!("both slots are in use")
    };
    assert!(at <= 11_000, "an hour's wait for a window of 10 s: {at}");
    assert!(
        matches!(budget.take(at, &audit), Turn::Go(_)),
        "and then it goes on"
    );
}

#[test]
fn requests_without_an_answer_keep_their_slots() {
    let mut budget = Budget::new(1, 1_000, None);
    let Turn::Go(id) = budget.take(0, &[]) else {
        panic!("the first one goes")
    };
    assert_eq!(
        budget.take(90_000, &[]),
        Turn::AfterAnswer,
        "it may not have been counted yet"
    );
    budget.answered(id, 95_000, &Limits::default());
    assert_eq!(budget.take(95_500, &[]), Turn::At(96_000 + MARGIN_MS));
}
