//! Aimfox: reads leads and conversations into the model, writes labels and lead notes. It has no
//! writable contact (`facts/aimfox.md` §0).

mod client;
mod listing;
mod read;
mod talks;

pub use client::{Account, Aimfox, Label};
pub use listing::LeadListing;
pub use read::merge_detail;
