//! Signing in to HighLevel with an app, against the sandbox's authorization server: the browser's way
//! there and back, and everything that becomes of the tokens afterwards.
#![allow(clippy::unwrap_used)]

mod canary;
mod life;
mod stage;
mod way;
