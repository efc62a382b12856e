//! Calendars are where schedules break: nights, weekends, quiet hours, clocks that are moved.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn zone() -> TimeZone {
    // Rules of central Europe, spelled out so that no time zone database is needed.
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn ms(local: &str) -> i64 {
    let local: DateTime = local.parse().unwrap();
    local
        .to_zoned_datetime(zone())
        .unwrap()
        .timestamp()
        .as_millisecond()
}

fn local(ms: i64) -> String {
    let at = Timestamp::from_millisecond(ms)
        .unwrap()
        .to_zoned_datetime(zone());
    at.datetime().strftime("%a %H:%M").to_string()
}

fn window(days: &[Weekday], from: &str, until: &str) -> TimeWindow {
    TimeWindow {
        days: days.to_vec(),
        from: from.to_owned(),
        until: until.to_owned(),
    }
}

fn times(every: u32, windows: &[TimeWindow], quiet: Option<TimeWindow>) -> Times {
    let schedule = Schedule {
        every_minutes: Some(every),
        windows: windows.to_vec(),
    };
    Times::parse(&schedule, quiet.as_ref(), zone()).unwrap()
}

fn past(started: i64, minutes: i64, ended: Ended) -> Past {
    Past {
        started,
        finished: started + minutes * MINUTE,
        ended,
    }
}

const WORKDAYS: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

#[test]
fn a_sync_runs_at_its_interval_and_at_once_when_it_never_ran() {
    let times = times(30, &[], None);
    let now = ms("2026-11-25T10:00");
    assert_eq!(times.next(&[], now), Some(now), "it never ran: now");
    let last = past(now - 10 * MINUTE, 2, Ended::Well);
    assert_eq!(times.next(&[last], now), Some(now + 20 * MINUTE));
    let on_demand = Times::parse(&Schedule::default(), None, zone()).unwrap();
    assert_eq!(on_demand.next(&[last], now), None, "on demand only");
}

#[test]
fn after_sleep_it_is_due_once() {
    let times = times(30, &[], None);
    let slept = past(ms("2026-11-20T22:00"), 1, Ended::Well);
    let now = ms("2026-11-25T10:00");
    assert!(times.next(&[slept], now).unwrap() <= now, "due");
    let caught_up = past(now, 1, Ended::Well);
    assert_eq!(
        times.next(&[caught_up, slept], now + MINUTE),
        Some(now + 30 * MINUTE),
        "one run makes up for all that were missed"
    );
}

#[test]
fn a_clock_that_was_set_back_stops_nothing() {
    let times = times(60, &[], None);
    let now = ms("2026-11-25T10:00");
    let from_next_year = past(ms("2027-11-25T10:00"), 1, Ended::Well);
    assert_eq!(times.next(&[from_next_year], now), Some(now));
    let set_back_meanwhile = past(now - MINUTE, 18 * 24 * 60, Ended::Well);
    assert_eq!(times.next(&[set_back_meanwhile], now), Some(now));
}

#[test]
fn failures_are_tried_again_ever_more_rarely() {
    let times = times(24 * 60, &[], None);
    let now = ms("2026-11-25T10:00");
    let mut failed = Vec::new();
    let mut waits = Vec::new();
    for _ in 0..7 {
        failed.insert(0, past(now, 0, Ended::Retry));
        waits.push((times.next(&failed, now).unwrap() - now) / MINUTE);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
    let often = self::times(5, &[], None);
    assert_eq!(
        often.next(&failed, now),
        Some(now + 5 * MINUTE),
        "never more rarely than the schedule"
    );
    let person = past(now, 0, Ended::Person);
    assert_eq!(
        often.next(&[person], now),
        Some(now + HOUR),
        "what only a person can put right is not hammered"
    );
}

#[test]
fn a_run_longer_than_its_interval_leaves_a_pause() {
    let times = times(5, &[], None);
    let started = ms("2026-11-25T10:00");
    let long = past(started, 40, Ended::Well);
    let now = long.finished;
    assert_eq!(times.next(&[long], now), Some(now + MINUTE));
}

#[test]
fn windows_and_quiet_hours_are_kept() {
    let office = times(30, &[window(&WORKDAYS, "08:00", "18:00")], None);
    let friday = past(ms("2026-11-27T17:50"), 1, Ended::Well);
    let next = office.next(&[friday], ms("2026-11-27T17:55")).unwrap();
    assert_eq!(local(next), "Mon 08:00", "the weekend is free");

    let night = times(30, &[window(&[Weekday::Friday], "22:00", "06:00")], None);
    let now = ms("2026-11-28T03:00");
    assert_eq!(
        night.next(&[], now),
        Some(now),
        "Friday's night ends on Saturday"
    );
    let next = night.next(&[], ms("2026-11-28T06:00")).unwrap();
    assert_eq!(local(next), "Fri 22:00", "its end is not part of it");

    let quiet = times(30, &[], Some(window(&[], "20:00", "07:00")));
    let next = quiet.next(&[], ms("2026-11-25T23:10")).unwrap();
    assert_eq!(local(next), "Thu 07:00");

    let never = times(
        30,
        &[window(&[], "21:00", "23:00")],
        Some(window(&[], "20:00", "07:00")),
    );
    assert_eq!(
        never.next(&[], ms("2026-11-25T10:00")),
        None,
        "one lies in the other"
    );

    let both = times(
        30,
        &[window(&[], "06:00", "09:00")],
        Some(window(&[], "20:00", "07:00")),
    );
    let next = both.next(&[], ms("2026-11-25T10:00")).unwrap();
    assert_eq!(local(next), "Thu 07:00", "what is left of the window");
}

#[test]
fn a_due_run_keeps_its_place_in_the_queue() {
    let times = times(30, &[window(&[], "08:00", "18:00")], None);
    let now = ms("2026-11-25T12:00");
    let last = past(now - 90 * MINUTE, 1, Ended::Well);
    assert_eq!(
        times.next(&[last], now),
        Some(now - 60 * MINUTE),
        "who has waited longest is seen to wait longest"
    );
}

#[test]
fn clocks_that_are_put_forward_or_back_are_lived_through() {
    // 29 March 2026, 02:00 becomes 03:00: 02:30 does not exist.
    let gap = times(30, &[window(&[], "02:30", "02:45")], None);
    let next = gap.next(&[], ms("2026-03-29T00:00")).unwrap();
    assert!(
        next > ms("2026-03-29T00:00"),
        "it comes, this night or the next"
    );
    // 25 October 2026, 03:00 becomes 02:00: 02:30 comes twice.
    let twice = times(30, &[window(&[], "02:30", "02:45")], None);
    let first = twice.next(&[], ms("2026-10-25T00:00")).unwrap();
    assert_eq!(local(first), "Sun 02:30");
}

#[test]
fn nonsense_is_refused_by_name() {
    for bad in [
        "8:00", "24:00", "08:60", "eight", "", "08:00:00", "-1:00", "+8:00",
    ] {
        let schedule = Schedule {
            every_minutes: Some(5),
            windows: vec![window(&[], bad, "09:00")],
        };
        let error = Times::parse(&schedule, None, zone()).unwrap_err();
        assert_eq!(error.code, ErrorCode::BadRequest, "{bad:?} was taken");
    }
    for bad in [0, WEEK + 1] {
        let schedule = Schedule {
            every_minutes: Some(bad),
            windows: Vec::new(),
        };
        assert!(Times::parse(&schedule, None, zone()).is_err(), "{bad}");
    }
}

prop_compose! {
    fn any_window()(
        days in proptest::collection::vec(0usize..5, 0..4),
        from in 0u32..24 * 60,
        until in 0u32..24 * 60,
    ) -> TimeWindow {
        let clock = |m: u32| format!("{:02}:{:02}", m / 60, m % 60);
        TimeWindow {
            days: days.into_iter().map(|d| WORKDAYS[d]).collect(),
            from: clock(from),
            until: clock(until),
        }
    }
}

proptest! {
    /// Whatever the windows: a start lies in one and outside the quiet hours, and is the first.
    #[test]
    fn every_start_is_allowed_and_none_is_skipped(
        windows in proptest::collection::vec(any_window(), 0..3),
        quiet in proptest::option::of(any_window()),
        start in 0i64..400 * 24 * 60,
    ) {
        let times = times(15, &windows, quiet.clone());
        let now = ms("2026-01-01T00:00") + start * MINUTE;
        let open = |at: i64| {
            let at = Timestamp::from_millisecond(at).unwrap().to_zoned_datetime(zone()).datetime();
            let inside = |w: &TimeWindow| Window::parse(w).unwrap().contains(at);
            (windows.is_empty() || windows.iter().any(inside)) && !quiet.as_ref().is_some_and(inside)
        };
        let by_hand = (0..8 * 24 * 60).map(|m| now + m * MINUTE).find(|at| open(*at));
        let next = times.next(&[], now);
        if let Some(next) = next {
            prop_assert!(open(next), "{} is not allowed", local(next));
        }
        if let Some(by_hand) = by_hand {
            prop_assert!(next.is_some_and(|next| next <= by_hand), "{} was skipped", local(by_hand));
        }
    }
}
