//! What a person, a tag and an item (a note, task, appointment or conversation) are on either side, and the
//! identities that say two records are the same person.
//!
//! No I/O, no clock. Every other crate speaks in these words.
//!
//! **Architecture Invariant:** a value of an identity type ([`Email`], [`Phone`], [`Urn`], [`Slug`],
//! [`LeadId`]) is always in its normal form; two of them are the same identity exactly when they
//! are equal.

mod identity;
mod item;
mod person;
mod tag;
mod text;
mod value;

pub use identity::{
    Email, IdentityError, LeadId, LinkedInRef, Phone, Region, Slug, Urn, profile_url,
};
pub use item::{ContactItems, Item, ItemField, ItemFields, ItemKind, Message, Thread};
pub use person::{Card, Identities, Note, Origin, Person, Service};
pub use tag::{TagKey, TagSet};
pub use text::Text;
pub use value::{FieldKind, FieldMap, Value};
