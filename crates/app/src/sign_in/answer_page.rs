//! What the browser shows when it comes back. It runs no script, loads nothing, and sends its address,
//! which holds the code, to nobody.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use foxbridge_contract::AppError;

/// A page of a title and a few sentences.
#[derive(Debug)]
pub(crate) struct Page {
    title: String,
    text: String,
    then: &'static str,
}

const CLOSE: &str = "You can close this page and go back to Foxbridge.";

impl Page {
    pub(crate) fn connected(name: &str) -> Self {
        Self {
            title: format!("Connected to {name}"),
            text: "Foxbridge keeps the sign-in in your vault and renews it by itself.".to_owned(),
            then: CLOSE,
        }
    }

    pub(crate) fn choose() -> Self {
        Self {
            title: "One more choice".to_owned(),
            text: "The app is installed for an agency. Choose the location in Foxbridge."
                .to_owned(),
            then: CLOSE,
        }
    }

    pub(crate) fn failed(error: &AppError) -> Self {
        let hint = error.hint.as_deref().unwrap_or_default();
        Self {
            title: "Not connected".to_owned(),
            text: format!("{} {hint}", error.message),
            then: CLOSE,
        }
    }

    pub(super) fn stranger() -> Self {
        Self {
            title: "This belongs to no sign-in".to_owned(),
            text: "Foxbridge did not ask for this answer, so it was not used. Nothing was changed."
                .to_owned(),
            then: "If you just signed in, start again in Foxbridge.",
        }
    }

    pub(super) fn lost() -> Self {
        Self {
            title: "Nobody waits here any more".to_owned(),
            text: "The sign-in ended, or was answered already. Nothing was changed by this page."
                .to_owned(),
            then: "Go back to Foxbridge.",
        }
    }
}

pub(super) fn respond(status: StatusCode, page: &Page) -> Response<Body> {
    let (title, text) = (escape(&page.title), escape(&page.text));
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title} · Foxbridge</title>\
         <style>:root{{color-scheme:light dark;font:16px/1.55 system-ui,sans-serif}}\
         main{{max-width:32em;margin:18vh auto 0;padding:0 24px;overflow-wrap:anywhere}}\
         h1{{font-size:26px;font-weight:600;margin:0 0 12px}}p{{margin:0 0 12px}}\
         small{{opacity:.7}}</style><main><small>Foxbridge</small><h1>{title}</h1><p>{text}</p>\
         <p>{}</p></main></html>",
        page.then
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
             frame-ancestors 'none'",
        ),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// What a service says may hold any character.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use foxbridge_contract::ErrorCode;

    use super::*;

    #[test]
    fn a_services_words_cannot_become_markup() {
        let error = AppError::new(ErrorCode::ServiceFailed, "<script>alert(1)</script>");
        let response = respond(StatusCode::OK, &Page::failed(&error));
        let policy = &response.headers()[header::CONTENT_SECURITY_POLICY];
        assert!(
            policy
                .to_str()
                .is_ok_and(|p| p.starts_with("default-src 'none'"))
        );
        assert_eq!(escape("<b>\"&"), "&lt;b&gt;&quot;&amp;");
    }
}
