//! A file in a body: a data URL (RFC 2397) in a text field of the format `binary`, so that a body
//! stays one JSON value on its way from the form to the transport.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value;

/// The longest file that can be sent, in bytes. It crosses the window's bridge as text, and neither
/// service takes much more in one request.
pub const MOST_FILE_BYTES: usize = 10 * 1024 * 1024;

/// A file, as it stands in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name, without a folder.
    pub name: String,
    /// Its media type, e.g. `audio/mpeg`.
    pub media_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl File {
    /// Reads `data:audio/mpeg;name=call.mp3;base64,…`. A file without a name is called `file`.
    ///
    /// # Errors
    ///
    /// What is wrong with it, in words that follow the field's name.
    pub fn read(text: &str) -> Result<Self, String> {
        let no_file = || "should be a file, as a data: address".to_owned();
        // The text is a third longer than what it holds.
        if text.len() / 4 * 3 > MOST_FILE_BYTES + 4096 {
            return Err(too_long(text.len() / 4 * 3));
        }
        let url = data_url::DataUrl::process(text).map_err(|_| no_file())?;
        let (bytes, _) = url.decode_to_vec().map_err(|_| no_file())?;
        if bytes.len() > MOST_FILE_BYTES {
            return Err(too_long(bytes.len()));
        }
        let mime = url.mime_type();
        let name = mime.get_parameter("name").map(|name| {
            let name = percent_decode_str(name).decode_utf8_lossy();
            let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
            file.to_owned()
        });
        Ok(Self {
            name: name
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| "file".to_owned()),
            media_type: format!("{}/{}", mime.type_, mime.subtype),
            bytes,
        })
    }

    /// The same as text.
    pub fn write(&self) -> String {
        use base64::Engine as _;
        let name = utf8_percent_encode(&self.name, NON_ALPHANUMERIC);
        let content = base64::engine::general_purpose::STANDARD.encode(&self.bytes);
        format!("data:{};name={name};base64,{content}", self.media_type)
    }
}

/// What a file that is too long is told, in words that follow its name.
fn too_long(bytes: usize) -> String {
    let mb = |bytes: usize| bytes as f64 / (1024.0 * 1024.0);
    format!(
        "has {:.1} MB, and a file may have at most {:.0} MB",
        mb(bytes),
        mb(MOST_FILE_BYTES)
    )
}

/// Whether a field of this schema takes a file.
pub fn is_file(schema: &Value) -> bool {
    schema["format"] == "binary"
}

/// Whether a field of this schema takes a secret, which is shown nowhere after it was entered.
pub fn is_secret(schema: &Value) -> bool {
    schema["format"] == "password"
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_file_comes_back_as_it_was(
            name in "[^/\\\\]{1,20}",
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let file = File { name, media_type: "audio/mpeg".to_owned(), bytes };
            prop_assert_eq!(File::read(&file.write()), Ok(file));
        }
    }

    #[test]
    fn what_is_no_file_is_told_so() {
        for text in [
            "",
            "a.mp3",
            "/etc/passwd",
            "data:",
            "data:text/plain;base64,%",
        ] {
            let why = File::read(text).unwrap_err();
            assert!(why.starts_with("should be a file"), "{text:?}: {why}");
        }
        let plain = File::read("data:,hello%20there").unwrap();
        assert_eq!(plain.name, "file", "a browser may leave the name out");
        assert_eq!(plain.bytes, b"hello there");
        let path = File::read("data:text/plain;name=..%2F..%2Fa.txt,x").unwrap();
        assert_eq!(path.name, "a.txt", "a name is no path");
    }

    #[test]
    fn a_long_file_is_refused_with_both_sizes() {
        let file = |bytes| File {
            name: "a".to_owned(),
            media_type: "text/plain".to_owned(),
            bytes: vec![0; bytes],
        };
        assert!(File::read(&file(MOST_FILE_BYTES).write()).is_ok());
        for bytes in [MOST_FILE_BYTES + 1, 3 * MOST_FILE_BYTES] {
            let why = File::read(&file(bytes).write()).unwrap_err();
            assert!(why.contains("at most 10 MB"), "{why}");
        }
    }
}
