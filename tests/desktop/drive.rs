//! Drives the real window for `cargo xtask demo`, `shot` and `bench desktop`, which build everything
//! first. Linux only: WebKit's driver is.

#[allow(dead_code, reason = "shared with tests/desktop.rs")]
#[path = "session.rs"]
mod session;
#[allow(dead_code, reason = "shared with tests/desktop.rs")]
#[path = "story.rs"]
mod story;

#[cfg(target_os = "linux")]
#[path = "bench.rs"]
mod bench;
#[allow(dead_code, reason = "shared with tests/desktop.rs")]
#[cfg(target_os = "linux")]
#[path = "panel.rs"]
mod panel;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use session::{SOON, Session, Surroundings};
use story::AsyncStops;

#[tokio::main]
async fn main() -> ExitCode {
    match drive().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn drive() -> Result<()> {
    let missing = Surroundings::missing();
    if !missing.is_empty() {
        bail!("not installed: {}", missing.join(", "));
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["demo", "--out", dir] => demo(Path::new(dir)).await,
        ["shot", page, "--out", file, options @ ..] => {
            shot(
                page,
                Path::new(file),
                options.contains(&"--dark"),
                options.contains(&"--empty"),
            )
            .await
        }
        #[cfg(target_os = "linux")]
        ["bench", app, bare, crowd] => {
            bench::run(&bench::Programs {
                app: Path::new(app),
                bare: Path::new(bare),
                crowd: Path::new(crowd),
            })
            .await
        }
        _ => bail!("usage: drive demo --out DIR | drive shot PAGE --out FILE [--dark] [--empty]"),
    }
}

/// The desktop program beside this example.
fn binary() -> Result<PathBuf> {
    let here = std::env::current_exe()?;
    let debug = here
        .parent()
        .and_then(Path::parent)
        .context("the target folder")?;
    Ok(debug.join(format!("foxbridge-desktop{}", std::env::consts::EXE_SUFFIX)))
}

struct Pictures<'a>(&'a Path);

impl AsyncStops for Pictures<'_> {
    async fn stop(&mut self, session: &Session, name: &str) -> Result<()> {
        let file = self.0.join(format!("{name}.png"));
        session.picture(&file).await?;
        println!("  {:<10} {}", name, file.display());
        Ok(())
    }
}

async fn demo(dir: &Path) -> Result<()> {
    let session = Session::start(&binary()?, &dir.join("data")).await?;
    println!("The window is open. Pictures of what it shows:");
    let done = story::first_sync(&session, Pictures(dir)).await?;
    let (would, changed) = (done.rehearsal.would, done.run.changed);
    println!(
        "Would change: {} created, {} updated, {} linked.",
        would.create, would.update, would.link
    );
    println!(
        "Changed:      {} created, {} updated, {} linked, with {} requests to HighLevel and {} to \
         Aimfox; {} need you.",
        changed.create,
        changed.update,
        changed.link,
        done.run.requests.highlevel,
        done.run.requests.aimfox,
        done.run.health.needs_you
    );
    session.end().await
}

async fn shot(page: &str, file: &Path, dark: bool, empty: bool) -> Result<()> {
    let data = tempfile::Builder::new()
        .prefix("foxbridge-shot-")
        .tempdir()?;
    let session = Session::start(&binary()?, data.path()).await?;
    let theme = if dark { "dark" } else { "light" };
    session
        .call("preferences.set", json!({ "theme": theme }))
        .await?;
    let ready = if empty {
        None
    } else {
        Some(story::prepare(&session).await?)
    };
    let page = page.trim_start_matches(['#', '/']);
    let route = match (page, &ready) {
        ("sync" | "needs-you", Some(done)) => format!("#/{page}/{}", done.sync),
        ("run", Some(done)) => format!("#/run/{}", done.rehearsal.id),
        _ => format!("#/{page}"),
    };
    // Loaded anew, so that the page begins in its colours and on its route.
    session.visit(&route).await?;
    session.client.refresh().await?;
    let loaded = "return document.readyState === 'complete' && document.body.innerText.length > 40";
    session.until("the page", loaded, SOON).await?;
    session.picture(file).await?;
    println!("{}", file.display());
    session.end().await
}
