//! LinkedIn identities: the URN of a member, and the many ways its profile is written down
//! (`facts/aimfox.md` §7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::human::Human;
use crate::dice::{Dice, mix};

/// A profile URN: the member's number sits big-endian in bytes 4 to 7, the rest is noise.
pub(crate) fn urn(member: u64, noise: u64) -> String {
    let mut bytes = vec![0x00, 0x2a, 0x00, 0x00];
    bytes.extend(u32::try_from(member).unwrap_or(u32::MAX).to_be_bytes());
    let mut word = noise;
    while bytes.len() < 29 {
        word = mix(word, noise);
        bytes.push((word >> 24) as u8);
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

/// How many ways [`written`] knows.
pub(crate) const FORMS: usize = 12;

/// A profile as people paste it into a CRM. All forms mean the same profile.
pub(crate) fn written(human: &Human, form: usize) -> String {
    let Human {
        slug, urn, locale, ..
    } = human;
    let encoded = utf8_percent_encode(slug, NON_ALPHANUMERIC).to_string();
    let host = locale.host;
    match form % FORMS {
        0 => format!("https://www.linkedin.com/in/{slug}"),
        1 => format!("https://{host}.linkedin.com/in/{slug}?originalSubdomain={host}"),
        2 => format!("https://www.linkedin.com/in/{urn}"),
        3 => format!("https://www.linkedin.com/in/{encoded}/"),
        4 => format!("linkedin.com/in/{slug}"),
        5 => {
            format!("https://www.linkedin.com/in/{slug}/?utm_source=share&utm_medium=ios_app#about")
        }
        6 => format!("HTTPS://WWW.LinkedIn.com/in/{}/", capital(slug)),
        7 => format!("http://linkedin.com/in/{slug}/"),
        8 => format!("https://www.linkedin.com/in/{slug}/en"),
        9 => format!("https://www.linkedin.com/in/{urn}/?miniProfileUrn=urn%3Ali%3Afs_miniProfile"),
        10 => format!("  https://m.linkedin.com/in/{slug}/ "),
        _ => format!("https://www.linkedin.com/in/{slug}/overlay/contact-info/"),
    }
}

/// The same slug with a capital where upper and lower case are one to one.
fn capital(slug: &str) -> String {
    let mut letters = slug.chars();
    match letters.next() {
        Some(first) if first.is_ascii() => {
            first.to_ascii_uppercase().to_string() + letters.as_str()
        }
        _ => slug.to_owned(),
    }
}

/// A LinkedIn address that names no person the services could know: a company, or a Sales
/// Navigator entry.
pub(crate) fn useless(human: &Human, dice: &mut Dice) -> String {
    if dice.chance(50) {
        let company = human.company.domain.trim_end_matches(".example");
        format!("https://www.linkedin.com/company/{company}/")
    } else {
        let id = urn(human.member, dice.next()).replacen("ACo", "ACw", 1);
        format!(
            "https://www.linkedin.com/sales/lead/{id},NAME_SEARCH,{:04x}",
            dice.next() >> 48
        )
    }
}
