//! The least set of scopes that opens a set of operations.

use std::collections::BTreeSet;

use crate::operation::Operation;

/// Any one scope of an operation opens it. Those without a choice come first; what is then still
/// closed gets the scope that opens most of it, the first by name when several open as many.
pub(crate) fn least<'a>(operations: &[&'a Operation]) -> BTreeSet<&'a str> {
    let mut chosen: BTreeSet<&'a str> = operations
        .iter()
        .filter_map(|operation| match operation.scopes.as_slice() {
            [only] => Some(only.as_str()),
            _ => None,
        })
        .collect();
    loop {
        let closed: Vec<&&'a Operation> = operations
            .iter()
            .filter(|operation| !operation.scopes.is_empty())
            .filter(|operation| {
                !operation
                    .scopes
                    .iter()
                    .any(|scope| chosen.contains(scope.as_str()))
            })
            .collect();
        let candidates: BTreeSet<&'a str> = closed
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

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(scopes: &[&str]) -> Operation {
        let mut operation = crate::get(crate::ids::HIGHLEVEL_CONTACTS_GET).clone();
        operation.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        operation
    }

    #[test]
    fn a_choice_is_made_last_and_well() {
        let all = [
            operation(&["a", "b"]),
            operation(&["c", "b"]),
            operation(&["c", "d"]),
            operation(&["d"]),
            operation(&[]),
        ];
        let all: Vec<&Operation> = all.iter().collect();
        assert_eq!(
            least(&all),
            ["b", "d"].into_iter().collect(),
            "d is needed anyway and opens the third; b alone opens the first two"
        );
        assert_eq!(
            least(&all[..1]),
            ["a"].into_iter().collect(),
            "of equals, the first by name"
        );
        assert_eq!(
            least(&all[4..]),
            BTreeSet::new(),
            "what needs no scope adds none"
        );
    }
}
