//! Answers of operations behind which nothing is kept: what the catalog says of their shape, with
//! the ids of this world in it. `docs/SANDBOX.md` lists them.

use foxbridge_catalog::{Fill, sample};
use serde_json::Value;

use crate::call::{Answer, Call};

/// A sample of the answer in the version that was asked for.
pub(crate) fn answer(call: &Call, known: &[(&str, &str)]) -> Value {
    let mut value = sample(&call.row.result, Fill::Everything);
    let names = call.row.path_params().map(|param| param.name.as_str());
    let path: Vec<(&str, &str)> = names.zip(call.path.iter().map(String::as_str)).collect();
    put(&mut value, &path);
    put(&mut value, known);
    value
}

/// Says in a header that nothing is kept behind an answer.
pub(crate) fn marked(mut answer: Answer) -> Answer {
    answer.headers.push(("x-sandbox-sample", "true".to_owned()));
    answer
}

/// Says in the same header that an answer is the same for everybody and at any time.
pub(crate) fn constant(mut answer: Answer) -> Answer {
    answer
        .headers
        .push(("x-sandbox-sample", "constant".to_owned()));
    answer
}

/// Replaces the ids of samples by real ones, at every depth.
fn put(value: &mut Value, known: &[(&str, &str)]) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let real = known.iter().find(|(known, _)| known == name);
                match (real, &member) {
                    // The path calls most things `id`; inside an answer that is ambiguous.
                    (Some((_, real)), Value::String(_)) if name != "id" => {
                        *member = Value::String((*real).to_owned());
                    }
                    _ => put(member, known),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| put(item, known)),
        _ => {}
    }
}
