//! Which operation a request is for: the catalog says, so the sandbox answers every path that the
//! app can ask for, and nothing else.

use foxbridge_catalog::{Effect, KeyType, Method};
use foxbridge_model::Service;

/// A request's operation, and the values of its path parameters.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) id: &'static str,
    pub(crate) row: &'static foxbridge_catalog::Operation,
    pub(crate) reads: bool,
    /// Scopes that open it, any of them; empty when none is known.
    pub(crate) scopes: &'static [String],
    /// Whether it asks for an agency's master key.
    pub(crate) master: bool,
    /// In path order, decoded.
    pub(crate) params: Vec<String>,
}

/// The operation of a request; `path` is what follows the service's base address.
pub(crate) fn route(service: Service, method: &str, path: &str) -> Option<Route> {
    let method = match method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => return None,
    };
    let (operation, params) = foxbridge_catalog::route(service, method, path)?;
    Some(Route {
        id: &operation.id,
        row: operation,
        reads: operation.effect == Effect::Read,
        scopes: &operation.scopes,
        master: operation.key == Some(KeyType::Master),
        params: params.into_iter().map(|(_, value)| value).collect(),
    })
}
