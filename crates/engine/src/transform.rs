//! Transforms: what reshapes a value on its way across, step by step.
//!
//! A row's steps are applied where the value is read: to the lead's profile when the row writes into
//! HighLevel, to the contact when it only writes onto the card. Both sides are compared afterwards,
//! so a value that was carried across is at rest, whatever was done to it.

mod expression;
mod steps;

use std::collections::BTreeSet;
use std::fmt;

use foxbridge_model::{FieldMap, Region, Value};
use serde::{Deserialize, Serialize};

use expression::Program;

/// As many steps as a row may have.
const MOST_STEPS: usize = 10;

/// How text is cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextCase {
    /// every letter small
    Lower,
    /// EVERY LETTER LARGE
    Upper,
    /// Every Word Begins With A Large Letter
    Title,
    /// The text begins with a large letter; the rest is left as it is.
    Sentence,
}

/// How a telephone number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneFormat {
    /// `+442079460123`
    E164,
    /// `+44 20 7946 0123`
    International,
    /// `020 7946 0123`
    National,
}

/// One value for another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValuePair {
    /// The value as it comes; case and spaces at the ends do not count.
    pub from: String,
    /// What it becomes.
    pub to: String,
}

/// What becomes of a value that a map does not name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Otherwise {
    /// It stays.
    #[default]
    Keep,
    /// It is left out.
    Blank,
    /// It becomes this.
    Value {
        /// The value.
        value: String,
    },
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Transform {
    /// Changes the case of its letters.
    Case {
        /// How.
        to: TextCase,
    },
    /// Takes spaces off the ends and folds runs of them into one.
    Trim,
    /// Puts other fields of the same record behind it. Blank ones are left out.
    Join {
        /// Field ids of the same record.
        fields: Vec<String>,
        /// What stands between.
        separator: String,
    },
    /// Takes one part of it.
    Split {
        /// What stands between the parts; a blank one means white space.
        separator: String,
        /// Which part: 1 is the first, -1 the last.
        part: i32,
    },
    /// Writes a date in another way.
    Date {
        /// How it is written now (`strftime`); when left out, ISO 8601 and Unix times are read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// How it is to be written (`strftime`).
        to: String,
    },
    /// Writes a telephone number in another way.
    Phone {
        /// How.
        format: PhoneFormat,
    },
    /// One value for another, by a list.
    Map {
        /// The list.
        pairs: Vec<ValuePair>,
        /// What is not on it.
        #[serde(default)]
        otherwise: Otherwise,
    },
    /// Stands in for a blank.
    Default {
        /// The value.
        value: String,
    },
    /// A CEL expression of `value` and `record`.
    Expression {
        /// Its text.
        cel: String,
    },
}

/// Why a transform gave nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransformError {
    /// Which step, from 1.
    pub step: usize,
    /// Why, as a sentence.
    pub message: String,
}

impl fmt::Display for TransformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step {}: {}", self.step, self.message)
    }
}

impl std::error::Error for TransformError {}

/// Steps made ready: expressions are parsed once, not once a person.
#[derive(Default)]
pub struct Pipeline {
    steps: Vec<(Transform, Option<Program>)>,
    region: Region,
}

impl Pipeline {
    /// Makes steps ready. `region` is whose country's telephone numbers are meant.
    ///
    /// # Errors
    /// When a step can never work: an expression that does not parse, a part 0, a date without a
    /// format, too many steps.
    pub fn new(steps: &[Transform], region: Region) -> Result<Self, TransformError> {
        if steps.len() > MOST_STEPS {
            return Err(TransformError {
                step: MOST_STEPS + 1,
                message: format!("A field takes at most {MOST_STEPS} steps."),
            });
        }
        let ready = steps.iter().enumerate().map(|(i, step)| {
            let program = match step {
                Transform::Expression { cel } => Program::new(cel).map(Some),
                step => steps::check(step).map(|()| None),
            };
            program
                .map(|program| (step.clone(), program))
                .map_err(|message| TransformError {
                    step: i + 1,
                    message,
                })
        });
        Ok(Self {
            steps: ready.collect::<Result<_, _>>()?,
            region,
        })
    }

    /// Whether nothing is done.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Field ids of the record that the steps read besides the row's own, where they can be told.
    pub fn reads(&self) -> BTreeSet<&str> {
        self.steps
            .iter()
            .filter_map(|(step, _)| match step {
                Transform::Join { fields, .. } => Some(fields.iter().map(String::as_str)),
                _ => None,
            })
            .flatten()
            .collect()
    }

    /// Takes a value through the steps. `record` is everything known of the same record.
    ///
    /// # Errors
    /// When a step does not understand the value. Nothing is guessed then.
    pub fn apply(
        &self,
        value: Option<&Value>,
        record: &FieldMap,
    ) -> Result<Option<Value>, TransformError> {
        let mut now = value.cloned();
        for (i, (step, program)) in self.steps.iter().enumerate() {
            let next = match program {
                Some(program) => program.run(now.as_ref(), record),
                None => steps::apply(step, now, record, self.region),
            };
            now = next.map_err(|message| TransformError {
                step: i + 1,
                message,
            })?;
        }
        // A blank is a blank, however it came about.
        Ok(now.filter(|value| match value {
            Value::Text(text) => !text.trim().is_empty(),
            Value::List(items) => !items.is_empty(),
            Value::Flag(_) => true,
        }))
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.steps.iter().map(|(step, _)| step))
            .finish()
    }
}
