//! What is wrong with a rule, said before it is switched on and not when it fires.

use std::collections::BTreeMap;

use foxbridge_catalog::{find as find_operation, find_trigger};
use foxbridge_contract::FieldProblem;
use foxbridge_rules::{Find, Rule, What};
use serde_json::Value;

/// What must be put right before a rule can be switched on.
pub(super) fn problems(rule: &Rule) -> Vec<FieldProblem> {
    let mut problems: Vec<FieldProblem> = rule
        .problems()
        .into_iter()
        .map(|problem| FieldProblem {
            at: problem.at,
            what: problem.what,
        })
        .collect();
    let mut say = |at: &str, what: String| {
        problems.push(FieldProblem {
            at: at.to_owned(),
            what,
        });
    };
    if find_trigger(&rule.trigger).is_none() {
        say(
            "trigger",
            format!("there is no trigger \"{}\"", rule.trigger),
        );
    }
    if rule.trigger == super::SCHEDULE && rule.every_minutes.is_none() {
        say("trigger", "lacks how often".to_owned());
    }
    for step in &rule.steps {
        match &step.what {
            What::Wait { .. } => {}
            What::Do {
                operation,
                params,
                body,
                ..
            } => call_faults(operation, params, body, |what| say(&step.id, what)),
            What::Find(find) => {
                let say = |what| say(&step.id, what);
                call_faults(&find.operation, &find.params, &Value::Null, say);
            }
        }
        if let What::Find(Find {
            make: Some(make), ..
        }) = &step.what
        {
            let say = |what| say(&step.id, what);
            call_faults(&make.operation, &make.params, &make.body, say);
        }
    }
    problems
}

/// What can be seen to be wrong with a call before its fields are filled in.
fn call_faults(
    operation: &str,
    params: &BTreeMap<String, Value>,
    body: &Value,
    mut say: impl FnMut(String),
) {
    let Some(known) = find_operation(operation) else {
        return say(format!("there is no operation \"{operation}\""));
    };
    // The location is filled in.
    let own = |name: &str| ["locationId", "location_id"].contains(&name);
    for param in known.params.iter().filter(|param| param.required) {
        if !own(&param.name) && !params.contains_key(&param.name) {
            say(format!("lacks {}", param.name));
        }
    }
    for name in params.keys() {
        if !known.params.iter().any(|param| param.name == *name) {
            say(format!("{name} is not a parameter of \"{}\"", known.title));
        }
    }
    let takes = known.body.as_ref().filter(|takes| takes.required);
    let required = takes.and_then(|takes| takes.schema["required"].as_array());
    let names = required.into_iter().flatten().filter_map(Value::as_str);
    for name in names {
        // A body that is one field of the event is seen when it is filled in.
        let is_there = body.is_string() || !body[name].is_null();
        if !own(name) && !is_there {
            say(format!("lacks {name}"));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn faults(steps: Value) -> Vec<String> {
        let rule = json!({
            "trigger": "foxbridge.tag.added", "conditions": { "all": [] }, "steps": steps,
        });
        let rule: Rule = serde_json::from_value(rule).unwrap();
        let said = problems(&rule).into_iter();
        said.map(|one| format!("{} {}", one.at, one.what)).collect()
    }

    #[test]
    fn what_a_step_lacks_is_said_before_it_is_switched_on_and_not_when_it_fires() {
        let look_up = |body: Value| {
            json!([{
                "id": "label", "kind": "find", "operation": "aimfox.labels.list",
                "list": "labels", "field": "name", "equals": "{{event.tag}}",
                "make": { "operation": "aimfox.labels.create", "body": body, "at": "label" },
            }])
        };
        let named = json!({ "name": "{{event.tag}}" });
        assert_eq!(faults(look_up(named)), ["label lacks color"]);
        let whole = json!({ "name": "{{event.tag}}", "color": "info" });
        assert_eq!(faults(look_up(whole)), [] as [String; 0]);
        let task = |params: Value, body: Value| {
            json!([{
                "id": "task", "kind": "do", "operation": "highlevel.contacts.tasks.create",
                "params": params, "body": body,
            }])
        };
        let empty = faults(task(json!({}), Value::Null));
        assert_eq!(empty[0], "task lacks contactId");
        assert!(empty.contains(&"task lacks title".to_owned()), "{empty:?}");
    }
}
