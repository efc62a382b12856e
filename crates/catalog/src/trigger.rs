//! What a row about a trigger says.

use foxbridge_model::Service;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How a trigger reaches us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TriggerSource {
    /// The service calls an address of ours.
    Webhook,
    /// A run reads, compares, and finds a difference.
    Detected,
    /// The clock.
    Schedule,
}

/// How well the payload is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The vendor describes it; or it is ours.
    Documented,
    /// Others saw it live.
    Observed,
    /// Nobody described it; likely like its siblings. Treat it as a sign to look again.
    Assumed,
}

/// Something that can start a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trigger {
    /// `<service>.events.<name>`, or `foxbridge.<thing>.<what>`. Never changes.
    pub id: String,
    /// Whose it is; `None` when it is our own.
    pub service: Option<Service>,
    /// A short title in plain words.
    pub title: String,
    /// One line of help, in our own words.
    pub help: String,
    /// How it reaches us.
    pub source: TriggerSource,
    /// How well the payload is known.
    pub basis: Basis,
    /// The service's own name for it, as deliveries carry it (HighLevel's `type`, Aimfox's
    /// `event_type`). `None` when it is ours, or when deliveries carry no name and have to be told
    /// apart by their address.
    pub event: Option<String>,
    /// HighLevel OAuth scopes that let an app subscribe to it, where the vendor names one.
    pub scopes: Vec<String>,
    /// JSON Schema of what comes with it. Open: services add fields.
    pub payload: Value,
}
