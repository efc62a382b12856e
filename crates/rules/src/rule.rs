//! What a rule is.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// When this happens and these hold, do that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Catalog id of the trigger.
    pub trigger: String,
    /// What must hold when it fires.
    #[serde(default)]
    pub conditions: Group,
    /// What it does, in order.
    pub steps: Vec<Step>,
    /// Whether what Foxbridge did itself fires it too.
    #[serde(default)]
    pub own_effects: bool,
    /// For the trigger of time reached: minutes from one firing to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every_minutes: Option<u32>,
}

/// Conditions of which all, or any, must hold. An empty group holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// All of them.
    All(Vec<Test>),
    /// At least one of them.
    Any(Vec<Test>),
}

impl Default for Group {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Test {
    /// A group within a group.
    Group(Group),
    /// Compares a field.
    Compare {
        /// Path of the field, such as `event.tag` or `contact.fields.city`.
        field: String,
        /// How.
        is: Op,
        /// With what; left out where the comparison needs nothing.
        #[serde(default)]
        value: Value,
    },
    /// No event of this trigger about the same person came after the one that fired the rule.
    NoneSince {
        /// Catalog id of the trigger.
        none_since: String,
    },
    /// An expression in CEL over `event`, `person`, `contact`, `lead` and `steps`.
    Cel {
        /// The expression.
        cel: String,
    },
}

/// How a field is compared. Case does not count; numbers and times are compared as such where both
/// sides are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Op {
    Is,
    IsNot,
    Contains,
    DoesNotContain,
    StartsWith,
    IsSet,
    IsEmpty,
    IsTrue,
    IsFalse,
    MoreThan,
    LessThan,
    OneOf,
}

impl Op {
    /// Whether it compares with a value.
    pub fn takes_value(self) -> bool {
        !matches!(
            self,
            Self::IsSet | Self::IsEmpty | Self::IsTrue | Self::IsFalse
        )
    }
}

/// One thing a rule does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Its name within the rule; later steps see its answer as `steps.NAME`.
    pub id: String,
    /// What it is.
    #[serde(flatten)]
    pub what: What,
}

/// What a step is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// Waits, then looks again whether it is still called for.
    Wait {
        /// How long.
        minutes: u32,
        /// What must hold afterwards, with everything read afresh.
        #[serde(default)]
        still: Group,
    },
    /// Calls an operation of the catalog.
    Do {
        /// Catalog id.
        operation: String,
        /// Path and query parameters.
        #[serde(default)]
        params: BTreeMap<String, Value>,
        /// JSON body.
        #[serde(default)]
        body: Value,
        /// Asks a person each time, before it is sent.
        #[serde(default)]
        ask: bool,
        /// The step is left out unless this holds.
        #[serde(default)]
        when: Group,
    },
    /// Reads a list and picks the entry of a name.
    Find(Find),
}

/// Picks an entry of a list that an operation reads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Find {
    /// Catalog id of an operation that reads.
    pub operation: String,
    /// Path and query parameters.
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
    /// Where the list is in the answer, such as `labels`.
    pub list: String,
    /// The field of an entry that is compared, such as `name`.
    pub field: String,
    /// What it must be; case does not count. Empty takes the first entry.
    pub equals: String,
    /// Makes one where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make: Option<Make>,
}

/// Makes an entry that was not found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Make {
    /// Catalog id.
    pub operation: String,
    /// Path and query parameters.
    #[serde(default)]
    pub params: BTreeMap<String, Value>,
    /// JSON body.
    #[serde(default)]
    pub body: Value,
    /// Where the entry is in the answer, such as `label`.
    pub at: String,
}

/// Something that must be put right before a rule can be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `trigger`, `conditions` or the id of a step.
    pub at: String,
    /// The fault, e.g. "is missing".
    pub what: String,
}

impl Rule {
    /// Ids of the operations its steps call.
    pub fn operations(&self) -> BTreeSet<&str> {
        let mut operations = BTreeSet::new();
        for step in &self.steps {
            match &step.what {
                What::Wait { .. } => {}
                What::Do { operation, .. } => drop(operations.insert(operation.as_str())),
                What::Find(find) => {
                    operations.insert(&find.operation);
                    operations.extend(find.make.as_ref().map(|make| make.operation.as_str()));
                }
            }
        }
        operations
    }

    /// What can be seen to be wrong without the catalog.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut say = |at: &str, what: String| {
            problems.push(Problem {
                at: at.to_owned(),
                what,
            });
        };
        if self.steps.is_empty() {
            say("steps", "are missing: the rule does nothing".to_owned());
        }
        for fault in self.conditions.faults() {
            say("conditions", fault);
        }
        let mut seen = BTreeSet::new();
        for step in &self.steps {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if step.id.is_empty() || !step.id.chars().all(plain) {
                say(
                    &step.id,
                    "is no name for a step: letters, digits and _".to_owned(),
                );
            }
            if !seen.insert(step.id.as_str()) {
                say(&step.id, "is the name of two steps".to_owned());
            }
            if let What::Wait { still: group, .. } | What::Do { when: group, .. } = &step.what {
                for fault in group.faults() {
                    say(&step.id, fault);
                }
            }
            for chip in step.chips() {
                let mut path = chip.split('.');
                if path.next() == Some("steps") {
                    let earlier = path
                        .next()
                        .is_some_and(|name| name != step.id && seen.contains(name));
                    if !earlier {
                        say(
                            &step.id,
                            format!("uses {chip}, and no earlier step is called so"),
                        );
                    }
                }
            }
        }
        problems
    }
}

impl Step {
    /// The fields it takes values from.
    fn chips(&self) -> Vec<String> {
        let mut values: Vec<Value> = Vec::new();
        match &self.what {
            What::Wait { .. } => {}
            What::Do { params, body, .. } => {
                values.extend(params.values().cloned());
                values.push(body.clone());
            }
            What::Find(find) => {
                values.extend(find.params.values().cloned());
                values.push(Value::String(find.equals.clone()));
                if let Some(make) = &find.make {
                    values.extend(make.params.values().cloned());
                    values.push(make.body.clone());
                }
            }
        }
        values.iter().flat_map(crate::chips).collect()
    }
}
