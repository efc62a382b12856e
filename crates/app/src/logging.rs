//! The program's own log: one file a day in the data folder, two weeks kept.

use std::path::Path;

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// The appender makes its files as everything is made. The folder is closed to others anyway; a file
/// that somebody copies out of it keeps what it has.
#[cfg(unix)]
fn make_private(dir: &Path) -> std::io::Result<()> {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(dir, Permissions::from_mode(0o700))?;
    for file in fs::read_dir(dir)? {
        // One that another program just put away is no matter.
        let _done = fs::set_permissions(file?.path(), Permissions::from_mode(0o600));
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> std::io::Result<()> {
    Ok(())
}

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
        .build(&dir)?;
    make_private(&dir)?;
    let filter = EnvFilter::try_from_env("FOXBRIDGE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,hyper=warn,reqwest=warn"));
    tracing_subscriber::fmt()
        .with_writer(appender)
        .with_ansi(false)
        .with_env_filter(filter)
        .try_init()
        .map_err(|e| anyhow::anyhow!("the log could not be started: {e}"))
}
