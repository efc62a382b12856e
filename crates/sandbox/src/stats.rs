//! What was asked of a service: the numbers behind `_sandbox/stats`.

use std::collections::BTreeMap;

use serde::Serialize;

/// Requests since the start or the last `reset-stats`. Requests to `_sandbox/…` are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// All requests.
    pub requests: u64,
    /// Requests of operations that change something, which passed the key, the limits and the
    /// faults, whatever their answer.
    pub writes: u64,
    /// Requests by operation id; `unknown` for paths that no operation has.
    pub by_operation: BTreeMap<String, u64>,
    /// Answers by HTTP status; `dropped` for connections that were reset or left hanging.
    pub by_status: BTreeMap<String, u64>,
}

impl Stats {
    pub(crate) fn asked(&mut self, operation: &str) {
        self.requests += 1;
        *self.by_operation.entry(operation.to_owned()).or_default() += 1;
    }

    pub(crate) fn answered(&mut self, status: u16) {
        *self.by_status.entry(status.to_string()).or_default() += 1;
    }

    pub(crate) fn dropped(&mut self) {
        *self.by_status.entry("dropped".to_owned()).or_default() += 1;
    }
}
