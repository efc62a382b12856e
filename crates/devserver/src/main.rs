//! `foxbridge-devserver`: the application over loopback HTTP, for development and browser tests.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Parser;
use foxbridge_app::App;
use foxbridge_devserver::{Options, Server};

/// Serves Foxbridge's commands on loopback, for development and browser tests only.
///
/// The first line on standard output, once it is ready, is {"url": "http://127.0.0.1:PORT/?token=…"}.
#[derive(Debug, Parser)]
#[command(name = "foxbridge-devserver", version)]
struct Arguments {
    /// Port to listen on; any free one when left out.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Folder of the built user interface (ui/dist).
    #[arg(long, value_name = "DIR")]
    ui: Option<PathBuf>,
    /// Folder of the database. Has no default: a test must not find a person's data.
    #[arg(long, value_name = "DIR")]
    data_dir: PathBuf,
    /// Keep secrets in an encrypted file instead of the system keyring, with the key in this file.
    #[arg(long, value_name = "FILE", env = "FOXBRIDGE_VAULT_KEY_FILE")]
    vault_key_file: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if !cfg!(debug_assertions) {
        bail!("the development server works in development builds only");
    }
    let app = App::open(foxbridge_app::Options {
        data_dir: arguments.data_dir.clone(),
        vault_key_file: arguments.vault_key_file,
    })?;
    if let Err(e) = foxbridge_app::logging::start(&arguments.data_dir) {
        eprintln!("no log is written: {e:#}");
    }
    let options = Options {
        port: arguments.port,
        ui: arguments.ui,
    };
    let server = Server::start(app.clone(), options)
        .await
        .with_context(|| format!("port {} cannot be listened on", arguments.port))?;
    // Before the line that tells others we are here: they may ask us to end at once.
    let end = listen_for_the_end()?;
    println!("{}", serde_json::json!({ "url": server.url() }));
    app.start_worker();
    end.await;
    app.shutdown().await;
    server.stop().await?;
    Ok(())
}

/// Listens for Ctrl-C, or on Unix for the usual request to end, from now on; the future ends when
/// it comes.
fn listen_for_the_end() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let (mut asked, mut pressed) = {
        use tokio::signal::unix::{SignalKind, signal};
        (
            signal(SignalKind::terminate())?,
            signal(SignalKind::interrupt())?,
        )
    };
    #[cfg(windows)]
    let (mut asked, mut pressed) = {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        (ctrl_break()?, ctrl_c()?)
    };
    Ok(async move {
        tokio::select! {
            _ = asked.recv() => {}
            _ = pressed.recv() => {}
        }
    })
}
