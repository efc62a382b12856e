//! HighLevel: reads contacts, notes, tasks and appointments into the model, and writes them.

mod client;
mod fields;
mod items;
mod listing;
mod oauth;
mod read;
mod write;

pub use client::{HighLevel, Location};
pub use fields::CustomField;
pub use items::{Calendar, TaskListing};
pub use listing::ContactListing;
pub use oauth::{Agency, OAuthApp, Place, SignIn, Tokens};
pub use write::{ContactWrite, updatable, writable};
