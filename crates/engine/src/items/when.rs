//! Dates as people type them: "tomorrow", "in 3 days", "next friday 15:00", "12 Dec", "2026-12-01".

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan as _};

use crate::Local;

/// The time of day that is meant when only a day is named.
const MORNING: Time = Time::constant(9, 0, 0, 0);

/// A moment as it is compared and kept: RFC 3339, UTC, whole minutes.
pub(crate) fn canonical(moment: Timestamp) -> String {
    let whole = moment.as_second().div_euclid(60) * 60;
    Timestamp::from_second(whole).map_or_else(|_| moment.to_string(), |m| m.to_string())
}

/// A moment in the location's time, as it is shown: `2026-12-01 10:00`.
pub(crate) fn shown(moment: &str, zone: &TimeZone) -> Option<String> {
    let moment: Timestamp = moment.parse().ok()?;
    let local = moment.to_zoned_datetime(zone.clone());
    Some(local.strftime("%Y-%m-%d %H:%M").to_string())
}

/// The moment that somebody meant; `None` for words that name none.
pub(crate) fn parse(words: &str, local: &Local) -> Option<String> {
    let Local { now, zone } = local;
    let words = words.trim().trim_end_matches('.').to_lowercase();
    if let Ok(moment) = words.to_uppercase().parse::<Timestamp>() {
        return Some(canonical(moment));
    }
    let today = now.to_zoned_datetime(zone.clone()).datetime();
    if let Some(moment) = iso(&words) {
        return Some(canonical(
            moment.to_zoned_datetime(zone.clone()).ok()?.timestamp(),
        ));
    }
    let mut parts: Vec<&str> = words
        .split([' ', ','])
        .filter(|part| !part.is_empty())
        .collect();
    let time = take_time(&mut parts);
    let at = if parts.is_empty() {
        // A time alone is the next one of that name.
        let time = time?;
        let day = if today.time() < time {
            today.date()
        } else {
            today.date().tomorrow().ok()?
        };
        day.to_datetime(time)
    } else {
        day(&parts, today, time)?
    };
    let zoned = at.to_zoned_datetime(zone.clone()).ok()?;
    Some(canonical(zoned.timestamp()))
}

/// `2026-12-01T10:15` and `2026-12-01 10:15`, without an offset.
fn iso(words: &str) -> Option<DateTime> {
    let date_alone = "2026-12-01".len();
    if words.len() <= date_alone || !words.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    words.to_uppercase().parse().ok()
}

/// Takes a time of day off the end: `15:00`, `3pm`, `at 3 pm`.
fn take_time(parts: &mut Vec<&str>) -> Option<Time> {
    let joined;
    let (mut text, mut used) = (*parts.last()?, 1);
    if matches!(text, "am" | "pm") && parts.len() > 1 {
        joined = format!("{}{text}", parts[parts.len() - 2]);
        (text, used) = (&joined, 2);
    }
    let time = clock(text)?;
    parts.truncate(parts.len() - used);
    if parts.last() == Some(&"at") {
        parts.pop();
    }
    Some(time)
}

fn clock(text: &str) -> Option<Time> {
    let (digits, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (text, None),
    };
    let (hour, minute) = match digits.split_once(':') {
        Some((hour, rest)) => (hour.parse::<i8>().ok()?, rest.get(..2)?.parse::<i8>().ok()?),
        None => (half.and(digits.parse::<i8>().ok())?, 0),
    };
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
        None => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

fn day(parts: &[&str], today: DateTime, time: Option<Time>) -> Option<DateTime> {
    let at = |date: Date| date.to_datetime(time.unwrap_or(MORNING));
    let after = |span: Span| today.date().checked_add(span).ok().map(at);
    match parts {
        ["today"] => Some(at(today.date())),
        ["tonight"] => Some(
            today
                .date()
                .to_datetime(time.unwrap_or(Time::constant(20, 0, 0, 0))),
        ),
        ["tomorrow"] => after(1.day()),
        ["next", "week"] => after(1.week()),
        ["next", "month"] => after(1.month()),
        ["in", number, unit] => {
            let n: i32 = match *number {
                "a" | "an" | "one" => 1,
                number => number.parse().ok().filter(|n| (1..=1000).contains(n))?,
            };
            match unit.trim_end_matches('s') {
                "day" => after(n.days()),
                "week" => after(n.weeks()),
                "month" => after(n.months()),
                "hour" => today.checked_add(n.hours()).ok(),
                "minute" | "min" => today.checked_add(n.minutes()).ok(),
                _ => None,
            }
        }
        ["next" | "on" | "this", name] | [name] if weekday(name).is_some() => {
            // The coming one, never today's.
            let date = today.date().nth_weekday(1, weekday(name)?).ok()?;
            Some(at(date))
        }
        ["on", rest @ ..] if !rest.is_empty() => day(rest, today, time),
        [date] => date.parse::<Date>().ok().map(at),
        [first, second] => named(first, second, None, today.date()).map(at),
        [first, second, year] => named(first, second, Some(year), today.date()).map(at),
        _ => None,
    }
}

/// `12 dec`, `dec 12`, either with a year. Without one, the next day of that name.
fn named(first: &str, second: &str, year: Option<&str>, today: Date) -> Option<Date> {
    let (number, name) = if month(second).is_some() {
        (first, second)
    } else {
        (second, first)
    };
    let number = number
        .trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '.')
        .parse()
        .ok()?;
    let month = month(name)?;
    match year {
        Some(year) => Date::new(year.parse().ok()?, month, number).ok(),
        None => {
            let this = Date::new(today.year(), month, number).ok()?;
            if this < today {
                Date::new(today.year() + 1, month, number).ok()
            } else {
                Some(this)
            }
        }
    }
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "mon" | "monday" => Weekday::Monday,
        "tue" | "tues" | "tuesday" => Weekday::Tuesday,
        "wed" | "wednesday" => Weekday::Wednesday,
        "thu" | "thurs" | "thursday" => Weekday::Thursday,
        "fri" | "friday" => Weekday::Friday,
        "sat" | "saturday" => Weekday::Saturday,
        "sun" | "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

fn month(name: &str) -> Option<i8> {
    let name = name.trim_end_matches('.');
    let all = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if name.len() < 3 {
        return None;
    }
    let at = all.iter().position(|month| month.starts_with(name))?;
    i8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn berlin() -> TimeZone {
        TimeZone::get("Europe/Berlin").unwrap()
    }

    /// A Wednesday, 12:30 in Berlin.
    fn now() -> Timestamp {
        "2026-11-25T11:30:00Z".parse().unwrap()
    }

    fn local(zone: TimeZone) -> Local {
        Local { now: now(), zone }
    }

    #[test]
    fn people_name_days_in_many_ways() {
        for (words, meant) in [
            ("today", "2026-11-25 09:00"),
            ("tomorrow", "2026-11-26 09:00"),
            ("Tomorrow at 3pm", "2026-11-26 15:00"),
            ("tomorrow 15:30", "2026-11-26 15:30"),
            ("in 3 days", "2026-11-28 09:00"),
            ("in a week", "2026-12-02 09:00"),
            ("in 2 hours", "2026-11-25 14:30"),
            ("friday", "2026-11-27 09:00"),
            ("next Wednesday", "2026-12-02 09:00"),
            ("on monday at 8 am", "2026-11-30 08:00"),
            ("12 Dec", "2026-12-12 09:00"),
            ("Dec 12, 2027", "2027-12-12 09:00"),
            ("3rd March", "2027-03-03 09:00"),
            ("2026-12-01", "2026-12-01 09:00"),
            ("2026-12-01 10:15", "2026-12-01 10:15"),
            ("2026-12-01T10:15", "2026-12-01 10:15"),
            ("2026-12-01T09:15:00Z", "2026-12-01 10:15"),
            ("18:00", "2026-11-25 18:00"),
            ("8:00", "2026-11-26 08:00"),
            ("12am", "2026-11-26 00:00"),
        ] {
            let moment = parse(words, &local(berlin()));
            let seen = moment.as_deref().and_then(|m| shown(m, &berlin()));
            assert_eq!(seen.as_deref(), Some(meant), "{words:?}");
        }
    }

    #[test]
    fn words_that_name_no_day_are_not_guessed_at() {
        for words in [
            "",
            "soon",
            "pricing",
            "the 12th",
            "in days",
            "in 0 days",
            "31 Feb",
            "25:00",
            "13pm",
            "next",
            "q4",
            "2026-13-01",
            "12",
        ] {
            assert_eq!(
                parse(words, &local(berlin())),
                None,
                "{words:?} was taken for a date"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(minutes in 0i64..4_000_000) {
            // Hours that summer time skips or repeats do not read back, as on any wall clock.
            let zone = TimeZone::fixed(jiff::tz::offset(2));
            let moment = canonical(Timestamp::from_second(1_700_000_000 + minutes * 60).unwrap());
            let shown = shown(&moment, &zone).unwrap();
            prop_assert_eq!(parse(&shown, &local(zone)), Some(moment));
        }

        #[test]
        fn no_words_make_it_panic(words in "\\PC{0,30}") {
            let _moment = parse(&words, &local(berlin()));
        }
    }
}
