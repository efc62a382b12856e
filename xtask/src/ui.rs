//! The user interface's packages and its build.

use std::fs;

use anyhow::{Context as _, Result};

use crate::run::{Run, root};

/// Installs npm packages when the lock file is not the one they were installed from.
pub(crate) fn install() -> Result<()> {
    let ui = root().join("ui");
    let wanted = fs::read(ui.join("package-lock.json")).context("ui/package-lock.json")?;
    let stamp = ui.join("node_modules/.foxbridge-installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        println!("npm packages: up to date.");
        return Ok(());
    }
    Run::npm(&["ci", "--no-audit", "--no-fund"]).go()?;
    fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))
}

/// Builds `ui/dist`, which the desktop program embeds and the development server serves.
pub(crate) fn build() -> Run {
    Run::npm(&["run", "build"])
}
