//! `cargo xtask test`: every check, in the order that finds the cheap mistakes first.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::packages::{self, Need};
use crate::run::Run;
use crate::tally::Tally;
use crate::ui;

/// HighLevel's own client, which drives the sandbox.
const SDK: &str = "tests/sdk";

struct Step {
    title: &'static str,
    run: Run,
    /// Whether it runs tests and reports how many.
    counts: bool,
}

/// Runs every check, or those of one part.
pub(crate) fn test(only: Option<&str>) -> Result<()> {
    let steps = steps(only);
    println!("This installs what is missing (system packages, npm packages), then runs:");
    for step in &steps {
        println!("  {:<42} {}", step.title, step.run.shown());
    }
    println!();
    let start = Instant::now();
    packages::install(if only == Some("ui") {
        Need::Build
    } else {
        Need::Everything
    })?;
    ui::install()?;
    if only.is_none_or(|only| only == "rust") {
        ui::install_in(SDK)?;
    }

    let (mut all, mut times) = (Tally::default(), Vec::new());
    let count = steps.len();
    for (index, step) in steps.into_iter().enumerate() {
        let (title, began) = (step.title, Instant::now());
        println!("\n== {}/{count} {title}", index + 1);
        let done = if step.counts {
            let (tally, done) = step.run.tallied();
            all.add(tally);
            done
        } else {
            step.run.go()
        };
        times.push((title, began.elapsed()));
        if let Err(error) = done {
            summary(&times, start.elapsed());
            println!("FAILED: {title}");
            println!("{} passed, {} failed", all.passed, all.failed);
            return Err(error);
        }
    }
    summary(&times, start.elapsed());
    if all.passed == 0 {
        bail!("no test reported itself: the runners' closing lines were not understood");
    }
    println!("{} passed, {} failed", all.passed, all.failed);
    Ok(())
}

fn summary(times: &[(&str, Duration)], total: Duration) {
    println!("\n== Summary");
    for (title, time) in times {
        println!("  {title:<42} {:>7.1} s", time.as_secs_f32());
    }
    println!(
        "  {:<42} {:>7.1} s",
        "all, with installing",
        total.as_secs_f32()
    );
}

fn steps(only: Option<&str>) -> Vec<Step> {
    let wanted = |part| only.is_none_or(|only| only == part);
    let mut steps = Vec::new();
    let mut step = |title, run, counts| steps.push(Step { title, run, counts });
    if wanted("rust") {
        step(
            "rust: formatting",
            Run::cargo(&["fmt", "--all", "--check"]),
            false,
        );
    }
    if wanted("ui") {
        step("ui: lint and formatting", Run::npm(&["run", "lint"]), false);
        step("ui: types", Run::npm(&["run", "check"]), false);
        step("ui: unit tests", Run::npm(&["run", "test"]), true);
    }
    // The desktop test and the browser tests look at the built page.
    step("ui: build", ui::build(), false);
    // The selection of packages is the same everywhere: another one would turn on other features
    // and build Tauri again.
    let everything = ["--workspace", "--all-targets"];
    if only != Some("ui") {
        step("rust: build", cargo("build", &everything, &[]), false);
    }
    if wanted("rust") {
        step(
            "rust: lint",
            cargo("clippy", &everything, &["--", "-D", "warnings"]),
            false,
        );
        step("rust: tests", tests(&everything), true);
        step(
            "the vendor's client and the sandbox",
            Run::npm_in(SDK, &["test"]),
            false,
        );
    } else if only == Some("e2e") {
        step(
            "desktop: the real window",
            tests(&["--workspace", "--test", "desktop"]),
            true,
        );
    }
    if wanted("e2e") {
        step(
            "ui: every page in a browser",
            Run::npm(&["run", "e2e"]),
            true,
        );
    }
    steps
}

fn cargo(command: &str, selection: &[&str], rest: &[&str]) -> Run {
    Run::cargo(&[&[command], selection, rest].concat())
}

/// nextest where it is installed: it runs each test in a process of its own.
fn tests(selection: &[&str]) -> Run {
    if Run::cargo(&["nextest", "--version"]).succeeds() {
        Run::cargo(&[&["nextest", "run", "--no-fail-fast"], selection].concat())
    } else {
        cargo("test", selection, &["--no-fail-fast"])
    }
}
