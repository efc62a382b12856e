//! Addresses of LinkedIn profiles, in every form people paste them.

use std::fmt;
use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{IdentityError, Slug, Urn, clip, is_blank, slug, urn};

/// Longer texts are no addresses of a profile.
const LONGEST: usize = 4096;

/// What a path segment shows as it is (RFC 3986 §2.3, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Whom the address of a LinkedIn profile names.
///
/// Written and read as the address, so that either kind survives a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum LinkedInRef {
    /// By vanity name.
    Slug(Slug),
    /// By URN. Such an address opens only for someone signed in; it never replaces one with a
    /// vanity name.
    Urn(Urn),
}

impl LinkedInRef {
    /// Reads the address of a person's profile: any `linkedin.com` host (`www.`, `uk.`, `m.`…),
    /// http, https or no scheme, with or without query, fragment, trailing slash, overlay and
    /// language tails, percent-encoded or not (`facts/aimfox.md` §7). Text after a space is
    /// ignored. A bare name is not an address.
    ///
    /// # Errors
    ///
    /// [`IdentityError::NotLinkedIn`], [`IdentityError::NotAProfile`],
    /// [`IdentityError::Organisation`], [`IdentityError::SalesNavigator`], or what is wrong with
    /// the name or id in the address.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let elsewhere = || IdentityError::NotLinkedIn { given: clip(text) };
        let trimmed = text.trim_matches(is_blank);
        let address = trimmed
            .split(char::is_whitespace)
            .next()
            .unwrap_or_default();
        if address.len() > LONGEST {
            return Err(elsewhere());
        }
        let url = absolute(address)
            .filter(is_linkedin)
            .ok_or_else(elsewhere)?;
        let mut segments = url
            .path_segments()
            .into_iter()
            .flatten()
            .filter(|s| !s.is_empty());
        let kind = segments.next().unwrap_or_default().to_ascii_lowercase();
        match kind.as_str() {
            "in" => {}
            "sales" => return Err(IdentityError::SalesNavigator { given: clip(text) }),
            "company" | "school" | "showcase" => {
                return Err(IdentityError::Organisation { given: clip(text) });
            }
            _ => return Err(IdentityError::NotAProfile { given: clip(text) }),
        }
        let Some(segment) = segments.next() else {
            return Err(IdentityError::NotAProfile { given: clip(text) });
        };
        let name = slug::decode(segment);
        let name = name.trim_matches(is_blank);
        if urn::is_urn_like(name) {
            Urn::parse(name).map(Self::Urn)
        } else {
            Slug::parse(name).map(Self::Slug)
        }
    }

    /// The canonical address.
    pub fn url(&self) -> String {
        match self {
            Self::Slug(slug) => profile_url(slug),
            Self::Urn(urn) => format!("https://www.linkedin.com/in/{urn}"),
        }
    }
}

/// The canonical address of the profile with this vanity name; non-ASCII is percent-encoded.
pub fn profile_url(slug: &Slug) -> String {
    format!(
        "https://www.linkedin.com/in/{}",
        utf8_percent_encode(slug.as_str(), SEGMENT)
    )
}

/// An address as http or https, with the scheme supplied where it was left out.
fn absolute(address: &str) -> Option<Url> {
    let has_scheme = address.split_once("://").is_some_and(|(scheme, _)| {
        scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-'))
    });
    let url = if has_scheme {
        Url::parse(address)
    } else {
        Url::parse(&format!("https://{}", address.trim_start_matches("//")))
    };
    url.ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// The host itself or one below it, on the usual port and without a user: neither `evil-linkedin.com` nor `linkedin.com.evil.org`.
fn is_linkedin(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let ours = host
        .strip_suffix("linkedin.com")
        .is_some_and(|sub| sub.is_empty() || sub.ends_with('.'));
    ours && url.port().is_none() && url.username().is_empty() && url.password().is_none()
}

impl fmt::Display for LinkedInRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url())
    }
}

impl FromStr for LinkedInRef {
    type Err = IdentityError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::parse(s)
    }
}

impl TryFrom<String> for LinkedInRef {
    type Error = IdentityError;

    fn try_from(s: String) -> Result<Self, Self::Error> {
        Self::parse(&s)
    }
}

impl From<LinkedInRef> for String {
    fn from(value: LinkedInRef) -> Self {
        value.url()
    }
}
