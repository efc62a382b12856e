//! LinkedIn vanity names, the last part of a profile's address.

use percent_encoding::percent_decode_str;

use super::{IdentityError, clip, is_blank, text_identity, urn};

/// Longer texts are no names; also bounds the work of decoding.
const LONGEST: usize = 1024;

/// Words that stand where a name stands and name nobody: `/in/me` is whoever looks, and `unknown`
/// is what LinkedIn's own interface gives for a member outside one's network.
const NOBODY: [&str; 2] = ["me", "unknown"];

/// A LinkedIn vanity name: percent-decoded, lower case. The person can change it.
///
/// Compared whole: `john-doe` is not `john-doe-2`. Never a URN.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// Reads a name, percent-encoded (once, or by mistake more than once) or not. Bytes that are
    /// not UTF-8 are taken for Latin-1, which old links use.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Slug`]; [`IdentityError::UrnCaseLost`] or [`IdentityError::SalesNavigator`]
    /// for an id in place of a name.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let refuse = |why| {
            Err(IdentityError::Slug {
                given: clip(text),
                why,
            })
        };
        if text.len() > LONGEST {
            return refuse("it is too long");
        }
        let decoded = decode(text);
        let name = decoded.trim_matches(is_blank);
        if urn::is_urn_like(name) {
            return refuse("it is a LinkedIn profile id");
        }
        if urn::is_sales(name) {
            return Err(IdentityError::SalesNavigator { given: clip(text) });
        }
        if urn::is_ruined(name) {
            return Err(IdentityError::UrnCaseLost { given: clip(text) });
        }
        let name = name.to_lowercase();
        if name.is_empty() {
            return refuse("it is empty");
        }
        if NOBODY.contains(&name.as_str()) {
            return refuse("it stands for nobody in particular");
        }
        if name.chars().all(|c| c == '.') {
            return refuse("it is only dots");
        }
        if name.contains(|c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(
                    c,
                    '/' | '\\' | '?' | '#' | '%' | '@' | ':' | '"' | '<' | '>'
                )
        }) {
            return refuse("it holds characters that no name has");
        }
        Ok(Self(name))
    }
}

text_identity!(Slug, Slug::parse);

/// Percent-decodes until nothing changes, so that the result decodes to itself.
pub(super) fn decode(text: &str) -> String {
    let mut text = text.to_owned();
    loop {
        let bytes: Vec<u8> = percent_decode_str(&text).collect();
        if bytes == text.as_bytes() {
            return text;
        }
        text = bytes
            .utf8_chunks()
            .fold(String::with_capacity(bytes.len()), |mut out, chunk| {
                out.push_str(chunk.valid());
                out.extend(chunk.invalid().iter().copied().map(char::from));
                out
            });
    }
}
