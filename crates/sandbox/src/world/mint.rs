//! Ids, in the forms the services give them.

use serde::{Deserialize, Serialize};

use crate::dice::mix;

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Makes ids that follow from the seed and from how many were made before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mint {
    pub(crate) seed: u64,
    made: u64,
}

impl Mint {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, made: 0 }
    }

    fn pair(&mut self) -> (u64, u64) {
        self.made += 1;
        let first = mix(mix(self.seed, 0x1D), self.made);
        (first, mix(first, self.made))
    }

    /// HighLevel's: 20 letters and digits.
    pub(crate) fn highlevel(&mut self) -> String {
        let (a, b) = self.pair();
        let mut bits = u128::from(a) << 64 | u128::from(b);
        (0..20)
            .map(|_| {
                let letter = ALPHABET[(bits % 62) as usize];
                bits /= 62;
                char::from(letter)
            })
            .collect()
    }

    /// A version 4 uuid.
    pub(crate) fn uuid(&mut self) -> String {
        let (a, b) = self.pair();
        uuid_of(a, b)
    }
}

/// A uuid from 128 bits.
pub(crate) fn uuid_of(a: u64, b: u64) -> String {
    let hex = format!("{a:016x}{b:016x}");
    let variant = ["8", "9", "a", "b"][(b >> 62) as usize];
    format!(
        "{}-{}-4{}-{variant}{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}
