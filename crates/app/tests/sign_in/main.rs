//! Accounts: signing in to HighLevel with an app, against the sandbox's authorization server, the
//! browser's way there and back; what becomes of keys and tokens afterwards; and where they must not be.
#![allow(clippy::unwrap_used)]

mod canary;
mod life;
mod rotation;
mod stage;
mod way;
