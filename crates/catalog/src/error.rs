//! What can be wrong with a call before it is sent.

use std::fmt;

/// Why a call cannot be made as asked. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// No row has this id.
    #[error("there is no operation {0}; `foxbridge ops list` shows them all")]
    UnknownOperation(String),
    /// A path parameter was left out.
    #[error("{operation} needs {name}, which was not given")]
    MissingPathValue {
        /// Id of the operation.
        operation: String,
        /// Name of the parameter.
        name: String,
    },
    /// A value was given for a name the path does not have.
    #[error("{operation} has no {name} in its path {path}")]
    UnknownPathValue {
        /// Id of the operation.
        operation: String,
        /// Name that was given.
        name: String,
        /// Path of the operation.
        path: String,
    },
    /// A value that would make another path: empty, `.` or `..`.
    #[error("{operation}: {name} cannot be empty, `.` or `..`")]
    BadPathValue {
        /// Id of the operation.
        operation: String,
        /// Name of the parameter.
        name: String,
    },
    /// The body or the query is not what the operation takes.
    #[error("{operation}: {}", Problem::list(problems))]
    Invalid {
        /// Id of the operation.
        operation: String,
        /// Every fault found, in document order. Never empty.
        problems: Vec<Problem>,
    },
}

impl CatalogError {
    /// The faults by field, so that a form can show each beside its input.
    pub fn problems(&self) -> &[Problem] {
        match self {
            Self::Invalid { problems, .. } => problems,
            _ => &[],
        }
    }
}

/// One fault and where it is. Never quotes the value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field, e.g. `body.tags[2]` or `query.limit`.
    pub at: String,
    /// The fault, e.g. `should be text`.
    pub what: String,
}

impl Problem {
    fn list(problems: &[Self]) -> String {
        let all: Vec<String> = problems.iter().map(Self::to_string).collect();
        all.join("; ")
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at, self.what)
    }
}
