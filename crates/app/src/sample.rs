//! The built-in sandbox with sample data: both services on this computer, nothing real.

use foxbridge_contract::AppError;
use foxbridge_sandbox::{Config, Credentials, Sandbox};

use crate::{App, error};

/// Requests a minute that the sample workspace allows. Real workspaces allow 60; nobody should wait
/// minutes to try the product.
pub(crate) const AIMFOX_PER_MINUTE: u32 = 1_200;

/// The running sandbox's credentials; starts it if need be. Its state lives in the data folder, so
/// the sample people keep what was done to them.
pub(crate) async fn credentials(app: &App) -> Result<Credentials, AppError> {
    let mut sample = app.inner.sample.lock().await;
    if sample.is_none() {
        let config = Config {
            items: true,
            aimfox_per_minute: AIMFOX_PER_MINUTE,
            state_file: Some(app.options().data_dir.join("sample-data.json")),
            ..Config::default()
        };
        let sandbox = Sandbox::start(config).await.map_err(error::internal)?;
        *sample = Some(sandbox);
    }
    sample
        .as_ref()
        .map(|sandbox| sandbox.credentials().clone())
        .ok_or_else(|| error::internal("the sandbox did not start"))
}
