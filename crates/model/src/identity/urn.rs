//! LinkedIn's profile URN: opaque, case-sensitive, and it holds the numeric id.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{IdentityError, LeadId, clip, is_blank, text_identity};

/// What every profile URN begins with.
const PREFIX: &str = "ACoAA";
/// Characters of a URN; 29 bytes.
const LENGTH: usize = 39;
const BYTES: usize = 29;
/// The first four bytes when the next four are the member id.
const MEMBER: [u8; 4] = [0x00, 0x2a, 0x00, 0x00];

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// A LinkedIn profile URN (`ACoAA…`, 39 characters). Its case is part of it: two URNs that differ
/// only in case are two people.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Urn(String);

impl Urn {
    /// Reads a URN, also with its `urn:li:fsd_profile:` or similar in front.
    ///
    /// # Errors
    ///
    /// [`IdentityError::SalesNavigator`] for an `ACwAA…` id, [`IdentityError::UrnCaseLost`] for a
    /// URN in lower or upper case, [`IdentityError::Urn`] for anything else.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let trimmed = text.trim_matches(is_blank);
        let bare = match trimmed.strip_prefix("urn:li:") {
            Some(rest) => rest.rsplit(':').next().unwrap_or(rest),
            None => trimmed,
        };
        if bare.len() == LENGTH && bare.starts_with(PREFIX) && BASE64.decode(bare).is_ok() {
            return Ok(Self(bare.to_owned()));
        }
        Err(if is_sales(bare) {
            IdentityError::SalesNavigator { given: clip(text) }
        } else if is_ruined(bare) {
            IdentityError::UrnCaseLost { given: clip(text) }
        } else {
            IdentityError::Urn { given: clip(text) }
        })
    }

    /// The member id inside; `None` when the URN is not laid out like those seen
    /// (`facts/aimfox.md` §7: bytes 4 to 7, big-endian, after `00 2a 00 00`).
    ///
    /// An aid to matching: where a service returns an id, that id is the truth.
    pub fn lead_id(&self) -> Option<LeadId> {
        let bytes = BASE64.decode(&self.0).ok()?;
        let id = bytes.strip_prefix(&MEMBER)?.first_chunk::<4>()?;
        LeadId::new(u32::from_be_bytes(*id).into())
    }

    /// A URN that holds `id` and looks like LinkedIn's, the same for the same arguments. For
    /// sample data: the real tail of a person's URN is known to LinkedIn only.
    ///
    /// # Panics
    ///
    /// If `id` does not fit into the four bytes a URN has for it.
    pub fn synthesize(id: LeadId, seed: u64) -> Self {
        let Ok(low) = u32::try_from(id.get()) else {
            panic!("a URN holds ids up to {}, not {id}", u32::MAX);
        };
        let mut bytes = [0; BYTES];
        bytes[..4].copy_from_slice(&MEMBER);
        bytes[4..8].copy_from_slice(&low.to_be_bytes());
        // SplitMix64 (Steele, Lea, Flood 2014): spread a small seed over the 21 bytes of the tail.
        let mut state = seed ^ id.get().rotate_left(32);
        for chunk in bytes[8..].chunks_mut(8) {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_be_bytes()[..chunk.len()]);
        }
        // The byte after the id is 01 in the URNs seen.
        bytes[8] = 0x01;
        Self(BASE64.encode(bytes))
    }
}

/// Whether a text can only be meant as a URN, good or bad: a vanity name is never spelled so.
pub(super) fn is_urn_like(text: &str) -> bool {
    text.starts_with(PREFIX)
}

/// Whether a text is a Sales Navigator id (`facts/aimfox.md` §7).
pub(super) fn is_sales(text: &str) -> bool {
    text.starts_with("ACwAA")
}

/// Whether a text is a URN, of either kind, after someone changed its case.
pub(super) fn is_ruined(text: &str) -> bool {
    text.len() == LENGTH
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        && text.get(..PREFIX.len()).is_some_and(|p| {
            p != PREFIX && (p.eq_ignore_ascii_case(PREFIX) || p.eq_ignore_ascii_case("ACwAA"))
        })
}

text_identity!(Urn, Urn::parse);
