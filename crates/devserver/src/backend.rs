//! What the server needs of the application: one call and one stream. A trait, so that the server's
//! own rules can be tested without the application.

use std::future::Future;

use foxbridge_contract::{AppError, Event};
use serde_json::Value;
use tokio::sync::broadcast;

/// Whoever answers the commands.
pub trait Backend: Clone + Send + Sync + 'static {
    /// Answers a command of the contract.
    ///
    /// # Errors
    /// Whatever the command answers; `not_found` for an unknown one.
    fn call(
        &self,
        command: &str,
        request: Value,
    ) -> impl Future<Output = Result<Value, AppError>> + Send;

    /// What happens from now on.
    fn subscribe(&self) -> broadcast::Receiver<Event>;
}

impl Backend for foxbridge_app::App {
    async fn call(&self, command: &str, request: Value) -> Result<Value, AppError> {
        Self::call(self, command, request).await
    }

    fn subscribe(&self) -> broadcast::Receiver<Event> {
        Self::subscribe(self)
    }
}
