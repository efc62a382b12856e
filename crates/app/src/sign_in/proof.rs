//! What proves that the answer belongs to the question: `state` for us, PKCE for the service.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use crate::secrets::same;

/// Made anew for each sign-in.
#[derive(Debug)]
pub(crate) struct Proof {
    state: SecretString,
    verifier: SecretString,
}

impl Proof {
    /// From a source of 64 random bits.
    pub(crate) fn new(mut random: impl FnMut() -> u64) -> Self {
        let mut text = || {
            let bytes: Vec<u8> = (0..4).flat_map(|_| random().to_be_bytes()).collect();
            SecretString::from(URL_SAFE_NO_PAD.encode(bytes))
        };
        Self {
            state: text(),
            verifier: text(),
        }
    }

    /// For the page's address.
    pub(crate) fn state(&self) -> &str {
        self.state.expose_secret()
    }

    /// Whether an answer carries our state.
    pub(crate) fn is_ours(&self, state: &str) -> bool {
        same(&self.state, &state.into())
    }

    /// For the exchange.
    pub(crate) fn verifier(&self) -> &SecretString {
        &self.verifier
    }

    /// For the page's address: S256 of the verifier.
    pub(crate) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.expose_secret().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        let proof = Proof {
            state: "s".into(),
            verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
        };
        assert_eq!(
            proof.challenge(),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn each_proof_is_its_own_and_shows_nothing() {
        let mut n = 0;
        let mut random = || {
            n += 1;
            n
        };
        let (one, other) = (Proof::new(&mut random), Proof::new(&mut random));
        assert!(one.is_ours(one.state()) && !one.is_ours(other.state()));
        assert_eq!(one.state().len(), 43, "256 bits");
        let said = format!("{one:?}");
        assert!(!said.contains(one.state()), "{said}");
    }
}
