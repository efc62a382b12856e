//! Identities: what says that two records are the same person, each in one normal form.
//!
//! Every type here can only be had through its parser, reading from a file or an answer included,
//! so equality of values is equality of identities. The rules for LinkedIn come from
//! `facts/aimfox.md` §7.

mod email;
mod lead;
mod linkedin;
mod phone;
mod slug;
mod urn;

pub use email::Email;
pub use lead::LeadId;
pub use linkedin::{LinkedInRef, profile_url};
pub use phone::{Phone, Region};
pub use slug::Slug;
pub use urn::Urn;

/// Why a text is not the identity it was taken for. The words are for people; the text itself is
/// quoted, shortened when it is long.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Not an e-mail address.
    #[error("“{given}” is not an e-mail address: {why}")]
    Email {
        /// What was given.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// Not a telephone number that could be dialled from abroad.
    #[error("“{given}” is not a complete telephone number{}: {why}", .region.map(|r| format!(" for {r}")).unwrap_or_default())]
    Phone {
        /// What was given.
        given: String,
        /// The region it was read in, unless the number names its own.
        region: Option<Region>,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Not a region that has telephone numbers.
    #[error("“{given}” is not a country code: two letters are expected, such as US, GB or DE")]
    Region {
        /// What was given.
        given: String,
    },
    /// Not a LinkedIn member id.
    #[error("“{given}” is not a LinkedIn member id: a whole number above 0 is expected")]
    LeadId {
        /// What was given.
        given: String,
    },
    /// Not a LinkedIn profile URN.
    #[error(
        "“{given}” is not a LinkedIn profile id: it should be 39 characters and begin with ACoAA"
    )]
    Urn {
        /// What was given.
        given: String,
    },
    /// A profile URN whose capitals were lost; the person cannot be told from it any more.
    #[error(
        "“{given}” was a LinkedIn profile id, but its capital letters were lost on the way, so it \
         names nobody; open the person's profile and copy the address again"
    )]
    UrnCaseLost {
        /// What was given.
        given: String,
    },
    /// Not a LinkedIn public name.
    #[error("“{given}” is not a LinkedIn public name: {why}")]
    Slug {
        /// What was given.
        given: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A web address of some other site, or no web address at all.
    #[error("“{given}” is not an address on linkedin.com")]
    NotLinkedIn {
        /// What was given.
        given: String,
    },
    /// A page of LinkedIn that is not a person's profile.
    #[error(
        "“{given}” is a LinkedIn page, but not a person's profile; a profile's address looks like \
         https://www.linkedin.com/in/name"
    )]
    NotAProfile {
        /// What was given.
        given: String,
    },
    /// The page of a company, school or showcase.
    #[error("“{given}” is the LinkedIn page of an organisation, not of a person")]
    Organisation {
        /// What was given.
        given: String,
    },
    /// A Sales Navigator page, whose ids exist only there.
    #[error(
        "“{given}” is a Sales Navigator address, which names a person only inside Sales Navigator; \
         open the person there, choose “View LinkedIn profile”, and copy that address"
    )]
    SalesNavigator {
        /// What was given.
        given: String,
    },
}

/// At most the first 80 characters, for an error.
fn clip(given: &str) -> String {
    const MOST: usize = 80;
    match given.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &given[..end]),
        None => given.to_owned(),
    }
}

/// Whether a character shows nothing and says nothing: white space, controls, and the marks that
/// copying from a page leaves at the ends of a text.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A type that wraps text in normal form: the ways in go through its parser, the ways out borrow.
macro_rules! text_identity {
    ($name:ident, $parse:expr) => {
        impl $name {
            /// The normal form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::IdentityError;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                $parse(s)
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::IdentityError;

            fn try_from(s: String) -> Result<Self, Self::Error> {
                $parse(&s)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                $parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
use text_identity;
