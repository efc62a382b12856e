//! HighLevel and Aimfox: one transport, reads into the model, writes from a plan.
//!
//! Everything sent is one catalog operation sent by one [`Transport`], so the rate budget, the retry
//! rule, the permission switch, the redaction and the audit row each live in one place. [`HighLevel`]
//! and [`Aimfox`] are typed clients above it.
//!
//! **Architecture Invariant:** no other module of this crate, and no other crate, talks to a service.
//!
//! **Architecture Invariant:** time, the audit, the permission switch and cancelling come in through
//! [`TransportParts`]; nothing here reads a clock, a file or a setting by itself.

mod aimfox;
mod highlevel;
mod json;
mod transport;

pub use aimfox::{Account, Aimfox, Label, LeadListing, merge_detail};
pub use highlevel::{
    Agency, Calendar, ContactListing, ContactWrite, CustomField, HighLevel, Location, OAuthApp,
    Place, SignIn, TaskListing, Tokens, updatable, writable,
};
pub use transport::{
    AllowAll, Audit, Call, CallError, Carried, Carrier, Clock, ConnectionConfig, Content,
    Credentials, Failed, Gate, Lack, MemoryAudit, NoAnswer, NoObserver, Observer, Paces, Part,
    Payload, Preview, Reach, RequestEnd, RequestRow, RequestStart, SystemClock, Transport,
    TransportParts, Urgency, VirtualClock,
};
