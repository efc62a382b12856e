//! Rules at their real work: the real program against both services, by a clock that a test moves.
#![allow(clippy::unwrap_used)]

mod delays;
mod happenings;
mod hinted;
mod limits;
mod recipes;
mod registration;
mod resting;
mod stage;
mod told;
