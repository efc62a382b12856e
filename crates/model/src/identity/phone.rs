//! Telephone numbers as E.164. The only module that knows the numbering-plan library.

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumberFormat, enums};
use serde::{Deserialize, Serialize};

use super::{IdentityError, clip, is_blank, text_identity};

/// `+` and the 15 digits that E.164 allows.
const LONGEST: usize = 16;

/// A telephone number in E.164 form: `+`, country code, number; no extension.
///
/// A number counts when it is *possible*: a known country code and a length that can be dialled
/// from abroad. Whether the exchange is in use is not asked, because numbering plans open new
/// ranges faster than programs learn of them, and a number is kept for comparing, not for dialling.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people type it. One that begins with `+` names its own country; any other
    /// is read as dialled inside `region`, and failing that, with a leading `00` taken for `+`.
    /// Punctuation, words before the number and an extension after it are dropped; letters on a
    /// keypad (`1-800-FLOWERS`) become digits.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Phone`] for a text that is no number, or lacks its area or country code.
    pub fn parse(text: &str, region: Region) -> Result<Self, IdentityError> {
        let trimmed = tidy(text);
        let trimmed = trimmed.as_str();
        if let Some(own) = with_plus(trimmed) {
            return international(own)
                .map(Self)
                .map_err(|why| refused(text, None, why));
        }
        let why = match e164(trimmed, Some(region.0)) {
            Ok(number) => return Ok(Self(number)),
            Err(why) => why,
        };
        if let Some(number) = trimmed
            .strip_prefix("00")
            .and_then(|n| international(n).ok())
        {
            return Ok(Self(number));
        }
        Err(refused(text, Some(region), why))
    }

    /// Reads a number that names its own country with a `+`.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Phone`], also for a number without `+`.
    pub fn parse_international(text: &str) -> Result<Self, IdentityError> {
        with_plus(&tidy(text))
            .ok_or("it does not begin with + and a country code")
            .and_then(international)
            .map(Self)
            .map_err(|why| refused(text, None, why))
    }
}

impl Phone {
    /// As it is written for people abroad, e.g. `+44 20 7946 0123`.
    pub fn international(&self) -> String {
        self.written(PhoneNumberFormat::International)
    }

    /// As it is dialled inside its own country, e.g. `020 7946 0123`.
    pub fn national(&self) -> String {
        self.written(PhoneNumberFormat::National)
    }

    fn written(&self, format: PhoneNumberFormat) -> String {
        PHONE_NUMBER_UTIL
            .parse(self.0.as_str(), None)
            .map_or_else(|_| self.0.clone(), |n| n.format_as(format).into_owned())
    }
}

text_identity!(Phone, Phone::parse_international);

/// Without blanks at the ends, and with one space where there was white space of any kind.
fn tidy(text: &str) -> String {
    text.trim_matches(is_blank)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

fn refused(given: &str, region: Option<Region>, why: &'static str) -> IdentityError {
    IdentityError::Phone {
        given: clip(given),
        region,
        why,
    }
}

/// What follows the `+`, when the number begins with one. Words may come before it, as in
/// `Mobile: +44…`.
fn with_plus(text: &str) -> Option<&str> {
    let start = text.find(|c: char| c.is_numeric() || matches!(c, '+' | '＋'))?;
    text[start..].strip_prefix(['+', '＋'])
}

fn international(after_plus: &str) -> Result<String, &'static str> {
    e164(&format!("+{after_plus}"), None)
}

/// The E.164 form, such that reading it again gives the same.
///
/// The library drops a trunk prefix also behind a country code (`+44 020…`), so what it writes can
/// read differently once more; the form that stays is the normal one.
fn e164(text: &str, region: Option<enums::Region>) -> Result<String, &'static str> {
    const ROUNDS: usize = 4;
    let mut number = once(text, region)?;
    for _ in 0..ROUNDS {
        let again = once(&number, None)?;
        if again == number {
            return Ok(number);
        }
        number = again;
    }
    Err("it can be read in several ways")
}

fn once(text: &str, region: Option<enums::Region>) -> Result<String, &'static str> {
    use rlibphonenumber::{ParseError, ValidationError};

    let number = PHONE_NUMBER_UTIL.parse(text, region).map_err(|e| match e {
        ParseError::InvalidCountryCode => "its country code is unknown",
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => "it has too few digits",
        ParseError::TooLongNsn => "it has too many digits",
        _ => "it does not read as a number",
    })?;
    match number.is_possible_with_reason() {
        Ok(NumberLengthType::IsPossible) => {
            let text = number.format_as(PhoneNumberFormat::E164).into_owned();
            // Some national plans have longer numbers; none of them can be dialled from abroad.
            if text.len() > LONGEST {
                Err("it has too many digits")
            } else {
                Ok(text)
            }
        }
        Ok(NumberLengthType::IsPossibleLocalOnly) => Err("its area code is missing"),
        Err(ValidationError::InvalidCountryCode) => Err("its country code is unknown"),
        Err(ValidationError::TooShort) => Err("it has too few digits"),
        Err(ValidationError::TooLong) => Err("it has too many digits"),
        Err(_) => Err("no number there has this many digits"),
    }
}

/// A country or territory with telephone numbers, by its ISO 3166 alpha-2 code: how a number
/// without a country code is read. The United States by default, as HighLevel does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(enums::Region);

impl Region {
    /// Reads a two-letter code in either case.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Region`] for anything else, and for a code without a numbering plan.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let code = text.trim_matches(is_blank);
        enums::Region::from_code(code)
            .ok()
            .filter(|r| {
                *r != enums::Region::World
                    && PHONE_NUMBER_UTIL.get_country_code_for_region(*r).is_some()
            })
            .map(Self)
            .ok_or_else(|| IdentityError::Region { given: clip(text) })
    }

    /// Two capital letters.
    pub fn as_str(self) -> &'static str {
        // The library builds the code on the stack; a region is one of 26 × 26 pairs of letters.
        const CODES: [u8; 26 * 26 * 2] = {
            let mut codes = [0; 26 * 26 * 2];
            let mut i = 0;
            while i < 26 * 26 {
                codes[2 * i] = b'A' + (i / 26) as u8;
                codes[2 * i + 1] = b'A' + (i % 26) as u8;
                i += 1;
            }
            codes
        };
        let code = self.0.as_region_str();
        let [a, b] = [code.as_bytes()[0], code.as_bytes()[1]].map(|c| usize::from(c - b'A'));
        let start = 2 * (26 * a + b);
        std::str::from_utf8(&CODES[start..start + 2]).unwrap_or_default()
    }
}

impl Default for Region {
    fn default() -> Self {
        Self(enums::Region::US)
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({})", self.as_str())
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Region {
    type Err = IdentityError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::parse(s)
    }
}

impl TryFrom<String> for Region {
    type Error = IdentityError;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        Self::parse(&s)
    }
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.as_str().to_owned()
    }
}
