//! Rules: when this happens, do that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use crate::{EffectName, FieldProblem};

/// How a condition compares a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum RuleOp {
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

/// One condition of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum RuleTest {
    /// A group within a group.
    Group(RuleGroup),
    /// Compares a field.
    Compare {
        /// Path of the field, such as `event.tag`.
        field: String,
        /// How.
        is: RuleOp,
        /// With what.
        #[serde(default)]
        #[ts(type = "unknown", optional)]
        value: Value,
    },
    /// No event of this trigger about the same person came after the one that fired the rule.
    NoneSince {
        /// Catalog id of the trigger.
        none_since: String,
    },
    /// An expression in CEL.
    Cel {
        /// The expression.
        cel: String,
    },
}

/// Conditions of which all, or any, must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum RuleGroup {
    All(Vec<RuleTest>),
    Any(Vec<RuleTest>),
}

/// Makes an entry that was not found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RuleMake {
    /// Catalog id.
    pub operation: String,
    /// Path and query parameters.
    #[serde(default)]
    #[ts(type = "Record<string, unknown>")]
    pub params: BTreeMap<String, Value>,
    /// JSON body.
    #[serde(default)]
    #[ts(type = "unknown", optional)]
    pub body: Value,
    /// Where the entry is in the answer.
    pub at: String,
}

/// What a step of a rule does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RuleWhat {
    /// Waits, then looks again.
    Wait {
        /// How long.
        minutes: u32,
        /// What must hold afterwards.
        #[serde(default = "holds")]
        still: RuleGroup,
    },
    /// Calls an operation.
    Do {
        /// Catalog id.
        operation: String,
        /// Path and query parameters; texts may hold `{{chips}}`.
        #[serde(default)]
        #[ts(type = "Record<string, unknown>")]
        params: BTreeMap<String, Value>,
        /// JSON body; texts may hold `{{chips}}`.
        #[serde(default)]
        #[ts(type = "unknown", optional)]
        body: Value,
        /// Asks a person each time.
        #[serde(default)]
        ask: bool,
        /// The step is left out unless this holds.
        #[serde(default = "holds")]
        when: RuleGroup,
    },
    /// Reads a list and picks the entry of a name.
    Find {
        /// Catalog id of an operation that reads.
        operation: String,
        /// Path and query parameters.
        #[serde(default)]
        #[ts(type = "Record<string, unknown>")]
        params: BTreeMap<String, Value>,
        /// Where the list is in the answer.
        list: String,
        /// The field that is compared.
        field: String,
        /// What it must be; empty takes the first.
        equals: String,
        /// Makes one where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        make: Option<RuleMake>,
    },
}

fn holds() -> RuleGroup {
    RuleGroup::All(Vec::new())
}

/// One step of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RuleStep {
    /// Its name; later steps see its answer as `steps.NAME`.
    pub id: String,
    /// The rest.
    #[serde(flatten)]
    pub what: RuleWhat,
}

/// What a rule is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RuleDefinition {
    /// Catalog id of the trigger.
    pub trigger: String,
    /// What must hold.
    #[serde(default = "holds")]
    pub conditions: RuleGroup,
    /// What it does, in order.
    pub steps: Vec<RuleStep>,
    /// Whether what Foxbridge did itself fires it too.
    #[serde(default)]
    pub own_effects: bool,
    /// For the trigger of time reached: minutes from one firing to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub every_minutes: Option<u32>,
}

/// How a rule is switched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RuleState {
    /// It does nothing.
    Off,
    /// It can be tried on what happened; it does nothing.
    Test,
    /// It acts.
    On,
    /// It acted too often and was stopped.
    Stopped,
}

/// A rule, as listed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RuleRow {
    /// Our id of it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The sync whose people it is about.
    pub sync: String,
    /// How it is switched.
    pub state: RuleState,
    /// Why it was stopped.
    pub why: Option<String>,
    /// Title of its trigger.
    pub trigger: String,
    /// The rule as one sentence.
    pub sentence: String,
    /// RFC 3339.
    pub last_fired: Option<String>,
    /// Firings a day, the last 14 days, oldest first.
    pub days: Vec<u32>,
    /// Firings that wait for a person.
    pub needs_you: u32,
}

/// A rule with all of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RuleDetail {
    /// As listed.
    #[serde(flatten)]
    pub row: RuleRow,
    /// What it is.
    pub definition: RuleDefinition,
}

/// Names a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RuleId {
    /// Our id of it.
    pub rule: String,
}

/// `rules.save`. A new rule, and one whose definition is changed, is in test mode afterwards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SaveRule {
    /// Our id of it; left out for a new one.
    #[serde(default)]
    #[ts(optional)]
    pub rule: Option<String>,
    /// The sync whose people it is about.
    pub sync: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub definition: RuleDefinition,
}

/// `rules.switch`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SwitchRule {
    /// Which rule.
    pub rule: String,
    /// How.
    pub state: RuleState,
}

/// `rules.test` and `rules.fields`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct TestRule {
    /// The sync whose people it is about.
    pub sync: String,
    /// What it is.
    pub definition: RuleDefinition,
}

/// A step as it would be, or was, done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RuleAction {
    /// Id of the step.
    pub step: String,
    /// What it does, for people: the operation's title, or the wait.
    pub title: String,
    /// Catalog id.
    pub operation: Option<String>,
    /// What it does in the world.
    pub effect: Option<EffectName>,
    /// Path and query parameters, filled in.
    #[ts(type = "Record<string, unknown>")]
    pub params: BTreeMap<String, Value>,
    /// The body, filled in.
    #[ts(type = "unknown")]
    pub body: Value,
    /// What stands in the way, or what became of it.
    pub note: Option<String>,
    /// RFC 3339; when it was done.
    pub at: Option<String>,
    /// Whether it was done.
    pub done: bool,
    /// Whether and how it can be taken back; `None` where it changed nothing.
    pub undo: Option<crate::Undoing>,
}

/// What a rule would have done about one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RuleTrial {
    /// Place of the event in the queue.
    pub event: u32,
    /// RFC 3339.
    pub at: String,
    /// Whom it is about.
    pub person: String,
    /// What happened, in short.
    pub what: String,
    /// Whether it would have fired.
    pub fires: bool,
    /// Why not.
    pub why: Option<String>,
    /// What it would have done.
    pub actions: Vec<RuleAction>,
}

/// What `rules.test` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RuleTrials {
    /// What must be put right before the rule can be switched on.
    pub problems: Vec<FieldProblem>,
    /// The last events, newest first; 20 at most.
    pub trials: Vec<RuleTrial>,
}

/// A field that a rule can use, with the value it had in the last event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RuleField {
    /// Its path, such as `person.email`.
    pub path: String,
    /// For people.
    pub label: String,
    /// JSON type: `string`, `number`, `boolean`, `array`.
    pub kind: String,
    /// What it was last.
    #[ts(type = "unknown")]
    pub sample: Value,
}

/// A rule to begin with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Recipe {
    /// Its name, e.g. `reply-to-task`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// One sentence on what it does.
    pub help: String,
    /// The rule.
    pub definition: RuleDefinition,
}

/// How a firing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum FiringState {
    Ready,
    Sent,
    Asking,
    Done,
    GivenUp,
    NeedsYou,
    Undone,
}

/// What a rule did about one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Firing {
    /// Our id of it.
    pub firing: u32,
    /// Which rule.
    pub rule: String,
    /// Its name when it fired.
    pub name: String,
    /// RFC 3339.
    pub at: String,
    /// How it stands.
    pub state: FiringState,
    /// RFC 3339; when it goes on by itself.
    pub due: Option<String>,
    /// Whom it is about.
    pub person: String,
    /// What happened, in short.
    pub what: String,
    /// The event, as it came.
    #[ts(type = "unknown")]
    pub event: Value,
    /// What was done, oldest first.
    pub actions: Vec<RuleAction>,
    /// The step that waits for a person's yes, if one does.
    pub asks: Option<RuleAction>,
    /// Whether something of it can be taken back.
    pub can_undo: bool,
}

/// `rules.firings`: newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FiringsQuery {
    /// Only of this rule.
    #[serde(default)]
    #[ts(optional)]
    pub rule: Option<String>,
    /// At most this many; 500 at most.
    pub limit: u32,
}

/// What a person says to a firing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FiringAnswer {
    /// Yes to the step that asks; or try the failed step again.
    Approve,
    /// Leave that step out and go on.
    Skip,
    /// Do nothing more.
    GiveUp,
    /// Take back what was done.
    Undo,
}

/// `rules.answer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AnswerFiring {
    /// Which firing.
    pub firing: u32,
    /// What.
    pub answer: FiringAnswer,
}
