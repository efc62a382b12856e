//! npm packages, and the user interface's build.

use std::fs;

use anyhow::{Context as _, Result};

use crate::run::{Run, root};

/// Installs the user interface's packages.
pub(crate) fn install() -> Result<()> {
    install_in("ui")
}

/// Installs a folder's packages when its lock file is not the one they were installed from.
pub(crate) fn install_in(folder: &str) -> Result<()> {
    let at = root().join(folder);
    let lock = at.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| lock.display().to_string())?;
    let stamp = at.join("node_modules/.foxbridge-installed-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        println!("npm packages of {folder}: up to date.");
        return Ok(());
    }
    Run::npm_in(folder, &["ci", "--no-audit", "--no-fund"]).go()?;
    fs::write(&stamp, wanted).with_context(|| format!("writing {}", stamp.display()))
}

/// Builds `ui/dist`, which the desktop program embeds and the development server serves.
pub(crate) fn build() -> Run {
    Run::npm(&["run", "build"])
}
