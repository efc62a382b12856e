//! The server's own rules, over real sockets.
#![allow(clippy::unwrap_used)]

mod binary;
mod canary;
mod events;
mod files;
mod guard;
mod not_shipped;
mod rpc;
mod support;
