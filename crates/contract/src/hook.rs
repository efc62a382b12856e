//! Webhooks: where they are received, and what was delivered.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::ServiceName;

/// Where one connection's webhooks are received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HookEndpoint {
    /// Connection id.
    pub connection: String,
    /// The account's name.
    pub name: String,
    /// Whose.
    pub service: ServiceName,
    /// Whether deliveries are taken in.
    pub on: bool,
    /// The address that the service is to call: the public one where it is known. `None` until it was
    /// first switched on.
    pub url: Option<String>,
    /// HighLevel: a public key in place of the published one.
    pub key: Option<String>,
    /// Aimfox: whether a secret was agreed on with the service.
    pub registered: bool,
    /// Deliveries that were taken in.
    pub taken: u32,
    /// Of these, how many wait.
    pub waiting: u32,
    /// How many failed.
    pub failed: u32,
    /// How often one came again.
    pub repeated: u32,
    /// Deliveries that were not believed.
    pub refused: u32,
    /// RFC 3339; the newest delivery.
    pub last_at: Option<String>,
}

/// `hooks.list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Hooks {
    /// The address that is listened on now, in this program.
    pub listening: Option<String>,
    /// Why it is not, where it should be.
    pub error: Option<String>,
    /// The port to listen on.
    pub port: u16,
    /// What the services are told, without a slash at the end: the tunnel's address.
    pub public_url: Option<String>,
    /// Every connection.
    pub endpoints: Vec<HookEndpoint>,
}

/// `hooks.set`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SetHooks {
    /// The port to listen on.
    pub port: u16,
    /// The tunnel's address; `null` for none.
    pub public_url: Option<String>,
}

/// `hooks.turn`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TurnHook {
    /// Connection id.
    pub connection: String,
    /// Whether deliveries are taken in.
    pub on: bool,
    /// HighLevel: a public key in place of the published one, base64; empty for the published one.
    #[serde(default)]
    #[ts(optional)]
    pub key: Option<String>,
}

/// `hooks.register`: tells Aimfox where to call, or no longer to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegisterHook {
    /// Connection id.
    pub connection: String,
    /// The events to be told of; empty to take the registration back.
    pub events: Vec<String>,
}

/// What a test event did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HookTested {
    /// The address that was called.
    pub url: String,
    /// Whether it came back to this program.
    pub arrived: bool,
    /// How long that took.
    pub took_ms: u32,
    /// What went wrong.
    pub error: Option<String>,
}

/// `hooks.deliveries`: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeliveriesQuery {
    /// Only of this connection.
    #[serde(default)]
    #[ts(optional)]
    pub connection: Option<String>,
    /// At most this many; 500 at most.
    pub limit: u32,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum DeliveryState {
    Waiting,
    Done,
    Failed,
    Refused,
}

/// Something that was delivered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Delivery {
    /// Our id of it.
    pub delivery: u32,
    /// Connection id.
    pub connection: String,
    /// RFC 3339.
    pub at: String,
    /// How it stands.
    pub state: DeliveryState,
    /// Why it was refused or failed.
    pub why: Option<String>,
    /// The service's name for the event.
    pub event: String,
    /// The service's id of it.
    pub key: Option<String>,
    /// How often it came again.
    pub repeats: u32,
    /// How often somebody had it worked on again.
    pub replays: u32,
    /// Its content; `null` for one that was refused.
    #[ts(type = "unknown")]
    pub body: Value,
}

/// Names a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeliveryId {
    /// Our id of it.
    pub delivery: u32,
}
