//! Answers that are no JSON: the recording of a call, a transcript to download.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use foxbridge_catalog::Operation;
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::{Value, json};

/// The content of an operation whose answer the catalog knows no shape of: text as text, sound and
/// other files as `{contentType, size, base64}`, the size in bytes. `None` for what is, or ought to
/// be, JSON; a page of HTML is a fault of whatever stands between us and the service.
pub(crate) fn read(operation: &Operation, headers: &HeaderMap, body: &[u8]) -> Option<Value> {
    let shapeless = operation.result.as_object().is_none_or(|o| o.is_empty());
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next().unwrap_or(kind).trim();
    if !shapeless {
        return None;
    }
    if kind == "text/plain" {
        return Some(json!(String::from_utf8_lossy(body)));
    }
    let file = ["audio/", "video/", "image/"]
        .iter()
        .any(|family| kind.starts_with(family));
    (file || kind == "application/octet-stream").then(|| {
        json!({
            "contentType": kind, "size": body.len(), "base64": BASE64_STANDARD.encode(body),
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read_as(operation: &str, kind: &'static str, body: &[u8]) -> Option<Value> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        read(foxbridge_catalog::get(operation), &headers, body)
    }

    #[test]
    fn files_are_content_where_no_json_is_promised() {
        let sound = "highlevel.conversations.messages.recording";
        let words = "highlevel.conversations.messages.transcription_text";
        let wav = read_as(sound, "audio/x-wav", b"RIFF").unwrap();
        assert_eq!(
            wav,
            json!({"contentType": "audio/x-wav", "size": 4, "base64": "UklGRg=="})
        );
        let text = read_as(words, "text/plain; charset=utf-8", "Grüße".as_bytes());
        assert_eq!(text, Some(json!("Grüße")));
        assert_eq!(
            read_as(sound, "text/html", b"<p>"),
            None,
            "a page of a proxy is no recording"
        );
        assert_eq!(
            read_as("highlevel.contacts.get", "text/plain", b"{\"contact\""),
            None,
            "a contact that was cut is no text"
        );
    }
}
