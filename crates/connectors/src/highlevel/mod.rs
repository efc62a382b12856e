//! HighLevel: reads contacts into the model, writes contacts, tags and custom fields.

mod client;
mod fields;
mod listing;
mod read;
mod write;

pub use client::{HighLevel, Location};
pub use fields::CustomField;
pub use listing::ContactListing;
pub use write::{ContactWrite, updatable, writable};
