//! Telephone numbers: valid to a number library, unique, and where a country has set numbers aside
//! for fiction, from there.

use crate::dice::Dice;

/// How many numbers a country's plan below has.
const SPACE: u64 = 1_000_000;

/// North American area codes of the numbers that never ring (`…-555-01xx`).
const US_AREAS: [u64; 40] = [
    202, 206, 212, 213, 214, 215, 216, 303, 305, 312, 313, 314, 317, 336, 402, 404, 407, 410, 412,
    414, 415, 502, 503, 504, 512, 513, 602, 612, 614, 615, 617, 702, 703, 713, 804, 813, 816, 901,
    913, 919,
];

/// The `n`th number of a country, in E.164. Different `n` below a million give different numbers.
pub(crate) fn number(country: &str, n: u64) -> String {
    let n = n % SPACE;
    // 1 is coprime to any space, so is this prime to the ones below: a walk that meets all.
    let far = |space: u64| (n * 7_919 + 104_729) % space;
    match country {
        "US" => us(n),
        "GB" if n < 1_000 => format!("+442079460{n:03}"),
        "GB" => format!("+447400{:06}", far(SPACE)),
        "DE" if n < 1_000 => format!("+493023125{n:03}"),
        "DE" => format!("+49151{:08}", 23_000_000 + far(SPACE)),
        "FR" if n < 10_000 => format!("+3319900{n:04}"),
        "FR" => format!("+33612{:06}", far(SPACE)),
        "ES" => format!("+34612{:06}", far(SPACE)),
        "BR" => format!("+55119{:08}", 81_000_000 + far(SPACE)),
        "PL" => format!("+48512{:06}", far(SPACE)),
        "CZ" => format!("+420602{:06}", far(SPACE)),
        "SE" if n < 100 => format!("+46701740{:03}", 605 + n),
        "SE" => format!("+4673{:07}", 1_000_000 + far(SPACE)),
        "TR" => format!("+90532{:07}", 2_000_000 + far(SPACE)),
        "VN" => format!("+8490{:07}", 3_000_000 + far(SPACE)),
        "UA" => format!("+38050{:07}", 3_000_000 + far(SPACE)),
        "BG" => format!("+35988{:07}", 7_000_000 + far(SPACE)),
        "GR" => format!("+3069{:08}", 72_000_000 + far(SPACE)),
        "AE" => format!("+97150{:07}", 2_000_000 + far(SPACE)),
        "IL" => format!("+97250{:07}", 2_000_000 + far(SPACE)),
        "JP" => format!("+8190{:08}", 12_000_000 + far(SPACE)),
        "CN" => format!("+86138{:08}", 12_000_000 + far(SPACE)),
        "KR" => format!("+8210{:08}", 32_000_000 + far(SPACE)),
        "IN" => format!("+9198{:08}", 45_000_000 + far(SPACE)),
        _ => us(n),
    }
}

fn us(n: u64) -> String {
    if n < 4_000 {
        return format!("+1{}5550{}", US_AREAS[(n % 40) as usize], 100 + n / 40);
    }
    let n = n - 4_000;
    let area = US_AREAS[(n % 40) as usize];
    format!(
        "+1{area}{}{:04}",
        720 + (n / 40) / 10_000,
        (n / 40) % 10_000
    )
}

/// The same number as a person would type it: still with its country code, so that it means the
/// same everywhere.
pub(crate) fn typed(e164: &str, dice: &mut Dice) -> String {
    let (code, rest) = split(e164);
    let groups = |by: &str| -> String {
        let digits: Vec<char> = rest.chars().collect();
        let mut parts: Vec<String> = Vec::new();
        let mut at = 0;
        while at < digits.len() {
            let left = digits.len() - at;
            let take = if left == 4 { 4 } else { left.min(3) };
            parts.push(digits[at..at + take].iter().collect());
            at += take;
        }
        parts.join(by)
    };
    match dice.below(5) {
        0 => format!("+{code} {}", groups(" ")),
        1 => format!("+{code}-{}", groups("-")),
        2 => format!("+{code}.{}", groups(".")),
        3 => format!("+{code} ({}) {}", &rest[..3], &rest[3..]),
        _ => format!(" +{code}\u{a0}{} ", groups("\u{a0}")),
    }
}

fn split(e164: &str) -> (&str, &str) {
    let digits = e164.trim_start_matches('+');
    let two = [
        "44", "49", "33", "34", "55", "48", "46", "90", "84", "30", "81", "86", "82", "91",
    ];
    let length = if digits.starts_with('1') {
        1
    } else if two.iter().any(|code| digits.starts_with(code)) {
        2
    } else {
        3
    };
    digits.split_at(length)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};

    use super::*;
    use crate::world::human::locales;

    #[test]
    fn numbers_are_valid_unique_and_survive_being_typed() {
        let mut dice = Dice::new(1, 2);
        for locale in locales() {
            let mut seen = HashSet::new();
            for n in (0..6_000).chain((6_000..SPACE).step_by(1_009)) {
                let number = number(locale.country, n);
                assert!(
                    seen.insert(number.clone()),
                    "{number} comes twice in {}",
                    locale.country
                );
                if n % 37 != 0 {
                    continue;
                }
                let parsed = PHONE_NUMBER_UTIL.parse(&number, None).unwrap();
                assert!(
                    parsed.is_valid(),
                    "{number} of {} is no valid number",
                    locale.country
                );
                let typed = typed(&number, &mut dice);
                let again = PHONE_NUMBER_UTIL.parse(typed.trim(), None).unwrap();
                assert_eq!(
                    again.format_as(PhoneNumberFormat::E164).to_string(),
                    number,
                    "{typed:?} should mean the same number"
                );
            }
        }
    }
}
