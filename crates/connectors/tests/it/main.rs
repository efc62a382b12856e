//! The transport and the two clients against servers that misbehave in every known way.

#![allow(clippy::unwrap_used, missing_docs)]

mod aimfox;
mod cancel;
mod fixtures;
mod highlevel;
mod limits;
mod retry;
mod sandbox;
mod secrets;
mod server;
mod shown;
