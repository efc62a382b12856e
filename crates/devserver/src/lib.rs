//! The same commands over loopback HTTP, for development and browser tests only.
//!
//! A browser test drives the real screens against the real application without a webview. Since a
//! local port can be reached by any program and, through a browser, by any web page, every request
//! must name this very server (`Host`), come from its own page if from a page at all (`Origin`), and
//! carry a token that is made anew at every start.
//!
//! **Architecture Invariant:** no shipped program depends on this crate, and its binary refuses to
//! work in a release build.

mod backend;
mod events;
mod files;
mod guard;
mod reply;
mod rpc;
mod server;
mod token;

pub use backend::Backend;
pub use server::{Options, Server};
pub use token::Token;
