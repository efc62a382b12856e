//! The window: made when it is wanted, gone when it is closed (a hidden web view costs more memory
//! than the rest of the program).

use anyhow::Context as _;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager as _, Url, WebviewWindowBuilder};
use tauri_plugin_opener::OpenerExt as _;

use crate::host::Host;

/// Label of the one window, as in `tauri.conf.json`.
pub(crate) const MAIN: &str = "main";

/// Shows the window, making it first where there is none.
pub(crate) fn open(handle: &AppHandle) -> anyhow::Result<()> {
    show(handle, None)
}

/// Shows the window, at a page of it if one is named.
fn show(handle: &AppHandle, page: Option<&'static str>) -> anyhow::Result<()> {
    if let Some(window) = handle.get_webview_window(MAIN) {
        if let Some(page) = page {
            window.eval(format!("location.hash = {page:?}"))?;
        }
        window.unminimize()?;
        window.show()?;
        window.set_focus()?;
        return Ok(());
    }
    let config = handle
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == MAIN);
    let config = config.context("tauri.conf.json describes no window `main`")?;
    let (shell, links) = (handle.clone(), handle.clone());
    let mut window = WebviewWindowBuilder::from_config(handle, config)?
        .data_directory(Host::of(handle).places().web_view())
        .on_navigation(move |url| is_ours(&shell, url) || hand_over(&shell, url))
        .on_new_window(move |url, _features| {
            hand_over(&links, &url);
            NewWindowResponse::Deny
        });
    if let Some(page) = page {
        // Before the page's own script looks at its address.
        window = window.initialization_script(format!("location.hash ||= {page:?}"));
    }
    window.build()?;
    Ok(())
}

/// [`open`] from any thread; what goes wrong is logged.
pub(crate) fn open_from_anywhere(handle: &AppHandle) {
    show_from_anywhere(handle, None);
}

/// Shows a page of the window. From any thread.
pub(crate) fn open_at(handle: &AppHandle, page: &'static str) {
    show_from_anywhere(handle, Some(page));
}

fn show_from_anywhere(handle: &AppHandle, page: Option<&'static str>) {
    let inner = handle.clone();
    let sent = handle.run_on_main_thread(move || {
        if let Err(error) = show(&inner, page) {
            tracing::error!("the window did not open: {error:#}");
        }
    });
    if let Err(error) = sent {
        tracing::error!("the window did not open: {error}");
    }
}

/// Only our own page is ever shown.
fn is_ours(handle: &AppHandle, url: &Url) -> bool {
    let embedded = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
    let served = tauri::is_dev()
        && handle
            .config()
            .build
            .dev_url
            .as_ref()
            .is_some_and(|dev| dev.origin() == url.origin());
    embedded || served
}

/// What the user's browser may be given: https; and http to this computer, where the sandbox's
/// sign-in page is. Any other scheme could start a program.
fn is_for_the_browser(url: &Url) -> bool {
    let here = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    url.has_host() && (url.scheme() == "https" || url.scheme() == "http" && here)
}

/// Links lead to the user's browser, if they may. Always `false`: not shown here.
fn hand_over(handle: &AppHandle, url: &Url) -> bool {
    if is_for_the_browser(url)
        && let Err(error) = handle.opener().open_url(url.as_str(), None::<&str>)
    {
        tracing::warn!("the browser did not open: {error}");
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_given_web_pages_and_nothing_that_starts_a_program() {
        let may = |url: &str| url.parse().is_ok_and(|url| is_for_the_browser(&url));
        for url in [
            "https://marketplace.gohighlevel.com/v2/oauth/chooselocation?state=x",
            "http://127.0.0.1:4010/v2/oauth/chooselocation?state=x",
            "http://localhost:4010/",
            "http://[::1]:4010/",
        ] {
            assert!(may(url), "{url} was not opened");
        }
        for url in [
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "http://localhost.example.com/",
            "http://10.0.0.1/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "tauri://localhost/",
            "ssh://127.0.0.1/",
            "mailto:somebody@example.com",
        ] {
            assert!(!may(url), "{url} was opened");
        }
    }
}
