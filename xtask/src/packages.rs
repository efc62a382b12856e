//! System libraries and programs: installed where apt is, listed elsewhere.

use anyhow::{Context as _, Result, bail};

use crate::run::Run;

/// To build the window. (Tauri's Linux prerequisites, less what Foxbridge does not link.)
const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "libayatana-appindicator3-1",
];

/// To open the window without a screen and drive it: display, session bus, keyring, driver, and
/// letters to draw, also those of sample people with Arabic, Hebrew or Chinese names.
const DRIVE: &[&str] = &[
    "xvfb",
    "dbus",
    "gnome-keyring",
    "libglib2.0-bin",
    "webkit2gtk-driver",
    "fonts-dejavu-core",
    "fonts-noto-core",
    "fonts-wqy-microhei",
];

/// To drive the pages in a browser.
const BROWSE: &[&str] = &["chromium"];

/// What a task needs of the system.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    /// Build and show the window.
    Build,
    /// Also drive it without a screen.
    Drive,
    /// Also the browser tests.
    Everything,
}

/// Installs what is missing, or says what is needed.
pub(crate) fn install(need: Need) -> Result<()> {
    node()?;
    if !cfg!(target_os = "linux") {
        println!("System: {}", elsewhere());
        return Ok(());
    }
    let mut wanted = BUILD.to_vec();
    if matches!(need, Need::Drive | Need::Everything) {
        wanted.extend(DRIVE);
    }
    if matches!(need, Need::Everything) {
        wanted.extend(BROWSE);
    }
    if !Run::new("apt-get", &["--version"]).succeeds() {
        println!(
            "System: no apt here. Foxbridge needs what Debian calls {}.",
            wanted.join(", ")
        );
        return Ok(());
    }
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|package| !installed(package))
        .collect();
    if missing.is_empty() {
        println!("System: nothing is missing.");
        return Ok(());
    }
    println!("System: installing {}.", missing.join(", "));
    // A stale or partly unreachable list is no reason to give up; the installation will tell.
    if let Err(error) = apt(&["update", "-qq"]) {
        eprintln!("warning: {error:#}");
    }
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(missing);
    apt(&arguments)
}

fn installed(package: &str) -> bool {
    let status = Run::new("dpkg-query", &["-W", "-f=${db:Status-Status}", package]);
    // `succeeds` first: the query complains about packages it never heard of.
    Run::new("dpkg-query", &["-W", package]).succeeds()
        && status.output().is_ok_and(|status| status == b"installed")
}

fn apt(arguments: &[&str]) -> Result<()> {
    let run = if is_root() {
        Run::new("apt-get", arguments).env("DEBIAN_FRONTEND", "noninteractive")
    } else {
        let mut all = vec!["DEBIAN_FRONTEND=noninteractive", "apt-get"];
        all.extend(arguments);
        // sudo may ask for a password.
        Run::new("sudo", &all).interactive()
    };
    run.go()
}

fn is_root() -> bool {
    Run::new("id", &["-u"])
        .output()
        .is_ok_and(|id| id.trim_ascii() == b"0")
}

fn elsewhere() -> &'static str {
    if cfg!(target_os = "macos") {
        "on macOS Foxbridge needs the Xcode command line tools (`xcode-select --install`); \
         the browser tests need Chromium"
    } else {
        "on Windows Foxbridge needs the Visual Studio C++ build tools and WebView2 (part of \
         Windows 11); the browser tests need Chromium"
    }
}

/// Vite 8 and ESLint 10 need Node 20.19.
fn node() -> Result<()> {
    let version = Run::new("node", &["--version"])
        .output()
        .context("Node 20.19 or newer is needed: https://nodejs.org")?;
    let version = String::from_utf8_lossy(&version).trim().to_owned();
    let mut parts = version
        .trim_start_matches('v')
        .split('.')
        .map(|part| part.parse::<u32>());
    match (parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= (20, 19) => Ok(()),
        _ => bail!("Node 20.19 or newer is needed; this is {version}"),
    }
}
