//! Building a call from a row: its path, and whether body and query are what the row takes.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::check::{check, check_text};
use crate::error::{CatalogError, Problem};
use crate::operation::Operation;

/// Everything but the unreserved characters of RFC 3986. Aimfox's conversation URNs hold `=`, and
/// a value may hold `/`, which would otherwise make another path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Operation {
    /// The path with its values filled in, each percent-encoded as one segment.
    ///
    /// # Errors
    ///
    /// When a value is missing, is not in the path, or would make another path (empty, `.`, `..`).
    pub fn path_with(&self, values: &[(&str, &str)]) -> Result<String, CatalogError> {
        let template = self.path.as_str();
        let operation = || self.id.clone();
        let mut path = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let Some((_, value)) = values.iter().find(|(given, _)| *given == name) else {
                return Err(CatalogError::MissingPathValue {
                    operation: operation(),
                    name: name.to_owned(),
                });
            };
            // A dot segment is removed by whoever parses the URL, and the call becomes another one.
            if matches!(*value, "" | "." | "..") {
                return Err(CatalogError::BadPathValue {
                    operation: operation(),
                    name: name.to_owned(),
                });
            }
            path.push_str(before);
            path.extend(utf8_percent_encode(value, SEGMENT));
            rest = after;
        }
        path.push_str(rest);
        match values
            .iter()
            .find(|(name, _)| !template.contains(&format!("{{{name}}}")))
        {
            None => Ok(path),
            Some((name, _)) => Err(CatalogError::UnknownPathValue {
                operation: operation(),
                name: (*name).to_owned(),
                path: template.to_owned(),
            }),
        }
    }

    /// Everything that is wrong with a call, each fault at its field: `path.contactId`,
    /// `query.limit`, `body.tags[2]`. Empty when it can be made.
    pub fn problems(
        &self,
        path: &[(&str, &str)],
        query: &[(String, String)],
        body: &Value,
    ) -> Vec<Problem> {
        let mut problems = vec![];
        for param in self.path_params() {
            let at = format!("path.{}", param.name);
            match path.iter().find(|(name, _)| *name == param.name) {
                None | Some((_, "")) => problems.push(problem(&at, "is missing")),
                Some((_, "." | "..")) => problems.push(problem(&at, "cannot be `.` or `..`")),
                Some((_, value)) => problems.extend(check_text(&param.schema, value, &at)),
            }
        }
        for (name, _) in path {
            if !self.path_params().any(|param| param.name == *name) {
                problems.push(problem(
                    &format!("path.{name}"),
                    "is not a parameter of this call",
                ));
            }
        }
        for found in [self.check_query(query), self.check_body(body)] {
            if let Err(CatalogError::Invalid { problems: more, .. }) = found {
                problems.extend(more);
            }
        }
        problems
    }

    /// Checks a body. `null` stands for no body at all.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Invalid`] with every fault, each naming its field.
    pub fn check_body(&self, body: &Value) -> Result<(), CatalogError> {
        let problems = match &self.body {
            None if body.is_null() => vec![],
            None => vec![problem("body", "is not taken by this call")],
            Some(spec) if body.is_null() && spec.required => vec![problem("body", "is missing")],
            Some(_) if body.is_null() => vec![],
            Some(spec) => check(&spec.schema, body, "body"),
        };
        self.verdict(problems)
    }

    /// Checks the query: names and values as they go on the wire. Only a parameter that takes a
    /// list may be given more than once.
    ///
    /// # Errors
    ///
    /// [`CatalogError::Invalid`] with every fault, each naming its parameter.
    pub fn check_query(&self, query: &[(String, String)]) -> Result<(), CatalogError> {
        let mut problems = vec![];
        for (index, (name, value)) in query.iter().enumerate() {
            let at = format!("query.{name}");
            let Some(param) = self
                .query_params()
                .find(|param| wire_name(&param.name, name))
            else {
                problems.push(problem(&at, "is not a parameter of this call"));
                continue;
            };
            match param
                .schema
                .get("items")
                .filter(|_| param.schema["type"] == "array")
            {
                Some(item) => problems.extend(check_text(item, value, &at)),
                None if query.iter().take(index).any(|(earlier, _)| earlier == name) => {
                    problems.push(problem(&at, "is given twice"));
                }
                None => problems.extend(check_text(&param.schema, value, &at)),
            }
        }
        for param in self.query_params().filter(|param| param.required) {
            if !query.iter().any(|(name, _)| wire_name(&param.name, name)) {
                problems.push(problem(&format!("query.{}", param.name), "is missing"));
            }
        }
        self.verdict(problems)
    }

    fn verdict(&self, problems: Vec<Problem>) -> Result<(), CatalogError> {
        if problems.is_empty() {
            Ok(())
        } else {
            Err(CatalogError::Invalid {
                operation: self.id.clone(),
                problems,
            })
        }
    }
}

/// A list may be sent as `name` repeated or, as some clients do, as `name[]`.
fn wire_name(param: &str, given: &str) -> bool {
    given == param || given.strip_suffix("[]") == Some(param)
}

fn problem(at: &str, what: &str) -> Problem {
    Problem {
        at: at.to_owned(),
        what: what.to_owned(),
    }
}
