//! Every operation and trigger of both services, as data.
//!
//! The rows live in `data/<service>/<resource>.toml`; this crate reads them once and answers
//! questions about them. From a row come the request builder, the sandbox's routes and checks, the
//! form on the Operations page, the least set of scopes, and `foxbridge ops`.
//!
//! **Architecture Invariant:** no I/O. The rows are compiled in, and adding an operation is adding
//! a row.

mod operation;

pub use operation::{Body, BodyFormat, Effect, KeyType, Method, Operation, Param, ParamPlace};
