//! One rule about one event: what it does next, and what became of what it did.
//!
//! A firing is written down before every call (`sent`) and after it. Whoever finds it `sent` later
//! knows that the call may have been made: it is made again only if that is harmless, and is a
//! question for a person otherwise.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Facts, Missing, Rule, What, fill, lookup};

const MINUTE: i64 = 60_000;
/// Waits between tries of a call that failed in passing, in milliseconds.
const RETRIES: [i64; 5] = [
    MINUTE,
    5 * MINUTE,
    30 * MINUTE,
    2 * 60 * MINUTE,
    8 * 60 * MINUTE,
];

/// How a firing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The next step is to be done, when it is due.
    Ready,
    /// A call was sent, or was about to be.
    Sent,
    /// A step waits for a person's yes.
    Asking,
    /// All steps were done.
    Done,
    /// It was no longer called for, or a person said no.
    GivenUp,
    /// A step failed for good, or may or may not have been done.
    NeedsYou,
    /// What it did was taken back.
    Undone,
}

impl State {
    /// Whether it goes on by itself.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Ready | Self::Sent)
    }
}

/// A step that was done, or tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Id of the step.
    pub step: String,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// Catalog id of what was called, if anything.
    pub operation: Option<String>,
    /// Path and query parameters that were sent.
    pub params: BTreeMap<String, Value>,
    /// The body that was sent.
    pub body: Value,
    /// The answer.
    pub answer: Value,
    /// Why it failed, or what was decided, in a sentence.
    pub note: Option<String>,
    /// Whether the call was made, as far as is known.
    pub done: bool,
}

/// A firing: one rule about one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// How it stands.
    pub state: State,
    /// The step it has come to, from 0.
    pub step: usize,
    /// Whether a [`Find`](crate::Find) step has looked, found nothing, and is making.
    #[serde(default)]
    pub making: bool,
    /// Whether a person said yes to the step it has come to.
    #[serde(default)]
    pub approved: bool,
    /// Whether the wait of the step it has come to has begun.
    #[serde(default)]
    pub waited: bool,
    /// Failures in a row of the step it has come to.
    #[serde(default)]
    pub tries: usize,
    /// When it goes on, milliseconds since 1970.
    pub due: i64,
    /// Answers by step.
    pub results: Map<String, Value>,
    /// What was done, oldest first.
    pub log: Vec<Entry>,
}

/// A call that a step makes.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Id of the step.
    pub step: String,
    /// Catalog id.
    pub operation: String,
    /// Path and query parameters.
    pub params: BTreeMap<String, Value>,
    /// JSON body; `null` for none.
    pub body: Value,
}

/// What a firing does next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Make a call: write down [`Firing::sending`] first, and say what became of it.
    Call(Call),
    /// Nothing now: it was changed, write it down and ask again when it is due.
    Later,
    /// Nothing any more, or nothing before a person has said something.
    Rest,
}

/// How a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// It was not done, and may well work later.
    Passing,
    /// It was not done, and will fail again.
    ForGood,
    /// It may have been done.
    Unknown,
}

impl Firing {
    /// A rule has fired.
    pub fn new(now: i64) -> Self {
        Self {
            state: State::Ready,
            step: 0,
            making: false,
            approved: false,
            waited: false,
            tries: 0,
            due: now,
            results: Map::new(),
            log: Vec::new(),
        }
    }

    /// What it does next. Steps that need no call are done on the way.
    pub fn next(&mut self, rule: &Rule, facts: &Facts<'_>, now: i64) -> Next {
        if !self.state.is_open() {
            return Next::Rest;
        }
        if self.state == State::Sent || now < self.due {
            return Next::Later;
        }
        let Some(step) = rule.steps.get(self.step) else {
            self.state = State::Done;
            return Next::Rest;
        };
        match &step.what {
            What::Wait { minutes, still } => {
                if !self.waited {
                    self.waited = true;
                    self.due = now + i64::from(*minutes) * MINUTE;
                    return Next::Later;
                }
                match still.holds(facts) {
                    Ok(true) => self.go_on(),
                    Ok(false) => {
                        self.write(&step.id, now, "It was no longer called for.", false);
                        self.state = State::GivenUp;
                        return Next::Rest;
                    }
                    Err(why) => return self.stop(&step.id, now, &why),
                }
                self.next(rule, facts, now)
            }
            What::Do {
                operation,
                params,
                body,
                ask,
                when,
            } => {
                match when.holds(facts) {
                    Ok(true) => {}
                    Ok(false) => {
                        self.write(&step.id, now, "It was not called for.", false);
                        self.results.insert(step.id.clone(), Value::Null);
                        self.go_on();
                        return self.next(rule, facts, now);
                    }
                    Err(why) => return self.stop(&step.id, now, &why),
                }
                let call = match self.call(&step.id, operation, params, body, facts) {
                    Ok(call) => call,
                    Err(missing) => return self.stop(&step.id, now, &missing.to_string()),
                };
                if *ask && !self.approved {
                    self.state = State::Asking;
                    return Next::Rest;
                }
                Next::Call(call)
            }
            What::Find(find) => {
                let none = Value::Null;
                let call = match (&find.make, self.making) {
                    (Some(make), true) => {
                        self.call(&step.id, &make.operation, &make.params, &make.body, facts)
                    }
                    _ => self.call(&step.id, &find.operation, &find.params, &none, facts),
                };
                match call {
                    Ok(call) => Next::Call(call),
                    Err(missing) => self.stop(&step.id, now, &missing.to_string()),
                }
            }
        }
    }

    fn call(
        &self,
        step: &str,
        operation: &str,
        params: &BTreeMap<String, Value>,
        body: &Value,
        facts: &Facts<'_>,
    ) -> Result<Call, Missing> {
        let mut filled = BTreeMap::new();
        for (name, value) in params {
            if let Some(value) = fill(value, facts.context)? {
                filled.insert(name.clone(), value);
            }
        }
        Ok(Call {
            step: step.to_owned(),
            operation: operation.to_owned(),
            params: filled,
            body: fill(body, facts.context)?.unwrap_or_default(),
        })
    }

    fn go_on(&mut self) {
        self.step += 1;
        self.making = false;
        self.approved = false;
        self.waited = false;
        self.tries = 0;
    }

    fn write(&mut self, step: &str, now: i64, note: &str, done: bool) {
        self.log.push(Entry {
            step: step.to_owned(),
            at: now,
            operation: None,
            params: BTreeMap::new(),
            body: Value::Null,
            answer: Value::Null,
            note: Some(note.to_owned()),
            done,
        });
    }

    fn stop(&mut self, step: &str, now: i64, why: &str) -> Next {
        self.write(step, now, &format!("{}.", why.trim_end_matches('.')), false);
        self.state = State::NeedsYou;
        Next::Rest
    }

    /// A call is about to be made.
    pub fn sending(&mut self, call: &Call, now: i64) {
        self.state = State::Sent;
        self.log.push(Entry {
            step: call.step.clone(),
            at: now,
            operation: Some(call.operation.clone()),
            params: call.params.clone(),
            body: call.body.clone(),
            answer: Value::Null,
            note: None,
            done: false,
        });
    }

    /// The call was answered well.
    pub fn answered(&mut self, rule: &Rule, answer: Value, facts: &Facts<'_>, now: i64) {
        let Some(step) = rule.steps.get(self.step) else {
            return;
        };
        self.state = State::Ready;
        self.due = now;
        if let Some(entry) = self.log.last_mut() {
            entry.done = true;
            entry.answer = answer.clone();
        }
        let result = match &step.what {
            What::Find(find) if self.making => {
                let at = find.make.as_ref().map_or("", |make| make.at.as_str());
                lookup(&answer, at).cloned()
            }
            What::Find(find) => {
                let wanted = Value::String(find.equals.clone());
                let wanted = match fill(&wanted, facts.context) {
                    Ok(wanted) => wanted.and_then(|w| w.as_str().map(str::to_lowercase)),
                    Err(missing) => {
                        self.stop(&step.id, now, &missing.to_string());
                        return;
                    }
                };
                let wanted = wanted.unwrap_or_default();
                // What was read is only a way to the entry.
                if let Some(entry) = self.log.last_mut() {
                    entry.answer = Value::Null;
                }
                let list = lookup(&answer, &find.list).and_then(Value::as_array);
                let found = list.into_iter().flatten().find(|entry| {
                    let name = lookup(entry, &find.field).and_then(Value::as_str);
                    wanted.is_empty()
                        || name.is_some_and(|n| n.trim().to_lowercase() == wanted.trim())
                });
                if found.is_none() && find.make.is_some() {
                    self.making = true;
                    return;
                }
                if found.is_none() {
                    let why = format!("there is no \"{wanted}\" among the {}", find.list);
                    self.stop(&step.id, now, &why);
                    return;
                }
                found.cloned()
            }
            _ => Some(answer),
        };
        self.results
            .insert(step.id.clone(), result.unwrap_or_default());
        self.go_on();
        if self.step >= rule.steps.len() {
            self.state = State::Done;
        }
    }

    /// The call failed.
    pub fn failed(&mut self, how: Failure, why: &str, now: i64) {
        if let Some(entry) = self.log.last_mut() {
            entry.note = Some(why.to_owned());
        }
        let wait = RETRIES.get(self.tries).filter(|_| how == Failure::Passing);
        self.tries += 1;
        match wait {
            Some(wait) => {
                self.state = State::Ready;
                self.due = now + wait;
            }
            None => self.state = State::NeedsYou,
        }
    }

    /// The program ended while a call was under way. `harmless` says that making it twice is the
    /// same as once.
    pub fn recover(&mut self, harmless: bool, now: i64) {
        if self.state != State::Sent {
            return;
        }
        if harmless {
            self.state = State::Ready;
            self.due = now;
            if let Some(entry) = self.log.last_mut() {
                entry.note = Some("The program ended before the answer came.".to_owned());
            }
        } else {
            self.failed(
                Failure::Unknown,
                "The program ended before the answer came; it may have been done.",
                now,
            );
        }
    }

    /// A person says yes to a step that asks, or has a step that failed tried again.
    pub fn approve(&mut self, now: i64) {
        if matches!(self.state, State::Asking | State::NeedsYou) {
            self.approved = true;
            self.tries = 0;
            self.state = State::Ready;
            self.due = now;
        }
    }

    /// A person says that a step which failed, or may have been done, is settled: the next one goes
    /// on.
    pub fn skip(&mut self, rule: &Rule, now: i64) {
        if self.state == State::NeedsYou || self.state == State::Asking {
            let step = rule.steps.get(self.step).map(|step| step.id.clone());
            self.write(&step.unwrap_or_default(), now, "You left it out.", false);
            self.go_on();
            self.due = now;
            self.state = if self.step >= rule.steps.len() {
                State::Done
            } else {
                State::Ready
            };
        }
    }

    /// A person says no.
    pub fn give_up(&mut self, now: i64) {
        if !matches!(self.state, State::Done | State::Undone) {
            self.write("", now, "You gave it up.", false);
            self.state = State::GivenUp;
        }
    }
}
