//! The program's own log: one file a day in the data folder, two weeks kept.

use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Starts writing the log. Errors and above also say which request they belong to; values and
/// secrets are never logged.
///
/// # Errors
/// When the folder cannot be written. The program works without a log.
pub fn start(data_dir: &Path) -> anyhow::Result<()> {
    let dir = data_dir.join("logs");
    crate::make_private_dir(&dir).map_err(|e| anyhow::anyhow!(e.message))?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .max_log_files(14)
        .filename_prefix("foxbridge")
        .filename_suffix("log")
        .build(dir)?;
    let filter = EnvFilter::try_from_env("FOXBRIDGE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,hyper=warn,reqwest=warn"));
    tracing_subscriber::fmt()
        .with_writer(appender)
        .with_ansi(false)
        .with_env_filter(filter)
        .try_init()
        .map_err(|e| anyhow::anyhow!("the log could not be started: {e}"))
}
