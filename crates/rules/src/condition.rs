//! Whether conditions hold.

use cel::{Context, Program};
use jiff::Timestamp;
use serde_json::Value;

use crate::{Group, Op, Test};

/// What conditions are tested on.
pub struct Facts<'a> {
    /// `event`, `person`, `contact`, `lead`, `steps`, `now`.
    pub context: &'a Value,
    /// Whether an event of a trigger about the same person came later.
    pub came_since: &'a (dyn Fn(&str) -> bool + Sync),
}

impl Group {
    /// Whether it holds.
    ///
    /// # Errors
    /// Why an expression has no answer, in words that follow its text.
    pub fn holds(&self, facts: &Facts<'_>) -> Result<bool, String> {
        let (tests, all) = match self {
            Self::All(tests) => (tests, true),
            Self::Any(tests) => (tests, tests.is_empty()),
        };
        for test in tests {
            if test.holds(facts)? != all {
                return Ok(!all);
            }
        }
        Ok(all)
    }

    /// What can be seen to be wrong with it.
    pub(crate) fn faults(&self) -> Vec<String> {
        let (Self::All(tests) | Self::Any(tests)) = self;
        tests
            .iter()
            .flat_map(|test| match test {
                Test::Group(group) => group.faults(),
                Test::Compare { field, is, value } => {
                    let mut faults = Vec::new();
                    if field.is_empty() {
                        faults.push("lack a field".to_owned());
                    }
                    if is.takes_value() && value.is_null() {
                        faults.push(format!("lack a value to compare {field} with"));
                    }
                    faults
                }
                Test::NoneSince { .. } => Vec::new(),
                Test::Cel { cel } => match Program::compile(cel) {
                    Ok(_) => Vec::new(),
                    Err(e) => vec![format!("hold an expression that cannot be read: {e}")],
                },
            })
            .collect()
    }
}

impl Test {
    fn holds(&self, facts: &Facts<'_>) -> Result<bool, String> {
        match self {
            Self::Group(group) => group.holds(facts),
            Self::Compare { field, is, value } => {
                Ok(compare(lookup(facts.context, field), *is, value))
            }
            Self::NoneSince { none_since } => Ok(!(facts.came_since)(none_since)),
            Self::Cel { cel } => evaluate(cel, facts.context),
        }
    }
}

/// The value at a path of names and positions with dots between. A field name may hold dots itself
/// (`cf.abc`): the longest name that is there wins.
pub fn lookup<'v>(from: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(from);
    }
    match from {
        Value::Object(map) => {
            let mut end = path.len();
            loop {
                if let Some(inner) = map.get(&path[..end]) {
                    let rest = path[end..].strip_prefix('.').unwrap_or_default();
                    return lookup(inner, rest);
                }
                end = path[..end].rfind('.')?;
            }
        }
        Value::Array(items) => {
            let (index, rest) = path.split_once('.').unwrap_or((path, ""));
            lookup(items.get(index.parse::<usize>().ok()?)?, rest)
        }
        _ => None,
    }
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(_) => false,
    }
}

/// The form in which texts are compared.
fn folded(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64(),
        Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

fn equal(a: &Value, b: &Value) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b).is_eq(),
        _ => folded(a) == folded(b),
    }
}

fn order(a: &Value, b: &Value) -> Option<std::cmp::Ordering> {
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return a.partial_cmp(&b);
    }
    Some(time(a)?.cmp(&time(b)?))
}

fn compare(field: Option<&Value>, is: Op, value: &Value) -> bool {
    let null = Value::Null;
    let found = field.unwrap_or(&null);
    // A list is, contains or starts with what one of its entries does.
    let any = |test: &dyn Fn(&Value) -> bool| match found {
        Value::Array(items) => items.iter().any(test),
        one => test(one),
    };
    match is {
        Op::Is => any(&|one| equal(one, value)),
        Op::IsNot => !any(&|one| equal(one, value)),
        Op::Contains => any(&|one| folded(one).contains(&folded(value))),
        Op::DoesNotContain => !any(&|one| folded(one).contains(&folded(value))),
        Op::StartsWith => any(&|one| folded(one).starts_with(&folded(value))),
        Op::IsSet => !is_empty(field),
        Op::IsEmpty => is_empty(field),
        Op::IsTrue => folded(found) == "true" || folded(found) == "yes",
        Op::IsFalse => !(folded(found) == "true" || folded(found) == "yes"),
        Op::MoreThan => order(found, value).is_some_and(std::cmp::Ordering::is_gt),
        Op::LessThan => order(found, value).is_some_and(std::cmp::Ordering::is_lt),
        Op::OneOf => match value {
            Value::Array(values) => values.iter().any(|value| any(&|one| equal(one, value))),
            Value::String(text) => text
                .split(',')
                .any(|part| any(&|one| equal(one, &Value::String(part.to_owned())))),
            _ => false,
        },
    }
}

fn evaluate(expression: &str, facts: &Value) -> Result<bool, String> {
    let program = Program::compile(expression).map_err(|e| e.to_string())?;
    let mut context = Context::default();
    for name in ["event", "person", "contact", "lead", "steps", "now"] {
        let value = facts.get(name).unwrap_or(&Value::Null);
        context
            .add_variable(name, value)
            .map_err(|e| e.to_string())?;
    }
    match program.execute(&context) {
        Ok(cel::Value::Bool(holds)) => Ok(holds),
        Ok(_) => Err("the expression is neither true nor false".to_owned()),
        Err(e) => Err(e.to_string()),
    }
}
