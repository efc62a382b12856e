//! When this happens, do that: what a rule is, when it fires, and what a firing does next.
//!
//! A [`Rule`] is data. [`Group::holds`] tests its conditions, [`fill`] puts values into its
//! parameters, and [`Firing`] is the state machine of one rule about one event: it says what to do
//! next and is told what became of it.
//!
//! **Architecture Invariant:** pure: no clock, network, disk, randomness or async. A firing is a value
//! that is written down before and after every call; whoever executes it may die at any moment.

mod condition;
mod fill;
mod firing;
mod rule;

pub use condition::{Facts, lookup};
pub use fill::{Missing, chips, fill};
pub use firing::{Call, Entry, Failure, Firing, Next, State};
pub use rule::{Find, Group, Make, Op, Problem, Rule, Step, Test, What};
