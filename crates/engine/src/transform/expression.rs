//! Expressions in CEL: no loops without end, no files, no network, no clock.
//! The only module that knows the library.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cel::{Context, Env, Value as Cel, extensions};
use foxbridge_model::{FieldMap, Value};

/// As long as an expression may be, in characters.
const LONGEST: usize = 2_000;
/// As often as lists may be walked inside one another: each walk multiplies the work.
const MOST_WALKS: usize = 2;
const WALKS: [&str; 5] = [".map(", ".filter(", ".all(", ".exists(", ".exists_one("];

thread_local! {
    /// Made once: the functions are the same for every expression.
    static FUNCTIONS: RefCell<Option<Arc<Env>>> = const { RefCell::new(None) };
}

fn functions() -> Result<Arc<Env>, String> {
    FUNCTIONS.with_borrow_mut(|kept| {
        if let Some(env) = kept {
            return Ok(Arc::clone(env));
        }
        let mut env = Env::stdlib();
        env.add_extension(extensions::strings)
            .map_err(|e| format!("The text functions are not to be had: {e}."))?;
        let env = Arc::new(env);
        *kept = Some(Arc::clone(&env));
        Ok(env)
    })
}

/// A parsed expression.
pub(super) struct Program {
    program: cel::Program,
    env: Arc<Env>,
}

impl Program {
    pub(super) fn new(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("The expression is empty.".to_owned());
        }
        if text.chars().count() > LONGEST {
            return Err(format!(
                "An expression has at most {LONGEST} characters; this one is longer."
            ));
        }
        let walks: usize = WALKS.iter().map(|walk| text.matches(walk).count()).sum();
        if walks > MOST_WALKS {
            return Err(format!(
                "An expression walks through lists at most {MOST_WALKS} times; this one does so \
                 {walks} times."
            ));
        }
        let env = functions()?;
        // The parser is a generated one; whatever it makes of odd text, the program goes on.
        let parsed = catch_unwind(AssertUnwindSafe(|| env.compile(text)));
        let program = match parsed {
            Ok(Ok(program)) => program,
            Ok(Err(errors)) => return Err(said(&errors.to_string())),
            Err(_) => return Err("It cannot be read as an expression.".to_owned()),
        };
        // What a walk calls its items is a name too; then the sample tells.
        let references = program.references();
        let unknown = references
            .variables()
            .into_iter()
            .find(|name| walks == 0 && !["value", "record"].contains(name))
            .map(str::to_owned);
        if let Some(unknown) = unknown {
            return Err(format!(
                "\"{unknown}\" is not known here. There are value and record, as in \
                 record.headline."
            ));
        }
        Ok(Self { program, env })
    }

    /// What it makes of a value. `value` is `null` for a blank; `record` has the record's fields.
    pub(super) fn run(
        &self,
        value: Option<&Value>,
        record: &FieldMap,
    ) -> Result<Option<Value>, String> {
        let mut context = Context::with_env(Arc::clone(&self.env));
        let given = value.map_or(Cel::Null, to_cel);
        let record: HashMap<String, Cel> = record
            .iter()
            .map(|(field, value)| (field.clone(), to_cel(value)))
            .collect();
        context.add_variable_from_value("value", given);
        context.add_variable_from_value("record", record);
        let result = self
            .program
            .execute(&context)
            .map_err(|e| said(&e.to_string()))?;
        from_cel(&result)
    }
}

/// The library's words as a sentence.
fn said(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default().trim();
    let first = first.strip_prefix("ERROR: ").unwrap_or(first);
    let end = if first.ends_with('.') { "" } else { "." };
    format!("The expression does not work: {first}{end}")
}

fn to_cel(value: &Value) -> Cel {
    match value {
        Value::Flag(flag) => Cel::Bool(*flag),
        Value::Text(text) => Cel::from(text.as_str()),
        Value::List(items) => Cel::from(items.to_vec()),
    }
}

fn from_cel(result: &Cel) -> Result<Option<Value>, String> {
    let json = result
        .json()
        .map_err(|_| "The expression gives something that no field can hold.".to_owned())?;
    match json {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::Bool(flag) => Ok(Some(Value::Flag(flag))),
        serde_json::Value::String(text) => Ok(Value::text(text)),
        serde_json::Value::Number(number) => Ok(Value::text(number.to_string())),
        serde_json::Value::Array(items) => {
            let items = items.into_iter().map(|item| match item {
                serde_json::Value::String(text) => Ok(text),
                serde_json::Value::Number(number) => Ok(number.to_string()),
                _ => Err("The expression gives a list of something that is no text.".to_owned()),
            });
            let items = items.collect::<Result<Vec<_>, _>>()?;
            Ok((!items.is_empty()).then(|| Value::List(items.into())))
        }
        serde_json::Value::Object(_) => {
            Err("The expression gives a group of values; a field holds one.".to_owned())
        }
    }
}
