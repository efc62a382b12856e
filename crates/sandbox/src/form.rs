//! Bodies that are no JSON: forms, and files in parts.

use serde_json::{Map, Value, json};

use crate::call::parse_query;

/// The fields of `application/x-www-form-urlencoded`.
pub(crate) fn urlencoded(body: &[u8]) -> Value {
    let text = String::from_utf8_lossy(body);
    let mut fields = Map::new();
    for (name, value) in parse_query(&text) {
        add(&mut fields, name, Value::String(value));
    }
    Value::Object(fields)
}

/// The parts of `multipart/form-data`: text as text, a file as its name, type and size.
pub(crate) fn multipart(content_type: &str, body: &[u8]) -> Option<Value> {
    let (_, boundary) = content_type.split_once("boundary=")?;
    let boundary = boundary.split(';').next()?.trim().trim_matches('"');
    // One letter a byte, whatever it is: of a file only the size is kept.
    let text: String = body.iter().map(|byte| char::from(*byte)).collect();
    let mut fields = Map::new();
    for part in text.split(&format!("--{boundary}")).skip(1) {
        let Some((head, content)) = part.split_once("\r\n\r\n") else {
            continue;
        };
        let content = content.strip_suffix("\r\n").unwrap_or(content);
        let Some(name) = attribute(head, "name") else {
            continue;
        };
        let value = match attribute(head, "filename") {
            Some(file) => {
                let size = content.chars().count();
                json!({"filename": utf8(file), "type": media_type(head), "size": size})
            }
            None => Value::String(utf8(content)),
        };
        add(&mut fields, utf8(name), value);
    }
    Some(Value::Object(fields))
}

/// Text of which each letter is a byte.
fn utf8(letters: &str) -> String {
    let bytes: Vec<u8> = letters
        .chars()
        .filter_map(|letter| u8::try_from(letter).ok())
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn media_type(head: &str) -> &str {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-type"))
        .map_or("application/octet-stream", |(_, value)| value.trim())
}

fn attribute<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    // The blank keeps `name` from being found in `filename`.
    let (_, rest) = head.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

/// A name that comes twice is a list.
fn add(fields: &mut Map<String, Value>, name: String, value: Value) {
    let name = name.strip_suffix("[]").map_or(name.clone(), str::to_owned);
    match fields.get_mut(&name) {
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = json!([first.clone(), value]),
        None => drop(fields.insert(name, value)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn parts_are_taken_apart() {
        let mut body = "--x\r\nContent-Disposition: form-data; name=\"file_name\"\r\n\r\nä.mp3\r\n\
                        --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"ä.mp3\"\r\n\
                        Content-Type: audio/mpeg\r\n\r\n"
            .as_bytes()
            .to_vec();
        body.extend([0xff, 0x00, 0x80]);
        body.extend(b"\r\n--x--\r\n");
        let fields = multipart("multipart/form-data; boundary=x", &body).unwrap();
        let file = json!({"filename": "ä.mp3", "type": "audio/mpeg", "size": 3});
        assert_eq!(
            fields,
            json!({"file_name": "ä.mp3", "file": file}),
            "text is kept, of a file what is known about it"
        );
    }

    #[test]
    fn a_repeated_name_is_a_list() {
        assert_eq!(
            urlencoded(b"a=1&b=x%20y&a=2"),
            json!({"a": ["1", "2"], "b": "x y"}),
            "as forms do it"
        );
    }
}
