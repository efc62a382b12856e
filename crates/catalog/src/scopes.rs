//! The least set of scopes that opens a set of operations.

use std::collections::BTreeSet;

use crate::operation::Operation;

/// Any one scope of an operation opens it. Those without a choice come first; what is then still
/// closed gets the scope that opens most of it, the first by name when several open as many.
pub(crate) fn least(operations: &[&'static Operation]) -> BTreeSet<&'static str> {
    let mut chosen: BTreeSet<&'static str> = operations
        .iter()
        .filter_map(|operation| match operation.scopes.as_slice() {
            [only] => Some(only.as_str()),
            _ => None,
        })
        .collect();
    loop {
        let closed: Vec<&&'static Operation> = operations
            .iter()
            .filter(|operation| !operation.scopes.is_empty())
            .filter(|operation| {
                !operation
                    .scopes
                    .iter()
                    .any(|scope| chosen.contains(scope.as_str()))
            })
            .collect();
        let candidates: BTreeSet<&'static str> = closed
            .iter()
            .flat_map(|operation| operation.scopes.iter().map(String::as_str))
            .collect();
        let opens = |scope: &str| {
            closed
                .iter()
                .filter(|operation| operation.scopes.iter().any(|s| s == scope))
                .count()
        };
        // `max_by_key` keeps the last of equals; reversed, the first by name.
        match candidates
            .into_iter()
            .rev()
            .max_by_key(|scope| opens(scope))
        {
            Some(scope) => chosen.insert(scope),
            None => return chosen,
        };
    }
}
