//! The desktop program. Everything is in the library, so that tests and examples can link it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use std::process::ExitCode;

fn main() -> ExitCode {
    match foxbridge_desktop::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Foxbridge could not start: {error:#}");
            ExitCode::FAILURE
        }
    }
}
