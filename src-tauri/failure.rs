//! The page that is shown when the application cannot be opened: a newer or damaged database, a
//! folder that cannot be written. It needs neither the user interface nor a script.

use anyhow::Context as _;
use foxbridge_contract::AppError;
use tauri::http::{Response, header};
use tauri::{AppHandle, Url, WebviewUrl, WebviewWindowBuilder};

use crate::host::Host;

/// The page's own scheme.
pub(crate) const SCHEME: &str = "foxbridge-failure";

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// Opens a window with the reason. Closing it ends the program.
pub(crate) fn show(handle: &AppHandle) -> anyhow::Result<()> {
    let url =
        Url::parse(&format!("{SCHEME}://localhost/")).context("the failure page's address")?;
    WebviewWindowBuilder::new(handle, "failure", WebviewUrl::CustomProtocol(url))
        .title("Foxbridge could not start")
        .inner_size(640.0, 420.0)
        .center()
        .on_navigation(|url| {
            url.scheme() == SCHEME || url.host_str() == Some("foxbridge-failure.localhost")
        })
        .build()?;
    Ok(())
}

/// Answers the window's request.
pub(crate) fn page(handle: &AppHandle) -> Response<Vec<u8>> {
    let host = Host::of(handle);
    let html = match host.app() {
        Ok(_) => render("Foxbridge is running.", "Close this window.", ""),
        Err(error) => describe(&error),
    };
    let mut response = Response::new(html.into_bytes());
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        header::HeaderValue::from_static(POLICY),
    );
    response
}

fn describe(error: &AppError) -> String {
    let hint = error.hint.as_deref().unwrap_or("Start Foxbridge again.");
    render(&error.message, hint, "Nothing was changed.")
}

fn render(message: &str, hint: &str, outcome: &str) -> String {
    let (message, hint, outcome) = (escape(message), escape(hint), escape(outcome));
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Foxbridge</title><style>\
         :root{{color-scheme:light dark;font:15px/1.55 system-ui,sans-serif}}\
         body{{margin:0;padding:48px;max-width:34em;overflow-wrap:anywhere}}\
         h1{{font-size:22px;font-weight:600;margin:0 0 16px}}p{{margin:0 0 12px}}\
         small{{opacity:.7}}</style>\
         <h1>Foxbridge could not start</h1><p id=\"message\">{message}</p><p id=\"hint\">{hint}</p>\
         <p>{outcome}</p><small>Foxbridge {version}</small></html>"
    )
}

/// Messages name files and folders, which may hold any character.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use foxbridge_contract::ErrorCode;

    use super::*;

    #[test]
    fn a_message_cannot_become_markup() {
        let error = AppError::new(ErrorCode::Store, "The folder <b>\"x\" & y</b> is a file.")
            .hint("Move <script>it</script> away.");
        let html = describe(&error);
        assert!(
            html.contains("The folder &lt;b&gt;&quot;x&quot; &amp; y&lt;/b&gt; is a file."),
            "the message is shown as written: {html}"
        );
        assert!(
            !html.contains("<script"),
            "a file's name must not bring a script: {html}"
        );
        assert!(
            html.contains("Nothing was changed."),
            "people ask first whether it did harm"
        );
    }
}
