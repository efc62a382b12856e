//! Answers in the shapes the dossiers record, written by hand; no person in them is real.

use foxbridge_model::{LeadId, Urn};
use serde_json::Value;

/// The URN that stands for `@URN@` in the fixtures.
pub(crate) fn urn() -> Urn {
    Urn::synthesize(LeadId::parse("153688726").unwrap(), 1)
}

/// Reads `tests/fixtures/<name>.json`.
pub(crate) fn fixture(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text.replace("@URN@", urn().as_str())).unwrap()
}
