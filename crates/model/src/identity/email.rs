//! E-mail addresses: case never tells two people apart, whatever the standard allows.

use email_address::{EmailAddress, Options};

use super::{IdentityError, clip, is_blank, text_identity};

/// An e-mail address, trimmed and in lower case.
///
/// Plus tags and dots stay: two services that show different addresses may mean different people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// Reads an address as people type it. The domain must have two parts at least; display names
    /// (`Ann <ann@x.org>`) and bare IP addresses are refused.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Email`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let address = text.trim_matches(is_blank).to_lowercase();
        let options = Options {
            minimum_sub_domains: 2,
            allow_domain_literal: false,
            allow_display_text: false,
            ..Options::default()
        };
        match EmailAddress::parse_with_options(&address, options) {
            Ok(_) => Ok(Self(address)),
            Err(e) => Err(IdentityError::Email {
                given: clip(text),
                why: e.to_string().trim_end_matches('.').to_owned(),
            }),
        }
    }

    /// What follows the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

text_identity!(Email, Email::parse);
