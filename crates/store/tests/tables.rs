//! One module per table.
#![allow(clippy::unwrap_used)]
