//! Where the shell keeps the application, opened or not.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;
use foxbridge_app::{App, Options};
use foxbridge_contract::AppError;
use tauri::{AppHandle, Manager as _};

/// The folders and files of this instance.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    data_dir: PathBuf,
    vault_key_file: Option<PathBuf>,
    /// Whether the user chose the folder.
    chosen: bool,
}

impl Places {
    /// A name of its own on the session bus for a folder the user chose: a demo must not hand over
    /// to the real thing that happens to run.
    pub(crate) fn bus_name(&self, identifier: &str) -> Option<String> {
        let mut hasher = DefaultHasher::new();
        self.data_dir.hash(&mut hasher);
        self.chosen
            .then(|| format!("{identifier}.in_{:016x}", hasher.finish()))
    }

    pub(crate) fn window_state(&self) -> PathBuf {
        self.data_dir.join("window.json")
    }

    /// What the web view keeps: caches, and the page's colours so that it does not flash.
    pub(crate) fn web_view(&self) -> PathBuf {
        self.data_dir.join("webview")
    }

    pub(crate) fn preferences(&self) -> PathBuf {
        self.data_dir.join("preferences.json")
    }
}

/// `FOXBRIDGE_DATA_DIR` and `FOXBRIDGE_VAULT_KEY_FILE`, or the platform's folder and its keyring.
pub(crate) fn places(handle: &AppHandle) -> anyhow::Result<Places> {
    let chosen = set_path("FOXBRIDGE_DATA_DIR");
    Ok(Places {
        chosen: chosen.is_some(),
        data_dir: match chosen {
            // Absolute, because plugins would look for a relative one in folders of their own.
            Some(dir) => std::path::absolute(dir).context("FOXBRIDGE_DATA_DIR is not a path")?,
            None => handle
                .path()
                .app_data_dir()
                .context("this system has no data folder")?,
        },
        vault_key_file: set_path("FOXBRIDGE_VAULT_KEY_FILE"),
    })
}

fn set_path(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// The application as the shell holds it.
pub(crate) struct Host {
    app: Result<App, AppError>,
    places: Places,
    stays_in_tray: AtomicBool,
}

/// Opens the application and lets Tauri keep it.
pub(crate) fn open(handle: &AppHandle, places: Places) -> tauri::State<'_, Host> {
    if let Err(error) = foxbridge_app::logging::start(&places.data_dir) {
        eprintln!("{error:#}");
    }
    // The application may start tasks while it opens.
    let runtime = tauri::async_runtime::handle();
    let _inside = runtime.inner().enter();
    let app = App::open(Options {
        data_dir: places.data_dir.clone(),
        vault_key_file: places.vault_key_file.clone(),
    });
    if let Err(error) = &app {
        tracing::error!(code = ?error.code, "the application did not open: {error}");
    }
    handle.manage(Host {
        app,
        places,
        stays_in_tray: AtomicBool::new(false),
    });
    handle.state()
}

impl Host {
    pub(crate) fn of(handle: &AppHandle) -> tauri::State<'_, Self> {
        handle.state()
    }

    /// The application, or why there is none.
    pub(crate) fn app(&self) -> Result<&App, AppError> {
        self.app.as_ref().map_err(Clone::clone)
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    pub(crate) fn stay_in_tray(&self) {
        self.stays_in_tray.store(true, Ordering::Relaxed);
    }

    pub(crate) fn stays_in_tray(&self) -> bool {
        self.stays_in_tray.load(Ordering::Relaxed)
    }
}
