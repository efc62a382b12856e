//! Every operation and trigger of both services, as data.
//!
//! The rows live in `data/<service>/<resource>.toml`; this crate reads them once and answers
//! questions about them. From a row come the request builder, the sandbox's routes and checks, the
//! form on the Operations page, the least set of scopes, and `foxbridge ops`.
//!
//! **Architecture Invariant:** no I/O. The rows are compiled in, and adding an operation is adding
//! a row.

mod call;
mod check;
mod data;
mod error;
mod file;
pub mod ids;
mod load;
mod operation;
mod route;
mod sample;
mod schema;
mod scopes;
mod shorthand;
mod trigger;

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use foxbridge_model::Service;

pub use error::{CatalogError, Problem};
pub use file::{File, MOST_FILE_BYTES, is_file, is_secret};
pub use operation::{
    Body, BodyFormat, Effect, KeyType, Method, Operation, Param, ParamPlace, Variant,
};
pub use sample::{Fill, sample};
pub use trigger::{Basis, Trigger, TriggerSource};

/// Ways to find a row.
struct Index {
    by_id: HashMap<&'static str, usize>,
    routes: Vec<route::Route>,
}

static ROWS: LazyLock<load::Loaded> = LazyLock::new(|| {
    // The rows are part of the program: a mistake in one is a mistake in the code, and the first
    // test that touches the catalog shows it.
    load::load(data::FILES).unwrap_or_else(|error| panic!("the catalog cannot be read: {error}"))
});

static INDEX: LazyLock<Index> = LazyLock::new(|| Index {
    by_id: ROWS
        .operations
        .iter()
        .enumerate()
        .map(|(index, row)| (row.id.as_str(), index))
        .collect(),
    routes: route::routes(&ROWS.operations),
});

/// Every operation in every version but its first. Made when somebody first asks for another one.
static READINGS: LazyLock<HashMap<&'static str, Vec<Operation>>> = LazyLock::new(|| {
    let later = |row: &'static Operation| {
        let versions = row.versions.iter().skip(1);
        let readings = versions.map(|version| row.reading(version)).collect();
        (row.id.as_str(), readings)
    };
    ROWS.operations.iter().map(later).collect()
});

/// Reads rows from text as those of the program are read, with the words that a service's files
/// share: for tests that show what a row is enough for.
///
/// # Errors
///
/// What is wrong, with the row's id.
pub fn read_rows(service: Service, text: &str) -> Result<Vec<Operation>, String> {
    let (common, name) = match service {
        Service::HighLevel => ("highlevel/common.toml", "highlevel/read.toml"),
        Service::Aimfox => ("aimfox/common.toml", "aimfox/read.toml"),
    };
    let shared = data::FILES.iter().find(|(name, _)| *name == common);
    let files: Vec<(&str, &str)> = shared.copied().into_iter().chain([(name, text)]).collect();
    Ok(load::load(&files)?.operations)
}

/// Every operation, grouped as the files are.
pub fn all() -> &'static [Operation] {
    &ROWS.operations
}

/// The operation with this id.
pub fn find(id: &str) -> Option<&'static Operation> {
    INDEX.by_id.get(id).map(|index| &ROWS.operations[*index])
}

/// An operation as a version of the API has it, complete; the row itself for the version that is
/// sent when nobody chooses. `None` when the operation does not exist in that version.
pub fn in_version(id: &str, version: &str) -> Option<&'static Operation> {
    let row = find(id)?;
    if row.versions.first().is_some_and(|first| first == version) {
        return Some(row);
    }
    let later = READINGS.get(row.id.as_str())?;
    later.iter().find(|reading| reading.versions[0] == version)
}

/// The operation with an id that the program itself wrote; for an id from outside use [`find`].
///
/// # Panics
///
/// When there is none, which a test rules out for every constant in [`ids`].
pub fn get(id: &str) -> &'static Operation {
    find(id).unwrap_or_else(|| panic!("the catalog has no operation {id}"))
}

/// The operation behind a method and a path (without the base URL and the query), and the decoded
/// values of its path. More literal paths win; one slash at the end makes no difference.
pub fn route(
    service: Service,
    method: Method,
    path: &str,
) -> Option<(&'static Operation, Vec<(String, String)>)> {
    INDEX.routes.iter().find_map(|route| {
        route
            .matches(service, method, path)
            .map(|values| (&ROWS.operations[route.row], values))
    })
}

/// The least set of HighLevel scopes that opens all these operations; ids that are not in the
/// catalog, and operations that need no scope, add nothing.
pub fn scopes_for<'a>(ids: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'static str> {
    let operations: Vec<&'static Operation> = ids.into_iter().filter_map(find).collect();
    scopes::least(&operations)
}

/// Every trigger, grouped as the files are.
pub fn triggers() -> &'static [Trigger] {
    &ROWS.triggers
}

/// The trigger with this id.
pub fn find_trigger(id: &str) -> Option<&'static Trigger> {
    triggers().iter().find(|trigger| trigger.id == id)
}
