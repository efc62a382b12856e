//! What follows `ops call ID`: the parameters of an operation are words of the command line, and
//! every operation has its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use foxbridge_catalog::File;
use foxbridge_contract::{AppError, ErrorCode, OperationDetail, ParamValue};
use serde_json::{Map, Value};

use crate::args::Args;

/// The words, sorted out.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Words {
    pub(crate) connection: Option<String>,
    /// Value of the `Version` header.
    pub(crate) version: Option<String>,
    /// Path and query parameters by name.
    pub(crate) params: BTreeMap<String, ParamValue>,
    /// A file, or `-` for standard input.
    pub(crate) body: Option<String>,
    /// `key=value`, in order.
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) dry_run: bool,
    pub(crate) yes: bool,
    json: bool,
    data_dir: Option<String>,
    vault_key_file: Option<String>,
}

pub(crate) fn wrong(message: impl Into<String>) -> AppError {
    AppError::new(ErrorCode::BadRequest, message)
}

impl Words {
    /// Sorts out `--name value` and `--name=value`.
    pub(crate) fn parse(words: &[String]) -> Result<Self, AppError> {
        let mut sorted = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let Some(option) = word.strip_prefix("--").filter(|name| !name.is_empty()) else {
                return Err(wrong(format!("\"{word}\" stands alone."))
                    .hint("Each parameter is --name value; see foxbridge ops show."));
            };
            let (name, inline) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (option, None),
            };
            let switch = match name {
                "dry-run" => Some(&mut sorted.dry_run),
                "yes" => Some(&mut sorted.yes),
                "json" => Some(&mut sorted.json),
                _ => None,
            };
            if let Some(switch) = switch {
                if inline.is_some() {
                    return Err(wrong(format!("--{name} takes no value.")));
                }
                *switch = true;
                continue;
            }
            let value = inline
                .or_else(|| words.next().cloned())
                .ok_or_else(|| wrong(format!("--{name} has no value.")))?;
            sorted.set(name, value)?;
        }
        Ok(sorted)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), AppError> {
        let once = match name {
            "connection" => &mut self.connection,
            "version" => &mut self.version,
            "body" => &mut self.body,
            "data-dir" => &mut self.data_dir,
            "vault-key-file" => &mut self.vault_key_file,
            "field" => {
                let (key, value) = value
                    .split_once('=')
                    .filter(|(key, _)| !key.is_empty())
                    .ok_or_else(|| wrong(format!("--field {value} is not key=value.")))?;
                self.fields.push((key.to_owned(), value.to_owned()));
                return Ok(());
            }
            _ => {
                let value = match self.params.remove(name) {
                    None => ParamValue::One(value),
                    Some(before) => {
                        let mut all = before.all().to_vec();
                        all.push(value);
                        ParamValue::Several(all)
                    }
                };
                self.params.insert(name.to_owned(), value);
                return Ok(());
            }
        };
        if once.replace(value).is_some() {
            return Err(wrong(format!("--{name} is given twice.")));
        }
        Ok(())
    }

    /// Hands over the words that are for the program as a whole.
    pub(crate) fn global(&self, args: &mut Args) {
        args.json |= self.json;
        if let Some(dir) = &self.data_dir {
            args.data_dir = Some(PathBuf::from(dir));
        }
        if let Some(file) = &self.vault_key_file {
            args.vault_key_file = Some(PathBuf::from(file));
        }
    }

    /// The body: what `given` holds, with the fields set in it.
    pub(crate) fn body(
        &self,
        given: Option<&str>,
        operation: &OperationDetail,
    ) -> Result<Option<Value>, AppError> {
        let mut body = match given {
            Some(text) => Some(
                serde_json::from_str(text)
                    .map_err(|e| wrong(format!("The body is not JSON: {e}.")))?,
            ),
            None => None,
        };
        if self.fields.is_empty() {
            return Ok(body);
        }
        let object = body.get_or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(object) = object else {
            return Err(wrong(
                "--field sets keys of an object, and the body is none.",
            ));
        };
        let spec = operation.body.as_ref();
        let most = spec.map_or(0, |body| u64::from(body.most_file_bytes));
        let schema = spec.map(|body| &body.schema);
        for (key, text) in &self.fields {
            let file = text.strip_prefix('@').filter(|_| takes_file(schema, key));
            let text = match file {
                Some(path) => &read_file(key, Path::new(path), most)?,
                None => text,
            };
            set_field(object, schema, schema, key, text)?;
        }
        Ok(body)
    }
}

/// Whether a field of the body is a file; any other name is what the schema says of the rest.
fn takes_file(schema: Option<&Value>, key: &str) -> bool {
    let field = schema.and_then(|schema| {
        let known = schema["properties"].get(key);
        known.or_else(|| schema.get("additionalProperties"))
    });
    field.is_some_and(foxbridge_catalog::is_file)
}

/// A file as it stands in a body. Its length is looked at before it is read.
fn read_file(key: &str, path: &Path, most: u64) -> Result<String, AppError> {
    let failed = |e: std::io::Error| {
        wrong(format!(
            "--field {key}: {} could not be read: {e}.",
            path.display()
        ))
    };
    let length = std::fs::metadata(path).map_err(failed)?.len();
    if length > most {
        let mb = |bytes: u64| bytes as f64 / (1024.0 * 1024.0);
        return Err(wrong(format!(
            "--field {key}: {} has {:.1} MB, and a file may have at most {:.0} MB.",
            path.display(),
            mb(length),
            mb(most)
        )));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let name = path.file_name().unwrap_or_default();
    let file = File {
        name: name.to_string_lossy().into_owned(),
        media_type: mime_guess::from_path(path)
            .first_or_octet_stream()
            .essence_str()
            .to_owned(),
        bytes,
    };
    Ok(file.write())
}

/// Sets one field; `a.b` is the field `b` of the object `a`.
fn set_field(
    object: &mut Map<String, Value>,
    root: Option<&Value>,
    schema: Option<&Value>,
    key: &str,
    text: &str,
) -> Result<(), AppError> {
    let schema = followed(root, schema);
    let property = |name: &str| schema.and_then(|schema| schema["properties"].get(name));
    if let (None, Some((outer, inner))) = (property(key), key.split_once('.')) {
        let inside = object
            .entry(outer)
            .or_insert_with(|| Value::Object(Map::new()));
        return match inside {
            Value::Object(inside) => set_field(inside, root, property(outer), inner, text),
            _ => Err(wrong(format!("--field {key}: {outer} is no object."))),
        };
    }
    let kind = followed(root, property(key)).map_or(Value::Null, |schema| schema["type"].clone());
    let is = |name: &str| match &kind {
        Value::String(kind) => kind == name,
        Value::Array(kinds) => kinds.iter().any(|kind| kind == name),
        _ => false,
    };
    let parsed = serde_json::from_str::<Value>(text).ok();
    if is("array") && !parsed.as_ref().is_some_and(Value::is_array) {
        let item = Value::String(text.to_owned());
        match object.get_mut(key) {
            Some(Value::Array(items)) => items.push(item),
            _ => drop(object.insert(key.to_owned(), vec![item].into())),
        }
        return Ok(());
    }
    let value = match parsed {
        Some(parsed) if !is("string") => parsed,
        _ => Value::String(text.to_owned()),
    };
    object.insert(key.to_owned(), value);
    Ok(())
}

/// A schema, or the one it points at.
fn followed<'a>(root: Option<&'a Value>, schema: Option<&'a Value>) -> Option<&'a Value> {
    let pointer = schema.and_then(|schema| schema["$ref"].as_str());
    match pointer.and_then(|pointer| pointer.strip_prefix('#')) {
        Some(pointer) => root.and_then(|root| root.pointer(pointer)),
        None => schema,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    /// Words that are Foxbridge's own.
    const OWN: [&str; 9] = [
        "connection",
        "version",
        "body",
        "field",
        "dry-run",
        "yes",
        "json",
        "data-dir",
        "vault-key-file",
    ];

    fn words(text: &str) -> Result<Words, AppError> {
        let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        Words::parse(&words)
    }

    #[test]
    fn the_catalog_uses_none_of_our_own_words() {
        for operation in foxbridge_catalog::all() {
            for param in &operation.params {
                assert!(
                    !OWN.contains(&param.name.as_str()),
                    "{} could not be given its {}",
                    operation.id,
                    param.name
                );
            }
        }
    }

    #[test]
    fn words_are_sorted_out() {
        let sorted =
            words("--contactId X --limit=5 --dry-run --ids a --ids b --field t=a=b --yes").unwrap();
        assert!(sorted.dry_run && sorted.yes);
        assert_eq!(sorted.fields, [("t".to_owned(), "a=b".to_owned())]);
        assert_eq!(
            serde_json::to_value(&sorted.params).unwrap(),
            json!({ "contactId": "X", "limit": "5", "ids": ["a", "b"] })
        );
        for bad in [
            "X",
            "--contactId",
            "--field x",
            "--yes=1",
            "-- x",
            "--body a --body b",
        ] {
            let error = words(bad).unwrap_err();
            assert_eq!(error.code, ErrorCode::BadRequest, "{bad} was taken");
        }
    }

    #[test]
    fn fields_take_the_type_the_operation_asks_for() {
        let schema = json!({
            "type": "object",
            "properties": {
                "title": { "type": "string" },
                "done": { "type": "boolean" },
                "tags": { "type": "array", "items": { "type": "string" } },
                "to": { "$ref": "#/$defs/to" },
            },
            "$defs": { "to": { "type": "object", "properties": { "zip": { "type": "string" } } } },
        });
        let operation: OperationDetail = serde_json::from_value(json!({
            "id": "x", "service": "highlevel", "resource": "", "title": "", "help": "",
            "method": "POST", "path": "/", "scopes": [], "effect": "write", "params": [],
            "body": {
                "required": true, "format": "json", "schema": schema, "most_file_bytes": 1000,
            }, "result": {},
            "key": null, "idempotent": false, "versions": [], "deprecated": null,
            "mission": false, "variants": [],
        }))
        .unwrap();
        let sorted = words(
            "--field title=42 --field done=true --field tags=a --field tags=b --field to.zip=0123",
        )
        .unwrap();
        let body = sorted.body(Some(r#"{"kept":1}"#), &operation).unwrap();
        assert_eq!(
            body,
            Some(json!({
                "kept": 1, "title": "42", "done": true, "tags": ["a", "b"],
                "to": { "zip": "0123" },
            }))
        );
        assert_eq!(
            words("--yes").unwrap().body(None, &operation).unwrap(),
            None,
            "nothing given is no body"
        );
        assert!(sorted.body(Some("{"), &operation).is_err(), "no JSON");
        assert!(sorted.body(Some("[]"), &operation).is_err(), "no object");
    }

    #[test]
    fn a_file_is_read_from_its_path_and_not_when_it_is_too_long() {
        let schema = json!({
            "type": "object",
            "properties": {
                "file": { "type": "string", "format": "binary" },
                "handle": { "type": "string" },
            },
            "additionalProperties": false,
        });
        assert!(takes_file(Some(&schema), "file"));
        assert!(!takes_file(Some(&schema), "handle"), "\"@ada\" is a text");
        let rest = json!({ "additionalProperties": { "type": "string", "format": "binary" } });
        assert!(
            takes_file(Some(&rest), "f1_uuid"),
            "files by a name of one's own"
        );

        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a call.mp3");
        std::fs::write(&path, b"abc").unwrap();
        let file = File::read(&read_file("file", &path, 3).unwrap()).unwrap();
        assert_eq!(
            (file.name.as_str(), file.media_type.as_str()),
            ("a call.mp3", "audio/mpeg")
        );
        assert_eq!(file.bytes, b"abc");
        let why = read_file("file", &path, 2).unwrap_err().message;
        assert!(
            why.contains("a call.mp3") && why.contains("at most"),
            "{why}"
        );
        let why = read_file("file", &dir.path().join("none"), 9)
            .unwrap_err()
            .message;
        assert!(why.contains("could not be read"), "{why}");
    }
}
