//! The vendors' documents, asked about one request.

mod form;

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use foxbridge_model::Service;
use serde_json::{Map, Value, json};

use crate::server::Seen;

/// One way in which a request differs from the document.
pub(crate) struct Finding {
    /// Method and path as the document has it, or as it was sent.
    pub(crate) operation: String,
    /// `body.tags`, `query.limit`, `version`, …
    pub(crate) place: String,
    what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.operation, self.place, self.what)
    }
}

/// An operation of a document.
struct Documented {
    service: Service,
    /// `v3` or not.
    v3: bool,
    method: String,
    path: String,
    operation: Value,
    shared: Vec<Value>,
    /// The document's components, as JSON Schema.
    components: Value,
}

/// All documents.
pub(crate) struct Contracts(Vec<Documented>);

impl Contracts {
    /// Reads them; `None`, with a notice, where they are absent.
    pub(crate) fn read() -> Option<Self> {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts");
        if !root.is_dir() {
            println!("skipped: ../shared/contracts is absent");
            return None;
        }
        let mut all = Vec::new();
        for (folder, v3) in [("2021-07-28", false), ("v3", true)] {
            for file in std::fs::read_dir(root.join("highlevel").join(folder)).unwrap() {
                read(&mut all, Service::HighLevel, v3, &file.unwrap().path());
            }
        }
        read(
            &mut all,
            Service::Aimfox,
            false,
            &root.join("aimfox/openapi.json"),
        );
        assert!(all.len() > 400, "the documents were read");
        Some(Self(all))
    }

    /// Everything in which a request differs from its document.
    pub(crate) fn check(&self, service: Service, seen: &Seen) -> Vec<Finding> {
        let version = seen
            .headers
            .get("Version")
            .and_then(|value| value.to_str().ok());
        let v3 = version == Some("v3");
        let sent = match service {
            Service::HighLevel => seen.path.as_str(),
            Service::Aimfox => seen.path.strip_prefix("/api/v2").unwrap_or(&seen.path),
        };
        let mine = self
            .0
            .iter()
            .filter(|one| one.service == service && one.v3 == v3 && one.method == seen.method);
        // The one that says most literally what was sent: `/leads/search` before `/leads/{id}`.
        let best = mine
            .filter_map(|one| Some((fits(&one.path, sent)?, one)))
            .min_by_key(|(holes, _)| *holes);
        let Some((_, one)) = best else {
            return vec![Finding {
                operation: format!("{} {sent}", seen.method),
                place: "path".to_owned(),
                what: format!("no document of version {version:?} has it"),
            }];
        };
        one.check(seen, version)
    }
}

/// Whether a path is one of a template, and how many holes were filled.
pub(crate) fn fits(template: &str, path: &str) -> Option<usize> {
    let (mut holes, mut given) = (0, path.split('/'));
    for part in template.split('/') {
        let given = given.next()?;
        if part.starts_with('{') && part.ends_with('}') && !given.is_empty() {
            holes += 1;
        } else if part != given {
            return None;
        }
    }
    given.next().is_none().then_some(holes)
}

fn read(into: &mut Vec<Documented>, service: Service, v3: bool, file: &Path) {
    let text = std::fs::read_to_string(file).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut components = document["components"].clone();
    modernise(&mut components);
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if let Some(operation) = item.get(method) {
                into.push(Documented {
                    service,
                    v3,
                    method: method.to_uppercase(),
                    path: path.clone(),
                    operation: operation.clone(),
                    shared: item["parameters"].as_array().cloned().unwrap_or_default(),
                    components: components.clone(),
                });
            }
        }
    }
}

/// Makes JSON Schema of OpenAPI 3.0's dialect, and closes objects that list their members: an
/// unknown one is refused by HighLevel and a mistake everywhere.
fn modernise(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(modernise);
            // A vendor's slip: a flag where a list of names belongs.
            if members.get("required").is_some_and(Value::is_boolean) {
                members.remove("required");
            }
            for name in ["exclusiveMinimum", "exclusiveMaximum"] {
                if members.get(name).is_some_and(Value::is_boolean) {
                    members.remove(name);
                }
            }
            let nullable = members.remove("nullable") == Some(Value::Bool(true));
            let listed = members.get("properties").and_then(Value::as_object);
            if listed.is_some_and(|fields| !fields.is_empty())
                && !members.contains_key("allOf")
                && !members.contains_key("additionalProperties")
            {
                members.insert("additionalProperties".to_owned(), false.into());
            }
            if nullable {
                let inner = Value::Object(std::mem::take(members));
                members.insert("anyOf".to_owned(), json!([inner, {"type": "null"}]));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(modernise),
        _ => {}
    }
}

impl Documented {
    fn check(&self, seen: &Seen, version: Option<&str>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut note = |place: String, what: String| {
            found.push(Finding {
                operation: format!("{} {}", self.method, self.path),
                place,
                what,
            });
        };
        let own = self.operation["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        let params: Vec<Value> = own
            .chain(&self.shared)
            .map(|one| self.resolved(one))
            .collect();
        let query: Vec<(String, String)> = url::form_urlencoded::parse(seen.query.as_bytes())
            .into_owned()
            .collect();
        for (name, value) in &query {
            let known = params.iter().find(|param| {
                param["in"] == "query" && param["name"] == name.trim_end_matches("[]")
            });
            match known {
                None => note(format!("query.{name}"), "not in the document".to_owned()),
                Some(param) => {
                    if let Err(why) =
                        self.valid(&param["schema"], &coerced(&param["schema"], value))
                    {
                        note(format!("query.{name}"), why);
                    }
                }
            }
        }
        for param in &params {
            let name = param["name"].as_str().unwrap();
            let must = param["required"] == true;
            match param["in"].as_str().unwrap() {
                "query" if must && !query.iter().any(|(sent, _)| sent == name) => {
                    note(format!("query.{name}"), "required, and left out".to_owned());
                }
                "header" if name == "Version" => {
                    let known = param["schema"]["enum"].as_array();
                    if known.is_some_and(|known| !known.iter().any(|v| v.as_str() == version)) {
                        note(
                            "version".to_owned(),
                            format!("{version:?} is not in {known:?}"),
                        );
                    }
                }
                _ => {}
            }
        }
        self.check_body(seen, &mut note);
        found
    }

    fn check_body(&self, seen: &Seen, note: &mut impl FnMut(String, String)) {
        let Some(body) = self
            .operation
            .get("requestBody")
            .map(|body| self.resolved(body))
        else {
            if !seen.bytes.is_empty() {
                note("body".to_owned(), "the document has none".to_owned());
            }
            return;
        };
        if seen.bytes.is_empty() {
            if body["required"] == true {
                note("body".to_owned(), "required, and left out".to_owned());
            }
            return;
        }
        let content = body["content"].as_object().unwrap();
        let kind = seen.headers.get("content-type");
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let known = content.iter().find(|(known, _)| {
            let (kind, _) = kind.split_once(';').unwrap_or((kind, ""));
            kind == known.as_str()
        });
        let Some((media_type, spec)) = known else {
            let known: Vec<&String> = content.keys().collect();
            note(
                "body".to_owned(),
                format!("sent as {kind:?}, not {known:?}"),
            );
            return;
        };
        let mut schema = spec["schema"].clone();
        modernise(&mut schema);
        let mut names = BTreeSet::new();
        let open = self.members(&schema, &mut names, 0);
        let mut rest = match media_type.as_str() {
            "application/json" => seen.body.clone(),
            _ => self.of_form(&schema, &form::fields(kind, &seen.bytes)),
        };
        if let (Some(given), false) = (rest.as_object_mut(), open) {
            given.retain(|name, _| {
                let known = names.contains(name);
                if !known {
                    note(format!("body.{name}"), "not in the document".to_owned());
                }
                known
            });
        }
        let mut root = Map::new();
        root.insert("components".to_owned(), self.components.clone());
        root.insert("allOf".to_owned(), json!([schema]));
        let validator = jsonschema::draft202012::new(&Value::Object(root))
            .unwrap_or_else(|error| panic!("{} {}: {error}", self.method, self.path));
        for error in validator.iter_errors(&rest) {
            let at = error.instance_path().to_string().replace('/', ".");
            note(format!("body{at}"), error.to_string());
        }
    }

    /// The fields of a form in the types that the schema wants.
    fn of_form(&self, schema: &Value, fields: &[(String, String)]) -> Value {
        let schema = self.resolved(schema);
        let mut object = Map::new();
        for (name, text) in fields {
            let wanted = self.resolved(&schema["properties"][name]);
            match (coerced(&wanted, text), object.get_mut(name)) {
                (Value::Array(more), Some(Value::Array(items))) => items.extend(more),
                (value, _) => drop(object.insert(name.clone(), value)),
            }
        }
        Value::Object(object)
    }

    /// The members that a body may have; whether it may have others.
    fn members(&self, schema: &Value, into: &mut BTreeSet<String>, depth: usize) -> bool {
        let schema = self.resolved(schema);
        if depth > 6 {
            return true;
        }
        let fields = schema["properties"].as_object().into_iter().flatten();
        into.extend(fields.map(|(name, _)| name.clone()));
        let mut open = matches!(schema.get("additionalProperties"), Some(more) if *more != false);
        for key in ["allOf", "anyOf", "oneOf"] {
            for part in schema[key].as_array().into_iter().flatten() {
                open |= self.members(part, into, depth + 1);
            }
        }
        open
    }

    fn valid(&self, schema: &Value, value: &Value) -> Result<(), String> {
        let mut schema = schema.clone();
        modernise(&mut schema);
        let root = json!({"components": self.components, "allOf": [schema]});
        jsonschema::draft202012::new(&root)
            .map_err(|error| error.to_string())?
            .validate(value)
            .map_err(|error| error.to_string())
    }

    fn resolved(&self, value: &Value) -> Value {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return value.clone();
        };
        let target = reference
            .strip_prefix("#/components")
            .and_then(|path| self.components.pointer(path));
        target.map_or_else(|| value.clone(), |target| self.resolved(target))
    }
}

/// A value of the query in the type that its schema wants, where it can be read as such.
fn coerced(schema: &Value, text: &str) -> Value {
    let read = || serde_json::from_str(text).unwrap_or_else(|_| text.into());
    match schema["type"].as_str() {
        Some("number" | "integer" | "boolean") => read(),
        Some("array") => json!([coerced(&schema["items"], text)]),
        _ => text.into(),
    }
}
