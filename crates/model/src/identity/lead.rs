//! LinkedIn's numeric member id: the one identity of a lead that never changes.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{IdentityError, clip, is_blank};

/// A LinkedIn member id, which is also Aimfox's id of a lead (`facts/aimfox.md` §7).
///
/// Aimfox writes it as a string or as a number, depending on the endpoint; it is written as a
/// string here, since it may pass what a JSON reader keeps exactly. 0 is no id: services use it
/// for "unknown", and two unknown people are not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LeadId(NonZeroU64);

impl LeadId {
    /// `None` for 0.
    pub const fn new(id: u64) -> Option<Self> {
        match NonZeroU64::new(id) {
            Some(id) => Some(Self(id)),
            None => None,
        }
    }

    /// Reads decimal digits.
    ///
    /// # Errors
    ///
    /// [`IdentityError::LeadId`].
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let digits = text.trim_matches(is_blank);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdentityError::LeadId { given: clip(text) });
        }
        digits
            .parse()
            .ok()
            .and_then(Self::new)
            .ok_or_else(|| IdentityError::LeadId { given: clip(text) })
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for LeadId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for LeadId {
    type Err = IdentityError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::parse(s)
    }
}

impl TryFrom<u64> for LeadId {
    type Error = IdentityError;

    fn try_from(id: u64) -> Result<Self, Self::Error> {
        Self::new(id).ok_or_else(|| IdentityError::LeadId {
            given: id.to_string(),
        })
    }
}

impl Serialize for LeadId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LeadId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct StringOrNumber;

        impl Visitor<'_> for StringOrNumber {
            type Value = LeadId;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a LinkedIn member id, as a string or a number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<LeadId, E> {
                LeadId::parse(text).map_err(E::custom)
            }

            fn visit_u64<E: de::Error>(self, id: u64) -> Result<LeadId, E> {
                LeadId::try_from(id).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, id: i64) -> Result<LeadId, E> {
                u64::try_from(id)
                    .map_err(|_| {
                        E::custom(IdentityError::LeadId {
                            given: id.to_string(),
                        })
                    })
                    .and_then(|id| self.visit_u64(id))
            }
        }

        from.deserialize_any(StringOrNumber)
    }
}
