//! Reads the rows.

use std::collections::BTreeMap;

use foxbridge_model::Service;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::operation::{
    Body, BodyFormat, Effect, KeyType, Method, Operation, Param, ParamPlace, Variant,
};
use crate::schema::{Builder, Words};
use crate::trigger::{Basis, Trigger, TriggerSource};

/// Everything the files say.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) operations: Vec<Operation>,
    pub(crate) triggers: Vec<Trigger>,
}

/// One file of rows, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    defaults: Defaults,
    /// Names for types: a table of fields, or a type in shorthand.
    #[serde(default)]
    shape: BTreeMap<String, toml::Value>,
    /// An example for every field of a request that has this name and no example of its own.
    #[serde(default)]
    example: BTreeMap<String, toml::Value>,
    /// Likewise for help.
    #[serde(default)]
    help: BTreeMap<String, String>,
    #[serde(default)]
    operation: Vec<Row>,
    #[serde(default)]
    trigger: Vec<TriggerRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TriggerRow {
    id: String,
    title: String,
    help: String,
    source: Option<TriggerSource>,
    basis: Option<Basis>,
    event: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    payload: toml::Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Defaults {
    #[serde(default)]
    versions: Vec<String>,
    key: Option<KeyType>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    title: String,
    help: String,
    /// Method and path, e.g. `GET /contacts/{contactId}`.
    call: String,
    effect: Effect,
    #[serde(default)]
    scopes: Vec<String>,
    key: Option<KeyType>,
    #[serde(default)]
    params: toml::Table,
    body: Option<toml::Value>,
    body_required: Option<bool>,
    body_format: Option<BodyFormat>,
    result: Option<toml::Value>,
    idempotent: Option<bool>,
    versions: Option<Vec<String>>,
    deprecated: Option<String>,
    #[serde(default)]
    mission: bool,
    v3: Option<Later>,
}

/// What differs in `v3`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    path: Option<String>,
    /// Query parameters that are new or differ.
    #[serde(default)]
    params: toml::Table,
    /// Query parameters that are gone.
    #[serde(default)]
    drop: Vec<String>,
    body: Option<toml::Value>,
    result: Option<toml::Value>,
}

/// Reads every file, given as name and text; a service's `common.toml` holds what its files share.
pub(crate) fn load(files: &[(&str, &str)]) -> Result<Loaded, String> {
    let mut read = vec![];
    for (name, text) in files {
        let file: File = toml::from_str(text).map_err(|error| format!("{name}: {error}"))?;
        let folder = name.split_once('/').map_or("", |(folder, _)| folder);
        read.push((*name, folder, file));
    }
    let mut common: BTreeMap<&str, Words> = BTreeMap::new();
    for (_, folder, file) in read
        .iter()
        .filter(|(name, ..)| name.ends_with("/common.toml"))
    {
        common.insert(folder, words(file));
    }
    let mut loaded = Loaded::default();
    for (name, folder, file) in &read {
        let mut all = common.get(folder).cloned().unwrap_or_default();
        let own = words(file);
        all.shapes.extend(own.shapes);
        all.examples.extend(own.examples);
        all.help.extend(own.help);
        for row in &file.operation {
            let id = &row.id;
            loaded.operations.push(
                operation(row, &file.defaults, &all, folder)
                    .map_err(|error| format!("{name}: {id}: {error}"))?,
            );
        }
        for row in &file.trigger {
            let id = &row.id;
            loaded
                .triggers
                .push(trigger(row, &all).map_err(|error| format!("{name}: {id}: {error}"))?);
        }
    }
    Ok(loaded)
}

fn words(file: &File) -> Words {
    Words {
        shapes: file.shape.clone(),
        examples: file.example.clone(),
        help: file.help.clone(),
    }
}

fn operation(
    row: &Row,
    defaults: &Defaults,
    words: &Words,
    folder: &str,
) -> Result<Operation, String> {
    let service = match folder {
        "highlevel" => Service::HighLevel,
        "aimfox" => Service::Aimfox,
        other => return Err(format!("{other:?} is no service")),
    };
    let resource = match row.id.split('.').collect::<Vec<_>>().as_slice() {
        [first, resource, _, ..] if *first == folder => (*resource).to_owned(),
        _ => return Err(format!("an id is {folder}.<resource>.<verb>")),
    };
    let (method, path) = row
        .call
        .split_once(' ')
        .ok_or("call is a method and a path, e.g. GET /contacts/")?;
    let method: Method = serde_json::from_value(json!(method)).map_err(|_| "unknown method")?;
    let versions = row.versions.as_ref().unwrap_or(&defaults.versions).clone();

    let params = params(path, &row.params, words)?;
    let body = body(row, row.body.as_ref(), words)?;
    let result = answer(row.result.as_ref(), words)?;
    let mut variants = vec![];
    if let Some(later) = &row.v3 {
        let path = later.path.as_deref().unwrap_or(path);
        let mut query = row.params.clone();
        query.retain(|name, _| !later.drop.iter().any(|gone| gone == name));
        query.extend(later.params.clone());
        variants.push(Variant {
            version: "v3".into(),
            path: path.to_owned(),
            params: self::params(path, &query, words)?,
            body: match &later.body {
                Some(_) => self::body(row, later.body.as_ref(), words)?,
                None => body.clone(),
            },
            result: match &later.result {
                Some(_) => answer(later.result.as_ref(), words)?,
                None => result.clone(),
            },
        });
    }
    // Sending a read, a replacement or a removal twice leaves what sending it once leaves.
    let idempotent = row
        .idempotent
        .unwrap_or(row.effect == Effect::Read || method != Method::Post);
    Ok(Operation {
        id: row.id.clone(),
        service,
        resource,
        title: row.title.clone(),
        help: row.help.clone(),
        method,
        path: path.to_owned(),
        params,
        body,
        result,
        scopes: row.scopes.clone(),
        key: row.key.or(defaults.key),
        effect: row.effect,
        idempotent,
        versions,
        deprecated: row.deprecated.clone(),
        mission: row.mission,
        variants,
    })
}

fn trigger(row: &TriggerRow, words: &Words) -> Result<Trigger, String> {
    let service = match row.id.split_once('.') {
        Some(("highlevel", _)) => Some(Service::HighLevel),
        Some(("aimfox", _)) => Some(Service::Aimfox),
        Some(("foxbridge", _)) => None,
        _ => return Err("an id begins with highlevel, aimfox or foxbridge".into()),
    };
    Ok(Trigger {
        id: row.id.clone(),
        service,
        title: row.title.clone(),
        help: row.help.clone(),
        source: row.source.unwrap_or(TriggerSource::Webhook),
        basis: row.basis.unwrap_or(Basis::Documented),
        event: row.event.clone(),
        scopes: row.scopes.clone(),
        payload: answer(Some(&row.payload), words)?,
    })
}

/// Path parameters come from the path itself: text, unless the row says more. The rest is query.
fn params(path: &str, given: &toml::Table, words: &Words) -> Result<Vec<Param>, String> {
    let names: Vec<&str> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .collect();
    let mut params = vec![];
    let spec = |name: &str| match given.get(name) {
        None => Ok("string!"),
        Some(toml::Value::String(text)) => Ok(text.as_str()),
        Some(_) => Err(format!("parameter {name} is not a type")),
    };
    let mut add = |name: &str, place: ParamPlace| {
        let (schema, required, help) = Builder::request(words)
            .param(name, spec(name)?)
            .map_err(|error| format!("{name}: {error}"))?;
        let help = help.ok_or_else(|| format!("parameter {name} has no help"))?;
        let required = required || place == ParamPlace::Path;
        params.push(Param {
            name: name.to_owned(),
            place,
            required,
            schema,
            help,
        });
        Ok::<(), String>(())
    };
    for name in &names {
        add(name, ParamPlace::Path)?;
    }
    for name in given.keys().filter(|name| !names.contains(&name.as_str())) {
        add(name, ParamPlace::Query)?;
    }
    Ok(params)
}

fn body(row: &Row, shape: Option<&toml::Value>, words: &Words) -> Result<Option<Body>, String> {
    let Some(shape) = shape else { return Ok(None) };
    let schema = Builder::request(words)
        .root(shape)
        .map_err(|error| format!("body: {error}"))?;
    Ok(Some(Body {
        required: row.body_required.unwrap_or(true),
        format: row.body_format.unwrap_or(BodyFormat::Json),
        schema,
    }))
}

fn answer(shape: Option<&toml::Value>, words: &Words) -> Result<Value, String> {
    match shape {
        Some(shape) => Builder::answer(words)
            .root(shape)
            .map_err(|error| format!("result: {error}")),
        None => Ok(json!({})),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::route::routes;

    const COMMON: &str = include_str!("../data/highlevel/common.toml");
    /// The example of a page, which must not go stale.
    fn example(page: &'static str) -> &'static str {
        let (_, block) = page.split_once("```toml\n").unwrap();
        block.split_once("```").unwrap().0
    }

    #[test]
    fn one_row_is_all_that_an_operation_needs() {
        let row = example(include_str!("../../../CONTRIBUTING.md"));
        let row = format!("[defaults]\nversions = [\"2021-07-28\"]\n{row}");
        let loaded = load(&[
            ("highlevel/common.toml", COMMON),
            ("highlevel/imaginary.toml", &row),
        ])
        .unwrap();
        let [operation] = loaded.operations.as_slice() else {
            panic!("one row, one operation")
        };
        assert_eq!(operation.resource, "contacts");
        assert_eq!(
            operation.params.len(),
            2,
            "the path parameter need not be said again"
        );
        assert!(operation.idempotent, "a PUT may be sent again");
        operation
            .check_body(&json!({ "until": "2026-12-01" }))
            .unwrap();
        let error = operation
            .check_body(&json!({ "remind": "me" }))
            .unwrap_err()
            .to_string();
        assert_eq!(
            error,
            "highlevel.contacts.snooze: body.until is missing; body.remind should be a list"
        );
        assert_eq!(
            operation.path_with(&[("contactId", "a")]).unwrap(),
            "/contacts/a/snooze"
        );
        let routes = routes(&loaded.operations);
        let found = routes[0].matches(Service::HighLevel, Method::Put, "/contacts/a/snooze");
        assert_eq!(found, Some(vec![("contactId".into(), "a".into())]));
    }

    #[test]
    fn one_row_is_all_that_a_trigger_needs() {
        let row = example(include_str!("../../../docs/CATALOG.md"));
        let loaded = load(&[("triggers/imaginary.toml", row)]).unwrap();
        let [trigger] = loaded.triggers.as_slice() else {
            panic!("one row, one trigger")
        };
        assert_eq!(trigger.service, Some(Service::HighLevel));
        assert_eq!(
            trigger.source,
            TriggerSource::Webhook,
            "the plain case need not be said"
        );
    }

    #[test]
    fn a_mistake_in_a_row_names_the_row_and_the_mistake() {
        let row = |rest: &str| {
            format!(
                "[[operation]]\nid = \"highlevel.x.get\"\ntitle = \"X\"\nhelp = \"X.\"\n\
                 call = \"GET /x/{{contactId}}\"\neffect = \"read\"\n{rest}"
            )
        };
        let said = |rest: &str| {
            load(&[
                ("highlevel/common.toml", COMMON),
                ("highlevel/x.toml", &row(rest)),
            ])
            .unwrap_err()
        };
        assert_eq!(
            said("body = \"Nothing\""),
            "highlevel/x.toml: highlevel.x.get: body: there is no shape Nothing"
        );
        assert_eq!(
            said("params = { colourless = \"string\" }"),
            "highlevel/x.toml: highlevel.x.get: parameter colourless has no help"
        );
        assert!(said("params = { query = \"strin\" }").contains("unknown type \"strin\""));
        assert!(said("params = { query = \"Contact\" }").contains("a query can only carry values"));
        assert!(
            said("bodi = {}").contains("unknown field"),
            "a mistyped key is no silent nothing"
        );
        assert!(said("body = { a = \"integer = x -- A.\" }").contains("example \"x\" is not JSON"));
    }
}
