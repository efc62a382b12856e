//! The sandbox from outside: over HTTP, as a client meets it.
#![allow(clippy::unwrap_used)]

mod agency;
mod aimfox;
mod catalog;
mod contacts;
mod contract;
mod conversations;
mod deviations;
mod duplicates;
mod faults;
mod flow;
mod items;
mod lead_items;
mod limits;
mod posts;
mod resources;
mod search;
mod stage;
mod state;
mod walk;
mod walk_ids;
mod workspace;
mod world;
