//! `foxbridge sandbox serve`.

use std::io::Write as _;
use std::time::Duration;

use foxbridge_contract::{AppError, ErrorCode};
use foxbridge_sandbox::{Config, Sandbox};

use crate::{args, internal};

/// Serves until interrupted.
pub(crate) async fn serve(command: &args::Sandbox) -> Result<(), AppError> {
    let args::Sandbox::Serve {
        seed,
        contacts,
        leads,
        overlap,
        items,
        highlevel_port,
        aimfox_port,
        faults,
        highlevel_per_10s,
        aimfox_per_minute,
        campaign_day,
    } = command;
    let faults = faults
        .parse()
        .map_err(|e| AppError::new(ErrorCode::BadRequest, format!("--faults {faults}: {e}")))?;
    let config = Config {
        seed: *seed,
        contacts: *contacts,
        leads: *leads,
        overlap: *overlap,
        items: *items,
        highlevel_port: *highlevel_port,
        aimfox_port: *aimfox_port,
        faults,
        highlevel_per_10s: *highlevel_per_10s,
        aimfox_per_minute: *aimfox_per_minute,
        campaign_day: Duration::from_secs(*campaign_day),
        ..Config::default()
    };
    let sandbox = Sandbox::start(config).await.map_err(|e| {
        AppError::new(
            ErrorCode::BadRequest,
            format!("The sandbox could not start: {e:#}."),
        )
    })?;
    let line = serde_json::to_string(sandbox.credentials()).map_err(internal)?;
    say!("{line}");
    // Whoever started us may be reading from a pipe.
    std::io::stdout().flush().map_err(internal)?;
    tokio::signal::ctrl_c().await.map_err(internal)?;
    sandbox.stop().await;
    Ok(())
}
