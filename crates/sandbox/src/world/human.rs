//! People: who they are, before either service knows of them. No two share a name, a profile, an
//! address or a number.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::companies::{self, Company};
use super::links;
use super::names_latin::LATIN;
use super::names_other::OTHER;
use super::phones;
use crate::dice::{Dice, mix};

/// A country's names and places.
#[derive(Debug)]
pub(crate) struct Locale {
    /// ISO 3166 alpha-2.
    pub(crate) country: &'static str,
    /// LinkedIn's regional host.
    pub(crate) host: &'static str,
    pub(crate) timezone: &'static str,
    /// Written family name first, without a space.
    pub(crate) family_first: bool,
    /// Share of the people.
    pub(crate) weight: usize,
    pub(crate) firsts: &'static str,
    pub(crate) lasts: &'static str,
    /// `city|state|postcode`, parted by `;`.
    pub(crate) places: &'static str,
    pub(crate) country_name: &'static str,
}

/// All countries.
pub(crate) fn locales() -> impl Iterator<Item = &'static Locale> {
    LATIN.iter().chain(OTHER)
}

/// A name as it is written and as it is spelled in an address.
#[derive(Debug, Clone)]
struct Name {
    written: String,
    spelled: String,
}

/// A locale's lists, taken apart.
struct Lists {
    locale: &'static Locale,
    firsts: Vec<Name>,
    lasts: Vec<Name>,
    places: Vec<[&'static str; 3]>,
}

static LISTS: LazyLock<Vec<Lists>> = LazyLock::new(|| {
    let names = |list: &str| -> Vec<Name> {
        list.split_whitespace()
            .map(|entry| {
                let (written, spelled) = match entry.split_once(':') {
                    Some((written, spelled)) => (written.to_owned(), spelled.to_owned()),
                    None => (entry.to_owned(), fold(entry)),
                };
                Name {
                    written: written.replace('_', " "),
                    spelled,
                }
            })
            .collect()
    };
    locales()
        .map(|locale| Lists {
            locale,
            firsts: names(locale.firsts),
            lasts: names(locale.lasts),
            places: locale
                .places
                .split(';')
                .map(|place| {
                    let mut parts = place.split('|').map(str::trim);
                    let mut next = || parts.next().unwrap_or("");
                    [next(), next(), next()]
                })
                .collect(),
        })
        .collect()
});

/// Somebody.
#[derive(Debug, Clone)]
pub(crate) struct Human {
    pub(crate) locale: &'static Locale,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) full: String,
    /// First and last name in Latin letters.
    pub(crate) spelled: [String; 2],
    pub(crate) member: u64,
    pub(crate) urn: String,
    pub(crate) slug: String,
    pub(crate) company: Company,
    pub(crate) job: String,
    pub(crate) work_email: String,
    pub(crate) home_email: String,
    /// E.164.
    pub(crate) phone: String,
    pub(crate) city: &'static str,
    pub(crate) state: &'static str,
    pub(crate) postcode: &'static str,
}

/// Where people come from, one after the other.
pub(crate) struct People {
    dice: Dice,
    seed: u64,
    made: u64,
    names: HashSet<String>,
    slugs: HashSet<String>,
    emails: HashSet<String>,
    members: HashSet<u64>,
    phones: HashMap<&'static str, u64>,
    weights: usize,
}

impl People {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed, 0x009E_0917),
            seed,
            made: 0,
            names: HashSet::new(),
            slugs: HashSet::new(),
            emails: HashSet::new(),
            members: HashSet::new(),
            phones: HashMap::new(),
            weights: LISTS.iter().map(|lists| lists.locale.weight).sum(),
        }
    }

    /// Somebody new.
    pub(crate) fn next(&mut self) -> Human {
        self.made += 1;
        let lists = self.pick_lists();
        let locale = lists.locale;
        let (first, last) = self.name(lists);
        let full = full_name(locale, &first.written, &last.written);
        let member = self.member();
        let urn = links::urn(member, mix(self.seed, self.made));
        let slug = self.slug(&full, &first.spelled, &last.spelled);
        let company = companies::company(locale.country, &mut self.dice);
        let job = companies::job(locale.country, &mut self.dice);
        let [f, l] = [&first.spelled, &last.spelled].map(|name| name.replace('-', ""));
        let work_email = self.email(&format!("{f}.{l}"), &company.domain);
        let end = *self
            .dice
            .pick(&["example.com", "example.net", "example.org"]);
        let home_email = self.email(&format!("{l}{}", &f[..f.len().min(1)]), end);
        let count = self.phones.entry(locale.country).or_default();
        let phone = phones::number(locale.country, *count);
        *count += 1;
        let [city, state, postcode] = *self.dice.pick(&lists.places);
        Human {
            locale,
            first: first.written,
            last: last.written,
            full,
            spelled: [first.spelled, last.spelled],
            member,
            urn,
            slug,
            company,
            job,
            work_email,
            home_email,
            phone,
            city,
            state,
            postcode,
        }
    }

    /// A profile name that is nobody's, close to a taken one: `anna-nowak` and `anna-nowak-2` are
    /// two people.
    pub(crate) fn neighbour(&mut self, slug: &str) -> String {
        let free = (2..)
            .map(|n| format!("{slug}-{n}"))
            .find(|near| !self.slugs.contains(near));
        let near = free.unwrap_or_else(|| format!("{slug}-x"));
        self.slugs.insert(near.clone());
        near
    }

    /// An address that is nobody's yet.
    pub(crate) fn email(&mut self, name: &str, domain: &str) -> String {
        let mut email = format!("{name}@{domain}");
        let mut n = 1;
        while !self.emails.insert(email.clone()) {
            n += 1;
            email = format!("{name}{n}@{domain}");
        }
        email
    }

    fn pick_lists(&mut self) -> &'static Lists {
        let mut place = self.dice.below(self.weights);
        for lists in LISTS.iter() {
            if place < lists.locale.weight {
                return lists;
            }
            place -= lists.locale.weight;
        }
        &LISTS[0]
    }

    /// A name nobody has. When the plain ones run out, people have two family names.
    fn name(&mut self, lists: &Lists) -> (Name, Name) {
        let mut tries = 0;
        loop {
            let mut first = self.dice.pick(&lists.firsts).clone();
            let mut last = self.dice.pick(&lists.lasts).clone();
            if tries > 3 {
                let more = self.dice.pick(&lists.lasts);
                let joint = if lists.locale.family_first { "" } else { "-" };
                last.written = format!("{}{joint}{}", last.written, more.written);
                last.spelled = format!("{}-{}", last.spelled, more.spelled);
            }
            if tries > 8 {
                let more = self.dice.pick(&lists.firsts);
                first.written = format!("{} {}", first.written, more.written);
                first.spelled = format!("{}-{}", first.spelled, more.spelled);
            }
            tries += 1;
            let key = full_name(lists.locale, &first.written, &last.written).to_lowercase();
            if self.names.insert(key) {
                return (first, last);
            }
        }
    }

    fn member(&mut self) -> u64 {
        loop {
            let id = 20_000_000 + self.dice.next() % 1_500_000_000;
            if self.members.insert(id) {
                return id;
            }
        }
    }

    /// LinkedIn's vanity name: plain when it was free, with a tail when it was not, sometimes in
    /// the person's own script.
    fn slug(&mut self, full: &str, first: &str, last: &str) -> String {
        let native = !full.is_ascii() && self.dice.chance(12);
        let stem = if native {
            full.to_lowercase().replace([' ', '\'', '.'], "-")
        } else {
            format!("{first}-{last}")
        };
        let tail = format!("{:x}", self.dice.next() >> 36);
        let plain = self.dice.chance(45);
        let slug = if plain && !self.slugs.contains(&stem) {
            stem
        } else {
            format!("{stem}-{tail}")
        };
        if self.slugs.insert(slug.clone()) {
            return slug;
        }
        self.neighbour(&slug)
    }
}

fn full_name(locale: &Locale, first: &str, last: &str) -> String {
    if locale.family_first {
        format!("{last}{first}")
    } else {
        format!("{first} {last}")
    }
}

/// Latin letters without their marks, lower case, fit for an address.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::new();
    for letter in text.to_lowercase().chars() {
        match letter {
            'a'..='z' | '0'..='9' => folded.push(letter),
            ' ' | '_' | '-' => folded.push('-'),
            'ä' | 'æ' => folded.push_str("ae"),
            'ö' | 'ø' | 'œ' => folded.push_str("oe"),
            'ü' => folded.push_str("ue"),
            'ß' => folded.push_str("ss"),
            'á' | 'à' | 'â' | 'ã' | 'å' | 'ą' | 'ă' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ặ' =>
            {
                folded.push('a');
            }
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' => folded.push('d'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ě' | 'ế' | 'ề' | 'ệ' | 'ễ' => {
                folded.push('e');
            }
            'ğ' => folded.push('g'),
            'í' | 'ì' | 'î' | 'ï' | 'ı' | 'ị' | 'ĩ' => folded.push('i'),
            'ł' => folded.push('l'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ó' | 'ò' | 'ô' | 'õ' | 'ơ' | 'ọ' | 'ồ' | 'ộ' => folded.push('o'),
            'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' => folded.push('s'),
            'ť' => folded.push('t'),
            'ú' | 'ù' | 'û' | 'ů' | 'ư' | 'ụ' | 'ủ' | 'ứ' | 'ũ' => folded.push('u'),
            'ý' | 'ỳ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            _ => {}
        }
    }
    folded
}
