//! Webhooks as HighLevel sends them, signed with a key pair of the sandbox's own, and the bad ones that
//! a receiver on the internet gets as well. Deterministic from a seed.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::dice::Dice;

/// Signs deliveries.
pub struct HookSigner(Ed25519KeyPair);

/// What a delivery is, for whoever counts what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookKind {
    /// Signed and fresh.
    Good,
    /// A good one that comes again.
    Repeated,
    /// Signed by somebody else.
    Wrong,
    /// Signed, and hours old.
    Old,
    /// Signed, and not what the service sends.
    Malformed,
}

/// A delivery to be sent.
#[derive(Debug, Clone)]
pub struct HookDelivery {
    /// What it is.
    pub kind: HookKind,
    /// Its own id; a repeated one has that of the first.
    pub id: String,
    /// `X-GHL-Signature`.
    pub signature: String,
    /// The raw body.
    pub body: Vec<u8>,
}

impl HookSigner {
    /// A key pair that follows from a seed: for tests, and nothing else.
    ///
    /// # Errors
    /// When the key cannot be made.
    pub fn new(seed: u64) -> anyhow::Result<Self> {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let pair = Ed25519KeyPair::from_seed_unchecked(&bytes)
            .map_err(|_| anyhow::anyhow!("no key pair follows from the seed"))?;
        Ok(Self(pair))
    }

    /// The public key, base64.
    pub fn public_key(&self) -> String {
        BASE64_STANDARD.encode(self.0.public_key().as_ref())
    }

    /// A signature of a body, base64.
    pub fn sign(&self, body: &[u8]) -> String {
        BASE64_STANDARD.encode(self.0.sign(body).as_ref())
    }

    /// A good delivery about a contact.
    pub fn delivery(&self, location: &str, contact: &str, id: &str, now_ms: i64) -> HookDelivery {
        let time = jiff::Timestamp::from_millisecond(now_ms).unwrap_or_default();
        let body = json!({
            "type": "ContactUpdate",
            "locationId": location,
            "id": contact,
            "webhookId": id,
            "timestamp": time.to_string(),
        });
        let body = body.to_string().into_bytes();
        HookDelivery {
            kind: HookKind::Good,
            id: id.to_owned(),
            signature: self.sign(&body),
            body,
        }
    }

    /// So many deliveries, a third of them bad in some way, in no order.
    pub fn mixture(
        &self,
        location: &str,
        contacts: &[String],
        count: usize,
        now_ms: i64,
        seed: u64,
    ) -> Vec<HookDelivery> {
        let mut dice = Dice::new(seed, 0x400C);
        let mut made: Vec<HookDelivery> = Vec::with_capacity(count);
        for i in 0..count {
            let contact = contacts.get(i % contacts.len().max(1));
            let contact = contact.map_or("nobody", String::as_str);
            let id = format!("hook-{seed}-{i}");
            let mut one = self.delivery(location, contact, &id, now_ms);
            match dice.below(12) {
                0 => {
                    one.kind = HookKind::Wrong;
                    one.signature = BASE64_STANDARD.encode([7; 64]);
                }
                1 => {
                    let hours_ago = now_ms - 3 * 60 * 60 * 1000;
                    one = self.delivery(location, contact, &id, hours_ago);
                    one.kind = HookKind::Old;
                }
                2 => {
                    one.kind = HookKind::Malformed;
                    one.body.truncate(one.body.len() / 2);
                    one.signature = self.sign(&one.body);
                }
                3 => {
                    let earlier = made.iter().find(|hook| hook.kind == HookKind::Good);
                    if let Some(earlier) = earlier {
                        one = earlier.clone();
                        one.kind = HookKind::Repeated;
                    }
                }
                _ => {}
            }
            made.push(one);
        }
        dice.shuffle(&mut made);
        made
    }
}
