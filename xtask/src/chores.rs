//! Small things done now and then: hot reload, generated files, icons.

use std::fs;

use anyhow::{Context as _, Result};

use crate::packages::{self, Need};
use crate::run::{Run, root, target};
use crate::ui;

/// The window with hot reload of the page, restarted when Rust changes.
pub(crate) fn dev() -> Result<()> {
    packages::install(Need::Build)?;
    ui::install()?;
    tauri(&["dev"]).interactive().go()
}

/// Rewrites the TypeScript side of the contract.
pub(crate) fn generate() -> Result<()> {
    let arguments = [
        "run",
        "--quiet",
        "--package",
        "foxbridge-contract",
        "--example",
        "typescript",
    ];
    let types = Run::cargo(&arguments).output()?;
    let file = root().join("ui/src/platform/contract.ts");
    if fs::read(&file).is_ok_and(|old| old == types) {
        println!("Nothing was changed: {} is up to date.", file.display());
        return Ok(());
    }
    fs::write(&file, types).with_context(|| format!("writing {}", file.display()))?;
    println!("Changed {}.", file.display());
    Ok(())
}

/// What Tauri bundles; its tool makes many more, for telephones and shops.
const ICONS: [&str; 6] = [
    "32x32.png",
    "128x128.png",
    "128x128@2x.png",
    "icon.png",
    "icon.ico",
    "icon.icns",
];

/// Renders the icons from their drawings.
pub(crate) fn icons() -> Result<()> {
    ui::install()?;
    let (made, icons) = (target().join("icons"), root().join("icons"));
    fs::create_dir_all(&made)?;
    let out = made.to_string_lossy().into_owned();
    tauri(&["icon", "icons/source.svg", "--output", &out]).go()?;
    for name in ICONS {
        copy(&made.join(name), &icons.join(name))?;
    }
    for (drawing, name) in [("source", "tray"), ("tray-template", "tray-template")] {
        let drawing = format!("icons/{drawing}.svg");
        tauri(&["icon", &drawing, "--output", &out, "--png", "64"]).go()?;
        copy(&made.join("64x64.png"), &icons.join(format!("{name}.png")))?;
    }
    Ok(())
}

fn copy(from: &std::path::Path, to: &std::path::Path) -> Result<()> {
    fs::copy(from, to)
        .map(|_bytes| ())
        .with_context(|| format!("writing {}", to.display()))
}

fn tauri(arguments: &[&str]) -> Run {
    let name = if cfg!(windows) { "tauri.cmd" } else { "tauri" };
    Run::new(
        &root()
            .join("ui/node_modules/.bin")
            .join(name)
            .to_string_lossy(),
        arguments,
    )
}
