//! SQLite: mirror, links, base, journal, audit, settings. One file per table: its migration, its
//! row, and the functions that read and write it.
//!
//! Everything is synchronous and short; times are milliseconds since 1970 and come from the caller.
//!
//! **Architecture Invariant:** nothing here decides anything about a sync. What must hold whatever
//! the caller does (a rehearsal's change is never sent, a settled change stays settled, a read older
//! than our own write is discarded) is held by the statements themselves.
//!
//! **Architecture Invariant:** no secret is ever handed to this crate; those live in the vault.

mod activity;
mod answers;
mod backup;
mod base;
mod connections;
mod decisions;
mod deliveries;
mod error;
mod events;
mod journal;
mod links;
mod migrate;
mod mirror;
mod needs_you;
mod open;
mod people;
mod permissions;
mod requests;
mod rules;
mod runs;
mod settings;
mod sign_ins;
mod sql;
mod syncs;

#[cfg(test)]
mod crash_test;

pub use activity::{Activity, ActivityFilter, ActivityRow};
pub use answers::{AnswerRow, Answers};
pub use base::Base;
pub use connections::{ConnectionRow, Connections};
pub use decisions::{Decided, DecisionCount, Decisions};
pub use deliveries::{Deliveries, DeliveryRow, NewDelivery};
pub use error::StoreError;
pub use events::{Echo, EventRow, Events, NewEvent};
pub use journal::{ChangeCount, ChangeFilter, ChangeRow, Journal, Settlement, change_state};
pub use links::{LinkRow, Links};
pub use migrate::schema_version;
pub use mirror::{Mirror, MirrorRow, Reading, Seen};
pub use needs_you::{NeedsYou, NeedsYouRow};
pub use open::{Fuse, Store};
pub use people::{People, PeopleCounts, PeopleFilter, PersonRow};
pub use permissions::{PermissionRow, Permissions, Switch};
pub use requests::{NewRequest, RequestEnd, RequestRow, Requests};
pub use rules::{FiringRow, RuleRow, Rules};
pub use runs::{RunRow, Runs};
pub use settings::Settings;
pub use sign_ins::{SignInKind, SignInRow, SignIns};
pub use syncs::{SyncRow, Syncs};

impl Store {
    /// Signed-in accounts.
    pub fn connections(&self) -> Connections<'_> {
        Connections(self)
    }

    /// Pairings of one connection on each side.
    pub fn syncs(&self) -> Syncs<'_> {
        Syncs(self)
    }

    /// Our copy of the services' records.
    pub fn mirror(&self) -> Mirror<'_> {
        Mirror(self)
    }

    /// Which records are the same person.
    pub fn links(&self) -> Links<'_> {
        Links(self)
    }

    /// The values both sides last agreed on.
    pub fn base(&self) -> Base<'_> {
        Base(self)
    }

    /// Executions of syncs.
    pub fn runs(&self) -> Runs<'_> {
        Runs(self)
    }

    /// The write-ahead record of changes.
    pub fn journal(&self) -> Journal<'_> {
        Journal(self)
    }

    /// What was decided about rehearsed changes.
    pub fn decisions(&self) -> Decisions<'_> {
        Decisions(self)
    }

    /// What waits for a person.
    pub fn needs_you(&self) -> NeedsYou<'_> {
        NeedsYou(self)
    }

    /// What the user decided about single people.
    pub fn answers(&self) -> Answers<'_> {
        Answers(self)
    }

    /// The audit of requests.
    pub fn requests(&self) -> Requests<'_> {
        Requests(self)
    }

    /// The switch of each operation of a connection, where somebody chose one.
    pub fn permissions(&self) -> Permissions<'_> {
        Permissions(self)
    }

    /// The people of a sync, to be listed and searched.
    pub fn people(&self) -> People<'_> {
        People(self)
    }

    /// What happened, for the rules.
    pub fn events(&self) -> Events<'_> {
        Events(self)
    }

    /// Deliveries of webhooks.
    pub fn deliveries(&self) -> Deliveries<'_> {
        Deliveries(self)
    }

    /// Rules and their firings.
    pub fn rules(&self) -> Rules<'_> {
        Rules(self)
    }

    /// How each connection is signed in.
    pub fn sign_ins(&self) -> SignIns<'_> {
        SignIns(self)
    }

    /// Small things to remember.
    pub fn settings(&self) -> Settings<'_> {
        Settings(self)
    }

    /// Requests, changes and runs as one list by time.
    pub fn activity(&self) -> Activity<'_> {
        Activity(self)
    }
}
