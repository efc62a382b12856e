//! What the user interface and the host say to each other: requests, responses, events, errors, and
//! the one list of commands. TypeScript is generated from here (`ui/src/platform/contract.ts`).
//!
//! **Architecture Invariant:** these types cross a process boundary. No other crate's type appears
//! in them, so that an inner refactor cannot change the wire.

mod activity;
mod change;
mod check;
mod command;
mod connection;
mod error;
mod event;
mod history;
mod hook;
mod item;
mod keep;
mod mapping;
mod operation;
mod people;
mod permission;
mod question;
mod rule;
mod run;
mod secret;
mod sign_in;
mod sync;
mod typescript;
mod undo;
mod vault;
mod worker;

pub use activity::*;
pub use change::*;
pub use check::*;
pub use command::*;
pub use connection::*;
pub use error::*;
pub use event::*;
pub use history::*;
pub use hook::*;
pub use item::*;
pub use keep::*;
pub use mapping::*;
pub use operation::*;
pub use people::*;
pub use permission::*;
pub use question::*;
pub use rule::*;
pub use run::*;
pub use secret::*;
pub use sign_in::*;
pub use sync::*;
pub use typescript::typescript;
pub use undo::*;
pub use vault::*;
pub use worker::*;
