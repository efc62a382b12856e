//! The secret of one start of the server.

use std::fmt;
use std::hint::black_box;

use rand::Rng as _;

/// A random token: 256 bits, in hexadecimal. Never shown by `Debug`.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new one, from the system's randomness.
    pub fn random() -> Self {
        let bytes: [u8; 32] = rand::rng().random();
        Self(bytes.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// As it is sent.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether this is it. Takes as long for a wrong one as for the right one.
    pub(crate) fn is(&self, given: &str) -> bool {
        let (ours, given) = (self.0.as_bytes(), given.as_bytes());
        let differing = ours
            .iter()
            .zip(given)
            .fold(0, |sum, (a, b)| black_box(sum | (a ^ b)));
        ours.len() == given.len() && differing == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        let token = Token::random();
        let whole = token.reveal().to_owned();
        assert_eq!(whole.len(), 64);
        assert!(token.is(&whole));
        for wrong in ["", &whole[..63], &format!("{whole}0"), &"0".repeat(64)] {
            assert!(!token.is(wrong), "{wrong:?} is not it");
        }
        assert_ne!(whole, Token::random().reveal(), "every start has its own");
        assert!(
            !format!("{token:?}").contains(&whole[..8]),
            "and no log shows it"
        );
    }
}
