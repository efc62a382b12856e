//! The catalog and its calls, for people.

use foxbridge_contract::{
    CalledOperation, OperationDetail, ParamRow, Permissions, PreparedCall, TriggerDetail,
    TriggerRow,
};
use serde::Serialize;
use serde_json::Value;

use crate::show::service;
use crate::style::{quiet, strong, table};

/// The word a choice has in JSON.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// A schema in a few words.
fn kind(schema: &Value) -> String {
    if let Some(choices) = schema["enum"].as_array() {
        let choices: Vec<String> = choices
            .iter()
            .map(|c| c.as_str().map_or_else(|| c.to_string(), str::to_owned))
            .collect();
        return choices.join(" | ");
    }
    match &schema["type"] {
        Value::String(kind) if kind == "array" => format!("list of {}", kind_of_items(schema)),
        Value::String(_) if foxbridge_catalog::is_file(schema) => "file (@FILE)".to_owned(),
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.join(" | ")
        }
        _ => "value".to_owned(),
    }
}

fn kind_of_items(schema: &Value) -> String {
    match &schema["items"] {
        Value::Null => "values".to_owned(),
        items => kind(items),
    }
}

fn required(required: bool) -> String {
    (if required { "required" } else { "" }).to_owned()
}

fn params(params: &[ParamRow]) {
    let rows: Vec<_> = params
        .iter()
        .map(|param| {
            [
                format!("--{}", param.name),
                kind(&param.schema),
                required(param.required),
                param.help.clone(),
            ]
        })
        .collect();
    table(["PARAMETER", "TYPE", "", "ABOUT"], &rows);
}

fn fields(schema: &Value) {
    let Some(properties) = schema["properties"].as_object() else {
        say!("{}", pretty(schema));
        return;
    };
    let needed = |name: &str| {
        let names = schema["required"].as_array();
        names.is_some_and(|names| names.iter().any(|n| n == name))
    };
    let rows: Vec<_> = properties
        .iter()
        .map(|(name, schema)| {
            let about = schema["description"].as_str().unwrap_or_default();
            [
                name.clone(),
                kind(schema),
                required(needed(name)),
                about.to_owned(),
            ]
        })
        .collect();
    table(["FIELD", "TYPE", "", "ABOUT"], &rows);
}

pub(crate) fn operation(detail: &OperationDetail) {
    let row = &detail.row;
    say!("{}  {}", strong(&row.title), quiet(&row.id));
    say!("{}", row.help);
    say!();
    say!("{} {}", row.method, row.path);
    say!("Service: {}", service(row.service));
    say!("Effect:  {}", word(&row.effect));
    if !row.scopes.is_empty() {
        say!("Scope:   {}", row.scopes.join(" or "));
    }
    if let Some(key) = &detail.key {
        say!("Key:     {key}");
    }
    if !detail.versions.is_empty() {
        say!("Version: {}", detail.versions.join(", "));
    }
    if let Some(instead) = &detail.deprecated {
        say!("The vendor gave it up; instead: {instead}");
    }
    if !detail.params.is_empty() {
        say!();
        params(&detail.params);
    }
    if let Some(body) = &detail.body {
        say!();
        fields(&body.schema);
    }
    say!();
    say!(
        "Its answer and every detail: foxbridge --json ops show {}",
        row.id
    );
}

pub(crate) fn problems(prepared: &PreparedCall) -> String {
    let each = prepared.problems.iter();
    let each: Vec<String> = each.map(|p| format!("{} {}", p.at, p.what)).collect();
    each.join("; ")
}

pub(crate) fn prepared(prepared: &PreparedCall) {
    say!("{} {}", strong(&prepared.method), prepared.url);
    for header in &prepared.headers {
        say!("{}: {}", header.name, header.value);
    }
    if let Some(body) = &prepared.body {
        say!();
        say!("{}", pretty(body));
    }
    if !prepared.form.is_empty() {
        say!();
        for field in &prepared.form {
            match &field.file {
                None => say!("{}: {}", field.name, field.value),
                Some(file) => say!(
                    "{}: {} ({}, {} bytes)",
                    field.name,
                    field.value,
                    file.media_type,
                    file.bytes
                ),
            }
        }
    }
    say!();
    say!("{}", prepared.curl);
    say!();
    say!(
        "Its switch: {}.{}",
        word(&prepared.switch),
        if prepared.needs_confirm {
            " It is sent only when you say so (--yes)."
        } else {
            ""
        }
    );
    say!("Nothing was changed.");
}

pub(crate) fn called(called: &CalledOperation) {
    say!("{}", pretty(&called.answer));
    eprintln!(
        "{}",
        quiet(&format!("{} in {} ms", called.status, called.duration_ms))
    );
}

pub(crate) fn triggers(rows: &[TriggerRow]) {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            [
                row.id.clone(),
                word(&row.source),
                word(&row.basis),
                row.title.clone(),
            ]
        })
        .collect();
    table(["TRIGGER", "SOURCE", "KNOWN FROM", "TITLE"], &rows);
}

pub(crate) fn trigger(detail: &TriggerDetail) {
    let row = &detail.row;
    say!("{}  {}", strong(&row.title), quiet(&row.id));
    say!("{}", row.help);
    say!();
    say!("Service: {}", row.service.map_or("Foxbridge", service));
    say!("Source:  {} ({})", word(&row.source), word(&row.basis));
    if let Some(event) = &row.event {
        say!("Event:   {event}");
    }
    if !row.scopes.is_empty() {
        say!("Scope:   {}", row.scopes.join(" or "));
    }
    say!();
    fields(&detail.payload);
}

pub(crate) fn permissions(all: &Permissions) {
    let rows: Vec<_> = all
        .rows
        .iter()
        .map(|row| {
            let mut switch = word(&row.switch);
            if row.chosen {
                switch.push('*');
            }
            [
                row.operation.clone(),
                switch,
                word(&row.effect),
                row.needed_by.join(", "),
            ]
        })
        .collect();
    table(["OPERATION", "SWITCH", "EFFECT", "NEEDED BY"], &rows);
    say!("{}", quiet("* chosen; the others follow the default"));
    for (title, scopes) in [
        ("Scopes the syncs need", &all.scopes_needed),
        ("Scopes for all that is allowed", &all.scopes_allowed),
    ] {
        if !scopes.is_empty() {
            say!("{}: {}", strong(title), scopes.join(" "));
        }
    }
}
