//! One module per table, and three that go across: opening, histories and backups.
#![allow(clippy::unwrap_used)]

mod activity;
mod answers;
mod backup;
mod base;
mod connections;
mod events;
mod history;
mod journal;
mod journal_read;
mod links;
mod mirror;
mod needs_you;
mod open;
mod permissions;
mod requests;
mod runs;
mod settings;
mod sign_ins;
mod support;
mod syncs;
