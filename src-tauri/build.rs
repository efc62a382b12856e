//! Prepares what `generate_context!` needs: a page to embed, and the capability files, which live
//! beside this script because the app package is the workspace root.

use std::path::Path;
use std::{fs, io};

/// Shown when somebody starts a binary that was built before the user interface was.
const PLACEHOLDER: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<title>Foxbridge</title><body style=\"font:16px/1.5 system-ui;margin:15vh auto;max-width:32em\">\
<h1>The user interface is not built yet</h1>\
<p>Run <code>cargo xtask demo</code>, or <code>npm ci &amp;&amp; npm run build</code> in \
<code>ui/</code>, and build again.</p>";

fn main() {
    if let Err(error) = prepare() {
        panic!("src-tauri/build.rs: {error}");
    }
}

fn prepare() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src-tauri/build.rs");
    println!("cargo:rerun-if-changed=src-tauri/capabilities");
    write_placeholder(Path::new("ui/dist/index.html"))?;
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/**/*.json");
    tauri_build::try_build(attributes)?;
    Ok(())
}

/// Without any page `generate_context!` fails, and with it `cargo check` on a fresh clone.
fn write_placeholder(page: &Path) -> io::Result<()> {
    if page.exists() {
        return Ok(());
    }
    if let Some(dir) = page.parent() {
        fs::create_dir_all(dir)?;
    }
    fs::write(page, PLACEHOLDER)
}
