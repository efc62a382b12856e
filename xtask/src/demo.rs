//! `demo` and `shot`: the real window, on sample data that lives and dies in `target/demo`.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::packages::{self, Need};
use crate::run::{Run, target};
use crate::{display, ui};

/// Opens the window, or without a screen lets the first sync happen in it and takes pictures.
pub(crate) fn demo(headless: bool) -> Result<()> {
    let seen = display::present() && !headless;
    println!("This builds Foxbridge and shows it on its built-in sample data: nothing real is");
    println!("contacted, and nothing is kept outside target/demo.\n");
    prepare(if seen { Need::Build } else { Need::Drive })?;
    let dir = fresh(&target().join("demo"))?;
    if seen {
        println!(
            "\nThe window opens now. Click \"Try with sample data\", then Rehearse, then Run."
        );
        return Run::new(&desktop(), &[] as &[&str])
            .env("FOXBRIDGE_DATA_DIR", dir.join("data"))
            .env("FOXBRIDGE_VAULT_KEY_FILE", dir.join("vault.key"))
            // Also what the libraries would keep in the home folder.
            .env("XDG_DATA_HOME", dir.join("share"))
            .env("XDG_CONFIG_HOME", dir.join("config"))
            .env("XDG_CACHE_HOME", dir.join("cache"))
            .go();
    }
    println!("\nNo screen here: the first sync happens in the real window on a virtual one.");
    drive(&["demo", "--out", &dir.to_string_lossy()]).go()
}

/// A picture of one page.
pub(crate) fn shot(page: &str, options: &[&str]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("`shot` needs WebKitWebDriver and Xvfb, which only Linux has");
    }
    let mut out = None;
    let mut rest = options.iter();
    let mut passed_on = Vec::new();
    while let Some(option) = rest.next() {
        match *option {
            "--dark" | "--empty" => passed_on.push(*option),
            "--out" => out = Some((*rest.next().context("--out needs a file")?).to_owned()),
            other => bail!("`shot` does not know {other}"),
        }
    }
    let name: String = page
        .trim_matches(['#', '/'])
        .replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let theme = if passed_on.contains(&"--dark") {
        "dark"
    } else {
        "light"
    };
    let out = match out {
        // The driver runs at the top of the repository.
        Some(file) => std::path::absolute(file)?,
        None => target().join("shots").join(format!("{name}-{theme}.png")),
    };
    prepare(Need::Drive)?;
    let out = out.to_string_lossy();
    let mut arguments = vec!["shot", page, "--out", &out];
    arguments.extend(passed_on);
    drive(&arguments).go()
}

fn prepare(need: Need) -> Result<()> {
    packages::install(need)?;
    ui::install()?;
    ui::build().go()?;
    Run::cargo(&[
        "build",
        "--package",
        "foxbridge-desktop",
        "--bins",
        "--example",
        "drive",
    ])
    .go()
}

fn desktop() -> String {
    target()
        .join("debug/foxbridge-desktop")
        .to_string_lossy()
        .into_owned()
}

fn drive(arguments: &[&str]) -> Run {
    Run::new(
        &target().join("debug/examples/drive").to_string_lossy(),
        arguments,
    )
}

/// Empties a folder of ours, so that every demo begins at the beginning.
fn fresh(dir: &Path) -> Result<std::path::PathBuf> {
    match fs::remove_dir_all(dir) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("emptying {}", dir.display()));
        }
        _ => {}
    }
    fs::create_dir_all(dir).with_context(|| format!("making {}", dir.display()))?;
    Ok(dir.to_owned())
}
