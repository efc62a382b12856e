//! What a newcomer types: `cargo xtask demo`, `cargo xtask test`, and the daily chores.

mod chores;
mod demo;
mod display;
mod packages;
mod proof;
mod run;
mod tally;
mod test;
mod ui;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo [--headless]          Foxbridge in a window, on built-in sample data
cargo xtask test [--only PART]         every check; PART is rust, ui or e2e
cargo xtask soak [--minutes N]         random worlds on fresh seeds; a failing one is kept as a test
cargo xtask bench planner              match, merge and plan beside merely parsing the same people
cargo xtask bench economy [--alone | --real-limits] [--people N,N]
                                       the requests of syncs beside the least, and other clients'
                                       unless alone; or how much of the allowed rate is used
cargo xtask bench desktop [--debug]    speed and size of the window beside a bare one
cargo xtask bench hooks [--minutes N] [--debug]
                                       a burst and a stream of webhooks into `foxbridge serve`,
                                       which is killed in the middle
cargo xtask dev                        the window with hot reload
cargo xtask shot PAGE [--dark] [--empty] [--out FILE]
                                       a page of the real window as a PNG; PAGE is start, sync,
                                       run, needs-you, activity, operations, connections, settings
cargo xtask generate                   rewrites ui/src/platform/contract.ts
cargo xtask icons                      renders icons/*.svg in every size";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["demo"] => demo::demo(false),
        ["demo", "--headless"] => demo::demo(true),
        ["test"] => test::test(None),
        ["test", "--only", part @ ("rust" | "ui" | "e2e")] => test::test(Some(part)),
        ["soak"] => proof::soak("10"),
        ["soak", "--minutes", minutes] => proof::soak(minutes),
        ["bench", "planner"] => proof::bench_planner(),
        ["bench", "hooks", rest @ ..] => proof::bench_hooks(rest),
        ["bench", "desktop", rest @ ..] => proof::bench_desktop(rest),
        ["bench", "economy", rest @ ..] => proof::bench_economy(rest),
        ["dev"] => chores::dev(),
        ["shot", page, rest @ ..] if !page.starts_with("--") => demo::shot(page, rest),
        ["generate"] => chores::generate(),
        ["icons"] => chores::icons(),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
