//! Both services on loopback: stateful, with their real limits, quirks and faults.
//!
//! The sandbox stands in for HighLevel and Aimfox wherever a real account would be in the way: in
//! the tests, in `foxbridge sandbox serve`, and behind "Try with sample data". It plays what the
//! services do, not what their documents wish they did, because a client is only as good as the
//! worst answer it has met. Where the real behaviour is unknown, it takes the stricter reading.
//!
//! One [`World`] holds the people of both services; everything in it follows from a seed. Requests
//! come in through [`Sandbox`], which counts them, applies the limits and the chosen faults, and
//! hands them to the service they are for.

mod aimfox;
mod call;
mod clock;
mod config;
mod dice;
mod faults;
mod form;
mod highlevel;
mod hooks;
mod house;
mod limits;
mod line;
mod manners;
mod oauth;
mod plain;
mod post;
mod routes;
mod sandbox;
mod server;
mod shelf;
mod state_file;
mod stats;
mod world;

pub use aimfox::records::{
    Account, Campaign, Experience, Label, Lead, LeadNote, Origin, Place, Target,
};
pub use clock::{Clock, ManualClock, SystemClock};
pub use config::{Config, FaultProfile};
pub use highlevel::records::{
    Appointment, Business, Contact, CustomField, CustomValue, LocationTag, Note, Task,
};
pub use hooks::{HookDelivery, HookKind, HookSigner};
pub use oauth::OAuthCredentials;
pub use post::{PostKind, Posted};
pub use sandbox::{AimfoxCredentials, Credentials, HighLevelCredentials, Sandbox};
pub use server::Reply;
pub use shelf::Shelves;
pub use stats::Stats;
pub use world::{Aimfox, ContactBook, HighLevel, Keys, Truth, World};
